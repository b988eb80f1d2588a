/* SPDX-License-Identifier: BSD-2-Clause */
/* Netlink attributes out of bytes that are not trusted. */
#include "attribute.h"

#include <linux/netlink.h>
#include <string.h>

#include "arena.h"

bool attribute_next(struct attribute_list *list, struct attribute *ret)
{
	struct nlattr head;
	size_t step;

	if (list->bad || list->len == 0)
		return false;
	list->bad = true;
	if (list->len < sizeof head)
		return false;
	memcpy(&head, list->bytes, sizeof head);
	if (head.nla_len < sizeof head || head.nla_len > list->len)
		return false;
	list->bad = false;
	*ret = (struct attribute){
		.type = (uint16_t)(head.nla_type & (unsigned)NLA_TYPE_MASK),
		.bytes = list->bytes + sizeof head,
		.len = head.nla_len - sizeof head,
	};
	step = ((size_t)head.nla_len + (NLA_ALIGNTO - 1)) & ~(size_t)(NLA_ALIGNTO - 1);
	/* the last one may lack its padding */
	if (step > list->len)
		step = list->len;
	list->bytes += step;
	list->len -= step;
	return true;
}

struct attribute_list attribute_nested(const struct attribute *attribute)
{
	return (struct attribute_list){.bytes = attribute->bytes, .len = attribute->len};
}

uint32_t attribute_number(const struct attribute *attribute)
{
	uint32_t number = 0;

	if (attribute->len != 1 && attribute->len != 2 && attribute->len != 4 && attribute->len != 8)
		return 0;
	for (size_t i = 0; i < attribute->len; i++)
		number = number << 8 | attribute->bytes[i];
	return number;
}

const char *attribute_text(const struct attribute *attribute, struct arena *arena)
{
	const uint8_t *end = attribute->len > 0 ? memchr(attribute->bytes, 0, attribute->len) : NULL;

	return arena_copy(arena, (const char *)attribute->bytes, end != NULL ? (size_t)(end - attribute->bytes) : attribute->len);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Netlink attributes (struct nlattr), one after the other, out of bytes that are not trusted. Pure. */
#ifndef GUARD_ATTRIBUTE_H
#define GUARD_ATTRIBUTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

/* What is still to be read. bad is set, and nothing more comes, where an attribute is longer than its place. */
struct attribute_list {
	const uint8_t *bytes;
	size_t len;
	bool bad;
};

struct attribute {
	uint16_t type; /* without the flags for nesting and byte order */
	const uint8_t *bytes;
	size_t len;
};

bool attribute_next(struct attribute_list *list, struct attribute *ret);
struct attribute_list attribute_nested(const struct attribute *attribute);

/* An unsigned number of 1, 2, 4 or 8 bytes in network order, cut to 32 bits; 0 for any other length. */
uint32_t attribute_number(const struct attribute *attribute);

/* A copy that ends in NUL; NULL without memory. */
const char *attribute_text(const struct attribute *attribute, struct arena *arena);

#endif

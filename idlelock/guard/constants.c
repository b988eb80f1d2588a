/* SPDX-License-Identifier: BSD-2-Clause */
/* Constants of rules, by following what the registers hold; sorted into classes. */
#include "constants.h"

#include <linux/in.h>
#include <linux/in6.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <string.h>

#include "packet_walk.h"

/* --- classes --- */

/* bytes + 1; false where there is nothing behind. */
static bool next_value(uint8_t *bytes, size_t width)
{
	for (size_t i = width; i-- > 0;)
		if (++bytes[i] != 0)
			return true;
	return false;
}

static void cut_at(struct axis *axis, const uint8_t *value)
{
	size_t i = axis->count;

	while (i > 0 && memcmp(axis->cuts[i - 1], value, axis->width) > 0)
		i--;
	if (i > 0 && memcmp(axis->cuts[i - 1], value, axis->width) == 0)
		return;
	if (axis->count == AXIS_CUTS_MAX) {
		axis->overflow = true;
		return;
	}
	memmove(axis->cuts[i + 1], axis->cuts[i], (axis->count - i) * sizeof axis->cuts[0]);
	memset(axis->cuts[i], 0, sizeof axis->cuts[i]);
	memcpy(axis->cuts[i], value, axis->width);
	axis->count++;
}

void axis_cut(struct axis *axis, const uint8_t *first, const uint8_t *last)
{
	uint8_t behind[16] = {0};

	cut_at(axis, first);
	memcpy(behind, last, axis->width);
	if (next_value(behind, axis->width))
		cut_at(axis, behind);
}

void axis_class(const struct axis *axis, size_t i, uint8_t ret_first[static 16], uint8_t ret_last[static 16])
{
	memcpy(ret_first, axis->cuts[i], 16);
	memset(ret_last, 0xff, 16);
	if (i + 1 == axis->count)
		return;
	memcpy(ret_last, axis->cuts[i + 1], 16);
	for (size_t k = axis->width; k-- > 0;)
		if (ret_last[k]-- != 0)
			break;
}

/* --- what the registers hold --- */

/* A byte of a register: byte `index` of that field, with bits taken away by a mask. */
struct tag {
	enum axis_field field; /* FIELD_MAX = something else */
	uint8_t index, mask;
};

struct collector {
	struct constants *constants;
	struct tag tags[BITS_BYTES];
};

static void clear_tags(struct collector *c)
{
	for (size_t i = 0; i < BITS_BYTES; i++)
		c->tags[i].field = FIELD_MAX;
}

static void tag(struct collector *c, size_t at, enum axis_field field, size_t first, size_t len)
{
	for (size_t i = 0; i < len && at + i < BITS_BYTES; i++)
		c->tags[at + i] = (struct tag){.field = field, .index = (uint8_t)(first + i), .mask = 0xff};
}

/* The part of a load from offset, len bytes long, that is in a field of width bytes at `start`. */
static void tag_part(struct collector *c, const struct nf_expression *e, enum axis_field field, size_t start, size_t width)
{
	size_t first = e->offset > start ? e->offset : start, end = e->offset + (size_t)e->len;

	if (end > start + width)
		end = start + width;
	if (first < end)
		tag(c, walk_register(e->dreg) + (first - e->offset), field, first - start, end - first);
}

static void tag_payload(struct collector *c, const struct nf_expression *e)
{
	bool ipv4 = c->constants->family == NFPROTO_IPV4;

	tag(c, walk_register(e->dreg), FIELD_MAX, 0, e->len < BITS_BYTES ? e->len : BITS_BYTES);
	if (e->base == NFT_PAYLOAD_NETWORK_HEADER) {
		tag_part(c, e, FIELD_SOURCE, ipv4 ? 12 : 8, ipv4 ? 4 : 16);
		tag_part(c, e, FIELD_DESTINATION, ipv4 ? 16 : 24, ipv4 ? 4 : 16);
		tag_part(c, e, FIELD_PROTOCOL, ipv4 ? 9 : 6, 1);
	} else if (e->base == NFT_PAYLOAD_TRANSPORT_HEADER) {
		tag_part(c, e, FIELD_SOURCE_PORT, 0, 2);
		tag_part(c, e, FIELD_DESTINATION_PORT, 2, 2);
	}
}

static void tag_loads(struct collector *c, const struct nf_expression *e)
{
	size_t to = walk_register(e->dreg), from = walk_register(e->sreg);

	if (e->kind == NF_EXPRESSION_PAYLOAD && e->sreg == 0) {
		tag_payload(c, e);
	} else if (e->kind == NF_EXPRESSION_META && e->sreg == 0) {
		if (e->key == NFT_META_L4PROTO)
			tag(c, to, FIELD_PROTOCOL, 0, 1);
		else if (e->key == NFT_META_IIFNAME)
			tag(c, to, FIELD_INTERFACE, 0, INTERFACE_NAME_BYTES);
		else
			tag(c, to, FIELD_MAX, 0, 4);
	} else if (e->kind == NF_EXPRESSION_CT && e->sreg == 0) {
		tag(c, to, FIELD_MAX, 0, 16);
		if (e->key == NFT_CT_PROTO_DST)
			tag(c, to, FIELD_DESTINATION_PORT, 0, 2);
		else if (e->key == NFT_CT_PROTO_SRC)
			tag(c, to, FIELD_SOURCE_PORT, 0, 2);
		else if (e->key == NFT_CT_SRC || e->key == NFT_CT_SRC_IP || e->key == NFT_CT_SRC_IP6)
			tag(c, to, FIELD_SOURCE, 0, packet_address_len(c->constants->family));
		else if (e->key == NFT_CT_DST || e->key == NFT_CT_DST_IP || e->key == NFT_CT_DST_IP6)
			tag(c, to, FIELD_DESTINATION, 0, packet_address_len(c->constants->family));
	} else if (e->kind == NF_EXPRESSION_BITWISE) {
		for (size_t i = 0; i < e->len && from + i < BITS_BYTES && to + i < BITS_BYTES; i++) {
			c->tags[to + i] = c->tags[from + i];
			if (e->op == NFT_BITWISE_BOOL && i < e->data.len)
				c->tags[to + i].mask &= e->data.bytes[i];
		}
	}
}

/* --- what they are compared with --- */

void constants_add_interface(struct constants *constants, const char *name, size_t len)
{
	char whole[INTERFACE_NAME_BYTES] = {0};

	memcpy(whole, name, len < sizeof whole - 1 ? len : sizeof whole - 1);
	/* without its NUL it is the beginning of names: "wg*" */
	if (strnlen(whole, len) == len && len < sizeof whole - 2)
		whole[len] = '0';
	for (size_t i = 0; i < constants->interface_count; i++)
		if (strcmp(constants->interfaces[i], whole) == 0)
			return;
	if (*whole != '\0' && constants->interface_count < INTERFACE_NAMES_MAX)
		memcpy(constants->interfaces[constants->interface_count++], whole, sizeof whole);
}

/* The registers from `at` on are compared with a range of len bytes. */
static void compared(struct collector *c, size_t at, const uint8_t *first, const uint8_t *last, size_t len)
{
	for (size_t i = 0; i < len && at + i < BITS_BYTES; i++) {
		const struct tag *t = &c->tags[at + i];
		uint8_t from[16] = {0}, to[16];
		size_t n = 0;

		if (t->field == FIELD_MAX || t->index != 0)
			continue;
		memset(to, 0xff, sizeof to);
		for (; n < 16 && i + n < len && at + i + n < BITS_BYTES && t[n].field == t->field && t[n].index == n; n++) {
			from[n] = first[i + n] & t[n].mask;
			to[n] = last[i + n] | (uint8_t)~t[n].mask;
		}
		if (t->field == FIELD_INTERFACE)
			constants_add_interface(c->constants, (const char *)first + i, n);
		else if (t->field == FIELD_PROTOCOL)
			c->constants->protocols[first[i]] = c->constants->protocols[last[i]] = true;
		else
			axis_cut(&c->constants->axes[t->field], from, to);
	}
}

static void asked(struct collector *c, const struct nf_expression *e)
{
	size_t at = walk_register(e->sreg);

	for (const struct nf_element *element = e->set->elements; element != NULL; element = element->next)
		if (element->key != NULL)
			compared(c, at, element->key, element->key_end != NULL ? element->key_end : element->key, e->set->key_len);
}

static void collect_rule(struct collector *c, const struct nf_rule *rule)
{
	clear_tags(c);
	for (size_t i = 0; i < rule->count; i++) {
		const struct nf_expression *e = &rule->expressions[i];

		tag_loads(c, e);
		if (e->kind == NF_EXPRESSION_CMP && e->data.bytes != NULL)
			compared(c, walk_register(e->sreg), e->data.bytes, e->data.bytes, e->data.len);
		else if (e->kind == NF_EXPRESSION_RANGE && e->data.bytes != NULL && e->data.len == e->data_to.len)
			compared(c, walk_register(e->sreg), e->data.bytes, e->data_to.bytes, e->data.len);
		else if (e->kind == NF_EXPRESSION_LOOKUP)
			asked(c, e);
		else if (e->kind == NF_EXPRESSION_MATCH || e->kind == NF_EXPRESSION_LEGACY)
			xt_constants(e, c->constants);
	}
}

static void cut_network(struct axis *axis, const uint8_t *first, const uint8_t *last)
{
	uint8_t a[16] = {0}, b[16];

	memset(b, 0xff, sizeof b);
	memcpy(a, first, 4);
	memcpy(b, last, 4);
	axis_cut(axis, a, b);
}

/* What no sender of a new connection has: no network, loopback, multicast and what is behind it. */
static void cut_strange(struct constants *constants)
{
	static const uint8_t ipv4[][2][4] = {{{0}, {0, 255, 255, 255}}, {{127, 0, 0, 0}, {127, 255, 255, 255}}, {{224, 0, 0, 0}, {255, 255, 255, 255}}};
	static const uint8_t ipv6[][2][4] = {{{0}, {0, 255, 255, 255}}, {{255, 0, 0, 0}, {255, 255, 255, 255}}};

	for (enum axis_field field = FIELD_SOURCE; field <= FIELD_DESTINATION; field++) {
		struct axis *axis = &constants->axes[field];

		if (constants->family == NFPROTO_IPV4)
			for (size_t i = 0; i < sizeof ipv4 / sizeof ipv4[0]; i++)
				cut_network(axis, ipv4[i][0], ipv4[i][1]);
		else
			for (size_t i = 0; i < sizeof ipv6 / sizeof ipv6[0]; i++)
				cut_network(axis, ipv6[i][0], ipv6[i][1]);
	}
}

void constants_collect(const struct nf_ruleset *ruleset, uint8_t family, struct constants *ret)
{
	static const uint8_t zero[16];
	struct collector c = {.constants = ret};

	memset(ret, 0, sizeof *ret);
	ret->family = family;
	for (enum axis_field field = 0; field < FIELD_AXIS_MAX; field++) {
		ret->axes[field].width = field <= FIELD_DESTINATION ? packet_address_len(family) : 2;
		cut_at(&ret->axes[field], zero);
	}
	cut_strange(ret);
	for (const struct nf_chain *chain = ruleset->chains; chain != NULL; chain = chain->next)
		if (chain->family != (family == NFPROTO_IPV4 ? NFPROTO_IPV6 : NFPROTO_IPV4))
			for (const struct nf_rule *rule = chain->rules; rule != NULL; rule = rule->next)
				collect_rule(&c, rule);
}

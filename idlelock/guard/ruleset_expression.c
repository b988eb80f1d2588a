/* SPDX-License-Identifier: BSD-2-Clause */
/* The expressions of nftables' rules, out of netlink attributes: one row each. */
#include <errno.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nf_tables_compat.h>
#include <string.h>

#include "attribute.h"
#include "ruleset.h"

#define EXPRESSIONS_MAX 128 /* of one rule; the kernel has the same */
#define NESTED_MAX 2

enum what { WHAT_NOTHING, WHAT_NUMBER, WHAT_DATA, WHAT_NAME, WHAT_INFO, WHAT_ONE, WHAT_LIST };

struct place {
	uint16_t type;
	enum what what;
	size_t offset;
};
#define NUMBER(type, member) {type, WHAT_NUMBER, offsetof(struct nf_expression, member)}
#define DATA(type, member) {type, WHAT_DATA, offsetof(struct nf_expression, member)}
#define NAME(type) {type, WHAT_NAME, offsetof(struct nf_expression, name)}
#define NOTHING(type) {type, WHAT_NOTHING, 0}

/* Attributes that stand in no row make the expression an unknown one: a newer kernel may mean something else by it. An empty list takes all. */
#define PLACES_MAX 12
struct expression_row {
	const char *name;
	enum nf_expression_kind kind;
	struct place places[PLACES_MAX];
};

static const struct expression_row ROWS[] = {
	{"bitwise", NF_EXPRESSION_BITWISE,
	 {NUMBER(NFTA_BITWISE_SREG, sreg), NUMBER(NFTA_BITWISE_DREG, dreg), NUMBER(NFTA_BITWISE_LEN, len), DATA(NFTA_BITWISE_MASK, data),
	  DATA(NFTA_BITWISE_XOR, data_to), NUMBER(NFTA_BITWISE_OP, op), NOTHING(NFTA_BITWISE_DATA)}},
	{"byteorder", NF_EXPRESSION_BYTEORDER,
	 {NUMBER(NFTA_BYTEORDER_SREG, sreg), NUMBER(NFTA_BYTEORDER_DREG, dreg), NUMBER(NFTA_BYTEORDER_OP, op), NUMBER(NFTA_BYTEORDER_LEN, len),
	  NUMBER(NFTA_BYTEORDER_SIZE, offset)}},
	{"cmp", NF_EXPRESSION_CMP, {NUMBER(NFTA_CMP_SREG, sreg), NUMBER(NFTA_CMP_OP, op), DATA(NFTA_CMP_DATA, data)}},
	{"connlimit", NF_EXPRESSION_CONNLIMIT, {NUMBER(NFTA_CONNLIMIT_COUNT, len), NUMBER(NFTA_CONNLIMIT_FLAGS, flags)}},
	{"counter", NF_EXPRESSION_NONE, {NUMBER(NFTA_COUNTER_PACKETS, len), NOTHING(NFTA_COUNTER_BYTES), NOTHING(NFTA_COUNTER_PAD)}},
	{"ct", NF_EXPRESSION_CT,
	 {NUMBER(NFTA_CT_DREG, dreg), NUMBER(NFTA_CT_KEY, key), NUMBER(NFTA_CT_DIRECTION, direction), NUMBER(NFTA_CT_SREG, sreg)}},
	{"dup", NF_EXPRESSION_NONE, {{0}}},
	{"dynset", NF_EXPRESSION_DYNSET,
	 {NAME(NFTA_DYNSET_SET_NAME), NOTHING(NFTA_DYNSET_SET_ID), NUMBER(NFTA_DYNSET_OP, op), NUMBER(NFTA_DYNSET_SREG_KEY, sreg),
	  NOTHING(NFTA_DYNSET_SREG_DATA), NOTHING(NFTA_DYNSET_TIMEOUT), {NFTA_DYNSET_EXPR, WHAT_ONE, 0}, {NFTA_DYNSET_EXPRESSIONS, WHAT_LIST, 0},
	  NUMBER(NFTA_DYNSET_FLAGS, flags)}},
	{"exthdr", NF_EXPRESSION_EXTHDR,
	 {NUMBER(NFTA_EXTHDR_DREG, dreg), NOTHING(NFTA_EXTHDR_TYPE), NUMBER(NFTA_EXTHDR_OFFSET, offset), NUMBER(NFTA_EXTHDR_LEN, len),
	  NUMBER(NFTA_EXTHDR_FLAGS, flags), NUMBER(NFTA_EXTHDR_OP, op), NUMBER(NFTA_EXTHDR_SREG, sreg)}},
	{"fib", NF_EXPRESSION_FIB, {NUMBER(NFTA_FIB_DREG, dreg), NUMBER(NFTA_FIB_RESULT, key), NUMBER(NFTA_FIB_FLAGS, flags)}},
	{"flow_offload", NF_EXPRESSION_NONE, {{0}}},
	{"hash", NF_EXPRESSION_RANDOM,
	 {NOTHING(NFTA_HASH_SREG), NUMBER(NFTA_HASH_DREG, dreg), NOTHING(NFTA_HASH_LEN), NOTHING(NFTA_HASH_MODULUS), NOTHING(NFTA_HASH_SEED),
	  NOTHING(NFTA_HASH_OFFSET), NOTHING(NFTA_HASH_TYPE)}},
	{"immediate", NF_EXPRESSION_IMMEDIATE, {NUMBER(NFTA_IMMEDIATE_DREG, dreg), DATA(NFTA_IMMEDIATE_DATA, data)}},
	{"last", NF_EXPRESSION_NONE, {{0}}},
	{"limit", NF_EXPRESSION_LIMIT,
	 {NOTHING(NFTA_LIMIT_RATE), NOTHING(NFTA_LIMIT_UNIT), NOTHING(NFTA_LIMIT_BURST), NOTHING(NFTA_LIMIT_TYPE), NUMBER(NFTA_LIMIT_FLAGS, flags)}},
	{"log", NF_EXPRESSION_NONE, {{0}}},
	{"lookup", NF_EXPRESSION_LOOKUP,
	 {NAME(NFTA_LOOKUP_SET), NUMBER(NFTA_LOOKUP_SREG, sreg), NUMBER(NFTA_LOOKUP_DREG, dreg), NOTHING(NFTA_LOOKUP_SET_ID),
	  NUMBER(NFTA_LOOKUP_FLAGS, flags)}},
	{"match", NF_EXPRESSION_MATCH,
	 {NAME(NFTA_MATCH_NAME), NUMBER(NFTA_MATCH_REV, revision), {NFTA_MATCH_INFO, WHAT_INFO, 0}}},
	{"meta", NF_EXPRESSION_META, {NUMBER(NFTA_META_DREG, dreg), NUMBER(NFTA_META_KEY, key), NUMBER(NFTA_META_SREG, sreg)}},
	{"nat", NF_EXPRESSION_NAT,
	 {NUMBER(NFTA_NAT_TYPE, op), NUMBER(NFTA_NAT_FAMILY, key), NUMBER(NFTA_NAT_REG_ADDR_MIN, sreg), NOTHING(NFTA_NAT_REG_ADDR_MAX),
	  NUMBER(NFTA_NAT_REG_PROTO_MIN, port_reg), NOTHING(NFTA_NAT_REG_PROTO_MAX), NUMBER(NFTA_NAT_FLAGS, flags)}},
	{"notrack", NF_EXPRESSION_NOTRACK, {{0}}},
	{"numgen", NF_EXPRESSION_RANDOM,
	 {NUMBER(NFTA_NG_DREG, dreg), NOTHING(NFTA_NG_MODULUS), NOTHING(NFTA_NG_TYPE), NOTHING(NFTA_NG_OFFSET)}},
	{"objref", NF_EXPRESSION_OBJREF,
	 {NUMBER(NFTA_OBJREF_IMM_TYPE, key), NAME(NFTA_OBJREF_IMM_NAME), NOTHING(NFTA_OBJREF_SET_SREG), NOTHING(NFTA_OBJREF_SET_NAME),
	  NOTHING(NFTA_OBJREF_SET_ID)}},
	{"payload", NF_EXPRESSION_PAYLOAD,
	 {NUMBER(NFTA_PAYLOAD_DREG, dreg), NUMBER(NFTA_PAYLOAD_BASE, base), NUMBER(NFTA_PAYLOAD_OFFSET, offset), NUMBER(NFTA_PAYLOAD_LEN, len),
	  NUMBER(NFTA_PAYLOAD_SREG, sreg), NOTHING(NFTA_PAYLOAD_CSUM_TYPE), NOTHING(NFTA_PAYLOAD_CSUM_OFFSET), NOTHING(NFTA_PAYLOAD_CSUM_FLAGS)}},
	{"queue", NF_EXPRESSION_QUEUE, {{0}}},
	{"quota", NF_EXPRESSION_QUOTA, {NUMBER(NFTA_QUOTA_FLAGS, flags), NOTHING(NFTA_QUOTA_BYTES), NOTHING(NFTA_QUOTA_PAD), NOTHING(NFTA_QUOTA_CONSUMED)}},
	{"range", NF_EXPRESSION_RANGE,
	 {NUMBER(NFTA_RANGE_SREG, sreg), NUMBER(NFTA_RANGE_OP, op), DATA(NFTA_RANGE_FROM_DATA, data), DATA(NFTA_RANGE_TO_DATA, data_to)}},
	{"redir", NF_EXPRESSION_REDIRECT, {NUMBER(NFTA_REDIR_REG_PROTO_MIN, port_reg), NOTHING(NFTA_REDIR_REG_PROTO_MAX), NOTHING(NFTA_REDIR_FLAGS)}},
	{"reject", NF_EXPRESSION_REJECT, {{0}}},
	{"rt", NF_EXPRESSION_RANDOM, {NUMBER(NFTA_RT_DREG, dreg), NOTHING(NFTA_RT_KEY)}},
	{"target", NF_EXPRESSION_TARGET,
	 {NAME(NFTA_TARGET_NAME), NUMBER(NFTA_TARGET_REV, revision), {NFTA_TARGET_INFO, WHAT_INFO, 0}}},
};

static const struct expression_row *find_row(const char *name)
{
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++)
		if (strcmp(ROWS[i].name, name) == 0)
			return &ROWS[i];
	return NULL;
}

static const struct place *find_place(const struct expression_row *row, uint16_t type)
{
	for (size_t i = 0; i < PLACES_MAX && row->places[i].type != 0; i++)
		if (row->places[i].type == type)
			return &row->places[i];
	return NULL;
}

static int read_verdict(struct attribute_list list, struct arena *arena, struct nf_data *ret)
{
	struct attribute a;

	ret->is_verdict = true;
	while (attribute_next(&list, &a)) {
		if (a.type == NFTA_VERDICT_CODE)
			ret->verdict = (int32_t)attribute_number(&a);
		if (a.type != NFTA_VERDICT_CHAIN)
			continue;
		ret->chain_name = attribute_text(&a, arena);
		if (ret->chain_name == NULL)
			return -ENOMEM;
	}
	return list.bad ? -EBADMSG : 0;
}

int ruleset_data(struct attribute_list list, struct arena *arena, struct nf_data *ret)
{
	struct attribute a;
	int r = 0;

	*ret = (struct nf_data){0};
	while (r == 0 && attribute_next(&list, &a)) {
		if (a.type == NFTA_DATA_VALUE && a.len > 0) {
			ret->bytes = a.bytes;
			ret->len = a.len;
		} else if (a.type == NFTA_DATA_VERDICT) {
			r = read_verdict(attribute_nested(&a), arena, ret);
		} else {
			r = -EBADMSG;
		}
	}
	return r == 0 && list.bad ? -EBADMSG : r;
}

static int read_expression(struct attribute_list list, unsigned depth, struct arena *arena, struct nf_expression *ret);

static int read_one(const struct attribute *a, unsigned depth, struct arena *arena, struct nf_expression *ret)
{
	struct nf_expression *nested = depth < NESTED_MAX ? ARENA_NEW(arena, struct nf_expression, 1) : NULL;

	if (nested == NULL)
		return depth < NESTED_MAX ? -ENOMEM : -EBADMSG;
	ret->nested = nested;
	ret->nested_count = 1;
	return read_expression(attribute_nested(a), depth + 1, arena, nested);
}

static int read_place(const struct place *place, const struct attribute *a, unsigned depth, struct arena *arena, struct nf_expression *ret)
{
	unsigned char *member = (unsigned char *)ret + place->offset;

	switch (place->what) {
	case WHAT_NOTHING:
		return 0;
	case WHAT_NUMBER:
		*(uint32_t *)(void *)member = attribute_number(a);
		return 0;
	case WHAT_DATA:
		return ruleset_data(attribute_nested(a), arena, (struct nf_data *)(void *)member);
	case WHAT_NAME:
		ret->name = attribute_text(a, arena);
		return ret->name != NULL ? 0 : -ENOMEM;
	case WHAT_INFO:
		ret->info = a->bytes;
		ret->info_len = a->len;
		return 0;
	case WHAT_ONE:
		return read_one(a, depth, arena, ret);
	case WHAT_LIST:
		return ruleset_expressions(attribute_nested(a), depth + 1, arena, &ret->nested, &ret->nested_count);
	}
	return -EBADMSG;
}

static int read_members(const struct expression_row *row, struct attribute_list list, unsigned depth, struct arena *arena,
			struct nf_expression *ret)
{
	struct attribute a;
	int r = 0;

	ret->kind = row->kind;
	while (r == 0 && attribute_next(&list, &a)) {
		const struct place *place = find_place(row, a.type);

		if (place != NULL)
			r = read_place(place, &a, depth, arena, ret);
		else if (row->places[0].type != 0)
			ret->kind = NF_EXPRESSION_UNKNOWN;
	}
	return r == 0 && list.bad ? -EBADMSG : r;
}

/* One expression: its name, then what belongs to it. */
static int read_expression(struct attribute_list list, unsigned depth, struct arena *arena, struct nf_expression *ret)
{
	const struct expression_row *row = NULL;
	struct attribute a;
	int r = 0;

	while (r == 0 && attribute_next(&list, &a)) {
		if (a.type == NFTA_EXPR_NAME) {
			ret->name = attribute_text(&a, arena);
			row = ret->name != NULL ? find_row(ret->name) : NULL;
			ret->kind = row != NULL ? row->kind : NF_EXPRESSION_UNKNOWN;
			r = ret->name != NULL ? 0 : -ENOMEM;
		} else if (a.type == NFTA_EXPR_DATA && row != NULL) {
			r = read_members(row, attribute_nested(&a), depth, arena, ret);
		}
	}
	if (r == 0 && (list.bad || ret->name == NULL))
		return -EBADMSG;
	return r;
}

int ruleset_expressions(struct attribute_list list, unsigned depth, struct arena *arena, struct nf_expression **ret, size_t *ret_count)
{
	struct attribute_list counting = list;
	struct nf_expression *expressions;
	struct attribute a;
	size_t count = 0;
	int r = 0;

	while (attribute_next(&counting, &a))
		count++;
	if (counting.bad || count > EXPRESSIONS_MAX || depth > NESTED_MAX)
		return -EBADMSG;
	expressions = ARENA_NEW(arena, struct nf_expression, count > 0 ? count : 1);
	if (expressions == NULL)
		return -ENOMEM;
	for (size_t i = 0; r == 0 && attribute_next(&list, &a); i++)
		r = read_expression(attribute_nested(&a), depth, arena, &expressions[i]);
	*ret = expressions;
	*ret_count = count;
	return r;
}

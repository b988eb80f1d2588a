/* SPDX-License-Identifier: BSD-2-Clause */
/* Packets through rules that are built here: what each expression does, jumps, base chains, and that doubt is never "closed". */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <linux/in.h>
#include <linux/in6.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/xt_multiport.h>
#include <linux/netfilter/xt_state.h>
#include <linux/netfilter/xt_tcpudp.h>
#include <stdlib.h>
#include <string.h>

#include "ruleset_sample.h"

#define EXPRESSIONS_MAX 6
#define RULES_MAX 5
#define BYTES(...) {.bytes = (const uint8_t[]){__VA_ARGS__}, .len = sizeof(uint8_t[]){__VA_ARGS__} / sizeof(uint8_t)}

/* --- expressions --- */
enum { R1 = NFT_REG_1, R2 = NFT_REG_2 };
static const struct nf_expression DPORT = {.kind = NF_EXPRESSION_PAYLOAD, .name = "payload", .base = NFT_PAYLOAD_TRANSPORT_HEADER, .offset = 2, .len = 2, .dreg = R1};
static const struct nf_expression SADDR = {.kind = NF_EXPRESSION_PAYLOAD, .name = "payload", .base = NFT_PAYLOAD_NETWORK_HEADER, .offset = 12, .len = 4, .dreg = R1};
static const struct nf_expression TTL = {.kind = NF_EXPRESSION_PAYLOAD, .name = "payload", .base = NFT_PAYLOAD_NETWORK_HEADER, .offset = 8, .len = 1, .dreg = R1};
static const struct nf_expression BEHIND = {.kind = NF_EXPRESSION_PAYLOAD, .name = "payload", .base = NFT_PAYLOAD_TRANSPORT_HEADER, .offset = 60, .len = 2, .dreg = R1};
static const struct nf_expression STATE = {.kind = NF_EXPRESSION_CT, .name = "ct", .key = NFT_CT_STATE, .dreg = R1};
static const struct nf_expression MARK = {.kind = NF_EXPRESSION_META, .name = "meta", .key = NFT_META_MARK, .dreg = R1};
static const struct nf_expression SET_MARK = {.kind = NF_EXPRESSION_META, .name = "meta", .key = NFT_META_MARK, .sreg = R1};
static const struct nf_expression IIFNAME = {.kind = NF_EXPRESSION_META, .name = "meta", .key = NFT_META_IIFNAME, .dreg = R1};
static const struct nf_expression RANDOM = {.kind = NF_EXPRESSION_RANDOM, .name = "numgen", .dreg = R1};
static const struct nf_expression COUNTER = {.kind = NF_EXPRESSION_NONE, .name = "counter"};
static const struct nf_expression STRANGE = {.kind = NF_EXPRESSION_UNKNOWN, .name = "strange"};
static const struct nf_expression REJECT = {.kind = NF_EXPRESSION_REJECT, .name = "reject"};
static const struct nf_expression NOTRACK = {.kind = NF_EXPRESSION_NOTRACK, .name = "notrack"};
static const struct nf_expression LIMIT = {.kind = NF_EXPRESSION_LIMIT, .name = "limit"};
static const struct nf_expression LIMIT_OVER = {.kind = NF_EXPRESSION_LIMIT, .name = "limit", .flags = NFT_LIMIT_F_INV};
#define CMP(operation, ...) {.kind = NF_EXPRESSION_CMP, .name = "cmp", .sreg = R1, .op = (operation), .data = BYTES(__VA_ARGS__)}
#define MASK(...) {.kind = NF_EXPRESSION_BITWISE, .name = "bitwise", .sreg = R1, .dreg = R1, .len = 4, .data = BYTES(__VA_ARGS__), .data_to = BYTES(0, 0, 0, 0)}
#define LOAD(...) {.kind = NF_EXPRESSION_IMMEDIATE, .name = "immediate", .dreg = R1, .data = BYTES(__VA_ARGS__)}
#define VERDICT(code) {.kind = NF_EXPRESSION_IMMEDIATE, .name = "immediate", .data = {.is_verdict = true, .verdict = (code)}}
#define TO(code, chain) {.kind = NF_EXPRESSION_IMMEDIATE, .name = "immediate", .data = {.is_verdict = true, .verdict = (code), .chain_name = (chain)}}
#define MATCH(which, rev, struct_value) {.kind = NF_EXPRESSION_MATCH, .name = (which), .revision = (rev), .info = (const uint8_t *)(struct_value), .info_len = sizeof *(struct_value)}
#define DNAT {.kind = NF_EXPRESSION_NAT, .name = "nat", .op = NFT_NAT_DNAT, .sreg = R1}

struct rule {
	const char *chain; /* NULL = the base chain */
	struct nf_expression expressions[EXPRESSIONS_MAX];
};

/* --- chains out of rows --- */

struct bed {
	struct arena arena;
	struct nf_ruleset ruleset;
	struct walk_plan plan;
};

static struct nf_chain *find_or_add(struct bed *bed, const char *name)
{
	struct nf_chain *chain = bed->ruleset.chains;

	while (chain != NULL && strcmp(chain->name, name) != 0)
		chain = chain->next;
	if (chain != NULL)
		return chain;
	chain = ruleset_add_chain(&bed->ruleset, &bed->arena);
	assert_non_null(chain);
	chain->family = NFPROTO_INET;
	chain->table = "t";
	chain->name = name;
	chain->policy = NF_ACCEPT;
	return chain;
}

static void add_rules(struct bed *bed, const char *base, const struct rule *rules)
{
	for (size_t i = 0; i < RULES_MAX && rules[i].expressions[0].name != NULL; i++) {
		struct nf_expression *copy = ARENA_NEW(&bed->arena, struct nf_expression, EXPRESSIONS_MAX);
		size_t count = 0;

		assert_non_null(copy);
		memcpy(copy, rules[i].expressions, sizeof rules[i].expressions);
		while (count < EXPRESSIONS_MAX && copy[count].name != NULL)
			count++;
		assert_int_equal(ruleset_add_rule(&bed->ruleset, find_or_add(bed, rules[i].chain != NULL ? rules[i].chain : base), copy, count, &bed->arena), 0);
	}
}

static struct nf_chain *add_base(struct bed *bed, const char *name, uint32_t hook, int priority, uint32_t policy)
{
	struct nf_chain *chain = find_or_add(bed, name);

	chain->is_base = true;
	chain->hook = hook;
	chain->priority = priority;
	chain->policy = policy;
	return chain;
}

static void bed_init(struct bed *bed)
{
	*bed = (struct bed){0};
	arena_init(&bed->arena, malloc(SAMPLE_ARENA_BYTES), SAMPLE_ARENA_BYTES);
	assert_non_null(bed->arena.block);
}

static enum walk_end fate(struct bed *bed, const struct probe *probe, const char **ret_puzzle)
{
	struct walk_result result;

	assert_int_equal(ruleset_link(&bed->ruleset), 0);
	assert_int_equal(walk_plan_init(&bed->plan, &bed->ruleset, &sample_surroundings, &bed->arena), 0);
	result = walk_packet(&bed->plan, probe);
	*ret_puzzle = result.puzzle;
	return result.end;
}

/* --- one chain at input, with policy drop; a tcp packet to port 22 --- */

static const struct xt_tcp TCP_20_25 = {.spts = {0, 65535}, .dpts = {20, 25}};
static const struct xt_tcp TCP_NOT_20_25 = {.spts = {0, 65535}, .dpts = {20, 25}, .invflags = XT_TCP_INV_DSTPT};
static const struct xt_multiport_v1 PORTS = {.flags = XT_MULTIPORT_DESTINATION, .count = 3, .ports = {80, 20, 30}, .pflags = {0, 1, 0}};
static const struct xt_state_info STATE_NEW = {.statemask = XT_STATE_BIT(IP_CT_NEW)};

static void one_chain(void **state)
{
	const struct {
		const char *name;
		enum walk_end end;
		const char *puzzle;
		struct rule rules[RULES_MAX];
	} rows[] = {
		{"no rule", WALK_CLOSED, NULL, {{0}}},
		{"accept", WALK_OPEN, NULL, {{NULL, {VERDICT(NF_ACCEPT)}}}},
		{"the port", WALK_OPEN, NULL, {{NULL, {DPORT, CMP(NFT_CMP_EQ, 0, 22), VERDICT(NF_ACCEPT)}}}},
		{"another port", WALK_CLOSED, NULL, {{NULL, {DPORT, CMP(NFT_CMP_EQ, 0, 23), VERDICT(NF_ACCEPT)}}}},
		{"not another port", WALK_OPEN, NULL, {{NULL, {DPORT, CMP(NFT_CMP_NEQ, 0, 23), VERDICT(NF_ACCEPT)}}}},
		{"below", WALK_OPEN, NULL, {{NULL, {DPORT, CMP(NFT_CMP_LT, 0, 23), VERDICT(NF_ACCEPT)}}}},
		{"not below itself", WALK_CLOSED, NULL, {{NULL, {DPORT, CMP(NFT_CMP_LT, 0, 22), VERDICT(NF_ACCEPT)}}}},
		{"at most itself", WALK_OPEN, NULL, {{NULL, {DPORT, CMP(NFT_CMP_LTE, 0, 22), VERDICT(NF_ACCEPT)}}}},
		{"above", WALK_CLOSED, NULL, {{NULL, {DPORT, CMP(NFT_CMP_GT, 1, 0), VERDICT(NF_ACCEPT)}}}},
		{"a network", WALK_OPEN, NULL, {{NULL, {SADDR, MASK(255, 255, 0, 0), CMP(NFT_CMP_EQ, 198, 51, 0, 0), VERDICT(NF_ACCEPT)}}}},
		{"another network", WALK_CLOSED, NULL, {{NULL, {SADDR, MASK(255, 255, 0, 0), CMP(NFT_CMP_EQ, 198, 52, 0, 0), VERDICT(NF_ACCEPT)}}}},
		{"an interface by its beginning", WALK_OPEN, NULL, {{NULL, {IIFNAME, CMP(NFT_CMP_EQ, 'e', 't', 'h'), VERDICT(NF_ACCEPT)}}}},
		{"a whole name", WALK_CLOSED, NULL, {{NULL, {IIFNAME, CMP(NFT_CMP_EQ, 'e', 't', 'h', 0), VERDICT(NF_ACCEPT)}}}},
		{"a new connection", WALK_OPEN, NULL, {{NULL, {STATE, MASK(8, 0, 0, 0), CMP(NFT_CMP_NEQ, 0, 0, 0, 0), VERDICT(NF_ACCEPT)}}}},
		{"an established one", WALK_CLOSED, NULL, {{NULL, {STATE, MASK(6, 0, 0, 0), CMP(NFT_CMP_NEQ, 0, 0, 0, 0), VERDICT(NF_ACCEPT)}}}},
		{"a mark that was set", WALK_OPEN, NULL, {{NULL, {LOAD(4, 0, 0, 0), SET_MARK}}, {NULL, {MARK, CMP(NFT_CMP_EQ, 4, 0, 0, 0), VERDICT(NF_ACCEPT)}}}},
		{"counted, then rejected", WALK_CLOSED, NULL, {{NULL, {COUNTER, REJECT}}, {NULL, {VERDICT(NF_ACCEPT)}}}},
		{"within a limit", WALK_OPEN, NULL, {{NULL, {LIMIT, VERDICT(NF_ACCEPT)}}}},
		{"over a limit", WALK_CLOSED, NULL, {{NULL, {LIMIT_OVER, VERDICT(NF_ACCEPT)}}}},
		{"no longer tracked behind conntrack changes nothing now", WALK_CLOSED, NULL,
		 {{NULL, {NOTRACK}}, {NULL, {STATE, MASK(8, 0, 0, 0), CMP(NFT_CMP_NEQ, 0, 0, 0, 0), VERDICT(NF_ACCEPT)}}}},
		{"a jump that comes back", WALK_OPEN, NULL, {{NULL, {TO(NFT_JUMP, "a")}}, {NULL, {VERDICT(NF_ACCEPT)}}, {"a", {COUNTER}}}},
		{"a jump that returns early", WALK_OPEN, NULL,
		 {{NULL, {TO(NFT_JUMP, "a")}}, {NULL, {VERDICT(NF_ACCEPT)}}, {"a", {VERDICT(NFT_RETURN)}}, {"a", {VERDICT(NF_DROP)}}}},
		{"goto does not come back", WALK_CLOSED, NULL, {{NULL, {TO(NFT_GOTO, "a")}}, {NULL, {VERDICT(NF_ACCEPT)}}, {"a", {COUNTER}}}},
		{"goto in a chain goes back to where that was called", WALK_OPEN, NULL,
		 {{NULL, {TO(NFT_JUMP, "a")}}, {NULL, {VERDICT(NF_ACCEPT)}}, {"a", {TO(NFT_GOTO, "b")}}, {"a", {VERDICT(NF_DROP)}}, {"b", {COUNTER}}}},
		{"chains that loop end in doubt", WALK_UNKNOWN, "loop", {{NULL, {TO(NFT_JUMP, "a")}}, {"a", {TO(NFT_JUMP, "a")}}}},
		{"an expression of a newer kernel", WALK_UNKNOWN, "strange", {{NULL, {STRANGE}}}},
		{"the same, and all is dropped before", WALK_CLOSED, NULL, {{NULL, {VERDICT(NF_DROP)}}, {NULL, {STRANGE, VERDICT(NF_ACCEPT)}}}},
		{"a match that nobody knows", WALK_UNKNOWN, "string", {{NULL, {MATCH("string", 1, &TCP_20_25), VERDICT(NF_ACCEPT)}}}},
		{"the same in front of a drop", WALK_CLOSED, NULL, {{NULL, {MATCH("string", 1, &TCP_20_25), VERDICT(NF_DROP)}}}},
		{"a target that nobody knows", WALK_UNKNOWN, "NEW", {{NULL, {{.kind = NF_EXPRESSION_TARGET, .name = "NEW"}}}}},
		{"a random number", WALK_UNKNOWN, "cmp", {{NULL, {RANDOM, CMP(NFT_CMP_EQ, 1, 0, 0, 0), VERDICT(NF_ACCEPT)}}}},
		{"what the sender may choose", WALK_UNKNOWN, "cmp", {{NULL, {TTL, CMP(NFT_CMP_EQ, 64), VERDICT(NF_ACCEPT)}}}},
		{"a mark that may have been set", WALK_UNKNOWN, "cmp",
		 {{NULL, {TTL, CMP(NFT_CMP_EQ, 64), LOAD(4, 0, 0, 0), SET_MARK}}, {NULL, {MARK, CMP(NFT_CMP_EQ, 4, 0, 0, 0), VERDICT(NF_ACCEPT)}}}},
		{"data behind the headers", WALK_UNKNOWN, "cmp", {{NULL, {BEHIND, CMP(NFT_CMP_EQ, 0, 0), VERDICT(NF_ACCEPT)}}}},
		{"bits that no mask leaves are known", WALK_OPEN, NULL, {{NULL, {RANDOM, MASK(0, 0, 0, 0), CMP(NFT_CMP_EQ, 0, 0, 0, 0), VERDICT(NF_ACCEPT)}}}},
		{"a doubtful accept before a sure one", WALK_OPEN, NULL, {{NULL, {TTL, CMP(NFT_CMP_EQ, 64), VERDICT(NF_ACCEPT)}}, {NULL, {VERDICT(NF_ACCEPT)}}}},
		{"iptables: tcp", WALK_OPEN, NULL, {{NULL, {MATCH("tcp", 0, &TCP_20_25), VERDICT(NF_ACCEPT)}}}},
		{"iptables: not these ports", WALK_CLOSED, NULL, {{NULL, {MATCH("tcp", 0, &TCP_NOT_20_25), VERDICT(NF_ACCEPT)}}}},
		{"iptables: a range in multiport", WALK_OPEN, NULL, {{NULL, {MATCH("multiport", 1, &PORTS), VERDICT(NF_ACCEPT)}}}},
		{"iptables: a revision that nobody knows", WALK_UNKNOWN, "multiport", {{NULL, {MATCH("multiport", 7, &PORTS), VERDICT(NF_ACCEPT)}}}},
		{"iptables: state", WALK_OPEN, NULL, {{NULL, {MATCH("state", 0, &STATE_NEW), VERDICT(NF_ACCEPT)}}}},
	};
	struct probe probe = sample_probe(NFPROTO_IPV4, IPPROTO_TCP, 22);

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const char *puzzle;
		struct bed bed;

		print_message("%s\n", rows[i].name);
		bed_init(&bed);
		add_base(&bed, "in", NF_INET_LOCAL_IN, 0, NF_DROP);
		add_rules(&bed, "in", rows[i].rules);
		assert_int_equal(fate(&bed, &probe, &puzzle), rows[i].end);
		if (rows[i].puzzle != NULL)
			assert_string_equal(puzzle, rows[i].puzzle);
		free(bed.arena.block);
	}
}

/* --- several base chains --- */

static void several_chains(void **state)
{
	const struct rule drop[RULES_MAX] = {{NULL, {VERDICT(NF_DROP)}}}, accept[RULES_MAX] = {{NULL, {VERDICT(NF_ACCEPT)}}};
	const struct rule mark[RULES_MAX] = {{NULL, {LOAD(4, 0, 0, 0), SET_MARK}}};
	const struct rule marked[RULES_MAX] = {{NULL, {MARK, CMP(NFT_CMP_EQ, 4, 0, 0, 0), VERDICT(NF_DROP)}}};
	const struct rule untrack[RULES_MAX] = {{NULL, {NOTRACK}}};
	const struct rule drop_new[RULES_MAX] = {{NULL, {STATE, MASK(8, 0, 0, 0), CMP(NFT_CMP_NEQ, 0, 0, 0, 0), VERDICT(NF_DROP)}}};
	const struct rule to_container[RULES_MAX] = {{NULL, {LOAD(172, 17, 0, 2), DNAT}}}, to_self[RULES_MAX] = {{NULL, {LOAD(192, 0, 2, 1), DNAT}}};
	const struct {
		const char *name;
		enum walk_end end;
		struct {
			const struct rule *rules;
			uint32_t hook;
			int priority;
			bool is_nat;
		} chains[3];
	} rows[] = {
		{"accept is for its own chain", WALK_CLOSED, {{accept, NF_INET_LOCAL_IN, 0}, {drop, NF_INET_LOCAL_IN, 5}}},
		{"another hook", WALK_OPEN, {{drop, NF_INET_LOCAL_OUT, 0}}},
		{"dropped early", WALK_CLOSED, {{drop, NF_INET_PRE_ROUTING, 0}}},
		{"by priority, not by order", WALK_CLOSED, {{marked, NF_INET_LOCAL_IN, 10}, {mark, NF_INET_LOCAL_IN, -10}}},
		{"the mark comes too late", WALK_OPEN, {{marked, NF_INET_LOCAL_IN, -10}, {mark, NF_INET_LOCAL_IN, 10}}},
		{"untracked is not new", WALK_OPEN, {{untrack, NF_INET_PRE_ROUTING, -300}, {drop_new, NF_INET_LOCAL_IN, 0}}},
		{"before conntrack nothing is new", WALK_OPEN, {{drop_new, NF_INET_PRE_ROUTING, -300}}},
		{"sent on past input", WALK_OPEN, {{to_container, NF_INET_PRE_ROUTING, -100, true}, {drop, NF_INET_LOCAL_IN, 0}}},
		{"sent on into a closed forward", WALK_CLOSED, {{to_container, NF_INET_PRE_ROUTING, -100, true}, {drop, NF_INET_FORWARD, 0}}},
		{"translated to this computer itself", WALK_CLOSED, {{to_self, NF_INET_PRE_ROUTING, -100, true}, {drop, NF_INET_LOCAL_IN, 0}}},
	};
	static const char *const names[] = {"one", "two", "three"};
	struct probe probe = sample_probe(NFPROTO_IPV4, IPPROTO_TCP, 22);

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const char *puzzle;
		struct bed bed;

		print_message("%s\n", rows[i].name);
		bed_init(&bed);
		for (size_t k = 0; k < 3 && rows[i].chains[k].rules != NULL; k++) {
			add_base(&bed, names[k], rows[i].chains[k].hook, rows[i].chains[k].priority, NF_ACCEPT)->is_nat = rows[i].chains[k].is_nat;
			add_rules(&bed, names[k], rows[i].chains[k].rules);
		}
		assert_int_equal(fate(&bed, &probe, &puzzle), rows[i].end);
		free(bed.arena.block);
	}
}

/* --- sets --- */

static void sets(void **state)
{
	static const uint8_t k20[] = {0, 20}, k26[] = {0, 26}, k80[] = {0, 80};
	/* as the kernel tells them: starts, and the first values behind */
	struct nf_element behind80 = {.key = (const uint8_t[]){0, 81}, .flags = NFT_SET_ELEM_INTERVAL_END}, at80 = {.key = k80, .next = &behind80};
	struct nf_element behind = {.key = k26, .flags = NFT_SET_ELEM_INTERVAL_END, .next = &at80}, from = {.key = k20, .next = &behind};
	struct nf_set intervals = {.flags = NFT_SET_INTERVAL, .key_len = 2, .elements = &from, .count = 4};
	struct nf_element any = {.flags = NFT_SET_ELEM_CATCHALL}, only = {.key = k80, .next = &any};
	struct nf_set keys = {.key_len = 2, .elements = &only, .count = 2};
	struct nf_element pair = {.key = (const uint8_t[]){10, 0, 0, 0, 0, 22, 0, 0}, .key_end = (const uint8_t[]){10, 255, 255, 255, 0, 23, 0, 0}};
	struct nf_set pairs = {.flags = NFT_SET_INTERVAL | NFT_SET_CONCAT, .key_len = 8, .fields = {4, 2}, .elements = &pair, .count = 1};
	const struct {
		const char *name;
		const struct nf_set *set;
		uint8_t value[8];
		size_t known;
		enum tri in;
	} rows[] = {
		{"before", &intervals, {0, 19}, 2, TRI_NO},
		{"first", &intervals, {0, 20}, 2, TRI_YES},
		{"last", &intervals, {0, 25}, 2, TRI_YES},
		{"behind", &intervals, {0, 26}, 2, TRI_NO},
		{"the next interval", &intervals, {0, 80}, 2, TRI_YES},
		{"behind all", &intervals, {255, 255}, 2, TRI_NO},
		{"half known", &intervals, {0}, 1, TRI_MAYBE},
		{"the catch-all", &keys, {9, 9}, 2, TRI_YES},
		{"both parts in their ranges", &pairs, {10, 1, 2, 3, 0, 23}, 8, TRI_YES},
		{"one part outside", &pairs, {10, 1, 2, 3, 0, 24}, 8, TRI_NO},
		{"one part unknown, the other outside", &pairs, {11, 0, 0, 0}, 4, TRI_NO},
		{"one part unknown", &pairs, {10, 0, 0, 0}, 4, TRI_MAYBE},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct nf_element *element = NULL;
		struct bits bits = {0};

		print_message("%s\n", rows[i].name);
		bits_set(&bits, 0, rows[i].value, rows[i].known);
		assert_int_equal(set_lookup(rows[i].set, &bits, 0, &element), rows[i].in);
		assert_int_equal(element != NULL, rows[i].in == TRI_YES);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(one_chain), cmocka_unit_test(several_chains), cmocka_unit_test(sets)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

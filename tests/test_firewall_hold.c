/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of idlelock/guard/firewall_hold.c: its messages, read as the kernel would tell them, let in what the policy allows and nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter/nfnetlink.h>
#include <stdlib.h>
#include <string.h>

#include "firewall.h"
#include "firewall_hold.h"
#include "ruleset_sample.h"

#define ARENA_BYTES (64 * 1024 * 1024)
#define WORDS_MAX 4

struct bed {
	uint8_t *batch;
	size_t len;
	uint8_t *told; /* what adds, after the table that may be there is gone */
	size_t told_len;
	struct arena arena;
	struct firewall_facts facts;
};

static unsigned command_of(const struct nlmsghdr *m)
{
	return m->nlmsg_type & 0xff;
}

static void bed_init(struct bed *bed, const char *const *allow, size_t count)
{
	const struct word_list list = {.words = allow, .count = count};
	bool gone = false;
	int left;

	*bed = (struct bed){.batch = calloc(1, FIREWALL_HOLD_BYTES_MAX), .told = calloc(1, FIREWALL_HOLD_BYTES_MAX), .facts = {.surroundings = sample_surroundings}};
	arena_init(&bed->arena, malloc(ARENA_BYTES), ARENA_BYTES);
	assert_true(bed->batch != NULL && bed->told != NULL && bed->arena.block != NULL);
	bed->len = firewall_hold_put(&list, bed->batch);
	left = (int)bed->len;
	for (const struct nlmsghdr *m = (const void *)bed->batch; mnl_nlmsg_ok(m, left); m = mnl_nlmsg_next(m, &left)) {
		if (m->nlmsg_type >> 8 == NFNL_SUBSYS_NFTABLES && gone) {
			memcpy(bed->told + bed->told_len, m, m->nlmsg_len);
			bed->told_len += NLMSG_ALIGN(m->nlmsg_len);
		}
		gone = gone || (m->nlmsg_type >> 8 == NFNL_SUBSYS_NFTABLES && command_of(m) == NFT_MSG_DELTABLE);
	}
	assert_int_equal(left, 0);
	assert_int_equal(ruleset_read(bed->told, bed->told_len, &bed->arena, &bed->facts.ruleset), 0);
	assert_int_equal(ruleset_link(&bed->facts.ruleset), 0);
}

static void bed_free(struct bed *bed)
{
	free(bed->batch);
	free(bed->told);
	free(bed->arena.block);
}

static struct control_verdict judge(struct bed *bed, const char *const *allow, size_t count)
{
	const struct settings settings = {.control_allow = {.words = allow, .count = count}};

	return firewall_judge(&bed->facts, &settings, &bed->arena);
}

/* What is open behind it: the judge, asked with nothing allowed, says what the first opening is. */
static void lets_in_what_the_policy_allows(void **state)
{
	static const struct {
		const char *allow[WORDS_MAX];
		const char *opening[3]; /* protocol and port; from; on. NULL = none at all */
	} rows[] = {
		{{NULL}, {NULL}},
		{{"nonsense"}, {NULL}},
		{{"tcp/22"}, {"tcp/22", "0.0.0.0/0, ::/0", "eth0, docker0, any-other"}},
		{{"tcp"}, {"tcp", "0.0.0.0/0, ::/0", "eth0, docker0, any-other"}},
		{{"udp/60000-61000 from 10.0.0.0/9"}, {"udp/60000-61000", "10.0.0.0-10.127.255.255", "eth0, docker0, any-other"}},
		{{"tcp/445 from 2001:db8:5::/48 on eth0"}, {"tcp/445", "2001:db8:5::-2001:db8:5:ffff:ffff:ffff:ffff:ffff", "eth0"}},
		{{"132 on docker*"}, {"IP protocol 132", "0.0.0.0/0, ::/0", "docker0"}},
		{{"any from 203.0.113.9 on eth0"}, {"tcp", "203.0.113.9", "eth0"}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const char *const *allow = rows[i].allow;
		struct control_verdict verdict;
		struct bed bed;
		size_t count = 0;

		while (count < WORDS_MAX && allow[count] != NULL)
			count++;
		print_message("%s\n", count > 0 ? allow[0] : "nothing");
		bed_init(&bed, allow, count);
		assert_int_equal(judge(&bed, allow, count).state, POSTURE_OK);
		verdict = judge(&bed, NULL, 0);
		assert_int_equal(verdict.state, rows[i].opening[0] != NULL ? POSTURE_VIOLATED : POSTURE_OK);
		for (size_t k = 0; k < 3 && rows[i].opening[0] != NULL; k++)
			assert_string_equal(verdict.reasons[0].arguments[k], rows[i].opening[k]);
		bed_free(&bed);
	}
}

/* What is under way, and what comes by lo, is nobody new to the judge; without these rules people would be cut off. */
static void keeps_what_is_under_way(void **state)
{
	size_t states = 0, interfaces = 0, rules = 0;
	struct bed bed;

	(void)state;
	bed_init(&bed, NULL, 0);
	for (const struct nf_rule *rule = bed.facts.ruleset.chains->rules; rule != NULL; rule = rule->next, rules++) {
		const struct nf_expression *e = rule->expressions;

		states += e[0].kind == NF_EXPRESSION_CT && e[1].kind == NF_EXPRESSION_BITWISE && e[1].data.bytes[0] == 6 && e[2].op == NFT_CMP_NEQ;
		interfaces += e[0].kind == NF_EXPRESSION_META && e[0].key == NFT_META_IIF && e[1].data.bytes[0] == 1;
		assert_int_equal(e[rule->count - 1].kind, NF_EXPRESSION_IMMEDIATE);
		assert_int_equal(e[rule->count - 1].data.verdict, NF_ACCEPT);
	}
	assert_int_equal(states, 1);
	assert_int_equal(interfaces, 1);
	assert_int_equal(rules, 7);
	assert_int_equal(bed.facts.ruleset.chains->policy, NF_DROP);
	assert_int_equal(bed.facts.ruleset.chains->priority, -5);
	bed_free(&bed);
}

static void more_words_than_room_is_nothing(void **state)
{
	enum { MANY = 4096 };
	static const char *words[MANY];
	struct word_list allow = {.words = words, .count = MANY};
	uint8_t *buffer = calloc(1, FIREWALL_HOLD_BYTES_MAX);

	(void)state;
	assert_non_null(buffer);
	for (size_t i = 0; i < MANY; i++)
		words[i] = "tcp/445 from 2001:db8:5::/48 on longest-name0";
	assert_int_equal(firewall_hold_put(&allow, buffer), 0);
	allow.count = 150;
	assert_true(firewall_hold_put(&allow, buffer) > 0);
	free(buffer);
}

static void goes_even_where_it_is_not(void **state)
{
	static const unsigned want[] = {NFNL_MSG_BATCH_BEGIN, NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_NEWTABLE, NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_DELTABLE,
					NFNL_MSG_BATCH_END};
	uint8_t *buffer = calloc(1, FIREWALL_HOLD_BYTES_MAX);
	const struct nlmsghdr *m = (const void *)buffer;
	int left;

	(void)state;
	assert_non_null(buffer);
	left = (int)firewall_hold_remove(buffer);
	for (size_t i = 0; i < sizeof want / sizeof want[0]; i++, m = mnl_nlmsg_next(m, &left)) {
		assert_true(mnl_nlmsg_ok(m, left));
		assert_int_equal(m->nlmsg_type, want[i]);
	}
	assert_int_equal(left, 0);
	free(buffer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(lets_in_what_the_policy_allows), cmocka_unit_test(keeps_what_is_under_way),
					   cmocka_unit_test(more_words_than_room_is_nothing), cmocka_unit_test(goes_even_where_it_is_not)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

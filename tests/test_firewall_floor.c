/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of idlelock/guard/firewall_floor.c: the floor as the kernel would tell it, beside rules that a kernel told, and what the judge then says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <libmnl/libmnl.h>
#include <linux/netfilter/nfnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "firewall.h"
#include "firewall_hold.h"
#include "ruleset_sample.h"

#define FOLDER "tests/corpus/ruleset/"
#define DUMP_BYTES_MAX (64 * 1024)
#define ARENA_BYTES (64 * 1024 * 1024)
#define PACKETS 7

struct bed {
	struct arena arena;
	uint8_t *dump, *batch;
	struct firewall_facts facts;
};

static void read_dump(struct bed *bed, const char *name)
{
	char path[128];
	size_t len;
	FILE *file;

	(void)snprintf(path, sizeof path, FOLDER "%s", name);
	file = fopen(path, "rbe");
	assert_non_null(file);
	len = fread(bed->dump, 1, DUMP_BYTES_MAX, file);
	(void)fclose(file);
	assert_int_equal(ruleset_read(bed->dump, len, &bed->arena, &bed->facts.ruleset), 0);
}

/* What stands once the transaction was done: what comes after the table that may be there is gone. */
static void read_floor(struct bed *bed, const struct word_list *allow, bool drops)
{
	int left = (int)firewall_floor_put(allow, drops, bed->batch);
	bool gone = false;

	assert_true(left > 0);
	for (const struct nlmsghdr *m = (const void *)bed->batch; mnl_nlmsg_ok(m, left); m = mnl_nlmsg_next(m, &left)) {
		if (gone && m->nlmsg_type >> 8 == NFNL_SUBSYS_NFTABLES)
			assert_int_equal(ruleset_read((const uint8_t *)m, NLMSG_ALIGN(m->nlmsg_len), &bed->arena, &bed->facts.ruleset), 0);
		gone = gone || m->nlmsg_type == (NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_DELTABLE);
	}
	assert_int_equal(left, 0);
}

static void bed_init(struct bed *bed)
{
	*bed = (struct bed){.dump = malloc(DUMP_BYTES_MAX), .batch = calloc(1, FIREWALL_HOLD_BYTES_MAX), .facts = {.surroundings = sample_surroundings}};
	arena_init(&bed->arena, malloc(ARENA_BYTES), ARENA_BYTES);
	assert_true(bed->dump != NULL && bed->batch != NULL && bed->arena.block != NULL);
}

static void bed_free(struct bed *bed)
{
	free(bed->dump);
	free(bed->batch);
	free(bed->arena.block);
}

static struct nf_table *table_of_floor(struct bed *bed)
{
	struct nf_table *table = bed->facts.ruleset.tables;

	while (table != NULL && strcmp(table->name, FIREWALL_FLOOR_TABLE) != 0)
		table = table->next;
	return table;
}

static struct control_verdict judge(struct bed *bed, int asked, const struct word_list *allow)
{
	const struct settings settings = {.control_allow = *allow, .control_floor = asked};

	firewall_floor_find(&bed->facts.ruleset, &bed->facts.floor);
	assert_int_equal(ruleset_link(&bed->facts.ruleset), 0);
	return firewall_judge(&bed->facts, &settings, &bed->arena);
}

static const char *const some[] = {"tcp/20-25", "tcp/80"};
static const struct word_list ports = {.words = some, .count = 2}, fewer = {.words = some, .count = 1}, none = {.words = some, .count = 0};
static const char *const doubts[] = {"tcp", "any from fe80::/10"};
static const struct word_list doubtful = {.words = doubts, .count = 2};

enum stands { ABSENT, OBSERVES, DROPS };

static void verdicts(void **state)
{
	static const struct {
		const char *name, *ruleset;
		const struct word_list *allow, *stands_with;
		enum stands stands;
		int asked;
		enum posture_state state;
		enum message_id reasons[2];
		enum message_id remedy; /* of a violation */
	} rows[] = {
		{"not asked for, not there", "ordinary", &ports, &ports, ABSENT, CONTROL_FLOOR_OFF, POSTURE_OK, {MESSAGE_FIREWALL_CLOSED}, 0},
		{"it stands behind closed rules", "ordinary", &ports, &ports, DROPS, CONTROL_FLOOR_ON, POSTURE_OK,
		 {MESSAGE_FIREWALL_CLOSED, MESSAGE_FIREWALL_FLOOR_STANDS}, 0},
		{"violated, but protected", "ordinary", &fewer, &fewer, DROPS, CONTROL_FLOOR_ON, POSTURE_VIOLATED,
		 {MESSAGE_FIREWALL_FLOOR_PROTECTS, MESSAGE_FIREWALL_OPENING}, MESSAGE_FIREWALL_REMEDY_OPENING},
		{"what is sent on goes past it", "nat", &none, &none, DROPS, CONTROL_FLOOR_ON, POSTURE_VIOLATED, {MESSAGE_FIREWALL_OPENING},
		 MESSAGE_FIREWALL_REMEDY_ON},
		{"it is missing", "ordinary", &ports, &ports, ABSENT, CONTROL_FLOOR_ON, POSTURE_VIOLATED,
		 {MESSAGE_FIREWALL_FLOOR_MISSING, MESSAGE_FIREWALL_CLOSED}, MESSAGE_FIREWALL_REMEDY_FLOOR},
		{"it is missing, and there is more", "ordinary", &fewer, &fewer, ABSENT, CONTROL_FLOOR_ON, POSTURE_VIOLATED,
		 {MESSAGE_FIREWALL_FLOOR_MISSING, MESSAGE_FIREWALL_OPENING}, MESSAGE_FIREWALL_REMEDY_OPENING},
		{"it is missing, and the rest is in doubt", "sets", &doubtful, &doubtful, ABSENT, CONTROL_FLOOR_ON, POSTURE_VIOLATED,
		 {MESSAGE_FIREWALL_FLOOR_MISSING, MESSAGE_FIREWALL_UNDECIDED}, MESSAGE_FIREWALL_REMEDY_FLOOR},
		{"it does not count, and the rest is in doubt", "sets", &doubtful, &doubtful, ABSENT, CONTROL_FLOOR_OBSERVE, POSTURE_UNKNOWN,
		 {MESSAGE_FIREWALL_FLOOR_MISSING, MESSAGE_FIREWALL_UNDECIDED}, 0},
		{"it only observes, and should not", "ordinary", &ports, &ports, OBSERVES, CONTROL_FLOOR_ON, POSTURE_VIOLATED,
		 {MESSAGE_FIREWALL_FLOOR_MISSING}, MESSAGE_FIREWALL_REMEDY_FLOOR},
		{"it lets in what another policy allowed", "ordinary", &fewer, &ports, DROPS, CONTROL_FLOOR_ON, POSTURE_VIOLATED,
		 {MESSAGE_FIREWALL_FLOOR_MISSING}, MESSAGE_FIREWALL_REMEDY_OPENING},
		{"it counts", "ordinary", &ports, &ports, OBSERVES, CONTROL_FLOOR_OBSERVE, POSTURE_OK,
		 {MESSAGE_FIREWALL_FLOOR_OBSERVES, MESSAGE_FIREWALL_CLOSED}, 0},
		{"it counts what is open", "ordinary", &fewer, &fewer, OBSERVES, CONTROL_FLOOR_OBSERVE, POSTURE_VIOLATED,
		 {MESSAGE_FIREWALL_OPENING, MESSAGE_FIREWALL_FLOOR_OBSERVES}, MESSAGE_FIREWALL_REMEDY_OPENING},
		{"it does not count", "ordinary", &ports, &ports, ABSENT, CONTROL_FLOOR_OBSERVE, POSTURE_OK,
		 {MESSAGE_FIREWALL_FLOOR_MISSING, MESSAGE_FIREWALL_CLOSED}, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct control_verdict verdict;
		struct bed bed;

		print_message("%s\n", rows[i].name);
		bed_init(&bed);
		read_dump(&bed, rows[i].ruleset);
		if (rows[i].stands != ABSENT)
			read_floor(&bed, rows[i].stands_with, rows[i].stands == DROPS);
		if (rows[i].stands == OBSERVES)
			bed.facts.ruleset.last_chain->last->expressions[0].len = PACKETS;
		verdict = judge(&bed, rows[i].asked, rows[i].allow);
		assert_int_equal(verdict.state, rows[i].state);
		for (size_t k = 0; k < 2 && rows[i].reasons[k] != 0; k++)
			assert_int_equal(verdict.reasons[k].id, rows[i].reasons[k]);
		if (rows[i].reasons[0] == MESSAGE_FIREWALL_FLOOR_OBSERVES)
			assert_string_equal(verdict.reasons[0].arguments[0], "7");
		if (verdict.state == POSTURE_VIOLATED)
			assert_int_equal(verdict.remedy.id, rows[i].remedy);
		/* What the product's repair would not change. */
		assert_int_equal(verdict.beyond_repair, verdict.state == POSTURE_VIOLATED && rows[i].remedy == MESSAGE_FIREWALL_REMEDY_FLOOR);
		bed_free(&bed);
	}
}

/* Anybody may call a table so: it is one like others, and what it lets in counts. */
static void without_owner_it_is_none(void **state)
{
	static const struct {
		int asked;
		const struct word_list *allow;
		enum message_id reason;
	} rows[] = {
		{CONTROL_FLOOR_OFF, &fewer, MESSAGE_FIREWALL_OPENING},
		{CONTROL_FLOOR_ON, &ports, MESSAGE_FIREWALL_FLOOR_MISSING},
	};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct control_verdict verdict;
		struct bed bed;

		bed_init(&bed);
		read_floor(&bed, &ports, true);
		table_of_floor(&bed)->owned = false;
		verdict = judge(&bed, rows[i].asked, rows[i].allow);
		assert_int_equal(verdict.reasons[0].id, rows[i].reason);
		if (rows[i].reason == MESSAGE_FIREWALL_OPENING)
			assert_string_equal(verdict.reasons[0].arguments[0], "tcp/80");
		bed_free(&bed);
	}
}

/* Rules that nobody can read say nothing of it. */
static void unreadable_says_nothing(void **state)
{
	struct control_verdict verdict;
	struct bed bed;

	(void)state;
	bed_init(&bed);
	bed.facts.unreadable = "only root can read it";
	verdict = judge(&bed, CONTROL_FLOOR_ON, &ports);
	assert_int_equal(verdict.state, POSTURE_UNKNOWN);
	assert_int_equal(verdict.reason_count, 1);
	bed_free(&bed);
}

/* Nobody knows then whether the rest is fine, which is no word that the product need not be put right. */
static void without_memory_nothing_is_fine(void **state)
{
	const struct settings settings = {.control_allow = ports, .control_floor = CONTROL_FLOOR_ON};
	struct control_verdict verdict;
	struct arena none_left;
	struct bed bed;

	(void)state;
	bed_init(&bed);
	read_dump(&bed, "ordinary");
	assert_int_equal(ruleset_link(&bed.facts.ruleset), 0);
	arena_init(&none_left, bed.batch, 1);
	verdict = firewall_judge(&bed.facts, &settings, &none_left);
	assert_int_equal(verdict.state, POSTURE_VIOLATED);
	assert_int_equal(verdict.reasons[0].id, MESSAGE_FIREWALL_FLOOR_MISSING);
	assert_int_equal(verdict.reasons[1].id, MESSAGE_FIREWALL_UNREADABLE);
	assert_false(verdict.beyond_repair);
	bed_free(&bed);
}

/* It is owned, and its rules are as many as it says. */
static void has_the_rules_that_it_says(void **state)
{
	static const char *const words[] = {"tcp/22", "nonsense", "any on wg0"};
	const struct word_list allow = {.words = words, .count = 3};

	(void)state;
	for (int drops = 0; drops < 2; drops++) {
		struct bed bed;

		bed_init(&bed);
		read_floor(&bed, &allow, drops);
		assert_true(table_of_floor(&bed)->owned);
		firewall_floor_find(&bed.facts.ruleset, &bed.facts.floor);
		assert_int_equal(bed.facts.floor.there, true);
		assert_int_equal(bed.facts.floor.drops, drops);
		assert_int_equal(bed.facts.floor.rules, firewall_floor_rules(&allow, drops));
		assert_int_equal(bed.facts.floor.rules, drops ? 9 : 10);
		bed_free(&bed);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(verdicts), cmocka_unit_test(without_owner_it_is_none), cmocka_unit_test(unreadable_says_nothing),
					   cmocka_unit_test(without_memory_nothing_is_fine), cmocka_unit_test(has_the_rules_that_it_says)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* The judge of control "firewall" on rule sets that a kernel told (tests/corpus/ruleset): state, reasons, remedy; and its reader on broken ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "firewall.h"
#include "ruleset_sample.h"
#include "text.h"

#define FOLDER "tests/corpus/ruleset/"
#define DUMP_BYTES_MAX (64 * 1024)
#define ARENA_BYTES (64 * 1024 * 1024)

struct bed {
	struct arena arena;
	uint8_t *dump;
	size_t len;
	struct firewall_facts facts;
};

static void bed_init(struct bed *bed, const char *name)
{
	char path[128];
	FILE *file;

	*bed = (struct bed){.dump = malloc(DUMP_BYTES_MAX), .facts = {.surroundings = sample_surroundings}};
	arena_init(&bed->arena, malloc(ARENA_BYTES), ARENA_BYTES);
	assert_true(bed->dump != NULL && bed->arena.block != NULL);
	if (name == NULL)
		return;
	(void)snprintf(path, sizeof path, FOLDER "%s", name);
	file = fopen(path, "rbe");
	assert_non_null(file);
	bed->len = fread(bed->dump, 1, DUMP_BYTES_MAX, file);
	(void)fclose(file);
	assert_true(bed->len > 0);
	assert_int_equal(ruleset_read(bed->dump, bed->len, &bed->arena, &bed->facts.ruleset), 0);
	assert_int_equal(ruleset_link(&bed->facts.ruleset), 0);
}

static void bed_free(struct bed *bed)
{
	free(bed->dump);
	free(bed->arena.block);
}

static struct control_verdict judge(struct bed *bed, const char *const *allow)
{
	struct settings settings = {.control_allow = {.words = allow}};

	while (allow[settings.control_allow.count] != NULL)
		settings.control_allow.count++;
	return firewall_judge(&bed->facts, &settings, &bed->arena);
}

static void verdicts(void **state)
{
	static const struct {
		const char *name, *ruleset; /* NULL = no rules at all */
		const char *allow[4];
		enum posture_state state;
		enum message_id remedy;
		const char *first; /* the beginning of the first reason */
	} rows[] = {
		{"nothing filters", NULL, {NULL}, POSTURE_VIOLATED, MESSAGE_FIREWALL_REMEDY_ON,
		 "tcp is open to new connections from 0.0.0.0/0, ::/0 on eth0, docker0, any-other"},
		{"all that is open is allowed", "ordinary", {"tcp/20-25", "tcp/80"}, POSTURE_OK, MESSAGE_FIREWALL_REMEDY_OPENING, "No new connection from outside"},
		{"one port more than allowed", "ordinary", {"tcp/20-25"}, POSTURE_VIOLATED, MESSAGE_FIREWALL_REMEDY_OPENING,
		 "tcp/80 is open to new connections from 0.0.0.0/0, ::/0 on"},
		{"a network instead of everybody", "ordinary", {"tcp/20-25 from 10.0.0.0/8", "tcp/80"}, POSTURE_VIOLATED, MESSAGE_FIREWALL_REMEDY_OPENING,
		 "tcp/20-25 is open"},
		{"a detour, and nothing at input", "nat", {"any"}, POSTURE_OK, MESSAGE_FIREWALL_REMEDY_OPENING, "No new connection"},
		{"all but a few ports", NULL, {"tcp/22", "udp", "253"}, POSTURE_VIOLATED, MESSAGE_FIREWALL_REMEDY_ON, "tcp/0-21 is open"},
		{"allowed by two words together", NULL, {"tcp/0-79", "tcp/80-65535", "udp", "253"}, POSTURE_OK, MESSAGE_FIREWALL_REMEDY_OPENING, "No new"},
		{"the detour alone", "nat", {"udp", "253", "tcp/0-8079", "tcp/8081-65535"}, POSTURE_VIOLATED, MESSAGE_FIREWALL_REMEDY_OPENING,
		 "tcp/8080 is open to new connections"},
		{"doubt beside what is open", "sets", {NULL}, POSTURE_VIOLATED, MESSAGE_FIREWALL_REMEDY_OPENING, "tcp/22 is open"},
		{"what is no opening allows nothing", "ordinary", {"tcp/20-25", "http"}, POSTURE_VIOLATED, MESSAGE_FIREWALL_REMEDY_OPENING, "tcp/80 is open"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const char *allow[5] = {rows[i].allow[0], rows[i].allow[1], rows[i].allow[2], rows[i].allow[3], NULL};
		struct control_verdict verdict;
		char english[1024], japanese[1024];
		struct text t;
		struct bed bed;

		print_message("%s\n", rows[i].name);
		bed_init(&bed, rows[i].ruleset);
		verdict = judge(&bed, allow);
		assert_true(verdict.reason_count > 0);
		TEXT_INTO(&t, japanese);
		message_add(&t, LANGUAGE_JA, verdict.reasons[0].id, verdict.reasons[0].arguments, verdict.reasons[0].count);
		assert_int_equal(text_end(&t), 0);
		TEXT_INTO(&t, english);
		message_add(&t, LANGUAGE_EN, verdict.reasons[0].id, verdict.reasons[0].arguments, verdict.reasons[0].count);
		print_message("%s\n%s\n", english, japanese);
		assert_int_equal(verdict.state, rows[i].state);
		assert_int_equal(verdict.remedy.id, rows[i].remedy);
		assert_int_equal(strncmp(english, rows[i].first, strlen(rows[i].first)), 0);
		bed_free(&bed);
	}
}

static void doubt_is_unknown(void **state)
{
	static const char *const allow[] = {"tcp", "any from fe80::/10", NULL}, *const nothing[] = {NULL};
	struct control_verdict verdict;
	struct bed bed;

	(void)state;
	bed_init(&bed, "sets");
	verdict = judge(&bed, allow);
	assert_int_equal(verdict.state, POSTURE_UNKNOWN);
	assert_int_equal(verdict.reasons[0].id, MESSAGE_FIREWALL_UNDECIDED);
	assert_true(verdict.undecided);
	bed.facts.unreadable = "only root can read it";
	verdict = judge(&bed, nothing);
	assert_int_equal(verdict.state, POSTURE_UNKNOWN);
	assert_int_equal(verdict.reasons[0].id, MESSAGE_FIREWALL_UNREADABLE);
	assert_string_equal(verdict.reasons[0].arguments[0], "only root can read it");
	assert_false(verdict.undecided);
	bed_free(&bed);
	/* no memory */
	bed_init(&bed, "ordinary");
	bed.arena.size = bed.arena.used;
	verdict = judge(&bed, nothing);
	assert_int_equal(verdict.state, POSTURE_UNKNOWN);
	assert_int_equal(verdict.reason_count, 1);
	bed_free(&bed);
}

/* Cut off anywhere but between two messages it is refused; and nothing is read behind the end, which valgrind and the sanitizers see. */
static void cut_off_is_refused(void **state)
{
	size_t end = 0;
	struct bed bed;

	(void)state;
	bed_init(&bed, "sets");
	while (end < bed.len) {
		uint32_t step;

		memcpy(&step, bed.dump + end, sizeof step);
		for (size_t len = end + 1; len < end + step; len++) {
			uint8_t *copy = malloc(len);
			struct nf_ruleset ruleset = {0};

			assert_non_null(copy);
			memcpy(copy, bed.dump, len);
			bed.arena.used = 0;
			assert_int_equal(ruleset_read(copy, len, &bed.arena, &ruleset), -EBADMSG);
			free(copy);
		}
		end += (step + 3) & ~3U;
	}
	bed_free(&bed);
}

/* A rule's jump or set that is not there. */
static void names_must_lead_somewhere(void **state)
{
	struct bed bed;

	(void)state;
	bed_init(&bed, "ordinary");
	for (struct nf_chain *chain = bed.facts.ruleset.chains; chain != NULL; chain = chain->next)
		chain->name = "another";
	assert_int_equal(ruleset_link(&bed.facts.ruleset), -EBADMSG);
	bed_free(&bed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(verdicts),
		cmocka_unit_test(doubt_is_unknown),
		cmocka_unit_test(cut_off_is_refused),
		cmocka_unit_test(names_must_lead_somewhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

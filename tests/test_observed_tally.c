/* SPDX-License-Identifier: BSD-2-Clause */
/* Counting what observe mode saw: what counts, and in which order it is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "observed_tally.h"
#include "record.h"

enum { SINCE = 1000, NOW = 2000 };

static const char *const short_common[] = {"too-short", "common"};
static const char *const common[] = {"common"};
static const char *const twice[] = {"common", "common", ""};

static struct record warned(const char *user, int64_t time_s, const char *const *reasons, size_t count)
{
	return (struct record){.kind = RECORD_PASSWORD_CHANGE,
			       .verdict = RECORD_WARNED,
			       .observed_only = true,
			       .time_s = time_s,
			       .clause = "PW-1",
			       .user = user,
			       .reasons = reasons,
			       .reason_count = count};
}

static void only_refusals_that_were_observed_count(void **state)
{
	static const struct {
		const char *name;
		enum record_verdict verdict;
		bool observed_only;
		int64_t time_s;
		int counts;
	} rows[] = {
		{"warned in observe mode", RECORD_WARNED, true, 1500, 1},
		{"denied in observe mode", RECORD_DENIED, true, 1500, 1},
		{"first moment", RECORD_WARNED, true, SINCE, 1},
		{"last moment", RECORD_WARNED, true, NOW, 1},
		{"before", RECORD_WARNED, true, SINCE - 1, 0},
		{"in the future", RECORD_WARNED, true, NOW + 1, 0},
		{"allowed", RECORD_ALLOWED, true, 1500, 0},
		{"noted", RECORD_NOTED, true, 1500, 0},
		{"warned while enforcing, such as a waiver", RECORD_WARNED, false, 1500, 0},
		{"denied while enforcing", RECORD_DENIED, false, 1500, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct observed_tally tally = {0};
		struct record r = warned("alice", rows[i].time_s, common, 1);

		r.verdict = rows[i].verdict;
		r.observed_only = rows[i].observed_only;
		print_message("%s\n", rows[i].name);
		assert_int_equal(observed_tally_add(&tally, &r, SINCE, NOW), rows[i].counts);
		assert_int_equal(tally.records, rows[i].counts);
		assert_int_equal(tally.count, 2 * rows[i].counts);
		observed_tally_free(&tally);
	}
}

static void people_and_reasons_in_order(void **state)
{
	static const struct {
		const char *clause, *user, *reason;
		uint64_t count;
		int64_t last_s;
	} expected[] = {
		{"LK-1", "zoe", "", 1, 1200},         {"PW-1", "", "", 1, 1300},
		{"PW-1", "", "common", 1, 1300},      {"PW-1", "alice", "", 3, 1900},
		{"PW-1", "alice", "common", 3, 1900}, {"PW-1", "alice", "too-short", 1, 1900},
		{"PW-1", "bob", "", 1, 1100},         {"PW-1", "bob", "common", 1, 1100},
	};
	struct observed_tally tally = {0};
	struct record zoe = warned("zoe", 1200, NULL, 0);
	const struct record records[] = {
		warned("bob", 1100, twice, 3), warned("alice", 1900, short_common, 2), warned("alice", 1500, common, 1),
		warned(NULL, 1300, common, 1), warned("alice", 1600, common, 1),
	};

	(void)state;
	zoe.clause = "LK-1";
	assert_int_equal(observed_tally_add(&tally, &zoe, SINCE, NOW), 1);
	for (size_t i = 0; i < sizeof records / sizeof records[0]; i++)
		assert_int_equal(observed_tally_add(&tally, &records[i], SINCE, NOW), 1);
	observed_tally_sort(&tally);
	assert_int_equal(tally.records, 6);
	assert_int_equal(tally.count, sizeof expected / sizeof expected[0]);
	for (size_t i = 0; i < tally.count; i++) {
		assert_string_equal(tally.rows[i].clause, expected[i].clause);
		assert_string_equal(tally.rows[i].user, expected[i].user);
		assert_string_equal(tally.rows[i].reason, expected[i].reason);
		assert_int_equal(tally.rows[i].count, expected[i].count);
		assert_int_equal(tally.rows[i].last_s, expected[i].last_s);
	}
	observed_tally_free(&tally);
}

static void overlong_values_are_cut(void **state)
{
	struct observed_tally tally = {0};
	char name[2000];
	struct record r = warned(name, 1500, common, 1);

	(void)state;
	memset(name, 'a', sizeof name - 1);
	name[sizeof name - 1] = '\0';
	r.clause = name;
	r.reasons = (const char *const[]){name};
	assert_int_equal(observed_tally_add(&tally, &r, SINCE, NOW), 1);
	assert_int_equal(strlen(tally.rows[1].user), OBSERVED_USER_SIZE - 1);
	assert_int_equal(strlen(tally.rows[1].clause), OBSERVED_CLAUSE_SIZE - 1);
	assert_int_equal(strlen(tally.rows[1].reason), OBSERVED_REASON_SIZE - 1);
	observed_tally_free(&tally);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_refusals_that_were_observed_count),
		cmocka_unit_test(people_and_reasons_in_order),
		cmocka_unit_test(overlong_values_are_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

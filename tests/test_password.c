/* SPDX-License-Identifier: BSD-2-Clause */
/* Judging a password: every reason by itself, several at once and their order; and what is decided. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "filter_sample.h"
#include "password.h"
#include "text.h"

static const char *const GROUPS[] = {"users", "sudo"};
static const struct person ALICE = {.name = "alice", .uid = 1000, .groups = GROUPS, .group_count = 2};

static struct settings defaults(void)
{
	struct policy policy;
	struct settings settings;

	policy_defaults(&policy);
	policy_resolve(&policy, NULL, &settings);
	return settings;
}

/* "too-short,common" */
static void add_codes(struct text *t, const struct password_verdict *v)
{
	for (size_t i = 0; i < v->count; i++) {
		text_add(t, i > 0 ? "," : "");
		text_add(t, password_reason_code(v->reasons[i].id));
	}
}

static void assert_codes(const struct password_facts *facts, const struct settings *settings, const char *want)
{
	struct password_verdict v;
	char codes[512];
	struct text t;

	TEXT_INTO(&t, codes);
	password_judge(facts, settings, &v);
	add_codes(&t, &v);
	assert_string_equal(codes, want);
}

static void finds_reasons(void **state)
{
	static const char LONG[] = "otter-violin-tundra-38-otter-violin-tundra-38-otter-violin-tundra-38-otter-violin-tundra-38-otter-violin-";
	static const struct {
		const char *name, *password, *old;
		int64_t min_length, min_classes, max_repeat, max_sequence;
		bool non_ascii;
		const char *want;
	} ROWS[] = {
		{"good", "otter-violin-tundra-38", NULL, 15, 0, 0, 0, false, ""},
		{"four words without separators", "ottervioLintundragravel", NULL, 15, 0, 0, 0, false, ""},
		{"empty", "", NULL, 15, 0, 0, 0, false, "empty"},
		{"one too short", "otter-viol-tun", NULL, 15, 0, 0, 0, false, "too-short"},
		{"long enough by one", "otter-viol-tund", NULL, 15, 0, 0, 0, false, ""},
		{"several at once, the weightiest first", "Password123!", NULL, 15, 0, 0, 0, false, "common,too-short"},
		{"invalid UTF-8", "otter-violin-tundra\xff", NULL, 15, 0, 0, 0, false, "invalid-utf8"},
		{"overlong UTF-8", "otter-violin-\xc0\xaftundra", NULL, 15, 0, 0, 0, false, "invalid-utf8"},
		{"tab", "otter\tviolin-tundra-38", NULL, 15, 0, 0, 0, false, "control-character"},
		{"delete", "otter\x7fviolin-tundra-38", NULL, 15, 0, 0, 0, false, "control-character"},
		{"C1 control", "otter\xc2\x9bviolin-tundra-38", NULL, 15, 0, 0, 0, true, "control-character"},
		{"not ASCII, forbidden", "つるかめ-violin-tundra", NULL, 15, 0, 0, 0, false, "non-ascii"},
		{"not ASCII, allowed", "つるかめ-violin-tundra", NULL, 15, 0, 0, 0, true, ""},
		{"counts code points: 14", "つるかめいぬねこさるきじとり", NULL, 15, 0, 0, 0, true, "too-short"},
		{"counts code points: 15", "つるかめいぬねこさるきじとりだ", NULL, 15, 0, 0, 0, true, ""},
		{"same", "otter-violin-tundra-38", "otter-violin-tundra-38", 15, 0, 0, 0, false, "same"},
		{"similar", "otter-violin-tundra-39", "otter-violin-tundra-38", 15, 0, 0, 0, false, "similar"},
		{"different", "gravel-teapot-nimbus-71", "otter-violin-tundra-38", 15, 0, 0, 0, false, ""},
		{"three of four classes", "Otter-violin-tundra", NULL, 15, 4, 0, 0, false, "classes"},
		{"four classes", "Otter-violin-tundra-38", NULL, 15, 4, 0, 0, false, ""},
		{"four in a row, three allowed", "otttter-violin-tundra-38", NULL, 15, 0, 3, 0, false, "repeat"},
		{"three in a row, three allowed", "ottter-violin-tundra-38", NULL, 15, 0, 3, 0, false, ""},
		{"repeats count characters, not bytes", "つつつ-violin-tundra-otter", NULL, 15, 0, 3, 0, true, ""},
		{"keyboard row", "otter-qwer-tundra-38", NULL, 15, 0, 0, 3, false, "sequence"},
		{"no long run", "otter-qw-tundra-38-er", NULL, 15, 0, 0, 3, false, ""},
		{"long and fine", LONG, NULL, 15, 0, 0, 0, false, ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		struct settings settings = defaults();
		struct password_facts facts = {.password = ROWS[i].password, .len = strlen(ROWS[i].password), .old = ROWS[i].old};

		print_message("%s\n", ROWS[i].name);
		facts.old_len = facts.old != NULL ? strlen(facts.old) : 0;
		settings.password_min_length = ROWS[i].min_length;
		settings.password_min_classes = ROWS[i].min_classes;
		settings.password_max_repeat = ROWS[i].max_repeat;
		settings.password_max_sequence = ROWS[i].max_sequence;
		settings.password_non_ascii = ROWS[i].non_ascii;
		assert_codes(&facts, &settings, ROWS[i].want);
	}
}

static void needs_letters_and_digits(void **state)
{
	static const struct {
		const char *name, *password, *want;
	} ROWS[] = {
		{"letters only, two classes of them", "Otter-violin-tundra", "letters-and-digits"},
		{"digits only", "3802-7719-4465-9120", "letters-and-digits"},
		{"small letters and digits", "otter-violin-tundra-38", ""},
		{"capital letters and digits", "OTTER-VIOLIN-TUNDRA-38", ""},
		{"letters of another script do not count", "3802-7719-つるかめ-9120", "letters-and-digits"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		struct settings settings = defaults();
		struct password_facts facts = {.password = ROWS[i].password, .len = strlen(ROWS[i].password)};

		print_message("%s\n", ROWS[i].name);
		settings.password_non_ascii = true;
		assert_codes(&facts, &settings, "");
		settings.password_letters_and_digits = true;
		assert_codes(&facts, &settings, ROWS[i].want);
	}
}

static void bounds_the_length_in_bytes(void **state)
{
	struct settings settings = defaults();
	char bytes[513];
	struct password_facts facts = {.password = bytes};

	(void)state;
	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = "otter-violin-tundra-38-gravel."[i % 29];
	facts.len = 511;
	assert_codes(&facts, &settings, "");
	facts.len = 512;
	assert_codes(&facts, &settings, "too-long");
	facts.len = 513;
	assert_codes(&facts, &settings, "too-long");
}

static void sees_a_nul(void **state)
{
	struct settings settings = defaults();
	struct password_facts facts = {.password = "otter-violin\0tundra-38", .len = 22};

	(void)state;
	assert_codes(&facts, &settings, "control-character");
}

static void obeys_switches(void **state)
{
	struct settings settings = defaults();
	struct password_facts facts = {.password = "alicealicealice", .len = 15, .person = &ALICE};

	(void)state;
	assert_codes(&facts, &settings, "common,personal-word");
	settings.password_common_passwords = false;
	assert_codes(&facts, &settings, "personal-word");
	settings.password_personal_words = false;
	assert_codes(&facts, &settings, "");
}

static void finds_listed_words(void **state)
{
	static const char *const COMPANY[] = {"Mutex", NULL};
	static const struct password_list LISTS[] = {{"a.txt", "none\n", 5}, {"b.txt", "gravelteapot9\n", 14}};
	struct settings settings = defaults();
	struct password_facts facts = {.password = "GravelTeap0t9!!", .len = 15, .lists = LISTS, .list_count = 2};

	(void)state;
	assert_codes(&facts, &settings, "blocked");
	settings.password_company_words = (struct word_list){COMPANY, 1};
	facts.password = "mutex7-gravel8m";
	facts.list_count = 0;
	settings.password_min_remainder = 10;
	assert_codes(&facts, &settings, "");
	settings.password_min_remainder = 11;
	assert_codes(&facts, &settings, "company-word");
}

static void finds_breached_ones(void **state)
{
	struct settings settings = defaults();
	uint64_t key = filter_key("otter-violin-tundra-38", 22);
	size_t len = 0;
	unsigned char *bytes = sample_filter(&key, 1, 1, &len);
	struct filter filter;
	struct password_facts facts = {.password = "otter-violin-tundra-38", .len = 22, .breached = &filter};

	(void)state;
	assert_non_null(bytes);
	assert_int_equal(filter_open(bytes, len, &filter), 0);
	assert_codes(&facts, &settings, "breached");
	facts.password = "Otter-violin-tundra-38"; /* exact bytes only */
	assert_codes(&facts, &settings, "");
	free(bytes);
}

static void refuses_what_it_cannot_check(void **state)
{
	struct settings settings = defaults();
	struct password_facts facts = {.password = "otter-violin-tundra-38", .len = 22, .lists_unreadable = true};

	(void)state;
	assert_codes(&facts, &settings, "cannot-check");
	facts.len = 0;
	assert_codes(&facts, &settings, "cannot-check,empty");
}

static void names_the_keyword_of_what_it_cannot_read(void **state)
{
	static const char *const PATH[] = {"/x", NULL};
	static const struct {
		const char *name;
		size_t lists_named, lists_read, filters_named;
		const char *want;
	} ROWS[] = {
		{"a list", 1, 0, 0, "block_lists"},
		{"the filter", 0, 0, 1, "breached_filter"},
		{"the filter, the list is there", 1, 1, 1, "breached_filter"},
		{"both", 1, 0, 1, "block_lists, breached_filter"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		struct settings settings = defaults();
		const struct password_list empty = {.file = "/x", .bytes = ""};
		struct password_facts facts = {.len = 0, .lists = &empty, .list_count = ROWS[i].lists_read, .lists_unreadable = true};
		struct password_verdict v;

		print_message("%s\n", ROWS[i].name);
		facts.password = "";
		settings.password_block_lists = (struct word_list){PATH, ROWS[i].lists_named};
		settings.password_breached_filter = (struct word_list){PATH, ROWS[i].filters_named};
		password_judge(&facts, &settings, &v);
		assert_int_equal(v.reasons[0].id, PASSWORD_CANNOT_CHECK);
		assert_string_equal(v.reasons[0].argument[0], ROWS[i].want);
	}
}

static void minds_the_age(void **state)
{
	static const struct {
		const char *name;
		int64_t min_age, changed_s, now_s;
		bool by_root;
		const char *want, *argument;
	} ROWS[] = {
		{"no rule", 0, 1000, 1001, false, "", ""},
		{"unknown date", DAY_S, 0, 1001, false, "", ""},
		{"too young by a second", DAY_S, 1000, 1000 + DAY_S - 1, false, "too-young", "1min"},
		{"ripe", DAY_S, 1000, 1000 + DAY_S, false, "", ""},
		{"root asks", DAY_S, 1000, 1001, true, "", ""},
		{"hours, rounded up", DAY_S, 1000, 1001, false, "too-young", "24h"},
		{"days, rounded up", 7 * DAY_S, 1000, 1001, false, "too-young", "7d"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		struct settings settings = defaults();
		struct password_verdict v;
		struct password_facts facts = {.password = "otter-violin-tundra-38",
					       .len = 22,
					       .changed_s = ROWS[i].changed_s,
					       .now_s = ROWS[i].now_s,
					       .asked_by_root = ROWS[i].by_root};

		print_message("%s\n", ROWS[i].name);
		settings.password_min_age = ROWS[i].min_age;
		assert_codes(&facts, &settings, ROWS[i].want);
		password_judge(&facts, &settings, &v);
		assert_string_equal(v.count > 0 ? v.reasons[0].argument[0] : "", ROWS[i].argument);
	}
}

static void fills_arguments(void **state)
{
	struct settings settings = defaults();
	struct password_facts facts = {.password = "otter-alice", .len = 11, .person = &ALICE};
	struct password_verdict v;

	(void)state;
	password_judge(&facts, &settings, &v);
	assert_int_equal(v.count, 3);
	assert_int_equal(v.reasons[1].id, PASSWORD_TOO_SHORT);
	assert_string_equal(v.reasons[1].argument[0], "11");
	assert_string_equal(v.reasons[1].argument[1], "15");
	assert_int_equal(v.reasons[2].id, PASSWORD_PERSONAL_WORD);
	assert_string_equal(v.reasons[2].argument[0], "alice");
	assert_string_equal(v.reasons[2].argument[1], "8");
	assert_true(v.similarity_skipped);
}

static void chooses_the_length(void **state)
{
	struct settings settings = defaults();
	enum keyword keyword;

	(void)state;
	assert_int_equal(password_min_length(&settings, false, &keyword), 15);
	assert_int_equal(keyword, KEYWORD_password_min_length);
	assert_int_equal(password_min_length(&settings, true, &keyword), 8);
	assert_int_equal(keyword, KEYWORD_password_min_length_with_mfa);
}

static void adds_in_order(void **state)
{
	struct password_verdict v = {.count = 0};

	(void)state;
	for (int id = PASSWORD_REASON_MAX - 1; id >= 0; id--)
		password_verdict_add(&v, (enum password_reason_id)id, "x");
	password_verdict_add(&v, PASSWORD_HISTORY, "another");
	assert_int_equal(v.count, PASSWORD_REASON_MAX);
	for (size_t i = 0; i < v.count; i++)
		assert_int_equal(v.reasons[i].id, i);
	assert_string_equal(v.reasons[PASSWORD_HISTORY].argument[0], "x");
}

static void names_the_rule_that_keeps_a_past_password_away(void **state)
{
	static const struct {
		const char *name;
		int64_t history, days;
		size_t index;
		bool present_known;
		enum password_reason_id want;
		const char *argument;
	} ROWS[] = {
		{"the present one", 24, 365, 0, true, PASSWORD_SAME, ""},
		{"the newest, with none present", 24, 365, 0, false, PASSWORD_HISTORY, "24"},
		{"the last that is counted", 24, 365, 23, true, PASSWORD_HISTORY, "24"},
		{"the first that only the days cover", 24, 365, 24, true, PASSWORD_HISTORY_DAYS, "365"},
		{"only days", 0, 365, 1, true, PASSWORD_HISTORY_DAYS, "365"},
		{"only days, the newest, with none present", 0, 365, 0, false, PASSWORD_HISTORY_DAYS, "365"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		struct settings settings = defaults();
		struct password_verdict v = {.count = 0};

		print_message("%s\n", ROWS[i].name);
		settings.password_history = ROWS[i].history;
		settings.password_history_days = ROWS[i].days;
		password_verdict_add_past(&v, &settings, ROWS[i].index, ROWS[i].present_known);
		assert_int_equal(v.count, 1);
		assert_int_equal(v.reasons[0].id, ROWS[i].want);
		assert_string_equal(v.reasons[0].argument[0], ROWS[i].argument);
	}
}

static void cuts_arguments_between_characters(void **state)
{
	struct password_verdict v = {.count = 0};
	static const char WORD[] = "株式会社株式会社株式会社株式会社株式会社株式会社";

	(void)state;
	password_verdict_add(&v, PASSWORD_COMPANY_WORD, WORD);
	assert_int_equal(strlen(v.reasons[0].argument[0]), 63);
	assert_memory_equal(v.reasons[0].argument[0], WORD, 63);
}

static void decides(void **state)
{
	static const struct {
		const char *name;
		enum password_reason_id reason; /* PASSWORD_REASON_MAX = none */
		int mode;
		bool for_root, by_root;
		const char *waiver;
		struct password_decision want;
	} ROWS[] = {
		{"no reason", PASSWORD_REASON_MAX, MODE_ENFORCE, true, false, NULL, {.outcome = PASSWORD_ACCEPTED}},
		{"no reason, waived", PASSWORD_REASON_MAX, MODE_ENFORCE, true, false, "EX-1", {.outcome = PASSWORD_ACCEPTED}},
		{"refused", PASSWORD_TOO_SHORT, MODE_ENFORCE, true, false, NULL, {.outcome = PASSWORD_REFUSED}},
		{"observed", PASSWORD_TOO_SHORT, MODE_OBSERVE, true, false, NULL, {.outcome = PASSWORD_WARNED, .observed_only = true}},
		{"waived", PASSWORD_TOO_SHORT, MODE_ENFORCE, true, false, "EX-1", {.outcome = PASSWORD_WARNED, .waiver = "EX-1"}},
		{"root is bound", PASSWORD_TOO_SHORT, MODE_ENFORCE, true, true, NULL, {.outcome = PASSWORD_REFUSED}},
		{"root is not bound", PASSWORD_TOO_SHORT, MODE_ENFORCE, false, true, NULL, {.outcome = PASSWORD_WARNED, .root_exempt = true}},
		{"others are bound", PASSWORD_TOO_SHORT, MODE_ENFORCE, false, false, NULL, {.outcome = PASSWORD_REFUSED}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		struct settings settings = defaults();
		struct password_verdict v = {.count = 0};
		struct password_decision d;

		print_message("%s\n", ROWS[i].name);
		settings.password_mode = ROWS[i].mode;
		settings.password_enforce_for_root = ROWS[i].for_root;
		if (ROWS[i].reason != PASSWORD_REASON_MAX)
			password_verdict_add(&v, ROWS[i].reason, NULL);
		d = password_decide(&v, &settings, ROWS[i].by_root, ROWS[i].waiver);
		assert_int_equal(d.outcome, ROWS[i].want.outcome);
		assert_int_equal(d.observed_only, ROWS[i].want.observed_only);
		assert_int_equal(d.root_exempt, ROWS[i].want.root_exempt);
		assert_ptr_equal(d.waiver, ROWS[i].want.waiver);
	}
}

/* No waiver, no mode and no root makes an unchecked password good. */
static void never_lets_unchecked_ones_pass(void **state)
{
	static const enum password_reason_id UNCHECKED[] = {PASSWORD_POLICY_BROKEN, PASSWORD_CANNOT_CHECK, PASSWORD_EMPTY, PASSWORD_TOO_LONG,
							    PASSWORD_INVALID_UTF8};
	bool unchecked[PASSWORD_REASON_MAX] = {false};

	(void)state;
	for (size_t i = 0; i < sizeof UNCHECKED / sizeof UNCHECKED[0]; i++)
		unchecked[UNCHECKED[i]] = true;
	for (int id = 0; id < PASSWORD_REASON_MAX; id++) {
		struct settings settings = defaults();
		struct password_verdict v = {.count = 0};

		settings.password_mode = MODE_OBSERVE;
		settings.password_enforce_for_root = false;
		password_verdict_add(&v, PASSWORD_TOO_YOUNG, NULL);
		password_verdict_add(&v, (enum password_reason_id)id, NULL);
		assert_int_equal(password_decide(&v, &settings, true, "EX-1").outcome, unchecked[id] ? PASSWORD_REFUSED : PASSWORD_WARNED);
	}
}

static void names_everything_once(void **state)
{
	(void)state;
	for (int a = 0; a < PASSWORD_REASON_MAX; a++)
		for (int b = 0; b < a; b++)
			assert_string_not_equal(password_reason_code((enum password_reason_id)a), password_reason_code((enum password_reason_id)b));
	for (int o = 0; o < PASSWORD_OUTCOME_MAX; o++)
		assert_non_null(password_outcome_name((enum password_outcome)o));
	assert_int_equal(password_reason_keyword(PASSWORD_TOO_SHORT), KEYWORD_password_min_length);
	assert_int_equal(password_reason_keyword(PASSWORD_CONTROL), KEYWORD_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_reasons),
		cmocka_unit_test(needs_letters_and_digits),
		cmocka_unit_test(bounds_the_length_in_bytes),
		cmocka_unit_test(sees_a_nul),
		cmocka_unit_test(obeys_switches),
		cmocka_unit_test(finds_listed_words),
		cmocka_unit_test(finds_breached_ones),
		cmocka_unit_test(refuses_what_it_cannot_check),
		cmocka_unit_test(names_the_keyword_of_what_it_cannot_read),
		cmocka_unit_test(minds_the_age),
		cmocka_unit_test(fills_arguments),
		cmocka_unit_test(chooses_the_length),
		cmocka_unit_test(adds_in_order),
		cmocka_unit_test(names_the_rule_that_keeps_a_past_password_away),
		cmocka_unit_test(cuts_arguments_between_characters),
		cmocka_unit_test(decides),
		cmocka_unit_test(never_lets_unchecked_ones_pass),
		cmocka_unit_test(names_everything_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

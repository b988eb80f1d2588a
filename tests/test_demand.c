/* SPDX-License-Identifier: BSD-2-Clause */
/* Demands: the factor table of a policy, what may be written, and what is met, possible and asked for next, against a naive reference. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "demand.h"
#include "policy_sample.h"

/* Bits of the table that sample_table() makes. */
enum { PASSWORD = 1, TOTP = 2, RECOVERY = 4, PUBLICKEY = 8, HARDWARE_KEY = 16, FINGER = 32, TOKEN = 64, PHONE = 128, TOKEN2 = 256 };

static const char factors[] = "[factor totp]\ndigits = 8\n"
			      "[factor finger]\nuse = pam:mutex-fprintd\n"
			      "[factor token]\nuse = exec:/usr/lib/mutex/token\n"
			      "[factor phone]\nuse = totp\n"
			      "[factor token2]\nuse = exec:/usr/lib/mutex/token\n";

static void sample_table(struct policy_sample *sample, struct factor_table *table)
{
	policy_sample_text(sample, factors);
	assert_int_equal(sample->result, 0);
	factor_table_init(&sample->policy, table);
}

static void table_of_a_policy(void **state)
{
	static const struct {
		const char *name;
		enum factor_kind kind;
		const char *target;
	} rows[] = {
		{"password", FACTOR_PASSWORD, NULL},
		{"totp", FACTOR_TOTP, NULL},
		{"recovery", FACTOR_RECOVERY, NULL},
		{"publickey", FACTOR_PUBLICKEY, NULL},
		{"hardware-key", FACTOR_HARDWARE_KEY, NULL},
		{"finger", FACTOR_PAM, "mutex-fprintd"},
		{"token", FACTOR_EXEC, "/usr/lib/mutex/token"},
		{"phone", FACTOR_TOTP, NULL},
		{"token2", FACTOR_EXEC, "/usr/lib/mutex/token"},
	};
	struct policy_sample sample SAMPLE_FREED;
	struct factor_table table;
	struct policy defaults;

	(void)state;
	sample_table(&sample, &table);
	assert_int_equal(table.count, sizeof rows / sizeof rows[0]);
	for (size_t i = 0; i < table.count; i++) {
		assert_string_equal(table.factors[i].name, rows[i].name);
		assert_int_equal(table.factors[i].kind, rows[i].kind);
		assert_int_equal(factor_find(&table, rows[i].name, strlen(rows[i].name)), i);
		if (rows[i].target == NULL)
			assert_null(table.factors[i].target);
		else
			assert_string_equal(table.factors[i].target, rows[i].target);
		/* the built-in ones stand at their kind */
		if (i <= FACTOR_HARDWARE_KEY)
			assert_int_equal(factor_built_in(rows[i].name), i);
	}
	assert_int_equal(factor_find(&table, "tokens", 6), -ENOENT);
	assert_int_equal(factor_find(&table, "", 0), -ENOENT);
	assert_int_equal(factor_built_in("finger"), FACTOR_KIND_MAX);
	policy_defaults(&defaults);
	factor_table_init(&defaults, &table);
	assert_int_equal(table.count, 5);
}

static void uses(void **state)
{
	static const struct {
		const char *use;
		enum factor_kind kind;
		const char *target;
	} rows[] = {
		{"totp", FACTOR_TOTP, NULL},	     {"recovery", FACTOR_RECOVERY, NULL},	   {"pam:x", FACTOR_PAM, "x"},
		{"exec:/bin/x", FACTOR_EXEC, "/bin/x"}, {"pam:", FACTOR_PAM, ""},		   {"pam", FACTOR_KIND_MAX, NULL},
		{"", FACTOR_KIND_MAX, NULL},	     {"password", FACTOR_KIND_MAX, NULL},	   {"publickey", FACTOR_KIND_MAX, NULL},
		{"totp:x", FACTOR_KIND_MAX, NULL},   {"hardware-key", FACTOR_KIND_MAX, NULL},	   {"totps", FACTOR_KIND_MAX, NULL},
		{"PAM:x", FACTOR_KIND_MAX, NULL},    {"execute:/bin/x", FACTOR_KIND_MAX, NULL},	   {" totp", FACTOR_KIND_MAX, NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const char *target = "unset";

		print_message("\"%s\"\n", rows[i].use);
		assert_int_equal(factor_use_parse(rows[i].use, &target), rows[i].kind);
		if (rows[i].target == NULL)
			assert_null(target);
		else
			assert_string_equal(target, rows[i].target);
	}
}

static void demands_that_are_fine(void **state)
{
	static const struct {
		const char *name, *text, *canonical;
		uint32_t alternatives[8];
	} rows[] = {
		{"the default", "password+totp, password+recovery", "password+totp, password+recovery", {PASSWORD | TOTP, PASSWORD | RECOVERY}},
		{"no blanks", "password+totp,password+recovery", "password+totp, password+recovery", {PASSWORD | TOTP, PASSWORD | RECOVERY}},
		{"blanks everywhere", " \tpassword + totp ,\thardware-key ", "password+totp, hardware-key", {PASSWORD | TOTP, HARDWARE_KEY}},
		{"another order inside", "totp+password", "password+totp", {PASSWORD | TOTP}},
		{"one", "finger", "finger", {FINGER}},
		{"three of them", "publickey+password+token", "password+publickey+token", {PASSWORD | PUBLICKEY | TOKEN}},
		{"overlapping ones", "password+totp, totp+finger, finger+password", "password+totp, totp+finger, password+finger",
		 {PASSWORD | TOTP, TOTP | FINGER, PASSWORD | FINGER}},
		{"as many as there may be", "password, totp, recovery, publickey, hardware-key, finger, token, phone",
		 "password, totp, recovery, publickey, hardware-key, finger, token, phone",
		 {PASSWORD, TOTP, RECOVERY, PUBLICKEY, HARDWARE_KEY, FINGER, TOKEN, PHONE}},
	};
	struct policy_sample sample SAMPLE_FREED;
	struct factor_table table;

	(void)state;
	sample_table(&sample, &table);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct demand demand;
		char problem[256], canonical[256];
		struct text t;
		size_t count = 0;

		print_message("%s\n", rows[i].name);
		TEXT_INTO(&t, problem);
		assert_int_equal(demand_parse(&table, rows[i].text, strlen(rows[i].text), &demand, &t), 0);
		assert_string_equal(problem, "");
		while (count < 8 && rows[i].alternatives[count] != 0)
			count++;
		assert_int_equal(demand.count, count);
		assert_memory_equal(demand.alternatives, rows[i].alternatives, count * sizeof demand.alternatives[0]);
		TEXT_INTO(&t, canonical);
		demand_add(&table, &demand, &t);
		assert_string_equal(canonical, rows[i].canonical);
	}
}

static void demands_that_are_refused(void **state)
{
	static const struct {
		const char *name, *text, *want;
	} rows[] = {
		{"nothing", "", "\"\" demands nothing; write it such as password+totp, password+recovery"},
		{"blanks", "  ", "\"\" demands nothing; write it such as password+totp, password+recovery"},
		{"only a comma", ",", "\"\" has a + or a comma too many; write it such as password+totp, password+recovery"},
		{"a + at the end", "password+", "\"password+\" has a + or a comma too many; write it such as password+totp, password+recovery"},
		{"two +", "password++totp", "\"password++totp\" has a + or a comma too many; write it such as password+totp, password+recovery"},
		{"a comma at the end", "password+totp,", "\"\" has a + or a comma too many; write it such as password+totp, password+recovery"},
		{"a comma in front", ",totp", "\"\" has a + or a comma too many; write it such as password+totp, password+recovery"},
		{"misspelt", "password+topt", "\"topt\" is no factor; did you mean \"totp\"?"},
		{"unknown", "password+smartcard",
		 "\"smartcard\" is no factor; define it in a section [factor NAME], or choose of password, totp, recovery, publickey, hardware-key, finger, "
		 "token, phone, token2"},
		{"capital letters", "Password", "\"Password\" is no factor; did you mean \"password\"?"},
		{"blank for +", "password totp",
		 "\"password totp\" is no factor; write + between those that are needed together, and a comma between alternatives"},
		{"twice", "password+password", "\"password\" stands twice in one alternative, and is shown only once; delete one of the two"},
		{"an alternative twice", "password+totp, totp+password", "\"password+totp\" stands twice; delete one of the two"},
		{"a longer one behind", "password, password+totp", "\"password+totp\" is never needed, because password is enough; delete one of the two"},
		{"a longer one in front", "password+totp+finger, recovery, totp+password",
		 "\"password+totp+finger\" is never needed, because password+totp is enough; delete one of the two"},
		{"one totp under two names", "totp+phone", "\"phone\" is the same thing under another name as totp; delete one of the two"},
		{"one helper under two names", "token+token2", "\"token2\" is the same thing under another name as token; delete one of the two"},
		{"nine", "password, totp, recovery, publickey, hardware-key, finger, token, phone, token2", "more than 8 alternatives; leave some out"},
	};
	struct policy_sample sample SAMPLE_FREED;
	struct factor_table table;

	(void)state;
	sample_table(&sample, &table);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct demand demand = {.count = 77};
		char problem[320];
		struct text t;

		print_message("%s\n", rows[i].name);
		TEXT_INTO(&t, problem);
		assert_int_equal(demand_parse(&table, rows[i].text, strlen(rows[i].text), &demand, &t), -EINVAL);
		assert_string_equal(problem, rows[i].want);
		assert_int_equal(demand.count, 77);
		assert_int_equal(demand_parse(&table, rows[i].text, strlen(rows[i].text), &demand, NULL), -EINVAL);
	}
}

static void what_comes_next(void **state)
{
	static const struct {
		const char *name, *text;
		uint32_t proven, available;
		bool met, possible;
		uint32_t next;
	} rows[] = {
		{"a code or a recovery code", "password+totp, password+recovery", PASSWORD, TOTP | RECOVERY, false, true, TOTP | RECOVERY},
		{"has no recovery codes", "password+totp, password+recovery", PASSWORD, TOTP, false, true, TOTP},
		{"has nothing", "password+totp, password+recovery", PASSWORD, 0, false, false, 0},
		{"shown", "password+totp, password+recovery", PASSWORD | TOTP, RECOVERY, true, true, 0},
		{"more than needed", "password+totp", PASSWORD | TOTP | FINGER, 0, true, true, 0},
		{"nothing yet", "password+totp", 0, PASSWORD | TOTP, false, true, PASSWORD | TOTP},
		{"the shorter way first", "hardware-key, password+totp", 0, HARDWARE_KEY | PASSWORD | TOTP, false, true, HARDWARE_KEY},
		{"the longer way when the shorter one is closed", "hardware-key, password+totp", 0, PASSWORD | TOTP, false, true, PASSWORD | TOTP},
		{"half of the longer way", "password+totp+finger, publickey+token", PASSWORD | TOTP, FINGER | TOKEN, false, true, FINGER},
		{"what is available helps nobody", "password+totp", PASSWORD, FINGER, false, false, 0},
		{"proven need not be available", "publickey+totp", PUBLICKEY, TOTP, false, true, TOTP},
	};
	const struct demand none = {0};
	struct policy_sample sample SAMPLE_FREED;
	struct factor_table table;

	(void)state;
	sample_table(&sample, &table);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct demand demand;

		print_message("%s\n", rows[i].name);
		assert_int_equal(demand_parse(&table, rows[i].text, strlen(rows[i].text), &demand, NULL), 0);
		assert_int_equal(demand_met(&demand, rows[i].proven), rows[i].met);
		assert_int_equal(demand_possible(&demand, rows[i].proven, rows[i].available), rows[i].possible);
		assert_int_equal(demand_next(&demand, rows[i].proven, rows[i].available), rows[i].next);
	}
	/* nothing fulfils the zero demand */
	assert_false(demand_met(&none, UINT32_MAX));
	assert_false(demand_possible(&none, UINT32_MAX, UINT32_MAX));
	assert_int_equal(demand_next(&none, UINT32_MAX, UINT32_MAX), 0);
}

/* Met = somebody could tick off one alternative name by name; possible = so with all that is there; next = what the cheapest such ways lack. */
static void check_against_reference(const struct demand *demand, uint32_t proven, uint32_t available)
{
	unsigned fewest = 99;
	uint32_t next = 0;
	bool met = false, possible = false;

	for (size_t i = 0; i < demand->count; i++) {
		uint32_t lacks = 0;
		unsigned count = 0;
		bool open = true;

		for (unsigned bit = 0; bit < 32; bit++) {
			if ((demand->alternatives[i] >> bit & 1) == 0 || (proven >> bit & 1) != 0)
				continue;
			lacks |= UINT32_C(1) << bit;
			count++;
			open = open && (available >> bit & 1) != 0;
		}
		met = met || count == 0;
		possible = possible || open;
		if (!open || count > fewest)
			continue;
		next = count < fewest ? lacks : next | lacks;
		fewest = count;
	}
	assert_int_equal(demand_met(demand, proven), met);
	assert_int_equal(demand_possible(demand, proven, available), possible);
	assert_int_equal(demand_next(demand, proven, available), next);
	if (met || !possible)
		assert_int_equal(next, 0);
	else
		assert_int_not_equal(next, 0);
}

/* All pairs of sets of four factors as two alternatives, with all proven and available sets. */
static void all_small_demands(void **state)
{
	(void)state;
	for (uint32_t a = 1; a < 16; a++)
		for (uint32_t b = 0; b < 16; b++)
			for (uint32_t rest = 0; rest < 256; rest++) {
				const struct demand demand = {.count = b == 0 ? 1 : 2, .alternatives = {a, b}};

				check_against_reference(&demand, rest & 15, rest >> 4);
			}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(table_of_a_policy),
		cmocka_unit_test(uses),
		cmocka_unit_test(demands_that_are_fine),
		cmocka_unit_test(demands_that_are_refused),
		cmocka_unit_test(what_comes_next),
		cmocka_unit_test(all_small_demands),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

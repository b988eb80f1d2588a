/* SPDX-License-Identifier: BSD-2-Clause */
/* Exceptions as they are written and ended in files that people change too. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>

#include "exception_text.h"
#include "text.h"

#define NOW_S 1798761600 /* 2027-01-01T00:00:00Z */

static void writes_a_draft(void **state)
{
	const struct exception_draft draft = {.id = "2026-01", .clause = "PW-1", .reason = " # \"quoted\" \\ "};
	char got[512];
	struct text t;

	(void)state;
	TEXT_INTO(&t, got);
	exception_add_draft(&draft, &t);
	assert_int_equal(text_end(&t), 0);
	assert_ptr_equal(strstr(got, "[exception 2026-01]\n"), got);
	assert_non_null(strstr(got, "\nclause = PW-1\n"));
	assert_non_null(strstr(got, "\nreason = \" # \\\"quoted\\\" \\\\ \"\n"));
	assert_null(strstr(got, "until"));
}

static void ends_an_exception(void **state)
{
	static const struct {
		const char *name, *text, *want; /* NULL = -ENOENT */
	} ROWS[] = {
		{"one that holds", "[exception a]\nfrom = 2026-01-01\nuntil = 2028-01-01\n",
		 "[exception a]\nfrom = 2026-01-01\n# ended by mutexctl; was: until = 2028-01-01\nuntil = 2027-01-01T00:00:00Z\n"},
		{"one that has not begun", "[exception a]\nfrom = 2027-06-01\nuntil = 2028-01-01\n",
		 "[exception a]\n# ended by mutexctl; was: from = 2027-06-01\nfrom = 2027-01-01T00:00:00Z\n"
		 "# ended by mutexctl; was: until = 2028-01-01\nuntil = 2027-01-01T00:00:00Z\n"},
		{"the dates the other way round", "[exception a]\nuntil = 2028-01-01\nfrom = 2027-06-01\n",
		 "[exception a]\n# ended by mutexctl; was: until = 2028-01-01\nuntil = 2027-01-01T00:00:00Z\n"
		 "# ended by mutexctl; was: from = 2027-06-01\nfrom = 2027-01-01T00:00:00Z\n"},
		{"among others, with comments", "# mine\n[exception b]\nfrom = 2026-01-01\nuntil = 2028-01-01\n\n[exception a] # x\nuntil = \"2028-01-01\" # y\n"
						"reason = z\nfrom = 2026-01-01\n[exception c]\nuntil = 2028-01-01",
		 "# mine\n[exception b]\nfrom = 2026-01-01\nuntil = 2028-01-01\n\n[exception a] # x\n# ended by mutexctl; was: until = \"2028-01-01\" # y\n"
		 "until = 2027-01-01T00:00:00Z\nreason = z\nfrom = 2026-01-01\n[exception c]\nuntil = 2028-01-01"},
		{"another one", "[exception ab]\nfrom = 2026-01-01\nuntil = 2028-01-01\n", NULL},
		{"without an end", "[exception a]\nfrom = 2026-01-01\n[exception b]\nuntil = 2028-01-01\n", NULL},
		{"without a date that exists", "[exception a]\nfrom = 2026-02-30\nuntil = 2028-01-01\n", NULL},
		{"below a section that cannot be read", "[exception a]\n[exception\nfrom = 2026-01-01\nuntil = 2028-01-01\n", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		const struct policy_source source = {.file = "a.conf", .bytes = ROWS[i].text, .len = strlen(ROWS[i].text)};
		unsigned char block[1024];
		struct arena arena;
		char got[1024];
		struct text t;
		int r;

		print_message("%s\n", ROWS[i].name);
		arena_init(&arena, block, sizeof block);
		TEXT_INTO(&t, got);
		r = exception_add_ended(&source, "a", NOW_S, &arena, &t);
		assert_int_equal(r, ROWS[i].want != NULL ? 0 : -ENOENT);
		if (ROWS[i].want != NULL)
			assert_string_equal(got, ROWS[i].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_a_draft),
		cmocka_unit_test(ends_an_exception),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

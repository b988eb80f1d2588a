/* SPDX-License-Identifier: BSD-2-Clause */
/* The progress bar's text: fits its columns, tells part, rate and time left. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "progress.h"
#include "text.h"

static void bars(void **state)
{
	static const struct {
		struct progress_state state;
		size_t columns;
		const char *bar;
	} rows[] = {
		{{.done = 0, .total = 100, .keys = 0, .elapsed_s = 0}, 40, "Reading   0 % [>               ]  0 keys"},
		{{.done = 50, .total = 100, .keys = 2000000, .elapsed_s = 2},
		 60,
		 "Reading  50 % [======>     ]  2.0 M keys  1.0 M/s  0:02 left"},
		{{.done = 100, .total = 100, .keys = 999, .elapsed_s = 1},
		 58,
		 "Reading 100 % [==============]  999 keys  999/s  0:00 left"},
		{{.done = 200, .total = 100, .keys = 1500, .elapsed_s = 1}, 0, "Reading 100 %"},
		{{.done = 1, .total = 10000, .keys = 1000000000, .elapsed_s = 3},
		 64,
		 "Reading   0 % [>            ]  1.0 G keys  333 M/s  8:19:57 left"},
		{{.done = 5, .total = 0, .keys = 4200000, .elapsed_s = 2}, 79, "Reading  4.2 M keys  2.1 M/s"},
		{{.done = 5, .total = 0, .keys = 4200000, .elapsed_s = 2}, 10, "Reading"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char buf[200];
		struct text t;

		TEXT_INTO(&t, buf);
		progress_format("Reading", &rows[i].state, rows[i].columns, &t);
		assert_string_equal(buf, rows[i].bar);
	}
}

static void never_wider_than_the_terminal(void **state)
{
	(void)state;
	for (size_t columns = 16; columns < 200; columns++) {
		for (uint64_t done = 0; done <= 1000; done += 37) {
			const struct progress_state s = {
				.done = done, .total = 1000, .keys = done * done * done, .elapsed_s = (double)done};
			char buf[200];
			struct text t;

			TEXT_INTO(&t, buf);
			progress_format("Verifying", &s, columns, &t);
			assert_int_equal(text_end(&t), 0);
			assert_in_range(t.len, 1, columns);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bars),
		cmocka_unit_test(never_wider_than_the_terminal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

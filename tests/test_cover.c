/* SPDX-License-Identifier: BSD-2-Clause */
/* Which stacks of windows hide the screen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "cover.h"

#define LOCKER 100
#define OTHER 200
#define FULL {0, 0, 1920, 1080}
#define SECOND {1920, 0, 1280, 1024}

struct row {
	const char *name;
	struct cover_window windows[4]; /* lowest first; id 0 ends */
	bool two_monitors;
	struct cover want;
};

static const struct row rows[] = {
	{"nothing at all", {{0}}, false, {false, 0, 0}},
	{"a locker", {{1, LOCKER, FULL, false, false}}, false, {true, 1, LOCKER}},
	{"a locker above the desktop", {{1, OTHER, FULL, false, false}, {2, LOCKER, FULL, false, false}}, false, {true, 2, LOCKER}},
	{"the desktop above a locker", {{1, LOCKER, FULL, false, false}, {2, OTHER, FULL, false, false}}, false, {true, 2, OTHER}},
	{"one column short", {{1, LOCKER, {0, 0, 1919, 1080}, false, false}}, false, {false, 0, 0}},
	{"moved by one row", {{1, LOCKER, {0, 1, 1920, 1080}, false, false}}, false, {false, 0, 0}},
	{"larger than the screen", {{1, LOCKER, {-10, -10, 4000, 4000}, false, false}}, false, {true, 1, LOCKER}},
	{"a notification above", {{1, LOCKER, FULL, false, false}, {2, OTHER, {1500, 20, 400, 100}, false, false}}, false, {true, 1, LOCKER}},
	{"a quarter hidden by others", {{1, LOCKER, FULL, false, false}, {2, OTHER, {0, 0, 960, 540}, false, false}}, false, {false, 0, 0}},
	{"two eighths and a bit by two",
	 {{1, LOCKER, FULL, false, false}, {2, OTHER, {0, 0, 400, 400}, false, false}, {3, OTHER + 1, {900, 0, 400, 400}, false, false}},
	 false, {false, 0, 0}},
	{"its own windows above", {{1, LOCKER, FULL, false, false}, {2, LOCKER, {0, 0, 960, 540}, false, false}}, false, {true, 1, LOCKER}},
	{"others of unknown program", {{1, 0, FULL, false, false}, {2, 0, {0, 0, 960, 540}, false, false}}, false, {false, 0, 0}},
	{"a compositor's veil", {{1, LOCKER, FULL, false, false}, {2, OTHER, FULL, true, true}}, false, {true, 1, LOCKER}},
	{"a veil that takes clicks", {{1, LOCKER, FULL, false, false}, {2, OTHER, FULL, true, false}}, false, {true, 2, OTHER}},
	{"click-through, but no overlay", {{1, LOCKER, FULL, false, false}, {2, OTHER, FULL, false, true}}, false, {true, 2, OTHER}},
	{"a locker in the overlay", {{1, OTHER, FULL, true, true}, {2, LOCKER, FULL, true, false}}, false, {true, 2, LOCKER}},
	{"a veil over a locker in the overlay", {{1, LOCKER, FULL, true, false}, {2, OTHER, FULL, true, true}}, false, {false, 0, 0}},
	{"only the first monitor", {{1, LOCKER, FULL, false, false}}, true, {false, 0, 0}},
	{"one window for both", {{1, LOCKER, {0, 0, 3200, 1080}, false, false}}, true, {true, 1, LOCKER}},
	{"a window for each", {{1, LOCKER, FULL, false, false}, {2, LOCKER, SECOND, false, false}}, true, {true, 1, LOCKER}},
	{"a window for each of two programs", {{1, LOCKER, FULL, false, false}, {2, OTHER, SECOND, false, false}}, true, {false, 0, 0}},
	{"a window for each, unknown", {{1, 0, FULL, false, false}, {2, 0, SECOND, false, false}}, true, {false, 0, 0}},
	{"far away and huge", {{1, LOCKER, {INT32_MIN, INT32_MIN, UINT32_MAX, UINT32_MAX}, false, false}}, false, {true, 1, LOCKER}},
};

static void judge(void **state)
{
	static const struct cover_rect monitors[] = {FULL, SECOND};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct row *row = &rows[i];
		size_t count = 0;
		struct cover got;

		while (count < 4 && row->windows[count].id != 0)
			count++;
		got = cover_judge(row->windows, count, monitors, row->two_monitors ? 2 : 1);
		if (got.covered != row->want.covered || got.window != row->want.window || got.pid != row->want.pid)
			fail_msg("%s: covered %d window %u pid %lld", row->name, got.covered, got.window, (long long)got.pid);
	}
}

static void no_monitor_is_no_cover(void **state)
{
	struct cover_window window = {1, LOCKER, FULL, false, false};

	(void)state;
	assert_false(cover_judge(&window, 1, NULL, 0).covered);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {cmocka_unit_test(judge), cmocka_unit_test(no_monitor_is_no_cover)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

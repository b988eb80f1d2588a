/* SPDX-License-Identifier: BSD-2-Clause */
/* The rows of the two results, read and written by fields.c. */
#include "antivirus_result.h"

#include <assert.h>
#include <errno.h>

#define LAST_SECOND 253402300799 /* 9999-12-31T23:59:59Z, where date.h ends */
#define SCAN_LINE "mutex-antivirus-scan 1"
#define TEST_LINE "mutex-antivirus-test 1"
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *const SCAN_OUTCOMES[] = {[SCAN_CUT_OFF] = "cut-off", [SCAN_COMPLETE] = "complete", [SCAN_OUTCOME_MAX] = NULL};
static const char *const TEST_OUTCOMES[] = {
	[TEST_PREVENTED] = "prevented", [TEST_QUARANTINED] = "quarantined", [TEST_DETECTED] = "detected", [TEST_MISSED] = "missed", [TEST_OUTCOME_MAX] = NULL,
};
static_assert(COUNT(SCAN_OUTCOMES) == SCAN_OUTCOME_MAX + 1 && COUNT(TEST_OUTCOMES) == TEST_OUTCOME_MAX + 1, "each outcome has its word");
static_assert(sizeof(enum scan_outcome) == sizeof(unsigned) && sizeof(enum test_outcome) == sizeof(unsigned), "FIELD_CHOICE");

static const struct field SCAN_ROWS[] = {
	FIELD_ROW(struct antivirus_scan, began, FIELD_TIME, 0, LAST_SECOND),
	FIELD_ROW(struct antivirus_scan, ended, FIELD_TIME, 0, LAST_SECOND),
	FIELD_CHOICE_ROW(struct antivirus_scan, outcome, SCAN_OUTCOMES),
	FIELD_NUMBER_ROW(struct antivirus_scan, scanned, 0, INT64_MAX),
	FIELD_NUMBER_ROW(struct antivirus_scan, unreadable, 0, INT64_MAX),
	FIELD_NUMBER_ROW(struct antivirus_scan, found, 0, INT64_MAX),
	FIELD_ROW(struct antivirus_scan, first, FIELD_TEXT, 0, 199),
};
static const struct field TEST_ROWS[] = {
	FIELD_ROW(struct antivirus_test, time, FIELD_TIME, 0, LAST_SECOND),
	FIELD_CHOICE_ROW(struct antivirus_test, outcome, TEST_OUTCOMES),
	FIELD_ROW(struct antivirus_test, folder, FIELD_TEXT, 0, 199),
};

static int read_all(const char *bytes, size_t len, const char *first_line, const struct field *rows, size_t count, void *ret_object)
{
	struct fields_reader reader = {.file = "antivirus", .bytes = bytes, .len = len};

	fields_start(&reader, first_line, ANTIVIRUS_RESULT_BYTES_MAX);
	fields_read(&reader, rows, count, ret_object);
	return fields_finish(&reader);
}

static int write_all(const char *first_line, const struct field *rows, size_t count, const void *object, struct text *t)
{
	int r;

	fields_write_start(t, first_line);
	r = fields_write(rows, count, object, t);
	fields_write_end(t);
	return r;
}

int antivirus_scan_read(const char *bytes, size_t len, struct antivirus_scan *ret_scan)
{
	struct antivirus_scan scan = {0};
	int r = read_all(bytes, len, SCAN_LINE, SCAN_ROWS, COUNT(SCAN_ROWS), &scan);

	if (r == 0)
		*ret_scan = scan;
	return r;
}

int antivirus_scan_write(const struct antivirus_scan *scan, struct text *t)
{
	return write_all(SCAN_LINE, SCAN_ROWS, COUNT(SCAN_ROWS), scan, t);
}

int antivirus_test_read(const char *bytes, size_t len, struct antivirus_test *ret_test)
{
	struct antivirus_test test = {0};
	int r = read_all(bytes, len, TEST_LINE, TEST_ROWS, COUNT(TEST_ROWS), &test);

	if (r == 0)
		*ret_test = test;
	return r;
}

int antivirus_test_write(const struct antivirus_test *test, struct text *t)
{
	return write_all(TEST_LINE, TEST_ROWS, COUNT(TEST_ROWS), test, t);
}

const char *antivirus_outcome_name(enum test_outcome outcome)
{
	return TEST_OUTCOMES[outcome];
}

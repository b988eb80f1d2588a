/* SPDX-License-Identifier: BSD-2-Clause */
/* The suspension's rows, read and written by fields.c. Pure. */
#include "suspension.h"

#include "text.h"

#define FIRST_LINE "mutex-suspension 1"
#define LAST_SECOND 253402300799 /* 9999-12-31T23:59:59Z, where date.h ends */

static const struct field ROWS[] = {
	FIELD_NUMBER_ROW(struct suspension, uid, 0, (int64_t)UINT32_MAX - 1),
	FIELD_ROW(struct suspension, user, FIELD_TEXT, 1, 63),
	FIELD_ROW(struct suspension, by, FIELD_TEXT, 1, 63),
	FIELD_ROW(struct suspension, reason, FIELD_TEXT, 1, 255),
	FIELD_ROW(struct suspension, since, FIELD_TIME, 0, LAST_SECOND),
};
#define ROW_COUNT (sizeof(ROWS) / sizeof(ROWS[0]))

int suspension_read(const char *bytes, size_t len, const char *file, struct diag_list *problems, struct suspension *ret_suspension)
{
	struct fields_reader reader = {.file = file, .bytes = bytes, .len = len, .problems = problems};
	struct suspension suspension = {0};

	fields_start(&reader, FIRST_LINE, SUSPENSION_BYTES_MAX);
	fields_read(&reader, ROWS, ROW_COUNT, &suspension);
	int r = fields_finish(&reader);
	if (r < 0)
		return r;
	*ret_suspension = suspension;
	return 0;
}

int suspension_write(const struct suspension *suspension, struct text *t)
{
	fields_write_start(t, FIRST_LINE);
	int r = fields_write(ROWS, ROW_COUNT, suspension, t);
	if (r < 0)
		return r;
	fields_write_end(t);
	return text_end(t);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* The stamp's rows, read and written by fields.c. Pure. */
#include "stamp.h"

#include "text.h"

#define FIRST_LINE "mutex-stamp 1"

static const struct field ROWS[] = {
	FIELD_ROW(struct stamp, boot_id, FIELD_BOOT_ID, FIELD_BOOT_ID_SIZE - 1, FIELD_BOOT_ID_SIZE - 1),
	FIELD_NUMBER_ROW(struct stamp, time_ns, 1, INT64_MAX),
	FIELD_NUMBER_ROW(struct stamp, uid, 0, (int64_t)UINT32_MAX - 1),
	FIELD_ROW(struct stamp, service, FIELD_NAME, 1, 63),
	FIELD_ROW(struct stamp, seat, FIELD_NAME, 0, 31),
	FIELD_ROW(struct stamp, tty, FIELD_TEXT, 0, 63),
	FIELD_ROW(struct stamp, display, FIELD_TEXT, 0, 63),
	FIELD_NUMBER_ROW(struct stamp, pid, 1, INT32_MAX),
	FIELD_NUMBER_ROW(struct stamp, pid_start, 0, INT64_MAX),
	FIELD_ROW(struct stamp, factors, FIELD_NAMES, 1, FIELD_NAMES_MAX),
};
#define ROW_COUNT (sizeof(ROWS) / sizeof(ROWS[0]))

int stamp_read(const char *bytes, size_t len, const char *file, struct diag_list *problems, struct stamp *ret_stamp)
{
	struct fields_reader reader = {.file = file, .bytes = bytes, .len = len, .problems = problems};
	struct stamp stamp = {0};

	fields_start(&reader, FIRST_LINE, STAMP_BYTES_MAX);
	fields_read(&reader, ROWS, ROW_COUNT, &stamp);
	int r = fields_finish(&reader);
	if (r < 0)
		return r;
	*ret_stamp = stamp;
	return 0;
}

int stamp_write(const struct stamp *stamp, struct text *t)
{
	fields_write_start(t, FIRST_LINE);
	int r = fields_write(ROWS, ROW_COUNT, stamp, t);
	if (r < 0)
		return r;
	fields_write_end(t);
	return text_end(t);
}

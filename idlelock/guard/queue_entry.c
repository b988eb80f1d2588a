/* SPDX-License-Identifier: BSD-2-Clause */
/* The rows of a queue entry, read and written by fields.c. */
#include "queue_entry.h"

#include "text.h"

#define FIRST_LINE "mutex-queue 1"
#define LAST_SECOND 253402300799 /* 9999-12-31T23:59:59Z, where date.h ends */

static const struct field ROWS[] = {
	FIELD_ROW(struct queue_entry, control, FIELD_NAME, 1, 31),           FIELD_ROW(struct queue_entry, clause, FIELD_NAME, 1, 15),
	FIELD_ROW(struct queue_entry, first, FIELD_TIME, 0, LAST_SECOND),    FIELD_ROW(struct queue_entry, last, FIELD_TIME, 0, LAST_SECOND),
	FIELD_NUMBER_ROW(struct queue_entry, count, 1, 1000000),             FIELD_ROW(struct queue_entry, by, FIELD_TEXT, 0, 63),
	FIELD_ROW(struct queue_entry, detail, FIELD_TEXT, 0, 255),
};
#define ROW_COUNT (sizeof ROWS / sizeof ROWS[0])

int queue_entry_read(const char *bytes, size_t len, const char *file, struct diag_list *problems, struct queue_entry *ret_entry)
{
	struct fields_reader reader = {.file = file, .bytes = bytes, .len = len, .problems = problems};
	struct queue_entry entry = {0};
	int r;

	fields_start(&reader, FIRST_LINE, QUEUE_ENTRY_BYTES_MAX);
	fields_read(&reader, ROWS, ROW_COUNT, &entry);
	r = fields_finish(&reader);
	if (r == 0)
		*ret_entry = entry;
	return r;
}

int queue_entry_write(const struct queue_entry *entry, struct text *t)
{
	int r;

	fields_write_start(t, FIRST_LINE);
	r = fields_write(ROWS, ROW_COUNT, entry, t);
	fields_write_end(t);
	return r < 0 ? r : text_end(t);
}

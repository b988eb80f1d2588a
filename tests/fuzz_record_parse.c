/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines of a log: any bytes; and what is taken for a record is one that record.c can write and that then reads the same. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "record.h"
#include "record_parse.h"
#include "text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Formatting may shorten a value once, and after that nothing changes. */
static void check_stable(const struct record *r)
{
	static struct record_parsed again;
	static char first[RECORD_BYTES_MAX], second[RECORD_BYTES_MAX];
	struct text t;

	TEXT_INTO(&t, first);
	record_format_line(r, &t);
	if (text_end(&t) < 0)
		abort();
	if (record_parse_line(first, t.len, &again) != 1)
		abort();
	TEXT_INTO(&t, second);
	record_format_line(&again.record, &t);
	if (again.record.kind != r->kind || again.record.verdict != r->verdict || again.record.time_s != r->time_s)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct record_parsed parsed;
	const char *text = (const char *)data;
	int r;

	if (record_parse_line(text, size, &parsed) == 1)
		check_stable(&parsed.record);
	/* The same bytes as journal fields, one a line. */
	record_parse_start(&parsed);
	r = 0;
	for (size_t at = 0; at < size && r == 0;) {
		const char *end = memchr(text + at, '\n', size - at);
		const size_t len = end != NULL ? (size_t)(end - text) - at : size - at;

		r = record_parse_field(&parsed, text + at, len);
		at += len + 1;
	}
	if (r == 0 && record_parse_finish(&parsed) == 0)
		check_stable(&parsed.record);
	return 0;
}

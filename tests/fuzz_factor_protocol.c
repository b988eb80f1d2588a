/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes from a helper: however they arrive in pieces the result is one, and it is accepted only when the last line says so alone. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "factor_protocol.h"
#include "utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int walk(const char *bytes, size_t size, size_t step, size_t *ret_lines)
{
	struct factor_lines lines = {.len = 0};
	struct factor_line line;

	*ret_lines = 0;
	for (size_t at = 0, used; at < size; at += used) {
		int r = factor_lines_take(&lines, bytes + at, size - at < step ? size - at : step, &used, &line);

		if (used > size - at || (r == 0 && used == 0))
			abort();
		if (r < 0)
			break;
		*ret_lines += r == 1;
		if (r == 1 && strpbrk(line.text, "\n\r\t\033\\") != NULL)
			abort();
	}
	return factor_lines_end(&lines);
}

static bool ends_with_accept(const char *bytes, size_t size)
{
	static const char word[] = "accept\n";
	size_t len = sizeof word - 1;

	return size >= len && memcmp(bytes + size - len, word, len) == 0 && (size == len || bytes[size - len - 1] == '\n');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *bytes = (const char *)data;
	size_t whole_lines, lines;
	int whole = walk(bytes, size, size, &whole_lines);

	for (size_t step = 1; step <= 5; step += 2)
		if (walk(bytes, size, step, &lines) != whole || lines != whole_lines)
			abort();
	if (whole == 1 && !ends_with_accept(bytes, size))
		abort();
	return 0;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as a suspension: refused, or exactly what the writer makes of the result. */
#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "suspension.h"
#include "text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct suspension result;
	static char written[SUSPENSION_BYTES_MAX + 1];
	struct diag items[1];
	struct diag_list problems = {.items = items, .max = 1};
	struct text t;

	if (suspension_read((const char *)data, size, "fuzz", &problems, &result) < 0) {
		if (problems.errors != 1)
			abort();
		return 0;
	}
	TEXT_INTO(&t, written);
	if (suspension_write(&result, &t) < 0 || t.len != size || memcmp(written, data, size) != 0)
		abort();
	return 0;
}

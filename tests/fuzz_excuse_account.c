/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as the excuses of a person: refused, or exactly what the writer makes of the result. */
#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "excuse_account.h"
#include "text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct excuse_account result;
	static char written[EXCUSE_ACCOUNT_BYTES_MAX + 1];
	struct diag items[1];
	struct diag_list problems = {.items = items, .max = 1};
	struct text t;

	if (excuse_account_read((const char *)data, size, "fuzz", &problems, &result) < 0) {
		if (problems.errors != 1)
			abort();
		return 0;
	}
	TEXT_INTO(&t, written);
	if (excuse_account_write(&result, &t) < 0 || t.len != size || memcmp(written, data, size) != 0)
		abort();
	return 0;
}

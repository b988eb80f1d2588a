/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as hours of the week: refused with a sentence, or taken. */
#include <stdlib.h>

#include "hours.h"
#include "text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct hours hours = {0};
	char problem[256];
	struct text t;
	unsigned held = 0;
	int error;

	TEXT_INTO(&t, problem);
	error = hours_parse((const char *)data, size, &hours, &t);
	for (int64_t i = -1; i <= HOURS_WEEK_MINUTES; i++)
		held += hours_hold(&hours, i) ? 1 : 0;
	if ((error < 0) != (held == 0) || (error < 0) != (t.len > 0) || text_end(&t) < 0)
		abort();
	return 0;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as an entry of the queue: refused, or exactly what the writer makes of the result. */
#include <stdlib.h>
#include <string.h>

#include "queue_entry.h"
#include "text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char written[QUEUE_ENTRY_BYTES_MAX + 1];
	struct queue_entry entry;
	struct text t;

	if (queue_entry_read((const char *)data, size, "fuzz", NULL, &entry) < 0)
		return 0;
	TEXT_INTO(&t, written);
	if (queue_entry_write(&entry, &t) < 0 || t.len != size || memcmp(written, data, size) != 0)
		abort();
	return 0;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as a word of allow: refused with a sentence, or an opening that covers itself. */
#include <stdlib.h>
#include <string.h>

#include "opening.h"
#include "text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct opening_extent extent = {.interface = "eth0"};
	struct opening o;
	char problem[256];
	struct text t;

	TEXT_INTO(&t, problem);
	if (opening_parse((const char *)data, size, &o, &t) < 0) {
		if (t.len == 0 || text_end(&t) != 0)
			abort();
		return 0;
	}
	extent.protocol = o.protocol == OPENING_ANY_PROTOCOL ? 6 : o.protocol;
	extent.first_port = o.first_port;
	extent.last_port = o.last_port;
	extent.first = extent.last = o.network;
	if (*o.interface == '\0' && !opening_covers(&o, &extent))
		abort();
	extent.last_port = UINT16_MAX;
	if (o.last_port != UINT16_MAX && opening_covers(&o, &extent))
		abort();
	return 0;
}

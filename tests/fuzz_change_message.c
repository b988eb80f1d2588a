/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as datagrams of nftables and of the proc connector: a program's name always ends. */
#include <stdlib.h>
#include <string.h>

#include "change_message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct change change = {0};
	int64_t at_ns;

	if (change_read_nftables(data, size, &change) && memchr(change.program, '\0', sizeof change.program) == NULL)
		abort();
	(void)change_read_exec(data, size, &at_ns);
	return 0;
}

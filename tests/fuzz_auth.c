/* SPDX-License-Identifier: BSD-2-Clause */
/* Fuzzes what the watcher's helper takes from outside: packets of xsecurelock's dialogue, and control groups of callers of the verifier. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "auth_protocol.h"
#include "locker_unit.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct secret answer SECRET_WIPED = {0};
	struct locker_unit unit;
	int wanted = auth_packet_length((const char *)data, size);

	if (wanted > AUTH_PACKET_MAX)
		abort();
	if (wanted > 0 && (size_t)wanted <= size && auth_packet_read((const char *)data, (size_t)wanted, &answer) == 0 &&
	    (answer.len >= SECRET_SIZE || strlen(answer.bytes) != answer.len))
		abort();
	if (locker_unit_of_cgroup((const char *)data, size, &unit) != (unit.kind != LOCKER_UNIT_NONE && unit.session[0] != '\0'))
		abort();
	return 0;
}

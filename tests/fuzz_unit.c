/* SPDX-License-Identifier: BSD-2-Clause */
/* What systemd tells of a unit, from bytes as they come over the wire: read the same way twice, judged and planned without a fault. */
#include <stdlib.h>
#include <string.h>

#include "units.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ARENA_BYTES 131072

static size_t read_and_judge(DBusMessage *m, unsigned char *memory, struct control_verdict *ret_verdict)
{
	const struct settings settings = {0};
	struct control_repair repair = {0};
	struct units_facts facts = {.count = 1, .now_s = 1795000000};
	struct unit *unit = &facts.items[0];
	struct arena arena;

	arena_init(&arena, memory, ARENA_BYTES);
	unit_init("a.timer", unit);
	unit->told = unit_read(m, &arena, unit);
	for (size_t i = 0; i < unit->file_count; i++)
		if (strncmp(unit->files[i], "/etc/", 5) != 0 && strncmp(unit->files[i], "/run/", 5) != 0)
			abort();
	*ret_verdict = units_judge(&facts, &settings, &arena);
	units_repair(&facts, &settings, &arena, &repair);
	if (ret_verdict->state == POSTURE_OK && repair.count > 0)
		abort();
	return repair.count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static unsigned char one[ARENA_BYTES], two[ARENA_BYTES];
	DBusMessage *m = size > 65536 ? NULL : dbus_message_demarshal((const char *)data, (int)size, NULL);
	struct control_verdict first, second;

	if (m == NULL)
		return 0;
	if (read_and_judge(m, one, &first) != read_and_judge(m, two, &second) || first.state != second.state || first.reason_count != second.reason_count)
		abort();
	dbus_message_unref(m);
	return 0;
}

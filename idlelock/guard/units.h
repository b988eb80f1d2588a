/* SPDX-License-Identifier: BSD-2-Clause */
/* Control "units" (SC-1): the services, timers and sockets that `units` of [control units] names stay on, as unit.h says. What a timer or a socket
 * starts must be there and unmasked, too. */
#ifndef GUARD_UNITS_H
#define GUARD_UNITS_H

#include "unit.h"

#define UNITS_MAX 16 /* as the policy's keyword */

struct units_facts {
	const char *unreachable; /* why systemd did not answer; NULL = it did */
	struct unit items[UNITS_MAX];
	struct unit triggered[UNITS_MAX]; /* what items[i] starts; name NULL = nothing */
	size_t count;
	bool upgrading; /* a package is being installed */
	int64_t now_s;
};

int units_probe(const struct control_scene *scene, struct arena *arena, const void **ret_facts); /* shell */
struct control_verdict units_judge(const void *facts, const struct settings *settings, struct arena *arena);
void units_watch(const struct settings *settings, struct arena *arena, struct control_watches *watches);
void units_repair(const void *facts, const struct settings *settings, struct arena *arena, struct control_repair *repair);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* Units of systemd for tests: one that holds, to be spoilt. */
#ifndef MUTEX_UNIT_SAMPLE_H
#define MUTEX_UNIT_SAMPLE_H

#include "unit.h"

#define SAMPLE_NOW_S INT64_C(1795000000)

static inline struct unit unit_sample(const char *name)
{
	struct unit unit;

	unit_init(name, &unit);
	unit.told = true;
	unit.load = "loaded";
	unit.active = "active";
	unit.sub = "running";
	unit.freezer = "running";
	unit.file_state = "enabled";
	unit.fragment = "/usr/lib/systemd/system/sample.service";
	unit.packaged = true;
	unit.main_pid = 4711;
	unit.began_s = SAMPLE_NOW_S - 86400;
	if (unit_has_suffix(name, ".timer"))
		unit.sub = "waiting", unit.elapse_s = SAMPLE_NOW_S + 3600, unit.main_pid = 0;
	return unit;
}

#endif

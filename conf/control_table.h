/* SPDX-License-Identifier: BSD-2-Clause */
/* The controls that [control NAME] speaks of: one row each. What looks and judges stands in idlelock/guard/NAME.h.
 *
 * C(name, clause) */
#ifndef MUTEX_CONTROL_TABLE_H
#define MUTEX_CONTROL_TABLE_H

#define CONTROLS(C) \
	C(firewall, "FW-1") \
	C(units, "SC-1") \
	C(antivirus, "AV-1") \
	C(auth, "AC-1") \
	C(self, "SC-1")

enum control_id {
#define CONTROL_ENUM(name, clause) CONTROL_##name,
	CONTROLS(CONTROL_ENUM)
#undef CONTROL_ENUM
	CONTROL_MAX
};

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* The rows of the controls. Shell, since each row probes. */
#include "control.h"

#include "antivirus.h"
#include "auth.h"
#include "firewall.h"
#include "self.h"
#include "units.h"

static const struct control_row ROWS[CONTROL_MAX] = {
#define CONTROL_ROW(name, clause) [CONTROL_##name] = {#name, clause, name##_probe, name##_judge, name##_watch, name##_repair},
	CONTROLS(CONTROL_ROW)
#undef CONTROL_ROW
	[CONTROL_auth].remember = auth_remember,
};

const struct control_row *control_row(enum control_id id)
{
	return &ROWS[id];
}

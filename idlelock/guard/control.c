/* SPDX-License-Identifier: BSD-2-Clause */
/* Verdicts of controls. */
#include "control.h"

void control_add_reason(struct control_verdict *verdict, const struct control_reason *reason)
{
	if (verdict->reason_count < CONTROL_REASONS_MAX)
		verdict->reasons[verdict->reason_count++] = *reason;
}

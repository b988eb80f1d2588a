/* SPDX-License-Identifier: BSD-2-Clause */
/* Notifications of the desktop (org.freedesktop.Notifications), one shown at a time for each purpose. Shell, of idlelock-agent only.
 *
 * Nothing waits for the desktop: what it cannot show is not shown, and the lock comes all the same. */
#ifndef MUTEX_AGENT_NOTIFY_H
#define MUTEX_AGENT_NOTIFY_H

#include "control_table.h"

enum notify_slot {
	NOTIFY_COUNTDOWN,
	NOTIFY_REASON,
	NOTIFY_KEYRING,
	NOTIFY_VIOLATION,
	NOTIFY_CONTROL, /* one for each control of control_table.h */
	NOTIFY_SLOT_MAX = NOTIFY_CONTROL + CONTROL_MAX
};

struct agent_notify;
struct agent_notify *agent_notify_new(void); /* never NULL */
/* Shows or changes the one of that purpose. Critical ones stay, and stand above full screen where the desktop does so. The text is plain. */
void agent_notify_show(struct agent_notify *notify, enum notify_slot slot, const char *title, const char *body);
void agent_notify_close(struct agent_notify *notify, enum notify_slot slot);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* Tells the person what mutex-guardd finds of the controls of this computer. Shell, of idlelock-agent only.
 *
 * One notification a control, whose words change when it is in order again. The same violation by the same person is told once an hour, however often
 * it comes. What is only observed is not told. */
#ifndef MUTEX_AGENT_GUARD_H
#define MUTEX_AGENT_GUARD_H

#include "agent_notify.h"
#include "message.h"

struct agent_guard;
/* Listens on the system bus, which the caller keeps open; never NULL. To be freed after the last signal. */
struct agent_guard *agent_guard_new(struct agent_notify *notify, enum language language);

#endif

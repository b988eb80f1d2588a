/* SPDX-License-Identifier: BSD-2-Clause */
/* The lock on a text console of its own: nothing of X or a compositor can get in its way. Shell, of idlelock-auth only. Clause LK-1.
 *
 * Takes a console that nobody uses, shows it, forbids switching away (VT_LOCKSWITCH) and only then says READY=1 to systemd, with STATUS=ttyN: that is the
 * proof of this rung. The session's own console is not touched: its shell reads its own terminal, and X goes on as after any switch.
 * MUST: switching is allowed again only after the person is proven, or when systemd stops the unit (SIGTERM), and then the session's console is shown.
 * MUST: killed with -9 it leaves switching forbidden and its console shown; started again it goes to another console without a way through the session's.
 * English only: a text console cannot show Japanese. */
#ifndef MUTEX_AUTH_CONSOLE_RUN_H
#define MUTEX_AUTH_CONSOLE_RUN_H

#include "paths.h"

/* The session's console is VT in the environment, its person's name PERSON. Returns 0 when the person is proven; -ECANCELED when it was stopped; else
 * negative errno: it could not lock. */
int auth_console_run(const struct paths *paths);

#endif

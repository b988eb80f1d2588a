/* SPDX-License-Identifier: BSD-2-Clause */
/* org.pammutex.Idlelock1 on the system bus, as org.pammutex.Idlelock1.xml says. Shell, of idlelockd only.
 *
 * MUST: who asks is who the bus says; about others' sessions root, and whom polkit lets. MUST: signals, which everybody gets, name the session and
 *       nothing more. MUST: nothing here opens a lock. */
#ifndef MUTEX_IDLELOCK_SERVE_H
#define MUTEX_IDLELOCK_SERVE_H

#include "bus.h"
#include "watched.h"

struct watch;
struct serve;

int serve_open(struct watch *watch, struct bus *bus, struct serve **ret_serve);
void serve_close(struct serve *serve);

void serve_say(struct serve *serve, const char *signal, const struct watched *w); /* a name of the interface's */
/* Kept for GetSessions, then said. */
void serve_say_violation(struct serve *serve, struct watched *w, const char *control, const char *detail);

#endif

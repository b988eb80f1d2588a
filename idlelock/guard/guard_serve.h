/* SPDX-License-Identifier: BSD-2-Clause */
/* Answers on the system bus: idlelock/guard/org.pammutex.Guard1.xml. Read only; the bus lets root ask. Shell (libdbus). */
#ifndef GUARD_GUARD_SERVE_H
#define GUARD_GUARD_SERVE_H

#include "bus.h"

struct guard;
struct guarded;
struct guard_serve;

int guard_serve_open(struct guard *guard, struct bus *bus, struct guard_serve **ret_serve); /* 0 or negative errno */
void guard_serve_close(struct guard_serve *serve);
/* Does nothing while there is no bus. */
void guard_serve_say_changed(struct guard_serve *serve, const struct guarded *c);

#endif

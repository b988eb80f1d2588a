/* SPDX-License-Identifier: BSD-2-Clause */
/* Which sessions there are and what becomes of them, from logind. Shell, of idlelockd only.
 *
 * MUST: when logind or the bus goes, every session stays as it was: nobody is told that it ended until logind says so again. When it comes back, all is
 *       asked anew, and what ended meanwhile is told. */
#ifndef MUTEX_LOGIND_GATHER_H
#define MUTEX_LOGIND_GATHER_H

#include "bus.h"
#include "logind_message.h"

struct logind;
struct logind_hooks {
	void (*session)(const struct logind_session *session, void *data); /* new, or something of it changed */
	void (*gone)(const char *id, void *data);
	void (*lock_asked)(const char *id, void *data);  /* its signal Lock, whoever asked */
	void (*unlock_asked)(const char *id, void *data);
	void (*controlled)(const char *id, pid_t controller, void *data); /* the answer to logind_ask_controller(); 0 = nobody */
	void (*sleep)(bool begins, void *data);
	void (*listed)(void *data);                      /* all that are there have been told, after each coming of logind */
	void (*inhibited)(void *data);                   /* logind_inhibitors() are others now */
	void *data;
};

int logind_open(struct loop *loop, struct bus *bus, const struct logind_hooks *hooks, struct logind **ret_logind);
void logind_close(struct logind *logind);
/* To be called from the bus's own changed. */
void logind_bus_changed(struct logind *logind, bool connected);

/* Who forbids that idleness has consequences. More than LOGIND_INHIBITORS_MAX are not told of. */
#define LOGIND_INHIBITORS_MAX 32
const struct logind_inhibitor *logind_inhibitors(const struct logind *logind, size_t *ret_count);

/* Which process controls a session: hooks.controlled. 0 or negative errno, when it will not be called. */
int logind_ask_controller(struct logind *logind, const char *id);

/* LockedHint, as root. Of interest to desktops; proves nothing. */
void logind_set_hint(struct logind *logind, const char *id, bool locked);
/* The delay inhibitor. taken() gets a descriptor that is its own from then on, or -1. */
void logind_inhibit_sleep(struct logind *logind, void (*taken)(int fd, void *data), void *data);

#endif

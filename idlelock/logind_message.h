/* SPDX-License-Identifier: BSD-2-Clause */
/* logind's answers and signals, read. Pure; logind_gather.h asks. Interface: org.freedesktop.login1(5), versions 252 to 258.
 *
 * MUST: what of a session its own user can set (Desktop, Type by SetType, Display by SetDisplay, LockedHint, State by ReleaseSession) is taken for a
 *       hint only. A text that is too long is "", never a shortened one; an id or path that is too long makes the message none of ours. */
#ifndef MUTEX_LOGIND_MESSAGE_H
#define MUTEX_LOGIND_MESSAGE_H

#include <dbus/dbus.h>
#include <stdbool.h>
#include <sys/types.h>

#include "session_facts.h"

#define LOGIND_ID_BYTES 32
#define LOGIND_PATH_BYTES 128

struct logind_named {
	char id[LOGIND_ID_BYTES];
	char path[LOGIND_PATH_BYTES];
};

struct logind_session {
	struct logind_named named;
	uid_t uid;
	unsigned vt;            /* 0 = none */
	char seat[32];          /* "" = none */
	char tty[64], display[64], desktop[64], scope[64], remote_host[256], service[64];
	bool remote, active, locked_hint;
	bool closing;           /* State: its processes may still live, nobody is there */
	pid_t leader;
	enum session_type type;
	enum session_class class;
};

/* Who forbids that idleness has consequences: a program, in its own words. */
#define LOGIND_INHIBITOR_BYTES 128
struct logind_inhibitor {
	uid_t uid;
	char who[LOGIND_INHIBITOR_BYTES]; /* "vlc: plays a film", escaped and cut */
};

/* ListSessions' answer, one by one: begin says whether it is such an answer; next is false at the end. Rows that are none are left out. */
bool logind_begin_list(DBusMessage *reply, DBusMessageIter *ret_rows);
bool logind_next_in_list(DBusMessageIter *rows, struct logind_named *ret_named);

/* SessionNew, SessionRemoved: "so". */
bool logind_read_named(DBusMessage *signal, struct logind_named *ret_named);

/* The answer to GetAll of a session, or its PropertiesChanged; what is not in it stays. False when it is neither. */
bool logind_read_session(DBusMessage *message, struct logind_session *session);

/* ListInhibitors' answer, in the same way; what does not block idleness is left out. */
bool logind_begin_inhibitors(DBusMessage *reply, DBusMessageIter *ret_rows);
bool logind_next_inhibitor(DBusMessageIter *rows, struct logind_inhibitor *ret_inhibitor);
/* The manager's PropertiesChanged names BlockInhibited: the list is another. */
bool logind_tells_inhibition(DBusMessage *signal);

/* logind's own file about a session, which alone says who controls it: the bus name of the process that has its screen and keyboard. False: nobody. */
#define LOGIND_NAME_BYTES 64
bool logind_read_controller(const char *bytes, char ret_name[LOGIND_NAME_BYTES]);

/* PrepareForSleep and the like: one boolean. False when it is not that. */
bool logind_read_flag(DBusMessage *signal, bool *ret_flag);

#endif

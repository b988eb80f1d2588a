/* SPDX-License-Identifier: BSD-2-Clause */
/* Session facts: what idlelockd knows about one session, told to the login path and to the tool. Format only, pure.
 *
 * File:   /run/mutex/sessions/SESSION, mode 0600 in a folder of root's with mode 0700; replaced by rename at each change, removed
 *         when the session ends.
 * Writer: idlelockd alone. It asks logind (system bus, root) and the kernel, never the session: Type, Class, Seat and Leader cannot be
 * changed by the session's user after login; LockedHint and IdleHint can and so are not here. One exception: logind takes Type and Display
 * from the session's own controller (SetType, SetDisplay), so they say where to look for a display, not what to believe about it. Reader:
 * pam_mutex and the verifier (is this an unlock, of which seat; is the person here twice, PW-2), mutexctl status. The way back, from login
 * to lock, is the stamp. */
#ifndef MUTEX_SESSION_FACTS_H
#define MUTEX_SESSION_FACTS_H

#include "fields.h"

#define SESSION_FACTS_BYTES_MAX 2048

/* Words of logind up to 258 (Debian 12 has 252, Debian 13 has 257); what a later one adds is OTHER, and treated as the strictest. */
enum session_type {
	SESSION_TYPE_OTHER,
	SESSION_TYPE_UNSPECIFIED,
	SESSION_TYPE_TTY,
	SESSION_TYPE_X11,
	SESSION_TYPE_WAYLAND,
	SESSION_TYPE_MIR,
	SESSION_TYPE_WEB,
	SESSION_TYPE_MAX
};
enum session_class {
	SESSION_CLASS_OTHER,
	SESSION_CLASS_USER,
	SESSION_CLASS_USER_EARLY,
	SESSION_CLASS_USER_INCOMPLETE,
	SESSION_CLASS_USER_LIGHT,
	SESSION_CLASS_USER_EARLY_LIGHT,
	SESSION_CLASS_GREETER,
	SESSION_CLASS_LOCK_SCREEN,
	SESSION_CLASS_BACKGROUND,
	SESSION_CLASS_BACKGROUND_LIGHT,
	SESSION_CLASS_MANAGER,
	SESSION_CLASS_MANAGER_EARLY,
	SESSION_CLASS_MAX
};

struct session_facts {
	char session[32];                 /* logind Id: "2", "c1" */
	char boot_id[FIELD_BOOT_ID_SIZE]; /* clock_boot_id(); facts of another boot are nothing */
	uid_t uid;                        /* logind User */
	char seat[32];                    /* logind Seat; "" = none (remote, or a service) */
	char tty[64];                     /* logind TTY: "tty2", "pts/0"; "" = none */
	char display[64];                 /* logind Display: ":0"; "" = none */
	enum session_type type;           /* logind Type */
	enum session_class class;         /* logind Class */
	char remote_host[256];            /* logind RemoteHost, which sshd sets; "" = local */
	pid_t leader;                     /* logind Leader: the process that opened the session */
	int64_t leader_start;             /* its start in clock ticks since boot, field 22 of /proc/PID/stat: a pid comes again */
	int64_t locked_since_ns;          /* CLOCK_MONOTONIC when idlelockd demanded the lock that stands; 0 = not locked */
	int64_t last_proof_ns; /* CLOCK_MONOTONIC when that lock was last shown to hold; 0 = never yet. Never before locked_since_ns */
};

/* 0; -EBADMSG for anything else than one whole document, told in problems (may be NULL) with file and line. *ret_facts is set on success
 * only. */
int session_facts_read(const char *bytes, size_t len, const char *file, struct diag_list *problems, struct session_facts *ret_facts);

/* Writes at most SESSION_FACTS_BYTES_MAX bytes. 0; -EINVAL or -ERANGE for a struct that is not valid; -EOVERFLOW when t is too small. */
int session_facts_write(const struct session_facts *facts, struct text *t);

/* From logind's words; OTHER for one that is not known. */
enum session_type session_type_of(const char *word);
enum session_class session_class_of(const char *word);
const char *session_type_name(enum session_type type);    /* "x11"; "other" */
const char *session_class_name(enum session_class class);

#endif

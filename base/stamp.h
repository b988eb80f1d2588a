/* SPDX-License-Identifier: BSD-2-Clause */
/* The stamp: a finished authentication, told to the lock. Format only, pure; whether a stamp opens a lock is idlelock's decision.
 *
 * File:   /run/mutex/stamps/UID, mode 0600 in a folder of root's with mode 0700; each new proof replaces the file by rename.
 *         What else lies there is on its way in or out.
 * Writer: `finish` of pam_mutex as root, and the verifier for callers that are not root; nobody else. Only for lockers and for logins at this
 *         computer, after every demanded factor, and only where the reader has made the folder.
 * Reader: idlelockd. An unlock needs a stamp of that uid and seat, of this boot, later than the lock, at most 10 s old, from a
 *         service of `unlock_services`, and each stamp opens once: {time_ns, pid, pid_start} tells two stamps apart.
 * MUST:   trusted for its place (only root can write there), never for its content. No check sum, since it lives in memory and is
 *         replaced whole; the strict format of fields.h refuses a shortened or mixed one, and a refused stamp opens nothing. */
#ifndef MUTEX_STAMP_H
#define MUTEX_STAMP_H

#include "fields.h"

#define STAMP_BYTES_MAX 1024

struct stamp {
	char boot_id[FIELD_BOOT_ID_SIZE]; /* clock_boot_id(); time_ns and pid_start mean nothing in another boot */
	int64_t time_ns;                  /* CLOCK_MONOTONIC at the end of the authentication; stands still in suspend */
	uid_t uid;                        /* who is proven: pw_uid of PAM_USER, or SO_PEERCRED's for the verifier */
	char service[64];                 /* PAM_SERVICE of the caller: "gdm-password"; for the verifier the peer's, see idlelock */
	char seat[32];                    /* "seat0", "" = none: logind's seat of the session that the caller or its display belongs to */
	char tty[64];                     /* PAM_TTY or the controlling terminal without "/dev/": "tty2"; "" = none */
	char display[64];                 /* X or Wayland display: ":0"; "" = none */
	pid_t pid;                        /* the process whose login this was (the verifier's peer) */
	int64_t pid_start;                /* its start in clock ticks since boot, field 22 of /proc/PID/stat: a pid comes again */
	struct field_names factors;       /* names of [factor NAME], and "password"; at least one */
};

/* 0; -EBADMSG for anything else than one whole stamp, told in problems (may be NULL) with file and line. *ret_stamp is set on success only.
 */
int stamp_read(const char *bytes, size_t len, const char *file, struct diag_list *problems, struct stamp *ret_stamp);

/* Writes at most STAMP_BYTES_MAX bytes. 0; -EINVAL or -ERANGE for a struct that is no valid stamp; -EOVERFLOW when t is too small. */
int stamp_write(const struct stamp *stamp, struct text *t);

#endif

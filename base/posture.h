/* SPDX-License-Identifier: BSD-2-Clause */
/* The posture: which security controls of this computer hold, told to the gate at login. Format only, pure.
 *
 * Files:  /run/mutex/posture of idlelockd (the lock), /run/mutex/posture-guard of mutex-guardd (all controls of [control NAME]); mode 0600 in a
 *         folder of root's; text that an administrator can read.
 * Writer: the daemon, which holds an OFD lock on its file as long as it lives. It locks the new file before renaming it into place.
 * Reader: pam_mutex's account phase, mutexctl. Fresh = boot_id is ours and the lock is held (F_OFD_GETLK), whatever `time` says. A stale,
 * missing or refused posture is unknown, never fine: design-lock.md says what follows. MUST:   trusted for its place (only root can write
 * there). Untrusted words in `detail` (names of rules, programs) are put in by text_add_escaped(). */
#ifndef MUTEX_POSTURE_H
#define MUTEX_POSTURE_H

#include "fields.h"

#define POSTURE_BYTES_MAX (16 * 1024)
#define POSTURE_CONTROLS_MAX 64

/* Zero is what nobody looked at. */
enum posture_state { POSTURE_UNKNOWN, POSTURE_OK, POSTURE_VIOLATED, POSTURE_NOT_APPLICABLE, POSTURE_STATE_MAX };

/* observe and enforce as in every section of the policy; off, repair and gate are words of [control NAME]. */
enum posture_mode { POSTURE_OFF, POSTURE_OBSERVE, POSTURE_ENFORCE, POSTURE_REPAIR, POSTURE_GATE, POSTURE_MODE_MAX };

struct posture_control {
	char control[32]; /* id of the control's row: "firewall"; once in a posture */
	char clause[16];  /* "FW-1" */
	enum posture_state state;
	int64_t since;          /* UTC seconds: when this state began, as far as the writer saw */
	enum posture_mode mode; /* of the policy in force */
	char detail[112];       /* one English sentence or clause: the weightiest reason; "" = none */
};

struct posture {
	char boot_id[FIELD_BOOT_ID_SIZE]; /* clock_boot_id() of the writer */
	int64_t time;                     /* UTC seconds of the writing; for people only */
	size_t count;
	struct posture_control controls[POSTURE_CONTROLS_MAX]; /* in the writer's order */
};

/* 0; -EBADMSG for anything else than one whole posture, told in problems (may be NULL) with file and line. *ret_posture is set on success
 * only. */
int posture_read(const char *bytes, size_t len, const char *file, struct diag_list *problems, struct posture *ret_posture);

/* Writes at most POSTURE_BYTES_MAX bytes. 0; -EINVAL or -ERANGE for a struct that is no valid posture; -EOVERFLOW when t is too small. */
int posture_write(const struct posture *posture, struct text *t);

const char *posture_state_name(enum posture_state state); /* "ok", "violated", "unknown", "not-applicable" */
const char *posture_mode_name(enum posture_mode mode);

#endif

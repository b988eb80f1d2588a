/* SPDX-License-Identifier: BSD-2-Clause */
/* What a locker is started with: its unit's name, its environment, the display's cookie as a file, its arguments. Formats only, pure.
 *
 * MUST: whatever came from the session (display names are the word of its controller) is put in only when it is plain: a line break or a quote would
 *       otherwise make an environment of its own. */
#ifndef MUTEX_LOCKER_START_H
#define MUTEX_LOCKER_START_H

#include "ladder.h"
#include "text.h"

#define LOCKER_UNIT_BYTES 96
#define LOCKER_PATH_BYTES 320
#define LOCKER_COOKIE_BYTES 16
#define LOCKER_AUTHORITY_BYTES 44

struct locker_place {
	const char *session;
	const char *display, *wayland_display, *runtime_dir; /* "" = none */
	const char *authority;                               /* path of the file with the cookie; "" = none */
	const char *person;                                  /* login name, to be shown; "" = not known */
	unsigned vt;                                         /* the session's; 0 = none */
};

#define LOCKER_ENVIRONMENT_MAX 4
struct locker_environment {
	size_t count;
	char items[LOCKER_ENVIRONMENT_MAX][160]; /* "NAME=value" */
};

/* 0; -EINVAL: a value is not plain, or what this locker needs is missing. */
int locker_environment_make(enum locker_id id, const struct locker_place *place, struct locker_environment *ret_environment);
/* Lines for EnvironmentFile=. */
void locker_environment_write(const struct locker_environment *environment, struct text *t);

/* "idlelock-xsecurelock@c2.service". 0; -EINVAL: no such locker, or the session's name is not letters and digits. */
int locker_unit_name(enum locker_id id, const char *session, char ret_unit[LOCKER_UNIT_BYTES]);
/* The unit's object in systemd's D-Bus. 0 or -EOVERFLOW. */
int locker_unit_object(const char *unit, char ret_path[LOCKER_PATH_BYTES]);

/* An Xauthority file of one entry that fits every display. */
void locker_authority_write(const unsigned char cookie[LOCKER_COOKIE_BYTES], unsigned char ret_bytes[LOCKER_AUTHORITY_BYTES]);

/* For those that run as the session's user: the command. It goes into the background once the screen is locked, or has --nofork. NULL-terminated; NULL for a
 * locker that has a unit file. */
const char *const *locker_arguments(enum locker_id id);

#endif

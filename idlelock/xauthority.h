/* SPDX-License-Identifier: BSD-2-Clause */
/* The file with an X server's cookie (-auth FILE): Xau(3). Pure. The file of a rootless server belongs to the session's user: not trusted. */
#ifndef MUTEX_XAUTHORITY_H
#define MUTEX_XAUTHORITY_H

#include <stdbool.h>
#include <stddef.h>

#define XAUTHORITY_COOKIE_BYTES 16
#define XAUTHORITY_BYTES_MAX (64 * 1024)

/* The MIT-MAGIC-COOKIE-1 for that display ("0" of ":0"; an entry without a number is for all); the first counts. False when there is none. */
bool xauthority_find(const unsigned char *bytes, size_t len, const char *number, unsigned char ret_cookie[XAUTHORITY_COOKIE_BYTES]);

#endif

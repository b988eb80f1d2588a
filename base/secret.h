/* SPDX-License-Identifier: BSD-2-Clause */
/* Secrets: wiped on every way out, compared in constant time. Pure. */
#ifndef MUTEX_SECRET_H
#define MUTEX_SECRET_H

#include <stdbool.h>
#include <stddef.h>

/* 511 bytes and the NUL: libpam's PAM_MAX_RESP_SIZE and libcrypt's limit. */
#define SECRET_SIZE 512

/* Declare with the SECRET attribute: `struct secret pw SECRET_WIPED = {0};` */
struct secret {
	char bytes[SECRET_SIZE]; /* NUL-terminated */
	size_t len;
};

void secret_wipe(struct secret *s);
#define SECRET_WIPED __attribute__((cleanup(secret_wipe)))

/* Copies; 0, or -EMSGSIZE when it does not fit (s stays empty). */
int secret_set(struct secret *s, const char *bytes, size_t len);

/* Time depends on the lengths only. */
bool secret_equal(const char *a, size_t a_len, const char *b, size_t b_len);

/* Overwrites the stack below the caller: after calls of libraries that leave secrets there. */
void secret_burn_stack(void);

#endif

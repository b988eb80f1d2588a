/* SPDX-License-Identifier: BSD-2-Clause */
/* What an administrator has looked at and taken as it is: digests of password hashes and of files with ssh keys. Format only, pure.
 *
 * File: /var/lib/mutex/accepted, root's, 0600, one line each: "KIND SHA-256 NAME", NAME being the rest of the line. The first `mutexctl apply` writes it,
 * `mutexctl apply --accept` writes it anew; reading it is the control auth's.
 *
 * File: /var/lib/mutex/seen, alike: the passwords at mutex-guardd's last look, "password" those that came by proper changes, "foreign" those that did not.
 * From it, and where it says nothing from the other one, the next change is followed. */
#ifndef GUARD_ACCEPTED_H
#define GUARD_ACCEPTED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ACCEPTED_FILE "accepted" /* below paths->state */
#define ACCEPTED_SEEN_FILE "seen" /* there, too */
#define ACCEPTED_BYTES_MAX (256 * 1024)

enum accepted_kind { ACCEPTED_PASSWORD, ACCEPTED_KEYS, ACCEPTED_FOREIGN, ACCEPTED_KIND_MAX };

#define ACCEPTED_DIGEST_SIZE 65 /* SHA-256 in hex, with the NUL */
void accepted_digest(const void *bytes, size_t len, char (*ret_digest)[ACCEPTED_DIGEST_SIZE]);

/* The digest that stands there for the name; NULL when there is none. Points into bytes and is followed by a blank. */
const char *accepted_find(const char *bytes, size_t len, enum accepted_kind kind, const char *name);
bool accepted_is(const char *found, const char *digest);

struct text;
/* Adds a line; a name with a line end in it is left out. */
void accepted_add(struct text *t, enum accepted_kind kind, const char *digest, const char *name);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* The witness of `mutexctl apply --confirm`: has a real login or password change gone through the new PAM lines? Shell (does I/O).
 *
 * `apply` makes the file (root, 0600, 256 bytes, on /run, so that a reboot ends it), the module writes into it in place, `confirm` reads it.
 * MUST: with nothing pending it costs the module one failed look at most; the module never creates, cuts or waits. */
#ifndef MUTEX_PENDING_H
#define MUTEX_PENDING_H

#include <stddef.h>
#include <stdint.h>

#include "paths.h"

#define PENDING_BYTES 256
#define PENDING_WHAT_MAX 100 /* bytes of `what`; longer ones are cut, with a mark */

/* Starts waiting: makes paths->run when it is missing, then the file, and removes the policy's image, so that logins look for it. 0, -EEXIST while another apply waits, or negative errno. */
int pending_begin(const struct paths *paths, int64_t monotonic_ns, const char *boot_id);

/* Called by the module, as root, when a change was accepted or a login passed. what: "password change: passwd alice". Never fails loudly. */
void pending_witness(const struct paths *paths, const char *what);

/* 1 when something was seen (its text in ret_what), 0 when not yet, -ENOENT when nothing is pending, -EBADMSG for a foreign file. */
int pending_seen(const struct paths *paths, char *ret_what, size_t size);

/* When the waiting began. 0 or as above. */
int pending_started(const struct paths *paths, int64_t *ret_monotonic_ns, char ret_boot_id[37]);

/* Ends the waiting; nothing pending is no error. */
void pending_end(const struct paths *paths);

#endif

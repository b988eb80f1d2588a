/* SPDX-License-Identifier: BSD-2-Clause */
/* Keeps a policy's image in /var/lib/mutex/policy/image (root's, 0600, in a folder of 0700), so that a login reads and checks one small file in place
 * of the policy's text. Shell.
 *
 * `mutexctl apply` (and confirm) writes it, replaces it whole, and removes it where none can be made; a purge takes it away with
 * the folder. It is used only while policy.conf, policy.d with each of its files, and exceptions.d are root's and the very ones that it was made of,
 * by device, inode, mode, owner, size, and both times to the nanosecond, and only by the build that made it. In all other cases, and for whoever
 * may not read it, the text is read. What an image says is what the text says. */
#ifndef MUTEX_POLICY_IMAGE_STORE_H
#define MUTEX_POLICY_IMAGE_STORE_H

#include <stdbool.h>

#include "paths.h"
#include "policy_load.h"

/* Fills a *loaded that is empty, but for the exceptions: it tells whether there are none. Negative, and *loaded as it was, when there is no image, or
 * none of the files as they are. */
int policy_image_load(const struct paths *paths, struct policy_loaded *loaded, bool *ret_no_exceptions);

/* Makes the image of what stands there, or removes the one that is there. Waits a moment for files that have just been written: a change within the
 * same tick of the clock would not show in their times. 0; -ENODATA: the policy's files are not in force, or not root's alone, and
 * get no image; -EAGAIN: the files were changed meanwhile; -EBUSY: `apply --confirm` waits for a witness, which logins by an image are not; or
 * negative errno. */
int policy_image_write(const struct paths *paths);

#endif

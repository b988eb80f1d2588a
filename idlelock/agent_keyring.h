/* SPDX-License-Identifier: BSD-2-Clause */
/* Locks what keeps the person's secrets, and looks whether it is locked. Shell, of idlelock-agent only.
 *
 * MUST: nothing is started for this (a service that does not run holds nothing open), no prompt is ever shown, and "locked" is what the service
 * says when it is asked anew, not that it took the call. Every call is bounded by AGENT_CALL_MS. */
#ifndef MUTEX_AGENT_KEYRING_H
#define MUTEX_AGENT_KEYRING_H

#include <stdbool.h>
#include <stddef.h>

#define AGENT_CALL_MS 5000
#define AGENT_LEFT_OPEN_MAX 16

/* What could not be locked, for people: labels of collections, "kwallet NAME". Those beyond the room are counted only. */
struct left_open {
	size_t count;
	char names[AGENT_LEFT_OPEN_MAX][96];
};
void left_open_add(struct left_open *left, const char *name);

/* All collections of the Secret Service (gnome-keyring, KeePassXC, ksecretd). Blocks; for a thread of its own. */
void agent_secret_lock(struct left_open *left);
/* All wallets of kwalletd5 and kwalletd6. Blocks. */
void agent_kwallet_lock(struct left_open *left);

/* Whether somebody has that name on the session bus now. */
bool agent_name_is_owned(const char *name);

/* Both, in a thread; done is called in the main loop. */
typedef void (*agent_keyring_done)(const struct left_open *left, void *data);
void agent_keyring_lock(agent_keyring_done done, void *data);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* The file that remembers one person's earlier passwords, as hashes. Pure; history_store.h reads and writes it. Clause PW-1.
 *
 * Two slots of equal size lie behind each other, each with a sequence number and a SHA-256 over all of it. A change writes the slot that is not
 * in force, in place: whatever moment it is cut off at, the other one still holds, and a full disk changes nothing (the file is written whole
 * when it is made). Layout of a slot, little-endian:
 *   0 "MUTEXHST" · 8 version u32 · 12 uid u32 · 16 sequence u64 · 24 count u32 · 28 zero u32 · 32 SHA-256 (of the slot with these 32 bytes zero)
 *   64 entries, newest first, each 400 bytes: last_used_s i64 · len u32 · zero u32 · hash, zero-padded to 384
 * What does not fit this to the bit is damaged. */
#ifndef MUTEX_HISTORY_H
#define MUTEX_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "age.h"

#define HISTORY_ENTRIES_MAX 64 /* the most that `history` asks for */
#define HISTORY_SLOTS 2
#define HISTORY_SLOT_BYTES 28672 /* 7 pages */
#define HISTORY_FILE_BYTES (HISTORY_SLOTS * HISTORY_SLOT_BYTES)

struct history_entry {
	int64_t last_used_s;         /* when it was last seen as the present password */
	char hash[SHADOW_HASH_SIZE]; /* as crypt(5) made it, without lock marks */
};

struct history {
	uint32_t uid;
	uint64_t sequence;
	size_t count;
	struct history_entry entries[HISTORY_ENTRIES_MAX]; /* newest first */
};

/* Writes a slot. */
void history_encode(const struct history *h, unsigned char ret_slot[HISTORY_SLOT_BYTES]);

/* Reads one slot. 0, or -EBADMSG for a damaged or foreign one. */
int history_decode(const unsigned char slot[HISTORY_SLOT_BYTES], uint32_t uid, struct history *ret_history);

/* Reads a whole file: the sound slot with the higher sequence. Returns that slot's index, or -EBADMSG when none is sound or len is wrong. */
int history_choose(const unsigned char *file, size_t len, uint32_t uid, struct history *ret_history);

/* Takes the present password's hash in as the newest entry: an entry with the same hash moves up, the oldest falls off behind the last place.
 * True when something changed that must be written: also when the newest entry's time is a day behind. The sequence goes up then.
 * *ret_taken is false for a hash that cannot be kept (empty, or longer than any that crypt(5) makes). */
bool history_append(struct history *h, const char *hash, int64_t now_s, bool *ret_taken);

/* How many entries, from the newest on, a candidate is compared with: the first `history` ones (the present password counts), and all that
 * were in use within history_days. */
size_t history_covered(const struct history *h, int64_t history, int64_t history_days, int64_t now_s);

#endif

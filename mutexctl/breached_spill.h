/* SPDX-License-Identifier: BSD-2-Clause */
/* Holds keys, however many, in bounded memory: what does not fit goes to an unnamed temporary file, parted so that the keys of one
 * shard can be brought back without reading those of the others. Shell. */
#ifndef MUTEXCTL_BREACHED_SPILL_H
#define MUTEXCTL_BREACHED_SPILL_H

#include <stddef.h>
#include <stdint.h>

struct breached_spill_block;

struct breached_spill {
	int folder_fd; /* where the temporary file goes; borrowed */
	int fd;        /* -1 until the first block is written */
	size_t block_keys;
	uint64_t *buffers;                   /* one block per part */
	uint32_t *filled;                    /* keys in each */
	uint64_t *scratch;                   /* one block */
	struct breached_spill_block *blocks; /* in the order of the file */
	size_t block_count, block_room;
	uint64_t key_count; /* held, repeated ones in part included */
};

/* Takes at most memory_bytes, 8 MiB at least. 0 or -ENOMEM. */
int breached_spill_init(struct breached_spill *spill, int folder_fd, size_t memory_bytes);
void breached_spill_free(struct breached_spill *spill);
#define BREACHED_SPILL_FREED __attribute__((cleanup(breached_spill_free)))

/* 0 or negative errno of the temporary file. */
int breached_spill_add(struct breached_spill *spill, uint64_t key);

/* Brings shard `index` of shard_count (a power of two) into keys, sorted, each once. scratch has the same room. 0; -ENOBUFS when room is
 * too small; negative errno of reading. */
int breached_spill_load(struct breached_spill *spill, uint32_t index, uint32_t shard_count, uint64_t *keys, uint64_t *scratch, size_t room,
			size_t *ret_count);

#endif

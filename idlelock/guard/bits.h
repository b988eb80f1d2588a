/* SPDX-License-Identifier: BSD-2-Clause */
/* Bytes of which some bits may be unknown: the registers and headers of packet_walk.h. Pure. */
#ifndef GUARD_BITS_H
#define GUARD_BITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum tri { TRI_NO, TRI_YES, TRI_MAYBE };

#define BITS_BYTES 64
struct bits {
	uint8_t value[BITS_BYTES]; /* 0 where unknown */
	uint8_t known[BITS_BYTES]; /* one bit for each bit of value */
};

/* Offsets and lengths that leave the 64 bytes read as unknown and write nothing. */
void bits_set(struct bits *bits, size_t at, const uint8_t *bytes, size_t len);
void bits_set_number(struct bits *bits, size_t at, uint32_t number); /* 4 bytes in this computer's order, as nftables holds marks */
void bits_forget(struct bits *bits, size_t at, size_t len);
/* perhaps: the assignment may have happened or not; what differs becomes unknown. */
void bits_copy(struct bits *to, size_t at, const struct bits *from, size_t from_at, size_t len, bool perhaps);

bool bits_known(const struct bits *bits, size_t at, size_t len);
enum tri bits_equal(const struct bits *bits, size_t at, const uint8_t *bytes, size_t len);
/* first <= bits <= last, both of len bytes, the weightiest byte first. */
enum tri bits_between(const struct bits *bits, size_t at, const uint8_t *first, const uint8_t *last, size_t len);

enum tri tri_not(enum tri a);
enum tri tri_and(enum tri a, enum tri b);
enum tri tri_of(bool yes);

#endif

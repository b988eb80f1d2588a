/* SPDX-License-Identifier: BSD-2-Clause */
/* The format of a login state. Layout of a slot, little-endian, offsets in bytes:
 *    0 "MUTEXLGN" - 8 version u32 - 12 uid u32 - 16 sequence u64 - 24 zero u64 - 32 sum, SHA-256
 *   64 24 counters of 88: side u8 - guess u8 - zero u16 - failures u32 - strikes u32 - zero u32 - source key 16 - window_from_s i64 -
 *      last_s i64 - locked_until_s i64 - 4 tags u64
 * 2176 consecutive, 4 u32: local password, local code, remote password, remote code
 * 2192 64 tries of 56: pid u32 - side u8 - zero 3 - since_ticks i64 - boot id 16 - source key 16 - since_s i64
 * 5776 totp of 88: enrolled u8 - algorithm u8 - digits u8 - secret_len u8 - zero u32 - secret 64, zero-padded - last_step i64 - since_s i64
 * 5864 recovery of 352: count u32 - iterations u32 - salt 16 - 10 hashes 32 - since_s i64
 * 6216 16 places of 32: hash 16 - factors u32 - zero u32 - until_s i64
 * 6728 hooked_since_s i64 - comply_by_s i64 - comply_tag u64 - consecutive of ASKED, 2 u32 - owner 24, zero-padded - zeros to the end
 * What is free is zero; times are not negative. One function walks over the layout in both directions, so that they cannot disagree.
 * The sum of version 2 is over the first 32 bytes, and over each block of 64 bytes from 64 on that is not all zero or lies between 5760 and 6784: its
 * number u32, its bytes. A state is nearly all zeros, and each login sums it several times; what only a person can have is always summed, so that
 * the time says nothing about who has it. Version 1 has the same layout and a sum over all of the slot, with 32 zeros in
 * the sum's place; it is read, and the next change writes version 2. */
#include "login_state.h"

#include <endian.h>
#include <errno.h>
#include <nettle/sha2.h>
#include <string.h>

#include "network.h"
#include "policy.h"

#define VERSION 2
#define VERSION_SUM_OF_ALL 1
#define VERSION_AT 8
#define SEQUENCE_AT 16
#define DIGEST_AT 32
#define BODY_AT 64
#define BLOCK_BYTES 64
#define BLOCKS_TOGETHER 32
#define SUMMED_FROM 5760
#define SUMMED_TO 6784
#define BODY_BYTES (24 * 88 + 16 + 64 * 56 + 88 + 352 + 16 * 32 + 24 + 8 + LOGIN_OWNER_BYTES)

_Static_assert(LOGIN_COUNTERS_MAX == 24 && LOGIN_TRIES_MAX == 64 && LOGIN_REMEMBERED_MAX == 16 && LOGIN_TAGS_MAX == 4 &&
		       LOGIN_CODES_MAX == 10,
	       "another number is another layout and needs another VERSION");
_Static_assert(BODY_AT + BODY_BYTES <= LOGIN_SLOT_BYTES, "everything fits a slot");
_Static_assert(LOGIN_SLOT_BYTES % BLOCK_BYTES == 0 && BODY_AT % BLOCK_BYTES == 0, "a slot is whole blocks");

static const unsigned char magic[8] = {'M', 'U', 'T', 'E', 'X', 'L', 'G', 'N'};

/* A place in a slot: written at `to`, or, when that is NULL, read at `from`. */
struct cursor {
	unsigned char *to;
	const unsigned char *from;
	bool bad; /* what was read does not fit the format */
};

static inline __attribute__((always_inline)) void put(unsigned char *at, uint64_t n, size_t bytes)
{
	n = htole64(n);
	memcpy(at, &n, bytes);
}

static inline __attribute__((always_inline)) uint64_t get(const unsigned char *at, size_t bytes)
{
	uint64_t n = 0;

	memcpy(&n, at, bytes);
	return le64toh(n);
}

/* A login looks through some 60 KiB of zeros: libc compares them with themselves, one byte on, faster than any loop here. */
static bool all_zero(const unsigned char *at, size_t len)
{
	return len == 0 || (at[0] == 0 && memcmp(at, at + 1, len - 1) == 0);
}

static inline __attribute__((always_inline)) bool is_zero_block(const unsigned char *at)
{
	uint64_t any = 0;

	for (size_t i = 0; i < BLOCK_BYTES; i += 8)
		any |= get(at + i, 8);
	return any == 0;
}

/* Writes n, or returns what stands there. Inlined, its length is known: without that each number is a call of memcpy(). */
static inline __attribute__((always_inline)) uint64_t number(struct cursor *c, uint64_t n, size_t bytes)
{
	if (c->to != NULL) {
		put(c->to, n, bytes);
		c->to += bytes;
		return n;
	}
	n = get(c->from, bytes);
	c->from += bytes;
	return n;
}

static void u8(struct cursor *c, uint8_t *n)
{
	*n = (uint8_t)number(c, *n, 1);
}

static void u32(struct cursor *c, uint32_t *n)
{
	*n = (uint32_t)number(c, *n, 4);
}

static void u64(struct cursor *c, uint64_t *n)
{
	*n = number(c, *n, 8);
}

/* A time, or a count that is as large: never negative. */
static void i64(struct cursor *c, int64_t *n)
{
	uint64_t value = number(c, (uint64_t)*n, 8);

	c->bad |= value > INT64_MAX;
	*n = value > INT64_MAX ? 0 : (int64_t)value;
}

static void bytes(struct cursor *c, uint8_t *b, size_t len)
{
	if (c->to != NULL) {
		memcpy(c->to, b, len);
		c->to += len;
		return;
	}
	memcpy(b, c->from, len);
	c->from += len;
}

/* What is written to is zeros from the start. */
static void zeros(struct cursor *c, size_t len)
{
	if (c->to != NULL) {
		c->to += len;
		return;
	}
	c->bad |= !all_zero(c->from, len);
	c->from += len;
}

static void flag(struct cursor *c, bool *b)
{
	uint64_t n = number(c, *b, 1);

	c->bad |= n > 1;
	*b = n == 1;
}

static void side(struct cursor *c, enum login_side *s)
{
	uint64_t n = number(c, (uint64_t)*s, 1);

	c->bad |= n >= LOGIN_SIDE_MAX;
	*s = n < LOGIN_SIDE_MAX ? (enum login_side)n : LOGIN_LOCAL;
}

static void guess(struct cursor *c, enum login_guess *g)
{
	uint64_t n = number(c, (uint64_t)*g, 1);

	c->bad |= n >= LOGIN_GUESS_MAX;
	*g = n < LOGIN_GUESS_MAX ? (enum login_guess)n : LOGIN_GUESS_PASSWORD;
}

/* A free item is zeros, and most are free: they are written and read at once. item_free: what is to be written. */
static bool walk_free(struct cursor *c, size_t len, bool item_free, void *item, size_t item_size)
{
	if (c->to != NULL ? !item_free : !all_zero(c->from, len))
		return false;
	if (c->to != NULL) {
		zeros(c, len);
		return true;
	}
	memset(item, 0, item_size);
	c->from += len;
	return true;
}

/* What was not all zeros must not call itself free. */
static void check_used(struct cursor *c, bool item_free)
{
	c->bad |= item_free;
}

static void walk_counter(struct cursor *c, struct login_counter *x)
{
	if (walk_free(c, 88, x->last_s == 0, x, sizeof *x))
		return;
	side(c, &x->source.side);
	guess(c, &x->guess);
	zeros(c, 2);
	u32(c, &x->failures);
	u32(c, &x->strikes);
	zeros(c, 4);
	bytes(c, x->source.key, sizeof x->source.key);
	i64(c, &x->window_from_s);
	i64(c, &x->last_s);
	i64(c, &x->locked_until_s);
	for (size_t i = 0; i < LOGIN_TAGS_MAX; i++)
		u64(c, &x->tags[i]);
	check_used(c, x->last_s == 0);
}

static void walk_try(struct cursor *c, struct login_try *x)
{
	uint64_t pid;

	if (walk_free(c, 56, x->pid == 0, x, sizeof *x))
		return;
	pid = number(c, (uint32_t)x->pid, 4);
	c->bad |= pid > INT32_MAX;
	x->pid = pid > INT32_MAX ? 0 : (pid_t)pid;
	side(c, &x->source.side);
	zeros(c, 3);
	i64(c, &x->since_ticks);
	bytes(c, x->boot_id, sizeof x->boot_id);
	bytes(c, x->source.key, sizeof x->source.key);
	i64(c, &x->since_s);
	check_used(c, x->pid == 0);
}

static void walk_totp(struct cursor *c, struct login_totp *x)
{
	if (walk_free(c, 88, !x->enrolled, x, sizeof *x))
		return;
	flag(c, &x->enrolled);
	u8(c, &x->algorithm);
	u8(c, &x->digits);
	u8(c, &x->secret_len);
	zeros(c, 4);
	bytes(c, x->secret, sizeof x->secret);
	i64(c, &x->last_step);
	i64(c, &x->since_s);
	check_used(c, !x->enrolled);
	c->bad |= x->algorithm > FACTOR_SHA512 || (x->digits != 6 && x->digits != 8) || x->secret_len == 0 ||
		  x->secret_len > sizeof x->secret || !all_zero(x->secret + x->secret_len, sizeof x->secret - x->secret_len);
}

static void walk_recovery(struct cursor *c, struct login_recovery *x)
{
	if (walk_free(c, 352, x->count == 0, x, sizeof *x))
		return;
	u32(c, &x->count);
	u32(c, &x->iterations);
	bytes(c, x->salt, sizeof x->salt);
	bytes(c, x->hashes[0], sizeof x->hashes);
	i64(c, &x->since_s);
	check_used(c, x->count == 0);
	c->bad |= x->count > LOGIN_CODES_MAX || x->iterations == 0 ||
		  (x->count < LOGIN_CODES_MAX && !all_zero(x->hashes[x->count], (LOGIN_CODES_MAX - x->count) * sizeof x->hashes[0]));
}

static void walk_remembered(struct cursor *c, struct login_remembered *x)
{
	if (walk_free(c, 32, x->until_s == 0, x, sizeof *x))
		return;
	bytes(c, x->place, sizeof x->place);
	u32(c, &x->factors);
	zeros(c, 4);
	i64(c, &x->until_s);
	check_used(c, x->until_s == 0);
}

static void walk_consecutive(struct cursor *c, uint32_t consecutive[LOGIN_GUESS_MAX])
{
	for (size_t g = 0; g < LOGIN_GUESS_MAX; g++)
		u32(c, &consecutive[g]);
}

static size_t owner_len(const struct login_state *state)
{
	return strnlen(state->owner, sizeof state->owner);
}

/* Arrays are mostly free, and are filled from the front: items up to the last one that may be used. What is written is looked at item by item, since
 * what is free need not be zero. */
static size_t used_items(const struct cursor *c, size_t len, size_t count)
{
	size_t used = c->to != NULL ? count : 0;

	while (used < count && !all_zero(c->from + used * len, (count - used) * len))
		used++;
	return used;
}

static void walk_counters(struct cursor *c, struct login_counter counters[LOGIN_COUNTERS_MAX])
{
	size_t used = used_items(c, 88, LOGIN_COUNTERS_MAX), free = LOGIN_COUNTERS_MAX - used;

	for (size_t i = 0; i < used; i++)
		walk_counter(c, &counters[i]);
	(void)walk_free(c, free * 88, true, &counters[used], free * sizeof *counters);
}

static void walk_tries(struct cursor *c, struct login_try tries[LOGIN_TRIES_MAX])
{
	size_t used = used_items(c, 56, LOGIN_TRIES_MAX), free = LOGIN_TRIES_MAX - used;

	for (size_t i = 0; i < used; i++)
		walk_try(c, &tries[i]);
	(void)walk_free(c, free * 56, true, &tries[used], free * sizeof *tries);
}

static void walk_places(struct cursor *c, struct login_remembered remembered[LOGIN_REMEMBERED_MAX])
{
	size_t used = used_items(c, 32, LOGIN_REMEMBERED_MAX), free = LOGIN_REMEMBERED_MAX - used;

	for (size_t i = 0; i < used; i++)
		walk_remembered(c, &remembered[i]);
	(void)walk_free(c, free * 32, true, &remembered[used], free * sizeof *remembered);
}

static void walk_body(struct cursor *c, struct login_state *state)
{
	walk_counters(c, state->counters);
	walk_consecutive(c, state->consecutive[LOGIN_LOCAL]);
	walk_consecutive(c, state->consecutive[LOGIN_REMOTE]);
	walk_tries(c, state->tries);
	walk_totp(c, &state->totp);
	walk_recovery(c, &state->recovery);
	walk_places(c, state->remembered);
	i64(c, &state->hooked_since_s);
	i64(c, &state->comply_by_s);
	u64(c, &state->comply_tag);
	/* Behind the rest: files that were written before these hold zeros here. */
	walk_consecutive(c, state->consecutive[LOGIN_ASKED]);
	bytes(c, (uint8_t *)state->owner, sizeof state->owner);
	c->bad |= !all_zero((const uint8_t *)state->owner + owner_len(state), sizeof state->owner - owner_len(state));
	zeros(c, LOGIN_SLOT_BYTES - BODY_AT - BODY_BYTES);
}

static void add_all(struct sha256_ctx *ctx, const unsigned char *slot)
{
	static const uint8_t zero[SHA256_DIGEST_SIZE] = {0};

	sha256_update(ctx, DIGEST_AT, slot);
	sha256_update(ctx, sizeof zero, zero);
	sha256_update(ctx, LOGIN_SLOT_BYTES - BODY_AT, slot + BODY_AT);
}

/* Blocks on their way to a sum: one call for many of them, since each costs as much as the sum of a few bytes. */
struct blocks {
	size_t len;
	unsigned char bytes[BLOCKS_TOGETHER * (4 + BLOCK_BYTES)];
};

static void add_blocks(struct sha256_ctx *ctx, struct blocks *b)
{
	sha256_update(ctx, b->len, b->bytes);
	b->len = 0;
}

static void add_used(struct sha256_ctx *ctx, const unsigned char *slot)
{
	struct blocks b;

	b.len = 0;
	sha256_update(ctx, DIGEST_AT, slot);
	for (size_t at = BODY_AT; at < LOGIN_SLOT_BYTES; at += BLOCK_BYTES) {
		if ((at < SUMMED_FROM || at >= SUMMED_TO) && is_zero_block(slot + at))
			continue;
		put(b.bytes + b.len, at / BLOCK_BYTES, 4);
		memcpy(b.bytes + b.len + 4, slot + at, BLOCK_BYTES);
		b.len += 4 + BLOCK_BYTES;
		if (b.len == sizeof b.bytes)
			add_blocks(ctx, &b);
	}
	add_blocks(ctx, &b);
	explicit_bzero(b.bytes, sizeof b.bytes);
}

static void digest(const unsigned char *slot, uint8_t ret_digest[SHA256_DIGEST_SIZE])
{
	struct sha256_ctx ctx;

	sha256_init(&ctx);
	if (get(slot + VERSION_AT, 4) == VERSION_SUM_OF_ALL)
		add_all(&ctx, slot);
	else
		add_used(&ctx, slot);
	sha256_digest(&ctx, SHA256_DIGEST_SIZE, ret_digest);
	explicit_bzero(&ctx, sizeof ctx); /* its last block may hold a secret */
}

void login_state_seal(unsigned char slot[LOGIN_SLOT_BYTES])
{
	digest(slot, slot + DIGEST_AT);
}

void login_state_init(struct login_state *ret_state, uint32_t uid)
{
	memset(ret_state, 0, sizeof *ret_state);
	ret_state->uid = uid;
}

void login_state_wipe(struct login_state *state)
{
	explicit_bzero(state, sizeof *state);
}

int login_state_encode(struct login_state *state, unsigned char ret_slot[LOGIN_SLOT_BYTES])
{
	struct cursor to = {.to = ret_slot + BODY_AT}, from = {.from = ret_slot + BODY_AT};

	memset(ret_slot, 0, LOGIN_SLOT_BYTES);
	memcpy(ret_slot, magic, sizeof magic);
	put(ret_slot + VERSION_AT, VERSION, 4);
	put(ret_slot + 12, state->uid, 4);
	put(ret_slot + SEQUENCE_AT, state->sequence, 8);
	walk_body(&to, state);
	walk_body(&from, state);
	if (to.bad || from.bad)
		return -EINVAL;
	login_state_seal(ret_slot);
	return 0;
}

int login_state_decode(const unsigned char slot[LOGIN_SLOT_BYTES], uint32_t uid, struct login_state *ret_state)
{
	struct cursor from = {.from = slot + BODY_AT};
	uint8_t expected[SHA256_DIGEST_SIZE];
	uint64_t version = get(slot + VERSION_AT, 4);

	digest(slot, expected);
	if (memcmp(expected, slot + DIGEST_AT, sizeof expected) != 0 || memcmp(slot, magic, sizeof magic) != 0 ||
	    (version != VERSION && version != VERSION_SUM_OF_ALL) || get(slot + 12, 4) != uid || get(slot + 24, 8) != 0)
		return -EBADMSG;
	login_state_init(ret_state, uid); /* the walk looks at what it writes over */
	ret_state->sequence = get(slot + SEQUENCE_AT, 8);
	walk_body(&from, ret_state);
	if (!from.bad)
		return 0;
	login_state_wipe(ret_state);
	return -EBADMSG;
}

int login_state_choose(const unsigned char *file, size_t len, uint32_t uid, struct login_state *ret_state)
{
	const unsigned char *slots[LOGIN_SLOTS] = {file, file + LOGIN_SLOT_BYTES};
	int newer;

	if (len != LOGIN_FILE_BYTES)
		return -EBADMSG;
	/* A damaged slot's number only decides which one is tried first. */
	newer = get(slots[1] + SEQUENCE_AT, 8) > get(slots[0] + SEQUENCE_AT, 8);
	if (login_state_decode(slots[newer], uid, ret_state) == 0)
		return newer;
	return login_state_decode(slots[!newer], uid, ret_state) == 0 ? !newer : -EBADMSG;
}

/* --- sources --- */

/* Names of hosts know no case; nothing else about them is compared, and none is resolved. */
static void hash_name(const char *kind, const char *name, uint8_t ret_key[LOGIN_SOURCE_BYTES])
{
	struct sha256_ctx ctx;

	sha256_init(&ctx);
	sha256_update(&ctx, strlen(kind) + 1, (const uint8_t *)kind);
	for (; *name != '\0'; name++) {
		uint8_t c = *name >= 'A' && *name <= 'Z' ? (uint8_t)(*name - 'A' + 'a') : (uint8_t)*name;

		sha256_update(&ctx, 1, &c);
	}
	sha256_digest(&ctx, LOGIN_SOURCE_BYTES, ret_key);
}

static bool is_ipv4(const struct network_address *address)
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};

	return memcmp(address->bytes, mapped, sizeof mapped) == 0;
}

void login_source_make(enum login_side side_, const char *rhost, const char *local_name, struct login_source *ret_source)
{
	struct network_address address;

	*ret_source = (struct login_source){.side = side_};
	if (rhost == NULL)
		rhost = "";
	if (side_ != LOGIN_REMOTE) {
		hash_name(side_ == LOGIN_LOCAL ? "local" : "asked", local_name != NULL ? local_name : "", ret_source->key);
	} else if (network_address_parse(rhost, strlen(rhost), &address) == 0) {
		/* One customer has a /64 at least: any of its addresses is the same source. */
		memcpy(ret_source->key, address.bytes, is_ipv4(&address) ? 16 : 8);
	} else {
		hash_name("name", rhost, ret_source->key);
	}
}

bool login_source_equal(const struct login_source *a, const struct login_source *b)
{
	return a->side == b->side && memcmp(a->key, b->key, sizeof a->key) == 0;
}

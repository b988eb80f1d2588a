/* SPDX-License-Identifier: BSD-2-Clause */
/* The login state's file: nothing but what was written is read, a cut at any byte of any write loses nothing, and sources are told apart.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <nettle/sha2.h>
#include <stdlib.h>
#include <string.h>

#include "login_state.h"
#include "policy.h"

#define UID 1000
#define NOW_S 1800000000
#define DIGEST_AT 32

static struct login_source source_of(enum login_side side, const char *name)
{
	struct login_source source;

	login_source_make(side, name, name, &source);
	return source;
}

/* Each field other than every other one and than zero, so that two mixed up are seen. */
static void fill(struct login_state *s)
{
	login_state_init(s, UID);
	s->sequence = UINT64_MAX - 7;
	for (size_t i = 0; i < LOGIN_COUNTERS_MAX; i += 2) {
		s->counters[i] = (struct login_counter){.source = source_of(i % 4 != 0 ? LOGIN_REMOTE : LOGIN_LOCAL, "192.0.2.1"),
							.guess = i % 8 != 0 ? LOGIN_GUESS_CODE : LOGIN_GUESS_PASSWORD,
							.failures = (uint32_t)(i + 1),
							.strikes = (uint32_t)(100 + i),
							.window_from_s = NOW_S + (int64_t)i,
							.last_s = NOW_S + 1000 + (int64_t)i,
							.locked_until_s = INT64_MAX - (int64_t)i};
		for (size_t j = 0; j < LOGIN_TAGS_MAX; j++)
			s->counters[i].tags[j] = UINT64_MAX - i * 10 - j;
	}
	for (size_t side = 0; side < LOGIN_SIDE_MAX; side++)
		for (size_t guess = 0; guess < LOGIN_GUESS_MAX; guess++)
			s->consecutive[side][guess] = (uint32_t)(1000 + 10 * side + guess);
	memcpy(s->owner, "alice", sizeof "alice");
	for (size_t i = 0; i < LOGIN_TRIES_MAX; i += 3) {
		s->tries[i] = (struct login_try){.pid = (pid_t)(4000 + i),
						 .since_ticks = 77000 + (int64_t)i,
						 .source = source_of(LOGIN_REMOTE, "2001:db8::1"),
						 .since_s = NOW_S + (int64_t)i};
		memset(s->tries[i].boot_id, (int)i + 1, 16);
	}
	s->totp = (struct login_totp){
		.enrolled = true, .algorithm = FACTOR_SHA512, .digits = 8, .secret_len = 20, .last_step = 61, .since_s = 62};
	memset(s->totp.secret, 's', 20);
	s->recovery = (struct login_recovery){.count = 9, .iterations = 63, .since_s = 64};
	memset(s->recovery.salt, 't', sizeof s->recovery.salt);
	memset(s->recovery.hashes, 'h', (size_t)9 * LOGIN_CODE_HASH_BYTES);
	memset(s->recovery.hashes[4], 0, LOGIN_CODE_HASH_BYTES); /* used */
	for (size_t i = 0; i < LOGIN_REMEMBERED_MAX; i += 5) {
		s->remembered[i] = (struct login_remembered){.factors = (uint32_t)(2 + i), .until_s = NOW_S + (int64_t)i};
		memset(s->remembered[i].place, (int)i + 1, 16);
	}
	s->hooked_since_s = 65;
	s->comply_by_s = 66;
	s->comply_tag = 67;
}

static void assert_same_counters(const struct login_state *a, const struct login_state *b)
{
	for (size_t i = 0; i < LOGIN_COUNTERS_MAX; i++) {
		const struct login_counter *x = &a->counters[i], *y = &b->counters[i];

		assert_true(login_source_equal(&x->source, &y->source) && x->guess == y->guess && x->failures == y->failures &&
			    x->strikes == y->strikes);
		assert_true(x->window_from_s == y->window_from_s && x->last_s == y->last_s && x->locked_until_s == y->locked_until_s);
		assert_memory_equal(x->tags, y->tags, sizeof x->tags);
	}
	assert_memory_equal(a->consecutive, b->consecutive, sizeof a->consecutive);
	assert_memory_equal(a->owner, b->owner, sizeof a->owner);
}

static void assert_same(const struct login_state *a, const struct login_state *b)
{
	assert_int_equal(a->uid, b->uid);
	assert_true(a->sequence == b->sequence);
	assert_same_counters(a, b);
	for (size_t i = 0; i < LOGIN_TRIES_MAX; i++) {
		const struct login_try *x = &a->tries[i], *y = &b->tries[i];

		assert_true(x->pid == y->pid && x->since_ticks == y->since_ticks && x->since_s == y->since_s &&
			    login_source_equal(&x->source, &y->source));
		assert_memory_equal(x->boot_id, y->boot_id, sizeof x->boot_id);
	}
	assert_true(a->totp.enrolled == b->totp.enrolled && a->totp.algorithm == b->totp.algorithm && a->totp.digits == b->totp.digits &&
		    a->totp.secret_len == b->totp.secret_len && a->totp.last_step == b->totp.last_step &&
		    a->totp.since_s == b->totp.since_s);
	assert_memory_equal(a->totp.secret, b->totp.secret, sizeof a->totp.secret);
	assert_true(a->recovery.count == b->recovery.count && a->recovery.iterations == b->recovery.iterations &&
		    a->recovery.since_s == b->recovery.since_s);
	assert_memory_equal(a->recovery.salt, b->recovery.salt, sizeof a->recovery.salt);
	assert_memory_equal(a->recovery.hashes, b->recovery.hashes, sizeof a->recovery.hashes);
	for (size_t i = 0; i < LOGIN_REMEMBERED_MAX; i++) {
		assert_memory_equal(a->remembered[i].place, b->remembered[i].place, 16);
		assert_true(a->remembered[i].factors == b->remembered[i].factors && a->remembered[i].until_s == b->remembered[i].until_s);
	}
	assert_true(a->hooked_since_s == b->hooked_since_s && a->comply_by_s == b->comply_by_s && a->comply_tag == b->comply_tag);
}

static void reads_what_was_written(void **state)
{
	unsigned char slot[LOGIN_SLOT_BYTES];
	struct login_state in, out;

	(void)state;
	login_state_init(&in, UID);
	assert_int_equal(login_state_encode(&in, slot), 0);
	assert_int_equal(login_state_decode(slot, UID, &out), 0);
	assert_same(&in, &out);
	fill(&in);
	assert_int_equal(login_state_encode(&in, slot), 0);
	assert_int_equal(login_state_decode(slot, UID, &out), 0);
	assert_same(&in, &out);
	assert_int_equal(login_state_decode(slot, UID + 1, &out), -EBADMSG);
}

/* What a caller left in a free item is neither written nor harmful. */
static void free_items_are_written_as_zeros(void **state)
{
	unsigned char slot[LOGIN_SLOT_BYTES], empty[LOGIN_SLOT_BYTES];
	struct login_state in, out;

	(void)state;
	login_state_init(&in, UID);
	assert_int_equal(login_state_encode(&in, empty), 0);
	in.counters[3].failures = 5;
	in.tries[3].since_ticks = 5;
	in.totp.secret[0] = 5;
	in.recovery.salt[0] = 5;
	in.remembered[3].factors = 5;
	assert_int_equal(login_state_encode(&in, slot), 0);
	assert_memory_equal(slot, empty, sizeof slot);
	assert_int_equal(login_state_decode(slot, UID, &out), 0);
}

/* As the layout's text says, not as the code does. */
static void make_right(unsigned char *slot)
{
	static const unsigned char zeros[64];
	struct sha256_ctx ctx;

	sha256_init(&ctx);
	sha256_update(&ctx, DIGEST_AT, slot);
	for (uint8_t i = 1; i < LOGIN_SLOT_BYTES / 64; i++) {
		const uint8_t number[4] = {i};

		if ((i >= 90 && i < 106) || memcmp(slot + i * 64, zeros, 64) != 0) {
			sha256_update(&ctx, 4, number);
			sha256_update(&ctx, 64, slot + i * 64);
		}
	}
	sha256_digest(&ctx, SHA256_DIGEST_SIZE, slot + DIGEST_AT);
}

/* The same state as the first version wrote it. */
static void make_old(unsigned char *slot)
{
	struct sha256_ctx ctx;

	slot[8] = 1;
	memset(slot + DIGEST_AT, 0, SHA256_DIGEST_SIZE);
	sha256_init(&ctx);
	sha256_update(&ctx, LOGIN_SLOT_BYTES, slot);
	sha256_digest(&ctx, SHA256_DIGEST_SIZE, slot + DIGEST_AT);
}

/* Nobody loses a factor or a lock-out because the format moved on. */
static void reads_the_first_version(void **state)
{
	unsigned char *file = malloc(LOGIN_FILE_BYTES), again[LOGIN_SLOT_BYTES];
	struct login_state in, out;

	(void)state;
	fill(&in);
	in.sequence = 7;
	assert_int_equal(login_state_encode(&in, file), 0);
	memcpy(file + LOGIN_SLOT_BYTES, file, LOGIN_SLOT_BYTES);
	make_old(file);
	assert_int_equal(login_state_choose(file, LOGIN_FILE_BYTES, UID, &out), 0);
	assert_same(&in, &out);
	assert_int_equal(login_state_encode(&out, again), 0);
	assert_memory_equal(again, file + LOGIN_SLOT_BYTES, sizeof again); /* a change writes the new one */
	for (size_t i = 0; i < LOGIN_SLOT_BYTES; i += i < 7000 ? 1 : 97) {
		file[i] = (unsigned char)(file[i] ^ (1 << (i % 8)));
		assert_int_equal(login_state_decode(file, UID, &out), -EBADMSG);
		file[i] = (unsigned char)(file[i] ^ (1 << (i % 8)));
	}
	free(file);
}

/* Bytes of the full state above that are set, the digest made right again. Offsets are the documented layout's. */
static const struct {
	const char *name;
	size_t at;
	unsigned char byte;
	bool sound;
} patches[] = {
	{"unchanged", 0, 'M', true},
	{"another magic", 0, 'N', false},
	{"version 0", 8, 0, false},
	{"version 3", 8, 3, false},
	{"another uid", 12, 1, false},
	{"another sequence", 16, 1, true},
	{"reserved bytes of the head", 24, 1, false},
	{"counter: side 3", 64, 3, false},
	{"counter: guess 2", 65, 2, false},
	{"counter: reserved", 66, 1, false},
	{"counter: failures", 68, 1, true},
	{"counter: reserved 2", 76, 1, false},
	{"counter: key", 80, 1, true},
	{"counter: negative window", 103, 0x80, false},
	{"counter: negative last", 111, 0x80, false},
	{"counter: negative lock", 119, 0x80, false},
	{"counter: tag", 120, 1, true},
	{"free counter with a side", 64 + 88, 1, false},
	{"free counter with a tag", 64 + 88 + 87, 1, false},
	{"free counter that is used", 64 + 88 + 40, 1, true},
	{"consecutive", 2176, 1, true},
	{"consecutive of askers", 6752, 1, true},
	{"owner: first byte", 6760, 'x', true},
	{"owner: empty with a rest", 6760, 0, false},
	{"owner: bytes behind its end", 6783, 'x', false},
	{"behind the end", 6784, 1, false},
	{"try: negative pid", 2195, 0x80, false},
	{"try: side 3", 2196, 3, false},
	{"try: reserved", 2197, 1, false},
	{"try: negative start", 2207, 0x80, false},
	{"free try with a start", 2192 + 56 + 8, 1, false},
	{"totp: neither enrolled nor not", 5776, 2, false},
	{"totp: not enrolled with a secret", 5776, 0, false},
	{"totp: unknown algorithm", 5777, 3, false},
	{"totp: SHA-256", 5777, 1, true},
	{"totp: 6 digits", 5778, 6, true},
	{"totp: 7 digits", 5778, 7, false},
	{"totp: empty secret", 5779, 0, false},
	{"totp: secret longer than its room", 5779, 65, false},
	{"totp: shorter than its bytes", 5779, 19, false},
	{"totp: longer than its bytes", 5779, 21, true},
	{"totp: reserved", 5780, 1, false},
	{"recovery: none with a salt", 5864, 0, false},
	{"recovery: fewer than hashes", 5864, 8, false},
	{"recovery: 10", 5864, 10, true},
	{"recovery: 11", 5864, 11, false},
	{"recovery: no iterations", 5868, 0, false},
	{"place: reserved", 6216 + 20, 1, false},
	{"free place with factors", 6216 + 32 + 16, 1, false},
	{"negative comply_by", 6743, 0x80, false},
	{"comply tag", 6744, 1, true},
	{"last byte", LOGIN_SLOT_BYTES - 1, 1, false},
};

static void refuses_what_does_not_fit(void **state)
{
	unsigned char slot[LOGIN_SLOT_BYTES], again[LOGIN_SLOT_BYTES];
	struct login_state in, out;

	(void)state;
	fill(&in);
	for (size_t i = 0; i < sizeof patches / sizeof *patches; i++) {
		assert_int_equal(login_state_encode(&in, slot), 0);
		slot[patches[i].at] = patches[i].byte;
		make_right(slot);
		if ((login_state_decode(slot, UID, &out) == 0) != patches[i].sound)
			fail_msg("%s: is %s", patches[i].name, patches[i].sound ? "refused" : "taken");
		if (!patches[i].sound)
			continue;
		assert_int_equal(login_state_encode(&out, again), 0);
		assert_memory_equal(slot, again, sizeof slot);
	}
}

/* --- what may not be written, since it could not be read --- */

static void bad_digits(struct login_state *s)
{
	s->totp.digits = 7;
}
static void bad_secret_len(struct login_state *s)
{
	s->totp.secret_len = LOGIN_SECRET_BYTES_MAX + 1;
}
static void bad_count(struct login_state *s)
{
	s->recovery.count = LOGIN_CODES_MAX + 1;
}
static void bad_time(struct login_state *s)
{
	s->counters[0].last_s = -1;
}
static void bad_pid(struct login_state *s)
{
	s->tries[0].pid = -1;
}
static void bad_comply(struct login_state *s)
{
	s->comply_by_s = -1;
}

static void refuses_to_write_what_could_not_be_read(void **state)
{
	static void (*const spoils[])(struct login_state *) = {bad_digits, bad_secret_len, bad_count, bad_time, bad_pid, bad_comply};
	unsigned char slot[LOGIN_SLOT_BYTES];
	struct login_state in;

	(void)state;
	for (size_t i = 0; i < sizeof spoils / sizeof *spoils; i++) {
		fill(&in);
		spoils[i](&in);
		assert_int_equal(login_state_encode(&in, slot), -EINVAL);
	}
}

/* Every bit that flips on the disk is seen. */
static void sees_each_flipped_byte(void **state)
{
	unsigned char slot[LOGIN_SLOT_BYTES];
	struct login_state in, out;

	(void)state;
	fill(&in);
	assert_int_equal(login_state_encode(&in, slot), 0);
	for (size_t i = 0; i < LOGIN_SLOT_BYTES; i += i < 7000 ? 1 : 97) {
		slot[i] = (unsigned char)(slot[i] ^ (1 << (i % 8)));
		assert_int_equal(login_state_decode(slot, UID, &out), -EBADMSG);
		slot[i] = (unsigned char)(slot[i] ^ (1 << (i % 8)));
	}
}

/* A write ends after any number of bytes: the state before or the state after, never a mixture, never nothing. */
static void survives_a_cut_at_each_byte(void **state)
{
	unsigned char *file = malloc(LOGIN_FILE_BYTES), slot[LOGIN_SLOT_BYTES];
	struct login_state before, after, out;
	int chosen;

	(void)state;
	fill(&before);
	before.sequence = 5;
	assert_int_equal(login_state_encode(&before, file), 0);
	fill(&after);
	after.sequence = 4;
	assert_int_equal(login_state_encode(&after, file + LOGIN_SLOT_BYTES), 0);
	after.sequence = 6;
	after.totp.last_step = 99;
	assert_int_equal(login_state_encode(&after, slot), 0);
	for (size_t cut = 0; cut <= LOGIN_SLOT_BYTES; cut += cut < 200 || cut > 5700 ? 1 : 53) {
		memcpy(file + LOGIN_SLOT_BYTES, slot, cut);
		chosen = login_state_choose(file, LOGIN_FILE_BYTES, UID, &out);
		assert_in_range(chosen, 0, 1);
		assert_same(&out, chosen == 1 ? &after : &before);
	}
	assert_int_equal(chosen, 1);
	assert_int_equal(login_state_choose(file, LOGIN_FILE_BYTES - 1, UID, &out), -EBADMSG);
	assert_int_equal(login_state_choose(file, 0, UID, &out), -EBADMSG);
	file[100] ^= 1;
	file[LOGIN_SLOT_BYTES + 100] ^= 1;
	assert_int_equal(login_state_choose(file, LOGIN_FILE_BYTES, UID, &out), -EBADMSG);
	free(file);
}

/* --- sources --- */

static const struct {
	const char *name;
	enum login_side a_side;
	const char *a;
	enum login_side b_side;
	const char *b;
	bool equal;
} sources[] = {
	{"the same IPv4", LOGIN_REMOTE, "192.0.2.1", LOGIN_REMOTE, "192.0.2.1", true},
	{"IPv4 mapped", LOGIN_REMOTE, "192.0.2.1", LOGIN_REMOTE, "::ffff:192.0.2.1", true},
	{"neighbours in IPv4", LOGIN_REMOTE, "192.0.2.1", LOGIN_REMOTE, "192.0.2.2", false},
	{"the same /64", LOGIN_REMOTE, "2001:db8:1:2::1", LOGIN_REMOTE, "2001:db8:1:2:ffff::9", true},
	{"another /64", LOGIN_REMOTE, "2001:db8:1:2::1", LOGIN_REMOTE, "2001:db8:1:3::1", false},
	{"a scope behind %", LOGIN_REMOTE, "fe80::1%eth0", LOGIN_REMOTE, "fe80::2", true},
	{"a name, whatever its case", LOGIN_REMOTE, "Host.example", LOGIN_REMOTE, "hOST.example", true},
	{"two names", LOGIN_REMOTE, "a.example", LOGIN_REMOTE, "b.example", false},
	{"no name and a name", LOGIN_REMOTE, "", LOGIN_REMOTE, "UNKNOWN", false},
	{"a seat and a host of that name", LOGIN_LOCAL, "seat0", LOGIN_REMOTE, "seat0", false},
	{"a seat and a terminal", LOGIN_LOCAL, "seat0", LOGIN_LOCAL, "tty", false},
	{"the same seat", LOGIN_LOCAL, "seat0", LOGIN_LOCAL, "seat0", true},
	{"nothing said locally", LOGIN_LOCAL, NULL, LOGIN_LOCAL, "", true},
	{"nothing said remotely", LOGIN_REMOTE, NULL, LOGIN_REMOTE, "", true},
};

static void tells_sources_apart(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
		struct login_source a = source_of(sources[i].a_side, sources[i].a), b = source_of(sources[i].b_side, sources[i].b);

		if (login_source_equal(&a, &b) != sources[i].equal)
			fail_msg("%s: %s", sources[i].name, sources[i].equal ? "told apart" : "taken for one");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_was_written),    cmocka_unit_test(free_items_are_written_as_zeros),
		cmocka_unit_test(refuses_what_does_not_fit), cmocka_unit_test(refuses_to_write_what_could_not_be_read),
		cmocka_unit_test(sees_each_flipped_byte),    cmocka_unit_test(survives_a_cut_at_each_byte),
		cmocka_unit_test(tells_sources_apart),       cmocka_unit_test(reads_the_first_version),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* The history's file: nothing but what was written is read, a cut at any byte of any write loses nothing, and the order of entries. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "history.h"
#include "keyword.h"

#define UID 1000
#define START_S (20000 * DAY_S)

struct file {
	unsigned char bytes[HISTORY_FILE_BYTES];
};

static void name_hash(char *ret_hash, size_t number)
{
	(void)snprintf(ret_hash, SHADOW_HASH_SIZE, "$y$j9T$salt$%08zu", number);
}

static void append(struct history *h, size_t number, int64_t now_s)
{
	char hash[SHADOW_HASH_SIZE];
	bool taken;

	name_hash(hash, number);
	assert_true(history_append(h, hash, now_s, &taken));
	assert_true(taken);
}

static void assert_same(const struct history *a, const struct history *b)
{
	assert_int_equal(a->uid, b->uid);
	assert_true(a->sequence == b->sequence);
	assert_int_equal(a->count, b->count);
	for (size_t i = 0; i < a->count; i++) {
		assert_string_equal(a->entries[i].hash, b->entries[i].hash);
		assert_true(a->entries[i].last_used_s == b->entries[i].last_used_s);
	}
}

/* Fills both slots, as the store does when it makes a file. */
static void make_file(struct file *f, const struct history *h)
{
	history_encode(h, f->bytes);
	history_encode(h, f->bytes + HISTORY_SLOT_BYTES);
}

static void reads_what_was_written(void **state)
{
	static const size_t counts[] = {0, 1, 2, 63, 64};
	unsigned char *slot = malloc(HISTORY_SLOT_BYTES);
	struct history *in = calloc(1, sizeof *in), *out = calloc(1, sizeof *out);

	(void)state;
	for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
		*in = (struct history){.uid = UID, .sequence = UINT64_MAX - 100};
		for (size_t i = 0; i < counts[c]; i++)
			append(in, i, START_S + (int64_t)i * DAY_S);
		history_encode(in, slot);
		assert_int_equal(history_decode(slot, UID, out), 0);
		assert_same(in, out);
		assert_int_equal(history_decode(slot, UID + 1, out), -EBADMSG);
	}
	memset(in->entries[0].hash, 'h', SHADOW_HASH_SIZE - 1); /* the longest */
	history_encode(in, slot);
	assert_int_equal(history_decode(slot, UID, out), 0);
	assert_same(in, out);
	free(slot);
	free(in);
	free(out);
}

/* Each bit counts, also in places that hold nothing. */
static void notices_every_flipped_byte(void **state)
{
	unsigned char *slot = malloc(HISTORY_SLOT_BYTES);
	struct history *h = calloc(1, sizeof *h), *out = calloc(1, sizeof *out);

	(void)state;
	h->uid = UID;
	append(h, 1, START_S);
	history_encode(h, slot);
	for (size_t i = 0; i < HISTORY_SLOT_BYTES; i += i < 512 ? 1 : 97) {
		slot[i] ^= 0x10;
		if (history_decode(slot, UID, out) != -EBADMSG)
			fail_msg("a flipped bit in byte %zu was not noticed", i);
		slot[i] ^= 0x10;
	}
	assert_int_equal(history_decode(slot, UID, out), 0);
	free(slot);
	free(h);
	free(out);
}

static void refuses_foreign_files(void **state)
{
	struct file *f = calloc(1, sizeof *f);
	struct history *h = calloc(1, sizeof *h), *out = calloc(1, sizeof *out);

	(void)state;
	h->uid = UID;
	assert_int_equal(history_choose(f->bytes, sizeof f->bytes, UID, out), -EBADMSG); /* zeros are not "empty" */
	make_file(f, h);
	assert_true(history_choose(f->bytes, sizeof f->bytes, UID, out) >= 0);
	assert_int_equal(history_choose(f->bytes, sizeof f->bytes - 1, UID, out), -EBADMSG);
	assert_int_equal(history_choose(f->bytes, 0, UID, out), -EBADMSG);
	assert_int_equal(history_choose(f->bytes, sizeof f->bytes, UID + 1, out), -EBADMSG);
	f->bytes[0] ^= 1;
	assert_int_equal(history_choose(f->bytes, sizeof f->bytes, UID, out), 1);
	f->bytes[HISTORY_SLOT_BYTES] ^= 1;
	assert_int_equal(history_choose(f->bytes, sizeof f->bytes, UID, out), -EBADMSG);
	free(f);
	free(h);
	free(out);
}

/* kill -9, power cut: what reaches the file is some of the bytes of the write, in any order of the disk's blocks. */
static void assert_old_or_new(struct file *f, const struct history *old, const struct history *new_one, struct history *out)
{
	assert_true(history_choose(f->bytes, sizeof f->bytes, UID, out) >= 0);
	if (out->sequence == new_one->sequence)
		assert_same(out, new_one);
	else
		assert_same(out, old);
}

static void loses_nothing_when_cut_off(void **state)
{
	struct file *before = calloc(1, sizeof *before), *cut = calloc(1, sizeof *cut);
	unsigned char *slot = malloc(HISTORY_SLOT_BYTES);
	struct history *old = calloc(1, sizeof *old), *new_one = calloc(1, sizeof *new_one), *out = calloc(1, sizeof *out);
	int at;

	(void)state;
	old->uid = UID;
	make_file(before, old);
	for (size_t change = 0; change < 4; change++) {
		*new_one = *old;
		append(new_one, change, START_S + (int64_t)change * DAY_S);
		history_encode(new_one, slot);
		at = (history_choose(before->bytes, sizeof before->bytes, UID, out) + 1) % HISTORY_SLOTS;
		for (size_t len = 0; len <= HISTORY_SLOT_BYTES; len += len < 1024 ? 1 : 61) {
			*cut = *before;
			memcpy(cut->bytes + at * HISTORY_SLOT_BYTES, slot, len);
			assert_old_or_new(cut, old, new_one, out);
		}
		for (size_t block = 0; block < HISTORY_SLOT_BYTES; block += 512) {
			*cut = *before;
			memcpy(cut->bytes + at * HISTORY_SLOT_BYTES, slot, HISTORY_SLOT_BYTES);
			memcpy(cut->bytes + (size_t)at * HISTORY_SLOT_BYTES + block, before->bytes + (size_t)at * HISTORY_SLOT_BYTES + block, 512);
			assert_old_or_new(cut, old, new_one, out);
		}
		memcpy(before->bytes + at * HISTORY_SLOT_BYTES, slot, HISTORY_SLOT_BYTES);
		assert_int_equal(history_choose(before->bytes, sizeof before->bytes, UID, out), at);
		assert_same(out, new_one);
		*old = *new_one;
	}
	free(before);
	free(cut);
	free(slot);
	free(old);
	free(new_one);
	free(out);
}

static void keeps_the_newest(void **state)
{
	struct history *h = calloc(1, sizeof *h);
	char hash[SHADOW_HASH_SIZE];
	bool taken;

	(void)state;
	for (size_t i = 0; i < HISTORY_ENTRIES_MAX + 5; i++)
		append(h, i, START_S + (int64_t)i);
	assert_int_equal(h->count, HISTORY_ENTRIES_MAX);
	name_hash(hash, HISTORY_ENTRIES_MAX + 4);
	assert_string_equal(h->entries[0].hash, hash);
	name_hash(hash, 5);
	assert_string_equal(h->entries[HISTORY_ENTRIES_MAX - 1].hash, hash);

	/* A hash that is there moves up and pushes nothing out. */
	name_hash(hash, 10);
	assert_true(history_append(h, hash, START_S + 1000, &taken));
	assert_string_equal(h->entries[0].hash, hash);
	assert_int_equal(h->count, HISTORY_ENTRIES_MAX);
	name_hash(hash, 5);
	assert_string_equal(h->entries[HISTORY_ENTRIES_MAX - 1].hash, hash);
	free(h);
}

static void writes_only_what_is_new(void **state)
{
	struct history *h = calloc(1, sizeof *h);
	char hash[SHADOW_HASH_SIZE + 8];
	uint64_t sequence;
	bool taken;

	(void)state;
	append(h, 1, START_S);
	sequence = h->sequence;
	name_hash(hash, 1);
	assert_false(history_append(h, hash, START_S + DAY_S - 1, &taken));
	assert_true(taken);
	assert_false(history_append(h, hash, START_S - 5 * DAY_S, &taken)); /* a clock that went back */
	assert_true(h->sequence == sequence);
	assert_true(history_append(h, hash, START_S + DAY_S, &taken));
	assert_int_equal(h->count, 1);
	assert_true(h->entries[0].last_used_s == START_S + DAY_S);
	assert_true(h->sequence == sequence + 1);

	assert_false(history_append(h, "", START_S, &taken));
	assert_false(taken);
	memset(hash, 'h', SHADOW_HASH_SIZE);
	hash[SHADOW_HASH_SIZE] = '\0';
	assert_false(history_append(h, hash, START_S, &taken));
	assert_false(taken);
	assert_int_equal(h->count, 1);
	free(h);
}

static const struct {
	const char *name;
	int64_t history, days;
	size_t covered; /* of ten entries, one made each day, the newest today */
} coverage[] = {
	{"no rule", 0, 0, 0},
	{"the present one only", 1, 0, 1},
	{"three", 3, 0, 3},
	{"more than there are", 24, 0, 10},
	{"today's", 0, 1, 1},
	{"five days", 0, 5, 5},
	{"all days", 0, 3660, 10},
	{"number wins", 7, 2, 7},
	{"days win", 2, 7, 7},
};

static void covers_what_the_policy_says(void **state)
{
	struct history *h = calloc(1, sizeof *h);

	(void)state;
	for (size_t i = 0; i < 10; i++)
		append(h, i, START_S + (int64_t)i * DAY_S);
	for (size_t i = 0; i < sizeof coverage / sizeof *coverage; i++) {
		size_t covered = history_covered(h, coverage[i].history, coverage[i].days, START_S + 9 * DAY_S);

		if (covered != coverage[i].covered)
			fail_msg("%s: %zu", coverage[i].name, covered);
	}
	free(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_was_written),      cmocka_unit_test(notices_every_flipped_byte),
		cmocka_unit_test(refuses_foreign_files),       cmocka_unit_test(loses_nothing_when_cut_off),
		cmocka_unit_test(keeps_the_newest),            cmocka_unit_test(writes_only_what_is_new),
		cmocka_unit_test(covers_what_the_policy_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* The login state's file: any bytes. The input is a list of patches (place u16, byte) over a sound file whose digests are made right again
 * when its first byte says so, so that the fuzzer gets past them. What is read comes back the same when it is written, and the rules of
 * lock-out work on it: a failure is never forgotten, nothing lasts longer than it may, and what they leave can be written. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lockout.h"

#define UID 1000
#define VERSION_AT 8
#define NOW_S 1800000000

static const struct lockout_rules rules = {.attempts = 5, .window_s = 900, .duration_s = 900, .max_duration_s = 14400, .hard_limit = 50};

static void make_sound(unsigned char *file)
{
	struct login_source source;
	struct login_state s;

	login_state_init(&s, UID);
	for (uint64_t i = 0; i < LOGIN_SLOTS; i++) {
		for (uint64_t j = 0; j < 4; j++) {
			login_source_make(j % 2 == 0 ? LOGIN_REMOTE : LOGIN_LOCAL, "192.0.2.1", "seat0", &source);
			(void)lockout_fail(&s, &rules, &source, j / 2 == 0 ? LOGIN_GUESS_PASSWORD : LOGIN_GUESS_CODE, 10 * i + j, NOW_S);
			(void)lockout_reserve(&s, &rules, &(struct login_process){.pid = (pid_t)(10 * i + j + 1)}, &source, NOW_S);
		}
		s.totp = (struct login_totp){.enrolled = true, .digits = 6, .secret_len = 20, .secret = {1}};
		s.recovery = (struct login_recovery){.count = 10, .iterations = 1000, .hashes = {{1}}};
		s.remembered[0] = (struct login_remembered){.factors = 1, .until_s = NOW_S};
		s.sequence++;
		(void)login_state_encode(&s, file + i * LOGIN_SLOT_BYTES);
	}
}

static bool is_odd(const struct login_process *process, void *unused)
{
	(void)unused;
	return process->pid % 2 != 0;
}

static void use(struct login_state *s, int64_t now_s)
{
	unsigned char *slot = malloc(LOGIN_SLOT_BYTES);
	struct login_process self = {.pid = 4};
	struct login_source source;
	struct lockout found;

	(void)lockout_bury(s, &rules, is_odd, NULL, now_s);
	for (int side = 0; side < LOGIN_SIDE_MAX; side++) {
		login_source_make(side == 0 ? LOGIN_LOCAL : LOGIN_REMOTE, "198.51.100.1", "tty", &source);
		(void)lockout_reserve(s, &rules, &self, &source, now_s);
		for (int i = 0; i < 5; i++)
			(void)lockout_fail(s, &rules, &source, LOGIN_GUESS_PASSWORD, 0, now_s);
		found = lockout_judge(s, &rules, &source, LOGIN_GUESS_PASSWORD, now_s);
		if (found.kind == LOCKOUT_NONE || found.left_s > rules.max_duration_s ||
		    (found.kind == LOCKOUT_FOR_A_TIME && found.left_s < 1))
			abort();
	}
	if (login_state_encode(s, slot) < 0)
		abort();
	(void)lockout_succeed(s, &source, LOGIN_GUESS_PASSWORD);
	lockout_clear(s);
	if (login_state_encode(s, slot) < 0)
		abort();
	free(slot);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned char *file = malloc(LOGIN_FILE_BYTES), *again = malloc(LOGIN_SLOT_BYTES);
	struct login_state s;
	int slot;

	make_sound(file);
	for (size_t i = 1; i + 3 <= size; i += 3)
		file[(size_t)(data[i] | data[i + 1] << 8) % LOGIN_FILE_BYTES] = data[i + 2];
	if (size > 0 && (data[0] & 1) != 0)
		for (int i = 0; i < LOGIN_SLOTS; i++)
			login_state_seal(file + i * LOGIN_SLOT_BYTES);
	slot = login_state_choose(file, LOGIN_FILE_BYTES, UID, &s);
	if (slot >= 0) {
		unsigned char *chosen = file + slot * LOGIN_SLOT_BYTES;

		/* Of the first version only the sum differs. */
		if (login_state_encode(&s, again) < 0)
			abort();
		chosen[VERSION_AT] = again[VERSION_AT];
		login_state_seal(chosen);
		if (memcmp(again, chosen, LOGIN_SLOT_BYTES) != 0)
			abort();
		use(&s, (data != NULL && size > 0 && (data[0] & 2) != 0) ? 1 : NOW_S + 1);
	} else if (size < 4) {
		abort(); /* nothing was patched */
	}
	(void)login_state_choose(data, size, UID, &s);
	free(file);
	free(again);
	return 0;
}

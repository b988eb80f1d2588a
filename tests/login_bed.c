/* SPDX-License-Identifier: BSD-2-Clause */
/* States of logins, made by the product's own store. */
#include "login_bed.h"

#include <string.h>
#include <time.h>

#include "suspension_store.h"

static struct login_totp sample(void)
{
	struct login_totp totp = {.enrolled = true, .algorithm = FACTOR_SHA1, .digits = 6, .secret_len = 20, .since_s = 1};

	(void)memcpy(totp.secret, "12345678901234567890", 20);
	return totp;
}

struct preparing {
	bool used;
	enum login_side side;
	const char *rhost;
};

static int change_enrol(struct login_state *state, void *context)
{
	const struct preparing *p = context;

	state->totp = sample();
	if (p->used)
		state->totp.last_step = time(NULL) / TOTP_STEP_S + TOTP_WINDOW;
	return 0;
}

void login_bed_enrol(unsigned uid, bool present_code_used)
{
	struct preparing p = {.used = present_code_used};

	CHECK_INT(login_store_change(bed_paths(), uid, false, change_enrol, &p, NULL), 0);
}

void login_bed_code(char ret_code[static 9])
{
	struct login_totp totp = sample();

	CHECK_INT(totp_code(&totp, time(NULL) / TOTP_STEP_S, ret_code), 0); /* the window takes it for a minute at least */
}

void login_bed_suspend(unsigned uid)
{
	struct suspension suspension = {.uid = uid, .user = "alice", .by = "bob", .reason = "left", .since = 1};

	CHECK_INT(suspension_save(bed_paths(), &suspension), 0);
}

static int change_lock(struct login_state *state, void *context)
{
	static const struct lockout_rules rules = {.attempts = 5, .window_s = 900, .duration_s = 900, .max_duration_s = 14400};
	const struct preparing *p = context;
	struct login_source source;

	login_source_make(p->side, p->rhost, "", &source);
	for (int i = 0; i < 5; i++)
		(void)lockout_fail(state, &rules, &source, LOGIN_GUESS_PASSWORD, 0, time(NULL));
	return 0;
}

void login_bed_lock(unsigned uid, enum login_side side, const char *rhost)
{
	struct preparing p = {.side = side, .rhost = rhost};

	CHECK_INT(login_store_change(bed_paths(), uid, false, change_lock, &p, NULL), 0);
}

void login_bed_remove_lines_on(void)
{
	CHECK_INT(unlink(bed_paths()->lines_on), 0);
}

void login_bed_state(unsigned uid, struct login_state *ret_state)
{
	CHECK_INT(login_store_read(bed_paths(), uid, ret_state), 0);
}

unsigned login_bed_failures(unsigned uid, enum login_guess guess)
{
	struct login_state state LOGIN_STATE_WIPED;
	unsigned failures = 0;

	login_bed_state(uid, &state);
	for (size_t i = 0; i < LOGIN_COUNTERS_MAX; i++)
		if (state.counters[i].last_s != 0 && state.counters[i].guess == guess)
			failures += state.counters[i].failures;
	return failures;
}

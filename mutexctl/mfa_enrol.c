/* SPDX-License-Identifier: BSD-2-Clause */
/* mutexctl mfa enrol and codes: what a person is shown once, and what is kept of it.
 *
 * MUST: nothing is stored before a code of the person's device was right. MUST: secret and codes go to standard output by write(2) and nowhere
 * else: no argument, environment, record, temporary file; every copy of ours is wiped. */
#include "mfa.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "clock.h"
#include "command.h"
#include "common.h"
#include "enrolment.h"
#include "login_store.h"
#include "message.h"
#include "mfa_show.h"
#include "password_input.h"
#include "recovery.h"
#include "text.h"
#include "totp.h"

#define TRIES 3
#define SHOWN_BYTES 256
#define URI_BYTES 1024
#define HOST_BYTES 256

/* All that is secret here. */
struct secrets {
	struct login_totp totp;
	struct login_recovery recovery;
	uint8_t random[RECOVERY_RANDOM_BYTES];
	char codes[LOGIN_CODES_MAX][RECOVERY_CODE_SIZE];
	char uri[URI_BYTES], shown[SHOWN_BYTES];
	bool with_totp, replace; /* what is stored */
};

static void secrets_free(struct secrets **s)
{
	if (*s != NULL)
		explicit_bzero(*s, sizeof **s);
	free(*s);
}
#define SECRETS_FREED __attribute__((cleanup(secrets_free)))

/* --- showing --- */

static int show_secret(struct secrets *s, const struct people *people, const char *issuer, enum language language)
{
	struct text uri, secret;
	int r;

	TEXT_INTO(&uri, s->uri);
	r = totp_uri(&s->totp, issuer, people->person.person.name, &uri);
	if (r < 0)
		return command_error("cannot draw the QR code: %s", strerror(-r));
	TEXT_INTO(&secret, s->shown);
	totp_secret_text(&s->totp, &secret);
	return mfa_show_secret(people->person.person.name, s->uri, s->shown, language);
}

/* --- making --- */

static int fill_random(void *bytes, size_t len)
{
	/* Up to 256 bytes come at once and whole, once the kernel's pool is ready. */
	return getrandom(bytes, len, 0) == (ssize_t)len ? 0 : command_error("no random numbers: %s", strerror(errno));
}

static int make_codes(struct secrets *s)
{
	int r = fill_random(s->random, sizeof s->random);

	if (r == 0)
		recovery_make(s->random, clock_now_s(), &s->recovery, s->codes);
	return r;
}

/* 0 when the person's device showed a right code; its step is then used up. */
static int ask_first_code(struct secrets *s, enum language language)
{
	struct password_input input PASSWORD_INPUT_WIPED = {.at = 0};
	char prompt[MESSAGE_BYTES_MAX + 1], wrong[MESSAGE_BYTES_MAX + 1];
	struct text t;

	TEXT_INTO(&t, prompt);
	message_add(&t, language, MESSAGE_MFA_ASK_CODE, NULL, 0);
	TEXT_INTO(&t, wrong);
	message_add(&t, language, MESSAGE_MFA_WRONG_CODE, NULL, 0);
	for (int i = 0; i < TRIES; i++) {
		struct candidate answer CANDIDATE_WIPED = {.len = 0};

		if (password_input_next(&input, prompt, &answer) < 0)
			break;
		s->totp.since_s = clock_now_s();
		if (totp_check(&s->totp, answer.bytes, answer.len, s->totp.since_s, &s->totp.last_step) == TOTP_RIGHT)
			return 0;
		fprintf(stderr, "%s\n", wrong);
	}
	(void)command_error("nothing was stored");
	return COMMAND_VIOLATED;
}

/* --- keeping --- */

/* A login_store_change_fn. */
static int store(struct login_state *state, void *context)
{
	const struct secrets *s = context;

	if (s->with_totp && state->totp.enrolled && !s->replace)
		return -EEXIST;
	enrolment_store(state, s->with_totp ? &s->totp : &state->totp, &s->recovery);
	return 0;
}

static int keep(struct secrets *s, const struct people *people)
{
	int error = login_store_change_for_good(common_paths(), people->person.person.uid, store, s);

	if (error == -EEXIST) {
		(void)command_error("%s was enrolled by somebody else meanwhile; nothing was stored", people->person.person.name);
		return COMMAND_VIOLATED;
	}
	return error < 0 ? mfa_store_error("nothing was stored", people->person.person.name, error) : 0;
}

/* --- enrol --- */

struct order {
	const char *user;
	char asked_by[COMMON_NAME_BYTES];
	int digits, algorithm; /* -1 = as the policy says */
	bool replace;
};

static int read_choice(const char *const *choices, const char *option, const char *word)
{
	for (int i = 0; choices[i] != NULL; i++)
		if (strcmp(choices[i], word) == 0)
			return i;
	(void)command_usage("mfa", "--%s takes no such value: %s", option, word);
	return -1;
}

static int read_order(int argc, char **argv, struct order *ret)
{
	static const char *const digits[] = {[FACTOR_DIGITS_6] = "6", [FACTOR_DIGITS_8] = "8", NULL};
	static const char *const algorithms[] = {[FACTOR_SHA1] = "sha1", [FACTOR_SHA256] = "sha256", [FACTOR_SHA512] = "sha512", NULL};
	static const struct option options[] = {
		{"digits", required_argument, NULL, 'd'}, {"algorithm", required_argument, NULL, 'a'}, {"replace", no_argument, NULL, 'r'}, {0}};
	int option;

	*ret = (struct order){.digits = -1, .algorithm = -1};
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == '?')
			return command_usage("mfa", "unknown option");
		if (option == 'r')
			ret->replace = true;
		else if (option == 'd' && (ret->digits = read_choice(digits, "digits", optarg)) < 0)
			return COMMAND_FAILED;
		else if (option == 'a' && (ret->algorithm = read_choice(algorithms, "algorithm", optarg)) < 0)
			return COMMAND_FAILED;
	}
	if (optind + 1 < argc)
		return command_usage("mfa", "unexpected argument: %s", argv[optind + 1]);
	ret->user = optind < argc ? argv[optind] : common_asked_by(ret->asked_by) ? ret->asked_by : NULL;
	return ret->user != NULL ? 0 : command_usage("mfa", "say whom to enrol: mfa enrol USER");
}

static int prepare(const struct order *order, const struct people *people, struct secrets *s, char ret_issuer[HOST_BYTES])
{
	struct settings settings;
	struct text t;

	policy_resolve_for(&people->loaded.policy, &people->person.person, &(struct policy_names){.factor = "totp"}, &settings);
	s->with_totp = true;
	s->replace = order->replace;
	enrolment_totp(&settings, order->digits, order->algorithm, &s->totp);
	text_init(&t, ret_issuer, HOST_BYTES);
	text_add(&t, settings.factor_issuer);
	if (t.len == 0 && gethostname(ret_issuer, HOST_BYTES) < 0)
		return command_error("cannot say the name of this computer: %s", strerror(errno));
	ret_issuer[HOST_BYTES - 1] = '\0';
	return fill_random(s->totp.secret, s->totp.secret_len);
}

/* Whether there is any use in showing a secret. */
static int check_state(const struct people *people, bool replace, bool needs_totp)
{
	struct login_state state LOGIN_STATE_WIPED;
	const char *user = people->person.person.name;
	struct login_whose whose = login_store_person(people->person.person.uid, user);
	int error = login_store_read_of(common_paths(), &whose, &state);

	if (error < 0)
		return mfa_store_error("cannot be enrolled", user, error);
	if (!needs_totp && state.totp.enrolled && !replace) {
		(void)command_error("%s is enrolled already; --replace makes the old device and codes worthless", user);
		return COMMAND_VIOLATED;
	}
	if (needs_totp && !state.totp.enrolled && state.hooked_since_s == 0) {
		(void)command_error("%s has no factor that recovery codes could stand in for; see mutexctl mfa enrol", user);
		return COMMAND_VIOLATED;
	}
	return 0;
}

int mfa_enrol(int argc, char **argv)
{
	struct secrets *s SECRETS_FREED = calloc(1, sizeof *s);
	struct people people PEOPLE_CLOSED = {0};
	enum language language;
	char issuer[HOST_BYTES];
	struct order order;
	int r = s != NULL ? read_order(argc, argv, &order) : command_error("too little memory");

	if (r == 0)
		r = people_open(order.user, &people);
	if (r == 0)
		r = check_state(&people, order.replace, false);
	if (r == 0)
		r = prepare(&order, &people, s, issuer);
	if (r != 0)
		return r;
	language = common_language(&people.settings);
	r = show_secret(s, &people, issuer, language);
	if (r == 0)
		r = ask_first_code(s, language);
	if (r == 0)
		r = make_codes(s);
	if (r == 0)
		r = keep(s, &people);
	if (r != 0)
		return r;
	people_record(&people, RECORD_FACTOR_CHANGED, RECORD_NOTED, "RA-1",
		      order.replace ? "A new authenticator app and ten new recovery codes were enrolled; older ones count no more."
				    : "An authenticator app and ten recovery codes were enrolled.");
	r = mfa_show_codes(s->codes, s->with_totp, language);
	return r != 0 ? r : common_finish(COMMAND_FINE);
}

int mfa_codes(int argc, char **argv)
{
	struct secrets *s SECRETS_FREED = calloc(1, sizeof *s);
	struct people people PEOPLE_CLOSED = {0};
	int r;

	if (s == NULL)
		return command_error("too little memory");
	if (argc != 2 || argv[1][0] == '-')
		return command_usage("mfa", "say whose codes: mfa codes USER");
	r = people_open(argv[1], &people);
	if (r == 0)
		r = check_state(&people, false, true);
	if (r == 0)
		r = make_codes(s);
	if (r == 0)
		r = keep(s, &people);
	if (r != 0)
		return r;
	people_record(&people, RECORD_FACTOR_CHANGED, RECORD_NOTED, "RA-1", "Ten new recovery codes were made; older ones count no more.");
	r = mfa_show_codes(s->codes, false, common_language(&people.settings));
	return r != 0 ? r : common_finish(COMMAND_FINE);
}

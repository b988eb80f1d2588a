/* SPDX-License-Identifier: BSD-2-Clause */
/* Judges the same candidates with our rules, libpwquality, passwdqc and cracklib: what each refuses, and the time each needs on candidates that it
 * accepts or rejects by its dictionary (a refusal for being short costs nothing anywhere). Built and run by bench_password.sh.
 *
 * Usage: peers_password SAMPLE NAME=FILE...   FILE holds one candidate a line; at most SAMPLE of them are taken, evenly spread. */
#include <stddef.h>
#include <crack.h>
#include <errno.h>
#include <passwdqc.h>
#include <pwquality.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "number.h"
#include "password.h"

#define CANDIDATES_MAX 200000
#define LIMIT_MEDIAN_US 50.0
#define LIMIT_HOSTILE_US 2000.0
#define RATIO_MIN 5.0
#define OLD "gravel-teapot-7"

enum verdict { ACCEPTED, BY_DICTIONARY, OTHERWISE };
enum checker { OURS, PWQUALITY, PASSWDQC, CRACKLIB, CHECKER_MAX };
static const char *const checker_names[] = {"pam_mutex", "pwquality", "passwdqc", "cracklib"};

static char *candidates[CANDIDATES_MAX];
static size_t candidate_count;

struct checkers {
	struct settings settings;
	struct password_facts facts;
	pwquality_settings_t *pwquality;
	passwdqc_params_t passwdqc;
	struct passwd passwd;
};

static _Noreturn void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void fail(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fputs("peers_password: ", stderr);
	(void)vfprintf(stderr, format, args);
	fputc('\n', stderr);
	va_end(args);
	exit(2);
}

static double now_us(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

/* All at a minimum of 8, else as they come. */
static void start(struct checkers *c)
{
	static const char *const groups[] = {"jdoe", "users", "sudo", "audio", "video", "plugdev", "netdev"};
	static const struct person person = {.name = "jdoe", .uid = 1000, .groups = groups, .group_count = 7};
	static char name[] = "jdoe", gecos[] = "Jane Doe,Room 5", home[] = "/home/jdoe", shell[] = "/bin/sh", secret[] = "x";
	struct policy policy;
	char *reason = NULL;
	void *error;

	policy_defaults(&policy);
	policy_resolve(&policy, NULL, &c->settings);
	c->settings.password_min_length = 8;
	c->facts = (struct password_facts){.person = &person, .full_name = gecos, .home = home, .host = "lapwing-07", .domain = "corp.example.com",
					   .old = OLD, .old_len = sizeof OLD - 1};
	c->pwquality = pwquality_default_settings();
	if (c->pwquality == NULL || pwquality_read_config(c->pwquality, "/dev/null", &error) != 0 ||
	    pwquality_set_int_value(c->pwquality, PWQ_SETTING_MIN_LENGTH, 8) != 0)
		fail("libpwquality does not start");
	passwdqc_params_reset(&c->passwdqc);
	if (passwdqc_params_parse(&c->passwdqc, &reason, 1, (const char *const[]){"min=8,8,8,8,8"}) != 0)
		fail("passwdqc: %s", reason);
	c->passwd = (struct passwd){.pw_name = name, .pw_passwd = secret, .pw_uid = 1000, .pw_gid = 1000, .pw_gecos = gecos, .pw_dir = home, .pw_shell = shell};
}

static enum verdict ask_ours(struct checkers *c, const char *candidate)
{
	struct password_verdict v;

	c->facts.password = candidate;
	c->facts.len = strlen(candidate);
	password_judge(&c->facts, &c->settings, &v);
	return v.count == 0 ? ACCEPTED : v.reasons[0].id == PASSWORD_COMMON ? BY_DICTIONARY : OTHERWISE;
}

static enum verdict ask_pwquality(struct checkers *c, const char *candidate)
{
	void *error = NULL;
	int r = pwquality_check(c->pwquality, candidate, OLD, "jdoe", &error);
	char text[PWQ_MAX_ERROR_MESSAGE_LEN];

	if (r < 0) /* frees what error holds */
		(void)pwquality_strerror(text, sizeof text, r, error);
	return r >= 0 ? ACCEPTED : r == PWQ_ERROR_CRACKLIB_CHECK ? BY_DICTIONARY : OTHERWISE;
}

static enum verdict ask_passwdqc(struct checkers *c, const char *candidate)
{
	const char *reason = passwdqc_check(&c->passwdqc.qc, candidate, OLD, &c->passwd);

	if (reason == NULL)
		return ACCEPTED;
	return strstr(reason, "dictionary") != NULL || strstr(reason, "common") != NULL || strstr(reason, "word list") != NULL ? BY_DICTIONARY : OTHERWISE;
}

static enum verdict ask_cracklib(struct checkers *c, const char *candidate)
{
	const char *reason = FascistCheckUser(candidate, GetDefaultCracklibDict(), c->passwd.pw_name, c->passwd.pw_gecos);

	if (reason == NULL)
		return ACCEPTED;
	return strstr(reason, "dictionary") != NULL ? BY_DICTIONARY : OTHERWISE;
}

static enum verdict ask(struct checkers *c, enum checker checker, const char *candidate)
{
	switch (checker) {
	case OURS:
		return ask_ours(c, candidate);
	case PWQUALITY:
		return ask_pwquality(c, candidate);
	case PASSWDQC:
		return ask_passwdqc(c, candidate);
	case CRACKLIB:
		return ask_cracklib(c, candidate);
	case CHECKER_MAX:
		break;
	}
	abort();
}

/* --- candidates --- */

static size_t read_file(const char *path, char ***ret_lines)
{
	FILE *file = fopen(path, "re");
	char **lines = NULL, *line = NULL;
	size_t count = 0, room = 0, size = 0;
	ssize_t len;

	if (file == NULL)
		fail("%s: %s", path, strerror(errno));
	while ((len = getline(&line, &size, file)) > 0) {
		line[len - (line[len - 1] == '\n')] = '\0';
		if (count == room)
			lines = realloc(lines, (room = room * 2 + 1024) * sizeof *lines);
		if (lines == NULL || (lines[count++] = strdup(line)) == NULL)
			abort();
	}
	free(line);
	(void)fclose(file);
	*ret_lines = lines;
	return count;
}

/* One line of the table: the share that each refuses. The sample is kept for the timing. */
static void compare_list(struct checkers *c, const char *name, const char *path, size_t sample)
{
	char **lines = NULL;
	size_t count = read_file(path, &lines), taken = 0, refused[CHECKER_MAX] = {0};

	for (; taken < (count < sample ? count : sample); taken++) {
		/* The five decorations of an entry lie behind each other: a different one of them each time. */
		size_t at = count <= sample ? taken : taken * (count / sample) + taken % (count / sample);

		for (int checker = 0; checker < CHECKER_MAX; checker++)
			refused[checker] += ask(c, (enum checker)checker, lines[at]) != ACCEPTED;
		if (candidate_count < CANDIDATES_MAX)
			candidates[candidate_count++] = lines[at];
	}
	printf("%-34s %6zu", name, taken);
	for (int checker = 0; checker < CHECKER_MAX; checker++)
		printf("  %9.3f", taken > 0 ? 100.0 * (double)refused[checker] / (double)taken : 0);
	putchar('\n');
	(void)fflush(stdout);
}

/* --- time --- */

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Median and mean of one checker's times on those candidates that `chosen` marks. */
struct times {
	size_t count;
	double median_us, mean_us;
};

static struct times time_on(struct checkers *c, enum checker checker, const unsigned char *chosen)
{
	double *us = calloc(candidate_count + 1, sizeof *us), sum = 0;
	struct times t = {.count = 0};

	for (size_t i = 0; i < candidate_count; i++) {
		double start_us;

		if (!chosen[i])
			continue;
		start_us = now_us();
		(void)ask(c, checker, candidates[i]);
		us[t.count] = now_us() - start_us;
		sum += us[t.count++];
	}
	qsort(us, t.count, sizeof *us, by_size);
	t.median_us = t.count > 0 ? us[t.count / 2] : 0;
	t.mean_us = t.count > 0 ? sum / (double)t.count : 0;
	free(us);
	return t;
}

static bool compare_times(struct checkers *c)
{
	unsigned char *chosen = calloc(candidate_count + 1, 1);
	bool fine = true;

	printf("\n%-10s %10s %14s %14s %16s %16s %9s\n", "peer", "candidates", "its median us", "its mean us", "our median us", "our mean us", "faster");
	for (int peer = PWQUALITY; peer < CHECKER_MAX; peer++) {
		struct times theirs, ours;
		double ratio;

		for (size_t i = 0; i < candidate_count; i++)
			chosen[i] = ask(c, (enum checker)peer, candidates[i]) != OTHERWISE;
		theirs = time_on(c, (enum checker)peer, chosen);
		ours = time_on(c, OURS, chosen);
		ratio = theirs.median_us / ours.median_us < theirs.mean_us / ours.mean_us ? theirs.median_us / ours.median_us : theirs.mean_us / ours.mean_us;
		fine = fine && ratio >= RATIO_MIN && ours.median_us <= LIMIT_MEDIAN_US;
		printf("%-10s %10zu %14.1f %14.1f %16.1f %16.1f %8.1fx\n", checker_names[peer], theirs.count, theirs.median_us, theirs.mean_us,
		       ours.median_us, ours.mean_us, ratio);
	}
	free(chosen);
	return fine;
}

/* 511 bytes that are meant to be slow: repetitions, walks, signs of many meanings, with a tail that none of it explains. */
static double hostile_us(struct checkers *c, const char *pattern, bool with_tail)
{
	static const char tail[] = "xkqz9wVbq7#";
	char password[512];
	size_t len = strlen(pattern);
	double best = 1e9;

	for (size_t i = 0; i < 511; i++)
		password[i] = pattern[with_tail ? (i * i * 3 + i / 7) % len : i % len];
	if (with_tail)
		memcpy(password + 500, tail, 11);
	password[511] = '\0';
	for (int turn = 0; turn < 3; turn++) { /* the scheduler's share is not ours */
		double start_us = now_us(), took_us;

		(void)ask_ours(c, password);
		took_us = now_us() - start_us;
		best = took_us < best ? took_us : best;
	}
	return best;
}

static bool bound_time(struct checkers *c)
{
	static const char *const patterns[] = {"1", "a", "!", "1!", "1!|il", "a4@", "s5$", "a4@s5$", "0o", "ab", "abc", "qwertyuiop", "1qaz2wsx",
					       "password", "p@$$w0rd", "drowssap", "the", "0123456789", "19870412", "jdoe", "7", "lI1|!"};
	static const struct password_list none = {.file = "none", .bytes = "", .len = 0};
	double worst_us = 0;
	const char *worst = "";

	c->settings.password_min_difference = 64;
	c->settings.password_max_repeat = c->settings.password_max_sequence = 3;
	c->facts.lists = &none;
	c->facts.list_count = 1;
	for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++)
		for (int with_tail = 0; with_tail <= 1; with_tail++) {
			double us = hostile_us(c, patterns[i], with_tail);

			if (us > worst_us) {
				worst_us = us;
				worst = patterns[i];
			}
		}
	printf("\nslowest of %zu hostile inputs of 511 bytes: %.0f us (\"%s\"...), limit %.0f us\n", 2 * sizeof patterns / sizeof patterns[0], worst_us,
	       worst, LIMIT_HOSTILE_US);
	return worst_us <= LIMIT_HOSTILE_US;
}

int main(int argc, char **argv)
{
	static struct checkers c;
	int64_t sample;
	bool fine;

	if (argc < 3 || number_parse(argv[1], strlen(argv[1]), 1, 100000, &sample) < 0)
		fail("usage: peers_password SAMPLE NAME=FILE...");
	start(&c);
	printf("refused, in percent, at a minimum of 8\n%-34s %6s", "", "of");
	for (int checker = 0; checker < CHECKER_MAX; checker++)
		printf("  %9s", checker_names[checker]);
	putchar('\n');
	for (int i = 2; i < argc; i++) {
		char *file = strchr(argv[i], '=');

		if (file == NULL)
			fail("no '=': %s", argv[i]);
		*file++ = '\0';
		compare_list(&c, argv[i], file, (size_t)sample);
	}
	fine = compare_times(&c);
	fine = bound_time(&c) && fine;
	return fine ? 0 : 1;
}

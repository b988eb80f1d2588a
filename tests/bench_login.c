/* SPDX-License-Identifier: BSD-2-Clause */
/* What a login costs: auth and account with a one-time code, beside pam_faillock and pam_google_authenticator, in turn in one process.
 *
 * No password is hashed on either side: a neighbour takes it. Aim (issue: lock-out, second factor): at most 300 us of CPU with the state on
 * tmpfs, below the peers, and at most one fdatasync for a login with a code, none for one with the password alone.
 * Needs root (the peers look at owners), /dev/shm, and libpam-google-authenticator; without them it says so and measures what it can. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <security/pam_appl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "login_store.h"
#include "paths.h"
#include "secret.h"
#include "totp.h"

#define USER "daemon"
#define USER_UID 1
#define PASSWORD "velvet otter parade cactus"
#define ROUNDS 300
#define AIM_US 300.0
#define SECRET_TEXT "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" /* "12345678901234567890" of RFC 6238, in base32 */

static unsigned long syncs;

/* Stand before libc's: counts what the module asks for. */
int fdatasync(int fd)
{
	syncs++;
	return (int)syscall(SYS_fdatasync, fd);
}

int fsync(int fd)
{
	syncs++;
	return (int)syscall(SYS_fsync, fd);
}

/* Without a syslog daemon libc would write to the console, which is slow beyond measure. The records of pam_mutex take another way. */
void syslog(int priority, const char *format, ...)
{
	(void)priority;
	(void)format;
}

void __syslog_chk(int priority, int flag, const char *format, ...);
void __syslog_chk(int priority, int flag, const char *format, ...)
{
	(void)priority;
	(void)flag;
	(void)format;
}

void vsyslog(int priority, const char *format, va_list args)
{
	(void)priority;
	(void)format;
	(void)args;
}

void __vsyslog_chk(int priority, int flag, const char *format, va_list args);
void __vsyslog_chk(int priority, int flag, const char *format, va_list args)
{
	(void)priority;
	(void)flag;
	(void)format;
	(void)args;
}

static void die(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));
static void die(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	(void)vfprintf(stderr, format, args);
	va_end(args);
	(void)fputc('\n', stderr);
	exit(1);
}

static const char *joined(char *buf, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4)));
static const char *joined(char *buf, size_t size, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(buf, size, format, args);
	va_end(args);
	if (n < 0 || (size_t)n >= size)
		die("too long: %s", format);
	return buf;
}

static void make_folder(const char *root, const char *name, mode_t mode)
{
	char path[PATH_MAX];

	if (mkdir(joined(path, sizeof path, "%s/%s", root, name), mode) < 0 && errno != EEXIST)
		die("%s: %s", path, strerror(errno));
	if (chmod(path, mode) < 0)
		die("%s: %s", path, strerror(errno));
}

static void write_file(const char *root, const char *name, mode_t mode, const char *text)
{
	char path[PATH_MAX];
	FILE *file = fopen(joined(path, sizeof path, "%s/%s", root, name), "we");

	if (file == NULL || fputs(text, file) < 0 || fclose(file) != 0 || chmod(path, mode) < 0)
		die("%s: %s", path, strerror(errno));
}

/* --- the two stacks --- */

struct bed {
	char root[PATH_MAX / 2];
	char services[PATH_MAX / 2 + 16];
	struct paths paths;
	struct login_totp totp;
};

static void make_services(const struct bed *bed, const char *build)
{
	char text[4 * PATH_MAX];

	write_file(bed->services, "ours", 0644,
		   joined(text, sizeof text,
			  "auth [success=3 ignore=ignore default=die] %1$s/pam_mutex.so begin root=%2$s\n"
			  "auth [success=2 default=ignore] %1$s/tests/neighbour.so file=%2$s/token auth=take\n"
			  "auth [default=ignore] %1$s/pam_mutex.so failed root=%2$s\n"
			  "auth requisite pam_deny.so\n"
			  "auth required pam_permit.so\n"
			  "auth requisite %1$s/pam_mutex.so finish root=%2$s\n"
			  "account requisite %1$s/pam_mutex.so root=%2$s\n"
			  "account required pam_permit.so\n",
			  build, bed->root));
	write_file(bed->services, "other", 0644, "auth required pam_deny.so\naccount required pam_deny.so\n");
	write_file(bed->services, "peers", 0644,
		   joined(text, sizeof text,
			  "auth required pam_faillock.so preauth dir=%2$s/faillock\n"
			  "auth [success=1 default=bad] %1$s/tests/neighbour.so file=%2$s/token auth=take\n"
			  "auth [default=die] pam_faillock.so authfail dir=%2$s/faillock\n"
			  "auth required pam_faillock.so authsucc dir=%2$s/faillock\n"
			  "auth required pam_google_authenticator.so user=root secret=%2$s/google/${USER} allowed_perm=0600\n"
			  "account required pam_faillock.so dir=%2$s/faillock\n"
			  "account required pam_permit.so\n",
			  build, bed->root));
}

static void make_policy(const struct bed *bed, const char *local)
{
	char text[512];

	write_file(bed->root, "etc/mutex/policy.conf", 0644,
		   joined(text, sizeof text, "[mfa]\nmode = enforce\nlocal = %s\n[access]\nmode = enforce\nposture = off\n", local));
}

static int enrol(struct login_state *state, void *context)
{
	const struct bed *bed = context;

	state->totp = bed->totp;
	return 0;
}

/* So that the same code may be taken again. */
static void forget_code(const struct bed *bed)
{
	int r = login_store_change(&bed->paths, USER_UID, false, enrol, (void *)(uintptr_t)bed, NULL);

	if (r < 0)
		die("the login state cannot be written: %s", strerror(-r));
}

static void make_bed(struct bed *bed, const char *where, const char *build)
{
	static const char *const folders[] = {"etc", "etc/mutex", "etc/mutex/policy.d", "etc/mutex/exceptions.d", "var", "var/lib",
					      "run", "services", "faillock", "google"};

	(void)joined(bed->root, sizeof bed->root, "%s/mutex-bench.XXXXXX", where);
	if (mkdtemp(bed->root) == NULL || chmod(bed->root, 0755) < 0)
		die("%s: %s", bed->root, strerror(errno));
	for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++)
		make_folder(bed->root, folders[i], 0755);
	make_folder(bed->root, "var/lib/mutex", 0700);
	make_folder(bed->root, "var/lib/mutex/login", 0700);
	make_folder(bed->root, "run/mutex", 0700);
	write_file(bed->root, "var/lib/mutex/lines-on", 0600, "");
	write_file(bed->root, "google/" USER, 0600, SECRET_TEXT "\n\" RATE_LIMIT 3 30\n\" TOTP_AUTH\n");
	(void)joined(bed->services, sizeof bed->services, "%s/services", bed->root);
	if (paths_init(&bed->paths, bed->root, getuid()) < 0)
		die("%s: too long", bed->root);
	bed->totp = (struct login_totp){.enrolled = true, .algorithm = FACTOR_SHA1, .digits = 6, .secret_len = 20};
	memcpy(bed->totp.secret, "12345678901234567890", 20);
	make_services(bed, build);
	make_policy(bed, "required");
	forget_code(bed);
}

static void remove_bed(const struct bed *bed)
{
	char command[PATH_MAX];

	if (system(joined(command, sizeof command, "rm -rf -- '%s'", bed->root)) != 0)
		die("%s stays behind", bed->root);
}

/* --- one login --- */

struct talk {
	const char *code;
	unsigned hidden; /* questions without echo so far */
};

static int answer(int count, const struct pam_message **messages, struct pam_response **ret_responses, void *context)
{
	struct talk *talk = context;
	struct pam_response *responses = calloc((size_t)count, sizeof *responses);

	if (responses == NULL)
		return PAM_BUF_ERR;
	for (int i = 0; i < count; i++) {
		bool asks = messages[i]->msg_style == PAM_PROMPT_ECHO_OFF || messages[i]->msg_style == PAM_PROMPT_ECHO_ON;

		if (asks)
			responses[i].resp = strdup(talk->hidden++ == 0 ? PASSWORD : talk->code);
	}
	*ret_responses = responses;
	return PAM_SUCCESS;
}

/* Peers limit how many codes they take in a time, so their state starts afresh too. */
static void reset(const struct bed *bed)
{
	forget_code(bed);
	write_file(bed->root, "google/" USER, 0600, SECRET_TEXT "\n\" RATE_LIMIT 3 30\n\" TOTP_AUTH\n");
}

static double seconds(clockid_t clock)
{
	struct timespec t;

	(void)clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

struct cost {
	double cpu[ROUNDS], wall[ROUNDS]; /* microseconds */
	unsigned long syncs;              /* of all rounds */
};

static void log_in(const struct bed *bed, const char *service, size_t round, struct cost *cost)
{
	int64_t now_s = time(NULL);
	struct talk talk = {0};
	const struct pam_conv conv = {answer, &talk};
	pam_handle_t *pamh = NULL;
	unsigned long before;
	double cpu, wall;
	char code[9];
	int r;

	reset(bed);
	if (totp_code(&bed->totp, now_s / TOTP_STEP_S, code) < 0)
		die("no code");
	talk.code = code;
	/* pam_start() reads the PAM files and loads the modules; programs do that once. */
	r = pam_start_confdir(service, USER, &conv, bed->services, &pamh);
	if (r == PAM_SUCCESS)
		(void)pam_set_item(pamh, PAM_TTY, "tty9");
	before = syncs;
	cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
	wall = seconds(CLOCK_MONOTONIC);
	if (r == PAM_SUCCESS)
		r = pam_authenticate(pamh, 0);
	if (r == PAM_SUCCESS)
		r = pam_acct_mgmt(pamh, 0);
	cost->cpu[round] = (seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu) * 1e6;
	cost->wall[round] = (seconds(CLOCK_MONOTONIC) - wall) * 1e6;
	cost->syncs += syncs - before;
	(void)pam_end(pamh, r);
	if (r != PAM_SUCCESS)
		die("%s: the login was refused (%d), after %u questions", service, r, talk.hidden);
}

static int by_value(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return (left > right) - (left < right);
}

static double median(double values[ROUNDS])
{
	qsort(values, ROUNDS, sizeof values[0], by_value);
	return values[ROUNDS / 2];
}

static bool peers_there(void)
{
	return access("/usr/lib/" MULTIARCH "/security/pam_google_authenticator.so", R_OK) == 0 ||
	       access("/lib/" MULTIARCH "/security/pam_google_authenticator.so", R_OK) == 0;
}

/* --- the figures --- */

static bool compare(const char *where, const char *build, bool judged)
{
	static struct cost ours, peers, plain;
	bool with_peers = peers_there(), good = true;
	struct bed bed = {0};
	double our_cpu, our_wall;

	memset(&ours, 0, sizeof ours);
	memset(&peers, 0, sizeof peers);
	memset(&plain, 0, sizeof plain);
	make_bed(&bed, where, build);
	for (size_t i = 0; i < ROUNDS; i++) {
		log_in(&bed, "ours", i, &ours);
		if (with_peers)
			log_in(&bed, "peers", i, &peers);
	}
	make_policy(&bed, "off");
	for (size_t i = 0; i < ROUNDS; i++)
		log_in(&bed, "ours", i, &plain);
	remove_bed(&bed);
	our_cpu = median(ours.cpu);
	our_wall = median(ours.wall);
	printf("%s: password and code: %.0f us CPU, %.0f us wall, %.2f syncs; password alone: %.0f us CPU, %.0f us wall, %.2f syncs\n", where, our_cpu,
	       our_wall, (double)ours.syncs / ROUNDS, median(plain.cpu), median(plain.wall), (double)plain.syncs / ROUNDS);
	if (with_peers) {
		double peer_cpu = median(peers.cpu);

		printf("%s: pam_faillock and pam_google_authenticator: %.0f us CPU, %.0f us wall, %.2f syncs: %.2f times ours in CPU\n", where, peer_cpu,
		       median(peers.wall), (double)peers.syncs / ROUNDS, peer_cpu / our_cpu);
		good = !judged || our_cpu < peer_cpu;
	} else
		printf("SKIPPED: pam_google_authenticator is not installed, so nothing to compare with\n");
	return good && ours.syncs <= ROUNDS && plain.syncs == 0 && (!judged || our_cpu <= AIM_US);
}

int main(void)
{
	const char *build = getenv("BUILD");
	char here[PATH_MAX];
	bool good;

	if (geteuid() != 0) {
		puts("SKIPPED: needs root, since the peers look at owners of files");
		return 0;
	}
	if (build == NULL || realpath(build, here) == NULL)
		die("BUILD says where pam_mutex.so lies");
	good = compare("/dev/shm", here, true);
	good = compare(here, here, false) && good;
	puts(good ? "aims met" : "FAILED: an aim was missed");
	return good ? 0 : 1;
}

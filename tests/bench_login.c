/* SPDX-License-Identifier: BSD-2-Clause */
/* What a login costs: auth and account with a one-time code, beside pam_faillock and pam_google_authenticator, in turn in one process.
 *
 * A login over ssh, on a computer as the package leaves it. No password is hashed on either side: a neighbour takes it. Records of both sides go to sockets of this program's, as to a journal and a syslog
 * daemon. Logins come again, as people do: what is made once only, at the first one, is not counted.
 * Aim (issue: lock-out, second factor): at most 300 us of CPU with the state on tmpfs, below the peers, and one fdatasync for a login with a
 * code, none for one with the password alone.
 * Needs root (the peers look at owners, and the state's file systems are mounted where nobody else sees them), and libpam-google-authenticator; without
 * them it says so and measures what it can. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <security/pam_appl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "login_store.h"
#include "paths.h"
#include "policy_image_store.h"
#include "secret.h"
#include "totp.h"

#define USER "daemon"
#define USER_UID 1
#define PASSWORD "velvet otter parade cactus"
#define HASH "$y$j9T$F5Jx5fExrKuPp53xLKQ..1$X3DX6M94c7o.9agCG9G317fhZg9SqC.5i5rd.RhAtQ7" /* of some password: nobody checks it here */
#define SERVICES "/etc/bench.d"
#define SYSLOG "/run/syslog-of-the-bench"
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

/* What libc's syslog() does, but to the bed's socket: libc knows /dev/log alone. Like libc's it connects with the first line, and closelog(), which
 * pam_google_authenticator calls behind each of its lines, ends that. */
static struct sockaddr_un log_address;
static int log_fd = -1;

void closelog(void)
{
	if (log_fd >= 0)
		(void)close(log_fd);
	log_fd = -1;
}

static bool log_connect(void)
{
	if (log_fd >= 0)
		return true;
	log_fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	return log_fd >= 0 && connect(log_fd, (const struct sockaddr *)&log_address, sizeof log_address) == 0;
}

static void log_line(int priority, const char *format, va_list args) __attribute__((format(printf, 2, 0)));
static void log_line(int priority, const char *format, va_list args)
{
	char line[1024], stamp[32];
	time_t now = time(NULL);
	struct tm local;
	int head, body;

	if (!log_connect() || localtime_r(&now, &local) == NULL || strftime(stamp, sizeof stamp, "%h %e %T", &local) == 0)
		return;
	head = snprintf(line, sizeof line, "<%d>%s bench[%d]: ", priority | LOG_AUTHPRIV, stamp, (int)getpid());
	if (head < 0 || (size_t)head >= sizeof line)
		return;
	body = vsnprintf(line + head, sizeof line - (size_t)head, format, args);
	if (body >= 0)
		(void)send(log_fd, line, strnlen(line, sizeof line), MSG_NOSIGNAL | MSG_DONTWAIT);
}

/* In brackets: for some compilers <syslog.h> makes macros of these names. */
void (syslog)(int priority, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	log_line(priority, format, args);
	va_end(args);
}

void __syslog_chk(int priority, int flag, const char *format, ...) __attribute__((format(printf, 3, 4)));
void __syslog_chk(int priority, int flag, const char *format, ...)
{
	va_list args;

	(void)flag;
	va_start(args, format);
	log_line(priority, format, args);
	va_end(args);
}

void (vsyslog)(int priority, const char *format, va_list args)
{
	log_line(priority, format, args);
}

void __vsyslog_chk(int priority, int flag, const char *format, va_list args) __attribute__((format(printf, 3, 0)));
void __vsyslog_chk(int priority, int flag, const char *format, va_list args)
{
	(void)flag;
	log_line(priority, format, args);
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

static void make_folder(const char *path, mode_t mode)
{
	if (mkdir(path, mode) < 0 && errno != EEXIST)
		die("%s: %s", path, strerror(errno));
	if (chmod(path, mode) < 0)
		die("%s: %s", path, strerror(errno));
}

static void write_file(const char *path, mode_t mode, const char *text)
{
	FILE *file = fopen(path, "we");

	if (file == NULL || fputs(text, file) < 0 || fclose(file) != 0 || chmod(path, mode) < 0)
		die("%s: %s", path, strerror(errno));
}

static void run(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void run(const char *format, ...)
{
	char command[2 * PATH_MAX];
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(command, sizeof command, format, args);
	va_end(args);
	if (n < 0 || (size_t)n >= sizeof command || system(command) != 0)
		die("failed: %s", command);
}

/* --- the two stacks --- */

/* A computer as the package leaves it: its root is this process's own, so that all names are those of an installed system. */
struct bed {
	struct paths paths;
	struct login_totp totp;
	int journal, syslog; /* the daemons' ends */
};

/* --- the daemons that take records --- */

static struct sockaddr_un address_of(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	(void)joined(address.sun_path, sizeof address.sun_path, "%s", path);
	return address;
}

static int listen_at(const char *path)
{
	struct sockaddr_un address = address_of(path);
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0 || bind(fd, (const struct sockaddr *)&address, sizeof address) < 0)
		die("%s: %s", path, strerror(errno));
	return fd;
}

static void start_daemons(struct bed *bed)
{
	bed->journal = listen_at(bed->paths.journal);
	bed->syslog = listen_at(SYSLOG);
	log_address = address_of(SYSLOG);
}

static void stop_daemons(const struct bed *bed)
{
	closelog();
	(void)close(bed->journal);
	(void)close(bed->syslog);
}

/* How many records came. */
static unsigned long take_records(int fd)
{
	unsigned long count = 0;
	char record[8192];

	while (recv(fd, record, sizeof record, 0) > 0)
		count++;
	return count;
}

/* As google-authenticator(1) makes it with the answers it recommends: like ours it takes no code twice. */
static void write_google(void)
{
	write_file("/var/lib/google/" USER, 0600,
		   SECRET_TEXT "\n\" RATE_LIMIT 3 30\n\" DISALLOW_REUSE\n\" TOTP_AUTH\n"
			       "72145398\n18364027\n90517264\n45629813\n60273948\n");
}

static void make_services(const char *build)
{
	char text[4 * PATH_MAX];

	write_file(SERVICES "/ours/sshd", 0644,
		   joined(text, sizeof text,
			  "auth [success=3 ignore=ignore default=die] %1$s/tests/installed/pam_mutex.so begin\n"
			  "auth [success=2 default=ignore] %1$s/tests/neighbour.so file=/etc/token auth=take\n"
			  "auth [default=ignore] %1$s/tests/installed/pam_mutex.so failed\n"
			  "auth requisite pam_deny.so\n"
			  "auth required pam_permit.so\n"
			  "auth requisite %1$s/tests/installed/pam_mutex.so finish\n"
			  "account requisite %1$s/tests/installed/pam_mutex.so\n"
			  "account required pam_permit.so\n",
			  build));
	write_file(SERVICES "/ours/other", 0644, "auth required pam_deny.so\naccount required pam_deny.so\n");
	write_file(SERVICES "/peers/other", 0644, "auth required pam_deny.so\naccount required pam_deny.so\n");
	write_file(SERVICES "/peers/sshd", 0644,
		   joined(text, sizeof text,
			  "auth required pam_faillock.so preauth\n"
			  "auth [success=1 default=bad] %1$s/tests/neighbour.so file=/etc/token auth=take\n"
			  "auth [default=die] pam_faillock.so authfail\n"
			  "auth required pam_faillock.so authsucc\n"
			  "auth required pam_google_authenticator.so user=root secret=/var/lib/google/${USER} allowed_perm=0600\n"
			  "account required pam_faillock.so\n"
			  "account required pam_permit.so\n",
			  build));
}

static void make_policy(const char *remote)
{
	char text[512];

	write_file("/etc/mutex/policy.conf", 0644,
		   joined(text, sizeof text, "[mfa]\nmode = enforce\nremote = %s\n[access]\nmode = enforce\nposture = off\n", remote));
}

static int enrol(struct login_state *state, void *context)
{
	const struct bed *bed = context;

	state->totp = bed->totp;
	return 0;
}

/* As `mutexctl apply` puts it in force. */
static void apply_policy(const struct bed *bed, const char *remote)
{
	int r;

	make_policy(remote);
	r = policy_image_write(&bed->paths);
	if (r < 0)
		die("the policy's image cannot be written: %s", strerror(-r));
}

static const char *under(const char *root, const char *name)
{
	static char path[PATH_MAX];

	return joined(path, sizeof path, "%s/%s", root, name);
}

static void mount_on(const char *what, const char *path, const char *type, unsigned long flags)
{
	if (mount(what, path, type, flags, type != NULL ? "mode=0755" : NULL) < 0)
		die("%s: cannot be mounted: %s", path, strerror(errno));
}

/* This computer's root once more, with an /etc of the bed's on a disk, an empty /run, and an empty /var/lib: that is on tmpfs or on the disk. What is
 * mounted ends with this process. */
static void enter(const char *folder, bool tmpfs)
{
	char root[PATH_MAX];

	(void)joined(root, sizeof root, "%s/root", folder);
	make_folder(root, 0755);
	make_folder(under(folder, "lib"), 0755);
	make_folder(under(folder, "etc"), 0755);
	run("cd /etc && cp -a --parents passwd group nsswitch.conf localtime ld.so.cache ld.so.conf ld.so.conf.d security '%s/etc'", folder);
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		die("no mounts of one's own: %s", strerror(errno));
	mount_on("/", root, NULL, MS_BIND | MS_REC);
	mount_on("bench", under(root, "run"), "tmpfs", 0);
	if (tmpfs)
		mount_on("bench", under(root, "var/lib"), "tmpfs", 0);
	else
		mount_on(under(folder, "lib"), joined((char[PATH_MAX]){""}, PATH_MAX, "%s/var/lib", root), NULL, MS_BIND);
	mount_on(under(folder, "etc"), joined((char[PATH_MAX]){""}, PATH_MAX, "%s/etc", root), NULL, MS_BIND);
	if (chroot(root) < 0 || chdir("/") < 0)
		die("%s: %s", root, strerror(errno));
}

/* So that the same code may be taken again. */
static void forget_code(const struct bed *bed)
{
	int r = login_store_change(&bed->paths, USER_UID, false, enrol, (void *)(uintptr_t)bed, NULL);

	if (r < 0)
		die("the login state cannot be written: %s", strerror(-r));
}

static void make_bed(struct bed *bed, const char *build)
{
	static const struct folder {
		const char *path;
		mode_t mode;
	} folders[] = {
		{"/etc/mutex", 0755},	      {"/etc/mutex/policy.d", 0755}, {"/etc/mutex/exceptions.d", 0755}, {SERVICES, 0755},		{SERVICES "/ours", 0755},	{SERVICES "/peers", 0755},
		{"/var/lib/google", 0755},    {"/var/lib/mutex", 0755},	     {"/var/lib/mutex/login", 0700},	{"/var/lib/mutex/policy", 0700},
		{"/run/systemd", 0755},	      {"/run/systemd/journal", 0755}, {"/run/mutex", 0755},		{"/run/faillock", 0755},
	};

	for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++)
		make_folder(folders[i].path, folders[i].mode);
	write_file("/var/lib/mutex/lines-on", 0600, "");
	write_file("/etc/hosts", 0644, "127.0.0.1 localhost\n127.0.1.1 bench.example.org bench\n");
	write_file("/etc/shadow", 0600, "root:*:20000:0:99999:7:::\n" USER ":" HASH ":20000:0:99999:7:::\n");
	write_google();
	if (paths_init(&bed->paths, "", getuid()) < 0)
		die("too long");
	bed->totp = (struct login_totp){.enrolled = true, .algorithm = FACTOR_SHA1, .digits = 6, .secret_len = 20};
	memcpy(bed->totp.secret, "12345678901234567890", 20);
	make_services(build);
	apply_policy(bed, "required");
	forget_code(bed);
	start_daemons(bed);
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
	write_google();
}

static double seconds(clockid_t clock)
{
	struct timespec t;

	(void)clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

struct cost {
	double cpu[ROUNDS], wall[ROUNDS]; /* microseconds */
	unsigned long syncs, records;     /* of all rounds */
	unsigned long syncs_most;         /* of one login */
};

static void note_syncs(struct cost *cost, unsigned long count)
{
	cost->syncs += count;
	if (count > cost->syncs_most)
		cost->syncs_most = count;
}

static void log_in(const struct bed *bed, const char *services, size_t round, struct cost *cost)
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
	r = pam_start_confdir("sshd", USER, &conv, services, &pamh);
	if (r == PAM_SUCCESS) {
		(void)pam_set_item(pamh, PAM_TTY, "ssh");
		(void)pam_set_item(pamh, PAM_RHOST, "192.0.2.7");
	}
	before = syncs;
	cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
	wall = seconds(CLOCK_MONOTONIC);
	if (r == PAM_SUCCESS)
		r = pam_authenticate(pamh, 0);
	if (r == PAM_SUCCESS)
		r = pam_acct_mgmt(pamh, 0);
	cost->cpu[round] = (seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu) * 1e6;
	cost->wall[round] = (seconds(CLOCK_MONOTONIC) - wall) * 1e6;
	note_syncs(cost, syncs - before);
	cost->records += take_records(bed->journal) + take_records(bed->syslog);
	(void)pam_end(pamh, r);
	if (r != PAM_SUCCESS)
		die("%s: the login was refused (%d), after %u questions", services, r, talk.hidden);
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

static void print(const char *where, const char *what, struct cost *cost)
{
	printf("%s: %s: %.0f us CPU, %.0f us wall, %.2f syncs, %.2f records\n", where, what, median(cost->cpu), median(cost->wall),
	       (double)cost->syncs / ROUNDS, (double)cost->records / ROUNDS);
}

/* The first login on a computer makes its key and its folders: not this one's cost. */
static void log_in_often(const struct bed *bed, struct cost *ours, struct cost *peers)
{
	static struct cost first;

	log_in(bed, SERVICES "/ours", 0, &first);
	if (peers != NULL)
		log_in(bed, SERVICES "/peers", 0, &first);
	for (size_t i = 0; i < ROUNDS; i++) {
		log_in(bed, SERVICES "/ours", i, ours);
		if (peers != NULL)
			log_in(bed, SERVICES "/peers", i, peers);
	}
}

/* Judged is what the aim is about: the state on tmpfs. */
static bool compare(const char *where, const char *build, bool judged)
{
	static const struct cost none;
	static struct cost ours, peers, plain;
	bool with_peers = peers_there();
	double our_cpu, peer_cpu;
	struct bed bed = {0};

	ours = peers = plain = none;
	make_bed(&bed, build);
	log_in_often(&bed, &ours, with_peers ? &peers : NULL);
	apply_policy(&bed, "off");
	log_in_often(&bed, &plain, NULL);
	stop_daemons(&bed);
	print(where, "password and code", &ours);
	print(where, "password alone", &plain);
	our_cpu = median(ours.cpu);
	peer_cpu = with_peers ? median(peers.cpu) : 0;
	if (with_peers) {
		print(where, "pam_faillock and pam_google_authenticator", &peers);
		printf("%s: with a code %.2f of the peers' CPU\n", where, our_cpu / peer_cpu);
	} else {
		printf("SKIPPED: pam_google_authenticator is not installed, so nothing to compare with\n");
	}
	return ours.syncs_most == 1 && ours.syncs == ROUNDS && plain.syncs == 0 && (!judged || our_cpu <= AIM_US) &&
	       (!judged || !with_peers || our_cpu < peer_cpu);
}

static bool compare_in_child(const char *where, const char *build, bool tmpfs)
{
	char folder[PATH_MAX];
	int status = -1;
	pid_t child;

	(void)joined(folder, sizeof folder, "%s/mutex-bench.XXXXXX", build);
	if (mkdtemp(folder) == NULL || chmod(folder, 0755) < 0)
		die("%s: %s", folder, strerror(errno));
	(void)fflush(stdout);
	child = fork();
	if (child == 0) {
		enter(folder, tmpfs);
		exit(compare(where, build, tmpfs) ? 0 : 1);
	}
	if (child < 0 || waitpid(child, &status, 0) < 0)
		die("no child: %s", strerror(errno));
	run("rm -rf --one-file-system -- '%s'", folder);
	return status == 0;
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
	good = compare_in_child("tmpfs", here, true);
	good = compare_in_child("disk", here, false) && good;
	puts(good ? "aims met" : "FAILED: an aim was missed");
	return good ? 0 : 1;
}

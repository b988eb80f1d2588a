/* SPDX-License-Identifier: BSD-2-Clause */
/* Login states on disk: made whole, changed under one lock, refused when anything is wrong with them; the same after kill -9 at any moment,
 * on a full or read-only disk, under a caller's limits, and for names that nobody has. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "file_root.h"
#include "login_store.h"

#define UID 1000
#define NOW_S 1800000000
#define WRITERS 10
#define SKIPPED 77

static struct paths paths;
static char user_file[PATHS_BYTES_MAX + 32];
static const struct lockout_rules rules = {.attempts = 5, .window_s = 900, .duration_s = 900, .max_duration_s = 14400, .hard_limit = 50};

static int setup(void **state)
{
	char root[FILE_ROOT_BYTES];

	(void)state;
	file_root_make("login_store", root);
	file_root_folders(root, "/var/lib/");
	assert_int_equal(paths_init(&paths, root, geteuid()), 0);
	(void)snprintf(user_file, sizeof user_file, "%s/%d", paths.login, UID);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	return file_root_remove(paths.root);
}

/* Counts its calls in comply_tag. */
static int add_one(struct login_state *s, void *unused)
{
	(void)unused;
	s->comply_tag++;
	return 0;
}

static int change_nothing(struct login_state *s, void *unused)
{
	(void)unused;
	s->comply_tag += 100;
	return 1;
}

static int refuse(struct login_state *s, void *unused)
{
	(void)unused;
	s->comply_tag += 100;
	return -EKEYREJECTED;
}

static int spoil(struct login_state *s, void *unused)
{
	(void)unused;
	s->comply_by_s = -1;
	return 0;
}

static int add(void)
{
	return login_store_change(&paths, UID, false, add_one, NULL, NULL);
}

/* On a computer so busy that two seconds are not enough, a caller asks again. */
static int add_at_last(void)
{
	int error;

	do
		error = add();
	while (error == -EAGAIN);
	return error;
}

static int tag_at_last(uint64_t *ret_tag)
{
	int error;

	do
		error = login_store_tag(&paths, UID, "secret", 6, ret_tag);
	while (error == -EAGAIN);
	return error;
}

/* How often add_one() was written; a negative errno as such. */
static int64_t count(void)
{
	struct login_state s;
	int error = login_store_read(&paths, UID, &s);

	return error < 0 ? error : (int64_t)s.comply_tag;
}

/* --- names that nobody has: as a login counts them --- */

static struct login_whose nobody_called(const char *name)
{
	struct login_whose whose;

	login_store_whose(&paths, false, (uid_t)-1, name, true, &whose);
	return whose;
}

struct failure {
	const struct login_source *source;
	uint64_t tag;
	int64_t now_s;
};

static int fail_password(struct login_state *s, void *context)
{
	const struct failure *f = context;

	return lockout_fail(s, &rules, f->source, LOGIN_GUESS_PASSWORD, f->tag, f->now_s) ? 0 : 1;
}

static int try_unknown(const char *name, const struct login_source *source, uint64_t tag, int64_t now_s)
{
	struct failure failure = {.source = source, .tag = tag, .now_s = now_s};
	struct login_whose whose = nobody_called(name);

	return login_store_change_of(&paths, &whose, false, fail_password, &failure, NULL);
}

static void makes_folder_and_file_for_root_alone(void **state)
{
	mode_t old_umask = umask(0277); /* a caller's umask decides nothing */
	struct login_state s;
	struct stat st;
	int read, changed, tagged;
	uint64_t tag;

	(void)state;
	read = login_store_read(&paths, UID, &s);
	assert_int_equal(access(paths.state, F_OK), -1); /* reading makes nothing */
	changed = login_store_change(&paths, UID, true, add_one, NULL, &s);
	tagged = login_store_tag(&paths, UID, "secret", 6, &tag);
	(void)umask(old_umask);
	assert_int_equal(read, 0);
	assert_int_equal(changed, 0);
	assert_int_equal(tagged, 0);
	assert_int_equal(s.comply_tag, 1);
	assert_int_equal(stat(paths.login, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	assert_int_equal(stat(user_file, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(st.st_size, LOGIN_FILE_BYTES);
	assert_true(st.st_blocks * 512 >= LOGIN_FILE_BYTES); /* no holes: a later write needs no room */
	assert_int_equal(stat(paths.key, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(st.st_size, 32);
	assert_int_equal(count(), 1);
}

/* What a process that was killed while it made the file left behind. */
static void sweeps_up_when_it_makes_a_file(void **state)
{
	char stale[PATHS_BYTES_MAX + 64], others[PATHS_BYTES_MAX + 64], living[PATHS_BYTES_MAX + 64];
	pid_t child = fork();

	(void)state;
	if (child == 0)
		_exit(0);
	assert_int_equal(waitpid(child, NULL, 0), child);
	assert_int_equal(login_store_change(&paths, UID + 1, false, add_one, NULL, NULL), 0);
	(void)snprintf(stale, sizeof stale, "%s/.%d.%d.0", paths.login, UID, (int)child);
	(void)snprintf(others, sizeof others, "%s/.%d0.%d.0", paths.login, UID, (int)child);
	(void)snprintf(living, sizeof living, "%s/.%d.%d.0", paths.login, UID, (int)getppid());
	assert_int_equal(close(open(living, O_WRONLY | O_CREAT | O_CLOEXEC, 0600)), 0);
	assert_int_equal(close(open(stale, O_WRONLY | O_CREAT | O_CLOEXEC, 0600)), 0);
	assert_int_equal(close(open(others, O_WRONLY | O_CREAT | O_CLOEXEC, 0600)), 0);
	assert_int_equal(add(), 0);
	assert_int_equal(access(stale, F_OK), -1);
	assert_int_equal(access(others, F_OK), 0);
	assert_int_equal(access(living, F_OK), 0); /* somebody is at it */
}

static void obeys_what_change_says(void **state)
{
	struct login_state s;

	(void)state;
	assert_int_equal(add(), 0);
	assert_int_equal(login_store_change(&paths, UID, false, change_nothing, NULL, &s), 0);
	assert_int_equal(s.comply_tag, 101); /* seen, not written */
	assert_int_equal(count(), 1);
	assert_int_equal(login_store_change(&paths, UID, false, refuse, NULL, NULL), -EKEYREJECTED);
	assert_int_equal(count(), 1);
	assert_int_equal(login_store_change(&paths, UID, false, spoil, NULL, NULL), -EINVAL); /* not written: nobody could read it */
	assert_int_equal(count(), 1);
	for (int i = 0; i < 7; i++)
		assert_int_equal(add(), 0);
	assert_int_equal(count(), 8);
}

static void lists_and_sets_aside(void **state)
{
	char other[PATHS_BYTES_MAX + 64];
	uid_t uids[2];
	int fd;

	(void)state;
	assert_int_equal(login_store_uids(&paths, uids, 2), 0);
	assert_int_equal(add(), 0);
	assert_int_equal(login_store_change(&paths, 0, false, add_one, NULL, NULL), 0);
	assert_int_equal(login_store_change(&paths, 4294967294, false, add_one, NULL, NULL), 0);
	(void)snprintf(other, sizeof other, "%s/01000", paths.login);
	fd = open(other, O_WRONLY | O_CREAT, 0600);
	assert_int_equal(close(fd), 0);
	assert_int_equal(login_store_uids(&paths, uids, 2), 3);
	assert_int_equal(login_store_set_aside(&paths, UID, NOW_S), 0);
	assert_int_equal(login_store_uids(&paths, uids, 2), 2);
	assert_int_equal(uids[0] + uids[1], 4294967294);
	(void)snprintf(other, sizeof other, "%s.damaged-2027-01-15T08:00:00Z", user_file);
	assert_int_equal(access(other, F_OK), 0);
	assert_int_equal(login_store_set_aside(&paths, UID, NOW_S), -ENOENT);
	assert_int_equal(add(), 0);
	assert_int_equal(count(), 1);
	assert_int_equal(login_store_set_aside(&paths, UID, NOW_S), -EEXIST); /* nothing kept for the administrator is lost */
	assert_int_equal(count(), 1);
}

/* --- what is wrong with the file --- */

static void is_damaged(void)
{
	int fd = open(user_file, O_WRONLY);

	assert_int_equal(pwrite(fd, "garbage", 7, 100), 7);
	assert_int_equal(pwrite(fd, "garbage", 7, LOGIN_SLOT_BYTES + 100), 7);
	assert_int_equal(close(fd), 0);
}
static void is_empty(void)
{
	assert_int_equal(truncate(user_file, 0), 0);
}
static void is_cut(void)
{
	assert_int_equal(truncate(user_file, LOGIN_FILE_BYTES - 1), 0);
}
static void is_longer(void)
{
	assert_int_equal(truncate(user_file, LOGIN_FILE_BYTES + 1), 0);
}
static void is_of_another_user(void)
{
	char other[PATHS_BYTES_MAX + 32];

	(void)snprintf(other, sizeof other, "%s/%d", paths.login, UID + 1);
	assert_int_equal(login_store_change(&paths, UID + 1, false, add_one, NULL, NULL), 0);
	assert_int_equal(rename(other, user_file), 0);
}
static void is_a_link(void)
{
	char other[PATHS_BYTES_MAX + 32];

	(void)snprintf(other, sizeof other, "%s/moved", paths.login);
	assert_int_equal(rename(user_file, other), 0);
	assert_int_equal(symlink(other, user_file), 0);
}
static void dangles(void)
{
	assert_int_equal(unlink(user_file), 0);
	assert_int_equal(symlink("/nowhere", user_file), 0);
}
static void has_two_names(void)
{
	char other[PATHS_BYTES_MAX + 32];

	(void)snprintf(other, sizeof other, "%s/second", paths.login);
	assert_int_equal(link(user_file, other), 0);
}
static void is_readable_by_all(void)
{
	assert_int_equal(chmod(user_file, 0644), 0);
}
static void is_a_folder(void)
{
	assert_int_equal(unlink(user_file), 0);
	assert_int_equal(mkdir(user_file, 0700), 0);
}
static void is_a_fifo(void)
{
	assert_int_equal(unlink(user_file), 0);
	assert_int_equal(mkfifo(user_file, 0600), 0);
}
static void folder_is_open(void)
{
	assert_int_equal(chmod(paths.login, 0755), 0);
}
static void folder_is_a_link(void)
{
	char other[PATHS_BYTES_MAX + 32];

	(void)snprintf(other, sizeof other, "%s/moved", paths.state);
	assert_int_equal(rename(paths.login, other), 0);
	assert_int_equal(symlink(other, paths.login), 0);
}
static void belongs_to_another(void)
{
	assert_int_equal(chown(user_file, 12345, (gid_t)-1), 0);
}
static void folder_belongs_to_another(void)
{
	assert_int_equal(chown(paths.login, 12345, (gid_t)-1), 0);
}

static const struct {
	const char *name;
	void (*spoil)(void);
	int error;
	bool needs_root;
} wrongs[] = {
	{"damaged in both slots", is_damaged, -EBADMSG},
	{"empty", is_empty, -EBADMSG},
	{"cut", is_cut, -EBADMSG},
	{"longer", is_longer, -EBADMSG},
	{"another user's", is_of_another_user, -EBADMSG},
	{"a link", is_a_link, -ELOOP},
	{"a dangling link", dangles, -ELOOP},
	{"two names", has_two_names, -EPERM},
	{"readable by all", is_readable_by_all, -EPERM},
	{"a folder", is_a_folder, -EISDIR},
	{"a fifo", is_a_fifo, -EINVAL},
	{"folder open to others", folder_is_open, -EPERM},
	{"folder is a link", folder_is_a_link, -ENOTDIR},
	{"another owner", belongs_to_another, -EPERM, .needs_root = true},
	{"another owner's folder", folder_belongs_to_another, -EPERM, .needs_root = true},
};

static void refuses_what_is_wrong(void **state)
{
	for (size_t i = 0; i < sizeof wrongs / sizeof *wrongs; i++) {
		int64_t read;
		int changed;

		if (wrongs[i].needs_root && geteuid() != 0)
			continue;
		assert_int_equal(add(), 0);
		wrongs[i].spoil();
		read = count();
		changed = add();
		if (read != wrongs[i].error || changed != wrongs[i].error)
			fail_msg("%s: read says %s, change %s", wrongs[i].name, strerrorname_np((int)-read), strerrorname_np(-changed));
		assert_true(strlen(login_store_strerror(changed)) > 10);
		assert_int_equal(teardown(state), 0);
		assert_int_equal(setup(state), 0);
	}
}

static void survives_one_damaged_slot(void **state)
{
	int fd;

	(void)state;
	assert_int_equal(add(), 0); /* slot 1 */
	fd = open(user_file, O_WRONLY);
	assert_int_equal(pwrite(fd, "garbage", 7, 200), 7); /* slot 0 */
	assert_int_equal(close(fd), 0);
	assert_int_equal(count(), 1);
	assert_int_equal(add(), 0);
	assert_int_equal(count(), 2);
}

/* Counts how often a secret of eight bytes stands in the file. */
static int secrets_in_file(void)
{
	char bytes[16384];
	int fd = open(user_file, O_RDONLY), count = 0;
	ssize_t n = read(fd, bytes, sizeof bytes);

	assert_int_equal(close(fd), 0);
	for (ssize_t i = 0; i + 8 <= n; i++)
		count += memcmp(bytes + i, "seCret-!", 8) == 0;
	return count;
}

static int enrol_secret(struct login_state *s, void *unused)
{
	(void)unused;
	s->totp = (struct login_totp){.enrolled = true, .digits = 6, .secret_len = 20};
	memcpy(s->totp.secret, "seCret-!", 8);
	return 0;
}

static int take_secret_away(struct login_state *s, void *unused)
{
	(void)unused;
	if (!s->totp.enrolled)
		return 1;
	explicit_bzero(&s->totp, sizeof s->totp);
	return 0;
}

static void what_goes_for_good_is_in_neither_slot(void **state)
{
	struct stat before, after;

	(void)state;
	assert_int_equal(login_store_change_for_good(&paths, UID, take_secret_away, NULL), 0);
	assert_int_equal(login_store_change(&paths, UID, true, enrol_secret, NULL, NULL), 0);
	assert_int_equal(secrets_in_file(), 1);
	assert_int_equal(login_store_change_for_good(&paths, UID, take_secret_away, NULL), 0);
	assert_int_equal(secrets_in_file(), 0);
	assert_int_equal(stat(user_file, &before), 0);
	assert_int_equal(login_store_change_for_good(&paths, UID, take_secret_away, NULL), 0);
	assert_int_equal(stat(user_file, &after), 0);
	assert_int_equal(before.st_mtim.tv_nsec, after.st_mtim.tv_nsec);
}

/* --- a uid that gets another account --- */

static int change_as(const char *name)
{
	struct login_whose whose = login_store_person(geteuid(), name);

	return login_store_change_of(&paths, &whose, false, add_one, NULL, NULL);
}

static int read_as(const char *name)
{
	struct login_whose whose = login_store_person(geteuid(), name);
	struct login_state s;

	return login_store_read_of(&paths, &whose, &s);
}

/* Of our own uid, so that its name is one that the system knows. As root, whose state is never shut, as another one. */
static void a_state_is_of_one_account(void **state)
{
	const struct passwd *pw = getpwnam("nobody");
	pid_t child;
	int status;

	(void)state;
	if (geteuid() != 0 || pw == NULL)
		skip();
	assert_int_equal(change_as("whoever"), 0); /* root's: no name is kept */
	assert_int_equal(change_as("somebody-else"), 0);
	child = fork();
	if (child == 0) {
		if (chmod(paths.root, 0755) < 0 || chmod(paths.state, 0755) < 0 || chown(paths.login, pw->pw_uid, 0) < 0 ||
		    setresuid(pw->pw_uid, pw->pw_uid, pw->pw_uid) < 0)
			_exit(1);
		paths.owner = geteuid();
		if (change_as(NULL) != 0 || change_as("gone-since") != 0 || change_as("gone-since") != 0 || read_as("gone-since") != 0)
			_exit(2); /* the first name that is told is kept */
		if (change_as("newcomer") != -EOWNERDEAD || read_as("newcomer") != -EOWNERDEAD || read_as(NULL) != 0)
			_exit(3);
		if (login_store_set_aside(&paths, geteuid(), 1) != 0 || change_as("nobody") != 0 || change_as("newcomer") != 0)
			_exit(4); /* two names of one uid that are both there */
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_true(strstr(login_store_strerror(-EOWNERDEAD), "mutexctl forget") != NULL);
}

/* --- one who holds the lock and does not let go --- */

/* A child that takes the file's lock, is stopped in the middle of its change, and goes on when it is told so. */
struct stopped {
	pid_t pid;
	int report;
};

static int stop_in_the_middle(struct login_state *s, void *unused)
{
	(void)unused;
	if (s->comply_tag == 1)
		(void)raise(SIGSTOP); /* the first time */
	s->comply_tag += 10;
	return 0;
}

static struct stopped stop_one_in_the_middle(void)
{
	struct stopped stopped;
	int fds[2], status;

	assert_int_equal(pipe(fds), 0);
	stopped.report = fds[0];
	stopped.pid = fork();
	if (stopped.pid == 0) {
		int error = login_store_change(&paths, UID, true, stop_in_the_middle, NULL, NULL);

		_exit(write(fds[1], &error, sizeof error) == sizeof error ? 0 : 1);
	}
	assert_int_equal(close(fds[1]), 0);
	assert_int_equal(waitpid(stopped.pid, &status, WUNTRACED), stopped.pid);
	assert_true(WIFSTOPPED(status));
	return stopped;
}

static int go_on(const struct stopped *stopped)
{
	int error = 1, status;

	assert_int_equal(kill(stopped->pid, SIGCONT), 0);
	assert_int_equal(read(stopped->report, &error, sizeof error), sizeof error);
	assert_int_equal(waitpid(stopped->pid, &status, 0), stopped->pid);
	assert_int_equal(close(stopped->report), 0);
	return error;
}

/* Somebody may stop a su of his for as long as he likes: the owner gets on all the same, and what the stopped one writes is not lost. */
static void one_who_is_stopped_keeps_nobody_out(void **state)
{
	struct stopped stopped;
	struct stat st;

	(void)state;
	assert_int_equal(add(), 0);
	stopped = stop_one_in_the_middle();
	assert_int_equal(add(), 0);
	assert_int_equal(count(), 2);
	assert_int_equal(add(), 0);
	assert_int_equal(go_on(&stopped), 0);
	assert_int_equal(count(), 13);
	assert_int_equal(stat(user_file, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(st.st_nlink, 1);
}

/* A setuid program, which its caller may stop, takes nothing from nobody: it would be the next to be stopped with it. */
static void a_setuid_program_only_waits(void **state)
{
	struct stopped stopped;
	pid_t child;
	int status;

	(void)state;
	if (geteuid() != 0)
		skip();
	assert_int_equal(add(), 0);
	stopped = stop_one_in_the_middle();
	child = fork();
	if (child == 0)
		_exit(setresuid(12345, 0, 0) == 0 && add() == -EAGAIN ? 0 : 1);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(go_on(&stopped), 0);
	assert_int_equal(count(), 11);
}

/* Whoever was about to replace it was killed behind the mark. */
static void a_marked_file_is_replaced(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip(); /* only root opens a file without rights */
	assert_int_equal(add(), 0);
	assert_int_equal(chmod(user_file, 0), 0);
	assert_int_equal(count(), 1);
	assert_int_equal(add(), 0);
	assert_int_equal(count(), 2);
}

/* --- what the caller's caller may set --- */

static void soft_limits_are_raised(void **state)
{
	struct rlimit old, low, seen;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	low = (struct rlimit){.rlim_cur = 1, .rlim_max = old.rlim_max};
	for (int i = 1; i <= 3; i++) { /* SIGXFSZ would end us */
		int result;

		assert_int_equal(setrlimit(RLIMIT_FSIZE, &low), 0);
		result = add();
		assert_int_equal(getrlimit(RLIMIT_FSIZE, &seen), 0);
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
		assert_int_equal(result, 0);
		assert_int_equal(seen.rlim_cur, 1);
		assert_int_equal(count(), i);
	}
}

/* As an ordinary user in a name space of his own, hard limits stand. */
static void hard_limits_are_a_reason_not_a_death(void **state)
{
	struct rlimit hard = {.rlim_cur = 4096, .rlim_max = 4096};
	pid_t child;
	int status;

	(void)state;
	assert_int_equal(add(), 0);
	child = fork();
	if (child == 0) {
		if (geteuid() == 0 && (chmod(paths.root, 0755) < 0 || chown(paths.login, 12345, 0) < 0 || chown(user_file, 12345, 0) < 0 ||
				       setresuid(12345, 12345, 12345) < 0))
			_exit(1);
		paths.owner = geteuid();
		if (setrlimit(RLIMIT_FSIZE, &hard) < 0)
			_exit(2);
		_exit(add() == -EFBIG && count() == 1 ? 0 : 3);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

/* All descriptors in use: failures must not go uncounted for that. */
static void a_limit_on_descriptors_hides_nothing(void **state)
{
	struct rlimit old, low;
	int fds[4], result;

	(void)state;
	assert_int_equal(add(), 0);
	for (size_t i = 0; i < 4; i++)
		fds[i] = open("/dev/null", O_RDONLY | O_CLOEXEC);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &old), 0);
	low = (struct rlimit){.rlim_cur = (rlim_t)fds[3] + 1, .rlim_max = old.rlim_max};
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &low), 0);
	assert_int_equal(open("/dev/null", O_RDONLY | O_CLOEXEC), -1);
	result = add();
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &low), 0);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &old), 0);
	assert_int_equal(result, 0);
	assert_int_equal(low.rlim_cur, fds[3] + 1);
	assert_int_equal(count(), 2);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(close(fds[i]), 0);
}

/* --- disks --- */

static bool write_file(const char *path, const char *line)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	return fd >= 0 && write(fd, line, strlen(line)) == (ssize_t)strlen(line) && close(fd) == 0;
}

/* Mounts of our own, as root or as an ordinary user where the kernel allows that. */
static bool own_mounts(void)
{
	char uid_map[64], gid_map[64];

	(void)snprintf(uid_map, sizeof uid_map, "0 %d 1", (int)geteuid());
	(void)snprintf(gid_map, sizeof gid_map, "0 %d 1", (int)getegid());
	if (unshare(CLONE_NEWNS) < 0 && (unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0 || !write_file("/proc/self/setgroups", "deny") ||
					 !write_file("/proc/self/uid_map", uid_map) || !write_file("/proc/self/gid_map", gid_map)))
		return false;
	return mount("none", "/", "", MS_REC | MS_PRIVATE, NULL) == 0;
}

/* In a mount name space of a child: a small disk below the root folder. SKIPPED where the kernel lets nobody have one. */
static int on_small_disk(int (*story)(const char *disk))
{
	char disk[PATHS_BYTES_MAX + 16];
	int status;
	pid_t child = fork();

	if (child == 0) {
		(void)snprintf(disk, sizeof disk, "%s/var/lib", paths.root);
		if (!own_mounts() || mount("none", disk, "tmpfs", 0, "size=96k,mode=755") < 0)
			_exit(SKIPPED);
		paths.owner = geteuid();
		_exit(story(disk));
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* True when not one byte more fits. */
static bool fill_up(const char *disk)
{
	char path[PATHS_BYTES_MAX + 8], block[512] = {1};
	int fd;

	(void)snprintf(path, sizeof path, "%s/full", disk);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	while (fd >= 0 && write(fd, block, sizeof block) > 0)
		;
	return fd >= 0 && errno == ENOSPC && close(fd) == 0;
}

static int full_disk(const char *disk)
{
	struct login_state s;

	if (add() != 0 || !fill_up(disk))
		return 1;
	for (int i = 2; i < 6; i++) /* in place: needs no room */
		if (add() != 0 || count() != i)
			return 2;
	/* the file of another cannot be made: told, and what would be is known */
	if (login_store_change(&paths, UID + 1, true, add_one, NULL, &s) != -ENOSPC || s.comply_tag != 1)
		return 3;
	if (login_store_read(&paths, UID + 1, &s) != 0 || s.comply_tag != 0)
		return 4;
	return login_store_change(&paths, UID + 1, true, refuse, NULL, &s) == -EKEYREJECTED ? 0 : 5;
}

static int read_only_disk(const char *disk)
{
	struct login_state s;
	uint64_t tag, again;

	if (add() != 0 || login_store_tag(&paths, UID, "secret", 6, &tag) != 0 ||
	    mount("none", disk, "tmpfs", MS_REMOUNT | MS_RDONLY, NULL) < 0)
		return 1;
	if (count() != 1)
		return 2;
	if (login_store_change(&paths, UID, true, add_one, NULL, &s) != -EROFS || s.comply_tag != 2 || count() != 1)
		return 3;
	if (login_store_change(&paths, UID + 1, true, add_one, NULL, &s) != -EROFS || s.comply_tag != 1)
		return 4;
	if (login_store_tag(&paths, UID, "secret", 6, &again) != 0 || again != tag)
		return 5;
	return try_unknown("nobody", &(struct login_source){.side = LOGIN_REMOTE}, 0, NOW_S) == -EROFS ? 0 : 6;
}

static int read_only_and_new(const char *disk)
{
	struct login_state s;
	uint64_t tag;

	if (mount("none", disk, "tmpfs", MS_REMOUNT | MS_RDONLY, NULL) < 0)
		return 1;
	if (count() != 0)
		return 2;
	if (login_store_change(&paths, UID, true, add_one, NULL, &s) != -EROFS || s.comply_tag != 1)
		return 3;
	return login_store_tag(&paths, UID, "secret", 6, &tag) == -EROFS ? 0 : 4;
}

static int runs_dry(const char *disk)
{
	return fill_up(disk) && login_store_change(&paths, UID, true, add_one, NULL, NULL) == -ENOSPC && count() == 0 ? 0 : 1;
}

static void run_on_small_disk(int (*story)(const char *disk))
{
	int status = on_small_disk(story);

	if (status == SKIPPED)
		skip();
	assert_int_equal(status, 0);
}

static void a_full_disk_changes_nothing(void **state)
{
	(void)state;
	run_on_small_disk(full_disk);
}
static void a_full_disk_from_the_start_is_told(void **state)
{
	(void)state;
	run_on_small_disk(runs_dry);
}
static void a_read_only_disk_is_told(void **state)
{
	(void)state;
	run_on_small_disk(read_only_disk);
}
static void a_read_only_disk_without_a_state_is_told(void **state)
{
	(void)state;
	run_on_small_disk(read_only_and_new);
}

/* --- many at once, and a sudden end --- */

static void ten_writers_lose_nothing(void **state)
{
	pid_t children[WRITERS];
	int status;

	(void)state;
	for (int i = 0; i < WRITERS; i++) {
		children[i] = fork();
		if (children[i] == 0) {
			int error = 0;

			for (int j = 0; j < 20 && error == 0; j++)
				error = add_at_last();
			_exit(error == 0 ? 0 : 1);
		}
	}
	for (int i = 0; i < WRITERS; i++) {
		assert_int_equal(waitpid(children[i], &status, 0), children[i]);
		assert_int_equal(status, 0);
	}
	assert_int_equal(count(), WRITERS * 20);
}

/* Runs add() in a child, which is killed before its system call of that number. False when it ended before. */
static bool kill_before_call(int number)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0)
			_exit(SKIPPED);
		(void)raise(SIGSTOP);
		_exit(add() == 0 ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	if (WIFEXITED(status))
		return false;
	for (int stops = 0; stops < 2 * number; stops++) {
		assert_int_equal(ptrace(PTRACE_SYSCALL, child, NULL, NULL), 0);
		assert_int_equal(waitpid(child, &status, 0), child);
		if (WIFEXITED(status)) {
			assert_int_equal(status, 0);
			return false;
		}
	}
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	return true;
}

/* At each system call: what is there afterwards is what was there before, or one more, and everything goes on. */
static void survives_kill_9_at_each_call(void **state)
{
	int64_t before = 0, after;
	int killed = 0, lost = 0;

	while (kill_before_call(killed)) {
		killed++;
		after = count();
		assert_in_range(after, before, before + 1);
		lost += after == before;
		assert_int_equal(add(), 0);
		assert_int_equal(count(), after + 1);
		before = after + 1;
		if (killed < 30) { /* the first time there is no file: the longer way, once for each call of it */
			assert_int_equal(teardown(state), 0);
			assert_int_equal(setup(state), 0);
			before = 0;
		}
	}
	if (killed == 0)
		skip(); /* nobody may be traced here, as under valgrind */
	assert_true(killed > 15 && lost > 10);
}

/* --- names that nobody has --- */

static struct login_source source_of(const char *rhost)
{
	struct login_source source;

	login_source_make(LOGIN_REMOTE, rhost, NULL, &source);
	return source;
}

static struct lockout judge_unknown(const char *name, const struct login_source *source)
{
	struct login_whose whose = nobody_called(name);
	struct login_state s;

	assert_int_equal(login_store_read_of(&paths, &whose, &s), 0);
	return lockout_judge(&s, &rules, source, LOGIN_GUESS_PASSWORD, NOW_S + 10);
}

static void fail_unknown(const char *name, const struct login_source *source, int times, uint64_t tag)
{
	for (int i = 0; i < times; i++)
		assert_int_equal(try_unknown(name, source, tag, NOW_S + i), 0);
}

static void counts_unknown_names_like_known_ones(void **state)
{
	struct login_source home = source_of("192.0.2.1"), office = source_of("198.51.100.7");

	(void)state;
	assert_int_equal(judge_unknown("mallory", &home).kind, LOCKOUT_NONE);
	fail_unknown("mallory", &home, 4, 0);
	assert_int_equal(judge_unknown("mallory", &home).failures, 4);
	fail_unknown("mallory", &home, 1, 0);
	assert_int_equal(judge_unknown("mallory", &home).kind, LOCKOUT_FOR_A_TIME);
	assert_int_equal(judge_unknown("mallory", &home).left_s, 900 - 10);
	assert_int_equal(judge_unknown("mallory", &office).kind, LOCKOUT_NONE);
	assert_int_equal(judge_unknown("trudy", &home).kind, LOCKOUT_NONE);
	fail_unknown("trudy", &home, 30, 7);
	assert_int_equal(judge_unknown("trudy", &home).failures, 1);
	for (int i = 0; i < 10; i++) { /* the hard limit, from ten sources */
		char rhost[32];
		struct login_source other;

		(void)snprintf(rhost, sizeof rhost, "203.0.113.%d", i);
		other = source_of(rhost);
		fail_unknown("mallory", &other, 5, 0);
	}
	assert_int_equal(judge_unknown("mallory", &office).kind, LOCKOUT_DISABLED);
}

/* Two names in one file: neither sees the other's failures, nor its hard limit. */
static void keeps_unknown_names_apart_in_one_file(void **state)
{
	struct login_source home = source_of("192.0.2.1"), other;
	size_t files = 0, names = 0;
	char command[PATHS_BYTES_MAX + 64], name[32];
	FILE *pipe;

	(void)state;
	for (int i = 0; i < 11; i++) {
		(void)snprintf(name, sizeof name, "203.0.113.%d", i);
		other = source_of(name);
		fail_unknown("victim", &other, 5, 0);
	}
	assert_int_equal(judge_unknown("victim", &home).kind, LOCKOUT_DISABLED);
	for (names = 0; names < 1500; names++) { /* some share its file */
		(void)snprintf(name, sizeof name, "stranger%zu", names);
		assert_int_equal(judge_unknown(name, &home).kind, LOCKOUT_NONE);
	}
	for (names = 0; names < 300; names++) {
		(void)snprintf(name, sizeof name, "name%zu", names);
		assert_int_equal(judge_unknown(name, &home).failures, 0);
		fail_unknown(name, &home, 1 + (int)names % 4, 0);
		assert_int_equal(judge_unknown(name, &home).failures, 1 + names % 4);
	}
	(void)snprintf(command, sizeof command, "ls '%s' | grep -vc lock", paths.unknown);
	pipe = popen(command, "r");
	assert_non_null(pipe);
	assert_int_equal(fscanf(pipe, "%zu", &files), 1);
	assert_int_equal(pclose(pipe), 0);
	assert_in_range(files, 100, 256); /* shared, and bounded */
	(void)snprintf(command, sizeof command, "grep -rlq name '%s'", paths.unknown);
	assert_int_not_equal(system(command), 0); /* no name is kept */
}

#define CALLS_MAX 256
struct calls {
	uint64_t numbers[CALLS_MAX];
	size_t count;
};

static int fail_at_home(struct login_state *s, void *unused)
{
	struct login_source home = source_of("192.0.2.1");

	(void)unused;
	(void)lockout_fail(s, &rules, &home, LOGIN_GUESS_PASSWORD, 0, NOW_S);
	return 0;
}

/* A whole try, as the login lines make one: look, reserve, fail. name NULL = the known person. */
static int fail_once(const char *name)
{
	struct login_whose whose;
	struct login_state s;
	int error;

	login_store_whose(&paths, name == NULL, UID, name != NULL ? name : "alice", true, &whose);
	error = login_store_read_of(&paths, &whose, &s);
	for (int i = 0; i < 2 && error == 0; i++)
		error = login_store_change_of(&paths, &whose, false, fail_at_home, NULL, NULL);
	return error;
}

/* The system calls of a child that does that. Empty where nobody may be traced; too many under valgrind, which makes its own. */
static void trace(const char *name, struct calls *ret_calls)
{
	struct __ptrace_syscall_info info = {0};
	pid_t child = fork();
	int status;

	*ret_calls = (struct calls){0};
	if (child == 0) {
		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0)
			_exit(0);
		(void)raise(SIGSTOP);
		_exit(fail_once(name) == 0 ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	if (!WIFEXITED(status))
		assert_int_equal(ptrace(PTRACE_SETOPTIONS, child, NULL, PTRACE_O_TRACESYSGOOD), 0);
	while (!WIFEXITED(status)) {
		assert_int_equal(ptrace(PTRACE_SYSCALL, child, NULL, NULL), 0);
		assert_int_equal(waitpid(child, &status, 0), child);
		if (WIFSTOPPED(status) && ptrace(PTRACE_GET_SYSCALL_INFO, child, sizeof info, &info) > 0 &&
		    info.op == PTRACE_SYSCALL_INFO_ENTRY)
			ret_calls->numbers[ret_calls->count++ % CALLS_MAX] = info.entry.nr;
	}
	assert_int_equal(status, 0);
}

static void unknown_names_make_the_same_system_calls(void **state)
{
	struct calls known, unknown;

	(void)state;
	assert_int_equal(fail_once(NULL), 0); /* makes the key */
	assert_int_equal(fail_once("mallory"), 0);
	trace(NULL, &known);
	if (known.count == 0 || getenv("LD_PRELOAD") != NULL)
		skip();
	trace("mallory", &unknown);
	assert_in_range(known.count, 20, CALLS_MAX);
	assert_int_equal(known.count, unknown.count);
	assert_memory_equal(known.numbers, unknown.numbers, known.count * sizeof known.numbers[0]);
}

/* The first try of all, when both must make their file. */
static void unknown_names_make_the_same_first_calls(void **state)
{
	struct calls known, unknown;
	uint64_t tag;

	(void)state;
	assert_int_equal(login_store_tag(&paths, UID, "secret", 6, &tag), 0);
	assert_int_equal(mkdir(paths.login, 0700), 0); /* as apply does */
	assert_int_equal(mkdir(paths.unknown, 0700), 0);
	trace(NULL, &known);
	if (known.count == 0 || getenv("LD_PRELOAD") != NULL)
		skip();
	trace("mallory", &unknown);
	assert_in_range(known.count, 40, CALLS_MAX);
	assert_int_equal(known.count, unknown.count);
	assert_memory_equal(known.numbers, unknown.numbers, known.count * sizeof known.numbers[0]);
}

static void an_unknown_name_keeps_no_factor(void **state)
{
	struct login_whose whose = nobody_called("mallory");
	struct login_state s;

	(void)state;
	assert_int_equal(login_store_change_of(&paths, &whose, false, add_one, NULL, &s), 0);
	assert_int_equal(login_store_read_of(&paths, &whose, &s), 0);
	assert_int_equal(s.comply_tag, 0);
}

/* --- the key --- */

static void tags_are_keyed(void **state)
{
	struct paths other = paths;
	uint64_t a, again, b, c, d;
	int fd;

	(void)state;
	assert_int_equal(login_store_tag(&paths, UID, "secret", 6, &a), 0);
	assert_int_equal(login_store_tag(&paths, UID, "secret", 6, &again), 0);
	assert_int_equal(login_store_tag(&paths, UID, "secret!", 7, &b), 0);
	assert_int_equal(login_store_tag(&paths, UID + 1, "secret", 6, &c), 0);
	assert_true(a == again && a != b && a != c && a != 0);
	other.key[strlen(other.key) - 1] = '2';
	assert_int_equal(login_store_tag(&other, UID, "secret", 6, &d), 0);
	assert_true(a != d);
	assert_int_equal(truncate(paths.key, 31), 0);
	assert_int_equal(login_store_tag(&paths, UID, "secret", 6, &d), -EBADMSG); /* never made anew by itself */
	assert_int_equal(unlink(paths.key), 0);
	fd = open(paths.key, O_WRONLY | O_CREAT, 0644);
	assert_int_equal(close(fd), 0);
	assert_int_equal(login_store_tag(&paths, UID, "secret", 6, &d), -EPERM);
}

/* One that is damaged must not tell who exists: both are counted and locked out, and both say what is wrong. */
static void without_a_key_names_are_counted_all_the_same(void **state)
{
	struct login_source home = source_of("192.0.2.1");
	struct login_whose known, unknown;
	uint64_t tag;

	(void)state;
	assert_int_equal(login_store_tag(&paths, UID, "secret", 6, &tag), 0);
	fail_unknown("mallory", &home, 4, 0);
	assert_int_equal(truncate(paths.key, 31), 0);
	fail_unknown("mallory", &home, 5, 0);
	assert_int_equal(judge_unknown("mallory", &home).kind, LOCKOUT_FOR_A_TIME);
	assert_int_equal(judge_unknown("trudy", &home).kind, LOCKOUT_NONE);
	assert_int_equal(add(), 0);
	login_store_whose(&paths, true, UID, "alice", true, &known);
	login_store_whose(&paths, false, (uid_t)-1, "mallory", true, &unknown);
	assert_int_equal(known.key_error, -EBADMSG);
	assert_int_equal(unknown.key_error, -EBADMSG);
}

/* The folder is root's to remove, by mistake: that must not take away everybody's second factor. */
static void a_removed_folder_is_no_empty_state(void **state)
{
	struct login_state s;
	int fd;

	(void)state;
	assert_int_equal(add(), 0);
	fd = open(paths.lines_on, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_int_equal(close(fd), 0);
	assert_int_equal(count(), 1);
	assert_int_equal(unlink(user_file), 0);
	assert_int_equal(count(), 0); /* a person without a file has an empty one */
	assert_int_equal(add(), 0);
	assert_int_equal(rename(paths.login, paths.history), 0);
	assert_int_equal(login_store_read(&paths, UID, &s), -ENOLINK);
	assert_int_equal(add(), -ENOLINK);
	assert_int_equal(access(paths.login, F_OK), -1);
	assert_int_equal(try_unknown("nobody", &(struct login_source){.side = LOGIN_REMOTE}, 0, NOW_S), -ENOLINK);
	assert_true(strlen(login_store_strerror(-ENOLINK)) > 10);
	assert_int_equal(unlink(paths.lines_on), 0); /* not switched on: nobody was promised anything */
	assert_int_equal(add(), 0);
}

static void all_make_the_same_key(void **state)
{
	int fds[2];
	uint64_t first = 0, tag;

	(void)state;
	assert_int_equal(pipe(fds), 0);
	for (int i = 0; i < WRITERS; i++)
		if (fork() == 0)
			_exit(tag_at_last(&tag) == 0 && write(fds[1], &tag, sizeof tag) == sizeof tag ? 0 : 1);
	for (int i = 0; i < WRITERS; i++) {
		int status;

		assert_true(wait(&status) > 0 && status == 0);
		assert_int_equal(read(fds[0], &tag, sizeof tag), sizeof tag);
		first = i == 0 ? tag : first;
		assert_true(tag == first);
	}
	assert_int_equal(close(fds[0]), 0);
	assert_int_equal(close(fds[1]), 0);
}

/* --- processes --- */

static void knows_who_is_alive(void **state)
{
	struct login_process self, other;
	char boot_id[37];
	siginfo_t info;
	pid_t child;

	(void)state;
	assert_int_equal(clock_boot_id(boot_id), 0);
	login_process_self(boot_id, &self);
	assert_int_equal(self.pid, getpid());
	assert_true(login_process_alive(&self, NULL));
	other = self;
	other.since_ticks++;
	assert_true(login_process_alive(&other, NULL)); /* a later try of it */
	other.since_ticks = 0;
	assert_false(login_process_alive(&other, NULL)); /* the number came again */
	other = self;
	other.boot_id[0] ^= 1;
	assert_false(login_process_alive(&other, NULL)); /* before the restart */
	child = fork();
	if (child == 0)
		for (;;)
			(void)pause();
	other = self;
	other.pid = child;
	for (other.since_ticks = self.since_ticks; !login_process_alive(&other, NULL); other.since_ticks++)
		assert_true(other.since_ticks <= clock_boot_ticks());
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT), 0);
	assert_false(login_process_alive(&other, NULL)); /* dead, though nobody has fetched it yet */
	assert_int_equal(waitpid(child, NULL, 0), child);
	assert_false(login_process_alive(&other, NULL));
}

int main(void)
{
#define ROW(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		ROW(makes_folder_and_file_for_root_alone),
		ROW(sweeps_up_when_it_makes_a_file),
		ROW(obeys_what_change_says),
		ROW(lists_and_sets_aside),
		ROW(refuses_what_is_wrong),
		ROW(survives_one_damaged_slot),
		ROW(what_goes_for_good_is_in_neither_slot),
		ROW(one_who_is_stopped_keeps_nobody_out),
		ROW(a_setuid_program_only_waits),
		ROW(a_marked_file_is_replaced),
		ROW(soft_limits_are_raised),
		ROW(hard_limits_are_a_reason_not_a_death),
		ROW(a_state_is_of_one_account),
		ROW(a_limit_on_descriptors_hides_nothing),
		ROW(a_full_disk_changes_nothing),
		ROW(a_full_disk_from_the_start_is_told),
		ROW(a_read_only_disk_is_told),
		ROW(a_read_only_disk_without_a_state_is_told),
		ROW(ten_writers_lose_nothing),
		ROW(survives_kill_9_at_each_call),
		ROW(counts_unknown_names_like_known_ones),
		ROW(keeps_unknown_names_apart_in_one_file),
		ROW(unknown_names_make_the_same_system_calls),
		ROW(unknown_names_make_the_same_first_calls),
		ROW(an_unknown_name_keeps_no_factor),
		ROW(tags_are_keyed),
		ROW(without_a_key_names_are_counted_all_the_same),
		ROW(a_removed_folder_is_no_empty_state),
		ROW(all_make_the_same_key),
		cmocka_unit_test(knows_who_is_alive),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

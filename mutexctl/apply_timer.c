/* SPDX-License-Identifier: BSD-2-Clause */
/* The timer of apply --confirm: systemd's, or a process of our own. */
#include "apply_timer.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "child.h"
#include "command.h"
#include "file.h"
#include "text.h"

#define SYSTEMD_RUN "/usr/bin/systemd-run"
#define SYSTEMCTL "/usr/bin/systemctl"
#define TIMER_NAME "mutexctl-rollback"
#define BOOT_UNIT_NAME "mutexctl-rollback-boot.service"
#define BOOT_UNIT "/etc/systemd/system/" BOOT_UNIT_NAME
#define BOOT_WANTS "/etc/systemd/system/multi-user.target.wants"
#define NS_PER_S INT64_C(1000000000)

bool apply_has_systemd(const struct paths *paths)
{
	struct stat st;

	return *paths->root == '\0' && stat("/run/systemd/system", &st) == 0 && S_ISDIR(st.st_mode);
}

static int own_path(char (*ret_path)[PAM_TREE_PATH_MAX])
{
	ssize_t len = readlink("/proc/self/exe", *ret_path, sizeof *ret_path - 1);

	if (len < 0)
		return -errno;
	(*ret_path)[len] = '\0';
	return 0;
}

/* A transient timer is gone after a restart. This unit is not; it does nothing but after one (the journal's boot id tells). */
static int write_boot_unit(const char *program)
{
	char bytes[PAM_TREE_PATH_MAX + 512];
	struct text t;
	int error;

	TEXT_INTO(&t, bytes);
	text_add(&t, "# Written by mutexctl apply --confirm, removed when it is confirmed or rolled back.\n[Unit]\n"
		     "Description=Roll back mutexctl apply, which nobody confirmed before the restart\n"
		     "After=local-fs.target systemd-tmpfiles-setup.service\nBefore=systemd-user-sessions.service\n\n"
		     "[Service]\nType=oneshot\nExecStart=");
	text_add(&t, program);
	text_add(&t, " remove --rollback\n");
	error = text_end(&t);
	if (error == 0)
		error = file_replace(BOOT_UNIT, bytes, t.len, 0644);
	if (error == 0)
		error = file_make_folder(BOOT_WANTS, 0755, 0);
	if (error == 0 && symlink(BOOT_UNIT, BOOT_WANTS "/" BOOT_UNIT_NAME) < 0 && errno != EEXIST)
		error = -errno;
	return error;
}

static void remove_boot_unit(void)
{
	(void)unlink(BOOT_WANTS "/" BOOT_UNIT_NAME);
	(void)unlink(BOOT_UNIT);
}

static int start_unit(int64_t wait_s)
{
	char path[PAM_TREE_PATH_MAX], when[64], output[1024];
	/* --collect: a rollback that failed must not keep the name from the next apply. */
	const char *const argv[] = {SYSTEMD_RUN, "--quiet", "--collect", "--unit=" TIMER_NAME, when, "--timer-property=AccuracySec=1s",
				    "--description=roll back mutexctl apply when nobody confirms it", path, "remove", "--rollback", NULL};
	struct child child = {.argv = argv, .keep_fd = -1, .output = output, .output_size = sizeof output};
	int error = own_path(&path), status;
	struct text t;

	if (error == 0)
		error = write_boot_unit(path);
	if (error < 0)
		return error;
	TEXT_INTO(&t, when);
	text_add_format(&t, "--on-active=%llds", (long long)wait_s);
	status = child_run(&child);
	if (status > 0)
		(void)command_error("systemd-run: %s", output);
	return status > 0 ? -EIO : status;
}

/* The waiting process: of nobody's session, without our descriptors. */
static void wait_and_roll_back(const char *root, int64_t deadline_ns)
{
	struct timespec deadline = {.tv_sec = (time_t)(deadline_ns / NS_PER_S), .tv_nsec = (long)(deadline_ns % NS_PER_S)};
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (setsid() < 0 || chdir("/") < 0 || null < 0)
		_exit(1);
	for (int fd = 0; fd <= STDERR_FILENO; fd++)
		(void)dup2(null, fd);
	closefrom(STDERR_FILENO + 1);
	while (clock_nanosleep(CLOCK_BOOTTIME, TIMER_ABSTIME, &deadline, NULL) == EINTR)
		;
	/* /proc/self/exe is this program even when the package was replaced meanwhile. */
	if (*root == '\0')
		(void)execl("/proc/self/exe", "mutexctl", "remove", "--rollback", (char *)NULL);
	else
		(void)execl("/proc/self/exe", "mutexctl", "--root", root, "remove", "--rollback", (char *)NULL);
	_exit(1);
}

static int start_process(const char *root, int64_t deadline_ns)
{
	pid_t pid = fork();
	int status;

	if (pid < 0)
		return -errno;
	if (pid == 0) {
		/* Twice, so that it becomes init's child and nobody waits for it. */
		pid = fork();
		if (pid == 0)
			wait_and_roll_back(root, deadline_ns);
		_exit(pid < 0);
	}
	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			return -errno;
	}
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -EAGAIN;
}

int apply_timer_start(const struct paths *paths, const struct apply_journal *journal)
{
	if (apply_has_systemd(paths))
		return start_unit(journal->confirm_s + 1); /* never before the deadline in the journal */
	return start_process(paths->root, journal->deadline_ns);
}

void apply_timer_stop(const struct paths *paths)
{
	static const char *const argv[] = {SYSTEMCTL, "stop", "--quiet", TIMER_NAME ".timer", NULL};
	char output[256];
	struct child child = {.argv = argv, .keep_fd = -1, .output = output, .output_size = sizeof output};

	if (!apply_has_systemd(paths))
		return;
	(void)child_run(&child); /* one that has rung or never was is no error */
	remove_boot_unit();
}

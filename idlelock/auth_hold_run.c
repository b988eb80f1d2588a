/* SPDX-License-Identifier: BSD-2-Clause */
/* Begins the locker, and begins it anew. */
#include "auth_hold_run.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "file.h"
#include "number.h"
#include "text.h"
#include "x11_systemd.h"

#define LIVES_NS INT64_C(1000000000)
#define SHORT_LIVES_MAX 3
#define REST_BYTES_MAX 1024

/* What a killed locker leaves (its dialogue, its picture) is ours by now, since we are a subreaper. */
static void end_rest(void)
{
	char bytes[REST_BYTES_MAX];
	ssize_t len;
	int64_t pid;

	do {
		int fd FILE_CLOSED = open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC);

		len = fd < 0 ? -1 : read(fd, bytes, sizeof bytes - 1);
		bytes[len > 0 ? len : 0] = '\0';
		for (const char *at = bytes; *at != '\0'; at += strcspn(at, " "), at += *at == ' ')
			if (number_parse(at, strcspn(at, " "), 1, INT32_MAX, &pid) == 0)
				(void)kill((pid_t)pid, SIGKILL);
	} while (len > 0 && waitpid(-1, NULL, 0) > 0);
}

/* 0, and *ret_unlocked is set; or negative errno. */
static int run_once(char *const *arguments, bool *ret_unlocked)
{
	pid_t pid, ended;
	int status = 0, r = posix_spawn(&pid, arguments[0], NULL, NULL, arguments, environ);

	if (r != 0)
		return -r;
	while ((ended = waitpid(-1, &status, 0)) != pid)
		if (ended < 0 && errno != EINTR)
			return -errno;
	end_rest();
	*ret_unlocked = WIFEXITED(status) && WEXITSTATUS(status) == 0;
	return 0;
}

static void tell_count(unsigned count)
{
	char words[64];
	struct text t;

	TEXT_INTO(&t, words);
	text_add(&t, "STATUS=begun anew ");
	text_add_int(&t, (int64_t)count);
	x11_systemd_tell(words);
}

int auth_hold_run(char *const *arguments)
{
	unsigned short_lives = 0;

	(void)prctl(PR_SET_CHILD_SUBREAPER, 1);
	for (unsigned count = 1;; count++) {
		int64_t begun_ns = clock_monotonic_ns();
		bool unlocked = false;
		int r = run_once(arguments, &unlocked);

		if (r < 0 || unlocked)
			return r;
		short_lives = clock_monotonic_ns() - begun_ns < LIVES_NS ? short_lives + 1 : 0;
		if (short_lives == SHORT_LIVES_MAX)
			return -ECANCELED;
		tell_count(count);
	}
}

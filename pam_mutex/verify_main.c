/* SPDX-License-Identifier: BSD-2-Clause */
/* mutex-verify: proves a person for a program that is not root. Started by mutex-verify.socket, one process for each connection.
 *
 *   i3lock (alice) --socket--> systemd (PID 1) accepts --> mutex-verify@N (root, sandbox): libpam: /etc/pam.d/mutex-verify: pam_mutex, pam_unix ...
 *
 * MUST: takes nothing from arguments and environment. MUST: the socket is not inherited by what the modules start. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "paths.h"
#include "verify_serve.h"

/* Moves the connection away from descriptor 0, where every program would look for it. */
static int take_socket(void)
{
	int fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1), null;

	if (fd < 0)
		return -errno;
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null < 0 || dup2(null, STDIN_FILENO) < 0) {
		(void)close(fd);
		return -errno;
	}
	(void)close(null);
	return fd;
}

int main(void)
{
	struct paths paths;
	int fd = take_socket();

	if (fd < 0 || geteuid() != 0 || paths_init(&paths, "", 0) < 0) {
		syslog(LOG_AUTHPRIV | LOG_ERR, "to be started by mutex-verify.socket, as root: %s", fd < 0 ? strerrordesc_np(-fd) : "no");
		return 1;
	}
	/* What a caller does wrong is no failure of this unit. */
	(void)verify_serve(&(struct verify_serve){.paths = &paths, .limit_ms = VERIFY_SERVE_LIMIT_MS}, fd);
	return 0;
}

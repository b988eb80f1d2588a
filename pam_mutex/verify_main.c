/* SPDX-License-Identifier: BSD-2-Clause */
/* mutex-verify: proves a person for a program that is not root. Started by mutex-verify.socket and idlelock-verify.socket; what descriptor 0 is says
 * which half it is:
 *
 *   i3lock (alice) --socket--> mutex-verify (root, sandbox): turns crowds away (verify_accept.h)
 *                                 `-> mutex-verify, one for each connection: libpam: /etc/pam.d/mutex-verify: pam_mutex, pam_unix ...
 *
 * MUST: takes nothing from arguments and environment. MUST: the socket is not inherited by what the modules start. */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>
#include <unistd.h>

#include "paths.h"
#include "verify_accept.h"
#include "verify_serve.h"

#define PROGRAM "/proc/self/exe"
#define IDLE_MS 60000
/* Behind the end that a connection sets itself. */
#define LIMIT_MS (VERIFY_SERVE_LIMIT_MS + 60000)

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

static bool is_listener(int fd)
{
	int listens = 0;
	socklen_t len = sizeof listens;

	return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &len) == 0 && listens != 0;
}

/* Our own lockers ask once for each session, and all of them with one uid; nobody else can connect there. */
static bool is_for_lockers(const struct paths *paths, int fd)
{
	struct sockaddr_un address = {.sun_family = AF_UNSPEC};
	socklen_t len = sizeof address;

	return getsockname(fd, (struct sockaddr *)&address, &len) == 0 && address.sun_family == AF_UNIX &&
	       strncmp(address.sun_path, paths->locker_socket, sizeof address.sun_path) == 0;
}

static int watch_door(const struct paths *paths, int listener)
{
	const struct verify_accept door = {.program = PROGRAM, .each_max = is_for_lockers(paths, listener) ? VERIFY_ACCEPT_MAX : VERIFY_ACCEPT_EACH_MAX,
					   .limit_ms = LIMIT_MS, .idle_ms = IDLE_MS};
	int r = fcntl(listener, F_SETFL, O_NONBLOCK) < 0 ? -errno : verify_accept(&door, listener);

	if (r < 0)
		syslog(LOG_AUTHPRIV | LOG_ERR, "nobody can be let in: %s", strerrordesc_np(-r));
	return r < 0;
}

int main(void)
{
	struct paths paths;
	int fd = take_socket();

	if (fd < 0 || geteuid() != 0 || paths_init(&paths, "", 0) < 0) {
		syslog(LOG_AUTHPRIV | LOG_ERR, "to be started by its sockets, as root: %s", fd < 0 ? strerrordesc_np(-fd) : "no");
		return 1;
	}
	if (is_listener(fd))
		return watch_door(&paths, fd);
	/* What a caller does wrong is no failure of this unit. */
	(void)verify_serve(&(struct verify_serve){.paths = &paths, .limit_ms = VERIFY_SERVE_LIMIT_MS}, fd);
	return 0;
}

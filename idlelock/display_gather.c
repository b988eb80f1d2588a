/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds the X server of a display by its socket, and the cookie by the server's own -auth. */
#include "display_gather.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "file.h"
#include "number.h"
#include "text.h"
#include "xauthority.h"

#define COMMAND_BYTES_MAX 4096
#define FIRST_AUTH "-auth"
#define FIRST_TERMINAL "vt"

/* "0" of ":0" and ":0.0". */
static int number_of(const char *display, char ret_number[16])
{
	size_t len = display[0] == ':' ? strspn(display + 1, "0123456789") : 0;
	struct text t;

	if (len == 0 || (display[len + 1] != '\0' && display[len + 1] != '.'))
		return -EINVAL;
	text_init(&t, ret_number, 16);
	text_add_bytes(&t, display + 1, len);
	return text_end(&t) < 0 ? -EINVAL : 0;
}

/* Never waits: a server whose backlog is full is asked again later. */
static int connect_to(const char *number, bool is_abstract)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct text t;
	size_t skip = is_abstract ? 1 : 0;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int r;

	if (fd < 0)
		return -errno;
	text_init(&t, address.sun_path + skip, sizeof address.sun_path - skip);
	text_add(&t, "/tmp/.X11-unix/X");
	text_add(&t, number);
	if (connect(fd, (struct sockaddr *)&address, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + skip + t.len)) == 0)
		return fd;
	r = -errno;
	(void)close(fd);
	return r;
}

/* As libxcb does: the abstract name first. */
static int find_peer(const char *number, struct ucred *ret_peer)
{
	socklen_t len = sizeof *ret_peer;
	int fd = connect_to(number, true), r = 0;

	if (fd < 0)
		fd = connect_to(number, false);
	if (fd < 0)
		return fd;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, ret_peer, &len) < 0)
		r = -errno;
	(void)close(fd);
	return r;
}

static void add_process(struct text *t, pid_t pid, const char *file)
{
	text_add(t, "/proc/");
	text_add_int(t, (int64_t)pid);
	text_add_char(t, '/');
	text_add(t, file);
}

static bool runs_roots_program(pid_t pid, uid_t trusted)
{
	struct stat status;
	struct text t;
	char path[48];

	TEXT_INTO(&t, path);
	add_process(&t, pid, "exe");
	return stat(path, &status) == 0 && (status.st_uid == 0 || status.st_uid == trusted) && (status.st_mode & 0022) == 0;
}

static ssize_t read_command(pid_t pid, char ret_bytes[COMMAND_BYTES_MAX])
{
	char path[48];
	struct text t;
	ssize_t len;

	TEXT_INTO(&t, path);
	add_process(&t, pid, "cmdline");
	int fd FILE_CLOSED = open(path, O_RDONLY | O_CLOEXEC);
	len = fd < 0 ? -1 : read(fd, ret_bytes, COMMAND_BYTES_MAX - 1);
	if (len >= 0)
		ret_bytes[len] = '\0';
	return len;
}

/* The file's name behind -auth in the server's command line; true when there is one. */
static bool find_auth_file(pid_t pid, char *ret_path, size_t size)
{
	char bytes[COMMAND_BYTES_MAX];
	ssize_t len = read_command(pid, bytes);
	struct text t;

	for (const char *at = bytes; at < bytes + len; at += strlen(at) + 1) {
		const char *next = at + strlen(at) + 1;

		if (strcmp(at, FIRST_AUTH) != 0 || next >= bytes + len)
			continue;
		text_init(&t, ret_path, size);
		text_add(&t, next);
		return text_end(&t) == 0 && next[0] == '/';
	}
	return false;
}

/* Root's display managers tell their servers the terminal: "vt7". One without is taken for any. */
static bool is_on_terminal(pid_t pid, unsigned vt)
{
	char bytes[COMMAND_BYTES_MAX];
	ssize_t len = read_command(pid, bytes);
	int64_t number;

	for (const char *at = bytes; at < bytes + len; at += strlen(at) + 1)
		if (strncmp(at, FIRST_TERMINAL, strlen(FIRST_TERMINAL)) == 0 && number_parse(at + 2, strlen(at + 2), 1, 63, &number) == 0)
			return number == (int64_t)vt;
	return len > 0;
}

static bool is_of_session(const struct ucred *server, const struct logind_session *session, pid_t controller, uid_t trusted)
{
	if (session->seat[0] == '\0')
		return server->uid == session->uid;
	if (server->uid == 0 || server->uid == trusted)
		return is_on_terminal(server->pid, session->vt);
	return server->uid == session->uid && server->pid == controller;
}

/* The file is the server's, or the person's own: whoever starts a server chooses what is behind -auth, and could name one that only root may read, so
 * that we handed another person's cookie to him. A link or a pipe would be a trick too. */
static void find_cookie(const char *number, uid_t server, uid_t person, struct display_found *found)
{
	static const size_t MAX = XAUTHORITY_BYTES_MAX;
	char path[512];
	struct stat status;
	unsigned char *bytes;
	ssize_t len;

	if (!find_auth_file(found->server, path, sizeof path))
		return;
	int fd FILE_CLOSED = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	if (fd < 0 || fstat(fd, &status) < 0 || !S_ISREG(status.st_mode) || (status.st_uid != server && status.st_uid != person))
		return;
	bytes = malloc(MAX);
	len = bytes == NULL ? -1 : read(fd, bytes, MAX);
	if (len > 0)
		found->has_cookie = xauthority_find(bytes, (size_t)len, number, found->cookie);
	if (bytes != NULL)
		explicit_bzero(bytes, MAX);
	free(bytes);
}

int display_gather(const char *display, const struct logind_session *session, pid_t controller, uid_t trusted, struct display_found *ret_found)
{
	char number[16];
	struct ucred peer;
	int r = number_of(display, number);

	if (r == 0)
		r = find_peer(number, &peer);
	if (r < 0)
		return r;
	if (!is_of_session(&peer, session, controller, trusted) || !runs_roots_program(peer.pid, trusted))
		return -EPERM;
	*ret_found = (struct display_found){.server = peer.pid};
	find_cookie(number, peer.uid, session->uid, ret_found);
	return 0;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Stands in for the journal: catch_records SOCKET prints the fields of each record that arrives there, one a line, and a blank line after each
 * record; ends with standard input. For the demo and for tests that must not write to the system's journal. */
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int listen_at(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	const size_t len = strlen(path);
	int fd;

	if (len >= sizeof address.sun_path)
		return -1;
	for (size_t i = 0; i < len; i++)
		address.sun_path[i] = path[i];
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || bind(fd, (const struct sockaddr *)&address, sizeof address) < 0)
		return -1;
	return fd;
}

static int print_record(int fd)
{
	static char bytes[65536];
	const ssize_t len = recv(fd, bytes, sizeof bytes, 0);

	if (len < 0)
		return -1;
	(void)fwrite(bytes, 1, (size_t)len, stdout);
	(void)fputs("\n", stdout);
	return fflush(stdout);
}

int main(int argc, char **argv)
{
	struct pollfd wait[2] = {{.fd = STDIN_FILENO, .events = POLLIN}, {.events = POLLIN}};

	if (argc != 2) {
		(void)fputs("usage: catch_records SOCKET\n", stderr);
		return 2;
	}
	wait[1].fd = listen_at(argv[1]);
	if (wait[1].fd < 0) {
		perror(argv[1]);
		return 1;
	}
	for (;;) {
		if (poll(wait, 2, -1) < 0)
			return 1;
		if (wait[1].revents != 0) {
			if (print_record(wait[1].fd) != 0)
				return 1;
		} else if (wait[0].revents != 0) {
			return 0;
		}
	}
}

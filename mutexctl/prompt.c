/* SPDX-License-Identifier: BSD-2-Clause */
/* Asks a person for a secret on the terminal, without echo. */
#include "prompt.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include "file.h"

/* The longest line of a terminal. */
enum { LINE_BYTES = 4096 };

/* Waits for a line or for one of the signals that are held. */
static int read_line(int signal_fd, char *line, size_t *ret_len)
{
	struct pollfd ready[] = {{.fd = STDIN_FILENO, .events = POLLIN}, {.fd = signal_fd, .events = POLLIN}};
	ssize_t n;

	while (poll(ready, 2, -1) < 0)
		if (errno != EINTR)
			return -errno;
	if (ready[1].revents != 0)
		return -EINTR;
	n = read(STDIN_FILENO, line, LINE_BYTES);
	if (n <= 0)
		return n < 0 ? -errno : -ENODATA;
	*ret_len = (size_t)n - (line[n - 1] == '\n');
	return 0;
}

static int read_without_echo(int signal_fd, const char *prompt, struct secret *ret_secret)
{
	char line[LINE_BYTES];
	struct termios before, quiet;
	size_t len = 0;
	int r;

	if (tcgetattr(STDIN_FILENO, &before) < 0)
		return -errno;
	quiet = before;
	quiet.c_lflag &= ~(tcflag_t)ECHO;
	quiet.c_lflag |= ICANON | ECHONL;
	if (tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet) < 0)
		return -errno;
	/* Only now: what is typed at a prompt must neither be echoed nor flushed away. */
	fputs(prompt, stderr);
	r = read_line(signal_fd, line, &len);
	/* What was typed but not read would turn up in the shell. */
	if (tcsetattr(STDIN_FILENO, TCSAFLUSH, &before) < 0 && r == 0)
		r = -errno;
	if (r == 0)
		r = secret_set(ret_secret, line, len);
	explicit_bzero(line, sizeof line);
	return r;
}

int prompt_secret(const char *prompt, struct secret *ret_secret)
{
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP};
	int signal_fd FILE_CLOSED = -1;
	sigset_t held, before;
	int r;

	(void)sigemptyset(&held);
	for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
		(void)sigaddset(&held, signals[i]);
	/* A signal waits until the terminal is as it was, and then does what it always does. */
	(void)sigprocmask(SIG_BLOCK, &held, &before);
	signal_fd = signalfd(-1, &held, SFD_CLOEXEC | SFD_NONBLOCK);
	r = signal_fd < 0 ? -errno : read_without_echo(signal_fd, prompt, ret_secret);
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
	return r;
}

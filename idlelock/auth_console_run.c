/* SPDX-License-Identifier: BSD-2-Clause */
/* Locks the consoles and asks on one of them. */
#include "auth_console_run.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/vt.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <termios.h>
#include <unistd.h>

#include "auth_run.h"
#include "clock.h"
#include "file.h"
#include "message.h"
#include "number.h"
#include "text.h"

#define SERVICE "vlock"
#define CONSOLES_MAX 63
#define ANSWER_MS 60000 /* then the question is taken back: the verifier does not wait for ever */
#define LOCK_TRIES 5

struct console {
	const struct paths *paths;
	const char *person;
	int control, terminal, stop; /* /dev/tty0, our own, signals */
	unsigned session, number;    /* consoles: the session's, our own */
};

static void console_close(struct console *c)
{
	file_close(&c->terminal);
	file_close(&c->control);
	file_close(&c->stop);
}
#define CONSOLE_CLOSED __attribute__((cleanup(console_close)))

/* --- the consoles --- */

static int command(const struct console *c, unsigned long request, unsigned number)
{
	int r;

	do
		r = ioctl(c->control, request, (unsigned long)number);
	while (r < 0 && errno == EINTR);
	return r < 0 ? -errno : 0;
}

static int open_terminal(struct console *c)
{
	char path[24];
	struct text t;
	int number = 0;

	if (ioctl(c->control, VT_OPENQRY, &number) < 0)
		return -errno;
	if (number < 1 || number > CONSOLES_MAX)
		return -EBUSY;
	TEXT_INTO(&t, path);
	text_add(&t, "/dev/tty");
	text_add_int(&t, number);
	c->terminal = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
	c->number = (unsigned)number;
	return c->terminal < 0 ? -errno : 0;
}

static bool is_shown(const struct console *c)
{
	struct vt_stat state;

	return ioctl(c->control, VT_GETSTATE, &state) == 0 && state.v_active == c->number;
}

static int show(const struct console *c, unsigned number)
{
	int r = command(c, VT_ACTIVATE, number);

	return r < 0 ? r : command(c, VT_WAITACTIVE, number);
}

/* Between showing and forbidding somebody may switch away: looked at when nobody can any more. What a killed forerunner left forbidden is allowed for
 * a moment, since otherwise our console could not be shown. */
static int hold(const struct console *c)
{
	int r = 0;

	for (int i = 0; i < LOCK_TRIES && r == 0; i++) {
		r = command(c, VT_UNLOCKSWITCH, 1);
		if (r == 0)
			r = show(c, c->number);
		if (r == 0)
			r = command(c, VT_LOCKSWITCH, 1);
		if (r == 0 && is_shown(c))
			return 0;
	}
	return r < 0 ? r : -EAGAIN;
}

static void release(const struct console *c)
{
	(void)command(c, VT_UNLOCKSWITCH, 1);
	if (c->session != 0)
		(void)show(c, c->session);
}

/* --- the terminal --- */

static void put(const struct console *c, const char *words)
{
	size_t len = strlen(words);

	while (len > 0) {
		ssize_t n = write(c->terminal, words, len);

		if (n < 0 && errno != EINTR)
			return;
		words += n > 0 ? n : 0;
		len -= n > 0 ? (size_t)n : 0;
	}
}

static int set_terminal(const struct console *c, bool echo)
{
	struct termios modes;

	if (tcgetattr(c->terminal, &modes) < 0)
		return -errno;
	modes.c_iflag = BRKINT | ICRNL | IUTF8;
	modes.c_oflag = OPOST | ONLCR;
	modes.c_lflag = ICANON | ECHOE | ECHOK | (echo ? ECHO : ECHONL); /* no ISIG: no key ends us */
	return tcsetattr(c->terminal, TCSAFLUSH, &modes) < 0 ? -errno : 0;
}

static int wait_for_line(const struct console *c, int64_t ms)
{
	struct pollfd fds[] = {{.fd = c->terminal, .events = POLLIN}, {.fd = c->stop, .events = POLLIN}};
	int n;

	do
		n = poll(fds, 2, (int)ms);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	if (fds[1].revents != 0)
		return -EINTR;
	return n == 0 ? -ECANCELED : 0;
}

/* A line without its end. Longer than any password: taken as far as it goes, which is wrong. */
static int read_line(const struct console *c, int64_t ms, struct secret *ret_line)
{
	ssize_t len;
	int r = wait_for_line(c, ms);

	secret_wipe(ret_line);
	if (r < 0)
		return r;
	len = read(c->terminal, ret_line->bytes, sizeof ret_line->bytes - 1);
	if (len < 0)
		return errno == EINTR || errno == EAGAIN ? -ECANCELED : -errno;
	ret_line->len = strcspn(ret_line->bytes, "\n");
	ret_line->bytes[ret_line->len] = '\0';
	return len == 0 ? -ECANCELED : 0;
}

static int console_ask(bool hidden, const char *words, struct secret *ret_answer, void *data)
{
	const struct console *c = data;
	int r = set_terminal(c, !hidden);

	put(c, words);
	return r < 0 ? r : read_line(c, ANSWER_MS, ret_answer);
}

static int console_tell(bool error, const char *words, void *data)
{
	const struct console *c = data;

	(void)error;
	put(c, words);
	put(c, "\n");
	return 0;
}

static void say(const struct console *c, enum message_id id, const char *const *args, size_t count)
{
	char words[MESSAGE_BYTES_MAX];
	struct text t;

	TEXT_INTO(&t, words);
	message_add(&t, LANGUAGE_EN, id, args, count);
	put(c, words);
	put(c, "\n");
}

/* --- the lock --- */

static int tell_manager(const struct console *c)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	const char *path = getenv("NOTIFY_SOCKET");
	char words[64];
	struct text t;
	int fd FILE_CLOSED = path == NULL ? -1 : socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (path == NULL)
		return 0;
	if (fd < 0 || strlen(path) >= sizeof address.sun_path || (path[0] != '/' && path[0] != '@'))
		return fd < 0 ? -errno : -EINVAL;
	memcpy(address.sun_path, path, strlen(path));
	if (path[0] == '@')
		address.sun_path[0] = '\0';
	TEXT_INTO(&t, words);
	text_add(&t, "STATUS=tty");
	text_add_int(&t, (int64_t)c->number);
	text_add(&t, "\nREADY=1\n");
	return sendto(fd, words, t.len, MSG_NOSIGNAL, (const struct sockaddr *)&address,
		      (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path))) == (ssize_t)t.len ? 0 : -errno;
}

/* Waits for Enter without a time limit, then asks: a verifier would not wait so long. */
static int ask_person(struct console *c)
{
	const struct auth_face face = {.ask = console_ask, .tell = console_tell, .data = c};
	struct secret line SECRET_WIPED = {0};
	int r = set_terminal(c, false);

	put(c, "\033[H\033[2J\033[3J");
	say(c, MESSAGE_CONSOLE_LOCKED, (const char *const[]){c->person}, 1);
	if (r == 0)
		r = read_line(c, -1, &line);
	return r < 0 ? r : auth_run(c->paths->locker_socket, SERVICE, &face);
}

static int run(struct console *c)
{
	for (;;) {
		int r = ask_person(c);

		if (r == 0 || r == -EINTR)
			return r == 0 ? 0 : -ECANCELED;
		if (r == -EACCES)
			say(c, MESSAGE_AUTH_NOT_RECOGNISED, NULL, 0);
		else if (r != -ECANCELED)
			say(c, MESSAGE_AUTH_NO_VERIFIER, NULL, 0);
		/* The text can be read, and no loop spins. */
		if (r != -ECANCELED && wait_for_line(c, 2000) == -EINTR)
			return -ECANCELED;
	}
}

static int watch_stop(struct console *c)
{
	sigset_t set;
	int r;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGTERM);
	r = pthread_sigmask(SIG_BLOCK, &set, NULL);
	if (r != 0)
		return -r;
	c->stop = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return c->stop < 0 ? -errno : 0;
}

static int prepare(struct console *c)
{
	const char *number = getenv("VT"), *person = getenv("PERSON");
	int64_t session = 0;
	int r;

	if (number != NULL && number_parse(number, strlen(number), 0, CONSOLES_MAX, &session) < 0)
		return -EINVAL;
	c->session = (unsigned)session;
	c->person = person != NULL ? person : "";
	r = watch_stop(c);
	if (r < 0)
		return r;
	c->control = open("/dev/tty0", O_RDWR | O_NOCTTY | O_CLOEXEC);
	return c->control < 0 ? -errno : open_terminal(c);
}

int auth_console_run(const struct paths *paths)
{
	struct console c CONSOLE_CLOSED = {.paths = paths, .control = -1, .terminal = -1, .stop = -1};
	int r = prepare(&c);

	if (r == 0)
		r = hold(&c);
	if (r < 0)
		return r;
	r = tell_manager(&c);
	if (r == 0)
		r = run(&c);
	if (r == 0 || r == -ECANCELED)
		release(&c);
	return r;
}

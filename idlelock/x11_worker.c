/* SPDX-License-Identifier: BSD-2-Clause */
/* Says HELLO, opens the display it is given, and answers. */
#include "x11_worker.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "clock.h"
#include "text.h"
#include "x11_eye.h"
#include "x11_look.h"
#include "x11_systemd.h"

#define NS_PER_S INT64_C(1000000000)
#define CONNECT_S 5                 /* to a display */
#define AGAIN_FIRST_NS (NS_PER_S / 20) /* to idlelockd: one that has just begun does not know its sessions yet, and hangs up */
#define AGAIN_LAST_NS NS_PER_S
#define PAUSE_NS NS_PER_S           /* x11_input.h */
#define ALIVE_NS (60 * NS_PER_S)    /* WatchdogSec=180 in the unit */
#define ALIVE_SLACK_NS (60 * NS_PER_S)

struct worker {
	struct loop *loop;
	const char *instance, *socket;
	int fd; /* -1 = not connected */
	enum worker_state state;
	bool has_display;
	struct x11_eye eye;
	int64_t connected_ns, again_ns; /* when; how long until the next try */
	int result;
};

static void connect_again(struct worker *worker);

static void hang_up(struct worker *worker)
{
	if (worker->fd < 0)
		return;
	loop_remove(worker->loop, worker->fd);
	(void)close(worker->fd);
	worker->fd = -1;
	worker->state = WORKER_CLOSED;
	if (worker->socket != NULL)
		connect_again(worker);
	else
		loop_stop(worker->loop);
}

/* A full socket means that idlelockd hangs: its systemd watchdog's business. What is not sent it asks for again. */
static void say(struct worker *worker, const struct worker_message *message)
{
	unsigned char packet[WORKER_PACKET_BYTES];

	if (worker->fd < 0 || worker_turn(&worker->state, message) < 0 || worker_encode(message, packet) < 0)
		return;
	if (send(worker->fd, packet, sizeof packet, MSG_NOSIGNAL | MSG_DONTWAIT) < 0 && errno != EAGAIN)
		hang_up(worker);
}

static void end(struct worker *worker, enum worker_failure failure)
{
	say(worker, &(struct worker_message){.kind = WORKER_FAILED, .failure = failure});
	worker->result = -ENOTCONN;
	loop_stop(worker->loop);
}

static void say_seen(struct worker *worker, uint32_t serial, const struct worker_sight *sight)
{
	say(worker, &(struct worker_message){.kind = WORKER_SEEN, .serial = serial, .sight = *sight});
}

/* What is seen while nobody listens is not kept: the next idlelockd gets a look of its own. */
static bool is_running(const struct worker *worker)
{
	return worker->state == WORKER_RUNNING;
}

static void on_seen(const struct worker_sight *sight, void *data)
{
	if (is_running(data))
		say_seen(data, 0, sight);
}

static void on_used(int64_t at_ns, void *data)
{
	if (is_running(data))
		say(data, &(struct worker_message){.kind = WORKER_INPUT, .time_ns = at_ns});
}

static void on_tampered(enum worker_tamper tamper, int64_t at_ns, void *data)
{
	if (is_running(data))
		say(data, &(struct worker_message){.kind = WORKER_TAMPER, .tamper = tamper, .time_ns = at_ns});
}

static void on_lost(void *data)
{
	end(data, WORKER_FAILURE_LOST);
}

/* Ends the process when the display's server does not answer: there is no way out of xcb's handshake but this. */
static void limit_time(int seconds)
{
	struct itimerval limit = {.it_value.tv_sec = seconds};

	(void)setitimer(ITIMER_REAL, &limit, NULL);
}

static enum worker_failure open_display(struct worker *worker, const struct worker_message *open)
{
	static const struct x11_eye_hooks hooks = {.seen = on_seen, .used = on_used, .tampered = on_tampered, .lost = on_lost};
	struct x11_eye_hooks ours = hooks;
	enum worker_failure failure;
	struct x11 x;

	ours.data = worker;
	failure = x11_connect(open->display, open->has_cookie ? open->cookie : NULL, (pid_t)open->pid, &x);
	if (failure != WORKER_FAILURE_NONE)
		return failure;
	worker->has_display = true;
	return x11_eye_open(&worker->eye, &x, worker->loop, &ours, false, PAUSE_NS) < 0 ? WORKER_FAILURE_LOST : WORKER_FAILURE_NONE;
}

static void do_open(struct worker *worker, const struct worker_message *open)
{
	struct worker_sight sight;

	if (!worker->has_display) {
		enum worker_failure failure;

		limit_time(CONNECT_S);
		failure = open_display(worker, open);
		limit_time(0);
		if (failure != WORKER_FAILURE_NONE) {
			end(worker, failure);
			return;
		}
	}
	say(worker, &(struct worker_message){.kind = WORKER_OPENED, .pid = worker->eye.x.server_pid});
	x11_systemd_tell("READY=1");
	x11_eye_look(&worker->eye, false, &sight);
	say_seen(worker, 0, &sight);
}

static void do_look(struct worker *worker, const struct worker_message *look)
{
	struct worker_sight sight;

	x11_eye_look(&worker->eye, look->flag, &sight);
	if (worker->eye.x.lost)
		on_lost(worker);
	else
		say_seen(worker, look->serial, &sight);
}

static void obey(struct worker *worker, const struct worker_message *message)
{
	switch (message->kind) {
	case WORKER_OPEN:
		do_open(worker, message);
		break;
	case WORKER_LOOK:
		do_look(worker, message);
		break;
	case WORKER_ARM:
		x11_eye_arm(&worker->eye, message->flag);
		break;
	case WORKER_END:
		(void)x11_look_end_client(&worker->eye.x, message->window, message->pid, clock_monotonic_ns() + X11_LOOK_NS);
		break;
	case WORKER_HELLO:
	case WORKER_OPENED:
	case WORKER_FAILED:
	case WORKER_SEEN:
	case WORKER_INPUT:
	case WORKER_TAMPER:
	case WORKER_KIND_MAX:
		hang_up(worker); /* ours to say */
		break;
	}
}

static void on_packet(int fd, uint32_t events, void *data)
{
	struct worker *worker = data;
	unsigned char packet[WORKER_PACKET_BYTES + 1];
	struct worker_message message;
	ssize_t len = recv(fd, packet, sizeof packet, MSG_DONTWAIT);

	(void)events;
	if (len < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (len <= 0 || worker_take(&worker->state, false, packet, (size_t)len, &message) < 0)
		hang_up(worker);
	else
		obey(worker, &message);
	explicit_bzero(packet, sizeof packet);
	worker_message_wipe(&message);
}

static int take_connection(struct worker *worker, int fd)
{
	struct worker_message hello = {.kind = WORKER_HELLO};
	struct text instance;
	int r = loop_add(worker->loop, fd, EPOLLIN, on_packet, worker);

	if (r < 0) {
		(void)close(fd);
		return r;
	}
	worker->fd = fd;
	worker->connected_ns = clock_monotonic_ns();
	worker->state = WORKER_EXPECT_HELLO;
	TEXT_INTO(&instance, hello.instance);
	text_add(&instance, worker->instance);
	if (text_end(&instance) < 0)
		return -ENAMETOOLONG;
	say(worker, &hello);
	return 0;
}

static int connect_to(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct text t;
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return -errno;
	TEXT_INTO(&t, address.sun_path);
	text_add(&t, path);
	if (text_end(&t) == 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0)
		return fd;
	(void)close(fd);
	return -ECONNREFUSED;
}

static void on_again(int64_t now_ns, void *data)
{
	struct worker *worker = data;
	int fd = connect_to(worker->socket);

	(void)now_ns;
	if (fd < 0 || take_connection(worker, fd) < 0)
		connect_again(worker);
}

static void connect_again(struct worker *worker)
{
	int64_t now_ns = clock_monotonic_ns();

	if (now_ns - worker->connected_ns > AGAIN_LAST_NS)
		worker->again_ns = AGAIN_FIRST_NS;
	(void)loop_at(worker->loop, now_ns + worker->again_ns, 0, on_again, worker);
	worker->again_ns = worker->again_ns < AGAIN_LAST_NS / 2 ? worker->again_ns * 2 : AGAIN_LAST_NS;
}

static void on_alive(int64_t now_ns, void *data)
{
	struct worker *worker = data;

	x11_systemd_tell("WATCHDOG=1");
	(void)loop_at(worker->loop, now_ns + ALIVE_NS, ALIVE_SLACK_NS, on_alive, worker);
}

int x11_worker_run(const char *instance, const char *socket, int fd)
{
	struct worker worker = {.loop = loop_new(), .instance = instance, .socket = socket, .fd = -1};
	int r = worker.loop == NULL ? -errno : 0;

	if (r == 0 && x11_systemd_watches())
		on_alive(clock_monotonic_ns(), &worker);
	if (r == 0 && fd >= 0)
		r = take_connection(&worker, fd);
	else if (r == 0)
		on_again(clock_monotonic_ns(), &worker);
	if (r == 0)
		r = loop_run(worker.loop);
	x11_eye_close(&worker.eye);
	loop_free(worker.loop);
	return r < 0 ? r : worker.result;
}

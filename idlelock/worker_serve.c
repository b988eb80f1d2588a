/* SPDX-License-Identifier: BSD-2-Clause */
/* Takes workers' connections, checks who they are, and passes on what they saw. */
#include "worker_serve.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "owner_gather.h"
#include "text.h"

#define WORKERS_MAX 256
#define UNIT "idlelock-x11@"

struct worker {
	struct worker *next;
	struct workers *workers;
	int fd;
	pid_t pid;
	enum worker_state state;
	char session[32]; /* "" until HELLO */
};

struct workers {
	struct loop *loop;
	struct worker_hooks hooks;
	int listening;
	bool is_bed; /* below a root folder */
	uid_t us, owner;
	struct worker *list;
	size_t count;
};

static void hang_up(struct worker *gone, bool tell, enum worker_failure failure)
{
	struct workers *workers = gone->workers;

	for (struct worker **link = &workers->list; *link != NULL; link = &(*link)->next)
		if (*link == gone) {
			*link = gone->next;
			break;
		}
	workers->count--;
	loop_remove(workers->loop, gone->fd);
	(void)close(gone->fd);
	if (tell && gone->session[0] != '\0')
		workers->hooks.lost(gone->session, failure, workers->hooks.data);
	free(gone);
}

static struct worker *find(const struct workers *workers, const char *session)
{
	for (struct worker *worker = workers->list; worker != NULL; worker = worker->next)
		if (strcmp(worker->session, session) == 0)
			return worker;
	return NULL;
}

/* 0; or the error, and the worker is gone. */
static int say(struct worker *worker, const struct worker_message *message)
{
	unsigned char packet[WORKER_PACKET_BYTES];
	int r = worker_turn(&worker->state, message);

	if (r == 0)
		r = worker_encode(message, packet);
	if (r == 0 && send(worker->fd, packet, sizeof packet, MSG_NOSIGNAL | MSG_DONTWAIT) != (ssize_t)sizeof packet)
		r = -EPIPE;
	explicit_bzero(packet, sizeof packet);
	if (r < 0)
		hang_up(worker, true, WORKER_FAILURE_LOST);
	return r;
}

/* --- who it is --- */

static bool is_its_unit(const struct workers *workers, const struct worker *worker, const char *session)
{
	char unit[96], wanted[96];
	struct text t;

	if (workers->is_bed)
		return true;
	owner_gather_unit(worker->pid, unit, sizeof unit);
	TEXT_INTO(&t, wanted);
	text_add(&t, UNIT);
	text_add(&t, session);
	text_add(&t, ".service");
	return text_end(&t) == 0 && strcmp(unit, wanted) == 0;
}

static void take_hello(struct worker *worker, const struct worker_message *hello)
{
	struct workers *workers = worker->workers;
	struct worker_message open = {.kind = WORKER_OPEN};
	struct display_found found = {0};
	struct worker *older;
	struct text t;

	if (!is_its_unit(workers, worker, hello->instance) || !workers->hooks.find(hello->instance, open.display, &found, workers->hooks.data)) {
		hang_up(worker, false, WORKER_FAILURE_NONE);
		return;
	}
	older = find(workers, hello->instance);
	if (older != NULL)
		hang_up(older, false, WORKER_FAILURE_NONE);
	TEXT_INTO(&t, worker->session);
	text_add(&t, hello->instance);
	open.pid = found.server;
	open.has_cookie = found.has_cookie;
	memcpy(open.cookie, found.cookie, sizeof open.cookie);
	explicit_bzero(&found, sizeof found);
	(void)say(worker, &open);
	worker_message_wipe(&open);
}

/* --- what it says --- */

static void obey(struct worker *worker, const struct worker_message *m)
{
	struct workers *workers = worker->workers;
	const struct worker_hooks *hooks = &workers->hooks;
	char session[32];
	struct text t;

	/* The worker may be gone when a hook returns. */
	TEXT_INTO(&t, session);
	text_add(&t, worker->session);
	switch (m->kind) {
	case WORKER_HELLO:
		take_hello(worker, m);
		break;
	case WORKER_OPENED:
		hooks->opened(session, hooks->data);
		break;
	case WORKER_FAILED:
		hang_up(worker, true, m->failure);
		break;
	case WORKER_SEEN:
		hooks->seen(session, m->serial, &m->sight, hooks->data);
		break;
	case WORKER_INPUT:
		hooks->used(session, m->time_ns, hooks->data);
		break;
	case WORKER_TAMPER:
		hooks->tampered(session, m->tamper, (pid_t)m->pid, m->time_ns, hooks->data);
		break;
	case WORKER_OPEN:
	case WORKER_LOOK:
	case WORKER_ARM:
	case WORKER_END:
	case WORKER_KIND_MAX:
		hang_up(worker, true, WORKER_FAILURE_LOST);
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
	if (len <= 0 || worker_take(&worker->state, true, packet, (size_t)len, &message) < 0)
		hang_up(worker, true, WORKER_FAILURE_LOST);
	else
		obey(worker, &message);
}

static bool is_worker(const struct workers *workers, const struct ucred *peer)
{
	return peer->uid == workers->us || (workers->is_bed && (peer->uid == 0 || peer->uid == workers->owner));
}

static void on_visitor(int fd, uint32_t events, void *data)
{
	struct workers *workers = data;
	int visitor = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	struct worker *worker = NULL;
	struct ucred peer;
	socklen_t len = sizeof peer;

	(void)events;
	if (visitor < 0)
		return;
	if (workers->count < WORKERS_MAX && getsockopt(visitor, SOL_SOCKET, SO_PEERCRED, &peer, &len) == 0 && is_worker(workers, &peer))
		worker = calloc(1, sizeof *worker);
	if (worker == NULL || loop_add(workers->loop, visitor, EPOLLIN, on_packet, worker) < 0) {
		free(worker);
		(void)close(visitor);
		return;
	}
	*worker = (struct worker){.next = workers->list, .workers = workers, .fd = visitor, .pid = peer.pid, .state = WORKER_EXPECT_HELLO};
	workers->list = worker;
	workers->count++;
}

/* --- from outside --- */

int workers_look(struct workers *workers, const char *session, uint32_t serial, bool break_grabs)
{
	struct worker *worker = find(workers, session);

	if (worker == NULL || worker->state != WORKER_RUNNING)
		return -ENOTCONN;
	return say(worker, &(struct worker_message){.kind = WORKER_LOOK, .serial = serial, .flag = break_grabs});
}

int workers_arm(struct workers *workers, const char *session, bool on)
{
	struct worker *worker = find(workers, session);

	if (worker == NULL || worker->state != WORKER_RUNNING)
		return -ENOTCONN;
	return say(worker, &(struct worker_message){.kind = WORKER_ARM, .flag = on});
}

int workers_end(struct workers *workers, const char *session, uint32_t window, pid_t pid)
{
	struct worker *worker = find(workers, session);

	if (worker == NULL || worker->state != WORKER_RUNNING)
		return -ENOTCONN;
	return say(worker, &(struct worker_message){.kind = WORKER_END, .window = window, .pid = pid});
}

void workers_drop(struct workers *workers, const char *session)
{
	struct worker *worker = find(workers, session);

	if (worker != NULL)
		hang_up(worker, false, WORKER_FAILURE_NONE);
}

static int listen_at(const char *path, uid_t us)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct text t;
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int r = fd < 0 ? -errno : 0;

	TEXT_INTO(&t, address.sun_path);
	text_add(&t, path);
	if (r == 0)
		r = text_end(&t);
	(void)unlink(path);
	if (r == 0 && (bind(fd, (struct sockaddr *)&address, sizeof address) < 0 || chmod(path, 0600) < 0 ||
		       (geteuid() == 0 && chown(path, us, (gid_t)-1) < 0) || listen(fd, 64) < 0))
		r = -errno;
	if (r == 0)
		return fd;
	if (fd >= 0)
		(void)close(fd);
	return r;
}

int workers_open(struct loop *loop, const struct paths *paths, int listening, uid_t us, const struct worker_hooks *hooks, struct workers **ret_workers)
{
	struct workers *workers = calloc(1, sizeof *workers);
	int r;

	if (workers == NULL)
		return -ENOMEM;
	*workers = (struct workers){.loop = loop, .hooks = *hooks, .us = us, .owner = paths->owner, .is_bed = paths->root[0] != '\0'};
	workers->listening = listening >= 0 ? listening : listen_at(paths->worker_socket, us);
	r = workers->listening < 0 ? workers->listening : loop_add(loop, workers->listening, EPOLLIN, on_visitor, workers);
	if (r < 0) {
		free(workers);
		return r;
	}
	*ret_workers = workers;
	return 0;
}

void workers_close(struct workers *workers)
{
	if (workers == NULL)
		return;
	while (workers->list != NULL)
		hang_up(workers->list, false, WORKER_FAILURE_NONE);
	loop_remove(workers->loop, workers->listening);
	(void)close(workers->listening);
	free(workers);
}

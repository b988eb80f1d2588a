/* SPDX-License-Identifier: BSD-2-Clause */
/* Probes, and processes for them. */
#include "look_run.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "file.h"
#include "text.h"

#define ARENA_BYTES (192U * 1024 * 1024)  /* address space of one look; what is not used costs nothing */
#define LIMIT_NS (30 * INT64_C(1000000000)) /* probes have limits of their own, of some seconds */

struct look {
	struct loop *loop;
	look_done done;
	void *data;
	struct sight *sight;
	pid_t pid; /* also of a process group: what the probe starts ends with it */
	int fd; /* of a pipe whose other end the process has: readable once it has ended */
};

/* --- the look --- */

static void note_detail(const struct control_verdict *verdict, struct sight *sight)
{
	const struct control_reason *reason = &verdict->reasons[0];
	char words[2 * MESSAGE_BYTES_MAX];
	struct text t;

	TEXT_INTO(&t, words);
	if (verdict->reason_count > 0)
		message_add(&t, LANGUAGE_EN, reason->id, reason->arguments, reason->count);
	TEXT_INTO(&t, sight->detail);
	text_add_escaped_cut(&t, words, strlen(words), sizeof sight->detail - 1);
}

static void look(const struct control_row *row, const struct control_scene *scene, struct arena *arena, struct sight *sight)
{
	struct control_repair plan = {0};
	struct control_verdict verdict;
	struct arena strings;
	const void *facts;

	if (row->probe(scene, arena, &facts) < 0)
		return;
	verdict = row->judge(facts, scene->settings, arena);
	if (verdict.state != POSTURE_OK && (!verdict.beyond_repair || verdict.undecided))
		row->repair(facts, scene->settings, arena, &plan);
	arena_init(&strings, sight->strings, sizeof sight->strings);
	if (control_copy_repair(&plan, &strings, &sight->plan) < 0)
		sight->plan.count = 0;
	if (row->remember != NULL)
		row->remember(scene, facts);
	note_detail(&verdict, sight);
	sight->busy = verdict.busy;
	sight->held = verdict.held;
	sight->undecided = verdict.undecided;
	sight->beyond_repair = verdict.beyond_repair;
	sight->state = verdict.state;
	sight->whole = true;
}

void look_now(const struct control_row *row, const struct control_scene *scene, struct sight *ret_sight)
{
	void *block = mmap(NULL, ARENA_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	int64_t begun_ns = clock_cpu_ns();
	struct arena arena;

	if (block == MAP_FAILED)
		return;
	arena_init(&arena, block, ARENA_BYTES);
	look(row, scene, &arena, ret_sight);
	(void)munmap(block, ARENA_BYTES);
	ret_sight->cpu_ns = clock_cpu_ns() - begun_ns;
}

/* --- aside --- */

static void end_all(const struct look *l)
{
	if (l->pid > 0)
		(void)kill(-l->pid, SIGKILL);
}

static void on_late(int64_t now_ns, void *data)
{
	(void)now_ns;
	end_all(data);
}

static void release(struct look *l)
{
	loop_remove(l->loop, l->fd);
	(void)loop_at(l->loop, INT64_MAX, 0, on_late, l);
	file_close(&l->fd);
	end_all(l);
	if (l->pid > 0)
		while (waitpid(l->pid, NULL, 0) < 0 && errno == EINTR)
			;
	(void)munmap(l->sight, sizeof *l->sight);
	free(l);
}

static void on_end(int fd, uint32_t events, void *data)
{
	static const struct sight nothing;
	struct look *l = data;

	(void)fd;
	(void)events;
	l->done(l->sight->whole ? l->sight : &nothing, l->data);
	release(l);
}

void look_stop(struct look *l)
{
	if (l != NULL)
		release(l);
}

static int begin(struct look *l, const struct control_row *row, const struct control_scene *scene)
{
	struct control_scene aside = *scene;
	int ends[2];

	aside.aside = true;
	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	l->fd = ends[0];
	l->pid = fork();
	if (l->pid == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		(void)setpgid(0, 0);
		look_now(row, &aside, l->sight);
		_exit(0);
	}
	/* here too: who comes first, it is done before anybody needs it */
	if (l->pid > 0)
		(void)setpgid(l->pid, l->pid);
	(void)close(ends[1]);
	return l->pid < 0 ? -EAGAIN : loop_add(l->loop, l->fd, EPOLLIN, on_end, l);
}

int look_aside(struct loop *loop, const struct control_row *row, const struct control_scene *scene, look_done done, void *data, struct look **ret_look)
{
	struct look *l = malloc(sizeof *l);
	int r;

	if (l == NULL)
		return -ENOMEM;
	*l = (struct look){.loop = loop, .done = done, .data = data, .fd = -1};
	l->sight = mmap(NULL, sizeof *l->sight, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (l->sight == MAP_FAILED) {
		free(l);
		return -ENOMEM;
	}
	r = begin(l, row, scene);
	if (r == 0)
		r = loop_at(loop, clock_monotonic_ns() + LIMIT_NS, 0, on_late, l);
	if (r < 0) {
		release(l);
		return r;
	}
	*ret_look = l;
	return 0;
}

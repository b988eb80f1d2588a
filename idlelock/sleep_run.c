/* SPDX-License-Identifier: BSD-2-Clause */
/* Holds the inhibitor and lets it go. */
#include "sleep_run.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

struct sleeper {
	struct logind *logind;
	struct sleep_hooks hooks;
	int fd;          /* the inhibitor; -1 = not held */
	bool asking;     /* for one: it will be told, even when this is closed */
	bool closed;
	bool going;      /* to sleep */
};

static void let_go(struct sleeper *sleeper)
{
	if (sleeper->fd >= 0)
		(void)close(sleeper->fd);
	sleeper->fd = -1;
}

static void on_taken(int fd, void *data)
{
	struct sleeper *sleeper = data;

	sleeper->asking = false;
	if (sleeper->closed) {
		if (fd >= 0)
			(void)close(fd);
		free(sleeper);
		return;
	}
	if (fd >= 0) {
		let_go(sleeper);
		sleeper->fd = fd;
	}
	sleep_look(sleeper);
}

static void take(struct sleeper *sleeper)
{
	if (sleeper->asking)
		return;
	sleeper->asking = true;
	logind_inhibit_sleep(sleeper->logind, on_taken, sleeper);
}

/* One that began anew may know nothing of the old inhibitor, which is held until the new one is there. */
void sleep_logind_came(struct sleeper *sleeper)
{
	take(sleeper);
}

void sleep_prepare(struct sleeper *sleeper, bool begins)
{
	if (begins) {
		/* Only then: the first session may be proven before the last one was asked for. */
		sleeper->hooks.begins(sleeper->hooks.data);
		sleeper->going = true;
		sleep_look(sleeper);
		return;
	}
	sleeper->going = false;
	take(sleeper);
	sleeper->hooks.ended(sleeper->hooks.data);
}

void sleep_look(struct sleeper *sleeper)
{
	if (sleeper->going && sleeper->fd >= 0 && sleeper->hooks.is_ready(sleeper->hooks.data))
		let_go(sleeper);
}

int sleep_open(struct logind *logind, const struct sleep_hooks *hooks, struct sleeper **ret_sleeper)
{
	struct sleeper *sleeper = calloc(1, sizeof *sleeper);

	if (sleeper == NULL)
		return -ENOMEM;
	*sleeper = (struct sleeper){.logind = logind, .hooks = *hooks, .fd = -1};
	*ret_sleeper = sleeper;
	return 0;
}

void sleep_close(struct sleeper *sleeper)
{
	if (sleeper == NULL)
		return;
	let_go(sleeper);
	sleeper->closed = true;
	if (!sleeper->asking)
		free(sleeper);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* mutex-guardd over the system bus (idlelock/guard/org.pammutex.Guard1.xml). Shell. Only root gets an answer; no call takes longer than 2 s. */
#ifndef MUTEXCTL_GUARD_CLIENT_H
#define MUTEXCTL_GUARD_CLIENT_H

#include <stdbool.h>
#include <stdint.h>

#define GUARD_CLIENT_STANDINGS_MAX 64
struct guard_client_standing {
	char control[32];
	char state[16];
	int64_t since_s;
	char by[96]; /* "" = unknown */
	bool given_up;
};

struct guard_client {
	struct guard_client_standing items[GUARD_CLIENT_STANDINGS_MAX];
	unsigned count;
};

/* 0; -ENXIO below --root; -ESRCH when it does not run; other negative errno. */
int guard_client_ask(struct guard_client *ret_client);
/* NULL = it does not speak of that control. */
const struct guard_client_standing *guard_client_find(const struct guard_client *client, const char *control);

#endif

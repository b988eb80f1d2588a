/* SPDX-License-Identifier: BSD-2-Clause */
/* What the kernel tells by netlink of changes: nftables' rules, with the process that changed them, and interfaces and addresses. Shell. */
#ifndef GUARD_NETLINK_WATCH_RUN_H
#define GUARD_NETLINK_WATCH_RUN_H

#include "change_message.h"
#include "loop.h"

struct netlink_watch;
struct netlink_hooks {
	void (*rules)(const struct change *change, void *data); /* nftables' rules are others now; at once, while the process may still be there */
	void (*network)(void *data);
	void *data;
};

/* 0 or negative errno. A group that cannot be joined is left out: then nothing is told of it. */
int netlink_watch_open(struct loop *loop, const struct netlink_hooks *hooks, struct netlink_watch **ret_watch);
void netlink_watch_close(struct netlink_watch *watch);

#endif

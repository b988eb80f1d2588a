/* SPDX-License-Identifier: BSD-2-Clause */
/* Two netlink sockets on the loop. */
#include "netlink_watch_run.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "file.h"

#define RECEIVE_BYTES (32 * 1024)

struct netlink_watch {
	struct loop *loop;
	struct netlink_hooks hooks;
	int rules, network;
};

/* A datagram for each rule of a set that is loaded would wake us: only those that begin with NEWGEN are let through, which ends each change. */
static int let_generations_through(int fd)
{
	const struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, offsetof(struct nlmsghdr, nlmsg_type)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htons(NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_NEWGEN), 0, 1),
		BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct sock_filter copy[sizeof code / sizeof code[0]];
	struct sock_fprog program = {.len = sizeof code / sizeof code[0], .filter = copy};

	for (size_t i = 0; i < sizeof code / sizeof code[0]; i++)
		copy[i] = code[i];
	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) < 0 ? -errno : 0;
}

/* The kernel's datagrams only: their sender has number 0. -1 when there is none. */
static ssize_t receive(int fd, uint8_t bytes[RECEIVE_BYTES], bool *ret_lost)
{
	struct sockaddr_nl from = {0};
	socklen_t size = sizeof from;
	ssize_t got;

	do
		got = recvfrom(fd, bytes, RECEIVE_BYTES, MSG_DONTWAIT, (struct sockaddr *)&from, &size);
	while (got >= 0 && from.nl_pid != 0);
	*ret_lost = got < 0 && errno == ENOBUFS;
	return got;
}

static void on_rules(int fd, uint32_t events, void *data)
{
	_Alignas(struct nlmsghdr) uint8_t bytes[RECEIVE_BYTES];
	struct netlink_watch *watch = data;
	bool lost = true;
	ssize_t got;

	(void)events;
	while ((got = receive(fd, bytes, &lost)) >= 0 || lost) {
		struct change change = {0};

		/* Where some were lost, who it was is lost too. */
		if (got < 0 || change_read_nftables(bytes, (size_t)got, &change))
			watch->hooks.rules(&change, watch->hooks.data);
	}
}

static void on_network(int fd, uint32_t events, void *data)
{
	_Alignas(struct nlmsghdr) uint8_t bytes[RECEIVE_BYTES];
	struct netlink_watch *watch = data;
	bool lost = true;

	(void)events;
	while (receive(fd, bytes, &lost) >= 0 || lost)
		;
	watch->hooks.network(watch->hooks.data);
}

static int join(int protocol, uint32_t groups)
{
	const struct sockaddr_nl address = {.nl_family = AF_NETLINK, .nl_groups = groups};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);

	if (fd >= 0 && bind(fd, (const struct sockaddr *)&address, sizeof address) < 0)
		file_close(&fd), fd = -1;
	return fd;
}

int netlink_watch_open(struct loop *loop, const struct netlink_hooks *hooks, struct netlink_watch **ret_watch)
{
	struct netlink_watch *watch = malloc(sizeof *watch);
	int r = 0;

	if (watch == NULL)
		return -ENOMEM;
	*watch = (struct netlink_watch){.loop = loop, .hooks = *hooks, .rules = -1, .network = -1};
	watch->rules = join(NETLINK_NETFILTER, 1U << (NFNLGRP_NFTABLES - 1));
	if (watch->rules >= 0)
		r = let_generations_through(watch->rules);
	if (r == 0 && watch->rules >= 0)
		r = loop_add(loop, watch->rules, EPOLLIN, on_rules, watch);
	watch->network = join(NETLINK_ROUTE, RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR);
	if (r == 0 && watch->network >= 0)
		r = loop_add(loop, watch->network, EPOLLIN, on_network, watch);
	if (r < 0) {
		netlink_watch_close(watch);
		return r;
	}
	*ret_watch = watch;
	return 0;
}

void netlink_watch_close(struct netlink_watch *watch)
{
	if (watch == NULL)
		return;
	loop_remove(watch->loop, watch->rules);
	loop_remove(watch->loop, watch->network);
	file_close(&watch->rules);
	file_close(&watch->network);
	free(watch);
}

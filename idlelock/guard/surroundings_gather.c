/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads the interfaces, their addresses, and whether packets are sent on. */
#include <errno.h>
#include <fcntl.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/netfilter.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "attribute.h"
#include "file.h"
#include "firewall_gather.h"
#include "netlink_gather.h"

static int ask(struct mnl_socket *socket, uint16_t type, struct dump *dump)
{
	char buffer[NLMSG_HDRLEN + sizeof(struct ifinfomsg) + 64];
	struct nlmsghdr *request = mnl_nlmsg_put_header(buffer);

	request->nlmsg_type = type;
	request->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	request->nlmsg_seq = type;
	/* an address family of 0, all of them, is the first byte of either head */
	(void)mnl_nlmsg_put_extra_header(request, sizeof(struct ifinfomsg));
	return netlink_ask(socket, request, dump);
}

static struct attribute_list attributes_of(const struct nlmsghdr *message, size_t head)
{
	return (struct attribute_list){.bytes = mnl_nlmsg_get_payload_offset(message, head),
				       .len = mnl_nlmsg_get_payload_len(message) - NLMSG_ALIGN(head)};
}

static void add_interface(const struct nlmsghdr *message, struct interface *ret)
{
	const struct ifinfomsg *head = mnl_nlmsg_get_payload(message);
	struct attribute_list list = attributes_of(message, sizeof *head);
	struct attribute a;

	*ret = (struct interface){.index = (uint32_t)head->ifi_index, .type = head->ifi_type};
	while (attribute_next(&list, &a)) {
		if (a.type == IFLA_IFNAME && a.len > 0)
			memcpy(ret->name, a.bytes, a.len < sizeof ret->name ? a.len : sizeof ret->name - 1);
		else if (a.type == IFLA_GROUP && a.len == sizeof ret->group)
			memcpy(&ret->group, a.bytes, sizeof ret->group);
	}
}

static void add_address(const struct nlmsghdr *message, struct local_address *ret)
{
	const struct ifaddrmsg *head = mnl_nlmsg_get_payload(message);
	struct attribute_list list = attributes_of(message, sizeof *head);
	struct attribute a;
	bool local = false;

	*ret = (struct local_address){
		.family = head->ifa_family == AF_INET ? NFPROTO_IPV4 : NFPROTO_IPV6, .prefix = head->ifa_prefixlen, .index = head->ifa_index};
	/* on a line between two, ADDRESS is the other end's */
	while (attribute_next(&list, &a)) {
		if ((a.type != IFA_LOCAL && (a.type != IFA_ADDRESS || local)) || a.len > sizeof ret->bytes)
			continue;
		memcpy(ret->bytes, a.bytes, a.len);
		local = a.type == IFA_LOCAL;
	}
}

static size_t count_messages(const struct dump *dump)
{
	int left = (int)dump->len;
	size_t count = 0;

	for (const struct nlmsghdr *m = (const void *)dump->bytes; dump->len > 0 && mnl_nlmsg_ok(m, left); m = mnl_nlmsg_next(m, &left))
		count++;
	return count;
}

static int add_all(const struct dump *links, const struct dump *addresses, struct arena *arena, struct surroundings *ret)
{
	struct interface *interfaces = ARENA_NEW(arena, struct interface, count_messages(links) + 1);
	struct local_address *own = ARENA_NEW(arena, struct local_address, count_messages(addresses) + 1);
	int left = (int)links->len;

	if (interfaces == NULL || own == NULL)
		return -ENOMEM;
	for (const struct nlmsghdr *m = (const void *)links->bytes; links->len > 0 && mnl_nlmsg_ok(m, left); m = mnl_nlmsg_next(m, &left))
		if (m->nlmsg_type == RTM_NEWLINK && mnl_nlmsg_get_payload_len(m) >= sizeof(struct ifinfomsg))
			add_interface(m, &interfaces[ret->interface_count++]);
	left = (int)addresses->len;
	for (const struct nlmsghdr *m = (const void *)addresses->bytes; addresses->len > 0 && mnl_nlmsg_ok(m, left); m = mnl_nlmsg_next(m, &left))
		if (m->nlmsg_type == RTM_NEWADDR && mnl_nlmsg_get_payload_len(m) >= sizeof(struct ifaddrmsg))
			add_address(m, &own[ret->address_count++]);
	ret->interfaces = interfaces;
	ret->addresses = own;
	return 0;
}

/* A switch that cannot be read counts as on: then more ways are looked at. */
static bool is_on(const char *path)
{
	int fd FILE_CLOSED = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	char c = '1';

	return fd < 0 ? errno != ENOENT : read(fd, &c, 1) != 1 || c != '0';
}

int surroundings_gather(struct arena *arena, struct surroundings *ret)
{
	struct mnl_socket *socket NETLINK_CLOSED = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	struct dump links = {.arena = arena}, addresses = {.arena = arena};
	int error = socket != NULL && mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) == 0 ? 0 : -errno;

	if (error == 0)
		error = ask(socket, RTM_GETLINK, &links);
	if (error == 0)
		error = ask(socket, RTM_GETADDR, &addresses);
	*ret = (struct surroundings){
		.forwards_ipv4 = is_on("/proc/sys/net/ipv4/ip_forward"), .forwards_ipv6 = is_on("/proc/sys/net/ipv6/conf/all/forwarding")};
	return error < 0 ? error : add_all(&links, &addresses, arena, ret);
}

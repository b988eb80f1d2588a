/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads the tables of iptables-legacy. Only those that /proc names: asking for another one would make it. */
#include <errno.h>
#include <fcntl.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/netfilter.h>
#include <linux/netfilter_ipv4/ip_tables.h>
#include <linux/netfilter_ipv6/ip6_tables.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "file.h"
#include "firewall_gather.h"

#define NAMES_BYTES 1024
#define CHANGES_TRIED 8

/* How the two families are asked. */
static const struct asking {
	uint8_t family;
	int domain, level, get_info, get_entries;
	const char *names;
} ASKING[] = {
	{NFPROTO_IPV4, AF_INET, IPPROTO_IP, IPT_SO_GET_INFO, IPT_SO_GET_ENTRIES, "/proc/net/ip_tables_names"},
	{NFPROTO_IPV6, AF_INET6, IPPROTO_IPV6, IP6T_SO_GET_INFO, IP6T_SO_GET_ENTRIES, "/proc/net/ip6_tables_names"},
};

/* One name a line; "" where this kernel has no such tables. */
static int read_names(const char *path, char ret_names[static NAMES_BYTES])
{
	int fd FILE_CLOSED = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	ssize_t len = fd >= 0 ? read(fd, ret_names, NAMES_BYTES - 1) : -1;

	ret_names[len > 0 ? len : 0] = '\0';
	if (len >= 0 || (fd < 0 && errno == ENOENT))
		return 0;
	return -errno;
}

static int read_table(const struct asking *asking, int fd, const char *name, size_t name_len, struct arena *arena, struct nf_ruleset *ruleset)
{
	struct ipt_getinfo *info = ARENA_NEW(arena, struct ipt_getinfo, 1); /* struct ip6t_getinfo is the same */
	struct ipt_get_entries *entries;                                     /* and struct ip6t_get_entries */
	socklen_t len = sizeof *info;

	if (info == NULL || name_len >= sizeof info->name)
		return info == NULL ? -ENOMEM : -EBADMSG;
	memcpy(info->name, name, name_len);
	if (getsockopt(fd, asking->level, asking->get_info, info, &len) < 0)
		return -errno;
	len = (socklen_t)(sizeof *entries + info->size);
	entries = arena_alloc(arena, 1, len);
	if (entries == NULL)
		return -ENOMEM;
	memcpy(entries->name, name, name_len);
	entries->size = info->size;
	if (getsockopt(fd, asking->level, asking->get_entries, entries, &len) < 0)
		return -errno;
	return legacy_read(asking->family, (const uint8_t *)info, sizeof *info, (const uint8_t *)entries->entrytable, info->size, arena, ruleset);
}

static int read_family(const struct asking *asking, struct arena *arena, struct nf_ruleset *ruleset)
{
	char names[NAMES_BYTES];
	int fd FILE_CLOSED = -1, error = read_names(asking->names, names);

	if (error < 0 || *names == '\0')
		return error;
	fd = socket(asking->domain, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW);
	if (fd < 0)
		return -errno;
	for (const char *name = names; error == 0 && *name != '\0';) {
		size_t len = strcspn(name, "\n");

		error = -EAGAIN;
		/* the kernel says so when the table grew in between */
		for (unsigned i = 0; error == -EAGAIN && i < CHANGES_TRIED; i++)
			error = read_table(asking, fd, name, len, arena, ruleset);
		name += len + (name[len] == '\n');
	}
	return error;
}

int legacy_gather(struct arena *arena, struct nf_ruleset *ruleset)
{
	int error = 0;

	for (size_t i = 0; error == 0 && i < sizeof ASKING / sizeof ASKING[0]; i++)
		error = read_family(&ASKING[i], arena, ruleset);
	return error;
}

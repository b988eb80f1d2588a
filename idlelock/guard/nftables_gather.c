/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads nftables' tables, chains, sets and rules by netlink, of one generation: when another program changes them meanwhile, all is read
 * again. The attributes are read by ruleset.c and not by libnftnl, which passes over those that it does not know: a rule of a newer kernel
 * would be judged by half of it. */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <string.h>

#include "attribute.h"
#include "firewall_gather.h"
#include "netlink_gather.h"

#define GENERATIONS_TRIED 8

struct asker {
	struct mnl_socket *socket;
	uint32_t sequence;
	char buffer[NLMSG_HDRLEN + 4096];
};

static struct nlmsghdr *begin(struct asker *asker, unsigned type, uint8_t family, bool many)
{
	struct nlmsghdr *request = mnl_nlmsg_put_header(asker->buffer);
	struct nfgenmsg *head;

	request->nlmsg_type = (uint16_t)(NFNL_SUBSYS_NFTABLES << 8 | type);
	request->nlmsg_flags = NLM_F_REQUEST | (many ? NLM_F_DUMP : 0);
	request->nlmsg_seq = ++asker->sequence;
	head = mnl_nlmsg_put_extra_header(request, sizeof *head);
	head->nfgen_family = family;
	head->version = NFNETLINK_V0;
	return request;
}

static int ask_generation(struct asker *asker, struct arena *arena, uint32_t *ret_generation)
{
	struct dump dump = {.arena = arena};
	struct attribute_list list;
	struct attribute a;
	int error = netlink_ask(asker->socket, begin(asker, NFT_MSG_GETGEN, NFPROTO_UNSPEC, false), &dump);

	if (error < 0)
		return error;
	if (dump.len < NLMSG_HDRLEN + sizeof(struct nfgenmsg))
		return -EBADMSG;
	list = (struct attribute_list){.bytes = dump.bytes + NLMSG_HDRLEN + sizeof(struct nfgenmsg),
				       .len = dump.len - NLMSG_HDRLEN - sizeof(struct nfgenmsg)};
	while (attribute_next(&list, &a))
		if (a.type == NFTA_GEN_ID)
			*ret_generation = attribute_number(&a);
	return 0;
}

/* The answer of one question into the model. What it points to stays in the arena. */
static int ask(struct asker *asker, struct nlmsghdr *request, struct arena *arena, struct nf_ruleset *ruleset)
{
	struct dump dump = {.arena = arena};
	int error = netlink_ask(asker->socket, request, &dump);

	return error < 0 ? error : ruleset_read(dump.bytes, dump.len, arena, ruleset);
}

static int ask_elements(struct asker *asker, struct arena *arena, struct nf_ruleset *ruleset)
{
	int error = 0;

	for (const struct nf_set *set = ruleset->sets; error == 0 && set != NULL; set = set->next) {
		struct nlmsghdr *request = begin(asker, NFT_MSG_GETSETELEM, set->family, true);

		mnl_attr_put_strz(request, NFTA_SET_ELEM_LIST_TABLE, set->table);
		mnl_attr_put_strz(request, NFTA_SET_ELEM_LIST_SET, set->name);
		error = ask(asker, request, arena, ruleset);
	}
	return error;
}

static int ask_all(struct asker *asker, struct arena *arena, struct nf_ruleset *ruleset)
{
	static const unsigned first[] = {NFT_MSG_GETTABLE, NFT_MSG_GETCHAIN, NFT_MSG_GETSET};
	uint32_t before = 0, after = 0;
	int error = ask_generation(asker, arena, &before);

	for (size_t i = 0; error == 0 && i < sizeof first / sizeof first[0]; i++)
		error = ask(asker, begin(asker, first[i], NFPROTO_UNSPEC, true), arena, ruleset);
	if (error == 0)
		error = ask_elements(asker, arena, ruleset);
	if (error == 0)
		error = ask(asker, begin(asker, NFT_MSG_GETRULE, NFPROTO_UNSPEC, true), arena, ruleset);
	if (error == 0)
		error = ask_generation(asker, arena, &after);
	return error == 0 && before != after ? -EINTR : error;
}

int nftables_gather(struct arena *arena, struct nf_ruleset *ruleset)
{
	struct mnl_socket *socket NETLINK_CLOSED = mnl_socket_open2(NETLINK_NETFILTER, SOCK_CLOEXEC);
	struct asker asker = {.socket = socket};
	const struct nf_ruleset empty = *ruleset;
	size_t used = arena->used;
	int error = socket != NULL && mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) == 0 ? -EINTR : -errno;

	/* a change in between shows as another generation, or as a name that is gone */
	for (unsigned i = 0; (error == -EINTR || error == -ENOENT || error == -EBADMSG) && i < GENERATIONS_TRIED; i++) {
		*ruleset = empty;
		arena->used = used;
		error = ask_all(&asker, arena, ruleset);
	}
	return error;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* The probe of control "firewall". */
#include "firewall_gather.h"

#include <errno.h>
#include <linux/netfilter.h>
#include <string.h>

#include "firewall.h"
#include "firewall_hold.h"

static const char *explain(int error)
{
	switch (error) {
	case -EPERM:
	case -EACCES:
		return "only root can read it";
	case -EINTR:
	case -EAGAIN:
		return "it changes all the time";
	case -EBADMSG:
		return "the kernel tells something that is not understood";
	case -ENOMEM:
		return "too many rules";
	default:
		return "the kernel does not tell it";
	}
}

/* True when it is there. */
static bool look_past_hold(struct nf_ruleset *ruleset)
{
	for (struct nf_table *table = ruleset->tables; table != NULL; table = table->next)
		if (table->family == NFPROTO_INET && strcmp(table->name, FIREWALL_HOLD_TABLE) == 0)
			return table->dormant = true;
	return false;
}

int firewall_probe(const struct control_scene *scene, struct arena *arena, const void **ret_facts)
{
	struct firewall_facts *facts = ARENA_NEW(arena, struct firewall_facts, 1);
	int error;

	if (facts == NULL)
		return -ENOMEM;
	firewall_product_gather(scene->paths, scene->now_s, facts->products);
	error = nftables_gather(arena, &facts->ruleset);
	if (error == 0)
		error = legacy_gather(arena, &facts->ruleset);
	if (error == 0) {
		facts->held = look_past_hold(&facts->ruleset);
		firewall_floor_find(&facts->ruleset, &facts->floor);
	}
	if (error == 0)
		error = ruleset_link(&facts->ruleset);
	if (error == 0)
		error = surroundings_gather(arena, &facts->surroundings);
	if (error < 0)
		facts->unreadable = explain(error);
	*ret_facts = facts;
	return 0;
}

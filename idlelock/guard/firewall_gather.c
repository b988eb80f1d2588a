/* SPDX-License-Identifier: BSD-2-Clause */
/* The probe of control "firewall". */
#include "firewall_gather.h"

#include <errno.h>

#include "firewall.h"

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

int firewall_probe(const struct control_scene *scene, struct arena *arena, const void **ret_facts)
{
	struct firewall_facts *facts = ARENA_NEW(arena, struct firewall_facts, 1);
	int error;

	(void)scene;
	if (facts == NULL)
		return -ENOMEM;
	error = nftables_gather(arena, &facts->ruleset);
	if (error == 0)
		error = legacy_gather(arena, &facts->ruleset);
	if (error == 0)
		error = ruleset_link(&facts->ruleset);
	if (error == 0)
		error = surroundings_gather(arena, &facts->surroundings);
	if (error < 0)
		facts->unreadable = explain(error);
	*ret_facts = facts;
	return 0;
}

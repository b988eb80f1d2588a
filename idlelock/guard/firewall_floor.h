/* SPDX-License-Identifier: BSD-2-Clause */
/* The floor (firewall_hold.h) as it stands among the rules, and what is to be said of it. Pure. */
#ifndef GUARD_FIREWALL_FLOOR_H
#define GUARD_FIREWALL_FLOOR_H

#include "control.h"
#include "ruleset.h"

struct firewall_facts;

struct firewall_floor {
	bool there, drops;     /* not drops: it observes */
	size_t rules;
	uint32_t packets;      /* that came in, and would not; cut to 32 bits */
	struct nf_chain chain; /* as it would be without firewall_floor_find() */
};

/* Before ruleset_link(), after which the floor is looked past. A table of that name that belongs to nobody is none. */
void firewall_floor_find(struct nf_ruleset *ruleset, struct firewall_floor *ret);
/* Adds to the verdict on what the rules behind it let in. */
void firewall_floor_judge(const struct firewall_facts *facts, const struct settings *settings, struct arena *arena, struct control_verdict *verdict);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* The floor's part of the verdict on the firewall. */
#include "firewall_floor.h"

#include <linux/netfilter.h>
#include <string.h>

#include "firewall.h"
#include "firewall_hold.h"
#include "text.h"

static uint32_t count_of(const struct nf_rule *rule)
{
	const struct nf_expression *e = rule != NULL && rule->count == 1 ? rule->expressions : NULL;

	return e != NULL && e->name != NULL && strcmp(e->name, "counter") == 0 ? e->len : 0;
}

void firewall_floor_find(struct nf_ruleset *ruleset, struct firewall_floor *ret)
{
	*ret = (struct firewall_floor){0};
	for (struct nf_table *table = ruleset->tables; table != NULL; table = table->next)
		if (table->family == NFPROTO_INET && table->owned && strcmp(table->name, FIREWALL_FLOOR_TABLE) == 0)
			ret->there = table->dormant = true;
	for (const struct nf_chain *chain = ruleset->chains; ret->there && chain != NULL; chain = chain->next) {
		if (chain->family != NFPROTO_INET || chain->is_legacy || strcmp(chain->table, FIREWALL_FLOOR_TABLE) != 0)
			continue;
		ret->chain = *chain;
		ret->drops = chain->is_base && chain->hook == NF_INET_LOCAL_IN && chain->policy == NF_DROP;
		ret->packets = count_of(chain->last);
		for (const struct nf_rule *rule = chain->rules; rule != NULL; rule = rule->next)
			ret->rules++;
	}
}

/* The weightiest. */
static void tell_first(struct control_verdict *verdict, const struct control_reason *reason)
{
	verdict->reason_count -= verdict->reason_count == CONTROL_REASONS_MAX;
	memmove(verdict->reasons + 1, verdict->reasons, verdict->reason_count * sizeof verdict->reasons[0]);
	verdict->reasons[0] = *reason;
	verdict->reason_count++;
}

static bool is_as_asked(const struct firewall_floor *floor, const struct settings *settings)
{
	return floor->there && floor->drops == (settings->control_floor == CONTROL_FLOOR_ON) &&
	       floor->rules == firewall_floor_rules(&settings->control_allow, floor->drops);
}

/* With it in front, nothing gets in that may not; what is sent on to containers goes past it. */
static bool protects(const struct firewall_facts *facts, const struct settings *settings, struct arena *arena)
{
	struct firewall_survey *survey = ARENA_NEW(arena, struct firewall_survey, 1);
	struct nf_chain chain = facts->floor.chain;
	struct firewall_facts with = *facts;

	chain.next = facts->ruleset.chains;
	with.ruleset.chains = &chain;
	return survey != NULL && firewall_survey(&with, &settings->control_allow, arena, survey) == 0 && survey->count == 0 && !survey->unfinished;
}

static void tell_observed(uint32_t packets, struct arena *arena, struct control_verdict *verdict)
{
	struct control_reason observes = {.id = MESSAGE_FIREWALL_FLOOR_OBSERVES, .count = 1};
	char buffer[16];
	struct text t;

	TEXT_INTO(&t, buffer);
	text_add_int(&t, packets);
	observes.arguments[0] = arena_copy(arena, t.buf, t.len);
	if (observes.arguments[0] == NULL)
		return;
	if (verdict->state == POSTURE_OK)
		tell_first(verdict, &observes);
	else
		control_add_reason(verdict, &observes);
}

void firewall_floor_judge(const struct firewall_facts *facts, const struct settings *settings, struct arena *arena, struct control_verdict *verdict)
{
	static const struct control_reason missing = {.id = MESSAGE_FIREWALL_FLOOR_MISSING}, stands = {.id = MESSAGE_FIREWALL_FLOOR_STANDS},
					   keeps_out = {.id = MESSAGE_FIREWALL_FLOOR_PROTECTS};

	if (settings->control_floor == CONTROL_FLOOR_OFF || facts->unreadable != NULL)
		return;
	if (!is_as_asked(&facts->floor, settings)) {
		if (verdict->state == POSTURE_OK || (verdict->undecided && settings->control_floor == CONTROL_FLOOR_ON)) {
			verdict->remedy = (struct control_reason){.id = MESSAGE_FIREWALL_REMEDY_FLOOR};
			verdict->beyond_repair = settings->control_floor == CONTROL_FLOOR_ON;
		}
		verdict->state = settings->control_floor == CONTROL_FLOOR_ON ? POSTURE_VIOLATED : verdict->state;
		tell_first(verdict, &missing);
	} else if (!facts->floor.drops) {
		tell_observed(facts->floor.packets, arena, verdict);
	} else if (verdict->state == POSTURE_VIOLATED && protects(facts, settings, arena)) {
		tell_first(verdict, &keeps_out);
	} else {
		control_add_reason(verdict, &stands);
	}
}

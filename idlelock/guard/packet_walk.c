/* SPDX-License-Identifier: BSD-2-Clause */
/* Hooks, base chains, jumps and verdicts: the way of a packet. What a single expression does stands in packet_expression.c. */
#include "packet_walk.h"

#include <errno.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter_ipv4.h>
#include <string.h>

#define DEPTH_MAX 64            /* jumps within jumps; nftables allows 16, iptables-legacy only what does not loop */
#define STEPS_MAX UINT64_C(300000) /* of one packet: more rules than anybody has */

/* --- the plan --- */

static bool is_hooked(const struct nf_chain *chain, int family, enum walk_hook hook)
{
	static const uint32_t numbers[WALK_HOOK_MAX] = {
		[WALK_INGRESS] = NF_INET_INGRESS,
		[WALK_PREROUTING] = NF_INET_PRE_ROUTING,
		[WALK_INPUT] = NF_INET_LOCAL_IN,
		[WALK_FORWARD] = NF_INET_FORWARD,
	};

	if (!chain->is_base)
		return false;
	if (chain->family == NFPROTO_NETDEV)
		return hook == WALK_INGRESS && chain->hook == NF_NETDEV_INGRESS;
	if (chain->family != NFPROTO_INET && chain->family != (family == WALK_IPV4 ? NFPROTO_IPV4 : NFPROTO_IPV6))
		return false;
	return chain->hook == numbers[hook];
}

/* All chains of type nat run where the kernel's address translation has its place. */
static int32_t place_of(const struct nf_chain *chain)
{
	return chain->is_nat ? NF_IP_PRI_NAT_DST : chain->priority;
}

static bool is_before(const struct nf_chain *a, const struct nf_chain *b)
{
	return place_of(a) != place_of(b) ? place_of(a) < place_of(b) : a->priority < b->priority;
}

static int plan_hook(struct walk_plan *plan, const struct nf_ruleset *ruleset, int family, enum walk_hook hook, struct arena *arena)
{
	size_t count = 0, filled = 0;
	const struct nf_chain **chains;

	for (const struct nf_chain *chain = ruleset->chains; chain != NULL; chain = chain->next)
		count += is_hooked(chain, family, hook);
	chains = ARENA_NEW(arena, const struct nf_chain *, count + 1);
	if (chains == NULL)
		return -ENOMEM;
	for (const struct nf_chain *chain = ruleset->chains; chain != NULL; chain = chain->next) {
		size_t i;

		if (!is_hooked(chain, family, hook))
			continue;
		for (i = filled++; i > 0 && is_before(chain, chains[i - 1]); i--)
			chains[i] = chains[i - 1];
		chains[i] = chain;
	}
	plan->chains[family][hook] = chains;
	return 0;
}

int walk_plan_init(struct walk_plan *plan, const struct nf_ruleset *ruleset, const struct surroundings *surroundings, struct arena *arena)
{
	int r = 0;

	*plan = (struct walk_plan){.surroundings = surroundings};
	for (int family = 0; family < WALK_FAMILY_MAX; family++)
		for (enum walk_hook hook = 0; r == 0 && hook < WALK_HOOK_MAX; hook++)
			r = plan_hook(plan, ruleset, family, hook, arena);
	return r;
}

/* --- rules --- */

void walk_puzzle(struct walk *walk, const char *why)
{
	if (walk->puzzle == NULL)
		walk->puzzle = why;
}

static unsigned walk_chain(struct walk *walk, const struct nf_chain *chain, unsigned depth);

static unsigned ends_of(struct walk *walk, const struct nf_data *verdict, unsigned depth)
{
	unsigned ends;

	switch (verdict->verdict) {
	case NFT_CONTINUE:
	case NFT_BREAK:
		return END_NEXT;
	case NFT_RETURN:
		return END_RETURN;
	case NFT_GOTO:
		return walk_chain(walk, verdict->chain, depth + 1);
	case NFT_JUMP:
		ends = walk_chain(walk, verdict->chain, depth + 1);
		return (ends & END_RETURN) != 0 ? (ends & ~(unsigned)END_RETURN) | END_NEXT : ends;
	case NF_ACCEPT:
		return END_ACCEPT;
	case NF_DROP:
		return END_DROP;
	default: /* a queue: some program decides */
		walk_puzzle(walk, "queue");
		return END_ACCEPT | END_DROP;
	}
}

/* The key is not known: any of the map's verdicts, or none. */
static unsigned ends_of_map(struct walk *walk, const struct nf_set *map, unsigned depth)
{
	unsigned ends = END_NEXT;

	walk_puzzle(walk, "vmap");
	for (const struct nf_element *e = map->elements; e != NULL; e = e->next)
		if (e->data.is_verdict)
			ends |= ends_of(walk, &e->data, depth);
	return ends;
}

static unsigned walk_rule(struct walk *walk, const struct nf_rule *rule, unsigned depth)
{
	unsigned ends = 0;
	bool sure = true;

	memset(&walk->registers, 0, sizeof walk->registers);
	for (size_t i = 0; i < rule->count; i++) {
		struct step step = walk_expression(walk, &rule->expressions[i]);
		unsigned here = step.ends;

		walk->steps++;
		if (step.verdict != NULL)
			here |= ends_of(walk, step.verdict, depth);
		if (step.map != NULL)
			here |= ends_of_map(walk, step.map, depth);
		ends |= here;
		if (step.goes_on == TRI_NO)
			/* without a verdict the next rule comes; with one it comes where the verdict was not sure to be reached */
			return here == 0 || !sure ? ends | END_NEXT : ends;
		if (step.goes_on == TRI_MAYBE) {
			sure = false;
			walk->perhaps = true;
		}
	}
	return ends | END_NEXT;
}

static unsigned walk_chain(struct walk *walk, const struct nf_chain *chain, unsigned depth)
{
	bool perhaps = walk->perhaps;
	unsigned ends = 0;

	if (depth > DEPTH_MAX) {
		walk_puzzle(walk, "loop");
		return END_ACCEPT | END_DROP | END_RETURN;
	}
	for (const struct nf_rule *rule = chain->rules; rule != NULL; rule = rule->next) {
		unsigned here;

		if (walk->steps++ > STEPS_MAX) {
			walk_puzzle(walk, "steps");
			return END_ACCEPT | END_DROP | END_RETURN;
		}
		here = walk_rule(walk, rule, depth);
		ends |= here & ~(unsigned)END_NEXT;
		/* who may have left this chain already meets later chains without what its further rules change */
		walk->perhaps = perhaps || (ends & (END_ACCEPT | END_RETURN)) != 0;
		if ((here & END_NEXT) == 0)
			break;
		if (rule->next == NULL)
			ends |= END_RETURN;
	}
	walk->perhaps = perhaps;
	return chain->rules != NULL ? ends : END_RETURN;
}

/* --- hooks --- */

static bool is_on_device(const struct nf_chain *chain, const struct interface *in)
{
	for (size_t i = 0; i < chain->device_count; i++)
		if (strcmp(chain->devices[i], in->name) == 0)
			return true;
	return chain->device_count == 0;
}

/* END_ACCEPT, END_DROP or both. */
static unsigned walk_hook(struct walk *walk, enum walk_hook hook)
{
	int family = walk->packet.probe.family == NFPROTO_IPV4 ? WALK_IPV4 : WALK_IPV6;
	unsigned dropped = 0;

	walk->hook = hook;
	for (const struct nf_chain *const *chain = walk->plan->chains[family][hook]; *chain != NULL; chain++) {
		unsigned ends;

		if (!is_on_device(*chain, walk->packet.probe.in) || ((*chain)->is_nat && (walk->packet.translated == TRI_YES || hook != WALK_PREROUTING)))
			continue;
		walk->base = *chain;
		ends = walk_chain(walk, *chain, 0);
		if ((ends & END_RETURN) != 0)
			ends |= (*chain)->policy == NF_DROP ? END_DROP : END_ACCEPT;
		dropped |= ends & END_DROP;
		if ((ends & END_ACCEPT) == 0)
			return END_DROP;
	}
	return dropped | END_ACCEPT;
}

static unsigned walk_behind_routing(struct walk *walk, bool *ret_forwarded)
{
	const struct surroundings *surroundings = walk->plan->surroundings;
	enum tri local = packet_is_local(&walk->packet, surroundings);

	if (local == TRI_YES)
		return walk_hook(walk, WALK_INPUT);
	if (local == TRI_MAYBE) {
		walk_puzzle(walk, "dnat");
		return END_ACCEPT | END_DROP;
	}
	if (!(walk->packet.probe.family == NFPROTO_IPV4 ? surroundings->forwards_ipv4 : surroundings->forwards_ipv6))
		return END_DROP;
	*ret_forwarded = true;
	walk->packet.out = packet_route(&walk->packet, surroundings);
	return walk_hook(walk, WALK_FORWARD);
}

struct walk_result walk_packet(const struct walk_plan *plan, const struct probe *probe)
{
	struct walk walk = {.plan = plan};
	struct walk_result result = {0};
	unsigned ends;

	packet_start(&walk.packet, probe);
	ends = walk_hook(&walk, WALK_INGRESS);
	if ((ends & END_ACCEPT) != 0)
		ends = (ends & END_DROP) | walk_hook(&walk, WALK_PREROUTING);
	if ((ends & END_ACCEPT) != 0)
		ends = (ends & END_DROP) | walk_behind_routing(&walk, &result.forwarded);
	result.steps = walk.steps;
	if (ends == END_ACCEPT)
		result.end = WALK_OPEN;
	else if (ends == END_DROP)
		result.end = WALK_CLOSED;
	else
		result.puzzle = walk.puzzle != NULL ? walk.puzzle : "payload";
	return result;
}

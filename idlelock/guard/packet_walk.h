/* SPDX-License-Identifier: BSD-2-Clause */
/* Sends a probe through the packet filter as the kernel would, on paper. Pure.
 *
 * All hooks on the way: ingress, prerouting (where a DNAT may send it elsewhere, as Docker's do), then input or forward; in each all base chains by
 * priority, nftables and iptables-legacy alike. The result is what can happen, never a guess: a rule that nobody can decide (a random number, the
 * owner of a socket, an expression of a newer kernel) is followed both ways.
 * The sender is new and quiet: a limit is not used up, and no list of recent addresses holds his. Constants in the rules stand for
 * themselves; what a sender may choose freely (ttl, options) may be anything.
 * MUST: CLOSED and OPEN only when every way ends so. */
#ifndef GUARD_PACKET_WALK_H
#define GUARD_PACKET_WALK_H

#include "packet.h"
#include "ruleset.h"

enum walk_hook { WALK_INGRESS, WALK_PREROUTING, WALK_INPUT, WALK_FORWARD, WALK_HOOK_MAX };
enum { WALK_IPV4, WALK_IPV6, WALK_FAMILY_MAX };

/* The base chains in the order of the kernel; made once for a ruleset. */
struct walk_plan {
	const struct surroundings *surroundings;
	const struct nf_chain **chains[WALK_FAMILY_MAX][WALK_HOOK_MAX]; /* NULL-terminated */
};

/* ruleset is linked. 0, or -ENOMEM. */
int walk_plan_init(struct walk_plan *plan, const struct nf_ruleset *ruleset, const struct surroundings *surroundings, struct arena *arena);

enum walk_end { WALK_UNKNOWN, WALK_CLOSED, WALK_OPEN };

struct walk_result {
	enum walk_end end;
	bool forwarded;     /* it ends at a container or another computer */
	const char *puzzle; /* of UNKNOWN: the first thing that could not be decided, by its name in rules ("string"); never NULL then */
	uint64_t steps;     /* rules and elements that were looked at */
};
struct walk_result walk_packet(const struct walk_plan *plan, const struct probe *probe);

/* --- between the parts of the walk --- */

/* Where a rule or a chain may end. */
enum { END_ACCEPT = 1, END_DROP = 2, END_RETURN = 4, END_NEXT = 8 };
#define END_ANY (END_ACCEPT | END_DROP | END_NEXT)

struct walk {
	const struct walk_plan *plan;
	struct packet packet;
	struct bits registers;
	const struct nf_chain *base; /* the base chain that it is in */
	enum walk_hook hook;
	bool perhaps;                /* what happens now may not happen at all */
	bool set_touched, recent_touched; /* a rule noted this sender somewhere */
	uint64_t steps;
	const char *puzzle;
};

/* What one expression does. */
struct step {
	enum tri goes_on;       /* to the next expression of the rule; NO ends the rule without a verdict */
	unsigned ends;          /* END_...: where the rule may end here; 0 = nowhere */
	const struct nf_data *verdict; /* with a verdict out of a rule or a map */
	const struct nf_set *map;      /* each of its verdicts may hold */
};
struct step walk_expression(struct walk *walk, const struct nf_expression *e);

/* Byte offset of a register as netlink numbers it. */
size_t walk_register(uint32_t number);
/* Notes why the outcome is open, once. */
void walk_puzzle(struct walk *walk, const char *why);

/* --- matches and targets of iptables (xt.c) --- */
enum tri xt_match(struct walk *walk, const struct nf_expression *e);
struct step xt_target(struct walk *walk, const struct nf_expression *e);
/* The head of a rule of iptables-legacy. */
enum tri xt_head(const struct walk *walk, const struct nf_expression *e);
/* Gives the packet a new destination; NULL = keeps that part. */
void walk_translate(struct walk *walk, const struct bits *address, size_t address_at, const struct bits *port, size_t port_at);
/* The ct state bit of nftables and iptables that holds; 0 when nobody can tell. */
uint32_t walk_state(const struct walk *walk);

/* --- elements of sets (set_lookup.c) --- */
/* Is what stands in the registers at `at` in the set? For YES *ret_element is the one (not for the END of an interval). */
enum tri set_lookup(const struct nf_set *set, const struct bits *registers, size_t at, const struct nf_element **ret_element);

#endif

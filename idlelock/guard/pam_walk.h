/* SPDX-License-Identifier: BSD-2-Clause */
/* Walks every path of one phase of a PAM service through a model of libpam's dispatch. Pure.
 *
 * The model is pam_dispatch.c as Debian patches it, on a first pass (nothing frozen), where a jump counts as ignored: that is what
 * pam_authenticate() and pam_acct_mgmt() do, and both passes of pam_chauthtok(). Each path carries a mark, a small number whose meaning is
 * the judge's; two paths that meet at the same point with the same mark are one. */
#ifndef GUARD_PAM_WALK_H
#define GUARD_PAM_WALK_H

#include <stdint.h>

#include "pam_stack.h"

/* libpam's impression and status in one: a positive impression may carry a status that is no success. */
enum pam_impression { PAM_IMPRESSION_NONE, PAM_IMPRESSION_GOOD, PAM_IMPRESSION_OTHER, PAM_IMPRESSION_BAD };

#define PAM_MARK_MAX 0x3fff

/* A point of a walk: this line comes next. Packed into 64 bits it is the key of what was seen. */
struct pam_point {
	unsigned position;
	unsigned mark;
	enum pam_impression impression;
	uint32_t entries; /* impression at the entry of each substack level, two bits each */
};

struct pam_node {
	struct pam_point point;
	uint32_t parent;
	enum pam_code code; /* that led here from the parent's line */
};

/* What the judge knows about lines. Called for PAM_LINE_MODULE only. */
struct pam_walk_rules {
	bool (*may_return)(const void *context, unsigned position, enum pam_code code);
	unsigned (*next_mark)(const void *context, unsigned position, unsigned mark, enum pam_code code);
};

/* Breadth first, so the first point found of a kind has the shortest path. */
struct pam_walk {
	const struct pam_chain *chain;
	const struct pam_walk_rules *rules;
	const void *context;
	struct pam_node *nodes; /* those found so far; walk with an index below count, stepping at each */
	uint32_t count, max;
	uint32_t *table; /* index + 1 of a node, open addressing */
	uint32_t table_size;
	bool full; /* the memory did not suffice: nothing is proven */
};

#define PAM_WALK_NO_PARENT UINT32_MAX

/* Takes its memory from scratch. False when that does not suffice for anything. */
bool pam_walk_init(struct pam_walk *walk, const struct pam_chain *chain, const struct pam_walk_rules *rules, const void *context,
		   struct arena *scratch);
/* Begins anew at the first line with that mark. */
void pam_walk_start(struct pam_walk *walk, unsigned mark);
/* All that the line at this node can return, and where each return leads. Nothing behind the last line. */
void pam_walk_step(struct pam_walk *walk, uint32_t index);
static inline bool pam_walk_ended(const struct pam_walk *walk, uint32_t index)
{
	return walk->nodes[index].point.position >= walk->chain->count;
}

struct pam_step {
	const struct pam_line *line;
	enum pam_code code; /* what it returns on this path; of the last step: nothing */
};

#define PAM_PATH_MAX 24
/* The path to a node, the line at the node last. Returns its length; 0 when it is longer than PAM_PATH_MAX. */
size_t pam_walk_path(const struct pam_walk *walk, uint32_t node, struct pam_step ret_path[static PAM_PATH_MAX]);
/* The line whose return led from before the line at that position to behind it; NULL when none did. */
const struct pam_line *pam_walk_skipper(const struct pam_walk *walk, uint32_t node, size_t position);

/* One pass over a chain whose lines return these codes (one each; ret_ran, one each, tells which were reached). True when libpam
 * would report success. */
bool pam_walk_pass(const struct pam_chain *chain, const enum pam_code *codes, bool *ret_ran);

#endif

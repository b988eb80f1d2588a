/* SPDX-License-Identifier: BSD-2-Clause */
/* A model of libpam's dispatch, and the walk over all paths through it. */
#include "pam_walk.h"

#include <string.h>

static uint64_t point_key(const struct pam_point *p)
{
	return (uint64_t)p->entries << 32 | (uint64_t)p->impression << 30 | (uint64_t)p->mark << 16 | p->position;
}

static void walk_add(struct pam_walk *w, struct pam_point p, uint32_t parent, enum pam_code code)
{
	uint64_t key = point_key(&p);
	uint32_t slot = (uint32_t)((key * 0x9e3779b97f4a7c15ULL) >> 32) & (w->table_size - 1);

	for (; w->table[slot] != 0; slot = (slot + 1) & (w->table_size - 1)) {
		if (point_key(&w->nodes[w->table[slot] - 1].point) == key)
			return;
	}
	if (w->count == w->max) {
		w->full = true;
		return;
	}
	w->nodes[w->count] = (struct pam_node){.point = p, .parent = parent, .code = code};
	w->table[slot] = ++w->count;
}

static enum pam_impression entry_of(uint32_t entries, int level)
{
	return (enum pam_impression)(entries >> (2 * level) & 3);
}

static uint32_t with_entry(uint32_t entries, int level, enum pam_impression impression)
{
	return (entries & ~((uint32_t)3 << (2 * level))) | (uint32_t)impression << (2 * level);
}

/* Where the walk goes behind a decision (done, die): past the rest of this level. */
static unsigned behind_level(const struct pam_chain *c, unsigned position, int level)
{
	while (position + 1 < c->count && c->lines[position + 1].level >= level)
		position++;
	return position + 1;
}

/* Skips n lines, a substack counting as one. False: there are not so many. */
static bool jump(const struct pam_chain *c, unsigned *position, int level, int n)
{
	unsigned at = *position;

	while (at + 1 < c->count && c->lines[at + 1].level >= level && n > 0) {
		do
			at++;
		while (at + 1 < c->count && c->lines[at + 1].level > level);
		n--;
	}
	*position = at;
	return n == 0;
}

/* One line returned: libpam's big switch. Returns the next point. */
static struct pam_point dispatch(const struct pam_chain *c, const struct pam_line *line, struct pam_point p, enum pam_code code)
{
	int action = line->actions[code];
	enum pam_impression as = code == PAM_CODE_success ? PAM_IMPRESSION_GOOD : PAM_IMPRESSION_OTHER;
	unsigned here = p.position++;

	switch (action) {
	case PAM_ACTION_RESET:
		p.impression = entry_of(p.entries, line->level);
		break;
	case PAM_ACTION_OK:
	case PAM_ACTION_DONE:
		if (p.impression == PAM_IMPRESSION_NONE || p.impression == PAM_IMPRESSION_GOOD)
			p.impression = as;
		if (action == PAM_ACTION_DONE && p.impression != PAM_IMPRESSION_BAD)
			p.position = behind_level(c, here, line->level);
		break;
	case PAM_ACTION_BAD:
	case PAM_ACTION_DIE:
		p.impression = PAM_IMPRESSION_BAD;
		if (action == PAM_ACTION_DIE)
			p.position = behind_level(c, here, line->level);
		break;
	case PAM_ACTION_IGNORE:
		break;
	default:
		if (action < 0 || !jump(c, &here, line->level, action))
			p.impression = PAM_IMPRESSION_BAD;
		p.position = here + 1;
	}
	return p;
}

/* Remembers the impression at the entry of a substack: the line before (in the walk) was less deep. */
static struct pam_point enter(const struct pam_chain *c, struct pam_point p, int from_level)
{
	int level = p.position < c->count ? c->lines[p.position].level : 0;

	if (level > from_level)
		p.entries = with_entry(p.entries, level, p.impression);
	/* What was noted for deeper levels is noted anew when they are entered again. */
	for (int deeper = level + 1; deeper < PAM_INCLUDES_MAX; deeper++)
		p.entries = with_entry(p.entries, deeper, PAM_IMPRESSION_NONE);
	return p;
}

/* The codes in an order that gives telling paths: success, the plain refusal, then the rest. */
static enum pam_code nth_code(int n)
{
	if (n == 0)
		return PAM_CODE_success;
	if (n == 1)
		return PAM_CODE_authtok_err;
	return (enum pam_code)(n <= PAM_CODE_authtok_err ? n - 1 : n);
}

void pam_walk_step(struct pam_walk *w, uint32_t index)
{
	struct pam_point p = w->nodes[index].point;
	const struct pam_line *line;

	if (pam_walk_ended(w, index))
		return;
	line = &w->chain->lines[p.position];
	if (line->kind == PAM_LINE_SUBSTACK) {
		p.position++;
		walk_add(w, enter(w->chain, p, line->level), index, PAM_CODE_ignore);
		return;
	}
	for (int n = 0; n < PAM_CODE_MAX; n++) {
		enum pam_code code = nth_code(n);
		struct pam_point next;

		if (line->kind == PAM_LINE_MUST_FAIL ? code != PAM_CODE_perm_denied : !w->rules->may_return(w->context, p.position, code))
			continue;
		next = dispatch(w->chain, line, p, code);
		if (line->kind == PAM_LINE_MODULE)
			next.mark = w->rules->next_mark(w->context, p.position, p.mark, code);
		walk_add(w, enter(w->chain, next, line->level), index, code);
	}
}

bool pam_walk_pass(const struct pam_chain *chain, const enum pam_code *codes, bool *ret_ran)
{
	struct pam_point p = enter(chain, (struct pam_point){0}, 0);

	memset(ret_ran, 0, chain->count * sizeof *ret_ran);
	while (p.position < chain->count) {
		unsigned here = p.position;
		const struct pam_line *line = &chain->lines[here];

		if (line->kind == PAM_LINE_SUBSTACK) {
			p.position++;
		} else {
			ret_ran[here] = true;
			p = dispatch(chain, line, p, line->kind == PAM_LINE_MUST_FAIL ? PAM_CODE_perm_denied : codes[here]);
		}
		p = enter(chain, p, line->level);
	}
	return p.impression == PAM_IMPRESSION_GOOD;
}

void pam_walk_start(struct pam_walk *w, unsigned mark)
{
	memset(w->table, 0, w->table_size * sizeof *w->table);
	w->count = 0;
	w->full = false;
	walk_add(w, enter(w->chain, (struct pam_point){.mark = mark}, 0), PAM_WALK_NO_PARENT, PAM_CODE_success);
}

size_t pam_walk_path(const struct pam_walk *w, uint32_t node, struct pam_step ret_path[static PAM_PATH_MAX])
{
	bool ended = pam_walk_ended(w, node);
	uint32_t first = ended ? w->nodes[node].parent : node;
	size_t len = 0, at;

	for (uint32_t i = first; i != PAM_WALK_NO_PARENT; i = w->nodes[i].parent)
		len += w->chain->lines[w->nodes[i].point.position].kind != PAM_LINE_SUBSTACK;
	if (len > PAM_PATH_MAX)
		return 0;
	at = len;
	for (uint32_t i = first, came = node; i != PAM_WALK_NO_PARENT; came = i, i = w->nodes[i].parent) {
		const struct pam_line *line = &w->chain->lines[w->nodes[i].point.position];

		if (line->kind != PAM_LINE_SUBSTACK)
			ret_path[--at] = (struct pam_step){.line = line, .code = w->nodes[came].code};
	}
	return len;
}

const struct pam_line *pam_walk_skipper(const struct pam_walk *w, uint32_t node, size_t position)
{
	for (uint32_t i = node, parent; (parent = w->nodes[i].parent) != PAM_WALK_NO_PARENT; i = parent) {
		if (w->nodes[parent].point.position < position && w->nodes[i].point.position > position)
			return &w->chain->lines[w->nodes[parent].point.position];
	}
	return NULL;
}

/* Half of the memory for the points, a quarter for the table that finds them again. */
bool pam_walk_init(struct pam_walk *w, const struct pam_chain *chain, const struct pam_walk_rules *rules, const void *context,
		   struct arena *scratch)
{
	*w = (struct pam_walk){.chain = chain, .rules = rules, .context = context};
	w->max = (uint32_t)((scratch->size - scratch->used) / 2 / sizeof *w->nodes);
	for (w->table_size = 1; w->table_size < 2 * w->max; w->table_size *= 2)
		;
	w->nodes = ARENA_NEW(scratch, struct pam_node, w->max);
	while (w->table_size * sizeof *w->table > scratch->size - scratch->used - 64 && w->table_size > 1)
		w->table_size /= 2;
	if (w->max > w->table_size / 2)
		w->max = w->table_size / 2;
	w->table = ARENA_NEW(scratch, uint32_t, w->table_size);
	return w->nodes != NULL && w->table != NULL && w->max > 0;
}

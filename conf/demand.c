/* SPDX-License-Identifier: BSD-2-Clause */
/* The factor table of a policy, and demands over it: any of some sets, each all of its factors. */
#include "demand.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "number.h"
#include "policy_assignment.h"
#include "text.h"

#define SHOWN_BYTES_MAX 48

/* One word for each kind: the name of the built-in factor, or what stands before the target of `use`. */
static const struct kind_row {
	const char *word;
	bool built_in;
	bool usable;   /* in `use` */
	char divider;  /* between word and target; '\0' = no target */
} kinds[] = {
	[FACTOR_PASSWORD] = {.word = "password", .built_in = true},
	[FACTOR_TOTP] = {.word = "totp", .built_in = true, .usable = true},
	[FACTOR_RECOVERY] = {.word = "recovery", .built_in = true, .usable = true},
	[FACTOR_PUBLICKEY] = {.word = "publickey", .built_in = true},
	[FACTOR_HARDWARE_KEY] = {.word = "hardware-key", .built_in = true},
	[FACTOR_PAM] = {.word = "pam", .usable = true, .divider = ':'},
	[FACTOR_EXEC] = {.word = "exec", .usable = true, .divider = ':'},
};
static_assert(sizeof kinds / sizeof kinds[0] == FACTOR_KIND_MAX, "kinds");
static_assert(POLICY_NAME_BYTES_MAX < FACTOR_NAME_MAX, "a section's name is a factor's name");
static_assert(FACTORS_MAX <= 32, "sets are 32 bits");

static bool is_word(const char *word, const char *s, size_t len)
{
	return strlen(word) == len && memcmp(word, s, len) == 0;
}

enum factor_kind factor_built_in(const char *name)
{
	for (enum factor_kind i = 0; i < FACTOR_KIND_MAX; i++)
		if (kinds[i].built_in && strcmp(kinds[i].word, name) == 0)
			return i;
	return FACTOR_KIND_MAX;
}

enum factor_kind factor_use_parse(const char *use, const char **ret_target)
{
	*ret_target = NULL;
	for (enum factor_kind i = 0; i < FACTOR_KIND_MAX; i++) {
		size_t len = strlen(kinds[i].word);

		if (!kinds[i].usable || strncmp(use, kinds[i].word, len) != 0 || use[len] != kinds[i].divider)
			continue;
		if (kinds[i].divider != '\0')
			*ret_target = use + len + 1;
		return i;
	}
	return FACTOR_KIND_MAX;
}

static void add_factor(struct factor_table *table, const char *name, enum factor_kind kind, const char *target)
{
	struct factor *factor = &table->factors[table->count++];

	*factor = (struct factor){.kind = kind, .target = target};
	memcpy(factor->name, name, strlen(name) + 1);
}

void factor_table_init(const struct policy *policy, struct factor_table *ret_table)
{
	*ret_table = (struct factor_table){0};
	for (enum factor_kind i = 0; i < FACTOR_KIND_MAX; i++)
		if (kinds[i].built_in)
			add_factor(ret_table, kinds[i].word, i, NULL);
	for (size_t i = 0; i < policy->named_count && ret_table->count < FACTORS_MAX; i++) {
		const struct policy_named *named = &policy->named[i];
		const struct policy_assignment *use;
		enum factor_kind kind = FACTOR_KIND_MAX;
		const char *target = NULL;

		if (named->section != SECTION_factor || factor_built_in(named->name) != FACTOR_KIND_MAX)
			continue;
		use = policy_assignment_of(policy, named->scope_id, KEYWORD_factor_use);
		if (use != NULL)
			kind = factor_use_parse(use->value.text, &target);
		add_factor(ret_table, named->name, kind, target);
	}
}

int factor_find(const struct factor_table *table, const char *name, size_t len)
{
	for (size_t i = 0; i < table->count; i++)
		if (is_word(table->factors[i].name, name, len))
			return (int)i;
	return -ENOENT;
}

void factor_set_add(const struct factor_table *table, uint32_t set, struct text *t)
{
	bool first = true;

	for (size_t i = 0; i < table->count; i++) {
		if ((set & FACTOR_BIT(i)) == 0)
			continue;
		text_add(t, first ? "" : "+");
		text_add(t, table->factors[i].name);
		first = false;
	}
}

static int refuse(struct text *problem, const char *s, size_t len, const char *what)
{
	if (problem != NULL) {
		text_add_char(problem, '"');
		text_add_bytes(problem, s, len < SHOWN_BYTES_MAX ? len : SHOWN_BYTES_MAX);
		text_add(problem, "\" ");
		text_add(problem, what);
	}
	return -EINVAL;
}

static int refuse_unknown(const struct factor_table *table, const char *s, size_t len, struct text *problem)
{
	const char *names[FACTORS_MAX + 1] = {NULL}, *nearest;

	if (memchr(s, ' ', len) != NULL || memchr(s, '\t', len) != NULL)
		return refuse(problem, s, len, "is no factor; write + between those that are needed together, and a comma between alternatives");
	for (size_t i = 0; i < table->count; i++)
		names[i] = table->factors[i].name;
	nearest = diag_nearest(s, len, names);
	(void)refuse(problem, s, len, nearest != NULL ? "is no factor; did you mean \"" : "is no factor; define it in a section [factor NAME], or choose of ");
	for (size_t i = 0; problem != NULL && nearest == NULL && names[i] != NULL; i++) {
		text_add(problem, i > 0 ? ", " : "");
		text_add(problem, names[i]);
	}
	if (problem != NULL && nearest != NULL) {
		text_add(problem, nearest);
		text_add(problem, "\"?");
	}
	return -EINVAL;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Takes the next part off *at and trims it. False behind the last one. */
static bool next_part(const char **at, const char *end, char divider, const char **ret_part, size_t *ret_len)
{
	const char *part = *at, *stop;

	if (part > end)
		return false;
	stop = part < end ? memchr(part, divider, (size_t)(end - part)) : NULL;
	if (stop == NULL)
		stop = end;
	*at = stop + 1;
	while (part < stop && is_blank(*part))
		part++;
	while (stop > part && is_blank(stop[-1]))
		stop--;
	*ret_part = part;
	*ret_len = (size_t)(stop - part);
	return true;
}

/* A person has one totp and one set of recovery codes, whatever their names; two names for one stack or helper are one thing too. */
static bool is_same_thing(const struct factor *a, const struct factor *b)
{
	return a->kind == b->kind && a->kind != FACTOR_KIND_MAX &&
	       (a->target == NULL || b->target == NULL ? a->target == b->target : strcmp(a->target, b->target) == 0);
}

static int check_part(const struct factor_table *table, uint32_t set, size_t index, const char *part, size_t len, struct text *problem)
{
	if ((set & FACTOR_BIT(index)) != 0)
		return refuse(problem, part, len, "stands twice in one alternative, and is shown only once; delete one of the two");
	for (size_t i = 0; i < table->count; i++) {
		if ((set & FACTOR_BIT(i)) == 0 || !is_same_thing(&table->factors[i], &table->factors[index]))
			continue;
		(void)refuse(problem, part, len, "is the same thing under another name as ");
		if (problem != NULL) {
			text_add(problem, table->factors[i].name);
			text_add(problem, "; delete one of the two");
		}
		return -EINVAL;
	}
	return 0;
}

static int parse_set(const struct factor_table *table, const char *s, size_t len, uint32_t *ret_set, struct text *problem)
{
	const char *at = s, *part;
	size_t part_len;
	uint32_t set = 0;

	while (next_part(&at, s + len, '+', &part, &part_len)) {
		int index;

		if (part_len == 0)
			return refuse(problem, s, len, "has a + or a comma too many; write it such as password+totp, password+recovery");
		index = factor_find(table, part, part_len);
		if (index < 0)
			return refuse_unknown(table, part, part_len, problem);
		if (check_part(table, set, (size_t)index, part, part_len, problem) < 0)
			return -EINVAL;
		set |= FACTOR_BIT(index);
	}
	*ret_set = set;
	return 0;
}

/* Of two alternatives one of which holds the other, the longer one would never be needed. */
static int refuse_held(const struct factor_table *table, uint32_t longer, uint32_t shorter, struct text *problem)
{
	if (problem == NULL)
		return -EINVAL;
	text_add_char(problem, '"');
	factor_set_add(table, longer, problem);
	text_add(problem, longer == shorter ? "\" stands twice; delete one of the two" : "\" is never needed, because ");
	if (longer == shorter)
		return -EINVAL;
	factor_set_add(table, shorter, problem);
	text_add(problem, " is enough; delete one of the two");
	return -EINVAL;
}

static int add_alternative(const struct factor_table *table, struct demand *demand, uint32_t set, struct text *problem)
{
	for (size_t i = 0; i < demand->count; i++) {
		uint32_t other = demand->alternatives[i], common = set & other;

		if (common == other || common == set)
			return refuse_held(table, set | other, common, problem);
	}
	if (demand->count == DEMAND_ALTERNATIVES_MAX) {
		if (problem != NULL)
			text_add(problem, "more than 8 alternatives; leave some out");
		return -EINVAL;
	}
	demand->alternatives[demand->count++] = set;
	return 0;
}

int demand_parse(const struct factor_table *table, const char *s, size_t len, struct demand *ret_demand, struct text *problem)
{
	struct demand demand = {0};
	const char *at = s, *part;
	size_t part_len;

	(void)next_part(&at, s + len, '\0', &part, &part_len);
	if (part_len == 0)
		return refuse(problem, "", 0, "demands nothing; write it such as password+totp, password+recovery");
	at = s;
	while (next_part(&at, s + len, ',', &part, &part_len)) {
		uint32_t set;
		int r = parse_set(table, part, part_len, &set, problem);

		if (r == 0)
			r = add_alternative(table, &demand, set, problem);
		if (r < 0)
			return r;
	}
	*ret_demand = demand;
	return 0;
}

bool demand_met(const struct demand *demand, uint32_t proven)
{
	for (size_t i = 0; i < demand->count; i++)
		if ((demand->alternatives[i] & ~proven) == 0)
			return true;
	return false;
}

uint32_t demand_next(const struct demand *demand, uint32_t proven, uint32_t available)
{
	unsigned fewest = FACTORS_MAX + 1;
	uint32_t next = 0;

	for (size_t i = 0; i < demand->count; i++) {
		uint32_t missing = demand->alternatives[i] & ~proven;
		unsigned count = number_bits(missing);

		if ((missing & ~available) != 0 || count > fewest)
			continue;
		next = count < fewest ? missing : next | missing;
		fewest = count;
	}
	return next;
}

bool demand_possible(const struct demand *demand, uint32_t proven, uint32_t available)
{
	for (size_t i = 0; i < demand->count; i++)
		if ((demand->alternatives[i] & ~(proven | available)) == 0)
			return true;
	return false;
}

void demand_add(const struct factor_table *table, const struct demand *demand, struct text *t)
{
	for (size_t i = 0; i < demand->count; i++) {
		text_add(t, i > 0 ? ", " : "");
		factor_set_add(table, demand->alternatives[i], t);
	}
}

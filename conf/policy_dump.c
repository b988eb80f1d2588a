/* SPDX-License-Identifier: BSD-2-Clause */
/* The canonical text of a policy, and its hash. Two policies with the same text mean the same for everybody. */
#include <errno.h>
#include <nettle/sha2.h>
#include <string.h>

#include "keyword_table.h"
#include "policy_assignment.h"
#include "text.h"

bool policy_assignment_is_dead(const struct policy *policy, size_t index)
{
	const struct policy_assignment *a = &policy->assignments[index];

	for (size_t i = index + 1; i < policy->count; i++)
		if (policy->assignments[i].scope_id == a->scope_id && policy->assignments[i].keyword == a->keyword)
			return true;
	return false;
}

static void add_line(const char *name, const struct keyword_row *row, const union value *value, struct text *t)
{
	text_add(t, name);
	text_add(t, row->name);
	text_add(t, " = ");
	value_add(row, value, t);
	text_add_char(t, '\n');
}

/* The compiled default of some sections: to observe without an end. A file may not say so, since nobody would ever come back to it; the
 * dump says it to people only, and what reads it back starts from the same default. */
static bool is_endless_observe(const struct keyword_row *row, const struct settings *settings)
{
	enum keyword until;
	union value value;

	if (strcmp(row->name, "mode") != 0)
		return false;
	value_get(row, settings, &value);
	if (value.choice != MODE_OBSERVE)
		return false;
	until = keyword_find(row->section, "observe_until", strlen("observe_until"));
	value_get(keyword_row(until), settings, &value);
	return value.number == 0;
}

static void dump_general(const struct policy *policy, struct text *t)
{
	enum section section = SECTION_MAX;

	for (enum keyword i = 0; i < KEYWORD_MAX; i++) {
		const struct keyword_row *row = keyword_row(i);
		union value value;

		if (section_scope(row->section) == SCOPE_NAMED)
			continue;
		if (row->section != section) {
			text_add(t, section == SECTION_MAX ? "[" : "\n[");
			text_add(t, section_name(row->section));
			text_add(t, "]\n");
			section = row->section;
		}
		value_get(row, &policy->general, &value);
		add_line(is_endless_observe(row, &policy->general) ? "# " : "", row, &value, t);
	}
}

/* The next line at or after index that still counts and is for somebody; policy->count behind the last. */
static size_t next_live(const struct policy *policy, size_t index)
{
	while (index < policy->count && (policy->assignments[index].who == NULL || policy_assignment_is_dead(policy, index)))
		index++;
	return index;
}

/* Each once, whatever the files: what one of them says counts for its name alone, so their order among the others says nothing. */
static void dump_named(const struct policy *policy, const struct policy_named *named, struct text *t)
{
	text_add(t, "\n[");
	text_add(t, section_name(named->section));
	text_add_char(t, ' ');
	text_add(t, named->name);
	text_add(t, "]\n");
	for (enum keyword k = 0; k < KEYWORD_MAX; k++) {
		const struct keyword_row *row = keyword_row(k);
		const struct policy_assignment *line = row->section == named->section ? policy_assignment_of(policy, named->scope_id, k) : NULL;

		if (line != NULL)
			add_line("", row, &line->value, t);
	}
}

/* Lines of one WHO that follow each other make one section, in table order. Sections keep the order of reading, because between two
 * groups (or uid ranges) the later line wins; hence one WHO may come twice. Returns where the next section begins. */
static size_t dump_users(const struct policy *policy, size_t first, struct text *t)
{
	const struct policy_assignment *of_keyword[KEYWORD_MAX] = {NULL};
	unsigned scope_id = policy->assignments[first].scope_id;
	size_t i = first;

	text_add(t, "\n[users ");
	text_add(t, policy->assignments[first].who);
	text_add(t, "]\n");
	for (; i < policy->count && policy->assignments[i].scope_id == scope_id; i = next_live(policy, i + 1))
		of_keyword[policy->assignments[i].keyword] = &policy->assignments[i];
	for (enum keyword k = 0; k < KEYWORD_MAX; k++) {
		const struct keyword_row *row = keyword_row(k);

		if (of_keyword[k] == NULL)
			continue;
		text_add(t, section_name(row->section));
		add_line(".", row, &of_keyword[k]->value, t);
	}
	return i;
}

void policy_dump(const struct policy *policy, struct text *t)
{
	dump_general(policy, t);
	for (enum section section = 0; section < SECTION_MAX; section++)
		for (size_t i = 0; i < policy->named_count; i++)
			if (policy->named[i].section == section)
				dump_named(policy, &policy->named[i], t);
	for (size_t i = next_live(policy, 0); i < policy->count;)
		i = dump_users(policy, i, t);
}

int policy_hash(struct policy *policy, const struct arena *arena)
{
	uint8_t digest[SHA256_DIGEST_SIZE];
	struct sha256_ctx sha;
	struct text dump, hash;

	if (arena->used >= arena->size)
		return -ENOMEM;
	text_init(&dump, (char *)arena->block + arena->used, arena->size - arena->used);
	policy_dump(policy, &dump);
	if (text_end(&dump) < 0)
		return -ENOMEM;
	if (dump.len > POLICY_FILE_BYTES_MAX)
		return -EFBIG;
	sha256_init(&sha);
	sha256_update(&sha, dump.len, (const uint8_t *)dump.buf);
	sha256_digest(&sha, sizeof digest, digest);
	TEXT_INTO(&hash, policy->hash);
	text_add_hex(&hash, digest, sizeof digest);
	/* pure code hands memory back as it got it: what comes next expects zeroes */
	memset(dump.buf, 0, dump.len + 1);
	return 0;
}

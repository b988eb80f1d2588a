/* SPDX-License-Identifier: BSD-2-Clause */
/* Policies out of strings, for tests of what works on policies. */
#ifndef MUTEX_POLICY_SAMPLE_H
#define MUTEX_POLICY_SAMPLE_H

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "policy.h"
#include "text.h"

#define SAMPLE_FILES_MAX 4
#define SAMPLE_DIAGS_MAX 64
#define SAMPLE_ARENA_BYTES (4 * 1024 * 1024)

struct policy_sample {
	struct policy policy;
	int result;
	struct diag items[SAMPLE_DIAGS_MAX];
	struct diag_list diags;
	void *memory;
	char problems[SAMPLE_DIAGS_MAX * 400]; /* all diags, as they are printed */
};

static inline void policy_sample_free(struct policy_sample *s)
{
	free(s->memory);
	s->memory = NULL;
}
#define SAMPLE_FREED __attribute__((cleanup(policy_sample_free)))

static inline void policy_sample_sources(struct policy_sample *s, const struct policy_source *sources, size_t count)
{
	struct arena arena;
	struct text t;

	memset(s, 0, sizeof *s);
	s->diags = (struct diag_list){.items = s->items, .max = SAMPLE_DIAGS_MAX};
	s->memory = malloc(SAMPLE_ARENA_BYTES);
	arena_init(&arena, s->memory, s->memory != NULL ? SAMPLE_ARENA_BYTES : 0);
	s->result = policy_parse(sources, count, &arena, &s->diags, &s->policy);
	TEXT_INTO(&t, s->problems);
	for (size_t i = 0; i < s->diags.count; i++)
		diag_format(&s->items[i], &t);
}

/* The files are called a.conf, b.conf and so on. */
static inline void policy_sample_texts(struct policy_sample *s, const char *const *texts, size_t count)
{
	static const char *const names[SAMPLE_FILES_MAX] = {"a.conf", "b.conf", "c.conf", "d.conf"};
	struct policy_source sources[SAMPLE_FILES_MAX];

	for (size_t i = 0; i < count && i < SAMPLE_FILES_MAX; i++)
		sources[i] = (struct policy_source){.file = names[i], .bytes = texts[i], .len = strlen(texts[i])};
	policy_sample_sources(s, sources, count);
}

static inline void policy_sample_text(struct policy_sample *s, const char *text)
{
	policy_sample_texts(s, &text, 1);
}

/* "15 (a.conf:2)" */
static inline const char *policy_sample_setting(const struct settings *settings, enum keyword keyword, char *buffer, size_t size)
{
	struct text t;

	text_init(&t, buffer, size);
	settings_add_value(settings, keyword, &t);
	text_add(&t, " (");
	settings_add_origin(settings, keyword, &t);
	text_add(&t, ")");
	return buffer;
}

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as a file of exceptions: only whole ones are active, and an open one that is ended in a file without problems is expired. */
#include <stdlib.h>
#include <string.h>

#include "exception_text.h"
#include "must.h"
#include "text.h"

#define ARENA_BYTES (4 * 1024 * 1024)
#define NOW INT64_C(1767225600)
#define LIFE (90 * DAY_S)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static unsigned char memory[3][ARENA_BYTES];
static char changed[2 * POLICY_FILE_BYTES_MAX];

static size_t parse(const char *bytes, size_t len, int which, struct exception_list *ret)
{
	const struct policy_source source = {.file = "fuzz", .bytes = bytes, .len = len};
	struct diag items[8];
	struct diag_list diags = {.items = items, .max = 8};
	struct arena arena;

	*ret = (struct exception_list){0};
	arena_init(&arena, memory[which], ARENA_BYTES);
	must(exception_parse(&source, NOW, LIFE, &arena, &diags, ret) == 0);
	return diags.errors;
}

static void check_item(const struct exception *e)
{
	static const struct person root = {.name = "root"};

	must(e->id != NULL && e->line > 0 && exception_standing_name(e->standing) != NULL);
	if (e->standing == EXCEPTION_MALFORMED)
		return;
	must(e->who != NULL && e->host != NULL && e->reason != NULL && e->requested_by != NULL && e->approved_by != NULL);
	must(e->clause != NULL && e->clause->waiver != WAIVER_NOBODY && !e->clause->organisational);
	must(strcmp(e->requested_by, e->approved_by) != 0);
	must(e->until_s >= e->from_s && e->until_s - e->from_s <= LIFE);
	must((e->standing == EXCEPTION_ACTIVE) == (e->from_s <= NOW && NOW < e->until_s));
	(void)who_matches(e->who, &root);
}

static void end(const char *bytes, size_t len, const struct exception *e)
{
	const struct policy_source source = {.file = "fuzz", .bytes = bytes, .len = len};
	struct exception_list list;
	struct arena arena;
	struct text t;
	bool found = false;

	TEXT_INTO(&t, changed);
	arena_init(&arena, memory[2], ARENA_BYTES);
	must(exception_add_ended(&source, e->id, NOW, &arena, &t) == 0 && text_end(&t) == 0);
	/* the comment with what the line was can be longer than a line may be: then nothing is written */
	if (parse(t.buf, t.len, 1, &list) > 0)
		return;
	for (size_t i = 0; i < list.count; i++)
		if (strcmp(list.items[i].id, e->id) == 0)
			found = list.items[i].standing == EXCEPTION_EXPIRED;
	must(found);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct person alice = {.name = "alice", .uid = 1000};
	struct exception_list list;
	size_t errors;

	if (size > POLICY_FILE_BYTES_MAX)
		return 0;
	errors = parse((const char *)data, size, 0, &list);
	for (size_t i = 0; i < list.count; i++)
		check_item(&list.items[i]);
	(void)exception_match(&list, "PW-1", &alice, "laptop7.example.org");
	for (size_t i = 0; i < list.count && i < 4 && errors == 0; i++)
		if (list.items[i].standing == EXCEPTION_ACTIVE || list.items[i].standing == EXCEPTION_FUTURE)
			end((const char *)data, size, &list.items[i]);
	return 0;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as one or two policy files (cut at a 0xFE byte): refused with at least one place, or a policy whose dump reads back as the same. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "demand.h"
#include "must.h"
#include "policy.h"
#include "policy_check.h"
#include "profile.h"
#include "value.h"
#include "text.h"

#define ARENA_BYTES (8 * 1024 * 1024)
#define DUMP_BYTES (POLICY_FILE_BYTES_MAX + 1)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static unsigned char memory[2][ARENA_BYTES];
static char dumps[2][DUMP_BYTES];

static int parse(const struct policy_source *sources, size_t count, int which, struct policy *ret)
{
	struct diag items[8];
	struct diag_list diags = {.items = items, .max = 8};
	struct arena arena;
	int r;

	arena_init(&arena, memory[which], ARENA_BYTES);
	r = policy_parse(sources, count, &arena, &diags, ret);
	must(r != -ENOMEM && (r == 0) == (diags.errors == 0));
	for (size_t i = 0; i < diags.count; i++) {
		char line[1024];
		struct text t;

		TEXT_INTO(&t, line);
		diag_format(&items[i], &t);
		must(text_end(&t) == 0 && memchr(line, '\n', t.len) == line + t.len - 1);
	}
	if (r == 0)
		policy_check_now(ret, 0, &diags);
	return r;
}

static size_t dump(const struct policy *policy, int which)
{
	struct text t;

	text_init(&t, dumps[which], DUMP_BYTES);
	policy_dump(policy, &t);
	must(text_end(&t) == 0);
	return t.len;
}

/* The first, the last, one that no section has. */
static const char *some_name(const struct policy *policy, enum section section, size_t which)
{
	static const char *names[1024];
	size_t count = policy_section_names(policy, section, names, sizeof names / sizeof names[0]);

	must(count <= sizeof names / sizeof names[0]);
	return which == 2 ? "none" : count == 0 ? NULL : names[which == 0 ? 0 : count - 1];
}

/* What was accepted cannot fail at a login. */
static void check_demands(const struct policy *policy, const struct settings *settings)
{
	struct factor_table table;
	struct demand demand;

	factor_table_init(policy, &table);
	must(table.count <= FACTORS_MAX);
	for (size_t i = 0; i < table.count; i++)
		must(table.factors[i].kind != FACTOR_KIND_MAX && factor_find(&table, table.factors[i].name, strlen(table.factors[i].name)) == (int)i);
	must(demand_parse(&table, settings->mfa_require, strlen(settings->mfa_require), &demand, NULL) == 0 && demand.count > 0);
	must(settings->service_require[0] == '\0' ||
	     demand_parse(&table, settings->service_require, strlen(settings->service_require), &demand, NULL) == 0);
	must(strcmp(settings->factor_user, "root") != 0);
}

static void resolve(const struct policy *a, const struct policy *b)
{
	static const char *const groups[] = {"a", "staff"};
	static const struct person people[] = {{.name = "a", .uid = 1, .groups = groups, .group_count = 2}, {.name = "alice", .uid = 1000}};
	struct profile_finding findings[PROFILE_FINDINGS_MAX];
	struct settings x, y;

	for (size_t i = 0; i < 3; i++) {
		const struct policy_names names = {.service = some_name(a, SECTION_service, i), .factor = some_name(a, SECTION_factor, i)};

		policy_resolve_for(a, i < 2 ? &people[i] : NULL, &names, &x);
		policy_resolve_for(b, i < 2 ? &people[i] : NULL, &names, &y);
		check_demands(a, &x);
		for (enum keyword k = 0; k < KEYWORD_MAX; k++) {
			union value v, w;

			value_get(keyword_row(k), &x, &v);
			value_get(keyword_row(k), &y, &w);
			must(value_equal(keyword_row(k), &v, &w));
		}
		for (int profile = 0; profile < PROFILE_MAX; profile++)
			must(profile_compare(&x, a->profile, profile, findings) <= PROFILE_FINDINGS_MAX);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *cut = size > 0 ? memchr(data, 0xfe, size) : NULL;
	size_t first = cut != NULL ? (size_t)(cut - data) : size;
	struct policy_source sources[2] = {{.file = "a", .bytes = (const char *)data, .len = first}, {.file = "b"}};
	struct policy_source canonical = {.file = "dump", .bytes = dumps[0]};
	struct policy policy, again;

	if (cut != NULL) {
		sources[1].bytes = (const char *)cut + 1;
		sources[1].len = size - first - 1;
	}
	if (parse(sources, cut != NULL ? 2 : 1, 0, &policy) < 0)
		return 0;
	canonical.len = dump(&policy, 0);
	must(parse(&canonical, 1, 1, &again) == 0);
	must(dump(&again, 1) == canonical.len && memcmp(dumps[0], dumps[1], canonical.len) == 0);
	must(strcmp(policy.hash, again.hash) == 0 && policy.profile == again.profile);
	resolve(&policy, &again);
	return 0;
}

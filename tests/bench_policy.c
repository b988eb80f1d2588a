/* SPDX-License-Identifier: BSD-2-Clause */
/* How long the shipped policy takes to parse, check and hash, which every login pays: less than 100 microseconds. The median of many. */
#include <stdio.h>
#include <stdlib.h>

#include "clock.h"
#include "policy.h"

#define ROUNDS 2001
#define LIMIT_NS 100000

static int compare(const void *a, const void *b)
{
	const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static size_t read_shipped(char *bytes, size_t size)
{
	const char *top = getenv("TOP");
	char path[4096];
	FILE *file;
	size_t len;

	(void)snprintf(path, sizeof path, "%s/conf/policy.conf", top != NULL ? top : ".");
	file = fopen(path, "re");
	if (file == NULL)
		return 0;
	len = fread(bytes, 1, size, file);
	(void)fclose(file);
	return len;
}

int main(void)
{
	static unsigned char memory[256 * 1024];
	static char bytes[POLICY_FILE_BYTES_MAX];
	static int64_t times_ns[ROUNDS];
	struct policy_source source = {.file = "policy.conf", .bytes = bytes, .len = read_shipped(bytes, sizeof bytes)};

	if (source.len == 0) {
		fprintf(stderr, "bench_policy: cannot read conf/policy.conf\n");
		return 1;
	}
	for (int i = 0; i < ROUNDS; i++) {
		struct diag items[4];
		struct diag_list diags = {.items = items, .max = 4};
		struct arena arena;
		struct policy policy;
		int64_t start_ns = clock_monotonic_ns();

		arena_init(&arena, memory, sizeof memory);
		if (policy_parse(&source, 1, &arena, &diags, &policy) < 0) {
			fprintf(stderr, "bench_policy: the shipped policy has errors\n");
			return 1;
		}
		times_ns[i] = clock_monotonic_ns() - start_ns;
	}
	qsort(times_ns, ROUNDS, sizeof times_ns[0], compare);
	printf("policy parse: %.1f us\n", (double)times_ns[ROUNDS / 2] / 1000);
	return times_ns[ROUNDS / 2] < LIMIT_NS ? 0 : 1;
}

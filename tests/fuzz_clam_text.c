/* SPDX-License-Identifier: BSD-2-Clause */
/* What ClamAV, other products and our own scans write: the first byte chooses the reader. Each result lies within its bounds. */
#include <stdlib.h>
#include <string.h>

#include "antivirus.h"
#include "json_path.h"
#include "text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ARENA_BYTES (1024 * 1024)

static void read_conf(const char *bytes, size_t len)
{
	static unsigned char memory[ARENA_BYTES];
	const struct settings settings = {0};
	struct clam_conf conf;
	struct arena arena;

	arena_init(&arena, memory, sizeof memory);
	if (clam_conf_parse(bytes, len, &arena, &conf) < 0)
		return;
	for (size_t i = 0; i < conf.count; i++)
		if (conf.options[i].name[0] == '\0' || conf.options[i].name[0] == '#')
			abort();
	(void)antivirus_loosened(&conf, &settings);
}

static void read_answers(const char *bytes, size_t len)
{
	struct clam_header header = {0};

	if (clam_header_parse(bytes, len, &header) == 0 && (header.version < 0 || header.built_s < 0))
		abort();
	if (clam_version_parse(bytes, len, &header) == 0 && (header.version < 0 || header.built_s < 0))
		abort();
	if (clam_is_pong(bytes, len) && clam_verdict_parse(bytes, len) != CLAM_NO_ANSWER)
		abort();
}

static void read_json(const char *bytes, size_t len)
{
	const char *value;
	size_t value_len;

	for (size_t i = 0; product_at(i) != NULL; i++) {
		const struct product *product = product_at(i);

		(void)product_judge(product, bytes, len);
		for (size_t j = 0; j < product->check_count && product->checks[j].path[0] != NULL; j++)
			if (json_path_find(bytes, len, product->checks[j].path, &value, &value_len) == 0 &&
			    (value < bytes || value_len == 0 || value + value_len > bytes + len))
				abort();
	}
}

/* One document, one reading. */
static void read_results(const char *bytes, size_t len)
{
	char again[ANTIVIRUS_RESULT_BYTES_MAX];
	struct antivirus_scan scan;
	struct antivirus_test test;
	struct text t;

	TEXT_INTO(&t, again);
	if (antivirus_scan_read(bytes, len, &scan) == 0 && (antivirus_scan_write(&scan, &t) < 0 || t.len != len || memcmp(again, bytes, len) != 0))
		abort();
	TEXT_INTO(&t, again);
	if (antivirus_test_read(bytes, len, &test) == 0 && (antivirus_test_write(&test, &t) < 0 || t.len != len || memcmp(again, bytes, len) != 0))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const readers[])(const char *, size_t) = {read_conf, read_answers, read_json, read_results};
	char *bytes;

	if (size == 0 || size > 65536)
		return 0;
	/* memory of its very size, so that a byte too far is seen */
	bytes = malloc(size > 1 ? size - 1 : 1);
	if (bytes == NULL)
		return 0;
	memcpy(bytes, data + 1, size - 1);
	readers[data[0] % 4](bytes, size - 1);
	free(bytes);
	return 0;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* mutexctl breached info and verify: what a filter holds, and whether it is whole. */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "breached.h"
#include "breached_source.h"
#include "command.h"
#include "common.h"
#include "date.h"
#include "progress.h"
#include "text.h"

enum { KEYS_BETWEEN_UPDATES = 1 << 16, MISSING_SHOWN = 10 };

struct look {
	const char *file;
	const char *sources[BREACHED_SOURCES_MAX];
	size_t source_count;
	enum breached_format format;
	bool json, help;
	struct filter filter;
	uint64_t asked, missing;
};

static double bits_per_key(const struct filter *f)
{
	return f->key_count == 0 ? 0 : (double)f->len * 8 / (double)f->key_count;
}

static void describe(const struct filter *f, char (*ret_built)[40], char (*ret_digest)[65])
{
	struct text t;

	TEXT_INTO(&t, *ret_built);
	date_add_time(&t, f->built_s);
	TEXT_INTO(&t, *ret_digest);
	text_add_hex(&t, f->digest, sizeof f->digest);
}

/* The note is bytes of a file that anybody may have made. */
static void escape_note(const struct filter *f, char (*ret_note)[4 * FILTER_NOTE_BYTES + 1])
{
	struct text t;

	TEXT_INTO(&t, *ret_note);
	text_add_escaped(&t, f->note, strlen(f->note));
}

static int read_options(int argc, char **argv, const char *name, struct look *look)
{
	static const struct option info_options[] = {{"json", no_argument, NULL, 'j'}, {"help", no_argument, NULL, 'h'}, {0}};
	static const struct option verify_options[] = {{"from", required_argument, NULL, 'f'},
						       {"format", required_argument, NULL, 'F'},
						       {"json", no_argument, NULL, 'j'},
						       {"help", no_argument, NULL, 'h'},
						       {0}};
	const bool verify = strcmp(name, "verify") == 0;
	int option;

	while ((option = getopt_long(argc, argv, "h", verify ? verify_options : info_options, NULL)) != -1) {
		if (option == '?')
			return breached_usage(name, "wrong option");
		look->help = look->help || option == 'h';
		look->json = look->json || option == 'j';
		if (option == 'F' && (look->format = breached_format_find(optarg)) == BREACHED_FORMAT_MAX)
			return breached_usage(name, "unknown format: %s", optarg);
		if (option == 'f' && look->source_count == BREACHED_SOURCES_MAX)
			return breached_usage(name, "more than %d sources", BREACHED_SOURCES_MAX);
		if (option == 'f')
			look->sources[look->source_count++] = optarg;
	}
	if (!look->help && argc - optind != 1)
		return breached_usage(name, "one FILE is needed");
	look->file = argv[optind];
	return 0;
}

static int print_info(const struct look *look)
{
	const struct filter *f = &look->filter;
	char built[40], digest[65], note[4 * FILTER_NOTE_BYTES + 1];

	describe(f, &built, &digest);
	escape_note(f, &note);
	if (look->json)
		return common_print_json(json_pack("{s:s, s:I, s:I, s:I, s:f, s:s, s:s, s:s}", "file", look->file, "passwords",
						   (json_int_t)f->key_count, "shards", (json_int_t)f->shard_count, "bytes",
						   (json_int_t)f->len, "bits_per_password", bits_per_key(f), "built", built, "sources",
						   note, "sha256", digest),
					 COMMAND_FINE);
	printf("passwords: %" PRIu64 "\nshards: %" PRIu32
	       "\nbytes: %zu\nbits per password: %.2f\nbuilt: %s\nfrom: %s\nsha256 of the shards: %s\n",
	       f->key_count, f->shard_count, f->len, bits_per_key(f), built, note, digest);
	return common_finish(COMMAND_FINE);
}

int breached_info(int argc, char **argv)
{
	struct breached_map map BREACHED_UNMAPPED = {0};
	struct look look = {0};

	if (read_options(argc, argv, "info", &look) != 0)
		return COMMAND_FAILED;
	if (look.help)
		return breached_help("info");
	if (breached_map(look.file, &map) != 0)
		return COMMAND_FAILED;
	look.filter = map.filter;
	return print_info(&look);
}

static int ask_source(struct look *look, const char *name)
{
	struct breached_source source BREACHED_SOURCE_CLOSED = {0};
	struct progress progress;
	uint64_t key;
	int r = breached_source_open(name, look->format, &source);

	if (r != 0)
		return r;
	progress_start(&progress, "Verifying");
	while ((r = breached_source_next(&source, &key)) > 0) {
		if (++look->asked % KEYS_BETWEEN_UPDATES == 0)
			progress_update(&progress, source.read_bytes, source.size_bytes, look->asked);
		/* The line's number only: a plain list holds passwords. */
		if (!filter_contains(&look->filter, key) && ++look->missing <= MISSING_SHOWN)
			(void)command_error("%s:%" PRIu64 ": not in the filter", source.name, source.line);
	}
	progress_end(&progress);
	return -r;
}

static int report_verified(const struct look *look, bool whole)
{
	const int fine = whole && look->missing == 0 ? COMMAND_FINE : COMMAND_VIOLATED;

	if (look->json)
		return common_print_json(json_pack("{s:s, s:b, s:I, s:I}", "file", look->file, "whole", (int)whole, "asked",
						   (json_int_t)look->asked, "missing", (json_int_t)look->missing),
					 fine);
	printf("%s: %s\n", look->file, whole ? "whole, its digest is right" : "damaged, its digest is wrong; build it again");
	if (look->source_count > 0)
		printf("%" PRIu64 " passwords asked for, %" PRIu64 " missing\n", look->asked, look->missing);
	return common_finish(fine);
}

int breached_verify(int argc, char **argv)
{
	struct breached_map map BREACHED_UNMAPPED = {0};
	struct look look = {0};
	int r = 0;

	if (read_options(argc, argv, "verify", &look) != 0)
		return COMMAND_FAILED;
	if (look.help)
		return breached_help("verify");
	if (breached_map(look.file, &map) != 0)
		return COMMAND_FAILED;
	look.filter = map.filter;
	for (size_t i = 0; i < look.source_count && r == 0; i++)
		r = ask_source(&look, look.sources[i]);
	return r != 0 ? r : report_verified(&look, filter_verify(&look.filter) == 0);
}

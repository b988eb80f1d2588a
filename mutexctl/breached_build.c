/* SPDX-License-Identifier: BSD-2-Clause */
/* mutexctl breached build: lists in, one filter file out, in bounded memory.
 *
 * Sources are read once. Their keys are parted by shard, on disk where memory ends; then each shard is sorted, rid of repeated keys,
 * built and appended. OUT is replaced in one step at the end, or not at all. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "breached.h"
#include "breached_source.h"
#include "breached_spill.h"
#include "breached_write.h"
#include "clock.h"
#include "command.h"
#include "common.h"
#include "number.h"
#include "progress.h"
#include "replacement.h"
#include "text.h"
#include "utf8.h"

#define MIB (INT64_C(1) << 20)
#define GIB (INT64_C(1) << 30)

enum { KEYS_BETWEEN_UPDATES = 1 << 16, MEMORY_MIN_MIB = 16 };

struct build {
	const char *sources[BREACHED_SOURCES_MAX];
	size_t source_count;
	const char *to;
	enum breached_format format;
	size_t memory_bytes;
	uint64_t total_bytes; /* of all sources; 0 = not known */
	uint64_t lines_used;  /* keys read, repeated ones included */
};

/* "512MiB" or "2GiB" */
static int parse_memory(const char *s, size_t *ret_bytes)
{
	static const struct {
		const char *name;
		int64_t bytes;
	} units[] = {{"MiB", MIB}, {"GiB", GIB}};
	const size_t digits = strspn(s, "0123456789");
	int64_t number;

	for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
		if (strcmp(s + digits, units[i].name) != 0)
			continue;
		if (number_parse(s, digits, 1, 1024 * 1024, &number) < 0)
			return -EINVAL;
		number *= units[i].bytes;
		if (number < MEMORY_MIN_MIB * MIB || (uint64_t)number > SIZE_MAX / 2)
			return -ERANGE;
		*ret_bytes = (size_t)number;
		return 0;
	}
	return -EINVAL;
}

static int read_option(int option, struct build *b)
{
	switch (option) {
	case 'f':
		if (b->source_count == BREACHED_SOURCES_MAX)
			return breached_usage("build", "more than %d sources", BREACHED_SOURCES_MAX);
		b->sources[b->source_count++] = optarg;
		return 0;
	case 't':
		b->to = optarg;
		return 0;
	case 'F':
		b->format = breached_format_find(optarg);
		return b->format < BREACHED_FORMAT_MAX ? 0 : breached_usage("build", "unknown format: %s", optarg);
	case 'm':
		return parse_memory(optarg, &b->memory_bytes) == 0
			       ? 0
			       : breached_usage("build", "--memory: not a size from %dMiB on, such as 512MiB or 2GiB: %s", MEMORY_MIN_MIB,
						optarg);
	default:
		return breached_usage("build", "wrong option");
	}
}

static int read_options(int argc, char **argv, struct build *b, bool *ret_help)
{
	static const struct option options[] = {
		{"from", required_argument, NULL, 'f'},   {"to", required_argument, NULL, 't'}, {"format", required_argument, NULL, 'F'},
		{"memory", required_argument, NULL, 'm'}, {"help", no_argument, NULL, 'h'},     {0},
	};
	int option;

	while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		*ret_help = *ret_help || option == 'h';
		if (option != 'h' && read_option(option, b) != 0)
			return COMMAND_FAILED;
	}
	if (*ret_help)
		return 0;
	if (optind < argc)
		return breached_usage("build", "not an option: %s", argv[optind]);
	if (b->source_count == 0 || b->to == NULL)
		return breached_usage("build", "--from and --to are needed");
	return 0;
}

/* All sources are opened once before hours go into the first. */
static int look_at_sources(struct build *b)
{
	bool known = true;

	for (size_t i = 0; i < b->source_count; i++) {
		struct breached_source source BREACHED_SOURCE_CLOSED = {0};

		for (size_t j = 0; j < i; j++)
			if (strcmp(b->sources[j], b->sources[i]) == 0)
				return breached_usage("build", "the same source twice: %s", b->sources[i]);
		if (breached_source_open(b->sources[i], b->format, &source) != 0)
			return COMMAND_FAILED;
		known = known && source.size_bytes > 0;
		b->total_bytes += source.size_bytes;
	}
	if (!known)
		b->total_bytes = 0;
	return 0;
}

static int spill_failed(int error)
{
	return command_error("cannot write the temporary file beside the filter, so nothing was replaced: %s", strerror(-error));
}

static int read_source(struct build *b, const char *name, uint64_t *bytes_before, struct breached_spill *spill, struct progress *progress)
{
	struct breached_source source BREACHED_SOURCE_CLOSED = {0};
	uint64_t key;
	int r = breached_source_open(name, b->format, &source);

	if (r != 0)
		return r;
	while ((r = breached_source_next(&source, &key)) > 0) {
		const int error = breached_spill_add(spill, key);

		if (error < 0)
			return spill_failed(error);
		if (++b->lines_used % KEYS_BETWEEN_UPDATES == 0)
			progress_update(progress, *bytes_before + source.read_bytes, b->total_bytes, b->lines_used);
	}
	*bytes_before += source.read_bytes;
	return -r;
}

static int read_sources(struct build *b, struct breached_spill *spill)
{
	struct progress progress;
	uint64_t bytes = 0;
	int r = 0;

	progress_start(&progress, "Reading");
	for (size_t i = 0; i < b->source_count && r == 0; i++)
		r = read_source(b, b->sources[i], &bytes, spill, &progress);
	progress_end(&progress);
	if (r == 0 && spill->key_count == 0)
		return command_error("no password in any source, so nothing was replaced");
	return r;
}

/* "pwned.txt, words.txt" */
static void make_note(const struct build *b, char ret_note[FILTER_NOTE_BYTES + 1])
{
	char names[4096];
	struct text t;

	TEXT_INTO(&t, names);
	for (size_t i = 0; i < b->source_count; i++) {
		const char *slash = strrchr(b->sources[i], '/');

		text_add(&t, i > 0 ? ", " : "");
		text_add(&t, strcmp(b->sources[i], "-") == 0 ? "standard input" : slash != NULL ? slash + 1 : b->sources[i]);
	}
	memcpy(ret_note, names, utf8_cut(names, t.len, FILTER_NOTE_BYTES));
}

static int tell_result(const struct build *b, const struct filter *f)
{
	printf("%s: %" PRIu64 " passwords in %" PRIu32 " shard%s, %.2f bits each, %zu bytes", b->to, f->key_count, f->shard_count,
	       f->shard_count == 1 ? "" : "s", (double)f->len * 8 / (double)f->key_count, f->len);
	if (b->lines_used > f->key_count)
		printf("; %" PRIu64 " repeated", b->lines_used - f->key_count);
	putchar('\n');
	return common_finish(COMMAND_FINE);
}

static int write_out(struct build *b, struct breached_spill *spill, struct replacement *out)
{
	struct filter f = {.built_s = clock_now_s()};
	int r = replacement_open(out);

	if (r < 0)
		return command_error("cannot make %s: %s", b->to, strerror(-r));
	make_note(b, f.note);
	if (breached_write(spill, out, b->memory_bytes / 2, &f) != 0)
		return COMMAND_FAILED;
	r = replacement_commit(out, 0644);
	if (r < 0)
		return command_error("cannot replace %s: %s", b->to, strerror(-r));
	return tell_result(b, &f);
}

static int build(struct build *b, struct replacement *out)
{
	struct breached_spill spill BREACHED_SPILL_FREED = {.fd = -1};

	if (look_at_sources(b) != 0)
		return COMMAND_FAILED;
	if (breached_spill_init(&spill, out->folder_fd, b->memory_bytes / 4) < 0)
		return command_error("not enough memory; give a smaller --memory");
	if (read_sources(b, &spill) != 0)
		return COMMAND_FAILED;
	return write_out(b, &spill, out);
}

int breached_build(int argc, char **argv)
{
	struct build b = {.memory_bytes = (size_t)GIB};
	struct replacement out;
	bool help = false;
	int r = read_options(argc, argv, &b, &help);

	if (r != 0 || help)
		return help ? breached_help("build") : r;
	r = replacement_init(&out, b.to);
	if (r < 0)
		r = command_error("cannot make %s: %s%s", b.to, strerror(-r), r == -ENOENT ? "; make its folder first" : "");
	else
		r = build(&b, &out);
	replacement_drop(&out);
	return r;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* mutexctl antivirus: scans, tries the scanner, and leaves the results for the control "antivirus". Clauses AV-1 and AV-2. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "antivirus_run.h"
#include "clock.h"
#include "command.h"
#include "common.h"
#include "file.h"
#include "record.h"
#include "text.h"
#include "unit_gather.h"

#define ARENA_BYTES (1024 * 1024)
#define FOLDER_MODE 0700
#define FILE_MODE 0600

static void find_watched(const struct clam_conf *conf, const char *root, char ret_folder[static ANTIVIRUS_PATH_BYTES])
{
	for (size_t i = 0; i < conf->count; i++) {
		struct stat st;
		struct text t;

		if (strcmp(conf->options[i].name, "OnAccessIncludePath") != 0)
			continue;
		text_init(&t, ret_folder, ANTIVIRUS_PATH_BYTES);
		text_add(&t, root);
		text_add(&t, conf->options[i].value);
		if (text_end(&t) == 0 && stat(ret_folder, &st) == 0 && S_ISDIR(st.st_mode))
			return;
	}
	ret_folder[0] = '\0';
}

static void find_quarantine(const char *root, struct arena *arena, struct antivirus_place *place)
{
	struct unit_source source UNIT_SOURCE_CLOSED = {0};
	struct unit unit;

	if (unit_source_open(NULL, root, &source) == 0 && unit_gather(&source, antivirus_unit_name(UNIT_ON_ACCESS), arena, &unit) == 0 && unit.main_pid != 0)
		(void)antivirus_gather_quarantine(unit.main_pid, place->quarantine);
}

int antivirus_find_place(const struct paths *paths, struct antivirus_place *ret_place)
{
	static unsigned char memory[ARENA_BYTES];
	struct antivirus_place place = {0};
	struct clam_conf conf = {0};
	struct arena arena;
	bool there;
	int r;

	arena_init(&arena, memory, sizeof memory);
	there = antivirus_gather_conf(paths, &arena, &conf);
	r = antivirus_gather_socket(paths, there ? &conf : NULL, place.socket);
	if (r < 0)
		return r;
	find_watched(&conf, paths->root, place.watched);
	find_quarantine(paths->root, &arena, &place);
	*ret_place = place;
	return 0;
}

/* --- results --- */

static int keep(const char *path, const struct text *t)
{
	char folder[PATHS_BYTES_MAX];
	const char *slash = strrchr(path, '/');
	struct text f;
	int r;

	TEXT_INTO(&f, folder);
	text_add_bytes(&f, path, (size_t)(slash - path));
	r = text_end(t);
	if (r == 0)
		r = file_make_folder(folder, FOLDER_MODE, common_paths()->owner);
	if (r == 0)
		r = file_replace(path, t->buf, t->len, FILE_MODE);
	return r < 0 ? command_error("the result was not kept: %s: %s", path, strerror(-r)) : 0;
}

static void record(const struct policy_loaded *loaded, const char *clause, bool good, const char *detail)
{
	const struct record r = {
		.kind = RECORD_ANTIVIRUS,
		.verdict = good ? RECORD_NOTED : RECORD_WARNED,
		.time_s = clock_now_s(),
		.clause = clause,
		.policy_hash = loaded->policy.hash,
		.policy_state = policy_state_name(loaded->state),
		.detail = detail,
	};

	if (record_emit(&r, common_paths()->journal, common_paths()->syslog) < 0)
		(void)command_error("the record was not written: neither the journal nor syslog took it");
}

static int scan(const struct policy_loaded *loaded, const struct antivirus_place *place, const struct settings *settings)
{
	char bytes[ANTIVIRUS_RESULT_BYTES_MAX], detail[400];
	struct antivirus_scan result;
	struct text t, d;
	int r = antivirus_scan_all(place, &settings->control_scan_paths, &result);

	if (r < 0)
		return command_error("nothing was scanned: clamd does not answer at %s", place->socket);
	TEXT_INTO(&t, bytes);
	TEXT_INTO(&d, detail);
	if (antivirus_scan_write(&result, &t) < 0 || keep(common_paths()->antivirus_scan, &t) != 0)
		return COMMAND_FAILED;
	text_add_format(&d, "%s: %" PRId64 " files scanned, %" PRId64 " could not be, %" PRId64 " infected",
			result.outcome == SCAN_COMPLETE ? "Scan complete" : "Scan cut off", result.scanned, result.unreadable, result.found);
	if (result.found > 0)
		text_add_format(&d, ", the first of them %s", result.first);
	text_add(&d, ".");
	record(loaded, "AV-2", result.found == 0 && result.outcome == SCAN_COMPLETE, detail);
	printf("%s\n", detail);
	return common_finish(result.found > 0 ? COMMAND_VIOLATED : result.outcome == SCAN_COMPLETE ? COMMAND_FINE : COMMAND_FAILED);
}

static int test(const struct policy_loaded *loaded, const struct antivirus_place *place)
{
	char bytes[ANTIVIRUS_RESULT_BYTES_MAX], detail[400];
	struct antivirus_test result;
	struct text t, d;
	bool good;

	antivirus_try(place, &result);
	good = result.outcome >= TEST_QUARANTINED;
	TEXT_INTO(&t, bytes);
	TEXT_INTO(&d, detail);
	if (antivirus_test_write(&result, &t) < 0 || keep(common_paths()->antivirus_test, &t) != 0)
		return COMMAND_FAILED;
	text_add_format(&d, "Harmless test file: %s", antivirus_outcome_name(result.outcome));
	if (result.folder[0] != '\0')
		text_add_format(&d, ", in %s.", result.folder);
	else
		text_add(&d, "; no folder is watched.");
	record(loaded, "AV-1", good, detail);
	printf("%s\n", detail);
	return common_finish(good ? COMMAND_FINE : COMMAND_VIOLATED);
}

int command_antivirus(int argc, char **argv)
{
	static const struct option options[] = {{0}};
	static const struct policy_names names = {.control = "antivirus"};
	struct policy_loaded loaded POLICY_UNLOADED = {0};
	struct antivirus_place place;
	struct settings settings;
	bool scans;

	if (getopt_long(argc, argv, "", options, NULL) != -1)
		return command_usage("antivirus", "unknown option");
	if (optind + 1 != argc || (strcmp(argv[optind], "scan") != 0 && strcmp(argv[optind], "test") != 0))
		return command_usage("antivirus", "say what to do: scan or test");
	scans = strcmp(argv[optind], "scan") == 0;
	if (common_load_policy(&loaded) != 0)
		return COMMAND_FAILED;
	policy_resolve_for(&loaded.policy, NULL, &names, &settings);
	if (antivirus_find_place(common_paths(), &place) < 0)
		return command_error("the path of clamd's socket is too long");
	return scans ? scan(&loaded, &place, &settings) : test(&loaded, &place);
}

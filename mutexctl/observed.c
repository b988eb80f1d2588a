/* SPDX-License-Identifier: BSD-2-Clause */
/* mutexctl observed: who would have been refused what, had the policy been enforced. Read before a section goes from observe to enforce. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clause.h"
#include "clock.h"
#include "command.h"
#include "common.h"
#include "date.h"
#include "number.h"
#include "observed_source.h"
#include "observed_tally.h"
#include "password.h"
#include "record.h"
#include "text.h"

#define DAY_SECONDS INT64_C(86400)
#define SINCE_MAX_S (3660 * DAY_SECONDS)
/* Records of clocks that ran ahead a little. */
#define FUTURE_S DAY_SECONDS

struct observed {
	int64_t now_s, since_s;
	const char *file; /* NULL = the journal, else syslog's file */
	bool json;
	enum language language;
	char source[PATHS_BYTES_MAX + 32]; /* what was read, for people */
	uint64_t malformed;
	struct observed_tally tally;
};

static int take(void *context, const struct record *r)
{
	struct observed *o = context;
	const int counted = observed_tally_add(&o->tally, r, o->since_s, o->now_s + FUTURE_S);

	return counted < 0 ? counted : 0;
}

static int parse_options(int argc, char **argv, struct observed *o)
{
	static const struct option options[] = {
		{"since", required_argument, NULL, 's'}, {"file", required_argument, NULL, 'f'}, {"json", no_argument, NULL, 'j'}, {0}};
	int64_t since = 7 * DAY_SECONDS;
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == '?')
			return command_usage("observed", "wrong option");
		if (option == 's' && number_parse_duration(optarg, strlen(optarg), 1, SINCE_MAX_S, &since) < 0)
			return command_usage("observed", "--since: not a time from 1s to 3660d, such as 12h or 7d: %s", optarg);
		if (option == 'f')
			o->file = optarg;
		o->json = o->json || option == 'j';
	}
	if (optind < argc)
		return command_usage("observed", "not an option: %s", argv[optind]);
	o->now_s = clock_now_s();
	o->since_s = o->now_s > since ? o->now_s - since : 0;
	return 0;
}

static void name_source(struct observed *o, const char *name)
{
	struct text t;

	TEXT_INTO(&t, o->source);
	text_add_escaped_cut(&t, name, strlen(name), sizeof o->source - 1);
}

static int read_log(struct observed *o, const char *path)
{
	return observed_read_log(path, take, o, &o->malformed);
}

/* syslog's own file, with the one that was rotated away last: a week may reach into it. */
static int read_system_logs(struct observed *o)
{
	const char *path = common_paths()->auth_log;
	char rotated[PATHS_BYTES_MAX + 2];
	struct text t;
	int r, r_rotated;

	TEXT_INTO(&t, rotated);
	text_add(&t, path);
	text_add(&t, ".1");
	name_source(o, path);
	r_rotated = read_log(o, rotated);
	if (r_rotated < 0 && r_rotated != -ENOENT)
		return r_rotated;
	r = read_log(o, path);
	return r == -ENOENT && r_rotated == 0 ? 0 : r;
}

static int read_named(struct observed *o)
{
	struct stat st;

	name_source(o, o->file);
	if (stat(o->file, &st) == 0 && S_ISDIR(st.st_mode))
		return observed_read_journal(o->file, o->since_s, take, o);
	return read_log(o, o->file);
}

/* The machine's journal is not that of the system below --root. */
static int read_records(struct observed *o)
{
	int r = -ENOENT;

	if (o->file != NULL)
		return read_named(o);
	name_source(o, "the journal");
	if (common_root()[0] == '\0')
		r = observed_read_journal(NULL, o->since_s, take, o);
	/* The journal shows others only what is their own, and says nothing about it. */
	if (r == 0 && geteuid() != 0)
		(void)command_error("only root sees all records of the journal: run it as root");
	return r == -ENOENT ? read_system_logs(o) : r;
}

/* What the reason says to people, with "…" where a number or a word of theirs stood. */
static void add_remedy(struct text *t, enum language language, const char *code)
{
	for (enum password_reason_id id = 0; id < PASSWORD_REASON_MAX; id++) {
		if (strcmp(code, password_reason_code(id)) != 0)
			continue;
		password_add_reason(t, language, &(struct password_reason){.id = id, .argument = {"…", "…"}});
		return;
	}
}

static void format_time(int64_t time_s, char (*ret_time)[40])
{
	struct text t;

	TEXT_INTO(&t, *ret_time);
	date_add_time(&t, time_s);
}

static void print_clause(const struct observed *o, const char *id)
{
	const struct clause *clause = clause_find(id, strlen(id));
	char escaped[4 * OBSERVED_CLAUSE_SIZE];
	struct text t;

	TEXT_INTO(&t, escaped);
	text_add_escaped(&t, id, strlen(id));
	if (clause != NULL)
		printf("%s  %s\n", escaped, o->language == LANGUAGE_JA ? clause->japanese : clause->english);
	else
		printf("%s\n", escaped[0] != '\0' ? escaped : "(no clause)");
}

static void print_row(const struct observed *o, const struct observed_row *row)
{
	char name[4 * OBSERVED_USER_SIZE], remedy[MESSAGE_BYTES_MAX * 2], last[40];
	const char *word = row->reason[0] != '\0' ? row->reason : row->user;
	struct text t;

	TEXT_INTO(&t, name);
	text_add_escaped(&t, word, strlen(word));
	if (row->reason[0] == '\0') {
		format_time(row->last_s, &last);
		printf("  %s: %" PRIu64 " time%s, last %s\n", name[0] != '\0' ? name : "(unknown name)", row->count,
		       row->count == 1 ? "" : "s", last);
		return;
	}
	TEXT_INTO(&t, remedy);
	add_remedy(&t, o->language, row->reason);
	printf("    %" PRIu64 " × %s%s%s\n", row->count, name, remedy[0] != '\0' ? ": " : "", remedy);
}

static int print_text(const struct observed *o)
{
	const char *clause = NULL;
	char since[40];

	format_time(o->since_s, &since);
	if (o->tally.records == 0) {
		printf("Nobody would have been refused anything since %s (from %s).\n", since, o->source);
		return common_finish(COMMAND_FINE);
	}
	printf("Would have been refused since %s (from %s):\n", since, o->source);
	for (size_t i = 0; i < o->tally.count; i++) {
		const struct observed_row *row = &o->tally.rows[i];

		if (clause == NULL || strcmp(clause, row->clause) != 0)
			print_clause(o, row->clause);
		clause = row->clause;
		print_row(o, row);
	}
	return common_finish(COMMAND_VIOLATED);
}

/* A string of a record may be anything; JSON takes UTF-8 only. */
static json_t *json_escaped(const char *s)
{
	char buf[4 * OBSERVED_USER_SIZE];
	struct text t;

	TEXT_INTO(&t, buf);
	text_add_escaped(&t, s, strlen(s));
	return json_string(buf);
}

static json_t *json_person(const struct observed_row *row)
{
	char last[40];

	format_time(row->last_s, &last);
	return json_pack("{s:o, s:o, s:I, s:s, s:[]}", "clause", json_escaped(row->clause), "user",
			 row->user[0] != '\0' ? json_escaped(row->user) : json_null(), "count", (json_int_t)row->count, "last", last,
			 "reasons");
}

static json_t *json_reason(const struct observed *o, const struct observed_row *row)
{
	char last[40], remedy[MESSAGE_BYTES_MAX * 2];
	struct text t;

	format_time(row->last_s, &last);
	TEXT_INTO(&t, remedy);
	add_remedy(&t, o->language, row->reason);
	return json_pack("{s:o, s:I, s:s, s:s}", "code", json_escaped(row->reason), "count", (json_int_t)row->count, "last", last, "remedy",
			 remedy);
}

static int print_json(const struct observed *o)
{
	json_t *people = json_array(), *person = NULL;
	char since[40];

	format_time(o->since_s, &since);
	for (size_t i = 0; i < o->tally.count; i++) {
		const struct observed_row *row = &o->tally.rows[i];

		if (row->reason[0] == '\0') {
			person = json_person(row);
			json_array_append_new(people, person);
		} else {
			json_array_append_new(json_object_get(person, "reasons"), json_reason(o, row));
		}
	}
	return common_print_json(json_pack("{s:s, s:s, s:I, s:I, s:o}", "since", since, "source", o->source, "records",
					   (json_int_t)o->tally.records, "malformed", (json_int_t)o->malformed, "people", people),
				 o->tally.records > 0 ? COMMAND_VIOLATED : COMMAND_FINE);
}

static int choose_language(struct observed *o)
{
	struct policy_loaded loaded POLICY_UNLOADED = {0};
	struct settings settings;

	if (common_load_policy(&loaded) != 0)
		return COMMAND_FAILED;
	policy_resolve(&loaded.policy, NULL, &settings);
	o->language = common_language(&settings);
	return 0;
}

int command_observed(int argc, char **argv)
{
	struct observed o = {0};
	int r = parse_options(argc, argv, &o);

	if (r == 0)
		r = choose_language(&o);
	if (r != 0)
		return r;
	r = read_records(&o);
	if (r < 0) {
		observed_tally_free(&o.tally);
		if (r == -ENOENT && o.file == NULL)
			return command_error("there is no journal here, and no %s", o.source);
		return command_error("cannot read records from %s: %s", o.source, strerror(-r));
	}
	if (o.malformed > 0)
		(void)command_error("%s: %" PRIu64 " lines look like records and are none", o.source, o.malformed);
	observed_tally_sort(&o.tally);
	r = o.json ? print_json(&o) : print_text(&o);
	observed_tally_free(&o.tally);
	return r;
}

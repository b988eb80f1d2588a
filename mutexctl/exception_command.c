/* SPDX-License-Identifier: BSD-2-Clause */
/* mutexctl exception: shows approved exceptions, records new ones, ends them. Each change leaves a record. Clause AU-2. */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "command.h"
#include "common.h"
#include "date.h"
#include "exception_text.h"
#include "file.h"
#include "record.h"
#include "text.h"

#define FILE_BYTES (32 * 1024)
#define ARENA_BYTES (256 * 1024)
#define FILES_PROBLEMS_MAX 32

/* --- list --- */

static json_t *exception_to_json(const struct exception *e)
{
	char from[32] = "", until[32] = "";
	struct text f, u;

	TEXT_INTO(&f, from);
	date_add_time(&f, e->from_s);
	TEXT_INTO(&u, until);
	date_add_time(&u, e->until_s);
	return json_pack("{s:s, s:s, s:s?, s:s?, s:s?, s:s?, s:s?, s:s?, s:s?, s:s?, s:s, s:I}", "id", e->id, "standing",
			 exception_standing_name(e->standing), "clause", e->clause != NULL ? e->clause->id : NULL, "who", e->who, "host", e->host,
			 "reason", e->reason, "requested_by", e->requested_by, "approved_by", e->approved_by, "from", e->from_s != 0 ? from : NULL,
			 "until", e->until_s != 0 ? until : NULL, "file", e->file, "line", (json_int_t)e->line);
}

static const char *shown(const char *s)
{
	return s != NULL ? s : "?";
}

static void print_exception(const struct exception *e)
{
	char life[80] = "";
	struct text t;

	TEXT_INTO(&t, life);
	if (e->from_s != 0 && e->until_s != 0) {
		date_add(&t, e->from_s);
		text_add(&t, " to ");
		date_add(&t, e->until_s);
	}
	printf("%-10s %s  %s for %s on %s, %s\n           %s (asked by %s, approved by %s)\n", exception_standing_name(e->standing), e->id,
	       e->clause != NULL ? e->clause->id : "?", shown(e->who), shown(e->host), life[0] != '\0' ? life : "no valid dates", shown(e->reason),
	       shown(e->requested_by), shown(e->approved_by));
}

static bool has_malformed(const struct exception_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->items[i].standing == EXCEPTION_MALFORMED)
			return true;
	return false;
}

static int list(int argc, char **argv)
{
	static const struct option options[] = {{"json", no_argument, NULL, 'j'}, {0}};
	struct policy_loaded loaded POLICY_UNLOADED = {0};
	json_t *array;
	bool json = false;
	int option, r;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option != 'j')
			return command_usage("exception", "unknown option");
		json = true;
	}
	if (optind < argc)
		return command_usage("exception", "unexpected argument: %s", argv[optind]);
	r = common_load_policy(&loaded);
	if (r != 0)
		return r;
	r = has_malformed(&loaded.exceptions) ? COMMAND_VIOLATED : COMMAND_FINE;
	if (!json) {
		common_print_diags(&loaded.diags);
		for (size_t i = 0; i < loaded.exceptions.count; i++)
			print_exception(&loaded.exceptions.items[i]);
		return common_finish(r);
	}
	array = json_array();
	for (size_t i = 0; i < loaded.exceptions.count; i++)
		json_array_append_new(array, exception_to_json(&loaded.exceptions.items[i]));
	return common_print_json(json_pack("{s:o, s:o}", "exceptions", array, "problems", common_json_diags(&loaded.diags)), r);
}

/* --- what add and end share --- */

static void close_folder(const int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
}

/* Two changes at once wait for each other, so that an id is given once. Returns a descriptor, to be closed, or -1 after a message. */
static int lock_folder(const struct paths *paths)
{
	int r = file_make_folder(paths->exceptions, 0755, paths->owner), fd;

	if (r < 0) {
		command_error("cannot make %s: %s", paths->exceptions, strerror(-r));
		return -1;
	}
	fd = open(paths->exceptions, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0 || flock(fd, LOCK_EX) < 0) {
		command_error("cannot lock %s: %s", paths->exceptions, strerror(errno));
		close_folder(&fd);
		return -1;
	}
	return fd;
}

static void emit(const struct policy_loaded *loaded, const struct exception *e, const char *what)
{
	char asked_by[COMMON_NAME_BYTES], until[32], detail[1024];
	struct text t, u;
	struct record record = {
		.kind = RECORD_EXCEPTION_CHANGED,
		.verdict = RECORD_NOTED,
		.time_s = clock_now_s(),
		.clause = e->clause->id,
		.policy_hash = loaded->policy.hash,
		.policy_state = policy_state_name(loaded->state),
		.waiver = e->id,
		.detail = detail,
	};

	if (common_asked_by(asked_by))
		record.asked_by = asked_by;
	TEXT_INTO(&u, until);
	date_add_time(&u, e->until_s);
	TEXT_INTO(&t, detail);
	text_add_format(&t, "Exception %s: for %s on %s until %s, asked by %s, approved by %s.", what, e->who, e->host, until, e->requested_by,
			e->approved_by);
	if (record_emit(&record, common_paths()->journal, common_paths()->syslog) < 0)
		(void)command_error("warning: the exception was %s, but it could not be recorded: neither journal nor syslog answers", what);
}

/* The one parser judges what is about to be written. Returns the exception with that id, or NULL after print told its problems. */
static const struct exception *judge(const struct policy_source *source, const char *id, const struct policy_loaded *loaded,
				     struct arena *arena, struct exception_list *all, void (*print)(const struct diag_list *diags))
{
	struct diag items[FILES_PROBLEMS_MAX];
	struct diag_list diags = {.items = items, .max = FILES_PROBLEMS_MAX};
	struct settings settings;
	int r;

	policy_resolve(&loaded->policy, NULL, &settings);
	r = exception_parse(source, clock_now_s(), settings.policy_max_exception, arena, &diags, all);
	print(&diags);
	if (r < 0 || diags.errors > 0)
		return NULL;
	for (size_t i = all->count; i-- > 0;)
		if (strcmp(all->items[i].id, id) == 0)
			return &all->items[i];
	return NULL;
}

static int replace(const char *path, const struct text *t)
{
	int r = text_end(t) < 0 ? -EFBIG : file_replace(path, t->buf, t->len, 0644);

	return r == 0 ? 0 : command_error("cannot write %s: %s", path, strerror(-r));
}

/* --- add --- */

/* Two lines in one value would be two keywords. */
static bool has_line_end(const struct exception_draft *draft)
{
	const char *const values[] = {
		draft->id,
#define DRAFT_VALUE(name, ...) draft->name,
		EXCEPTION_KEYWORDS(DRAFT_VALUE)
#undef DRAFT_VALUE
	};

	for (size_t i = 0; i < sizeof values / sizeof values[0]; i++)
		if (values[i] != NULL && strpbrk(values[i], "\r\n") != NULL)
			return true;
	return false;
}

/* In the order of the lines of a draft: its section, then EXCEPTION_KEYWORDS. */
static const struct option draft_options[] = {
	{"id", required_argument, NULL, 'i'},
	{"clause", required_argument, NULL, 'c'},
	{"who", required_argument, NULL, 'w'},
	{"host", required_argument, NULL, 'h'},
	{"reason", required_argument, NULL, 'r'},
	{"requested-by", required_argument, NULL, 'q'},
	{"approved-by", required_argument, NULL, 'a'},
	{"from", required_argument, NULL, 'f'},
	{"until", required_argument, NULL, 'u'},
	{0},
};
#define DRAFT_OPTIONS (sizeof draft_options / sizeof draft_options[0] - 1)

#define COUNT_ONE(...) +1
static_assert(DRAFT_OPTIONS == 1 + (0 EXCEPTION_KEYWORDS(COUNT_ONE)), "a draft has one line for each option");
#undef COUNT_ONE

/* A draft is in no file yet, so its problems are told by option. */
static void print_draft_diags(const struct diag_list *diags)
{
	for (size_t i = 0; i < diags->count; i++) {
		const struct diag *d = &diags->items[i];

		if (d->line >= 1 && d->line <= DRAFT_OPTIONS)
			(void)command_error("--%s: %s", draft_options[d->line - 1].name, d->text);
		else
			(void)command_error("%s", d->text);
	}
}

static int check_missing(const char **const fields[static DRAFT_OPTIONS])
{
	char names[256];
	struct text t;
	size_t count = 0;

	TEXT_INTO(&t, names);
	for (size_t i = 0; i < DRAFT_OPTIONS; i++)
		if (*fields[i] == NULL)
			text_add_format(&t, "%s--%s", count++ > 0 ? ", " : "", draft_options[i].name);
	if (count == 0)
		return 0;
	return command_usage("exception", "%s %s missing", names, count == 1 ? "is" : "are");
}

static int read_draft(int argc, char **argv, struct exception_draft *ret)
{
	const char **const fields[DRAFT_OPTIONS] = {&ret->id,	   &ret->clause,      &ret->who,  &ret->host, &ret->reason,
				       &ret->requested_by, &ret->approved_by, &ret->from, &ret->until};
	int option, index, r;

	while ((option = getopt_long(argc, argv, "", draft_options, &index)) != -1) {
		if (option == '?' || option == ':')
			return command_usage("exception", "unknown option");
		*fields[index] = optarg;
	}
	if (optind < argc)
		return command_usage("exception", "unexpected argument: %s", argv[optind]);
	r = check_missing(fields);
	if (r != 0)
		return r;
	if (ret->id[0] == '\0' || strpbrk(ret->id, "/ \t]") != NULL)
		return command_usage("exception", "--id is missing or no id");
	return has_line_end(ret) ? command_usage("exception", "a value contains a line end") : 0;
}

static int new_path(const struct exception_draft *draft, char *path, size_t size)
{
	struct stat status;
	struct text t;

	text_init(&t, path, size);
	text_add(&t, common_paths()->exceptions);
	text_add_char(&t, '/');
	text_add(&t, draft->id);
	text_add(&t, ".conf");
	if (text_end(&t) < 0)
		return command_usage("exception", "--id is too long");
	if (lstat(path, &status) == 0 || errno != ENOENT) {
		(void)command_error("%s exists already; choose another id", path);
		return COMMAND_VIOLATED;
	}
	return 0;
}

static int add(int argc, char **argv)
{
	static unsigned char memory[ARENA_BYTES];
	struct policy_loaded loaded POLICY_UNLOADED = {0};
	char path[PATHS_BYTES_MAX + 128], bytes[FILE_BYTES], now[32];
	int folder __attribute__((cleanup(close_folder))) = -1, r;
	struct exception_draft draft = {.from = now};
	const struct exception *added;
	struct arena arena;
	struct text t, n;

	TEXT_INTO(&n, now);
	date_add_time(&n, clock_now_s());
	r = read_draft(argc, argv, &draft);
	if (r == 0)
		r = (folder = lock_folder(common_paths())) < 0 ? COMMAND_FAILED : new_path(&draft, path, sizeof path);
	if (r == 0)
		r = common_load_policy(&loaded);
	if (r != 0)
		return r;
	TEXT_INTO(&t, bytes);
	exception_add_draft(&draft, &t);
	arena_init(&arena, memory, sizeof memory);
	added = judge(&(struct policy_source){.file = path, .bytes = bytes, .len = t.len}, draft.id, &loaded, &arena, &loaded.exceptions,
		      print_draft_diags);
	if (added == NULL || text_end(&t) < 0)
		return COMMAND_VIOLATED;
	r = replace(path, &t);
	if (r != 0)
		return r;
	printf("added %s: %s\n", path, exception_standing_name(added->standing));
	emit(&loaded, added, "added");
	return common_finish(COMMAND_FINE);
}

/* --- end --- */

static const struct exception *find_open(const struct exception_list *all, const char *id)
{
	const struct exception *e = NULL;

	for (size_t i = 0; i < all->count && e == NULL; i++)
		if (strcmp(all->items[i].id, id) == 0)
			e = &all->items[i];
	if (e == NULL)
		(void)command_error("no such exception: %s", id);
	else if (e->standing == EXCEPTION_EXPIRED)
		(void)command_error("exception %s has ended already", id);
	else if (e->standing == EXCEPTION_MALFORMED)
		(void)command_error("exception %s is malformed and does not apply; correct or delete it in %s", id, e->file);
	else
		return e;
	return NULL;
}

static int end_in_file(const struct policy_loaded *loaded, const struct exception *e)
{
	struct file_trust trust = {.owner = common_paths()->owner, .max_bytes = POLICY_FILE_BYTES_MAX};
	static char changed[POLICY_FILE_BYTES_MAX + 1];
	static unsigned char memory[4 * POLICY_FILE_BYTES_MAX];
	struct exception_list all = {0};
	const struct exception *ended;
	char *bytes FILE_FREED = NULL;
	struct arena arena;
	struct text t;
	size_t len;
	int r = file_read_trusted(e->file, &trust, &bytes, &len);

	if (r < 0)
		return command_error("cannot read %s: %s", e->file, file_strerror(r));
	TEXT_INTO(&t, changed);
	arena_init(&arena, memory, sizeof memory);
	r = exception_add_ended(&(struct policy_source){.file = e->file, .bytes = bytes, .len = len}, e->id, clock_now_s(), &arena, &t);
	if (r < 0)
		return command_error("cannot end %s in %s: %s", e->id, e->file, strerror(-r));
	ended = judge(&(struct policy_source){.file = e->file, .bytes = changed, .len = t.len}, e->id, loaded, &arena, &all, common_print_diags);
	if (ended == NULL || ended->standing != EXCEPTION_EXPIRED)
		return command_error("cannot end %s: correct the other problems of %s first", e->id, e->file);
	r = replace(e->file, &t);
	if (r != 0)
		return r;
	printf("ended %s in %s\n", ended->id, e->file);
	emit(loaded, ended, "ended");
	return common_finish(COMMAND_FINE);
}

static int end(int argc, char **argv)
{
	int folder __attribute__((cleanup(close_folder))) = -1, r;
	struct policy_loaded loaded POLICY_UNLOADED = {0};
	const struct exception *e;

	if (argc != 2 || argv[1][0] == '-')
		return command_usage("exception", "say which exception to end: exception end ID");
	folder = lock_folder(common_paths());
	r = folder < 0 ? COMMAND_FAILED : common_load_policy(&loaded);
	if (r != 0)
		return r;
	e = find_open(&loaded.exceptions, argv[1]);
	return e != NULL ? end_in_file(&loaded, e) : COMMAND_VIOLATED;
}

static const struct verb {
	const char *name;
	int (*run)(int argc, char **argv);
} verbs[] = {{"list", list}, {"add", add}, {"end", end}};

int command_exception(int argc, char **argv)
{
	for (size_t i = 0; argc > 1 && i < sizeof verbs / sizeof verbs[0]; i++)
		if (strcmp(argv[1], verbs[i].name) == 0)
			return verbs[i].run(argc - 1, argv + 1);
	return command_usage(argv[0], "say what to do: list, add or end");
}

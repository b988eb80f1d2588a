/* SPDX-License-Identifier: BSD-2-Clause */
/* Files, output and language for all subcommands. */
#include "common.h"

#include <errno.h>
#include <linux/kd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command.h"
#include "number.h"
#include "person_load.h"
#include "stream.h"
#include "text.h"

/* Set once by main, before anything else runs. */
static struct paths tool_paths;
static char tool_root[PATHS_BYTES_MAX];

const struct paths *common_paths(void)
{
	return &tool_paths;
}

const char *common_root(void)
{
	return tool_root;
}

int common_set_root(const char *root)
{
	size_t len = strlen(root);
	struct stat status = {0};
	struct text t;

	if (root[0] != '\0' && (root[0] != '/' || root[len - 1] == '/'))
		return command_error("--root: not an absolute folder without a slash at its end: %s", root);
	if (root[0] != '\0' && (stat(root, &status) < 0 || !S_ISDIR(status.st_mode)))
		return command_error("--root: no such folder: %s", root);
	/* Root would follow the links of whoever may write there, out of the folder. */
	if (root[0] != '\0' && geteuid() == 0 && (status.st_uid != 0 || (status.st_mode & (S_IWGRP | S_IWOTH)) != 0))
		return command_error("--root: as root only for a folder that is root's and that nobody else may write: %s", root);
	TEXT_INTO(&t, tool_root);
	text_add(&t, root);
	if (text_end(&t) < 0 || paths_init(&tool_paths, tool_root, root[0] != '\0' ? status.st_uid : 0) < 0)
		return command_error("--root: too long: %s", root);
	return 0;
}

int common_load_policy(struct policy_loaded *ret_loaded)
{
	int r = policy_load(&tool_paths, ret_loaded);

	return r == 0 ? 0 : command_error("cannot load the policy: %s", strerror(-r));
}

/* A regular file or a pipe on standard input, with one byte more than is allowed so that too long is seen. */
static int read_draft(const char *name, char *bytes, size_t size, size_t *ret_len)
{
	FILE *file STREAM_CLOSED = strcmp(name, "-") == 0 ? stdin : fopen(name, "re");
	size_t len;

	if (file == NULL)
		return -errno;
	len = fread(bytes, 1, size, file);
	if (ferror(file))
		return errno != 0 ? -errno : -EIO;
	*ret_len = len;
	return 0;
}

static void free_drafts(char **bytes)
{
	free(*bytes);
}

int common_load_policy_files(char *const *files, int count, struct policy_loaded *ret_loaded)
{
	struct policy_source sources[POLICY_FILES_MAX];
	char *bytes __attribute__((cleanup(free_drafts))) = NULL;
	size_t size = POLICY_FILE_BYTES_MAX + 1;
	int r;

	if (count < 1 || count > POLICY_FILES_MAX)
		return command_error("too many policy files: %d; at most %d", count, POLICY_FILES_MAX);
	bytes = malloc(size * (size_t)count);
	if (bytes == NULL)
		return command_error("cannot read policy files: %s", strerror(ENOMEM));
	for (int i = 0; i < count; i++) {
		sources[i] = (struct policy_source){.file = strcmp(files[i], "-") == 0 ? "standard input" : files[i], .bytes = bytes + size * (size_t)i};
		r = read_draft(files[i], bytes + size * (size_t)i, size, &sources[i].len);
		if (r < 0)
			return command_error("cannot read %s: %s", files[i], strerror(-r));
		if (sources[i].len > POLICY_FILE_BYTES_MAX)
			return command_error("%s: longer than %d bytes", files[i], POLICY_FILE_BYTES_MAX);
	}
	r = policy_load_sources(sources, (size_t)count, ret_loaded);
	return r == 0 ? 0 : command_error("cannot load the policy: %s", strerror(-r));
}

void common_print_diags(const struct diag_list *diags)
{
	char line[1024];
	struct text t;

	for (size_t i = 0; i < diags->count; i++) {
		TEXT_INTO(&t, line);
		diag_format(&diags->items[i], &t);
		fputs(line, stderr);
	}
	if (diags->errors + diags->warnings > diags->count)
		fprintf(stderr, "mutexctl: %zu more problems\n", diags->errors + diags->warnings - diags->count);
}

json_t *common_json_diags(const struct diag_list *diags)
{
	json_t *array = json_array();

	for (size_t i = 0; i < diags->count; i++) {
		const struct diag *d = &diags->items[i];

		json_array_append_new(array, json_pack("{s:s, s:I, s:I, s:s, s:s}", "file", d->file, "line", (json_int_t)d->line, "column",
						       (json_int_t)d->column, "level", d->level == DIAG_ERROR ? "error" : "warning", "text",
						       d->text));
	}
	return array;
}

json_t *common_json_value(const struct keyword_row *row, const union value *value)
{
	char text[256];
	struct text t;
	json_t *list;

	switch (row->kind) {
	case KIND_YESNO:
		return json_boolean(value->yesno);
	case KIND_NUMBER:
		return json_integer(value->number);
	case KIND_TEXT:
		return json_string(value->text);
	case KIND_WORDS:
	case KIND_PATHS:
		list = json_array();
		for (size_t i = 0; i < value->words.count; i++)
			json_array_append_new(list, json_string(value->words.words[i]));
		return list;
	case KIND_DURATION:
	case KIND_DATE:
	case KIND_CHOICE:
		TEXT_INTO(&t, text);
		value_add(row, value, &t);
		return json_string(text);
	case KIND_MAX:
		break;
	}
	return NULL;
}

int common_finish(int fine)
{
	if (fflush(stdout) != 0 || ferror(stdout))
		return command_error("cannot write the result: %s", strerror(errno));
	return fine;
}

int common_print_json(json_t *object, int fine)
{
	int r = object != NULL ? json_dumpf(object, stdout, JSON_INDENT(2) | JSON_SORT_KEYS) : -1;

	json_decref(object);
	if (r < 0)
		return command_error("cannot write the result as JSON");
	putchar('\n');
	return common_finish(fine);
}

/* sudo changes the real uid, so that it alone would name root for everybody. */
static uid_t asking_uid(void)
{
	FILE *file STREAM_CLOSED = fopen("/proc/self/loginuid", "re");
	char digits[16];
	int64_t uid;
	size_t len;

	len = file != NULL ? fread(digits, 1, sizeof digits, file) : 0;
	/* unset is 4294967295 */
	return number_parse(digits, len, 0, UINT32_MAX - 1, &uid) == 0 ? (uid_t)uid : getuid();
}

bool common_asked_by(char ret_name[static COMMON_NAME_BYTES])
{
	struct person_loaded person PERSON_UNLOADED = {0};
	struct text t;

	if (person_load_uid(asking_uid(), &person) < 0)
		return false;
	text_init(&t, ret_name, COMMON_NAME_BYTES);
	text_add(&t, person.person.name);
	return text_end(&t) == 0;
}

int common_load_person(const char *name, struct person_loaded *ret)
{
	int r = name != NULL ? person_load(name, ret) : person_load_uid(getuid(), ret);
	const char *who = name != NULL ? name : "the caller";

	if (r == -ENOENT)
		return command_error("no such user: %s", who);
	return r == 0 ? 0 : command_error("cannot look up the user %s: %s", who, strerror(-r));
}

/* VTs answer KDGETMODE; terminal emulators, ssh and files do not. */
static bool is_console(int fd)
{
	int mode;

	return ioctl(fd, KDGETMODE, &mode) == 0;
}

static const char *locale_name(void)
{
	static const char *const variables[] = {"LC_ALL", "LC_MESSAGES", "LANG"};

	for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++) {
		const char *value = getenv(variables[i]);

		if (value != NULL && value[0] != '\0')
			return value;
	}
	return "C";
}

enum language common_language(const struct settings *settings)
{
	if (is_console(STDOUT_FILENO) || is_console(STDERR_FILENO))
		return LANGUAGE_EN;
	if (settings->policy_language != POLICY_LANGUAGE_AUTO)
		return settings->policy_language == POLICY_LANGUAGE_JA ? LANGUAGE_JA : LANGUAGE_EN;
	return message_language_of_locale(locale_name());
}

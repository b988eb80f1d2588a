/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads the module's arguments, strictly. */
#include "options.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "paths.h"

#define ROOT_PREFIX "root="

static const struct {
	const char *name;
	size_t offset;
} flags[] = {
	{"use_authtok", offsetof(struct options, use_authtok)},
	{"use_first_pass", offsetof(struct options, use_first_pass)},
	{"try_first_pass", offsetof(struct options, try_first_pass)},
	{"debug", offsetof(struct options, debug)},
};

static const char *const line_names[OPTIONS_LINE_MAX] = {
	[OPTIONS_BEGIN] = "begin",
	[OPTIONS_FAILED] = "failed",
	[OPTIONS_FINISH] = "finish",
};

const char *options_line_name(enum options_line line)
{
	return line < OPTIONS_LINE_MAX ? line_names[line] : NULL;
}

static enum options_line find_line(const char *argument)
{
	for (enum options_line line = OPTIONS_BEGIN; line < OPTIONS_LINE_MAX; line++)
		if (strcmp(argument, line_names[line]) == 0)
			return line;
	return OPTIONS_OTHER_LINE;
}

static bool *find_flag(struct options *o, const char *argument)
{
	for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
		if (strcmp(argument, flags[i].name) == 0)
			return (bool *)((char *)o + flags[i].offset);
	return NULL;
}

/* No "." or ".." and no empty component: one folder has one spelling. */
static bool plain_folder(const char *path)
{
	if (path[0] != '/' || strlen(path) >= PATHS_BYTES_MAX)
		return false;
	while (*path == '/') {
		size_t len = strcspn(++path, "/");

		if (len == 0 || (len == 1 && path[0] == '.') || (len == 2 && path[0] == '.' && path[1] == '.'))
			return false;
		path += len;
	}
	return true;
}

static int parse_one(struct options *o, const char *argument)
{
	bool *flag = find_flag(o, argument);

	if (flag != NULL) {
		if (*flag)
			return -EINVAL;
		*flag = true;
		return 0;
	}
	if (strncmp(argument, ROOT_PREFIX, strlen(ROOT_PREFIX)) != 0 || o->root[0] != '\0')
		return -EINVAL;
	o->root = argument + strlen(ROOT_PREFIX);
	return plain_folder(o->root) ? 0 : -EINVAL;
}

int options_parse(int argc, const char *const *argv, struct options *ret_options, int *ret_bad)
{
	struct options o = {.root = ""};

	if (argc > 0 && argv[0] != NULL)
		o.line = find_line(argv[0]);
	for (int i = o.line != OPTIONS_OTHER_LINE; i < argc; i++) {
		if (argv[i] == NULL || parse_one(&o, argv[i]) < 0) {
			*ret_bad = i;
			return -EINVAL;
		}
	}
	*ret_options = o;
	return 0;
}

bool options_never_prompt(const struct options *options)
{
	return options->use_authtok || options->use_first_pass;
}

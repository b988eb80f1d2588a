/* SPDX-License-Identifier: BSD-2-Clause */
/* Follows the includes of a PAM service and looks for pam_mutex. */
#include "factor_stack.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "text.h"

/* The backslash and line end of a joint too. */
#define BLANKS " \t\r\v\f\\\n"

/* Names still to be read, and those that were: each is read once. */
struct scan {
	char names[FACTOR_STACK_FILES_MAX][FACTOR_STACK_NAME_MAX];
	size_t count;
	bool has_auth;
};

/* Whole, since a folder may be called pam_mutex. */
#define MODULE_FILE "pam_mutex.so"

struct word {
	const char *at;
	size_t len;
};

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_word(const struct word *word, const char *name)
{
	if (word->len != strlen(name))
		return false;
	for (size_t i = 0; i < word->len; i++)
		if (lower(word->at[i]) != name[i])
			return false;
	return true;
}

static bool next_word(const char **at, const char *end, struct word *ret_word)
{
	while (*at < end && strchr(BLANKS, **at) != NULL)
		(*at)++;
	ret_word->at = *at;
	while (*at < end && strchr(BLANKS, **at) == NULL)
		(*at)++;
	ret_word->len = (size_t)(*at - ret_word->at);
	return ret_word->len > 0;
}

static int add_name(struct scan *scan, const struct word *name)
{
	struct text t;

	for (size_t i = 0; i < scan->count; i++)
		if (strlen(scan->names[i]) == name->len && memcmp(scan->names[i], name->at, name->len) == 0)
			return 0;
	if (scan->count == FACTOR_STACK_FILES_MAX)
		return -E2BIG;
	TEXT_INTO(&t, scan->names[scan->count]);
	text_add_bytes(&t, name->at, name->len);
	if (text_end(&t) < 0)
		return -E2BIG;
	scan->count++;
	return 0;
}

/* Brackets around a name are no part of it: libpam takes them off. */
static struct word bare(const struct word *word)
{
	struct word name = *word;

	if (name.len > 0 && name.at[0] == '[') {
		name.at++;
		name.len--;
	}
	if (name.len > 0 && name.at[name.len - 1] == ']')
		name.len--;
	return name;
}

static int scan_line(struct scan *scan, const char *line, const char *end)
{
	const char *at = line;
	struct word type, word;
	bool included, any_include;

	if (!next_word(&at, end, &type))
		return 0;
	included = any_include = is_word(&type, "@include");
	if (!included && !is_word(&type, "auth") && !is_word(&type, "-auth"))
		return 0;
	if (memmem(line, (size_t)(end - line), MODULE_FILE, strlen(MODULE_FILE)) != NULL)
		return -ELOOP;
	while (next_word(&at, end, &word)) {
		struct word name = bare(&word);
		int r = included && name.len > 0 ? add_name(scan, &name) : 0;

		if (r < 0)
			return r;
		included = is_word(&name, "include") || is_word(&name, "substack");
		any_include = any_include || included;
	}
	/* What includes may bring nothing, and then libpam takes the lines of "other". */
	scan->has_auth = scan->has_auth || !any_include;
	return 0;
}

static const char *line_end(const char *at, const char *end)
{
	const char *newline = memchr(at, '\n', (size_t)(end - at));

	return newline != NULL ? newline : end;
}

static bool is_blank(const char *at, const char *end)
{
	struct word word;

	return !next_word(&at, end, &word);
}

static const char *words_end(const char *at, const char *end)
{
	const char *comment = memchr(at, '#', (size_t)(end - at));

	return comment != NULL ? comment : end;
}

/* A backslash at the end, blanks behind it or not. */
static bool is_continued(const char *at, const char *end)
{
	while (end > at && strchr(" \t\r\v\f", end[-1]) != NULL)
		end--;
	return end > at && end[-1] == '\\';
}

/* The end of all that could be joined to the line that begins here: what is empty or a comment does not end a joint. */
static const char *joint_end(const char *at, const char *end)
{
	const char *stop = line_end(at, end);
	bool more = is_continued(at, stop);

	while (more && stop < end) {
		at = stop + 1;
		stop = line_end(at, end);
		more = is_continued(at, stop) || is_blank(at, words_end(at, stop));
	}
	return stop;
}

/* Each line is looked at alone, and with all that could be joined to it, comments too: the versions of libpam differ in what they join. */
static int scan_file(void *data, const char *bytes, size_t len)
{
	const char *end = bytes + len, *stop;
	int r = 0;

	for (const char *at = bytes; at < end && r == 0; at = stop + 1) {
		stop = line_end(at, end);
		r = scan_line(data, at, words_end(at, stop));
		if (r == 0 && is_continued(at, stop))
			r = scan_line(data, at, joint_end(at, end));
	}
	return r;
}

int factor_stack_check(const struct factor_stack_files *files, const char *service)
{
	struct word first = {service, strlen(service)};
	struct scan scan = {.count = 0};
	int r = first.len > 0 ? add_name(&scan, &first) : -ENOENT;

	for (size_t i = 0; i < scan.count && r == 0; i++) {
		r = files->each(files->context, scan.names[i], scan_file, &scan);
		if (r >= 0)
			r = r == 0 ? -ENOENT : 0;
	}
	if (r == 0 && !scan.has_auth) /* libpam takes those of "other" */
		r = -ENOENT;
	return r;
}

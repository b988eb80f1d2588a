/* SPDX-License-Identifier: BSD-2-Clause */
/* A reader of JSON that keeps nothing but the value asked for. */
#include "json_path.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#define DEPTH_MAX 32

struct json {
	const char *at, *end;
	const char *value;
	size_t value_len;
	int depth;
	int error;
};

static void fail(struct json *j, int error)
{
	if (j->error == 0)
		j->error = error;
	j->at = j->end;
}

static void skip_blanks(struct json *j)
{
	while (j->at < j->end && strchr(" \t\n\r", *j->at) != NULL && *j->at != '\0')
		j->at++;
}

static bool take(struct json *j, char c)
{
	skip_blanks(j);
	if (j->at == j->end || *j->at != c)
		return false;
	j->at++;
	return true;
}

/* Behind the opening quote. Returns what is between the quotes. */
static const char *read_string(struct json *j, size_t *ret_len)
{
	const char *start = j->at;

	for (; j->at < j->end && *j->at != '"'; j->at++) {
		if ((unsigned char)*j->at < 0x20)
			break;
		if (*j->at == '\\' && j->at + 1 < j->end)
			j->at++;
	}
	if (j->at == j->end || *j->at != '"') {
		fail(j, -EBADMSG);
		*ret_len = 0;
		return start;
	}
	*ret_len = (size_t)(j->at++ - start);
	return start;
}

static void read_value(struct json *j, const char *const *path);

static void read_member(struct json *j, const char *const *path)
{
	const char *name;
	size_t len;

	if (!take(j, '"')) {
		fail(j, -EBADMSG);
		return;
	}
	name = read_string(j, &len);
	if (!take(j, ':')) {
		fail(j, -EBADMSG);
		return;
	}
	if (path != NULL && path[0] != NULL && strlen(path[0]) == len && memcmp(path[0], name, len) == 0)
		read_value(j, path + 1);
	else
		read_value(j, NULL);
}

static void read_members(struct json *j, const char *const *path, char close)
{
	if (take(j, close))
		return;
	do {
		if (close == '}')
			read_member(j, path);
		else
			read_value(j, NULL);
	} while (take(j, ','));
	if (!take(j, close))
		fail(j, -EBADMSG);
}

/* true, false, null or a number. */
static void read_word(struct json *j)
{
	static const char letters[] = "0123456789+-.eEaflnrstu";
	const char *start = j->at;

	while (j->at < j->end && *j->at != '\0' && strchr(letters, *j->at) != NULL)
		j->at++;
	if (j->at == start)
		fail(j, -EBADMSG);
}

static void read_value(struct json *j, const char *const *path)
{
	const char *start;
	size_t len = 0;

	skip_blanks(j);
	if (++j->depth > DEPTH_MAX)
		fail(j, -E2BIG);
	start = j->at;
	if (take(j, '{')) {
		read_members(j, path, '}');
	} else if (take(j, '[')) {
		read_members(j, NULL, ']');
	} else if (take(j, '"')) {
		start = read_string(j, &len);
	} else {
		read_word(j);
		len = (size_t)(j->at - start);
	}
	j->depth--;
	if (path != NULL && path[0] == NULL && len > 0 && j->value == NULL && j->error == 0)
		j->value = start, j->value_len = len;
}

int json_path_find(const char *bytes, size_t len, const char *const *path, const char **ret_value, size_t *ret_len)
{
	struct json j = {.at = bytes, .end = bytes + len};

	read_value(&j, path);
	skip_blanks(&j);
	if (j.at != j.end)
		fail(&j, -EBADMSG);
	if (j.error < 0)
		return j.error;
	if (j.value == NULL)
		return -ENOENT;
	*ret_value = j.value;
	*ret_len = j.value_len;
	return 0;
}

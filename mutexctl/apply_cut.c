/* SPDX-License-Identifier: BSD-2-Clause */
/* Takes single lines of pam_mutex out of files that were edited by hand. */
#include "apply_cut.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "file.h"
#include "number.h"
#include "pam_tree.h"

/* As conf/pam-configs has them; blanks count as one. */
static const char *const OURS[] = {
	"account requisite pam_mutex.so",
	"password requisite pam_mutex.so",
	"password [success=ok default=die] pam_mutex.so use_authtok",
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool line_is(const char *line, const char *end, const char *words)
{
	for (; *words != '\0'; words++) {
		if (*words != ' ') {
			if (line == end || *line++ != *words)
				return false;
			continue;
		}
		if (line == end || !is_blank(*line))
			return false;
		while (line < end && is_blank(*line))
			line++;
	}
	while (line < end && is_blank(*line))
		line++;
	return line == end;
}

static bool is_ours(const char *line, const char *end)
{
	for (size_t i = 0; i < sizeof OURS / sizeof OURS[0]; i++) {
		if (line_is(line, end, OURS[i]))
			return true;
	}
	return false;
}

/* The number at the digits. One that cannot be read counts as endless, so that what it may jump over stays. */
static unsigned long jump_at(const char *digits, const char *end)
{
	const char *at = digits;
	int64_t steps;

	while (at < end && isdigit((unsigned char)*at))
		at++;
	return number_parse(digits, (size_t)(at - digits), 0, INT32_MAX, &steps) == 0 ? (unsigned long)steps : INT32_MAX;
}

/* The longest jump of "[success=1 default=ignore]". */
static unsigned long longest_jump(const char *line, const char *end)
{
	unsigned long longest = 0;

	line = memchr(line, '[', (size_t)(end - line));
	for (const char *at = line; at != NULL && at < end && *at != ']'; at++) {
		if (*at != '=' || at + 1 == end || !isdigit((unsigned char)at[1]))
			continue;
		if (jump_at(at + 1, end) > longest)
			longest = jump_at(at + 1, end);
	}
	return longest;
}

/* Returns the line's new end. */
static char *drop_use_authtok(char *line, char *end)
{
	static const char word[] = " use_authtok";
	const size_t len = sizeof word - 1;

	for (char *at = line; (size_t)(end - at) >= len; at++) {
		if (!is_blank(*at) || strncmp(at + 1, word + 1, len - 1) != 0 || (at + len < end && !is_blank(at[len])))
			continue;
		memmove(at, at + len, (size_t)(end - at) - len);
		return end - len;
	}
	return end;
}

/* What the lines before mean for the next. A file of pam-auth-update's has one phase. */
struct place {
	unsigned long jumped; /* so many more lines may be jumped over */
	bool joined;          /* the line before ends with a backslash */
	bool others;          /* a line that stays stands before */
	bool cut_first;       /* the first line was ours, and is out */
};

/* True when the line goes; *end moves when the line became shorter. */
static bool cut_line(struct place *p, char *line, char **end)
{
	const char *word = line + strspn(line, " \t");
	bool live = word < *end && *word != '#', joined = p->joined;
	unsigned long jump;

	p->joined = *end > line && (*end)[-1] == '\\';
	if (!live && !joined)
		return false;
	if (!joined && p->jumped == 0 && is_ours(line, *end)) {
		p->cut_first = !p->others;
		return true;
	}
	if (p->cut_first && !p->others && strncasecmp(word, "password", 8) == 0)
		*end = drop_use_authtok(line, *end);
	p->others = true;
	jump = longest_jump(line, *end);
	p->jumped -= p->jumped > 0 && !joined;
	if (jump > p->jumped)
		p->jumped = jump;
	return false;
}

size_t apply_cut_bytes(char *bytes, size_t len)
{
	char *to = bytes, *last = bytes + len;
	struct place place = {0};

	for (char *line = bytes, *next; line < last; line = next) {
		char *newline = memchr(line, '\n', (size_t)(last - line)), *end = newline != NULL ? newline : last;

		next = newline != NULL ? newline + 1 : last;
		if (cut_line(&place, line, &end))
			continue;
		memmove(to, line, (size_t)(end - line));
		to += end - line;
		if (newline != NULL)
			*to++ = '\n';
	}
	*to = '\0';
	return (size_t)(to - bytes);
}

static int mode_of(const char *tree, const char *file, mode_t *ret_mode)
{
	char full[PAM_TREE_PATH_MAX];
	struct stat st;
	int error = pam_tree_path(&full, tree, file);

	if (error == 0 && lstat(full, &st) < 0)
		error = -errno;
	if (error == 0)
		*ret_mode = st.st_mode & 07777;
	return error;
}

/* The bytes of `from`, as they are or without our lines, to the tree. */
static int put_file(const char *from, const char *tree, const char *file, bool whole)
{
	char full[PAM_TREE_PATH_MAX];
	char *bytes FILE_FREED = NULL;
	size_t len = 0, left;
	mode_t mode = 0;
	int error = pam_tree_path(&full, tree, file);

	if (error == 0)
		error = pam_tree_read(from, file, &bytes, &len);
	if (error == 0)
		error = mode_of(from, file, &mode);
	if (error < 0)
		return error == -ENOENT ? 0 : error;
	left = whole ? len : apply_cut_bytes(bytes, len);
	if (!whole && left == len)
		return 0;
	return file_replace(full, bytes, left, mode);
}

static int cut_file(const char *tree, const char *before, const char *after, const char *file)
{
	if (before != NULL && pam_tree_same_file(tree, after, file))
		return pam_tree_same_file(tree, before, file) ? 0 : put_file(before, tree, file, true);
	return strncmp(file, "/etc/", 5) == 0 ? put_file(tree, tree, file, false) : 0;
}

int apply_cut_tree(const char *tree, const char *before, const char *after, const char **ret_file)
{
	const char *file;
	int result = 0;

	for (size_t i = 0; (file = pam_tree_file(i)) != NULL; i++) {
		int error = cut_file(tree, before, after, file);

		if (error < 0 && result == 0) {
			result = error;
			*ret_file = file;
		}
	}
	return result;
}

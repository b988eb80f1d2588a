/* SPDX-License-Identifier: BSD-2-Clause */
/* Takes single lines of pam_mutex out of PAM files; jumps over them become one line shorter. */
#include "apply_cut.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "file.h"
#include "number.h"
#include "pam_tree.h"

/* As conf/pam-configs and apply_finish.h have them; blanks count as one, '?' is a number. */
static const char *const OURS[] = {
	"auth [success=? ignore=ignore default=die] pam_mutex.so begin",
	"auth [default=ignore] pam_mutex.so failed",
	"auth requisite pam_mutex.so finish",
	"session optional pam_mutex.so",
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
		if (*words == '?') {
			if (line == end || !isdigit((unsigned char)*line))
				return false;
			while (line < end && isdigit((unsigned char)*line))
				line++;
			continue;
		}
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

/* One line in the bytes. */
struct line {
	char *start, *end; /* without the newline */
	char *next;
	bool live, joined; /* joined: the line before ends with a backslash */
};

static struct line line_at(char *start, const char *last, bool joined)
{
	char *newline = memchr(start, '\n', (size_t)(last - start));
	struct line l = {.start = start, .end = newline, .next = newline, .joined = joined};
	const char *word = start + strspn(start, " \t");

	if (newline == NULL)
		l.end = l.next = start + (last - start);
	else
		l.next = newline + 1;
	l.live = joined || (word < l.end && *word != '#');
	return l;
}

static bool goes_on(const struct line *l)
{
	return l->end > l->start && l->end[-1] == '\\';
}

/* "auth", "-auth" and "AUTH" are one phase; an include may hold lines of any. */
static bool same_phase(const struct line *a, const struct line *b)
{
	const char *x = a->start + strspn(a->start, " \t-"), *y = b->start + strspn(b->start, " \t-");
	size_t len = strcspn(x, " \t\n");

	return len == strcspn(y, " \t\n") && strncasecmp(x, y, len) == 0;
}

static bool includes(const struct line *l)
{
	const char *word = l->start + strspn(l->start, " \t-");

	if (*word == '@')
		return true;
	word += strcspn(word, " \t\n");
	word += strspn(word, " \t");
	return strncasecmp(word, "include", 7) == 0 || strncasecmp(word, "substack", 8) == 0;
}

/* The next number of "[success=1 default=ignore]" at or behind at; NULL when there is none. */
static char *next_jump(const struct line *l, char *at)
{
	char *close = memchr(l->start, ']', (size_t)(l->end - l->start));

	for (; close != NULL && at + 1 < close; at++) {
		if (*at == '=' && isdigit((unsigned char)at[1]))
			return at + 1;
	}
	return NULL;
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

/* What stands between a line that may jump and one of ours: how many lines of their phase; doubtful where that is not known. */
static unsigned long lines_between(const struct line *from, const struct line *to, const char *last, bool *ret_doubtful)
{
	unsigned long count = 0;

	*ret_doubtful = from->joined || goes_on(from);
	for (struct line l = line_at(from->next, last, goes_on(from)); l.start < to->start; l = line_at(l.next, last, goes_on(&l))) {
		if (!l.live || (!includes(&l) && !same_phase(&l, to)))
			continue;
		*ret_doubtful = *ret_doubtful || l.joined || includes(&l);
		count++;
	}
	return count;
}

enum jumps { JUMPS_CLEAR, JUMPS_SHORTENED, JUMPS_IN_THE_WAY };

/* The jumps of one line over ours: whether they can be (shorten: are) made one line shorter. */
static enum jumps look_at_jumps(struct line *l, const struct line *ours, char **last, bool shorten)
{
	bool doubtful;
	unsigned long between = lines_between(l, ours, *last, &doubtful);
	enum jumps found = JUMPS_CLEAR;

	for (char *at = next_jump(l, l->start); at != NULL; at = next_jump(l, at)) {
		unsigned long steps = jump_at(at, l->end);
		char digits[24];
		int len, had = (int)strspn(at, "0123456789");

		if (steps <= between)
			continue;
		if (doubtful || steps < 2 || steps >= INT32_MAX)
			return JUMPS_IN_THE_WAY;
		found = JUMPS_SHORTENED;
		len = snprintf(digits, sizeof digits, "%lu", steps - 1);
		if (!shorten || len < 0 || len > had)
			continue;
		memcpy(at, digits, (size_t)len);
		memmove(at + len, at + had, (size_t)(*last - (at + had)) + 1);
		*last -= had - len;
		*l = line_at(l->start, *last, l->joined);
	}
	return found;
}

/* All lines before ours. False when one is in the way: then nothing was changed. */
static bool shorten_jumps(char *bytes, char *ours, char **last, bool shorten)
{
	for (struct line l = line_at(bytes, *last, false); l.start < ours; l = line_at(l.next, *last, goes_on(&l))) {
		const char *was_last = *last;
		struct line to = line_at(ours, *last, false);

		if (l.live && same_phase(&l, &to) && look_at_jumps(&l, &to, last, shorten) == JUMPS_IN_THE_WAY)
			return false;
		ours -= was_last - *last;
	}
	return true;
}

/* The first of our lines at or behind from that nothing keeps; NULL when there is none. */
static char *find_ours(char *bytes, char **last, bool *ret_first)
{
	bool others = false;

	for (struct line l = line_at(bytes, *last, false); l.start < *last; l = line_at(l.next, *last, goes_on(&l))) {
		if (l.live && !l.joined && is_ours(l.start, l.end) && shorten_jumps(bytes, l.start, last, false)) {
			*ret_first = !others;
			return l.start;
		}
		others = others || l.live;
	}
	return NULL;
}

/* Out with it; returns the end of the bytes. */
static char *cut_line(char *bytes, char *ours, char *last, bool first)
{
	char *was_last = last;
	struct line l;

	(void)shorten_jumps(bytes, ours, &last, true);
	ours -= was_last - last;
	l = line_at(ours, last, false);
	memmove(ours, l.next, (size_t)(last - l.next) + 1);
	last -= l.next - ours;
	for (l = line_at(ours, last, false); first && l.start < last && !l.live; l = line_at(l.next, last, false))
		;
	if (first && l.start < last && strncasecmp(l.start + strspn(l.start, " \t"), "password", 8) == 0) {
		char *end = drop_use_authtok(l.start, l.end);

		memmove(end, l.end, (size_t)(last - l.end) + 1);
		last -= l.end - end;
	}
	return last;
}

size_t apply_cut_bytes(char *bytes, size_t len)
{
	char *last = bytes + len, *ours;
	bool first;

	while ((ours = find_ours(bytes, &last, &first)) != NULL)
		last = cut_line(bytes, ours, last, first);
	return (size_t)(last - bytes);
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
	if (strcmp(file, PAM_TREE_ENFORCE) == 0 || strcmp(file, PAM_TREE_SSHD) == 0)
		return pam_tree_remove(tree, file);
	return strncmp(file, "/etc/pam.d/", 11) == 0 ? put_file(tree, tree, file, false) : 0;
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

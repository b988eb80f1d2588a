/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads the words of [lock] ladder: items by comma, each once. */
#include "lock_ladder.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "diag.h"
#include "text.h"

#define SHOWN_BYTES_MAX 32

/* NULL-terminated for diag_nearest(). */
static const char *const NAMES[LOCK_LADDER_WORD_MAX + 1] = {
	[LOCK_LADDER_DESKTOP] = "desktop",
	[LOCK_LADDER_LOCKER] = "locker",
	[LOCK_LADDER_CONSOLE] = "console",
	[LOCK_LADDER_TERMINATE] = "terminate",
};

const char *lock_ladder_word_name(enum lock_ladder_word word)
{
	return word < LOCK_LADDER_WORD_MAX ? NAMES[word] : "unknown";
}

static int complain(struct text *problem, const char *s, size_t len, const char *what)
{
	if (problem != NULL) {
		text_add_char(problem, '"');
		text_add_escaped_cut(problem, s, len, SHOWN_BYTES_MAX);
		text_add(problem, "\" ");
		text_add(problem, what);
	}
	return -EINVAL;
}

static int complain_unknown(struct text *problem, const char *s, size_t len)
{
	const char *nearest = diag_nearest(s, len, NAMES);

	(void)complain(problem, s, len, "is no rung; write desktop, locker, console and terminate, by comma");
	if (problem != NULL && nearest != NULL)
		text_add_format(problem, " (is %s meant?)", nearest);
	return -EINVAL;
}

static enum lock_ladder_word word_of(const char *s, size_t len)
{
	for (enum lock_ladder_word i = 0; i < LOCK_LADDER_WORD_MAX; i++)
		if (strlen(NAMES[i]) == len && memcmp(NAMES[i], s, len) == 0)
			return i;
	return LOCK_LADDER_WORD_MAX;
}

static int take_word(const char *s, size_t len, struct lock_ladder *ladder, struct text *problem)
{
	enum lock_ladder_word word = word_of(s, len);

	if (word == LOCK_LADDER_WORD_MAX)
		return complain_unknown(problem, s, len);
	for (size_t i = 0; i < ladder->count; i++)
		if (ladder->words[i] == word)
			return complain(problem, s, len, "stands there twice; write each rung once");
	if (ladder->count > 0 && ladder->words[ladder->count - 1] == LOCK_LADDER_TERMINATE)
		return complain(problem, s, len, "would come after the end of the session; write terminate last");
	ladder->words[ladder->count++] = word;
	return 0;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

int lock_ladder_parse(const char *s, size_t len, struct lock_ladder *ret_ladder, struct text *problem)
{
	struct lock_ladder ladder = {0};
	const char *end = s + len;

	while (true) {
		const char *comma = memchr(s, ',', (size_t)(end - s));
		const char *stop = comma != NULL ? comma : end;
		int r;

		while (s < stop && is_blank(*s))
			s++;
		while (stop > s && is_blank(stop[-1]))
			stop--;
		r = take_word(s, (size_t)(stop - s), &ladder, problem);
		if (r < 0)
			return r;
		if (comma == NULL)
			break;
		s = comma + 1;
	}
	*ret_ladder = ladder;
	return 0;
}

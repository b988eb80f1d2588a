/* SPDX-License-Identifier: BSD-2-Clause */
/* Compares lines of sshd_config with those that open too much. */
#include "sshd_loose.h"

#include <string.h>

#include "caseless.h"

#define APART " \t\r=\""

static const struct row {
	const char *keyword, *value;
	bool is_fine; /* the value is the one that is fine, and every other is not */
} ROWS[] = {
	{"UsePAM", "yes", true},
	{"PermitEmptyPasswords", "no", true},
	{"PermitRootLogin", "yes", false},
	{"HostbasedAuthentication", "no", true},
	{"StrictModes", "yes", true},
	{"PermitUserEnvironment", "no", true},
};
#define ROW_COUNT (sizeof ROWS / sizeof ROWS[0])

static const char *next_word(const char *at, const char *end, size_t *ret_len)
{
	const char *last;

	while (at < end && *at != '\0' && strchr(APART, *at) != NULL)
		at++;
	last = at;
	while (last < end && *last != '\0' && strchr(APART, *last) == NULL)
		last++;
	*ret_len = (size_t)(last - at);
	return at;
}

void sshd_loose_enter(struct sshd_loose *s, unsigned depth)
{
	depth = depth <= SSHD_DEPTH_MAX ? depth : SSHD_DEPTH_MAX;
	for (unsigned i = s->depth; i < depth; i++)
		s->in_match[i + 1] = s->in_match[i];
	s->depth = depth;
}

bool sshd_loose_line(struct sshd_loose *s, const char *start, const char *end)
{
	size_t len, value_len;
	const char *word = next_word(start, end, &len), *value = next_word(word + len, end, &value_len);

	if (caseless_is(word, len, "Match")) {
		s->in_match[s->depth] = true;
		return false;
	}
	for (size_t i = 0; i < ROW_COUNT; i++) {
		bool loose;

		if (!caseless_is(word, len, ROWS[i].keyword))
			continue;
		loose = caseless_is(value, value_len, ROWS[i].value) != ROWS[i].is_fine;
		if (s->in_match[s->depth])
			return loose;
		loose = loose && (s->set & 1U << i) == 0;
		s->set |= 1U << i;
		return loose;
	}
	return false;
}

bool sshd_loose_knows_pam(const struct sshd_loose *s)
{
	return (s->set & 1U) != 0;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads WHO and matches it against a person: by name, group name or uid, never by anything that people can edit themselves. */
#include "who.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "exception.h"
#include "number.h"

/* (uid_t)-1 means "no uid" to the kernel. */
#define UID_LAST (UINT32_MAX - 1)

static int refuse(const char **ret_problem, const char *problem)
{
	*ret_problem = problem;
	return -EINVAL;
}

static int parse_uids(const char *s, size_t len, const char *colon, struct who *ret, const char **ret_problem)
{
	size_t first_len = (size_t)(colon - s);
	int64_t first, last;

	if (number_parse(s, first_len, 0, UID_LAST, &first) < 0 || number_parse(colon + 1, len - first_len - 1, 0, UID_LAST, &last) < 0)
		return refuse(ret_problem, "is no uid range; write two uids from 0 to 4294967294, such as 1000:1999");
	if (first > last)
		return refuse(ret_problem, "is a uid range that ends before it begins; write the lower uid first");
	*ret = (struct who){.kind = WHO_UIDS, .first = (uid_t)first, .last = (uid_t)last};
	return 0;
}

/* Names as useradd and directories make them: "alice@example.org" of sssd, "domain users" for groups only, since a blank in a user is
 * mostly a forgotten second line. A sign in front or a slash inside would be taken for something else further on, and what other files
 * write for "any", "not" or "or" is no part of a name in any directory. */
static bool is_name(const char *s, size_t len, bool group)
{
	if (len == 0 || strchr("-+@! ", s[0]) != NULL || s[len - 1] == ' ')
		return false;
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)s[i] < ' ' || s[i] == 0x7f || strchr(":,/[]\"#;*?<>|=", s[i]) != NULL || (s[i] == ' ' && !group))
			return false;
	return true;
}

static bool is_digits(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (s[i] < '0' || s[i] > '9')
			return false;
	return len > 0;
}

/* "1000-1999" */
static bool is_digit_range(const char *s, size_t len)
{
	const char *dash = memchr(s, '-', len);

	return dash != NULL && is_digits(s, (size_t)(dash - s)) && is_digits(dash + 1, len - (size_t)(dash - s) - 1);
}

int who_parse(const char *s, size_t len, struct who *ret_who, const char **ret_problem)
{
	const char *colon = memchr(s, ':', len);
	bool group = len > 0 && s[0] == '@';

	if (len == 0)
		return refuse(ret_problem, "is empty; write a user, @group, first-uid:last-uid");
	if (len > WHO_BYTES_MAX)
		return refuse(ret_problem, "is longer than 64 bytes");
	if (colon != NULL)
		return parse_uids(s, len, colon, ret_who, ret_problem);
	if (len == 3 && memcmp(s, "all", 3) == 0) {
		*ret_who = (struct who){.kind = WHO_ALL};
		return 0;
	}
	if (s[0] == '%')
		return refuse(ret_problem, "begins with %, as sudoers writes groups; write @ and the group");
	if (is_digits(s, len))
		return refuse(ret_problem, "is only a number; write a uid as a range, such as 1000:1000");
	if (is_digit_range(s, len))
		return refuse(ret_problem, "is no user name; write a range of uids with a colon, such as 1000:1999");
	if (len == 3 && (memcmp(s, "ALL", 3) == 0 || memcmp(s, "All", 3) == 0))
		return refuse(ret_problem, "is a user of that very name; for everybody write all in small letters");
	if (!is_name(s + group, len - group, group))
		return refuse(ret_problem, "is no user name, @group or uid range such as 1000:1999");
	*ret_who = (struct who){.kind = group ? WHO_GROUP : WHO_USER, .name = s + group, .name_len = len - group};
	return 0;
}

static bool is_name_of(const struct who *who, const char *name)
{
	return name != NULL && strlen(name) == who->name_len && memcmp(name, who->name, who->name_len) == 0;
}

static bool has_group(const struct who *who, const struct person *person)
{
	for (size_t i = 0; i < person->group_count; i++)
		if (is_name_of(who, person->groups[i]))
			return true;
	return false;
}

bool who_matches(const char *who, const struct person *person)
{
	const char *problem;
	struct who parsed;

	if (who_parse(who, strlen(who), &parsed, &problem) < 0)
		return false;
	switch (parsed.kind) {
	case WHO_ALL:
		return true;
	case WHO_USER:
		return is_name_of(&parsed, person->name);
	case WHO_GROUP:
		return has_group(&parsed, person);
	case WHO_UIDS:
		return person->uid >= parsed.first && person->uid <= parsed.last;
	case WHO_KIND_MAX:
		break;
	}
	return false;
}

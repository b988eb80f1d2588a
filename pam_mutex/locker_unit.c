/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads the unit's name out of a control group's path. */
#include "locker_unit.h"

#include <string.h>

#include "text.h"

#define HIERARCHY "0::/"
#define SLICE "system.slice/"

/* What is left to read. */
struct rest {
	const char *at;
	size_t len;
};

static bool skip(struct rest *r, const char *prefix)
{
	size_t len = strlen(prefix);

	if (r->len < len || memcmp(r->at, prefix, len) != 0)
		return false;
	r->at += len;
	r->len -= len;
	return true;
}

static bool cut_end(struct rest *r, const char *suffix)
{
	size_t len = strlen(suffix);

	if (r->len < len || memcmp(r->at + r->len - len, suffix, len) != 0)
		return false;
	r->len -= len;
	return true;
}

/* Up to a byte, which is skipped; false when it is not there. */
static bool take(struct rest *r, char end, struct rest *ret_taken)
{
	const char *found = memchr(r->at, end, r->len);

	if (found == NULL)
		return false;
	*ret_taken = (struct rest){.at = r->at, .len = (size_t)(found - r->at)};
	r->len -= ret_taken->len + 1;
	r->at = found + 1;
	return true;
}

static bool is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool read_session(const struct rest *r, char *ret_session, size_t size)
{
	struct text t;

	for (size_t i = 0; i < r->len; i++)
		if (!is_lower(r->at[i]) && !is_digit(r->at[i]) && !(r->at[i] >= 'A' && r->at[i] <= 'Z'))
			return false;
	text_init(&t, ret_session, size);
	text_add_bytes(&t, r->at, r->len);
	return r->len > 0 && text_end(&t) == 0;
}

/* What a unit's name begins with: the rows of the lockers in idlelock's ladder.c that ask through the verifier. */
static const struct {
	const char *beginning;
	enum locker_unit_kind kind;
} UNITS[] = {
	{"idlelock-xsecurelock@", LOCKER_UNIT_AS_US},
	{"idlelock-i3lock@", LOCKER_UNIT_AS_USER},
	{"idlelock-swaylock@", LOCKER_UNIT_AS_USER},
	{"idlelock-console@", LOCKER_UNIT_CONSOLE},
};

static bool read_unit(struct rest name, struct locker_unit *ret_unit)
{
	if (!cut_end(&name, ".service"))
		return false;
	for (size_t i = 0; i < sizeof UNITS / sizeof UNITS[0]; i++)
		if (skip(&name, UNITS[i].beginning)) {
			ret_unit->kind = UNITS[i].kind;
			return read_session(&name, ret_unit->session, sizeof ret_unit->session);
		}
	return false;
}

/* Slices inside of slices, then the unit; what the unit makes inside of itself does not matter. */
static bool read_path(struct rest path, struct locker_unit *ret_unit)
{
	struct rest component;

	if (!skip(&path, HIERARCHY) || !skip(&path, SLICE))
		return false;
	while (take(&path, '/', &component)) {
		struct rest name = component;

		if (!cut_end(&name, ".slice"))
			return read_unit(component, ret_unit);
	}
	return read_unit(path, ret_unit);
}

bool locker_unit_of_cgroup(const char *bytes, size_t len, struct locker_unit *ret_unit)
{
	struct rest all = {.at = bytes, .len = len}, line;

	*ret_unit = (struct locker_unit){.kind = LOCKER_UNIT_NONE};
	while (take(&all, '\n', &line))
		if (read_path(line, ret_unit))
			return true;
	*ret_unit = (struct locker_unit){.kind = LOCKER_UNIT_NONE};
	return false;
}

bool locker_unit_speaks_for(const struct locker_unit *unit, const struct session_facts *facts, const char *boot_id, uid_t process, uid_t us)
{
	if (strcmp(unit->session, facts->session) != 0 || strcmp(boot_id, facts->boot_id) != 0)
		return false;
	switch (unit->kind) {
	case LOCKER_UNIT_NONE:
		return false;
	case LOCKER_UNIT_AS_US:
		return process == us && us != (uid_t)-1;
	case LOCKER_UNIT_AS_USER:
		return process == facts->uid;
	case LOCKER_UNIT_CONSOLE:
		return process == 0;
	}
	return false;
}

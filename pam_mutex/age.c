/* SPDX-License-Identifier: BSD-2-Clause */
/* The age of a password, counted in days as shadow(5) does. */
#include "age.h"

#include <stddef.h>
#include <string.h>

#include "keyword.h"

/* shadow(5): a maximum this large means "never"; it is what useradd writes. */
#define MAX_DAYS_NEVER 99999
/* A DES hash, the shortest that crypt(5) knows. */
#define HASH_BYTES_MIN 13

const char *shadow_hash(const char *hash)
{
	hash += strspn(hash, "!");
	/* '*' begins what crypt(5) never makes: "*", "*LK*", "*0". */
	return hash[0] == '*' || strlen(hash) < HASH_BYTES_MIN ? NULL : hash;
}

bool shadow_usable(const char *hash)
{
	return hash[0] != '!' && shadow_hash(hash) != NULL;
}

/* A date in the future (a clock that jumped) is an age of nothing, never one of 4 billion days. */
static int64_t age_days(const struct shadow_facts *shadow, int64_t now_s)
{
	int64_t today = now_s / DAY_S;

	return today > shadow->changed_day ? today - shadow->changed_day : 0;
}

static bool shadow_demands(const struct shadow_facts *shadow, int64_t now_s)
{
	if (shadow->changed_day == 0)
		return true;
	return shadow->changed_day > 0 && shadow->max_days >= 0 && shadow->max_days < MAX_DAYS_NEVER && age_days(shadow, now_s) > shadow->max_days;
}

static int64_t max_age_days(const struct settings *settings)
{
	return (settings->password_max_age + DAY_S - 1) / DAY_S;
}

struct age age_judge(const struct shadow_facts *shadow, const struct settings *settings, int64_t now_s)
{
	struct age age = {.standing = AGE_UNKNOWN};
	int64_t max_days = max_age_days(settings);

	if (max_days <= 0 || shadow->standing != SHADOW_FOUND || shadow->changed_day <= 0 || !shadow_usable(shadow->hash) ||
	    shadow_demands(shadow, now_s))
		return age;
	age.age_days = age_days(shadow, now_s);
	age.standing = AGE_FINE;
	if (age.age_days >= max_days) {
		age.standing = AGE_DUE;
	} else if ((max_days - age.age_days) * DAY_S <= settings->password_warn_age) {
		age.standing = AGE_SOON;
		age.days_left = max_days - age.age_days;
	}
	return age;
}

bool age_change_demanded(const struct shadow_facts *shadow, const struct settings *settings, int64_t now_s)
{
	if (shadow->standing != SHADOW_FOUND)
		return false;
	return shadow_demands(shadow, now_s) || age_judge(shadow, settings, now_s).standing == AGE_DUE;
}

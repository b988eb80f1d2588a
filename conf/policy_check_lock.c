/* SPDX-License-Identifier: BSD-2-Clause */
/* Rules about the lock that one value alone cannot break: its words, times that belong together, and what the written policy says. */
#include "policy_check.h"

#include <string.h>

#include "lock_ladder.h"
#include "policy_assignment.h"
#include "text.h"

#define SHOWN_BYTES_MAX 64
/* Clause LK-1: unused for 5 minutes, a device is locked. */
#define CLAUSE_AFTER_S 300

struct check {
	const struct policy *policy;
	const struct settings *general;
	struct diag_list *diags;
};

static void report_word(const struct check *c, enum diag_level level, const struct policy_assignment *a, const char *word, const char *problem)
{
	diag_add(c->diags, level, a->file, a->line, a->column, "\"%.*s\" %s", SHOWN_BYTES_MAX, word, problem);
}

/* --- words --- */

static void check_ladder(const struct check *c, const struct policy_assignment *a)
{
	struct lock_ladder ladder;
	char problem[256];
	struct text t;

	TEXT_INTO(&t, problem);
	if (lock_ladder_parse(a->value.text, strlen(a->value.text), &ladder, &t) < 0)
		diag_add(c->diags, DIAG_ERROR, a->file, a->line, a->column, "%s", problem);
}

#define ID_DIGITS 4
#define ID_BYTES (ID_DIGITS + 1 + ID_DIGITS)
/* A string descriptor of USB holds no more characters. */
#define SERIAL_BYTES_MAX 126

/* "1050:0407" as the kernel writes idVendor and idProduct, in small letters; a serial number behind a second colon. */
static bool is_usb_device(const char *s)
{
	size_t len = strlen(s);

	if (len < ID_BYTES || s[ID_DIGITS] != ':' || strspn(s, "0123456789abcdef") != ID_DIGITS ||
	    strspn(s + ID_DIGITS + 1, "0123456789abcdef") != ID_DIGITS)
		return false;
	if (len == ID_BYTES)
		return true;
	if (s[ID_BYTES] != ':' || len == ID_BYTES + 1 || len > ID_BYTES + 1 + SERIAL_BYTES_MAX)
		return false;
	for (const char *at = s + ID_BYTES + 1; *at != '\0'; at++)
		if (*at <= ' ' || *at > '~')
			return false;
	return true;
}

static void check_devices(const struct check *c, const struct policy_assignment *a)
{
	for (size_t i = 0; i < a->value.words.count; i++)
		if (!is_usb_device(a->value.words.words[i]))
			report_word(c, DIAG_ERROR, a, a->value.words.words[i],
				    "is no USB device; write vendor:product as lsusb shows them, such as 1050:0407, or vendor:product:serial");
}

static bool is_service(const char *s)
{
	static const char LETTERS[] = "abcdefghijklmnopqrstuvwxyz0123456789-_.+";

	return s[0] != '\0' && strspn(s, LETTERS) == strlen(s) && strlen(s) <= POLICY_NAME_BYTES_MAX;
}

/* What steps into an account, or comes from elsewhere, leaves no stamp that could open a lock of this computer. */
static bool opens_nothing(const char *s)
{
	static const char *const NAMES[] = {"su", "su-l", "sudo", "sudo-i", "doas", "polkit-1", "sshd", "cron", "atd", "runuser", "runuser-l"};

	for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++)
		if (strcmp(NAMES[i], s) == 0)
			return true;
	return false;
}

static void check_services(const struct check *c, const struct policy_assignment *a)
{
	for (size_t i = 0; i < a->value.words.count; i++) {
		const char *word = a->value.words.words[i];

		if (!is_service(word))
			report_word(c, DIAG_ERROR, a, word, "is no PAM service; write names of files in /etc/pam.d, such as lightdm");
		else if (opens_nothing(word))
			report_word(c, DIAG_WARNING, a, word, "never opens a lock; take it out");
	}
}

static void check_virtual_inputs(const struct check *c, const struct policy_assignment *a)
{
	for (size_t i = 0; i < a->value.words.count; i++)
		if (strcmp(a->value.words.words[i], "xtest") == 0)
			report_word(c, DIAG_WARNING, a, "xtest",
				    "lets every program on a display keep its session open; it is meant for displays without hardware, such as Xvfb");
}

/* --- times --- */

struct effective {
	int64_t seconds;
	const struct policy_assignment *line; /* NULL = default or profile */
};

static struct effective effective_of(const struct check *c, unsigned scope_id, enum keyword keyword)
{
	const struct policy_assignment *line = policy_assignment_of(c->policy, scope_id, keyword);
	union value value;

	if (line == NULL && scope_id != 0)
		line = policy_assignment_of(c->policy, 0, keyword);
	value_get(keyword_row(keyword), c->general, &value);
	return (struct effective){.seconds = line != NULL ? line->value.number : value.number, .line = line};
}

/* Told at the later of the lines of that WHO. */
static bool is_last_of(const struct policy_assignment *a, const struct effective *one, const struct effective *other)
{
	const struct policy_assignment *second = one->line == a ? other->line : one->line;

	return (one->line == a || other->line == a) && (second == NULL || second->scope_id != a->scope_id || second < a);
}

static void check_times(const struct check *c, const struct policy_assignment *a)
{
	struct effective after = effective_of(c, a->scope_id, KEYWORD_lock_after);
	struct effective warn = effective_of(c, a->scope_id, KEYWORD_lock_warn);
	struct effective grace = effective_of(c, a->scope_id, KEYWORD_lock_grace);

	/* Whoever sets only after knows nothing of warn: its default is cut without a word. */
	if (warn.line != NULL && warn.seconds > after.seconds / 2 && is_last_of(a, &after, &warn))
		diag_add(c->diags, DIAG_WARNING, a->file, a->line, a->column,
			 "warn is more than half of after, so that the countdown would run while somebody types; it is cut to half of it");
	if (after.seconds + grace.seconds > CLAUSE_AFTER_S && is_last_of(a, &after, &grace))
		diag_add(c->diags, DIAG_WARNING, a->file, a->line, a->column,
			 "after%s is more than the 5 minutes of clause LK-1; make it less, or have an exception approved",
			 grace.seconds > 0 ? " and grace together" : "");
}

static void check_line(const struct check *c, const struct policy_assignment *a)
{
	switch (a->keyword) {
	case KEYWORD_lock_ladder:
		check_ladder(c, a);
		return;
	case KEYWORD_lock_on_device_removal:
		check_devices(c, a);
		return;
	case KEYWORD_lock_unlock_services:
		check_services(c, a);
		return;
	case KEYWORD_lock_trusted_virtual_inputs:
		check_virtual_inputs(c, a);
		return;
	case KEYWORD_lock_after:
	case KEYWORD_lock_warn:
	case KEYWORD_lock_grace:
		if (policy_assignment_of(c->policy, a->scope_id, a->keyword) == a)
			check_times(c, a);
		return;
	default:
		return;
	}
}

void policy_check_lock(const struct policy *policy, const struct settings *general, struct diag_list *diags)
{
	struct check c = {.policy = policy, .general = general, .diags = diags};

	for (size_t i = 0; i < policy->count; i++)
		/* what was told to be no value needs no second word */
		if (!policy->assignments[i].wrong)
			check_line(&c, &policy->assignments[i]);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Sentences about the lock and about controls, chosen by reason and control. */
#include "notice.h"

#include <string.h>

#include "text.h"

#define NS_PER_S INT64_C(1000000000)
#define MINUTE_S 60
#define HOUR_S 3600

static const struct reason_row {
	enum message_id message;
	bool news; /* worth telling after the unlock */
} REASONS[LOCK_REASON_MAX] = {
	[LOCK_REASON_NONE] = {MESSAGE_MAX, false},
	[LOCK_REASON_IDLE] = {MESSAGE_LOCK_REASON_IDLE, true},
	[LOCK_REASON_REQUEST] = {MESSAGE_LOCK_REASON_REQUEST, false},
	[LOCK_REASON_SLEEP] = {MESSAGE_LOCK_REASON_SLEEP, false},
	[LOCK_REASON_LID] = {MESSAGE_LOCK_REASON_LID, false},
	[LOCK_REASON_SWITCH] = {MESSAGE_LOCK_REASON_SWITCH, false},
	[LOCK_REASON_DEVICE] = {MESSAGE_LOCK_REASON_DEVICE, true},
	[LOCK_REASON_ADMINISTRATOR] = {MESSAGE_LOCK_REASON_ADMINISTRATOR, true},
	[LOCK_REASON_FOUND_LOCKED] = {MESSAGE_LOCK_REASON_FOUND_LOCKED, false},
};

static const struct {
	const char *control;
	enum message_id message; /* {0} = detail */
} VIOLATIONS[] = {
	{"lock-tamper", MESSAGE_NOTICE_TAMPER},
	{"lock-unproven", MESSAGE_NOTICE_UNPROVEN},
};

/* The first word of the detail of "lock-tamper", by which the record names it too; what follows it behind ", " is {0}. */
static const struct {
	const char *word;
	enum message_id message;
} TAMPERS[] = {
	{"xtest", MESSAGE_NOTICE_XTEST},
	{"idle-reset", MESSAGE_NOTICE_IDLE_RESET},
	{"saver-off", MESSAGE_NOTICE_SAVER_OFF},
	{"dpms", MESSAGE_NOTICE_DPMS},
	{"grab-breakers", MESSAGE_NOTICE_GRAB_BREAKERS},
	{"foreign-grab", MESSAGE_NOTICE_FOREIGN_GRAB},
	{"stray-device", MESSAGE_NOTICE_STRAY_DEVICE},
	{"display", MESSAGE_NOTICE_DISPLAY},
	{"type", MESSAGE_NOTICE_TYPE},
	{"virtual-input", MESSAGE_NOTICE_VIRTUAL_INPUT},
	{"worker-lost", MESSAGE_NOTICE_WORKER_LOST},
};

static int64_t seconds_of(int64_t ns)
{
	return ns <= 0 ? 0 : ns / NS_PER_S + (ns % NS_PER_S != 0);
}

void notice_add_duration(struct text *t, enum language language, int64_t ns)
{
	int64_t s = seconds_of(ns), unit_s = s < 2 * HOUR_S || s % HOUR_S != 0 ? MINUTE_S : HOUR_S;
	char number[24];
	struct text n;

	if (s == 0 || (s < 2 * MINUTE_S && s % MINUTE_S != 0))
		unit_s = 1;
	TEXT_INTO(&n, number);
	text_add_int(&n, s / unit_s + (s % unit_s != 0));
	message_add(t, language, unit_s == 1 ? MESSAGE_DURATION_SECONDS : unit_s == MINUTE_S ? MESSAGE_DURATION_MINUTES : MESSAGE_DURATION_HOURS,
		    (const char *const[]){number}, 1);
}

void notice_add_countdown(struct text *t, enum language language, int64_t left_ns)
{
	char left[64];
	struct text l;

	TEXT_INTO(&l, left);
	notice_add_duration(&l, language, left_ns < NS_PER_S ? NS_PER_S : left_ns);
	message_add(t, language, MESSAGE_NOTICE_COUNTDOWN, (const char *const[]){left}, 1);
}

enum lock_reason notice_reason_of(const char *word)
{
	for (int i = 1; i < LOCK_REASON_MAX; i++)
		if (strcmp(lock_reason_name((enum lock_reason)i), word) == 0)
			return (enum lock_reason)i;
	return LOCK_REASON_NONE;
}

void notice_add_reason(struct text *t, enum language language, enum lock_reason reason, int64_t after_ns)
{
	char after[64];
	struct text a;

	if (reason <= LOCK_REASON_NONE || reason >= LOCK_REASON_MAX)
		return;
	if (reason == LOCK_REASON_IDLE && after_ns <= 0) {
		message_add(t, language, MESSAGE_LOCK_REASON_IDLE_LONG, NULL, 0);
		return;
	}
	TEXT_INTO(&a, after);
	notice_add_duration(&a, language, after_ns);
	message_add(t, language, REASONS[reason].message, (const char *const[]){after}, 1);
}

bool notice_is_news(enum lock_reason reason)
{
	return reason > LOCK_REASON_NONE && reason < LOCK_REASON_MAX && REASONS[reason].news;
}

/* False: the word is none that is known here. */
static bool add_tamper(struct text *t, enum language language, const char *detail)
{
	size_t len = strcspn(detail, ",");
	const char *rest = detail + len + strspn(detail + len, ", ");

	for (size_t i = 0; i < sizeof TAMPERS / sizeof TAMPERS[0]; i++) {
		if (strlen(TAMPERS[i].word) != len || strncmp(TAMPERS[i].word, detail, len) != 0)
			continue;
		message_add(t, language, TAMPERS[i].message, (const char *const[]){rest}, 1);
		text_add_char(t, '\n');
		message_add(t, language, MESSAGE_NOTICE_TAMPER_ADVICE, NULL, 0);
		return true;
	}
	return false;
}

void notice_add_violation(struct text *t, enum language language, const char *control, const char *detail)
{
	if (strcmp(control, "lock-tamper") == 0 && add_tamper(t, language, detail))
		return;
	for (size_t i = 0; i < sizeof VIOLATIONS / sizeof VIOLATIONS[0]; i++) {
		if (strcmp(VIOLATIONS[i].control, control) == 0) {
			message_add(t, language, VIOLATIONS[i].message, (const char *const[]){detail}, 1);
			return;
		}
	}
	message_add(t, language, MESSAGE_NOTICE_VIOLATION, (const char *const[]){control, detail}, 2);
}

/* One that has no row is called as the policy calls it. */
static const struct {
	const char *control;
	enum message_id message;
} NAMES[] = {
	{"firewall", MESSAGE_NOTICE_NAME_FIREWALL}, {"units", MESSAGE_NOTICE_NAME_UNITS}, {"antivirus", MESSAGE_NOTICE_NAME_ANTIVIRUS},
	{"auth", MESSAGE_NOTICE_NAME_AUTH},         {"self", MESSAGE_NOTICE_NAME_SELF},
};

static const char *name_of(enum language language, const char *control)
{
	for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++)
		if (strcmp(NAMES[i].control, control) == 0)
			return message_raw(language, NAMES[i].message);
	return control;
}

static enum message_id outlook_of(const char *reaction)
{
	if (strcmp(reaction, "repair") == 0)
		return MESSAGE_NOTICE_CONTROL_REPAIR;
	return strcmp(reaction, "given-up") == 0 ? MESSAGE_NOTICE_CONTROL_GIVEN_UP : MESSAGE_NOTICE_CONTROL_STAYS;
}

void notice_add_control(struct text *t, enum language language, const struct notice_control *notice)
{
	const char *name = name_of(language, notice->control);

	if (notice->by_you)
		message_add(t, language, MESSAGE_NOTICE_CONTROL_BY_YOU, (const char *const[]){name, notice->program}, 2);
	else if (notice->person[0] != '\0')
		message_add(t, language, MESSAGE_NOTICE_CONTROL_BY, (const char *const[]){name, notice->person, notice->program}, 3);
	else
		message_add(t, language, MESSAGE_NOTICE_CONTROL_BY_NOBODY, (const char *const[]){name}, 1);
	text_add_char(t, '\n');
	if (notice->fine)
		message_add(t, language, MESSAGE_NOTICE_CONTROL_FINE, (const char *const[]){name}, 1);
	else
		message_add(t, language, outlook_of(notice->reaction), NULL, 0);
}

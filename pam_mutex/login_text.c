/* SPDX-License-Identifier: BSD-2-Clause */
/* What people read about a login: the reasons with their remedies, reminders, whom to ask. Pure. */
#include "login.h"

#include <string.h>

#include "message_pack.h"
#include "text.h"

static const enum message_id REASON_MESSAGES[] = {
#define LOGIN_REASON_MESSAGE(id, code, clause, keyword, message) [LOGIN_##id##_REASON] = MESSAGE_##message,
	LOGIN_REASONS(LOGIN_REASON_MESSAGE)
#undef LOGIN_REASON_MESSAGE
};

#define SSHD_LINES \
	"\"UsePAM yes\", \"KbdInteractiveAuthentication yes\" and \"AuthenticationMethods publickey,keyboard-interactive:pam\""

const char *login_reason_detail(enum login_reason_id id)
{
	switch ((int)id) {
	case LOGIN_PUBLICKEY_ONLY_REASON:
		return "sshd let a key alone prove the login; put these lines into a file of /etc/ssh/sshd_config.d and reload ssh: " SSHD_LINES;
	case LOGIN_NOT_PROVEN_REASON:
		return "the service's auth lines did not reach \"pam_mutex.so finish\" in this login; run mutexctl stack";
	case LOGIN_STATE_UNKNOWN_REASON:
		return "the person's login state cannot be read; run mutexctl mfa repair USER";
	case LOGIN_STATE_READ_ONLY_REASON:
		return "/var/lib/mutex cannot be written; make its file system writable again";
	case LOGIN_NO_VERIFIER_REASON:
		return "mutex-verify does not answer; run systemctl status mutex-verify.socket";
	case LOGIN_POLICY_BROKEN_REASON:
		return "the policy has errors and there is no last good one; run mutexctl check";
	case LOGIN_DISABLED_REASON:
		return "the hard limit is reached; look into the failures, then run mutexctl lockout clear USER";
	default:
		return NULL;
	}
}

void login_add_reason(struct text *t, enum language language, const struct login_reason *reason)
{
	enum message_id id = REASON_MESSAGES[reason->id];
	const char *args[] = {reason->argument[0], reason->argument[1]};
	char duration[64];
	struct text d;

	TEXT_INTO(&d, duration);
	if (reason->id == LOGIN_LOCKED_REASON) {
		message_add_duration(&d, language, reason->argument[0]);
		args[0] = duration;
	} else if (reason->id == LOGIN_POSTURE_REASON && !reason->denies && reason->argument[1][0] != '\0') {
		id = MESSAGE_LOGIN_POSTURE_GRACE;
		message_add_duration(&d, language, reason->argument[1]);
		args[1] = duration;
	}
	message_add(t, language, id, args, 2);
}

/* Beside a refusal everything that refuses; else what the person should know or can put right. */
static bool is_told(const struct login_decision *d, const struct login_reason *reason, const struct settings *settings)
{
	if (d->outcome == LOGIN_OUTCOME_DENIED)
		return reason->denies;
	if (reason->id == LOGIN_TWO_PLACES_REASON)
		return true;
	return reason->id == LOGIN_POSTURE_REASON && settings->access_mode == MODE_ENFORCE;
}

static void pack_reasons(struct message_pack *p, const struct login_decision *d, const struct settings *settings, enum language language)
{
	char line[MESSAGE_BYTES_MAX + 1];
	struct text t;

	for (size_t i = 0; i < d->count; i++) {
		if (!is_told(d, &d->reasons[i], settings))
			continue;
		TEXT_INTO(&t, line);
		if (d->outcome == LOGIN_OUTCOME_DENIED)
			text_add(&t, "- ");
		login_add_reason(&t, language, &d->reasons[i]);
		message_pack_line(p, line, t.len);
	}
}

static void pack_reminders(struct message_pack *p, const struct login_decision *d, enum language language)
{
	char days[24];
	struct text t;

	TEXT_INTO(&t, days);
	text_add_int(&t, d->days_left);
	if (d->enrol_here)
		message_pack_message(p, language, MESSAGE_LOGIN_ENROL_NOW, NULL);
	else if (d->remind && d->days_left > 0)
		message_pack_message(p, language, MESSAGE_LOGIN_REMIND_DAYS, days);
	else if (d->remind)
		message_pack_message(p, language, MESSAGE_LOGIN_REMIND, NULL);
	if (d->break_glass)
		message_pack_message(p, language, MESSAGE_LOGIN_BREAK_GLASS_USED, NULL);
	if (d->root_console)
		message_pack_message(p, language, MESSAGE_LOGIN_ROOT_CONSOLE, NULL);
}

size_t login_messages(const struct login_decision *d, const struct settings *settings, enum language language,
		      char (*ret_messages)[MESSAGE_BYTES_MAX + 1], size_t max)
{
	struct message_pack p = {.messages = ret_messages, .max = max};
	bool denied = d->outcome == LOGIN_OUTCOME_DENIED && d->count > 0;

	if (denied)
		message_pack_message(&p, language, MESSAGE_LOGIN_HEADER, NULL);
	pack_reasons(&p, d, settings, language);
	if (d->outcome != LOGIN_OUTCOME_DENIED)
		pack_reminders(&p, d, language);
	if (p.count > 0 && settings->report_contact != NULL && settings->report_contact[0] != '\0')
		message_pack_message(&p, language, MESSAGE_PASSWORD_CONTACT, settings->report_contact);
	return p.count;
}

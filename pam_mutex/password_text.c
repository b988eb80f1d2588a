/* SPDX-License-Identifier: BSD-2-Clause */
/* What people read about passwords: the rules before the prompt, the reasons after it. Pure. */
#include "password.h"

#include <string.h>

#include "message_pack.h"
#include "text.h"

static const enum message_id reason_messages[] = {
#define PASSWORD_MESSAGE(id, code, keyword, message) [PASSWORD_##id] = MESSAGE_##message,
	PASSWORD_REASONS(PASSWORD_MESSAGE)
#undef PASSWORD_MESSAGE
};

void password_add_reason(struct text *t, enum language language, const struct password_reason *reason)
{
	char duration[64];
	const char *args[] = {reason->argument[0], reason->argument[1]};
	struct text d;

	if (reason->id == PASSWORD_TOO_YOUNG) {
		TEXT_INTO(&d, duration);
		message_add_duration(&d, language, reason->argument[0]);
		args[0] = duration;
	}
	message_add(t, language, reason_messages[reason->id], args, 2);
}

/* One sentence behind the others of its line; Japanese needs no blank between sentences. */
static void add_rule(struct text *t, enum language language, enum message_id id, int64_t number)
{
	char digits[24];
	struct text n;

	if (t->len > 0 && t->buf[t->len - 1] != '\n' && language == LANGUAGE_EN)
		text_add_char(t, ' ');
	TEXT_INTO(&n, digits);
	text_add_int(&n, number);
	message_add(t, language, id, (const char *const[]){digits}, 1);
}

static void add_rules_of_form(struct text *t, enum language language, const struct settings *s, bool mfa_everywhere)
{
	enum keyword keyword;

	add_rule(t, language, MESSAGE_PASSWORD_RULE_LENGTH, password_min_length(s, mfa_everywhere, &keyword));
	if (s->password_min_classes > 0)
		add_rule(t, language, MESSAGE_PASSWORD_RULE_CLASSES, s->password_min_classes);
	if (s->password_letters_and_digits)
		add_rule(t, language, MESSAGE_PASSWORD_RULE_LETTERS_DIGITS, 0);
	if (!s->password_non_ascii)
		add_rule(t, language, MESSAGE_PASSWORD_RULE_ASCII, 0);
	if (s->password_max_repeat > 0)
		add_rule(t, language, MESSAGE_PASSWORD_RULE_REPEAT, s->password_max_repeat);
	if (s->password_max_sequence > 0)
		add_rule(t, language, MESSAGE_PASSWORD_RULE_SEQUENCE, s->password_max_sequence);
}

static void add_rules_of_content(struct text *t, enum language language, const struct settings *s)
{
	if (s->password_common_passwords || s->password_breached_filter.count > 0 || s->password_block_lists.count > 0)
		add_rule(t, language, MESSAGE_PASSWORD_RULE_COMMON, 0);
	if (s->password_personal_words || s->password_company_words.count > 0)
		add_rule(t, language, MESSAGE_PASSWORD_RULE_WORDS, 0);
	if (s->password_min_difference > 0)
		add_rule(t, language, MESSAGE_PASSWORD_RULE_SIMILAR, 0);
	if (s->password_history > 0)
		add_rule(t, language, MESSAGE_PASSWORD_RULE_HISTORY, s->password_history);
	if (s->password_history_days > 0)
		add_rule(t, language, MESSAGE_PASSWORD_RULE_HISTORY_DAYS, s->password_history_days);
}

void password_add_rules(struct text *t, enum language language, const struct settings *settings, bool mfa_everywhere)
{
	size_t first;

	add_rules_of_form(t, language, settings, mfa_everywhere);
	text_add_char(t, '\n');
	first = t->len;
	add_rules_of_content(t, language, settings);
	if (t->len > first)
		text_add_char(t, '\n');
}

static enum message_id header_of(const struct password_decision *d)
{
	if (d->observed_only)
		return MESSAGE_PASSWORD_HEADER_OBSERVED;
	if (d->root_exempt)
		return MESSAGE_PASSWORD_HEADER_ROOT;
	return d->waiver ? MESSAGE_PASSWORD_HEADER_WAIVED : MESSAGE_PASSWORD_HEADER_REFUSED;
}

/* Whether another password would help. */
static bool is_about_the_password(enum password_reason_id id)
{
	return id != PASSWORD_POLICY_BROKEN && id != PASSWORD_CANNOT_CHECK && id != PASSWORD_TOO_YOUNG && id != PASSWORD_EMPTY;
}

static void pack_reasons(struct message_pack *p, const struct password_verdict *v, enum language language)
{
	char line[MESSAGE_BYTES_MAX + 1];
	struct text t;

	for (size_t i = 0; i < v->count; i++) {
		TEXT_INTO(&t, line);
		text_add(&t, "- ");
		password_add_reason(&t, language, &v->reasons[i]);
		message_pack_line(p, line, t.len);
	}
}

size_t password_messages(const struct password_verdict *v, const struct password_decision *d, const struct settings *settings,
			 enum language language, char (*ret_messages)[MESSAGE_BYTES_MAX + 1], size_t max)
{
	struct message_pack p = {.messages = ret_messages, .max = max};
	bool helps = false;

	if (v->count == 0)
		return 0;
	message_pack_message(&p, language, header_of(d), d->waiver);
	pack_reasons(&p, v, language);
	for (size_t i = 0; i < v->count; i++)
		helps = helps || is_about_the_password(v->reasons[i].id);
	if (helps)
		message_pack_message(&p, language, MESSAGE_PASSWORD_REMEDY, NULL);
	if (settings->report_contact && settings->report_contact[0] != '\0')
		message_pack_message(&p, language, MESSAGE_PASSWORD_CONTACT, settings->report_contact);
	return p.count;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* What a password must be: the one decision that the module, `mutexctl password` and `mutexctl explain password` share. Pure. Clause PW-1.
 *
 * password_judge() finds all reasons against a password; password_decide() turns them, with mode, waiver and who asks, into what happens. */
#ifndef MUTEX_PASSWORD_H
#define MUTEX_PASSWORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "filter.h"
#include "message.h"
#include "policy.h"

/* R(id, code in the record, keyword that decided, message). In order of weight: the first is told first. */
#define PASSWORD_REASONS(R) \
	R(POLICY_BROKEN, "policy-broken", KEYWORD_MAX, REASON_POLICY_BROKEN) \
	R(CANNOT_CHECK, "cannot-check", KEYWORD_MAX, REASON_CANNOT_CHECK) \
	R(EMPTY, "empty", KEYWORD_password_min_length, REASON_EMPTY) \
	R(TOO_LONG, "too-long", KEYWORD_MAX, REASON_TOO_LONG) \
	R(INVALID_UTF8, "invalid-utf8", KEYWORD_MAX, REASON_INVALID_UTF8) \
	R(CONTROL, "control-character", KEYWORD_MAX, REASON_CONTROL) \
	R(BREACHED, "breached", KEYWORD_password_breached_filter, REASON_BREACHED) \
	R(COMMON, "common", KEYWORD_password_common_passwords, REASON_COMMON) \
	R(BLOCKED, "blocked", KEYWORD_password_block_lists, REASON_BLOCKED) \
	R(TOO_SHORT, "too-short", KEYWORD_password_min_length, REASON_TOO_SHORT) \
	R(NON_ASCII, "non-ascii", KEYWORD_password_non_ascii, REASON_NON_ASCII) \
	R(SAME, "same", KEYWORD_password_history, REASON_SAME) \
	R(HISTORY, "history", KEYWORD_password_history, REASON_HISTORY) \
	R(HISTORY_DAYS, "history-days", KEYWORD_password_history_days, REASON_HISTORY_DAYS) \
	R(SIMILAR, "similar", KEYWORD_password_min_difference, REASON_SIMILAR) \
	R(PERSONAL_WORD, "personal-word", KEYWORD_password_personal_words, REASON_PERSONAL_WORD) \
	R(COMPANY_WORD, "company-word", KEYWORD_password_company_words, REASON_COMPANY_WORD) \
	R(CLASSES, "classes", KEYWORD_password_min_classes, REASON_CLASSES) \
	R(LETTERS_DIGITS, "letters-and-digits", KEYWORD_password_letters_and_digits, REASON_LETTERS_DIGITS) \
	R(REPEAT, "repeat", KEYWORD_password_max_repeat, REASON_REPEAT) \
	R(SEQUENCE, "sequence", KEYWORD_password_max_sequence, REASON_SEQUENCE) \
	R(TOO_YOUNG, "too-young", KEYWORD_password_min_age, REASON_TOO_YOUNG)

enum password_reason_id {
#define PASSWORD_REASON_ENUM(id, ...) PASSWORD_##id,
	PASSWORD_REASONS(PASSWORD_REASON_ENUM)
#undef PASSWORD_REASON_ENUM
	PASSWORD_REASON_MAX
};

/* Whole bytes of one list of refused passwords (an admin's file), one a line. */
struct password_list {
	const char *file;
	const char *bytes;
	size_t len;
};

/* All that is known when a password is judged. Strings are borrowed; NULL = unknown or absent. */
struct password_facts {
	const char *password;
	size_t len;
	const char *old;       /* NULL when root changes: only similarity is skipped, and the record says so */
	size_t old_len;
	const struct person *person;
	const char *full_name; /* GECOS, all of its fields */
	const char *home, *host, *domain;
	const struct password_list *lists;
	size_t list_count;
	const struct filter *breached; /* NULL when the policy names none */
	bool lists_unreadable; /* a list or filter that the policy names could not be opened: CANNOT_CHECK */
	bool mfa_everywhere;   /* every service that takes this password demands a second factor */
	int64_t now_s;
	int64_t changed_s;     /* last change by shadow(5), 0 = unknown or change demanded */
	bool asked_by_root;    /* getuid() == 0 and no change of an expired password */
};

struct password_reason {
	enum password_reason_id id;
	char argument[2][64]; /* numbers or words for the message; escaped when shown. Never any part of the password but a listed word */
};

struct password_verdict {
	struct password_reason reasons[PASSWORD_REASON_MAX]; /* in order of weight, each id once */
	size_t count;
	bool similarity_skipped; /* the old password was not known */
};

/* Finds every reason but HISTORY, HISTORY_DAYS, POLICY_BROKEN. Takes at most 2 ms for 511 bytes, no memory but the stack (at most 64 KiB). Wipes what it copied. */
void password_judge(const struct password_facts *facts, const struct settings *settings, struct password_verdict *ret_verdict);

/* Adds a reason found elsewhere (history, broken policy), keeping the order. */
void password_verdict_add(struct password_verdict *v, enum password_reason_id id, const char *argument);

/* Adds the reason against a password of the history. index: its place there, 0 = newest, which present_known says is the present one.
 * Beyond the first `history` places only history_days covers it, and the reason names that rule. */
void password_verdict_add_past(struct password_verdict *v, const struct settings *settings, size_t index, bool present_known);

/* The length that holds, and by which keyword. */
int64_t password_min_length(const struct settings *settings, bool mfa_everywhere, enum keyword *ret_keyword);

enum password_outcome { PASSWORD_REFUSED, PASSWORD_ACCEPTED, PASSWORD_WARNED, PASSWORD_OUTCOME_MAX };

/* What happens. Zero is a refusal. */
struct password_decision {
	enum password_outcome outcome; /* WARNED: told, and let pass */
	bool observed_only;            /* would be refused, but mode = observe */
	bool root_exempt;              /* would be refused, but enforce_for_root = no and root asks */
	const char *waiver;            /* id of the exception that let it pass */
};

/* No reason: ACCEPTED. Reasons: WARNED when observing (before observe_until or after it: passing the date is a finding, not a switch),
 * when root asks and is not bound, or when an exception waives PW-1; else REFUSED.
 * POLICY_BROKEN, CANNOT_CHECK, EMPTY, TOO_LONG and INVALID_UTF8 are refused in every case: no waiver makes an unchecked password good. */
struct password_decision password_decide(const struct password_verdict *verdict, const struct settings *settings, bool asked_by_root,
					 const char *waiver_id);

const char *password_reason_code(enum password_reason_id id);
enum keyword password_reason_keyword(enum password_reason_id id); /* KEYWORD_MAX = none */
const char *password_outcome_name(enum password_outcome outcome);

/* Texts. One reason as a whole sentence with its remedy. */
void password_add_reason(struct text *t, enum language language, const struct password_reason *reason);

/* The rules that hold, told before the first prompt, and by `mutexctl explain password`: one line of what it must have, one of what it must
 * not be, both short since greeters truncate. */
void password_add_rules(struct text *t, enum language language, const struct settings *settings, bool mfa_everywhere);

/* Packs the verdict into messages of at most MESSAGE_BYTES_MAX bytes, cut between reasons: header, reasons, remedy, contact.
 * Returns how many were written (at most max). */
size_t password_messages(const struct password_verdict *v, const struct password_decision *d, const struct settings *settings,
			 enum language language, char (*ret_messages)[MESSAGE_BYTES_MAX + 1], size_t max);

#endif

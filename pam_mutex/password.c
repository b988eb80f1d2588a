/* SPDX-License-Identifier: BSD-2-Clause */
/* Judges a password: finds every reason against it, and decides what the reasons lead to. Pure. Clause PW-1. */
#include "password.h"

#include <string.h>

#include "block_list.h"
#include "guess.h"
#include "keyboard.h"
#include "personal.h"
#include "secret.h"
#include "similar.h"
#include "text.h"
#include "utf8.h"

#define PASSWORD_BYTES_MAX (SECRET_SIZE - 1)
#define ASCII_MAX 0x7f

static const struct {
	const char *code;
	enum keyword keyword;
} reason_rows[] = {
#define PASSWORD_ROW(id, code, keyword, message) [PASSWORD_##id] = {code, keyword},
	PASSWORD_REASONS(PASSWORD_ROW)
#undef PASSWORD_ROW
};
_Static_assert(sizeof(reason_rows) / sizeof(*reason_rows) == PASSWORD_REASON_MAX, "one row for each reason");

static const char *const outcome_names[] = {
	[PASSWORD_REFUSED] = "refused",
	[PASSWORD_ACCEPTED] = "accepted",
	[PASSWORD_WARNED] = "warned",
};
_Static_assert(sizeof(outcome_names) / sizeof(*outcome_names) == PASSWORD_OUTCOME_MAX, "one name for each outcome");

const char *password_reason_code(enum password_reason_id id)
{
	return reason_rows[id].code;
}

enum keyword password_reason_keyword(enum password_reason_id id)
{
	return reason_rows[id].keyword;
}

const char *password_outcome_name(enum password_outcome outcome)
{
	return outcome_names[outcome];
}

/* An argument too long is cut between characters: it only helps a person to recognise the word. */
static void set_argument(char (*ret_argument)[64], const char *s)
{
	size_t len = s ? utf8_cut(s, strlen(s), sizeof(*ret_argument) - 1) : 0;

	if (len > 0)
		memcpy(*ret_argument, s, len);
	(*ret_argument)[len] = '\0';
}

static void set_number(char (*ret_argument)[64], int64_t n)
{
	struct text t;

	TEXT_INTO(&t, *ret_argument);
	text_add_int(&t, n);
}

/* Makes room in the order of weight. NULL when the reason is there already: it keeps its arguments. */
static struct password_reason *insert(struct password_verdict *v, enum password_reason_id id)
{
	size_t at = 0;

	while (at < v->count && v->reasons[at].id < id)
		at++;
	if (at < v->count && v->reasons[at].id == id)
		return NULL;
	memmove(&v->reasons[at + 1], &v->reasons[at], (v->count - at) * sizeof(v->reasons[0]));
	v->count++;
	v->reasons[at] = (struct password_reason){.id = id};
	return &v->reasons[at];
}

void password_verdict_add(struct password_verdict *v, enum password_reason_id id, const char *argument)
{
	struct password_reason *reason = insert(v, id);

	if (reason)
		set_argument(&reason->argument[0], argument);
}

static void add_numbers(struct password_verdict *v, enum password_reason_id id, int64_t first, int64_t second)
{
	struct password_reason *reason = insert(v, id);

	if (!reason)
		return;
	set_number(&reason->argument[0], first);
	set_number(&reason->argument[1], second);
}

int64_t password_min_length(const struct settings *settings, bool mfa_everywhere, enum keyword *ret_keyword)
{
	*ret_keyword = mfa_everywhere ? KEYWORD_password_min_length_with_mfa : KEYWORD_password_min_length;
	return mfa_everywhere ? settings->password_min_length_with_mfa : settings->password_min_length;
}

/* What a walk over the characters finds. */
struct characters {
	size_t count;
	bool control, non_ascii;
	bool lower, upper, digit, other;
	size_t longest_repeat;
};

static void classify(struct characters *c, uint32_t code_point)
{
	if (code_point < 0x20 || (code_point >= 0x7f && code_point < 0xa0))
		c->control = true;
	if (code_point > ASCII_MAX)
		c->non_ascii = true;
	if (code_point >= 'a' && code_point <= 'z')
		c->lower = true;
	else if (code_point >= 'A' && code_point <= 'Z')
		c->upper = true;
	else if (code_point >= '0' && code_point <= '9')
		c->digit = true;
	else
		c->other = true;
}

static int read_characters(const struct password_facts *facts, struct characters *ret)
{
	const char *at = facts->password, *end = at + facts->len;
	uint32_t last = 0, code_point;
	size_t run = 0;

	while (at < end) {
		int r = utf8_next(&at, end, &code_point);

		if (r < 0)
			return r;
		run = run > 0 && code_point == last ? run + 1 : 1;
		last = code_point;
		ret->count++;
		if (run > ret->longest_repeat)
			ret->longest_repeat = run;
		classify(ret, code_point);
	}
	return 0;
}

static void judge_form(const struct password_facts *facts, const struct settings *settings, const struct characters *c,
		       struct password_verdict *v)
{
	enum keyword keyword;
	int64_t min_length = password_min_length(settings, facts->mfa_everywhere, &keyword);
	int64_t classes = c->lower + c->upper + c->digit + c->other;

	if (c->control)
		password_verdict_add(v, PASSWORD_CONTROL, NULL);
	if ((int64_t)c->count < min_length)
		add_numbers(v, PASSWORD_TOO_SHORT, (int64_t)c->count, min_length);
	if (c->non_ascii && !settings->password_non_ascii)
		password_verdict_add(v, PASSWORD_NON_ASCII, NULL);
	if (classes < settings->password_min_classes)
		add_numbers(v, PASSWORD_CLASSES, classes, settings->password_min_classes);
	if (settings->password_letters_and_digits && !((c->lower || c->upper) && c->digit))
		password_verdict_add(v, PASSWORD_LETTERS_DIGITS, NULL);
	if (settings->password_max_repeat > 0 && (int64_t)c->longest_repeat > settings->password_max_repeat)
		add_numbers(v, PASSWORD_REPEAT, settings->password_max_repeat, 0);
	if (settings->password_max_sequence > 0 &&
	    (int64_t)keyboard_longest_run(facts->password, facts->len) > settings->password_max_sequence)
		add_numbers(v, PASSWORD_SEQUENCE, settings->password_max_sequence, 0);
}

/* What guessers try first: the built-in list, the administrator's, the breached ones. */
static void judge_lists(const struct password_facts *facts, const struct settings *settings, struct password_verdict *v)
{
	if (facts->breached && filter_contains(facts->breached, filter_key(facts->password, facts->len)))
		password_verdict_add(v, PASSWORD_BREACHED, NULL);
	if (settings->password_common_passwords && guess_is_easy(facts->password, facts->len))
		password_verdict_add(v, PASSWORD_COMMON, NULL);
	for (size_t i = 0; i < facts->list_count; i++)
		if (block_list_contains(facts->lists[i].bytes, facts->lists[i].len, facts->password, facts->len))
			password_verdict_add(v, PASSWORD_BLOCKED, NULL);
}

static void add_word(struct password_verdict *v, enum password_reason_id id, const char *word, int64_t min_remainder)
{
	struct password_reason *reason = word[0] != '\0' ? insert(v, id) : NULL;

	if (!reason)
		return;
	set_argument(&reason->argument[0], word);
	set_number(&reason->argument[1], min_remainder > 1 ? min_remainder : 1);
}

static void judge_words(const struct password_facts *facts, const struct settings *settings, struct password_verdict *v)
{
	struct personal_words words;

	personal_find(facts, settings, &words);
	add_word(v, PASSWORD_PERSONAL_WORD, words.person, settings->password_min_remainder);
	add_word(v, PASSWORD_COMPANY_WORD, words.company, settings->password_min_remainder);
}

/* The same password is no change, whatever the policy says. */
static void judge_old(const struct password_facts *facts, const struct settings *settings, struct password_verdict *v)
{
	if (!facts->old)
		return;
	if (secret_equal(facts->password, facts->len, facts->old, facts->old_len))
		password_verdict_add(v, PASSWORD_SAME, NULL);
	else if (settings->password_min_difference > 0 &&
		 similar_passwords(facts->old, facts->old_len, facts->password, facts->len, settings->password_min_difference))
		password_verdict_add(v, PASSWORD_SIMILAR, NULL);
}

void password_verdict_add_past(struct password_verdict *v, const struct settings *settings, size_t index, bool present_known)
{
	bool by_count = (int64_t)index < settings->password_history;
	char number[24];
	struct text t;

	TEXT_INTO(&t, number);
	text_add_int(&t, by_count ? settings->password_history : settings->password_history_days);
	if (index == 0 && present_known)
		password_verdict_add(v, PASSWORD_SAME, NULL);
	else
		password_verdict_add(v, by_count ? PASSWORD_HISTORY : PASSWORD_HISTORY_DAYS, number);
}

/* How long until then, in the largest unit that says it well, rounded up. */
static void add_too_young(struct password_verdict *v, int64_t wait_s)
{
	struct password_reason *reason = insert(v, PASSWORD_TOO_YOUNG);
	int64_t unit_s = wait_s > 2 * DAY_S ? DAY_S : wait_s > 2 * 3600 ? 3600 : 60;
	struct text t;

	if (!reason)
		return;
	TEXT_INTO(&t, reason->argument[0]);
	text_add_int(&t, (wait_s + unit_s - 1) / unit_s);
	text_add(&t, unit_s == DAY_S ? "d" : unit_s == 3600 ? "h" : "min");
}

static void judge_age(const struct password_facts *facts, const struct settings *settings, struct password_verdict *v)
{
	int64_t ripe_s = facts->changed_s + settings->password_min_age;

	if (settings->password_min_age > 0 && facts->changed_s > 0 && !facts->asked_by_root && facts->now_s < ripe_s)
		add_too_young(v, ripe_s - facts->now_s);
}

/* False, with the reason, when nothing else can be said about the password. */
static bool readable(const struct password_facts *facts, struct characters *ret_c, struct password_verdict *v)
{
	*ret_c = (struct characters){0};
	if (facts->len == 0) {
		password_verdict_add(v, PASSWORD_EMPTY, NULL);
		return false;
	}
	if (facts->len > PASSWORD_BYTES_MAX) {
		add_numbers(v, PASSWORD_TOO_LONG, PASSWORD_BYTES_MAX, 0);
		return false;
	}
	if (read_characters(facts, ret_c) < 0) {
		password_verdict_add(v, PASSWORD_INVALID_UTF8, NULL);
		return false;
	}
	return true;
}

/* The keywords whose files are missing among the facts. */
static const char *unreadable_keywords(const struct password_facts *facts, const struct settings *settings)
{
	bool lists = facts->list_count < settings->password_block_lists.count;
	bool filter = facts->breached == NULL && settings->password_breached_filter.count > 0;

	if (lists != filter)
		return lists ? "block_lists" : "breached_filter";
	return "block_lists, breached_filter";
}

void password_judge(const struct password_facts *facts, const struct settings *settings, struct password_verdict *ret_verdict)
{
	struct password_verdict *v = ret_verdict;
	struct characters c;

	memset(v, 0, sizeof(*v));
	v->similarity_skipped = !facts->old;
	judge_age(facts, settings, v);
	if (facts->lists_unreadable)
		password_verdict_add(v, PASSWORD_CANNOT_CHECK, unreadable_keywords(facts, settings));
	if (!readable(facts, &c, v))
		return;
	judge_form(facts, settings, &c, v);
	judge_lists(facts, settings, v);
	judge_words(facts, settings, v);
	judge_old(facts, settings, v);
}

/* Nobody checked such a password, so nobody may let it pass. */
static bool unchecked(const struct password_verdict *v)
{
	for (size_t i = 0; i < v->count; i++) {
		switch (v->reasons[i].id) {
		case PASSWORD_POLICY_BROKEN:
		case PASSWORD_CANNOT_CHECK:
		case PASSWORD_EMPTY:
		case PASSWORD_TOO_LONG:
		case PASSWORD_INVALID_UTF8:
			return true;
		case PASSWORD_CONTROL:
		case PASSWORD_BREACHED:
		case PASSWORD_COMMON:
		case PASSWORD_BLOCKED:
		case PASSWORD_TOO_SHORT:
		case PASSWORD_NON_ASCII:
		case PASSWORD_SAME:
		case PASSWORD_HISTORY:
		case PASSWORD_HISTORY_DAYS:
		case PASSWORD_SIMILAR:
		case PASSWORD_PERSONAL_WORD:
		case PASSWORD_COMPANY_WORD:
		case PASSWORD_CLASSES:
		case PASSWORD_LETTERS_DIGITS:
		case PASSWORD_REPEAT:
		case PASSWORD_SEQUENCE:
		case PASSWORD_TOO_YOUNG:
		case PASSWORD_REASON_MAX:
			break;
		}
	}
	return false;
}

struct password_decision password_decide(const struct password_verdict *verdict, const struct settings *settings, bool asked_by_root,
					 const char *waiver_id)
{
	struct password_decision d = {.outcome = PASSWORD_REFUSED};

	if (verdict->count == 0) {
		d.outcome = PASSWORD_ACCEPTED;
	} else if (unchecked(verdict)) {
		return d;
	} else if (settings->password_mode == MODE_OBSERVE) {
		d.outcome = PASSWORD_WARNED;
		d.observed_only = true;
	} else if (asked_by_root && !settings->password_enforce_for_root) {
		d.outcome = PASSWORD_WARNED;
		d.root_exempt = true;
	} else if (waiver_id) {
		d.outcome = PASSWORD_WARNED;
		d.waiver = waiver_id;
	}
	return d;
}

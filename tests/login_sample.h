/* SPDX-License-Identifier: BSD-2-Clause */
/* Facts of a login out of a line of words, and a decision as one: for tables of tests.
 *
 * "sshd alice from=203.0.113.9 has=totp ssh=publickey": the service, then who (alice and bob are people, glass too; root; www-data is the system's),
 * then whatever differs from: local, not at the console, state fine, policy current, nothing proven. */
#ifndef MUTEX_LOGIN_SAMPLE_H
#define MUTEX_LOGIN_SAMPLE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "login.h"
#include "number.h"
#include "policy_sample.h"

#define SAMPLE_NOW 1795305600 /* 2026-11-22T00:00:00Z */
#define SAMPLE_WORDS_MAX 32

static const char *const SAMPLE_STAFF[] = {"staff"};
static const struct person SAMPLE_PEOPLE[] = {
	{.name = "alice", .uid = 1000, .groups = SAMPLE_STAFF, .group_count = 1},
	{.name = "bob", .uid = 1001},
	{.name = "glass", .uid = 1002},
	{.name = "root", .uid = 0},
	{.name = "www-data", .uid = 33},
};
#define SAMPLE_PEOPLE_COUNT (sizeof SAMPLE_PEOPLE / sizeof SAMPLE_PEOPLE[0])

struct login_sample {
	struct policy_sample policy;
	struct settings settings, asker_settings;
	struct factor_table factors;
	struct login_facts facts;
	struct posture posture;
	char words[512];
};

static inline void login_sample_free(struct login_sample *s)
{
	policy_sample_free(&s->policy);
}
#define LOGIN_SAMPLE_FREED __attribute__((cleanup(login_sample_free)))

static inline const struct person *sample_person(const char *name)
{
	for (size_t i = 0; i < SAMPLE_PEOPLE_COUNT; i++)
		if (strcmp(SAMPLE_PEOPLE[i].name, name) == 0)
			return &SAMPLE_PEOPLE[i];
	return NULL;
}

static inline int64_t sample_number(const char *text)
{
	int64_t n;

	if (number_parse(text, strlen(text), 0, INT64_MAX, &n) < 0)
		abort();
	return n;
}

static inline uint32_t sample_set(const struct factor_table *table, const char *names)
{
	uint32_t set = 0;

	while (*names != '\0') {
		size_t len = strcspn(names, ",");
		int index = factor_find(table, names, len);

		if (index < 0)
			abort();
		set |= FACTOR_BIT(index);
		names += len + (names[len] == ',' ? 1 : 0);
	}
	return set;
}

static inline void sample_control(struct login_sample *s, enum posture_state state, int64_t ago_s, enum posture_mode mode)
{
	s->posture = (struct posture){
		.count = 1,
		.controls = {{.control = "firewall", .clause = "FW-1", .state = state, .since = SAMPLE_NOW - ago_s, .mode = mode}},
	};
	s->facts.posture_standing = POSTURE_STANDING_FRESH;
	s->facts.posture = &s->posture;
}

static inline const char *sample_after(const char *word, const char *name)
{
	size_t len = strlen(name);

	return strncmp(word, name, len) == 0 ? word + len : NULL;
}

static inline bool sample_value_word(struct login_sample *s, const char *word)
{
	struct login_facts *f = &s->facts;
	const char *v;

	if ((v = sample_after(word, "from=")) != NULL) {
		f->rhost = v;
		f->has_address = network_address_parse(v, strlen(v), &f->address) == 0;
		f->side = LOGIN_REMOTE;
	} else if ((v = sample_after(word, "asker=")) != NULL) {
		f->asker = sample_person(v);
		f->asker_unknown = f->asker == NULL;
	} else if ((v = sample_after(word, "has=")) != NULL) {
		f->has = sample_set(&s->factors, v);
	} else if ((v = sample_after(word, "proven=")) != NULL) {
		f->proven = sample_set(&s->factors, v);
	} else if ((v = sample_after(word, "waiver=")) != NULL) {
		for (size_t i = 0; login_waiver_slot(i) != NULL; i++)
			if (strcmp(login_waiver_slot(i), v) == 0)
				f->waivers[i] = "EX-1";
	} else if ((v = sample_after(word, "sessions=")) != NULL) {
		f->sessions = (size_t)sample_number(v);
	} else if ((v = sample_after(word, "places=")) != NULL) {
		f->other_places = (size_t)sample_number(v);
	} else if ((v = sample_after(word, "violated=")) != NULL) {
		sample_control(s, POSTURE_VIOLATED, sample_number(v), POSTURE_ENFORCE);
	} else if ((v = sample_after(word, "watched=")) != NULL) {
		sample_control(s, POSTURE_VIOLATED, sample_number(v), POSTURE_OBSERVE);
	} else if ((v = sample_after(word, "unknown-since=")) != NULL) {
		f->posture_standing = POSTURE_STANDING_STALE;
		f->posture_unknown_since_s = SAMPLE_NOW - sample_number(v);
	} else if ((v = sample_after(word, "minute=")) != NULL) {
		f->local_minutes = sample_number(v);
	} else if ((v = sample_after(word, "later=")) != NULL) {
		f->now_s = SAMPLE_NOW + sample_number(v) * DAY_S;
	} else {
		return false;
	}
	return true;
}

static inline bool sample_ssh_word(struct login_facts *f, const char *word)
{
	static const struct {
		const char *word, *info;
	} WORDS[] = {
		{"ssh=", ""},
		{"ssh=publickey", "publickey ssh-ed25519 AAAA"},
		{"ssh=sk", "publickey sk-ssh-ed25519@openssh.com AAAA"},
		{"ssh=gssapi", "gssapi-with-mic alice"},
		{"ssh=interactive", "keyboard-interactive/pam"},
	};

	for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++)
		if (strcmp(word, WORDS[i].word) == 0) {
			f->ssh = ssh_auth_info_parse(WORDS[i].info);
			return true;
		}
	return false;
}

static inline bool sample_plain_word(struct login_facts *f, const char *word)
{
#define SAMPLE_WORD(text, ...) \
	if (strcmp(word, text) == 0) { \
		__VA_ARGS__; \
		return true; \
	}
	SAMPLE_WORD("console", f->at_console = true)
	SAMPLE_WORD("remote", f->side = LOGIN_REMOTE)
	SAMPLE_WORD("nobody", f->person = NULL)
	SAMPLE_WORD("by-root", f->asked_by_root = true)
	SAMPLE_WORD("state=unknown", f->state = LOGIN_STATE_UNKNOWN)
	SAMPLE_WORD("state=read-only", f->state = LOGIN_STATE_READ_ONLY)
	SAMPLE_WORD("state=not-root", f->state = LOGIN_STATE_NOT_ROOT)
	SAMPLE_WORD("locked", f->lockouts[LOGIN_GUESS_PASSWORD] = ((struct lockout){.kind = LOCKOUT_FOR_A_TIME, .left_s = 601}))
	SAMPLE_WORD("disabled", f->lockouts[LOGIN_GUESS_PASSWORD] = ((struct lockout){.kind = LOCKOUT_DISABLED}))
	SAMPLE_WORD("code-locked", f->lockouts[LOGIN_GUESS_CODE] = ((struct lockout){.kind = LOCKOUT_FOR_A_TIME, .left_s = 60}))
	SAMPLE_WORD("busy", f->busy = true)
	SAMPLE_WORD("half", f->half_set = true)
	SAMPLE_WORD("finished", f->finished = true)
	SAMPLE_WORD("suspended", f->suspended = true)
	SAMPLE_WORD("suspended?", f->suspended = f->suspension_unknown = true)
	SAMPLE_WORD("broken", f->policy = POLICY_BROKEN)
	SAMPLE_WORD("unwatched", f->posture_standing = POSTURE_STANDING_UNKNOWN)
	SAMPLE_WORD("netgroup", f->on_netgroup_allow = f->on_netgroup_service = true)
#undef SAMPLE_WORD
	return false;
}

/* Aborts on a policy that does not parse or a word that nobody knows: a row must not test less than it says. */
static inline void login_sample_make(struct login_sample *s, const char *policy, const char *line)
{
	char *words[SAMPLE_WORDS_MAX], *rest;
	size_t count = 0;

	memset(s, 0, sizeof *s);
	policy_sample_text(&s->policy, policy);
	if (s->policy.result != 0 || strlen(line) >= sizeof s->words) {
		fputs(s->policy.problems, stderr);
		abort();
	}
	factor_table_init(&s->policy.policy, &s->factors);
	memcpy(s->words, line, strlen(line) + 1);
	for (char *w = strtok_r(s->words, " ", &rest); w != NULL && count < SAMPLE_WORDS_MAX; w = strtok_r(NULL, " ", &rest))
		words[count++] = w;
	if (count < 2)
		abort();
	s->facts = (struct login_facts){
		.service_name = words[0],
		.person = sample_person(words[1]),
		.policy = POLICY_CURRENT,
		.state = LOGIN_STATE_FINE,
		.posture_standing = POSTURE_STANDING_FRESH,
		.posture = &s->posture,
		.now_s = SAMPLE_NOW,
	};
	for (size_t i = 2; i < count; i++)
		if (!sample_value_word(s, words[i]) && !sample_ssh_word(&s->facts, words[i]) && !sample_plain_word(&s->facts, words[i]))
			abort();
	policy_resolve_for(&s->policy.policy, s->facts.person, &(struct policy_names){.service = words[0]}, &s->settings);
	s->facts.service = service_of(words[0], &s->settings);
	if (s->facts.asker != NULL) {
		policy_resolve(&s->policy.policy, s->facts.asker, &s->asker_settings);
		s->facts.asker_settings = &s->asker_settings;
	}
}

/* "denied locked-out!": each reason with ! (denies), ~ (only observed), (ID) (waived) or nothing; then what is asked, then flags. */
static inline void login_sample_add(struct text *t, const struct login_sample *s, const struct login_decision *d)
{
	text_add(t, login_outcome_name(d->outcome));
	for (size_t i = 0; i < d->count; i++) {
		const struct login_reason *r = &d->reasons[i];

		text_add_char(t, ' ');
		text_add(t, login_reason_code(r->id));
		text_add(t, r->denies ? "!" : r->observed_only ? "~" : "");
		if (r->waiver != NULL)
			text_add_format(t, "(%s)", r->waiver);
	}
	if (d->next != 0) {
		text_add_char(t, ' ');
		factor_set_add(&s->factors, d->next, t);
	}
	text_add(t, d->next != 0 && d->factor_observed ? " only-watched" : "");
	if (d->remind)
		text_add_format(t, " remind=%d", (int)d->days_left);
	text_add(t, d->enrol_here ? " enrol-here" : "");
	text_add(t, d->break_glass ? " break-glass" : "");
	text_add(t, d->root_console ? " root-console" : "");
	text_add(t, d->skip_password ? " skip-password" : "");
	text_add(t, d->counts ? " counts" : "");
}

#endif

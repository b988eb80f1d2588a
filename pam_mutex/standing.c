/* SPDX-License-Identifier: BSD-2-Clause */
/* Judges present passwords at logins. */
#include "standing.h"

#include <limits.h>
#include <nettle/sha2.h>
#include <string.h>
#include <sys/stat.h>

#include "conversation.h"
#include "password_gather.h"
#include "shadow_gather.h"
#include "text.h"

/* About the computer, or about the change rather than the password. */
static bool is_about_the_password(enum password_reason_id id)
{
	return id != PASSWORD_POLICY_BROKEN && id != PASSWORD_CANNOT_CHECK && id != PASSWORD_TOO_YOUNG;
}

static void keep_what_counts(struct password_verdict *v)
{
	size_t kept = 0;

	for (size_t i = 0; i < v->count; i++)
		if (is_about_the_password(v->reasons[i].id))
			v->reasons[kept++] = v->reasons[i];
	v->count = kept;
}

/* The hash shows a change by any tool; where there is none (a directory's users) the password itself, which only the next login shows. */
static int make_tag(const struct situation *s, const struct shadow_facts *shadow, const char *password, uint64_t *ret_tag)
{
	const char *what = shadow->standing == SHADOW_FOUND && shadow->hash[0] != '\0' ? shadow->hash : password;

	return login_store_tag(s->paths, s->person->uid, what, strlen(what), ret_tag);
}

/* --- what a judgement rests on --- */

static void add(struct sha256_ctx *sha, const char *s)
{
	sha256_update(sha, s != NULL ? strlen(s) + 1 : 1, (const uint8_t *)(s != NULL ? s : ""));
}

static void add_numbers(struct sha256_ctx *sha, const uint64_t *numbers, size_t count)
{
	sha256_update(sha, count * sizeof *numbers, (const uint8_t *)numbers);
}

/* Another file, or one that was written to. */
static void add_file(struct sha256_ctx *sha, const char *root, const char *path)
{
	char whole[PATH_MAX];
	struct stat st = {0};
	struct text t;

	TEXT_INTO(&t, whole);
	text_add(&t, root);
	text_add(&t, path);
	if (text_end(&t) < 0 || stat(whole, &st) < 0)
		st = (struct stat){0};
	add_numbers(sha, (const uint64_t[]){st.st_dev, st.st_ino, (uint64_t)st.st_size, (uint64_t)st.st_mtim.tv_sec, (uint64_t)st.st_mtim.tv_nsec,
					    (uint64_t)st.st_ctim.tv_sec, (uint64_t)st.st_ctim.tv_nsec}, 7);
}

static void add_files(struct sha256_ctx *sha, const char *root, const struct word_list *files)
{
	add_numbers(sha, &(uint64_t){files->count}, 1);
	for (size_t i = 0; i < files->count; i++)
		add_file(sha, root, files->words[i]);
}

static void add_person(struct sha256_ctx *sha, const struct person_loaded *loaded)
{
	const struct person *person = &loaded->person;

	add(sha, person->name);
	add(sha, loaded->full_name);
	add(sha, loaded->home);
	add_numbers(sha, (const uint64_t[]){person->uid, person->group_count}, 2);
	for (size_t i = 0; i < person->group_count; i++)
		add(sha, person->groups[i]);
}

/* All that password_judge() is told, but the password, for which its hash stands: only where this computer keeps one can a change be seen. */
static uint64_t tag_of_judgement(const struct situation *s, const struct shadow_facts *shadow)
{
	uint8_t digest[SHA256_DIGEST_SIZE];
	struct sha256_ctx sha;
	uint64_t tag = 0;

	if (shadow->standing != SHADOW_FOUND || !shadow_usable(shadow->hash))
		return 0;
	sha256_init(&sha);
	add(&sha, MUTEX_VERSION);
	add(&sha, shadow->hash);
	add(&sha, s->policy->policy.hash);
	add_person(&sha, &s->basis->person);
	add(&sha, s->login.host);
	add_numbers(&sha, &(uint64_t){s->login.facts.has}, 1); /* the length may depend on the factors */
	add_file(&sha, "", s->paths->hosts);
	add_files(&sha, s->paths->root, &s->settings->password_block_lists);
	add_files(&sha, s->paths->root, &s->settings->password_breached_filter);
	sha256_digest(&sha, sizeof digest, digest);
	explicit_bzero(&sha, sizeof sha);
	(void)memcpy(&tag, digest, sizeof tag);
	return tag;
}

/* True: that was this very password under these very rules. */
static bool found_good_before(const struct situation *s, struct standing *standing)
{
	const struct login_state *state = &s->login.state;
	struct shadow_facts shadow SHADOW_WIPED;

	shadow_gather(s->paths, s->person->name, &shadow);
	standing->good_tag = tag_of_judgement(s, &shadow);
	return standing->good_tag != 0 && state->comply_by_s == 0 && state->comply_tag == standing->good_tag;
}

/* --- judging --- */

void standing_judge(const struct situation *s, const char *password, struct standing *ret_standing)
{
	struct password_gathered gathered PASSWORD_GATHERED_RELEASED = {0};
	struct password_decision decision;

	*ret_standing = (struct standing){0};
	if (s->policy->state == POLICY_BROKEN)
		return;
	ret_standing->judged = found_good_before(s, ret_standing);
	if (ret_standing->judged || password_gather(s->paths, &s->policy->policy, s->settings, &s->basis->person, &gathered) < 0)
		return;
	gathered.facts.password = password;
	gathered.facts.len = strlen(password);
	password_judge(&gathered.facts, s->settings, &ret_standing->verdict);
	if (ret_standing->verdict.count > 0)
		ret_standing->good_tag = 0;
	keep_what_counts(&ret_standing->verdict);
	decision = password_decide(&ret_standing->verdict, s->settings, s->person->uid == 0, s->waiver);
	ret_standing->bad = ret_standing->verdict.count > 0;
	ret_standing->bound = decision.outcome == PASSWORD_REFUSED;
	/* Only a date is set for a certain password; whatever date there is ends with a good one. */
	ret_standing->judged = !ret_standing->bound || make_tag(s, &gathered.shadow, password, &ret_standing->tag) == 0;
}

bool standing_note(struct standing *standing, const struct settings *settings, int64_t now_s, struct login_state *state)
{
	bool same = state->comply_by_s != 0 && state->comply_tag == standing->tag;

	if (!standing->judged)
		return false;
	if (!standing->bound) {
		bool known = state->comply_by_s == 0 && state->comply_tag == standing->good_tag;

		state->comply_by_s = 0;
		state->comply_tag = standing->good_tag;
		return !known;
	}
	standing->told_before = same;
	if (!same) {
		state->comply_by_s = now_s + settings->password_comply_by;
		state->comply_tag = standing->tag;
	}
	standing->comply_by_s = state->comply_by_s;
	return !same;
}

static void tell(const struct situation *s, const struct standing *standing)
{
	int64_t days_left = (standing->comply_by_s - s->now_s + DAY_S - 1) / DAY_S;
	char days[24], line[MESSAGE_BYTES_MAX + 1];
	struct text t;

	if ((s->flags & PAM_SILENT) != 0 || standing->comply_by_s <= s->now_s) /* afterwards the account phase speaks */
		return;
	TEXT_INTO(&t, days);
	text_add_int(&t, days_left);
	TEXT_INTO(&t, line);
	message_add(&t, s->language, MESSAGE_STANDING_BAD, (const char *const[]){days}, 1);
	conversation_tell(s->pamh, PAM_TEXT_INFO, line);
	for (size_t i = 0; i < standing->verdict.count; i++) {
		TEXT_INTO(&t, line);
		password_add_reason(&t, s->language, &standing->verdict.reasons[i]);
		conversation_tell(s->pamh, PAM_TEXT_INFO, line);
	}
}

static void record(const struct situation *s, const struct standing *standing)
{
	struct record r = situation_record(s, RECORD_PASSWORD_STANDING);
	const char *reasons[PASSWORD_REASON_MAX];

	for (size_t i = 0; i < standing->verdict.count; i++)
		reasons[i] = password_reason_code(standing->verdict.reasons[i].id);
	r.verdict = RECORD_WARNED;
	r.observed_only = !standing->bound && s->settings->password_mode == MODE_OBSERVE;
	r.reasons = reasons;
	r.reason_count = standing->verdict.count;
	r.detail = standing->bound ? "must be changed by the date that comply_by allows" : "told to nobody: no date is set";
	situation_emit(s, &r);
}

void standing_report(const struct situation *s, const struct standing *standing)
{
	if (!standing->judged || !standing->bad)
		return;
	if (!standing->told_before)
		record(s, standing);
	if (standing->bound)
		tell(s, standing);
}

bool standing_due(const struct situation *s)
{
	const struct login_state *state = &s->login.state;
	struct shadow_facts shadow SHADOW_WIPED;
	uint64_t tag;

	if (state->comply_by_s == 0 || s->now_s < state->comply_by_s || s->policy->state == POLICY_BROKEN)
		return false;
	shadow_gather(s->paths, s->person->name, &shadow);
	return shadow.standing == SHADOW_FOUND && make_tag(s, &shadow, "", &tag) == 0 && tag == state->comply_tag;
}

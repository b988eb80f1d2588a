/* SPDX-License-Identifier: BSD-2-Clause */
/* mutexctl password: judges a password as the module would, before anybody changes one. The password comes from the terminal or standard
 * input, never from arguments, and is never shown. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "common.h"
#include "history_store.h"
#include "password.h"
#include "password_gather.h"
#include "password_input.h"
#include "person_load.h"
#include "text.h"

#define NAME "password"
#define MESSAGES_MAX 16

struct request {
	const char *user;
	char *policy;
	bool old, batch, json;
};

/* All that holds for every candidate of this run. */
struct trial {
	struct policy_loaded loaded;
	struct settings settings;
	struct person_loaded person; /* zero = nobody in particular */
	struct password_gathered gathered;
	struct password_input input;
	struct candidate old;
	enum language language;
	const char *waiver;
	bool history_compared;
};

static void trial_release(struct trial *t)
{
	policy_unload(&t->loaded);
	person_unload(&t->person);
	password_gathered_release(&t->gathered);
	password_input_wipe(&t->input);
	candidate_wipe(&t->old);
}

/* One candidate's end. */
struct outcome {
	struct password_verdict verdict;
	struct password_decision decision;
};

static int parse_options(int argc, char **argv, struct request *ret_request)
{
	static const struct option options[] = {
		{"user", required_argument, NULL, 'u'}, {"old", no_argument, NULL, 'o'},  {"policy", required_argument, NULL, 'p'},
		{"batch", no_argument, NULL, 'b'},      {"json", no_argument, NULL, 'j'}, {0},
	};
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == '?')
			return command_usage(NAME, "wrong option");
		ret_request->user = option == 'u' ? optarg : ret_request->user;
		ret_request->policy = option == 'p' ? optarg : ret_request->policy;
		ret_request->old = ret_request->old || option == 'o';
		ret_request->batch = ret_request->batch || option == 'b';
		ret_request->json = ret_request->json || option == 'j';
	}
	if (ret_request->policy != NULL && strcmp(ret_request->policy, "-") == 0)
		return command_usage(NAME, "--policy: standard input is for passwords");
	if (optind < argc)
		return command_usage(NAME, "passwords are never given as arguments: others can read those");
	return 0;
}

static int load_policy(const struct request *request, struct trial *t)
{
	int r = request->policy != NULL ? common_load_policy_files(&request->policy, 1, &t->loaded) : common_load_policy(&t->loaded);

	if (r != 0)
		return r;
	if (t->loaded.diags.errors > 0)
		common_print_diags(&t->loaded.diags);
	if (request->policy != NULL && t->loaded.state == POLICY_BROKEN)
		return COMMAND_FAILED;
	return 0;
}

/* Whose password it is: the named person's; else the caller's own; root and batches judge for nobody in particular. */
static int load_person(const struct request *request, struct trial *t)
{
	if (request->user == NULL && (getuid() == 0 || request->batch))
		return 0;
	return common_load_person(request->user, &t->person);
}

static int gather(struct trial *t)
{
	const char *name = t->person.memory != NULL ? t->person.person.name : NULL;
	const struct exception *exception;
	int r;

	policy_resolve(&t->loaded.policy, name != NULL ? &t->person.person : NULL, &t->settings);
	t->language = common_language(&t->settings);
	r = password_gather(common_paths(), &t->loaded.policy, &t->settings, name != NULL ? &t->person : NULL, &t->gathered);
	if (r < 0)
		return command_error("cannot gather what the policy asks for: %s", strerror(-r));
	if (t->gathered.problem[0] != '\0')
		(void)command_error("%s", t->gathered.problem);
	exception = name != NULL ? exception_match(&t->loaded.exceptions, "PW-1", &t->person.person, t->gathered.facts.host) : NULL;
	t->waiver = exception != NULL ? exception->id : NULL;
	return 0;
}

static int read_old(const struct request *request, struct trial *t)
{
	int r = request->old ? password_input_next(&t->input, "Present password: ", &t->old) : 0;

	if (r == 0 && t->old.len == SECRET_SIZE)
		r = -EMSGSIZE;
	if (r < 0)
		return command_error("cannot read the present password: %s", strerror(-r));
	if (request->old) {
		t->gathered.facts.old = t->old.bytes;
		t->gathered.facts.old_len = t->old.len;
	}
	return 0;
}

static bool remembers(const struct settings *s)
{
	return s->password_history > 0 || s->password_history_days > 0;
}

/* As the module does, but nothing is written: the present password is taken in here only. */
static void judge_history(struct trial *t, const struct candidate *c, struct outcome *o)
{
	struct history *h HISTORY_RELEASED = NULL;
	const char *present = shadow_hash(t->gathered.shadow.hash);
	const struct settings *s = &t->settings;
	int64_t now_s = t->gathered.facts.now_s;
	struct history_match match = {.found = false};
	struct secret password SECRET_WIPED = {.len = 0};
	bool taken;
	int r;

	if (memchr(c->bytes, '\0', c->len) != NULL || secret_set(&password, c->bytes, c->len) < 0)
		return;
	r = history_read(common_paths(), t->person.person.uid, &h);
	if (r == -ENOENT)
		h = calloc(1, sizeof *h);
	if (h == NULL) {
		(void)command_error("history: %s", history_strerror(r == -ENOENT ? -ENOMEM : r));
		password_verdict_add(&o->verdict, PASSWORD_CANNOT_CHECK, "history");
		return;
	}
	if (present != NULL)
		(void)history_append(h, present, now_s, &taken);
	if (history_compare(h, history_covered(h, s->password_history, s->password_history_days, now_s), password.bytes, &match) < 0)
		password_verdict_add(&o->verdict, PASSWORD_CANNOT_CHECK, "history");
	t->history_compared = true;
	if (match.found)
		password_verdict_add_past(&o->verdict, s, match.index, present != NULL);
}

static void decide(const struct trial *t, struct outcome *o)
{
	o->decision = password_decide(&o->verdict, &t->settings, false, t->waiver);
}

static void judge(struct trial *t, const struct candidate *c, bool with_history, struct outcome *ret_outcome)
{
	struct password_facts facts = t->gathered.facts;

	facts.password = c->bytes;
	facts.len = c->len;
	password_judge(&facts, &t->settings, &ret_outcome->verdict);
	if (t->loaded.state == POLICY_BROKEN)
		password_verdict_add(&ret_outcome->verdict, PASSWORD_POLICY_BROKEN, NULL);
	decide(t, ret_outcome);
	if (!with_history || ret_outcome->decision.outcome == PASSWORD_REFUSED)
		return;
	judge_history(t, c, ret_outcome);
	decide(t, ret_outcome);
}

/* --- one candidate --- */

static void print_line(enum language language, enum message_id id)
{
	puts(message_raw(language, id));
}

static void print_notes(const struct trial *t, const struct outcome *o)
{
	if (t->person.memory == NULL)
		print_line(t->language, MESSAGE_PASSWORD_NOTE_NOBODY);
	if (o->verdict.similarity_skipped && t->settings.password_min_difference > 0)
		print_line(t->language, MESSAGE_PASSWORD_NOTE_SIMILAR);
	if (o->decision.outcome != PASSWORD_REFUSED && !t->history_compared && remembers(&t->settings) && t->person.memory != NULL)
		print_line(t->language, MESSAGE_PASSWORD_NOTE_HISTORY);
}

static int print_outcome(const struct trial *t, const struct outcome *o, int fine)
{
	char messages[MESSAGES_MAX][MESSAGE_BYTES_MAX + 1];
	size_t count = password_messages(&o->verdict, &o->decision, &t->settings, t->language, messages, MESSAGES_MAX);

	for (size_t i = 0; i < count; i++)
		puts(messages[i]);
	if (count == 0)
		print_line(t->language, MESSAGE_PASSWORD_ACCEPTED);
	print_notes(t, o);
	return common_finish(fine);
}

static json_t *json_reason(const struct trial *t, const struct password_reason *reason)
{
	enum keyword keyword = password_reason_keyword(reason->id);
	char message[MESSAGE_BYTES_MAX + 1], origin[512];
	struct text m, o;

	TEXT_INTO(&m, message);
	password_add_reason(&m, t->language, reason);
	TEXT_INTO(&o, origin);
	if (keyword != KEYWORD_MAX)
		settings_add_origin(&t->settings, keyword, &o);
	return json_pack("{s:s, s:s, s:s, s:s}", "code", password_reason_code(reason->id), "message", message, "keyword",
			 keyword != KEYWORD_MAX ? keyword_row(keyword)->name : "", "origin", origin);
}

static int print_outcome_json(const struct trial *t, const struct outcome *o, int fine)
{
	json_t *reasons = json_array();

	for (size_t i = 0; i < o->verdict.count; i++)
		json_array_append_new(reasons, json_reason(t, &o->verdict.reasons[i]));
	return common_print_json(json_pack("{s:s, s:o, s:s?, s:s?, s:b, s:b, s:b, s:s}", "verdict", password_outcome_name(o->decision.outcome),
					   "reasons", reasons, "user", t->person.memory != NULL ? t->person.person.name : NULL, "waiver",
					   o->decision.waiver, "observed_only", (int)o->decision.observed_only, "similarity_compared",
					   (int)!o->verdict.similarity_skipped, "history_compared", (int)t->history_compared, "policy_state",
					   policy_state_name(t->loaded.state)),
				 fine);
}

static int judge_one(struct trial *t, const struct request *request)
{
	struct candidate c CANDIDATE_WIPED = {.len = 0};
	struct outcome o;
	bool with_history = geteuid() == 0 && t->person.memory != NULL && remembers(&t->settings);
	int fine, r = password_input_next(&t->input, "Password: ", &c);

	if (r == -ENODATA)
		return command_error("no password was given");
	if (r < 0)
		return command_error("cannot read the password: %s", strerror(-r));
	judge(t, &c, with_history, &o);
	fine = o.decision.outcome == PASSWORD_REFUSED ? COMMAND_VIOLATED : COMMAND_FINE;
	return request->json ? print_outcome_json(t, &o, fine) : print_outcome(t, &o, fine);
}

/* --- many candidates --- */

struct counts {
	json_int_t total, refused, warned;
	json_int_t reasons[PASSWORD_REASON_MAX];
};

static void count(struct counts *n, const struct outcome *o)
{
	n->total++;
	n->refused += o->decision.outcome == PASSWORD_REFUSED;
	n->warned += o->decision.outcome == PASSWORD_WARNED;
	for (size_t i = 0; i < o->verdict.count; i++)
		n->reasons[o->verdict.reasons[i].id]++;
}

static int print_counts(const struct counts *n, int fine)
{
	printf("total %lld\naccepted %lld\nrefused %lld\n", (long long)n->total, (long long)(n->total - n->refused), (long long)n->refused);
	if (n->warned > 0)
		printf("warned %lld\n", (long long)n->warned);
	for (int id = 0; id < PASSWORD_REASON_MAX; id++)
		if (n->reasons[id] > 0)
			printf("reason %s %lld\n", password_reason_code((enum password_reason_id)id), (long long)n->reasons[id]);
	return common_finish(fine);
}

/* accepted holds the warned ones: they would pass. */
static int print_counts_json(const struct counts *n, int fine)
{
	json_t *reasons = json_object();

	for (int id = 0; id < PASSWORD_REASON_MAX; id++)
		if (n->reasons[id] > 0)
			json_object_set_new(reasons, password_reason_code((enum password_reason_id)id), json_integer(n->reasons[id]));
	return common_print_json(json_pack("{s:I, s:I, s:I, s:I, s:o}", "total", n->total, "accepted", n->total - n->refused, "refused", n->refused,
					   "warned", n->warned, "reasons", reasons),
				 fine);
}

static int judge_many(struct trial *t, const struct request *request)
{
	struct candidate c CANDIDATE_WIPED = {.len = 0};
	struct counts n = {.total = 0};
	struct outcome o;
	int fine, r;

	while ((r = password_input_next(&t->input, "", &c)) == 0) {
		if (c.len < SECRET_SIZE && c.len > 0 && c.bytes[c.len - 1] == '\r') /* lists from elsewhere */
			c.len--;
		judge(t, &c, false, &o);
		count(&n, &o);
	}
	if (r != -ENODATA)
		return command_error("cannot read candidates: %s", strerror(-r));
	fine = n.refused > 0 ? COMMAND_VIOLATED : COMMAND_FINE;
	return request->json ? print_counts_json(&n, fine) : print_counts(&n, fine);
}

int command_password(int argc, char **argv)
{
	struct trial trial __attribute__((cleanup(trial_release))) = {.history_compared = false};
	struct request request = {.user = NULL};

	if (parse_options(argc, argv, &request) != 0)
		return COMMAND_FAILED;
	if (load_policy(&request, &trial) != 0 || load_person(&request, &trial) != 0 || gather(&trial) != 0 || read_old(&request, &trial) != 0)
		return COMMAND_FAILED;
	return request.batch ? judge_many(&trial, &request) : judge_one(&trial, &request);
}

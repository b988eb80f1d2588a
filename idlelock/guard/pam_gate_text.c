/* SPDX-License-Identifier: BSD-2-Clause */
/* The words for what pam_gate.c found. */
#include <assert.h>
#include <string.h>

#include "pam_gate.h"
#include "text.h"

static const char *const VERDICT_NAMES[PAM_GATE_VERDICT_MAX] = {
#define VERDICT_NAME(id, name) [PAM_GATE_##id] = name,
	PAM_GATE_VERDICTS(VERDICT_NAME)
#undef VERDICT_NAME
};

static const char *const CAUSE_NAMES[PAM_GATE_CAUSE_MAX] = {
#define CAUSE_NAME(id, name) [PAM_GATE_CAUSE_##id] = name,
	PAM_GATE_CAUSES(CAUSE_NAME)
#undef CAUSE_NAME
};

/* What stands around the culprit, and what to do. */
static const struct cause_words {
	const char *before, *after, *remedy;
} WORDS[] = {
	[PAM_GATE_CAUSE_NONE] = {"", "", ""},
	[PAM_GATE_CAUSE_NO_LINES] = {"no line of pam_mutex.so is asked at this login, and ", " lets people in",
				     "replace the auth lines of that file by \"@include common-auth\"; where they are in common-auth, run \"mutexctl apply\""},
	[PAM_GATE_CAUSE_HALF_SET] = {"begin, failed and finish of pam_mutex.so belong together, and only some stand beside ", "",
				     "run \"mutexctl apply\", or take the lines out with \"mutexctl remove\""},
	[PAM_GATE_CAUSE_SKIPPED] = {"", " can lead past \"pam_mutex.so finish\"", "take that line away, or put it behind \"pam_mutex.so finish\""},
	[PAM_GATE_CAUSE_REFUSAL] = {"when ", " refuses, its control goes on, and the person gets in",
				    "give that line the control \"requisite\" (begin: [success=N ignore=ignore default=die], as mutexctl apply writes it)"},
	[PAM_GATE_CAUSE_UNCOUNTED] = {"", " asks for a password before \"pam_mutex.so begin\", so failures are not counted",
				      "put \"@include common-auth\" in front of that line, or take the line away"},
	[PAM_GATE_CAUSE_BEHIND] = {"", " is asked behind \"pam_mutex.so finish\", which has noted the login as proven by then",
				   "put that line in front of \"@include common-auth\""},
	[PAM_GATE_CAUSE_OPEN_DOOR] = {"people get in without being asked for anything, by ", "", "take that line away, or empty the group that it names"},
	[PAM_GATE_CAUSE_ROOT_OK] = {"this service runs as root, so ", " lets everybody in", "take that line away"},
	[PAM_GATE_CAUSE_NO_ACCOUNT_LINE] = {"no account line of pam_mutex.so is asked, so suspension, login list and the proof of a second factor do not count",
					    "", "put \"@include common-account\" in front of the account lines of that service; where they are in common-account, run \"mutexctl apply\""},
	[PAM_GATE_CAUSE_ACCOUNT_SKIPPED] = {"", " can lead past the account line of pam_mutex.so", "put that line behind \"@include common-account\""},
	[PAM_GATE_CAUSE_ACCOUNT_REFUSAL] = {"when ", " refuses, its control goes on, and the person gets in",
					    "give that line the control \"requisite\"; write \"include\" instead of \"substack\""},
};
static_assert(sizeof WORDS / sizeof WORDS[0] == PAM_GATE_CAUSE_MAX, "WORDS");

bool pam_gate_holds(enum pam_gate_verdict verdict)
{
	return verdict != PAM_GATE_BYPASS && verdict != PAM_GATE_UNPROVABLE;
}

const char *pam_gate_verdict_name(enum pam_gate_verdict verdict)
{
	return VERDICT_NAMES[verdict];
}

const char *pam_gate_cause_name(enum pam_gate_cause cause)
{
	return CAUSE_NAMES[cause];
}

/* "pam_unix.so (/etc/pam.d/common-auth:17)" */
static void add_line(struct text *t, const struct pam_line *line)
{
	const char *module = line->kind == PAM_LINE_MODULE ? line->module : line->control;

	text_add_escaped(t, module, strlen(module));
	text_add(t, " (");
	text_add_escaped(t, line->file, strlen(line->file));
	text_add_format(t, ":%u)", line->line);
}

void pam_gate_add_reason(struct text *t, const struct pam_gate_judgement *j)
{
	const struct cause_words *words = &WORDS[j->cause];

	if (j->verdict == PAM_GATE_UNPROVABLE) {
		text_add(t, "the files cannot be followed as libpam does");
		return;
	}
	text_add(t, words->before);
	if (j->culprit != NULL)
		add_line(t, j->culprit);
	else if (*words->after != '\0')
		text_add(t, "a line");
	text_add(t, words->after);
	if (j->verdict == PAM_GATE_WEAK && j->cause != PAM_GATE_CAUSE_BEHIND)
		text_add(t, "; nothing is guessed at there, and the account line denies where the policy demands a second factor");
}

void pam_gate_add_remedy(struct text *t, const struct pam_gate_judgement *j)
{
	text_add(t, j->verdict == PAM_GATE_UNPROVABLE ? "mend the lines that are named" : WORDS[j->cause].remedy);
}

void pam_gate_add_path(struct text *t, const struct pam_gate_judgement *j)
{
	for (size_t i = 0; i < j->path_len; i++) {
		const struct pam_step *step = &j->path[i];

		text_add(t, i > 0 ? "; " : "");
		add_line(t, step->line);
		text_add_char(t, ' ');
		text_add(t, step->line->kind == PAM_LINE_MUST_FAIL ? "perm_denied" : pam_stack_code_name(step->code));
		text_add(t, ": ");
		pam_stack_add_action(t, step->line->actions[step->line->kind == PAM_LINE_MUST_FAIL ? PAM_CODE_perm_denied : step->code]);
	}
}

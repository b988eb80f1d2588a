/* SPDX-License-Identifier: BSD-2-Clause */
/* All PAM services of the computer, read and judged. Shell: reads /etc/pam.d and /usr/lib/pam.d; pam_stack and pam_judge decide. */
#ifndef GUARD_PAM_SURVEY_H
#define GUARD_PAM_SURVEY_H

#include "diag.h"
#include "pam_gate.h"
#include "pam_judge.h"
#include "pam_set.h"
#include "paths.h"
#include "policy.h"

struct pam_survey_item {
	const char *name;
	struct pam_service service;
	struct pam_judgement judgement;
	/* Set by pam_survey_gates(). */
	enum service_kind kind;
	struct pam_gate_judgement account, auth;
};

struct pam_survey {
	struct pam_survey_item *items; /* by name */
	size_t count;
	size_t verdicts[PAM_VERDICT_MAX]; /* how many of each */
	struct diag_list diags; /* errors: what libpam stumbles over, files that others can write; warnings: nullok and the like */
	struct diag diag_items[128];
	const struct paths *paths; /* borrowed */
	struct pam_survey_memory *memory;
};

/* Judges the named services; with no names all that have a file, but for common-* (only included) and backups.
 * Zero-initialise. 0; -ENOENT when neither folder can be read; -ENOMEM. Free with pam_survey_free(). */
int pam_survey(const struct paths *paths, const char *const *names, size_t name_count, struct pam_survey *ret_survey);
void pam_survey_free(struct pam_survey *survey);
#define PAM_SURVEY_FREED __attribute__((cleanup(pam_survey_free)))

/* Judges who gets in by each item too. policy: for [service NAME] kind; NULL = the built-in table only. 0 or -ENOMEM. */
int pam_survey_gates(struct pam_survey *survey, const struct policy *policy);
/* True when no service lets anybody in past the module. */
bool pam_survey_gates_hold(const struct pam_survey *survey);

/* The whole set of our lines in the common files. Zero-initialise the survey and free it after the lines were shown. 0 or negative errno. */
int pam_survey_set(const struct paths *paths, struct pam_survey *ret_survey, struct pam_set *ret_set);

/* True when no service lets a password be changed past the module. */
bool pam_survey_holds(const struct pam_survey *survey);
/* The first item with the worst verdict; NULL when there is none. */
const struct pam_survey_item *pam_survey_worst(const struct pam_survey *survey);
/* How many lines of pam_mutex stand in the files that were read, in all phases. */
size_t pam_survey_mutex_lines(const struct pam_survey *survey);

#endif

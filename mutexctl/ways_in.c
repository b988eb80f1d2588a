/* SPDX-License-Identifier: BSD-2-Clause */
/* Collects the ways in that do not stand in PAM files. */
#include "ways_in.h"

#include <errno.h>
#include <glob.h>
#include <shadow.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "automatic_login.h"
#include "demand.h"
#include "file.h"
#include "pam_survey.h"
#include "pam_tree.h"
#include "sshd_survey.h"
#include "stream.h"
#include "text.h"

#define ENTRY_BYTES 65536

/* --- automatic login --- */

static void look_at_file(const struct paths *paths, const struct automatic_login_row *row, const char *path, struct finding_list *findings)
{
	char *bytes FILE_FREED = NULL;
	char where[256], what[128];
	size_t len = 0;
	struct text t;
	unsigned line;

	/* Links are followed: systemd and display managers do too. */
	if (pam_tree_read_linked(path, &bytes, &len) < 0)
		return;
	line = automatic_login_line(row, bytes, len);
	if (line == 0)
		return;
	TEXT_INTO(&t, where);
	text_add(&t, path + strlen(paths->root));
	text_add_format(&t, ":%u", line);
	TEXT_INTO(&t, what);
	text_add(&t, row->program);
	text_add(&t, " lets somebody in without asking for anything");
	for (size_t i = 0; i < findings->count && i < FINDINGS_MAX; i++) {
		if (findings->items[i].id == FINDING_AUTOMATIC_LOGIN && strcmp(findings->items[i].where, where) == 0)
			return;
	}
	finding_add(findings, FINDING_AUTOMATIC_LOGIN, where, what);
}

static void find_automatic_logins(const struct paths *paths, struct finding_list *findings)
{
	const struct automatic_login_row *row;

	for (size_t i = 0; (row = automatic_login_row(i)) != NULL; i++) {
		char full[PAM_TREE_PATH_MAX];
		glob_t found = {0};

		if (pam_tree_path(&full, paths->root, row->pattern) < 0)
			continue;
		if (glob(full, 0, NULL, &found) == 0) {
			for (size_t k = 0; k < found.gl_pathc; k++)
				look_at_file(paths, row, found.gl_pathv[k], findings);
		}
		globfree(&found);
	}
}

/* --- empty passwords --- */

static void find_empty_passwords(const struct paths *paths, struct finding_list *findings)
{
	FILE *file STREAM_CLOSED = fopen(paths->shadow, "re");
	char *buffer FILE_FREED = malloc(ENTRY_BYTES);
	struct spwd entry, *found;

	if (file == NULL && errno == ENOENT)
		return;
	if (file == NULL || buffer == NULL) {
		finding_add(findings, FINDING_SHADOW_UNREADABLE, paths->shadow, "nobody can say whether accounts have an empty password");
		return;
	}
	while (fgetspent_r(file, &entry, buffer, ENTRY_BYTES, &found) == 0) {
		if (entry.sp_pwdp == NULL || *entry.sp_pwdp == '\0')
			finding_add(findings, FINDING_EMPTY_PASSWORD, entry.sp_namp, "this account has an empty password, which pam_unix.so nullok takes");
	}
}

/* --- factors that are asked by another PAM stack --- */

static bool reaches_us(const struct paths *paths, const char *service)
{
	struct pam_survey survey PAM_SURVEY_FREED = {0};
	const struct pam_chain *auth;

	if (pam_survey(paths, &service, 1, &survey) < 0)
		return true;
	auth = &survey.items[0].service.phases[PAM_PHASE_AUTH];
	for (size_t i = 0; i < auth->count; i++) {
		if (pam_judge_role(&auth->lines[i]) == PAM_ROLE_MUTEX)
			return true;
	}
	return survey.items[0].service.doubtful;
}

static void find_recursion(const struct paths *paths, const struct policy *policy, struct finding_list *findings)
{
	struct factor_table table;

	factor_table_init(policy, &table);
	for (size_t i = 0; i < table.count; i++) {
		if (table.factors[i].kind == FACTOR_PAM && reaches_us(paths, table.factors[i].target))
			finding_add(findings, FINDING_FACTOR_RECURSION, table.factors[i].target,
				    "the PAM stack that a factor asks has pam_mutex.so in it (a service without a file of its own has that of \"other\")");
	}
}

/* --- our own lines --- */

static int find_half_set(const struct paths *paths, struct finding_list *findings)
{
	struct pam_survey survey PAM_SURVEY_FREED = {0};
	bool marked = access(paths->lines_on, F_OK) == 0;
	struct pam_set set;
	int error = pam_survey_set(paths, &survey, &set);

	if (error < 0)
		return error == -ENOMEM ? error : 0;
	if (set.state == PAM_SET_HALF)
		finding_add(findings, FINDING_HALF_SET, set.line != NULL ? set.line->file : paths->pam_etc, set.problem);
	else if (set.state == PAM_SET_NONE && marked)
		finding_add(findings, FINDING_HALF_SET, paths->lines_on, "the note that all lines are on is there, but they are not");
	else if (set.state == PAM_SET_WHOLE && !marked && (geteuid() == 0 || *paths->root != '\0'))
		finding_add(findings, FINDING_NOT_COUNTED, paths->lines_on, "the lines are on, but mutexctl did not note it, so failed logins are not counted");
	return 0;
}

int ways_in_find(const struct paths *paths, const struct policy *policy, struct finding_list *ret_findings)
{
	int error;

	*ret_findings = (struct finding_list){0};
	error = find_half_set(paths, ret_findings);
	if (error == 0)
		error = sshd_survey(paths, policy, ret_findings);
	if (error < 0)
		return error;
	find_automatic_logins(paths, ret_findings);
	find_empty_passwords(paths, ret_findings);
	find_recursion(paths, policy, ret_findings);
	return 0;
}

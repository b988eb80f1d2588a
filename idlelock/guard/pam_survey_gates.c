/* SPDX-License-Identifier: BSD-2-Clause */
/* Has the auth and account stacks of surveyed services judged; asks who is in a group. Shell. */
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "pam_survey.h"
#include "stream.h"
#include "text.h"

#define ENTRY_BYTES 65536

/* --- groups --- */

static FILE *open_below(const struct paths *paths, const char *path)
{
	char full[PATHS_BYTES_MAX];
	struct text t;

	TEXT_INTO(&t, full);
	text_add(&t, paths->root);
	text_add(&t, path);
	return text_end(&t) < 0 ? NULL : fopen(full, "re");
}

static bool is_first_group_of_somebody(const struct paths *paths, gid_t gid, char *buffer)
{
	FILE *file STREAM_CLOSED = open_below(paths, "/etc/passwd");
	struct passwd entry, *found;

	while (file != NULL && fgetpwent_r(file, &entry, buffer, ENTRY_BYTES, &found) == 0) {
		if (entry.pw_gid == gid)
			return true;
	}
	return file == NULL;
}

/* 1 found, 0 no such group, negative errno when nobody can say. Groups of a directory count for the running system. */
static int find_group(const struct paths *paths, const char *name, char *buffer, struct group *ret_group)
{
	FILE *file STREAM_CLOSED = open_below(paths, "/etc/group");
	struct group *found = NULL;

	while (file != NULL && fgetgrent_r(file, ret_group, buffer, ENTRY_BYTES, &found) == 0) {
		if (strcmp(ret_group->gr_name, name) == 0)
			return 1;
	}
	if (*paths->root != '\0')
		return file != NULL ? 0 : -EIO;
	errno = getgrnam_r(name, ret_group, buffer, ENTRY_BYTES, &found);
	return errno != 0 ? -errno : found != NULL;
}

static bool group_is_empty(void *context, const char *name)
{
	const struct paths *paths = context;
	char *buffer FILE_FREED = malloc(ENTRY_BYTES);
	char *more FILE_FREED = malloc(ENTRY_BYTES);
	struct group group;
	int found = buffer != NULL && more != NULL ? find_group(paths, name, buffer, &group) : -ENOMEM;

	if (found <= 0)
		return found == 0;
	return group.gr_mem[0] == NULL && !is_first_group_of_somebody(paths, group.gr_gid, more);
}

/* --- judging --- */

static enum service_kind kind_of(const struct policy *policy, const char *name)
{
	struct policy_names names = {.service = name};
	struct policy defaults;
	struct settings settings;

	if (policy == NULL) {
		policy_defaults(&defaults);
		policy = &defaults;
	}
	policy_resolve_for(policy, NULL, &names, &settings);
	return service_of(name, &settings).kind;
}

int pam_survey_gates(struct pam_survey *s, const struct policy *policy)
{
	void *block FILE_FREED = malloc(PAM_JUDGE_SCRATCH_BYTES);
	struct paths paths = *s->paths;
	struct arena scratch;

	if (block == NULL)
		return -ENOMEM;
	arena_init(&scratch, block, PAM_JUDGE_SCRATCH_BYTES);
	for (size_t i = 0; i < s->count; i++) {
		struct pam_survey_item *item = &s->items[i];
		struct pam_gate_facts facts = {.root = paths.root, .kind = kind_of(policy, item->name), .group_is_empty = group_is_empty, .context = &paths};

		item->kind = facts.kind;
		pam_gate_judge_account(&item->service, &facts, &scratch, &item->account);
		pam_gate_judge_auth(&item->service, &facts, &item->account, &scratch, &item->auth);
	}
	return 0;
}

bool pam_survey_gates_hold(const struct pam_survey *s)
{
	for (size_t i = 0; i < s->count; i++) {
		if (!pam_gate_holds(s->items[i].auth.verdict) || !pam_gate_holds(s->items[i].account.verdict))
			return false;
	}
	return true;
}

int pam_survey_set(const struct paths *paths, struct pam_survey *ret_survey, struct pam_set *ret_set)
{
	static const char *const names[] = {"common-auth", "common-account", "common-session"};
	static const struct pam_set doubtful = {.state = PAM_SET_HALF, .problem = "the common files cannot be followed as libpam does"};
	const struct pam_survey_item *items;
	int error = pam_survey(paths, names, sizeof names / sizeof names[0], ret_survey);

	if (error < 0)
		return error;
	items = ret_survey->items;
	for (size_t i = 0; i < ret_survey->count; i++) {
		if (items[i].service.doubtful || items[i].service.dead) {
			*ret_set = doubtful;
			return 0;
		}
	}
	*ret_set = pam_set_judge(&items[0].service.phases[PAM_PHASE_AUTH], &items[1].service.phases[PAM_PHASE_ACCOUNT],
				 &items[2].service.phases[PAM_PHASE_SESSION], paths->root);
	return 0;
}

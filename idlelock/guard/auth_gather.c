/* SPDX-License-Identifier: BSD-2-Clause */
/* The probe of control "auth", and what it asks PAM's files. */
#include "auth_gather.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "pam_survey.h"
#include "policy_load.h"

static void unload(struct policy_loaded *loaded)
{
	policy_unload(loaded);
}

static bool is_open(const struct pam_survey_item *item)
{
	return !pam_judge_holds(item->judgement.verdict) || !pam_gate_holds(item->auth.verdict) || !pam_gate_holds(item->account.verdict);
}

static int survey(const struct paths *paths, struct arena *arena, struct auth_facts *facts)
{
	struct policy_loaded loaded __attribute__((cleanup(unload))) = {0};
	struct pam_survey survey PAM_SURVEY_FREED = {0};
	int error = policy_load(paths, &loaded);

	if (error == 0)
		error = pam_survey(paths, NULL, 0, &survey);
	if (error == 0)
		error = pam_survey_gates(&survey, &loaded.policy);
	for (size_t i = 0; error == 0 && i < survey.count; i++) {
		const char *name = survey.items[i].name;

		if (!is_open(&survey.items[i]))
			continue;
		if (facts->open_services++ == 0)
			facts->open_service = arena_copy(arena, name, strlen(name));
		if (facts->open_service == NULL)
			error = -ENOMEM;
	}
	return error;
}

int auth_pam_gather(const struct paths *paths, struct arena *arena, struct auth_facts *facts)
{
	int error;

	facts->lines_on = file_allows(paths->lines_on, F_OK) == 0;
	if (!facts->lines_on)
		return 0;
	error = survey(paths, arena, facts);
	if (error < 0 && error != -ENOMEM)
		facts->pam_unreadable = "the PAM files cannot be read";
	return error == -ENOMEM ? error : 0;
}

int auth_probe(const struct control_scene *scene, struct arena *arena, const void **ret_facts)
{
	struct auth_facts *facts = ARENA_NEW(arena, struct auth_facts, 1);
	int error = facts != NULL ? auth_files_gather(scene->paths, arena, facts) : -ENOMEM;

	if (error == 0)
		error = auth_people_gather(scene->paths, arena, facts);
	if (error == 0)
		error = auth_pam_gather(scene->paths, arena, facts);
	if (error == 0)
		*ret_facts = facts;
	return error;
}

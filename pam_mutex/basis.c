/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads what a login rests on, and keeps it in the handle. */
#include "basis.h"

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"

#define DATA_NAME "pam_mutex_basis"

static void basis_free(struct basis *basis)
{
	if (basis == NULL)
		return;
	person_unload(&basis->person);
	policy_unload(&basis->policy);
	free(basis->name);
	free(basis);
}

static void clean_up(pam_handle_t *pamh, void *data, int status)
{
	(void)pamh;
	(void)status;
	basis_free(data);
}

static bool still_holds(const struct basis *basis, const struct paths *paths, const char *name, bool groups)
{
	int64_t age_ns = clock_monotonic_ns() - basis->since_ns;

	return age_ns >= 0 && age_ns <= BASIS_AGE_MAX_NS && strcmp(basis->name, name) == 0 && strcmp(basis->paths.root, paths->root) == 0 &&
	       (basis->with_groups || !groups);
}

static int find_person(struct basis *basis)
{
	if (basis->name[0] == '\0')
		return -ENOENT;
	return basis->with_groups ? person_load(basis->name, &basis->person) : person_load_alone(basis->name, &basis->person);
}

static int basis_read(const struct paths *paths, const char *name, bool groups, struct basis *ret_basis)
{
	ret_basis->since_ns = clock_monotonic_ns();
	ret_basis->paths = *paths;
	ret_basis->name = strdup(name);
	ret_basis->policy.memory = ret_basis->policy.image = NULL;
	if (ret_basis->name == NULL || policy_load(paths, &ret_basis->policy) < 0)
		return -ENOMEM;
	ret_basis->with_groups = groups || policy_names_groups(&ret_basis->policy);
	ret_basis->person_error = find_person(ret_basis);
	return ret_basis->person_error == -ENOMEM ? -ENOMEM : 0;
}

static const struct basis *basis_held(pam_handle_t *pamh)
{
	const void *data = NULL;

	return pam_get_data(pamh, DATA_NAME, &data) == PAM_SUCCESS ? data : NULL;
}

const struct paths *basis_paths(pam_handle_t *pamh, const char *root)
{
	const struct basis *basis = basis_held(pamh);

	return basis != NULL && strcmp(basis->paths.root, root) == 0 ? &basis->paths : NULL;
}

struct basis *basis_of(pam_handle_t *pamh, const struct paths *paths, const char *name, bool anew, bool groups)
{
	const struct basis *held = anew ? NULL : basis_held(pamh);
	struct basis *basis;

	/* libpam hands out as const what it keeps for us to change. */
	if (held != NULL && still_holds(held, paths, name, groups))
		return (struct basis *)(uintptr_t)held;
	basis = malloc(sizeof *basis);
	if (basis == NULL)
		return NULL;
	memset(basis, 0, offsetof(struct basis, paths));
	if (basis_read(paths, name, groups, basis) == 0 && pam_set_data(pamh, DATA_NAME, basis, clean_up) == PAM_SUCCESS)
		return basis;
	basis_free(basis);
	return NULL;
}

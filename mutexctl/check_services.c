/* SPDX-License-Identifier: BSD-2-Clause */
/* A section for a service that does not exist is silently without effect, and a factor whose stack is missing lets nobody in: told here. */
#include "check_services.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "demand.h"
#include "policy_assignment.h"
#include "text.h"

#define NAMES_MAX 512

struct names {
	const char *names[NAMES_MAX + 1]; /* NULL-terminated */
	size_t count;
};

static void free_names(struct names *names)
{
	for (size_t i = 0; i < names->count; i++)
		free((char *)(uintptr_t)names->names[i]);
}
#define NAMES_FREED __attribute__((cleanup(free_names)))

static void add_folder(const char *path, struct names *names)
{
	DIR *folder = opendir(path);
	struct dirent *entry;

	if (folder == NULL)
		return;
	while (names->count < NAMES_MAX && (entry = readdir(folder)) != NULL) {
		char *copy = entry->d_name[0] != '.' ? strdup(entry->d_name) : NULL;

		if (copy != NULL)
			names->names[names->count++] = copy;
	}
	(void)closedir(folder);
}

static bool has_name(const struct names *names, const char *name)
{
	for (size_t i = 0; i < names->count; i++)
		if (strcmp(names->names[i], name) == 0)
			return true;
	return false;
}

static void warn_service(const struct names *names, const struct policy_named *named, struct diag_list *diags)
{
	const char *nearest;

	if (has_name(names, named->name))
		return;
	nearest = diag_nearest(named->name, strlen(named->name), names->names);
	diag_add(diags, DIAG_WARNING, named->file, named->line, named->column,
		 "[service %s] has no effect here: this computer has no PAM service of that name%s%s%s", named->name,
		 nearest != NULL ? "; did you mean \"" : "", nearest != NULL ? nearest : "", nearest != NULL ? "\"?" : "");
}

static bool helper_exists(const struct paths *paths, const char *path)
{
	char full[PATHS_BYTES_MAX];
	struct text t;

	TEXT_INTO(&t, full);
	text_add(&t, paths->root);
	text_add(&t, path);
	return text_end(&t) < 0 || access(full, F_OK) == 0;
}

static void warn_factor(const struct paths *paths, const struct names *names, const struct policy *policy, const struct policy_named *named,
			struct diag_list *diags)
{
	const struct policy_assignment *use = policy_assignment_of(policy, named->scope_id, KEYWORD_factor_use);
	enum factor_kind kind = FACTOR_KIND_MAX;
	const char *target = NULL;

	if (use != NULL)
		kind = factor_use_parse(use->value.text, &target);
	if (kind == FACTOR_PAM && !has_name(names, target))
		diag_add(diags, DIAG_WARNING, use->file, use->line, use->column,
			 "nobody can show this factor here: this computer has no PAM service %s; write /etc/pam.d/%s", target, target);
	else if (kind == FACTOR_EXEC && !helper_exists(paths, target))
		diag_add(diags, DIAG_WARNING, use->file, use->line, use->column, "nobody can show this factor here: there is no %s; install it", target);
}

void check_services(const struct paths *paths, const struct policy *policy, struct diag_list *diags)
{
	struct names names NAMES_FREED = {.count = 0};

	add_folder(paths->pam_etc, &names);
	add_folder(paths->pam_vendor, &names);
	for (size_t i = 0; i < policy->named_count && names.count > 0; i++) {
		if (policy->named[i].section == SECTION_service)
			warn_service(&names, &policy->named[i], diags);
		else if (policy->named[i].section == SECTION_factor)
			warn_factor(paths, &names, policy, &policy->named[i], diags);
	}
}

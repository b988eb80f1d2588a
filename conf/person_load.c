/* SPDX-License-Identifier: BSD-2-Clause */
/* Asks NSS for a person and the names of all their groups, by the re-entrant calls only: the module lives in threaded programs. */
#include "person_load.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>

#define ENTRY_BYTES_FIRST 1024
#define ENTRY_BYTES_MAX (1024 * 1024)
#define GROUPS_FIRST 64
#define GROUPS_MAX 65536
#define NOBODYS_GROUP 65534

static void free_chars(char **p)
{
	free(*p);
}
static void free_gids(gid_t **p)
{
	free(*p);
}
#define FREED_CHARS __attribute__((cleanup(free_chars)))
#define FREED_GIDS __attribute__((cleanup(free_gids)))

/* What getpw*_r and getgr*_r return for "no such entry" differs by module; getpwnam(3) names these. */
static int nss_error(int error)
{
	return error == 0 || error == ENOENT || error == ESRCH || error == EBADF || error == EPERM ? -ENOENT : -error;
}

/* name, or uid when name is NULL. *ret_buffer backs *ret_entry and is the caller's to free. */
static int find_user(const char *name, uid_t uid, struct passwd *ret_entry, char **ret_buffer)
{
	for (size_t size = ENTRY_BYTES_FIRST; size <= ENTRY_BYTES_MAX; size *= 2) {
		char *buffer FREED_CHARS = malloc(size);
		struct passwd *found = NULL;
		int r;

		if (buffer == NULL)
			return -ENOMEM;
		r = name != NULL ? getpwnam_r(name, ret_entry, buffer, size, &found) : getpwuid_r(uid, ret_entry, buffer, size, &found);
		if (r == ERANGE)
			continue;
		if (r != 0 || found == NULL)
			return nss_error(r);
		*ret_buffer = buffer;
		buffer = NULL;
		return 0;
	}
	return -ERANGE;
}

/* -ENOENT for a group without a name: no line of a policy can mean it. */
static int find_group_name(gid_t gid, char **ret_name)
{
	for (size_t size = ENTRY_BYTES_FIRST; size <= 16 * ENTRY_BYTES_MAX; size *= 2) {
		char *buffer FREED_CHARS = malloc(size);
		struct group entry, *found = NULL;
		int r;

		if (buffer == NULL)
			return -ENOMEM;
		r = getgrgid_r(gid, &entry, buffer, size, &found);
		if (r == ERANGE)
			continue;
		if (r != 0 || found == NULL)
			return nss_error(r);
		*ret_name = strdup(entry.gr_name);
		return *ret_name != NULL ? 0 : -ENOMEM;
	}
	return -ERANGE;
}

static int find_gids(const char *name, gid_t gid, gid_t **ret_gids, int *ret_count)
{
	int max = GROUPS_FIRST;

	while (max <= GROUPS_MAX) {
		gid_t *gids FREED_GIDS = calloc((size_t)max, sizeof *gids);
		int count = max;

		if (gids == NULL)
			return -ENOMEM;
		if (getgrouplist(name, gid, gids, &count) >= 0) {
			*ret_gids = gids;
			*ret_count = count;
			gids = NULL;
			return 0;
		}
		max = count > max ? count : max * 2;
	}
	return -ERANGE;
}

/* Names of groups, one malloc each; how many were found before an error is in *ret_count all the same. */
static int find_group_names(const gid_t *gids, int gid_count, char **names, size_t *ret_count)
{
	*ret_count = 0;
	for (int i = 0; i < gid_count; i++) {
		int r = find_group_name(gids[i], &names[*ret_count]);

		if (r == 0)
			++*ret_count;
		else if (r != -ENOENT)
			return r;
	}
	return 0;
}

static char *put_string(char **at, const char *s)
{
	char *start = *at;
	size_t size = strlen(s) + 1;

	memcpy(start, s, size);
	*at = start + size;
	return start;
}

/* One block: the array of group names, then all strings. */
static int pack(const struct passwd *entry, char *const *names, size_t name_count, struct person_loaded *ret)
{
	const char *full_name = entry->pw_gecos != NULL ? entry->pw_gecos : "", *home = entry->pw_dir != NULL ? entry->pw_dir : "";
	size_t size = (name_count + 1) * sizeof(char *) + strlen(entry->pw_name) + strlen(full_name) + strlen(home) + 3;
	const char **groups;
	char *at;

	for (size_t i = 0; i < name_count; i++)
		size += strlen(names[i]) + 1;
	groups = malloc(size);
	if (groups == NULL)
		return -ENOMEM;
	at = (char *)(groups + name_count + 1);
	for (size_t i = 0; i < name_count; i++)
		groups[i] = put_string(&at, names[i]);
	groups[name_count] = NULL;
	*ret = (struct person_loaded){
		.person = {.name = put_string(&at, entry->pw_name), .uid = entry->pw_uid, .groups = groups, .group_count = name_count},
		.full_name = put_string(&at, full_name),
		.home = put_string(&at, home),
		.gid = entry->pw_gid,
		.memory = groups,
	};
	return 0;
}

/* The questions that a name of this computer's leads to: at a login nobody shall see by the time whether there is one. */
static void ask_in_vain(const char *name)
{
	gid_t *gids FREED_GIDS = NULL;
	char *group FREED_CHARS = NULL;
	int count = 0;

	if (find_gids(name, NOBODYS_GROUP, &gids, &count) == 0)
		(void)find_group_name(NOBODYS_GROUP, &group);
}

static int load(const char *name, uid_t uid, bool with_groups, struct person_loaded *ret)
{
	char *buffer FREED_CHARS = NULL, **names;
	gid_t *gids FREED_GIDS = NULL;
	struct passwd entry;
	size_t count = 0;
	int gid_count = 0, r;

	r = find_user(name, uid, &entry, &buffer);
	if (r == -ENOENT && name != NULL && with_groups)
		ask_in_vain(name);
	if (r == 0 && with_groups)
		r = find_gids(entry.pw_name, entry.pw_gid, &gids, &gid_count);
	if (r < 0)
		return r;
	names = calloc((size_t)gid_count + 1, sizeof *names);
	if (names == NULL)
		return -ENOMEM;
	r = find_group_names(gids, gid_count, names, &count);
	if (r == 0)
		r = pack(&entry, names, count, ret);
	for (size_t i = 0; i < count; i++)
		free(names[i]);
	free(names);
	return r;
}

int person_load(const char *name, struct person_loaded *ret_person)
{
	return load(name, 0, true, ret_person);
}

int person_load_uid(uid_t uid, struct person_loaded *ret_person)
{
	return load(NULL, uid, true, ret_person);
}

int person_load_alone(const char *name, struct person_loaded *ret_person)
{
	return load(name, 0, false, ret_person);
}

void person_unload(struct person_loaded *person)
{
	free(person->memory);
	*person = (struct person_loaded){0};
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* The probe of control "self". */
#include "self.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <grp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "lockdown_text.h"
#include "md5sums.h"
#include "pam_survey.h"
#include "policy_load.h"
#include "stream.h"
#include "text.h"
#include "unit_gather.h"

#define ENTRY_BYTES 65536
#define SETTING_BYTES_MAX (256 * 1024)
#define SSHD_DROP_IN "/etc/ssh/sshd_config.d/50-mutex.conf"

struct gatherer {
	const struct paths *paths;
	struct arena *arena;
	struct self_facts *facts;
};

/* More than there is room for are as bad as those. */
static int add_file(const struct gatherer *g, const char *path, enum self_fault fault)
{
	struct self_facts *f = g->facts;

	if (f->file_count == SELF_FILES_MAX)
		return 0;
	f->files[f->file_count] = (struct self_file){.path = arena_copy(g->arena, path, strlen(path)), .fault = fault};
	return f->files[f->file_count++].path != NULL ? 0 : -ENOMEM;
}

static int join(const char *root, const char *a, const char *b, char (*ret)[PATHS_BYTES_MAX])
{
	struct text t;

	TEXT_INTO(&t, *ret);
	text_add(&t, root);
	text_add(&t, a);
	text_add(&t, b);
	return text_end(&t) < 0 ? -ENAMETOOLONG : 0;
}

/* --- programs --- */

static bool has_digest(const char *path, const char *digest, bool *ret_missing)
{
	int fd FILE_CLOSED = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	char got[MD5_HEX_SIZE];
	struct stat st;
	void *bytes;

	*ret_missing = fd < 0 && (errno == ENOENT || errno == ENOTDIR);
	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return false;
	if (st.st_size == 0) {
		md5sums_digest("", 0, &got);
		return memcmp(got, digest, MD5_HEX_SIZE - 1) == 0;
	}
	bytes = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (bytes == MAP_FAILED)
		return false;
	md5sums_digest(bytes, (size_t)st.st_size, &got);
	(void)munmap(bytes, (size_t)st.st_size);
	return memcmp(got, digest, MD5_HEX_SIZE - 1) == 0;
}

/* What only informs people may be left out when a system is installed (path-exclude of dpkg). */
static bool is_document(const char *path)
{
	return strncmp(path, "/usr/share/doc/", 15) == 0 || strncmp(path, "/usr/share/man/", 15) == 0 || strncmp(path, "/usr/share/lintian/", 19) == 0;
}

static int compare_package(const struct gatherer *g, const char *list)
{
	struct file_trust trust = {.owner = g->paths->owner, .max_bytes = SETTING_BYTES_MAX};
	char *bytes FILE_FREED = NULL;
	struct md5_line line;
	size_t len = 0;
	const char *at;
	int error = file_read_trusted(list, &trust, &bytes, &len);

	at = bytes;
	while (error == 0 && md5sums_next(&at, bytes + len, &line)) {
		char path[PATHS_BYTES_MAX], name[PATHS_BYTES_MAX];
		bool missing;
		struct text t;

		TEXT_INTO(&t, name);
		text_add_char(&t, '/');
		text_add_bytes(&t, line.path, line.path_len);
		if (text_end(&t) < 0 || is_document(name) || join(g->paths->root, name, "", &path) < 0 || has_digest(path, line.digest, &missing))
			continue;
		error = add_file(g, name, missing ? SELF_FILE_MISSING : SELF_FILE_CHANGED);
	}
	return error == -ENOMEM ? error : 0;
}

/* While dpkg is at work, files and lists need not fit each other. */
static int gather_packages(const struct gatherer *g)
{
	static const char *const packages[] = {"libpam-mutex.md5sums", "libpam-mutex:*.md5sums", "mutexctl.md5sums", "mutexctl:*.md5sums", "idlelock.md5sums",
					       "idlelock:*.md5sums"};
	int error = 0;

	for (size_t i = 0; error == 0 && i < sizeof packages / sizeof packages[0] && !g->facts->upgrading; i++) {
		char pattern[PATHS_BYTES_MAX];
		glob_t found = {0};

		if (join(g->paths->root, "/var/lib/dpkg/info/", packages[i], &pattern) == 0 && glob(pattern, 0, NULL, &found) == 0)
			for (size_t k = 0; error == 0 && k < found.gl_pathc; k++)
				error = compare_package(g, found.gl_pathv[k]);
		globfree(&found);
	}
	return error;
}

/* --- settings --- */

static bool is_same(const struct gatherer *g, const char *written, const char *path)
{
	struct file_trust trust = {.owner = g->paths->owner, .max_bytes = SETTING_BYTES_MAX};
	char *a FILE_FREED = NULL, *b FILE_FREED = NULL;
	size_t a_len = 0, b_len = 0;
	int error = file_read_trusted(written, &trust, &a, &a_len);

	if (error < 0)
		return error == -ENOENT; /* apply did not write it */
	return file_read_trusted(path, &trust, &b, &b_len) == 0 && a_len == b_len && memcmp(a, b, a_len) == 0;
}

static int compare_setting(const struct gatherer *g, const char *folder, const char *name, const char *path)
{
	char written[PATHS_BYTES_MAX], full[PATHS_BYTES_MAX];

	if (join(g->paths->state, folder, name, &written) < 0 || join(g->paths->root, path, "", &full) < 0 || is_same(g, written, full))
		return 0;
	return add_file(g, path, SELF_SETTING_CHANGED);
}

static int gather_settings(const struct gatherer *g)
{
	size_t before = g->facts->file_count;
	int error = compare_setting(g, "/apply/after", SSHD_DROP_IN, SSHD_DROP_IN);

	g->facts->sshd_changed = g->facts->file_count > before;
	for (int i = 0; error == 0 && i < LOCKDOWN_FILE_MAX; i++) {
		enum lockdown_file file = (enum lockdown_file)i;

		if (lockdown_way(file) == LOCKDOWN_OURS)
			error = compare_setting(g, "/lockdown/written/", lockdown_id(file), lockdown_path(file));
	}
	return error;
}

/* --- units --- */

static bool is_known(const struct settings *settings, const char *path)
{
	for (size_t i = 0; i < settings->control_unit_files.count; i++)
		if (strcmp(settings->control_unit_files.words[i], path) == 0)
			return true;
	return false;
}

static int gather_override(const struct gatherer *g, const struct settings *settings, const char *folder, const char *name, const char *suffix)
{
	char below[PATHS_BYTES_MAX], pattern[PATHS_BYTES_MAX];
	glob_t found = {0};
	int error = 0;

	if (join(folder, name, suffix, &below) < 0 || join(g->paths->root, below, "", &pattern) < 0)
		return 0;
	if (glob(pattern, 0, NULL, &found) == 0)
		for (size_t i = 0; error == 0 && i < found.gl_pathc; i++) {
			const char *path = found.gl_pathv[i] + strlen(g->paths->root);

			error = is_known(settings, path) ? 0 : add_file(g, path, SELF_FILE_ADDED);
		}
	globfree(&found);
	return error;
}

/* Files of an administrator's that mask a template or say something else for it. */
static int gather_overrides(const struct gatherer *g, const struct settings *settings)
{
	static const char *const folders[] = {"/etc/systemd/system/", "/run/systemd/system/", "/etc/systemd/system.control/", "/run/systemd/system.control/"};
	int error = 0;

	for (size_t i = 0; self_template(i) != NULL; i++)
		for (size_t k = 0; error == 0 && k < sizeof folders / sizeof folders[0]; k++) {
			error = gather_override(g, settings, folders[k], self_template(i), "");
			if (error == 0)
				error = gather_override(g, settings, folders[k], self_template(i), ".d/*.conf");
		}
	return error;
}

/* One that is neither there nor was installed is of a package that this computer does not have. */
static void gather_units(const struct gatherer *g)
{
	struct unit_source source UNIT_SOURCE_CLOSED = {0};
	struct self_facts *f = g->facts;
	int r = unit_source_open(NULL, g->paths->root, &source);

	for (size_t i = 0; r == 0 && self_unit(i) != NULL; i++) {
		struct unit *unit = &f->units[f->unit_count];

		r = unit_gather(&source, self_unit(i), g->arena, unit);
		f->unit_count += r == 0 && (unit->packaged || strcmp(unit->load, "not-found") != 0);
	}
	if (r < 0)
		f->unreachable = unit_gather_explain(r);
}

/* --- PAM, people --- */

static int gather_lines(const struct gatherer *g)
{
	struct pam_survey survey PAM_SURVEY_FREED = {0};
	struct pam_set set = {0};
	int error;

	g->facts->lines_on = file_allows(g->paths->lines_on, F_OK) == 0;
	if (!g->facts->lines_on)
		return 0;
	error = pam_survey_set(g->paths, &survey, &set);
	if (error < 0)
		g->facts->lines_problem = "the PAM files cannot be read";
	else if (set.state == PAM_SET_NONE)
		g->facts->lines_problem = "none of them is there";
	else if (set.state == PAM_SET_HALF)
		g->facts->lines_problem = arena_copy(g->arena, set.problem, strlen(set.problem));
	return error == -ENOMEM ? error : 0;
}

static int add_members(const struct gatherer *g, const struct group *group)
{
	struct self_facts *f = g->facts;

	for (char **member = group->gr_mem; *member != NULL && f->member_count < SELF_MEMBERS_MAX; member++) {
		struct self_member m = {.user = arena_copy(g->arena, *member, strlen(*member)), .group = arena_copy(g->arena, group->gr_name, strlen(group->gr_name))};

		if (m.user == NULL || m.group == NULL)
			return -ENOMEM;
		f->members[f->member_count++] = m;
	}
	return 0;
}

/* Of the file, since a directory server need not answer now. */
static int gather_members(const struct gatherer *g)
{
	char path[PATHS_BYTES_MAX], *buffer FILE_FREED = malloc(ENTRY_BYTES);
	FILE *file STREAM_CLOSED = join(g->paths->root, "/etc/group", "", &path) == 0 ? fopen(path, "re") : NULL;
	struct group entry, *found;
	int error = 0;

	if (buffer == NULL)
		return -ENOMEM;
	while (error == 0 && file != NULL && fgetgrent_r(file, &entry, buffer, ENTRY_BYTES, &found) == 0)
		for (size_t i = 0; error == 0 && self_group(i) != NULL; i++)
			if (strcmp(entry.gr_name, self_group(i)) == 0)
				error = add_members(g, &entry);
	return error;
}

static void unload(struct policy_loaded *loaded)
{
	policy_unload(loaded);
}

/* admins of [control auth], which is not this control's section. */
static int gather_admins(const struct gatherer *g)
{
	struct policy_loaded loaded __attribute__((cleanup(unload))) = {0};
	const struct policy_names names = {.control = "auth"};
	struct settings settings;
	const char **words;
	int error = policy_load(g->paths, &loaded);

	if (error < 0)
		return error;
	policy_resolve_for(&loaded.policy, NULL, &names, &settings);
	words = ARENA_NEW(g->arena, const char *, settings.control_admins.count + 1);
	for (size_t i = 0; words != NULL && i < settings.control_admins.count; i++) {
		words[i] = arena_copy(g->arena, settings.control_admins.words[i], strlen(settings.control_admins.words[i]));
		words = words[i] != NULL ? words : NULL;
	}
	g->facts->admins = (struct word_list){.words = words, .count = settings.control_admins.count};
	return words != NULL ? 0 : -ENOMEM;
}

int self_probe(const struct control_scene *scene, struct arena *arena, const void **ret_facts)
{
	struct gatherer g = {.paths = scene->paths, .arena = arena, .facts = ARENA_NEW(arena, struct self_facts, 1)};
	int error = g.facts != NULL ? 0 : -ENOMEM;

	if (error < 0)
		return error;
	g.facts->now_s = scene->now_s;
	g.facts->upgrading = unit_gather_upgrading(scene->paths->root);
	gather_units(&g);
	error = gather_packages(&g);
	if (error == 0)
		error = gather_settings(&g);
	if (error == 0)
		error = gather_overrides(&g, scene->settings);
	if (error == 0)
		error = gather_lines(&g);
	if (error == 0)
		error = gather_members(&g);
	if (error == 0)
		error = gather_admins(&g);
	*ret_facts = g.facts;
	return error;
}

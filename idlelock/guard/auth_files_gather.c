/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads the files in which other programs keep who gets in, with what they include, in the order in which those programs read them. */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "auth_gather.h"
#include "file.h"
#include "sshd_config.h"
#include "sudoers.h"
#include "text.h"

#define FILE_BYTES_MAX (1024 * 1024)
#define DEPTH_MAX 16

struct gatherer {
	const struct paths *paths;
	struct arena *arena;
	struct auth_facts *facts;
};

/* Whole, through links, as those programs do; files of /proc tell no size. NULL = it cannot be read, or is no plain file. */
static char *read_file(const struct gatherer *g, const char *path, size_t *ret_len)
{
	int fd FILE_CLOSED = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	char *bytes = NULL;
	struct stat st;
	ssize_t n = 1;

	*ret_len = 0;
	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size > FILE_BYTES_MAX)
		return NULL;
	bytes = ARENA_NEW(g->arena, char, (size_t)st.st_size + 4096);
	while (bytes != NULL && n > 0 && *ret_len < (size_t)st.st_size + 4096) {
		n = read(fd, bytes + *ret_len, (size_t)st.st_size + 4096 - *ret_len);
		*ret_len += n > 0 ? (size_t)n : 0;
	}
	return n < 0 ? NULL : bytes;
}

static int add_path(const struct gatherer *g, const char *path, char (*ret_full)[PATHS_BYTES_MAX])
{
	struct text t;

	TEXT_INTO(&t, *ret_full);
	text_add(&t, g->paths->root);
	text_add(&t, path);
	return text_end(&t) < 0 ? -ENAMETOOLONG : 0;
}

static int add(const struct gatherer *g, const struct auth_file *file)
{
	struct auth_facts *facts = g->facts;

	if (facts->file_count == AUTH_FILES_MAX) {
		facts->more = true;
		return 0;
	}
	facts->files[facts->file_count] = *file;
	facts->files[facts->file_count].path = arena_copy(g->arena, file->path, strlen(file->path));
	return facts->files[facts->file_count++].path != NULL ? 0 : -ENOMEM;
}

/* One whole file; nothing where there is none. */
static int gather_file(const struct gatherer *g, enum auth_file_kind kind, const char *path)
{
	struct auth_file file = {.kind = kind, .path = path};
	char full[PATHS_BYTES_MAX];

	if (add_path(g, path, &full) < 0 || file_allows(full, F_OK) == -ENOENT)
		return 0;
	file.bytes = read_file(g, full, &file.len);
	return add(g, &file);
}

/* Calls once for each file below root that the pattern names, sorted. */
static int each(const struct gatherer *g, const char *pattern, int (*take)(const struct gatherer *g, const char *path, const void *context), const void *context)
{
	char full[PATHS_BYTES_MAX];
	glob_t found = {0};
	int error = 0;

	if (add_path(g, pattern, &full) == 0 && glob(full, 0, NULL, &found) == 0)
		for (size_t i = 0; error == 0 && i < found.gl_pathc; i++)
			error = take(g, found.gl_pathv[i] + strlen(g->paths->root), context);
	globfree(&found);
	return error;
}

/* --- sudoers --- */

static int gather_sudoers(const struct gatherer *g, const char *path, const void *context);

static int gather_sudoers_of_folder(const struct gatherer *g, const char *path, const void *context)
{
	return sudoers_takes(strrchr(path, '/') + 1) ? gather_sudoers(g, path, context) : 0;
}

/* "/etc/sudoers.d" or a name beside the including file. */
static int follow(const struct gatherer *g, const char *path, const char *name, bool folder, const int *depth)
{
	char next[PATHS_BYTES_MAX];
	struct text t;

	TEXT_INTO(&t, next);
	if (*name != '/')
		text_add_bytes(&t, path, (size_t)(strrchr(path, '/') + 1 - path));
	text_add(&t, name);
	text_add(&t, folder ? "/*" : "");
	if (text_end(&t) < 0)
		return 0;
	return folder ? each(g, next, gather_sudoers_of_folder, depth) : gather_sudoers(g, next, depth);
}

static int gather_sudoers(const struct gatherer *g, const char *path, const void *context)
{
	size_t index = g->facts->file_count;
	int depth = *(const int *)context + 1, error = depth <= DEPTH_MAX ? gather_file(g, AUTH_SUDOERS, path) : 0;
	const struct auth_file *f = &g->facts->files[index];

	if (error < 0 || g->facts->file_count == index || f->bytes == NULL)
		return error;
	for (const char *line = f->bytes, *end; error == 0 && line < f->bytes + f->len; line = end + 1) {
		char name[PATHS_BYTES_MAX];
		bool folder;

		end = memchr(line, '\n', (size_t)(f->bytes + f->len - line));
		end = end != NULL ? end : f->bytes + f->len;
		if (sudoers_include(line, end, &folder, name, sizeof name))
			error = follow(g, path, name, folder, &depth);
	}
	return error;
}

/* --- sshd --- */

static int gather_sshd(const struct gatherer *g, const char *path, const void *context);

/* Relative names are below /etc/ssh. */
static int follow_include(const struct gatherer *g, const char *words, const unsigned *depth)
{
	int error = 0;

	for (size_t len; error == 0 && *words != '\0'; words += len + (words[len] != '\0')) {
		char pattern[PATHS_BYTES_MAX];
		struct text t;

		len = strcspn(words, " ");
		TEXT_INTO(&t, pattern);
		text_add(&t, *words == '/' ? "" : "/etc/ssh/");
		text_add_bytes(&t, words, len);
		if (text_end(&t) == 0)
			error = each(g, pattern, gather_sshd, depth);
	}
	return error;
}

/* Lines up to an include, what that includes, and so on. */
static int gather_sshd(const struct gatherer *g, const char *path, const void *context)
{
	unsigned depth = *(const unsigned *)context, number = 0;
	struct auth_file part = {.kind = AUTH_SSHD, .path = path, .depth = depth};
	char full[PATHS_BYTES_MAX], words[1024];
	size_t len = 0;
	char *bytes;
	int error = 0;

	if (depth > DEPTH_MAX || add_path(g, path, &full) < 0 || file_allows(full, F_OK) == -ENOENT)
		return 0;
	bytes = read_file(g, full, &len);
	part.bytes = bytes;
	if (bytes == NULL)
		return add(g, &part);
	depth++;
	for (char *line = bytes, *end; error == 0 && line < bytes + len; line = end + 1, number++) {
		end = memchr(line, '\n', (size_t)(bytes + len - line));
		end = end != NULL ? end : bytes + len;
		if (!sshd_include(line, end, words, sizeof words))
			continue;
		part.len = (size_t)(line - part.bytes);
		error = add(g, &part);
		if (error == 0)
			error = follow_include(g, words, &depth);
		part.bytes = end < bytes + len ? end + 1 : end;
		part.line = number + 1;
	}
	part.len = (size_t)(bytes + len - part.bytes);
	return error == 0 ? add(g, &part) : error;
}

/* --- the others --- */

static int gather_polkit(const struct gatherer *g, const char *path, const void *context)
{
	(void)context;
	return gather_file(g, AUTH_POLKIT, path);
}

static int gather_boot_loader(const struct gatherer *g, const char *path, const void *context)
{
	(void)context;
	return gather_file(g, AUTH_BOOT_LOADER, path);
}

/* One file may be named by several rows; one that says nothing is not kept. */
static int gather_automatic(const struct gatherer *g, const char *path, const void *context)
{
	struct auth_file file = {.kind = AUTH_AUTOMATIC, .path = path, .row = context};
	char full[PATHS_BYTES_MAX];
	size_t used = g->arena->used;

	if (add_path(g, path, &full) < 0)
		return 0;
	file.bytes = read_file(g, full, &file.len);
	if (file.bytes == NULL || automatic_login_line(file.row, file.bytes, file.len) == 0) {
		g->arena->used = used;
		return 0;
	}
	return add(g, &file);
}

static int gather_automatic_logins(const struct gatherer *g)
{
	const struct automatic_login_row *row;
	int error = 0;

	for (size_t i = 0; error == 0 && (row = automatic_login_row(i)) != NULL; i++)
		error = each(g, row->pattern, gather_automatic, row);
	return error;
}

/* A container's kernel is started by somebody else. */
static int gather_kernel(const struct gatherer *g)
{
	int error = 0;

	if (*g->paths->root == '\0' && file_allows("/run/systemd/container", F_OK) == -ENOENT)
		error = gather_file(g, AUTH_KERNEL, "/proc/cmdline");
	if (error == 0)
		error = gather_file(g, AUTH_KERNEL, "/etc/kernel/cmdline");
	if (error == 0)
		error = each(g, "/etc/default/grub", gather_boot_loader, NULL);
	return error == 0 ? each(g, "/etc/default/grub.d/*.cfg", gather_boot_loader, NULL) : error;
}

int auth_files_gather(const struct paths *paths, struct arena *arena, struct auth_facts *facts)
{
	static const char *const rules[] = {"/etc/polkit-1/rules.d/*.rules", "/run/polkit-1/rules.d/*.rules", "/usr/local/share/polkit-1/rules.d/*.rules",
					    "/usr/share/polkit-1/rules.d/*.rules"};
	const struct gatherer g = {.paths = paths, .arena = arena, .facts = facts};
	const unsigned top = 0;
	const int above = 0;
	int error = gather_sudoers(&g, "/etc/sudoers", &above);

	if (error == 0)
		error = gather_sshd(&g, "/etc/ssh/sshd_config", &top);
	for (size_t i = 0; error == 0 && i < sizeof rules / sizeof rules[0]; i++)
		error = each(&g, rules[i], gather_polkit, NULL);
	if (error == 0)
		error = gather_kernel(&g);
	return error == 0 ? gather_automatic_logins(&g) : error;
}

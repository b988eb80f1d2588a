/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes and takes away the files that pam-auth-update does not. */
#include "apply_own.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "apply_timer.h"
#include "child.h"
#include "file.h"
#include "number.h"
#include "pam_tree.h"
#include "text.h"

#define SSHD "/usr/sbin/sshd"
#define SYSTEMCTL "/usr/bin/systemctl"
#define SSHD_PID "/run/sshd.pid"
#define HEADER "# Written by mutexctl apply --enforce. \"mutexctl apply --observe SECTION\" takes a section out, \"mutexctl remove\" all of them.\n"

static const char *const NAMES[APPLY_SECTION_MAX] = {
#define SECTION_NAME(id, name) [APPLY_##id] = #name,
	APPLY_SECTIONS(SECTION_NAME)
#undef SECTION_NAME
};

const char *apply_section_name(enum apply_section section)
{
	return NAMES[section];
}

static unsigned find_name(const char *word, size_t len)
{
	for (int i = 0; i < APPLY_SECTION_MAX; i++) {
		if (strlen(NAMES[i]) == len && strncmp(NAMES[i], word, len) == 0)
			return APPLY_SECTION_BIT(i);
	}
	return 0;
}

bool apply_sections_parse(const char *list, unsigned *ret_sections)
{
	unsigned sections = 0;

	for (;; list++) {
		size_t len = strcspn(list, ",");
		unsigned found = find_name(list, len);

		if (found == 0)
			return false;
		sections |= found;
		list += len;
		if (*list == '\0')
			break;
	}
	*ret_sections = sections;
	return true;
}

unsigned apply_sections_read(const char *bytes, size_t len)
{
	const char *last = bytes + len;
	unsigned sections = 0;

	for (const char *line = bytes, *end; line < last; line = end + 1) {
		end = memchr(line, '\n', (size_t)(last - line));
		end = end != NULL ? end : last;
		if (*line == '[' && end - line > 2 && end[-1] == ']')
			sections |= find_name(line + 1, (size_t)(end - line) - 2);
	}
	return sections;
}

void apply_sections_write(unsigned sections, struct text *t)
{
	text_add(t, HEADER);
	for (int i = 0; i < APPLY_SECTION_MAX; i++) {
		if ((sections & APPLY_SECTION_BIT(i)) == 0)
			continue;
		text_add(t, "\n[");
		text_add(t, NAMES[i]);
		text_add(t, "]\nmode = enforce\n");
	}
}

static int write_sections(const struct paths *tree, const struct apply_own *own)
{
	char *bytes FILE_FREED = NULL;
	char buffer[1024];
	unsigned sections = 0;
	struct text t;
	size_t len = 0;
	int error = pam_tree_read(tree->root, PAM_TREE_ENFORCE, &bytes, &len);

	if (error < 0 && error != -ENOENT)
		return error;
	if (error == 0)
		sections = apply_sections_read(bytes, len);
	sections = (sections | own->enforce) & ~own->observe;
	if (sections == 0)
		return pam_tree_remove(tree->root, PAM_TREE_ENFORCE);
	TEXT_INTO(&t, buffer);
	apply_sections_write(sections, &t);
	return pam_tree_write(tree->root, PAM_TREE_ENFORCE, buffer, t.len, tree->owner);
}

static int write_drop_in(const struct paths *tree, const struct paths *origin)
{
	char *bytes FILE_FREED = NULL;
	size_t len = 0;
	int error = pam_tree_read(origin->root, APPLY_SSHD_SOURCE, &bytes, &len);

	return error < 0 ? error : pam_tree_write(tree->root, PAM_TREE_SSHD, bytes, len, tree->owner);
}

int apply_own_write(const struct paths *tree, const struct paths *origin, const struct apply_own *own)
{
	int error = own->enforce != 0 || own->observe != 0 ? write_sections(tree, own) : 0;

	if (error == 0 && own->sshd == APPLY_SSHD_ON)
		error = write_drop_in(tree, origin);
	if (error == 0 && own->sshd == APPLY_SSHD_OFF)
		error = pam_tree_remove(tree->root, PAM_TREE_SSHD);
	return error;
}

int apply_own_take_out(const struct paths *tree)
{
	int error = pam_tree_remove(tree->root, PAM_TREE_ENFORCE), sshd = pam_tree_remove(tree->root, PAM_TREE_SSHD);

	return error < 0 ? error : sshd;
}

/* --- sshd --- */

bool apply_sshd_is_on(const struct paths *paths)
{
	char path[PAM_TREE_PATH_MAX];

	return pam_tree_path(&path, paths->root, PAM_TREE_SSHD) == 0 && access(path, F_OK) == 0;
}

bool apply_sshd_agrees(const struct paths *paths, char *said, size_t size)
{
	static const char *const argv[] = {SSHD, "-t", NULL};
	struct child child = {.argv = argv, .keep_fd = -1, .output = said, .output_size = size};
	int status;

	said[0] = '\0';
	if (*paths->root != '\0')
		return true;
	status = child_run(&child);
	if (status > 0 && strstr(said, "/run/sshd") != NULL && mkdir("/run/sshd", 0755) == 0)
		status = child_run(&child);
	return status == 0 || status == -ENOENT;
}

/* An old note may name another process by now. */
static bool is_sshd(pid_t pid)
{
	char path[64], name[16] = "";
	struct text t;
	int fd FILE_CLOSED = -1;

	TEXT_INTO(&t, path);
	text_add_format(&t, "/proc/%d/comm", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd >= 0 && read(fd, name, sizeof name - 1) > 0 && strcmp(name, "sshd\n") == 0;
}

/* Without systemd: sshd's own note of its process. */
static void hang_up(void)
{
	struct file_trust trust = {.max_bytes = 32};
	char *bytes FILE_FREED = NULL;
	size_t len = 0;
	int64_t pid;

	if (file_read_trusted(SSHD_PID, &trust, &bytes, &len) < 0)
		return;
	if (number_parse(bytes, strcspn(bytes, "\n"), 2, INT32_MAX, &pid) == 0 && is_sshd((pid_t)pid))
		(void)kill((pid_t)pid, SIGHUP);
}

void apply_sshd_reload(const struct paths *paths)
{
	static const char *const argv[] = {SYSTEMCTL, "--quiet", "--no-block", "try-reload-or-restart", "ssh.service", NULL};
	char said[256];
	struct child child = {.argv = argv, .keep_fd = -1, .output = said, .output_size = sizeof said};

	if (*paths->root != '\0')
		return;
	if (apply_has_systemd(paths))
		(void)child_run(&child); /* not installed or not running is no error */
	else
		hang_up();
}

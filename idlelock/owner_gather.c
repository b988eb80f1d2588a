/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads /proc/PID. A pid may be another process's by the time it is looked at; then it is that one's truth which is told, and judged. */
#include "owner_gather.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "number.h"
#include "text.h"

#define CGROUP_BYTES_MAX 1024
#define STAT_BYTES_MAX 1024
#define FIELDS_BEHIND_NAME 20 /* the name is field 2, the start is field 22 */

static void path_of(pid_t pid, const char *file, char ret_path[48])
{
	struct text t;

	text_init(&t, ret_path, 48);
	text_add(&t, "/proc/");
	text_add_int(&t, (int64_t)pid);
	text_add(&t, file);
}

static ssize_t read_process_file(pid_t pid, const char *file, char *ret_bytes, size_t size)
{
	char path[48];
	ssize_t len;

	path_of(pid, file, path);
	int fd FILE_CLOSED = open(path, O_RDONLY | O_CLOEXEC);
	len = fd < 0 ? -1 : read(fd, ret_bytes, size - 1);
	if (len >= 0)
		ret_bytes[len] = '\0';
	return len;
}

/* What is left of the line of the one hierarchy that systemd keeps, behind the system's own slice; a kernel that has old ones too names them before it. */
static const char *own_path(const char *bytes)
{
	static const char FIRST[] = "0::/system.slice/";

	while (strncmp(bytes, FIRST, strlen(FIRST)) != 0) {
		bytes = strchr(bytes, '\n');
		if (bytes == NULL)
			return NULL;
		bytes++;
	}
	return bytes + strlen(FIRST);
}

static bool ends_with(const char *name, size_t len, const char *ending)
{
	return len > strlen(ending) && memcmp(name + len - strlen(ending), ending, strlen(ending)) == 0;
}

void owner_gather_unit_of(const char *cgroup, char *ret_unit, size_t size)
{
	const char *at = own_path(cgroup);
	struct text t;
	size_t len;

	ret_unit[0] = '\0';
	if (at == NULL)
		return;
	for (len = strcspn(at, "/\n"); ends_with(at, len, ".slice"); len = strcspn(at, "/\n")) {
		at += len;
		at += *at == '/';
	}
	if (!ends_with(at, len, ".service"))
		return;
	text_init(&t, ret_unit, size);
	text_add_bytes(&t, at, len);
	if (text_end(&t) < 0)
		ret_unit[0] = '\0';
}

void owner_gather_unit(pid_t pid, char *ret_unit, size_t size)
{
	char bytes[CGROUP_BYTES_MAX];

	ret_unit[0] = '\0';
	if (pid > 0 && read_process_file(pid, "/cgroup", bytes, sizeof bytes) >= 0)
		owner_gather_unit_of(bytes, ret_unit, size);
}

void owner_gather(pid_t pid, uid_t trusted, struct proof_owner *ret_owner)
{
	char path[48];
	struct stat status;
	ssize_t len;

	*ret_owner = (struct proof_owner){0};
	if (pid <= 0)
		return;
	path_of(pid, "", path);
	if (stat(path, &status) < 0)
		return;
	ret_owner->pid = pid;
	ret_owner->uid = status.st_uid;
	path_of(pid, "/exe", path);
	len = readlink(path, ret_owner->exe, sizeof ret_owner->exe - 1);
	ret_owner->exe[len < 0 || (size_t)len == sizeof ret_owner->exe - 1 ? 0 : len] = '\0';
	if (stat(path, &status) == 0)
		ret_owner->exe_is_roots = (status.st_uid == 0 || status.st_uid == trusted) && (status.st_mode & 0022) == 0;
	owner_gather_unit(pid, ret_owner->unit, sizeof ret_owner->unit);
}

int64_t owner_gather_start(pid_t pid)
{
	char bytes[STAT_BYTES_MAX];
	const char *at;
	int64_t start;

	if (pid <= 0 || read_process_file(pid, "/stat", bytes, sizeof bytes) <= 0)
		return 0;
	at = strrchr(bytes, ')'); /* the name in brackets may hold anything, brackets too */
	for (int i = 0; at != NULL && i < FIELDS_BEHIND_NAME; i++)
		at = strchr(at + 1, ' ');
	return at != NULL && number_parse(at + 1, strcspn(at + 1, " \n"), 0, INT64_MAX, &start) == 0 ? start : 0;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads the process's control group and the session's document. */
#include "locker_gather.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "file.h"
#include "text.h"

#define CGROUP_BYTES_MAX 2048

static int open_process(pid_t pid)
{
	char path[32];
	struct text t;

	TEXT_INTO(&t, path);
	text_add(&t, "/proc/");
	text_add_int(&t, (int64_t)pid);
	return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
}

/* The descriptor stands for this process alone: a later one of the same number is not seen through it. */
static bool read_process(pid_t pid, struct locker_unit *ret_unit, uid_t *ret_uid)
{
	char bytes[CGROUP_BYTES_MAX];
	int process FILE_CLOSED = open_process(pid);
	int fd FILE_CLOSED = process < 0 ? -1 : openat(process, "cgroup", O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	struct stat st;
	ssize_t len;

	if (fd < 0 || fstat(process, &st) < 0)
		return false;
	len = read(fd, bytes, sizeof bytes);
	*ret_uid = st.st_uid;
	return len > 0 && (size_t)len < sizeof bytes && locker_unit_of_cgroup(bytes, (size_t)len, ret_unit);
}

static uid_t our_uid(void)
{
	char bytes[4096];
	struct passwd pw, *found = NULL;

	return getpwnam_r(LOCKER_UNIT_USER, &pw, bytes, sizeof bytes, &found) == 0 && found != NULL ? found->pw_uid : (uid_t)-1;
}

static bool read_document(const struct paths *paths, const char *session, struct session_facts *ret_facts)
{
	struct file_trust trust = {.owner = paths->owner, .max_bytes = SESSION_FACTS_BYTES_MAX};
	char path[PATHS_BYTES_MAX + 64];
	char *bytes FILE_FREED = NULL;
	struct text t;
	size_t len;

	TEXT_INTO(&t, path);
	text_add(&t, paths->sessions);
	text_add_char(&t, '/');
	text_add(&t, session);
	return text_end(&t) == 0 && file_read_trusted(path, &trust, &bytes, &len) == 0 && session_facts_read(bytes, len, path, NULL, ret_facts) == 0;
}

bool locker_gather(const struct paths *paths, pid_t pid, uid_t process, struct session_facts *ret_facts)
{
	char boot_id[FIELD_BOOT_ID_SIZE];
	struct locker_unit unit;
	struct session_facts facts;
	uid_t uid;

	if (!read_process(pid, &unit, &uid) || (process != (uid_t)-1 && process != uid))
		return false;
	if (!read_document(paths, unit.session, &facts) || clock_boot_id(boot_id) < 0)
		return false;
	if (!locker_unit_speaks_for(&unit, &facts, boot_id, uid, unit.kind == LOCKER_UNIT_AS_US ? our_uid() : (uid_t)-1))
		return false;
	if (unit.kind == LOCKER_UNIT_CONSOLE)
		facts.display[0] = '\0';
	*ret_facts = facts;
	return true;
}

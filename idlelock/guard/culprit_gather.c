/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads /proc/PID at once, while the process may still be there. */
#include "culprit_gather.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "number.h"
#include "text.h"

#define FIRST_PID_NAMESPACE 0xEFFFFFFCU /* PROC_PID_INIT_INO of the kernel */

/* The file's text without the newline at its end; its length, 0 = it cannot be read. */
static size_t read_word(int folder, const char *name, char *ret_word, size_t size)
{
	int fd FILE_CLOSED = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	ssize_t got = fd < 0 ? -1 : read(fd, ret_word, size - 1);

	if (got > 0 && ret_word[got - 1] == '\n')
		got--;
	ret_word[got > 0 ? got : 0] = '\0';
	return got > 0 ? (size_t)got : 0;
}

static int open_process(uint32_t pid)
{
	char path[32];
	struct text t;

	TEXT_INTO(&t, path);
	text_add_format(&t, "/proc/%u", pid);
	return open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

static bool is_first_pid_namespace(void)
{
	struct stat st;

	return stat("/proc/self/ns/pid", &st) == 0 && st.st_ino == FIRST_PID_NAMESPACE;
}

static void name_person(uid_t uid, char ret_name[CULPRIT_NAME_BYTES])
{
	struct passwd entry, *found = NULL;
	char bytes[1024];
	struct text t;

	text_init(&t, ret_name, CULPRIT_NAME_BYTES);
	if (getpwuid_r(uid, &entry, bytes, sizeof bytes, &found) == 0 && found != NULL)
		text_add_escaped_cut(&t, found->pw_name, strlen(found->pw_name), CULPRIT_NAME_BYTES - 1);
	else
		text_add_format(&t, "uid %u", uid);
}

void culprit_gather(const struct change *change, struct culprit *ret_culprit)
{
	char program[16], word[24];
	int64_t uid;
	int folder FILE_CLOSED = -1;
	struct text t;

	*ret_culprit = (struct culprit){.uid = (uid_t)-1};
	TEXT_INTO(&t, ret_culprit->program);
	text_add_escaped_cut(&t, change->program, strnlen(change->program, sizeof change->program), sizeof ret_culprit->program - 1);
	folder = change->pid != 0 && is_first_pid_namespace() ? open_process(change->pid) : -1;
	if (folder < 0 || read_word(folder, "comm", program, sizeof program) == 0 || strncmp(program, change->program, sizeof program - 1) != 0)
		return;
	if (number_parse(word, read_word(folder, "loginuid", word, sizeof word), 0, UINT32_MAX - 1, &uid) < 0)
		return;
	ret_culprit->uid = (uid_t)uid;
	name_person(ret_culprit->uid, ret_culprit->person);
}

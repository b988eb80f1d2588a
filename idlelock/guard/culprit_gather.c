/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads /proc/PID at once, while the process may still be there. */
#include "culprit_gather.h"

#include <pwd.h>
#include <string.h>
#include <sys/stat.h>

#include "file.h"
#include "process_gather.h"
#include "text.h"

/* PROC_PID_INIT_INO and PROC_USER_INIT_INO of the kernel. */
#define FIRST_PID_NAMESPACE 0xEFFFFFFCU
#define FIRST_USER_NAMESPACE 0xEFFFFFFDU

static bool is_first(const char *namespace, ino_t number)
{
	struct stat st;

	return stat(namespace, &st) == 0 && st.st_ino == number;
}

/* Elsewhere numbers are others than the kernel's messages say, and people have other uids. */
bool culprit_knows_numbers(void)
{
	return is_first("/proc/self/ns/pid", FIRST_PID_NAMESPACE) && is_first("/proc/self/ns/user", FIRST_USER_NAMESPACE);
}

static void name_person(uid_t uid, char ret_name[CULPRIT_NAME_BYTES])
{
	struct passwd entry, *found = NULL;
	char bytes[4096]; /* a directory server may give long lines */
	struct text t;

	text_init(&t, ret_name, CULPRIT_NAME_BYTES);
	if (getpwuid_r(uid, &entry, bytes, sizeof bytes, &found) == 0 && found != NULL)
		text_add_escaped_cut(&t, found->pw_name, strlen(found->pw_name), CULPRIT_NAME_BYTES - 1);
	else
		text_add_format(&t, "uid %u", uid);
}

void culprit_name(const char *program, uid_t uid, struct culprit *ret_culprit)
{
	struct text t;

	*ret_culprit = (struct culprit){.uid = uid};
	TEXT_INTO(&t, ret_culprit->program);
	text_add_escaped_cut(&t, program, strlen(program), sizeof ret_culprit->program - 1);
	if (uid != (uid_t)-1)
		name_person(uid, ret_culprit->person);
}

void culprit_gather(const struct change *change, struct culprit *ret_culprit)
{
	char told[sizeof change->program + 1] = {0}, program[PROCESS_PROGRAM_BYTES];
	int folder FILE_CLOSED = change->pid != 0 && culprit_knows_numbers() ? process_open(change->pid) : -1;
	bool same;

	memcpy(told, change->program, sizeof change->program);
	same = folder >= 0 && process_read(folder, "comm", program, sizeof program) > 0 && strcmp(program, told) == 0;
	culprit_name(told, same ? process_login_uid(folder) : (uid_t)-1, ret_culprit);
}

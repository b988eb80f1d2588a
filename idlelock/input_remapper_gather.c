/* SPDX-License-Identifier: BSD-2-Clause */
/* Walks /proc for makers of uinput devices. */
#include "input_remapper_gather.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/uinput.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "file.h"
#include "number.h"

#define NODES "/dev/input/event"
#define STATUS_BYTES_MAX 4096

struct search {
	const char *sysname;
	input_held held;
	void *data;
};

static DIR *open_folder(int at, const char *name)
{
	int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	DIR *folder = fd < 0 ? NULL : fdopendir(fd);

	if (folder == NULL)
		file_close(&fd);
	return folder;
}

static void close_folder(DIR **folder)
{
	if (*folder != NULL)
		(void)closedir(*folder);
}
#define FOLDER_CLOSED __attribute__((cleanup(close_folder)))

static bool number_of(const char *name, int *ret_number)
{
	int64_t number;

	if (number_parse(name, strlen(name), 0, INT32_MAX, &number) < 0)
		return false;
	*ret_number = (int)number;
	return true;
}

static bool made_by_descriptor(int process, int number, const char *sysname)
{
	char name[32] = "";
	int fd FILE_CLOSED = (int)syscall(SYS_pidfd_getfd, process, number, 0);

	return fd >= 0 && ioctl(fd, UI_GET_SYSNAME(sizeof name - 1), name) >= 0 && strcmp(name, sysname) == 0;
}

static bool link_of(DIR *descriptors, const char *name, char *ret_target, size_t size)
{
	ssize_t len = readlinkat(dirfd(descriptors), name, ret_target, size - 1);

	ret_target[len < 0 ? 0 : len] = '\0';
	return len > 0;
}

static bool has_made(const struct search *s, int process, DIR *descriptors)
{
	const struct dirent *entry;
	char target[64];
	int number;

	while ((entry = readdir(descriptors)) != NULL)
		if (number_of(entry->d_name, &number) && link_of(descriptors, entry->d_name, target, sizeof target) &&
		    (strcmp(target, "/dev/uinput") == 0 || strcmp(target, "/dev/input/uinput") == 0) &&
		    made_by_descriptor(process, number, s->sysname))
			return true;
	return false;
}

static bool holds(const struct search *s, DIR *descriptors)
{
	const struct dirent *entry;
	char target[64];

	while ((entry = readdir(descriptors)) != NULL)
		if (link_of(descriptors, entry->d_name, target, sizeof target) && strncmp(target, NODES, strlen(NODES)) == 0 && s->held(target, s->data))
			return true;
	return false;
}

/* Both halves have to be true of the same process. Of any other's nodes nothing is asked: to ask may cost keys (input_node_gather.h). */
static bool is_remapper(const struct search *s, int process, DIR *descriptors)
{
	if (!has_made(s, process, descriptors))
		return false;
	rewinddir(descriptors);
	return holds(s, descriptors);
}

/* In all its identities: a program with the set-user-id bit does what its caller, who is not root, makes it do. The kernel escapes line ends in names. */
static bool is_roots(int folder)
{
	char bytes[STATUS_BYTES_MAX];
	int fd FILE_CLOSED = openat(folder, "status", O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	ssize_t len = fd < 0 ? -1 : read(fd, bytes, sizeof bytes - 1);

	bytes[len < 0 ? 0 : len] = '\0';
	return strstr(bytes, "\nUid:\t0\t0\t0\t0\n") != NULL;
}

static bool look_at(const struct search *s, int proc, const char *name)
{
	int pid, process FILE_CLOSED = -1, folder FILE_CLOSED = -1;
	DIR *descriptors FOLDER_CLOSED = NULL;

	if (!number_of(name, &pid))
		return false;
	folder = openat(proc, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (folder < 0 || !is_roots(folder))
		return false;
	descriptors = open_folder(folder, "fd");
	if (descriptors == NULL)
		return false;
	process = (int)syscall(SYS_pidfd_open, pid, 0);
	return process >= 0 && is_remapper(s, process, descriptors);
}

bool input_remapper_made(const char *sysname, input_held held, void *data)
{
	const struct search s = {.sysname = sysname, .held = held, .data = data};
	DIR *proc FOLDER_CLOSED = open_folder(AT_FDCWD, "/proc");
	const struct dirent *entry;

	while (proc != NULL && (entry = readdir(proc)) != NULL)
		if (look_at(&s, dirfd(proc), entry->d_name))
			return true;
	return false;
}

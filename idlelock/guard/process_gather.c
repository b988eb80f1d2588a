/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads /proc/PID. */
#include "process_gather.h"

#include <fcntl.h>
#include <unistd.h>

#include "file.h"
#include "number.h"
#include "text.h"

int process_open(uint32_t pid)
{
	char path[32];
	struct text t;

	TEXT_INTO(&t, path);
	text_add_format(&t, "/proc/%u", pid);
	return open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

size_t process_read(int folder, const char *name, char *ret_bytes, size_t size)
{
	int fd FILE_CLOSED = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	ssize_t got = fd < 0 ? -1 : read(fd, ret_bytes, size - 1);

	if (got > 0 && ret_bytes[got - 1] == '\n')
		got--;
	ret_bytes[got > 0 ? got : 0] = '\0';
	return got > 0 ? (size_t)got : 0;
}

uid_t process_login_uid(int folder)
{
	char word[24];
	int64_t uid;

	if (number_parse(word, process_read(folder, "loginuid", word, sizeof word), 0, UINT32_MAX - 1, &uid) < 0)
		return (uid_t)-1;
	return (uid_t)uid;
}

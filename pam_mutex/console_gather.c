/* SPDX-License-Identifier: BSD-2-Clause */
/* Compares the terminal that a program names with the one that the kernel knows. */
#include "console_gather.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "console_line.h"
#include "file.h"
#include "number.h"
#include "text.h"

#define PATH_BYTES 96
#define STAT_BYTES 1024
#define TTY_NR_FIELD 5 /* of those behind the name: state, ppid, pgrp, session, tty_nr */

static const char *short_name(const char *tty)
{
	return strncmp(tty, "/dev/", 5) == 0 ? tty + 5 : tty;
}

static bool is_plain(const char *name)
{
	return name[0] != '\0' && strchr(name, '/') == NULL && name[0] != '.' && name[0] != ':';
}

/* tty_nr of /proc/PID/stat; the program's name before it may hold anything, also brackets. */
static bool controlling_terminal(pid_t pid, dev_t *ret_device)
{
	char path[PATH_BYTES], bytes[STAT_BYTES], *at;
	struct text t;
	int64_t number;
	ssize_t len;
	int fd FILE_CLOSED = -1;

	TEXT_INTO(&t, path);
	text_add(&t, "/proc/");
	if (pid == 0)
		text_add(&t, "self");
	else
		text_add_int(&t, pid);
	text_add(&t, "/stat");
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	len = fd >= 0 ? read(fd, bytes, sizeof bytes - 1) : -1;
	if (len <= 0)
		return false;
	bytes[len] = '\0';
	at = strrchr(bytes, ')');
	for (int i = 0; at != NULL && i < TTY_NR_FIELD; i++)
		at = strchr(at + 1, ' ');
	if (at == NULL || number_parse(at + 1, strcspn(at + 1, " "), INT32_MIN, INT32_MAX, &number) < 0 || number == 0)
		return false;
	/* proc(5): minor in bits 31 to 20 and 7 to 0, major in 15 to 8 */
	*ret_device = makedev(((uint32_t)number >> 8) & 0xff, ((uint32_t)number & 0xff) | (((uint32_t)number >> 12) & 0xfff00));
	return true;
}

/* Names of lines, where there is no device to ask. */
static bool is_line_name(const char *name)
{
	size_t digits = strspn(name + (strncmp(name, "tty", 3) == 0 ? 3 : 0), "0123456789");

	if (strcmp(name, "console") == 0 || strncmp(name, "ttyS", 4) == 0 || strncmp(name, "hvc", 3) == 0)
		return true;
	return strncmp(name, "tty", 3) == 0 && digits > 0 && name[3 + digits] == '\0' && strcmp(name, "tty0") != 0;
}

bool console_gather(const struct paths *paths, const char *tty, pid_t pid, uid_t sitting)
{
	const char *name = short_name(tty);
	struct console_line line = {.is_console = strcmp(name, "console") == 0, .sitting = sitting};
	char path[PATH_BYTES];
	struct stat named;
	struct text t;

	if (!is_plain(name))
		return false;
	if (paths->root[0] != '\0')
		return is_line_name(name);
	TEXT_INTO(&t, path);
	text_add(&t, "/dev/");
	text_add(&t, name);
	if (text_end(&t) < 0 || lstat(path, &named) < 0 || !S_ISCHR(named.st_mode))
		return false;
	if (pid < 0)
		return line.is_console || console_line_is_one(named.st_rdev);
	line.named = named.st_rdev;
	line.owner = named.st_uid;
	return controlling_terminal(pid, &line.controlling) && console_line_holds(&line);
}

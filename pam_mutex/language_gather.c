/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds the language from the policy, the system's locale files and the kind of terminal. */
#include "language_gather.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/kd.h>
#include <linux/major.h>
#include <stdbool.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "file.h"
#include "locale_file.h"
#include "text.h"

#define LOCALE_FILE_BYTES_MAX 16384
#define CONSOLES_MAX 63 /* /dev/tty1 to /dev/tty63; minor 64 on are serial lines */
#define TTY_BYTES 64

static bool language_of_file(const char *path, uid_t owner, enum language *ret_language)
{
	char *bytes FILE_FREED = NULL;
	size_t len;

	/* Debian has one of two such files; to look costs less than to open. */
	if (file_allows(path, F_OK) < 0 || file_read_trusted(path, &(struct file_trust){.owner = owner, .max_bytes = LOCALE_FILE_BYTES_MAX}, &bytes, &len) < 0)
		return false;
	return locale_file_language(bytes, len, ret_language);
}

/* A console in text mode. In graphics mode a desktop or its login screen draws there, and that can show Japanese. */
static bool text_console(int fd)
{
	struct stat st;
	int mode;

	if (fstat(fd, &st) < 0 || !S_ISCHR(st.st_mode) || major(st.st_rdev) != TTY_MAJOR || minor(st.st_rdev) < 1 ||
	    minor(st.st_rdev) > CONSOLES_MAX)
		return false;
	return ioctl(fd, KDGETMODE, &mode) < 0 || mode != KD_GRAPHICS;
}

/* PAM_TTY is "tty1", "/dev/tty1", ":0", "ssh" or anything that a program puts there: only plain names below /dev are opened. */
static int open_tty(const char *tty)
{
	char path[TTY_BYTES];
	struct text t;

	if (strncmp(tty, "/dev/", 5) == 0)
		tty += 5;
	if (strncmp(tty, "tty", 3) != 0 || strchr(tty, '/') != NULL)
		return -ENOENT;
	TEXT_INTO(&t, path);
	text_add(&t, "/dev/");
	text_add(&t, tty);
	if (text_end(&t) < 0)
		return -ENAMETOOLONG;
	return open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK);
}

static bool on_text_console(const char *tty)
{
	int fd FILE_CLOSED = tty != NULL ? open_tty(tty) : -1;

	/* Descriptor 0 is the caller's terminal, if it is one. What is not a console there changes nothing. */
	return fd >= 0 ? text_console(fd) : text_console(STDIN_FILENO);
}

enum language language_gather(const struct paths *paths, const struct settings *settings, const char *tty)
{
	enum language language = LANGUAGE_EN;

	if (settings->policy_language == POLICY_LANGUAGE_JA)
		language = LANGUAGE_JA;
	else if (settings->policy_language == POLICY_LANGUAGE_AUTO && !language_of_file(paths->locale_conf, paths->owner, &language))
		(void)language_of_file(paths->locale_default, paths->owner, &language);
	return language != LANGUAGE_EN && on_text_console(tty) ? LANGUAGE_EN : language;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads the name of the active console. */
#include "vt_gather.h"

#include <fcntl.h>
#include <linux/kd.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "file.h"
#include "number.h"
#include "text.h"

#define ACTIVE "/sys/class/tty/tty0/active"
#define CONSOLES_MAX 63

unsigned vt_active(void)
{
	int fd FILE_CLOSED = open(ACTIVE, O_RDONLY | O_CLOEXEC);
	char name[16];
	int64_t number = 0;
	ssize_t len = fd < 0 ? -1 : read(fd, name, sizeof name - 1);

	if (len <= 3 || memcmp(name, "tty", 3) != 0)
		return 0;
	name[len] = '\0';
	return number_parse(name + 3, strcspn(name + 3, "\n"), 1, CONSOLES_MAX, &number) < 0 ? 0 : (unsigned)number;
}

bool vt_shows_text(unsigned vt)
{
	char path[24];
	struct text t;
	int mode = KD_GRAPHICS;

	if (vt == 0)
		return false;
	TEXT_INTO(&t, path);
	text_add(&t, "/dev/tty");
	text_add_int(&t, (int64_t)vt);
	int fd FILE_CLOSED = open(path, O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	return fd >= 0 && ioctl(fd, KDGETMODE, &mode) == 0 && mode == KD_TEXT;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads and watches the name of the active console. */
#include "vt_gather.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "file.h"
#include "number.h"

#define ACTIVE "/sys/class/tty/tty0/active"
#define CONSOLES_MAX 63

struct vt {
	struct loop *loop;
	int fd;
	unsigned active;
	vt_changed changed;
	void *data;
};

/* Reading from the start also arms the next notice. */
static unsigned read_active(int fd)
{
	char name[16];
	int64_t number = 0;
	ssize_t len = pread(fd, name, sizeof name - 1, 0);

	if (len <= 3 || memcmp(name, "tty", 3) != 0)
		return 0;
	name[len] = '\0';
	return number_parse(name + 3, strcspn(name + 3, "\n"), 1, CONSOLES_MAX, &number) < 0 ? 0 : (unsigned)number;
}

unsigned vt_active(void)
{
	int fd FILE_CLOSED = open(ACTIVE, O_RDONLY | O_CLOEXEC);

	return fd < 0 ? 0 : read_active(fd);
}

static void noticed(int fd, uint32_t events, void *data)
{
	struct vt *vt = data;
	unsigned active = read_active(fd);

	(void)events;
	if (active == vt->active)
		return;
	vt->active = active;
	vt->changed(active, vt->data);
}

int vt_open(struct loop *loop, vt_changed changed, void *data, struct vt **ret_vt)
{
	struct vt *vt = calloc(1, sizeof *vt);
	int r;

	if (vt == NULL)
		return -ENOMEM;
	*vt = (struct vt){.loop = loop, .changed = changed, .data = data};
	vt->fd = open(ACTIVE, O_RDONLY | O_CLOEXEC);
	r = vt->fd < 0 ? -errno : loop_add(loop, vt->fd, EPOLLPRI, noticed, vt);
	if (r < 0) {
		file_close(&vt->fd);
		free(vt);
		return r;
	}
	vt->active = read_active(vt->fd);
	*ret_vt = vt;
	return 0;
}

void vt_close(struct vt *vt)
{
	if (vt == NULL)
		return;
	loop_remove(vt->loop, vt->fd);
	file_close(&vt->fd);
	free(vt);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Waits for switches of lids. */
#include "lid_gather.h"

#include <errno.h>
#include <linux/input.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "file.h"
#include "input_node_gather.h"
#include "text.h"

struct lid {
	struct lid *next;
	struct lids *lids;
	char seat[32];
	int fd;
	bool closed;
};

struct lids {
	struct loop *loop;
	lid_closed closed;
	void *data;
	struct lid *list;
};

/* The state itself, since an event may have been lost. False also when the node is gone. */
static bool is_closed(int fd)
{
	unsigned char switches[SW_CNT / 8 + 1] = {0};

	return ioctl(fd, EVIOCGSW(sizeof switches), switches) >= 0 && (switches[SW_LID / 8] >> (SW_LID % 8) & 1) != 0;
}

/* Of a node that has keys as well, they are not to wake us. A kernel that cannot do that wakes us in vain. */
static void hear_switches_only(int fd)
{
	unsigned char types[EV_CNT / 8] = {0};
	struct input_mask mask = {.type = EV_SYN, .codes_size = sizeof types, .codes_ptr = (uintptr_t)types};

	types[EV_SW / 8] |= 1 << (EV_SW % 8);
	(void)ioctl(fd, EVIOCSMASK, &mask);
}

static void forget(struct lid *gone)
{
	for (struct lid **link = &gone->lids->list; *link != NULL; link = &(*link)->next)
		if (*link == gone) {
			*link = gone->next;
			break;
		}
	loop_remove(gone->lids->loop, gone->fd);
	file_close(&gone->fd);
	free(gone);
}

static void noticed(int fd, uint32_t events, void *data)
{
	struct lid *lid = data;
	struct lids *lids = lid->lids;
	struct input_event bytes[16];
	bool before = lid->closed;
	ssize_t len;

	(void)events;
	while ((len = read(fd, bytes, sizeof bytes)) > 0)
		;
	if (len == 0 || (errno != EAGAIN && errno != EINTR)) {
		forget(lid);
		return;
	}
	lid->closed = is_closed(fd);
	if (lid->closed && !before)
		lids->closed(lid->seat, lids->data);
}

struct lids *lids_new(struct loop *loop, lid_closed closed, void *data)
{
	struct lids *lids = malloc(sizeof *lids);

	if (lids != NULL)
		*lids = (struct lids){.loop = loop, .closed = closed, .data = data};
	return lids;
}

void lids_free(struct lids *lids)
{
	if (lids == NULL)
		return;
	while (lids->list != NULL)
		forget(lids->list);
	free(lids);
}

int lids_add(struct lids *lids, const char *node, const char *seat)
{
	struct lid *lid = calloc(1, sizeof *lid);
	struct text t;
	int r;

	if (lid == NULL)
		return -ENOMEM;
	lid->lids = lids;
	TEXT_INTO(&t, lid->seat);
	text_add(&t, seat);
	lid->fd = input_node_open(node);
	r = lid->fd < 0 ? lid->fd : text_end(&t);
	if (r == 0) {
		hear_switches_only(lid->fd);
		lid->closed = is_closed(lid->fd);
		r = loop_add(lids->loop, lid->fd, EPOLLIN, noticed, lid);
	}
	if (r < 0) {
		file_close(&lid->fd);
		free(lid);
		return r;
	}
	lid->next = lids->list;
	lids->list = lid;
	return 0;
}

bool lids_is_closed(const struct lids *lids, const char *seat)
{
	for (const struct lid *lid = lids->list; lid != NULL; lid = lid->next)
		if (strcmp(lid->seat, seat) == 0 && is_closed(lid->fd))
			return true;
	return false;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines for people, put into as few messages of PAM as take them, each line whole. Pure. */
#ifndef MUTEX_MESSAGE_PACK_H
#define MUTEX_MESSAGE_PACK_H

#include <stddef.h>

#include "message.h"

struct message_pack {
	char (*messages)[MESSAGE_BYTES_MAX + 1];
	size_t count, max;
	size_t used; /* bytes of the last message */
};

/* A line goes into the last message if it fits there whole, else into a new one. Where that would be one more than max, the line is left out. */
void message_pack_line(struct message_pack *p, const char *line, size_t len);
/* argument: NULL = it has none. */
void message_pack_message(struct message_pack *p, enum language language, enum message_id id, const char *argument);

#endif

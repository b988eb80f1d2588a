/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages being filled, one line after the other. */
#include "message_pack.h"

#include <string.h>

#include "text.h"

void message_pack_line(struct message_pack *p, const char *line, size_t len)
{
	if (p->count == 0 || p->used + 1 + len > MESSAGE_BYTES_MAX) {
		if (p->count == p->max)
			return;
		p->count++;
		p->used = 0;
	} else {
		p->messages[p->count - 1][p->used++] = '\n';
	}
	memcpy(p->messages[p->count - 1] + p->used, line, len);
	p->used += len;
	p->messages[p->count - 1][p->used] = '\0';
}

void message_pack_message(struct message_pack *p, enum language language, enum message_id id, const char *argument)
{
	char line[MESSAGE_BYTES_MAX + 1];
	struct text t;

	TEXT_INTO(&t, line);
	message_add(&t, language, id, &argument, argument != NULL ? 1 : 0);
	message_pack_line(p, line, t.len);
}

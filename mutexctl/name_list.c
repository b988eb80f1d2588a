/* SPDX-License-Identifier: BSD-2-Clause */
/* Lists of names. */
#include "name_list.h"

#include <string.h>

#define SHOWN 8

void name_list_start(struct name_list *list)
{
	list->count = 0;
	TEXT_INTO(&list->t, list->buffer);
}

void name_list_add(struct name_list *list, const char *name)
{
	if (list->count++ >= SHOWN)
		return;
	text_add(&list->t, list->count > 1 ? ", " : "");
	text_add_escaped(&list->t, name, strlen(name));
}

const char *name_list_end(struct name_list *list)
{
	if (list->count > SHOWN)
		text_add_format(&list->t, " and %zu more", list->count - SHOWN);
	return list->buffer;
}

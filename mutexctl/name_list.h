/* SPDX-License-Identifier: BSD-2-Clause */
/* Names in one line for people: the first few, and how many more there are. */
#ifndef MUTEX_NAME_LIST_H
#define MUTEX_NAME_LIST_H

#include "text.h"

struct name_list {
	char buffer[1024];
	struct text t;
	size_t count;
};

void name_list_start(struct name_list *list);
void name_list_add(struct name_list *list, const char *name);
/* "alice, bob and 3 more"; of the list. */
const char *name_list_end(struct name_list *list);

#endif

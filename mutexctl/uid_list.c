/* SPDX-License-Identifier: BSD-2-Clause */
/* Lists of uids. */
#include "uid_list.h"

#include <errno.h>
#include <stdlib.h>

#include "command.h"
#include "common.h"

static int compare(const void *a, const void *b)
{
	const uid_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

int uid_list_fill(struct uid_list *list, uid_list_fn from)
{
	ssize_t count;

	list->items = calloc(UID_LIST_MAX, sizeof *list->items);
	count = list->items != NULL ? from(common_paths(), list->items, UID_LIST_MAX) : -ENOMEM;
	if (count < 0)
		return (int)count;
	if (count > UID_LIST_MAX)
		(void)command_error("warning: more than %d people; the others are not shown", UID_LIST_MAX);
	list->count = count < UID_LIST_MAX ? (size_t)count : UID_LIST_MAX;
	uid_list_sort(list);
	return 0;
}

void uid_list_add(struct uid_list *list, uid_t uid)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->items[i] == uid)
			return;
	if (list->count < UID_LIST_MAX)
		list->items[list->count++] = uid;
}

void uid_list_sort(struct uid_list *list)
{
	qsort(list->items, list->count, sizeof list->items[0], compare);
}

void uid_list_free(struct uid_list *list)
{
	free(list->items);
	*list = (struct uid_list){0};
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* The people that a walk over all of them is about, each once and in order. Shell. */
#ifndef MUTEXCTL_UID_LIST_H
#define MUTEXCTL_UID_LIST_H

#include <stddef.h>
#include <sys/types.h>

#include "paths.h"

#define UID_LIST_MAX 65536

struct uid_list {
	uid_t *items; /* UID_LIST_MAX of them */
	size_t count;
};

/* As login_store_uids() and suspension_uids() are: how many there are, or negative errno. */
typedef ssize_t (*uid_list_fn)(const struct paths *paths, uid_t *ret_uids, size_t max);

/* 0 or negative errno; a longer list is cut, after a warning. Free it always. */
int uid_list_fill(struct uid_list *list, uid_list_fn from);
/* Nothing when it is there, or there is no room. */
void uid_list_add(struct uid_list *list, uid_t uid);
void uid_list_sort(struct uid_list *list);
void uid_list_free(struct uid_list *list);
#define UID_LIST_FREED __attribute__((cleanup(uid_list_free)))

#endif

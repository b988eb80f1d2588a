/* SPDX-License-Identifier: BSD-2-Clause */
/* Suspended people (AU-4): one document paths->suspended/UID each. Format pure here; suspension_store.h reads and writes it.
 *
 * MUST: the file's existence suspends, also when it cannot be read: a damaged one lets nobody in. */
#ifndef MUTEX_SUSPENSION_H
#define MUTEX_SUSPENSION_H

#include "fields.h"

#define SUSPENSION_BYTES_MAX 2048

struct suspension {
	uid_t uid;
	char user[64];     /* name at that time, for people */
	char by[64];       /* who said so */
	char reason[256];
	int64_t since;     /* UTC */
};

int suspension_read(const char *bytes, size_t len, const char *file, struct diag_list *problems, struct suspension *ret_suspension);
int suspension_write(const struct suspension *suspension, struct text *t);

#endif

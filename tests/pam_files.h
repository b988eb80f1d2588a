/* SPDX-License-Identifier: BSD-2-Clause */
/* PAM configuration held in memory, for tests of its reader. */
#ifndef TESTS_PAM_FILES_H
#define TESTS_PAM_FILES_H

#include <errno.h>
#include <string.h>

#include "pam_stack.h"

struct memory_file {
	enum pam_place place;
	const char *name;
	const char *text;
};

/* context is a list that ends with a NULL name. */
static inline int memory_read(void *context, enum pam_place place, const char *name, struct pam_file *ret_file)
{
	for (const struct memory_file *f = context; f->name != NULL; f++) {
		if (f->place != place || strcmp(f->name, name) != 0)
			continue;
		*ret_file = (struct pam_file){.path = f->name, .bytes = f->text, .len = strlen(f->text)};
		return 0;
	}
	return -ENOENT;
}

#endif

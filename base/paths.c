/* SPDX-License-Identifier: BSD-2-Clause */
/* Puts the root folder in front of every path. */
#include "paths.h"

#include <errno.h>
#include <string.h>

int paths_init(struct paths *p, const char *root, uid_t owner)
{
	size_t len = strlen(root);

	p->owner = owner;
#define PATHS_FILL(field, path) \
	if (len + sizeof(path) > sizeof p->field) \
		return -ENAMETOOLONG; \
	memcpy(p->field, root, len); \
	memcpy(p->field + len, (path), sizeof(path));
	PATHS(PATHS_FILL)
#undef PATHS_FILL
	return 0;
}

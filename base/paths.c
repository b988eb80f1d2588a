/* SPDX-License-Identifier: BSD-2-Clause */
/* Puts the root folder in front of every path. */
#include "paths.h"

#include <errno.h>

#include "text.h"

int paths_init(struct paths *p, const char *root, uid_t owner)
{
	struct text t;

	*p = (struct paths){.owner = owner};
#define PATHS_FILL(field, path) \
	TEXT_INTO(&t, p->field); \
	text_add(&t, root); \
	text_add(&t, (path)); \
	if (text_end(&t) < 0) \
		return -ENAMETOOLONG;
	PATHS(PATHS_FILL)
#undef PATHS_FILL
	return 0;
}

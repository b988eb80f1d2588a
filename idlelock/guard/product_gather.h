/* SPDX-License-Identifier: BSD-2-Clause */
/* Asks a product's own program. Shell. MUST: absolute path, a file that only root can change, no shell, empty environment, no input, bounded output, a
 * limit of time behind which it is killed. */
#ifndef GUARD_PRODUCT_GATHER_H
#define GUARD_PRODUCT_GATHER_H

#include <stdbool.h>

#include "arena.h"

#define PRODUCT_ANSWER_BYTES_MAX 65536

struct product_question {
	const char *const *argv;
	int limit_ms;
	bool in_our_group; /* who ends our process group is to end the program, too; else it has a group of its own, none of which outlives the limit */
};

/* What it printed, NUL-terminated in the arena. 0; -ENOENT; -EPERM (not root's alone); -ETIMEDOUT; -E2BIG; -EIO when it ends badly; others of errno. */
int product_ask(const struct product_question *question, struct arena *arena, const char **ret_answer, size_t *ret_len);
/* A few words for such an error. */
const char *product_explain(int error);

#endif

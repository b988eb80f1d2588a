/* SPDX-License-Identifier: BSD-2-Clause */
/* Other antivirus products: each is a row that says what to ask its own program, and what the answer must hold. Pure. A further product is a row here.
 *
 * mdatp's members were read in what others wrote about it, falconctl's line too; neither product was at hand. */
#ifndef GUARD_ANTIVIRUS_PRODUCT_H
#define GUARD_ANTIVIRUS_PRODUCT_H

#include <stddef.h>

#include "control_plan.h"

#define PRODUCT_CHECKS_MAX 4
#define PRODUCT_PATH_MAX 3

/* What the answer must say. */
struct product_check {
	const char *path[PRODUCT_PATH_MAX + 1]; /* of the member, in JSON */
	const char *wanted;                     /* its value; without a path: words that the answer holds */
};

struct product {
	const char *name; /* as `scanners` of the policy says it */
	const char *argv[CONTROL_ARGV_MAX + 1];
	struct product_check checks[PRODUCT_CHECKS_MAX];
	size_t check_count;
};

/* NULL behind the last. */
const struct product *product_at(size_t index);

/* The first check that the answer does not meet; NULL when it meets all. */
const struct product_check *product_judge(const struct product *product, const char *answer, size_t len);

#endif

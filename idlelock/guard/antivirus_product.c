/* SPDX-License-Identifier: BSD-2-Clause */
/* The rows of other antivirus products. */
#include "antivirus_product.h"

#include <string.h>

#include "json_path.h"

static const struct product PRODUCTS[] = {
	/* definitionsStatus is an object whose member $type says how the definitions are. */
	{"mdatp",
	 {"/usr/bin/mdatp", "health", "--output", "json", NULL},
	 {{{"healthy", NULL}, "true"}, {{"realTimeProtectionEnabled", "value", NULL}, "true"}, {{"definitionsStatus", "$type", NULL}, "upToDate"}},
	 3},
	/* In reduced functionality mode the sensor lives and sees nothing. It says "rfm-state=false." */
	{"falcon", {"/opt/CrowdStrike/falconctl", "-g", "--rfm-state", NULL}, {{{NULL}, "rfm-state=false"}}, 1},
};

const struct product *product_at(size_t index)
{
	return index < sizeof PRODUCTS / sizeof PRODUCTS[0] ? &PRODUCTS[index] : NULL;
}

static int meets(const struct product_check *check, const char *answer, size_t len)
{
	const char *value;
	size_t value_len;

	if (check->path[0] == NULL)
		return memmem(answer, len, check->wanted, strlen(check->wanted)) != NULL;
	return json_path_find(answer, len, check->path, &value, &value_len) == 0 && value_len == strlen(check->wanted) &&
	       memcmp(value, check->wanted, value_len) == 0;
}

const struct product_check *product_judge(const struct product *product, const char *answer, size_t len)
{
	for (size_t i = 0; i < product->check_count; i++)
		if (!meets(&product->checks[i], answer, len))
			return &product->checks[i];
	return NULL;
}

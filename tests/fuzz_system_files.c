/* SPDX-License-Identifier: BSD-2-Clause */
/* The system's locale file and host table: any bytes, nothing read outside of them. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "hosts_file.h"
#include "locale_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *bytes = malloc(size > 0 ? size : 1); /* of the exact size, so that a sanitizer sees a step outside */
	char domain[16] = "";
	enum language language = LANGUAGE_MAX;

	if (size > 0)
		memcpy(bytes, data, size);
	if (locale_file_language(bytes, size, &language) != (language != LANGUAGE_MAX))
		abort();
	if (hosts_file_domain(bytes, size, "pc7", domain, sizeof domain) != (domain[0] != '\0') || memchr(domain, '\0', sizeof domain) == NULL)
		abort();
	free(bytes);
	return 0;
}

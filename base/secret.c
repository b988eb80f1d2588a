/* SPDX-License-Identifier: BSD-2-Clause */
/* Secrets: wiped so that no compiler takes the wiping out, compared without telling where they differ. */
#include "secret.h"

#include <errno.h>
#include <string.h>

void secret_wipe(struct secret *s)
{
	if (s != NULL)
		explicit_bzero(s, sizeof *s);
}

int secret_set(struct secret *s, const char *bytes, size_t len)
{
	struct secret new SECRET_WIPED = {0}; /* bytes may lie inside s */

	if (len >= sizeof new.bytes) {
		secret_wipe(s);
		return -EMSGSIZE;
	}
	if (len > 0)
		memcpy(new.bytes, bytes, len);
	new.len = len;
	*s = new;
	return 0;
}

bool secret_equal(const char *a, size_t a_len, const char *b, size_t b_len)
{
	/* volatile: no early end of the loop once a difference is known */
	volatile unsigned char difference = a_len != b_len;

	if (a_len != b_len)
		return false;
	for (size_t i = 0; i < a_len; i++)
		difference = (unsigned char)(difference | ((unsigned char)a[i] ^ (unsigned char)b[i]));
	return difference == 0;
}

__attribute__((noinline)) void secret_burn_stack(void)
{
	char burnt[16384]; /* more than any such call uses: a formatted print or a few rounds of a hash */

	explicit_bzero(burnt, sizeof burnt);
}

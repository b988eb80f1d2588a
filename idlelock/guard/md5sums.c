/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads dpkg's lists of checksums. */
#include "md5sums.h"

#include <nettle/md5.h>
#include <string.h>

#include "text.h"

#define HEX_LEN (MD5_HEX_SIZE - 1)

static bool is_hex(const char *s)
{
	for (size_t i = 0; i < HEX_LEN; i++)
		if ((s[i] < '0' || s[i] > '9') && (s[i] < 'a' || s[i] > 'f'))
			return false;
	return true;
}

bool md5sums_next(const char **at, const char *end, struct md5_line *ret_line)
{
	while (*at < end) {
		const char *line = *at, *stop = memchr(line, '\n', (size_t)(end - line));

		stop = stop != NULL ? stop : end;
		*at = stop < end ? stop + 1 : end;
		if ((size_t)(stop - line) <= HEX_LEN + 2 || !is_hex(line) || line[HEX_LEN] != ' ' || line[HEX_LEN + 1] != ' ')
			continue;
		*ret_line = (struct md5_line){.digest = line, .path = line + HEX_LEN + 2, .path_len = (size_t)(stop - line) - HEX_LEN - 2};
		if (memchr(ret_line->path, '\0', ret_line->path_len) == NULL)
			return true;
	}
	return false;
}

void md5sums_digest(const void *bytes, size_t len, char (*ret_digest)[MD5_HEX_SIZE])
{
	uint8_t digest[MD5_DIGEST_SIZE];
	struct md5_ctx md5;
	struct text t;

	md5_init(&md5);
	md5_update(&md5, len, bytes);
	md5_digest(&md5, sizeof digest, digest);
	TEXT_INTO(&t, *ret_digest);
	text_add_hex(&t, digest, sizeof digest);
}

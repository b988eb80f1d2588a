/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines of the files "accepted" and "seen". */
#include "accepted.h"

#include <nettle/sha2.h>
#include <string.h>

#include "text.h"

#define HEX_LEN (ACCEPTED_DIGEST_SIZE - 1)

static const char *const KINDS[ACCEPTED_KIND_MAX] = {[ACCEPTED_PASSWORD] = "password", [ACCEPTED_KEYS] = "keys", [ACCEPTED_FOREIGN] = "foreign"};

void accepted_digest(const void *bytes, size_t len, char (*ret_digest)[ACCEPTED_DIGEST_SIZE])
{
	uint8_t digest[SHA256_DIGEST_SIZE];
	struct sha256_ctx sha;
	struct text t;

	sha256_init(&sha);
	sha256_update(&sha, len, bytes);
	sha256_digest(&sha, sizeof digest, digest);
	TEXT_INTO(&t, *ret_digest);
	text_add_hex(&t, digest, sizeof digest);
}

const char *accepted_find(const char *bytes, size_t len, enum accepted_kind kind, const char *name)
{
	size_t kind_len = strlen(KINDS[kind]), name_len = strlen(name), want = kind_len + 1 + HEX_LEN + 1 + name_len;
	const char *last = bytes + len;

	for (const char *line = bytes, *end; line < last; line = end + 1) {
		const char *digest = line + kind_len + 1;

		end = memchr(line, '\n', (size_t)(last - line));
		end = end != NULL ? end : last;
		if ((size_t)(end - line) == want && memcmp(line, KINDS[kind], kind_len) == 0 && digest[-1] == ' ' && digest[HEX_LEN] == ' ' &&
		    memcmp(digest + HEX_LEN + 1, name, name_len) == 0)
			return digest;
	}
	return NULL;
}

bool accepted_is(const char *found, const char *digest)
{
	return found != NULL && strncmp(found, digest, HEX_LEN) == 0;
}

void accepted_add(struct text *t, enum accepted_kind kind, const char *digest, const char *name)
{
	if (strchr(name, '\n') == NULL)
		text_add_format(t, "%s %s %s\n", KINDS[kind], digest, name);
}

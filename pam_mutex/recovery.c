/* SPDX-License-Identifier: BSD-2-Clause */
/* Recovery codes: made from random bytes, read as people type them, compared by their hashes. */
#include "recovery.h"

#include <errno.h>
#include <nettle/pbkdf2.h>
#include <string.h>

#include "base32.h"
#include "secret.h"
#include "text.h"

#define CODE_BYTES 10
#define CODE_CHARS 16
/* nettle asserts at least one; more than this is no set of ours and would hold a login up. */
#define ITERATIONS_MAX 1000000

_Static_assert(CODE_CHARS * 5 == CODE_BYTES * 8, "a code is its random bytes, no more and no less");
_Static_assert(RECOVERY_RANDOM_BYTES == sizeof((struct login_recovery *)0)->salt + LOGIN_CODES_MAX * CODE_BYTES, "salt, then the codes");

struct canonical {
	uint8_t chars[CODE_CHARS];
};

struct digest {
	uint8_t bytes[LOGIN_CODE_HASH_BYTES];
};

static void canonical_wipe(struct canonical *c)
{
	explicit_bzero(c, sizeof *c);
}
#define CANONICAL_WIPED __attribute__((cleanup(canonical_wipe)))

static void digest_wipe(struct digest *d)
{
	explicit_bzero(d, sizeof *d);
}
#define DIGEST_WIPED __attribute__((cleanup(digest_wipe)))

/* What people read for what was printed. NUL for no character of a code. */
static char canonical_char(char c)
{
	if (c >= 'a' && c <= 'z')
		c = (char)(c - 'a' + 'A');
	if (c == 'O')
		c = '0';
	if (c == 'I' || c == 'L')
		c = '1';
	return c != '\0' && strchr(BASE32_CROCKFORD, c) != NULL ? c : '\0';
}

static int canonical_read(const char *code, size_t len, struct canonical *ret)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		char c = canonical_char(code[i]);

		if (code[i] == ' ' || code[i] == '-')
			continue;
		if (c == '\0' || n == CODE_CHARS)
			return -EINVAL;
		ret->chars[n++] = (uint8_t)c;
	}
	return n == CODE_CHARS ? 0 : -EINVAL;
}

static void hash(const struct login_recovery *recovery, const struct canonical *code, uint8_t ret_hash[LOGIN_CODE_HASH_BYTES])
{
	pbkdf2_hmac_sha256(sizeof code->chars, code->chars, recovery->iterations, sizeof recovery->salt, recovery->salt, LOGIN_CODE_HASH_BYTES,
			   ret_hash);
	secret_burn_stack();
}

static bool is_used(const struct login_recovery *recovery, size_t index)
{
	static const uint8_t zero[LOGIN_CODE_HASH_BYTES];

	return memcmp(recovery->hashes[index], zero, sizeof zero) == 0;
}

void recovery_make(const uint8_t random[RECOVERY_RANDOM_BYTES], int64_t now_s, struct login_recovery *ret_recovery,
		   char ret_codes[LOGIN_CODES_MAX][RECOVERY_CODE_SIZE])
{
	*ret_recovery = (struct login_recovery){.count = LOGIN_CODES_MAX, .iterations = RECOVERY_ITERATIONS, .since_s = now_s};
	memcpy(ret_recovery->salt, random, sizeof ret_recovery->salt);
	for (size_t i = 0; i < LOGIN_CODES_MAX; i++) {
		struct canonical code CANONICAL_WIPED = {{0}};
		struct text t;

		text_init(&t, ret_codes[i], RECOVERY_CODE_SIZE);
		base32_add(&t, BASE32_CROCKFORD, random + sizeof ret_recovery->salt + i * CODE_BYTES, CODE_BYTES, 4, '-');
		(void)canonical_read(ret_codes[i], t.len, &code);
		hash(ret_recovery, &code, ret_recovery->hashes[i]);
	}
}

int recovery_check(const struct login_recovery *recovery, const char *code, size_t len)
{
	struct canonical canonical CANONICAL_WIPED = {{0}};
	struct digest digest DIGEST_WIPED = {{0}};
	int found = -ENOENT;

	if (canonical_read(code, len, &canonical) < 0)
		return -EINVAL;
	if (recovery->count > LOGIN_CODES_MAX || recovery->iterations == 0 || recovery->iterations > ITERATIONS_MAX)
		return -ENOENT;
	hash(recovery, &canonical, digest.bytes);
	for (size_t i = 0; i < recovery->count; i++) {
		bool same = secret_equal((const char *)recovery->hashes[i], LOGIN_CODE_HASH_BYTES, (const char *)digest.bytes, sizeof digest.bytes);

		found = same ? (int)i : found;
	}
	return found;
}

void recovery_use(struct login_recovery *recovery, int index)
{
	if (index >= 0 && index < LOGIN_CODES_MAX)
		explicit_bzero(recovery->hashes[index], LOGIN_CODE_HASH_BYTES);
}

unsigned recovery_left(const struct login_recovery *recovery)
{
	unsigned left = 0;

	for (size_t i = 0; i < recovery->count && i < LOGIN_CODES_MAX; i++)
		left += !is_used(recovery, i);
	return left;
}

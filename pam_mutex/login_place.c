/* SPDX-License-Identifier: BSD-2-Clause */
/* Makes and finds remembered places. */
#include "login_place.h"

#include <nettle/sha2.h>
#include <string.h>

static void add(struct sha256_ctx *hash, const char *text)
{
	sha256_update(hash, strlen(text) + 1, (const uint8_t *)text);
}

void login_place_make(const char *service, const struct login_source *source, const char *tty, const char *boot_id,
		      uint8_t ret_place[LOGIN_PLACE_BYTES])
{
	const uint8_t side = (uint8_t)source->side;
	struct sha256_ctx hash;

	sha256_init(&hash);
	add(&hash, "mutex-place 1");
	add(&hash, service);
	sha256_update(&hash, 1, &side);
	sha256_update(&hash, sizeof source->key, source->key);
	add(&hash, tty);
	add(&hash, boot_id);
	sha256_digest(&hash, LOGIN_PLACE_BYTES, ret_place);
}

static uint32_t of_kind(const struct factor_table *factors, enum factor_kind kind)
{
	uint32_t set = 0;
	bool one_thing = kind == FACTOR_TOTP || kind == FACTOR_RECOVERY;
	int count = 0;

	for (size_t i = 0; i < factors->count; i++)
		if (factors->factors[i].kind == kind) {
			set |= FACTOR_BIT(i);
			count++;
		}
	return one_thing || count == 1 ? set : 0;
}

uint32_t login_place_remembered(const struct login_state *state, const struct factor_table *factors, const uint8_t place[LOGIN_PLACE_BYTES],
				int64_t remember_s, int64_t now_s)
{
	static const enum factor_kind KINDS[] = {FACTOR_TOTP, FACTOR_RECOVERY, FACTOR_PAM, FACTOR_EXEC};
	uint32_t set = 0;

	for (size_t i = 0; i < LOGIN_REMEMBERED_MAX; i++) {
		const struct login_remembered *r = &state->remembered[i];

		if (r->until_s <= now_s || r->until_s - now_s > remember_s || memcmp(r->place, place, LOGIN_PLACE_BYTES) != 0)
			continue;
		for (size_t j = 0; j < sizeof KINDS / sizeof KINDS[0]; j++)
			if ((r->factors & FACTOR_BIT(KINDS[j])) != 0)
				set |= of_kind(factors, KINDS[j]);
	}
	return set;
}

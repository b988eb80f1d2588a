/* SPDX-License-Identifier: BSD-2-Clause */
/* The key of a place where a factor was shown, for `remember`: service, source, terminal and boot in one hash. Pure. */
#ifndef MUTEX_LOGIN_PLACE_H
#define MUTEX_LOGIN_PLACE_H

#include "demand.h"
#include "login_state.h"

#define LOGIN_PLACE_BYTES 16

void login_place_make(const char *service, const struct login_source *source, const char *tty, const char *boot_id,
		      uint8_t ret_place[LOGIN_PLACE_BYTES]);

/* The factors of the table that an entry of the state still holds for this place. Entries keep kinds: of several helpers of one kind none is
 * taken for another. remember_s: what the policy says now; a clock that went back gives nobody more than that. */
uint32_t login_place_remembered(const struct login_state *state, const struct factor_table *factors, const uint8_t place[LOGIN_PLACE_BYTES],
				int64_t remember_s, int64_t now_s);

#endif

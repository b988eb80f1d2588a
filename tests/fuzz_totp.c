/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as an answer to the code prompt: taken as a code of now only when one of the window's three steps has it; taken once. */
#include <stdlib.h>
#include <string.h>

#include "totp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_right(const struct login_totp *totp, const char *code, size_t len, int64_t now)
{
	for (int64_t step = now - 1; step <= now + 1; step++) {
		char right[9];

		if (totp_code(totp, step, right) == 0 && len == strlen(right) && memcmp(right, code, len) == 0)
			return true;
	}
	return false;
}

/* First byte: algorithm and digits; next two: the step (0 stands for none taken), so that a fuzzer finds right codes; the rest is what was typed. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct login_totp totp = {.enrolled = true, .secret_len = 20, .secret = "12345678901234567890"};
	int64_t now, taken = -1;
	enum totp_result result;
	const char *code;

	if (size < 3)
		return 0;
	totp.algorithm = data[0] & 3;
	totp.digits = data[0] & 4 ? 8 : 6;
	now = 2 + (data[1] << 8 | data[2]);
	code = (const char *)data + 3;
	result = totp_check(&totp, code, size - 3, now * TOTP_STEP_S + 7, &taken);
	if ((result == TOTP_RIGHT) != is_right(&totp, code, size - 3, now))
		abort();
	if (result != TOTP_RIGHT)
		return 0;
	totp.last_step = taken;
	if (taken < now - 1 || taken > now + 1 || totp_check(&totp, code, size - 3, now * TOTP_STEP_S, &taken) != TOTP_USED)
		abort();
	return 0;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Time-based one-time codes. liboath calculates; which code counts is decided here, the same way for each step of the window. */
#include "totp.h"

#include <errno.h>
#include <liboath/oath.h>
#include <string.h>

#include "base32.h"
#include "policy.h"
#include "text.h"

#define CODE_SIZE 9

struct code {
	char digits[CODE_SIZE];
};

static void code_wipe(struct code *code)
{
	explicit_bzero(code, sizeof *code);
}
#define CODE_WIPED __attribute__((cleanup(code_wipe)))

static const struct algorithm {
	int flags; /* liboath's */
	const char *name; /* in an otpauth URI */
} algorithms[] = {
	[FACTOR_SHA1] = {0, "SHA1"},
	[FACTOR_SHA256] = {OATH_TOTP_HMAC_SHA256, "SHA256"},
	[FACTOR_SHA512] = {OATH_TOTP_HMAC_SHA512, "SHA512"},
};

static bool is_sound(const struct login_totp *totp)
{
	return (totp->digits == 6 || totp->digits == 8) && totp->secret_len > 0 && totp->secret_len <= LOGIN_SECRET_BYTES_MAX &&
	       totp->algorithm < sizeof algorithms / sizeof algorithms[0];
}

/* liboath leaves the keyed hash and the digits on the stack: who calls this burns it. */
static int generate(const struct login_totp *totp, int64_t step, char ret_code[CODE_SIZE])
{
	if (!is_sound(totp) || step < 0 || step > INT64_MAX / TOTP_STEP_S)
		return -EINVAL;
	return oath_totp_generate2((const char *)totp->secret, totp->secret_len, (time_t)(step * TOTP_STEP_S), TOTP_STEP_S, 0, totp->digits,
				   algorithms[totp->algorithm].flags, ret_code) == OATH_OK
		       ? 0
		       : -EINVAL;
}

int totp_code(const struct login_totp *totp, int64_t step, char ret_code[CODE_SIZE])
{
	int error = generate(totp, step, ret_code);

	secret_burn_stack();
	return error;
}

static bool is_code(const struct login_totp *totp, const char *code, size_t len)
{
	if (len != totp->digits)
		return false;
	for (size_t i = 0; i < len; i++)
		if (code[i] < '0' || code[i] > '9')
			return false;
	return true;
}

enum totp_result totp_check(const struct login_totp *totp, const char *code, size_t len, int64_t now_s, int64_t *ret_step)
{
	int64_t now = now_s / TOTP_STEP_S, found = -1;

	if (totp->enrolled && is_sound(totp) && !is_code(totp, code, len))
		return TOTP_NO_CODE;
	if (!totp->enrolled || !is_sound(totp) || now_s < 0)
		return TOTP_WRONG;
	for (int64_t step = now - TOTP_WINDOW; step <= now + TOTP_WINDOW; step++) {
		struct code right CODE_WIPED = {{0}};
		bool same = generate(totp, step, right.digits) == 0 && secret_equal(right.digits, totp->digits, code, len);

		/* Should two steps have one code, the later one counts: then the earlier one is used up too. */
		found = same ? step : found;
	}
	secret_burn_stack();
	if (found < 0)
		return TOTP_WRONG;
	if (found <= totp->last_step)
		return TOTP_USED;
	*ret_step = found;
	return TOTP_RIGHT;
}

/* RFC 3986: unreserved characters stand for themselves. */
static void add_percent_encoded(struct text *t, const char *s)
{
	static const char unreserved[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
	static const char hex[] = "0123456789ABCDEF";

	for (; *s != '\0'; s++) {
		unsigned char byte = (unsigned char)*s;

		if (strchr(unreserved, *s) != NULL) {
			text_add_char(t, *s);
			continue;
		}
		text_add_char(t, '%');
		text_add_char(t, hex[byte >> 4]);
		text_add_char(t, hex[byte & 15]);
	}
}

int totp_uri(const struct login_totp *totp, const char *issuer, const char *user, struct text *t)
{
	if (!is_sound(totp))
		return -EINVAL;
	text_add(t, "otpauth://totp/");
	add_percent_encoded(t, issuer);
	text_add_char(t, ':');
	add_percent_encoded(t, user);
	text_add(t, "?secret=");
	base32_add(t, BASE32_RFC4648, totp->secret, totp->secret_len, 0, '\0');
	text_add(t, "&issuer=");
	add_percent_encoded(t, issuer);
	text_add(t, "&algorithm=");
	text_add(t, algorithms[totp->algorithm].name);
	text_add(t, "&digits=");
	text_add_int(t, totp->digits);
	text_add(t, "&period=");
	text_add_int(t, TOTP_STEP_S);
	return text_end(t);
}

void totp_secret_text(const struct login_totp *totp, struct text *t)
{
	base32_add(t, BASE32_RFC4648, totp->secret, totp->secret_len, 4, ' ');
}

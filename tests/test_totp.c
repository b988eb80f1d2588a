/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of pam_mutex/totp.c: RFC 6238's vectors, the window's edges, each step once, what is no code. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "policy.h"
#include "text.h"
#include "totp.h"

static const char SEED[] = "1234567890123456789012345678901234567890123456789012345678901234";
static const uint8_t seed_len[] = {[FACTOR_SHA1] = 20, [FACTOR_SHA256] = 32, [FACTOR_SHA512] = 64};

static struct login_totp enrolled(uint8_t algorithm, uint8_t digits)
{
	struct login_totp totp = {.enrolled = true, .algorithm = algorithm, .digits = digits, .secret_len = seed_len[algorithm]};

	memcpy(totp.secret, SEED, totp.secret_len);
	return totp;
}

/* RFC 6238, appendix B. */
static const struct vector {
	int64_t time_s;
	const char *codes[3];
} vectors[] = {
	{59, {"94287082", "46119246", "90693936"}},
	{1111111109, {"07081804", "68084774", "25091201"}},
	{1111111111, {"14050471", "67062674", "99943326"}},
	{1234567890, {"89005924", "91819424", "93441116"}},
	{2000000000, {"69279037", "90698825", "38618901"}},
	{20000000000, {"65353130", "77737706", "47863826"}},
};

static void gives_the_vectors_of_rfc_6238(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
		for (uint8_t algorithm = FACTOR_SHA1; algorithm <= FACTOR_SHA512; algorithm++) {
			const struct vector *v = &vectors[i];
			struct login_totp eight = enrolled(algorithm, 8), six = enrolled(algorithm, 6);
			int64_t step = -1;
			char code[9];

			assert_int_equal(totp_code(&eight, v->time_s / TOTP_STEP_S, code), 0);
			assert_string_equal(code, v->codes[algorithm]);
			assert_int_equal(totp_code(&six, v->time_s / TOTP_STEP_S, code), 0);
			assert_string_equal(code, v->codes[algorithm] + 2);
			assert_int_equal(totp_check(&eight, v->codes[algorithm], 8, v->time_s, &step), TOTP_RIGHT);
			assert_int_equal(step, v->time_s / TOTP_STEP_S);
		}
	}
}

/* Time at which the code of the step 37037036 (1111111080 s to 1111111109 s) is shown. */
#define STEP 37037036
static const struct window_row {
	const char *name;
	int64_t now_s, last_step;
	enum totp_result result;
} window_rows[] = {
	{"first second of its step", STEP * 30LL, 0, TOTP_RIGHT},
	{"last second of its step", STEP * 30LL + 29, 0, TOTP_RIGHT},
	{"first second of the window", (STEP - 1) * 30LL, 0, TOTP_RIGHT},
	{"a second before the window", (STEP - 1) * 30LL - 1, 0, TOTP_WRONG},
	{"last second of the window", (STEP + 1) * 30LL + 29, 0, TOTP_RIGHT},
	{"a second behind the window", (STEP + 2) * 30LL, 0, TOTP_WRONG},
	{"the step before was used", STEP * 30LL, STEP - 1, TOTP_RIGHT},
	{"the step itself was used", STEP * 30LL, STEP, TOTP_USED},
	{"the step itself was used, seen early", (STEP - 1) * 30LL, STEP, TOTP_USED},
	{"the step itself was used, seen late", (STEP + 1) * 30LL, STEP, TOTP_USED},
	{"the step behind was used", STEP * 30LL, STEP + 1, TOTP_USED},
	{"the clock went back a year", STEP * 30LL, STEP + 1051200, TOTP_USED},
	{"before the epoch", -1, 0, TOTP_WRONG},
	{"long before the epoch", INT64_MIN, 0, TOTP_WRONG},
	{"at the end of time", INT64_MAX, 0, TOTP_WRONG},
};

static void takes_a_step_once_within_the_window(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof window_rows / sizeof window_rows[0]; i++) {
		const struct window_row *row = &window_rows[i];
		struct login_totp totp = enrolled(FACTOR_SHA1, 8);
		int64_t step = -1;

		totp.last_step = row->last_step;
		if (totp_check(&totp, "07081804", 8, row->now_s, &step) != row->result)
			fail_msg("%s", row->name);
		if (step != (row->result == TOTP_RIGHT ? STEP : -1))
			fail_msg("%s: step", row->name);
	}
}

static const struct code_row {
	const char *name, *code;
	size_t len;
	enum totp_result result;
} code_rows[] = {
	{"right", "07081804", 8, TOTP_RIGHT},
	{"last digit differs", "07081805", 8, TOTP_WRONG},
	{"first digit differs", "17081804", 8, TOTP_WRONG},
	{"other digits behind its end", "070818041", 8, TOTP_RIGHT},
	{"nothing", "", 0, TOTP_NO_CODE},
	{"seven digits", "0708180", 7, TOTP_NO_CODE},
	{"nine digits", "070818040", 9, TOTP_NO_CODE},
	{"without the leading zero", "7081804", 7, TOTP_NO_CODE},
	{"a blank in front", " 7081804", 8, TOTP_NO_CODE},
	{"a blank behind", "0708180 ", 8, TOTP_NO_CODE},
	{"a sign", "+7081804", 8, TOTP_NO_CODE},
	{"a password", "password", 8, TOTP_NO_CODE},
	{"NUL inside", "0708\0" "804", 8, TOTP_NO_CODE},
	{"full-width digits", "\xef\xbc\x90\xef\xbc\x97\x30\x38", 8, TOTP_NO_CODE},
};

static void takes_exactly_so_many_ascii_digits(void **state)
{
	struct login_totp totp = enrolled(FACTOR_SHA1, 8);
	int64_t step;

	(void)state;
	for (size_t i = 0; i < sizeof code_rows / sizeof code_rows[0]; i++) {
		const struct code_row *row = &code_rows[i];

		if (totp_check(&totp, row->code, row->len, 1111111109, &step) != row->result)
			fail_msg("%s", row->name);
	}
}

static void nothing_fits_what_is_not_enrolled_or_not_sound(void **state)
{
	struct login_totp not_enrolled = enrolled(FACTOR_SHA1, 8), rows[4];
	int64_t step = -1;
	char code[9];

	(void)state;
	not_enrolled.enrolled = false;
	assert_int_equal(totp_check(&not_enrolled, "07081804", 8, 1111111109, &step), TOTP_WRONG);
	for (size_t i = 0; i < 4; i++)
		rows[i] = enrolled(FACTOR_SHA1, 8);
	rows[0].digits = 7;
	rows[1].algorithm = 3;
	rows[2].secret_len = 0;
	rows[3].secret_len = LOGIN_SECRET_BYTES_MAX + 1;
	for (size_t i = 0; i < 4; i++) {
		struct text t;
		char uri[512];

		assert_int_equal(totp_code(&rows[i], STEP, code), -EINVAL);
		assert_int_equal(totp_check(&rows[i], "07081804", 8, 1111111109, &step), TOTP_WRONG);
		TEXT_INTO(&t, uri);
		assert_int_equal(totp_uri(&rows[i], "a", "b", &t), -EINVAL);
	}
	rows[0] = enrolled(FACTOR_SHA1, 8);
	assert_int_equal(totp_code(&rows[0], -1, code), -EINVAL);
	assert_int_equal(totp_code(&rows[0], INT64_MAX, code), -EINVAL);
	assert_int_equal(step, -1);
}

static void writes_uri_and_secret(void **state)
{
	struct login_totp totp = enrolled(FACTOR_SHA1, 6);
	char bytes[512], small[40];
	struct text t;

	(void)state;
	TEXT_INTO(&t, bytes);
	assert_int_equal(totp_uri(&totp, "Kaisha & Co: a", "alice", &t), 0);
	assert_string_equal(bytes, "otpauth://totp/Kaisha%20%26%20Co%3A%20a:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
				   "&issuer=Kaisha%20%26%20Co%3A%20a&algorithm=SHA1&digits=6&period=30");
	totp.algorithm = FACTOR_SHA512;
	totp.digits = 8;
	totp.secret_len = 4;
	TEXT_INTO(&t, bytes);
	assert_int_equal(totp_uri(&totp, "\xe4\xbc\x9a", "b\"?", &t), 0);
	assert_string_equal(bytes, "otpauth://totp/%E4%BC%9A:b%22%3F?secret=GEZDGNA&issuer=%E4%BC%9A&algorithm=SHA512&digits=8&period=30");
	TEXT_INTO(&t, small);
	assert_int_equal(totp_uri(&totp, "issuer", "alice", &t), -EOVERFLOW);
	TEXT_INTO(&t, bytes);
	totp_secret_text(&totp, &t);
	assert_string_equal(bytes, "GEZD GNA");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_the_vectors_of_rfc_6238),
		cmocka_unit_test(takes_a_step_once_within_the_window),
		cmocka_unit_test(takes_exactly_so_many_ascii_digits),
		cmocka_unit_test(nothing_fits_what_is_not_enrolled_or_not_sound),
		cmocka_unit_test(writes_uri_and_secret),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* The catalogue: complete in both languages, the same placeholders, short enough for PAM, arguments escaped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "message.h"
#include "text.h"
#include "utf8.h"

#define RAW_BYTES_MAX 400 /* leaves 111 bytes for the arguments in a message of PAM */

static const char *const NAMES[MESSAGE_MAX] = {
#define MESSAGE_NAME(id, english) [MESSAGE_##id] = #id,
	MESSAGES(MESSAGE_NAME)
#undef MESSAGE_NAME
};

/* A bit for each placeholder; any other brace is a slip of the pen. */
static unsigned placeholders_of(const char *s)
{
	unsigned found = 0;

	for (; *s != '\0'; s++) {
		if (*s != '{' && *s != '}')
			continue;
		assert_true(s[0] == '{' && s[1] >= '0' && s[1] <= '9' && s[2] == '}');
		found |= 1U << (s[1] - '0');
		s += 2;
	}
	return found;
}

static void every_text_is_there_and_short(void **state)
{
	(void)state;
	for (int language = 0; language < LANGUAGE_MAX; language++)
		for (int id = 0; id < MESSAGE_MAX; id++) {
			const char *raw = message_raw((enum language)language, (enum message_id)id);
			size_t count;

			print_message("%d %s\n", language, NAMES[id]);
			assert_non_null(raw);
			assert_in_range(strlen(raw), 1, RAW_BYTES_MAX);
			assert_int_equal(utf8_count(raw, strlen(raw), &count), 0);
		}
}

static void placeholders_are_the_same_and_without_gaps(void **state)
{
	(void)state;
	for (int id = 0; id < MESSAGE_MAX; id++) {
		unsigned english = placeholders_of(message_raw(LANGUAGE_EN, (enum message_id)id));

		print_message("%s\n", NAMES[id]);
		assert_int_equal(placeholders_of(message_raw(LANGUAGE_JA, (enum message_id)id)), english);
		assert_int_equal(english & (english + 1), 0);
	}
}

static void japanese_is_japanese(void **state)
{
	(void)state;
	for (int id = 0; id < MESSAGE_MAX; id++) {
		const char *at = message_raw(LANGUAGE_JA, (enum message_id)id), *end = at + strlen(at);
		size_t japanese = 0;
		uint32_t c;

		while (at < end && utf8_next(&at, end, &c) == 0)
			japanese += (c >= 0x3041 && c <= 0x30ff) || (c >= 0x4e00 && c <= 0x9fff);
		print_message("%s\n", NAMES[id]);
		assert_true(japanese > 0);
	}
}

/* The naive way, for messages whose placeholders are known to be well formed. */
static void fill_in(const char *raw, const char *const *texts, char *out)
{
	for (; *raw != '\0'; raw++) {
		if (*raw != '{') {
			*out++ = *raw;
			continue;
		}
		memcpy(out, texts[raw[1] - '0'], strlen(texts[raw[1] - '0']));
		out += strlen(texts[raw[1] - '0']);
		raw += 2;
	}
	*out = '\0';
}

static void puts_arguments_in_escaped(void **state)
{
	/* The second one shows that what an argument holds is no placeholder; the third is missing, the rest are more than given. */
	static const char *const ARGS[] = {"to\nkyo", "{0}", NULL};
	static const char *const TEXTS[10] = {"to\\x0akyo", "{0}", "", "", "", "", "", "", "", ""};
	static const char *const NONE[10] = {"", "", "", "", "", "", "", "", "", ""};
	unsigned seen = 0;

	(void)state;
	for (int language = 0; language < LANGUAGE_MAX; language++)
		for (int id = 0; id < MESSAGE_MAX; id++) {
			const char *raw = message_raw((enum language)language, (enum message_id)id);
			char buf[1024], want[1024];
			struct text t;

			print_message("%d %s\n", language, NAMES[id]);
			seen |= placeholders_of(raw);
			TEXT_INTO(&t, buf);
			message_add(&t, (enum language)language, (enum message_id)id, ARGS, sizeof ARGS / sizeof ARGS[0]);
			fill_in(raw, TEXTS, want);
			assert_string_equal(buf, want);
			TEXT_INTO(&t, buf);
			message_add(&t, (enum language)language, (enum message_id)id, NULL, 0);
			fill_in(raw, NONE, want);
			assert_string_equal(buf, want);
		}
	assert_int_equal(seen & 3, 3); /* or the loop has shown nothing */
}

static void adds_all_or_nothing(void **state)
{
	char buf[20];
	struct text t;

	(void)state;
	TEXT_INTO(&t, buf);
	text_add(&t, "before ");
	message_add(&t, LANGUAGE_EN, MESSAGE_REASON_TOO_SHORT, (const char *const[]){"7", "15"}, 2);
	assert_true(text_end(&t) < 0);
	assert_string_equal(buf, "before ");
}

static void knows_the_language_of_a_locale(void **state)
{
	static const struct {
		const char *locale;
		enum language want;
	} ROWS[] = {
		{"ja_JP.UTF-8", LANGUAGE_JA}, {"ja_JP.utf8", LANGUAGE_JA}, {"ja_JP", LANGUAGE_JA}, {"ja", LANGUAGE_JA},
		{"ja.UTF-8", LANGUAGE_JA}, {"ja_JP.UTF-8@x", LANGUAGE_JA}, {"ja@x", LANGUAGE_JA},
		{"ja_JP.eucJP", LANGUAGE_EN}, {"ja_JP.SJIS", LANGUAGE_EN}, {"ja_JP.UTF-80", LANGUAGE_EN},
		{"C", LANGUAGE_EN}, {"C.UTF-8", LANGUAGE_EN}, {"en_US.UTF-8", LANGUAGE_EN}, {"jam_JM.UTF-8", LANGUAGE_EN},
		{"j", LANGUAGE_EN}, {"", LANGUAGE_EN}, {NULL, LANGUAGE_EN},
	};

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		print_message("%s\n", ROWS[i].locale == NULL ? "(null)" : ROWS[i].locale);
		assert_int_equal(message_language_of_locale(ROWS[i].locale), ROWS[i].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_text_is_there_and_short), cmocka_unit_test(placeholders_are_the_same_and_without_gaps),
		cmocka_unit_test(japanese_is_japanese),          cmocka_unit_test(puts_arguments_in_escaped),
		cmocka_unit_test(adds_all_or_nothing),           cmocka_unit_test(knows_the_language_of_a_locale),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

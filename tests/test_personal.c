/* SPDX-License-Identifier: BSD-2-Clause */
/* Words of person, place and company inside a password, and what remains without them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "password.h"
#include "personal.h"

static const char *const GROUPS[] = {"users", "sudo", "accounting"};
static const struct person PERSON = {.name = "tyamada", .uid = 1000, .groups = GROUPS, .group_count = 3};

static void find(const char *password, int64_t min_remainder, struct personal_words *ret_words)
{
	static const char *const COMPANY[] = {"mutex", "Blue Heron", "株式会社", NULL};
	struct settings settings = {.password_personal_words = true, .password_min_remainder = min_remainder};
	struct password_facts facts = {
		.password = password,
		.len = strlen(password),
		.person = &PERSON,
		.full_name = "Taro Yamada-Ōno,Room 5,山田太郎,",
		.home = "/home/oldlogin",
		.host = "lapwing-07",
		.domain = "corp.example.jp",
	};

	settings.password_company_words = (struct word_list){COMPANY, 3};
	personal_find(&facts, &settings, ret_words);
}

static void finds_words(void **state)
{
	static const struct {
		const char *name, *password, *person, *company;
	} ROWS[] = {
		{"none", "gravel-teapot-9", "", ""},
		{"login", "tyamada-4711", "tyamada", ""},
		{"login with capitals", "TYamada-4711", "tyamada", ""},
		{"login with substitutions", "7y@m4da-4711", "tyamada", ""},
		{"login backwards", "adamayt-4711", "tyamada", ""},
		{"full name's part", "yamada-4711", "Yamada", ""},
		{"full name's part, long vowel", "ono-4711", "Ōno", ""},
		{"given name", "taro1234567", "Taro", ""},
		{"initial and surname", "xyamada-4711", "Yamada", ""},
		{"given name and initial", "taroy-4711", "TaroY", ""},
		{"other GECOS field", "room-471", "Room", ""},
		{"name in Japanese script", "山田太郎1234567", "山田太郎", ""},
		{"part of a name in Japanese script: no word", "山田123456", "", ""},
		{"home folder", "oldlogin-4711", "oldlogin", ""},
		{"group", "accounting-47", "accounting", ""},
		{"host's label", "lapwing-4711", "lapwing", ""},
		{"whole host", "lapwing-07-ab", "lapwing-07", ""},
		{"domain's label", "example-4711", "example", ""},
		{"company", "Mutex-4711", "", "mutex"},
		{"company's part", "heron-4711", "", "Heron"},
		{"company in Japanese script", "株式会社1234567", "", "株式会社"},
		{"enough remains: eight", "yamada-4711xyz", "", ""},
		{"enough remains: a group in a long passphrase", "two-sudo-otter-violin", "", ""},
		{"both, each enough", "yamada-heron", "Yamada", "Heron"},
		{"both, only together", "xsudoyymutexzz", "sudo", "mutex"},
		{"overlapping words count once", "usersudoabcdefg", "users", ""},
		{"two letters are no word", "jp-12345", "", ""},
		{"nothing but the word", "tyamada", "tyamada", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		struct personal_words words;

		print_message("%s\n", ROWS[i].name);
		find(ROWS[i].password, 8, &words);
		assert_string_equal(words.person, ROWS[i].person);
		assert_string_equal(words.company, ROWS[i].company);
	}
}

static void bounds_the_remainder(void **state)
{
	struct personal_words words;

	(void)state;
	find("mutex-4711", 5, &words);
	assert_string_equal(words.company, "");
	find("mutex-4711", 6, &words);
	assert_string_equal(words.company, "mutex");
	find("mutex-", 0, &words); /* off, but the word alone is never enough */
	assert_string_equal(words.company, "");
	find("mutexMUTEX", 0, &words);
	assert_string_equal(words.company, "mutex");
}

static void does_without_facts(void **state)
{
	struct settings settings = {.password_personal_words = true, .password_min_remainder = 8};
	struct password_facts facts = {.password = "tyamada", .len = 7};
	struct personal_words words;

	(void)state;
	personal_find(&facts, &settings, &words);
	assert_string_equal(words.person, "");
	assert_string_equal(words.company, "");
}

/* The bit sets carry from word to word: every offset of a word in 511 bytes. */
static void finds_a_word_everywhere(void **state)
{
	static const struct person LONG = {.name = "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijkl", .uid = 1};
	struct settings settings = {.password_personal_words = true, .password_min_remainder = 64};
	char password[511];

	(void)state;
	for (size_t len = 64; len <= sizeof password; len += 149)
		for (size_t at = 0; at + 64 <= len; at++) {
			struct password_facts facts = {.password = password, .len = len, .person = &LONG};
			struct personal_words words;

			memset(password, '.', sizeof password);
			memcpy(password + at, LONG.name, 64);
			settings.password_min_remainder = (int64_t)len - 64;
			personal_find(&facts, &settings, &words);
			assert_string_equal(words.person, len == 64 ? "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijk" : "");
			settings.password_min_remainder = (int64_t)len - 63;
			personal_find(&facts, &settings, &words);
			assert_int_equal(strlen(words.person), 63);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_words),
		cmocka_unit_test(bounds_the_remainder),
		cmocka_unit_test(does_without_facts),
		cmocka_unit_test(finds_a_word_everywhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

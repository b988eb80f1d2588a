/* SPDX-License-Identifier: BSD-2-Clause */
/* What is easy to guess, and what is not. it_corpus.sh measures the same on whole lists. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "common_passwords.h"
#include "guess.h"

static void knows_what_is_easy(void **state)
{
	static const struct {
		const char *name, *password;
		bool want;
	} ROWS[] = {
		{"in the list", "password", true},
		{"capital, digits, sign", "Password123!", true},
		{"substitutions and year", "P@ssw0rd2024", true},
		{"all capitals", "PASSWORD1234", true},
		{"backwards", "drowssap", true},
		{"backwards with a capital", "Drowssap1!", true},
		{"keyboard row", "qwertyuiop12", true},
		{"keyboard columns", "1qaz2wsx3edc", true},
		{"keyboard with shift", "!QAZ2wsx#EDC", true},
		{"JIS keyboard row", "qwertyuiop@[", true},
		{"JIS digits with shift", "!\"#$%&'()", true},
		{"zigzag over the keyboard", "zse4xdr5cft6", true},
		{"season and year", "Summer2026!!", true},
		{"season and year in Japanese", "Natsuyasumi2026", true},
		{"name and year", "Jennifer1987", true},
		{"Japanese name and year", "Tanaka1987!", true},
		{"romaji", "sakura1234", true},
		{"romaji sentence", "watashinonamae", true},
		{"iroha", "irohanihoheto", true},
		{"famous passphrase", "correct horse battery staple", true},
		{"the same with hyphens and capitals", "Correct-Horse-Battery-Staple", true},
		{"the same without blanks", "correcthorsebatterystaple", true},
		{"one letter", "aaaaaaaaaaaaaaaa", true},
		{"two letters in turn", "abababababababab", true},
		{"word repeated", "otterotterotterotter", true},
		{"alphabet", "abcdefghijklmnop", true},
		{"digits", "12345678901234567890", true},
		{"date", "19870412", true},
		{"two common words", "lovemonkey", true},
		{"word between digits", "12monkey34", true},
		{"more digits than word", "Monkey123456789", true},

		{"three random words and a number", "otter-violin-tundra-38", false},
		{"four random words", "gravel teapot nimbus walrus", false},
		{"four random words glued", "gravelteapotnimbuswalrus", false},
		{"four short words", "acid bulb chip dusk", false},
		{"random, 8 of all", "xK4!mq9Z", false},
		{"random, 12 letters", "qzvkjwxhmbtf", false},
		{"random, 12 letters and digits", "x7k2m9q4w8zt", false},
		{"random, 12 of all", "f;9L&v@T]q2z", false},
		{"Japanese words, random", "tsukue-pengin-ramune-42", false},
		{"Japanese script", "そらとぶぺんぎんとつくえ", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		print_message("%s\n", ROWS[i].name);
		assert_int_equal(guess_is_easy(ROWS[i].password, strlen(ROWS[i].password)), ROWS[i].want);
	}
}

/* What is done to a word makes it dearer, never cheaper, but not by much. */
static void counts_what_is_done_to_a_word(void **state)
{
	static const char *const CHANGED[] = {"Monkey", "MONKEY", "m0nkey", "yeknom", "monkeymonkey", "monkey1", "monkey!"};
	unsigned plain = guess_bits("monkey", 6, 80);

	(void)state;
	assert_in_range(plain, 1, 10);
	for (size_t i = 0; i < sizeof CHANGED / sizeof CHANGED[0]; i++) {
		unsigned bits = guess_bits(CHANGED[i], strlen(CHANGED[i]), 80);

		print_message("%s %u\n", CHANGED[i], bits);
		assert_in_range(bits, plain, plain + 12);
	}
}

/* Each sort of piece is known for what it is: neither as dear as the same characters one by one, nor for nothing. */
static void prices_each_sort_of_piece(void **state)
{
	static const struct {
		const char *name, *password;
		unsigned min, max;
	} ROWS[] = {
		{"day, month, year", "17051989", 14, 18},
		{"year, month, day", "19890517", 14, 18},
		{"alphabet from its middle", "hijklmnopqrs", 8, 16},
		{"walk over the keyboard, turning", "rdcvgyhnjui", 25, 42},
		{"word with substitutions", "t3l3v1s10n", 10, 22},
		{"two words", "otterviolin", 30, 38},
		{"two words, one in capitals", "OTTERviolin", 31, 40},
		{"letters repeated", "zqjzqjzqjzqj", 15, 26},
	};

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		print_message("%s\n", ROWS[i].name);
		assert_in_range(guess_bits(ROWS[i].password, strlen(ROWS[i].password), 80), ROWS[i].min, ROWS[i].max);
	}
}

/* A word backwards may be the only way over a place that nothing else leads to: a narrow limit must not stop before it. */
static void says_the_same_at_every_limit(void **state)
{
	static const char *const PASSWORDS[] = {"46!!", "monkey", "nilaivretto", "zq0412", "otterviolin"};

	(void)state;
	for (size_t i = 0; i < sizeof PASSWORDS / sizeof PASSWORDS[0]; i++) {
		size_t len = strlen(PASSWORDS[i]);
		unsigned bits = guess_bits(PASSWORDS[i], len, 80);

		for (unsigned limit = 1; limit < 80; limit++)
			assert_int_equal(guess_bits(PASSWORDS[i], len, limit), bits <= limit ? bits : limit + 1);
	}
}

static void stays_within_its_limit(void **state)
{
	char random[512];

	(void)state;
	for (size_t i = 0; i < sizeof random; i++)
		random[i] = (char)(33 + (i * i * 31 + i / 3 * 7) % 90);
	assert_int_equal(guess_bits(random, 511, 60), 61);
	assert_int_equal(guess_bits(random, 512, 60), 61);
	assert_false(guess_is_easy(random, 511));
	assert_false(guess_is_easy(random, 512));
	assert_int_equal(guess_bits("", 0, 60), 0);
}

static void reads_the_words(void **state)
{
	static const struct {
		const char *word;
		bool want;
	} ROWS[] = {
		{"password", true}, {"television", true}, {"sakura", true}, {"tanaka", true}, {"1qaz2wsx", true}, {"passwor", true},
		{"passwordqj", false}, {"Password", false}, {"", false}, {"zzzzzzzzzq", false}, {"\xe3\x81\x82", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		print_message("%s\n", ROWS[i].word);
		assert_int_equal(common_passwords_contains(ROWS[i].word, strlen(ROWS[i].word)), ROWS[i].want);
	}
}

/* Rows that the guesser alone would not know, and the edges of the list. */
static void reads_the_passwords(void **state)
{
	static const struct {
		const char *name, *password;
		bool want;
	} ROWS[] = {
		{"typed with another layout", "gfhjkm", true},
		{"from a program", "k561me6", true},
		{"the same with a capital", "K561me6", true},
		{"the same with substitutions", "k561m36", true},
		{"the same with a year behind it", "k561me61999", true},
		{"the same with as much behind it", "k561me6!!!!!!!", true},
		{"the same with more behind it", "k561me6!!!!!!!!", false},
		{"the same with a letter behind it", "k561me6x", false},
		{"the same with something before it", "!k561me6", false},
		{"shorter than any in the list", "abcd", false},
		{"shorter, decorated", "abcq1", false},
		{"none", "", false},
		{"random", "qzvkjwxhmbtf", false},
		{"Japanese script", "そらとぶぺんぎん", false},
	};
	char longest[512];

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		print_message("%s\n", ROWS[i].name);
		assert_int_equal(common_passwords_lists(ROWS[i].password, strlen(ROWS[i].password)), ROWS[i].want);
	}
	memset(longest, '1', sizeof longest);
	assert_false(common_passwords_lists(longest, 511));
	assert_false(common_passwords_lists(longest, 512));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_what_is_easy),
		cmocka_unit_test(counts_what_is_done_to_a_word),
		cmocka_unit_test(prices_each_sort_of_piece),
		cmocka_unit_test(says_the_same_at_every_limit),
		cmocka_unit_test(stays_within_its_limit),
		cmocka_unit_test(reads_the_words),
		cmocka_unit_test(reads_the_passwords),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of pam_mutex/verify_protocol.c: each message by a table, all sequences to a depth against a plain reference. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "verify_protocol.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* --- packets --- */

#define PACKET(bytes) bytes, sizeof(bytes) - 1
static const struct {
	const char *name, *packet;
	size_t len;
	int wanted;
} PACKETS[] = {
	{"start", PACKET("\x01\0\x0b\0i3lock\n\n:0"), -EPROTO}, /* the length is wrong by one */
	{"start", PACKET("\x01\0\x0a\0i3lock\n\n:0"), 0},
	{"hidden prompt", PACKET("\x02\0\x0a\0Password: "), 0},
	{"shown prompt", PACKET("\x02\x01\x06\0Code: "), 0},
	{"prompt without text", PACKET("\x02\0\0\0"), 0},
	{"info", PACKET("\x03\x02\x02\0hi"), 0},
	{"error", PACKET("\x03\x03\x02\0hi"), 0},
	{"hello", PACKET("\x03\x02\0\0"), 0},
	{"answer", PACKET("\x04\0\x02\0pw"), 0},
	{"empty answer", PACKET("\x04\0\0\0"), 0},
	{"result", PACKET("\x05\0\x01\0" "0"), 0},
	{"nothing", PACKET(""), -EPROTO},
	{"half a header", PACKET("\x04\0\0"), -EPROTO},
	{"kind zero", PACKET("\0\0\0\0"), -EPROTO},
	{"kind behind the last", PACKET("\x06\0\0\0"), -EPROTO},
	{"kind 255", PACKET("\xff\0\0\0"), -EPROTO},
	{"prompt with the style of a text", PACKET("\x02\x02\0\0"), -EPROTO},
	{"text with the style of a prompt", PACKET("\x03\x01\0\0"), -EPROTO},
	{"answer with a style", PACKET("\x04\x01\0\0"), -EPROTO},
	{"result with a style", PACKET("\x05\x02\x01\0" "0"), -EPROTO},
	{"style behind the last", PACKET("\x02\x04\0\0"), -EPROTO},
	{"style 255", PACKET("\x03\xff\0\0"), -EPROTO},
	{"length one too large", PACKET("\x04\0\x03\0pw"), -EPROTO},
	{"length one too small: a byte behind", PACKET("\x04\0\x01\0pw"), -EPROTO},
	{"length in the upper byte", PACKET("\x04\0\0\x02pw"), -EPROTO},
	{"NUL in the text", PACKET("\x04\0\x03\0p\0w"), -EPROTO},
	{"NUL at the end of the text", PACKET("\x04\0\x03\0pw\0"), -EPROTO},
	{"start too short for its parts", PACKET("\x01\0\x02\0\n\n"), -EPROTO},
	{"result without a code", PACKET("\x05\0\0\0"), -EPROTO},
	{"result of three digits", PACKET("\x05\0\x03\0" "100"), -EPROTO},
};

static void packets_are_taken_or_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(PACKETS); i++) {
		unsigned char again[VERIFY_PACKET_MAX];
		struct verify_message m;
		int r = verify_decode((const unsigned char *)PACKETS[i].packet, PACKETS[i].len, &m);

		if (r != PACKETS[i].wanted)
			print_error("%s: %d\n", PACKETS[i].name, r);
		assert_int_equal(r, PACKETS[i].wanted);
		if (r < 0)
			continue;
		assert_int_equal(verify_encode(&m, again), PACKETS[i].len);
		assert_memory_equal(again, PACKETS[i].packet, PACKETS[i].len);
		assert_int_equal(strlen(m.text), m.len);
	}
}

static void the_longest_text_fits_and_no_longer_one(void **state)
{
	unsigned char packet[VERIFY_PACKET_MAX + 1];
	struct verify_message m = {.kind = VERIFY_ANSWER, .len = VERIFY_TEXT_MAX}, back;

	(void)state;
	memset(m.text, 'x', VERIFY_TEXT_MAX);
	assert_int_equal(verify_encode(&m, packet), VERIFY_PACKET_MAX);
	assert_int_equal(verify_decode(packet, VERIFY_PACKET_MAX, &back), 0);
	assert_int_equal(strlen(back.text), VERIFY_TEXT_MAX);
	m.len++;
	assert_int_equal(verify_encode(&m, packet), -EMSGSIZE);
	packet[2]++;
	if (packet[2] == 0)
		packet[3]++;
	packet[VERIFY_PACKET_MAX] = 'x';
	assert_int_equal(verify_decode(packet, VERIFY_PACKET_MAX + 1, &back), -EPROTO);
}

static void only_sound_messages_are_written(void **state)
{
	static const struct verify_message BAD[] = {
		{.kind = 0}, {.kind = VERIFY_KIND_MAX}, {.kind = VERIFY_PROMPT, .style = VERIFY_INFO}, {.kind = VERIFY_RESULT},
		{.kind = VERIFY_ANSWER, .len = 3, .text = "a\0b"},
	};
	unsigned char packet[VERIFY_PACKET_MAX];

	(void)state;
	for (size_t i = 0; i < COUNT(BAD); i++)
		assert_int_equal(verify_encode(&BAD[i], packet), -EPROTO);
}

/* --- who may say what, when --- */

/* The reference: what may follow what, by letters. S start, P prompt, T text, A answer, R result. */
static const char LETTERS[VERIFY_KIND_MAX] = {'?', 'S', 'P', 'T', 'A', 'R'};

static bool may_follow(char before, char now)
{
	switch (before) {
	case '^': return now == 'S';
	case 'S': case 'T': case 'A': return now == 'T' || now == 'P' || now == 'R';
	case 'P': return now == 'A';
	}
	return false;
}

static struct verify_message sample(unsigned kind)
{
	struct verify_message m = {.kind = (enum verify_kind)kind};

	m.style = kind == VERIFY_TELL ? VERIFY_INFO : 0;
	(void)snprintf(m.text, sizeof m.text, "%s", kind == VERIFY_START ? "s\n\n" : kind == VERIFY_RESULT ? "0" : "");
	m.len = strlen(m.text);
	return m;
}

/* Both ends take the same steps: one dialogue stands for either. */
static size_t walk(struct verify_dialogue d, char *path, size_t depth, size_t max)
{
	size_t walked = 1;

	if (depth == max)
		return 1;
	for (unsigned kind = 0; kind <= VERIFY_KIND_MAX; kind++) {
		struct verify_dialogue next = d;
		struct verify_message m = sample(kind);
		char letter = kind < VERIFY_KIND_MAX ? LETTERS[kind] : '?', before = depth == 0 ? '^' : path[depth - 1];
		bool wanted = d.state != VERIFY_CLOSED && may_follow(before, letter);
		int r = verify_dialogue_step(&next, &m);

		path[depth] = letter;
		path[depth + 1] = '\0';
		if ((r == 0) != wanted || (r < 0 && (r != -EPROTO || next.state != VERIFY_CLOSED)))
			fail_msg("%s: %d, state %d", path, r, (int)next.state);
		if (letter == 'R' && next.state != VERIFY_CLOSED)
			fail_msg("%s: open behind the result", path);
		walked += walk(next, path, depth + 1, max);
	}
	return walked;
}

static void all_sequences_follow_the_reference(void **state)
{
	struct verify_dialogue d;
	char path[16];

	(void)state;
	verify_dialogue_init(&d);
	assert_true(walk(d, path, 0, 7) > 900000); /* 7 kinds, 7 steps, refused ones walked on too */
}

static void zero_is_closed(void **state)
{
	struct verify_dialogue d = {0};
	struct verify_message m = sample(VERIFY_START);

	(void)state;
	assert_int_equal(verify_dialogue_step(&d, &m), -EPROTO);
}

static void a_bad_style_or_length_ends_the_dialogue(void **state)
{
	struct verify_dialogue d;
	struct verify_message m = sample(VERIFY_START);

	(void)state;
	verify_dialogue_init(&d);
	m.style = VERIFY_INFO;
	assert_int_equal(verify_dialogue_step(&d, &m), -EPROTO);
	verify_dialogue_init(&d);
	m = sample(VERIFY_START);
	m.len = VERIFY_TEXT_MAX + 1;
	assert_int_equal(verify_dialogue_step(&d, &m), -EPROTO);
}

static unsigned repeats_until_refused(const unsigned *kinds, size_t count)
{
	struct verify_dialogue d;
	struct verify_message m = sample(VERIFY_START);
	unsigned times = 0;

	verify_dialogue_init(&d);
	assert_int_equal(verify_dialogue_step(&d, &m), 0);
	for (; times < 1000; times++)
		for (size_t i = 0; i < count; i++) {
			m = sample(kinds[i]);
			if (verify_dialogue_step(&d, &m) < 0)
				return times;
		}
	return times;
}

static void questions_and_texts_are_bounded(void **state)
{
	(void)state;
	assert_int_equal(repeats_until_refused((const unsigned[]){VERIFY_PROMPT, VERIFY_ANSWER}, 2), VERIFY_QUESTIONS_MAX);
	assert_int_equal(repeats_until_refused((const unsigned[]){VERIFY_TELL}, 1), VERIFY_TELLS_MAX);
}

/* --- what is in START and RESULT --- */

#define LONG_63 "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijk"
static const struct {
	const char *name, *text;
	struct verify_start wanted; /* without a service: refused */
} STARTS[] = {
	{"all three", "i3lock\ntty2\n:0", {"i3lock", "tty2", ":0"}},
	{"service alone", "swaylock\n\n", {"swaylock", "", ""}},
	{"longest", LONG_63 "\n" LONG_63 "\n" LONG_63, {LONG_63, LONG_63, LONG_63}},
	{"no service", "\ntty2\n:0", {""}},
	{"service too long", LONG_63 "l\n\n", {""}},
	{"tty too long", "s\n" LONG_63 "l\n", {""}},
	{"display too long", "s\n\n" LONG_63 "l", {""}},
	{"a path", "../i3lock\n\n", {""}},
	{"a path inside", "a/b\n\n", {""}},
	{"a dot first", ".i3lock\n\n", {""}},
	{"a blank", "i3 lock\n\n", {""}},
	{"not ASCII", "i3l\xc3\xb6" "ck\n\n", {""}},
	{"one part", "i3lock", {""}},
	{"two parts", "i3lock\ntty2", {""}},
	{"four parts", "i3lock\ntty2\n:0\n", {""}},
	{"escape in tty", "i3lock\ntty\x1b[2J\n", {""}},
	{"blank in display", "i3lock\n\n:0 :1", {""}},
	{"DEL in display", "i3lock\n\n:0\x7f", {""}},
	{"byte above ASCII in tty", "i3lock\n\xe3\x81\x82\n", {""}},
};

static void starts_are_read_and_written(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(STARTS); i++) {
		struct verify_message m = {.kind = VERIFY_START, .len = strlen(STARTS[i].text)}, again;
		struct verify_start start = {"untouched", "", ""};
		bool taken = STARTS[i].wanted.service[0] != '\0';
		int r;

		memcpy(m.text, STARTS[i].text, m.len + 1);
		r = verify_start_read(&m, &start);
		if (r != (taken ? 0 : -EPROTO))
			fail_msg("%s: %d", STARTS[i].name, r);
		if (!taken) {
			assert_string_equal(start.service, "untouched");
			continue;
		}
		assert_string_equal(start.service, STARTS[i].wanted.service);
		assert_string_equal(start.tty, STARTS[i].wanted.tty);
		assert_string_equal(start.display, STARTS[i].wanted.display);
		assert_int_equal(verify_start_write(&start, &again), 0);
		assert_int_equal(again.kind, VERIFY_START);
		assert_int_equal(again.len, m.len);
		assert_string_equal(again.text, STARTS[i].text);
	}
}

static void unsound_starts_are_not_written(void **state)
{
	static const struct verify_start BAD[] = {{"", "", ""}, {"a b", "", ""}, {"a", "t\nt", ""}, {"a", "", "\x01"}};
	struct verify_message m;

	(void)state;
	for (size_t i = 0; i < COUNT(BAD); i++)
		assert_int_equal(verify_start_write(&BAD[i], &m), -EPROTO);
}

static const struct {
	const char *text;
	int wanted; /* -1: refused */
} RESULTS[] = {{"0", 0}, {"7", 7}, {"31", 31}, {"32", -1}, {"99", -1}, {"00", -1}, {"07", -1}, {"-0", -1}, {"-1", -1}, {"+0", -1}, {" 0", -1}, {"0 ", -1}, {"a", -1}};

static void results_are_strict(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(RESULTS); i++) {
		struct verify_message m = {.kind = VERIFY_RESULT, .len = strlen(RESULTS[i].text)}, again;
		int code = 4711, r;

		memcpy(m.text, RESULTS[i].text, m.len + 1);
		r = verify_result_read(&m, &code);
		if (r != (RESULTS[i].wanted < 0 ? -EPROTO : 0) || code != (RESULTS[i].wanted < 0 ? 4711 : RESULTS[i].wanted))
			fail_msg("\"%s\": %d, %d", RESULTS[i].text, r, code);
		if (r == 0) {
			verify_result_write(code, &again);
			assert_string_equal(again.text, RESULTS[i].text);
		}
	}
}

static void a_code_that_pam_does_not_know_is_never_success(void **state)
{
	static const int CODES[] = {-1, 32, 256, 1 << 30};
	struct verify_message m;
	int code;

	(void)state;
	for (size_t i = 0; i < COUNT(CODES); i++) {
		verify_result_write(CODES[i], &m);
		assert_int_equal(verify_result_read(&m, &code), 0);
		assert_int_equal(code, 4); /* PAM_SYSTEM_ERR */
	}
}

static void other_kinds_are_neither_start_nor_result(void **state)
{
	struct verify_start start;
	int code;

	(void)state;
	for (unsigned kind = 0; kind <= VERIFY_KIND_MAX; kind++) {
		struct verify_message m = {.kind = (enum verify_kind)kind, .len = 1, .text = "0"};

		assert_int_equal(verify_result_read(&m, &code), kind == VERIFY_RESULT ? 0 : -EPROTO);
		memcpy(m.text, "s\n\n", 4);
		m.len = 3;
		assert_int_equal(verify_start_read(&m, &start), kind == VERIFY_START ? 0 : -EPROTO);
	}
}

static void wiping_leaves_nothing(void **state)
{
	struct verify_message m = {.kind = VERIFY_ANSWER, .len = 6, .text = "secret"};
	static const struct verify_message ZERO;

	(void)state;
	verify_message_wipe(&m);
	assert_memory_equal(&m, &ZERO, sizeof m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(packets_are_taken_or_refused),
		cmocka_unit_test(the_longest_text_fits_and_no_longer_one),
		cmocka_unit_test(only_sound_messages_are_written),
		cmocka_unit_test(all_sequences_follow_the_reference),
		cmocka_unit_test(zero_is_closed),
		cmocka_unit_test(a_bad_style_or_length_ends_the_dialogue),
		cmocka_unit_test(questions_and_texts_are_bounded),
		cmocka_unit_test(starts_are_read_and_written),
		cmocka_unit_test(unsound_starts_are_not_written),
		cmocka_unit_test(results_are_strict),
		cmocka_unit_test(a_code_that_pam_does_not_know_is_never_success),
		cmocka_unit_test(other_kinds_are_neither_start_nor_result),
		cmocka_unit_test(wiping_leaves_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of idlelock/worker_protocol.c: each message there and back, each byte changed, all sequences against a plain reference. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "worker_protocol.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

#define COOKIE {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 255}
static const struct {
	const char *name;
	struct worker_message m;
	int wanted;
} MESSAGES[] = {
	{"hello", {.kind = WORKER_HELLO, .instance = "c2"}, 0},
	{"hello, the longest name", {.kind = WORKER_HELLO, .instance = "0123456789012345678901234567_ab"}, 0},
	{"hello, the edges of what is a letter", {.kind = WORKER_HELLO, .instance = "azAZ09_"}, 0},
	{"hello, beside the edges", {.kind = WORKER_HELLO, .instance = "a`"}, -EPROTO},
	{"hello, behind the edges", {.kind = WORKER_HELLO, .instance = "a{"}, -EPROTO},
	{"hello, before the capitals", {.kind = WORKER_HELLO, .instance = "a@"}, -EPROTO},
	{"hello, behind the capitals", {.kind = WORKER_HELLO, .instance = "a["}, -EPROTO},
	{"hello, before the digits", {.kind = WORKER_HELLO, .instance = "a/"}, -EPROTO},
	{"hello, behind the digits", {.kind = WORKER_HELLO, .instance = "a:"}, -EPROTO},
	{"hello of nobody", {.kind = WORKER_HELLO}, -EPROTO},
	{"hello with a way out of the folder", {.kind = WORKER_HELLO, .instance = "../c2"}, -EPROTO},
	{"hello with a dot", {.kind = WORKER_HELLO, .instance = "c2.x"}, -EPROTO},
	{"hello with a line", {.kind = WORKER_HELLO, .instance = "c2\n"}, -EPROTO},
	{"open", {.kind = WORKER_OPEN, .display = ":0", .cookie = COOKIE, .has_cookie = true, .pid = 4194304}, 0},
	{"open with a screen, any server, no cookie", {.kind = WORKER_OPEN, .display = ":10.1"}, 0},
	{"open the last one there is", {.kind = WORKER_OPEN, .display = ":999999.9", .pid = INT32_MAX}, 0},
	{"open nothing", {.kind = WORKER_OPEN}, -EPROTO},
	{"open without a number", {.kind = WORKER_OPEN, .display = ":"}, -EPROTO},
	{"open with half a screen", {.kind = WORKER_OPEN, .display = ":0."}, -EPROTO},
	{"open with a path", {.kind = WORKER_OPEN, .display = "/tmp/x"}, -EPROTO},
	{"open another computer's", {.kind = WORKER_OPEN, .display = "evil:0"}, -EPROTO},
	{"open with something behind", {.kind = WORKER_OPEN, .display = ":0.0x"}, -EPROTO},
	{"open far too high", {.kind = WORKER_OPEN, .display = ":12345678"}, -EPROTO},
	{"open, pid below zero", {.kind = WORKER_OPEN, .display = ":0", .pid = -1}, -EPROTO},
	{"opened", {.kind = WORKER_OPENED, .pid = 1}, 0},
	{"opened, pid too large", {.kind = WORKER_OPENED, .pid = INT64_C(1) << 31}, -EPROTO},
	{"failed", {.kind = WORKER_FAILED, .failure = WORKER_FAILURE_WRONG_SERVER}, 0},
	{"failed without a reason", {.kind = WORKER_FAILED}, -EPROTO},
	{"failed for a reason that is none", {.kind = WORKER_FAILED, .failure = WORKER_FAILURE_MAX}, -EPROTO},
	{"look", {.kind = WORKER_LOOK, .serial = 1}, 0},
	{"look and break", {.kind = WORKER_LOOK, .serial = UINT32_MAX, .flag = true}, 0},
	{"look without a serial", {.kind = WORKER_LOOK}, -EPROTO},
	{"seen", {.kind = WORKER_SEEN, .serial = 9, .sight = {.keyboard = WORKER_GRAB_FOREIGN, .pointer = WORKER_GRAB_UNKNOWN, .covered = true, .vt_away = true,
							      .owner_pid = 42, .owner_window = 0x1400003, .idle_ms = 77}}, 0},
	{"seen by itself", {.kind = WORKER_SEEN}, 0},
	{"seen a grab of no kind", {.kind = WORKER_SEEN, .sight = {.keyboard = WORKER_GRAB_MAX}}, -EPROTO},
	{"seen a grab of no kind below", {.kind = WORKER_SEEN, .sight = {.pointer = (enum worker_grab)-1}}, -EPROTO},
	{"seen a pointer of no kind", {.kind = WORKER_SEEN, .sight = {.pointer = WORKER_GRAB_MAX}}, -EPROTO},
	{"seen the largest owner", {.kind = WORKER_SEEN, .sight = {.owner_pid = INT32_MAX}}, 0},
	{"seen an owner below zero", {.kind = WORKER_SEEN, .sight = {.owner_pid = -1}}, -EPROTO},
	{"seen an owner too large", {.kind = WORKER_SEEN, .sight = {.owner_pid = INT64_MAX}}, -EPROTO},
	{"arm", {.kind = WORKER_ARM, .flag = true}, 0},
	{"disarm", {.kind = WORKER_ARM}, 0},
	{"input", {.kind = WORKER_INPUT, .time_ns = INT64_MAX}, 0},
	{"input before the start", {.kind = WORKER_INPUT, .time_ns = -1}, -EPROTO},
	{"tamper", {.kind = WORKER_TAMPER, .tamper = WORKER_TAMPER_XTEST, .pid = 42}, 0},
	{"tamper by nobody", {.kind = WORKER_TAMPER, .tamper = WORKER_TAMPER_FOREIGN_GRAB}, 0},
	{"tamper of no kind", {.kind = WORKER_TAMPER}, -EPROTO},
	{"tamper of a kind that is none", {.kind = WORKER_TAMPER, .tamper = WORKER_TAMPER_MAX}, -EPROTO},
	{"end", {.kind = WORKER_END, .window = 0x1400003, .pid = 42}, 0},
	{"end nobody", {.kind = WORKER_END, .window = 0x1400003}, -EPROTO},
	{"end no window", {.kind = WORKER_END, .pid = 42}, -EPROTO},
	{"no kind", {.kind = 0}, -EPROTO},
	{"a kind that is none", {.kind = WORKER_KIND_MAX}, -EPROTO},
	{"a kind below", {.kind = (enum worker_kind)-1}, -EPROTO},
};

static void messages_go_there_and_back(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(MESSAGES); i++) {
		unsigned char packet[WORKER_PACKET_BYTES];
		struct worker_message back;
		const struct worker_message *m = &MESSAGES[i].m;
		int r = worker_encode(m, packet);

		if (r != MESSAGES[i].wanted)
			print_error("%s: %d\n", MESSAGES[i].name, r);
		assert_int_equal(r, MESSAGES[i].wanted);
		if (r < 0)
			continue;
		memset(&back, 0xa5, sizeof back);
		assert_int_equal(worker_decode(packet, sizeof packet, &back), 0);
		assert_true(back.kind == m->kind && back.serial == m->serial && back.flag == m->flag && back.pid == m->pid && back.time_ns == m->time_ns);
		assert_true(back.failure == m->failure && back.tamper == m->tamper && back.has_cookie == m->has_cookie);
		assert_string_equal(back.instance, m->instance);
		assert_string_equal(back.display, m->display);
		assert_memory_equal(back.cookie, m->cookie, sizeof m->cookie);
		assert_true(back.sight.keyboard == m->sight.keyboard && back.sight.pointer == m->sight.pointer && back.sight.covered == m->sight.covered &&
			    back.sight.vt_away == m->sight.vt_away && back.sight.owner_pid == m->sight.owner_pid &&
			    back.sight.owner_window == m->sight.owner_window && back.sight.idle_ms == m->sight.idle_ms);
	}
}

static void names_without_an_end_are_refused(void **state)
{
	struct worker_message m = {.kind = WORKER_HELLO};
	unsigned char packet[WORKER_PACKET_BYTES];

	(void)state;
	memset(m.instance, 'c', sizeof m.instance);
	assert_int_equal(worker_encode(&m, packet), -EPROTO);
	m = (struct worker_message){.kind = WORKER_OPEN};
	memset(m.display, '0', sizeof m.display);
	m.display[0] = ':';
	assert_int_equal(worker_encode(&m, packet), -EPROTO);
}

static void only_whole_packets_are_taken(void **state)
{
	unsigned char packet[WORKER_PACKET_BYTES + 1] = {0};
	struct worker_message m = {.kind = WORKER_ARM, .flag = true}, back = {.serial = 77};

	(void)state;
	assert_int_equal(worker_encode(&m, packet), 0);
	assert_int_equal(worker_decode(packet, WORKER_PACKET_BYTES + 1, &back), -EPROTO);
	assert_int_equal(worker_decode(packet, WORKER_PACKET_BYTES - 1, &back), -EPROTO);
	assert_int_equal(worker_decode(packet, 0, &back), -EPROTO);
	assert_int_equal(back.serial, 77);
	assert_int_equal(worker_decode(packet, WORKER_PACKET_BYTES, &back), 0);
}

/* A changed byte is refused, or changes the message: none is there that nobody reads. */
static void no_byte_goes_unread(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(MESSAGES); i++) {
		unsigned char packet[WORKER_PACKET_BYTES], again[WORKER_PACKET_BYTES];

		if (MESSAGES[i].wanted < 0)
			continue;
		assert_int_equal(worker_encode(&MESSAGES[i].m, packet), 0);
		for (size_t at = 0; at < sizeof packet; at++)
			for (unsigned flip = 1; flip < 256; flip <<= 1) {
				struct worker_message m;

				packet[at] ^= (unsigned char)flip;
				if (worker_decode(packet, sizeof packet, &m) == 0) {
					assert_int_equal(worker_encode(&m, again), 0);
					assert_memory_equal(again, packet, sizeof packet);
				}
				packet[at] ^= (unsigned char)flip;
			}
	}
}

static void another_version_is_refused(void **state)
{
	struct worker_message m = {.kind = WORKER_HELLO, .instance = "c2"};
	unsigned char packet[WORKER_PACKET_BYTES];
	size_t at = 0;

	(void)state;
	assert_int_equal(worker_encode(&m, packet), 0);
	for (size_t i = 1; i < sizeof packet && at == 0; i++)
		at = packet[i] == WORKER_VERSION ? i : 0;
	assert_true(at > 0);
	packet[at]++;
	assert_int_equal(worker_decode(packet, sizeof packet, &m), -EPROTO);
}

/* --- who may say what, when --- */

/* The reference, by letters: H hello, O open, D opened, F failed, L look, S seen, A arm, I input, T tamper, E end; ^ the beginning. */
static const char KINDS[WORKER_KIND_MAX] = {'?', 'H', 'O', 'D', 'F', 'L', 'S', 'A', 'I', 'T', 'E'};

static bool may_follow(char before, char now)
{
	switch (before) {
	case '^':
		return now == 'H';
	case 'H':
		return now == 'O';
	case 'O':
		return now == 'D' || now == 'F';
	case 'F':
		return false;
	}
	return now != 'H' && now != 'O' && now != 'D' && now != '?';
}

static size_t walk(enum worker_state state, char before, unsigned depth)
{
	size_t count = 1;

	for (int kind = 0; depth > 0 && kind <= WORKER_KIND_MAX; kind++) {
		struct worker_message m = {.kind = (enum worker_kind)kind};
		enum worker_state next = state;
		char now = kind < WORKER_KIND_MAX ? KINDS[kind] : '?';
		bool taken = worker_turn(&next, &m) == 0;

		assert_int_equal(taken, may_follow(before, now));
		if (!taken) {
			assert_int_equal(next, WORKER_CLOSED);
			continue;
		}
		assert_int_equal(next == WORKER_CLOSED, now == 'F');
		count += walk(next, now, depth - 1);
	}
	return count;
}

static void all_sequences_follow_the_order(void **state)
{
	enum worker_state closed = WORKER_CLOSED;

	(void)state;
	assert_true(walk(WORKER_EXPECT_HELLO, '^', 8) > 1000);
	assert_int_equal(worker_turn(&closed, &(struct worker_message){.kind = WORKER_HELLO}), -EPROTO);
}

static void each_kind_has_one_speaker(void **state)
{
	(void)state;
	for (int kind = -1; kind <= WORKER_KIND_MAX; kind++) {
		bool worker = kind == WORKER_HELLO || kind == WORKER_OPENED || kind == WORKER_FAILED || kind == WORKER_SEEN || kind == WORKER_INPUT ||
			      kind == WORKER_TAMPER;

		assert_int_equal(worker_is_said_by_worker((enum worker_kind)kind), worker);
	}
}

static void what_the_other_end_may_not_say_closes(void **state)
{
	static const struct {
		const char *name;
		enum worker_kind kind;
		enum worker_state state;
		bool from_worker;
		enum worker_state next;
	} rows[] = {
		{"hello to the daemon", WORKER_HELLO, WORKER_EXPECT_HELLO, true, WORKER_EXPECT_OPEN},
		{"hello to the worker", WORKER_HELLO, WORKER_EXPECT_HELLO, false, WORKER_CLOSED},
		{"a look for the worker", WORKER_LOOK, WORKER_RUNNING, false, WORKER_RUNNING},
		{"a look for the daemon", WORKER_LOOK, WORKER_RUNNING, true, WORKER_CLOSED},
		{"out of turn", WORKER_SEEN, WORKER_EXPECT_OPENED, true, WORKER_CLOSED},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct worker_message m = {.kind = rows[i].kind, .serial = rows[i].kind != WORKER_HELLO}, taken;
		enum worker_state now = rows[i].state;
		unsigned char packet[WORKER_PACKET_BYTES];

		if (rows[i].kind == WORKER_HELLO)
			memcpy(m.instance, "c1", 3);
		assert_int_equal(worker_encode(&m, packet), 0);
		print_message("%s\n", rows[i].name);
		assert_int_equal(worker_take(&now, rows[i].from_worker, packet, sizeof packet, &taken), rows[i].next == WORKER_CLOSED ? -EPROTO : 0);
		assert_int_equal(now, rows[i].next);
		now = rows[i].state;
		assert_int_equal(worker_take(&now, rows[i].from_worker, packet, sizeof packet - 1, &taken), -EPROTO);
		assert_int_equal(now, WORKER_CLOSED);
	}
}

static void names_are_there(void **state)
{
	(void)state;
	for (int i = 0; i < WORKER_TAMPER_MAX; i++)
		assert_string_not_equal(worker_tamper_name((enum worker_tamper)i), "unknown");
	for (int i = 0; i < WORKER_FAILURE_MAX; i++)
		assert_string_not_equal(worker_failure_name((enum worker_failure)i), "unknown");
	assert_string_equal(worker_tamper_name(WORKER_TAMPER_IDLE_RESET), "idle-reset");
	assert_string_equal(worker_tamper_name(WORKER_TAMPER_MAX), "unknown");
	assert_string_equal(worker_failure_name((enum worker_failure)-1), "unknown");
	assert_string_equal(worker_failure_name(WORKER_FAILURE_MAX), "unknown");
}

static void a_wiped_message_is_empty(void **state)
{
	struct worker_message m = {.kind = WORKER_OPEN, .display = ":0", .cookie = COOKIE, .has_cookie = true};
	static const unsigned char ZERO[sizeof m];

	(void)state;
	worker_message_wipe(&m);
	assert_memory_equal(&m, ZERO, sizeof m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(messages_go_there_and_back),
		cmocka_unit_test(names_without_an_end_are_refused),
		cmocka_unit_test(only_whole_packets_are_taken),
		cmocka_unit_test(no_byte_goes_unread),
		cmocka_unit_test(another_version_is_refused),
		cmocka_unit_test(all_sequences_follow_the_order),
		cmocka_unit_test(each_kind_has_one_speaker), cmocka_unit_test(what_the_other_end_may_not_say_closes),
		cmocka_unit_test(names_are_there),
		cmocka_unit_test(a_wiped_message_is_empty),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of base/posture.c: what is written is read, all else is refused with its line. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>

#include "document_check.h"
#include "document_random.h"
#include "posture.h"
#include "text.h"

static const char GOOD[] = "mutex-posture 1\n"
			   "boot_id=0f3c2a1b-4d5e-4f60-8171-92a3b4c5d6e7\n"
			   "time=2026-11-22T09:30:00Z\n"
			   "control=firewall\n"
			   "clause=FW-1\n"
			   "state=violated\n"
			   "since=2026-11-22T09:29:58Z\n"
			   "mode=repair\n"
			   "detail=ufw is switched off; the floor still refuses new connections.\n"
			   "control=lock\n"
			   "clause=LK-1\n"
			   "state=ok\n"
			   "since=2026-11-20T00:00:00Z\n"
			   "mode=enforce\n"
			   "detail=\n"
			   "end\n";

static int again(const char *bytes, size_t len, struct diag_list *problems, char *ret_again, size_t size)
{
	struct posture posture;
	struct text t;
	int r = posture_read(bytes, len, "posture", problems, &posture);

	if (r < 0)
		return r;
	text_init(&t, ret_again, size);
	return posture_write(&posture, &t) < 0 ? 0 : (int)t.len;
}

static const struct document_edit EDITS[] = {
	{"whole", "", "", 0, 0},
	{"other version", "mutex-posture 1", "mutex-posture 11", 0, 1},
	{"time without its time of day", "2026-11-22T09:30:00Z", "2026-11-22", 0, 3},
	{"day that does not exist", "2026-11-22T09:30:00Z", "2026-11-31T09:30:00Z", 0, 3},
	{"other time zone", "2026-11-22T09:30:00Z", "2026-11-22T09:30:00+09:00", 0, 3},
	{"first second", "2026-11-22T09:30:00Z", "1970-01-01T00:00:00Z", 0, 0},
	{"last second", "2026-11-22T09:30:00Z", "9999-12-31T23:59:59Z", 0, 0},
	{"comment", "control=firewall\n", "# firewall\ncontrol=firewall\n", 0, 4},
	{"unknown key in the head", "control=firewall\n", "colour=red\ncontrol=firewall\n", 0, 4},
	{"key of a control outside", "control=firewall\n", "clause=FW-1\ncontrol=firewall\n", 0, 4},
	{"control without an id", "control=firewall", "control=", 0, 4},
	{"control with a blank", "control=firewall", "control=fire wall", 0, 4},
	{"state unknown", "state=violated", "state=unknown", 0, 0},
	{"state not applicable", "state=violated", "state=not-applicable", 0, 0},
	{"state of another language", "state=violated", "state=fine", 0, 6},
	{"unknown mode", "mode=repair", "mode=mend", 0, 8},
	{"mode off", "mode=repair", "mode=off", 0, 0},
	{"mode gate", "mode=repair", "mode=gate", 0, 0},
	{"control twice", "control=lock", "control=firewall", 0, 15},
	{"key twice", "mode=enforce\n", "mode=enforce\nmode=observe\n", 0, 15},
	{"key missing", "mode=enforce\n", "", 0, 14},
	{"unknown key", "mode=enforce\n", "mode=enforce\ncolour=red\n", 0, 15},
	{"NUL in the detail", "detail=\n", "detail=\0\n", 9, 15},
	{"bad UTF-8 in the detail", "detail=\n", "detail=\xe6\x97\n", 0, 15},
	{"terminal escape in the detail", "detail=\n", "detail=\x1b[31m\n", 0, 15},
	{"escaped escape in the detail", "detail=\n", "detail=\\x1b[31m \xe6\x97\xa5\n", 0, 0},
	{"tab in the detail", "detail=\n", "detail=\t\n", 0, 15},
	{"detail of 111 bytes", "detail=\n",
	 "detail=aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggggggggghhhhhhhhhhiiiiiiiiiijjjjjjjjjjklmnopqrstu\n", 0, 0},
	{"detail of 112 bytes", "detail=\n",
	 "detail=aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggggggggghhhhhhhhhhiiiiiiiiiijjjjjjjjjjklmnopqrstuv\n", 0,
	 15},
	{"no end", "end\n", "", 0, 16},
	{"something behind the end", "end\n", "end\ncontrol=usb\n", 0, 17},
};

static void edits_are_refused_in_their_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(EDITS) / sizeof(EDITS[0]); i++)
		assert_true(document_edit_holds(GOOD, &EDITS[i], again));
}

static void bad_copies_are_refused(void **state)
{
	(void)state;
	assert_int_equal(document_count_bad_copies(GOOD, again), 0);
}

static void members_are_read(void **state)
{
	struct posture p;

	(void)state;
	assert_int_equal(posture_read(GOOD, sizeof(GOOD) - 1, "posture", NULL, &p), 0);
	assert_string_equal(p.boot_id, "0f3c2a1b-4d5e-4f60-8171-92a3b4c5d6e7");
	assert_int_equal(p.time, 1795339800);
	assert_int_equal(p.count, 2);
	assert_string_equal(p.controls[0].control, "firewall");
	assert_string_equal(p.controls[0].clause, "FW-1");
	assert_int_equal(p.controls[0].state, POSTURE_VIOLATED);
	assert_int_equal(p.controls[0].since, 1795339798);
	assert_int_equal(p.controls[0].mode, POSTURE_REPAIR);
	assert_string_equal(p.controls[0].detail, "ufw is switched off; the floor still refuses new connections.");
	assert_string_equal(p.controls[1].control, "lock");
	assert_int_equal(p.controls[1].state, POSTURE_OK);
	assert_int_equal(p.controls[1].mode, POSTURE_ENFORCE);
	assert_string_equal(p.controls[1].detail, "");
}

static void words_are_told(void **state)
{
	static const char *const STATES[] = {"unknown", "ok", "violated", "not-applicable"};
	static const char *const MODES[] = {"off", "observe", "enforce", "repair", "gate"};

	(void)state;
	assert_int_equal(sizeof(STATES) / sizeof(STATES[0]), POSTURE_STATE_MAX);
	assert_int_equal(sizeof(MODES) / sizeof(MODES[0]), POSTURE_MODE_MAX);
	for (unsigned i = 0; i < POSTURE_STATE_MAX; i++)
		assert_string_equal(posture_state_name((enum posture_state)i), STATES[i]);
	for (unsigned i = 0; i < POSTURE_MODE_MAX; i++)
		assert_string_equal(posture_mode_name((enum posture_mode)i), MODES[i]);
}

/* A posture of count controls in which each member is as long as it may be. */
static void make_largest(struct posture *ret_posture, size_t count)
{
	memset(ret_posture, 0, sizeof(*ret_posture));
	strcpy(ret_posture->boot_id, "0f3c2a1b-4d5e-4f60-8171-92a3b4c5d6e7");
	ret_posture->count = count;
	for (size_t i = 0; i < count; i++) {
		struct posture_control *c = &ret_posture->controls[i];
		memset(c->control, 'c', sizeof(c->control) - 1);
		c->control[0] = (char)('0' + i / 10);
		c->control[1] = (char)('0' + i % 10);
		memset(c->clause, 'C', sizeof(c->clause) - 1);
		c->state = POSTURE_NOT_APPLICABLE;
		c->mode = POSTURE_OBSERVE;
		memset(c->detail, 'd', sizeof(c->detail) - 1);
	}
}

static void the_largest_posture_fits(void **state)
{
	static struct posture p, back;
	static char bytes[POSTURE_BYTES_MAX + 1];
	struct text t;

	(void)state;
	make_largest(&p, POSTURE_CONTROLS_MAX);
	TEXT_INTO(&t, bytes);
	assert_int_equal(posture_write(&p, &t), 0);
	assert_int_equal(posture_read(bytes, t.len, "posture", NULL, &back), 0);
	assert_memory_equal(&p, &back, sizeof(p));
}

static void a_65th_control_is_refused(void **state)
{
	static struct posture p;
	static char bytes[POSTURE_BYTES_MAX + 1];
	struct diag item = {0};
	struct diag_list problems = {.items = &item, .max = 1};
	struct text t;

	(void)state;
	make_largest(&p, POSTURE_CONTROLS_MAX);
	for (size_t i = 0; i < p.count; i++)
		p.controls[i].detail[0] = '\0';
	TEXT_INTO(&t, bytes);
	assert_int_equal(posture_write(&p, &t), 0);
	t.len -= strlen("end\n");
	text_add(&t, "control=one-more\nclause=FW-1\nstate=ok\nsince=2026-11-20T00:00:00Z\nmode=gate\ndetail=\nend\n");
	assert_int_equal(text_end(&t), 0);
	assert_int_equal(posture_read(bytes, t.len, "posture", &problems, &p), -EBADMSG);
	assert_non_null(strstr(item.text, "64"));
	p.count = POSTURE_CONTROLS_MAX + 1;
	TEXT_INTO(&t, bytes);
	assert_int_equal(posture_write(&p, &t), -EINVAL);
}

static void make_random(struct document_random *r, struct posture *ret_posture)
{
	memset(ret_posture, 0, sizeof(*ret_posture));
	random_boot_id(r, ret_posture->boot_id);
	ret_posture->time = random_between(r, 0, 253402300799);
	ret_posture->count = (size_t)random_between(r, 0, POSTURE_CONTROLS_MAX);
	for (size_t i = 0; i < ret_posture->count; i++) {
		struct posture_control *c = &ret_posture->controls[i];
		random_name(r, c->control, 2, sizeof(c->control) - 1);
		c->control[0] = (char)('0' + i / 10);
		c->control[1] = (char)('0' + i % 10);
		random_name(r, c->clause, 1, sizeof(c->clause) - 1);
		c->state = (enum posture_state)random_between(r, 0, POSTURE_STATE_MAX - 1);
		c->since = random_between(r, 0, 253402300799);
		c->mode = (enum posture_mode)random_between(r, 0, POSTURE_MODE_MAX - 1);
		random_text(r, c->detail, sizeof(c->detail) - 1);
	}
}

static void what_is_written_is_read(void **state)
{
	struct document_random r = {20261122};
	static struct posture p, back;
	static char bytes[POSTURE_BYTES_MAX + 1];
	struct text t;

	(void)state;
	for (int i = 0; i < 1000; i++) {
		make_random(&r, &p);
		memset(&back, 0xa5, sizeof(back));
		TEXT_INTO(&t, bytes);
		assert_int_equal(posture_write(&p, &t), 0);
		assert_int_equal(posture_read(bytes, t.len, "posture", NULL, &back), 0);
		assert_memory_equal(&p, &back, sizeof(p));
	}
}

static void invalid_structs_are_not_written(void **state)
{
	static struct posture good, bad;
	static char bytes[POSTURE_BYTES_MAX + 1];
	struct text t;

	(void)state;
	assert_int_equal(posture_read(GOOD, sizeof(GOOD) - 1, "posture", NULL, &good), 0);
#define SPOIL(change, error) \
	bad = good; \
	change; \
	TEXT_INTO(&t, bytes); \
	assert_int_equal(posture_write(&bad, &t), error)
	SPOIL(bad.time = -1, -ERANGE);
	SPOIL(bad.controls[0].control[0] = '\0', -ERANGE);
	SPOIL(bad.controls[0].control[1] = ' ', -EINVAL);
	SPOIL(strcpy(bad.controls[1].control, "firewall"), -EINVAL);
	SPOIL(bad.controls[1].state = POSTURE_STATE_MAX, -EINVAL);
	SPOIL(bad.controls[1].mode = POSTURE_MODE_MAX, -EINVAL);
	SPOIL(bad.controls[1].since = 253402300800, -ERANGE);
	SPOIL(bad.controls[1].detail[0] = '\n', -EINVAL);
#undef SPOIL
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_are_read),
		cmocka_unit_test(words_are_told),
		cmocka_unit_test(edits_are_refused_in_their_line),
		cmocka_unit_test(bad_copies_are_refused),
		cmocka_unit_test(the_largest_posture_fits),
		cmocka_unit_test(a_65th_control_is_refused),
		cmocka_unit_test(what_is_written_is_read),
		cmocka_unit_test(invalid_structs_are_not_written),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

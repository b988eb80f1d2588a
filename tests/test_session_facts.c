/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of base/session_facts.c: what is written is read, all else is refused with its line. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>

#include "document_check.h"
#include "document_random.h"
#include "session_facts.h"
#include "text.h"

static const char GOOD[] = "mutex-session 1\n"
			   "session=c1\n"
			   "boot_id=0f3c2a1b-4d5e-4f60-8171-92a3b4c5d6e7\n"
			   "uid=1000\n"
			   "seat=seat0\n"
			   "tty=tty2\n"
			   "display=:0\n"
			   "type=x11\n"
			   "class=user\n"
			   "remote_host=\n"
			   "leader=1203\n"
			   "leader_start=4123\n"
			   "locked_since_ns=500\n"
			   "last_proof_ns=900\n"
			   "end\n";

static int again(const char *bytes, size_t len, struct diag_list *problems, char *ret_again, size_t size)
{
	struct session_facts facts;
	struct text t;
	int r = session_facts_read(bytes, len, "session", problems, &facts);

	if (r < 0)
		return r;
	text_init(&t, ret_again, size);
	return session_facts_write(&facts, &t) < 0 ? 0 : (int)t.len;
}

static const struct document_edit EDITS[] = {
	{"whole", "", "", 0, 0},
	{"over ssh", "seat=seat0\ntty=tty2\ndisplay=:0\ntype=x11\nclass=user\nremote_host=\n",
	 "seat=\ntty=pts/0\ndisplay=\ntype=tty\nclass=user\nremote_host=2001:db8::1\n", 0, 0},
	{"not locked", "locked_since_ns=500\nlast_proof_ns=900\n", "locked_since_ns=0\nlast_proof_ns=0\n", 0, 0},
	{"locked, not yet proven", "last_proof_ns=900", "last_proof_ns=0", 0, 0},
	{"proof at the moment of the lock", "last_proof_ns=900", "last_proof_ns=500", 0, 0},
	{"proof of an older lock", "last_proof_ns=900", "last_proof_ns=499", 0, 14},
	{"proof without a lock", "locked_since_ns=500", "locked_since_ns=0", 0, 14},
	{"other version", "mutex-session 1", "mutex-session 01", 0, 1},
	{"no session", "session=c1", "session=", 0, 2},
	{"session that leaves the folder", "session=c1", "session=../c1", 0, 2},
	{"word that is no type", "type=x11", "type=X11", 0, 8},
	{"type shortened", "type=x11", "type=x1", 0, 8},
	{"type prolonged", "type=x11", "type=x111", 0, 8},
	{"type empty", "type=x11", "type=", 0, 8},
	{"type by number", "type=x11", "type=3", 0, 8},
	{"class of a type", "class=user", "class=tty", 0, 9},
	{"type other", "type=x11", "type=other", 0, 0},
	{"escape in the host", "remote_host=", "remote_host=a\x1b]0;", 0, 10},
	{"host with a line of its own", "remote_host=", "remote_host=a\nleader=1", 0, 12},
	{"leader zero", "leader=1203", "leader=0", 0, 11},
	{"key missing", "leader=1203\n", "", 0, 11},
	{"no end", "end\n", "", 0, 15},
	{"something behind the end", "end\n", "end\n\n", 0, 16},
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
	struct session_facts f;

	(void)state;
	assert_int_equal(session_facts_read(GOOD, sizeof(GOOD) - 1, "session", NULL, &f), 0);
	assert_string_equal(f.session, "c1");
	assert_string_equal(f.boot_id, "0f3c2a1b-4d5e-4f60-8171-92a3b4c5d6e7");
	assert_int_equal(f.uid, 1000);
	assert_string_equal(f.seat, "seat0");
	assert_string_equal(f.tty, "tty2");
	assert_string_equal(f.display, ":0");
	assert_int_equal(f.type, SESSION_TYPE_X11);
	assert_int_equal(f.class, SESSION_CLASS_USER);
	assert_string_equal(f.remote_host, "");
	assert_int_equal(f.leader, 1203);
	assert_int_equal(f.leader_start, 4123);
	assert_int_equal(f.locked_since_ns, 500);
	assert_int_equal(f.last_proof_ns, 900);
}

static void words_of_logind_are_known(void **state)
{
	static const struct {
		const char *word;
		enum session_type type;
	} TYPES[] = {{"unspecified", SESSION_TYPE_UNSPECIFIED}, {"tty", SESSION_TYPE_TTY}, {"x11", SESSION_TYPE_X11},
		     {"wayland", SESSION_TYPE_WAYLAND},         {"mir", SESSION_TYPE_MIR}, {"web", SESSION_TYPE_WEB},
		     {"hologram", SESSION_TYPE_OTHER},          {"", SESSION_TYPE_OTHER}};
	static const struct {
		const char *word;
		enum session_class class;
	} CLASSES[] = {{"user", SESSION_CLASS_USER},
		       {"user-early", SESSION_CLASS_USER_EARLY},
		       {"user-incomplete", SESSION_CLASS_USER_INCOMPLETE},
		       {"user-light", SESSION_CLASS_USER_LIGHT},
		       {"user-early-light", SESSION_CLASS_USER_EARLY_LIGHT},
		       {"greeter", SESSION_CLASS_GREETER},
		       {"lock-screen", SESSION_CLASS_LOCK_SCREEN},
		       {"background", SESSION_CLASS_BACKGROUND},
		       {"background-light", SESSION_CLASS_BACKGROUND_LIGHT},
		       {"manager", SESSION_CLASS_MANAGER},
		       {"manager-early", SESSION_CLASS_MANAGER_EARLY},
		       {"something-new", SESSION_CLASS_OTHER}};

	(void)state;
	for (size_t i = 0; i < sizeof(TYPES) / sizeof(TYPES[0]); i++)
		assert_int_equal(session_type_of(TYPES[i].word), TYPES[i].type);
	for (size_t i = 0; i < sizeof(CLASSES) / sizeof(CLASSES[0]); i++)
		assert_int_equal(session_class_of(CLASSES[i].word), CLASSES[i].class);
	/* Both ways: every value but OTHER has a row above. */
	assert_int_equal(sizeof(TYPES) / sizeof(TYPES[0]), SESSION_TYPE_MAX + 1);
	assert_int_equal(sizeof(CLASSES) / sizeof(CLASSES[0]), SESSION_CLASS_MAX);
}

static struct session_facts random_facts(struct document_random *r)
{
	struct session_facts f;

	memset(&f, 0, sizeof(f));
	random_name(r, f.session, 1, sizeof(f.session) - 1);
	random_boot_id(r, f.boot_id);
	f.uid = (uid_t)random_between(r, 0, (int64_t)UINT32_MAX - 1);
	random_name(r, f.seat, 0, sizeof(f.seat) - 1);
	random_text(r, f.tty, sizeof(f.tty) - 1);
	random_text(r, f.display, sizeof(f.display) - 1);
	f.type = (enum session_type)random_between(r, 0, SESSION_TYPE_MAX - 1);
	f.class = (enum session_class)random_between(r, 0, SESSION_CLASS_MAX - 1);
	random_text(r, f.remote_host, sizeof(f.remote_host) - 1);
	f.leader = (pid_t)random_between(r, 1, INT32_MAX);
	f.leader_start = random_between(r, 0, INT64_MAX);
	f.locked_since_ns = random_between(r, 0, INT64_MAX);
	f.last_proof_ns = f.locked_since_ns ? random_between(r, f.locked_since_ns, INT64_MAX) : 0;
	return f;
}

static void what_is_written_is_read(void **state)
{
	struct document_random r = {20261122};
	char bytes[SESSION_FACTS_BYTES_MAX + 1];
	struct text t;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		struct session_facts f = random_facts(&r), back;
		memset(&back, 0xa5, sizeof(back));
		TEXT_INTO(&t, bytes);
		assert_int_equal(session_facts_write(&f, &t), 0);
		assert_int_equal(session_facts_read(bytes, t.len, "session", NULL, &back), 0);
		assert_memory_equal(&f, &back, sizeof(f));
	}
}

static void invalid_structs_are_not_written(void **state)
{
	struct session_facts good, bad;
	char bytes[SESSION_FACTS_BYTES_MAX + 1];
	struct text t;

	(void)state;
	assert_int_equal(session_facts_read(GOOD, sizeof(GOOD) - 1, "session", NULL, &good), 0);
#define SPOIL(change, error) \
	bad = good; \
	change; \
	TEXT_INTO(&t, bytes); \
	assert_int_equal(session_facts_write(&bad, &t), error)
	SPOIL(bad.session[0] = '/', -EINVAL);
	SPOIL(bad.session[0] = '\0', -ERANGE);
	SPOIL(bad.type = SESSION_TYPE_MAX, -EINVAL);
	SPOIL(bad.class = SESSION_CLASS_MAX, -EINVAL);
	SPOIL(bad.remote_host[0] = '\n', -EINVAL);
	SPOIL(memset(bad.remote_host, 'a', sizeof(bad.remote_host)), -EINVAL);
	SPOIL(bad.leader = 0, -ERANGE);
	SPOIL(bad.last_proof_ns = 499, -EINVAL);
	SPOIL(bad.locked_since_ns = 0, -EINVAL);
#undef SPOIL
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_are_read),
		cmocka_unit_test(words_of_logind_are_known),
		cmocka_unit_test(edits_are_refused_in_their_line),
		cmocka_unit_test(bad_copies_are_refused),
		cmocka_unit_test(what_is_written_is_read),
		cmocka_unit_test(invalid_structs_are_not_written),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

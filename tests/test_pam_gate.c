/* SPDX-License-Identifier: BSD-2-Clause */
/* Stacks through which people get in past the module, and stacks that guard: verdict, cause and the line to blame. The set in the common files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "pam_files.h"
#include "pam_judge.h"
#include "pam_set.h"
#include "text.h"

static unsigned char memory[1024 * 1024], scratch_memory[PAM_JUDGE_SCRATCH_BYTES];

#define BEGIN "auth [success=3 ignore=ignore default=die] pam_mutex.so begin\n"
#define UNIX "auth [success=2 default=ignore] pam_unix.so try_first_pass\n"
#define FAILED "auth [default=ignore] pam_mutex.so failed\n"
#define TAIL "auth requisite pam_deny.so\nauth required pam_permit.so\n"
#define FINISH "auth requisite pam_mutex.so finish\n"
#define AUTH BEGIN UNIX FAILED TAIL FINISH
#define GATE "account requisite pam_mutex.so\n"
#define ACCOUNT GATE "account [success=1 new_authtok_reqd=done default=ignore] pam_unix.so\naccount requisite pam_deny.so\naccount required pam_permit.so\n"
#define NOPASSWD "auth sufficient pam_succeed_if.so user ingroup nopasswdlogin\n"

static const struct {
	const char *name, *text, *common; /* of service "s", of "common" */
	enum service_kind kind;
	enum pam_gate_verdict verdict;
	enum pam_gate_cause cause;
	unsigned culprit; /* its line, 0 = none */
} AUTH_ROWS[] = {
	{"Debian with the module", AUTH ACCOUNT, "", SERVICE_LOGIN, PAM_GATE_GUARDED, PAM_GATE_CAUSE_NONE, 0},
	{"with a fingerprint and sss", "auth [success=5 ignore=ignore default=die] pam_mutex.so begin\nauth [success=4 default=ignore] pam_fprintd.so\n"
	 "auth [success=3 default=ignore] pam_unix.so\nauth [success=2 default=ignore] pam_sss.so use_first_pass\n" FAILED TAIL FINISH "auth optional pam_cap.so\n" ACCOUNT,
	 "", SERVICE_LOGIN, PAM_GATE_GUARDED, PAM_GATE_CAUSE_NONE, 0},
	{"Debian without it", "auth [success=1 default=ignore] pam_unix.so nullok\n" TAIL ACCOUNT, "", SERVICE_LOGIN, PAM_GATE_BYPASS, PAM_GATE_CAUSE_NO_LINES, 1},
	{"own lines without it", "auth required pam_unix.so\n" ACCOUNT, "", SERVICE_LOGIN, PAM_GATE_BYPASS, PAM_GATE_CAUSE_NO_LINES, 1},
	{"sufficient before the include", "auth sufficient pam_unix.so\n@include common\n", AUTH ACCOUNT, SERVICE_LOGIN, PAM_GATE_BYPASS, PAM_GATE_CAUSE_SKIPPED, 1},
	{"a jump past it", "auth [success=6 default=ignore] pam_ldap.so\n" AUTH "auth optional pam_cap.so\n" ACCOUNT, "", SERVICE_LOGIN, PAM_GATE_BYPASS,
	 PAM_GATE_CAUSE_SKIPPED, 1},
	{"an unknown module before", "auth sufficient pam_own.so\n" AUTH ACCOUNT, "", SERVICE_LOGIN, PAM_GATE_BYPASS, PAM_GATE_CAUSE_SKIPPED, 1},
	{"a check before", "auth requisite pam_nologin.so\nauth required pam_succeed_if.so user != root\n" AUTH ACCOUNT, "", SERVICE_LOGIN, PAM_GATE_GUARDED,
	 PAM_GATE_CAUSE_NONE, 0},
	{"a password before", "auth required pam_krb5.so\n" AUTH ACCOUNT, "", SERVICE_LOGIN, PAM_GATE_BYPASS, PAM_GATE_CAUSE_UNCOUNTED, 1},
	{"a further module behind", AUTH "auth required pam_google_authenticator.so\n" ACCOUNT, "", SERVICE_LOGIN, PAM_GATE_WEAK, PAM_GATE_CAUSE_BEHIND, 7},
	{"the only proof stands behind", "auth required pam_permit.so\n" FINISH "auth required pam_own.so\n" ACCOUNT, "", SERVICE_LOGIN, PAM_GATE_BYPASS,
	 PAM_GATE_CAUSE_BEHIND, 3},
	{"nobody is asked", "auth required pam_permit.so\n" ACCOUNT, "", SERVICE_LOGIN, PAM_GATE_BYPASS, PAM_GATE_CAUSE_OPEN_DOOR, 1},
	{"nobody is asked, and finish agrees", "auth required pam_permit.so\n" FINISH ACCOUNT, "", SERVICE_LOGIN, PAM_GATE_BYPASS, PAM_GATE_CAUSE_OPEN_DOOR, 1},
	{"a greeter", "auth required pam_permit.so\n" ACCOUNT, "", SERVICE_GREETER, PAM_GATE_EXEMPT, PAM_GATE_CAUSE_NONE, 0},
	{"people of a group", NOPASSWD AUTH ACCOUNT, "", SERVICE_LOGIN, PAM_GATE_BYPASS, PAM_GATE_CAUSE_OPEN_DOOR, 1},
	{"people of an empty group", "auth sufficient pam_succeed_if.so user ingroup empty\n" AUTH ACCOUNT, "", SERVICE_LOGIN, PAM_GATE_GUARDED, PAM_GATE_CAUSE_NONE, 0},
	{"root in sshd", "auth sufficient pam_rootok.so\n" AUTH ACCOUNT, "", SERVICE_LOGIN, PAM_GATE_BYPASS, PAM_GATE_CAUSE_ROOT_OK, 1},
	{"root in su", "auth sufficient pam_rootok.so\n" AUTH ACCOUNT, "", SERVICE_SU, PAM_GATE_GUARDED, PAM_GATE_CAUSE_NONE, 0},
	{"wheel in su", "auth sufficient pam_rootok.so\nauth sufficient pam_wheel.so trust\n" AUTH ACCOUNT, "", SERVICE_SU, PAM_GATE_BYPASS,
	 PAM_GATE_CAUSE_OPEN_DOOR, 2},
	{"begin alone", BEGIN UNIX TAIL ACCOUNT, "", SERVICE_LOGIN, PAM_GATE_BYPASS, PAM_GATE_CAUSE_HALF_SET, 1},
	{"finish alone", UNIX TAIL FINISH ACCOUNT, "", SERVICE_LOGIN, PAM_GATE_BYPASS, PAM_GATE_CAUSE_HALF_SET, 4},
	{"without failed", "auth [success=2 ignore=ignore default=die] pam_mutex.so begin\nauth [success=1 default=ignore] pam_unix.so\n" TAIL FINISH ACCOUNT, "",
	 SERVICE_LOGIN, PAM_GATE_BYPASS, PAM_GATE_CAUSE_HALF_SET, 1},
	{"finish optional", BEGIN UNIX FAILED TAIL "auth optional pam_mutex.so finish\n" ACCOUNT, "", SERVICE_LOGIN, PAM_GATE_BYPASS, PAM_GATE_CAUSE_REFUSAL, 6},
	{"begin goes on", "auth [success=3 default=ignore] pam_mutex.so begin\n" UNIX FAILED TAIL FINISH ACCOUNT, "", SERVICE_LOGIN, PAM_GATE_BYPASS,
	 PAM_GATE_CAUSE_REFUSAL, 1},
	{"refused in a substack, forgotten behind it", "auth substack common\nauth [default=reset] pam_permit.so\nauth required pam_permit.so\n" ACCOUNT, AUTH,
	 SERVICE_LOGIN, PAM_GATE_BYPASS, PAM_GATE_CAUSE_REFUSAL, 1},
	{"in a substack", "auth substack common\nauth required pam_env.so\n" ACCOUNT, AUTH, SERVICE_LOGIN, PAM_GATE_GUARDED, PAM_GATE_CAUSE_NONE, 0},
	{"a finger with finish", "auth required pam_fprintd.so\nauth optional pam_gnome_keyring.so\n" FINISH ACCOUNT, "", SERVICE_LOGIN, PAM_GATE_GUARDED,
	 PAM_GATE_CAUSE_NONE, 0},
	{"a finger without it: the gate denies", "auth required pam_fprintd.so\n" ACCOUNT, "", SERVICE_LOGIN, PAM_GATE_WEAK, PAM_GATE_CAUSE_NO_LINES, 1},
	{"a finger and no gate", "auth required pam_fprintd.so\naccount required pam_unix.so\n", "", SERVICE_LOGIN, PAM_GATE_BYPASS, PAM_GATE_CAUSE_NO_LINES, 1},
	{"a finger that may stand aside", "auth required pam_u2f.so nouserok\nauth required pam_permit.so\n" FINISH ACCOUNT, "", SERVICE_LOGIN, PAM_GATE_BYPASS,
	 PAM_GATE_CAUSE_OPEN_DOOR, 2},
	{"a mistyped word", BEGIN UNIX FAILED TAIL "auth requisite pam_mutex.so finnish\n" ACCOUNT, "", SERVICE_LOGIN, PAM_GATE_BYPASS, PAM_GATE_CAUSE_HALF_SET, 1},
	{"a module of another folder", "auth requisite /opt/pam_mutex.so begin\n" UNIX TAIL ACCOUNT, "", SERVICE_LOGIN, PAM_GATE_BYPASS, PAM_GATE_CAUSE_NO_LINES, 2},
	{"with another root", BEGIN UNIX FAILED TAIL "auth requisite pam_mutex.so finish root=/tmp\n" ACCOUNT, "", SERVICE_LOGIN, PAM_GATE_BYPASS,
	 PAM_GATE_CAUSE_HALF_SET, 1},
	{"deny", "auth required pam_deny.so\n" ACCOUNT, "", SERVICE_LOGIN, PAM_GATE_CLOSED, PAM_GATE_CAUSE_NONE, 0},
	{"a loop", "auth include s\n" ACCOUNT, "", SERVICE_LOGIN, PAM_GATE_UNPROVABLE, PAM_GATE_CAUSE_NONE, 0},
	{"a missing include", "@include nowhere\n" AUTH ACCOUNT, "", SERVICE_LOGIN, PAM_GATE_DEAD, PAM_GATE_CAUSE_NONE, 0},
};

static const struct {
	const char *name, *text, *common;
	enum service_kind kind;
	enum pam_gate_verdict verdict;
	enum pam_gate_cause cause;
	unsigned culprit;
} ACCOUNT_ROWS[] = {
	{"Debian with the gate", ACCOUNT, "", SERVICE_LOGIN, PAM_GATE_GUARDED, PAM_GATE_CAUSE_NONE, 0},
	{"without", "account required pam_unix.so\n", "", SERVICE_LOGIN, PAM_GATE_BYPASS, PAM_GATE_CAUSE_NO_ACCOUNT_LINE, 0},
	{"cron without", "account required pam_unix.so\n", "", SERVICE_ACCOUNT_ONLY, PAM_GATE_BYPASS, PAM_GATE_CAUSE_NO_ACCOUNT_LINE, 0},
	{"permit only", "account required pam_permit.so\n", "", SERVICE_LOGIN, PAM_GATE_BYPASS, PAM_GATE_CAUSE_NO_ACCOUNT_LINE, 0},
	{"a greeter's", "account required pam_permit.so\n", "", SERVICE_GREETER, PAM_GATE_EXEMPT, PAM_GATE_CAUSE_NONE, 0},
	{"sufficient before", "account sufficient pam_localuser.so\n" ACCOUNT, "", SERVICE_LOGIN, PAM_GATE_BYPASS, PAM_GATE_CAUSE_ACCOUNT_SKIPPED, 1},
	{"an expired password before", "account [success=ok new_authtok_reqd=done default=bad] pam_unix.so\n" GATE, "", SERVICE_LOGIN, PAM_GATE_BYPASS,
	 PAM_GATE_CAUSE_ACCOUNT_SKIPPED, 1},
	{"sufficient behind", GATE "account sufficient pam_localuser.so\naccount required pam_sss.so\n", "", SERVICE_LOGIN, PAM_GATE_GUARDED, PAM_GATE_CAUSE_NONE, 0},
	{"optional", "account optional pam_mutex.so\naccount required pam_unix.so\n", "", SERVICE_LOGIN, PAM_GATE_BYPASS, PAM_GATE_CAUSE_ACCOUNT_REFUSAL, 1},
	{"in a substack, forgotten behind it", "account substack common\naccount [default=reset] pam_permit.so\naccount required pam_permit.so\n", GATE, SERVICE_LOGIN,
	 PAM_GATE_BYPASS, PAM_GATE_CAUSE_ACCOUNT_REFUSAL, 1},
	{"deny", "account required pam_deny.so\n", "", SERVICE_LOGIN, PAM_GATE_CLOSED, PAM_GATE_CAUSE_NONE, 0},
};

static bool group_is_empty(void *context, const char *group)
{
	(void)context;
	return strcmp(group, "empty") == 0;
}

static void read_service(const char *text, const char *common, struct pam_service *ret_service)
{
	static struct diag items[8];
	struct diag_list diags = {.items = items, .max = 8};
	struct memory_file list[] = {{0, "s", text}, {0, "common", common}, {0, NULL, NULL}};
	struct pam_files files = {.read = memory_read, .context = list};
	struct arena arena;

	arena_init(&arena, memory, sizeof memory);
	assert_int_equal(pam_stack_read(&files, "s", &arena, &diags, ret_service), 0);
}

static void check(const char *name, const struct pam_gate_judgement *j, enum pam_gate_verdict verdict, enum pam_gate_cause cause, unsigned culprit)
{
	char buffer[4096];
	struct text t;

	TEXT_INTO(&t, buffer);
	pam_gate_add_reason(&t, j);
	text_add(&t, " | ");
	pam_gate_add_remedy(&t, j);
	text_add(&t, " | ");
	pam_gate_add_path(&t, j);
	print_message("%s: %s: %s\n", name, pam_gate_verdict_name(j->verdict), buffer);
	assert_int_equal(text_end(&t), 0);
	assert_string_equal(pam_gate_verdict_name(j->verdict), pam_gate_verdict_name(verdict));
	assert_string_equal(pam_gate_cause_name(j->cause), pam_gate_cause_name(cause));
	assert_int_equal(j->culprit != NULL ? j->culprit->line : 0, culprit);
}

static void judge(const struct pam_service *s, enum service_kind kind, struct pam_gate_judgement *account, struct pam_gate_judgement *auth)
{
	struct pam_gate_facts facts = {.root = "", .kind = kind, .group_is_empty = group_is_empty};
	struct arena scratch;

	arena_init(&scratch, scratch_memory, sizeof scratch_memory);
	pam_gate_judge_account(s, &facts, &scratch, account);
	pam_gate_judge_auth(s, &facts, account, &scratch, auth);
}

static void test_auth(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof AUTH_ROWS / sizeof AUTH_ROWS[0]; i++) {
		struct pam_gate_judgement account, auth;
		struct pam_service s;

		read_service(AUTH_ROWS[i].text, AUTH_ROWS[i].common, &s);
		judge(&s, AUTH_ROWS[i].kind, &account, &auth);
		check(AUTH_ROWS[i].name, &auth, AUTH_ROWS[i].verdict, AUTH_ROWS[i].cause, AUTH_ROWS[i].culprit);
	}
}

static void test_account(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof ACCOUNT_ROWS / sizeof ACCOUNT_ROWS[0]; i++) {
		struct pam_gate_judgement account, auth;
		struct pam_service s;

		read_service(ACCOUNT_ROWS[i].text, ACCOUNT_ROWS[i].common, &s);
		judge(&s, ACCOUNT_ROWS[i].kind, &account, &auth);
		check(ACCOUNT_ROWS[i].name, &account, ACCOUNT_ROWS[i].verdict, ACCOUNT_ROWS[i].cause, ACCOUNT_ROWS[i].culprit);
	}
}

/* Too little memory proves nothing. */
static void test_memory(void **state)
{
	struct pam_gate_facts facts = {.root = "", .kind = SERVICE_LOGIN};
	struct pam_gate_judgement j;
	struct pam_service s;
	struct arena scratch;

	(void)state;
	read_service(AUTH ACCOUNT, "", &s);
	for (size_t size = 0; size < 4096; size += 256) {
		arena_init(&scratch, scratch_memory, size);
		pam_gate_judge_account(&s, &facts, &scratch, &j);
		assert_true(j.verdict == PAM_GATE_UNPROVABLE || j.verdict == PAM_GATE_GUARDED);
		arena_init(&scratch, scratch_memory, 64);
		pam_gate_judge_auth(&s, &facts, &j, &scratch, &j);
		assert_int_equal(j.verdict, PAM_GATE_UNPROVABLE);
	}
}

#define SESSION "session required pam_unix.so\nsession optional pam_mutex.so\n"
static const struct {
	const char *name, *text;
	enum pam_set_state state;
	const char *problem; /* a part of it */
} SET_ROWS[] = {
	{"whole", AUTH ACCOUNT SESSION, PAM_SET_WHOLE, ""},
	{"none", UNIX TAIL "account required pam_unix.so\nsession required pam_unix.so\n", PAM_SET_NONE, ""},
	{"the lines of an older version", UNIX TAIL ACCOUNT "session required pam_unix.so\n", PAM_SET_HALF, "each of begin"},
	{"two begins", BEGIN AUTH ACCOUNT SESSION, PAM_SET_HALF, "once"},
	{"no failed", BEGIN UNIX TAIL FINISH ACCOUNT SESSION, PAM_SET_HALF, "each of begin"},
	{"a line before begin", "auth optional pam_env.so\n" AUTH ACCOUNT SESSION, PAM_SET_HALF, "first auth line"},
	{"begin's control", "auth requisite pam_mutex.so begin\n" UNIX FAILED TAIL FINISH ACCOUNT SESSION, PAM_SET_HALF, "control [success=N"},
	{"failed's control", BEGIN UNIX "auth required pam_mutex.so failed\n" TAIL FINISH ACCOUNT SESSION, PAM_SET_HALF, "[default=ignore]"},
	{"a password behind failed", BEGIN FAILED UNIX TAIL FINISH ACCOUNT SESSION, PAM_SET_HALF, "behind \"pam_mutex.so failed\""},
	{"finish not requisite", BEGIN UNIX FAILED TAIL "auth required pam_mutex.so finish\n" ACCOUNT SESSION, PAM_SET_HALF, "must be requisite"},
	{"finish before", BEGIN FINISH UNIX FAILED TAIL ACCOUNT SESSION, PAM_SET_HALF, "behind the others"},
	{"nobody asks", BEGIN "auth [success=2 default=ignore] pam_sss.so use_first_pass\n" FAILED TAIL FINISH ACCOUNT SESSION, PAM_SET_HALF, "use_first_pass"},
	{"no gate", AUTH "account required pam_unix.so\n" SESSION, PAM_SET_HALF, "common-account"},
	{"the gate is not the first", AUTH "account required pam_unix.so\n" GATE SESSION, PAM_SET_HALF, "the first"},
	{"the gate is not requisite", AUTH "account required pam_mutex.so\n" SESSION, PAM_SET_HALF, "requisite"},
	{"no session line", AUTH ACCOUNT "session required pam_unix.so\n", PAM_SET_HALF, "common-session"},
};

static void test_set(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof SET_ROWS / sizeof SET_ROWS[0]; i++) {
		struct pam_service s;
		struct pam_set set;

		read_service(SET_ROWS[i].text, "", &s);
		set = pam_set_judge(&s.phases[PAM_PHASE_AUTH], &s.phases[PAM_PHASE_ACCOUNT], &s.phases[PAM_PHASE_SESSION], "");
		print_message("%s: %d %s\n", SET_ROWS[i].name, (int)set.state, set.problem);
		assert_int_equal(set.state, SET_ROWS[i].state);
		assert_non_null(strstr(set.problem, SET_ROWS[i].problem));
		assert_true((*set.problem == '\0') == (*SET_ROWS[i].problem == '\0'));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_auth), cmocka_unit_test(test_account), cmocka_unit_test(test_memory), cmocka_unit_test(test_set)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

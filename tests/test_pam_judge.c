/* SPDX-License-Identifier: BSD-2-Clause */
/* Stacks that guard and stacks that do not: the verdict, its cause and the line to blame. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "pam_files.h"
#include "pam_judge.h"
#include "text.h"

static unsigned char memory[1024 * 1024], scratch_memory[PAM_JUDGE_SCRATCH_BYTES];

#define MUTEX "password requisite pam_mutex.so\n"
#define UNIX "password [success=1 default=ignore] pam_unix.so obscure use_authtok try_first_pass yescrypt\n"
#define UNIX_FIRST "password [success=1 default=ignore] pam_unix.so obscure yescrypt\n"
#define TAIL "password requisite pam_deny.so\npassword required pam_permit.so\n"
#define PWQUALITY "password requisite pam_pwquality.so retry=3\n"
#define RECHECK "password [success=ok default=die] pam_mutex.so use_authtok\n"

static const struct {
	const char *name;
	const char *text;   /* of service "s" */
	const char *common; /* of "common-password" */
	enum pam_verdict verdict;
	enum pam_cause cause;
	unsigned culprit; /* its line, 0 = none */
	unsigned setter;
} ROWS[] = {
	{"Debian with the module", "@include common-password\n", MUTEX UNIX TAIL, PAM_GUARDED, PAM_CAUSE_NONE, 0, 0},
	{"Debian without it", "@include common-password\n", UNIX_FIRST TAIL, PAM_BYPASS, PAM_CAUSE_MISSING, 0, 1},
	{"own lines without it", "password required pam_unix.so\n", MUTEX UNIX TAIL, PAM_BYPASS, PAM_CAUSE_MISSING, 0, 1},
	{"setter before the include", "password sufficient pam_unix.so\n@include common-password\n", MUTEX UNIX TAIL, PAM_BYPASS, PAM_CAUSE_BEFORE, 1, 1},
	{"setter behind", UNIX_FIRST TAIL MUTEX, "", PAM_BYPASS, PAM_CAUSE_BEFORE, 4, 1},
	{"setter asks again", MUTEX UNIX_FIRST TAIL, "", PAM_BYPASS, PAM_CAUSE_SETTER_ASKS, 2, 2},
	{"optional, bound setter", "password optional pam_mutex.so\n" UNIX TAIL, "", PAM_BYPASS, PAM_CAUSE_REFUSAL, 1, 2},
	{"wrong brackets", "password [success=ok default=ignore] pam_mutex.so\n" UNIX TAIL, "", PAM_BYPASS, PAM_CAUSE_REFUSAL, 1, 2},
	{"required, bound setter", "password required pam_mutex.so\n" UNIX TAIL, "", PAM_WEAK, PAM_CAUSE_REFUSAL, 1, 2},
	{"required, unbound setter", "password required pam_mutex.so\n" UNIX_FIRST TAIL, "", PAM_BYPASS, PAM_CAUSE_SETTER_ASKS, 2, 2},
	{"right brackets", "password [success=ok default=die] pam_mutex.so\n" UNIX TAIL, "", PAM_GUARDED, PAM_CAUSE_NONE, 0, 0},
	{"sufficient ends the stack after the module", "password sufficient pam_mutex.so\n" UNIX TAIL, "", PAM_BYPASS, PAM_CAUSE_REFUSAL, 1, 2},
	{"jump over the module", "password [success=1 default=ignore] pam_succeed_if.so uid < 1000\n" MUTEX UNIX TAIL, "", PAM_BYPASS,
	 PAM_CAUSE_SKIPPED, 1, 3},
	{"jump over module and setter", "password [success=2 default=ignore] pam_succeed_if.so uid < 1000\n" MUTEX UNIX TAIL, "", PAM_GUARDED,
	 PAM_CAUSE_NONE, 0, 0},
	{"sufficient before the module ends the stack", "password sufficient pam_localuser.so\n" MUTEX UNIX TAIL, "", PAM_GUARDED, PAM_CAUSE_NONE, 0, 0},
	{"sufficient ends only its substack", "password substack common-password\npassword required pam_unix.so use_authtok\n",
	 "password sufficient pam_localuser.so\n" MUTEX, PAM_BYPASS, PAM_CAUSE_SKIPPED, 1, 2},
	{"module in a substack", "password substack common-password\npassword required pam_unix.so use_authtok\n", MUTEX, PAM_WEAK,
	 PAM_CAUSE_REFUSAL, 1, 2},
	{"refusal in a substack, forgotten behind it", "password substack common-password\npassword [default=reset] pam_permit.so\npassword required pam_unix.so use_authtok\n",
	 MUTEX, PAM_BYPASS, PAM_CAUSE_REFUSAL, 1, 3},
	{"module and setter in a substack", "password substack common-password\n", MUTEX UNIX TAIL, PAM_GUARDED, PAM_CAUSE_NONE, 0, 0},
	{"pwquality before the module", PWQUALITY "password requisite pam_mutex.so use_authtok\n" UNIX TAIL, "", PAM_GUARDED, PAM_CAUSE_NONE, 0, 0},
	{"pwquality behind the module asks again", MUTEX PWQUALITY UNIX TAIL, "", PAM_BYPASS, PAM_CAUSE_CHECKER_ASKS, 2, 3},
	{"pwquality behind the module, bound", MUTEX "password requisite pam_pwquality.so use_authtok\n" UNIX TAIL, "", PAM_GUARDED, PAM_CAUSE_NONE, 0, 0},
	{"judged again behind pwquality", MUTEX PWQUALITY RECHECK UNIX TAIL, "", PAM_GUARDED, PAM_CAUSE_NONE, 0, 0},
	{"pwhistory behind the module", MUTEX "password required pam_pwhistory.so remember=5\n" UNIX TAIL, "", PAM_BYPASS, PAM_CAUSE_CHECKER_ASKS, 2, 3},
	{"only pwquality", PWQUALITY UNIX TAIL, "", PAM_BYPASS, PAM_CAUSE_MISSING, 0, 2},
	{"sss, Debian's lines", MUTEX "password [success=2 default=ignore] pam_unix.so use_authtok\npassword sufficient pam_sss.so use_authtok\n" TAIL, "",
	 PAM_GUARDED, PAM_CAUSE_NONE, 0, 0},
	{"sss first", "password sufficient pam_sss.so\n" MUTEX UNIX TAIL, "", PAM_BYPASS, PAM_CAUSE_BEFORE, 2, 1},
	{"ldap, Debian's lines", MUTEX "password [success=2 default=ignore] pam_unix.so use_authtok\npassword [success=1 default=ignore] pam_ldap.so "
	 "minimum_uid=1000 try_first_pass\n" TAIL, "", PAM_WEAK, PAM_CAUSE_SETTER_ASKS, 3, 3},
	{"homed before unix, Debian's lines", MUTEX "password [success=2 default=ignore] pam_systemd_home.so\npassword [success=1 default=ignore] pam_unix.so "
	 "use_authtok\n" TAIL, "", PAM_GUARDED, PAM_CAUSE_NONE, 0, 0},
	{"krb5 before unix, Debian's lines", MUTEX "password [success=2 default=ignore] pam_krb5.so minimum_uid=1000 try_first_pass use_authtok\n" UNIX TAIL, "",
	 PAM_GUARDED, PAM_CAUSE_NONE, 0, 0},
	{"keyring behind", MUTEX UNIX TAIL "password optional pam_gnome_keyring.so\n", "", PAM_GUARDED, PAM_CAUSE_NONE, 0, 0},
	{"unknown module before", "password optional pam_exec.so /x\n" MUTEX UNIX TAIL, "", PAM_BYPASS, PAM_CAUSE_BEFORE, 2, 1},
	{"unknown module behind", MUTEX UNIX TAIL "password optional pam_exec.so /x\n", "", PAM_GUARDED, PAM_CAUSE_NONE, 0, 0},
	{"module of another folder", "password requisite /opt/security/pam_mutex.so\n" UNIX TAIL, "", PAM_BYPASS, PAM_CAUSE_MISSING, 0, 1},
	{"module with another root", "password requisite pam_mutex.so root=/tmp\n" UNIX TAIL, "", PAM_BYPASS, PAM_CAUSE_MISSING, 0, 2},
	{"misspelt type", "pasword requisite pam_mutex.so\n" UNIX TAIL, "", PAM_BYPASS, PAM_CAUSE_MISSING, 0, 2},
	{"misspelt control kills the line", "password requisit pam_mutex.so\n" UNIX TAIL, "", PAM_NO_CHANGE, PAM_CAUSE_NONE, 0, 0},
	{"deny", "password required pam_deny.so\n", "", PAM_NO_CHANGE, PAM_CAUSE_NONE, 0, 0},
	{"deny, then the common lines", "password required pam_deny.so\n@include common-password\n", UNIX_FIRST TAIL, PAM_NO_CHANGE, PAM_CAUSE_NONE, 0, 0},
	{"permit only", "password required pam_permit.so\n", "", PAM_NO_CHANGE, PAM_CAUSE_NONE, 0, 0},
	{"jump off the stack fails", "password [default=9] pam_permit.so\n" UNIX_FIRST, "", PAM_NO_CHANGE, PAM_CAUSE_NONE, 0, 0},
	{"a failing line stops nothing that comes before it", "password required pam_unix.so\npassword\n", "", PAM_NO_CHANGE, PAM_CAUSE_NONE, 0, 0},
	{"reset forgets the refusal", "password required pam_mutex.so\npassword [default=reset] pam_permit.so\n" UNIX TAIL, "", PAM_BYPASS, PAM_CAUSE_REFUSAL, 1, 3},
	{"missing include is dead", "@include nowhere\n" UNIX_FIRST, "", PAM_DEAD, PAM_CAUSE_NONE, 0, 0},
	{"loop proves nothing", "password include s\n", "", PAM_UNPROVABLE, PAM_CAUSE_NONE, 0, 0},
};

static struct pam_judgement judge(const char *text, const char *common, const char *root, struct pam_service *ret_service)
{
	static struct diag items[8];
	struct diag_list diags = {.items = items, .max = 8};
	struct memory_file list[] = {{0, "s", text}, {0, "common-password", common}, {0, NULL, NULL}};
	struct pam_files files = {.read = memory_read, .context = list};
	struct arena arena, scratch;
	struct pam_judgement j;

	arena_init(&arena, memory, sizeof memory);
	arena_init(&scratch, scratch_memory, sizeof scratch_memory);
	assert_int_equal(pam_stack_read(&files, "s", &arena, &diags, ret_service), 0);
	pam_judge(ret_service, root, &scratch, &j);
	return j;
}

static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		struct pam_service s;
		struct pam_judgement j = judge(ROWS[i].text, ROWS[i].common, "", &s);
		char buffer[2048];
		struct text t;

		TEXT_INTO(&t, buffer);
		pam_judge_add_reason(&t, &j);
		text_add(&t, " | ");
		pam_judge_add_remedy(&t, &j);
		text_add(&t, " | ");
		pam_judge_add_path(&t, &j);
		print_message("%s: %s: %s\n", ROWS[i].name, pam_judge_verdict_name(j.verdict), buffer);
		assert_int_equal(text_end(&t), 0);
		assert_string_equal(pam_judge_verdict_name(j.verdict), pam_judge_verdict_name(ROWS[i].verdict));
		assert_string_equal(pam_judge_cause_name(j.cause), pam_judge_cause_name(ROWS[i].cause));
		assert_int_equal(j.culprit != NULL ? j.culprit->line : 0, ROWS[i].culprit);
		assert_int_equal(j.setter != NULL ? j.setter->line : 0, ROWS[i].setter);
		if (j.setter != NULL)
			assert_ptr_equal(j.path[j.path_len - 1].line, j.setter);
	}
}

static void test_other(void **state)
{
	static struct memory_file list[] = {{0, "s", "auth required pam_unix.so\n"}, {0, "other", UNIX_FIRST TAIL}, {0, NULL, NULL}};
	struct pam_files files = {.read = memory_read, .context = list};
	struct diag_list diags = {0};
	struct arena arena, scratch;
	struct pam_service s;
	struct pam_judgement j;

	(void)state;
	arena_init(&arena, memory, sizeof memory);
	arena_init(&scratch, scratch_memory, sizeof scratch_memory);
	assert_int_equal(pam_stack_read(&files, "s", &arena, &diags, &s), 0);
	pam_judge(&s, "", &scratch, &j);
	assert_int_equal(j.verdict, PAM_BYPASS);
	assert_true(j.from_other);
	assert_string_equal(j.setter->file, "other");
}

static void test_own_root(void **state)
{
	struct pam_service s;

	(void)state;
	assert_int_equal(judge("password requisite pam_mutex.so root=/t\n" UNIX TAIL, "", "/t", &s).verdict, PAM_GUARDED);
}

/* Too little memory proves nothing, and is no crash. */
static void test_short_memory(void **state)
{
	struct pam_service s;
	struct pam_judgement j;
	struct arena scratch;

	(void)state;
	(void)judge(MUTEX UNIX TAIL, "", "", &s);
	for (size_t size = 0; size < 150; size += 8) {
		arena_init(&scratch, scratch_memory, size);
		pam_judge(&s, "", &scratch, &j);
		assert_int_equal(j.verdict, PAM_UNPROVABLE);
	}
}

static void test_roles(void **state)
{
	struct pam_line line = {.kind = PAM_LINE_MODULE, .module = "pam_mutex.so"};

	(void)state;
	assert_int_equal(pam_judge_role(&line), PAM_ROLE_MUTEX);
	line.module = "pam_unix.so";
	assert_int_equal(pam_judge_role(&line), PAM_ROLE_ASKING_SETTER);
	line.module = "pam_unix2.so";
	assert_int_equal(pam_judge_role(&line), PAM_ROLE_UNKNOWN);
	line.kind = PAM_LINE_MUST_FAIL;
	assert_int_equal(pam_judge_role(&line), PAM_ROLE_UNKNOWN);
}

static void test_holds(void **state)
{
	(void)state;
	for (int v = 0; v < PAM_VERDICT_MAX; v++)
		assert_int_equal(pam_judge_holds((enum pam_verdict)v), v != PAM_BYPASS && v != PAM_UNPROVABLE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),	     cmocka_unit_test(test_other), cmocka_unit_test(test_own_root),
		cmocka_unit_test(test_short_memory), cmocka_unit_test(test_roles), cmocka_unit_test(test_holds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

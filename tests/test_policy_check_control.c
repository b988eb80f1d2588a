/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of conf/policy_check_control.c: sections [control NAME] and what is told about them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>

#include "policy_sample.h"

static void controls(void **state)
{
	static const struct {
		const char *name, *text, *want;
	} rows[] = {
		{"all of it", "[control firewall]\nmode = off\ngrace = 5min\nallow = tcp/22, udp/60000-61000 from 10.0.0.0/8, any on wg*\n", ""},
		{"no name", "[control]\nmode = off\n", "a.conf:1:2: error: [control] says not which one it is for; write [control NAME]\n"},
		{"misspelt", "[control firewal]\nmode = off\n", "a.conf:1:2: error: unknown control \"firewal\"; did you mean \"firewall\"?\n"},
		{"another name", "[control xyzzyplugh]\nmode = off\n", "a.conf:1:2: error: unknown control \"xyzzyplugh\"; choose one of firewall, units, antivirus, auth, self\n"},
		{"no word", "[control my.wall]\nmode = off\n", "a.conf:1:10: error: \"my.wall\" is no name of a control; use letters, digits, - and _\n"},
		{"no opening", "[control firewall]\nallow = tcp/22, http\n",
		 "a.conf:2:9: error: \"http\" is no opening: an opening begins with tcp, udp, any or the number of a protocol, such as tcp/22\n"},
		{"units", "[control units]\nmode = off\nunits = ssh.service, backup@home.timer, a-b.socket, x.path\nunit_files = /etc/x.conf\n", ""},
		{"no unit", "[control units]\nunits = ssh\n",
		 "a.conf:2:9: error: \"ssh\" is no unit that stays on: write its whole name, such as ssh.service or backup.timer\n"},
		{"a path", "[control units]\nunits = ../ssh.service\n",
		 "a.conf:2:9: error: \"../ssh.service\" is no unit that stays on: write its whole name, such as ssh.service or backup.timer\n"},
		{"antivirus",
		 "[control antivirus]\nmode = off\nscanners = mdatp, clamav\nsignature_age = 2d\nscan_age = 30d\ntest_age = 1d\nscan_paths = /home\n"
		 "exclusions = ExcludePath ^/srv/build/\nunit_files = /etc/x.conf\n",
		 ""},
		{"a product that nobody knows", "[control antivirus]\nscanners = clamav, norton\n",
		 "a.conf:2:12: error: \"norton\" is no antivirus product that is known; choose of clamav, mdatp, falcon\n"},
		{"what another control looks at", "[control units]\nallow = tcp/22\n", "a.conf:2:9: error: allow counts in [control firewall] only; move it there\n"},
		{"units elsewhere", "[control firewall]\nunits = ssh.service\n", "a.conf:2:9: error: units counts in [control units] only; move it there\n"},
		{"files of units elsewhere", "[control auth]\nunit_files = /etc/x.conf\n",
		 "a.conf:2:14: error: unit_files counts in [control units] and [control antivirus] only; move it there\n"},
		{"auth", "[control auth]\nmode = off\nadmins = @itadmin, carol\naccept = /etc/sudoers.d/deploy, single\n", ""},
		{"administrators elsewhere", "[control self]\nmode = off\nadmins = @itadmin\n",
		 "a.conf:3:10: error: admins counts in [control auth] only; move it there\n"},
		{"what is accepted elsewhere", "[control units]\nmode = off\naccept = /etc/sudoers.d/deploy\n",
		 "a.conf:3:10: error: accept counts in [control auth] only; move it there\n"},
		{"observed without an end", "[control firewall]\nmode = observe\n", "a.conf:2:8: error: mode = observe needs an end; add observe_until = YYYY-MM-DD\n"},
		{"repair of nobody knows what", "[control firewall]\nmode = repair\n",
		 "a.conf:2:1: warning: the firewall is not put right without \"products\", which names the one to switch on: ufw, firewalld, nftables\n"},
		{"repair", "[control firewall]\nmode = repair\nproducts = firewalld, ufw\nrepairs = 0\n", ""},
		{"a product that is none", "[control firewall]\nproducts = ufw, shorewall\n",
		 "a.conf:2:12: error: unknown firewall \"shorewall\"; choose among ufw, firewalld, nftables\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct policy_sample sample SAMPLE_FREED;

		print_message("%s\n", rows[i].name);
		policy_sample_text(&sample, rows[i].text);
		assert_string_equal(sample.problems, rows[i].want);
		assert_int_equal(sample.result, sample.diags.errors > 0 ? -EINVAL : 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(controls)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

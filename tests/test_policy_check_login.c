/* SPDX-License-Identifier: BSD-2-Clause */
/* What is wrong about factors, demands, people, networks and hours in a policy. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "policy_rows.h"

static void factors(void **state)
{
	static const struct file_row rows[] = {
		{"every use", "[factor a]\nuse = pam:mutex-u2f\ntimeout = 20s\n[factor b]\nuse = exec:/usr/lib/mutex/token\nuser = token\ntimeout = 10s\n[factor c]\nuse = totp\n"
			      "[factor d]\nuse = recovery\n[mfa]\nrequire = password+a, password+b, password+c, password+d\n",
		 ""},
		{"the built-in totp", "[factor totp]\ndigits = 8\nalgorithm = sha256\nissuer = Example\n", ""},
		{"the built-in totp, said in full", "[factor totp]\nuse = totp\ndigits = 8\n", ""},
		{"the built-in totp as something else", "[factor totp]\nuse = pam:duo\n",
		 "a.conf:2:7: error: [factor totp] sets up the built-in factor and always uses totp; give another factor another name\n"},
		{"another built-in one", "[factor recovery]\nuse = recovery\n",
		 "a.conf:1:2: error: [factor recovery] is built in and has nothing to set; delete it, or give it another name\n"},
		{"password", "[factor password]\n", "a.conf:1:2: error: [factor password] is built in and has nothing to set; delete it, or give it another name\n"},
		{"no use", "[factor duo]\ntimeout = 10s\n[mfa]\nrequire = password+duo\n",
		 "a.conf:1:2: error: [factor duo] says not what it uses; add use = pam:SERVICE, use = exec:/PATH or use = totp\n"},
		{"no lines", "[factor duo]\n", "a.conf:1:2: error: [factor duo] says not what it uses; add use = pam:SERVICE, use = exec:/PATH or use = totp\n"},
		{"unknown use, and no second word about it", "[factor duo]\nuse = u2f\n[mfa]\nrequire = password+duo\n",
		 "a.conf:2:7: error: \"u2f\" is nothing that a factor can use; write totp, recovery, pam:SERVICE or exec:/PATH\n"},
		{"pam without a service", "[factor f]\nuse = pam:\n[mfa]\nrequire = password+f\n",
		 "a.conf:2:7: error: \"pam:\" names no PAM service; write the name of a file of /etc/pam.d in small letters, such as pam:mutex-u2f\n"},
		{"pam with a path", "[factor f]\nuse = pam:/etc/pam.d/u2f\n[mfa]\nrequire = password+f\n",
		 "a.conf:2:7: error: \"pam:/etc/pam.d/u2f\" names no PAM service; write the name of a file of /etc/pam.d in small letters, such as pam:mutex-u2f\n"},
		{"pam with 31 bytes", "[factor f]\nuse = pam:abcdefghijklmnopqrstuvwxyz01234\n[mfa]\nrequire = password+f\n", ""},
		{"pam with 32 bytes", "[factor f]\nuse = pam:abcdefghijklmnopqrstuvwxyz012345\n[mfa]\nrequire = password+f\n",
		 "a.conf:2:7: error: \"pam:abcdefghijklmnopqrstuvwxyz012345\" names no PAM service; write the name of a file of /etc/pam.d in small letters, "
		 "such as pam:mutex-u2f\n"},
		{"pam with dots", "[factor f]\nuse = pam:..\n[mfa]\nrequire = password+f\n",
		 "a.conf:2:7: error: \"pam:..\" names no PAM service; write the name of a file of /etc/pam.d in small letters, such as pam:mutex-u2f\n"},
		{"a relative helper", "[factor f]\nuse = exec:token\n[mfa]\nrequire = password+f\n",
		 "a.conf:2:7: error: \"exec:token\" names no helper; write an absolute path without . and .., such as exec:/usr/lib/mutex/token\n"},
		{"a helper with ..", "[factor f]\nuse = exec:/usr/../token\n[mfa]\nrequire = password+f\n",
		 "a.conf:2:7: error: \"exec:/usr/../token\" names no helper; write an absolute path without . and .., such as exec:/usr/lib/mutex/token\n"},
		{"a helper with arguments", "[factor f]\nuse = exec:/bin/token --ask\n[mfa]\nrequire = password+f\n",
		 "a.conf:2:7: error: \"exec:/bin/token --ask\" has a blank; a helper gets no arguments, so write the path alone\n"},
		{"a stack that leads back", "[factor f]\nuse = pam:common-auth\n[mfa]\nrequire = password+f\n",
		 "a.conf:2:7: error: \"pam:common-auth\" would lead back to pam_mutex; write a PAM service of its own, such as pam:mutex-u2f\n"},
		{"wrong use of one that is demanded nowhere", "[factor f]\nuse = u2f\n",
		 "a.conf:2:7: error: \"u2f\" is nothing that a factor can use; write totp, recovery, pam:SERVICE or exec:/PATH\n"},
		{"as root", "[factor f]\nuse = exec:/bin/token\nuser = root\n[mfa]\nrequire = password+f\n",
		 "a.conf:3:8: error: a helper never runs as root; write another user, such as nobody\n"},
		{"as uid 0", "[factor f]\nuse = exec:/bin/token\nuser = 0\n[mfa]\nrequire = password+f\n",
		 "a.conf:3:8: error: \"0\" is no user name; write whom the helper runs as, such as nobody\n"},
		{"as a uid range", "[factor f]\nuse = exec:/bin/token\nuser = 0:0\n[mfa]\nrequire = password+f\n",
		 "a.conf:3:8: error: \"0:0\" is no user name; write whom the helper runs as, such as nobody\n"},
		{"as everybody", "[factor f]\nuse = exec:/bin/token\nuser = all\n[mfa]\nrequire = password+f\n",
		 "a.conf:3:8: error: \"all\" is no user name; write whom the helper runs as, such as nobody\n"},
		{"lines of another kind", "[factor f]\nuse = pam:u2f\nuser = token\ndigits = 8\n[factor totp]\ntimeout = 5s\n[mfa]\nrequire = password+f\n",
		 "a.conf:3:8: warning: [factor f] is no factor to which user means anything; delete the line\n"
		 "a.conf:4:10: warning: [factor f] is no factor to which digits means anything; delete the line\n"
		 "a.conf:6:11: warning: [factor totp] is no factor to which timeout means anything; delete the line\n"},
		{"demanded nowhere", "[factor f]\nuse = pam:u2f\n",
		 "a.conf:1:2: warning: [factor f] is demanded nowhere; add its name to require in [mfa] or [service NAME], behind password+\n"},
		{"demanded of somebody", "[factor f]\nuse = pam:u2f\n[users a]\nmfa.require = password+f\n", ""},
	};

	(void)state;
	CHECK_ROWS(rows);
}

/* Eleven besides the five that are built in. */
static void too_many_factors(void **state)
{
	struct policy_sample sample SAMPLE_FREED;
	char text[2048];
	struct text t;

	(void)state;
	TEXT_INTO(&t, text);
	for (int i = 0; i < 12; i++)
		text_add_format(&t, "[factor f%d]\nuse = pam:x%d\n", i, i);
	for (int i = 0; i < 11; i++)
		text_add_format(&t, "[service s%d]\nrequire = password+f%d\n", i, i);
	policy_sample_text(&sample, text);
	assert_string_equal(sample.problems, "a.conf:23:2: error: [factor f11] is one too many; at most 11 may be defined\n");
}

static void demands(void **state)
{
	static const struct file_row rows[] = {
		{"of a factor below", "[mfa]\nrequire = password+f\n[factor f]\nuse = pam:u2f\n", ""},
		{"unknown factor", "[mfa]\nrequire = password+toptp\n", "a.conf:2:11: error: \"toptp\" is no factor; did you mean \"totp\"?\n"},
		{"of a service", "[service sshd]\nrequire = password+\n",
		 "a.conf:2:11: error: \"password+\" has a + or a comma too many; write it such as password+totp, password+recovery\n"},
		{"of a person", "[users a]\nmfa.require = password totp\n",
		 "a.conf:2:15: error: \"password totp\" is no factor; write + between those that are needed together, and a comma between alternatives\n"},
		{"of a service, as [mfa] says", "[service sshd]\nrequire = \"\"\n", ""},
		{"nothing", "[mfa]\nrequire = \"\"\n", "a.conf:2:11: error: \"\" demands nothing; write it such as password+totp, password+recovery\n"},
		{"one factor", "[mfa]\nrequire = password\n",
		 "a.conf:2:11: warning: \"password\" alone is one factor, so whoever shows it is asked for no second one; join two with +\n"},
		{"a hardware key counts as two", "[mfa]\nrequire = hardware-key, password+totp\n", ""},
		{"one factor for a locker", "[service i3lock]\nrequire = password\n", ""},
		{"everybody at once, without a date to enrol by", "[mfa]\nmode = enforce\nremote = required\nlocal = required\n",
		 "a.conf:3:10: warning: whoever has no second factor yet cannot get in here any more; say until when people can enrol, with "
		 "enrol_by = YYYY-MM-DD in [mfa]\n"},
		{"with a date", "[mfa]\nmode = enforce\nremote = required\nenrol_by = 2099-01-01\n", ""},
		{"one service at once", "[mfa]\nmode = enforce\n[service sshd]\nmfa = required\n",
		 "a.conf:4:7: warning: whoever has no second factor yet cannot get in here any more; say until when people can enrol, with "
		 "enrol_by = YYYY-MM-DD in [mfa]\n"},
		{"while it is observed", "[mfa]\nremote = required\n", ""},
	};

	(void)state;
	CHECK_ROWS(rows);
}

static void people_networks_and_hours(void **state)
{
	static const struct file_row rows[] = {
		{"who may come", "[access]\nallow = alice, @staff, +admins, 1000:1999, all\nassigned = alice, @staff\nbecome = www-data, @staff, 1:9, all\nbreak_glass = glass\n"
				 "break_glass_from = 10.1.0.0/16, 2001:db8::1\nhours = mon-fri 07:00-22:00, sat 09:00-13:00\n[service sshd]\nallow = @staff, +admins\n",
		 ""},
		{"a number", "[access]\nallow = alice, 1000\n", "a.conf:2:9: error: \"1000\" is only a number; write a uid as a range, such as 1000:1000\n"},
		{"a blank for a comma", "[access]\nallow = alice bob\n", "a.conf:2:9: error: \"alice bob\" is no user name, @group or uid range such as 1000:1999\n"},
		{"a group as sudoers writes it", "[service sshd]\nallow = %staff\n",
		 "a.conf:2:9: error: \"%staff\" begins with %, as sudoers writes groups; write @ and the group\n"},
		{"an empty netgroup", "[access]\nallow = +\n", "a.conf:2:9: error: \"+\" is no netgroup; write + and its name\n"},
		{"a netgroup with a sign", "[access]\nallow = +@x\n", "a.conf:2:9: error: \"+@x\" is no netgroup; write + and its name\n"},
		{"a netgroup elsewhere", "[access]\nassigned = +x\nbecome = +x\n",
		 "a.conf:2:12: error: \"+x\" is a netgroup, which only allow can hold; write users, @groups or uid ranges\n"
		 "a.conf:3:10: error: \"+x\" is a netgroup, which only allow can hold; write users, @groups or uid ranges\n"},
		{"everybody as sudoers writes it", "[access]\nallow = ALL\n",
		 "a.conf:2:9: error: \"ALL\" is a user of that very name; for everybody write all in small letters\n"},
		{"uids with a dash", "[access]\nallow = 1000-1999\n",
		 "a.conf:2:9: error: \"1000-1999\" is no user name; write a range of uids with a colon, such as 1000:1999\n"},
		{"not somebody", "[access]\nallow = !bob\n", "a.conf:2:9: error: \"!bob\" is no user name, @group or uid range such as 1000:1999\n"},
		{"break-glass networks for nobody", "[access]\nbreak_glass_from = 10.0.0.0/8\n",
		 "a.conf:2:20: warning: no account may use these networks; name one with break_glass\n"},
		{"break-glass by group", "[access]\nbreak_glass = @admins\n",
		 "a.conf:2:15: error: \"@admins\" is no user; an account for emergencies is named itself, not by a group or uids\n"},
		{"a network by name", "[mfa]\ntrusted_networks = office\n",
		 "a.conf:2:20: error: \"office\" is no address; write numbers such as 10.1.0.0/16 or 2001:db8::/32, since no name is looked up\n"},
		{"an address inside", "[access]\nbreak_glass = glass\nbreak_glass_from = 10.1.2.3/24\n",
		 "a.conf:3:20: error: \"10.1.2.3/24\" has an address inside the network instead of its first one; write 10.1.2.0/24\n"},
		{"one network with documentation's addresses", "[mfa]\ntrusted_networks = 192.0.2.0/24\n", ""},
		{"break-glass networks of one person", "[users glass]\naccess.break_glass = glass\naccess.break_glass_from = 10.0.0.0/8\n", ""},
		{"the world", "[mfa]\ntrusted_networks = 10.0.0.0/8, 0.0.0.0/0, ::/0\n",
		 "a.conf:2:20: warning: \"0.0.0.0/0\" holds every address there is; name the networks that are meant\n"
		 "a.conf:2:20: warning: \"::/0\" holds every address there is; name the networks that are meant\n"},
	};

	(void)state;
	CHECK_ROWS(rows);
}

static void hours_are_read(void **state)
{
	struct policy_sample sample SAMPLE_FREED;

	(void)state;
	policy_sample_text(&sample, "[access]\nhours = mon-fri 7-22\n");
	assert_int_equal(sample.result, -EINVAL);
	assert_int_equal(sample.diags.errors, 1);
	assert_int_equal(sample.items[0].line, 2);
	assert_int_equal(sample.items[0].column, 9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(factors),
		cmocka_unit_test(too_many_factors),
		cmocka_unit_test(demands),
		cmocka_unit_test(people_networks_and_hours),
		cmocka_unit_test(hours_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Who gets in: rows of policy, facts and stage with all that is decided; what holds for any facts; what people read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "login_sample.h"

#define BEGIN LOGIN_STAGE_BEGIN
#define FINISH LOGIN_STAGE_FINISH
#define ACCOUNT LOGIN_STAGE_ACCOUNT

#define ENFORCED "[mfa]\nmode = enforce\n"
#define REMOTE ENFORCED "remote = required\n"
#define EVERYWHERE ENFORCED "remote = required\nlocal = required\nsu = required\nsudo = required\n"
#define GATE "[access]\nmode = enforce\nposture = off\n"
#define LADDER "[access]\nmode = enforce\nposture = deny\n"
#define GLASS "[access]\nmode = enforce\nposture = off\nbreak_glass = glass\nbreak_glass_from = 10.9.0.0/16\n"
#define OUTSIDE "from=203.0.113.9"

struct row {
	const char *name, *policy, *facts;
	enum login_stage stage;
	const char *want;
};

static void assert_row(const struct row *row)
{
	struct login_sample s LOGIN_SAMPLE_FREED;
	struct login_decision d;
	char got[1024];
	struct text t;

	print_message("%s\n", row->name);
	login_sample_make(&s, row->policy, row->facts);
	login_decide(row->stage, &s.facts, &s.settings, &s.factors, &d);
	TEXT_INTO(&t, got);
	login_sample_add(&t, &s, &d);
	assert_string_equal(got, row->want);
}

static void assert_rows(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		assert_row(&rows[i]);
}
#define ASSERT_ROWS(rows) assert_rows((rows), sizeof(rows) / sizeof((rows)[0]))

static void begins(void **state)
{
	static const struct row ROWS[] = {
		{"nothing against it", "", "sshd alice " OUTSIDE, BEGIN, "allowed counts"},
		{"a name that nobody has", "", "sshd nobody " OUTSIDE, BEGIN, "allowed counts"},
		{"locked out", "", "sshd alice " OUTSIDE " locked", BEGIN, "denied locked-out! counts"},
		{"locked out, a name that nobody has", "", "sshd nobody " OUTSIDE " locked", BEGIN, "denied locked-out! counts"},
		{"switched off by the hard limit", "", "sshd alice " OUTSIDE " disabled", BEGIN, "denied factor-disabled! counts"},
		{"busy", "", "sshd alice " OUTSIDE " busy", BEGIN, "denied busy! counts"},
		{"busy and locked out", "", "sshd alice " OUTSIDE " busy locked", BEGIN, "denied locked-out! busy! counts"},
		{"a person at the console is not spared", "", "login alice console locked", BEGIN, "denied locked-out! counts"},
		{"root at the console is", "", "login root console locked", BEGIN, "allowed locked-out root-console counts"},
		{"root from elsewhere is not", "", "sshd root " OUTSIDE " locked", BEGIN, "denied locked-out! counts"},
		{"su to root at the console by alice is not", "", "su root console asker=alice locked", BEGIN, "denied locked-out! counts"},
		{"su to root at the console by who knows whom", "", "su root console asker=? locked", BEGIN, "denied locked-out! counts"},
		{"break-glass at the console", GLASS, "login glass console locked", BEGIN, "allowed locked-out break-glass counts"},
		{"break-glass with su at the console", GLASS, "su root console asker=glass locked", BEGIN, "allowed locked-out break-glass counts"},
		{"break-glass with polkit at the console", GLASS, "polkit-1 glass console locked", BEGIN, "allowed locked-out break-glass counts"},
		{"break-glass from its network", GLASS, "sshd glass from=10.9.1.2 locked", BEGIN, "allowed locked-out break-glass counts"},
		{"break-glass from elsewhere", GLASS, "sshd glass from=10.8.1.2 locked", BEGIN, "denied locked-out! counts"},
		{"a lock-out that is observed", "[lockout]\nmode = observe\nobserve_until = 2027-01-01\n", "sshd alice " OUTSIDE " locked busy", BEGIN,
		 "allowed locked-out~ busy~ counts"},
		{"a lock-out that is waived", "", "sshd alice " OUTSIDE " locked waiver=PW-3", BEGIN, "allowed locked-out(EX-1) counts"},
		{"half a set counts nothing", "", "sshd alice " OUTSIDE " locked half", BEGIN, "allowed"},
		{"damaged state, from elsewhere", "", "sshd alice " OUTSIDE " state=unknown", BEGIN, "denied state-unreadable!"},
		{"damaged state, at the computer", "", "login alice state=unknown", BEGIN, "allowed"},
		{"damaged state, su by somebody else at the computer", "", "su alice asker=bob state=unknown", BEGIN, "denied state-unreadable!"},
		{"damaged state, su by who knows whom", "", "su alice asker=? state=unknown", BEGIN, "denied state-unreadable!"},
		{"damaged state, sudo with one's own password", "", "sudo alice state=unknown", BEGIN, "allowed"},
		{"state not to be written, su by somebody else", "", "su alice asker=bob state=read-only", BEGIN, "allowed"},
		{"state not to be written, from elsewhere", "", "sshd alice " OUTSIDE " state=read-only", BEGIN, "denied state-read-only!"},
		{"state not to be written, at the computer", "", "login alice state=read-only", BEGIN, "allowed"},
		{"damaged state where nothing is counted", "[lockout]\nattempts = 0\nhard_limit = 0\n", "sshd alice " OUTSIDE " state=unknown", BEGIN,
		 "allowed"},
		{"a locker without verifier", "", "i3lock alice state=not-root", BEGIN, "allowed"},
		{"codes locked where one is needed", REMOTE, "sshd alice " OUTSIDE " has=totp code-locked", BEGIN, "denied locked-out! counts"},
		{"codes locked where none is needed", REMOTE, "login alice console has=totp code-locked", BEGIN, "denied locked-out! counts"},
		{"codes locked and no factor", REMOTE, "sshd alice " OUTSIDE " code-locked", BEGIN, "allowed counts"},
		{"codes locked while the factor is observed", "", "sshd alice " OUTSIDE " has=totp code-locked", BEGIN, "allowed counts"},
		{"codes locked at a locker", REMOTE, "i3lock alice console has=totp code-locked", BEGIN, "allowed counts"},
		{"a tool that asks for the password counts too", "", "chsh alice locked", BEGIN, "denied locked-out! counts"},
		{"after a key the code alone", REMOTE, "sshd alice " OUTSIDE " ssh=publickey has=totp", BEGIN, "allowed skip-password counts"},
		{"after a key, no factor", REMOTE, "sshd alice " OUTSIDE " ssh=publickey", BEGIN, "allowed counts"},
		{"after a key, observed", "", "sshd alice " OUTSIDE " ssh=publickey has=totp", BEGIN, "allowed counts"},
		{"after a key, the password is wanted", REMOTE "after_publickey = password\n", "sshd alice " OUTSIDE " ssh=publickey has=totp", BEGIN,
		 "allowed counts"},
		{"after a key no password can be guessed", REMOTE, "sshd alice " OUTSIDE " ssh=publickey has=totp locked", BEGIN,
		 "allowed skip-password counts"},
		{"after a key, passwords switched off", REMOTE, "sshd alice " OUTSIDE " ssh=publickey has=totp disabled", BEGIN,
		 "allowed skip-password counts"},
		{"after a key, codes locked out", REMOTE, "sshd alice " OUTSIDE " ssh=publickey has=totp code-locked", BEGIN, "denied locked-out! counts"},
		{"after a key, locked out where the password is wanted", REMOTE "after_publickey = password\n",
		 "sshd alice " OUTSIDE " ssh=publickey has=totp locked", BEGIN, "denied locked-out! counts"},
		{"after a key that is said elsewhere than in sshd", REMOTE, "lightdm alice console ssh=publickey has=totp", BEGIN, "allowed counts"},
		{"after a hardware key that is enough", REMOTE "hardware_keys = yes\n", "sshd alice " OUTSIDE " ssh=sk", BEGIN, "allowed skip-password counts"},
		{"after a key, damaged state", REMOTE, "sshd alice " OUTSIDE " ssh=publickey has=totp state=unknown", BEGIN, "denied state-unreadable!"},
	};

	(void)state;
	ASSERT_ROWS(ROWS);
}

static void finishes(void **state)
{
	static const struct row ROWS[] = {
		{"nothing said, no factor", "", "sshd alice " OUTSIDE " proven=password", FINISH, "allowed"},
		{"nothing said, a factor: asked, and watched only", "", "sshd alice " OUTSIDE " proven=password has=totp", FINISH, "ask totp only-watched"},
		{"if enrolled, and not", ENFORCED, "sshd alice " OUTSIDE " proven=password", FINISH, "allowed"},
		{"if enrolled, and it is", ENFORCED, "sshd alice " OUTSIDE " proven=password has=totp", FINISH, "ask totp"},
		{"two factors of one alternative each", ENFORCED, "sshd alice " OUTSIDE " proven=password has=totp,recovery", FINISH, "ask totp+recovery"},
		{"shown", ENFORCED, "sshd alice " OUTSIDE " proven=password,totp has=totp", FINISH, "allowed"},
		{"a code without the password", ENFORCED, "sshd alice " OUTSIDE " proven=totp has=totp", FINISH, "denied not-proven!"},
		{"required, no factor", REMOTE, "sshd alice " OUTSIDE " proven=password", FINISH, "denied no-second-factor!"},
		{"required, before the date", REMOTE "enrol_by = 2026-12-06\n", "sshd alice " OUTSIDE " proven=password", FINISH,
		 "allowed no-second-factor remind=14"},
		{"required, the last day", REMOTE "enrol_by = 2026-11-23\n", "sshd alice " OUTSIDE " proven=password", FINISH,
		 "allowed no-second-factor remind=1"},
		{"required, on the date", REMOTE "enrol_by = 2026-11-22\n", "sshd alice " OUTSIDE " proven=password", FINISH, "denied no-second-factor!"},
		{"required here, after the date, at the console", EVERYWHERE "enrol_by = 2026-11-22\n", "login alice console proven=password", FINISH,
		 "allowed no-second-factor enrol-here"},
		{"required here, no console", EVERYWHERE, "login alice proven=password", FINISH, "denied no-second-factor!"},
		{"required, observed, no factor", "[mfa]\nmode = observe\nobserve_until = 2027-01-01\nremote = required\nenrol_by = 2026-12-06\n",
		 "sshd alice " OUTSIDE " proven=password", FINISH, "allowed no-second-factor remind=14"},
		{"required, observed, past the date",
		 "[mfa]\nmode = observe\nobserve_until = 2027-01-01\nremote = required\nenrol_by = 2026-11-01\n", "sshd alice " OUTSIDE " proven=password",
		 FINISH, "allowed no-second-factor~ remind=0"},
		{"if enrolled with a date: reminded", "[mfa]\nenrol_by = 2026-12-06\n", "sshd alice " OUTSIDE " proven=password", FINISH,
		 "allowed remind=14"},
		{"no reminder at each sudo", "[mfa]\nenrol_by = 2026-12-06\n", "sudo alice proven=password", FINISH, "allowed"},
		{"a tunnel's address is elsewhere too", REMOTE, "sshd alice from=127.0.0.1 proven=password has=totp", FINISH, "ask totp"},
		{"from a trusted network", REMOTE "local = off\ntrusted_networks = 10.1.0.0/16\n", "sshd alice from=10.1.2.3 proven=password has=totp",
		 FINISH, "allowed"},
		{"beside the trusted network", REMOTE "local = off\ntrusted_networks = 10.1.0.0/16\n", "sshd alice from=10.2.2.3 proven=password has=totp",
		 FINISH, "ask totp"},
		{"a name is no trusted address", REMOTE "local = off\ntrusted_networks = 10.1.0.0/16\n",
		 "sshd alice from=trusted.example proven=password has=totp", FINISH, "ask totp"},
		{"local off", ENFORCED "local = off\n", "login alice console proven=password has=totp", FINISH, "allowed"},
		{"a locker takes the password", EVERYWHERE, "swaylock alice console proven=password has=totp", FINISH, "allowed"},
		{"a locker that asks", EVERYWHERE "[service swaylock]\nmfa = required\n", "swaylock alice console proven=password has=totp", FINISH,
		 "ask totp"},
		{"a service that asks for nothing", EVERYWHERE "[service sshd]\nmfa = off\n", "sshd alice " OUTSIDE " proven=password has=totp", FINISH,
		 "allowed"},
		{"a service that asks if enrolled", EVERYWHERE "[service sshd]\nmfa = if-enrolled\n", "sshd alice " OUTSIDE " proven=password", FINISH,
		 "allowed"},
		{"a service that wants something else", REMOTE "[service sshd]\nrequire = password+recovery\n",
		 "sshd alice " OUTSIDE " proven=password has=totp,recovery", FINISH, "ask recovery"},
		{"a service unheard of, from elsewhere", REMOTE, "unheard-of alice " OUTSIDE " proven=password has=totp", FINISH, "ask totp"},
		{"su", ENFORCED "su = required\n", "su root asker=alice proven=password has=totp", FINISH, "ask totp"},
		{"su by root", EVERYWHERE, "su alice by-root", FINISH, "allowed"},
		{"sudo", ENFORCED "sudo = required\n", "sudo alice proven=password has=totp", FINISH, "ask totp"},
		{"polkit is like su", ENFORCED "su = required\nsudo = off\n", "polkit-1 alice proven=password has=totp", FINISH, "ask totp"},
		{"after a key: the code", REMOTE, "sshd alice " OUTSIDE " ssh=publickey has=totp", FINISH, "ask totp"},
		{"after a key: code shown", REMOTE, "sshd alice " OUTSIDE " ssh=publickey has=totp proven=totp", FINISH, "allowed"},
		{"after a key: password wanted, not typed", REMOTE "after_publickey = password\n", "sshd alice " OUTSIDE " ssh=publickey has=totp proven=totp",
		 FINISH, "denied not-proven!"},
		{"after a key: password wanted, and typed", REMOTE "after_publickey = password\n",
		 "sshd alice " OUTSIDE " ssh=publickey has=totp proven=password", FINISH, "ask totp"},
		{"a hardware key is not enough by itself", REMOTE, "sshd alice " OUTSIDE " ssh=sk has=totp", FINISH, "ask totp"},
		{"a hardware key is", REMOTE "hardware_keys = yes\n", "sshd alice " OUTSIDE " ssh=sk", FINISH, "allowed"},
		{"a plain key is no hardware key", REMOTE "hardware_keys = yes\n", "sshd alice " OUTSIDE " ssh=publickey", FINISH,
		 "denied no-second-factor!"},
		{"a demand that names the hardware key", REMOTE "require = hardware-key, password+totp\n", "sshd alice " OUTSIDE " ssh=sk", FINISH, "allowed"},
		{"key and code demanded, and no key shown", ENFORCED "require = publickey+totp\n", "sshd alice " OUTSIDE " proven=password has=totp",
		 FINISH, "denied not-proven!"},
		{"key and code demanded, key shown", ENFORCED "require = publickey+totp\n", "sshd alice " OUTSIDE " ssh=publickey has=totp", FINISH,
		 "ask totp"},
		{"a hardware key alone would do, and nothing else is enrolled", ENFORCED "require = hardware-key, password+totp\n",
		 "sshd alice " OUTSIDE " proven=password", FINISH, "allowed"},
		{"a hook", REMOTE "require = password+token\n[factor token]\nuse = pam:token\n", "sshd alice " OUTSIDE " proven=password has=token", FINISH,
		 "ask token"},
		{"a totp under another name", REMOTE "require = password+phone\n[factor phone]\nuse = totp\n",
		 "sshd alice " OUTSIDE " proven=password,totp has=totp", FINISH, "allowed"},
		{"root from elsewhere", REMOTE, "sshd root " OUTSIDE " proven=password", FINISH, "denied no-second-factor!"},
		{"root at the console", EVERYWHERE, "login root console proven=password has=totp", FINISH, "allowed not-proven root-console"},
		{"root at the console, nothing demanded", ENFORCED, "login root console proven=password", FINISH, "allowed"},
		{"break-glass at the console", EVERYWHERE GLASS, "login glass console proven=password", FINISH, "allowed not-proven break-glass"},
		{"break-glass from its network", EVERYWHERE GLASS, "sshd glass from=10.9.1.2 proven=password", FINISH, "allowed not-proven break-glass"},
		{"break-glass, and nothing stands against it", ENFORCED GLASS, "login glass console proven=password", FINISH, "allowed break-glass"},
		{"break-glass at the lock", ENFORCED GLASS, "i3lock glass console proven=password", FINISH, "allowed"},
		{"break-glass in a desktop's terminal", EVERYWHERE GLASS, "sudo glass proven=password", FINISH, "denied no-second-factor!"},
		{"waived", REMOTE, "sshd alice " OUTSIDE " proven=password has=totp waiver=RA-1", FINISH, "allowed not-proven(EX-1)"},
		{"another clause waived", REMOTE, "sshd alice " OUTSIDE " proven=password waiver=PW-3", FINISH, "denied no-second-factor!"},
		{"damaged state", ENFORCED, "sshd alice " OUTSIDE " proven=password state=unknown", FINISH, "denied state-unreadable!"},
		{"damaged state, observed", "", "sshd alice " OUTSIDE " proven=password state=unknown", FINISH, "allowed state-unreadable~"},
		{"damaged state, nothing demanded", ENFORCED "local = off\n", "login alice console proven=password state=unknown", FINISH, "allowed"},
		{"state not to be written: codes are refused", ENFORCED, "login alice console proven=password has=totp state=read-only", FINISH,
		 "denied state-read-only!"},
		{"state not to be written: the password alone goes on", ENFORCED, "login alice console proven=password state=read-only", FINISH, "allowed"},
		{"state not to be written: a hook goes on", REMOTE "require = password+token, password+totp\n[factor token]\nuse = pam:token\n",
		 "sshd alice " OUTSIDE " proven=password has=token,totp state=read-only", FINISH, "ask token"},
		{"no verifier", ENFORCED "[service i3lock]\nmfa = if-enrolled\n", "i3lock alice proven=password state=not-root", FINISH,
		 "denied no-verifier!"},
		{"no verifier, nothing demanded", ENFORCED, "i3lock alice proven=password state=not-root", FINISH, "allowed"},
		{"codes locked", ENFORCED, "sshd alice " OUTSIDE " proven=password has=totp code-locked", FINISH, "denied locked-out!"},
		{"broken policy, from elsewhere", "", "sshd alice " OUTSIDE " proven=password has=totp broken", FINISH, "denied policy-broken!"},
		{"broken policy, at the computer", "", "login alice console proven=password broken", FINISH, "allowed"},
		{"broken policy, at the computer, enrolled", "", "login alice console proven=password has=totp broken", FINISH, "ask totp"},
		{"suspended", "", "login alice console proven=password suspended", FINISH, "denied suspended!"},
		{"suspended at a locker", "", "i3lock alice console proven=password suspended", FINISH, "denied suspended!"},
		{"root suspended at the console", "", "login root console proven=password suspended", FINISH, "denied suspended!"},
		{"nobody can read who is suspended", "", "login alice console proven=password suspended?", FINISH, "denied suspended!"},
		{"nobody can read who is suspended, root at the console", "", "login root console proven=password suspended?", FINISH,
		 "allowed suspended root-console"},
		{"nobody can read who is suspended, break-glass at the console", GLASS, "login glass console proven=password suspended?", FINISH,
		 "allowed suspended break-glass"},
		{"nobody can read who is suspended, root from elsewhere", "", "sshd root " OUTSIDE " proven=password suspended?", FINISH,
		 "denied suspended!"},
		{"suspension cannot be waived by another clause", "", "login alice suspended waiver=AC-4", FINISH, "denied suspended!"},
		{"a name that nobody has", "", "sshd nobody " OUTSIDE " proven=password", FINISH, "denied"},
		{"half a set: finish still demands", REMOTE, "sshd alice " OUTSIDE " proven=password has=totp half", FINISH, "ask totp"},
		{"the login screen's own account", EVERYWHERE, "lightdm-greeter www-data console", FINISH, "allowed"},
		{"cron never asks", EVERYWHERE, "cron alice has=totp", FINISH, "allowed"},
	};

	(void)state;
	ASSERT_ROWS(ROWS);
}

static void proves(void **state)
{
	static const struct row ROWS[] = {
		{"finished", EVERYWHERE, "login alice console has=totp finished", ACCOUNT, "allowed"},
		{"a key only, enrolled", ENFORCED, "sshd alice " OUTSIDE " ssh=publickey has=totp", ACCOUNT, "denied publickey-only!"},
		{"a key only, not enrolled", ENFORCED, "sshd alice " OUTSIDE " ssh=publickey", ACCOUNT, "allowed"},
		{"a key only, required", REMOTE, "sshd alice " OUTSIDE " ssh=publickey", ACCOUNT, "denied no-second-factor!"},
		{"a key only, required, before the date", REMOTE "enrol_by = 2026-12-06\n", "sshd alice " OUTSIDE " ssh=publickey", ACCOUNT,
		 "allowed no-second-factor remind=14"},
		{"a key only, observed", "", "sshd alice " OUTSIDE " ssh=publickey has=totp", ACCOUNT, "allowed publickey-only~"},
		{"a key only, waived", REMOTE, "sshd alice " OUTSIDE " ssh=publickey has=totp waiver=RA-1", ACCOUNT, "allowed not-proven(EX-1)"},
		{"a key and a code that is remembered", REMOTE, "sshd alice " OUTSIDE " ssh=publickey has=totp proven=totp", ACCOUNT, "allowed"},
		{"a hardware key", REMOTE "hardware_keys = yes\n", "sshd alice " OUTSIDE " ssh=sk", ACCOUNT, "allowed"},
		{"a method that ends the login is not on sshd's list yet", ENFORCED, "sshd alice " OUTSIDE " ssh= has=totp", ACCOUNT,
		 "denied publickey-only!"},
		{"kerberos only", ENFORCED, "sshd alice " OUTSIDE " ssh=gssapi has=totp", ACCOUNT, "denied publickey-only!"},
		{"root by key", REMOTE, "sshd root " OUTSIDE " ssh=publickey", ACCOUNT, "denied no-second-factor!"},
		{"a key, damaged state", ENFORCED, "sshd alice " OUTSIDE " ssh=publickey state=unknown", ACCOUNT, "denied state-unreadable!"},
		{"fingerprint past our lines", EVERYWHERE, "gdm-fingerprint alice console has=totp", ACCOUNT, "denied not-proven!"},
		{"fingerprint past our lines, no factor", EVERYWHERE, "gdm-fingerprint alice console", ACCOUNT, "denied no-second-factor!"},
		{"automatic login", ENFORCED, "gdm-autologin alice console has=totp", ACCOUNT, "denied not-proven!"},
		{"automatic login, required", EVERYWHERE, "lightdm-autologin alice console", ACCOUNT, "denied no-second-factor!"},
		{"automatic login of root", EVERYWHERE, "gdm-autologin root console has=totp", ACCOUNT, "denied not-proven!"},
		{"the login screen itself", EVERYWHERE, "gdm-launch-environment www-data console", ACCOUNT, "allowed"},
		{"sudo by its own record", EVERYWHERE, "sudo alice has=totp", ACCOUNT, "allowed"},
		{"su past our lines", EVERYWHERE, "su root asker=alice has=totp", ACCOUNT, "denied not-proven!"},
		{"su by root", EVERYWHERE, "su bob by-root has=totp", ACCOUNT, "allowed"},
		{"polkit past our lines", EVERYWHERE, "polkit-1 alice has=totp", ACCOUNT, "denied not-proven!"},
		{"cron", EVERYWHERE, "cron alice has=totp", ACCOUNT, "allowed"},
		{"systemd-user", EVERYWHERE, "systemd-user alice has=totp", ACCOUNT, "allowed"},
		{"a locker that asks the gate", EVERYWHERE, "xscreensaver alice console has=totp", ACCOUNT, "allowed"},
		{"root at the console past our lines", EVERYWHERE, "login root console has=totp", ACCOUNT, "allowed not-proven root-console"},
		{"half a set, at the computer", EVERYWHERE, "login alice has=totp half", ACCOUNT, "allowed not-proven"},
		{"half a set, from elsewhere", EVERYWHERE, "sshd alice " OUTSIDE " ssh=publickey has=totp half", ACCOUNT, "denied publickey-only!"},
		{"broken policy, from elsewhere", "", "sshd alice " OUTSIDE " finished broken", ACCOUNT, "denied policy-broken!"},
		{"broken policy, at the computer", "", "login alice console finished broken", ACCOUNT, "allowed"},
		{"broken policy, sudo to mend it", "", "sudo alice console finished broken", ACCOUNT, "allowed"},
	};

	(void)state;
	ASSERT_ROWS(ROWS);
}

static void guards_access(void **state)
{
	static const struct row ROWS[] = {
		{"suspended", "", "sshd alice " OUTSIDE " finished suspended", ACCOUNT, "denied suspended!"},
		{"suspended person's job", "", "cron alice suspended", ACCOUNT, "denied suspended!"},
		{"suspended, root steps in", "", "su alice by-root suspended", ACCOUNT, "denied suspended!"},
		{"suspended, root changes the shell", "", "chsh alice by-root suspended", ACCOUNT, "allowed"},
		{"suspended, in observe mode everywhere", "[access]\nmode = observe\nobserve_until = 2027-01-01\n", "login alice finished suspended", ACCOUNT,
		 "denied suspended!"},
		{"on the list", GATE "allow = alice\n", "login alice finished", ACCOUNT, "allowed"},
		{"on the list by group", GATE "allow = @staff\n", "login alice finished", ACCOUNT, "allowed"},
		{"on the list by uid", GATE "allow = 1000:1000\n", "login alice finished", ACCOUNT, "allowed"},
		{"not on the list", GATE "allow = @staff\n", "login bob finished", ACCOUNT, "denied not-on-login-list!"},
		{"on the list by netgroup", GATE "allow = +people\n", "login bob finished netgroup", ACCOUNT, "allowed"},
		{"not in the netgroup", GATE "allow = +people\n", "login bob finished", ACCOUNT, "denied not-on-login-list!"},
		{"not on the list, observed", "[access]\nallow = alice\nposture = off\n", "login bob finished", ACCOUNT, "allowed not-on-login-list~"},
		{"not on the list, waived", GATE "allow = alice\n", "login bob finished waiver=AC-4", ACCOUNT, "allowed not-on-login-list(EX-1)"},
		{"root at the console needs no list", GATE "allow = alice\n", "login root console finished", ACCOUNT,
		 "allowed not-on-login-list root-console"},
		{"root from elsewhere does", GATE "allow = alice\n", "sshd root " OUTSIDE " finished", ACCOUNT, "denied not-on-login-list!"},
		{"a job of somebody not on the list", GATE "allow = alice\n", "cron bob", ACCOUNT, "denied not-on-login-list!"},
		{"a job of the system", GATE "allow = alice\n", "cron www-data", ACCOUNT, "allowed"},
		{"root's job", GATE "allow = alice\n", "cron root", ACCOUNT, "allowed"},
		{"a locker asks for no list", GATE "allow = alice\n", "xscreensaver bob finished", ACCOUNT, "allowed"},
		{"sudo asks for no list", GATE "allow = alice\n", "sudo bob finished", ACCOUNT, "allowed"},
		{"list of a service", GATE "[service sudo]\nallow = alice\n", "sudo bob finished", ACCOUNT, "denied not-on-service-list!"},
		{"list of a service, on it", GATE "[service sudo]\nallow = alice\n", "sudo alice finished", ACCOUNT, "allowed"},
		{"list of su is of those who ask", GATE "[service su]\nallow = alice\n", "su root asker=alice finished", ACCOUNT, "allowed"},
		{"list of su, not on it", GATE "[service su]\nallow = alice\n", "su root asker=bob finished", ACCOUNT, "denied not-on-service-list!"},
		{"list of su, who knows who asks", GATE "[service su]\nallow = root\n", "su root asker=? finished", ACCOUNT, "denied not-on-service-list!"},
		{"two lists at once", GATE "allow = alice\n[service sshd]\nallow = alice\n", "sshd bob " OUTSIDE " finished", ACCOUNT,
		 "denied not-on-login-list! not-on-service-list!"},
		{"assigned to her", GATE "assigned = alice\n", "lightdm alice console finished", ACCOUNT, "allowed"},
		{"assigned to somebody else", GATE "assigned = alice\n", "lightdm bob console finished", ACCOUNT, "denied not-assigned!"},
		{"assigned, waived", GATE "assigned = alice\n", "lightdm bob console finished waiver=DV-1", ACCOUNT, "allowed not-assigned(EX-1)"},
		{"into bob's account, not granted", GATE, "su bob asker=alice finished", ACCOUNT, "denied account-not-granted!"},
		{"into bob's account, granted to her", GATE "[users alice]\naccess.become = bob\n", "su bob asker=alice finished", ACCOUNT, "allowed"},
		{"into bob's account, granted to him", GATE "[users bob]\naccess.become = bob\n", "su bob asker=alice finished", ACCOUNT,
		 "denied account-not-granted!"},
		{"into bob's account, through sudo su", GATE, "su bob asker=alice by-root", ACCOUNT, "denied account-not-granted!"},
		{"into bob's account, by a daemon of root's", GATE, "su bob by-root", ACCOUNT, "allowed"},
		{"into bob's account, root logged in", GATE, "su bob asker=root by-root", ACCOUNT, "allowed"},
		{"into bob's account, who knows who asks", GATE, "su bob asker=? finished", ACCOUNT, "denied account-not-granted!"},
		{"into root's account", GATE, "su root asker=alice finished", ACCOUNT, "allowed"},
		{"into an account of the system", GATE, "su www-data asker=alice by-root", ACCOUNT, "allowed"},
		{"into the own account", GATE, "su alice finished", ACCOUNT, "allowed"},
		{"in hours", GATE "hours = mon-fri 07:00-22:00\n", "sshd alice " OUTSIDE " finished minute=420", ACCOUNT, "allowed"},
		{"out of hours", GATE "hours = mon-fri 07:00-22:00\n", "sshd alice " OUTSIDE " finished minute=419", ACCOUNT, "denied out-of-hours!"},
		{"out of hours, opening a lock", GATE "hours = mon-fri 07:00-22:00\n", "xscreensaver alice finished minute=419", ACCOUNT, "allowed"},
		{"sessions left", GATE "max_sessions = 2\n", "sshd alice " OUTSIDE " finished sessions=1", ACCOUNT, "allowed"},
		{"no session left", GATE "max_sessions = 2\n", "sshd alice " OUTSIDE " finished sessions=2", ACCOUNT, "denied too-many-sessions!"},
		{"two places, reported", GATE, "sshd alice " OUTSIDE " finished places=1", ACCOUNT, "allowed two-places"},
		{"two places, denied", GATE "two_places = deny\n", "sshd alice " OUTSIDE " finished places=1", ACCOUNT, "denied two-places!"},
		{"two places, at the computer", GATE "two_places = deny\n", "login alice finished places=1", ACCOUNT, "allowed"},
		{"two places, not of interest", GATE "two_places = off\n", "sshd alice " OUTSIDE " finished places=1", ACCOUNT, "allowed"},
		{"break-glass from elsewhere", GLASS, "sshd glass from=10.8.1.2 finished", ACCOUNT, "denied break-glass-elsewhere!"},
		{"break-glass from its network", GLASS, "sshd glass from=10.9.1.2 finished", ACCOUNT, "allowed"},
		{"break-glass from its network by a key alone", GLASS, "sshd glass from=10.9.1.2 ssh=publickey", ACCOUNT, "allowed break-glass"},
		{"break-glass at the console, not on the list", GLASS "allow = alice\n", "login glass console finished", ACCOUNT,
		 "allowed not-on-login-list break-glass"},
		{"all reasons at once", REMOTE GATE "allow = alice\nassigned = alice\nhours = sun 00:00-01:00\nmax_sessions = 1\n",
		 "sshd bob " OUTSIDE " ssh=publickey has=totp sessions=3 minute=1 places=1 suspended", ACCOUNT,
		 "denied suspended! publickey-only! not-on-login-list! not-assigned! out-of-hours! too-many-sessions! two-places"},
	};

	(void)state;
	ASSERT_ROWS(ROWS);
}

static void climbs_the_ladder(void **state)
{
	static const struct row ROWS[] = {
		{"all fine", LADDER, "sshd alice " OUTSIDE " finished", ACCOUNT, "allowed"},
		{"violated, in grace", LADDER, "sshd alice " OUTSIDE " finished violated=3600", ACCOUNT, "allowed posture"},
		{"violated, grace over", LADDER, "sshd alice " OUTSIDE " finished violated=86400", ACCOUNT, "denied posture!"},
		{"violated, grace over, at the computer", LADDER, "lightdm alice console finished violated=86400", ACCOUNT, "denied posture!"},
		{"violated, grace over, root at the console", LADDER, "login root console finished violated=86400", ACCOUNT, "allowed posture root-console"},
		{"violated, grace over, sudo", LADDER, "sudo alice finished violated=86400", ACCOUNT, "denied posture!"},
		{"violated, grace over, sudo at the console repairs", LADDER, "sudo alice console finished violated=86400", ACCOUNT, "allowed posture"},
		{"violated, grace over, locker", LADDER, "xscreensaver alice finished violated=86400", ACCOUNT, "allowed"},
		{"violated, grace over, cron", LADDER, "cron alice violated=86400", ACCOUNT, "allowed"},
		{"violated, the control is observed", LADDER, "sshd alice " OUTSIDE " finished watched=86400", ACCOUNT, "allowed posture"},
		{"violated, warned of only", "[access]\nmode = enforce\n", "sshd alice " OUTSIDE " finished violated=86400", ACCOUNT, "allowed posture"},
		{"violated, observed", "[access]\nmode = observe\nobserve_until = 2027-01-01\nposture = deny\n",
		 "sshd alice " OUTSIDE " finished violated=86400", ACCOUNT, "allowed posture~"},
		{"violated, waived", LADDER, "sshd alice " OUTSIDE " finished violated=86400 waiver=SC-1", ACCOUNT, "allowed posture(EX-1)"},
		{"unknown, in grace", LADDER, "sshd alice " OUTSIDE " finished unknown-since=60", ACCOUNT, "allowed posture-unknown"},
		{"unknown, grace over, from elsewhere", LADDER, "sshd alice " OUTSIDE " finished unknown-since=90000", ACCOUNT, "denied posture-unknown!"},
		{"unknown, grace over, sudo", LADDER, "sudo alice finished unknown-since=90000", ACCOUNT, "denied posture-unknown!"},
		{"unknown, grace over, at the console", LADDER, "login alice console finished unknown-since=90000", ACCOUNT, "allowed posture-unknown"},
		{"unknown, grace over, login screen", LADDER, "lightdm alice console finished unknown-since=90000", ACCOUNT, "allowed posture-unknown"},
		{"unknown, grace over, sudo at the console", LADDER, "sudo alice console finished unknown-since=90000", ACCOUNT, "allowed posture-unknown"},
		{"never watched, denying asked for", LADDER, "sshd alice " OUTSIDE " finished unwatched", ACCOUNT, "allowed posture-unknown"},
		{"never watched, warnings asked for", "[access]\nmode = enforce\n", "sshd alice " OUTSIDE " finished unwatched", ACCOUNT, "allowed"},
		{"the watcher is gone, warnings asked for", "[access]\nmode = enforce\n", "sshd alice " OUTSIDE " finished unknown-since=9", ACCOUNT,
		 "allowed posture-unknown"},
		{"unknown, not of interest", GATE, "sshd alice " OUTSIDE " finished unknown-since=90000", ACCOUNT, "allowed"},
	};

	(void)state;
	ASSERT_ROWS(ROWS);
}

static void zero_is_denied(void **state)
{
	struct login_facts facts = {0};
	struct settings settings;
	struct policy policy;
	struct factor_table factors;
	struct login_decision d;

	(void)state;
	policy_defaults(&policy);
	policy_resolve(&policy, NULL, &settings);
	factor_table_init(&policy, &factors);
	for (enum login_stage stage = LOGIN_STAGE_FINISH; stage <= LOGIN_STAGE_MAX; stage++) {
		login_decide(stage, &facts, &settings, &factors, &d);
		assert_int_equal(d.outcome, LOGIN_OUTCOME_DENIED);
	}
	memset(&d, 0, sizeof d);
	assert_int_equal(d.outcome, LOGIN_OUTCOME_DENIED);
}

/* --- any facts --- */

static uint32_t next_random(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005U + 1442695040888963407U;
	return (uint32_t)(*seed >> 33);
}

static bool coin(uint64_t *seed, unsigned one_in)
{
	return next_random(seed) % one_in == 0;
}

static const char *const RANDOM_POLICIES[] = {
	"", ENFORCED, REMOTE, EVERYWHERE, EVERYWHERE LADDER "allow = alice\nmax_sessions = 2\ntwo_places = deny\nhours = mon 00:00-12:00\n",
	EVERYWHERE "enrol_by = 2026-12-06\n" GLASS "assigned = alice\n", REMOTE "hardware_keys = yes\nafter_publickey = password\n",
	EVERYWHERE "require = password+token, password+totp, hardware-key\n[factor token]\nuse = pam:token\n",
	ENFORCED "require = publickey+totp, password+recovery\n",
};
static const char *const OBSERVED =
	"[lockout]\nmode = observe\nobserve_until = 2027-01-01\n"
	"[mfa]\nmode = observe\nobserve_until = 2027-01-01\nremote = required\nlocal = required\nsu = required\nsudo = required\n"
	"[access]\nmode = observe\nobserve_until = 2027-01-01\nposture = deny\nallow = alice\nmax_sessions = 1\ntwo_places = deny\n";

static void random_facts(struct login_sample *s, const char *policy, uint64_t *seed)
{
	static const char *const SERVICES[] = {"sshd", "login", "lightdm", "gdm-autologin", "i3lock", "su", "sudo", "polkit-1", "cron", "chsh", "unheard-of"};
	char line[128];
	struct text t;
	struct login_facts *f = &s->facts;

	TEXT_INTO(&t, line);
	text_add(&t, SERVICES[next_random(seed) % (sizeof SERVICES / sizeof SERVICES[0])]);
	text_add_char(&t, ' ');
	text_add(&t, coin(seed, 12) ? "nobody" : SAMPLE_PEOPLE[next_random(seed) % SAMPLE_PEOPLE_COUNT].name);
	text_add(&t, coin(seed, 3) ? " ssh=publickey" : coin(seed, 4) ? " ssh=sk" : coin(seed, 4) ? " ssh=gssapi" : "");
	text_add(&t, coin(seed, 2) ? (coin(seed, 2) ? " from=203.0.113.9" : " from=10.9.1.2") : coin(seed, 2) ? " console" : "");
	text_add(&t, coin(seed, 4) ? " violated=90000" : coin(seed, 4) ? " unknown-since=90000" : "");
	text_add(&t, coin(seed, 3) ? " asker=bob" : coin(seed, 6) ? " asker=?" : "");
	login_sample_make(s, policy, line);
	f->has = next_random(seed) & next_random(seed) & 0x3f;
	f->proven = next_random(seed) & next_random(seed) & 0x27;
	f->state = (enum login_state_standing)(coin(seed, 2) ? LOGIN_STATE_FINE : next_random(seed) % LOGIN_STATE_STANDING_MAX);
	f->policy = coin(seed, 10) ? POLICY_BROKEN : POLICY_CURRENT;
	for (int i = 0; i < LOGIN_GUESS_MAX; i++)
		f->lockouts[i] = (struct lockout){.kind = (enum lockout_kind)(coin(seed, 5) ? next_random(seed) % LOCKOUT_KIND_MAX : 0), .left_s = 61};
	f->busy = coin(seed, 10);
	f->finished = coin(seed, 2);
	f->half_set = coin(seed, 10);
	f->suspended = coin(seed, 10);
	f->asked_by_root = coin(seed, 6);
	f->sessions = next_random(seed) % 4;
	f->other_places = next_random(seed) % 2;
	for (size_t i = 0; login_waiver_slot(i) != NULL; i++)
		f->waivers[i] = coin(seed, 8) ? "EX-1" : NULL;
}

/* Makes one fact worse; the count of ways. */
#define WORSE_MAX 14
static void worsen(struct login_facts *f, unsigned way)
{
	switch (way) {
	case 0: f->state = f->state == LOGIN_STATE_FINE ? LOGIN_STATE_UNKNOWN : f->state; break;
	case 1: f->state = f->state == LOGIN_STATE_FINE ? LOGIN_STATE_READ_ONLY : f->state; break;
	case 2: f->lockouts[LOGIN_GUESS_PASSWORD] = (struct lockout){.kind = LOCKOUT_DISABLED}; break;
	case 3: f->lockouts[LOGIN_GUESS_CODE] = (struct lockout){.kind = LOCKOUT_FOR_A_TIME, .left_s = 1}; break;
	case 4: f->busy = true; break;
	case 5: f->suspended = true; break;
	case 6: f->finished = false; break;
	case 7: f->proven = 0; break;
	case 8: memset(f->waivers, 0, sizeof f->waivers); break;
	case 9: f->policy = POLICY_BROKEN; break;
	case 10: f->at_console = false; break;
	case 11: f->sessions += 10; f->other_places += 1; break;
	case 12: f->person = NULL; break;
	default: f->ssh = (struct ssh_auth_info){.present = f->ssh.present}; break;
	}
}

/* Being asked is less than being let in, unless whatever is answered lets in. */
static int rank(const struct login_decision *d)
{
	return d->outcome == LOGIN_OUTCOME_DENIED ? 0 : d->outcome == LOGIN_OUTCOME_ASK && !d->factor_observed ? 1 : 2;
}

static void assert_sound(const struct login_sample *s, const struct login_decision *d)
{
	bool denies = s->facts.person == NULL;

	for (size_t i = 0; i < d->count; i++) {
		denies = denies || d->reasons[i].denies;
		assert_true(i == 0 || d->reasons[i - 1].id < d->reasons[i].id);
		assert_false(d->reasons[i].denies && (d->reasons[i].observed_only || d->reasons[i].waiver != NULL));
	}
	if (s->facts.person != NULL)
		assert_int_equal(d->outcome == LOGIN_OUTCOME_DENIED, denies);
	assert_int_equal(d->outcome == LOGIN_OUTCOME_ASK, d->next != 0);
	assert_int_equal(d->next & ~s->facts.has, 0);
	assert_int_equal(d->next & (FACTOR_BIT(FACTOR_PASSWORD) | FACTOR_BIT(FACTOR_PUBLICKEY) | FACTOR_BIT(FACTOR_HARDWARE_KEY)), 0);
	if (s->facts.state != LOGIN_STATE_FINE)
		assert_int_equal(d->next & (FACTOR_BIT(FACTOR_TOTP) | FACTOR_BIT(FACTOR_RECOVERY)), 0);
}

static void worse_facts_open_nothing(void **state)
{
	uint64_t seed = 20261122;

	(void)state;
	for (unsigned i = 0; i < 20000; i++) {
		struct login_sample s LOGIN_SAMPLE_FREED;
		enum login_stage stage = (enum login_stage)(next_random(&seed) % LOGIN_STAGE_MAX);
		struct login_decision before, after;
		unsigned way = next_random(&seed) % WORSE_MAX;

		random_facts(&s, RANDOM_POLICIES[i % (sizeof RANDOM_POLICIES / sizeof RANDOM_POLICIES[0])], &seed);
		login_decide(stage, &s.facts, &s.settings, &s.factors, &before);
		assert_sound(&s, &before);
		worsen(&s.facts, way);
		login_decide(stage, &s.facts, &s.settings, &s.factors, &after);
		assert_sound(&s, &after);
		if (rank(&after) > rank(&before))
			fail_msg("case %u: %s %s, stage %d: %s became %s by way %u", i, s.facts.service_name,
				 s.facts.person != NULL ? s.facts.person->name : "nobody", stage, login_outcome_name(before.outcome),
				 login_outcome_name(after.outcome), way);
	}
}

static void observing_denies_nothing(void **state)
{
	uint64_t seed = 7;

	(void)state;
	for (unsigned i = 0; i < 5000; i++) {
		struct login_sample s LOGIN_SAMPLE_FREED;
		struct login_decision d;

		random_facts(&s, OBSERVED, &seed);
		s.facts.suspended = false;
		s.facts.policy = POLICY_CURRENT;
		if (s.facts.person == NULL)
			continue;
		for (enum login_stage stage = 0; stage < LOGIN_STAGE_MAX; stage++) {
			login_decide(stage, &s.facts, &s.settings, &s.factors, &d);
			assert_int_not_equal(d.outcome, LOGIN_OUTCOME_DENIED);
			assert_false(d.skip_password);
			assert_true(d.next == 0 || d.factor_observed);
		}
	}
}

static void root_at_the_console_gets_in(void **state)
{
	uint64_t seed = 99;

	(void)state;
	for (unsigned i = 0; i < 5000; i++) {
		struct login_sample s LOGIN_SAMPLE_FREED;
		bool glass = coin(&seed, 2);
		struct login_decision d;

		random_facts(&s, RANDOM_POLICIES[glass ? 5 : i % (sizeof RANDOM_POLICIES / sizeof RANDOM_POLICIES[0])], &seed);
		s.facts.person = sample_person(glass ? "glass" : "root");
		s.facts.service = (struct service){.kind = SERVICE_LOGIN};
		s.facts.at_console = true;
		s.facts.side = LOGIN_LOCAL;
		for (enum login_stage stage = 0; stage < LOGIN_STAGE_MAX; stage++) {
			login_decide(stage, &s.facts, &s.settings, &s.factors, &d);
			if (s.facts.suspended && stage != LOGIN_STAGE_BEGIN)
				assert_int_equal(d.outcome, LOGIN_OUTCOME_DENIED);
			else
				assert_int_equal(d.outcome, LOGIN_OUTCOME_ALLOWED);
		}
	}
}

/* --- texts --- */

static void every_reason_has_its_words(void **state)
{
	(void)state;
	for (enum login_reason_id id = 0; id < LOGIN_REASON_MAX; id++) {
		struct login_reason reason = {.id = id, .argument = {"15min", "2h"}};
		char english[2048], japanese[2048];
		struct text t;

		TEXT_INTO(&t, english);
		login_add_reason(&t, LANGUAGE_EN, &reason);
		assert_int_equal(text_end(&t), 0);
		assert_in_range(t.len, 20, MESSAGE_BYTES_MAX);
		TEXT_INTO(&t, japanese);
		login_add_reason(&t, LANGUAGE_JA, &reason);
		assert_in_range(t.len, 20, MESSAGE_BYTES_MAX);
		assert_string_not_equal(english, japanese);
		assert_non_null(login_reason_code(id));
		assert_non_null(login_reason_clause(id));
	}
}

static size_t messages_of(const char *policy, const char *facts, enum login_stage stage, enum language language,
			  char (*ret_messages)[MESSAGE_BYTES_MAX + 1], size_t max)
{
	struct login_sample s LOGIN_SAMPLE_FREED;
	struct login_decision d;

	login_sample_make(&s, policy, facts);
	login_decide(stage, &s.facts, &s.settings, &s.factors, &d);
	return login_messages(&d, &s.settings, language, ret_messages, max);
}

static void tells_people(void **state)
{
	static const struct {
		const char *name, *policy, *facts;
		enum login_stage stage;
		const char *first, *part;
	} ROWS[] = {
		{"nothing to say", "", "login alice finished", ACCOUNT, NULL, NULL},
		{"time left, rounded up", "", "sshd alice " OUTSIDE " locked", BEGIN, "Access is refused:\n", "Try again in 11 min;"},
		{"sshd's lines", ENFORCED, "sshd alice " OUTSIDE " ssh=publickey has=totp", ACCOUNT, "Access is refused:\n",
		 "AuthenticationMethods publickey,keyboard-interactive:pam"},
		{"whom to ask", GATE "allow = alice\n[report]\ncontact = it@example.co.jp\n", "login bob finished", ACCOUNT, "Access is refused:\n",
		 "Questions: it@example.co.jp"},
		{"days left", "[mfa]\nenrol_by = 2026-12-06\n", "login alice proven=password", FINISH, "You have no second factor", "up: 14."},
		{"enrol now", EVERYWHERE, "login alice console proven=password", FINISH, "You have no second factor, and it is needed now.", "enrol"},
		{"break-glass", EVERYWHERE GLASS, "login glass console", FINISH, "Emergency access", "recorded"},
		{"time until a posture denies", LADDER, "sshd alice " OUTSIDE " finished violated=3600", ACCOUNT, "A security control", "in 23 hours"},
		{"what is only observed is not told", "[access]\nallow = alice\n", "login bob finished violated=9", ACCOUNT, NULL, NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		char messages[4][MESSAGE_BYTES_MAX + 1] = {""};
		size_t count = messages_of(ROWS[i].policy, ROWS[i].facts, ROWS[i].stage, LANGUAGE_EN, messages, 4);
		bool found = ROWS[i].part == NULL;

		print_message("%s\n", ROWS[i].name);
		assert_int_equal(count > 0, ROWS[i].first != NULL);
		if (ROWS[i].first != NULL)
			assert_memory_equal(messages[0], ROWS[i].first, strlen(ROWS[i].first));
		for (size_t j = 0; j < count && ROWS[i].part != NULL; j++)
			found = found || strstr(messages[j], ROWS[i].part) != NULL;
		assert_true(found);
	}
}

static void tells_strangers_no_name(void **state)
{
	(void)state;
	for (enum language language = 0; language < LANGUAGE_MAX; language++) {
		char known[4][MESSAGE_BYTES_MAX + 1] = {""}, unknown[4][MESSAGE_BYTES_MAX + 1] = {""};

		assert_int_equal(messages_of(REMOTE, "sshd alice " OUTSIDE " locked busy has=totp", BEGIN, language, known, 4), 1);
		assert_int_equal(messages_of(REMOTE, "sshd nobody " OUTSIDE " locked busy", BEGIN, language, unknown, 4), 1);
		assert_string_equal(known[0], unknown[0]);
	}
}

static void all_reasons_fit_in_messages(void **state)
{
	char messages[LOGIN_REASON_MAX][MESSAGE_BYTES_MAX + 1];
	struct login_decision d = {.outcome = LOGIN_OUTCOME_DENIED};
	struct settings settings = {.report_contact = "it@example.co.jp"};
	size_t bullets = 0;

	(void)state;
	for (enum login_reason_id id = 0; id < LOGIN_REASON_MAX; id++)
		login_decision_add(&d, id)->denies = true;
	for (enum language language = 0; language < LANGUAGE_MAX; language++) {
		size_t count = login_messages(&d, &settings, language, messages, LOGIN_REASON_MAX);

		for (size_t i = 0; i < count; i++) {
			assert_in_range(strlen(messages[i]), 1, MESSAGE_BYTES_MAX);
			for (const char *at = messages[i]; (at = strstr(at, "- ")) != NULL; at++)
				bullets += at == messages[i] || at[-1] == '\n' ? 1 : 0;
		}
	}
	assert_int_equal(bullets, 2 * LOGIN_REASON_MAX);
}

/* --- who should enrol --- */

static void knows_who_lacks_a_factor(void **state)
{
	static const struct {
		const char *name, *policy, *has;
		enum login_lack want;
	} ROWS[] = {
		{"nothing is demanded", "", "", LOGIN_LACK_NOTHING},
		{"required from elsewhere", ENFORCED "remote = required\n", "", LOGIN_LACK_DEMANDED},
		{"required and enrolled", ENFORCED "remote = required\n", "totp", LOGIN_LACK_NOTHING},
		{"observed: it will be", "[mfa]\nmode = observe\nobserve_until = 2027-01-01\nremote = required\n", "", LOGIN_LACK_DEMANDED},
		{"if enrolled, without a date", ENFORCED "remote = if-enrolled\n", "", LOGIN_LACK_NOTHING},
		{"if enrolled, reminded by a date", ENFORCED "remote = if-enrolled\nenrol_by = 2027-01-01\n", "", LOGIN_LACK_REMINDED},
		{"one service demands it", "[service i3lock]\nmfa = required\n", "", LOGIN_LACK_DEMANDED},
		{"one service unheard of demands it", "[service odd]\nmfa = required\n", "", LOGIN_LACK_DEMANDED},
		{"one service demands what the person has not", ENFORCED "remote = required\n[factor key]\nuse = pam:mutex-u2f\n[service sshd]\n"
							     "require = password+key\n", "totp", LOGIN_LACK_DEMANDED},
		{"the password is all that is demanded", ENFORCED "remote = required\nrequire = password\n", "", LOGIN_LACK_NOTHING},
	};

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		struct login_sample s LOGIN_SAMPLE_FREED;

		print_message("%s\n", ROWS[i].name);
		login_sample_make(&s, ROWS[i].policy, "login alice");
		assert_int_equal(login_lacks(&s.policy.policy, sample_person("alice"), sample_set(&s.factors, ROWS[i].has)), ROWS[i].want);
	}
}

/* --- min_length_with_mfa --- */

static void knows_where_a_password_stands_alone(void **state)
{
	static const struct {
		const char *name, *policy, *has;
		bool want;
	} ROWS[] = {
		{"required everywhere and enrolled", EVERYWHERE, "totp", true},
		{"not enrolled", EVERYWHERE, "", false},
		{"observed", "[mfa]\nmode = observe\nobserve_until = 2027-01-01\nremote = required\nlocal = required\nsu = required\nsudo = required\n", "totp",
		 false},
		{"not required at the computer", ENFORCED "remote = required\nsu = required\nsudo = required\nlocal = off\n", "totp", false},
		{"not required from elsewhere", ENFORCED "local = required\nsu = required\nsudo = required\n", "totp", false},
		{"sudo takes the password alone", ENFORCED "remote = required\nlocal = required\nsu = required\nsudo = off\n", "totp", false},
		{"one service takes the password alone", EVERYWHERE "[service vsftpd]\nmfa = off\n", "totp", false},
		{"one service unheard of takes it", EVERYWHERE "[service odd]\nmfa = if-enrolled\n", "totp", false},
		{"a locker may", EVERYWHERE "[service i3lock]\nmfa = off\n", "totp", true},
		{"a trusted network is the local side", EVERYWHERE "trusted_networks = 10.0.0.0/8\n", "totp", true},
		{"the password is a demand by itself", EVERYWHERE "[service sshd]\nrequire = password\n", "totp", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		struct login_sample s LOGIN_SAMPLE_FREED;

		print_message("%s\n", ROWS[i].name);
		login_sample_make(&s, ROWS[i].policy, "login alice");
		assert_int_equal(login_mfa_everywhere(&s.policy.policy, sample_person("alice"), sample_set(&s.factors, ROWS[i].has)), ROWS[i].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(begins),
		cmocka_unit_test(finishes),
		cmocka_unit_test(proves),
		cmocka_unit_test(guards_access),
		cmocka_unit_test(climbs_the_ladder),
		cmocka_unit_test(zero_is_denied),
		cmocka_unit_test(worse_facts_open_nothing),
		cmocka_unit_test(observing_denies_nothing),
		cmocka_unit_test(root_at_the_console_gets_in),
		cmocka_unit_test(every_reason_has_its_words),
		cmocka_unit_test(tells_people),
		cmocka_unit_test(tells_strangers_no_name),
		cmocka_unit_test(all_reasons_fit_in_messages),
		cmocka_unit_test(knows_who_lacks_a_factor),
		cmocka_unit_test(knows_where_a_password_stands_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The stack of gdm-fingerprint, which passes no common-auth: Debian's file, a module in fprintd's place, and the second factor behind it. Inside a
# booted container, as root, where the product is on. Prints rows. Usage: rows_finger.sh PREFIX. Makes mio, who has a factor.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/bed/row.sh
. "$here/row.sh"
# shellcheck source=tests/bed/person.sh
. "$here/person.sh"
prefix=$1

password='ginger walrus atlas mitten'
policy=/etc/mutex/policy.d/95-bed-finger.conf
service=/etc/pam.d/gdm-fingerprint
finger=/run/bed-finger
codes=/run/bed-codes-mio

# No reader here: the finger is a file. Like fprintd's it asks nothing and leaves no password.
build_reader() {
	local folder
	folder=$(dirname "$(find /usr/lib -name pam_unix.so)")
	cat >/run/bed-fprintd.c <<-'C'
		#include <security/pam_modules.h>
		#include <stdio.h>
		#include <unistd.h>
		int pam_sm_authenticate(pam_handle_t *pamh, int flags, int argc, const char **argv)
		{
			const char *user, *name = "/run/bed-finger";
			char path[128];
			(void)flags; (void)argc; (void)argv;
			if (pam_get_user(pamh, &user, NULL) != PAM_SUCCESS)
				return PAM_USER_UNKNOWN;
			snprintf(path, sizeof path, "%s.%s", name, user);
			return access(path, F_OK) == 0 ? PAM_SUCCESS : PAM_AUTH_ERR;
		}
		int pam_sm_setcred(pam_handle_t *pamh, int flags, int argc, const char **argv)
		{
			(void)pamh; (void)flags; (void)argc; (void)argv;
			return PAM_SUCCESS;
		}
	C
	cc -shared -fPIC -o "$folder/pam_fprintd.so" /run/bed-fprintd.c -lpam
}
prepare() {
	useradd --create-home --shell /bin/bash mio && echo "mio:$password" | chpasswd || return 1
	build_reader || return 1
	sed -n '/^== etc\/pam.d\/gdm-fingerprint$/,/^== /{/^== /d;p}' "$here/../etc_$prefix.txt" >$service
	grep -q pam_fprintd.so $service || return 1
	printf '[mfa]\nmode = enforce\nlocal = required\n[access]\nmode = enforce\nposture = off\n' >$policy
	expect -f "$here/enrol.exp" mio | tr -d '\r' | grep -oE '\b[0-9A-Z]{4}(-[0-9A-Z]{4}){3}\b' >$codes
	chmod 0600 $codes
	[ "$(wc -l <$codes)" -eq 10 ] && touch $finger.mio
}
code() {
	head -n 1 $codes
	sed -i 1d $codes
}
# As GDM's worker for fingers does it: root, at the display.
finger() { # ANSWER...
	dialogue "$@" -- pamtester -I tty=:0 gdm-fingerprint mio authenticate acct_mgmt
}
gets_in() { # ANSWER...
	has "$(finger "$@" 2>&1)" 'successfully authenticated' 'account management done'
}
stays_out() { # ANSWER...
	has_not "$(finger "$@" 2>&1)" 'account management done'
}
last_record() {
	journal -o verbose -n 1 SYSLOG_IDENTIFIER=pam_mutex MUTEX_KIND=login MUTEX_USER=mio MUTEX_SERVICE=gdm-fingerprint
}

named_as_weak() {
	has "$(mutexctl stack 2>&1)" gdm-fingerprint
}
# The gate of common-account alone: nothing was shown to us.
without_our_line_out() {
	stays_out && has "$(last_record)" MUTEX_VERDICT=denied not-proven RA-1
}
apply_adds_finish() {
	mutexctl apply --yes && grep -q '^auth.*pam_mutex.so finish' $service && mutexctl stack
}
finger_and_code() {
	rm -f /run/mutex/stamps/*
	gets_in "$(code)" && has "$(last_record)" MUTEX_VERDICT=allowed && has "$(cat "/run/mutex/stamps/$(id -u mio)")" service=gdm-fingerprint recovery
}
finger_and_wrong_code() {
	rm -f /run/mutex/stamps/*
	stays_out 000000 000000 000000 && has "$(last_record)" MUTEX_VERDICT=denied factor-failed && [ -z "$(ls -A /run/mutex/stamps)" ]
}
# Debian's line is "required": the code is asked for all the same, and does not help.
no_finger() {
	local out
	rm -f $finger.mio /run/mutex/stamps/*
	out=$(finger "$(code)" 2>&1)
	touch $finger.mio
	has_not "$out" 'successfully authenticated' 'account management done' && [ -z "$(ls -A /run/mutex/stamps)" ]
}
finger_alone_where_no_factor_is_demanded() {
	printf '[mfa]\nmode = enforce\nlocal = off\n[access]\nmode = enforce\nposture = off\n' >$policy
	gets_in && has "$(cat "/run/mutex/stamps/$(id -u mio)")" service=gdm-fingerprint
}
as_before() {
	rm -f $policy $service $codes $finger.mio "$(find /usr/lib -name pam_fprintd.so)"
	mutexctl mfa revoke mio --factor all --reason bed
	userdel --remove mio 2>/dev/null
	mutexctl apply --yes
}

row "$prefix-finger-prepare" prepare || exit 1
row "$prefix-finger-stack-names-it" named_as_weak
row "$prefix-finger-without-our-line-out" without_our_line_out
row "$prefix-finger-apply-adds-finish" apply_adds_finish
row "$prefix-finger-and-code-in" finger_and_code
row "$prefix-finger-and-wrong-code-out" finger_and_wrong_code
row "$prefix-no-finger-out" no_finger
row "$prefix-finger-alone-where-nothing-is-demanded" finger_alone_where_no_factor_is_demanded
row "$prefix-finger-as-before" as_before

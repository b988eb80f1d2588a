#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# A person at the computer itself: text consoles and the greeter, typed on the keyboard, and swaylock in a sway session. Usage: it_vm_login.sh SUITE
# shellcheck disable=SC2016 # expands in the VM
set -uo pipefail
# shellcheck source=tests/bed/vm_prepare.sh
. "$(dirname "$0")/bed/vm_prepare.sh"

suite=${1:-bookworm}
here=$vm_here

# This computer has no antivirus, of which each login would be told; these rows are of other things.
posture_off() {
	vm_run "printf '[access]\nposture = off\n' >/etc/mutex/policy.d/90-bed-posture.conf && mutexctl check" && vm_save plain
}
# A code is demanded at the computer itself and nowhere else: who is asked for one was taken for local.
prepare() {
	cat >"$vm_folder/policy" <<-'POLICY'
		[mfa]
		mode = enforce
		local = required
		remote = off
		[service swaylock]
		mfa = off
	POLICY
	vm_put "$vm_folder/policy" /etc/mutex/policy.d/91-bed-vm.conf
	vm_put "$here/enrol.exp" /root/enrol.exp
	vm_run 'mutexctl check' && vm_run 'expect -f /root/enrol.exp bob | tr -d "\r"' >"$vm_folder/enrolled" || { cat "$vm_folder/enrolled"; return 1; }
	grep -oE '\b[0-9A-Z]{4}(-[0-9A-Z]{4}){3}\b' "$vm_folder/enrolled" >"$vm_folder/codes"
	sed -n 's/^SECRET //p' "$vm_folder/enrolled" >"$vm_folder/secret"
	[ "$(wc -l <"$vm_folder/codes")" -eq 10 ] && vm_save enrolled
}
# By the VM's clock, the code after the one that was shown when the person enrolled.
code_of() { # SECRET [SECONDS]
	oathtool --totp -b -N "@$(($(vm_run 'date +%s') + ${2:-0}))" "$1"
}
code_now() {
	code_of "$(cat "$vm_folder/secret")" 30
}
last_record() { # MATCH...
	vm_run "journalctl --quiet --no-pager -o verbose -n 1 SYSLOG_IDENTIFIER=pam_mutex MUTEX_KIND=login $*"
}

# Types the answers at the prompts of console 2, and waits for TEXT.
console() { # TEXT USER ANSWER...
	local text=$1 answer
	shift
	vm_key ctrl-alt-f2 && vm_reads 40 2 'laptop login:' || return 1
	vm_line "$1"
	vm_reads 20 2 'Password:' || return 1
	vm_line "$2"
	for answer in "${@:3}"; do
		vm_reads 30 2 'ode' || return 1
		vm_line "$answer"
	done
	vm_reads 40 2 "$text"
}
console_code_in() {
	vm_restore enrolled && console 'bob@laptop' bob "$password" "$(code_now)" || return 1
	vm_line 'echo IN-AS-$(id -un)-ON-$(tty)'
	vm_reads 10 2 'IN-AS-bob-ON-/dev/tty2' || return 1
	has "$(last_record MUTEX_USER=bob MUTEX_SERVICE=login)" MUTEX_VERDICT=allowed MUTEX_TTY=/dev/tty2 && has_not "$(last_record MUTEX_USER=bob)" MUTEX_RHOST= &&
		has "$(vm_run 'cat /run/mutex/stamps/$(id -u bob)')" service=login totp tty2 seat0 &&
		has "$(vm_run 'loginctl show-session $(/usr/local/sbin/bed-guest session bob)')" Remote=no TTY=tty2
}
console_without_code_out() {
	vm_restore enrolled && console 'Login incorrect' bob "$password" 000000 000001 000002 && has "$(last_record MUTEX_USER=bob)" MUTEX_VERDICT=denied factor-failed MUTEX_TTY=/dev/tty2 &&
		! vm_session bob
}
# Where else should a person enrol.
console_without_factor_told_to_enrol() {
	vm_restore enrolled && console 'alice@laptop' alice "$password" && has "$(vm_console 2)" 'it is needed now' 'mutexctl mfa enrol' &&
		has "$(last_record MUTEX_USER=alice)" MUTEX_TTY=/dev/tty2
}
# The secret on the screen goes into an authenticator, whose code answers the question; from then on it is asked for at the login.
secret_in() { # TEXT
	grep -oE '^ +[A-Z2-7]{4}( [A-Z2-7]{1,4})+' <<<"${1//$'\r'/}" | tr -d ' '
}
enrolled_by_oneself() { # SECRET
	local last
	last=$(vm_run 'journalctl --quiet --no-pager -o verbose -n 1 SYSLOG_IDENTIFIER=pam_mutex --grep "at the computer itself"')
	has "$last" alice && vm_key ctrl-alt-f3 && vm_reads 40 3 'laptop login:' && vm_line alice && vm_reads 20 3 'Password:' && vm_line "$password" &&
		vm_reads 30 3 'ode' && vm_line "$(code_of "$1" 30)" && vm_reads 40 3 'alice@laptop'
}
console_enrols_oneself() {
	local secret
	vm_restore enrolled && console 'alice@laptop' alice "$password" || return 1
	vm_line 'clear; mutexctl mfa enrol'
	vm_reads 30 2 'assword' && vm_line "$password" && vm_reads 40 2 'Code that the app shows now' || return 1
	secret=$(secret_in "$(vm_console 2)")
	vm_line "$(code_of "$secret")"
	vm_reads 30 2 'These ten recovery codes' && enrolled_by_oneself "$secret"
}
desktop_enrols_oneself() {
	local secret
	vm_restore enrolled && vm_greeter_login alice "$password" || return 1
	vm_as alice sh -c 'setsid xterm -e script -qfc "mutexctl mfa enrol" /tmp/enrol >/dev/null 2>&1 &'
	vm_wait 60 'grep -q assword /tmp/enrol' && vm_line "$password" && vm_wait 40 'grep -q "Code that the app shows now" /tmp/enrol' || return 1
	secret=$(secret_in "$(vm_run 'cat /tmp/enrol')")
	vm_line "$(code_of "$secret")"
	vm_wait 30 'grep -q "These ten recovery codes" /tmp/enrol' && enrolled_by_oneself "$secret"
}
console_wrong_password_out() {
	vm_restore enrolled && console 'Login incorrect' bob 'not this one' && ! vm_session bob
}
# Five different wrong ones, from this seat; then even the right one is refused, with the time left.
locked_out_is_told() {
	local n
	vm_restore plain || return 1
	vm_key ctrl-alt-f2
	for n in 1 2 3 4 5; do
		vm_reads 40 2 'login:' || return 1
		vm_wipe 2
		vm_line bob
		vm_reads 20 2 'Password:' || return 1
		vm_line "wrong number $n"
		# after the fifth login ends, and the screen is wiped for the next one
		[ "$n" -eq 5 ] || vm_reads 30 2 'Login incorrect' || return 1
		vm_reads 30 2 'laptop login:' || return 1
	done
	has "$(vm_run 'mutexctl lockout list')" bob && vm_reads 40 2 'login:' || return 1
	vm_wipe 2
	vm_line bob
	vm_reads 30 2 'Too many failed attempts from here. Try again in 1' || return 1
	! vm_session bob
}
greeter_lets_in() {
	vm_restore plain || return 1
	vm_greeter_login alice "$password" || return 1
	vm_session alice && has "$(last_record MUTEX_USER=alice MUTEX_SERVICE=lightdm)" MUTEX_VERDICT=allowed
}

# --- sway ------------------------------------------------------------------------------------------------------------
sway_starts() {
	vm_restore plain && console 'bob@laptop' bob "$password" || return 1
	vm_line sway
	vm_wait 60 'test -e /tmp/sway-bob && pgrep -x foot >/dev/null' || { vm_console 2; return 1; }
	has "$(vm_as bob swaymsg -t get_tree)" '"app_id": "foot"' && vm_shows 30a060 30 && vm_save sway
}
swaylock_opens_to_the_right_one_only() {
	vm_restore sway || return 1
	vm_run 'rm -f /run/mutex/stamps/*'
	vm_as bob sh -c 'setsid swaylock --color 102030 >/tmp/swaylock 2>&1 &'
	vm_shows 102030 80 && vm_shows_not 30a060 || { vm_run 'cat /tmp/swaylock'; return 1; }
	vm_line 'wrong one'
	vm_sleep 6
	vm_run 'pgrep -x swaylock && [ -z "$(ls -A /run/mutex/stamps)" ]' && [ "$(vm_share 102030)" -ge 80 ] || { echo 'a wrong one opened'; return 1; }
	vm_line "$password"
	vm_wait 30 '! pgrep -x swaylock' && vm_shows 30a060 30 || return 1
	has "$(vm_run 'cat /run/mutex/stamps/$(id -u bob)')" service=swaylock && has "$(vm_run 'journalctl --no-pager _SYSTEMD_UNIT=mutex-verify.socket + MUTEX_SERVICE=swaylock -o verbose')" MUTEX_VERDICT=allowed
}

vm_prepare "$suite"
vm_restore || exit 1
row "vm-$suite-login-posture-off" posture_off || exit 1
vm_restore plain || exit 1
row "vm-$suite-login-prepare" prepare || exit 1
row "vm-$suite-console-password-and-code-in" console_code_in
row "vm-$suite-console-wrong-code-out" console_without_code_out
row "vm-$suite-console-without-factor-told-to-enrol" console_without_factor_told_to_enrol
row "vm-$suite-console-enrols-oneself" console_enrols_oneself
row "vm-$suite-desktop-enrols-oneself" desktop_enrols_oneself
row "vm-$suite-console-wrong-password-out" console_wrong_password_out
row "vm-$suite-console-locked-out-is-told" locked_out_is_told
row "vm-$suite-greeter-typed-in" greeter_lets_in
row "vm-$suite-sway-session" sway_starts
row "vm-$suite-swaylock-opens-to-the-right-one-only" swaylock_opens_to_the_right_one_only

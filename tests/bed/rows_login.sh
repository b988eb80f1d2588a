#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Who gets in: second factors, lock-out and the gate at real programs, inside a booted container, as root, where the product is on. Prints rows.
# Usage: rows_login.sh PREFIX. Expects the people of it_container_boot.sh; makes eve (enrolled), fumi (not), gen (an account to step into).
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/bed/row.sh
. "$here/row.sh"
# shellcheck source=tests/bed/person.sh
. "$here/person.sh"
prefix=$1

password='copper lantern yogurt salsa'
policy=/etc/mutex/policy.d/91-bed-login.conf
sshd=/etc/ssh/sshd_config.d/bed.conf
home_address=10.66.0.1 # of this machine, but no loopback: what comes from there is remote

demand() { # [mfa.KEYWORD = VALUE | OTHER LINE]...: the policy of the rows that follow
	{
		printf '[mfa]\nmode = enforce\nremote = required\n'
		printf '%s\n' "$@" | sed -n 's/^mfa\.//p'
		printf '[access]\nmode = enforce\nposture = off\n[users carol]\naccess.become = eve, fumi\n'
		# A container has no console: the terminal of its login is nobody's screen.
		printf '[service login]\nside = local\n'
		printf '%s\n' "$@" | grep -v '^mfa\.'
	} >$policy
	mutexctl check
}

# Ten recovery codes for each: a time-based code could be shown once in 30 seconds only.
enrol() { # USER
	local secret out
	out=$(expect -f "$here/enrol.exp" "$1" | tr -d '\r') || { echo "$out"; return 1; }
	grep -oE '\b[0-9A-Z]{4}(-[0-9A-Z]{4}){3}\b' <<<"$out" >"/run/bed-codes-$1"
	secret=$(sed -n 's/^SECRET //p' <<<"$out")
	printf '%s\n' "$secret" >"/run/bed-secret-$1"
	chmod 0600 "/run/bed-codes-$1" "/run/bed-secret-$1"
	[ "$(wc -l <"/run/bed-codes-$1")" -eq 10 ] || { echo "$out"; return 1; }
}
code_of() { # USER: an unused recovery code
	head -n 1 "/run/bed-codes-$1"
	sed -i 1d "/run/bed-codes-$1"
}

prepare() {
	local user
	for user in eve fumi gen; do
		useradd --create-home --shell /bin/bash $user || return 1
		echo "$user:$password" | chpasswd || return 1
	done
	ip address add $home_address/32 dev lo
	enrol eve
}
# Ten codes do not last for all rows.
new_codes() {
	mutexctl mfa codes eve | grep -oE '\b[0-9A-Z]{4}(-[0-9A-Z]{4}){3}\b' >/run/bed-codes-eve
	[ "$(wc -l </run/bed-codes-eve)" -eq 10 ]
}

sshd_does() { # LINE...
	{
		printf 'MaxStartups 100\n'
		# Debian 13's sshd would shut out the test's own address.
		! sshd -T 2>/dev/null | grep -qi '^persourcepenalties' || echo 'PerSourcePenalties no'
		printf '%s\n' "$@"
	} >$sshd
	systemctl restart ssh
}

# Carol's ssh to herself, as from another computer.
ssh_as() { # USER ANSWER... -- SSH-OPTION...
	local user=$1 answers=()
	shift
	while [ "$1" != -- ]; do
		answers+=("$1")
		shift
	done
	shift
	dialogue_as carol "${answers[@]}" -- ssh -o StrictHostKeyChecking=no -o NumberOfPasswordPrompts=1 -o ConnectTimeout=20 "$@" -t \
		"$user@$home_address" "echo IN-AS-\$(id -un)"
}
interactive=(-o PreferredAuthentications=keyboard-interactive -o PubkeyAuthentication=no)
by_password=(-o PreferredAuthentications=password -o PubkeyAuthentication=no)

gets_in() { # USER COMMAND...
	has "$("${@:2}")" "IN-AS-$1"
}
stays_out() { # TEXT COMMAND...: not in, and the person reads the text ("" = none)
	local out
	out=$("${@:2}")
	has_not "$out" IN-AS- && { [ -z "$1" ] || has "$out" "$1"; }
}
last_record() { # MATCH...
	journal -o verbose -n 1 SYSLOG_IDENTIFIER=pam_mutex MUTEX_KIND=login "$@"
}
stamp_of() { # USER
	cat "/run/mutex/stamps/$(id -u "$1")"
}
lockout_of() { # USER
	mutexctl lockout list --json | tr -d ' \n'
}

# --- sshd: keyboard-interactive --------------------------------------------------------------------------------------
ssh_code() {
	gets_in eve ssh_as eve "$password" "$(code_of eve)" -- "${interactive[@]}" &&
		has "$(last_record MUTEX_USER=eve MUTEX_SERVICE=sshd)" MUTEX_VERDICT=allowed MUTEX_CLAUSE=RA-1 MUTEX_RHOST=$home_address 'shown: password+recovery' &&
		[ ! -e "/run/mutex/stamps/$(id -u eve)" ] # no lock of this computer waits for it
}
ssh_time_code() {
	gets_in eve ssh_as eve "$password" "$(oathtool --totp -b -N 'now + 30 seconds' "$(cat /run/bed-secret-eve)")" -- "${interactive[@]}" && has "$(last_record MUTEX_USER=eve)" totp
}
ssh_used_code() {
	local code
	code=$(code_of eve)
	gets_in eve ssh_as eve "$password" "$code" -- "${interactive[@]}" && stays_out '' ssh_as eve "$password" "$code" -- "${interactive[@]}"
}
ssh_wrong_code() {
	stays_out '' ssh_as eve "$password" 000000 000000 000000 -- "${interactive[@]}" &&
		has "$(last_record MUTEX_USER=eve)" MUTEX_VERDICT=denied factor-failed && has_not "$(journalctl --no-pager -o verbose)" "=000000"
}
ssh_wrong_password() {
	stays_out '' ssh_as eve wrong "$(head -n 1 /run/bed-codes-eve)" -- "${interactive[@]}"
}
ssh_without_factor() {
	stays_out 'mutexctl mfa enrol' ssh_as fumi "$password" -- "${interactive[@]}"
}
ssh_reminded() {
	demand 'mfa.enrol_by = 2099-01-01' || return 1
	local out
	out=$(ssh_as fumi "$password" -- "${interactive[@]}")
	demand
	has "$out" IN-AS-fumi 'second factor'
}
# Whoever came from elsewhere sets up no factor, password or not.
ssh_enrols_nobody() {
	demand 'mfa.enrol_by = 2099-01-01' || return 1
	local out
	out=$(dialogue_as carol "$password" "$password" -- ssh -o StrictHostKeyChecking=no "${interactive[@]}" -t "fumi@$home_address" 'LC_ALL=C mutexctl mfa enrol; echo DONE=$?')
	demand
	has "$out" DONE=1 'only at the computer itself' && has_not "$out" otpauth 'secret into the app' && has "$(mutexctl mfa status fumi)" 'no second factor'
}
ssh_unknown_user() {
	stays_out '' ssh_as nobody-here "$password" 000000 -- "${interactive[@]}" && has_not "$(journalctl --no-pager -o verbose SYSLOG_IDENTIFIER=pam_mutex)" nobody-here
}

# --- sshd: its own password method, public keys -----------------------------------------------------------------------
ssh_password_method() {
	sshd_does 'PasswordAuthentication yes' 'KbdInteractiveAuthentication no'
	local before
	before=$(lockout_of eve)
	stays_out '' ssh_as eve "$password" -- "${by_password[@]}" || return 1
	[ "$(lockout_of eve)" = "$before" ] || { echo "a password answered as code was counted: $before, $(lockout_of eve)"; return 1; }
}
ssh_one_line() {
	demand 'mfa.one_line = yes' || return 1
	sleep 31 # the code of this half minute may have been shown
	gets_in eve ssh_as eve "$password$(oathtool --totp -b -N 'now + 30 seconds' "$(cat /run/bed-secret-eve)")" -- "${by_password[@]}"
	local status=$?
	demand
	return $status
}
key_setup() {
	as carol sh -c 'test -e ~/.ssh/id_ed25519 || ssh-keygen -q -t ed25519 -N "" -f ~/.ssh/id_ed25519'
	local user
	for user in eve fumi; do
		install -d -m 0700 -o $user -g $user /home/$user/.ssh
		install -m 0600 -o $user -g $user /home/carol/.ssh/id_ed25519.pub /home/$user/.ssh/authorized_keys
	done
}
ssh_key_alone() {
	sshd_does 'PasswordAuthentication no' 'KbdInteractiveAuthentication yes'
	key_setup
	stays_out 'AuthenticationMethods publickey,keyboard-interactive:pam' ssh_as eve -- -o PreferredAuthentications=publickey && has "$(last_record MUTEX_USER=eve)" publickey-only MUTEX_VERDICT=denied
}
ssh_key_and_code() {
	sshd_does 'PasswordAuthentication no' 'KbdInteractiveAuthentication yes' 'AuthenticationMethods publickey,keyboard-interactive:pam'
	gets_in eve ssh_as eve "$(code_of eve)" -- && has "$(last_record MUTEX_USER=eve)" publickey
}
ssh_key_and_no_code() {
	stays_out '' ssh_as eve 000000 --
}

# A key of a FIDO token, made and used by OpenSSH's own programs; the token is soft_key.c.
soft_key=/usr/local/lib/bed-soft-key.so
by_hardware=(-o IdentitiesOnly=yes -o IdentityFile=/home/carol/.ssh/id_ed25519_sk -o SecurityKeyProvider=$soft_key)
hardware_setup() {
	sshd_does 'PasswordAuthentication no' 'KbdInteractiveAuthentication yes' 'AuthenticationMethods publickey,keyboard-interactive:pam'
	cc -D_GNU_SOURCE -fPIC -shared -o $soft_key "$here/soft_key.c" -lhogweed -lnettle &&
		as carol sh -c "ssh-keygen -q -t ed25519-sk -w $soft_key -N '' -f ~/.ssh/id_ed25519_sk" &&
		grep -q '^sk-ssh-ed25519@openssh.com ' /home/carol/.ssh/id_ed25519_sk.pub &&
		cat /home/carol/.ssh/id_ed25519.pub /home/carol/.ssh/id_ed25519_sk.pub >/home/eve/.ssh/authorized_keys
}
ssh_hardware_key_does_not_count() {
	stays_out '' ssh_as eve 000000 000000 000000 -- "${by_hardware[@]}" && has "$(last_record MUTEX_USER=eve)" factor-failed MUTEX_VERDICT=denied 'shown: publickey+hardware-key'
}
ssh_hardware_key_counts() {
	demand 'mfa.hardware_keys = yes' || return 1
	gets_in eve ssh_as eve -- "${by_hardware[@]}" && has "$(last_record MUTEX_USER=eve)" MUTEX_VERDICT=allowed 'shown: publickey+hardware-key' &&
		stays_out '' ssh_as eve 000000 -- -o IdentitiesOnly=yes -o IdentityFile=/home/carol/.ssh/id_ed25519
	local status=$?
	demand
	return $status
}
# sshd says what key it was only behind the method: a key alone is any key.
ssh_hardware_key_alone() {
	demand 'mfa.hardware_keys = yes' && sshd_does 'PasswordAuthentication no' 'KbdInteractiveAuthentication yes' || return 1
	stays_out 'AuthenticationMethods publickey,keyboard-interactive:pam' ssh_as eve -- "${by_hardware[@]}"
	local status=$?
	demand
	return $status
}

# --- the console, su, sudo, polkit, the greeter -----------------------------------------------------------------------
console_login() {
	has "$(expect -f "$here/console.exp" eve "$password" "$(code_of eve)" | tr -d '\r')" IN-AS-eve
}
console_wrong_code() {
	has_not "$(expect -f "$here/console.exp" eve "$password" 000000 | tr -d '\r')" IN-AS-eve
}
su_code() {
	has "$(dialogue_as carol "$password" "$(code_of eve)" -- su - eve -c 'echo IN-AS-$(id -un)')" IN-AS-eve
}
su_wrong_code() {
	has_not "$(dialogue_as carol "$password" 000000 -- su - eve -c 'echo IN-AS-$(id -un)')" IN-AS-
}
su_by_root_asks_nothing() {
	has "$(su - eve -c 'echo IN-AS-$(id -un)')" IN-AS-eve
}
su_not_granted() {
	has_not "$(dialogue_as fumi "$password" -- su - gen -c 'echo IN-AS-$(id -un)')" IN-AS- && has "$(last_record MUTEX_USER=gen)" account-not-granted AC-4
}
sudo_setup() {
	echo 'eve ALL=(ALL) ALL' >/etc/sudoers.d/eve
}
sudo_code() {
	has "$(dialogue_as eve "$password" "$(code_of eve)" -- sudo -k id -un)" root
}
sudo_wrong_code() {
	local out
	out=$(dialogue_as eve "$password" 000000 -- sudo -k sh -c 'echo IN-AS-$(id -un)')
	has_not "$out" IN-AS-root
}
# An agent of the person's own at the terminal, as a desktop has one; pkexec's own one works in sessions only. polkit's helper asks through PAM.
polkit_setup() {
	mkdir -p /etc/polkit-1/rules.d
	echo 'polkit.addAdminRule(function(action, subject) { return ["unix-user:eve"]; });' >/etc/polkit-1/rules.d/10-bed.rules
	systemctl restart polkit
	cat >/run/bed-pkexec.sh <<-'PKEXEC'
		pkttyagent --process $$ &
		agent=$!
		sleep 2
		pkexec --disable-internal-agent id -un | sed 's/^/IN-AS-/'
		kill $agent
	PKEXEC
}
polkit_code() {
	has "$(dialogue_as eve "$password" "$(code_of eve)" -- sh /run/bed-pkexec.sh)" IN-AS-root
}
polkit_wrong_code() {
	has_not "$(dialogue_as eve "$password" 000000 000000 000000 -- sh /run/bed-pkexec.sh)" IN-AS-
}
cron_runs() {
	systemctl is-active --quiet cron || return 0
	echo '* * * * * root touch /run/bed-cron' >/etc/cron.d/bed
	for _ in $(seq 75); do
		[ ! -e /run/bed-cron ] || return 0
		sleep 1
	done
	return 1
}
greeter_code() {
	has "$(bash "$here/greeter.sh" eve "$password" "$(code_of eve)")" AUTHENTICATED && has "$(stamp_of eve)" service=lightdm
}
greeter_wrong_code() {
	has "$(bash "$here/greeter.sh" eve "$password" 000000 000000 000000)" REFUSED
}

# --- suspension -------------------------------------------------------------------------------------------------------
suspended_everywhere() {
	mutexctl suspend fumi --reason 'left the company' --by 'carol' || return 1
	stays_out '' dialogue_as carol "$password" -- su - fumi -c 'echo IN-AS-$(id -un)' || return 1
	sshd_does 'PasswordAuthentication no' 'KbdInteractiveAuthentication yes'
	stays_out '' ssh_as fumi -- -o PreferredAuthentications=publickey || return 1
	has "$(last_record MUTEX_USER=fumi)" suspended AU-4
}
resumed() {
	mutexctl resume fumi && gets_in fumi dialogue_as carol "$password" -- su - fumi -c 'echo IN-AS-$(id -un)'
}

# --- lock-out ---------------------------------------------------------------------------------------------------------
hammer() { # 100 different wrong passwords, ten at a time
	local i
	for i in $(seq 100); do
		ssh_as gen "wrong number $i" -- "${interactive[@]}" >/dev/null 2>&1 &
		[ $((i % 10)) -ne 0 ] || wait
	done
	wait
}
remote_attacker_locks_himself_out() {
	sshd_does 'PasswordAuthentication no' 'KbdInteractiveAuthentication yes'
	hammer
	has "$(lockout_of gen)" '"gen"' || return 1
	stays_out '' ssh_as gen "$password" -- "${interactive[@]}"
}
owner_gets_in_at_the_console() {
	has "$(expect -f "$here/console.exp" gen "$password" | tr -d '\r')" IN-AS-gen
}
lockout_cleared() {
	mutexctl lockout clear gen --reason 'asked by phone' && has_not "$(lockout_of gen)" '"gen"'
}
cannot_help_himself() {
	local state=/var/lib/mutex/login/$(id -u gen)
	! as gen cat "$state" 2>/dev/null && ! as gen rm "$state" 2>/dev/null && ! as gen sh -c "echo > /run/mutex/stamps/$(id -u gen)" 2>/dev/null &&
		! as gen mutexctl lockout clear gen 2>/dev/null
}

# The same name and the same uid: what useradd is told makes the difference.
new_account_inherits_nothing() {
	local uid
	useradd sora && uid=$(id -u sora) && enrol sora && has "$(mutexctl mfa status sora)" 'recovery codes left' || return 1
	userdel sora && has "$(mutexctl forget --list)" "$uid" && useradd --uid "$uid" sora && has "$(mutexctl mfa status sora)" 'no second factor' &&
		has_not "$(mutexctl forget --list)" "$uid"
}

stack_fine() {
	mutexctl stack
}
no_secret_recorded() {
	has_not "$(journalctl --no-pager -o verbose; cat /var/log/*.log 2>/dev/null)" "$password" "$(cat /run/bed-secret-eve)"
}

row "$prefix-login-prepare" prepare || exit 1
row "$prefix-login-policy" demand
row "$prefix-sudo-set-up" sudo_setup
row "$prefix-ssh-interactive-set-up" sshd_does 'PasswordAuthentication no' 'KbdInteractiveAuthentication yes'
row "$prefix-ssh-password-and-recovery-code-in" ssh_code
row "$prefix-ssh-password-and-time-code-in" ssh_time_code
row "$prefix-ssh-used-code-out" ssh_used_code
row "$prefix-ssh-wrong-code-out" ssh_wrong_code
row "$prefix-ssh-wrong-password-out" ssh_wrong_password
row "$prefix-ssh-without-factor-out-and-told" ssh_without_factor
row "$prefix-ssh-before-enrol-by-in-and-reminded" ssh_reminded
row "$prefix-ssh-enrols-nobody" ssh_enrols_nobody
row "$prefix-ssh-unknown-name-out-and-not-recorded" ssh_unknown_user
row "$prefix-ssh-password-method-out-and-not-counted" ssh_password_method
row "$prefix-ssh-one-line-in" ssh_one_line
row "$prefix-ssh-key-alone-out-and-told" ssh_key_alone
row "$prefix-ssh-key-and-code-in" ssh_key_and_code
row "$prefix-ssh-key-and-wrong-code-out" ssh_key_and_no_code
row "$prefix-ssh-hardware-key-set-up" hardware_setup
row "$prefix-ssh-hardware-key-that-does-not-count-out" ssh_hardware_key_does_not_count
row "$prefix-ssh-hardware-key-that-counts-in" ssh_hardware_key_counts
row "$prefix-ssh-hardware-key-alone-out-and-told" ssh_hardware_key_alone
row "$prefix-new-codes" new_codes
row "$prefix-console-code-in" console_login
row "$prefix-console-wrong-code-out" console_wrong_code
row "$prefix-su-code-in" su_code
row "$prefix-su-wrong-code-out" su_wrong_code
row "$prefix-su-by-root-asks-nothing" su_by_root_asks_nothing
row "$prefix-su-into-an-account-not-granted-out" su_not_granted
row "$prefix-sudo-code-in" sudo_code
row "$prefix-sudo-wrong-code-out" sudo_wrong_code
row "$prefix-polkit-set-up" polkit_setup
row "$prefix-polkit-code-in" polkit_code
row "$prefix-polkit-wrong-code-out" polkit_wrong_code
row "$prefix-lightdm-code-in" greeter_code
row "$prefix-lightdm-wrong-code-out" greeter_wrong_code
row "$prefix-cron-goes-on" cron_runs
row "$prefix-suspended-is-out-everywhere" suspended_everywhere
row "$prefix-resumed-is-in" resumed
row "$prefix-login-policy-again" demand
row "$prefix-remote-attacker-locks-himself-out" remote_attacker_locks_himself_out
row "$prefix-owner-gets-in-at-the-console" owner_gets_in_at_the_console
row "$prefix-user-cannot-touch-root-state" cannot_help_himself
row "$prefix-lockout-cleared" lockout_cleared
row "$prefix-new-account-inherits-nothing" new_account_inherits_nothing
row "$prefix-stack-proves-login" stack_fine
row "$prefix-no-password-or-secret-in-any-log" no_secret_recorded

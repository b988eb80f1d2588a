#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The only administrator of a computer has no second factor and sits elsewhere: switches everything on over ssh, step by step, and gets in again
# after each. Inside a booted container, as root, where the product is on. Prints rows. Usage: rows_first_admin.sh PREFIX
# shellcheck disable=SC2016 # expanded over there
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/bed/row.sh
. "$here/row.sh"
# shellcheck source=tests/bed/person.sh
. "$here/person.sh"
prefix=$1

password='velvet harbour cactus ninety'
address=10.66.0.2 # of this machine, but no loopback
codes=/run/bed-codes-hana
drop_in=/etc/ssh/sshd_config.d/50-mutex.conf
policy=/etc/mutex/policy.d/80-bed-admin.conf

prepare() {
	useradd --create-home --shell /bin/bash hana && echo "hana:$password" | chpasswd || return 1
	echo 'hana ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/hana
	ip address add $address/32 dev lo
	rm -f /etc/ssh/sshd_config.d/bed.conf
	! sshd -T 2>/dev/null | grep -qi '^persourcepenalties' || echo 'PerSourcePenalties no' >/etc/ssh/sshd_config.d/60-bed-admin.conf
	systemctl restart ssh
	as carol sh -c 'test -e ~/.ssh/id_ed25519 || ssh-keygen -q -t ed25519 -N "" -f ~/.ssh/id_ed25519'
	install -d -m 0700 -o hana -g hana /home/hana/.ssh
	install -m 0600 -o hana -g hana /home/carol/.ssh/id_ed25519.pub /home/hana/.ssh/authorized_keys
	mutexctl remove --yes
}

# Hana from another computer. Options of ssh come before the command. While sshd reads its settings anew it refuses connections for a moment.
hana() { # ANSWER... -- OPTION... COMMAND
	local answers=()
	while [ "$1" != -- ]; do
		answers+=("$1")
		shift
	done
	shift
	dialogue_as carol "${answers[@]}" -- ssh -o StrictHostKeyChecking=no -o NumberOfPasswordPrompts=1 -o ConnectTimeout=20 -o ConnectionAttempts=10 -t hana@$address "$@"
}
no_key=(-o PubkeyAuthentication=no)
gets_in() { # ANSWER...
	has "$(hana "$@" -- "${no_key[@]}" 'echo IN-AS-$(id -un)')" IN-AS-hana
}
key_gets_in() { # ANSWER...
	has "$(hana "$@" -- -o PreferredAuthentications=publickey,keyboard-interactive 'echo IN-AS-$(id -un)')" IN-AS-hana
}
code() {
	head -n 1 $codes
	sed -i 1d $codes
}

apply() {
	has "$(hana "$password" -- "${no_key[@]}" 'sudo mutexctl apply --yes --confirm 10min')" 'The policy is in force' &&
		grep -q 'pam_mutex.so begin' /etc/pam.d/common-auth
}
confirm() {
	has "$(hana "$@" -- "${no_key[@]}" 'sudo mutexctl confirm')" Confirmed
}
# With a key and nothing else there would be no answer to what PAM asks behind it.
sshd_refused_without_password() {
	passwd --lock hana || return 1
	local out
	out=$(hana -- 'sudo mutexctl apply --yes --sshd')
	passwd --unlock hana || return 1
	has "$out" 'neither a password nor a second factor' 'nothing was changed' && [ ! -e $drop_in ]
}
sshd_on() {
	has "$(hana "$password" -- "${no_key[@]}" 'sudo mutexctl apply --yes --sshd --confirm 10min')" 'The policy is in force' && [ -e $drop_in ] &&
		has "$(sshd -T)" 'passwordauthentication no' 'authenticationmethods publickey,keyboard-interactive:pam keyboard-interactive:pam'
}
refused() { # WORD...
	local out
	out=$(hana "$password" -- "${no_key[@]}" 'sudo mutexctl apply --yes --enforce mfa')
	has "$out" 'nothing was changed' "$@" && [ ! -e /etc/mutex/policy.d/90-enforce.conf ]
}
break_glass() {
	useradd --create-home --shell /bin/bash notfall && echo 'notfall:sealed envelope in the safe' | chpasswd || return 1
	printf '[access]\nbreak_glass = notfall\n' >$policy
	mutexctl breakglass status
}
enrol() {
	expect -f "$here/enrol.exp" hana | tr -d '\r' | grep -oE '\b[0-9A-Z]{4}(-[0-9A-Z]{4}){3}\b' >$codes
	chmod 0600 $codes
	[ "$(wc -l <$codes)" -eq 10 ]
}
enforce() {
	has "$(hana "$password" "$(code)" -- "${no_key[@]}" 'sudo mutexctl apply --yes --enforce mfa --confirm 10min')" '[mfa] is enforced'
}
out_without_code() {
	has_not "$(hana "$password" 000000 -- "${no_key[@]}" 'echo IN-AS-$(id -un)')" IN-AS- && has_not "$(hana 000000 -- 'echo IN-AS-$(id -un)')" IN-AS-
}
nobody_confirms() {
	has "$(hana "$password" "$(code)" -- "${no_key[@]}" 'sudo mutexctl apply --yes --enforce lockout --confirm 3s')" '[lockout] is enforced' || return 1
	for _ in $(seq 40); do
		grep -q lockout /etc/mutex/policy.d/90-enforce.conf || break
		sleep 0.5
	done
	! grep -q lockout /etc/mutex/policy.d/90-enforce.conf && grep -q mfa /etc/mutex/policy.d/90-enforce.conf && [ -e $drop_in ] && mutexctl stack
}
as_before() {
	mutexctl apply --yes --observe mfa --no-sshd || return 1
	rm -f $policy $codes /etc/ssh/sshd_config.d/60-bed-admin.conf /etc/sudoers.d/hana
	systemctl restart ssh
	userdel --remove notfall 2>/dev/null
	userdel --remove hana 2>/dev/null
	ip address del $address/32 dev lo
	[ ! -e $drop_in ] && mutexctl apply --yes
}

row "$prefix-admin-prepare" prepare || exit 1
row "$prefix-admin-gets-in-before" gets_in "$password"
row "$prefix-admin-applies-over-ssh" apply
row "$prefix-admin-gets-in-after-apply" gets_in "$password"
row "$prefix-admin-gets-in-by-key-after-apply" key_gets_in
row "$prefix-admin-confirms" confirm "$password"
row "$prefix-admin-with-a-key-only-cannot-shut-himself-out" sshd_refused_without_password
row "$prefix-admin-sshd" sshd_on
row "$prefix-admin-gets-in-after-sshd" gets_in "$password"
row "$prefix-admin-gets-in-by-key-after-sshd" key_gets_in "$password"
row "$prefix-admin-confirms-sshd" confirm "$password"
row "$prefix-admin-cannot-shut-himself-out" refused 'no second factor' break_glass
row "$prefix-admin-break-glass" break_glass
row "$prefix-admin-still-without-factor" refused 'no second factor'
row "$prefix-admin-gets-in-still" gets_in "$password"
row "$prefix-admin-enrols" enrol
row "$prefix-admin-gets-in-with-code" gets_in "$password" "$(code)"
row "$prefix-admin-enforces-over-ssh" enforce
row "$prefix-admin-gets-in-after-enforcing" gets_in "$password" "$(code)"
row "$prefix-admin-gets-in-by-key-and-code" key_gets_in "$(code)"
row "$prefix-admin-is-out-without-code" out_without_code
row "$prefix-admin-confirms-enforcing" confirm "$password" "$(code)"
row "$prefix-admin-nobody-confirms" nobody_confirms
row "$prefix-admin-as-before" as_before

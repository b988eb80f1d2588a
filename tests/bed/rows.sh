#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Runs inside a booted container, as root, where the product is on: real programs, real accounts, real records. Prints rows.
# Each group of rows has a person of its own. Usage: rows.sh PREFIX
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/bed/row.sh
. "$here/row.sh"
# shellcheck source=tests/bed/person.sh
. "$here/person.sh"
prefix=$1

start='Start-Password-1'
bad='Password123!'
good='quartz ladder monsoon teapot'
better='velvet otter parade cactus'
language_file=/etc/mutex/policy.d/90-bed-language.conf

hash_of() { getent shadow "$1" | cut -d: -f2; }
language() {
	printf '[policy]\nlanguage = %s\n' "$1" >$language_file
}
unchanged() { # USER COMMAND...: the command finds what it looks for, and the stored password stays
	local before
	before=$(hash_of "$1")
	"${@:2}" || return 1
	[ "$(hash_of "$1")" = "$before" ] || { echo "the password of $1 was changed"; return 1; }
}
changed() { # USER COMMAND...: the command succeeds and the stored password is another
	local before
	before=$(hash_of "$1")
	"${@:2}" || return 1
	[ "$(hash_of "$1")" != "$before" ] || { echo "the password of $1 was not changed"; return 1; }
}
# True when PASSWORD is the one of USER, asked through su as anybody would.
logs_in() { # USER PASSWORD
	has "$(dialogue_as carol "$2" -- su - "$1" -c 'echo IN-AS-$(id -un)')" "IN-AS-$1"
}

no_japanese_locale() {
	! locale -a | grep -qi '^ja'
}

# --- alice: passwd -------------------------------------------------------------------------------------------------
passwd_refuses() {
	local out
	out=$(dialogue_as alice $start $bad $bad $bad $bad $bad $bad -- passwd)
	has "$out" 'cannot be used' 'at least 15 are needed' 'most used passwords'
}
passwd_refuses_in_japanese() {
	local out
	out=$(dialogue_as alice $start $bad $bad $bad $bad $bad $bad -- passwd)
	has "$out" 'このパスワードは使えません' '15 文字以上必要です' '非常によく使われるパスワード'
}
passwd_takes() { # OLD NEW
	changed alice dialogue_as alice "$1" "$2" "$2" -- passwd && logs_in alice "$2"
}
passwd_refuses_old() {
	local out
	out=$(dialogue_as alice "$better" "$good" "$good" "$good" "$good" "$good" "$good" -- passwd)
	has "$out" 'used it before'
}
passwd_goes_on_to_good() {
	local out
	out=$(dialogue_as alice "$better" $bad 'kettle harbor violin mango' 'kettle harbor violin mango' -- passwd)
	has "$out" 'at least 15 are needed' && logs_in alice 'kettle harbor violin mango'
}

# --- root is bound -------------------------------------------------------------------------------------------------
chpasswd_refuses() {
	local out
	if out=$(echo "bob:$bad" | chpasswd 2>&1); then
		echo "chpasswd succeeded: $out"
		return 1
	fi
	has "$out" 'at least 15 are needed' 'most used passwords'
}
root_passwd_refuses() {
	has "$(dialogue $bad $bad $bad $bad $bad $bad -- passwd bob)" 'at least 15 are needed'
}
chpasswd_takes() {
	echo "bob:$good" | chpasswd
}

# --- bob: an expired password over ssh -----------------------------------------------------------------------------
ssh_setup() {
	printf 'KbdInteractiveAuthentication yes\nPasswordAuthentication no\n' >/etc/ssh/sshd_config.d/bed.conf
	systemctl restart ssh && chage -d 0 bob
}
ssh_expired() {
	local out
	out=$(dialogue_as carol "$good" "$good" $bad "$better" "$better" -- ssh -o StrictHostKeyChecking=no -o PreferredAuthentications=keyboard-interactive \
		-o NumberOfPasswordPrompts=1 -t bob@127.0.0.1 'echo IN-AS-$(id -un)')
	has "$out" 'at least 15 are needed' 'most used passwords' 'IN-AS-bob'
}

# --- chie: an expired password through su --------------------------------------------------------------------------
su_expired() {
	local out
	chage -d 0 chie
	out=$(dialogue_as carol $start $start $bad "$good" "$good" -- su - chie -c 'echo IN-AS-$(id -un)')
	has "$out" 'at least 15 are needed' 'IN-AS-chie'
}

# --- dai: an expired password at the graphical login ---------------------------------------------------------------
greeter_expired() {
	local out
	chage -d 0 dai
	out=$(bash "$here/greeter.sh" dai $start $start $bad "$good" "$good") || { echo "$out"; return 1; }
	has "$out" 'at least 15 are needed' 'most used passwords' 'AUTHENTICATED'
}

# --- records -------------------------------------------------------------------------------------------------------
record() { # JOURNAL-MATCH...: the last record, as "FIELD=value" lines
	journal -o verbose -n 1 --output-fields=MESSAGE,MESSAGE_ID,PRIORITY,SYSLOG_IDENTIFIER,MUTEX_KIND,MUTEX_VERDICT,MUTEX_MODE,MUTEX_CLAUSE,MUTEX_POLICY,MUTEX_POLICY_STATE,MUTEX_USER,MUTEX_SERVICE,MUTEX_TTY,MUTEX_RHOST,MUTEX_REASONS,MUTEX_ASKED_BY,_UID SYSLOG_IDENTIFIER=pam_mutex "$@"
}
refusal_recorded() {
	local out
	out=$(record MUTEX_USER=alice MUTEX_SERVICE=passwd MUTEX_VERDICT=denied)
	has "$out" MUTEX_KIND=password-change MESSAGE_ID=3d63b41a53cc49baaea1cf583fbe7756 MUTEX_CLAUSE=PW-1 MUTEX_MODE=enforce MUTEX_POLICY= \
		MUTEX_POLICY_STATE=current MUTEX_REASONS=common,too-short MUTEX_ASKED_BY=alice
}
# passwd is setuid: what it vouches for must not look like an entry that anybody could send.
setuid_record_is_roots() {
	has "$(record MUTEX_USER=alice MUTEX_SERVICE=passwd)" _UID=0
}
told_now() { # without the time at which it begins
	mutexctl observed --json | tr -d ' \n' | sed 's/"since":"[^"]*"//'
}
forged_record_counts_nothing() {
	local before after
	journalctl --sync
	before=$(told_now)
	as alice logger --journald <<-FORGED || return 1
		MESSAGE_ID=3d63b41a53cc49baaea1cf583fbe7756
		SYSLOG_IDENTIFIER=pam_mutex
		MUTEX_KIND=password-change
		MUTEX_VERDICT=warned
		MUTEX_MODE=observe
		MUTEX_CLAUSE=PW-1
		MUTEX_USER=bob
		MUTEX_SERVICE=passwd
		MUTEX_REASONS=common
		MESSAGE=forged
	FORGED
	has "$(journal -o verbose -n 1 MUTEX_KIND=password-change MUTEX_USER=bob)" MESSAGE=forged || return 1
	after=$(told_now)
	[ "$after" = "$before" ] || { printf '%s\n' "$before" "$after"; return 1; }
}
observed_tells_of_alice() {
	local out
	printf '[password]\nmode = observe\nobserve_until = 2099-01-01\n' >/etc/mutex/policy.d/92-bed-observe.conf
	out=$(dialogue_as alice 'kettle harbor violin mango' $bad $bad -- passwd)
	rm /etc/mutex/policy.d/92-bed-observe.conf
	has "$out" 'taken for now' && journalctl --sync && has "$(mutexctl observed)" alice PW-1
}
acceptance_recorded() {
	has "$(record MUTEX_USER=bob MUTEX_SERVICE=sshd MUTEX_VERDICT=allowed)" MUTEX_KIND=password-change MUTEX_RHOST=127.0.0.1
}
no_secret_recorded() {
	has_not "$(journalctl --no-pager -o verbose; cat /var/log/*.log 2>/dev/null)" "$bad" "$good" "$better" $start
}

# --- the policy file -----------------------------------------------------------------------------------------------
broken_policy_binds() {
	echo 'nonsense = 1' >/etc/mutex/policy.d/95-bed-broken.conf
	local out status=0
	has "$(mutexctl check 2>&1)" '95-bed-broken.conf:1' || status=1
	out=$(echo "bob:$bad" | chpasswd 2>&1) && { echo "chpasswd took it"; status=1; }
	logs_in bob "$better" || status=1
	rm /etc/mutex/policy.d/95-bed-broken.conf
	return $status
}
stack_fine() {
	mutexctl stack
}
apply_again() {
	mutexctl apply --yes && mutexctl status
}
remove_and_back() {
	mutexctl remove --yes && ! grep -l pam_mutex /etc/pam.d/* && mutexctl apply --yes && grep -l pam_mutex /etc/pam.d/common-password
}

row "$prefix-no-japanese-locale-installed" no_japanese_locale
row "$prefix-passwd-refuses-with-all-reasons" unchanged alice passwd_refuses
language ja
row "$prefix-passwd-refuses-in-japanese" unchanged alice passwd_refuses_in_japanese
language en
row "$prefix-passwd-takes-passphrase" passwd_takes $start "$good"
row "$prefix-passwd-takes-another" passwd_takes "$good" "$better"
row "$prefix-passwd-refuses-the-old-one" unchanged alice passwd_refuses_old
row "$prefix-passwd-goes-on-to-a-good-one" changed alice passwd_goes_on_to_good
row "$prefix-chpasswd-of-root-is-bound" unchanged bob chpasswd_refuses
row "$prefix-passwd-of-root-is-bound" unchanged bob root_passwd_refuses
row "$prefix-chpasswd-of-root-takes-good" changed bob chpasswd_takes
row "$prefix-ssh-set-up" ssh_setup
row "$prefix-ssh-expired-refused-then-in" changed bob ssh_expired
row "$prefix-su-expired-refused-then-in" changed chie su_expired
row "$prefix-lightdm-expired-refused-then-in" changed dai greeter_expired
row "$prefix-record-of-refusal" refusal_recorded
row "$prefix-record-of-acceptance" acceptance_recorded
row "$prefix-record-of-setuid-passwd-is-roots" setuid_record_is_roots
row "$prefix-observe-takes-and-tells" changed alice observed_tells_of_alice
row "$prefix-forged-record-counts-nothing" forged_record_counts_nothing
row "$prefix-no-password-in-any-log" no_secret_recorded
row "$prefix-broken-policy-still-binds" unchanged bob broken_policy_binds
row "$prefix-stack-has-no-way-past" stack_fine
row "$prefix-apply-again" apply_again
row "$prefix-remove-restores-and-apply-returns" remove_and_back

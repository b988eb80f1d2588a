#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# shellcheck disable=SC2016,SC2317 # rows are called by row()
# mutexctl stack on trees of PAM files: exit status, words, JSON, files that others could write; ways in planted into what Debian 12 and 13 ship.
set -uo pipefail

# shellcheck source=tests/bed/row.sh
. "$TOP/tests/bed/row.sh"
# shellcheck source=tests/lib_pam_root.sh
. "$TOP/tests/lib_pam_root.sh"

work=$(mktemp -d)
root=$work/root
trap 'rm -rf "$work"' EXIT
failed=0 said=''

expect() { # STATUS OPTIONS-OF-STACK...
	local want=$1 status=0
	shift
	said=$("$mutexctl" --root "$root" stack "$@" 2>&1) || status=$?
	[ "$status" -eq "$want" ] || { printf 'exit %s instead of %s: stack %s\n%s\n' "$status" "$want" "$*" "$said"; return 1; }
}

guarded() { # a small tree that is in order
	rm -rf "$root"
	mkdir -p "$root/etc/pam.d" "$root/usr/lib/pam.d" "$root/var/lib/mutex"
	printf '%s\n' 'auth [success=3 ignore=ignore default=die] pam_mutex.so begin' 'auth [success=2 default=ignore] pam_unix.so try_first_pass' \
		'auth [default=ignore] pam_mutex.so failed' 'auth requisite pam_deny.so' 'auth required pam_permit.so' \
		'auth requisite pam_mutex.so finish' >"$root/etc/pam.d/common-auth"
	printf 'account requisite pam_mutex.so\naccount required pam_unix.so\n' >"$root/etc/pam.d/common-account"
	printf 'session required pam_unix.so\nsession optional pam_mutex.so\n' >"$root/etc/pam.d/common-session"
	printf '%s\n' 'password requisite pam_mutex.so' 'password [success=1 default=ignore] pam_unix.so use_authtok' \
		'password requisite pam_deny.so' 'password required pam_permit.so' >"$root/etc/pam.d/common-password"
	printf '@include common-password\n' >"$root/etc/pam.d/passwd"
	printf '@include common-%s\n' auth account password session >"$root/etc/pam.d/other"
	printf 'password include common-password\n' >"$root/usr/lib/pam.d/vendor"
	printf '@include common-auth\n@include common-account\n' >"$root/etc/pam.d/cron"
	echo on >"$root/var/lib/mutex/lines-on"
	chmod -R go-w "$root"
}

in_order() { guarded && expect 0 && has "$said" 'cron (other), other, passwd, vendor' 'In none of 4 services'; }

bypass() {
	guarded
	printf 'password sufficient pam_unix.so\n@include common-password\n' >"$root/etc/pam.d/login"
	expect 1 && has "$said" "$root/etc/pam.d/login:1" 'stands before pam_mutex.so' 'sets a password' 'remedy:' 'In 1 of 5 services' &&
		expect 1 login && expect 0 passwd
}

bypass_in_the_vendors_folder() {
	guarded
	printf 'password required pam_unix.so\n' >"$root/usr/lib/pam.d/vendor"
	expect 1 && has "$said" "usr/lib/pam.d/vendor:1" || return 1
	# A file of the same name in /etc/pam.d is the one that counts.
	printf 'password required pam_deny.so\n' >"$root/etc/pam.d/vendor"
	expect 0 vendor && has "$said" 'no-change'
}

unknown_service_is_other() { guarded && expect 0 nosuch && has "$said" 'nosuch (other)'; }

backups_do_not_count() {
	guarded
	printf 'password required pam_unix.so\n' | tee "$root/etc/pam.d/passwd.dpkg-old" "$root/etc/pam.d/passwd~" "$root/etc/pam.d/.passwd" >/dev/null
	expect 0
}

problems_have_places() {
	guarded
	printf 'pasword required pam_unix.so\npassword requird pam_unix.so\n@include common-password\n' >"$root/etc/pam.d/login"
	expect 0 login && has "$said" 'login:1: error: "pasword"' 'login:2: error: libpam does not understand the control "requird"'
}

nullok_is_told() {
	guarded
	sed -i 's/try_first_pass/nullok &/' "$root/etc/pam.d/common-auth"
	expect 0 login && has "$said" 'common-auth:2: warning: nullok'
}

loop_proves_nothing() {
	guarded
	printf 'password include login\n' >"$root/etc/pam.d/login"
	expect 1 login && has "$said" 'unprovable' 'login:1: error: files include each other'
}

missing_include_is_dead() {
	guarded
	printf '@include nowhere\n' >"$root/etc/pam.d/login"
	expect 0 login && has "$said" 'dead' '"nowhere" cannot be read'
}

writable_file_proves_nothing() {
	guarded
	chmod o+w "$root/etc/pam.d/common-password"
	expect 1 passwd && has "$said" 'unprovable' 'others than root can write this file'
}

writable_folder_proves_nothing() {
	guarded
	chmod g+w "$root/etc/pam.d"
	expect 1 && has "$said" 'others than root can write this folder'
}

module_with_foreign_root() {
	guarded
	sed -i "s,pam_mutex.so,pam_mutex.so root=/tmp/elsewhere," "$root/etc/pam.d/common-password"
	expect 1 passwd || return 1
	sed -i "s,root=/tmp/elsewhere,root=$root," "$root/etc/pam.d/common-password"
	expect 0 passwd
}

no_folders() { rm -rf "$root" && mkdir -p "$root" && expect 2; }
usage() { guarded && expect 2 --nonsense; }

json() {
	guarded
	printf 'password required pam_unix.so\n' >"$root/etc/pam.d/login"
	said=$("$mutexctl" --root "$root" stack --json 2>/dev/null)
	[ $? -eq 1 ] && printf '%s' "$said" | python3 -c '
import json, sys
s = json.load(sys.stdin)
by = {x["service"]: x for x in s["services"]}
assert s["holds"] is False and sorted(by) == ["cron", "login", "other", "passwd", "vendor"], by
login = by["login"]
assert login["verdict"] == "bypass" and login["cause"] == "missing" and login["line"] == 1 and login["file"].endswith("/login"), login
assert by["passwd"]["verdict"] == "guarded" and by["cron"]["from_other"] is True
assert login["auth"]["verdict"] == "guarded" and by["cron"]["kind"] == "account-only" and s["ways_in"] == []'
}

# The files of this machine, which are whatever Debian and its administrator made of them: read without a stumble.
this_machine() {
	pam_root "$root"
	expect 1 && has "$said" 'pam_unix.so' && has_not "$said" 'error:'
}

# --- the files of whole releases: none is found in what they ship, each of these is, by its name ---

# shellcheck source=tests/lib_etc.sh
. "$TOP/tests/lib_etc.sh"
base=''

prepare() { # SUITE: sets base, a tree with the lines on
	base=$work/base-$1
	[ -d "$base" ] && return
	etc_root "$1" "$base"
	ssh-keygen -q -t ed25519 -N '' -f "$base/etc/ssh/ssh_host_ed25519_key" || return 1
	"$mutexctl" --root "$base" apply --yes </dev/null >"$work/applied" 2>&1 || { cat "$work/applied"; return 1; }
}

shipped() { # SUITE
	prepare "$1" && rm -rf "$root" && cp -a "$base" "$root" && expect 0 &&
		has "$said" 'can anybody get in past pam_mutex' 'leave another way in' && has_not "$said" 'bypass' 'unprovable'
}

# Before the first line of a file that has the word.
before() { sed -i "0,/$2/{/$2/i $3
}" "$root/etc/$1"; } # FILE WORD LINE

plant() { # NAME
	case $1 in
	service_without_lines) printf 'auth required pam_unix.so\n@include common-account\n' >"$root/etc/pam.d/vsftpd" ;;
	sufficient_before) before pam.d/sshd common-auth 'auth sufficient pam_unix.so' ;;
	jump_past) before pam.d/login common-auth 'auth [success=6 default=ignore] pam_ldap.so' ;;
	no_finish) sed -i '/pam_mutex.so finish/d' "$root/etc/pam.d/common-auth" ;;
	no_begin) sed -i '/pam_mutex.so \(begin\|failed\)/d' "$root/etc/pam.d/common-auth" ;;
	finish_optional) sed -i '/pam_mutex.so finish/s/requisite/optional/' "$root/etc/pam.d/common-auth" ;;
	begin_goes_on) sed -i '/pam_mutex.so begin/s/default=die/default=ignore/' "$root/etc/pam.d/common-auth" ;;
	asked_before_begin) before pam.d/login common-auth 'auth required pam_krb5.so' ;;
	asked_behind_finish) printf 'auth required pam_permit.so\nauth requisite pam_mutex.so finish\nauth required pam_own.so\n@include common-account\n' \
		>"$root/etc/pam.d/own" ;;
	permit) printf 'auth required pam_permit.so\n@include common-account\n' >"$root/etc/pam.d/xdm" ;;
	nopasswdlogin | nopasswdlogin_first_group)
		before pam.d/lightdm common-auth 'auth sufficient pam_succeed_if.so user ingroup nopasswdlogin'
		if [ "$1" = nopasswdlogin ]; then echo 'nopasswdlogin:x:990:alice' >>"$root/etc/group"; else
			echo 'nopasswdlogin:x:1000:' >>"$root/etc/group"; fi ;;
	rootok) before pam.d/sshd common-auth 'auth sufficient pam_rootok.so' ;;
	wheel_trust) before pam.d/su common-auth 'auth sufficient pam_wheel.so trust' ;;
	no_account_line) sed -i 's/@include common-account/account required pam_unix.so/' "$root/etc/pam.d/sshd" ;;
	account_sufficient) before pam.d/sshd common-account 'account sufficient pam_localuser.so' ;;
	account_optional) sed -i '/pam_mutex.so/s/requisite/optional/' "$root/etc/pam.d/common-account" ;;
	key_alone) sed -i 's/@include common-account/account required pam_unix.so/' "$root/etc/pam.d/sshd" ;;
	ssh_no_pam) sed -i 's/^UsePAM yes/UsePAM no/' "$root/etc/ssh/sshd_config" ;;
	ssh_no_pam_included) mkdir -p "$root/etc/ssh/sshd_config.d" && echo 'UsePAM no' >"$root/etc/ssh/sshd_config.d/10-own.conf" ;;
	ssh_empty) printf 'Match User alice Address 10.0.0.0/8\n\tPermitEmptyPasswords yes\n' >>"$root/etc/ssh/sshd_config" ;;
	ssh_none) printf 'Match Address 192.168.*\n\tAuthenticationMethods none\n' >>"$root/etc/ssh/sshd_config" ;;
	gdm) sed -i 's/^\[daemon\]/&\nAutomaticLoginEnable = true\nAutomaticLogin = alice/' "$root/etc/gdm3/daemon.conf" ;;
	lightdm) mkdir -p "$root/etc/lightdm/lightdm.conf.d" && printf '[Seat:*]\nautologin-user=alice\n' >"$root/etc/lightdm/lightdm.conf.d/50-own.conf" ;;
	sddm) printf '[Autologin]\nUser=alice\n' >"$root/etc/sddm.conf" ;;
	getty) mkdir -p "$root/etc/systemd/system/getty@tty1.service.d" &&
		printf '[Service]\nExecStart=\nExecStart=-/sbin/agetty --autologin alice --noclear %%I $TERM\n' >"$root/etc/systemd/system/getty@tty1.service.d/own.conf" ;;
	empty_password) sed -i 's/^alice:[^:]*/alice:/' "$root/etc/shadow" ;;
	recursion) printf '[factor key]\nuse = pam:nowhere\n' >>"$root/etc/mutex/policy.conf" ;;
	no_note) rm "$root/var/lib/mutex/lines-on" ;;
	*) echo "no such plant: $1"; return 1 ;;
	esac
}

planted() { # SUITE PLANT WORD...
	prepare "$1" && rm -rf "$root" && cp -a "$base" "$root" && plant "$2" && expect 1 && has "$said" "${@:3}"
}

empty_group_lets_nobody_in() {
	prepare "$1" && rm -rf "$root" && cp -a "$base" "$root" && plant nopasswdlogin &&
		sed -i 's/^nopasswdlogin:.*/nopasswdlogin:x:990:/' "$root/etc/group" && expect 0
}

# An update of gdm3 that brings its own file: told, denied by the gate, put back by apply.
gdm_updated() { # SUITE
	prepare "$1" && rm -rf "$root" && cp -a "$base" "$root" && sed -i '/pam_mutex/d' "$root/etc/pam.d/gdm-fingerprint" && expect 0 && has "$said" 'weak: no-lines' gdm-fingerprint || return 1
	has "$("$mutexctl" --root "$root" status 2>&1)" 'mutexctl apply puts it back' || return 1
	"$mutexctl" --root "$root" apply --yes </dev/null >"$work/applied" 2>&1 && grep -q 'pam_mutex.so finish' "$root/etc/pam.d/gdm-fingerprint"
}

PLANTS=$(
	cat <<'END'
service_without_lines bypass:\ no-lines vsftpd:1
sufficient_before bypass:\ skipped sshd:1
jump_past bypass:\ skipped etc/pam.d/login:
no_finish bypass:\ half-set common-auth
no_begin bypass:\ half-set common-auth
finish_optional bypass:\ refusal-ignored common-auth
begin_goes_on bypass:\ refusal-ignored common-auth
asked_before_begin bypass:\ uncounted etc/pam.d/login:
asked_behind_finish bypass:\ authenticates-behind etc/pam.d/own:3
permit bypass:\ open-door xdm:1
nopasswdlogin bypass:\ open-door pam_succeed_if.so etc/pam.d/lightdm:
nopasswdlogin_first_group bypass:\ open-door pam_succeed_if.so etc/pam.d/lightdm:
rootok bypass:\ root-ok etc/pam.d/sshd:
wheel_trust bypass:\ open-door pam_wheel.so etc/pam.d/su:
no_account_line bypass:\ no-account-line sshd
account_sufficient bypass:\ account-skipped etc/pam.d/sshd:
account_optional bypass:\ account-refusal-ignored common-account
key_alone ssh-key-alone:\ sshd
ssh_no_pam ssh-without-pam:\ sshd
ssh_no_pam_included ssh-without-pam:\ sshd
ssh_empty ssh-empty-passwords:\ sshd,\ Match\ User\ alice
ssh_none ssh-nothing-asked:\ sshd,\ Match\ Address
gdm automatic-login:\ /etc/gdm3/daemon.conf:
lightdm automatic-login:\ /etc/lightdm/lightdm.conf.d/50-own.conf:2
sddm automatic-login:\ /etc/sddm.conf:2
getty automatic-login:\ /etc/systemd/system/getty@tty1.service.d/own.conf:3
empty_password empty-password:\ alice
recursion factor-recursion:\ nowhere
no_note not-counted:
END
)

# shellcheck disable=SC2120 # its arguments are the words of a plant
releases() {
	local suite plant words
	for suite in bookworm trixie; do
		row "shipped_$suite" shipped "$suite" || failed=1
		while read plant words; do
			eval "set -- $words"
			row "${suite}_$plant" planted "$suite" "$plant" "$@" || failed=1
		done <<<"$PLANTS"
		row "${suite}_empty_group" empty_group_lets_nobody_in "$suite" || failed=1
		row "${suite}_gdm_updated" gdm_updated "$suite" || failed=1
	done
}

for name in in_order bypass bypass_in_the_vendors_folder unknown_service_is_other backups_do_not_count problems_have_places nullok_is_told \
	loop_proves_nothing missing_include_is_dead writable_file_proves_nothing writable_folder_proves_nothing module_with_foreign_root no_folders \
	usage json this_machine; do
	row "$name" "$name" || failed=1
done
if [ ! -x /usr/sbin/sshd ] || [ ! -x /usr/sbin/pam-auth-update ]; then
	echo "skip releases openssh-server or libpam-runtime is not installed"
else
	releases
fi
exit $failed

#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# shellcheck disable=SC2317 # rows are called by row()
# mutexctl stack on trees of PAM files: exit status, words, JSON, and files that others could write.
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
	mkdir -p "$root/etc/pam.d" "$root/usr/lib/pam.d"
	printf '%s\n' 'password requisite pam_mutex.so' 'password [success=1 default=ignore] pam_unix.so use_authtok' \
		'password requisite pam_deny.so' 'password required pam_permit.so' >"$root/etc/pam.d/common-password"
	printf '@include common-password\n' >"$root/etc/pam.d/passwd"
	printf '@include common-password\n' >"$root/etc/pam.d/other"
	printf 'password include common-password\n' >"$root/usr/lib/pam.d/vendor"
	printf 'auth required pam_unix.so\n' >"$root/etc/pam.d/cron"
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
	printf 'auth required pam_unix.so nullok\n@include common-password\n' >"$root/etc/pam.d/login"
	expect 0 login && has "$said" 'login:1: warning: nullok'
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
assert by["passwd"]["verdict"] == "guarded" and by["cron"]["from_other"] is True'
}

# The files of this machine, which are whatever Debian and its administrator made of them: read without a stumble.
this_machine() {
	pam_root "$root"
	expect 1 && has "$said" 'pam_unix.so' && has_not "$said" 'error:'
}

for name in in_order bypass bypass_in_the_vendors_folder unknown_service_is_other backups_do_not_count problems_have_places nullok_is_told \
	loop_proves_nothing missing_include_is_dead writable_file_proves_nothing writable_folder_proves_nothing module_with_foreign_root no_folders \
	usage json this_machine; do
	row "$name" "$name" || failed=1
done
exit $failed

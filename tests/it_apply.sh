#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# shellcheck disable=SC2317,SC2015 # rows are called by row(); a failing row may also come from the middle
# mutexctl apply, confirm, remove and status with the real pam-auth-update, on a tree of copies. This machine's own files stay untouched.
set -uo pipefail

# shellcheck source=tests/lib_apply.sh
. "$TOP/tests/lib_apply.sh"

# --- what happens before anything is touched ---

dry_run() {
	fresh
	sed -i 's/^bob:!/bob:/' "$root/etc/shadow"
	sum_all "$root" >"$work/all"
	expect 0 run apply --dry-run || return 1
	diff "$work/all" <(sum_all "$root") || return 1
	has "$said" '+password	requisite	pam_mutex.so' '+auth	[success=' 'pam_mutex.so begin' '+auth	[default=ignore]	pam_mutex.so failed' \
		'+auth	requisite	pam_mutex.so finish' '-password	[success=1 default=ignore]	pam_unix.so' 'use_authtok' \
		'--- a/etc/pam.d/common-password' 'last-good.conf' 'alice' 'empty password: bob' 'group sudo: alice, carol' 'Dry run: nothing was changed'
}

# What cannot work behind the verifier's walls is told before anything is enforced.
walled_out() {
	fresh
	printf 'Name: Kerberos\nDefault: yes\nPriority: 704\nAuth-Type: Primary\nAuth:\n\t[success=end default=ignore]\tpam_krb5.so minimum_uid=1000\n' >"$root/usr/share/pam-configs/krb5"
	update_pam "$root" --package
	printf 'auth required pam_duo.so\naccount required pam_permit.so\n' >"$root/etc/pam.d/bed-duo"
	printf '[factor push]\nuse = pam:bed-duo\n' >>"$root/etc/mutex/policy.conf"
	expect 0 run apply --dry-run && has "$said" 'pam_krb5 asks over the network, which the verifier' 'pam_duo asks over the network' 'systemctl edit mutex-verify@.service' ||
		return 1
	fresh
	expect 0 run apply --dry-run && has_not "$said" 'verifier behind screen locks'
}

nobody_to_ask() {
	fresh
	sum_all "$root" >"$work/all"
	expect 2 run apply && diff "$work/all" <(sum_all "$root") && has "$said" '--yes'
}

broken_policy() {
	fresh
	printf '[passwrd]\nx = 1\n[password]\nmin_length = 0\n' >>"$root/etc/mutex/policy.conf"
	sum_all "$root" >"$work/all"
	expect 2 run apply --yes && diff "$work/all" <(sum_all "$root") &&
		has "$said" 'policy.conf:4:' 'policy.conf:7:' 'nothing was changed'
}

no_policy() {
	fresh
	rm "$root/etc/mutex/policy.conf"
	expect 2 run apply --yes && unchanged "$work/before" && has "$said" 'there is no policy'
}

bad_options() {
	fresh
	expect 2 run apply --confirm soon && expect 2 run apply --yes more && expect 2 run apply --force && expect 2 run confirm x &&
		expect 2 run remove x && expect 2 run status x && unchanged "$work/before"
}

# --- files that pam-auth-update would not touch ---

refused() { # PATTERN...
	sum_pam "$root" >"$work/changed"
	expect 1 run apply --yes && unchanged "$work/changed" && has "$said" 'nothing was changed' "$@" && [ ! -e "$root/var/lib/mutex/policy" ]
}

line_by_hand() {
	fresh
	sed -i '/^password.*pam_unix/i password required pam_byhand.so' "$root/etc/pam.d/common-password"
	refused 'common-password:25' 'pam_byhand.so'
}

no_markers() {
	fresh
	sed -i "/^# here's the fallback/d" "$root/etc/pam.d/common-auth"
	refused 'common-auth' "here's the fallback"
}

file_of_another_program() {
	fresh
	printf 'password required pam_unix.so\n' >"$root/etc/pam.d/common-password"
	refused 'common-password' 'Primary'
}

file_is_missing() {
	fresh
	rm "$root/etc/pam.d/common-session"
	refused 'common-session'
}

# The profile was on before an apply that had to close a hole: its rollback goes back to that, a removal takes all out.
rollback_to_on() {
	fresh
	expect 0 run apply --yes || return 1
	printf 'Name: Pwquality\nDefault: yes\nPriority: 1024\nPassword-Type: Primary\nPassword:\n\trequisite\t\t\tpam_pwquality.so retry=3\n' \
		>"$root/usr/share/pam-configs/pwquality"
	update_pam "$root" --package
	sum_pam "$root" >"$work/changed"
	expect 0 run apply --yes --confirm 1s || return 1
	wait_until 30 unchanged "$work/changed" && wait_until 10 test ! -e "$root/var/lib/mutex/apply/journal" && is_on &&
		expect 0 run remove --yes && ! grep -q pam_mutex "$root"/etc/pam.d/*
}

file_is_a_link() {
	fresh
	mv "$root/etc/pam.d/common-password" "$root/etc/pam.d/real"
	ln -s real "$root/etc/pam.d/common-password"
	expect 1 run apply --yes && has "$said" 'common-password' 'link' 'nothing was changed' && [ -L "$root/etc/pam.d/common-password" ]
}

record_is_missing() {
	fresh
	rm "$root/var/lib/pam/password"
	refused 'var/lib/pam/password'
}

profile_is_missing() {
	fresh
	rm "$root/usr/share/pam-configs/mutex"
	refused 'cannot bring pam_mutex in force'
}

# --- on and off ---
image=$root/var/lib/mutex/policy/image # what logins read

on() {
	fresh
	expect 0 run apply --yes && is_on || return 1
	has "$said" 'The policy is in force'
	[ -s "$root/var/lib/mutex/policy/last-good.conf" ] && [ "$(stat -c %a "$root/var/lib/mutex/history")" = 700 ] &&
		[ "$(stat -c %a "$image")" = 600 ] || return 1
	expect 0 run stack && expect 0 run status && has "$said" 'Access control policy version 3' 'in none of'
}

on_again() {
	local hashes before
	before=$(sha256sum "$image")
	hashes=$(find "$root/var/lib/mutex/policy" -name '????????*.conf' | wc -l)
	printf '[password]\nmin_length = 20\n' >>"$root/etc/mutex/policy.conf"
	expect 0 run status && has "$said" 'mutexctl apply keeps this policy' || return 1
	sum_pam "$root" >"$work/changed"
	expect 0 run apply --yes && has "$said" 'on already' && unchanged "$work/changed" && [ "$(sha256sum "$image")" != "$before" ] &&
		grep -q 'min_length = 20' "$root/var/lib/mutex/policy/last-good.conf" &&
		[ "$(find "$root/var/lib/mutex/policy" -name '????????*.conf' | wc -l)" -gt "$hashes" ]
}

off() {
	expect 0 run remove --yes && unchanged "$work/before" && expect 1 run stack && expect 1 run status && has "$said" 'OFF' &&
		[ -s "$root/var/lib/mutex/policy/last-good.conf" ] && [ ! -e "$image" ]
}

off_again() { expect 0 run remove --yes && unchanged "$work/before"; }

json() {
	fresh
	expect 1 run status --json && printf '%s' "$said" | python3 -c '
import json, sys
s = json.load(sys.stdin)
assert s["on"] is False and s["document"] == "Access control policy" and len(s["policy_hash"]) == 64
assert [p["state"] for p in s["parts"] if p["part"] == "PAM lines"] == ["OFF"]'
}

observe_over() {
	fresh
	printf '[password]\nmode = observe\nobserve_until = 2020-01-01\n' >>"$root/etc/mutex/policy.conf"
	expect 0 run apply --yes && expect 1 run status && has "$said" '2020-01-01, which is over' || return 1
	sed -i 's/2020/2999/' "$root/etc/mutex/policy.conf"
	expect 0 run status && has "$said" 'observe' 'until 2999-01-01'
}

# --- the lines for logins ---

marker() { [ -f "$root/var/lib/mutex/lines-on" ]; }

# As design-login.md draws them, with all modules of the drawing.
login_lines() {
	fresh
	printf 'Name: Fprintd\nDefault: yes\nPriority: 260\nAuth-Type: Primary\nAuth:\n\t[success=end default=ignore]\tpam_fprintd.so\n' >"$root/usr/share/pam-configs/fprintd"
	printf 'Name: SSS\nDefault: yes\nPriority: 128\nAuth-Type: Primary\nAuth:\n\t[success=end default=ignore]\tpam_sss.so use_first_pass\n' >"$root/usr/share/pam-configs/sss"
	update_pam "$root" --package
	sum_pam "$root" >"$work/before"
	expect 0 run apply --yes && marker || return 1
	grep -E '^auth' "$root/etc/pam.d/common-auth" | tr -s ' \t' ' ' | sed 's/ $//; s/ nullok//; /pam_cap.so/d' >"$work/lines"
	diff "$work/lines" - <<'END' || return 1
auth [success=5 ignore=ignore default=die] pam_mutex.so begin
auth [success=4 default=ignore] pam_fprintd.so
auth [success=3 default=ignore] pam_unix.so try_first_pass
auth [success=2 default=ignore] pam_sss.so use_first_pass
auth [default=ignore] pam_mutex.so failed
auth requisite pam_deny.so
auth required pam_permit.so
auth requisite pam_mutex.so finish
END
	[[ $(grep '^account' "$root/etc/pam.d/common-account" | head -n 1 | tr -s ' \t' ' ') == 'account requisite pam_mutex.so ' ]] &&
		grep -q '^session.*optional.*pam_mutex.so' "$root/etc/pam.d/common-session" || return 1
	expect 0 run remove --yes && ! marker && unchanged "$work/before"
}

# Somebody takes one profile off: found, and mended by apply. The marker goes with the first line.
half_a_set() {
	fresh
	expect 0 run apply --yes && update_pam "$root" --remove mutex-finish || return 1
	expect 1 run status && has "$said" 'begin, failed and finish' && expect 1 run stack && has "$said" 'half-set' || return 1
	expect 0 run apply --yes && expect 0 run stack && marker && expect 0 run remove --yes && ! grep -q pam_mutex "$root"/etc/pam.d/* && ! marker
}

# What an older version left on: its profile without the lines for logins.
older_version() {
	fresh
	sed -i '/^Auth/,/begin$/d' "$root/usr/share/pam-configs/mutex"
	update_pam "$root" --enable mutex
	cp "$TOP/conf/pam-configs/mutex" "$root/usr/share/pam-configs/"
	expect 1 run status && expect 0 run apply --yes && expect 0 run stack && marker
}

# A module that takes the password at hand stands alone: nobody would ask for it, so nothing is switched.
nobody_would_ask() {
	fresh
	rm "$root/usr/share/pam-configs/unix"
	printf 'Name: SSS\nDefault: yes\nPriority: 128\nAuth-Type: Primary\nAuth:\n\t[success=end default=ignore]\tpam_sss.so use_first_pass\nAuth-Initial:\n\t[success=end default=ignore]\tpam_sss.so forward_pass\nPassword-Type: Primary\nPassword:\n\tsufficient\tpam_sss.so use_authtok\n' >"$root/usr/share/pam-configs/sss"
	update_pam "$root" --package
	sum_pam "$root" >"$work/before"
	expect 1 run apply --yes && has "$said" 'use_first_pass' && unchanged "$work/before" && ! marker
}

# Lines edited by hand stay, ours go, and no jump leads astray.
edited_by_hand() {
	fresh
	cp "$root/etc/pam.d/common-auth" "$work/common-auth"
	expect 0 run apply --yes || return 1
	sed -i '/pam_permit.so/a auth optional pam_byhand.so' "$root/etc/pam.d/common-auth"
	expect 0 run remove --yes && ! marker && ! grep -q pam_mutex "$root"/etc/pam.d/* &&
		diff <(grep -v byhand "$root/etc/pam.d/common-auth" | grep '^auth' | sed 's/ try_first_pass//' | tr -s ' \t' ' ') <(grep '^auth' "$work/common-auth" | tr -s ' \t' ' ')
}

gdm() {
	fresh
	printf 'auth\trequired\tpam_fprintd.so\nauth optional pam_gnome_keyring.so\n@include common-account\n@include common-session\n' >"$root/etc/pam.d/gdm-fingerprint"
	printf 'auth [success=2 default=ignore] pam_sss.so try_cert_auth\nauth substack common-auth\nauth requisite pam_nologin.so\nauth optional pam_gnome_keyring.so\n@include common-account\n' \
		>"$root/etc/pam.d/gdm-smartcard-sssd-or-password"
	sum_pam "$root" >"$work/before"
	expect 0 run apply --yes && has "$said" 'unsupported: gdm-smartcard-sssd-or-password' &&
		[[ $(sed -n 3p "$root/etc/pam.d/gdm-fingerprint") == 'auth	requisite	pam_mutex.so finish' ]] && expect 0 run stack &&
		expect 0 run remove --yes && unchanged "$work/before"
}

# --- enforcing, sshd ---

with_break_glass() { # root: an account that every computer has
	fresh
	printf '[access]\nbreak_glass = root\n' >>"$root/etc/mutex/policy.conf"
	# shellcheck disable=SC2016 # a hash
	sed -i 's|^root:\*|root:$6$saltsalt$qFmFH.bQmmtXzyBY0s9v7Oicd2z4XSIecDzlB5KiA2/jctKu9YterLp8wwnmq.qc.eoxqOmSuNp2xS0ktL3nh/|' "$root/etc/shadow"
}

enforce_refused() {
	fresh
	expect 1 run apply --yes --enforce mfa && has "$said" 'break_glass' 'no second factor' 'nothing was changed' && unchanged "$work/before" &&
		expect 2 run apply --yes --enforce password && expect 2 run apply --yes --enforce mfa --observe mfa || return 1
	with_break_glass
	sum_all "$root" >"$work/all"
	expect 1 run apply --yes --enforce mfa,access && has "$said" 'no second factor' 'nothing was changed' && has_not "$said" 'nobody could get in'
}

enforce_and_back() {
	with_break_glass
	printf '[lockout]\nmode = observe\nobserve_until = 2999-01-01\n' >>"$root/etc/mutex/policy.conf"
	sum_pam "$root" >"$work/before"
	expect 0 run apply --yes && expect 0 run status && has "$said" 'until 2999-01-01' || return 1
	expect 0 run apply --yes --enforce lockout && has "$said" '[lockout] is enforced' && expect 0 run status && has_not "$said" 'until 2999-01-01' &&
		grep -q 'mode = enforce' "$root/etc/mutex/policy.d/90-enforce.conf" "$root/var/lib/mutex/policy/last-good.conf" || return 1
	expect 0 run apply --yes --observe lockout && has "$said" '[lockout] is observed' && [ ! -e "$root/etc/mutex/policy.d/90-enforce.conf" ] || return 1
	expect 0 run apply --yes --enforce lockout --confirm 1s && [ -e "$root/etc/mutex/policy.d/90-enforce.conf" ] || return 1
	wait_until 30 test ! -e "$root/etc/mutex/policy.d/90-enforce.conf" && wait_until 10 grep -q phase=on "$root/var/lib/mutex/apply/journal" && is_on && marker ||
		{ echo "not rolled back to what was on"; return 1; }
	wait_until 10 test -e "$image" || { echo "logins read the text"; return 1; }
	expect 0 run remove --yes && unchanged "$work/before"
}

enforce_overruled() {
	with_break_glass
	printf '[lockout]\nmode = observe\nobserve_until = 2999-01-01\n' >"$root/etc/mutex/policy.d/95-later.conf"
	expect 1 run apply --yes --enforce lockout && has "$said" 'would not be enforced' '95-later.conf' && unchanged "$work/before"
}

sshd() {
	fresh
	expect 1 run apply --yes --sshd --user root && has "$said" 'neither a password nor a second factor' && unchanged "$work/before" || return 1
	with_break_glass
	sum_pam "$root" >"$work/before"
	expect 0 run apply --yes && [ ! -e "$root/etc/ssh/sshd_config.d/50-mutex.conf" ] || return 1
	expect 0 run apply --yes --sshd && cmp "$TOP/conf/sshd/50-mutex.conf" "$root/etc/ssh/sshd_config.d/50-mutex.conf" || return 1
	expect 0 run apply --yes --no-sshd && [ ! -e "$root/etc/ssh/sshd_config.d/50-mutex.conf" ] && expect 0 run apply --yes --sshd &&
		expect 0 run remove --yes && [ ! -e "$root/etc/ssh/sshd_config.d/50-mutex.conf" ] && unchanged "$work/before" || return 1
	rm "$root/usr/share/mutex/sshd/50-mutex.conf"
	expect 2 run apply --yes --sshd && has "$said" '50-mutex.conf is missing' && unchanged "$work/before"
}

# --- neighbours ---

with_pwquality() {
	pam_root "$root"
	printf 'Name: Pwquality\nDefault: yes\nPriority: 1024\nPassword-Type: Primary\nPassword:\n\trequisite\t\t\tpam_pwquality.so retry=3\n' \
		>"$root/usr/share/pam-configs/pwquality"
	update_pam "$root" --package
	grep -q pam_pwquality "$root/etc/pam.d/common-password" || return 1
	sum_pam "$root" >"$work/before"
	expect 0 run apply --yes && is_on && has "$said" 'pam_pwquality stays' 'in 2 places' && expect 0 run stack || return 1
	expect 0 run remove --yes && unchanged "$work/before"
}

# Installed while we are on: the hole is seen, and a second apply closes it.
pwquality_comes_later() {
	fresh
	expect 0 run apply --yes || return 1
	printf 'Name: Pwquality\nDefault: yes\nPriority: 1024\nPassword-Type: Primary\nPassword:\n\trequisite\t\t\tpam_pwquality.so retry=3\n' \
		>"$root/usr/share/pam-configs/pwquality"
	update_pam "$root" --package
	expect 1 run stack && has "$said" 'pam_pwquality.so' 'asks for another password' && expect 1 run status || return 1
	expect 0 run apply --yes && expect 0 run stack && expect 0 run remove --yes && grep -q pam_pwquality "$root/etc/pam.d/common-password" &&
		! grep -q pam_mutex "$root"/etc/pam.d/*
}

another_profile_comes() {
	fresh
	expect 0 run apply --yes || return 1
	printf 'Name: Extra\nDefault: yes\nPriority: 0\nPassword-Type: Additional\nPassword:\n\toptional\tpam_gnome_keyring.so\n' \
		>"$root/usr/share/pam-configs/extra"
	update_pam "$root" --package
	expect 0 run remove --yes && grep -q pam_gnome_keyring "$root/etc/pam.d/common-password" && ! grep -q pam_mutex "$root"/etc/pam.d/*
}

service_of_its_own() {
	fresh
	printf 'password required pam_unix.so\n' >"$root/etc/pam.d/zz-own"
	expect 0 run apply --yes && is_on && has "$said" 'warning: 1 of' && expect 1 run status && expect 1 run stack &&
		has "$said" 'zz-own:1' 'replace the password lines'
}

line_left_by_hand() {
	fresh
	printf 'password requisite pam_mutex.so\npassword required pam_unix.so use_authtok\n' >"$root/etc/pam.d/zz-own"
	expect 0 run apply --yes && expect 1 run remove --yes && has "$said" 'zz-own:1' && ! grep -q pam_mutex "$root"/etc/pam.d/common-*
}

# --- confirmation ---

# A password change through the real module.
change_a_password() {
	local sanitizer # of the module, when it was built with one: it must be loaded first
	sanitizer=$(ldd "$BUILD/pam_mutex.so" | awk '/libasan/ { print $3 ":" }')
	mkdir -p "$work/services"
	printf 'password requisite %s root=%s\npassword required pam_permit.so\n' "$BUILD/pam_mutex.so" "$root" >"$work/services/witness"
	printf 'auth required pam_deny.so\n' >"$work/services/other"
	printf '%s\n' 'nine purple lamps hum softly' 'nine purple lamps hum softly' |
		PAM_WRAPPER=1 PAM_WRAPPER_SERVICE_DIR=$work/services UID_WRAPPER=1 UID_WRAPPER_ROOT=1 \
			ASAN_OPTIONS=detect_leaks=0 LD_PRELOAD=${sanitizer}libpam_wrapper.so:libuid_wrapper.so pamtester witness "$(id -un)" chauthtok 2>&1
}

confirm_without_witness() {
	fresh
	expect 0 run apply --yes --confirm 40s && is_on && has "$said" 'In 40s everything goes back' || return 1
	expect 1 run confirm && has "$said" 'passwd' && is_on && expect 1 run apply --yes && has "$said" 'mutexctl confirm' &&
		expect 0 run status && has "$said" 'wait for mutexctl confirm'
}

confirm_with_witness() {
	change_a_password || return 1
	expect 0 run confirm && has "$said" 'witness' && is_on && expect 1 run confirm && expect 0 run remove --yes && unchanged "$work/before"
}

timer() {
	fresh
	expect 0 run apply --yes --confirm 2s && is_on || return 1
	wait_until 30 unchanged "$work/before" || { echo "nothing rolled back"; return 1; }
	wait_until 10 test ! -e "$root/var/lib/mutex/apply/journal" && [ ! -e "$root/run/mutex/pending" ] &&
		expect 1 run confirm && has "$said" 'too late' && unchanged "$work/before"
}

confirmed_in_time_stays() {
	fresh
	expect 0 run apply --yes --confirm 8s && change_a_password && expect 0 run confirm || return 1
	sleep 9
	is_on
}

other_boot() {
	fresh
	expect 0 run apply --yes --confirm 40s || return 1
	sed -i 's/^boot_id=.*/boot_id=00000000-0000-4000-8000-000000000000/' "$root/var/lib/mutex/apply/journal"
	expect 1 run confirm && has "$said" 'over' && unchanged "$work/before"
}

damaged_journal() {
	fresh
	expect 0 run apply --yes || return 1
	echo nonsense >"$root/var/lib/mutex/apply/journal"
	expect 2 run remove --yes && has "$said" 'journal' && is_on
}

for name in dry_run walled_out nobody_to_ask broken_policy no_policy bad_options line_by_hand no_markers file_of_another_program file_is_missing file_is_a_link \
	record_is_missing profile_is_missing on on_again off off_again json observe_over with_pwquality pwquality_comes_later rollback_to_on \
	another_profile_comes service_of_its_own line_left_by_hand login_lines half_a_set older_version \
	nobody_would_ask edited_by_hand gdm enforce_refused enforce_and_back enforce_overruled sshd confirm_without_witness confirm_with_witness timer confirmed_in_time_stays \
	other_boot damaged_journal machine_untouched; do
	row "$name" "$name" || failed=1
done
exit $failed

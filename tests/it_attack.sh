#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# shellcheck disable=SC2317,SC2015 # rows are called by row(); a failing row may also come from the middle
# What an attacker tried, as far as it needs no container: administrators in a hurry, trees of others, names that only look different.
set -uo pipefail

# shellcheck source=tests/lib_apply.sh
. "$TOP/tests/lib_apply.sh"

lines_are_off() { ! grep -q pam_mutex "$root"/etc/pam.d/common-*; }
edit_by_hand() { sed -i '/pam_mutex.so/i account required pam_access.so' "$root/etc/pam.d/common-account"; }

# --- the module must never be missing where a line demands it: every login would fail, root's at the console too ---

# pam-auth-update keeps a file that was edited by hand, and says so with status 0.
package_goes_while_lines_stay() {
	local status=0
	fresh
	expect 0 run apply --yes || return 1
	edit_by_hand
	mkdir -p "$work/bin"
	printf '#!/bin/sh\nexit 0\n' >"$work/bin/pam-auth-update"
	chmod 755 "$work/bin/pam-auth-update"
	said=$(DPKG_ROOT=$root DPKG_MAINTSCRIPT_PACKAGE_REFCOUNT=1 PATH=$work/bin:$PATH sh -e "$TOP/debian/libpam-mutex.prerm" remove 2>&1) || status=$?
	[ "$status" -ne 0 ] || lines_are_off || { echo "prerm lets the package go, and the lines stay"; return 1; }
}

# The administrator sees that something is wrong and mends a file by hand, while the time to confirm runs out.
timer_rings_after_a_hand_edit() {
	fresh
	expect 0 run apply --yes --confirm 1s || return 1
	edit_by_hand
	wait_until 8 lines_are_off || { echo "nobody confirmed, and the lines stay"; grep pam_mutex "$root"/etc/pam.d/common-*; return 1; }
	grep -q pam_access.so "$root/etc/pam.d/common-account" || { echo "the line by hand is gone"; return 1; }
}

# --- folders of others ---

# sudo mutexctl --root FOLDER, where the folder is somebody else's: a link in it must not lead out of it.
tree_of_somebody_else() {
	fresh
	cp -r "$root/etc/pam.d" "$work/outside"
	rm -r "$root/etc/pam.d"
	ln -s "$work/outside" "$root/etc/pam.d"
	(cd "$work/outside" && md5sum -- *) >"$work/outside.sum"
	said=$(run apply --yes)
	(cd "$work/outside" && md5sum -- *) | diff "$work/outside.sum" - || { echo "files outside the tree were changed: $said"; return 1; }
}

# Whoever may write /etc/mutex may move policy.d away, and the rules in it are gone.
parent_folder_that_all_may_write() {
	fresh
	mkdir -p "$root/etc/mutex/policy.d"
	chmod 0777 "$root/etc/mutex"
	said=$(run check) && { echo "mutexctl check sees nothing wrong: $said"; return 1; }
	has "$said" '/etc/mutex'
}

folder_of_rules_that_all_may_write() {
	fresh
	mkdir -p "$root/etc/mutex/policy.d"
	chmod 0777 "$root/etc/mutex/policy.d"
	said=$(run check) && { echo "mutexctl check sees nothing wrong: $said"; return 1; }
	has "$said" '/etc/mutex/policy.d'
}

# --- files that are none ---

pipe_as_policy() {
	fresh
	mkdir -p "$root/etc/mutex/policy.d"
	mkfifo "$root/etc/mutex/policy.d/50-pipe.conf"
	said=$(timeout 5 "$mutexctl" --root "$root" check 2>&1)
	[ $? -ne 124 ] && has "$said" '50-pipe.conf: error'
}

link_as_policy() {
	fresh
	mkdir -p "$root/etc/mutex/policy.d"
	ln -s ../../shadow "$root/etc/mutex/policy.d/50-link.conf"
	expect 1 run check && has "$said" 'symbolic link' && has_not "$said" 'x-hash'
}

# --- texts that do something to a terminal ---

no_control_bytes() {
	! grep -qP '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]' <<<"$said" || { echo "control bytes came through"; cat -v <<<"$said"; return 1; }
}
escapes_in_names_and_texts() {
	fresh
	mkdir -p "$root/etc/mutex/policy.d"
	echo x >"$root/etc/mutex/policy.d/"$'\e]0;pwn\a.conf'
	printf '[report]\ncontact = a\033[31mb\n' >"$root/etc/mutex/policy.d/50.conf"
	printf 'password required pam_\033[31mx.so\n@include \033]0;x\007\n' >"$root/etc/pam.d/evil"
	cp "$root/etc/pam.d/evil" "$root/etc/pam.d/"$'\e[31mname'
	said=$(run check; run dump; run stack; run stack --json; run explain password; run status)
	no_control_bytes
}

# --- who asked cannot approve ---

refuses_approval() { # REQUESTED-BY APPROVED-BY
	fresh
	mkdir -p "$root/etc/mutex/exceptions.d"
	printf '[exception EX-1]\nclause = PW-1\nwho = alice\nhost = all\nreason = none\nrequested_by = %b\napproved_by = %b\nfrom = %s\nuntil = %s\n' "$1" "$2" \
		"$(date -u -d -1day +%F)" "$(date -u -d +10day +%F)" >"$root/etc/mutex/exceptions.d/1.conf"
	said=$(run exception list)
	has_not "$said" active
}
approval_in_capitals() { refuses_approval alice '  ALICE'; }
approval_full_width() { refuses_approval alice '\uff41\uff4c\uff49\uff43\uff45'; }
approval_invisible_character() { refuses_approval alice 'ali\u200bce' && refuses_approval alice 'ali\u00adce'; }
approval_no_break_space() { refuses_approval 'Alice Yamada' 'Alice\u00a0Yamada' && refuses_approval 'Alice Yamada' 'Alice\u2003Yamada'; }
approval_combining_accent() { refuses_approval 'Ren\u00e9' 'Rene\u0301'; }

for name in package_goes_while_lines_stay timer_rings_after_a_hand_edit tree_of_somebody_else parent_folder_that_all_may_write \
	folder_of_rules_that_all_may_write pipe_as_policy link_as_policy escapes_in_names_and_texts approval_in_capitals approval_full_width \
	approval_invisible_character approval_no_break_space approval_combining_accent machine_untouched; do
	row "$name" "$name" || failed=1
done
exit $failed

#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# shellcheck disable=SC2317,SC2015 # rows are called by row(); a failing row may also come from the middle
# mutexctl apply and remove, cut off at each visible step, with a full disk, and several at once: nothing is left half way.
set -uo pipefail

# shellcheck source=tests/lib_apply.sh
. "$TOP/tests/lib_apply.sh"

# The leak sanitizer cannot work under strace.
export ASAN_OPTIONS=detect_leaks=0

# Runs mutexctl and kills it at its Nth rename: each is a step that becomes visible.
killed_at() { # N COMMAND...
	local n=$1
	shift
	strace -o /dev/null -e trace=renameat -e inject=renameat:signal=KILL:when="$n" "$mutexctl" --root "$root" "$@" </dev/null >/dev/null 2>&1
	[ $? -eq 137 ]
}

renames() { # COMMAND...
	strace -o "$work/trace" -e trace=renameat "$mutexctl" --root "$root" "$@" </dev/null >/dev/null 2>&1
	grep -c renameat "$work/trace"
}

# Some of the first (the snapshots), all of the last.
points() { # COUNT
	seq 1 "${IT_APPLY_STRIDE:-29}" "$1"
	seq $(($1 > 3 ? $1 - 3 : 1)) "$1"
}

# Whenever the note that failures may be counted is there, all lines are.
marker_tells_the_truth() {
	[ ! -e "$root/var/lib/mutex/lines-on" ] || {
		[ "$(grep -cE 'pam_mutex.so (begin|failed|finish)' "$root/etc/pam.d/common-auth")" -eq 3 ] &&
			grep -q 'account.*pam_mutex.so' "$root/etc/pam.d/common-account" && grep -q 'session.*pam_mutex.so' "$root/etc/pam.d/common-session"
	} || { echo "the marker is there, and the lines are not whole"; return 1; }
}

apply_killed() {
	local n count
	fresh
	count=$(renames apply --yes)
	[ "$count" -gt 20 ] || { echo "only $count renames"; return 1; }
	for n in $(points "$count" | sort -nu); do
		fresh
		killed_at "$n" apply --yes || { echo "not killed at $n"; return 1; }
		marker_tells_the_truth && expect 0 run apply --yes && [ -e "$root/var/lib/mutex/lines-on" ] && is_on && expect 0 run stack && expect 0 run remove --yes && unchanged "$work/before" ||
			{ echo "after kill at rename $n of $count"; return 1; }
	done
}

remove_killed() {
	local n count
	fresh
	expect 0 run apply --yes || return 1
	count=$(renames remove --yes)
	for n in $(points "$count" | sort -nu); do
		fresh
		expect 0 run apply --yes || return 1
		killed_at "$n" remove --yes || { echo "not killed at $n"; return 1; }
		marker_tells_the_truth && expect 0 run remove --yes && unchanged "$work/before" || { echo "after kill at rename $n of $count"; return 1; }
	done
}

# The second apply, which only writes files of its own: back to what the first one left, or on to the new, and remove restores what was before both.
second_apply_killed() {
	local n count
	fresh
	expect 0 run apply --yes || return 1
	count=$(renames apply --yes --sshd)
	for n in $(points "$count" | sort -nu); do
		fresh
		expect 0 run apply --yes || return 1
		killed_at "$n" apply --yes --sshd || { echo "not killed at $n"; return 1; }
		marker_tells_the_truth && is_on && expect 0 run apply --yes --no-sshd && is_on && expect 0 run stack &&
			[ ! -e "$root/etc/ssh/sshd_config.d/50-mutex.conf" ] && expect 0 run remove --yes && unchanged "$work/before" &&
			[ ! -e "$root/var/lib/mutex/lines-on" ] || { echo "after kill at rename $n of $count"; return 1; }
	done
}

# pam-auth-update dies half way: apply itself puts all back.
update_killed() {
	local file
	for file in etc/pam.d/common-auth.pam-new etc/pam.d/common-account.pam-new etc/pam.d/common-password.pam-new var/lib/pam/password.new var/lib/pam/account.new; do
		fresh
		strace -f -o /dev/null -P "$root/$file" -e trace=openat -e inject=openat:signal=KILL "$mutexctl" --root "$root" apply --yes \
			</dev/null >"$work/out" 2>&1
		[ $? -eq 2 ] || { cat "$work/out"; echo "exit, killed at $file"; return 1; }
		has "$(cat "$work/out")" 'all PAM files are as before' && unchanged "$work/before" && [ ! -e "$root/var/lib/mutex/apply/journal" ] &&
			expect 0 run apply --yes && is_on || { echo "killed at $file"; return 1; }
	done
}

# Stops pam-auth-update where it opens that file, mutexctl waiting for it: the PAM files are half way. Sets $group and $waiting.
group='' waiting=''
stop_at() { # FILE COMMAND...
	local file=$root/$1
	shift
	setsid strace -f -o /dev/null -P "$file" -e trace=openat -e inject=openat:signal=STOP "$mutexctl" --root "$root" "$@" </dev/null >/dev/null 2>&1 &
	group=$!
	wait_until 20 test -e "$file" || { echo "$file was not opened"; return 1; }
	waiting=$(tr -d ' ' <"/proc/$group/task/$group/children")
	[ -n "$waiting" ]
}

end_all() { # the power is gone: of the group that stop_at started, nothing is left
	kill -9 -- "-$group"
	wait "$group" 2>/dev/null
}

power_cut() {
	local file
	for file in etc/pam.d/common-account.pam-new etc/pam.d/common-password.pam-new etc/pam.d/common-session.pam-new; do
		fresh
		stop_at "$file" apply --yes || return 1
		end_all
		marker_tells_the_truth && expect 0 run apply --yes && is_on && expect 0 run stack && expect 0 run remove --yes && unchanged "$work/before" &&
			[ ! -e "$root/$file" ] || { echo "apply cut off at $file"; return 1; }
		expect 0 run apply --yes || return 1
		stop_at "$file" remove --yes || return 1
		end_all
		marker_tells_the_truth && expect 0 run remove --yes && unchanged "$work/before" || { echo "remove cut off at $file"; return 1; }
	done
}

# The same, and a third program wrote a file before we came back: it is left alone, the backup is kept and named.
power_cut_and_stranger() {
	fresh
	stop_at etc/pam.d/common-password.pam-new apply --yes || return 1
	end_all
	echo '# a stranger was here' >>"$root/etc/pam.d/common-session"
	expect 0 run apply --yes && is_on && has "$said" 'common-session' 'the backup lies in' && grep -q stranger "$root/etc/pam.d/common-session" &&
		compgen -G "$root/var/lib/mutex/apply/kept-*/etc/pam.d/common-session" >/dev/null
}

# mutexctl is killed while pam-auth-update goes on: that one holds the lock until it ends, so nobody else touches the files.
child_holds_the_lock() {
	fresh
	stop_at etc/pam.d/common-password.pam-new apply --yes || return 1
	kill -9 "$waiting"
	wait_until 10 test ! -e "/proc/$waiting" || true
	expect 2 run apply --yes && has "$said" 'another mutexctl' || { end_all; return 1; }
	end_all
	expect 0 run apply --yes && is_on && expect 0 run remove --yes && unchanged "$work/before"
}

# mutexctl dies while pam-auth-update goes on: the next run waits for that one, then heals.
# Killed while it switches: where it was done before that was seen, once more.
parent_killed() {
	local pid n
	for ((n = 0; n < 50; n++)); do
		fresh
		"$mutexctl" --root "$root" apply --yes </dev/null >/dev/null 2>&1 &
		pid=$!
		while ! grep -qs 'phase=switching' "$root/var/lib/mutex/apply/journal" && kill -0 "$pid" 2>/dev/null; do
			:
		done
		kill -9 "$pid" 2>/dev/null
		wait "$pid" 2>/dev/null
		[ $? -ne 137 ] || break
	done
	[ "$n" -lt 50 ] || { echo 'it was never seen to switch'; return 1; }
	expect 0 run apply --yes && is_on && expect 0 run remove --yes && unchanged "$work/before"
}

# A disk that is full at any write.
disk_full() {
	local n status
	fresh
	for n in 1 6 21 36 46 51 61; do
		strace -o /dev/null -e trace=pwrite64,write -e inject=pwrite64:error=ENOSPC:when="$n+" "$mutexctl" --root "$root" apply --yes \
			</dev/null >"$work/out" 2>&1
		status=$?
		if [ "$status" -eq 0 ]; then
			[ "$n" -gt 20 ] && is_on # so many writes that the disk was never full
			return
		fi
		[ "$status" -eq 2 ] || { cat "$work/out"; return 1; }
		if ! unchanged "$work/before"; then
			# Not even going back could write: the journal knows, and the next run with room on the disk heals.
			expect 0 run remove --yes && unchanged "$work/before" || { echo "full at write $n"; cat "$work/out"; return 1; }
		fi
	done
}

two_at_once() {
	local pids=() pid good=0
	fresh
	for _ in 1 2 3; do
		"$mutexctl" --root "$root" apply --yes </dev/null >/dev/null 2>&1 &
		pids+=($!)
	done
	for pid in "${pids[@]}"; do
		wait "$pid" && good=$((good + 1))
	done
	[ "$good" -ge 1 ] && is_on && expect 0 run stack && expect 0 run remove --yes && unchanged "$work/before"
}

rows=(parent_killed two_at_once)
if strace -o /dev/null true 2>/dev/null; then
	rows+=(power_cut power_cut_and_stranger child_holds_the_lock apply_killed remove_killed second_apply_killed update_killed disk_full)
else
	echo "skip kill-at-each-step strace is missing or may not trace here"
fi
for name in "${rows[@]}" machine_untouched; do
	row "$name" "$name" || failed=1
done
exit $failed

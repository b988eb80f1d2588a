#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# mutex-guardd names who changed what a control watches, by the kernel's own word of who executes what: real login uids and processes; systemd is
# played. Needs root in the kernel's first namespaces. With people at consoles: it_vm_guard.sh
# Runs alone: what other tests execute the kernel tells here, too, and then nobody is named, as is right.
# shellcheck disable=SC2317 # the rows are called by row()
set -u
[ "$(stat -Lc %i /proc/self/ns/pid /proc/self/ns/user | paste -sd ' ')" = '4026531836 4026531837' ] ||
	{ echo 'this is a container: the kernel tells nothing'; exit 77; }
/usr/bin/python3 -c 'import socket; socket.socket(16, 2, 11)' 2>/dev/null || { echo 'the kernel does not tell here who executes what'; exit 77; }
sh -c 'echo 1 >/proc/self/loginuid' 2>/dev/null || { echo 'login uids cannot be set here'; exit 77; }
# shellcheck source=tests/lib_probe.sh
. "$(dirname "$0")/lib_probe.sh"
sample=sample.service own=/etc/systemd/system/sample.service

mkdir -p /run/systemd/journal
mkfifo "$work/end"
"$BUILD/tests/catch_records" /run/systemd/journal/socket <"$work/end" >"$work/records" &
children+=($!)
exec 9>"$work/end"
wait_for() { # COMMAND...
	local n
	for ((n = 0; n < 500; n++)); do
		! "$@" || return 0
		sleep 0.02
	done
	echo "waited 10 s for: $*"
	cat /run/mutex/posture-guard "$work/records"
	return 1
}
stands() { grep -A 3 '^control=units' /run/mutex/posture-guard 2>/dev/null | grep -qx "state=$1"; }
# It takes its time, as an editor does: it is there when what it does is seen.
writes() { # LOGIN-UID
	# shellcheck disable=SC2016 # expands there
	sh -c '[ -z "$1" ] || echo "$1" >/proc/self/loginuid; { sleep 0.1; echo "[Service]"; sleep 0.3; } | tee "$2"' sh "$1" $own
}
told_once() { # WORDS COMMAND...
	local before
	said=
	[ ! -e $own ] || find $own -delete # with rm it would be one more who might have changed it
	wait_for stands ok || return 1
	before=$(($(grep -c '' "$work/records") + 1))
	"${@:2}" >/dev/null
	wait_for stands violated && wait_for is_recorded "$before" || return 1
	said=$(tail -n "+$before" "$work/records" | grep '^MUTEX_DETAIL')
	has "$said" "Changed by: $1."
}
# What the computer executes of its own accord meanwhile may be the cause, too, and then nobody is named. A wrong name never is, and two of five tries name
# the right one.
told() { # WORDS COMMAND...
	local n right=0
	for ((n = 0; n < 5 && right < 2; n++)); do
		if told_once "$@"; then
			right=$((right + 1))
		elif ! has "$said" 'Changed by: unknown.'; then
			return 1
		fi
	done
	[ $right -eq 2 ]
}
is_recorded() { tail -n "+$1" "$work/records" | grep -q '^MUTEX_DETAIL=.*Changed by'; }
two() {
	writes 45678 &
	writes 45679
	wait $!
}
# A command that waits, for a password or for what it is to write, is not the cause of what happens now.
began_long_ago() {
	[ -p "$work/never" ] || mkfifo "$work/never"
	# shellcheck disable=SC2016 # expands there
	sh -c 'echo 45679 >/proc/self/loginuid; exec cp "$1" "$2"' sh "$work/never" $own &
	sleep 2.5
	sh -c "echo '[Service]' >$own"
	sleep 1
	kill $!
}
# What the second one does while a look goes on is not what that look was begun for.
while_it_looks() {
	kill -STOP "${children[1]}" # systemd answers when both have written
	writes 45678
	sleep 1.1
	writes 45679
	kill -CONT "${children[1]}"
}
asked_by() { grep -qx 'MUTEX_ASKED_BY=uid 45678' "$work/records"; }
said_by_bus() { has "$(tr -s ' \n' ' ' <"$work/signals")" 'string "units" string "violated" uint32 45678 string "tee" string "observe"'; }

policy '[control units]' 'mode = observe' 'observe_until = 2099-01-01' "units = $sample"
unit $sample MainPID=${children[0]}
dbus-monitor --address $bus "type='signal',sender='org.pammutex.Guard1'" >"$work/signals" 2>&1 9>&- &
children+=($!)
"$BUILD/idlelock/guard/mutex-guardd" --bus $bus >"$work/guardd" 2>&1 9>&- &
children+=($!)
row 'it looks' wait_for stands ok
row 'another while it looks' told unknown while_it_looks
row 'one person' told 'uid 45678 (tee)' writes 45678
row 'the record has it' asked_by
row 'the signal, too' said_by_bus
row 'another person' told 'uid 45679 (tee)' writes 45679
row 'two at once' told unknown two
row 'one who began long ago' told unknown began_long_ago
row 'a service' told unknown writes ''
row 'a shell of its own' told unknown sh -c "echo '[Service]' >$own"

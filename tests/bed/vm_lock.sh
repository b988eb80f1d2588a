# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause
# What the VM tests of the screen lock share: the time after which it comes, a hand on the keyboard, and what the record says. To be sourced behind
# vm_prepare.sh; needs $suite.
#
#   lock_prepare               once, before a session opens: a long time, and somebody who reads the records as they come, since asking the journal
#                              again and again would slow down what is measured
#   lock_after TIME            the policy from now on
#   at_the_desk STATE [LINE...]    goes on from STATE, in which a session is open and watched and the time is long; has the lines run as root, and then
#                              makes the time $after_s. A hand is on the keyboard all the while. It leaves at the end: between $touched and $left,
#                              in ms of the VM's clock, so that a slow computer changes nothing
#   locked_in_time [MS]        waits until the session is proven to be locked for want of use, and judges the times of its record
#   still_open                 nothing was locked, and the desktop shows
#   records WORD               the details of all records of locks whose reasons begin with WORD
#   number NAME TEXT           a time out of such a detail, in ms

desktop=30a060 # the colour of everybody's
after_s=10 touched=0 left=0 slow=100
slow_max=300 # above that half a second cannot be judged
times=$BED/logs/$(basename "$0" .sh)-times-${suite:?}

lock_prepare() {
	lock_after 1h && vm_wait 30 'systemctl is-active idlelockd' &&
		vm_run 'setsid journalctl --quiet --follow --lines=all --output=verbose --output-fields=MUTEX_REASONS,MUTEX_DETAIL MUTEX_KIND=lock >/run/records 2>&1 &'
}
lock_after() { # TIME
	vm_run "printf '[lock]\nafter = $1\nwarn = 2s\nkeyring = no\n' >/etc/mutex/policy.d/92-bed-lock.conf && systemctl reload idlelockd"
}

now_ms() {
	vm_run "awk '{ print int(\$1 * 1000) }' /proc/uptime"
}
touch_key() {
	vm_key shift
}
at_the_desk() { # STATE [LINE...]
	local line status=0 hand
	vm_restore "$1" || return 1
	slow=$(slowness)
	: >"${vm_folder:?}/touching"
	vm_hold "$vm_folder/touching" >/dev/null 2>&1 &
	hand=$!
	for line in "${@:2}"; do
		[ $status -ne 0 ] || vm_run "$line" || status=1
	done
	[ $status -ne 0 ] || lock_after ${after_s}s || status=1
	rm "${vm_folder:?}/touching"
	wait "$hand"
	touched=$(now_ms)
	touch_key
	left=$(now_ms)
	return $status
}

records() { # WORD
	vm_run 'cat /run/records' | grep -A 1 -B 1 "MUTEX_REASONS=$1" | sed -n 's/.*MUTEX_DETAIL=//p'
}
number() { # NAME TEXT
	sed -nE "s/.*[ ,(]$1 ([0-9]+)\.([0-9]{3}).*/\1\2/p" <<<"$2"
}
is_recorded() { # SECONDS WORD
	vm_wait "$1" "[[ \$(</run/records) == *MUTEX_REASONS=$2* ]]"
}

# How many times as long as on this computer it takes to start a program in the VM, in hundredths: there the processor does a thousand million
# instructions in a second, and not more. Asked while the VM has nothing else to do: what slows it down afterwards is no excuse.
slowness() {
	local loop='for n in {1..20}; do /bin/bash -c :; done' inside outside
	inside=$(vm_run "a=\${EPOCHREALTIME/./}; $loop; echo \$((\${EPOCHREALTIME/./} - a))")
	outside=$(TIMEFORMAT='%U %S' && { time eval "$loop"; } 2>&1 | awk '{ print int(($1 + $2) * 1000000) }')
	echo $((inside > outside ? inside * 100 / outside : 100))
}
# What of that time systemd took: until it began with the unit, until it had forked, until the unit was ready.
unit_times() { # UNIT
	vm_run "systemctl show -p InactiveExitTimestampMonotonic -p ExecMainStartTimestampMonotonic -p ActiveEnterTimestampMonotonic $1" |
		awk -F= '{ printf " %s %.3f", $1, $2 / 1000000 }'
}
# Asked for so long after the hand was gone, give or take MS (1000), and proven within half a second of this computer.
locked_in_time() { # [MS]
	local last asked input proven
	is_recorded $((after_s * 3 + 10)) proven,idle || {
		vm_run 'cat /run/records; mutexctl status'
		return 1
	}
	last=$(records proven,idle | tail -n 1)
	input=$(number 'last input' "$last") asked=$(number asked "$last") proven=$(number 'first proven' "$last")
	echo "${FUNCNAME[1]} hand $touched-$left asked after $((asked - input)) proven after $((proven - asked)), starts take $slow %:" \
		"$(unit_times "$(grep -o 'idlelock-[^ ]*\.service' <<<"$last")") $last" >>"$times"
	((input >= touched - 20 && input <= left + 20)) || { echo "the hand left between $touched and $left: $last"; return 1; }
	((asked - input >= after_s * 1000 - ${1:-1000} && asked - input <= after_s * 1000 + ${1:-1000})) || { echo "not in time: $last"; return 1; }
	((slow <= slow_max)) || { echo "too slow a computer for this row: starts take $slow % of their time here"; return 1; }
	((proven - asked <= 5 * slow)) || { echo "proven late, where starts take $slow % of their time here: $last"; return 1; }
}
still_open() {
	[ -z "$(records asked)" ] || { records asked; return 1; }
	vm_shows $desktop 30
}

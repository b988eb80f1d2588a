#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The screen lock on real hardware, as far as QEMU is that: idleness by the keyboard that people touch, whatever programs pretend; what a person then
# sees; sleep. Usage: it_vm_lock.sh SUITE. $SLEEPS: how often the computer goes to sleep (20)
# shellcheck disable=SC2016 # expands in the VM
set -uo pipefail

suite=${1:-bookworm}
# shellcheck source=tests/bed/vm_prepare.sh
. "$(dirname "$0")/bed/vm_prepare.sh"
# shellcheck source=tests/bed/vm_lock.sh
. "$vm_here/vm_lock.sh"

# Alice at her desktop, watched, with what runs on every desktop: from here each row goes on.
prepare() {
	mkdir -p "$BED/logs"
	: >"$times"
	lock_prepare && vm_run 'systemctl start polkit' || return 1
	vm_put "$vm_here/vm_spoof.py" /usr/local/bin/spoof 0755
	vm_greeter_login alice "$password" && vm_wait 60 "mutexctl status | grep -q '[1-9] sessions\? watched'" && vm_save desk
}

# --- spoofers -------------------------------------------------------------------------------------------------------
locks_when_nobody_is_there() {
	at_the_desk desk && locked_in_time 200 && vm_shows_not $desktop
}
# They have begun when the hand leaves, and go on until the lock is there.
locks_under() { # SPOOFER...
	local spoofer lines=()
	for spoofer; do
		lines+=("/usr/local/sbin/bed-guest as alice sh -c 'setsid spoof $spoofer >/tmp/spoof-$spoofer 2>&1 &'")
	done
	for spoofer; do
		lines+=("for i in \$(seq 500); do grep -q begun /tmp/spoof-$spoofer && exit 0; sleep 0.1; done; cat /tmp/spoof-$spoofer; exit 1")
	done
	at_the_desk desk 'chmod 0666 /dev/uinput' "${lines[@]}" && locked_in_time && vm_shows_not $desktop || return 1
	for spoofer; do
		vm_run "pgrep -u alice -f 'spoof $spoofer\$' >/dev/null || { echo '$spoofer has ended:'; cat /tmp/spoof-$spoofer; exit 1; }" || return 1
	done
}
spoofers=(xtest warp reset off suspend inhibit uinput)

# The clock is set while nobody is there: the lock comes when it would have come, and opens as ever.
clock_is_set() {
	local by
	at_the_desk desk || return 1
	for by in '+1 day' '-2 days' '+1 day' '-1 day'; do
		vm_run "date --set='$by' >/dev/null"
	done
	# before the question, since xsecurelock takes that back by the same clock
	locked_in_time && vm_shows_not $desktop && vm_run "date --set='+1 day' >/dev/null" && wake && vm_line "$password" || return 1
	vm_shows $desktop 30 && is_recorded 10 opened
}

# --- what keeps it open ---------------------------------------------------------------------------------------------
keys_keep_it_open() {
	at_the_desk desk || return 1
	for _ in 1 2 3 4 5 6; do
		touch_key
		vm_sleep 4
	done
	still_open
}
mouse_keeps_it_open() {
	local n
	at_the_desk desk || return 1
	for n in 1 2 3 4 5 6; do
		vm_mouse $((n % 2 ? 9 : -9)) 4
		vm_sleep 4
	done
	still_open
}
# What is read from hardware is read when a lock may be due, not when it comes: per process at most one wake-up in ten seconds.
switches() {
	vm_run 'for p in idlelockd idlelock-x11; do awk "/^voluntary/ { print \$2 }" /proc/$(pgrep -x $p)/status; done' | xargs
}
# What the new time gave them to do is done.
settled() {
	local before=none now
	for _ in {1..20}; do
		now=$(switches)
		[ "$now" != "$before" ] || return 0
		before=$now
		vm_sleep 3
	done
	echo "never at rest: $before, then $now"
	return 1
}
sleeps_while_used() {
	local begun n took before=() after=()
	vm_restore desk && lock_after 30s && touch_key && settled && touch_key || return 1
	read -ra before <<<"$(switches)"
	begun=$(now_ms) n=0
	while (($(now_ms) - begun < 60000)); do
		vm_keys a && vm_mouse $((++n % 2 ? 9 : -9)) 4
	done
	read -ra after <<<"$(switches)"
	took=$(($(now_ms) - begun))
	echo "in use: $n strokes and moves in $took ms: idlelockd $((after[0] - before[0])), idlelock-x11 $((after[1] - before[1])) switches" | tee -a "$times"
	((n > 10 && (after[0] - before[0]) * 10000 <= took && (after[1] - before[1]) * 10000 <= took)) && still_open
}
# A remapper of root's takes the real keyboard for itself and gives out a virtual one.
remapper_keeps_it_open() {
	at_the_desk desk 'setsid spoof remap >/tmp/remap.log 2>&1 & for i in $(seq 500); do grep -q begun /tmp/remap.log && exit 0; sleep 0.1; done; exit 1' || return 1
	for _ in 1 2 3 4 5 6; do
		touch_key
		vm_sleep 4
	done
	still_open && vm_run 'grep passed /tmp/remap.log | wc -l; [ $(grep -c passed /tmp/remap.log) -ge 12 ]'
}

# --- what a person sees ---------------------------------------------------------------------------------------------
locked_desk() {
	at_the_desk desk && locked_in_time && vm_shows_not $desktop && vm_save locked
}
terminals_show_no_desktop() {
	vm_restore locked || return 1
	vm_key ctrl-alt-f2 && vm_wait 10 '[ "$(cat /sys/class/tty/tty0/active)" = tty2 ]' && vm_reads 30 2 'laptop login:' && vm_shows_not $desktop || return 1
	vm_key ctrl-alt-f7
	for _ in 1 2 3 4 5 6; do
		vm_shows_not $desktop || return 1
	done
	[ "$(vm_vt)" = tty7 ] && vm_shows_not $desktop
}
wake() { # xsecurelock takes the first key for waking it
	vm_key shift
	vm_wait 20 'pgrep -x idlelock-auth >/dev/null' && vm_sleep 1
}
wrong_stays_right_opens() {
	vm_restore locked && wake && vm_screenshot "$BED/logs/vm-lock-asks-$suite.png" && vm_line 'wrong one'
	vm_sleep 8
	vm_shows_not $desktop || return 1
	[ -z "$(records opened)" ] || { records opened; return 1; }
	wake && vm_line "$password"
	vm_shows $desktop 30 && is_recorded 10 opened
}

# --- sleep ----------------------------------------------------------------------------------------------------------
# Sets released_ms: systemd starts suspending when logind's last inhibitor is released, or when its patience is over, which it logs.
sleeps() { # LINE: to be run before
	local released
	vm_restore desk || return 1
	touch_key
	vm_run "$1" || return 1
	# what another unit names is not forgotten when it ends, nor when it began
	vm_run 'systemd-run --quiet --property After=systemd-suspend.service sleep infinity' || return 1
	vm_run 'echo devices >/sys/power/pm_test; echo 1 >/sys/module/suspend/parameters/pm_test_delay' || return 1
	vm_sleeps_until '[ "$(</sys/power/suspend_stats/success)" = 1 ]' || return 1
	vm_run 'journalctl -b --no-pager -u systemd-logind | grep "timeout is reached"' && return 1
	released=$(vm_run 'systemctl show -p InactiveExitTimestampMonotonic --value systemd-suspend.service')
	released_ms=$((released / 1000))
	((released_ms > 0)) || { echo 'it did not sleep'; return 1; }
}
sleeps_locked() {
	local last proven
	sleeps true && vm_shows_not $desktop || return 1
	last=$(records proven,sleep | head -n 1)
	proven=$(number 'first proven' "$last")
	echo "sleep released $released_ms: $last" >>"$times"
	((proven > 0 && proven < released_ms)) || { echo "released at $released_ms: $last"; return 1; }
}
sleeps_often() {
	local n
	for n in $(seq "${SLEEPS:-20}"); do
		sleeps_locked || { echo "the $n. time"; return 1; }
	done
}
# No locker that covers a screen works: the console's does, within the ladder's ten seconds, and sleep waits for it.
refusing_lockers() {
	local last proven
	sleeps 'for locker in xsecurelock i3lock; do cp /bin/false /usr/bin/$locker; done' && vm_shows_not $desktop || return 1
	last=$(records proven,sleep | head -n 1)
	proven=$(number 'first proven' "$last")
	echo "refused released $released_ms: $last" >>"$times"
	has "$last" idlelock-console@ || { records ''; return 1; }
	((proven > 0 && proven < released_ms)) || { echo "released at $released_ms: $last"; return 1; }
}
# Nothing at all works: said loudly, and the computer goes to sleep all the same, by our word and not by logind's patience.
refusing_all() {
	sleeps 'for locker in xsecurelock i3lock; do cp /bin/false /usr/bin/$locker; done; systemctl mask --runtime idlelock-console@.service' || return 1
	has "$(records unproven,sleep)" 'is not, as far as can be seen'
}

vm_prepare "$suite"
vm_restore || exit 1
row "vm-$suite-lock-prepare" prepare || exit 1
row "vm-$suite-lock-when-nobody-is-there" locks_when_nobody_is_there
for spoofer in "${spoofers[@]}"; do
	row "vm-$suite-lock-under-$spoofer" locks_under "$spoofer"
done
row "vm-$suite-lock-under-all-at-once" locks_under "${spoofers[@]}"
row "vm-$suite-lock-while-the-clock-is-set" clock_is_set
row "vm-$suite-sleeps-while-used" sleeps_while_used
row "vm-$suite-keys-keep-it-open" keys_keep_it_open
row "vm-$suite-mouse-keeps-it-open" mouse_keeps_it_open
row "vm-$suite-remapper-keeps-it-open" remapper_keeps_it_open
row "vm-$suite-locked-shows-no-desktop" locked_desk &&
	row "vm-$suite-terminals-show-no-desktop" terminals_show_no_desktop && # tried xsecurelock: no desktop is seen on the way to another console and back
	row "vm-$suite-wrong-stays-right-opens" wrong_stays_right_opens
row "vm-$suite-sleeps-locked" sleeps_often
row "vm-$suite-sleeps-locked-when-lockers-refuse" refusing_lockers
row "vm-$suite-sleeps-when-all-refuse" refusing_all

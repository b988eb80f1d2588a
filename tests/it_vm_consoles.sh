#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The screen lock where there is no X: a text console, and a sway session with swaylock. Usage: it_vm_consoles.sh SUITE
# shellcheck disable=SC2016 # expands in the VM
set -uo pipefail

suite=${1:-bookworm}
# shellcheck source=tests/bed/vm_prepare.sh
. "$(dirname "$0")/bed/vm_prepare.sh"
# shellcheck source=tests/bed/vm_lock.sh
. "$vm_here/vm_lock.sh"

listen="setsid busctl --system --match=\"type='signal',interface='org.pammutex.Idlelock1'\" monitor >/run/told 2>&1 &"
grey=202020 # swaylock's, as idlelockd starts it

# Bob on console 2, watched.
text_console() {
	lock_prepare && vm_run 'systemctl start polkit' || return 1
	vm_key ctrl-alt-f2 && vm_reads 40 2 'laptop login:' || return 1
	vm_line bob
	vm_reads 20 2 'Password:' || return 1
	vm_line "$password"
	vm_reads 40 2 'bob@laptop' && vm_wait 60 "mutexctl status | grep -q '[1-9] sessions\? watched'" && vm_save text
}
# The record says who holds it and how surely; people were warned.
locked_by() { # STRENGTH HOLDER
	local last
	last=$(records proven,idle | tail -n 1)
	has "$last" "$1" "held by $2" ' ms' && has "$(vm_run 'cat /run/told')" Member=Warning Member=Locked
}
not_opened() {
	[ -z "$(records opened)" ] || { records opened; return 1; }
}

# --- text -----------------------------------------------------------------------------------------------------------
text_locks() {
	at_the_desk text "$listen" && locked_in_time 200 && locked_by strong idlelock-console@ || return 1
	vm_reads 10 "$(vm_console_shown)" "The session is bob's" && vm_save text-locked
}
vm_console_shown() {
	local shown
	shown=$(vm_vt)
	echo "${shown#tty}"
}
text_is_not_left() {
	local console
	vm_restore text-locked || return 1
	console=$(vm_console_shown)
	[ "$console" != 2 ] || { echo 'the session is shown'; return 1; }
	vm_key ctrl-alt-f2 alt-left alt-f7
	vm_run 'timeout 2 chvt 2'
	vm_sleep 1
	[ "$(vm_console_shown)" = "$console" ] || { echo "left $console for $(vm_vt)"; return 1; }
}
text_opens_to_the_right_one_only() {
	local console
	vm_restore text-locked || return 1
	console=$(vm_console_shown)
	vm_line '' && vm_reads 20 "$console" 'assword' && vm_line 'wrong one' && vm_reads 30 "$console" 'not recognised' && not_opened || return 1
	vm_wait 20 "! grep -qF 'not recognised' /dev/vcs$console" && vm_line '' && vm_reads 20 "$console" 'assword' && vm_line "$password" && is_recorded 30 opened || return 1
	vm_wait 10 '[ "$(cat /sys/class/tty/tty0/active)" = tty2 ]' || return 1
	vm_line 'echo HERE-AS-$(id -un)'
	vm_reads 10 2 HERE-AS-bob
}

# --- a console that says it is none --------------------------------------------------------------------------------
disguise() {
	vm_restore text && vm_put "$vm_here/vm_decoy.py" /usr/local/bin/decoy 0755 || return 1
	vm_line 'decoy console &'
	vm_wait 60 'test -e /run/user/$(id -u bob)/wayland-1' || { vm_console 2; return 1; }
	has "$(vm_run 'loginctl show-session $(/usr/local/sbin/bed-guest session bob)')" Type=wayland || return 1
	vm_line 'echo STILL-$((40+2))'
	vm_reads 10 2 STILL-42 && vm_save disguised
}
disguise_is_seen_through() {
	at_the_desk disguised "$listen" && locked_in_time && locked_by strong idlelock-console@ && [ "$(vm_console_shown)" != 2 ]
}

# --- sway -----------------------------------------------------------------------------------------------------------
sway() {
	vm_restore text || return 1
	vm_line 'XDG_SESSION_TYPE=wayland sway'
	vm_wait 90 'test -e /tmp/sway-bob && pgrep -x foot >/dev/null' || { vm_console 2; return 1; }
	vm_shows $desktop 30 && has "$(vm_run 'loginctl show-session $(/usr/local/sbin/bed-guest session bob)')" Type=wayland && vm_save sway
}
sway_locks() {
	at_the_desk sway "$listen" && locked_in_time 200 && locked_by weak idlelock-swaylock@ || return 1
	vm_shows $grey 80 && vm_shows_not $desktop && vm_save sway-locked
}
sway_is_not_seen() {
	vm_restore sway-locked || return 1
	vm_key ctrl-alt-f3 && vm_reads 30 3 'laptop login:' && vm_shows_not $desktop || return 1
	vm_key ctrl-alt-f2
	for _ in 1 2 3 4 5 6; do
		vm_shows_not $desktop || return 1
	done
	vm_shows $grey 80
}
sway_opens_to_the_right_one_only() {
	vm_restore sway-locked && vm_line 'wrong one' || return 1
	vm_sleep 8
	vm_shows_not $desktop && not_opened || return 1
	vm_screenshot "$BED/logs/vm-swaylock-$suite.png"
	vm_line "$password"
	vm_shows $desktop 30 && is_recorded 10 opened && has "$(vm_run 'cat /run/mutex/stamps/$(id -u bob)')" service=swaylock
}

# A compositor with ext-session-lock (sway 1.8 and later, swaylock 1.8 and later) stays locked without its locker, whatever bob's programs do to that.
sway_is_closed_without_its_locker() { # SIGNAL
	local n
	vm_restore sway-locked || return 1
	for n in $(seq "${KILLS:-20}"); do
		vm_run "pkill -$1 -u bob -x swaylock" # or there is none for the moment
		for _ in 1 2 3; do
			vm_shows_not $desktop || { echo "the $n. time"; return 1; }
		done
	done
	not_opened
}
# The console's lock, which has taken the screen, opens; the compositor's own lock goes with it.
sway_opens_after_all() {
	local console
	vm_restore sway-locked && vm_run 'pkill -KILL -u bob -x swaylock; sleep 3; pkill -KILL -u bob -x swaylock' || return 1
	vm_wait 30 '[ "$(cat /sys/class/tty/tty0/active)" != tty2 ]' && console=$(vm_console_shown) && vm_reads 20 "$console" "The session is bob's" || return 1
	vm_line '' && vm_reads 20 "$console" 'assword' && vm_line "$password" && is_recorded 30 opened && vm_shows $desktop 30
}

# Another compositor of bob's, which has no screen.
decoy_is_not_locked_instead() {
	vm_restore sway && vm_put "$vm_here/vm_decoy.py" /usr/local/bin/decoy 0755 && vm_save decoy || return 1
	at_the_desk decoy "$listen" '/usr/local/sbin/bed-guest as bob decoy beside >/dev/null 2>&1' && locked_in_time && vm_shows_not $desktop
}

vm_prepare "$suite"
vm_restore || exit 1
mkdir -p "$BED/logs"
: >"$times"
row "vm-$suite-text-console" text_console || exit 1
row "vm-$suite-text-console-locks" text_locks && # tried console: takes the screen from a text console
	row "vm-$suite-text-console-is-not-left" text_is_not_left && # tried console: neither keys nor root's chvt leave it
	row "vm-$suite-text-console-opens-to-the-right-one-only" text_opens_to_the_right_one_only # tried console: opens to the right password only
row "vm-$suite-console-in-disguise" disguise &&
	row "vm-$suite-console-in-disguise-is-locked" disguise_is_seen_through
row "vm-$suite-sway" sway || exit 1
row "vm-$suite-sway-locks" sway_locks && # tried sway: locked by swaylock
	row "vm-$suite-sway-is-not-seen" sway_is_not_seen && # tried sway: no desktop is seen on the way to another console and back
	row "vm-$suite-sway-beside-a-decoy" decoy_is_not_locked_instead && # tried sway: locked beside another compositor of its user
	row "vm-$suite-sway-opens-to-the-right-one-only" sway_opens_to_the_right_one_only && # tried swaylock: a wrong password does not open it
	if [ "$suite" != bookworm ]; then
		row "vm-$suite-sway-is-closed-when-its-locker-is-killed" sway_is_closed_without_its_locker KILL # tried swaylock: of Debian 13, killed by its user, opens nothing
		row "vm-$suite-sway-is-closed-when-its-locker-hangs" sway_is_closed_without_its_locker STOP
		row "vm-$suite-sway-opens-after-all" sway_opens_after_all
	fi

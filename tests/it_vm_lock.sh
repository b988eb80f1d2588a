#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The screen lock on real hardware, as far as QEMU is that: idleness by the keyboard that people touch, whatever programs pretend; what a person then
# sees; sleep. Usage: it_vm_lock.sh SUITE. $SLEEPS: how often the computer goes to sleep (3)
# shellcheck disable=SC2016 # expands in the VM
set -uo pipefail
# shellcheck source=tests/bed/vm_prepare.sh
. "$(dirname "$0")/bed/vm_prepare.sh"

suite=${1:-bookworm}
desktop=30a060 # the colour of alice's
after_s=10
touched=0
times=$BED/logs/vm-lock-times-$suite

policy() { # AFTER
	printf '[lock]\nafter = %s\nwarn = 2s\nkeyring = no\n' "$1" >"$vm_folder/policy"
	vm_put "$vm_folder/policy" /etc/mutex/policy.d/92-bed-lock.conf && vm_run 'mutexctl check >/dev/null && systemctl reload idlelockd'
}
# Alice at her desktop, watched: from here each row goes on. Not to be locked while the desktop is drawn and saved.
prepare() {
	policy 1h && vm_run 'systemctl is-active idlelockd' || return 1
	vm_put "$vm_here/vm_spoof.py" /usr/local/bin/spoof 0755
	vm_greeter_login alice "$password" && vm_wait 60 "mutexctl status | grep -q '[1-9] sessions\? watched'" && vm_save desk
}

# Her desktop, with the programs that she runs, and at last her hand on it. Sets touched.
at_the_desk() { # COMMAND-LINE...: each runs as alice in her session
	local program
	vm_restore desk || return 1
	for program in "$@"; do
		vm_as alice sh -c "setsid $program >/tmp/spoof.log 2>&1 &"
	done
	touch_key && policy ${after_s}s && touched=$(now_ms) && touch_key
}

# --- what is asked of the record ------------------------------------------------------------------------------------
records() { # WORD: the details of all records of locks whose reasons begin with it
	vm_run "journalctl --quiet --no-pager -o verbose --output-fields=MUTEX_REASONS,MUTEX_DETAIL SYSLOG_IDENTIFIER=pam_mutex MUTEX_KIND=lock" |
		grep -A 1 -B 1 "MUTEX_REASONS=$1" | sed -n 's/.*MUTEX_DETAIL=//p'
}
number() { # NAME TEXT
	sed -nE "s/.*[ ,(]$1 ([0-9]+)\.([0-9]{3}).*/\1\2/p" <<<"$2"
}
now_ms() {
	vm_run "awk '{ print int(\$1 * 1000) }' /proc/uptime"
}
# The newest lock for idleness: asked for so long after the hand at TOUCHED, give or take a second, and proven.
locked_in_time() { # TOUCHED-MS
	local last asked input proven
	vm_wait $((after_s * 3 + 10)) "journalctl --quiet -n 50 MUTEX_KIND=lock -o verbose | grep -q 'MUTEX_REASONS=proven,idle'" || {
		vm_run 'journalctl --no-pager -n 30 -u idlelockd; mutexctl status'
		return 1
	}
	last=$(records proven,idle | tail -n 1)
	input=$(number 'last input' "$last") asked=$(number asked "$last") proven=$(number 'first proven' "$last")
	echo "${FUNCNAME[1]} touched $1 input $input asked $asked proven $proven" >>"$times"
	((input >= $1 - 1500 && input <= $1 + 1500)) || { echo "the hand was at $1: $last"; return 1; }
	((asked - input >= after_s * 1000 - 1000 && asked - input <= after_s * 1000 + 1000)) || { echo "not in time: $last"; return 1; }
	((proven - asked <= 5000)) || { echo "proven late: $last"; return 1; }
}
touch_key() {
	vm_key shift
}
not_locked() {
	[ -z "$(records asked)" ] || { records asked; return 1; }
	vm_shows $desktop 30
}

# --- spoofers -------------------------------------------------------------------------------------------------------
locks_when_nobody_is_there() {
	at_the_desk || return 1
	locked_in_time "$touched" && vm_shows_not $desktop
}
locks_under() { # SPOOFER...
	at_the_desk "$@" || return 1
	locked_in_time "$touched" && vm_shows_not $desktop || { vm_run 'cat /tmp/spoof.log'; return 1; }
}
spoofers=(xtest warp reset off suspend inhibit)
all_at_once() {
	locks_under "${spoofers[@]/#/spoof }"
}
# Some systems give people /dev/uinput.
virtual_device_of_users() {
	at_the_desk || return 1
	vm_run 'chmod 0666 /dev/uinput; setsid setpriv --reuid alice --regid alice --clear-groups spoof uinput >/tmp/spoof.log 2>&1 &'
	touched=$(now_ms)
	touch_key
	locked_in_time "$touched" && vm_shows_not $desktop && vm_run '! grep Error /tmp/spoof.log'
}

# --- what keeps it open ---------------------------------------------------------------------------------------------
keys_keep_it_open() {
	local n
	at_the_desk || return 1
	for n in 1 2 3 4 5 6; do
		touch_key
		sleep 4
	done
	not_locked
}
mouse_keeps_it_open() {
	local n
	at_the_desk || return 1
	for n in 1 2 3 4 5 6; do
		vm_mouse $((n % 2 ? 9 : -9)) 4
		sleep 4
	done
	not_locked
}
# A remapper of root's takes the real keyboard for itself and gives out a virtual one.
remapper_keeps_it_open() {
	local n
	at_the_desk || return 1
	vm_run 'setsid spoof remap >/tmp/remap.log 2>&1 &' && vm_wait 10 'grep -q grabbed /tmp/remap.log' || return 1
	for n in 1 2 3 4 5 6; do
		touch_key
		sleep 4
	done
	not_locked && vm_run 'grep -c passed /tmp/remap.log'
}

# --- what a person sees ---------------------------------------------------------------------------------------------
locked_desk() {
	at_the_desk && vm_run 'loginctl lock-session $(/usr/local/sbin/bed-guest session alice) >/dev/null; mutexctl lock >/dev/null; true' &&
		vm_wait 30 "journalctl --quiet MUTEX_KIND=lock -o verbose | grep -q MUTEX_REASONS=proven" && vm_shows_not $desktop && vm_save locked
}
terminals_show_no_desktop() {
	vm_restore locked || return 1
	vm_key ctrl-alt-f2
	sleep 2
	vm_shows_not $desktop || return 1
	vm_key ctrl-alt-f7
	for _ in 1 2 3 4 5 6; do
		vm_shows_not $desktop || return 1
		sleep 0.5
	done
}
wake() { # xsecurelock takes the first key for waking it
	vm_key shift
	sleep 2
}
wrong_stays_right_opens() {
	vm_restore locked && wake && vm_line 'wrong one'
	sleep 8
	vm_shows_not $desktop || return 1
	[ -z "$(records opened)" ] || { records opened; return 1; }
	wake && vm_line "$password"
	vm_shows $desktop 30 && vm_wait 10 "journalctl --quiet MUTEX_KIND=lock -o verbose | grep -q MUTEX_REASONS=opened"
}

# --- sleep ----------------------------------------------------------------------------------------------------------
# The proof is written before the kernel begins to sleep; after it no desktop shows.
sleeps_locked() {
	local proven entry
	at_the_desk || return 1
	vm_run 'echo devices >/sys/power/pm_test; systemctl suspend'
	vm_wait 60 'journalctl -k --no-pager | grep -q "PM: suspend exit"' && vm_shows_not $desktop || return 1
	proven=$(vm_run 'journalctl --quiet --no-pager -o short-monotonic SYSLOG_IDENTIFIER=pam_mutex MUTEX_KIND=lock | grep "locked, proven" | head -n 1')
	entry=$(vm_run 'journalctl --quiet -k --no-pager -o short-monotonic | grep "PM: suspend entry" | head -n 1')
	echo "sleep proven $proven entry $entry" >>"$times"
	awk -v proven="$(tr -dc '0-9. ' <<<"${proven%%]*}")" -v entry="$(tr -dc '0-9. ' <<<"${entry%%]*}")" 'BEGIN { exit !(proven > 0 && proven < entry) }' || {
		printf 'proof: %s\nsleep: %s\n' "$proven" "$entry"
		return 1
	}
}
sleeps() {
	local n
	for n in $(seq "${SLEEPS:-3}"); do
		sleeps_locked || { echo "the $n. time"; return 1; }
	done
}
# No locker that covers a screen works: the console's does, within the ladder's ten seconds, and sleep waits for it.
refusing_lockers() {
	at_the_desk || return 1
	vm_run 'for locker in xsecurelock i3lock; do cp /bin/false /usr/bin/$locker; done; echo devices >/sys/power/pm_test; systemctl suspend'
	vm_wait 90 'journalctl -k --no-pager | grep -q "PM: suspend exit"' && vm_shows_not $desktop && has "$(records proven,sleep)" console || { records ''; return 1; }
}

vm_prepare "$suite"
vm_restore || exit 1
if ! vm_run 'command -v idlelockd || test -x /usr/libexec/idlelockd || systemctl cat idlelockd' >/dev/null 2>&1; then
	echo "idlelockd is not in the packages"
	exit 77
fi
mkdir -p "$BED/logs"
: >"$times"
row "vm-$suite-lock-prepare" prepare || exit 1
row "vm-$suite-lock-when-nobody-is-there" locks_when_nobody_is_there
for spoofer in "${spoofers[@]}"; do
	row "vm-$suite-lock-under-$spoofer" locks_under "spoof $spoofer"
done
row "vm-$suite-lock-under-all-at-once" all_at_once
row "vm-$suite-lock-under-a-users-virtual-device" virtual_device_of_users
row "vm-$suite-keys-keep-it-open" keys_keep_it_open
row "vm-$suite-mouse-keeps-it-open" mouse_keeps_it_open
row "vm-$suite-remapper-keeps-it-open" remapper_keeps_it_open
row "vm-$suite-locked-shows-no-desktop" locked_desk &&
	row "vm-$suite-terminals-show-no-desktop" terminals_show_no_desktop &&
	row "vm-$suite-wrong-stays-right-opens" wrong_stays_right_opens
row "vm-$suite-sleeps-locked" sleeps
row "vm-$suite-sleeps-locked-when-lockers-refuse" refusing_lockers

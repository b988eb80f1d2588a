#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Screen locks, which are not root: real ones on Xvfb, the verifier behind them, and what somebody without sudo tries against it. Inside a booted
# container, as root, where the product is on. Prints rows. Usage: rows_lockers.sh PREFIX. Makes nami, who locks, and iori, who shares the computer.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/bed/row.sh
. "$here/row.sh"
# shellcheck source=tests/bed/person.sh
. "$here/person.sh"
prefix=$1

password='marble trumpet oyster fennel'
policy=/etc/mutex/policy.d/93-bed-lockers.conf
service=/etc/pam.d/mutex-verify
display=:77

prepare() {
	local user
	for user in nami iori; do
		useradd --create-home --shell /bin/bash $user && echo "$user:$password" | chpasswd || return 1
	done
	install -d -m 1777 /tmp/.X11-unix
	as nami Xvfb $display -screen 0 640x480x24 >/dev/null 2>&1 &
	echo $! >/run/bed-xvfb
	for _ in $(seq 100); do
		! as nami env DISPLAY=$display xdotool getmouselocation >/dev/null 2>&1 || return 0
		sleep 0.1
	done
	return 1
}

# --- the locks -----------------------------------------------------------------------------------------------------
lock() { # COMMAND...: sets locker
	as nami env DISPLAY=$display XSECURELOCK_PAM_SERVICE=xsecurelock "$@" >/run/bed-locker.log 2>&1 &
	locker=$!
	sleep 1.5
	kill -0 "$locker" || { cat /run/bed-locker.log; return 1; }
}
type_line() { # TEXT
	as nami env DISPLAY=$display xdotool type --delay 25 "$1"
	as nami env DISPLAY=$display xdotool key Return
}
opens() {
	for _ in $(seq 100); do
		kill -0 "$locker" 2>/dev/null || return 0
		sleep 0.1
	done
	kill "$locker"
	echo "still locked: $(cat /run/bed-locker.log)"
	return 1
}
stays() { # SECONDS
	sleep "$1"
	kill -0 "$locker" || { echo "it opened"; return 1; }
}
stamp_of() { # SERVICE
	has "$(cat "/run/mutex/stamps/$(id -u nami)")" "service=$1" "uid=$(id -u nami)"
}
i3lock_opens_to_the_right_one_only() {
	rm -f /run/mutex/stamps/*
	lock i3lock --nofork && type_line 'wrong one' && stays 5 && [ -z "$(ls -A /run/mutex/stamps)" ] && type_line "$password" && opens && stamp_of i3lock
}
xsecurelock_opens_to_the_right_one_only() {
	rm -f /run/mutex/stamps/*
	lock xsecurelock || return 1
	as nami env DISPLAY=$display xdotool key x # wakes it; the key is part of no answer
	sleep 2
	as nami env DISPLAY=$display xdotool key BackSpace
	type_line 'wrong one' && stays 6 && [ -z "$(ls -A /run/mutex/stamps)" ] || return 1
	as nami env DISPLAY=$display xdotool key x
	sleep 2
	as nami env DISPLAY=$display xdotool key BackSpace
	type_line "$password" && opens && stamp_of xsecurelock
}

# swaylock wants a compositor; this one has no screen, and its keyboard is wtype.
wayland() { # COMMAND...
	as nami env XDG_RUNTIME_DIR=/run/bed-wayland WAYLAND_DISPLAY=wayland-1 "$@"
}
sway_up() {
	install -d -m 0700 -o nami -g nami /run/bed-wayland
	echo 'xwayland disable' >/run/bed-sway.conf
	as nami env XDG_RUNTIME_DIR=/run/bed-wayland WLR_BACKENDS=headless WLR_RENDERER=pixman WLR_LIBINPUT_NO_DEVICES=1 \
		sway -c /run/bed-sway.conf >/run/bed-sway.log 2>&1 &
	echo $! >/run/bed-sway
	for _ in $(seq 100); do
		[ ! -S /run/bed-wayland/wayland-1 ] || return 0
		sleep 0.1
	done
	cat /run/bed-sway.log
	return 1
}
# A keyboard that has just appeared is not heard at once.
wayland_type() { # TEXT
	wayland wtype -s 500 -d 60 "$1" -s 300 -k Return
}
swaylock_opens_to_the_right_one_only() {
	rm -f /run/mutex/stamps/*
	wayland swaylock >/run/bed-locker.log 2>&1 &
	locker=$!
	sleep 2
	kill -0 "$locker" || { cat /run/bed-locker.log; return 1; }
	wayland_type 'wrong one' && stays 5 && [ -z "$(ls -A /run/mutex/stamps)" ] || return 1
	wayland_type "$password" && opens && stamp_of swaylock
}

# --- the verifier, through pamtester as any program of the person --------------------------------------------------
ask() { # SERVICE USER ANSWER: as nami
	dialogue_as nami "$3" -- pamtester "$1" "$2" authenticate
}
verified() { # SERVICE USER ANSWER
	has "$(ask "$@" 2>&1)" 'successfully authenticated'
}
refused() { # SERVICE USER ANSWER TEXT...
	local out
	out=$(ask "$1" "$2" "$3" 2>&1)
	has_not "$out" 'successfully authenticated' && has "$out" "${@:4}"
}
walls() {
	systemd-analyze security --no-pager --threshold=20 mutex-verify@bed.service | tail -n 1
	return "${PIPESTATUS[0]}"
}
wrong_ones_count_and_lock() {
	local n
	for n in 1 2 3 4 5; do
		refused i3lock nami "wrong one $n" 'Authentication failure' || return 1
	done
	refused i3lock nami "$password" 'Too many failed attempts' && has "$(mutexctl lockout list)" nami &&
		mutexctl lockout clear nami --reason 'bed' && verified i3lock nami "$password"
}
only_for_oneself() {
	refused i3lock iori "$password" 'Permission denied'
}
a_claim_to_be_sshd_buys_nothing() {
	verified sshd nami "$password" && stamp_of mutex-verify
}
state_is_roots() {
	local out
	out=$(as nami sh -c 'cat /var/lib/mutex/login/*; echo x >/var/lib/mutex/login/x; echo x >/run/mutex/stamps/x; rm -rf /var/lib/mutex /run/mutex;
		rm -f /run/mutex-verify.socket; mv /run/mutex-verify.socket /run/x' 2>&1)
	has "$out" 'Permission denied' && [ -S /run/mutex-verify.socket ] && [ -e "/var/lib/mutex/login/$(id -u nami)" ] && [ ! -e /run/mutex/stamps/x ]
}

# A second factor at this lock too; without it a lock takes the password alone.
demand() {
	printf '[mfa]\nmode = enforce\n[service i3lock]\nmfa = required\n' >$policy
	mutexctl check
}
told_of_no_verifier() { # TEXT
	has_not "$1" 'successfully authenticated' && has "$1" 'does not answer' 'systemctl status mutex-verify.socket' 'pamtester:'
}
# The verifier is busy behind the answer; then it is gone. The modules behind ours ask once more.
killed_in_the_middle() {
	local status=0 asker
	demand || return 1
	{ cat /usr/lib/pam.d/mutex-verify; echo 'auth required pam_exec.so /bin/sleep 10'; } >$service
	sed -i 's/^@include common-auth/auth required pam_unix.so/' $service # no factor is enrolled, and the sleep must be reached
	dialogue_as nami "$password" "$password" -- pamtester i3lock nami authenticate >/run/bed-killed.log 2>&1 &
	asker=$!
	for _ in $(seq 100); do
		! pgrep -f '^/bin/sleep 10$' >/dev/null || break
		sleep 0.1
	done
	pgrep -f '^/bin/sleep 10$' >/dev/null || { echo 'the verifier was never busy'; status=1; }
	systemctl kill --signal=KILL 'mutex-verify@*.service'
	wait $asker
	told_of_no_verifier "$(cat /run/bed-killed.log)" || status=1
	rm $service $policy
	return $status
}
without_verifier_no_factor() {
	local status=0
	demand || return 1
	systemctl stop mutex-verify.socket
	told_of_no_verifier "$(ask i3lock nami "$password" 2>&1)" || status=1
	systemctl start mutex-verify.socket
	rm $policy
	return $status
}
# Nobody is locked out of their own work because a service of ours is down; a wrong password does not do.
without_verifier_the_password_opens() {
	local status=0
	systemctl stop mutex-verify.socket
	verified i3lock nami "$password" || status=1
	refused i3lock nami 'wrong one' 'Authentication failure' || status=1
	systemctl start mutex-verify.socket
	return $status
}

# --- many ----------------------------------------------------------------------------------------------------------
hold() { # COUNT SECONDS: as nami, so many connections held open; prints its process id when it has them
	as nami python3 - "$@" <<-'PYTHON'
		import os, socket, sys, time
		held = []
		for _ in range(int(sys.argv[1])):
		    s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
		    s.settimeout(5)
		    try:
		        s.connect("/run/mutex-verify.socket")
		        s.send(b"\x01\0\x08\0i3lock\n\n")
		        held.append(s)
		    except OSError:
		        pass
		print(os.getpid(), flush=True)
		time.sleep(float(sys.argv[2]))
	PYTHON
}
verifiers() { # how many people are at the door of everybody, as long as nami is the only one
	echo $(($(wc -l <"/sys/fs/cgroup$(systemctl show -P ControlGroup mutex-verify@mutex.service)/cgroup.procs") - 1))
}
eight_stay() {
	for _ in $(seq 100); do
		[ "$(verifiers)" != 8 ] || return 0
		sleep 0.1
	done
	echo "$(verifiers) verifiers of one person"
	return 1
}
# Of sixty the first eight stay, the others are sent away: no less, or a crowd would be a way to shut one's own lock.
one_cannot_fill_it_for_others() {
	local holder status=0 out
	rm -f /run/bed-held
	hold 60 120 >/run/bed-held &
	holder=$!
	for _ in $(seq 600); do
		[ ! -s /run/bed-held ] || break
		sleep 0.1
	done
	eight_stay || status=1
	out=$(as iori expect -f /run/bed-dialogue.exp "$password" -- pamtester i3lock iori authenticate 2>&1)
	has "$out" 'successfully authenticated' && eight_stay || status=1
	kill "$(cat /run/bed-held)"
	wait $holder
	return $status
}
hammering_does_not_switch_it_off() {
	hold 600 0 >/dev/null
	systemctl is-active mutex-verify.socket && verified i3lock nami "$password"
}
# The kill ends the door too: who asks next finds another.
killed_it_is_there_again() {
	local i
	for i in 1 2 3 4 5 6 7; do
		systemctl kill --signal=KILL mutex-verify@mutex.service
		verified i3lock nami "$password" || { echo "at kill $i"; return 1; }
	done
}
no_secret_recorded() {
	has_not "$(journalctl --no-pager -o verbose; cat /var/log/*.log 2>/dev/null)" "$password"
}

row "$prefix-lockers-set-up" prepare
row "$prefix-verifier-listens" systemctl is-active mutex-verify.socket
row "$prefix-verifier-exposure-at-most-2.0" walls
row "$prefix-i3lock-opens-to-the-right-one-only" i3lock_opens_to_the_right_one_only # tried i3lock: opens to the right password only
row "$prefix-xsecurelock-opens-to-the-right-one-only" xsecurelock_opens_to_the_right_one_only
row "$prefix-sway-without-a-screen" sway_up
row "$prefix-swaylock-opens-to-the-right-one-only" swaylock_opens_to_the_right_one_only # tried swaylock: opens to the right password only
row "$prefix-locker-wrong-ones-count-and-lock" wrong_ones_count_and_lock
row "$prefix-verifier-only-for-oneself" only_for_oneself
row "$prefix-verifier-claim-buys-nothing" a_claim_to_be_sshd_buys_nothing
row "$prefix-verifier-state-is-roots" state_is_roots
row "$prefix-verifier-killed-in-the-middle-denies" killed_in_the_middle
row "$prefix-verifier-away-factor-denied-and-told" without_verifier_no_factor
row "$prefix-verifier-away-password-opens" without_verifier_the_password_opens
row "$prefix-verifier-one-cannot-fill-it" one_cannot_fill_it_for_others
row "$prefix-verifier-hammering-does-not-switch-it-off" hammering_does_not_switch_it_off
row "$prefix-verifier-killed-is-there-again" killed_it_is_there_again
row "$prefix-lockers-no-password-in-any-log" no_secret_recorded
kill "$(cat /run/bed-xvfb)" "$(cat /run/bed-sway)"

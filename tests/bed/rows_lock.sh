#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The screen lock: lightdm with Xvfb, idlelockd, xsecurelock and i3lock, the verifier behind them, and what the session's own user tries against all that.
# Inside a booted container, as root, where the product is on. Prints rows. Usage: rows_lock.sh PREFIX [TIMES]. Makes kaede, who is locked out.
#
# There is no VT here, so the ladder ends behind the locker; the console's rung, real input devices, sleep and the clock are the VM's rows. The bus is
# restarted in it_idlelockd.sh: here LightDM and its X server end with it, and logind of Debian 13 does not come back by itself.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/bed/row.sh
. "$here/row.sh"
# shellcheck source=tests/bed/person.sh
. "$here/person.sh"
prefix=$1 times=${2:-3}

password='marble trumpet oyster fennel'
policy=/etc/mutex/policy.d/94-bed-lock.conf
attack=/run/bed-attack.py
service_name=org.pammutex.Idlelock1

# --- the session -----------------------------------------------------------------------------------------------------
write_policy() { # LINES
	printf '[lock]\n%b' "$1" >$policy
	mutexctl check
}
prepare() {
	if ! id kaede >/dev/null 2>&1; then
		useradd --create-home --shell /bin/bash kaede && echo "kaede:$password" | chpasswd || return 1
	fi
	install -m 0755 "$here/x_attack.py" $attack
	cat >/usr/local/bin/bed-xserver <<-'X'
		#!/bin/bash
		keep=()
		while [ $# -gt 0 ]; do
			case $1 in
			vt* | -novtswitch | -sharevts) ;;
			-seat) shift ;;
			*) keep+=("$1") ;;
			esac
			shift
		done
		exec /usr/bin/Xvfb "${keep[@]}" -screen 0 800x600x24
	X
	printf '#!/bin/sh\nexec sleep infinity\n' >/usr/local/bin/bed-session
	chmod 0755 /usr/local/bin/bed-xserver /usr/local/bin/bed-session
	mkdir -p /etc/lightdm/lightdm.conf.d /usr/share/xsessions
	printf '[Desktop Entry]\nType=Application\nName=bed\nExec=/usr/local/bin/bed-session\n' >/usr/share/xsessions/bed-lock.desktop
	printf '[LightDM]\nlogind-check-graphical=false\n[Seat:*]\nxserver-command=/usr/local/bin/bed-xserver\nautologin-user=kaede\nautologin-session=bed-lock\n' \
		>/etc/lightdm/lightdm.conf.d/51-bed-lock.conf
	groupadd -rf autologin && usermod -aG autologin kaede
	# A VT number without a VT makes logind refuse the session.
	cp -a /etc/pam.d/lightdm /etc/pam.d/lightdm-autologin "$saved"
	printf 'XDG_VTNR DEFAULT= OVERRIDE=\n' >/etc/security/bed_env.conf
	for service in lightdm lightdm-autologin; do
		sed -i '0,/^\(session\|@include common-session\)/s//session required pam_env.so readenv=0 conffile=\/etc\/security\/bed_env.conf\n&/' "/etc/pam.d/$service"
	done
	write_policy 'after = 10s\nwarn = 3s\ntrusted_virtual_inputs = xtest\n' || return 1
	systemctl is-active idlelockd || systemctl start idlelockd || return 1
	systemctl reset-failed lightdm 2>/dev/null
	systemctl restart lightdm
	for _ in $(seq 150); do
		[ "$(field State)" != none ] && worker_runs && return 0
		sleep 0.1
	done
	loginctl list-sessions --no-pager
	journalctl --no-pager -n 30 -u idlelockd -u 'idlelock-x11@*' -u lightdm
	return 1
}
worker_runs() {
	systemctl is-active --quiet "idlelock-x11@$(field Session).service"
}
field() { # KEY: of kaede's session, as idlelockd sees it
	busctl --json=short call $service_name /org/pammutex/Idlelock1 $service_name GetSessions 2>/dev/null | python3 -c '
import json, sys
try:
    rows = [s for s in json.load(sys.stdin)["data"][0] if s["User"]["data"] == int(sys.argv[1]) and s["Type"]["data"] == "x11"]
except ValueError:
    rows = []
print(rows[0][sys.argv[2]]["data"] if rows else "none")' "$(id -u kaede)" "$1"
}
in_session() { # COMMAND...: as a program of the session
	as kaede env DISPLAY="$(field Display)" XAUTHORITY=/home/kaede/.Xauthority DBUS_SESSION_BUS_ADDRESS= "$@"
}
x() { # COMMAND...: the same, while idlelockd may be away
	as kaede env DISPLAY="$display" XAUTHORITY=/home/kaede/.Xauthority "$@"
}
until_state() { # STATE SECONDS
	local end=$((SECONDS + $2))
	while [ $SECONDS -le $end ]; do
		[ "$(field State)" != "$1" ] || return 0
		sleep 0.05
	done
	echo "state is $(field State), not $1 after $2 s"
	journalctl --no-pager -n 25 -o cat MUTEX_KIND=lock
	return 1
}
touch_it() { x xdotool mousemove_relative 3 3; }
is_grabbed() {
	[ "$(timeout 5 setpriv --reuid kaede --regid kaede --init-groups env DISPLAY="$display" XAUTHORITY=/home/kaede/.Xauthority python3 $attack probe)" = held ]
}
stays_held() {
	is_grabbed || { echo 'the keyboard is free'; return 1; }
	until_state held 3
}
type_password() { # TEXT
	x xdotool key x # wakes it; the key is part of no answer
	sleep 2
	x xdotool key BackSpace
	x xdotool type --delay 25 "$1"
	x xdotool key Return
}
unlock() {
	type_password "$password"
	until_state open 10
}
lock_now() {
	[ "$(field State)" = held ] || busctl call $service_name /org/pammutex/Idlelock1 $service_name Lock s "$(field Session)" >/dev/null
	until_state held 10
}
repeat() { # COMMAND...
	local i
	for ((i = 1; i <= times; i++)); do
		"$@" || { echo "at time $i of $times"; return 1; }
	done
}

# --- acceptance 1 ----------------------------------------------------------------------------------------------------
locks_in_time() {
	local input asked proven
	touch_it
	until_state warned 10 && until_state held 8 || return 1
	input=$(field LastInput) asked=$(field Asked) proven=$(field FirstProven)
	echo "asked $(((asked - input) / 1000000)) ms after the last input, proven $(((proven - asked) / 1000000)) ms later by $(field Locker) ($(field Strength))"
	[ $(((asked - input) / 1000000)) -ge 9800 ] && [ $(((asked - input) / 1000000)) -le 10200 ] && [ $(((proven - asked) / 1000000)) -le 500 ] &&
		[ "$(field Strength)" = strong ] && is_grabbed
}
input_keeps_it_open() {
	for _ in 1 2 3 4 5 6 7; do
		touch_it
		sleep 2
		[ "$(field State)" = open ] || { echo "it is $(field State)"; return 1; }
	done
}
wrong_one_stays() {
	type_password 'wrong one'
	sleep 6
	stays_held
}
record_tells_all() {
	local out
	out=$(journalctl --no-pager -o cat MUTEX_KIND=lock)
	has "$out" 'asked' 'proven' 'deadline' 'last input' 'idlelock-xsecurelock@' 'opened'
}
facts_are_roots() {
	! as kaede cat /run/mutex/sessions/* && ! as kaede ls /run/mutex/lockers && grep -q "^uid=$(id -u kaede)$" /run/mutex/sessions/*
}
walls() {
	systemd-analyze security --no-pager --threshold=30 idlelockd.service "idlelock-x11@$(field Session).service" | grep Overall
	return "${PIPESTATUS[0]}"
}

# --- acceptance 3: by the session's own user -------------------------------------------------------------------------
locker_pid() { systemctl show -P MainPID "idlelock-xsecurelock@$(field Session).service"; }
cannot_kill() {
	local pid
	for pid in $(locker_pid) $(systemctl show -P MainPID "idlelock-x11@$(field Session).service") $(systemctl show -P MainPID idlelockd); do
		! as kaede kill -9 "$pid" && ! as kaede kill -STOP "$pid" || return 1
	done
	stays_held
}
unlock_session_does_not() {
	as kaede loginctl unlock-session "$(field Session)"
	as kaede busctl call org.freedesktop.login1 "/org/freedesktop/login1/session/$(loginctl show-session -P Id "$(field Session)" | sed 's/^\([0-9]\)/_3\1/')" \
		org.freedesktop.login1.Session SetLockedHint b false
	sleep 0.3
	stays_held
}
# Closed by the kernel's rules until then; back at once, and the second time in a minute goes one rung further.
killed_by_x_is_back() {
	x python3 $attack kill
	for _ in $(seq 100); do
		! is_grabbed || break
	done
	stays_held
}
frozen_server() {
	x timeout 15 python3 $attack server 3 &
	sleep 4
	wait $!
	stays_held
}
all_slots_taken() {
	x timeout 15 python3 $attack slots 3
	stays_held
}
menu_at_the_deadline() {
	[ "$(field State)" = open ] || unlock || return 1
	x timeout 30 python3 $attack grab 20 &
	local menu=$!
	sleep 0.5
	busctl call $service_name /org/pammutex/Idlelock1 $service_name Lock s "$(field Session)" >/dev/null
	until_state held 10
	local status=$?
	kill $menu 2>/dev/null
	wait $menu
	[ $status -eq 0 ] && [ "$(field Strength)" = strong ] && stays_held
}
killed_watcher() { # TIMES
	local i before
	for ((i = 0; i < $1; i++)); do
		before=$(systemctl show -P MainPID idlelockd)
		kill -9 "$before"
		is_grabbed || { echo "free at kill $i"; return 1; }
		for _ in $(seq 100); do
			[ "$(systemctl show -P MainPID idlelockd)" = "$before" ] || [ "$(systemctl is-active idlelockd)" != active ] || break
			sleep 0.05
		done
		until_state held 10 || { echo "at kill $i"; return 1; }
	done
	stays_held
}
logind_restarts() {
	systemctl restart systemd-logind
	sleep 1
	stays_held
}
# The packages as make enable built them: all of what an upgrade does but another version.
upgrade_keeps_it() {
	local before
	before=$(systemctl show -P MainPID idlelockd)
	dpkg -i "$here"/../../build/deb/{libpam-mutex,mutexctl,idlelock}_*.deb </dev/null || return 1
	[ "$(systemctl show -P MainPID idlelockd)" != "$before" ] || { echo 'it was not restarted'; return 1; }
	until_state held 20 && stays_held
}
# An old idlelockd with a new socket would never hear of a display again.
socket_restarts() {
	systemctl restart idlelockd.socket && sleep 1 && systemctl is-active idlelockd.socket && until_state held 20 && stays_held
}
# What asks for the password would be gone.
removal_waits() {
	local out
	! out=$(apt-get -y remove idlelock 2>&1) && has "$out" "session $(field Session) is locked: unlock it first" && systemctl is-active idlelockd && stays_held
}
no_locker_is_told() {
	local status=0
	unlock || return 1
	mv /usr/bin/xsecurelock /usr/bin/i3lock /run/
	busctl call $service_name /org/pammutex/Idlelock1 $service_name Lock s "$(field Session)" >/dev/null
	until_state unproven 12 || status=1
	has "$(cat /run/mutex/posture)" 'state=violated' || status=1
	has "$(journalctl --no-pager -o cat MUTEX_KIND=lock)" 'unproven' || status=1
	mv /run/xsecurelock /run/i3lock /usr/bin/
	until_state held 25 || status=1
	return $status
}
weak_locker() {
	local status=0
	unlock || return 1
	mv /usr/bin/xsecurelock /run/
	kill -HUP "$(systemctl show -P MainPID idlelockd)"
	sleep 1
	lock_now && [ "$(field Strength)" = weak ] && is_grabbed || status=1
	for _ in $(seq "$times"); do
		as kaede pkill -9 -x i3lock
		sleep 1
		stays_held || status=1
	done
	x xdotool type --delay 25 "$password"
	x xdotool key Return
	until_state open 10 || status=1
	mv /run/xsecurelock /usr/bin/
	kill -HUP "$(systemctl show -P MainPID idlelockd)"
	sleep 1
	return $status
}

saved=$(mktemp -d)
row "$prefix-lock-set-up" prepare || exit 1
display=$(field Display)
row "$prefix-lock-exposure-at-most-3.0" walls
row "$prefix-lock-input-keeps-it-open" input_keeps_it_open
row "$prefix-lock-in-time-proven-strong" locks_in_time
row "$prefix-lock-wrong-password-stays" wrong_one_stays
row "$prefix-lock-right-password-opens" unlock
row "$prefix-lock-record-tells-all" record_tells_all
row "$prefix-lock-facts-are-roots" facts_are_roots
row "$prefix-lock-on-request" lock_now
row "$prefix-lock-its-user-cannot-kill" repeat cannot_kill
row "$prefix-lock-unlock-session-does-not" repeat unlock_session_does_not
row "$prefix-lock-frozen-server" repeat frozen_server
row "$prefix-lock-all-slots-taken" repeat all_slots_taken
row "$prefix-lock-watcher-killed" killed_watcher $((times > 3 ? 50 : 10))
row "$prefix-lock-logind-restarts" repeat logind_restarts
row "$prefix-lock-upgrade-keeps-it" upgrade_keeps_it
row "$prefix-lock-socket-restarts" repeat socket_restarts
row "$prefix-lock-removal-waits" removal_waits
row "$prefix-lock-still-opens" unlock
row "$prefix-lock-menu-at-the-deadline" menu_at_the_deadline
row "$prefix-lock-killed-by-x-is-back" killed_by_x_is_back
row "$prefix-lock-weak-locker" weak_locker
row "$prefix-lock-no-locker-is-told" no_locker_is_told
systemctl stop lightdm
cp -a "$saved"/* /etc/pam.d/
rm -rf "$saved" /etc/security/bed_env.conf $policy /etc/lightdm/lightdm.conf.d/51-bed-lock.conf

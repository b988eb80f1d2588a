#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The screen lock: lightdm with Xvfb, idlelockd, xsecurelock and i3lock, the verifier behind them, and what the session's own user tries against all that.
# Inside a booted container, as root, where the product is on. Prints rows. Usage: rows_lock.sh PREFIX [TIMES [xvfb|xorg]]. Makes kaede, who is locked
# out. With xorg (and its dummy driver) only the course of a lock is tried, not the attacks.
#
# There is no VT here, so the ladder ends behind the locker; the console's rung, real input devices, sleep and the clock are the VM's rows. The bus is
# restarted in it_idlelockd.sh: here LightDM and its X server end with it, and logind of Debian 13 does not come back by itself. Servers that are
# not the session's are it_x11's.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/bed/row.sh
. "$here/row.sh"
# shellcheck source=tests/bed/person.sh
. "$here/person.sh"
prefix=$1 times=${2:-3} server=${3:-xvfb}

password='marble trumpet oyster fennel'
policy=/etc/mutex/policy.d/94-bed-lock.conf
attack=/run/bed-attack.py
rootless=/run/bed-rootless.py
service_name=org.pammutex.Idlelock1
lines='after = 10s\nwarn = 3s\ntrusted_virtual_inputs = xtest\n'

# --- the session -----------------------------------------------------------------------------------------------------
write_policy() { # LINES
	printf '[lock]\n%b' "$1" >$policy
	mutexctl check
}
prepare() {
	if ! id kaede >/dev/null 2>&1; then
		useradd --create-home --shell /bin/bash kaede && echo "kaede:$password" | chpasswd || return 1
		useradd --create-home --shell /bin/bash ritsu && echo "ritsu:$password" | chpasswd || return 1 # somebody else
	fi
	install -m 0755 "$here/x_attack.py" $attack
	install -m 0755 "$here/x_rootless.py" $rootless
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
	# shellcheck disable=SC2016 # expands there
	[ "$server" = xvfb ] || sed -i 's|^exec .*|exec /usr/lib/xorg/Xorg "${keep[@]}" -seat seat-bed -config /usr/local/share/bed-xorg.conf|' /usr/local/bin/bed-xserver
	cat >/usr/local/share/bed-xorg.conf <<-'XORG'
		Section "Device"
			Identifier "dummy"
			Driver "dummy"
		EndSection
		Section "ServerFlags"
			Option "AutoAddDevices" "false"
			Option "AutoAddGPU" "false"
		EndSection
	XORG
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
	write_policy "$lines" || return 1
	systemctl is-active idlelockd || systemctl start idlelockd || return 1
	systemctl start polkit # as on any desktop: the first question would wait for its start
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
x() { # COMMAND...: as a program of the session
	as kaede env DISPLAY="$display" XAUTHORITY=/home/kaede/.Xauthority DBUS_SESSION_BUS_ADDRESS="unix:path=/run/user/$(id -u kaede)/bus" "$@"
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

# The agent's own words, on their way to the desktop.
warning_is_shown() {
	local listener status=0
	x dbus-monitor --session "interface='org.freedesktop.Notifications'" >/run/bed-shown 2>&1 &
	listener=$!
	touch_it
	until_state warned 12 || status=1
	for _ in $(seq 30); do
		! grep -q 'it is locked in' /run/bed-shown || break
		sleep 0.1
	done
	has "$(cat /run/bed-shown)" 'it is locked in' || status=1
	touch_it
	until_state open 3 || status=1
	pkill -u kaede -x dbus-monitor
	wait $listener
	return $status
}
open_keyring() {
	# Stored before the keyring is open, it would be asked for, and there is nobody who answers.
	x sh -c 'printf "right horse" | timeout 20 gnome-keyring-daemon --unlock --components=secrets' && keyring_is false &&
		x sh -c 'printf swordfish | timeout 20 secret-tool store --label=bed place harbour'
}
keyring_is() { # true|false: locked, within 5 s
	local said
	for _ in $(seq 50); do
		said=$(x busctl --user get-property org.freedesktop.secrets /org/freedesktop/secrets/collection/login org.freedesktop.Secret.Collection Locked)
		[ "$said" != "b $1" ] || return 0
		sleep 0.1
	done
	echo "locked: $said"
	return 1
}
# Where the person's password does not pass through PAM for the keyring, it stays open behind the lock: it would ask once more.
keyring_as_the_policy_says() {
	local status=0
	open_keyring && lock_now && sleep 1 && keyring_is false && unlock &&
		[ "$(x timeout 5 secret-tool lookup place harbour)" = swordfish ] || return 1
	write_policy "${lines}keyring = yes\n" && kill -HUP "$(systemctl show -P MainPID idlelockd)" && sleep 1
	lock_now && keyring_is true || status=1
	unlock || status=1
	write_policy "$lines" && kill -HUP "$(systemctl show -P MainPID idlelockd)"
	return $status
}

# --- acceptance 3: by the session's own user -------------------------------------------------------------------------
locker_pids() { cat "/sys/fs/cgroup$(systemctl show -P ControlGroup "idlelock-xsecurelock@$(field Session).service")/cgroup.procs"; }
cannot_kill() {
	local pid
	[ "$(locker_pids | wc -l)" -ge 2 ] || { echo 'no locker runs'; return 1; }
	for pid in $(locker_pids) $(systemctl show -P MainPID "idlelock-x11@$(field Session).service") $(systemctl show -P MainPID idlelockd); do
		! as kaede kill -9 "$pid" && ! as kaede kill -STOP "$pid" || return 1
	done
	stays_held
}
# Its agent is the person's own: that locks no less.
without_agent() { # SIGNAL
	local pid
	[ "$(field State)" = open ] || unlock || return 1
	pid=$(pgrep -u kaede -x idlelock-agent) || { echo 'no agent runs'; return 1; }
	as kaede kill "-$1" "$pid"
	lock_now && stays_held || return 1
	kill -CONT "$pid" 2>/dev/null
	for _ in $(seq 60); do
		! pgrep -u kaede -x idlelock-agent >/dev/null || return 0
		sleep 0.1
	done
	echo 'the agent does not come back'
	return 1
}
unlock_session_does_not() {
	as kaede loginctl unlock-session "$(field Session)"
	say_locked false
	sleep 0.3
	stays_held
}
say_locked() { # true|false
	as kaede busctl call org.freedesktop.login1 "/org/freedesktop/login1/session/$(field Session | sed 's/^\([0-9]\)/_3\1/')" \
		org.freedesktop.login1.Session SetLockedHint b "$1"
}
# Whoever says so is taken at his word.
said_to_be_locked_is_locked() {
	[ "$(field State)" = open ] || unlock || return 1
	say_locked true
	until_state held 10 && stays_held
}
# Open until the locker is back; the second time in a minute goes one rung further, where there is one.
killed_by_x_is_back() {
	local ms
	lock_now || return 1
	ms=$(x python3 $attack kill)
	echo "$ms" >>/run/bed-back
	[ "$ms" != never ] && ((ms <= 1000)) && stays_held
}
frozen_server() {
	x timeout 15 python3 $attack server 10 &
	sleep 10.5
	wait $!
	stays_held
}
all_slots_taken() {
	x timeout 15 python3 $attack slots 3
	stays_held
}
grab_breaking_key() {
	x python3 $attack ungrab
	stays_held
}
# The attack is on when the lock falls due; no other place to go is here, so its end is waited for, and the record is loud meanwhile.
attacked_at_the_deadline() { # WHAT SECONDS
	local attacker before status=0
	[ "$(field State)" = open ] || unlock || return 1
	before=$(journalctl --no-pager -o cat MUTEX_KIND=lock | grep -c 'not locked by\|is not, as far')
	x timeout 30 python3 $attack "$1" "$2" &
	attacker=$!
	sleep 1
	busctl call $service_name /org/pammutex/Idlelock1 $service_name Lock s "$(field Session)" >/dev/null
	wait $attacker
	until_state held 15 && stays_held || status=1
	(($(journalctl --no-pager -o cat MUTEX_KIND=lock | grep -c 'not locked by\|is not, as far') > before)) || { echo 'nothing was recorded'; status=1; }
	return $status
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
# Every process in the units that are ours, the locker's too, which lets go of the screen.
ours() {
	find /sys/fs/cgroup/system.slice \( -path '*idlelock*' -o -path '*/mutex-*' \) -name cgroup.procs -exec cat {} + | shuf
}
# How long after then the last of them said that it is ready, as systemd noted it: the locker does so when it has the keyboard. -1 = not all have.
ready_ms() { # SESSION SINCE
	systemctl show --property=ActiveEnterTimestampMonotonic --value mutex-guardd idlelockd "idlelock-x11@$1" "idlelock-xsecurelock@$1" |
		awk -v since="$2" '$1 / 1000 > since { n++ } $1 > last { last = $1 } END { printf "%d\n", n == 4 ? last / 1000 - since : -1 }'
}
# Which of them it was, and whether it ended, began or became ready late.
tell_late() { # SESSION SINCE
	echo "killed at $2 ms"
	systemctl show --property=Id,ExecMainStartTimestampMonotonic,InactiveExitTimestampMonotonic,ActiveEnterTimestampMonotonic mutex-guardd idlelockd \
		"idlelock-x11@$1" "idlelock-xsecurelock@$1" | paste -sd ' '
	journal -o short-monotonic -n 120 | grep 'systemd\[1\]: \(idlelock\|mutex-guardd\|Start\)' | tail -n 30
}
everything_killed() { # TIMES
	local i n session begun pids ready worst=0
	[ "$(field State)" = held ] || lock_now || return 1
	session=$(field Session)
	for ((i = 0; i < $1; i++)); do
		mapfile -t pids < <(ours)
		begun=$(awk '{ printf "%d\n", $1 * 1000 }' /proc/uptime)
		kill -9 "${pids[@]}" 2>/dev/null
		for ((n = 0; n < 100; n++)); do
			sleep 0.1
			ready=$(ready_ms "$session" "$begun")
			[ "$ready" = -1 ] || break
		done
		echo "kill $i: ${#pids[@]} processes, all ready after $ready ms"
		[ "$ready" = -1 ] || [ "$ready" -gt 2000 ] && { tell_late "$session" "$begun"; return 1; }
		until_state held 10 && is_grabbed || return 1
		[ "$ready" -le $worst ] || worst=$ready
	done
	echo "# $prefix-lock: everything killed $1 times, locked again after at most $worst ms" >&3
}
# More often than systemd allows in a while: of logind it would forget the sessions themselves.
logind_restarts() {
	systemctl reset-failed systemd-logind
	systemctl restart systemd-logind
	sleep 1
	stays_held
}
# Only root can fill it, a program gone wild for one; what the lock needs is there before.
full_run() {
	local status=0 size
	[ "$(field State)" = open ] || unlock || return 1
	size=$(($(df --output=size -k /run | tail -n 1)))
	mount -o remount,size="$(($(df --output=used -k /run | tail -n 1) + 1024))k" /run || return 1
	! dd if=/dev/zero of=/run/bed-filling bs=1k 2>/dev/null || status=1
	df --output=avail -k /run
	lock_now && [ "$(field Strength)" = strong ] && stays_held || status=1
	kill -9 "$(systemctl show -P MainPID idlelockd)"
	sleep 1
	stays_held || status=1
	mount -o remount,size="${size}k" /run
	rm -f /run/bed-filling
	unlock || status=1
	return $status
}
full_disk() {
	local status=0 state=/var/lib/mutex
	[ "$(field State)" = open ] || unlock || return 1
	cp -a $state /run/bed-copy && mount -t tmpfs -o size=8m,mode=0700 tmpfs $state && cp -a /run/bed-copy/. $state/ || return 1
	dd if=/dev/zero of=$state/filling bs=1k 2>/dev/null
	lock_now && stays_held && wrong_one_stays || status=1
	rm -f $state/filling
	unlock || status=1
	umount -l $state
	rm -rf /run/bed-copy
	return $status
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
# A logind that failed for good comes back without the session; its screen lives on.
logind_forgets() {
	local session at=/run/systemd/system/systemd-logind.service.d status=0
	session=$(field Session)
	lock_now || return 1
	mkdir -p $at
	printf '[Service]\nExecStartPre=/bin/rm -f /run/systemd/sessions/%s\n' "$session" >$at/bed.conf
	systemctl daemon-reload && systemctl reset-failed systemd-logind && systemctl restart systemd-logind || status=1
	rm -r $at
	systemctl daemon-reload
	sleep 1
	! loginctl show-session "$session" >/dev/null 2>&1 || { echo 'logind knows the session still'; status=1; }
	stays_held || status=1
	systemctl kill -s KILL idlelockd # the next one knows the session from its own file alone
	sleep 1
	until_state held 20 && stays_held && unlock || status=1
	lock_now && stays_held && unlock || status=1
	return $status
}
socket_restarts() {
	systemctl reset-failed idlelockd.socket
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
# Somebody with sudo edits one, removes another.
settings_come_back() {
	local polkit=/etc/polkit-1/rules.d/20-mutex-lock.rules kde=/etc/xdg/kscreenlockerrc
	mutexctl apply --settings --yes && cp $polkit /run/bed-polkit && cp $kde /run/bed-kde || return 1
	sed -i 's/^Timeout.*/Timeout=600/' $kde && rm $polkit || return 1
	for _ in $(seq 50); do
		! cmp -s $polkit /run/bed-polkit || ! cmp -s $kde /run/bed-kde || break
		sleep 0.1
	done
	cmp $polkit /run/bed-polkit && cmp $kde /run/bed-kde && has "$(journalctl --no-pager -o cat MUTEX_KIND=settings-drift)" $polkit $kde
}
# Whoever has locked by hand is asked for one password, by ours; the other one must not stay on top without a keyboard.
locked_by_hand_before() {
	local status=0
	[ "$(field State)" = open ] || unlock || return 1
	x i3lock --nofork &
	for _ in $(seq 50); do
		! is_grabbed || break
		sleep 0.1
	done
	pgrep -u kaede -x i3lock && lock_now && [ "$(field Strength)" = strong ] || status=1
	unlock || status=1
	! is_grabbed && ! pgrep -u kaede -x i3lock || { echo 'the other locker is still there'; status=1; }
	has "$(journalctl --no-pager -o cat MUTEX_KIND=lock)" 'is ended: ours holds' || status=1
	pkill -u kaede -x i3lock
	wait
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
		as kaede pkill -STOP -x i3lock
		sleep 1
		stays_held || status=1
		as kaede pkill -CONT -x i3lock
	done
	x xdotool type --delay 25 "$password"
	x xdotool key Return
	until_state open 10 || status=1
	mv /run/xsecurelock /usr/bin/
	kill -HUP "$(systemctl show -P MainPID idlelockd)"
	sleep 1
	return $status
}

# Everybody may connect to mutex-verify.socket. A crowd there keeps nobody's screen from being locked, and none of our locks shut.
crowd() {
	as alice python3 - <<-'PYTHON'
		import socket, time
		held = []
		end = time.monotonic() + 60
		while time.monotonic() < end:
		    s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
		    s.setblocking(False)
		    try:
		        s.connect("/run/mutex-verify.socket")
		        held.append(s)
		    except OSError:
		        time.sleep(0.0005)
		    if len(held) > 512:
		        held.pop(0).close()
	PYTHON
}
crowd_at_the_verifier_keeps_nobody_out() {
	local status=0
	[ "$(field State)" = open ] || unlock || return 1
	crowd &
	sleep 3
	lock_now && unlock && [ "$(as ritsu expect -f /run/bed-dialogue.exp "$password" -- pamtester i3lock ritsu authenticate 2>&1 | grep -c 'successfully')" = 1 ] || status=1
	pgrep -u alice -x python3 || { echo 'the crowd has gone'; status=1; }
	pkill -u alice -x python3
	wait
	return $status
}

# The verifier of our own locks: xsecurelock comes as _idlelock, the console's lock as root without the right to pass over a file's mode.
reaches_our_verifier() { # USER
	systemd-run --quiet --wait --pipe --collect --uid="$1" -p CapabilityBoundingSet=CAP_SYS_TTY_CONFIG \
		python3 -c 'import socket; socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET).connect("/run/idlelock-verify.socket")' 2>&1
}
only_our_locks_reach_our_verifier() {
	local user said
	for user in root _idlelock; do
		said=$(reaches_our_verifier $user) || { echo "$user does not reach it: $said"; return 1; }
	done
	for user in kaede nobody; do
		! said=$(reaches_our_verifier $user) || { echo "$user reaches it"; return 1; }
		has "$said" PermissionError || return 1
	done
}

# --- a server that runs as its person, as gdm's does -------------------------------------------------------------------
# What the session's display is, only its controller tells, and that may be any program of the person's.
start_rootless() { # own|other
	systemctl reset-failed bed-rootless 2>/dev/null
	systemd-run --quiet --collect --unit=bed-rootless --uid=kaede -p PAMName=login -E XDG_SESSION_TYPE=x11 -E XDG_SEAT=seat0 python3 $rootless \
		"$1" :91 /usr/lib/xorg/Xorg -seat seat-bed -config /usr/local/share/bed-xorg.conf
	for _ in $(seq 100); do
		[ "$(field Display)" != :91 ] || [ ! -S /tmp/.X11-unix/X91 ] || return 0
		sleep 0.1
	done
	journalctl --no-pager -n 20 -u bed-rootless
	return 1
}
stop_rootless() {
	loginctl terminate-session "$(field Session)"
	for _ in $(seq 100); do
		[ "$(field State)" != none ] || return 0
		sleep 0.1
	done
	return 1
}
its_own_server_is_locked() {
	local status=0
	start_rootless own || return 1
	for _ in $(seq 50); do
		! worker_runs || break
		sleep 0.1
	done
	lock_now && [ "$(field Strength)" = strong ] || status=1
	stop_rootless && return $status
}
any_other_server_is_not() {
	local status=0
	start_rootless other || return 1
	busctl call $service_name /org/pammutex/Idlelock1 $service_name Lock s "$(field Session)" >/dev/null
	until_state unproven 12 || status=1
	! pgrep -x xsecurelock || { echo 'the other server was locked'; status=1; }
	stop_rootless && return $status
}

exec 3>&1
saved=$(mktemp -d)
row "$prefix-lock-set-up" prepare || exit 1
display=$(field Display)
row "$prefix-lock-input-keeps-it-open" input_keeps_it_open
row "$prefix-lock-warning-is-shown" warning_is_shown
row "$prefix-lock-in-time-proven-strong" locks_in_time # tried xsecurelock: has the keyboard within 0.5 s
row "$prefix-lock-wrong-password-stays" wrong_one_stays # tried xsecurelock: a wrong password does not open it
row "$prefix-lock-right-password-opens" unlock
row "$prefix-lock-record-tells-all" record_tells_all
row "$prefix-lock-keyring-as-the-policy-says" keyring_as_the_policy_says
if [ "$server" = xvfb ]; then
	row "$prefix-lock-exposure-at-most-3.0" walls
	row "$prefix-lock-facts-are-roots" facts_are_roots
	row "$prefix-lock-without-agent-killed" repeat without_agent KILL
	row "$prefix-lock-without-agent-stopped" repeat without_agent STOP
	row "$prefix-lock-its-user-cannot-kill" repeat cannot_kill # tried xsecurelock: its user cannot kill or stop it
	row "$prefix-lock-unlock-session-does-not" repeat unlock_session_does_not
	row "$prefix-lock-grab-breaking-key" repeat grab_breaking_key
	row "$prefix-lock-frozen-server" repeat frozen_server # tried xsecurelock: locked still after 10 s of a frozen X server
	row "$prefix-lock-all-slots-taken" repeat all_slots_taken
	row "$prefix-lock-watcher-killed" killed_watcher $((times > 3 ? 50 : 10))
	row "$prefix-lock-everything-killed" everything_killed "${LOCK_KILLS:-10}"
	row "$prefix-lock-logind-restarts" repeat logind_restarts
	row "$prefix-lock-upgrade-keeps-it" upgrade_keeps_it
	row "$prefix-lock-socket-restarts" repeat socket_restarts
	row "$prefix-lock-removal-waits" removal_waits
	row "$prefix-lock-still-opens" unlock
	row "$prefix-lock-crowd-at-the-verifier" repeat crowd_at_the_verifier_keeps_nobody_out
	row "$prefix-lock-verifier-is-its-own" only_our_locks_reach_our_verifier
	row "$prefix-lock-said-to-be-is" repeat said_to_be_locked_is_locked
	row "$prefix-lock-menu-at-the-deadline" repeat menu_at_the_deadline
	row "$prefix-lock-frozen-at-the-deadline" repeat attacked_at_the_deadline server 10
	row "$prefix-lock-slots-at-the-deadline" repeat attacked_at_the_deadline slots 10
	row "$prefix-lock-killed-by-x-is-back" repeat killed_by_x_is_back # tried xsecurelock: ended by XKillClient, it is back within 1 s
	echo "after XKillClient held again within ms: $(tr '\n' ' ' </run/bed-back)"
	row "$prefix-lock-settings-come-back" settings_come_back
	row "$prefix-lock-locked-by-hand-before" repeat locked_by_hand_before
	row "$prefix-lock-disk-full" full_disk
	row "$prefix-lock-run-full" full_run
	row "$prefix-lock-weak-locker" weak_locker # tried i3lock: killed or stopped by its user, the screen is locked again 1 s later
	row "$prefix-lock-no-locker-is-told" no_locker_is_told
	row "$prefix-lock-logind-forgets-the-session" logind_forgets
fi
systemctl stop lightdm
if [ "$server" = xorg ]; then
	row "$prefix-lock-a-persons-server" its_own_server_is_locked
	row "$prefix-lock-another-server-of-his" any_other_server_is_not
fi
cp -a "$saved"/* /etc/pam.d/
rm -rf "$saved" /etc/security/bed_env.conf $policy /etc/lightdm/lightdm.conf.d/51-bed-lock.conf

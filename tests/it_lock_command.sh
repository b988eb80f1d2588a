#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# mutexctl lock, present and status with a mock of idlelockd on a bus of its own. Needs no root.
# shellcheck disable=SC2317 # functions are called by within()
set -u
export LC_ALL=C.UTF-8
TOP=${TOP:-$(cd "$(dirname "$0")/.." && pwd)}
BUILD=$(realpath -m "${BUILD:-$TOP/build/release}")
mutexctl=$BUILD/mutexctl/mutexctl
python=/usr/bin/python3

# shellcheck source=tests/lib_need.sh
. "$TOP/tests/lib_need.sh"
need dbus-run-session busctl
need_python dbusmock
if [ -z "${IT_LOCK_BUS:-}" ]; then
	work=$(mktemp -d "${TMPDIR:-/tmp}/it_lock.XXXXXX") || exit 1
	IT_LOCK_BUS=$work dbus-run-session -- bash "$TOP/tests/it_lock_command.sh" 2>"$work/bus_errors"
	status=$?
	rm -rf "$work"
	exit $status
fi
export DBUS_SYSTEM_BUS_ADDRESS=$DBUS_SESSION_BUS_ADDRESS
cd "$IT_LOCK_BUS" || exit 1
umask 022
root=$IT_LOCK_BUS/root
mkdir -p "$root"/etc/mutex "$root"/var/lib "$root"/usr/libexec
echo '[policy]' >"$root/etc/mutex/policy.conf"
mock=
trap '[ -z "$mock" ] || kill "$mock" 2>/dev/null' EXIT
# shellcheck source=tests/lib_tool.sh
. "$TOP/tests/lib_tool.sh"
part() { query "[p for p in d['parts'] if p['part'] == 'screen lock'][0]$1"; }

# --- nobody there ---
run 2 lock && complains 'does not run'
row 'lock without a watcher' $?
run 2 present 5min && complains 'does not run'
row 'present without a watcher' $?
run 0 status --me && says 'does not answer'
row 'status --me without a watcher' $?
"$mutexctl" --root "$root" status --json >said 2>errors
part "['state'] == 'ABSENT'.lower()"
row 'a watcher that is not installed is absent' $?
install -m 0755 /bin/true "$root/usr/libexec/idlelockd"
"$mutexctl" --root "$root" status --json >said 2>errors
part "['state'] == 'OFF' "
row 'one that is installed and does not run is off' $?
env -u DBUS_SYSTEM_BUS_ADDRESS "$mutexctl" --root "$root" lock >said 2>errors
[ $? -eq 2 ]
row 'below --root the running system is not asked' $?

# --- the mock ---
name=org.pammutex.Idlelock1 path=/org/pammutex/Idlelock1
: >calls
$python -m dbusmock --session -l calls $name $path $name >>mock_errors 2>&1 &
mock=$!
bus() { busctl --address="$DBUS_SESSION_BUS_ADDRESS" "$@" >>busctl_said 2>&1; }
method() { bus call $name $path org.freedesktop.DBus.Mock AddMethod sssss $name "$@"; }
within() { local i tenths=$1; shift; for ((i = 0; i < tenths; i++)); do "$@" && return; sleep 0.1; done; return 1; }
now=$(awk '{ printf "%.0f", $1 * 1e9 }' /proc/uptime)
sessions="ret = [{'Session': '7', 'User': dbus.UInt32($(id -u)), 'Seat': 'seat0', 'Display': ':0', 'Type': 'x11', 'Source': 'hardware', 'State': 'unproven',
 'Reason': 'idle', 'Enforced': True, 'After': dbus.UInt64(300 * 10 ** 9), 'LastInput': dbus.UInt64($now), 'ExcusedUntil': dbus.UInt64(2 ** 63),
 'Inhibitors': dbus.Array(['vlc: plays', 'a\\nb: c'], signature='s'), 'PresentLeft': dbus.UInt32(1800), 'Unknown': dbus.Int16(3)},
 {'Session': 'c9', 'User': dbus.UInt32($(($(id -u) + 1))), 'State': 'held', 'Enforced': dbus.Int32(1)}]"
within 100 method GetSessions '' 'aa{sv}' "$sessions" || { echo 'not ok the mock starts'; exit 1; }
method Lock s '' "if args[0] == 'nobodys': raise dbus.exceptions.DBusException('no such session: nobodys', name='$name.Error.NoSuchSession')
if args[0] == 'c9': raise dbus.exceptions.DBusException('c9 is not yours', name='$name.Error.NotAllowed')"
method LockAll '' '' ''
method Present u u 'ret = min(args[0], 1200)'

run 0 lock && grep -q ' Lock ""$' calls
row 'lock locks the own sessions' $?
run 0 lock 7 && grep -q ' Lock "7"$' calls
row 'or one' $?
run 1 lock c9 7 && complains 'c9 is not yours'
row "what is not allowed is told" $?
run 1 lock nobodys && complains 'no such session'
row 'a session that is none' $?
run 0 lock --all && grep -q ' LockAll$' calls
row 'or all' $?
run 2 lock --all 7
row 'not both' $?
run 0 present 30min && says 'in the next 20 min' && grep -q ' Present 1800$' calls
row 'present says what was granted' $?
run 0 present --end && says 'as always' && grep -q ' Present 0$' calls
row 'and ends it' $?
run 2 present && run 2 present 5 && run 2 present 2d && run 2 present 5min --end
row 'times are strict' $?
method Present u u "raise dbus.exceptions.DBusException('none left', name='$name.Error.NotAllowed')"
run 1 present 5min && complains 'grants no time'
row 'a refusal' $?
method Present u u 'ret = 0'
run 1 present 5min && complains 'grants no time'
row 'nothing granted is a refusal' $?

run 0 status --me && says '^Session 7 (:0):$' 'never which key' 'locked 5 min after' 'could not be shown' 'last used [0-9]* s ago' 'up to 30 min more today' \
	'vlc: plays, a\\x0ab: c' 'No lock for want of use'
row 'status --me in plain words' $?
! grep -q c9 said
row 'of the own sessions only' $?
printf '[policy]\nlanguage = ja\n' >"$root/etc/mutex/policy.conf"
run 0 status --me && says '^セッション 7 (:0):$' '5 分でロックされます'
row 'in Japanese' $?
run 0 status --me --json && query "d['watched'] and len(d['sessions']) == 1 and d['sessions'][0]['After'] == 300 * 10 ** 9 and d['sessions'][0]['Enforced'] is True"
row 'as JSON' $?
"$mutexctl" --root "$root" status --json >said 2>errors
part "['state'] == 'OFF'" && query "len(d['sessions']) == 2 and d['sessions'][1]['Enforced'] is False"
row 'a lock that is not proven is a finding' $?
method GetSessions '' 'aa{sv}' "ret = dbus.Array([], signature='a{sv}')"
"$mutexctl" --root "$root" status --json >said 2>errors
part "['state'] == 'OFF' " && part "['next'].startswith('mutexctl apply')" && ! grep -q 'locked after' said
row 'without the PAM lines nothing is locked, which is a finding' $?
mkdir -p "$root/var/lib/mutex" && : >"$root/var/lib/mutex/lines-on"
"$mutexctl" --root "$root" status --json >said 2>errors
part "['state'] == 'OFF' " && part "['next'].endswith('idlelock-verify.socket')"
row 'a lock that nothing could open is a finding' $?
mkdir -p "$root/run" && : >"$root/run/idlelock-verify.socket"
"$mutexctl" --root "$root" status --json >said 2>errors
part "['state'] == 'on'"
row 'no session is no finding' $?
run 0 status --me && says '監視されていません'
row 'nor for me' $?
remote() { # ENFORCED
	method GetSessions '' 'aa{sv}' "ret = [{'Session': '8', 'User': dbus.UInt32($(id -u)), 'TTY': 'pts/3', 'Type': 'tty', 'Source': 'remote', 'Remote': True,
 'State': 'open', 'Enforced': $1, 'After': dbus.UInt64(300 * 10 ** 9), 'LastInput': dbus.UInt64($now)}]"
}
remote False
"$mutexctl" --root "$root" status --json >said 2>errors
part "['state'] == 'OFF'" && part "['detail'].endswith('1 of them not, although the policy enforces it')"
row 'a session that is not locked although the policy says so is a finding' $?
printf '[lock]\nmode = observe\nobserve_until = 2999-01-01\n[users %s]\nlock.mode = enforce\n' "$(id -un)" >"$root/etc/mutex/policy.conf"
remote True
"$mutexctl" --root "$root" status --json >said 2>errors
part "['state'] == 'observe'"
run 0 status --me && says 'this terminal was last used' && ! grep -q 'It is locked\|would be locked' said
row 'nobody is told that a shell from afar is locked' $?
printf '[lock]\nmode = observe\nobserve_until = 2999-01-01\n' >"$root/etc/mutex/policy.conf"
"$mutexctl" --root "$root" status --json >said 2>errors
part "['state'] == 'observe'"
row 'observe is told' $?
exit $failed

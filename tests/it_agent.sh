#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# idlelock-agent (agent_main.c, agent_guard.c, agent_notify.c, agent_keyring.c, agent_secret.c, agent_kwallet.c) on buses of its own, with a real gnome-keyring;
# idlelockd, mutex-guardd, the desktop's notifications and KWallet are mocks. Needs no root.
# shellcheck disable=SC2317 # functions are called by within()
set -u
export LC_ALL=C.UTF-8
TOP=${TOP:-$(cd "$(dirname "$0")/.." && pwd)}
BUILD=$(realpath -m "${BUILD:-$TOP/build/release}")
agent=$BUILD/idlelock/idlelock-agent
python=/usr/bin/python3

# shellcheck source=tests/lib_need.sh
. "$TOP/tests/lib_need.sh"
need dbus-run-session gnome-keyring-daemon secret-tool busctl
need_python dbusmock
if [ -z "${IT_AGENT_BUSES:-}" ]; then
	work=$(mktemp -d "${TMPDIR:-/tmp}/it_agent.XXXXXX") || exit 1
	mkdir -m 0700 "$work/home" "$work/run"
	# The outer bus stands in for the system's.
	IT_AGENT_BUSES=$work HOME=$work/home XDG_RUNTIME_DIR=$work/run XDG_DATA_HOME=$work/home/data \
		dbus-run-session -- bash -c "DBUS_SYSTEM_BUS_ADDRESS=\$DBUS_SESSION_BUS_ADDRESS exec dbus-run-session -- bash '$TOP/tests/it_agent.sh'" \
		2>"$work/bus_errors" # the buses' own words, which would break into the rows
	status=$?
	rm -rf "$work"
	exit $status
fi
work=$IT_AGENT_BUSES
cd "$work" || exit 1
failed=0 pids=()
trap '[ ${#pids[@]} -eq 0 ] || kill "${pids[@]}" 2>/dev/null' EXIT

ok() { echo "ok $1"; }
not_ok() { echo "not ok $1 [$(tail -n 3 "$work/${2:-notes}" | tr '[]\n' '() ')]"; failed=1; }
row() { if [ "$2" -eq 0 ]; then ok "$1"; else not_ok "$1" "${3:-notes}"; fi; }

# --- the mocks: each writes the calls that it gets ---
start_mock() { # BUS LOG NAME PATH INTERFACE
	$python -m dbusmock "--$1" -l "$2" "$3" "$4" "$5" >>mock_errors 2>&1 &
	pids+=($!)
}
on_system() { busctl --address="$DBUS_SYSTEM_BUS_ADDRESS" "$@" >>busctl_said 2>&1; }
on_session() { busctl --address="$DBUS_SESSION_BUS_ADDRESS" "$@" >>busctl_said 2>&1; }
idle=org.pammutex.Idlelock1 idle_path=/org/pammutex/Idlelock1
add_method() { # on_BUS NAME PATH INTERFACE METHOD IN OUT CODE
	"$1" call "$2" "$3" org.freedesktop.DBus.Mock AddMethod sssss "$4" "$5" "$6" "$7" "$8"
}
within() { # TENTHS COMMAND...: true as soon as the command is
	local i tenths=$1
	shift
	for ((i = 0; i < tenths; i++)); do "$@" && return; sleep 0.1; done
	return 1
}
: >watcher
: >notes
: >wallets
start_mock system watcher $idle $idle_path $idle
start_mock system guard org.pammutex.Guard1 /org/pammutex/Guard1 org.pammutex.Guard1
start_mock session notes org.freedesktop.Notifications /org/freedesktop/Notifications org.freedesktop.Notifications
start_mock session wallets org.kde.kwalletd5 /modules/kwalletd5 org.kde.KWallet
# idlelockd's answer: what the test told of each session last.
told=$work/told
mkdir "$told"
sessions_code="
def row(session, uid):
    row = {'Session': session, 'User': dbus.UInt32(uid), 'After': dbus.UInt64(300 * 10 ** 9)}
    try:
        row.update(eval(open('$told/' + session).read()))
    except FileNotFoundError:
        pass
    return row
ret = [row('7', $(id -u)), row('8', $(($(id -u) + 1)))]"
within 100 add_method on_system $idle $idle_path $idle GetSessions '' 'aa{sv}' "$sessions_code" || { echo 'not ok the mock of idlelockd starts'; exit 1; }
add_method on_system $idle $idle_path $idle KeyringDone sbas '' ''
notify_code='if not hasattr(self, "last"):
    self.last = 40
self.last += 0 if args[1] else 1
ret = args[1] or self.last'
within 100 add_method on_session org.freedesktop.Notifications /org/freedesktop/Notifications org.freedesktop.Notifications Notify "susssasa{sv}i" u "$notify_code"
add_method on_session org.freedesktop.Notifications /org/freedesktop/Notifications org.freedesktop.Notifications CloseNotification u '' ''
wallet() { add_method on_session org.kde.kwalletd5 /modules/kwalletd5 org.kde.KWallet "$@"; }
within 100 wallet wallets '' as "ret = ['kdewallet']"
wallet closeAllWallets '' '' ''
wallet isOpen s b 'ret = False'

# --- what the watcher says ---
tell() { # SIGNAL SESSION [ROW]: a Python dictionary for GetSessions
	[ -z "${3:-}" ] || echo "$3" >"$told/$2"
	on_system call $idle $idle_path org.freedesktop.DBus.Mock EmitSignal sssav $idle "$1" s 1 s "$2"
}
warning() { tell Warning "$1" "{'Deadline': dbus.UInt64($(awk -v s="$2" '{ printf "%.0f", ($1 + s - 1) * 1e9 }' /proc/uptime)), 'Grace': dbus.UInt64(10 ** 9)}"; } # SESSION SECONDS
said() { grep -qE -e "$2" "$1"; }
said_n() { [ "$(grep -cE -e "$2" "$1")" -ge "$3" ]; }

start_agent() { # LANGUAGE
	LC_ALL=$1 "$agent" 2>>agent_errors &
	agent_pid=$!
	pids+=("$agent_pid")
	within 100 on_session status org.pammutex.IdlelockAgent1
}
start_agent C.UTF-8
row 'the agent starts' $? agent_errors
"$agent" 2>>agent_errors
row 'a second one leaves it to the first' $?

"$agent" --help 2>words
[ $? -eq 2 ] && grep -q 'takes no arguments: --help' words
row 'it takes no arguments' $? words
for bus in SESSION SYSTEM; do
	env "DBUS_${bus}_BUS_ADDRESS=unix:path=$work/nowhere" "$agent" 2>words
	[ $? -eq 1 ] && grep -q "no ${bus,,} bus" words
	row "without a ${bus,,} bus it says so" $? words
done

# --- the countdown ---
warning 8 100
warning 7 20
within 50 said notes ' Notify .*it is locked in 20 s\.'
row 'a countdown is shown' $?
! said notes 'locked in (100|99|98) s'
row "nobody else's countdown is shown" $?
said notes "Notify .*'urgency': 2|Notify .*\"urgency\".*2"
row 'it is critical, so that it stands above full screen' $?
echo "{'Violation': 'lock-tamper', 'ViolationDetail': 'said by a stranger'}" >"$told/7"
on_system emit $idle_path $idle Violation s 7 # by somebody who is not idlelockd
tell WarningEnded 7
within 50 said notes ' CloseNotification 41$'
row 'input ends it' $?
warning 7 3
within 50 said_n notes ' Notify .* 42 .*it is locked in [12] s\.' 2
row 'it counts down in place' $?
! said notes 'said by a stranger'
row 'what somebody else signals counts for nothing' $?
tell Locked 7 "{'Reason': 'idle'}"
within 50 said notes ' CloseNotification 42$'
row 'the lock ends it' $?

# --- why ---
tell Opened 7
within 50 said notes ' Notify .*were not used for 5 min\.'
row 'why it was locked is told after the unlock' $?
before=$(wc -l <notes)
tell Locked 7 "{'Reason': 'request'}"
tell Opened 7
tell Violation 8 "{'Violation': 'lock-tamper', 'ViolationDetail': 'of another'}"
tell Violation 7 "{'Violation': 'lock-tamper', 'ViolationDetail': 'XTEST input <b>'}"
within 50 said notes ' Notify .*tried to open the lock: XTEST input &lt;b&gt;'
row 'a violation is told, with what it needs' $?
! said notes 'of another'
row "nobody else's is told" $?
! sed "1,${before}d" notes | grep -q 'asked for it'
row 'who locked it is not told why' $?

# --- keyrings ---
printf 'right horse' | gnome-keyring-daemon --unlock --components=secrets >>keyring_said 2>&1
printf 'swordfish' | timeout 20 secret-tool store --label=test place harbour 2>>keyring_said
[ "$(timeout 20 secret-tool lookup place harbour 2>>keyring_said)" = swordfish ]
row 'the keyring is open' $? keyring_said
collection_locked() {
	busctl --address="$DBUS_SESSION_BUS_ADDRESS" get-property org.freedesktop.secrets /org/freedesktop/secrets/collection/login \
		org.freedesktop.Secret.Collection Locked 2>/dev/null | grep -qx 'b true'
}
! collection_locked
row 'its collection says so' $?
tell LockKeyring 8
tell LockKeyring 7
within 100 said watcher ' KeyringDone "7" True \[\]'
row 'all locked is reported' $? watcher
collection_locked
row 'the collection is locked' $? keyring_said
said wallets ' closeAllWallets'
row 'wallets are closed' $? wallets
! said watcher ' KeyringDone "8"'
row "nobody else's keyrings are" $? watcher
wallet isOpen s b 'ret = True'
tell LockKeyring 7
within 100 said watcher ' KeyringDone "7" False \["kwallet kdewallet"\]'
row 'what stays open is reported' $? watcher
within 50 said notes ' Notify .*could not be locked with the screen: kwallet kdewallet'
row 'and told' $?

many='"w1"'
for n in $(seq 2 20); do many+=", \"w$n\""; done
wallet wallets '' as "ret = [$many]"
tell LockKeyring 7
within 100 said watcher ' KeyringDone "7" False \["kwallet w1", .*"kwallet w16"\]'
row 'of many the first are named' $? watcher
wallet wallets '' as "raise dbus.exceptions.DBusException('broken', name='x.y')"
tell LockKeyring 7
within 100 said watcher ' KeyringDone "7" False \["kwallet"\]'
row 'a store that does not answer counts as open' $? watcher

# --- the controls of the computer ---
changed() { # CONTROL STATE UID PROGRAM REACTION
	on_system call org.pammutex.Guard1 /org/pammutex/Guard1 org.freedesktop.DBus.Mock EmitSignal sssav org.pammutex.Guard1 Changed ssuss \
		5 s "$1" s "$2" u "$3" s "$4" s "$5"
}
reads() { tr '\n' ' ' <notes | grep -qE -e "\"Protection of this computer\" \"$1"; } # a body has two lines
told_n() { [ "$(grep -c ' Notify .*"Protection of this computer"' notes)" -eq "$1" ]; }
nobody=4294967295 me=$(id -u) other=3999999999
within 100 changed self ok $nobody '' none
changed firewall violated "$me" nft repair
within 50 reads 'Firewall: switched off or loosened by you, with the program nft\. It is being put right'
row 'what one did to a control is told' $?
changed firewall ok $nobody '' none
within 50 reads 'Firewall: switched off or loosened by you, with the program nft\. Firewall: in order again\.' && told_n 2
row 'and that it is put right' $?
said notes ' Notify "idlelock" [1-9][0-9]* "system-lock-screen" "Protection of this computer"'
row 'in place of the first' $?
for _ in 1 2 3; do
	changed firewall violated "$me" nft repair
	changed firewall ok $nobody '' none
done
changed units violated $other '<i>' none
within 50 reads "Services that must run: switched off or loosened by uid $other, with the program &lt;i&gt;\\. It is not put right"
row 'what another did' $?
told_n 3
row 'the same again is not told again' $?
changed firewall violated "$me" nft given-up
within 50 reads 'Firewall: [^"]*again and again, so that it is not put right'
row 'but that it is given up' $?
changed auth violated $nobody '' observe
changed auth ok $nobody '' none
changed nonsense violated $nobody '' repair
on_system emit /org/pammutex/Guard1 org.pammutex.Guard1 Changed ssuss auth violated "$me" stranger repair
changed antivirus violated $nobody '' repair
within 50 reads 'Virus protection: switched off or loosened; by whom is not known'
row 'by nobody who is known' $?
! said notes 'Rules for logging in|nonsense' && told_n 5
row 'what is only observed is not told, nor what somebody else says' $?

# --- by itself it does nothing ---
switches() { cat /proc/"$agent_pid"/task/*/status | awk '/ctxt_switches/ { n += $2 } END { print n }'; }
idle_agent() { local n; n=$(switches); sleep 1; [ "$(switches)" -eq "$n" ]; }
within 100 idle_agent
row 'it sleeps until a signal comes' $?
kill -9 "$agent_pid"
wait "$agent_pid" 2>/dev/null
start_agent ja_JP.UTF-8
warning 7 20
within 50 said notes ' Notify .*20 秒後に画面をロックします'
row 'in Japanese' $?
changed firewall violated "$me" nft repair
within 50 said notes ' Notify .*ファイアウォール: あなたがプログラム nft で'
row 'controls, too' $?
exit $failed

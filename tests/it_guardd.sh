#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# mutex-guardd in a network namespace and a mount namespace of its own, with the real nft and a systemd that only runs commands (guardd_bed.py): what
# happens when the packet filter is loosened. The real products and the real systemd: tests/bed/rows_guard.sh. Needs root.
# shellcheck disable=SC2317 # the rows are called by row()
set -u
# shellcheck source=tests/lib_guardd.sh
. "$(dirname "$0")/lib_guardd.sh"
# shellcheck source=tests/bed/row.sh
. "$here/bed/row.sh"

# --- what is seen ---
posture() { # KEY
	sed -n "/^control=firewall/,/^detail=/s/^$1=//p" /run/mutex/posture-guard 2>/dev/null
}
wait_for() { # SECONDS COMMAND...
	local n
	for ((n = 0; n < $1 * 50; n++)); do
		"${@:2}" && return 0
		sleep 0.02
	done
	echo "waited $1 s for: ${*:2}"
	tail -n 5 "$work/systemd"
	cat /run/mutex/posture-guard
	return 1
}
stands() { [ "$(posture state)" = "$1" ]; }
# By our hold or by its own rules: nothing new gets in.
is_closed() {
	nft list table inet mutex_hold >/dev/null 2>&1 || { nft list table inet filter 2>/dev/null | grep -q 'policy drop' && ! nft list ruleset | grep -q dormant; }
}
is_whole() { nft list table inet filter 2>/dev/null | grep -q 'policy drop' && ! nft list ruleset | grep -qE 'dormant|dport 4444|mutex_hold'; }
asked() { grep -cxF "$1" "$work/systemd"; }
counted() { # WORD: records of the firewall that give it as the reason
	grep -c "^MUTEX_REASONS=$1\$" "$work/records"
}

# Not as a row's command: it would belong to its subshell.
start() {
	"$guardd" --bus "$address" >>"$work/guardd.log" 2>&1 9>&- &
	daemon=$!
}
restart() {
	kill "$daemon"
	wait "$daemon"
	start
}
undone() { # COMMAND
	local before begun closed
	before=$(counted violated)
	begun=${EPOCHREALTIME/./}
	sh -c "$1" || return 1
	wait_for 10 is_closed || return 1
	closed=$(((${EPOCHREALTIME/./} - begun) / 1000))
	wait_for 10 eval '[ "$(counted violated)" -gt '"$before"' ]' && wait_for 10 is_whole && wait_for 10 stands ok || return 1
	echo "closed again after $closed ms"
	[ "$(counted violated)" -eq $((before + 1)) ] || { echo "$before records, then $(counted violated)"; return 1; }
	[ $closed -le "${GUARD_LIMIT_MS:-1000}" ]
}
twenty_times_flushed() {
	local i
	for ((i = 0; i < 20; i++)); do undone 'nft flush ruleset' || return 1; done
}
a_moment_is_no_alarm() {
	local before
	before=$(counted violated)
	nft flush ruleset
	sleep 0.05
	nft -f "$work/nftables.conf"
	sleep 0.6
	[ "$(counted violated)" -eq "$before" ] && stands ok
}
# Of a daemon that was killed before it could take it away.
old_hold_goes() {
	nft 'table inet mutex_hold { chain input { type filter hook input priority -5; policy drop; }; }' || return 1
	wait_for 10 eval '! nft list table inet mutex_hold >/dev/null 2>&1' && stands ok
}
is_held() { nft list table inet mutex_hold >/dev/null 2>&1; }
# Nobody puts it right meanwhile, since systemd does not answer.
held_then() { # COMMAND...: after it nothing is held any more
	local status=0
	policy 'mode = repair' 'repairs = 0'
	wait_for 10 stands ok || return 1
	kill -STOP "${children[2]}"
	nft flush ruleset
	{ wait_for 5 is_held && "$@" && wait_for 5 eval '! is_held'; } || status=1
	kill -CONT "${children[2]}"
	nft -f "$work/nftables.conf"
	return $status
}
# The kernel takes nothing of ours while another has a table of that name for itself, as where it has no nf_tables at all.
refused_hold() { # has|has_not: told that nothing keeps harm away
	local before status=0 lines
	before=$(counted violated)
	lines=$(wc -l <"$work/records")
	[ -p "$work/keeper" ] || mkfifo "$work/keeper" || return 1
	nft -i <"$work/keeper" >/dev/null 2>&1 &
	exec 8>"$work/keeper"
	echo 'add table inet mutex_hold { flags owner; }' >&8
	wait_for 5 is_held || status=1
	! nft delete table inet mutex_hold 2>/dev/null || status=1
	nft flush ruleset
	wait_for 10 eval 'nft list table inet filter 2>/dev/null | grep -q "policy drop"' && wait_for 10 eval '[ "$(counted violated)" -gt '"$before"' ]' &&
		"$1" "$(sed "1,${lines}d" "$work/records")" 'Nothing keeps harm away meanwhile: Operation not permitted' || status=1
	exec 8>&-
	wait $!
	wait_for 10 is_whole && wait_for 10 stands ok && return $status
}
# An empty table of that name keeps nothing away: ours is put in its place.
foreign_hold() {
	local status=0
	policy 'mode = repair' 'repairs = 0'
	kill -STOP "${children[2]}"
	nft 'flush ruleset; add table inet mutex_hold'
	wait_for 5 eval 'nft list table inet mutex_hold 2>/dev/null | grep -q "policy drop"' || status=1
	kill -CONT "${children[2]}"
	nft -f "$work/nftables.conf"
	wait_for 10 is_whole && return $status
}
# No table is made and taken away again, by which a kernel would load its nf_tables.
asks_for_nothing() {
	local n written monitor status=0
	rm -f /run/mutex/posture-guard
	policy 'mode = off'
	nft monitor >"$work/monitor" 2>&1 &
	monitor=$!
	start
	wait_for 10 test -e /run/mutex/posture-guard || status=1
	for ((n = 0; n < 3; n++)); do
		written=$(stat -c %i /run/mutex/posture-guard)
		kill -HUP "$daemon"
		wait_for 5 eval '[ "$(stat -c %i /run/mutex/posture-guard)" != '"$written"' ]' || status=1
	done
	until grep -q 'add table ip last' "$work/monitor"; do nft 'add table ip last; delete table ip last'; sleep 0.05; done
	! grep mutex_hold "$work/monitor" || status=1
	kill "$daemon" "$monitor"
	return $status
}
killed_and_off() {
	kill -KILL "$daemon"
	wait "$daemon"
	policy 'mode = off'
	start
}
old_hold_ends_with_the_control() {
	local status=0
	start
	held_then killed_and_off || status=1
	kill "$daemon"
	return $status
}
file_comes_back() {
	undone 'sed -i s/drop/accept/ /etc/nftables.conf && nft -f /etc/nftables.conf' && cmp /etc/nftables.conf "$work/nftables.conf"
}
disabled_unit() {
	rm /etc/systemd/system/sysinit.target.wants/nftables.service
	wait_for 10 stands violated && wait_for 10 grep -qx 'enable nftables.service' "$work/systemd" || return 1
	switched_on
	wait_for 10 stands ok
}
names_the_program() {
	grep '^MUTEX_DETAIL=' "$work/records" | grep -q 'Changed by: .*(nft)'
}
nothing_stays() {
	local before
	storm 400
	before=$(memory)
	storm 2000
	echo "$before KiB, then $(memory)"
	[ "$(memory)" -lt $((before + 16)) ] # 8 bytes an event; the bench has a hundred thousand of them, and allows nothing
}
queue_has_one_entry() {
	local entries=(/var/lib/mutex/queue/firewall.*)
	[ ${#entries[@]} -le 2 ] && grep -q '^count=' "${entries[0]}" && [ "$(stat -c %a /var/lib/mutex/queue)" = 700 ]
}
asked_by_bus() {
	has "$(dbus-send --bus="$address" --dest=org.pammutex.Guard1 --print-reply /org/pammutex/Guard1 org.freedesktop.DBus.Properties.Get \
		string:org.pammutex.Guard1 string:Controls)" '"firewall"' '"ok"' '"repair"'
}
# With whose uid: it_guard_who.sh
said_by_bus() {
	has "$(tr -s ' \n' ' ' <"$work/signals" | sed 's/uint32 [0-9]*/UID/g')" 'string "firewall" string "violated" UID string "nft" string "repair"' \
		'string "firewall" string "ok" UID'
}
introspection_fits() {
	dbus-send --bus="$address" --dest=org.pammutex.Guard1 --print-reply=literal /org/pammutex/Guard1 org.freedesktop.DBus.Introspectable.Introspect |
		grep -q 'interface name="org.pammutex.Guard1"'
}
not_for_ever() {
	wait_for 20 stands ok && undone 'nft flush ruleset' && undone 'nft flush ruleset' || return 1
	nft flush ruleset
	wait_for 10 grep -q '^MUTEX_REASONS=given-up' "$work/records" || return 1
	sleep 0.5
	! is_closed && [ "$(posture mode)" = gate ] || return 1
	nft -f "$work/nftables.conf"
	wait_for 10 stands ok
}
# Without a product nobody puts it right, however often it is loosened: the signal does not say that it was given up.
nothing_to_be_done() {
	local n before status=0
	before=$(grep -c '"given-up"' "$work/signals")
	policy 'mode = repair' 'repairs = 1'
	sed -i '/^products/d' /etc/mutex/policy.conf
	kill -HUP "$daemon"
	wait_for 10 stands ok || return 1
	for ((n = 0; n < 2 && status == 0; n++)); do
		nft flush ruleset
		wait_for 10 stands violated || status=1
		nft -f "$work/nftables.conf"
		wait_for 10 stands ok || status=1
	done
	[ "$before" -gt 0 ] && [ "$(grep -c '"given-up"' "$work/signals")" -eq "$before" ] && grep -q 'string "none"' "$work/signals" && return $status
}
# systemd's bus takes connections and says nothing: the control that asks there waits for seconds.
silent_bus() {
	mkdir -p /run/dbus && mount -t tmpfs tmpfs /run/dbus
	/usr/bin/python3 -c '
import socket
kept = []
with socket.socket(socket.AF_UNIX) as s:
    s.bind("/run/dbus/system_bus_socket")
    s.listen()
    while True:
        kept.append(s.accept())
        print("connected", flush=True)' >"$work/silent" 9>&- &
	children+=($!)
}
who_does_not_answer_delays_nobody() {
	local before
	before=$(wc -l <"$work/silent" || echo 0) # who says nothing may not have begun
	policy 'mode = repair' 'repairs = 0'
	sed -i '/control units/,+1 s/mode = off/units = cron.service/' /etc/mutex/policy.conf
	wait_for 10 grep -qx control=units /run/mutex/posture-guard && wait_for 1 eval '[ "$(wc -l <"$work/silent")" -gt '"$before"' ]' &&
		GUARD_LIMIT_MS=500 undone 'nft flush ruleset'
}
policy_is_obeyed() {
	policy 'mode = observe' 'observe_until = 2099-01-01'
	wait_for 10 eval '[ "$(posture mode)" = observe ]' || return 1
	nft flush ruleset
	wait_for 10 stands violated || return 1
	sleep 0.5
	! is_closed || return 1
	policy 'mode = off'
	wait_for 10 eval '[ -z "$(posture mode)" ]'
}
# --- the floor ---
netfilter=12
generic=16 # another protocol of netlink, which answers what it is sent as a kernel without nf_tables does
# As systemd starts it, with the socket that it keeps.
start_with_socket() { # [PROTOCOL [COMMAND...]]: of netlink; which executes it
	/usr/bin/python3 -c '
import os, socket, sys
owner = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, int(sys.argv[1]))
owner.bind((0, 0))
os.set_inheritable(os.dup2(owner.fileno(), 3), True)
os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
os.execvp(sys.argv[2], sys.argv[2:])' "${1:-$netfilter}" "${@:2}" "$guardd" --bus "$address" >>"$work/guardd.log" 2>&1 9>&- &
	daemon=$!
}
floor_stands() { nft list table inet mutex_floor 2>/dev/null | grep -q 'policy drop'; }
floor_needs_its_socket() {
	wait_for 10 grep -q 'cannot be laid: systemd gave no socket' "$work/guardd.log" && wait_for 10 stands violated && has "$(posture detail)" 'is not in force' && ! floor_stands
}
# The product could do nothing about it, and nothing is open.
floor_alone_is_no_repair() {
	local before
	policy 'mode = repair' 'repairs = 0' 'floor = on'
	wait_for 10 eval '[ "$(posture mode)" = repair ]' && wait_for 10 stands violated || return 1
	before=$(wc -l <"$work/systemd")
	sleep 3 # a repair would be begun at once, and again after two seconds
	tail -n "+$((before + 1))" "$work/systemd"
	[ "$(wc -l <"$work/systemd")" -eq "$before" ] && ! is_held && stands violated || return 1
	nft flush ruleset # what is loosened is put right all the same
	wait_for 10 is_whole && has "$(posture detail)" 'is not in force'
}
# It was fine but for the floor, so somebody made it so.
doubt_is_put_right_where_only_the_floor_is_missing() {
	nft insert rule inet filter input tcp dport 4444 meta cpu 0 accept || return 1
	wait_for 10 is_whole && wait_for 10 eval '! is_held' && has "$(posture detail)" 'is not in force'
}
# It never was fine here, as far as anybody knows: nothing is put right, which the signal says; and what is held stays until it is known to be fine.
doubt_ends_no_hold() { # SIGNALS-BEFORE
	wait_for 10 eval '[ "$(grep -c "\"violated\"" "$work/signals")" -gt '"$1"' ]' && wait_for 5 stands violated || return 1
	sleep 1
	is_held && has "$(posture detail)" 'is not in force' || return 1
	has "$(tr -s ' \n' ' ' <"$work/signals" | sed 's/.*string "violated"//')" 'string "none"' || return 1
	sed 1d "$work/nftables.conf" >"$work/rules" # without "flush ruleset": the hold stays
	nft delete table inet filter && nft -f "$work/rules" && wait_for 10 eval '! is_held'
}
floor_of_another() {
	wait_for 10 grep -q 'cannot be laid: the table mutex_floor belongs to another process' "$work/guardd.log" && wait_for 10 stands violated || return 1
	echo quit >&8
	wait_for 10 eval '! nft list tables | grep -q mutex_floor' && nft add table ip look && nft delete table ip look || return 1 # the kernel tells nobody
	wait_for 10 floor_stands && wait_for 10 stands ok
}
floor_protects() {
	nft flush ruleset
	wait_for 10 stands violated && has "$(posture detail)" 'protected by the floor' && floor_stands && ! nft delete table inet mutex_floor || return 1
	nft -f "$work/nftables.conf"
	wait_for 10 stands ok
}
# Of itself it changes nothing, so its own changes call for no look without end.
floor_is_quiet() {
	local before after
	before=$(awk '/^voluntary/ { print $2 }' "/proc/$daemon/status")
	sleep 2
	after=$(awk '/^voluntary/ { print $2 }' "/proc/$daemon/status")
	echo "woke $((after - before)) times"
	[ $((after - before)) -le 2 ]
}
hold_is_not_missed() {
	policy 'mode = repair' 'repairs = 0' 'floor = on'
	wait_for 10 eval '[ "$(posture mode)" = repair ]' && wait_for 10 stands ok && refused_hold has_not
}
floor_follows_the_policy() {
	sed -i 's|^allow = .*|allow = tcp/22, tcp/25|' /etc/mutex/policy.conf
	wait_for 10 eval 'nft list table inet mutex_floor | grep -q "tcp dport 25"' && floor_stands || return 1
	policy 'mode = observe' 'observe_until = 2099-01-01' 'floor = observe'
	wait_for 10 eval 'nft list table inet mutex_floor | grep -q counter' && ! floor_stands || return 1
	policy 'mode = observe' 'observe_until = 2099-01-01'
	wait_for 10 eval '! nft list table inet mutex_floor'
}
another_has_it() {
	[ -p "$work/another" ] || mkfifo "$work/another"
	nft -i <"$work/another" >/dev/null 2>&1 &
	exec 7>"$work/another"
	echo 'add table inet mutex_floor { flags owner; }' >&7
	wait_for 5 eval 'nft list tables | grep -q mutex_floor'
}
floor_of_another_where_none_is_asked_for() {
	wait_for 10 grep -q 'cannot be taken away: the table mutex_floor belongs to another process' "$work/guardd.log" && nft list tables | grep -q mutex_floor
}
floor_of_another_that_comes_later() {
	wait_for 5 eval '! nft list tables | grep -q mutex_floor' && nft add table ip look && nft delete table ip look || return 1 # the kernel tells nobody
	sleep 0.5
	: >"$work/guardd.log"
	another_has_it && floor_of_another_where_none_is_asked_for
}
# No table can be there, and nobody asks for one.
says_nothing_of_a_floor() {
	wait_for 10 test -e /run/mutex/posture-guard && ! grep floor "$work/guardd.log"
}
floor_is_refused() { # WORDS
	policy 'mode = observe' 'observe_until = 2099-01-01' 'floor = on'
	kill -HUP "$daemon" && wait_for 10 grep -qF "cannot be laid: $1" "$work/guardd.log"
}
# It says neither that the floor shall go, nor what another one would let in.
broken_policy_leaves_the_floor() {
	wait_for 10 floor_stands || return 1
	echo nonsense >>/etc/mutex/policy.conf
	wait_for 10 grep -q 'the policy has errors' "$work/guardd.log" && sleep 0.5 && floor_stands || return 1
	policy 'mode = observe' 'observe_until = 2099-01-01'
	wait_for 10 eval '! floor_stands'
}
broken_policy_at_boot() {
	policy 'mode = observe' 'observe_until = 2099-01-01' 'floor = on' nonsense
	has "$("$guardd" --floor 2>&1 || echo failed)" 'the policy has errors' failed
}
stop() {
	kill "$daemon"
	wait "$daemon"
	: >"$work/guardd.log"
	rm -f /run/mutex/posture-guard
}
ends() {
	kill "$daemon" && wait_for 10 eval '! kill -0 '"$daemon"' 2>/dev/null'
}

dbus-monitor --address "$address" "type='signal',sender='org.pammutex.Guard1',member='Changed'" >"$work/signals" 2>&1 9>&- &
children+=($!)
policy 'mode = repair' 'repairs = 0'
start
row 'looks at the start' wait_for 20 stands ok
row 'flushed: closed again' undone 'nft flush ruleset'
row 'flushed twenty times' twenty_times_flushed
row 'table deleted' undone 'nft delete table inet filter'
row 'policy accept' undone "nft 'chain inet filter input { policy accept; }'; nft flush chain inet filter input"
row 'a port opened' undone 'nft insert rule inet filter input tcp dport 4444 accept'
row 'made dormant' undone "nft 'add table inet filter { flags dormant; }'; nft flush chain inet filter input"
row 'open for a moment is no alarm' a_moment_is_no_alarm
row 'a hold that was left behind goes' old_hold_goes
row 'the repair goes on where the kernel takes no hold, and that is told' refused_hold has
row 'an empty table in place of the hold' foreign_hold
row 'sent to where nobody can look' undone 'nft insert rule inet filter input tcp dport 4444 meta cpu 0 accept'
row 'its file edited' file_comes_back
row 'its unit disabled' disabled_unit
row 'the program is named' names_the_program
if [ "$VARIANT" = release ]; then
	row 'events leave nothing in memory' nothing_stays
else
	echo 'skip events leave nothing in memory: a sanitizer keeps what was freed'
fi
row 'queued once an hour' queue_has_one_entry
row 'told by D-Bus' asked_by_bus
row 'said by D-Bus' said_by_bus
row 'introspection' introspection_fits
row 'a hold ends where nothing is put right any more' held_then policy 'mode = observe' 'observe_until = 2099-01-01'
policy 'mode = repair' 'repairs = 2'
restart
row 'not fought for ever' not_for_ever
row 'what nobody can put right was not given up' nothing_to_be_done
silent_bus
row 'who does not answer delays nobody' who_does_not_answer_delays_nobody
row 'a new policy is obeyed' policy_is_obeyed
row 'ends when told' ends
row 'a hold of one who was killed ends with the control' old_hold_ends_with_the_control
row 'off asks the kernel for nothing' asks_for_nothing
nft -f "$work/nftables.conf"
policy 'mode = observe' 'observe_until = 2099-01-01' 'floor = on'
start
row 'no floor without the socket of systemd' floor_needs_its_socket
row 'nothing is put right where only the floor is missing' floor_alone_is_no_repair
row 'what was fine but for the floor, and now is in doubt, is put right' doubt_is_put_right_where_only_the_floor_is_missing
kill "$daemon"
wait "$daemon"
nft insert rule inet filter input tcp dport 4444 meta cpu 0 accept
nft 'table inet mutex_hold { chain input { type filter hook input priority -5; policy drop; }; }'
violated=$(grep -c '"violated"' "$work/signals")
start
row 'doubt ends no hold, and is not said to be put right' doubt_ends_no_hold "$violated"
kill "$daemon"
wait "$daemon"
policy 'mode = observe' 'observe_until = 2099-01-01' 'floor = on'
mkfifo "$work/owner"
nft -i <"$work/owner" >/dev/null 9>&- &
children+=($!)
exec 8>"$work/owner"
echo 'add table inet mutex_floor { flags owner; }' >&8
until nft list tables | grep -q mutex_floor; do sleep 0.05; done
start_with_socket
row 'the floor of another is told, and ours laid once it is gone' floor_of_another
row 'violated but protected by the floor' floor_protects
row 'the floor calls for no looks' floor_is_quiet
row 'behind the floor a hold that is refused is not missed' hold_is_not_missed
row 'the floor follows the policy' floor_follows_the_policy
stop
policy 'mode = observe' 'observe_until = 2099-01-01'
another_has_it
start_with_socket
row 'the floor of another is told where none is asked for' floor_of_another_where_none_is_asked_for
echo quit >&7
exec 7>&-
row 'the floor of another that comes later, too' floor_of_another_that_comes_later
stop
policy 'mode = off'
start_with_socket "$generic"
row 'a kernel without nf_tables, and no floor is asked for' says_nothing_of_a_floor
row 'a kernel without nf_tables, and one is' floor_is_refused 'Operation not supported'
stop
policy 'mode = off'
start_with_socket "$netfilter" setpriv --bounding-set=-net_admin --inh-caps=-net_admin
row 'nobody may change tables, and no floor is asked for' says_nothing_of_a_floor
row 'nobody may change tables, and one is' floor_is_refused 'the table mutex_floor belongs to another process, or the kernel lets nobody here change it'
stop
policy 'mode = observe' 'observe_until = 2099-01-01' 'floor = on'
start_with_socket
row 'a broken policy without a last good one leaves the floor' broken_policy_leaves_the_floor
row 'a broken policy without a last good one lays none at boot, and fails' broken_policy_at_boot

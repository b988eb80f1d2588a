#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Runs inside a booted container, as root, where the product is on: everything of ours that runs is killed with -9, in another order each time, while the
# firewall is switched off and a unit under guard is stopped; within two seconds all of it runs anew, nothing new gets in, the unit is active again, and the
# guard and the lock answer. Every try is one "kill". (The screen's lock: rows_lock.sh.)
# The same with the floor on, which nobody takes away: not one packet gets in. Leaves nftables under guard, with the floor. Usage: rows_guard_kill.sh PREFIX [TIMES]
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/bed/row.sh
. "$here/row.sh"
# shellcheck source=tests/bed/outside.sh
. "$here/outside.sh"
prefix=$1 times=${2:-10} limit_ms=2000
policy=/etc/mutex/policy.d/71-bed-kill.conf

pids() { # PID PROGRAM of each process that is ours
	local exe
	for exe in /proc/[0-9]*/exe; do
		case $(readlink "$exe") in
		/usr/libexec/idlelock* | /usr/libexec/mutex-*) echo "$(cut -d/ -f3 <<<"$exe") $(readlink "$exe")" ;;
		esac
	done 2>/dev/null
}
expected='/usr/libexec/idlelockd
/usr/libexec/mutex-guardd' # which stay; what else runs at a moment ends
programs() { pids | cut -d' ' -f2 | sort -u; }
is_closed() {
	nft list table inet mutex_hold >/dev/null 2>&1 || nft list table inet filter 2>/dev/null | grep -q 'policy drop'
}
answers() { # NAME PATH: of a property that each of the two has
	busctl --timeout=1 get-property "$1" "$2" "$1" Version >/dev/null 2>&1
}
in_force() {
	is_closed && answers org.pammutex.Guard1 /org/pammutex/Guard1 && answers org.pammutex.Idlelock1 /org/pammutex/Idlelock1 &&
		[ "$(programs)" = "$expected" ] && [ "$(systemctl is-active mutex-guardd idlelockd | sort -u)" = active ]
}
well() {
	local n
	for ((n = 0; n < 300; n++)); do
		nft list table inet filter 2>/dev/null | grep -q 'policy drop' && ! nft list table inet mutex_hold >/dev/null 2>&1 && in_force && return 0
		sleep 0.1
	done
	echo 'not well'
	programs
	nft list ruleset
	return 1
}
prepare() {
	printf '%s\n' 'flush ruleset' 'table inet filter {' 'chain input {' 'type filter hook input priority 0; policy drop;' \
		'ct state established,related accept' 'iif lo accept' 'tcp dport 22 accept' '}' '}' >/etc/nftables.conf
	systemctl enable --now nftables && nft -f /etc/nftables.conf || return 1
	printf '[Service]\nExecStart=/usr/bin/sleep infinity\n[Install]\nWantedBy=multi-user.target\n' >/etc/systemd/system/bed-kept.service
	systemctl daemon-reload && systemctl enable --now bed-kept || return 1
	printf '[control firewall]\nmode = repair\nproducts = nftables\nrepairs = 0\nallow = tcp/22\n' >$policy
	printf '[control units]\nmode = repair\nunits = bed-kept.service\nunit_files = /etc/systemd/system/bed-kept.service\nrepairs = 0\n' >>$policy
	sleep 2
	well && mutexctl apply --yes && well
}
uptime_ms() { awk '{ printf "%d\n", $1 * 1000 }' /proc/uptime; }
# When the last of the units said that it is ready, as systemd noted it: asking again and again would slow down what is measured.
ready_ms() { # UNIT...
	systemctl show --property=ActiveEnterTimestampMonotonic --value "$@" | awk '$1 > last { last = $1 } END { printf "%d\n", last / 1000 }'
}
wait_for() { # COMMAND...
	local n
	for ((n = 0; n < 100; n++)); do
		"$@" && return 0
		sleep 0.1
	done
	echo "waited for: $*"
	nft list ruleset
	return 1
}
killed_in_every_order() {
	local i begun closed ready kept worst=0 list
	for ((i = 0; i < times; i++)); do
		mapfile -t list < <(pids | cut -d' ' -f1 | shuf)
		# What is switched off just before is seen by the guard that comes back.
		systemctl kill --signal=STOP mutex-guardd
		nft flush ruleset
		systemctl stop bed-kept
		begun=$(uptime_ms)
		kill -KILL "${list[@]}" 2>/dev/null
		until is_closed; do [ $(($(uptime_ms) - begun)) -le 10000 ] || { echo "try $i: open"; return 1; }; done
		closed=$(($(uptime_ms) - begun))
		well || return 1
		ready=$(($(ready_ms mutex-guardd idlelockd) - begun))
		wait_for systemctl is-active --quiet bed-kept || return 1
		kept=$(($(ready_ms bed-kept) - begun))
		echo "try $i: closed after $closed ms, both ready after $ready ms, unit back after $kept ms"
		[ $ready -gt 0 ] && [ $kept -gt 0 ] || return 1
		[ $closed -le $worst ] || worst=$closed
		[ $ready -le $worst ] || worst=$ready
		[ $kept -le $worst ] || worst=$kept
	done
	echo "# $prefix-kill: $times times, in force after at most $worst ms" >&3
	[ $worst -le $limit_ms ]
}

# --- the floor ---
# Observed only, so that nothing else closes what is open.
asks_for_floor() { # off|observe|on
	printf '[control firewall]\nmode = observe\nobserve_until = %s\nproducts = nftables\nallow = tcp/22\nfloor = %s\n' "$(date -d '+9 days' +%F)" "$1" >$policy
}
# Without the remark which of those who have its socket nft found first.
floor() {
	local rules
	rules=$(nft list table inet mutex_floor 2>/dev/null) && sed 's/ # progname .*//' <<<"$rules"
}
sees() { [ "$(tail -n 1 $work/seen | cut -d' ' -f2)" = "$1" ]; }
switch_product_off() {
	systemctl disable --quiet --now nftables
	nft flush ruleset
}
switch_product_on() {
	systemctl enable --quiet --now nftables && nft -f /etc/nftables.conf
}
told() { has "$(mutexctl check --system | sed -n '/^firewall /,/^[a-z]/p')" "$@"; }
counts() { grep -qE 'since it was laid, [1-9][0-9]* packets came in' <<<"$(mutexctl check --system)"; } # which fails for any finding
floor_observes() {
	wire 0.002 && asks_for_floor observe && wait_for eval 'floor | grep -q counter' && switch_product_off && wait_for sees open && wait_for counts || return 1
	switch_product_on && wait_for sees closed
}
floor_is_laid() {
	asks_for_floor on && wait_for eval 'floor | grep -q "policy drop"' && told 'firewall (FW-1): ok' 'The floor (the table mutex_floor of nftables) is in force' && ! floor | grep -q counter || return 1
	since=$(now)
	switch_product_off && wait_for told 'firewall (FW-1): violated' 'but this computer is protected by the floor' && wait_for sees closed && [ "$(open_ms "$since")" = 0 ]
}
nobody_takes_it_away() {
	local before command
	before=$(floor)
	for command in 'nft flush ruleset' 'nft delete table inet mutex_floor' 'nft flush table inet mutex_floor' 'nft insert rule inet mutex_floor input accept' \
		'nft add chain inet mutex_floor input "{ policy accept; }"' 'nft add table inet mutex_floor "{ flags dormant; }"' 'systemctl stop mutex-floor.socket' \
		'systemctl restart mutex-floor.socket' 'systemctl kill -s KILL mutex-floor.socket' 'systemctl stop mutex-floor.service' 'systemctl stop mutex-guardd' \
		'systemctl daemon-reexec' 'nft -f /etc/nftables.conf'; do
		sh -c "$command" 2>&1
		[ "$(floor)" = "$before" ] || { echo "gone by: $command"; return 1; }
	done
	switch_product_off
	systemctl start mutex-floor.service && wait_for in_force_but_open && [ "$(floor)" = "$before" ] && never_open
}
in_force_but_open() {
	answers org.pammutex.Guard1 /org/pammutex/Guard1 && answers org.pammutex.Idlelock1 /org/pammutex/Idlelock1 && [ "$(programs)" = "$expected" ]
}
never_open() {
	[ "$(open_ms "$since")" = 0 ] && return
	echo "open, by the other side's clock (asked since $since):"
	tail -n 20 $work/seen
	return 1
}
stays_through_an_upgrade() {
	local before
	before=$(floor)
	dpkg --install "$here"/../../build/deb/idlelock_*.deb && wait_for in_force_but_open && [ "$(floor)" = "$before" ] && never_open
}
killed_on_the_floor() {
	local i pid list
	for ((i = 0; i < times; i++)); do
		mapfile -t list < <(pids | cut -d' ' -f1 | shuf)
		nft flush ruleset
		for pid in "${list[@]}"; do
			kill -KILL "$pid" 2>/dev/null
			nft flush ruleset
		done
		wait_for in_force_but_open || return 1
	done
	echo "# $prefix-kill: with the floor open for $(open_ms "$since") ms" >&3
	never_open
}
floor_goes_with_the_policy() {
	asks_for_floor off && wait_for eval '! floor' && wait_for sees open && asks_for_floor on && wait_for eval 'floor | grep -q "policy drop"' && wait_for sees closed &&
		switch_product_on && wait_for told 'firewall (FW-1): ok'
}

exec 3>&1
row "$prefix-kill-prepare" prepare || exit 1
row "$prefix-killed-in-every-order" killed_in_every_order
since=$(now)
row "$prefix-floor-observes" floor_observes
since=$(now)
row "$prefix-floor-protects-where-the-product-is-off" floor_is_laid
row "$prefix-floor-nobody-takes-it-away" nobody_takes_it_away
row "$prefix-floor-stays-through-an-upgrade" stays_through_an_upgrade
row "$prefix-floor-killed-in-every-order" killed_on_the_floor
row "$prefix-floor-goes-with-the-policy" floor_goes_with_the_policy
unwire

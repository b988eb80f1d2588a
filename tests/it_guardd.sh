#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# mutex-guardd in a network namespace and a mount namespace of its own, with the real nft and a systemd that only runs commands (guardd_bed.py): what
# happens when the packet filter is loosened. The real products and the real systemd: tests/bed/rows_guard.sh. Needs root.
# shellcheck disable=SC2317 # the rows are called by row()
set -u
export PATH=$PATH:/usr/sbin:/sbin
[ "$(id -u)" -eq 0 ] || { echo 'only root can make network namespaces'; exit 77; }
# shellcheck source=tests/lib_need.sh
. "$(dirname "$0")/lib_need.sh"
need ip nft dbus-daemon dbus-send unshare
need_python dbus gi
if [ "${1:-}" != inside ]; then
	unshare -mn true 2>/dev/null || { echo 'namespaces are refused here'; exit 77; }
	# How fast it is undone is told of the guard, not of what else runs here.
	first=()
	chrt -r 5 true 2>/dev/null && first=(chrt -r 5)
	exec "${first[@]}" unshare -mn bash "$0" inside
fi

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/bed/row.sh
. "$here/bed/row.sh"
guardd=$BUILD/idlelock/guard/mutex-guardd
work=$(mktemp -d "${TMPDIR:-/tmp}/it_guardd.XXXXXX")
children=() daemon=
clean_up() {
	kill "${children[@]}" $daemon 2>/dev/null
	wait 2>/dev/null
	rm -rf "$work"
}
trap clean_up EXIT

# --- a computer of our own ---
folders=(/etc/mutex /run/mutex /var/lib/mutex /run/systemd /etc/systemd/system)
mkdir -p "${folders[@]}"
for folder in "${folders[@]}"; do mount -t tmpfs tmpfs "$folder"; done
chmod 0755 /etc/mutex /run/mutex
chmod 0700 /var/lib/mutex
mkdir -p /run/systemd/journal /run/systemd/units /etc/systemd/system/sysinit.target.wants /var/lib/mutex/baseline/etc
[ -e /etc/nftables.conf ] || : >/etc/nftables.conf
ip link set lo up
printf '%s\n' 'flush ruleset' 'table inet filter {' 'chain input {' 'type filter hook input priority 0; policy drop;' \
	'ct state established,related accept' 'iif lo accept' 'tcp dport 22 accept' '}' '}' >"$work/nftables.conf"
cp "$work/nftables.conf" /var/lib/mutex/baseline/etc/nftables.conf
# renamed over by a repair, so it cannot be a mount itself
mkdir "$work/upper" "$work/under" && mount -t overlay overlay -o "lowerdir=/etc,upperdir=$work/upper,workdir=$work/under" /etc 2>/dev/null ||
	{ echo 'overlays are refused here'; exit 77; }
for folder in /etc/mutex /etc/systemd/system; do mount -t tmpfs tmpfs "$folder"; done
chmod 0755 /etc/mutex
mkdir -p /etc/systemd/system/sysinit.target.wants
cp "$work/nftables.conf" /etc/nftables.conf
switched_on() {
	ln -sf /lib/systemd/system/nftables.service /etc/systemd/system/sysinit.target.wants/nftables.service
	ln -sf 0123 /run/systemd/units/invocation:nftables.service
}
switched_on
nft -f /etc/nftables.conf
policy() { # LINE...
	printf '%s\n' '[control firewall]' 'products = nftables' 'allow = tcp/22' "$@" '[control units]' 'mode = off' '[control auth]' 'mode = off' \
		'[control self]' 'mode = off' >/etc/mutex/policy.conf
}
mkfifo "$work/end"
"$BUILD/tests/catch_records" /run/systemd/journal/socket <"$work/end" >"$work/records" &
children+=($!)
exec 9>"$work/end"
dbus-daemon --session --nofork --print-address=3 3>"$work/address" 9>&- &
children+=($!)
until [ -s "$work/address" ]; do sleep 0.05; done
address=$(cat "$work/address")
/usr/bin/python3 "$here/guardd_bed.py" "$guardd" "$address" >"$work/systemd" 2>"$work/systemd.errors" 9>&- &
children+=($!)
until grep -qs ready "$work/systemd"; do sleep 0.05; done

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
queue_has_one_entry() {
	local entries=(/var/lib/mutex/queue/firewall.*)
	[ ${#entries[@]} -le 2 ] && grep -q '^count=' "${entries[0]}" && [ "$(stat -c %a /var/lib/mutex/queue)" = 700 ]
}
asked_by_bus() {
	has "$(dbus-send --bus="$address" --dest=org.pammutex.Guard1 --print-reply /org/pammutex/Guard1 org.freedesktop.DBus.Properties.Get \
		string:org.pammutex.Guard1 string:Controls)" '"firewall"' '"ok"' '"repair"'
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
ends() {
	kill "$daemon" && wait_for 10 eval '! kill -0 '"$daemon"' 2>/dev/null'
}

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
row 'its file edited' file_comes_back
row 'its unit disabled' disabled_unit
row 'the program is named' names_the_program
row 'queued once an hour' queue_has_one_entry
row 'told by D-Bus' asked_by_bus
row 'introspection' introspection_fits
policy 'mode = repair' 'repairs = 2'
restart
row 'not fought for ever' not_for_ever
row 'a new policy is obeyed' policy_is_obeyed
row 'ends when told' ends

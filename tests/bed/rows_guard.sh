#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Runs inside a booted container, as root, where the product is on: ways to switch the firewall off or to loosen it, with the real ufw, firewalld and
# nftables. Of each: refused; or closed again within a second (a probe from another network namespace tries all the time), put right, recorded, queued.
# Usage: rows_guard.sh PREFIX [TIMES [PRODUCT...]]
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/bed/row.sh
. "$here/row.sh"
# shellcheck source=tests/bed/person.sh
. "$here/person.sh"
# shellcheck source=tests/bed/outside.sh
. "$here/outside.sh"
# shellcheck source=tests/bed/guard_says.sh
. "$here/guard_says.sh"
prefix=$1 began=$SECONDS times=${2:-3} limit_ms=${GUARD_LIMIT_MS:-1000}
shift $(($# < 2 ? $# : 2))
products=${*:-nftables ufw firewalld}
policy=/etc/mutex/policy.d/70-bed-guard.conf
: >$work/open

# --- what the guard says ---
is_well() {
	[ "$(tail -n 1 $work/seen | cut -d' ' -f2)" = closed ] && ! nft list table inet mutex_hold >/dev/null 2>&1 && [ "$(ask firewall State Repairing)" = 'ok False' ]
}
well_again() {
	local n
	for ((n = 0; n < 300; n++)); do
		! is_well || return 0
		sleep 0.1
	done
	echo "not well: $(ask firewall State Repairing Detail), failed: $(ask firewall Failed)"
	nft list ruleset | head -n 60
	return 1
}
asks_for() { # PRODUCT [REPAIRS]
	printf '[control firewall]\nmode = repair\nproducts = %s\nrepairs = %s\nallow = tcp/22\n' "$1" "${2:-0}" >$policy
	well_again && mutexctl apply --yes && well_again
}

told() { # QUEUED-BEFORE
	local n
	for ((n = 0; n < 100; n++)); do
		[ "$(queued firewall)" -le "$1" ] || return 0
		sleep 0.1
	done
	echo "not queued: $1"
	return 1
}

# --- the rows ---
# It was open for no longer than it may, and is recorded and queued.
in_time() { # SINCE QUEUED-BEFORE
	local ms
	told "$2" && well_again || return 1
	ms=$(open_ms "$1")
	echo "open for $ms ms"
	echo "$ms" >>$work/open
	[ "$ms" != still ] && [ "$ms" -le "$limit_ms" ] || return 1
	records "$1" | grep -q ' firewall: ' || { echo 'no record'; return 1; }
}
# Done by root as sudo does it, a whole line of sh: closed again in time, well again, recorded, queued.
undone() { # COMMAND
	local i since before
	for ((i = 0; i < times; i++)); do
		since=$(now) before=$(queued firewall)
		as carol sudo sh -c "$1" || echo "exit $?"
		in_time "$since" "$before" || return 1
	done
}
# The same, or it opened nothing, and there is nothing to undo: firewalld of Debian 13 owns its table, which nobody else can take away.
undone_or_without_effect() { # COMMAND
	local i since before
	for ((i = 0; i < times; i++)); do
		since=$(now) before=$(queued firewall)
		as carol sudo sh -c "$1" || echo "exit $?"
		sleep 2
		[ "$(open_ms "$since")" != 0 ] || [ "$(queued firewall)" != "$before" ] || ! is_well || continue
		in_time "$since" "$before" || return 1
	done
}
# Nobody can put it right without the package: it is told, and nothing gets in, until the package is there again.
removed() { # PACKAGE COMMAND: which switches it on again
	local i since before ms state
	for ((i = 0; i < times; i++)); do
		since=$(now) before=$(queued firewall)
		as carol sudo env DEBIAN_FRONTEND=noninteractive apt-get -q -y remove "$1" || return 1
		told "$before" && sleep 3 || return 1
		ms=$(open_ms "$since") state=$(ask firewall State)
		DEBIAN_FRONTEND=noninteractive apt-get -q -y install --no-install-recommends "$1" && sh -c "$2" && well_again || return 1
		echo "open for $ms ms, then $state"
		[ "$ms" != still ] && [ "$ms" -le "$limit_ms" ] && [ "$state" = violated ] && records "$since" | grep -q ' firewall: ' || return 1
		echo "$ms" >>$work/open
	done
}
refused() { # USER COMMAND
	local since
	since=$(now)
	if as "$1" sh -c "$2"; then
		echo 'it was not refused'
		return 1
	fi
	sleep 0.3
	[ "$(open_ms "$since")" = 0 ] && is_well
}
# Ordinary life: nothing is told.
no_alarm() { # COMMAND
	local since
	since=$(now)
	sh -c "$1" || return 1
	sleep 1
	well_again || return 1
	[ -z "$(records "$since")" ] || { records "$since"; return 1; }
}
tell() { # NAME KIND ARGUMENT...
	row "$prefix-guard-$1" "${@:2}"
}

for_all() { # UNIT
	tell "$product-user-stops-it" refused alice "systemctl --no-ask-password stop $1"
	tell "$product-user-masks-it" refused alice "systemctl --no-ask-password mask $1"
	tell "$product-user-flushes" refused alice '/usr/sbin/nft flush ruleset'
	tell "$product-administrator-without-password-disables-it" refused carol "systemctl --no-ask-password disable --now $1"
	tell "$product-flush" undone_or_without_effect 'nft flush ruleset'
	tell "$product-stop" undone "systemctl stop $1"
	tell "$product-disable" undone "systemctl disable $1"
	tell "$product-disable-now" undone "systemctl disable --now $1"
	tell "$product-mask-now" undone "systemctl mask --now $1"
	tell "$product-mask-runtime" undone "systemctl mask --runtime --now $1"
	tell "$product-restart-is-no-alarm" no_alarm "systemctl restart $1"
}

rows_nftables() {
	printf '%s\n' '#!/usr/sbin/nft -f' 'flush ruleset' 'table inet filter {' 'chain input {' 'type filter hook input priority 0; policy drop;' \
		'ct state established,related accept' 'iif lo accept' 'meta l4proto { icmp, ipv6-icmp } accept' 'tcp dport 22 accept' '}' '}' >/etc/nftables.conf
	systemctl enable --now nftables
	tell nftables-on asks_for nftables || return
	for_all nftables
	tell nftables-delete-table undone 'nft delete table inet filter'
	tell nftables-policy-accept undone "nft 'chain inet filter input { policy accept; }'"
	tell nftables-accept-all undone 'nft insert rule inet filter input accept'
	tell nftables-accept-a-port undone 'nft insert rule inet filter input tcp dport 4444 accept'
	tell nftables-undecidable undone 'nft insert rule inet filter input tcp dport 4444 meta cpu 0-4095 accept'
	tell nftables-flush-chain-and-accept undone "nft 'flush chain inet filter input; chain inet filter input { policy accept; }'"
	tell nftables-dormant undone "nft 'add table inet filter { flags dormant; }'"
	tell nftables-file-edited undone "sed -i s/drop/accept/ /etc/nftables.conf; nft -f /etc/nftables.conf"
	tell nftables-file-emptied undone ': >/etc/nftables.conf; systemctl restart nftables; nft flush ruleset'
	tell nftables-file-removed undone 'rm /etc/nftables.conf; nft flush ruleset'
	tell nftables-removed removed nftables 'systemctl enable --now nftables'
	tell nftables-reload-is-no-alarm no_alarm 'systemctl reload nftables'
	tell nftables-rules-of-containers-are-no-alarm no_alarm "nft 'table ip nat { chain prerouting { type nat hook prerouting priority -100; }; chain postrouting { type nat hook postrouting priority 100; oifname \"docker0\" masquerade; }; }'; nft delete table ip nat"
	tell nftables-not-fought-for-ever given_up
}
# The third time within the hour it is left open, told so, and put right when an administrator does it.
given_up() {
	local since
	asks_for nftables 2 || return 1
	systemctl restart mutex-guardd && well_again || return 1
	since=$(date +%s)
	for _ in 1 2; do
		nft flush ruleset
		sleep 0.6
		well_again || return 1
	done
	nft flush ruleset
	sleep 2
	[ "$(ask firewall GivenUp)" = True ] && [ -z "$(nft list ruleset)" ] && has "$(records "$since")" 'again and again' || return 1
	has "$(cat /run/mutex/posture-guard)" mode=gate || return 1
	nft -f /etc/nftables.conf && well_again
}

rows_ufw() {
	ufw --force enable && ufw allow 22/tcp && systemctl enable --now ufw
	tell ufw-on asks_for ufw || return
	for_all ufw
	tell ufw-disable-by-itself undone 'ufw disable'
	tell ufw-reset undone 'ufw --force reset'
	tell ufw-allow-a-port undone 'ufw allow 4444'
	tell ufw-allow-from-one undone 'ufw insert 1 allow from 192.0.2.2'
	tell ufw-default-allow undone 'ufw default allow incoming'
	tell ufw-init-stop undone '/lib/ufw/ufw-init stop'
	tell ufw-policy-accept undone 'iptables -F; iptables -P INPUT ACCEPT'
	tell ufw-accept-in-front undone 'iptables -I INPUT -j ACCEPT'
	tell ufw-accept-in-its-chain undone 'iptables -I ufw-user-input -p tcp --dport 4444 -j ACCEPT'
	tell ufw-delete-table undone 'nft delete table ip filter'
	tell ufw-switch-edited undone 'sed -i s/ENABLED=yes/ENABLED=no/ /etc/ufw/ufw.conf'
	tell ufw-default-edited undone 'sed -i "s/^DEFAULT_INPUT_POLICY.*/DEFAULT_INPUT_POLICY=ACCEPT/" /etc/default/ufw; ufw reload'
	tell ufw-rules-edited undone 'sed -i "s/^COMMIT/-A ufw-before-input -p tcp --dport 4444 -j ACCEPT\nCOMMIT/" /etc/ufw/before.rules; ufw reload'
	tell ufw-removed removed ufw 'systemctl enable --now ufw; ufw --force enable'
	tell ufw-reload-is-no-alarm no_alarm 'ufw reload'
	tell ufw-a-narrower-rule-is-no-alarm no_alarm 'ufw deny 9999'
}

rows_firewalld() {
	systemctl enable --now firewalld
	tell firewalld-on asks_for firewalld || return
	for_all firewalld
	tell firewalld-killed undone 'systemctl kill -s KILL firewalld'
	tell firewalld-default-zone-trusted undone_or_without_effect 'firewall-cmd --set-default-zone=trusted'
	tell firewalld-zone-trusted undone 'firewall-cmd --zone=trusted --change-interface=g0'
	tell firewalld-add-port undone 'firewall-cmd --add-port=4444/tcp'
	tell firewalld-add-port-for-good undone 'firewall-cmd --permanent --add-port=4444/tcp; firewall-cmd --reload'
	tell firewalld-rich-rule undone "firewall-cmd --add-rich-rule='rule family=ipv4 source address=192.0.2.0/24 accept'"
	tell firewalld-accept-target undone 'firewall-cmd --permanent --zone=public --set-target=ACCEPT; firewall-cmd --reload'
	tell firewalld-delete-table undone_or_without_effect 'nft delete table inet firewalld'
	tell firewalld-zone-file undone 'printf "<zone target=\"ACCEPT\"></zone>\n" >/etc/firewalld/zones/public.xml; firewall-cmd --reload'
	tell firewalld-removed removed firewalld 'systemctl enable --now firewalld'
	tell firewalld-reload-is-no-alarm no_alarm 'firewall-cmd --reload'
	tell firewalld-panic-is-no-alarm no_alarm 'firewall-cmd --panic-on; sleep 1; firewall-cmd --panic-off'
}

switch_off() { # before the next product: nobody guards
	rm -f $policy
	printf '[control firewall]\nmode = off\n' >$policy
	sleep 1.5
	systemctl disable --now ufw firewalld nftables 2>/dev/null
	ufw --force disable
	nft flush ruleset
}

row "$prefix-guard-wire" wire || exit 1
for product in $products; do
	switch_off >$work/off 2>&1
	"rows_$product"
done
switch_off >$work/off 2>&1
rm -f $policy
unwire
echo "# $prefix-guard: open for at most $(sort -n $work/open | tail -n 1) ms of $(wc -l <$work/open) times; $((SECONDS - began)) s"

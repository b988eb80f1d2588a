#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The guard's scene of `make demo`, in a network namespace: the real mutex-guardd and the real nft; only systemd is played, and its commands are run.
# Usage: unshare ... demo_guard.sh ROOT BUILD, where ROOT holds the policy and the socket for records
set -euo pipefail
export PATH=$PATH:/usr/sbin:/sbin
root=$1 build=$2
children=()
trap 'kill "${children[@]}" 2>/dev/null || true; wait' EXIT

ip link set lo up
mkdir -p "$root"/run/systemd/units "$root"/etc/systemd/system/sysinit.target.wants "$root"/var/lib/mutex/baseline/etc "$root"/usr/sbin
cat >"$root/etc/nftables.conf" <<-'RULES'
	flush ruleset
	table inet filter {
		chain input {
			type filter hook input priority 0; policy drop;
			ct state established,related accept
			iif lo accept
		}
	}
RULES
cp "$root/etc/nftables.conf" "$root/var/lib/mutex/baseline/etc/"
ln -s "$(command -v nft)" "$root/usr/sbin/nft"
ln -s /lib/systemd/system/nftables.service "$root/etc/systemd/system/sysinit.target.wants/"
ln -s 0123 "$root/run/systemd/units/invocation:nftables.service"
nft -f "$root/etc/nftables.conf"

wait_until() { # WHAT COMMAND...
	local tries
	for ((tries = 0; tries < 500; tries++)); do
		"${@:2}" && return
		sleep 0.02
	done
	echo "waited 10 s in vain: $1"
	cat "$root"/guard.* "$root/run/mutex/posture-guard"
	exit 1
}
has_text() { [ -s "$1" ] && grep -q "$2" "$1"; }
stands() { grep -A 3 '^control=firewall' "$root/run/mutex/posture-guard" 2>/dev/null | grep -q "^state=$1"; }
is_closed() { nft list ruleset | grep -q 'policy drop'; }
is_back() { nft list table inet filter 2>/dev/null | grep -q 'policy drop' && stands ok && ! nft list table inet mutex_hold >/dev/null 2>&1; }

dbus-daemon --session --nofork --print-address=3 3>"$root/address" 2>"$root/guard.bus" 9>&- &
children+=($!)
wait_until bus has_text "$root/address" .
address=$(cat "$root/address")
/usr/bin/python3 tests/guardd_bed.py "$build/idlelock/guard/mutex-guardd" "$address" "$root" >"$root/guard.systemd" 2>"$root/guard.errors" 9>&- &
children+=($!)
wait_until systemd has_text "$root/guard.systemd" ready
"$build/idlelock/guard/mutex-guardd" --root "$root" --bus "$address" >"$root/guard.log" 2>&1 9>&- &
children+=($!)
wait_until firewall stands ok

echo 'nft list ruleset: closed'
begun=${EPOCHREALTIME/./}
echo 'nft flush ruleset: open to everybody'
nft flush ruleset
wait_until closed is_closed
echo "closed again after $(((${EPOCHREALTIME/./} - begun) / 1000)) ms"
wait_until back is_back
echo "its own rules are back after $(((${EPOCHREALTIME/./} - begun) / 1000)) ms"
wait_until record has_text "$root/records" 'Changed by'
sed -n 's/^MUTEX_DETAIL=firewall: \(.*Changed by: .*\)/on record: \1/p' "$root/records"

# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause
# A computer for mutex-guardd in a network namespace and a mount namespace of its own, with the real nft, a bus, a place for records, and a systemd that
# only runs commands (guardd_bed.py). To be sourced by a test or bench that runs as root; it starts the script anew inside. Afterwards:
#
#   $work, $address          a folder that goes at the end; the bus
#   $work/nftables.conf      the rules, which are loaded, and kept as the baseline
#   $work/records, $work/systemd    what was recorded; what systemd was asked
#   children+=(PID), daemon=PID     ended at the end
#   policy LINE...           [control firewall] of nftables, and everything else off
#   storm EVENTS             so many events of netlink and inotify
#   memory                   KiB of the daemon's own

export PATH=$PATH:/usr/sbin:/sbin
[ "$(id -u)" -eq 0 ] || { echo 'only root can make network namespaces'; exit 77; }
# shellcheck source=tests/lib_need.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib_need.sh"
need ip nft dbus-daemon dbus-send unshare
need_python dbus gi
if [ "${1:-}" != inside ]; then
	unshare -mn true 2>/dev/null || { echo 'namespaces are refused here'; exit 77; }
	# How fast it is undone is told of the guard, not of what else runs here.
	first=()
	chrt -r 5 true 2>/dev/null && first=(chrt -r 5)
	exec "${first[@]}" unshare -mn bash "$0" inside
fi

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
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
dbus-daemon --session --nofork --address="unix:path=$work/bus" --print-address=3 3>"$work/address" 2>"$work/bus.errors" 9>&- &
children+=($!)
until [ -s "$work/address" ]; do sleep 0.05; done
address=$(cat "$work/address")
/usr/bin/python3 "$here/guardd_bed.py" "$guardd" "$address" >"$work/systemd" 2>"$work/systemd.errors" 9>&- &
children+=($!)
until grep -qs ready "$work/systemd"; do sleep 0.05; done

memory() { awk '/^RssAnon/ { print $2 }' "/proc/$daemon/status"; }
storm() { # EVENTS
	/usr/bin/python3 - "$1" <<-'PYTHON'
		import os, subprocess, sys
		half = int(sys.argv[1]) // 4
		nft = subprocess.Popen(['nft', '-i'], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
		for _ in range(half):
		    nft.stdin.write('add table ip bench\ndelete table ip bench\n')
		nft.stdin.close()
		nft.wait()
		for _ in range(half):
		    os.utime('/etc/nftables.conf')
		    os.utime('/etc/shadow')
	PYTHON
	sleep 1
}

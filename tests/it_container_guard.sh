#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The guard on a computer of a company: a full release booted with systemd, README's first command, then the real ufw, firewalld and nftables are
# switched off and loosened in every way (bed/rows_guard.sh), each $GUARD_TIMES times (3); all of ours is killed $GUARD_KILLS times (10) and the
# floor tried (bed/rows_guard_kill.sh); it is rebooted and purged. Usage: it_container_guard.sh SUITE
set -uo pipefail
# shellcheck source=tests/bed/prepare.sh
. "$(dirname "$0")/bed/prepare.sh"

suite=${1:-bookworm} times=${GUARD_TIMES:-3}
tree=/home/carol/pam_mutex
bed_prepare "$suite" laptop
box_boot || exit 1

people() {
	cat >"$box_root/root/people.sh" <<-'PEOPLE'
		useradd --create-home --shell /bin/bash alice
		useradd --create-home --shell /bin/bash --groups sudo carol
		echo "carol ALL=(ALL) NOPASSWD: ALL" > /etc/sudoers.d/carol
	PEOPLE
	box_run sh /root/people.sh
}
enable() {
	box_online runuser -u carol -- env HOME=/home/carol sh -c "cd $tree && sudo make enable"
}
# Downloaded, too, is what is removed and installed again later, without the network.
products() {
	box_online env DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends ufw firewalld nftables iptables &&
		box_online env DEBIAN_FRONTEND=noninteractive apt-get -q install -y --reinstall --download-only nftables ufw firewalld &&
		box_run systemctl disable --now firewalld
}
runs_in_its_walls() {
	local exposure
	exposure=$(box_run systemd-analyze security mutex-guardd.service --no-pager | sed -n 's/.*exposure level for .*: \([0-9.]*\) .*/\1/p')
	echo "exposure $exposure"
	box_run systemctl is-active mutex-guardd.service mutex-floor.service && [ -n "$exposure" ] && awk -v e="$exposure" 'BEGIN { exit !(e <= 3.5) }'
}
# Killed twenty times: it is back, and what was done meanwhile is undone.
comes_back() {
	box_run sh -c 'for i in $(seq 20); do
		systemctl kill -s KILL mutex-guardd
		n=0
		until [ "$(systemctl is-active mutex-guardd)" = active ]; do sleep 0.1; n=$((n + 1)); [ $n -lt 20 ] || exit 1; done
	done'
}
# A control that puts right is [control self] too: what masks the guard is undone.
unmasks_itself() {
	printf '[control self]\nmode = repair\n' >"$box_root/etc/mutex/policy.d/71-bed-self.conf"
	box_run sh -c 'until mutexctl check --system 2>/dev/null | grep -q "^self .*ok; mode = repair"; do sleep 0.1; done
		systemctl mask --quiet mutex-guardd && systemctl is-enabled mutex-guardd
		for n in $(seq 100); do [ "$(systemctl is-enabled mutex-guardd)" = masked ] || exit 0; sleep 0.1; done
		exit 1'
}
# As the rows before left it, nftables under guard.
reboot_is_no_alarm() { # SINCE
	local told
	box_run sh -c 'n=0; until grep -A 3 control=firewall /run/mutex/posture-guard | grep state=ok; do sleep 0.1; n=$((n + 1)); [ $n -lt 300 ] || exit 1; done' || return 1
	told=$(box_run journalctl --since "@$1" --quiet --no-pager --output=cat --output-fields=MUTEX_DETAIL MUTEX_KIND=control-changed)
	has "$told" 'firewall: ' || return 1
	grep '^firewall: .*Changed by' <<<"$told" && return 1
	box_run rm /etc/mutex/policy.d/71-bed-kill.conf
}
# As the rows before left it, with the floor on.
floor_before_network() {
	local laid network
	laid=$(box_run systemctl show --property=ActiveEnterTimestampMonotonic --value mutex-floor.service)
	network=$(box_run systemctl show --property=ActiveEnterTimestampMonotonic --value network-pre.target)
	echo "laid at $laid us, network-pre at $network us"
	box_run nft list table inet mutex_floor | grep -q 'policy drop' && [ "$laid" -gt 0 ] && [ "$laid" -le "$network" ] &&
		has_not "$(box_run journalctl --boot --quiet --no-pager --output=cat)" 'ordering cycle'
}
purged() {
	local left
	box_run apt-get -y purge idlelock libpam-mutex mutexctl || return 1
	left=$(cd "$box_root" && find etc usr/lib/systemd usr/libexec usr/share/dbus-1 usr/share/man var/lib run -ipath '*mutex*' ! -path 'var/lib/apt/*' 2>/dev/null)
	[ -z "$left" ] || { echo "left: $left"; return 1; }
	[ -z "$(box_run systemctl list-units --all --no-legend 'mutex*')" ] && has_not "$(box_run nft list tables)" mutex_
}

people || exit 1
bed_clone $tree
box_run chown -R carol:carol $tree
row "$suite-guard-readme-enable" enable || exit 1
row "$suite-guard-products-installed" products || exit 1
row "$suite-guard-exposure" runs_in_its_walls
BOX_LIMIT_S=$((2000 + times * 200)) box_run bash $tree/tests/bed/rows_guard.sh "$suite" "$times"
row "$suite-guard-unmasks-itself" unmasks_itself
row "$suite-guard-comes-back" comes_back
BOX_LIMIT_S=1500 box_run bash $tree/tests/bed/rows_guard_kill.sh "$suite" "${GUARD_KILLS:-10}"
box_halt
booted=$(date +%s)
box_boot || exit 1
row "$suite-guard-floor-before-network" floor_before_network
row "$suite-guard-reboot-is-no-alarm" reboot_is_no_alarm "$booted"
row "$suite-guard-purge-leaves-nothing" purged

#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Who switched a control off: the right person each time, or "unknown". In the VM, since the kernel tells of processes in its first namespaces only.
# Usage: it_vm_guard.sh SUITE
# shellcheck disable=SC2016 # expands in the VM
set -uo pipefail

suite=${1:-bookworm}
# shellcheck source=tests/bed/vm_prepare.sh
. "$(dirname "$0")/bed/vm_prepare.sh"

# Cron and the packet filter under guard, only told, so that each row makes its own end; nothing else is told meanwhile: there is no
# antivirus here. Carol, who may use sudo, on console 2; bob on console 3, whose sessions are not locked when the other's comes to the front.
prepare() {
	vm_run 'nft "add table inet bed; add chain inet bed input { type filter hook input priority 0; policy drop; }"
		printf "%s\n" "[control units]" "mode = observe" "observe_until = 2099-01-01" "units = cron.service" "[control firewall]" "mode = observe" \
			"observe_until = 2099-01-01" "[control auth]" "mode = observe" "observe_until = 2099-01-01" "[control antivirus]" "mode = off" \
			"[lock]" "after = 1h" "on_switch = no" >/etc/mutex/policy.d/93-bed-guard.conf
		mutexctl apply --yes --accept >/dev/null && systemctl reload idlelockd && systemctl restart mutex-guardd' || return 1
	vm_wait 60 'grep -A 2 control=units /run/mutex/posture-guard | grep -q state=ok' || { vm_run 'cat /run/mutex/posture-guard'; return 1; }
	login 2 carol && login 3 bob && vm_save guarded
}
login() { # CONSOLE USER
	vm_key "ctrl-alt-f$1" && vm_reads 60 "$1" 'laptop login:' || return 1
	vm_line "$2"
	vm_reads 30 "$1" 'Password:' || return 1
	vm_line "$password"
	vm_reads 60 "$1" "$2@laptop"
}
# The row begins: nothing is on record yet.
begin() { # CONSOLE
	vm_restore guarded && vm_key "ctrl-alt-f$1" &&
		vm_run 'setsid journalctl --quiet --follow --lines=0 --output=verbose --output-fields=MUTEX_ASKED_BY,MUTEX_DETAIL MUTEX_KIND=control-changed >/run/told 2>&1 &'
}
# What the next record of a violation says.
is_told() { # TEXT
	vm_wait 60 'grep -q "Changed by" /run/told' || { vm_run 'cat /run/mutex/posture-guard /run/told'; return 1; }
	has "$(vm_run 'cat /run/told')" "$1"
}
# Through sudo, which asks for the password.
carol_does() { # COMMAND
	begin 2 || return 1
	vm_line "sudo $1"
	vm_reads 30 2 'password for carol' || return 1
	vm_line "$password"
}
has_asked_by() { # USER
	has "$(vm_run 'cat /run/told')" "MUTEX_ASKED_BY=$1"
}

sudo_stops_a_unit() {
	carol_does 'systemctl stop cron' && is_told 'Changed by: carol (systemctl).' && has_asked_by carol
}
sudo_flushes_rules() {
	carol_does 'nft flush ruleset' && is_told 'Changed by: carol (nft).' && has_asked_by carol
}
sudo_writes_a_file() {
	carol_does 'cp /dev/null /etc/sudoers.d/bed && sudo sh -c "echo bob ALL=NOPASSWD: ALL >/tmp/bed" && sudo cp /tmp/bed /etc/sudoers.d/bed' &&
		is_told 'Changed by: carol (cp).' && has_asked_by carol
}
su_stops_a_unit() {
	begin 3 || return 1
	vm_line 'su -c "systemctl stop cron"'
	vm_reads 30 3 'Password:' || return 1
	vm_line "$password"
	is_told 'Changed by: bob (systemctl).'
}
service_is_nobody() {
	begin 2 && vm_run 'systemd-run --quiet systemctl stop cron' && is_told 'Changed by: unknown.' && has_not "$(vm_run 'cat /run/told')" MUTEX_ASKED_BY=
}
# Bob's is refused, carol's succeeds: who it was cannot be known from outside.
two_are_nobody() {
	carol_does 'sh -c "while sleep 0.2; do [ ! -e /run/go ] || exec systemctl stop cron; done"' || return 1
	vm_run '/usr/local/sbin/bed-guest as bob sh -c "setsid systemctl --no-ask-password stop cron 2>/dev/null &"; touch /run/go' && is_told 'Changed by: ' || return 1
	has_not "$(vm_run 'cat /run/told')" 'Changed by: bob'
}

# Signatures, bans and posture have times in them; nothing of it is a violation because the clock is set.
clock_is_set() {
	local by
	begin 2 || return 1
	for by in '+2 days' '-4 days' '+2 days'; do
		vm_run "date --set='$by' >/dev/null; touch /etc/sudoers.d /etc/systemd/system; nft add table inet clock; nft delete table inet clock"
		vm_sleep 3
	done
	has_not "$(vm_run 'cat /run/told')" 'Changed by' || return 1
	vm_run 'systemctl stop cron' && is_told 'Changed by: '
}

vm_prepare "$suite"
vm_restore || exit 1
row "vm-$suite-guard" prepare || exit 1
row "vm-$suite-who-stopped-a-unit-by-sudo" sudo_stops_a_unit
row "vm-$suite-who-flushed-the-rules-by-sudo" sudo_flushes_rules
row "vm-$suite-who-wrote-a-file-by-sudo" sudo_writes_a_file
row "vm-$suite-who-stopped-a-unit-by-su" su_stops_a_unit
row "vm-$suite-service-is-nobody" service_is_nobody
row "vm-$suite-two-are-nobody" two_are_nobody
row "vm-$suite-clock-set-is-no-alarm" clock_is_set

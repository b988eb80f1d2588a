#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Sessions as logind knows them: ended and locked by suspend, seen from two places, limited in number. Inside a booted container, as root, where
# the product is on. Prints rows. Usage: rows_sessions.sh PREFIX. Expects carol; makes saki, who has a session or more.
# shellcheck disable=SC2016 # expanded over there
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/bed/row.sh
. "$here/row.sh"
# shellcheck source=tests/bed/person.sh
. "$here/person.sh"
prefix=$1

password='timber saddle quince lagoon'
policy=/etc/mutex/policy.d/94-bed-sessions.conf
sshd=/etc/ssh/sshd_config.d/40-bed-sessions.conf
here_address=10.66.0.20 there=(10.66.0.21 10.66.0.22) # of this machine, but no loopback

rules() { # LINE...: of [access]
	printf '[mfa]\nmode = enforce\nremote = off\n[access]\nmode = enforce\nposture = off\n' >$policy
	printf '%s\n' "$@" >>$policy
	mutexctl check
}
prepare() {
	local address
	useradd --create-home --shell /bin/bash saki && echo "saki:$password" | chpasswd || return 1
	for address in $here_address "${there[@]}"; do ip address add "$address/32" dev lo; done
	as carol sh -c 'test -e ~/.ssh/id_ed25519 || ssh-keygen -q -t ed25519 -N "" -f ~/.ssh/id_ed25519'
	install -d -m 0700 -o saki -g saki /home/saki/.ssh
	install -m 0600 -o saki -g saki /home/carol/.ssh/id_ed25519.pub /home/saki/.ssh/authorized_keys
	{
		printf 'MaxStartups 100\nAuthenticationMethods any\n'
		! sshd -T 2>/dev/null | grep -qi '^persourcepenalties' || echo 'PerSourcePenalties no'
	} >$sshd
	systemctl restart ssh
	rules
}
# From one of the other addresses.
from() { # ADDRESS COMMAND
	as carol ssh -b "$1" -o StrictHostKeyChecking=no -o PreferredAuthentications=publickey -o ConnectTimeout=20 -o ConnectionAttempts=10 saki@$here_address "$2" </dev/null
}
# Those of the person that are open: neither closing nor the service manager's.
sessions() {
	local session state
	for session in $(loginctl list-sessions --no-legend | awk '$3 == "saki" { print $1 }'); do
		state=$(loginctl show-session "$session" -p Class -p State --value 2>/dev/null | sort | tr '\n' ' ')
		case $state in *closing*) ;; *user*) echo "$session" ;; esac
	done
}
wait_for() { # COMMAND...
	for _ in $(seq 100); do
		! "$@" || return 0
		sleep 0.1
	done
	return 1
}
has_sessions() { # COUNT
	[ "$(sessions | wc -l)" -eq "$1" ]
}
open_session() { # ADDRESS: sets opened
	: >/run/bed-session.log
	from "$1" 'echo $$; exec sleep 300' >/run/bed-session.log 2>&1 &
	opened=$!
}
all_closed() {
	loginctl terminate-user saki 2>/dev/null
	wait_for has_sessions 0
}

# --- suspend ---------------------------------------------------------------------------------------------------------
# As a desktop: logind is told so, nothing is shown.
open_desktop() {
	systemd-run --quiet --collect --unit=bed-desktop --uid=saki -p PAMName=login -E XDG_SESSION_TYPE=x11 sleep 300
	wait_for has_sessions 1 || { loginctl list-sessions; return 1; }
	loginctl show-session "$(sessions)" -p Type --value | grep -q x11
}
suspend_locks() {
	local watcher said status=0
	open_desktop || return 1
	busctl monitor --match "type='signal',interface='org.freedesktop.login1.Session',member='Lock'" >/run/bed-lock.log 2>&1 &
	watcher=$!
	sleep 1
	said=$(mutexctl suspend saki --reason 'asked by phone' --by carol --lock-sessions) || status=1
	has "$said" 'saki: suspended' '1 session of saki asked to lock' || status=1
	wait_for grep -q 'Member=Lock' /run/bed-lock.log || status=1
	kill $watcher
	has_sessions 1 || { echo 'the session ended'; status=1; }
	return $status
}
# Nobody at a terminal hears of it: that must be told.
suspend_cannot_lock_a_terminal() {
	mutexctl resume saki && all_closed || return 1
	open_session "${there[0]}"
	wait_for has_sessions 1 || { loginctl list-sessions; return 1; }
	local said
	said=$(mutexctl suspend saki --reason 'asked by phone' --by carol --lock-sessions 2>&1) && return 1
	has "$said" 'saki: suspended' 'has no screen that could be locked; --end-sessions ends it'
}
suspended_comes_in_no_more() {
	has_not "$(from "${there[0]}" 'echo IN-AS-$(id -un)' 2>&1)" IN-AS-
}
suspend_ends() {
	local said
	mutexctl resume saki || return 1
	all_closed
	open_session "${there[0]}"
	wait_for test -s /run/bed-session.log || return 1
	as saki sleep 301 >/dev/null 2>&1 & # outside of any session of his
	said=$(mutexctl suspend saki --reason 'left' --by carol --end-sessions) || return 1
	has "$said" '1 session of saki ended' && wait_for has_sessions 0 && ! wait $opened
}
# In the moment in which logind knows of the session and sshd does not yet: what is then in the making must not live on.
suspend_ends_what_is_in_the_making() {
	mutexctl resume saki || return 1
	pkill -u saki -x sleep
	all_closed
	open_session "${there[0]}"
	until loginctl list-sessions --no-legend | grep -q saki; do sleep 0.01; done
	mutexctl suspend saki --reason 'left' --by carol --end-sessions || return 1
	wait_for has_sessions 0 && sleep 1 && ! pgrep -u saki -x sleep
}
suspend_nobody_there() {
	mutexctl resume saki || return 1
	pkill -u saki -x sleep
	has "$(mutexctl suspend saki --reason 'left' --by carol --end-sessions)" '0 sessions of saki ended' && mutexctl resume saki
}

# --- two places ------------------------------------------------------------------------------------------------------
finding() { # FIELD...
	journal -o verbose -n 1 SYSLOG_IDENTIFIER=pam_mutex MUTEX_KIND=login MUTEX_USER=saki "$@"
}
one_place_is_nothing() {
	all_closed
	open_session "${there[0]}"
	wait_for has_sessions 1 || { loginctl list-sessions; return 1; }
	has "$(from "${there[0]}" 'echo IN-AS-$(id -un)')" IN-AS-saki && has_not "$(finding)" two-places
}
two_places_reported() {
	has "$(from "${there[1]}" 'echo IN-AS-$(id -un)')" IN-AS-saki &&
		has "$(finding MUTEX_REASONS=two-places)" MUTEX_CLAUSE=PW-2 "MUTEX_RHOST=${there[1]}" 'other addresses with an open login of this person: 1'
}
two_places_denied() {
	rules 'two_places = deny' || return 1
	has_not "$(from "${there[1]}" 'echo IN-AS-$(id -un)' 2>&1)" IN-AS- && has "$(finding)" MUTEX_VERDICT=denied two-places
}

# --- how many ----------------------------------------------------------------------------------------------------------
at_once() { # COUNT: so many logins at the same moment; prints how many were let in
	local i
	rm -f /run/bed-many.*
	for ((i = 0; i < $1; i++)); do
		from "${there[0]}" 'echo IN-AS-$(id -un); exec sleep 8' >/run/bed-many.$i 2>&1 &
	done
	wait
	cat /run/bed-many.* | grep -c IN-AS-saki
}
only_so_many() { # LIMIT
	local let_in
	all_closed
	rules "max_sessions = $1" || return 1
	let_in=$(at_once 8)
	# Who is on the way out may still count when another comes: fewer are no breach.
	[ "$let_in" -ge 1 ] && [ "$let_in" -le "$1" ] || { echo "$let_in were let in, not 1 to $1"; return 1; }
}
again_afterwards() {
	all_closed
	has "$(from "${there[0]}" 'echo IN-AS-$(id -un)')" IN-AS-saki
}
as_before() {
	rm -f $policy $sshd /run/bed-many.*
	systemctl restart ssh
	all_closed
	userdel --remove saki 2>/dev/null
	for address in $here_address "${there[@]}"; do ip address del "$address/32" dev lo; done
}

row "$prefix-sessions-prepare" prepare || exit 1
row "$prefix-suspend-locks-sessions" suspend_locks
row "$prefix-suspend-cannot-lock-a-terminal" suspend_cannot_lock_a_terminal
row "$prefix-suspended-comes-in-no-more" suspended_comes_in_no_more
row "$prefix-suspend-ends-sessions" suspend_ends
row "$prefix-suspend-ends-a-session-in-the-making" suspend_ends_what_is_in_the_making
row "$prefix-suspend-without-sessions" suspend_nobody_there
row "$prefix-one-place-is-nothing" one_place_is_nothing
row "$prefix-two-places-are-recorded" two_places_reported
row "$prefix-two-places-denied-where-asked-for" two_places_denied
row "$prefix-one-session-of-eight-at-once" only_so_many 1
row "$prefix-three-sessions-of-eight-at-once" only_so_many 3
row "$prefix-session-again-afterwards" again_afterwards
row "$prefix-sessions-as-before" as_before

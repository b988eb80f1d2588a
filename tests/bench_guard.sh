#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# What mutex-guardd costs, and how fast a flushed firewall is closed, beside the two things people write themselves: a script that looks once a second,
# and one that waits for `nft monitor`. BENCH_FLUSHES (50), BENCH_WINDOW_S (100): how long idle wake-ups are counted, BENCH_EVENTS (100000).
# Exit 1 when an aim is missed: 1 s until closed, 0.05 wake-ups a second idle with all controls on, no memory that stays.
set -u
export BUILD=${BUILD:?}
[ "$(id -u)" -eq 0 ] || { echo 'skipped: only root can make network namespaces'; exit 0; }
# The network namespace outside stays open.
[ "${1:-}" = inside ] || exec 8</proc/self/ns/net
# shellcheck source=tests/lib_guardd.sh
. "$(dirname "$0")/lib_guardd.sh"
failed=0

stands() { sed -n '/^control=firewall/,/^detail=/p' /run/mutex/posture-guard 2>/dev/null | grep -qx "state=$1"; }
is_dropping() { nft list "$@" 2>/dev/null | grep -q 'policy drop'; }
is_closed() { is_dropping table inet mutex_hold || is_dropping table inet filter; }
is_back() { is_dropping table inet filter; }
start() {
	"$guardd" --bus "$address" >>"$work/guardd.log" 2>&1 9>&- &
	daemon=$!
	until stands ok; do sleep 0.1; done
}
since_ms() { echo $(((${EPOCHREALTIME/./} - $1) / 1000)); }
spread() { sort -n | awk '{ v[NR] = $1 } END { printf "median %d ms, slowest %d ms", v[int((NR + 1) / 2)], v[NR] }'; }

# --- how fast ---
flushes() { # NAME
	local n begun
	: >"$work/closed" && : >"$work/back"
	for ((n = 0; n < ${BENCH_FLUSHES:-50}; n++)); do
		begun=${EPOCHREALTIME/./}
		nft flush ruleset
		until is_closed; do :; done
		since_ms "$begun" >>"$work/closed"
		until is_back; do :; done
		since_ms "$begun" >>"$work/back"
		sleep "1.$RANDOM"
		[ -z "$daemon" ] || until stands ok && ! nft list table inet mutex_hold >/dev/null 2>&1; do sleep 0.02; done
	done
	printf '%-22s closed after %s; own rules back after %s\n' "$1" "$(spread <"$work/closed")" "$(spread <"$work/back")"
}
peer() { # NAME COMMAND
	bash -c "$2" bash "$work/nftables.conf" >/dev/null 2>&1 9>&- &
	local pid=$!
	sleep 1
	flushes "$1"
	pkill -P $pid
	kill $pid 2>/dev/null
	wait $pid 2>/dev/null
}
# shellcheck disable=SC2016 # expands there
peers() {
	peer 'a look each second' 'while sleep 1; do nft list ruleset | grep -q "policy drop" || nft -f "$1"; done'
	peer 'nft monitor' 'nft monitor | while read -r _; do nft list ruleset | grep -q "policy drop" || nft -f "$1"; done'
}

# --- what it costs ---
switches() { awk '/^(non)?voluntary_ctxt/ { n += $2 } END { print n }' "/proc/$daemon/status"; }
ticks() { awk '{ print $14 + $15 }' "/proc/$daemon/stat"; }
idle() {
	local window=${BENCH_WINDOW_S:-100} begun_switches begun_ticks wakes
	sleep 15
	begun_switches=$(switches) begun_ticks=$(ticks)
	sleep "$window"
	wakes=$(($(switches) - begun_switches))
	awk -v n=$wakes -v s="$window" -v t=$(($(ticks) - begun_ticks)) -v hz="$(getconf CLK_TCK)" -v m="$(memory)" 'BEGIN {
		printf "idle, all controls on  %d switches in %d s: %.3f wake-ups a second (aim 0.05), %.2f %% of a processor, %d KiB of its own\n",
			n, s, n / s, 100 * t / hz / s, m
		exit n / s > 0.05 }' || failed=1
}
growth() {
	local events=${BENCH_EVENTS:-100000} before begun
	storm 4000
	before=$(memory) begun=$(ticks)
	storm "$events"
	awk -v n="$events" -v a="$before" -v b="$(memory)" -v t=$(($(ticks) - begun)) -v hz="$(getconf CLK_TCK)" 'BEGIN {
		printf "%d changes         %d KiB of its own before, %d KiB after (aim: no growth), %.1f us of a processor each\n", n, a, b, 1e6 * t / hz / n
		exit b > a }' || failed=1
}
# In the first network namespace, where the kernel tells who executes what.
executions() {
	local before begun n=5000
	kill "$daemon" && wait "$daemon"
	nsenter --net=/proc/self/fd/8 "$guardd" --bus "$address" >>"$work/guardd.log" 2>&1 9>&- &
	daemon=$!
	sleep 3
	begun=$(ticks) before=$(switches)
	/usr/bin/python3 -c 'import os, sys
for _ in range(int(sys.argv[1])):
    os.waitpid(os.posix_spawn("/bin/true", ["true"], {}), 0)' $n
	awk -v n=$n -v s=$(($(switches) - before)) -v t=$(($(ticks) - begun)) -v hz="$(getconf CLK_TCK)" 'BEGIN {
		printf "programs executed      %.2f switches and %.1f us of a processor each\n", s / n, 1e6 * t / hz / n }'
}

echo 'Who sees only that "policy drop" is gone misses a port that was opened, and names nobody.'
policy 'mode = repair' 'repairs = 0'
start
flushes mutex-guardd
! awk '$1 > 1000 { exit 1 }' "$work/closed" && { echo '  over 1 s'; failed=1; }
kill "$daemon" && wait "$daemon"
daemon=
peers
nft -f "$work/nftables.conf"
{
	printf '%s\n' '[control firewall]' 'mode = repair' 'repairs = 0' 'products = nftables' 'allow = tcp/22'
	printf '[control %s]\nmode = observe\nobserve_until = 2099-01-01\n' units antivirus auth self
	printf '%s\n' '[control units]' 'units = nftables.service'
} >/etc/mutex/policy.conf
start
idle
growth
executions
exit $failed

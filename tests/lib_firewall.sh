# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause
# The control "firewall" against reality: rule sets whose verdict is known are loaded in a network namespace, and what the judge says of single
# packets is compared with real ones from another namespace. On some of them a check by the state of a unit, by the names of chains and by
# "policy drop" is shown to be wrong. Needs root; the computer's own rules, addresses and files are not touched.
# only=WORDS runs the rows with those words in their names. To be sourced.
export PATH=$PATH:/usr/sbin:/sbin
look=$BUILD/tests/firewall_look
work=$(mktemp -d "${TMPDIR:-/tmp}/it_firewall.XXXXXX")
host=mutex-h-$$ outside=mutex-o-$$ container=mutex-c-$$
server=

skip() { echo "$1"; exit 77; }
[ "$(id -u)" -eq 0 ] || skip 'only root can make network namespaces'
for program in ip nft iptables-nft iptables-legacy ip6tables-legacy ipset python3; do
	command -v $program >/dev/null || skip "$program is not installed"
done
ip netns add "$host" 2>"$work/refused" || skip "network namespaces are refused here: $(cat "$work/refused")"

clean_up() {
	[ -z "$server" ] || kill $server 2>/dev/null
	for space in "$host" "$outside" "$container"; do ip netns del "$space" 2>/dev/null; done
	rm -rf "$work"
}
trap clean_up EXIT

# --- the bed: outside -- eth0 host docker0 -- container ---
in_host() { ip netns exec "$host" "$@"; }
in_outside() { ip netns exec "$outside" "$@"; }
neighbour() { # NAMESPACE INTERFACE ADDRESS ITS-NAMESPACE ITS-INTERFACE
	ip netns exec "$1" ip -6 neigh replace "$3" dev "$2" nud permanent lladdr "$(ip netns exec "$4" cat "/sys/class/net/$5/address")"
}
wire() {
	ip netns add "$outside" && ip netns add "$container" &&
		ip link add eth0 netns "$host" type veth peer name eth0 netns "$outside" &&
		ip link add docker0 netns "$host" type veth peer name eth0 netns "$container" || return 1
	for space in "$host" "$outside" "$container"; do
		ip netns exec "$space" ip link set lo up
		ip netns exec "$space" ip link set eth0 up
	done
	in_host ip link set docker0 up
	in_host ip addr add 192.0.2.1/24 dev eth0
	in_host ip addr add 2001:db8:1::1/64 dev eth0 nodad
	in_host ip addr add 172.17.0.1/16 dev docker0
	in_host ip addr add fd00:17::1/64 dev docker0 nodad
	for n in 2 77; do
		in_outside ip addr add 192.0.2.$n/24 dev eth0
		in_outside ip addr add 2001:db8:1::$n/64 dev eth0 nodad
	done
	ip netns exec "$container" ip addr add 172.17.0.2/16 dev eth0
	ip netns exec "$container" ip addr add fd00:17::2/64 dev eth0 nodad
	ip netns exec "$container" ip route add default via 172.17.0.1
	ip netns exec "$container" ip -6 route add default via fd00:17::1
	# rules that drop neighbour discovery must not decide about what is probed
	neighbour "$outside" eth0 2001:db8:1::1 "$host" eth0
	neighbour "$host" eth0 2001:db8:1::2 "$outside" eth0
	neighbour "$host" eth0 2001:db8:1::77 "$outside" eth0
	neighbour "$host" docker0 fd00:17::2 "$container" eth0
	neighbour "$container" eth0 fd00:17::1 "$host" docker0
}
start_server() { # NAMESPACE PORT...
	local space=$1 n
	shift
	ip netns exec "$space" python3 "$TOP/tests/firewall_bed.py" serve "$@" >"$work/$space" 2>&1 &
	server="$server $!"
	for ((n = 0; n < 100; n++)); do
		grep -qs ready "$work/$space" && return
		sleep 0.05
	done
	cat "$work/$space"
	return 1
}
wire >"$work/wire" 2>&1 || skip "the namespaces cannot be wired: $(head -n 1 "$work/wire")"
start_server "$host" 22/tcp 80/tcp 4444/tcp 8080/tcp 53/udp 4444/udp 5353/udp || skip 'no server'
start_server "$container" 80/tcp || skip 'no server'

# "FAMILY PROTOCOL SOURCE SOURCE-PORT DESTINATION DESTINATION-PORT INTERFACE", from two senders and from two ports that old rules trust
for last in 2 77; do
	for port in tcp:22 tcp:80 tcp:8080 tcp:4444 udp:53 udp:4444 udp:5353; do
		echo "4 ${port%:*} 192.0.2.$last 50000 192.0.2.1 ${port#*:} eth0"
		echo "6 ${port%:*} 2001:db8:1::$last 50000 2001:db8:1::1 ${port#*:} eth0"
	done
done >"$work/probes"
cat >>"$work/probes" <<'END'
4 udp 192.0.2.2 53 192.0.2.1 4444 eth0
6 udp 2001:db8:1::2 53 2001:db8:1::1 4444 eth0
4 tcp 192.0.2.2 20 192.0.2.1 4444 eth0
END

flush() {
	in_host nft flush ruleset
	for table in filter nat mangle raw; do
		for tool in iptables-legacy ip6tables-legacy; do
			grep -qx $table <(in_host cat /proc/net/"${tool%tables-legacy}"_tables_names 2>/dev/null) || continue
			in_host $tool -t $table -F && in_host $tool -t $table -X
			[ $table != filter ] || for chain in INPUT FORWARD; do in_host $tool -P $chain ACCEPT; done
		done
	done
	in_host ipset destroy 2>/dev/null
	in_host sysctl -qw net.ipv4.ip_forward=0 net.ipv6.conf.all.forwarding=0
	return 0
}
# An answered probe must not open the way for that of the next row: what it was answered on is known for a second, which is waited for.
in_host sysctl -qw net.netfilter.nf_conntrack_udp_timeout=1 net.netfilter.nf_conntrack_udp_timeout_stream=1
probed_us=0
forget_probes() {
	local left_us=$((1100000 - (${EPOCHREALTIME/[.,]/} - probed_us)))
	((left_us <= 0)) || sleep "$((left_us / 1000000)).$(printf %06d $((left_us % 1000000)))"
}

failed=0 rows=0 agreed=0 loaded=
not_ok() { echo "not ok $1 [$2]"; failed=1; }

# Loads the rules on standard input, a script for the host's namespace, and compares verdict and packets.
row() { # NAME VERDICT ALLOWED,ALLOWED...
	local name=$1 want=$2 got words script=$work/script differs
	IFS=, read -ra words <<<"$3"
	cat >"$script"
	loaded=
	[ -z "${only:-}" ] || [[ $name == *$only* ]] || return 0
	loaded=$name
	flush
	if ! in_host bash -eu "$script" >"$work/load" 2>&1; then
		not_ok "$name" "the rules cannot be loaded: $(tail -n 1 "$work/load")"
		return
	fi
	rows=$((rows + 1))
	in_host "$look" "${words[@]}" <"$work/probes" >"$work/said" 2>&1 || { not_ok "$name" "$(tail -n 1 "$work/said")"; return; }
	got=$(sed -n 's/^verdict //p' "$work/said")
	[ "$got" = "$want" ] || { not_ok "$name" "$got instead of $want: $(grep '^opening' "$work/said" | head -n 3 | paste -sd';')"; return; }
	grep -xE 'open|closed|unknown' "$work/said" >"$work/judged"
	forget_probes
	paste -d' ' "$work/probes" "$work/judged" | in_outside python3 "$TOP/tests/firewall_bed.py" probe >"$work/real" 2>&1
	probed_us=${EPOCHREALTIME/[.,]/}
	differs=$(paste -d' ' "$work/judged" "$work/real" "$work/probes" | awk '$1 != "unknown" && $1 != $2' | head -n 3 | paste -sd';')
	if [ -n "$differs" ] || [ "$(wc -l <"$work/judged")" != "$(wc -l <"$work/probes")" ]; then
		not_ok "$name" "judged, real: $differs"
		return
	fi
	agreed=$((agreed + $(grep -vc unknown "$work/judged")))
	echo "ok $name"
}

# What simpler checks would say of the rules that are loaded now.
by_names() { grep -qE 'chain (input|INPUT|filter_input|filter_INPUT) ' <<<"$(in_host nft list ruleset 2>/dev/null)"; }
by_policy() { grep -q 'policy drop' <<<"$(in_host nft list ruleset 2>/dev/null)"; }
wrong_check() { # says-safe|says-open COMMAND: the row before it was right, and this is not
	local says=open
	[ -n "$loaded" ] || return 0
	"${@:2}" && says=safe
	if [ "says-$says" = "$1" ]; then echo "ok fooled, where the judge is not: ${*:2} $1"; else not_ok "fooled: ${*:2}" "it says $says"; fi
}

# Ends the test; fewer rule sets than there must be are a failure.
rows_end() { # LEAST
	echo "$rows rule sets, $agreed packets judged as they fared"
	[ -n "${only:-}" ] || [ "$rows" -ge "$1" ] || not_ok 'as many rule sets as there must be' "$rows"
	exit $failed
}

#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# shellcheck disable=SC2317 # rows are called by name
# The control "firewall" against reality: rule sets whose verdict is known are loaded in a network namespace, and what the judge says of single
# packets is compared with real ones from another namespace. On some of them a check by the state of a unit, by the names of chains and by
# "policy drop" is shown to be wrong. Needs root; the computer's own rules, addresses and files are not touched.
set -uo pipefail
TOP=${TOP:-$(cd "$(dirname "$0")/.." && pwd)}
BUILD=$(realpath -m "${BUILD:-$TOP/build/release}")
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
		grep -q ready "$work/$space" && return
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
# An answered probe must not open the way for that of the next row.
in_host sysctl -qw net.netfilter.nf_conntrack_udp_timeout=1 net.netfilter.nf_conntrack_udp_timeout_stream=1

failed=0 rows=0 agreed=0
not_ok() { echo "not ok $1 [$2]"; failed=1; }

# Loads the rules on standard input, a script for the host's namespace, and compares verdict and packets.
row() { # NAME VERDICT ALLOWED,ALLOWED...
	local name=$1 want=$2 got words script=$work/script differs
	IFS=, read -ra words <<<"$3"
	cat >"$script"
	[ -z "${only:-}" ] || [[ $name == *$only* ]] || return 0
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
	in_outside python3 "$TOP/tests/firewall_bed.py" probe <"$work/probes" >"$work/real" 2>&1
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
	"${@:2}" && says=safe
	if [ "says-$says" = "$1" ]; then echo "ok fooled, where the judge is not: ${*:2} $1"; else not_ok "fooled: ${*:2}" "it says $says"; fi
}

# --- native nftables ---
row 'nothing at all' violated '' <<'END'
:
END
wrong_check says-safe true # a unit that is "active (exited)" says nothing of the rules: ufw.service, nftables.service
row 'inet drop' ok '' <<'END'
nft 'add table inet f; add chain inet f in { type filter hook input priority 0; policy drop; }'
END
row 'inet drop with the usual accepts' ok '' <<'END'
nft -f - <<'RULES'
table inet f { chain input { type filter hook input priority filter; policy drop;
	ct state vmap { established : accept, related : accept, invalid : drop }
	iif lo accept
	meta l4proto { icmp, ipv6-icmp } accept
	udp sport 67 udp dport 68 accept
	reject
	}
}
RULES
END
row 'one port that may be open' ok 'tcp/22' <<'END'
nft 'add table inet f; add chain inet f in { type filter hook input priority 0; policy drop; }; add rule inet f in tcp dport 22 accept'
END
row 'one port that may not' violated 'tcp/80' <<'END'
nft 'add table inet f; add chain inet f in { type filter hook input priority 0; policy drop; }; add rule inet f in tcp dport 22 accept'
END
row 'IPv4 only: IPv6 is open' violated '' <<'END'
nft 'add table ip f; add chain ip f input { type filter hook input priority 0; policy drop; }'
END
wrong_check says-safe by_policy
wrong_check says-safe by_names
row 'IPv6 only: IPv4 is open' violated '' <<'END'
nft 'add table ip6 f; add chain ip6 f input { type filter hook input priority 0; policy drop; }'
END
row 'policy drop, but accept before it' violated '' <<'END'
nft 'add table inet f; add chain inet f input { type filter hook input priority 0; policy drop; }; add rule inet f input counter accept'
END
wrong_check says-safe by_policy
row 'policy accept, drop at the end' ok '' <<'END'
nft 'add table inet f; add chain inet f wall { type filter hook input priority 0; policy accept; }
	add rule inet f wall ct state established,related accept; add rule inet f wall iif lo accept; add rule inet f wall drop'
END
wrong_check says-open by_policy
wrong_check says-open by_names
row 'a table that sleeps' violated '' <<'END'
nft 'add table inet f { flags dormant; }; add chain inet f input { type filter hook input priority 0; policy drop; }'
END
wrong_check says-safe by_policy
row 'a chain that is on no hook' violated '' <<'END'
nft 'add table inet f; add chain inet f input; add rule inet f input drop'
END
wrong_check says-safe by_names
row 'only output drops' violated '' <<'END'
nft 'add table inet f; add chain inet f out { type filter hook output priority 0; policy drop; }; add rule inet f out accept'
END
wrong_check says-safe by_policy
row 'drop in prerouting' ok '' <<'END'
nft 'add table inet f; add chain inet f early { type filter hook prerouting priority -150; }
	add rule inet f early iifname != "lo" ct state new drop'
END
row 'drop in ingress of the only interface: others are open' violated '' <<'END'
nft 'add table netdev f; add chain netdev f in { type filter hook ingress device eth0 priority 0; policy accept; }
	add rule netdev f in meta protocol { ip, ip6 } tcp flags & (syn|ack) == syn drop; add rule netdev f in meta l4proto udp drop'
END
row 'two base chains: the later one drops' ok '' <<'END'
nft 'add table inet a; add chain inet a in { type filter hook input priority -10; policy accept; }; add rule inet a in accept
	add table inet b; add chain inet b in { type filter hook input priority 10; policy drop; }'
END
row 'two base chains: the earlier one accepts, nothing later' violated '' <<'END'
nft 'add table inet a; add chain inet a in { type filter hook input priority -10; policy accept; }; add rule inet a in accept'
END
row 'jumps and returns' ok 'tcp/22' <<'END'
nft -f - <<'RULES'
table inet f {
	chain deep { tcp dport 80 return; tcp dport 22 accept; }
	chain ports { jump deep; tcp dport 80 drop; }
	chain in { type filter hook input priority 0; policy drop; jump ports; goto last; accept; }
	chain last { counter; }
}
RULES
END
row 'goto does not come back' ok '' <<'END'
nft -f - <<'RULES'
table inet f { chain other { udp dport 1 counter; }
	chain in { type filter hook input priority 0; policy drop; goto other; accept; }
}
RULES
END
row 'a verdict map by port' violated 'tcp/22' <<'END'
nft -f - <<'RULES'
table inet f { chain in { type filter hook input priority 0; policy drop; tcp dport vmap { 22 : accept, 80 : accept, 4444 : drop }; }
}
RULES
END
row 'a map of interfaces to chains' ok 'any on eth0' <<'END'
nft -f - <<'RULES'
table inet f { chain good { accept; }
	chain bad { drop; }
	chain in { type filter hook input priority 0; policy drop; iifname vmap { "lo" : accept, "eth0" : jump good, "docker0" : goto bad }; }
}
RULES
END
row 'an interval set of ports' ok 'tcp/20-25,tcp/80' <<'END'
nft -f - <<'RULES'
table inet f { set open { type inet_service; flags interval; elements = { 20-25, 80 }; }
	chain in { type filter hook input priority 0; policy drop; tcp dport @open accept; }
}
RULES
END
row 'adjacent intervals' violated 'tcp/1-79' <<'END'
nft -f - <<'RULES'
table inet f { chain in { type filter hook input priority 0; policy drop; tcp dport { 1-79, 80-90 } accept; }
}
RULES
END
row 'one network that may' ok 'tcp/22 from 192.0.2.64/26' <<'END'
nft -f - <<'RULES'
table inet f { chain in { type filter hook input priority 0; policy drop; ip saddr 192.0.2.64/26 tcp dport 22 accept; }
}
RULES
END
row 'a wider network than may' violated 'tcp/22 from 192.0.2.64/26' <<'END'
nft -f - <<'RULES'
table inet f { chain in { type filter hook input priority 0; policy drop; ip saddr 192.0.2.0/24 tcp dport 22 accept; }
}
RULES
END
row 'one IPv6 sender with everything' violated '' <<'END'
nft -f - <<'RULES'
table inet f { chain in { type filter hook input priority 0; policy drop; ip6 saddr 2001:db8:1::77 accept; }
}
RULES
END
row 'a concatenation with ranges' ok 'tcp/22 from 192.0.2.0/24,tcp/80 from 192.0.2.0/24' <<'END'
nft -f - <<'RULES'
table inet f { set pairs { type ipv4_addr . inet_service; flags interval; elements = { 192.0.2.0/24 . 22, 192.0.2.70-192.0.2.80 . 80 }; }
	chain in { type filter hook input priority 0; policy drop; ip saddr . tcp dport @pairs accept; }
}
RULES
END
row 'a list of the banned, all else open' violated '' <<'END'
nft -f - <<'RULES'
table inet f { set banned { type ipv4_addr; elements = { 192.0.2.77 }; }
	chain in { type filter hook input priority 0; policy accept; ip saddr @banned drop; }
}
RULES
END
row 'open by the source port' violated '' <<'END'
nft 'add table inet f; add chain inet f in { type filter hook input priority 0; policy drop; }; add rule inet f in udp sport 53 accept'
END
row 'stateless: connections out only' violated '' <<'END'
nft 'add table inet f; add chain inet f in { type filter hook input priority 0; policy accept; }; add rule inet f in tcp flags & (syn | ack) == syn drop'
END
row 'not these ports' violated 'tcp/0-1023' <<'END'
nft 'add table inet f; add chain inet f in { type filter hook input priority 0; policy drop; }; add rule inet f in tcp dport != 1024-65535 accept; add rule inet f in tcp dport > 60000 accept'
END
row 'a mark decides later' violated '' <<'END'
nft -f - <<'RULES'
table inet f {
	chain pre { type filter hook prerouting priority mangle; tcp dport 80 meta mark set 0x10; }
	chain in { type filter hook input priority 0; policy drop; meta mark & 0xf0 == 0x10 accept; }
}
RULES
END
row 'untracked slips through' violated '' <<'END'
nft -f - <<'RULES'
table inet f {
	chain raw { type filter hook prerouting priority raw; udp dport 5353 notrack; }
	chain in { type filter hook input priority 0; policy drop; ct state established,related,untracked accept; }
}
RULES
END
row 'a limit' violated '' <<'END'
nft 'add table inet f; add chain inet f in { type filter hook input priority 0; policy drop; }
	add rule inet f in tcp dport 22 limit rate 1000/second burst 100 packets accept'
END
row 'a limit that one has to be over' ok '' <<'END'
nft 'add table inet f; add chain inet f in { type filter hook input priority 0; policy drop; }
	add rule inet f in tcp dport 22 limit rate over 10000/second accept'
END
row 'a meter for each sender' ok 'tcp/22' <<'END'
nft -f - <<'RULES'
table inet f { set seen { type ipv4_addr; flags dynamic; timeout 1m; }
	chain in { type filter hook input priority 0; policy drop;
		tcp dport 22 ct state new update @seen { ip saddr limit rate over 1000/second burst 1000 packets } drop
		tcp dport 22 accept; }
}
RULES
END
row 'port knocking' violated '' <<'END'
nft -f - <<'RULES'
table inet f { set knocked { type ipv4_addr; flags dynamic; timeout 1m; }
	chain in { type filter hook input priority 0; policy drop; ip saddr @knocked tcp dport 22 accept
		tcp dport 80 add @knocked { ip saddr } accept; }
}
RULES
END
row 'by the type of the address' ok '' <<'END'
nft 'add table inet f; add chain inet f in { type filter hook input priority 0; policy accept; }
	add rule inet f in iif lo accept; add rule inet f in ct state established,related accept; add rule inet f in fib daddr type local drop; add rule inet f in drop'
END
row 'a random number: nobody can tell' unknown '' <<'END'
nft 'add table inet f; add chain inet f in { type filter hook input priority 0; policy drop; }
	add rule inet f in numgen random mod 10 0 accept'
END
row 'by an option that the sender chooses: nobody can tell' unknown '' <<'END'
nft 'add table inet f; add chain inet f in { type filter hook input priority 0; policy drop; }; add rule inet f in tcp option maxseg size 536 accept'
END
row 'redirected to another port' violated 'tcp/80' <<'END'
nft -f - <<'RULES'
table inet n { chain pre { type nat hook prerouting priority dstnat; tcp dport 8080 redirect to :80; }
}
table inet f { chain in { type filter hook input priority 0; policy drop; tcp dport 80 accept; }
}
RULES
END
row 'the detour of Docker' violated '' <<'END'
sysctl -qw net.ipv4.ip_forward=1
nft -f - <<'RULES'
table ip nat { chain pre { type nat hook prerouting priority dstnat; fib daddr type local tcp dport 8080 dnat to 172.17.0.2:80; }
}
table inet f { chain in { type filter hook input priority 0; policy drop; }
}
RULES
END
wrong_check says-safe by_policy
row 'the same detour, and forward is closed' ok '' <<'END'
sysctl -qw net.ipv4.ip_forward=1
nft -f - <<'RULES'
table ip nat { chain pre { type nat hook prerouting priority dstnat; tcp dport 8080 dnat to 172.17.0.2:80; }
}
table inet f { chain in { type filter hook input priority 0; policy drop; }
	chain onward { type filter hook forward priority 0; policy drop; }
}
RULES
END
row 'the same detour of IPv6, by a map' violated '' <<'END'
sysctl -qw net.ipv6.conf.all.forwarding=1
nft -f - <<'RULES'
table ip6 nat { chain pre { type nat hook prerouting priority dstnat; dnat to tcp dport map { 8080 : fd00:17::2 } : 80; }
}
table inet f { chain in { type filter hook input priority 0; policy drop; }
	chain onward { type filter hook forward priority 0; policy drop; ct state established accept; oifname "docker0" ct status dnat accept; }
}
RULES
END

# --- iptables-nft ---
row 'iptables-nft: both families closed' ok '' <<'END'
for t in iptables-nft ip6tables-nft; do
	$t -P INPUT DROP; $t -A INPUT -i lo -j ACCEPT; $t -A INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
done
iptables-nft -A INPUT -p icmp --icmp-type echo-request -j ACCEPT
ip6tables-nft -A INPUT -p ipv6-icmp -j ACCEPT
END
row 'iptables-nft: only IPv4' violated '' <<'END'
iptables-nft -P INPUT DROP
END
wrong_check says-safe by_policy
wrong_check says-safe by_names
row 'iptables-nft: multiport, iprange, comment, addrtype, REJECT' violated 'tcp/22' <<'END'
for t in iptables-nft ip6tables-nft; do
	$t -A INPUT -m state --state ESTABLISHED -j ACCEPT
	$t -A INPUT -p tcp -m multiport --dports 21:23,443 -m comment --comment 'shells' -j ACCEPT
	$t -A INPUT -m pkttype --pkt-type broadcast -j ACCEPT
	$t -A INPUT -m limit --limit 3/min -j LOG
	$t -A INPUT -p tcp -j REJECT --reject-with tcp-reset
	$t -A INPUT -j DROP
done
iptables-nft -I INPUT -m iprange --src-range 192.0.2.70-192.0.2.80 -p udp --dport 53 -j ACCEPT
iptables-nft -I INPUT -m addrtype --dst-type BROADCAST -j DROP
END
row 'iptables-nft: tcp flags and marks' violated '' <<'END'
for t in iptables-nft ip6tables-nft; do
	$t -t mangle -A PREROUTING -p tcp --syn --dport 80 -j MARK --set-xmark 0x4/0x4
	$t -A INPUT -m mark --mark 0x4/0x4 -j ACCEPT
	$t -P INPUT DROP
done
END
row 'iptables-nft: recent and hashlimit' ok 'tcp/22,tcp/80' <<'END'
for t in iptables-nft ip6tables-nft; do
	$t -N guests
	$t -A guests -m recent --set --name ssh
	$t -A guests -m recent --update --seconds 30 --hitcount 20 --name ssh -j DROP
	$t -A guests -j ACCEPT
	$t -A INPUT -p tcp --dport 22 -g guests
	$t -A INPUT -p tcp --dport 80 -m hashlimit --hashlimit-above 1000/sec --hashlimit-mode srcip --hashlimit-name web -j DROP
	$t -A INPUT -p tcp --dport 80 -j ACCEPT
	$t -P INPUT DROP
done
END
row 'iptables-nft: a set of addresses (ipset): nobody can tell' unknown '' <<'END'
ipset create friends hash:ip; ipset add friends 192.0.2.77
for t in iptables-nft ip6tables-nft; do $t -P INPUT DROP; done
iptables-nft -A INPUT -m set --match-set friends src -j ACCEPT
END
row 'iptables-nft: Docker as it is' violated '' <<'END'
sysctl -qw net.ipv4.ip_forward=1
for t in iptables-nft ip6tables-nft; do $t -P INPUT DROP; done
iptables-nft -P FORWARD DROP
iptables-nft -N DOCKER; iptables-nft -N DOCKER-USER
iptables-nft -A DOCKER-USER -j RETURN
iptables-nft -A FORWARD -j DOCKER-USER
iptables-nft -A FORWARD -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
iptables-nft -A FORWARD -i docker0 ! -o docker0 -j ACCEPT
iptables-nft -A FORWARD -o docker0 -j DOCKER
iptables-nft -A DOCKER -d 172.17.0.2/32 ! -i docker0 -o docker0 -p tcp -m tcp --dport 80 -j ACCEPT
iptables-nft -t nat -N DOCKER
iptables-nft -t nat -A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
iptables-nft -t nat -A DOCKER -i docker0 -j RETURN
iptables-nft -t nat -A DOCKER ! -i docker0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80
END
wrong_check says-safe by_policy

# --- iptables-legacy: nft does not see it ---
row 'iptables-legacy: closed' ok '' <<'END'
for t in iptables-legacy ip6tables-legacy; do
	$t -P INPUT DROP; $t -A INPUT -i lo -j ACCEPT; $t -A INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
done
END
wrong_check says-open by_policy
wrong_check says-open by_names
row 'iptables-legacy: chains, goto, negation, one port' ok 'tcp/22,tcp/80 from 192.0.2.77' <<'END'
for t in iptables-legacy ip6tables-legacy; do
	$t -N walls; $t -A walls -p tcp --dport 22 -j ACCEPT; $t -A walls -p udp -j RETURN; $t -A walls -j DROP
	$t -A INPUT -p tcp ! --dport 80 -g walls
done
iptables-legacy -A INPUT ! -s 192.0.2.77 -j DROP
iptables-legacy -A INPUT -p udp -j DROP
iptables-legacy -A INPUT -p tcp -j ACCEPT
iptables-legacy -A INPUT -p icmp -j ACCEPT
for t in iptables-legacy ip6tables-legacy; do $t -P INPUT DROP; done
END
row 'iptables-legacy drops, nftables accepts' ok '' <<'END'
for t in iptables-legacy ip6tables-legacy; do $t -A INPUT ! -i lo -m conntrack --ctstate NEW -j DROP; done
nft 'add table inet f; add chain inet f in { type filter hook input priority 0; policy accept; }; add rule inet f in accept'
END
row 'iptables-legacy accepts, nftables drops' ok '' <<'END'
for t in iptables-legacy ip6tables-legacy; do $t -A INPUT -j ACCEPT; done
nft 'add table inet f; add chain inet f in { type filter hook input priority 0; policy drop; }'
END
row 'iptables-legacy: DNAT to a container' violated '' <<'END'
sysctl -qw net.ipv4.ip_forward=1
for t in iptables-legacy ip6tables-legacy; do $t -P INPUT DROP; done
iptables-legacy -t nat -A PREROUTING -i eth+ -p tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80
END

# --- products ---
ufw_row() { # NAME VERDICT ALLOWED; its files are a copy, which the mount namespace puts in place
	command -v ufw >/dev/null || { echo "skip $1 ufw is not installed"; return 0; }
	rm -rf "$work/ufw" "$work/default"
	cp -a /etc/ufw "$work/ufw" && cp -a /etc/default "$work/default" || return 1
	{
		# shellcheck disable=SC2016 # for the other shell
		echo "mount --bind $work/ufw /etc/ufw; mount --bind $work/default /etc/default"
		cat
	} >"$work/ufw_script"
	row "$@" <<<"unshare -m bash -eu $work/ufw_script"
}
ufw_row 'ufw: enabled' ok '' <<'END'
ufw --force enable
END
ufw_row 'ufw: allow 22/tcp, which may' ok 'tcp/22' <<'END'
ufw --force enable; ufw allow 22/tcp
END
ufw_row 'ufw: allow 4444, which may not' violated 'tcp/22' <<'END'
ufw --force enable; ufw allow 22/tcp; ufw allow 4444
END
ufw_row 'ufw: limit, and one sender' ok 'tcp/22,any from 192.0.2.77' <<'END'
ufw --force enable; ufw limit 22/tcp; ufw allow from 192.0.2.77
END
ufw_row 'ufw: default allow' violated '' <<'END'
ufw --force enable; ufw default allow incoming
END
wrong_check says-safe by_names
ufw_row 'ufw: without IPv6, which it closes' ok '' <<'END'
sed -i 's/^IPV6=.*/IPV6=no/' /etc/default/ufw
ufw --force enable
END
ufw_row 'ufw: switched off again' violated '' <<'END'
ufw --force enable; ufw disable
END
wrong_check says-safe by_names

# firewalld on a bus of its own; killed, it leaves its rules as they are
mkdir -p "$work/firewalld"
cat >"$work/bus.conf" <<END
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>system</type><listen>unix:path=$work/bus</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*"/><allow own="*"/></policy></busconfig>
END
firewalld_row() { # NAME VERDICT ALLOWED
	command -v firewalld >/dev/null || { echo "skip $1 firewalld is not installed"; return 0; }
	rm -rf "$work/firewalld"
	cp -a /etc/firewalld "$work/firewalld" || return 1
	cat - >"$work/firewalld_commands"
	cat >"$work/firewalld_script" <<END
mount --bind $work/firewalld /etc/firewalld
export DBUS_SYSTEM_BUS_ADDRESS=unix:path=$work/bus
dbus-daemon --config-file=$work/bus.conf --nofork >/dev/null 2>&1 & bus=\$!
until [ -S $work/bus ]; do sleep 0.05; done
firewalld --nofork --nopid & daemon=\$!
for ((n = 0; n < 150; n++)); do firewall-cmd --state 2>&1 | grep -qx running && break; sleep 0.2; done
. $work/firewalld_commands
kill -9 \$daemon \$bus
END
	row "$@" <<<"unshare -m bash -eu $work/firewalld_script"
}
firewalld_row 'firewalld: zone public, whose ssh may be open' ok 'tcp/22' <<'END'
:
END
firewalld_row 'firewalld: an added port' violated 'tcp/22' <<'END'
firewall-cmd --add-port=4444/udp
END
firewalld_row 'firewalld: zone trusted' violated 'tcp/22' <<'END'
firewall-cmd --set-default-zone=trusted
END
wrong_check says-safe by_names
firewalld_row 'firewalld: zone trusted for one sender' ok 'tcp/22,any from 192.0.2.77' <<'END'
firewall-cmd --zone=trusted --add-source=192.0.2.77
END

# --- in use: mutexctl itself, with a policy of its own ---
cp -a /etc "$work/etc" && mkdir -p "$work/etc/mutex"
tool() { # MODE ARGUMENT...: mutexctl in the host's namespace
	printf '[control firewall]\nmode = %s\n%sallow = tcp/22\n' "$1" "$([ "$1" != observe ] || echo $'observe_until = 2099-01-01\n')" >"$work/etc/mutex/policy.conf"
	shift
	# shellcheck disable=SC2016 # for the other shell
	ip netns exec "$host" unshare -m bash -c 'mount --bind "$1" /etc; shift; exec "$@"' - "$work/etc" "$BUILD/mutexctl/mutexctl" "$@" 2>&1
}
told() { # NAME WANTED-WORDS COMMAND...
	local name=$1 want=$2 said
	shift 2
	said=$("$@")
	if grep -qF "$want" <<<"$said"; then echo "ok $name"; else not_ok "$name" "$(head -n 20 <<<"$said" | paste -sd';')"; fi
}
row 'mutexctl: an opening' violated 'tcp/22' <<'END'
nft 'add table inet f; add chain inet f in { type filter hook input priority 0; policy drop; }; add rule inet f in tcp dport { 22, 80 } accept'
END
told 'mutexctl check --system names it' '- tcp/80 is open to new connections from 0.0.0.0/0, ::/0 on eth0' tool repair check --system
told 'mutexctl check --system says what to do' '[control firewall]' tool repair check --system
told 'mutexctl check --system --json' '"state": "violated"' tool repair check --system --json
told 'mutexctl status, repair' 'firewall             OFF' tool repair status
told 'mutexctl status, observe' 'firewall             observe' tool observe status
told 'mutexctl status, off' 'firewall             none' tool off status
in_host nft 'insert rule inet f in tcp dport 80 drop'
told 'mutexctl status, closed again' 'firewall             on       ok' tool gate status

echo "$rows rule sets, $agreed packets judged as they fared"
[ -n "${only:-}" ] || [ "$rows" -ge 40 ] || not_ok 'as many rule sets as there must be' "$rows"
exit $failed

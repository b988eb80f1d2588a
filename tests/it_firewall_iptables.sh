#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The control "firewall" on rules of iptables-nft and iptables-legacy, against real packets (tests/lib_firewall.sh).
set -uo pipefail
TOP=${TOP:-$(cd "$(dirname "$0")/.." && pwd)}
BUILD=$(realpath -m "${BUILD:-$TOP/build/release}")
# shellcheck source=tests/lib_firewall.sh
. "$TOP/tests/lib_firewall.sh"

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

rows_end 12

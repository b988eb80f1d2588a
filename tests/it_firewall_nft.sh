#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The control "firewall" on native nftables rules, against real packets (tests/lib_firewall.sh).
set -uo pipefail
TOP=${TOP:-$(cd "$(dirname "$0")/.." && pwd)}
BUILD=$(realpath -m "${BUILD:-$TOP/build/release}")
# shellcheck source=tests/lib_firewall.sh
. "$TOP/tests/lib_firewall.sh"

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

rows_end 40

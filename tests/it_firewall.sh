#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The control "firewall" on rules of ufw, where it is installed, against real packets (tests/lib_firewall.sh), and in mutexctl.
set -uo pipefail
TOP=${TOP:-$(cd "$(dirname "$0")/.." && pwd)}
BUILD=$(realpath -m "${BUILD:-$TOP/build/release}")
# shellcheck source=tests/lib_firewall.sh
. "$TOP/tests/lib_firewall.sh"

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
	[ -n "$loaded" ] || return 0
	shift 2
	said=$("$@")
	if grep -qF -- "$want" <<<"$said"; then echo "ok $name"; else not_ok "$name" "$(head -n 20 <<<"$said" | paste -sd';')"; fi
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

rows_end 1

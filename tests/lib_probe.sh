# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause
# A bus where the system's is, and a stand-in for systemd on it, in a mount namespace of its own: for tests of what the guard's probes read. To be
# sourced by a test that runs as root; it starts the script anew inside. Afterwards:
#
#   /etc, /var/lib, /usr/bin    what is written there is its own; /run and the folders of units and of mutex are empty. $work goes at the end
#   unit NAME PROPERTY=VALUE...    what systemd says of it, over what a service that holds would have
#   policy LINE...           the policy, all controls off but those of LINE
#   says CONTROL WORDS...    what `check --system` tells of it

export PATH=$PATH:/usr/sbin:/sbin
[ "$(id -u)" -eq 0 ] || { echo 'only root can make mount namespaces'; exit 77; }
# shellcheck source=tests/lib_need.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib_need.sh"
need dbus-daemon unshare
need_python dbus gi
if [ "${1:-}" != inside ]; then
	unshare -m true 2>/dev/null || { echo 'namespaces are refused here'; exit 77; }
	exec unshare -m bash "$0" inside
fi

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tests/bed/row.sh
. "$here/bed/row.sh"
work=$(mktemp -d "${TMPDIR:-/tmp}/probe.XXXXXX")
units=$work/units
children=()
clean_up() {
	kill "${children[@]}" 2>/dev/null
	wait 2>/dev/null
	rm -rf "$work"
}
trap clean_up EXIT

# What is written there is gone at the end.
for folder in /etc /var/lib /usr/bin; do
	layer=$work/${folder//\//_}
	mkdir -p "$layer/upper" "$layer/under"
	mount -t overlay overlay -o "lowerdir=$folder,upperdir=$layer/upper,workdir=$layer/under" $folder 2>/dev/null ||
		{ echo 'overlays are refused here'; exit 77; }
done
mkdir -p "$units" /etc/mutex /var/lib/mutex
for folder in /run /etc/mutex /etc/systemd/system /usr/lib/systemd/system /var/lib/mutex; do mount -t tmpfs -o mode=0755 tmpfs $folder; done
mkdir -p /run/dbus /run/mutex
bus=unix:path=/run/dbus/system_bus_socket
dbus-daemon --session --nofork --address=$bus --print-address=1 >"$work/address" 2>"$work/bus.errors" &
children+=($!)
until [ -s "$work/address" ]; do sleep 0.05; done
/usr/bin/python3 "$here/systemd_stand_in.py" $bus "$units" >"$work/systemd" 2>&1 &
children+=($!)
until grep -qs ready "$work/systemd"; do sleep 0.05; done

unit() { # NAME PROPERTY=VALUE...
	local name=$1
	shift
	printf '%s\n' LoadState=loaded ActiveState=active SubState=running FreezerState=running UnitFileState=enabled \
		"FragmentPath=/usr/lib/systemd/system/$name" InactiveExitTimestamp=1700000000000000 "$@" >"$units/.$name"
	mv "$units/.$name" "$units/$name"
	: >"/usr/lib/systemd/system/$name"
}
policy() { # LINE...
	local control
	printf '%s\n' "$@" >/etc/mutex/policy.conf
	for control in firewall units antivirus auth self; do
		grep -qxF "[control $control]" /etc/mutex/policy.conf || printf '[control %s]\nmode = off\n' $control >>/etc/mutex/policy.conf
	done
}
says() { # CONTROL WORDS...
	local out
	out=$("$BUILD/mutexctl/mutexctl" check --system |
		awk -v name="$1" '$0 ~ "^" name " \\(" { on = 1; print; next } on && /^(- |  )/ { print; next } { on = 0 }')
	shift
	has "$out" "$@"
}

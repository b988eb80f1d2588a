#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Acts as the people of the VM, inside it, as /usr/local/sbin/bed-guest (vm.sh puts it there).
#
#   as USER CMD...    runs CMD as USER: in the user's session when there is one on a seat (its cgroup, display, buses), else without
#   session USER      prints the id of that session
set -euo pipefail

session_of() { # USER
	local id
	for id in $(loginctl list-sessions --no-legend | awk -v user="$1" '$3 == user { print $1 }'); do
		if [ -n "$(loginctl show-session "$id" -p Seat --value)" ] && [ "$(loginctl show-session "$id" -p State --value)" != closing ]; then
			echo "$id"
			return 0
		fi
	done
	return 1
}

as() { # USER COMMAND...
	local user=$1 id uid set=()
	shift
	uid=$(id -u "$user")
	set+=("HOME=/home/$user" "USER=$user" "LOGNAME=$user" PATH=/usr/local/bin:/usr/bin:/bin:/usr/games LC_ALL=C.UTF-8 "XDG_RUNTIME_DIR=/run/user/$uid")
	if id=$(session_of "$user"); then
		set+=("XDG_SESSION_ID=$id" "DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/$uid/bus")
		case $(loginctl show-session "$id" -p Type --value) in
		x11) set+=("DISPLAY=$(loginctl show-session "$id" -p Display --value)" "XAUTHORITY=/home/$user/.Xauthority") ;;
		wayland | tty)
			local socket
			for socket in "/run/user/$uid"/wayland-*; do
				[ ! -S "$socket" ] || set+=("WAYLAND_DISPLAY=$(basename "$socket")")
			done
			for socket in "/run/user/$uid"/sway-ipc.*; do
				[ ! -S "$socket" ] || set+=("SWAYSOCK=$socket")
			done
			;;
		esac
		echo $$ >"/sys/fs/cgroup$(systemctl show -p ControlGroup --value "session-$id.scope")/cgroup.procs"
	fi
	cd "/home/$user"
	exec setpriv --reuid "$user" --regid "$user" --init-groups env -i "${set[@]}" "$@"
}

case ${1:-} in
as) as "${@:2}" ;;
session) session_of "${2:?user}" ;;
*) exit 2 ;;
esac

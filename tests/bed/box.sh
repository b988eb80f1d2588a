# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause
# One container with systemd as PID 1 on top of a root folder that stays untouched. To be sourced; needs root.
#
#   box_layer ROOT   mounts an overlay over it and sets box_root to its files
#   box_boot ARG...  boots it in a private network, ARGs being further ones of nspawn; sets box_leader, its PID 1
#   box_run CMD...   runs CMD inside as a transient unit: right cgroup, private network, no terminal
#   box_online CMD.. runs CMD inside with this machine's network: for apt only
#   box_halt         ends it; box_boot starts it again with the files that it left
#   box_stop         ends it and removes the overlay
#
# No host systemd, no terminal and no registration are needed: nspawn runs in its own mount namespace with a pure cgroup2 tree.

BOX_ENV=(PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 TERM=xterm)
box_folder='' box_root='' box_leader='' box_nspawn='' box_name=''

# Why a container cannot run here, in one line; nothing when it can.
box_obstacle() {
	local program
	[ "$(id -u)" -eq 0 ] || { echo "containers need root"; return; }
	for program in systemd-nspawn mmdebstrap; do
		command -v "$program" >/dev/null || { echo "$program is not installed"; return; }
	done
	# More than once: while other boxes come and go, a mount or a cgroup can be refused for a moment.
	for _ in 1 2 3 4 5; do
		! box_can_start || return 0
		sleep 1
	done
	echo "this machine lets root neither mount nor make cgroups (an unprivileged container?)"
}

box_can_start() {
	# shellcheck disable=SC2016 # expands inside
	unshare --mount bash -c '
		mount --make-rprivate / && t=$(mktemp -d) && mount -t tmpfs tmpfs "$t" && mkdir "$t/cg" && mount -t cgroup2 cgroup2 "$t/cg" &&
		mkdir "$t/cg/bed-probe-$$" && rmdir "$t/cg/bed-probe-$$"; rc=$?; umount -R "$t" && rmdir "$t"; exit $rc' >/dev/null 2>&1
}

# The overlay's upper layer lies on disk: what make enable installs can exceed a tmpfs. Where the disk is an overlay itself, copies.
box_layer() { # ROOT
	box_folder=$(mktemp -d "${BED:?}/box.XXXXXX")
	box_root=$box_folder/root
	mkdir "$box_folder/upper" "$box_folder/work" "$box_root"
	mount -t overlay overlay -o "lowerdir=$1,upperdir=$box_folder/upper,workdir=$box_folder/work" "$box_root" 2>/dev/null ||
		cp -a --reflink=auto "$1/." "$box_root/"
}

box_unlayer() {
	[ -n "$box_folder" ] || return 0
	umount "$box_root/var/cache/apt/archives" 2>/dev/null || true
	umount -R "$box_root" 2>/dev/null || umount -R -l "$box_root" 2>/dev/null || true
	rm -rf --one-file-system "$box_folder"
	box_folder=''
}

box_boot() { # NSPAWN-ARGUMENT...
	local tries state
	box_name=bed-$(basename "$box_folder" | tr -dc 'A-Za-z0-9')
	# --capability=all: the default filter forbids mlock. cgroup2 alone: systemd of trixie boots on nothing else.
	# shellcheck disable=SC2016 # expands inside
	setsid unshare --mount bash -c '
		set -eu
		mount --make-rprivate /
		umount -R -l /sys/fs/cgroup 2>/dev/null || true
		mount -t cgroup2 cgroup2 /sys/fs/cgroup
		mkdir -p "/sys/fs/cgroup/$2"
		echo $$ > "/sys/fs/cgroup/$2/cgroup.procs"
		export SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1
		exec systemd-nspawn -q -D "$1" -M "$2" --register=no --keep-unit --private-network --resolv-conf=off --timezone=off \
			--console=pipe --kill-signal=SIGRTMIN+3 --capability=all "${@:3}" --boot' box "$box_root" "$box_name" "$@" \
		</dev/null >"$box_folder/console" 2>&1 &
	box_nspawn=$!
	for ((tries = 0; tries < 600 && ${#box_leader} == 0; tries++)); do
		kill -0 "$box_nspawn" 2>/dev/null || { echo "nspawn ended:"; tail -n 20 "$box_folder/console"; return 1; }
		box_leader=$(box_find_leader)
		sleep 0.05
	done
	[ -n "$box_leader" ] || { echo "systemd did not start in the container"; return 1; }
	box_one_boot_id
	for ((tries = 0; tries < 600; tries++)); do
		state=$(box_enter systemctl is-system-running 2>/dev/null || true)
		case $state in running | degraded) return 0 ;; esac
		sleep 0.1
	done
	echo "the container did not come up: $state"
	tail -n 20 "$box_folder/console"
	return 1
}

# nspawn gives the container a boot id of its own by a mount, which units with a /proc of their own (ProtectKernelTunables=) do not see: two ids in one
# boot, as on no real computer. The kernel's own then holds for all.
box_one_boot_id() {
	box_enter umount /proc/sys/kernel/random/boot_id 2>/dev/null || true
}

box_find_leader() {
	local child
	# shellcheck disable=SC2013 # one line of words
	for child in $(cat "/proc/$box_nspawn/task/$box_nspawn/children" 2>/dev/null); do
		[ "$(cat "/proc/$child/comm" 2>/dev/null)" != systemd ] || echo "$child"
	done
}

box_enter() {
	nsenter -t "$box_leader" -m -p -n -u -i -r -w env -i "${BOX_ENV[@]}" "$@"
}

box_run() {
	local set=() pair
	for pair in "${BOX_ENV[@]}"; do set+=(-E "$pair"); done
	timeout "${BOX_LIMIT_S:-300}" nsenter -t "$box_leader" -m -p -n -u -i -r -w \
		systemd-run --quiet --wait --pipe --collect "${set[@]}" -- "$@" </dev/null
}

# Everything of the container but its network namespace.
box_online() {
	timeout "${BOX_LIMIT_S:-900}" nsenter -t "$box_leader" -m -p -u -i -r -w env -i "${BOX_ENV[@]}" "$@" </dev/null
}

# Ends it as power does; its files stay for another box_boot.
box_halt() {
	local tries
	if [ -n "$box_nspawn" ]; then
		kill -TERM "$box_nspawn" 2>/dev/null || true # nspawn passes --kill-signal on
		for ((tries = 0; tries < 100; tries++)); do
			kill -0 "$box_nspawn" 2>/dev/null || break
			sleep 0.1
		done
		[ -z "$box_leader" ] || kill -KILL "$box_leader" 2>/dev/null || true
		wait "$box_nspawn" 2>/dev/null || true
		box_remove_cgroup
		box_nspawn='' box_leader=''
	fi
}

box_stop() {
	box_halt
	box_unlayer
}

box_remove_cgroup() {
	local tree
	for tree in /sys/fs/cgroup /sys/fs/cgroup/unified; do
		[ ! -d "$tree/$box_name" ] || find "$tree/$box_name" -depth -type d -exec rmdir {} + 2>/dev/null || true
	done
}

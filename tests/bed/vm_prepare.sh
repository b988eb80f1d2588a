# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause
# The common start of the VM tests: disk, packages, and the state "product", a booted computer with the product installed and switched on as
# README says for many computers ("make deb", install, "mutexctl apply"). All of it is kept in $BED. To be sourced.
#
#   vm_prepare SUITE    then vm_restore; ends the test as skipped where no VM can run. $VM_DEBS: a folder of packages to take instead

# shellcheck source=tests/bed/vm.sh
. "$(dirname "${BASH_SOURCE[0]}")/vm.sh"
# shellcheck source=tests/bed/row.sh
. "$(dirname "${BASH_SOURCE[0]}")/row.sh"

TOP=${TOP:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)}
BED=${BED:-$TOP/build/bed}
# shellcheck disable=SC2034 # for the tests: of everybody in there, see vm_setup.sh
password='copper lantern yogurt salsa'

vm_prepare() { # SUITE
	local obstacle
	obstacle=$(vm_obstacle)
	if [ -n "$obstacle" ]; then
		echo "no VM can run here: $obstacle"
		exit 77
	fi
	mkdir -p "$BED"
	vm_new_folder "$1"
	trap vm_stop EXIT
	trap 'exit 130' INT TERM
	exec {vm_lock}>"$vm_states.lock"
	flock "$vm_lock"
	vm_build "$1"
	exec {vm_lock}>&-
}

vm_build() { # SUITE
	local debs
	"$vm_here/vm_root.sh" "$1" "$vm_states" || exit 1
	vm_once booted "$({ cat "$vm_states/stamp"; declare -f vm_launch; echo "$VM_CPUS $VM_MEMORY_M"; } | sha256sum)" vm_make_booted "$1"
	debs=$(vm_debs "$1") || exit 1
	vm_once product "$(cat "$vm_states/booted.stamp" "$debs"/*.deb | sha256sum)" vm_make_product "$debs"
}

vm_once() { # STATE STAMP COMMAND...
	local stamp=$vm_states/$1.stamp
	[ "$(cat "$stamp" 2>/dev/null)" != "$2" ] || return 0
	rm -f "$stamp"
	"${@:3}" || exit 1
	echo "$2" >"$stamp"
}

# Until the greeter waits for a name and the machine has nothing left to do.
vm_make_booted() { # SUITE
	vm_boot "$1" || return 1
	# shellcheck disable=SC2016 # expands in the VM
	local quiet='a=($(head -n 1 /proc/stat)); sleep 3; b=($(head -n 1 /proc/stat)); [ $((b[4] - a[4])) -ge $((250 * $(nproc))) ]'
	VM_LIMIT_S=300 vm_run 'systemctl is-system-running --wait; systemctl --failed --no-legend; udevadm settle' &&
		vm_wait 200 'pgrep -f lightdm-gtk-greeter >/dev/null' && vm_wait 200 "{ $quiet; }" && vm_run sync && vm_save_to "$vm_states/booted"
}

vm_make_product() { # DEBS
	local deb
	vm_restore booted || return 1
	vm_run 'mkdir -p /root/debs'
	for deb in "$1"/*.deb; do
		[[ $deb != *-dbgsym_* ]] || continue
		vm_put "$deb" "/root/debs/$(basename "$deb")" || return 1
	done
	VM_LIMIT_S=300 vm_run 'export DEBIAN_FRONTEND=noninteractive; apt-get -q -y install /root/debs/*.deb && rm -r /root/debs &&
		mutexctl apply --yes && { mutexctl status || true; }' >"$vm_folder/install.log" 2>&1 || { tail -n 40 "$vm_folder/install.log"; return 1; }
	vm_run sync
	vm_save_to "$vm_states/product"
}

# Prints the folder of the packages, built from the committed state.
vm_debs() { # SUITE
	local tree out work
	[ -z "${VM_DEBS:-}" ] || { echo "$VM_DEBS"; return 0; }
	tree=$(git -c safe.directory='*' -C "$TOP" rev-parse 'HEAD^{tree}') || return 1
	out=$BED/vm-debs-$1/$tree
	if [ ! -d "$out" ]; then
		work=$vm_folder/tree
		git -c safe.directory='*' clone -q "file://$TOP" "$work" && (cd "$work" && debian/build_deps.sh build check-vm && nice -n 5 debian/build_debs.sh) >&2 || return 1
		rm -rf "$BED/vm-debs-$1"
		mkdir -p "$BED/vm-debs-$1"
		cp -r "$work/build/deb" "$out"
		rm -rf "$work"
	fi
	echo "$out"
}

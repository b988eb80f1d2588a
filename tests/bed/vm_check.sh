#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# `sudo make check-vm`: what a VM needs, then the VM tier, one VM at a time. $BED keeps disks and saved states (default build/bed).
# Where no VM can run this is said, and counts as skipped, not as passed. Arguments go to tests/run.
set -euo pipefail

cd "$(dirname "$0")/../.."
# shellcheck source=debian/apt.sh
. debian/apt.sh
# shellcheck source=tests/bed/vm.sh
. tests/bed/vm.sh

[ "$(id -u)" -ne 0 ] || apt_need qemu-system-x86 qemu-utils mmdebstrap e2fsprogs python3-minimal oathtool git || true
obstacle=$(vm_obstacle)
if [ -n "$obstacle" ]; then
	printf '\nSKIPPED: the VM tier cannot run here: %s\n' "$obstacle"
	while getopts s: option; do
		[ "$option" != s ] || echo "0 0 1" >"$OPTARG"
	done
	echo "0 passed, 0 failed, 1 skipped"
	exit 0
fi
export BED=${BED:-$PWD/build/bed}
mkdir -p "$BED"
exec tests/run -t vm -j "${JOBS:-1}" "$@"

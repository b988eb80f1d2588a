#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# `sudo make check-container`: what containers need, then the container tier. $BED keeps the root folders (default build/bed).
# Where no container can run this is said, and counts as skipped, not as passed. Arguments go to tests/run.
set -euo pipefail

cd "$(dirname "$0")/../.."
# shellcheck source=debian/apt.sh
. debian/apt.sh
# shellcheck source=tests/bed/box.sh
. tests/bed/box.sh

[ "$(id -u)" -ne 0 ] || apt_need mmdebstrap systemd-container git || true
obstacle=$(box_obstacle)
if [ -n "$obstacle" ]; then
	printf '\nSKIPPED: the container tier cannot run here: %s\n' "$obstacle"
	while getopts s: option; do
		[ "$option" != s ] || echo "0 0 1" >"$OPTARG"
	done
	echo "0 passed, 0 failed, 1 skipped"
	exit 0
fi
export BED=${BED:-$PWD/build/bed}
mkdir -p "$BED"
exec tests/run -t container -j "${JOBS:-$(nproc)}" "$@"

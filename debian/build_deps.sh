#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Installs what debian/control says is needed to build (`build`), or to build and test (`check`). Without root it only tells what is missing.
# Usage: build_deps.sh build|check TARGET, TARGET being the make target to name in the advice
set -euo pipefail

case ${1:-} in
build) profile=nocheck ;;
check) profile= ;;
*) echo "usage: build_deps.sh build|check TARGET" >&2; exit 2 ;;
esac
top=$(cd "$(dirname "$0")/.." && pwd)
cd "$top"

complete() {
	command -v dpkg-checkbuilddeps >/dev/null && missing=$(dpkg-checkbuilddeps ${profile:+-P "$profile"} debian/control 2>&1)
}

missing="dpkg-dev and what debian/control names"
if complete; then
	exit 0
fi
if [ "$(id -u)" -ne 0 ]; then
	echo "Packages are missing: ${missing#*: }" >&2
	echo "Run: sudo make ${2:-enable}" >&2
	exit 1
fi
if ! command -v apt-get >/dev/null; then
	echo "This is no Debian system (apt-get is missing); install by hand what debian/control names under Build-Depends." >&2
	exit 1
fi
# shellcheck source=debian/apt.sh
. debian/apt.sh
apt_refresh
apt_quietly install --no-install-recommends dpkg-dev
apt_quietly build-dep --no-install-recommends ${profile:+-P "$profile"} ./
complete || {
	echo "Packages are still missing: ${missing#*: }" >&2
	exit 1
}

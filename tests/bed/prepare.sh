# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause
# The common start of the container tests: the root folder of a release, an overlay over it, a clone of this checkout inside. To be sourced.
#
#   bed_prepare SUITE KIND   sets box_root; ends the test as skipped where no container can run

# shellcheck source=tests/bed/box.sh
. "$(dirname "${BASH_SOURCE[0]}")/box.sh"
# shellcheck source=tests/bed/row.sh
. "$(dirname "${BASH_SOURCE[0]}")/row.sh"

TOP=${TOP:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)}
BED=${BED:-$TOP/build/bed}

bed_prepare() { # SUITE KIND
	local obstacle archives root=$BED/roots/$1-$2
	obstacle=$(box_obstacle)
	if [ -n "$obstacle" ]; then
		echo "no container can run here: $obstacle"
		exit 77
	fi
	mkdir -p "$BED/roots"
	flock "$root.lock" "$TOP/tests/bed/root.sh" "$1" "$2" "$root"
	trap box_stop EXIT
	box_layer "$root"
	# Packages are fetched once; each test has a folder of its own for them, since apt would not wait for another that locks it.
	archives=$BED/archives/$(basename "$0" .sh)-$1
	mkdir -p "$archives"
	mount --bind "$archives" "$box_root/var/cache/apt/archives"
}

# Clones the checkout, committed state only, to PATH inside. A copy without git history serves where there is none.
bed_clone() { # PATH
	local to=$box_root$1
	mkdir -p "$(dirname "$to")"
	if git -c safe.directory='*' -C "$TOP" rev-parse HEAD >/dev/null 2>&1; then
		git -c safe.directory='*' clone -q "file://$TOP" "$to"
		echo "commit $(git -C "$to" log -1 --format='%h %s')"
		[ -z "$(git -c safe.directory='*' -C "$TOP" status --porcelain)" ] || echo "uncommitted changes are not part of the clone"
	else
		mkdir -p "$to"
		tar -C "$TOP" --exclude=./build -c . | tar -C "$to" -x
	fi
}

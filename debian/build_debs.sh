#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Builds the Debian packages into build/deb, out of a copy, so that neither the checkout nor its parent folder is written to.
set -euo pipefail

top=$(cd "$(dirname "$0")/.." && pwd)
out=$top/build/deb
rm -rf "$out"
mkdir -p "$out/source"
tar -C "$top" --exclude=./build --exclude=./.git -c . | tar -C "$out/source" -x

cd "$out/source"
jobs=$(nproc)
if ! DEB_BUILD_OPTIONS="nocheck parallel=$jobs" DEB_BUILD_PROFILES=nocheck MAKEFLAGS='' \
	dpkg-buildpackage -b -us -uc </dev/null >"$out/build.log" 2>&1; then
	echo "building the packages failed; the end of $out/build.log:" >&2
	grep -vE '^[[:space:]]*(cc|gcc|clang|ar) ' "$out/build.log" | tail -n 30 | cut -c 1-300 >&2
	exit 1
fi
rm -rf "$out/source"
echo "packages in build/deb:"
cd "$out"
ls -- *.deb

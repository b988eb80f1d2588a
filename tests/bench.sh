#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Runs every benchmark, one after the other. A bench_*.c is a program of the build; a bench_*.sh brings its own. Exit 1 when one misses its aim.
set -uo pipefail
TOP=$(cd "$(dirname "$0")/.." && pwd)
cd "$TOP" || exit 1
BUILD=$(realpath -m "${BUILD:-build/release}")
export TOP BUILD LC_ALL=C.UTF-8
failed=0 found=0

for source in tests/bench_*.c tests/bench_*.sh; do
	[ -e "$source" ] || continue
	found=1
	case $source in
	*.c) command=("$BUILD/tests/$(basename "$source" .c)") ;;
	*) command=(bash "$source") ;;
	esac
	printf '\n== %s\n' "$(basename "$source")"
	"${command[@]}" || { echo "FAILED: ${command[*]}"; failed=1; }
done
[ $found -eq 1 ] || { echo "no benchmark was found"; exit 1; }
exit $failed

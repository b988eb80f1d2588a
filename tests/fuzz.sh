#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Runs every fuzzer for FUZZ_SECONDS, as many at a time as there are processors. Usage: fuzz.sh BUILD-FOLDER
# New inputs stay in BUILD/corpus/NAME; an input that breaks something lies in BUILD/findings and makes the exit status 1.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
build=$1 seconds=${FUZZ_SECONDS:-600}
mkdir -p "$build/findings"
failed=0

fuzz_one() { # NAME
	local name=$1 log=$build/findings/$1.log
	mkdir -p "$build/corpus/$name"
	if "$build/tests/fuzz_$name.fuzz" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
		-artifact_prefix="$build/findings/$name-" "$build/corpus/$name" "tests/corpus/$name" >"$log" 2>&1; then
		echo "ok      $name: $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") inputs in $seconds s"
		rm -f "$log"
	else
		echo "FAILED  $name: see $log"
		grep -m 3 -E 'ERROR|SUMMARY|Test unit written' "$log" | sed 's/^/        /'
		return 1
	fi
}

for source in tests/fuzz_*.c; do
	while [ "$(jobs -rp | wc -l)" -ge "${JOBS:-$(nproc)}" ]; do
		wait -n || failed=1
	done
	fuzz_one "$(basename "${source#tests/fuzz_}" .c)" &
done
while [ "$(jobs -p | wc -l)" -gt 0 ]; do
	wait -n || failed=1
done
exit $failed

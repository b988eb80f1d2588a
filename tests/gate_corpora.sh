#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Each fuzzer has seeds in the folder of its name, and each folder of seeds has its fuzzer; seeds are few and small.
# shellcheck source=tests/lib_gate.sh
. "$(dirname "$0")/lib_gate.sh"

most_files=400 most_bytes=65536

# Prints what is wrong with the seeds of one fuzzer.
wrong_with() { # FOLDER
	local files=("$1"/*)
	[ -e "${files[0]}" ] || { echo 'no seed'; return; }
	[ ${#files[@]} -le $most_files ] || echo "${#files[@]} seeds, at most $most_files"
	find "$1" -type f -size +${most_bytes}c -printf '%f is larger than '$most_bytes' bytes\n'
	grep -qs 'LLVMFuzzerTestOneInput(const uint8_t \*' "tests/fuzz_$(basename "$1").c" || echo 'no fuzzer of that name'
}

row() { # NAME
	local why
	why=$(wrong_with "tests/corpus/$1" | paste -sd';')
	if [ -z "$why" ]; then ok "$1"; else not_ok "$1" "$why"; fi
}
while IFS= read -r name; do
	row "$name"
done < <({ find tests -maxdepth 1 -name 'fuzz_*.c' -printf '%f\n' | sed -e 's/^fuzz_//' -e 's/\.c$//'; find tests/corpus -mindepth 1 -maxdepth 1 -printf '%f\n'; } | sort -u)

# The gate can fail.
mkdir "$scratch/bare" "$scratch/stray"
echo seed >"$scratch/stray/seed"
if [ -n "$(wrong_with "$scratch/bare")" ]; then ok 'finds a fuzzer without seeds'; else not_ok 'finds a fuzzer without seeds'; fi
if [ -n "$(wrong_with "$scratch/stray")" ]; then ok 'finds seeds without a fuzzer'; else not_ok 'finds seeds without a fuzzer'; fi
gate_end

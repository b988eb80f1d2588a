#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Each header compiles alone, and twice in a row, with nothing but its folder's include path; by gcc and, where there is one, clang.
# shellcheck source=tests/lib_gate.sh
. "$(dirname "$0")/lib_gate.sh"

folders='base conf pam_mutex idlelock idlelock/guard mutexctl tests'
mapfile -t warnings < <(make_words WARNINGS)
for folder in $folders; do
	{ make_words "INCLUDE_${folder##*/}"; make_words "LIBRARY_CFLAGS_${folder##*/}"; } >"$scratch/include_${folder##*/}"
done

compiles_alone() { # COMPILER FOLDER HEADER -> messages
	local flags
	mapfile -t flags <"$scratch/include_${2##*/}"
	printf '#include "%s"\n#include "%s"\n' "$(basename "$3")" "$(basename "$3")" >"$scratch/alone.c"
	"$1" -std=c11 -D_GNU_SOURCE -DMUTEX_VERSION='"0"' -fsyntax-only "${warnings[@]}" -Werror "${flags[@]}" "$scratch/alone.c" 2>&1
}

compilers=()
for compiler in gcc clang; do
	if command -v "$compiler" >/dev/null; then compilers+=("$compiler"); else echo "skip $compiler is not installed"; fi
done
[ ${#compilers[@]} -gt 0 ] || exit 1

for compiler in "${compilers[@]}"; do
	for folder in $folders; do
		for header in "$folder"/*.h; do
			[ -e "$header" ] || continue
			if messages=$(compiles_alone "$compiler" "$folder" "$header"); then
				ok "$compiler $header"
			else
				not_ok "$compiler $header" "$(head -n 1 <<<"$messages")"
			fi
		done
	done
done

# The gate can fail: a header of the tool is not to be seen from base, and one that lacks its includes does not compile.
if compiles_alone "${compilers[0]}" base mutexctl/command.h >/dev/null; then not_ok 'finds a header out of reach'; else ok 'finds a header out of reach'; fi
mkdir "$scratch/lonely" && printf 'size_t lonely(void);\n' >"$scratch/lonely.h"
if compiles_alone "${compilers[0]}" base "$scratch/lonely.h" >/dev/null; then not_ok 'finds a missing include'; else ok 'finds a missing include'; fi
gate_end

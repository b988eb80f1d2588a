#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Each header compiles alone, and twice in a row, with nothing but its folder's include path.
# shellcheck source=tests/lib_gate.sh
. "$(dirname "$0")/lib_gate.sh"

folders='base conf pam_mutex idlelock idlelock/guard mutexctl tests'
mapfile -t warnings < <(make_words WARNINGS)
for folder in $folders; do
	{ make_words "INCLUDE_${folder##*/}"; make_words "LIBRARY_CFLAGS_${folder##*/}"; } >"$scratch/include_${folder##*/}"
done

compiles_alone() { # FOLDER HEADER -> messages
	local flags
	mapfile -t flags <"$scratch/include_${1##*/}"
	printf '#include "%s"\n#include "%s"\n' "${2##*/}" "${2##*/}" >"$scratch/alone.c"
	$CC -std=c11 -D_GNU_SOURCE -DMUTEX_VERSION='"0"' -fsyntax-only "${warnings[@]}" -Werror "${flags[@]}" "$scratch/alone.c" 2>&1
}

for folder in $folders; do
	for header in "$folder"/*.h; do
		[ -e "$header" ] || continue
		if messages=$(compiles_alone "$folder" "$header"); then
			ok "$header"
		else
			not_ok "$header" "$(head -n 1 <<<"$messages")"
		fi
	done
done

# The gate can fail: a header of the tool is not to be seen from base, and one that lacks its includes does not compile.
if compiles_alone base mutexctl/command.h >/dev/null; then not_ok 'finds a header out of reach'; else ok 'finds a header out of reach'; fi
mkdir "$scratch/lonely" && printf 'size_t lonely(void);\n' >"$scratch/lonely.h"
if compiles_alone base "$scratch/lonely.h" >/dev/null; then not_ok 'finds a missing include'; else ok 'finds a missing include'; fi
gate_end

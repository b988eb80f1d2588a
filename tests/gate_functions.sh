#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# No function of the product is longer than 50 lines. Says how many pass the aim of 25.
# shellcheck source=tests/lib_gate.sh
. "$(dirname "$0")/lib_gate.sh"

ctags --version 2>/dev/null | grep -q '^Universal Ctags' || skip_all 'universal-ctags is not installed'

# "LINES FILE:LINE FUNCTION" for each function, first to last line.
lengths() { # FILE...
	ctags -f - --languages=C --langmap=C:.c.h --kinds-C=f --fields=+ne --fields-C= --excmd=number "$@" 2>/dev/null | awk -F'\t' '{
		line = end = 0
		for (i = 4; i <= NF; i++) {
			if ($i ~ /^line:/) line = substr($i, 6)
			if ($i ~ /^end:/) end = substr($i, 5)
		}
		print end - line + 1, $2 ":" line, $1
	}'
}
too_long() { # FILE...
	lengths "$@" | awk '$1 > 50 { print $2 " " $3 " has " $1 " lines" }'
}

declare -A why=()
files=({base,conf,pam_mutex,idlelock,idlelock/guard,mutexctl}/*.[ch])
while read -r where message; do
	why[${where%:*}]+="$where $message;"
done < <(too_long "${files[@]}")
for file in "${files[@]}"; do
	if [ -z "${why[$file]:-}" ]; then ok "$file"; else not_ok "$file" "${why[$file]}"; fi
done
lengths "${files[@]}" | awk '{ all++ } $1 > 25 { over++ } $1 > longest { longest = $1; where = $2 " " $3 }
	END { printf "%d functions, %d of them over 25 lines, the longest %d (%s)\n", all, over, longest, where }'

# The gate can fail, at the right place.
planted() { # LINES
	echo 'int planted(void)'
	echo '{'
	yes '	;' | head -n $(($1 - 4))
	echo '	return 0;'
	echo '}'
}
planted 50 >"$scratch/fits.c"
planted 51 >"$scratch/long.c"
if [ -z "$(too_long "$scratch/fits.c")" ]; then ok 'leaves 50 lines alone'; else not_ok 'leaves 50 lines alone'; fi
if [ -n "$(too_long "$scratch/long.c")" ]; then ok 'finds 51 lines'; else not_ok 'finds 51 lines'; fi
gate_end

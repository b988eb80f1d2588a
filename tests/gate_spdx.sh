#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Each source opens with the licence line, and then says in a sentence what it is for.
# shellcheck source=tests/lib_gate.sh
. "$(dirname "$0")/lib_gate.sh"

licence='SPDX-License-Identifier: BSD-2-Clause'

# Sources: by their ending, or a script by its first line. What is data (corpora, word lists) has neither.
sources() {
	{ git ls-files --cached --others --exclude-standard 2>/dev/null || find . -type f -not -path './.git/*' -not -path './build/*'; } |
		sed 's|^\./||' | sort -u | while IFS= read -r file; do
		[ -f "$file" ] || continue
		case $file in
		tests/corpus/*) ;;
		*.c | *.h | *.supp | *.sh | *.awk | *.py | *.exp | *.mk | *.map | *.po | Makefile) echo "$file" ;;
		*.*) ;;
		*) [ "$(head -c 2 "$file" | tr -d '\0')" = '#!' ] && echo "$file" ;;
		esac
	done
}

# Prints what the head of the file lacks.
lacking() { # FILE
	head -n 6 "$1" | awk -v licence="$licence" '
		NR == 1 && /^#!/ { next }
		/^# shellcheck shell=/ { next }
		!licensed {
			if (index($0, licence) == 0) { print "no licence line on top"; exit }
			licensed = 1
			next
		}
		{
			words = $0
			gsub(/^[ \t]*(\/\*|\*|#|\/\/)[ \t]*/, "", words)
			if ($0 !~ /^[ \t]*(\/\*|#|\/\/|""")/ || split(words, unused, /[ \t]+/) < 3) print "no sentence of purpose below the licence line"
			seen = 1
			exit
		}
		END { if (!licensed && !NR) print "empty"; if (licensed && !seen) print "no sentence of purpose below the licence line" }'
}

while IFS= read -r file; do
	why=$(lacking "$file")
	if [ -z "$why" ]; then ok "$file"; else not_ok "$file" "$why"; fi
done < <(sources)

# The gate can fail.
must_find() { # NAME TEXT
	printf '%b' "$2" >"$scratch/planted.c"
	if [ -n "$(lacking "$scratch/planted.c")" ]; then ok "finds $1"; else not_ok "finds $1"; fi
}
must_find 'a file without a licence' '/* What it does in one sentence. */\nint x;\n'
must_find 'another licence' '/* SPDX-License-Identifier: MIT */\n/* What it does in one sentence. */\n'
must_find 'a file without a purpose' "/* $licence */\nint x;\n"
must_find 'an empty purpose' "/* $licence */\n/* x */\n"
must_find 'an empty file' ''
gate_end

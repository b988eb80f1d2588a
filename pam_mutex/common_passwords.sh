#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Prints the C tables of common passwords, names and words that common_passwords.c holds.
#
# The list comes from one Debian package, python3-zxcvbn (MIT licence, as Dropbox' zxcvbn has it): 30,000 passwords in order of use, and names
# and words of English, which people build passwords from. words_*.txt beside this script add Japanese words and names and keyboard walks,
# the most common first.
set -euo pipefail
export LC_ALL=C

here=$(dirname "$0")
list=${ZXCVBN_LISTS:-/usr/lib/python3/dist-packages/zxcvbn/frequency_lists.py}
if [ ! -r "$list" ]; then
	printf 'common_passwords.sh: cannot read %s: install the package python3-zxcvbn\n' "$list" >&2
	exit 1
fi

# "    "name": "word,word,...","  ->  rank<TAB>kind<TAB>word
from_package() {
	awk '
		match($0, /^ *"[a-z_]+": "/) {
			kind = $1
			gsub(/[":]/, "", kind)
			line = substr($0, RLENGTH + 1)
			sub(/",?$/, "", line)
			n = split(line, words, ",")
			kind = kind == "passwords" ? "password" : "word"
			for (i = 1; i <= n; i++)
				print i "\t" kind "\t" words[i]
			lists++
		}
		END {
			if (lists != 6) {
				print "common_passwords.sh: " lists + 0 " word lists found, 6 expected" > "/dev/stderr"
				exit 1
			}
		}' "$list"
}

# Four ranks a line: our lists are short beside those of a guesser.
from_files() {
	awk '!/^#/ && NF > 0 { print 4 * FNR "\tword\t" $1 }' "$here"/words_*.txt
}

# One line a word with its best rank; printable ASCII only, lower case, at most 40 characters.
one_line_each() {
	awk -F '\t' '{ $3 = tolower($3); gsub(/\\\\/, "\\", $3); print $3 "\t" $1 "\t" $2 }' |
		awk -F '\t' '$1 ~ /^[!-~]+$/ && length($1) <= 40' |
		sort -t '	' -k 1,1 -k 2,2n |
		awk -F '\t' '$1 != last { print $2 "\t" $3 "\t" $1 } { last = $1 }'
}

{ from_package; from_files; } | one_line_each | awk -f "$here/common_passwords.awk"

#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Prints the C tables of common passwords, and of the words they are made of, that common_passwords.c holds.
# Usage: common_passwords.sh FILTER   FILTER is the program that common_passwords_filter.c becomes.
#
# The list comes from one Debian package, sqlmap: its wordlist.tx_ (a zip archive; the same in Debian 12 and 13) has 1.6 million passwords
# that were leaked before 2012, in no order. The passwords go into the filter. The letters that stand together in them are the words, the more
# common the more of the passwords hold them; words_*.txt beside this script add Japanese words and names and keyboard walks, the most common first.
set -euo pipefail
export LC_ALL=C

here=$(dirname "$0")
filter=${1:?usage: common_passwords.sh FILTER}
archive=${SQLMAP_WORDLIST-/usr/share/sqlmap/data/txt/wordlist.tx_}
[ -r "$archive" ] || { echo "common_passwords.sh: cannot read $archive: install sqlmap" >&2; exit 1; }
passwords=$(mktemp "${TMPDIR:-/tmp}/common_passwords.XXXXXX")
trap 'rm -f "$passwords"' EXIT

# Lower case, printable ASCII only, each once, sorted.
list() {
	python3 -c 'import sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as archive:
    sys.stdout.buffer.write(archive.read(archive.namelist()[0]))' "$archive" |
		tr -d '\r' | tr A-Z a-z | grep -a '^[ -~]*$' | sort -u
}

# Runs of three letters and more that two passwords have, as rank<TAB>word<TAB>letters.
words() {
	tr -c 'a-z\n' '\n' <"$passwords" | awk 'length($0) >= 3 && length($0) <= 40' | sort | uniq -c | sort -k 1,1nr -k 2 |
		awk '$1 >= 2 { print NR "\tword\t" $2 }'
}

# Four ranks a line: our lists are short beside those of a guesser.
words_of_ours() {
	awk '!/^#/ && NF > 0 { print 4 * FNR "\tword\t" $1 }' "$here"/words_*.txt
}

# How characters follow each other is learnt from every eighth password: more of them say the same.
samples() {
	awk 'NR % 8 == 0 { print "0\tsample\t" $0 }' "$passwords"
}

# One line a word with its best rank.
one_line_each() {
	awk -F '\t' '{ print $3 "\t" $1 "\t" $2 }' | sort -t '	' -k 1,1 -k 2,2n |
		awk -F '\t' '$1 != last { print $2 "\t" $3 "\t" $1 } { last = $1 }'
}

list >"$passwords"
{ samples; { words; words_of_ours; } | one_line_each; } | awk -f "$here/common_passwords.awk"
"$filter" <"$passwords"

#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Prints the C tables of common passwords, names and words that common_passwords.c holds.
#
# The list comes from one Debian package, libdata-password-zxcvbn-perl, the only one that both Debian 12 and 13 have it in: 30,000 passwords in
# order of use, and names and words of English, which people build passwords from, gathered for Dropbox' zxcvbn. words_*.txt beside this script
# add Japanese words and names and keyboard walks, the most common first.
set -euo pipefail
export LC_ALL=C

here=$(dirname "$0")
lists=${ZXCVBN_LISTS:-/usr/share/perl5/Data/Password/zxcvbn/RankedDictionaries}
for file in "$lists"/Common.pm "$lists"/English.pm; do
	if [ ! -r "$file" ]; then
		printf 'common_passwords.sh: cannot read %s: install the package libdata-password-zxcvbn-perl\n' "$file" >&2
		exit 1
	fi
done

# Perl's "  'name' => {", then "    'word' => rank,"  ->  rank<TAB>kind<TAB>word
from_package() {
	awk -v q="'" '
		match($0, "^  " q "[a-z_]+" q " => [{]$") {
			split($0, part, q)
			kind = part[2] == "passwords" ? "password" : "word"
			lists++
			next
		}
		match($0, "^    " q ".*" q " => [0-9]+,?$") {
			rank = word = $0
			gsub(/^.* |,$/, "", rank)
			word = substr(word, 6)
			sub(q " => [0-9]+,?$", "", word)
			gsub("\\\\" q, q, word)
			print rank "\t" kind "\t" word
		}
		END {
			if (lists != 6) {
				print "common_passwords.sh: " lists + 0 " word lists found, 6 expected" > "/dev/stderr"
				exit 1
			}
		}' "$lists/Common.pm" "$lists/English.pm"
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

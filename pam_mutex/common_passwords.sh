#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Prints the C tables of common passwords, names and words that common_passwords.c holds.
#
# The list comes from one Debian package, the first of these that is installed:
#   python3-zxcvbn               MIT; in Debian 12, not in 13. Generalises best: with it the lists of all other packages are refused to 99.5 %
#                                and more, but myspace.pwd of ncrack (tests/it_corpus.sh).
#   libdata-password-zxcvbn-perl Artistic or GPL; in Debian 12 and 13. The same idea with another half of the passwords.
# Either holds 30,000 passwords in order of use, and names and words of English, which people build passwords from, as gathered for Dropbox'
# zxcvbn. words_*.txt beside this script add Japanese words and names and keyboard walks, the most common first.
set -euo pipefail
export LC_ALL=C

here=$(dirname "$0")
python=${ZXCVBN_PYTHON-/usr/lib/python3/dist-packages/zxcvbn/frequency_lists.py}
perl=${ZXCVBN_PERL-/usr/share/perl5/Data/Password/zxcvbn/RankedDictionaries}

# Each prints rank<TAB>kind<TAB>word, for exactly six lists.
ends_with_six='END {
	if (lists != 6) {
		print "common_passwords.sh: " lists + 0 " word lists found, 6 expected" > "/dev/stderr"
		exit 1
	}
}'

# "    "name": "word,word,...".split(","),"
from_python() {
	awk '
		match($0, /^ *"[a-z_]+": "/) {
			kind = $1 == "\"passwords\":" ? "password" : "word"
			line = substr($0, RLENGTH + 1)
			sub(/"\.split\(","\),?$/, "", line)
			n = split(line, words, ",")
			for (i = 1; i <= n; i++)
				print i "\t" kind "\t" words[i]
			lists++
		}'"$ends_with_six" "$python"
}

# "  'name' => {", then "    'word' => rank,"
from_perl() {
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
		}'"$ends_with_six" "$perl/Common.pm" "$perl/English.pm"
}

from_package() {
	if [ -r "$python" ]; then
		from_python
	elif [ -r "$perl/Common.pm" ] && [ -r "$perl/English.pm" ]; then
		from_perl
	else
		printf 'common_passwords.sh: cannot read %s or %s: install python3-zxcvbn or libdata-password-zxcvbn-perl\n' "$python" "$perl" >&2
		exit 1
	fi
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

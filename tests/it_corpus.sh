#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# How much of other people's lists of common passwords is refused at min_length = 8, and of their decorations, and how little of what is random.
# `make bench` shows the same beside other checkers. Lists whose package is not installed are skipped.
. "$(dirname "$0")/lib_gate.sh"
. "$(dirname "$0")/lib_corpus.sh"
tool=$BUILD/mutexctl/mutexctl
# Sanitizers and coverage slow the tool down twentyfold: every 19th line there, since decorations come by fives.
# A sample of 2,000 may be off by a few tenths of a percent; the limits are those of the whole lists.
every=1 slack=0
[ "$VARIANT" = release ] || every=19 slack=0.5
mkdir -p "$scratch/root/etc/mutex"
printf '[password]\nmin_length = 8\n' >"$scratch/policy.conf"

# "REFUSED TOTAL" for the candidates on standard input
judge() {
	awk -v every="$every" 'NR % every == 0' | "$tool" --root "$scratch/root" password --policy "$scratch/policy.conf" --batch |
		awk '$1 == "total" { total = $2 } $1 == "refused" { refused = $2 } END { print refused + 0, total + 0 }'
}

# One row: the share of refused ones must be at least (or at most) so many percent.
row() { # NAME least|most PERCENT "REFUSED TOTAL"
	local refused=${4% *} total=${4#* } share
	share=$(awk -v r="$refused" -v t="$total" 'BEGIN { printf "%.3f", t ? 100 * r / t : 0 }')
	if [ "$total" -gt 0 ] && awk -v s="$share" -v p="$3" -v how="$2" -v slack=$slack \
		'BEGIN { exit !(how == "least" ? s >= p - slack : s <= p) }'; then
		ok "$1: $share % of $total refused, at $2 $3 %"
	else
		not_ok "$1" "$share % of $total refused, not at $2 $3 %"
	fi
}

sum() { # "A B" "C D"
	echo "$((${1% *} + ${2% *})) $((${1#* } + ${2#* }))"
}

list_rows() {
	local name package file least plain decorated all='0 0' all_decorated='0 0'
	while IFS=$'\t' read -r name package file; do
		if ! corpus_is_built_in "$package"; then
			plain=$(corpus_entries "$file" | judge)
			decorated=$(corpus_entries "$file" | corpus_decorate | judge)
			least=99.5
			# In this one 200 of 30,000 are random, ten characters long, from programs that registered themselves with a site. Who
			# refuses these without knowing them refuses other people's random ones: what is reached is held.
			[ "$name" != perl-zxcvbn ] || least=99.2
			row "$name" least "$least" "$plain"
			row "$name decorated" least 97 "$decorated"
			all=$(sum "$all" "$plain")
			all_decorated=$(sum "$all_decorated" "$decorated")
		fi
	done < <(corpus_lists)
	[ "$all" = '0 0' ] && { echo "skip lists none of the packages john-data, ncrack, nmap-common, libdata-password-zxcvbn-perl, python3-zxcvbn, python3-django is installed"; return; }
	row "all lists together" least 99.5 "$all"
	row "all decorated together" least 97 "$all_decorated"
}

random_rows() {
	local lower=abcdefghijklmnopqrstuvwxyz digits=0123456789 upper=ABCDEFGHIJKLMNOPQRSTUVWXYZ signs='!"#$%&()*+,-./:;<=>?@[]^_{|}~'
	row "random, 12 of letters and digits" most 0.1 "$(corpus_random 100000 12 "$lower$upper$digits" | judge)"
	row "random, 12 small letters" most 0.1 "$(corpus_random 100000 12 "$lower" | judge)"
	row "random, 12 of small letters and digits" most 0.1 "$(corpus_random 100000 12 "$lower$digits" | judge)"
	row "random, 12 of all" most 0.1 "$(corpus_random 100000 12 "$lower$upper$digits$signs" | judge)"
}

phrase_rows() {
	local words separator
	words=$(corpus_words) || { echo "skip passphrases neither diceware nor wamerican is installed"; return; }
	for separator in ' ' '-' ''; do
		row "random, 4 words joined by '$separator'" most 0.1 "$(corpus_phrases 100000 4 "$separator" <"$words" | judge)"
	done
}

list_rows
random_rows
phrase_rows
gate_end

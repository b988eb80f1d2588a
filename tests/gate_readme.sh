#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# README shows what the tool really says: its policy is fine, each line of its sample refusals comes from the product, each command exists.
# shellcheck source=tests/lib_gate.sh
. "$(dirname "$0")/lib_gate.sh"

tool=$BUILD/mutexctl/mutexctl
mkdir -p "$scratch/root/etc/mutex"
chmod -R go-w "$scratch/root"
quoted_in() { # FILE LINE
	grep -qxF -- "    $2" "$1"
}

for language in en ja; do
	printf '[policy]\nlanguage = %s\n[report]\ncontact = it@example.com\n' $language >"$scratch/root/etc/mutex/policy.conf"
	lines=$(echo 'Password123!' | "$tool" --root "$scratch/root" password | sed '/it@example.com/q')
	[ "$(wc -l <<<"$lines")" -ge 4 ] || not_ok "$language: mutexctl password gives a refusal"
	for readme in README README.ja; do
		while IFS= read -r line; do
			if quoted_in $readme "$line"; then ok "$readme: $line"; else not_ok "$readme: $line" 'is not quoted'; fi
		done <<<"$lines"
	done
done

# The policy of ten lines: what is indented from [policy] to the contact.
for readme in README README.ja; do
	sed -n '/^    \[policy\]$/,/^    contact/s/^    //p' $readme >"$scratch/$readme.conf"
	if [ -s "$scratch/$readme.conf" ] && "$tool" check "$scratch/$readme.conf" >/dev/null; then ok "$readme: policy"; else not_ok "$readme: policy"; fi
done

for readme in README README.ja; do
	for command in $(grep -oE 'mutexctl [a-z]+' $readme | sed 's/.* //' | sort -u); do
		if "$tool" --help | grep -qE "^  $command "; then ok "$readme: mutexctl $command"; else not_ok "$readme: mutexctl $command"; fi
	done
	for target in $(grep -oE '\bmake [a-z-]+' $readme | sed 's/.* //' | sort -u); do
		if grep -qE "(^|[ :])$target( |:|\$)" Makefile; then ok "$readme: make $target"; else not_ok "$readme: make $target"; fi
	done
done
if quoted_in README 'This line is not in it.'; then not_ok 'finds what is missing'; else ok 'finds what is missing'; fi
gate_end

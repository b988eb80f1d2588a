#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Each subcommand and each option that a subcommand's usage names stands in the manual page; each subcommand in the shell completion.
# shellcheck source=tests/lib_gate.sh
. "$(dirname "$0")/lib_gate.sh"

tool=$BUILD/mutexctl/mutexctl
page=$(sed 's/\\-/-/g; s/\\f[BRI]//g' mutexctl/mutexctl.8)
in_page() { grep -qF -- "$1" <<<"$page"; }

commands=$("$tool" --help | sed -nE 's/^  ([a-z]+) .*/\1/p')
[ -n "$commands" ] || not_ok 'mutexctl --help names subcommands'
for command in $commands; do
	if grep -qE "^\.(B|BR|BI) .*\b$command\b" <<<"$page"; then ok "manual: $command"; else not_ok "manual: $command"; fi
	if grep -qw "$command" conf/mutexctl.bash-completion; then ok "completion: $command"; else not_ok "completion: $command"; fi
	for option in $("$tool" "$command" --help | grep -oE -- '--[a-z-]+' | sort -u); do
		if in_page "$option"; then ok "manual: $command $option"; else not_ok "manual: $command $option"; fi
	done
done
if in_page --no-such-option; then not_ok 'finds what is missing'; else ok 'finds what is missing'; fi
gate_end

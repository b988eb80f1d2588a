#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Prints this machine's own Debian package sources as one-line entries, for another release.
# Usage: sources.sh SUITE. Only entries of this machine's release count, so other vendors' archives stay out.
set -euo pipefail

suite=${1:?suite}
# shellcheck source=/dev/null
own=$(. /etc/os-release && echo "$VERSION_CODENAME")

# deb822 stanzas to one-line form; one line for each pair of URI and suite.
deb822_lines() {
	awk '
	function flush(   i, j, u, s, nu, ns) {
		nu = split(field["URIs"], u, " "); ns = split(field["Suites"], s, " ")
		if (field["Types"] ~ /(^| )deb( |$)/ && tolower(field["Enabled"]) != "no")
			for (i = 1; i <= nu; i++) for (j = 1; j <= ns; j++) print "deb", u[i], s[j], field["Components"]
		delete field; key = ""
	}
	/^[[:space:]]*$/ { flush(); next }
	/^#/ { next }
	/^[^[:space:]]+:/ { key = $1; sub(/:$/, "", key); sub(/^[^:]+:[[:space:]]*/, ""); field[key] = $0; next }
	key { field[key] = field[key] " " $0 }
	END { flush() }' "$1"
}

# "deb [options] URI suite components" to the same without options.
plain_lines() {
	sed -nE 's/^deb[[:space:]]+(\[[^]]*\][[:space:]]*)?/deb /p' "$1"
}

{
	for file in /etc/apt/sources.list.d/*.sources; do
		[ ! -f "$file" ] || { deb822_lines "$file"; echo; }
	done
	for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
		[ ! -f "$file" ] || plain_lines "$file"
	done
} | awk -v own="$own" -v suite="$suite" '
	$3 == own || index($3, own "-") == 1 || index($3, own "/") == 1 { sub(own, suite, $3); if (!seen[$0]++) print; found = 1 }
	END { exit !found }' || {
	echo "sources.sh: no Debian package source for $own on this machine" >&2
	exit 1
}

# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause
# What the gates share: questions to the Makefile, and rows of results as tests/run reads them. Sourced, with TOP as the checkout.

set -u # no pipefail: `readelf | grep -q` ends readelf by SIGPIPE
TOP=${TOP:-$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)}
BUILD=$(realpath -m "${BUILD:-$TOP/build/${VARIANT:-release}}")
VARIANT=${VARIANT:-release}
CC=${CC:-cc}
cd "$TOP" || exit 1
scratch=$(mktemp -d "${TMPDIR:-/tmp}/pam_mutex-gate.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
bad_rows=0 rows=0

ok() { # NAME
	rows=$((rows + 1))
	echo "ok $1"
}

not_ok() { # NAME WHY
	rows=$((rows + 1)) bad_rows=$((bad_rows + 1))
	echo "not ok $1${2:+ [$2]}"
}

skip_all() { # WHY
	echo "$1"
	exit 77
}

# Ends the gate. No row at all is a failure: a gate that looked at nothing proves nothing.
gate_end() {
	[ "$rows" -gt 0 ] || echo "the gate looked at nothing"
	[ "$rows" -gt 0 ] && [ "$bad_rows" -eq 0 ]
	exit
}

# The words of a variable of the Makefile, one a line.
make_words() { # VARIABLE
	env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS make -s --no-print-directory BUILD="$BUILD" VARIANT="$VARIANT" "print-$1" | tr -s ' ' '\n' | sed '/^$/d'
}

# Symbols that an object or archive needs from elsewhere, without versions.
undefined_of() { # OBJECT...
	nm -u -P "$@" 2>/dev/null | awk 'NF >= 2 && $2 ~ /^[UwWv]$/ { sub(/@.*/, "", $1); print $1 }' | sort -u
}

# Compiles a line of C into an object, for a gate that proves that it can fail. Prints the object's name.
planted_object() { # NAME SOURCE-TEXT [FLAG...]
	local name=$1 text=$2
	shift 2
	printf '%s\n' "$text" >"$scratch/$name.c"
	$CC -std=c11 -D_GNU_SOURCE -O0 -fno-builtin -fPIC -w "$@" -c -o "$scratch/$name.o" "$scratch/$name.c" && echo "$scratch/$name.o"
}

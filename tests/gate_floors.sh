#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Each folder sees only the folders below it: shown from the files that the compiler really read for each object.
# shellcheck source=tests/lib_gate.sh
. "$(dirname "$0")/lib_gate.sh"

# folder -> folders whose files it may read, "gen" being the generated headers
declare -A may_see=(
	[base]='base gen'
	[conf]='base conf'
	[pam_mutex]='base conf pam_mutex gen'
	[idlelock]='base conf idlelock gen'
	[idlelock/guard]='base conf pam_mutex idlelock idlelock/guard gen'
	[mutexctl]='base conf pam_mutex idlelock idlelock/guard mutexctl gen'
)

# The project's files named in a dependency file, as folder/name. The build folder is named there as make was told it: from the root or from here.
read_by() { # DEPENDENCY-FILE
	sed -e 's/\\$//' -e 's/^[^:]*://' "$1" | tr -s ' ' '\n' | sed -e "s|^$BUILD/||" -e "s|^${BUILD#"$TOP/"}/||" | grep -v '^/' | sed '/^$/d' | sort -u
}

# Prints what the file should not have read.
out_of_reach() { # FOLDER DEPENDENCY-FILE
	local allowed
	allowed=$(tr ' ' '|' <<<"${may_see[$1]}")
	read_by "$2" | grep -vE "^($allowed)/[^/]+\$"
}

for folder in base conf pam_mutex idlelock idlelock/guard mutexctl; do
	for source in "$folder"/*.c; do
		[ -e "$source" ] || continue
		deps=$BUILD/${source%.c}.d
		if [ ! -s "$deps" ]; then
			not_ok "$source" 'not built'
			continue
		fi
		why=$(out_of_reach "$folder" "$deps" | paste -sd' ')
		if [ -z "$why" ]; then ok "$source"; else not_ok "$source" "$why"; fi
	done
	why=$(make_words "INCLUDE_${folder##*/}" | sed -e 's/^-I//' -e "s|^$BUILD/||" | grep -vxF -f <(tr ' ' '\n' <<<"${may_see[$folder]}") | paste -sd' ')
	if [ -z "$why" ]; then ok "include path of $folder"; else not_ok "include path of $folder" "$why"; fi
done

# The gate can fail.
must_find() { # NAME FOLDER DEPENDENCIES
	printf 'x.o: %s\n' "$3" >"$scratch/planted.d"
	if [ -n "$(out_of_reach "$2" "$scratch/planted.d")" ]; then ok "finds $1"; else not_ok "finds $1"; fi
}
must_find 'a look upwards' base 'base/text.c conf/policy.h'
must_find 'a look around the corner' base 'base/text.c base/../conf/policy.h'
must_find 'a look at the generated files' conf "conf/clause.c $BUILD/gen/message_ja.h"
gate_end

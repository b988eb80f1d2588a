# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause
# What tests of mutexctl's commands share: a command's results and problems in the files `said` and `errors` of the work folder, and what they hold.
# To be sourced by who has set mutexctl and root.
# shellcheck disable=SC2034,SC2154 # for and by those that source this

exec </dev/null
python=${python:-python3}
failed=0
: >said
: >errors

row() { # NAME STATUS: 0 = good
	if [ "$2" -eq 0 ]; then echo "ok $1"; else echo "not ok $1 [$(tail -n 3 said errors calls 2>/dev/null | tr '[]\n' '() ')]"; failed=1; fi
}
run() { # STATUS ARGUMENT...
	local want=$1 got
	shift
	"$mutexctl" --root "$root" "$@" >said 2>errors
	got=$?
	[ "$got" -eq "$want" ] || { echo "exit $got, not $want" >>errors; return 1; }
}
says() { local pattern; for pattern; do grep -q -e "$pattern" said || { echo "results lack: $pattern" >>errors; return 1; }; done; }
complains() { local pattern; for pattern; do grep -q -e "$pattern" errors || { echo "problems lack: $pattern" >>errors; return 1; }; done; }
query() { # PYTHON-EXPRESSION over `d`
	"$python" -c 'import json, sys; d = json.load(open("said")); sys.exit(0 if eval(sys.argv[1]) else 1)' "$1" || { echo "not so: $1" >>errors; return 1; }
}

#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# idlelockd, idlelock-agent, mutexctl and gnome-keyring, all real, for one person under Xvfb: see people_lock_rows.py. Needs no root.
set -u
TOP=${TOP:-$(cd "$(dirname "$0")/.." && pwd)}
BUILD=$(realpath -m "${BUILD:-$TOP/build/release}")
export TOP BUILD LC_ALL=C.UTF-8
# shellcheck source=tests/lib_need.sh
. "$(dirname "$0")/lib_need.sh"
need xsecurelock dbus-daemon dbus-run-session Xvfb xdotool gnome-keyring-daemon secret-tool
need_python dbus gi
work=$(mktemp -d "${TMPDIR:-/tmp}/it_people_lock.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
mkdir -m 0700 "$work/home" "$work/run"
cd "$TOP/tests" || exit 1
PYTHONDONTWRITEBYTECODE=1 HOME=$work/home XDG_RUNTIME_DIR=$work/run XDG_DATA_HOME=$work/home/data \
	dbus-run-session -- /usr/bin/python3 -u people_lock_rows.py 2>"$work/errors"
status=$?
[ $status -eq 0 ] || tail -n 20 "$work/errors" | sed 's/^/    /'
exit $status

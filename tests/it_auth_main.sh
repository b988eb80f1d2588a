#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# idlelock-auth as xsecurelock runs it (auth_main.c), with a verifier that is played, on a /run of its own: see auth_main_rows.py. The real ones meet in
# tests/bed/rows_lock.sh.
set -u
TOP=${TOP:-$(cd "$(dirname "$0")/.." && pwd)}
BUILD=$(realpath -m "${BUILD:-$TOP/build/release}")
export TOP BUILD LC_ALL=C.UTF-8
# shellcheck source=tests/lib_need.sh
. "$TOP/tests/lib_need.sh"
need unshare /usr/bin/python3
unshare -rm true 2>/dev/null || { echo 'namespaces are refused here'; exit 77; }
# shellcheck disable=SC2016 # expands there
PYTHONDONTWRITEBYTECODE=1 exec unshare -rm bash -c 'mount -t tmpfs tmpfs /run && exec /usr/bin/python3 -u "$TOP/tests/auth_main_rows.py"'

#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# idlelockd on a private bus with logind and systemd as far as it asks them, under Xvfb with xsecurelock: see idlelockd_rows.py.
set -u
# shellcheck source=tests/lib_need.sh
. "$(dirname "$0")/lib_need.sh"
need xsecurelock dbus-daemon Xvfb xdotool
need_python dbus gi
cd "$(dirname "$0")" && PYTHONDONTWRITEBYTECODE=1 exec /usr/bin/python3 -u idlelockd_rows.py

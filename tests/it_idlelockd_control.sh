#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# What a session says of itself takes its lock away from nobody: see idlelockd_control_rows.py.
set -u
# shellcheck source=tests/lib_need.sh
. "$(dirname "$0")/lib_need.sh"
need xsecurelock dbus-daemon Xvfb xdotool
need_python dbus gi
cd "$(dirname "$0")" && PYTHONDONTWRITEBYTECODE=1 exec /usr/bin/python3 -u idlelockd_control_rows.py

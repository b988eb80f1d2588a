#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# What a session says of itself takes its lock away from nobody: see idlelockd_control_rows.py.
set -u
[ -n "$(command -v xsecurelock)" ] || { echo 'xsecurelock is not installed'; exit 77; }
for program in dbus-daemon Xvfb xdotool; do
	command -v "$program" >/dev/null || { echo "$program is not installed"; exit 77; }
done
/usr/bin/python3 -c 'import dbus, gi' 2>/dev/null || { echo 'python3-dbus and python3-gi are not installed'; exit 77; }
cd "$(dirname "$0")" && PYTHONDONTWRITEBYTECODE=1 exec /usr/bin/python3 -u idlelockd_control_rows.py

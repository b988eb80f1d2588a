#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# What the lock costs and how fast it is, beside xautolock and xss-lock on the same display, and swayidle under sway, in the same run: see bench_lock.py.
# BENCH_WINDOW_S (60): how long wake-ups are counted; BENCH_LOCKS (200). Exit 1 when an aim is missed.
set -u
for program in Xvfb xsecurelock xautolock xss-lock xdotool dbus-daemon sway swayidle; do
	command -v "$program" >/dev/null || { echo "skipped: $program is not installed"; exit 0; }
done
# In memory, as /run is: on a disk each proof would wait for the disk.
TMPDIR=$(mktemp -d /dev/shm/bench_lock.XXXXXX) || exit 1
chmod 0755 "$TMPDIR" && export TMPDIR
trap 'rm -rf "$TMPDIR"' EXIT
cd "$(dirname "$0")" && PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 -u bench_lock.py

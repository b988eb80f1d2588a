#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# What the lock costs and how fast it is, beside xautolock and xss-lock on the same display, in the same run: see bench_lock.py.
# BENCH_WINDOW_S (60): how long wake-ups are counted; BENCH_LOCKS (200). Exit 1 when an aim is missed. swayidle needs a Wayland seat: in the VM.
set -u
for program in Xvfb xsecurelock xautolock xss-lock xdotool dbus-daemon; do
	command -v "$program" >/dev/null || { echo "skipped: $program is not installed"; exit 0; }
done
cd "$(dirname "$0")" && PYTHONDONTWRITEBYTECODE=1 exec /usr/bin/python3 -u bench_lock.py

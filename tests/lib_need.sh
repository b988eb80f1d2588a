# SPDX-License-Identifier: BSD-2-Clause
# What a test needs of the computer; without it the test is skipped. Sourced.
# shellcheck shell=bash

need() { # PROGRAM...
	local program
	for program in "$@"; do
		[ -n "$(command -v "$program")" ] || { echo "$program is not installed"; exit 77; }
	done
}
need_python() { # MODULE...: of Debian's own Python, in packages python3-MODULE
	local module
	for module in "$@"; do
		/usr/bin/python3 -c "import $module" 2>/dev/null || { echo "python3-$module is not installed"; exit 77; }
	done
}

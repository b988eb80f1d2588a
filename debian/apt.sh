# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause
# Calls of apt for the scripts here and in tests/: quiet, asking nothing, the output kept in a log whose end is shown on failure. To be sourced.

apt_log=${APT_LOG:-$(mktemp "${TMPDIR:-/tmp}/pam_mutex-apt.XXXXXX")}

apt_quietly() {
	if DEBIAN_FRONTEND=noninteractive apt-get -y -q -o DPkg::Lock::Timeout=300 \
		-o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold "$@" </dev/null >>"$apt_log" 2>&1; then
		return 0
	fi
	echo "apt-get $* failed; the end of $apt_log:" >&2
	tail -n 25 "$apt_log" >&2
	return 1
}

# A failed update is no reason to stop while older lists are there: the packages may be known or present.
apt_refresh() {
	apt_quietly update || echo "going on with the package lists that are there" >&2
}

# Installs what is missing of the packages named; without root it says what to run.
apt_need() {
	local missing=() package
	for package in "$@"; do
		dpkg-query -W -f '${Status}\n' "$package" 2>/dev/null | grep -q '^install ok installed$' || missing+=("$package")
	done
	[ ${#missing[@]} -gt 0 ] || return 0
	if [ "$(id -u)" -ne 0 ]; then
		echo "missing packages; run: sudo apt-get install ${missing[*]}" >&2
		return 1
	fi
	apt_refresh
	apt_quietly install --no-install-recommends "${missing[@]}"
}

#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# `sudo make enable`: builds the packages from this checkout, installs them, puts the policy in force and shows what is on.
# Running it again installs the present state of the checkout; /etc/mutex/policy.conf is kept as the administrator left it.
set -euo pipefail

top=$(cd "$(dirname "$0")/.." && pwd)
cd "$top"
step() { printf '\n== %s\n' "$*"; }

if [ "$(id -u)" -ne 0 ]; then
	echo "Only root can install and switch on: run \"sudo make enable\"." >&2
	exit 1
fi
if ! command -v apt-get >/dev/null; then
	echo "This is no Debian system (apt-get is missing). pam_mutex is packaged for Debian 12 and 13; nothing was changed." >&2
	exit 1
fi

step "packages needed for the build, from debian/control"
debian/build_deps.sh build enable

step "building"
debian/as_owner.sh debian/build_debs.sh

step "installing"
# shellcheck source=debian/apt.sh
. debian/apt.sh
# A folder that apt's own user can read, whatever the mode of the checkout.
debs=$(mktemp -d)
trap 'rm -rf "$debs"' EXIT
chmod 0755 "$debs"
cp build/deb/libpam-mutex_*.deb build/deb/mutexctl_*.deb build/deb/idlelock_*.deb "$debs/"
# The lock of X displays, where there are any, and what makes desktops read their settings anew.
helpers=()
if [ -x /usr/bin/Xorg ] || [ -x /usr/bin/Xvfb ]; then helpers+=(xsecurelock); fi
if [ -x /usr/libexec/dconf-service ]; then helpers+=(dconf-cli); fi
apt_quietly install --reinstall --no-install-recommends "$debs"/*.deb "${helpers[@]}"
if [ -e /etc/mutex/policy.conf.dpkg-dist ]; then
	echo "kept your /etc/mutex/policy.conf; the new default lies beside it as policy.conf.dpkg-dist"
fi
dpkg-query -W -f '${Package} ${Version}\n' libpam-mutex mutexctl idlelock

step "mutexctl apply --yes"
if ! mutexctl apply --yes; then
	echo >&2
	echo "The packages are installed, but the policy is NOT in force: put right what is named above, then run \"sudo mutexctl apply\"." >&2
	exit 1
fi

if [ ! -d /run/systemd/system ]; then
	step "what cannot run here, because systemd is not PID 1"
	echo "- records go to syslog instead of the journal; \"mutexctl observed\" reads /var/log/auth.log"
	echo "- \"mutexctl apply --confirm\" waits in a process of its own, which a restart ends, instead of a timer of systemd"
	echo "- the verifier for screen lockers has no socket: lockers are denied where the policy demands a second factor of them"
	echo "- nothing locks idle sessions: idlelockd asks systemd and logind; \"idlelock-x11 --standalone\" locks one display"
	[ -S /dev/log ] || echo "- no syslog listens on /dev/log either: records are lost until one does"
fi

step "mutexctl status"
mutexctl status

#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The controls units and antivirus on a computer of a company: a full release booted with systemd, README's first command, and ClamAV, whose parts are
# switched off and loosened in every way, each $GUARD_TIMES times (3) (bed/rows_guard_care.sh). Usage: it_container_care.sh SUITE
set -uo pipefail
# shellcheck source=tests/bed/prepare.sh
. "$(dirname "$0")/bed/prepare.sh"

suite=${1:-bookworm} times=${GUARD_TIMES:-3}
tree=/home/carol/pam_mutex
bed_prepare "$suite" laptop
# nspawn's own filter takes the system calls of scanners on access away.
box_boot '--system-call-filter=fanotify_init fanotify_mark' || exit 1

people() {
	box_run useradd --create-home --shell /bin/bash --groups sudo carol &&
		echo 'carol ALL=(ALL) NOPASSWD: ALL' >"$box_root/etc/sudoers.d/carol"
}
enable() {
	box_online runuser -u carol -- env HOME=/home/carol sh -c "cd $tree && sudo make enable"
}
# Downloaded, too, is what is installed again later, without the network.
scanner() {
	box_online env DEBIAN_FRONTEND=noninteractive sh -c 'apt-get -q update && apt-get -q install -y --no-install-recommends clamav-daemon clamav-freshclam'
}
# Whether the kernel lets root of a container watch files is this machine's matter.
watching_obstacle() {
	box_run /usr/bin/python3 -c 'import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
fd = libc.fanotify_init(4, 0) # FAN_CLASS_CONTENT, as clamonacc asks
print(os.strerror(ctypes.get_errno()) if fd < 0 else "", end="")'
}

# How fast it is put right is told of the guard, not of what else runs here. What systemd starts from then on is in front, too.
in_front() {
	local pid
	chrt -r 5 true || return 0
	for pid in $(pgrep --ns "$box_leader" --nslist pid); do chrt -a -r -p 5 "$pid"; done
}

obstacle=$(watching_obstacle)
if [ -n "$obstacle" ]; then
	echo "skip $suite-care no scanner on access can run in a container here: fanotify: $obstacle"
	exit 0
fi
people || exit 1
bed_clone $tree
box_run chown -R carol:carol $tree
row "$suite-care-readme-enable" enable || exit 1
row "$suite-care-scanner-installed" scanner || exit 1
in_front 2>/dev/null
BOX_LIMIT_S=$((1200 + times * 500)) box_run bash $tree/tests/bed/rows_guard_care.sh "$suite" "$times"

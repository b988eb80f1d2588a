#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# A computer of a company from nothing: a full release booted with systemd, a clone of this checkout, README's two commands run by a user
# through sudo; then people log in and change passwords (bed/rows.sh), and at the end the packages are purged. Usage: it_container_boot.sh SUITE
set -uo pipefail
# shellcheck source=tests/bed/prepare.sh
. "$(dirname "$0")/bed/prepare.sh"

suite=${1:-bookworm} times=${LOCK_TIMES:-3} # how often each attack on the lock is tried
home=/home/carol
tree=$home/pam_mutex
bed_prepare "$suite" laptop
box_boot || exit 1
pam_files() { (cd "$box_root/etc/pam.d" && sha256sum -- *); }

# By a file, since systemd writes command lines into the journal, where a row looks for passwords.
people() {
	cat >"$box_root/root/people.sh" <<-'PEOPLE'
		for user in alice bob chie dai; do
			useradd --create-home --shell /bin/bash --comment "$user Yamada" $user
			echo "$user:Start-Password-1" | chpasswd
		done
		useradd --create-home --shell /bin/bash --groups sudo carol
		echo "carol ALL=(ALL) NOPASSWD: ALL" > /etc/sudoers.d/carol
	PEOPLE
	box_run sh /root/people.sh
}

as_carol() { # COMMAND: a line for sh
	box_online runuser -u carol -- env HOME=$home sh -c "cd $tree && $1"
}

enable() { as_carol 'sudo make enable'; }

# README's second command. Its last line is the runner's. All of its output stays in $BED/logs.
check() {
	local log=$BED/logs/check-$suite.log
	mkdir -p "$BED/logs"
	as_carol 'sudo make check' >"$log" 2>&1
	grep -E '^(FAILED|SKIPPED) |^    not ok |^make.* Error' "$log"
	tail -n 1 "$log"
	tail -n 1 "$log" | grep -qE '^[0-9]+ passed, 0 failed, [0-9]+ skipped$'
}

no_file_of_roots() {
	[ -z "$(box_run find $tree -not -user carol | head | tee /dev/stderr)" ]
}

# Everything as before, and nothing left of the product. Records stay in the journal, which is not ours.
purged() {
	box_run apt-get -y purge idlelock libpam-mutex mutexctl || return 1
	[ "$(pam_files)" = "$pam_before" ] || { pam_files | diff - <(echo "$pam_before"); return 1; }
	local left
	left=$(cd "$box_root" && find etc usr/sbin usr/lib/*/security usr/share/pam-configs usr/share/man usr/share/bash-completion var/lib run \
		\( -ipath '*mutex*' -o -ipath '*idlelock*' \) ! -path 'var/lib/apt/*' 2>/dev/null)
	[ -z "$left" ] || { echo "left: $left"; return 1; }
	left=$(box_run systemctl list-units --all --no-legend 'idlelock*' 'mutex*')
	[ -z "$left" ] || { echo "left: $left"; return 1; }
}

# With the package that keeps the others, removing them by the way is refused; the published procedure is not.
protected() {
	cp "$box_root$tree"/build/deb/pam-mutex-protected_*.deb "$box_root/root/" || return 1
	box_run sh -c 'dpkg -i /root/pam-mutex-protected_*.deb' || return 1
	refuses dpkg -r idlelock && refuses dpkg -r pam-mutex-protected && refuses apt-get -y remove idlelock && refuses apt-get -y purge pam-mutex-protected &&
		refuses apt-get -y autoremove --purge mutexctl || return 1
	box_run dpkg --force-remove-protected --purge pam-mutex-protected
}
refuses() { # COMMAND...
	local out
	out=$(box_run "$@" 2>&1) && { echo "not refused: $*: $out"; return 1; }
	box_run dpkg-query -W -f '${Package} ${db:Status-Status}\n' pam-mutex-protected idlelock libpam-mutex mutexctl | grep -v ' installed$' && { echo "$out"; return 1; }
	return 0
}

login_after_purge() {
	box_run sh -c 'echo alice:Password123! | chpasswd'
}

# What was counted holds after a restart; a code that was shown does not come back.
wrong_passwords() {
	local i
	for i in 1 2 3 4 5; do
		box_run setpriv --reuid carol --regid carol --init-groups expect -f /run/bed-dialogue.exp "wrong number $i" -- su - dai -c true
	done
	locked_out
}
locked_out() {
	has "$(box_run mutexctl lockout list)" dai
}
restart() {
	box_halt
	box_boot
}
still_locked_out() {
	box_run install -m 0644 $tree/tests/dialogue.exp /run/bed-dialogue.exp
	locked_out && has_not "$(box_run setpriv --reuid carol --regid carol --init-groups \
		expect -f /run/bed-dialogue.exp 'quartz ladder monsoon teapot' -- su - dai -c 'echo IN-AS-$(id -un)')" IN-AS-
}

people || exit 1
pam_before=$(pam_files)
bed_clone $tree
box_run chown -R carol:carol $tree
row "$suite-readme-enable" enable || exit 1
if [ "${CI:-}" = true ] && grep -qx "VERSION_CODENAME=$suite" /etc/os-release; then
	echo "skip $suite-readme-check this computer has the same release, and .ci/run runs it here"
else
	ROW_LINES=80 row "$suite-readme-check" check
fi
row "$suite-sudo-leaves-no-root-files" no_file_of_roots
BOX_LIMIT_S=900 box_run bash $tree/tests/bed/rows_guard_self.sh "$suite-self"
BOX_LIMIT_S=900 box_run bash $tree/tests/bed/rows.sh "$suite"
BOX_LIMIT_S=900 box_run bash $tree/tests/bed/rows_first_admin.sh "$suite"
BOX_LIMIT_S=900 box_run bash $tree/tests/bed/rows_login.sh "$suite"
BOX_LIMIT_S=900 box_run bash $tree/tests/bed/rows_sessions.sh "$suite"
BOX_LIMIT_S=900 box_run bash $tree/tests/bed/rows_finger.sh "$suite"
BOX_LIMIT_S=900 box_run bash $tree/tests/bed/rows_lockers.sh "$suite"
row "$suite-desktop-installed" box_online apt-get -q install -y --no-install-recommends xserver-xorg-core xserver-xorg-video-dummy \
	gnome-keyring libsecret-tools
BOX_LIMIT_S=$((times * 600)) box_run bash $tree/tests/bed/rows_lock.sh "$suite" "$times"
BOX_LIMIT_S=900 box_run bash $tree/tests/bed/rows_lock.sh "$suite-xorg" 1 xorg
row "$suite-wrong-passwords-lock-out" wrong_passwords
# Not as a row's command: the new leader's number would stay in its subshell.
restart || exit 1
row "$suite-lock-out-outlives-a-restart" still_locked_out
row "$suite-autopkgtest" box_run sh $tree/debian/tests/password
row "$suite-protected" protected
row "$suite-purge-leaves-nothing" purged
row "$suite-purge-ends-the-policy" login_after_purge

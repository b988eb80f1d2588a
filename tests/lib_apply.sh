# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause
# What the tests of mutexctl apply share: a work folder with a root, expectations, sums. To be sourced.
# shellcheck disable=SC2034 # for those that source this

# shellcheck source=tests/bed/row.sh
. "$TOP/tests/bed/row.sh"
# shellcheck source=tests/lib_pam_root.sh
. "$TOP/tests/lib_pam_root.sh"

[ -x /usr/sbin/pam-auth-update ] || { echo "pam-auth-update is not installed"; exit 77; }
export PATH=$PATH:/usr/sbin
unset SUDO_USER # who asks is whoever runs the tests
work=$(mktemp -d)
root=$work/root
trap 'rm -rf "$work"' EXIT
failed=0

run() { "$mutexctl" --root "$root" "$@" </dev/null 2>&1; }

# The exit status of a command, its output kept in $said.
said=''
expect() { # STATUS COMMAND...
	local want=$1 status=0
	shift
	said=$("$@") || status=$?
	[ "$status" -eq "$want" ] || { printf 'exit %s instead of %s of: %s\n%s\n' "$status" "$want" "$*" "$said"; return 1; }
}

unchanged() { # SUM-FILE
	diff "$1" <(sum_pam "$root") || { echo "the PAM files are not as before"; return 1; }
}

fresh() {
	pam_root "$root"
	sum_pam "$root" >"$work/before"
}

first_line() { grep '^password' "$root/etc/pam.d/common-password" | head -n 1; }
is_on() { [[ $(first_line) == *requisite*pam_mutex.so* ]] || { echo "first line: $(first_line)"; return 1; }; }

wait_until() { # SECONDS COMMAND...
	local end=$((SECONDS + $1))
	shift
	until "$@" >/dev/null 2>&1; do
		[ "$SECONDS" -lt "$end" ] || return 1
		sleep 0.1
	done
}

sum_machine() { cat /etc/pam.d/* /var/lib/pam/* /var/cache/debconf/config.dat /var/cache/debconf/templates.dat 2>/dev/null | md5sum; }
machine=$(sum_machine)
machine_untouched() { [ "$(sum_machine)" = "$machine" ]; }

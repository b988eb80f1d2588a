#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# A machine where systemd is not PID 1 (a container image, a CI machine): a chroot of a bare release. README's command switches the module
# on, root's chpasswd obeys it, status tells what cannot run there, purge leaves nothing. Usage: it_container_plain.sh SUITE
set -uo pipefail
# shellcheck source=tests/bed/prepare.sh
. "$(dirname "$0")/bed/prepare.sh"

suite=${1:-bookworm}
bed_prepare "$suite" bare
bed_clone /root/pam_mutex

inside() {
	timeout 900 unshare --mount --pid --fork --kill-child bash -c '
		mount --make-rprivate / && mount -t proc proc "$1/proc" && exec chroot "$1" /usr/bin/env -i "${@:2}"' \
		plain "$box_root" PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 "$@" </dev/null
}
shadow_of() { grep "^$1:" "$box_root/etc/shadow"; }
pam_files() { (cd "$box_root/etc/pam.d" && sha256sum -- *); }

enable() { inside make -C /root/pam_mutex enable | tee "$box_folder/enable"; }

names_what_cannot_run() {
	grep -q 'systemd is not PID 1' "$box_folder/enable" && inside mutexctl status
}

refused() {
	local before
	before=$(shadow_of dave)
	! inside sh -c 'echo "dave:Password123!" | chpasswd' && [ "$(shadow_of dave)" = "$before" ]
}

taken() {
	local before
	before=$(shadow_of dave)
	inside sh -c 'echo "dave:quartz ladder monsoon teapot" | chpasswd' && [ "$(shadow_of dave)" != "$before" ]
}

# The package brings another default, the administrator has changed the old one: dpkg must not ask, and his file stays.
upgrade_keeps_policy() {
	local before
	sed -i 's/^min_length = .*/min_length = 17/' "$box_root/etc/mutex/policy.conf"
	before=$(sha256sum <"$box_root/etc/mutex/policy.conf")
	echo '# a newer default' >>"$box_root/root/pam_mutex/conf/policy.conf"
	inside make -C /root/pam_mutex enable || return 1
	[ "$(sha256sum <"$box_root/etc/mutex/policy.conf")" = "$before" ] && [ -e "$box_root/etc/mutex/policy.conf.dpkg-dist" ]
}

# Of a version that did not make them: nobody is shut out. What somebody took away stays away.
upgrade_makes_login_states() {
	inside sh -ec 'cd /var/lib/mutex && test -e lines-on && rm -r login unknown && sh /var/lib/dpkg/info/libpam-mutex.postinst configure 0.0 &&
		test "$(stat -c %a.%u login unknown | uniq)" = 700.0 && rm -r login && sh /var/lib/dpkg/info/libpam-mutex.postinst configure 0.0 2>/run/told &&
		test ! -e login && grep -q "mutexctl apply" /run/told && mkdir -m 0700 login'
}

purged() {
	inside apt-get -y purge libpam-mutex mutexctl && [ "$(pam_files)" = "$pam_before" ] &&
		[ -z "$(cd "$box_root" && find etc usr var/lib run -name '*mutex*' ! -path '*/perl*' ! -path 'usr/include/*' ! -path 'usr/lib/*/bits/*' | tee /dev/stderr)" ]
}

inside useradd --create-home dave
pam_before=$(pam_files)
row "plain-$suite-enable" enable || exit 1
row "plain-$suite-enable-twice" enable
row "plain-$suite-status-names-what-cannot-run" names_what_cannot_run
row "plain-$suite-chpasswd-refuses-common" refused
row "plain-$suite-chpasswd-takes-passphrase" taken
row "plain-$suite-stack-has-no-way-past" inside mutexctl stack
row "plain-$suite-upgrade-keeps-the-administrators-policy" upgrade_keeps_policy
row "plain-$suite-upgrade-makes-login-states" upgrade_makes_login_states
row "plain-$suite-purge-leaves-nothing" purged

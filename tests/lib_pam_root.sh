# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause
# A folder tree with a copy of this machine's PAM configuration, for tests of mutexctl --root. To be sourced.

# shellcheck disable=SC2034 # for those that source this
mutexctl=${MUTEXCTL:-$BUILD/mutexctl/mutexctl}

# The machine's own files, but as Debian installs them: without our lines, should the product be on here.
pam_root() { # FOLDER
	rm -rf "$1"
	mkdir -p "$1"/{etc/mutex/policy.d,var/lib,usr/share/mutex/sshd,usr/lib,run}
	cp -r /etc/pam.d "$1/etc/"
	cp -r /var/lib/pam "$1/var/lib/"
	cp -r /usr/share/pam-configs "$1/usr/share/"
	[ ! -d /usr/lib/pam.d ] || cp -r /usr/lib/pam.d "$1/usr/lib/"
	cp "$TOP"/conf/pam-configs/* "$1/usr/share/pam-configs/"
	cp "$TOP/conf/sshd/50-mutex.conf" "$1/usr/share/mutex/sshd/"
	chmod -R u+rwX,go-w "$1"
	printf '[policy]\ndocument = Access control policy\nversion = 3\n' >"$1/etc/mutex/policy.conf"
	printf 'root:*:19000:0:99999:7:::\nalice:x-hash:19000:0:99999:7:::\nbob:!:19000:0:99999:7:::\n' >"$1/etc/shadow"
	printf 'root:x:0:\nsudo:x:27:alice\n' >"$1/etc/group"
	printf 'root:x:0:0::/:/bin/sh\ncarol:x:1002:27::/:/bin/sh\n' >"$1/etc/passwd"
	if grep -q pam_mutex "$1"/etc/pam.d/common-*; then
		update_pam "$1" --remove mutex mutex-failed mutex-finish mutex-recheck
	fi
}

# pam-auth-update on a tree, with a debconf database of its own.
update_pam() { # FOLDER OPTIONS...
	local root=$1 answers
	shift
	answers=$(mktemp -d)
	printf 'Config: configdb\nTemplates: templatedb\n\nName: configdb\nDriver: File\nFilename: %s/config.dat\n\nName: templatedb\nDriver: File\nFilename: %s/templates.dat\n' \
		"$answers" "$answers" >"$answers/debconf.conf"
	env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive DEBCONF_SYSTEMRC="$answers/debconf.conf" \
		/usr/sbin/pam-auth-update --root "$root" "$@" </dev/null
	rm -rf "$answers"
}

# Content and mode of the PAM configuration, or of everything.
sum_pam() { (cd "$1" && { find etc/pam.d var/lib/pam -type f -printf '%m %p\n'; find etc/pam.d var/lib/pam -type f -exec md5sum {} +; } | sort); }
sum_all() { (cd "$1" && find . -printf '%y %m %p ' -type f -exec md5sum {} \; -o -printf '%y %m %p\n' | sort); }

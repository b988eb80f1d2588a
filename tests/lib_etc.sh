# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause
# A folder tree with the PAM files of a Debian release, from tests/etc_SUITE.txt. To be sourced.

# Each file follows a line "== PATH".
etc_root() { # SUITE FOLDER
	local out=$2
	rm -rf "$out"
	mkdir -p "$out"/{etc/mutex/policy.d,run,usr/share/mutex/sshd}
	awk -v out="$out" '
		/^== / { if (file) close(file); file = out "/" $2; folder = file; sub("/[^/]*$", "", folder)
			 if (!(folder in made)) { system("mkdir -p \"" folder "\""); made[folder] = 1 }
			 printf "" >file; next }
		file { print >file }' "$TOP/tests/etc_$1.txt"
	cp "$TOP"/conf/pam-configs/* "$out/usr/share/pam-configs/"
	cp "$TOP/conf/sshd/50-mutex.conf" "$out/usr/share/mutex/sshd/"
	printf '[policy]\ndocument = Access control policy\nversion = 3\n' >"$out/etc/mutex/policy.conf"
	chmod -R u+rwX,go-w "$out"
}

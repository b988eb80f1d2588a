#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# `make demo`: the real module and the real tool at work on a made-up computer in a temporary folder. Needs no root and touches nothing else:
# pam_wrapper, nss_wrapper and uid_wrapper give the programs started here other PAM files, other accounts and the belief to be root.
set -euo pipefail
cd "$(dirname "$0")/.."
build=$(realpath "${BUILD:-build/release}")
root=$(mktemp -d "${TMPDIR:-/tmp}/pam_mutex-demo.XXXXXX")
display_server='' watcher=''
trap 'exec 9>&-; end_display; rm -rf "$root"' EXIT

mkdir -p "$root"/etc/mutex/policy.d "$root"/etc/pam.d "$root"/var/lib "$root"/run/systemd/journal
chmod -R go-w "$root"
printf 'alice:x:%d:%d:Alice Sato:/home/alice:/bin/sh\n' "$(id -u)" "$(id -g)" >"$root/passwd"
printf 'alice:x:%d:\n' "$(id -g)" >"$root/group"
# Behind us stands pam_unix in earnest; here nothing is to be stored.
printf 'password requisite %s/pam_mutex.so root=%s\npassword required pam_permit.so\n' "$build" "$root" >"$root/etc/pam.d/passwd"

# Stands in for the journal until its standard input ends.
mkfifo "$root/end"
"$build/tests/catch_records" "$root/run/systemd/journal/socket" <"$root/end" >"$root/records" &
exec 9>"$root/end"
until [ -S "$root/run/systemd/journal/socket" ]; do sleep 0.05; done

scene() { printf '\n== %s\n\n' "$*"; }
indent() { sed 's/^/    /'; }
policy() { # LANGUAGE
	cat >"$root/etc/mutex/policy.conf" <<-POLICY
		[policy]
		document = Information security policy
		language = $1

		[password]
		company_words = mutex

		[report]
		contact = it@example.com
	POLICY
}
tool() { "$build/mutexctl/mutexctl" --root "$root" "$@"; }

# What passwd does: both PAM passes, with prompts and messages as Alice sees them. The answers stand in for her typing.
passwd_as_alice() { # ANSWER...
	env PAM_WRAPPER=1 PAM_WRAPPER_SERVICE_DIR="$root/etc/pam.d" NSS_WRAPPER_PASSWD="$root/passwd" NSS_WRAPPER_GROUP="$root/group" \
		UID_WRAPPER=1 UID_WRAPPER_ROOT=1 \
		expect tests/dialogue.exp "$@" -- env LD_PRELOAD=libpam_wrapper.so:libnss_wrapper.so:libuid_wrapper.so pamtester passwd alice chauthtok |
		tr -d '\r' | grep -v PWRAP_ | indent
}

# A desktop that nobody uses: a display of its own, and a locker whose password is "opensesame" instead of the system's PAM.
start_display() {
	mkfifo "$root/display"
	exec 8<>"$root/display"
	Xvfb -displayfd 8 -nolisten tcp -screen 0 800x600x24 2>"$root/xvfb.log" 9>&- &
	display_server=$!
	read -r number <&8
	exec 8>&-
	export DISPLAY=:$number
	printf '#!/bin/bash\nprintf "P 10\\nPassword: \\n"\nread -r _ len\nIFS= read -r -N "$len" answer\n[ "$answer" = opensesame ]\n' >"$root/answer"
	chmod 0755 "$root/answer"
	env LC_ALL="$1" XSECURELOCK_AUTHPROTO="$root/answer" XSECURELOCK_DISCARD_FIRST_KEYPRESS=0 "$build/idlelock/idlelock-x11" --root "$root" --standalone \
		>"$root/lock.log" 2>"$root/lock.errors" 9>&- &
	watcher=$!
}
end_display() {
	[ -z "$watcher" ] || { kill "$watcher"; wait "$watcher"; } 2>>"$root/lock.errors" || true
	[ -z "$display_server" ] || { kill "$display_server"; wait "$display_server"; } 2>>"$root/lock.errors" || true
	watcher='' display_server=''
}
wait_for_line() { # NUMBER PATTERN
	local tries
	for ((tries = 0; tries < 300; tries++)); do
		[ "$(grep -c "$2" "$root/lock.log")" -lt "$1" ] || return 0
		sleep 0.05
	done
	echo "the lock did not say: $2"
	cat "$root/lock.log" "$root/lock.errors"
	exit 1
}

scene "A policy file, /etc/mutex/policy.conf"
policy en
indent <"$root/etc/mutex/policy.conf"
tool check

scene "Alice wants the password Password123!, then takes four words that have nothing to do with each other"
passwd_as_alice 'Password123!' 'quartz ladder monsoon teapot' 'quartz ladder monsoon teapot'

scene "language = ja: アリスさんが mutexmutex1 を、次に別の 4 つの単語を試します"
policy ja
passwd_as_alice 'mutexmutex1' 'velvet otter parade cactus' 'velvet otter parade cactus'

scene "Why? mutexctl explain password --user alice"
NSS_WRAPPER_PASSWD="$root/passwd" NSS_WRAPPER_GROUP="$root/group" LD_PRELOAD=libnss_wrapper.so tool explain password --user alice | grep -v '(default)' | sed "s|$root||" | indent

scene "Nobody is at the screen: [lock] after = 5s, on an X display of its own (Xvfb), with xsecurelock"
printf '\n[lock]\nafter = 5s\nwarn = 2s\ntrusted_virtual_inputs = xtest\n' >>"$root/etc/mutex/policy.conf"
start_display en_US.UTF-8
wait_for_line 1 'is locked, proven'
echo "    kill -9 of the locker: it is back, and proven again"
kill -9 "$(pgrep -P "$watcher" -x xsecurelock)"
wait_for_line 2 'is locked, proven'
echo "    a key brings the prompt; a screenshot is in $build/demo-lock.png"
xdotool key o
sleep 0.7
scrot --overwrite "$build/demo-lock.png"
xdotool type pensesame
xdotool key Return
wait_for_line 1 'was opened'
end_display
indent <"$root/lock.log"

scene "The firewall is switched off: [control firewall] mode = repair, in a network namespace of its own"
printf '\n[control firewall]\nmode = repair\nproducts = nftables\n' >>"$root/etc/mutex/policy.conf"
printf '\n[control %s]\nmode = off\n' units antivirus auth self >>"$root/etc/mutex/policy.conf"
namespaces=(unshare --net)
[ "$(id -u)" -eq 0 ] || namespaces=(unshare --user --map-root-user unshare --net) # in which nobody has a name
if "${namespaces[@]}" true 2>/dev/null; then
	"${namespaces[@]}" tests/demo_guard.sh "$root" "$build" >"$root/guard" 2>&1 || { cat "$root/guard"; exit 1; }
	indent <"$root/guard"
else
	echo '    (not shown: this computer refuses network namespaces)'
fi

scene "What is on record (never a password)"
exec 9>&-
wait
awk -F= '/^MUTEX_(VERDICT|CLAUSE|USER|SERVICE|REASONS|MODE)=/ { sub(/^MUTEX_/, ""); line = line "  " $0 }
	/^$/ && line { print "  " line; line = "" }' "$root/records"
grep -qE 'Password123|mutexmutex1|quartz|velvet|opensesame' "$root/records" && { echo "a record holds a password"; exit 1; }

scene "Nothing of this computer was touched. To switch it on here: sudo make enable"

#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# mutexctl explain login with real files below a root of its own: what it says, which line it names, what it cannot see. Needs no root; accounts
# come from nss_wrapper. That the module does the same: it_agree.c.
set -u
export LC_ALL=C.UTF-8
TOP=${TOP:-$(cd "$(dirname "$0")/.." && pwd)}
BUILD=$(realpath -m "${BUILD:-$TOP/build/release}")
mutexctl=$BUILD/mutexctl/mutexctl
work=$(mktemp -d "${TMPDIR:-/tmp}/it_explain.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
umask 022
root=$work/root
mkdir -p "$root"/etc/mutex/policy.d "$root"/etc/mutex/exceptions.d "$root"/var/lib/mutex/login
chmod 700 "$root"/var/lib/mutex "$root"/var/lib/mutex/login
touch "$root"/var/lib/mutex/lines-on
policy=$root/etc/mutex/policy.conf

# shellcheck source=tests/lib_tool.sh
. "$TOP/tests/lib_tool.sh"
explain() { # STATUS ARGUMENT...
	local want=$1 got
	shift
	NSS_WRAPPER_PASSWD=$work/passwd NSS_WRAPPER_GROUP=$work/group LD_PRELOAD=libnss_wrapper.so \
		"$mutexctl" --root "$root" explain login "$@" >said 2>errors
	got=$?
	[ "$got" -eq "$want" ] || { echo "exit $got, not $want" >>errors; return 1; }
}

printf 'alice:x:1000:1000:Alice:/home/alice:/bin/sh\nbob:x:1001:1001::/:/bin/sh\nroot:x:0:0:root:/root:/bin/sh\n' >passwd
printf 'alice:x:1000:\nbob:x:1001:\nroot:x:0:\nstaff:x:2000:alice\n' >group
if ! ldconfig -p 2>/dev/null | grep -q libnss_wrapper || [[ ${VARIANT:-release} != release ]]; then
	echo 'skip explain login needs nss_wrapper, which does not go with sanitizers'
	exit 0
fi

cat >"$policy" <<'END'
[mfa]
mode = enforce
remote = required
local = off
enrol_by = 2026-12-06

[access]
mode = enforce
posture = off
allow = @staff, root
hours = mon-sat 07:00-22:00
END
from='--service sshd --from 203.0.113.9'
# shellcheck disable=SC2086
{
	explain 0 alice $from --at 2026-11-24T08:00:00Z && says '^login of alice by sshd from 203.0.113.9: gets in$' '^  login service, from elsewhere$' \
		"a second factor is demanded by mfa.remote = required  ($policy:3)" 'what counts: mfa.require = password+totp, password+recovery  (default)' \
		'noted:  no-second-factor (RA-1)' 'reminded to enrol: 12 days left'
	row 'before the date' $?
	explain 1 alice $from --at 2026-12-07T08:00:00Z && says 'does not get in$' '^  finish  denied$' 'denied: no-second-factor (RA-1)' \
		"by mfa.enrol_by = 2026-12-06  ($policy:5)" '"sudo mutexctl mfa enrol"'
	row 'after the date' $?
	explain 1 alice $from --method publickey --at 2026-12-07T08:00:00Z && says '^  gate    denied$' && ! grep -q '^  begin\|^  finish' said
	row 'a key alone reaches the gate only' $?
	explain 0 alice $from --method password --at 2026-11-24T08:00:00Z --json && query 'd["outcome"] == "allowed" and [s["stage"] for s in d["stages"]] == ["begin", "finish", "gate"] and d["side"] == "remote" and d["stages"][1]["demanded"] and d["stages"][1]["reasons"][0]["code"] == "no-second-factor"'
	row 'JSON' $?
	explain 1 bob $from --at 2026-11-24T08:00:00Z && says 'denied: not-on-login-list (AC-4)' "by access.allow = @staff, root  ($policy:10)"
	row 'not on the list' $?
	TZ=UTC explain 1 alice $from --at 2026-11-24T23:00:00Z && says 'denied: out-of-hours (AC-4)' "by access.hours = mon-sat 07:00-22:00  ($policy:11)"
	row 'out of hours' $?
	TZ=Asia/Tokyo explain 0 alice $from --at 2026-11-24T23:00:00Z
	row 'hours are local time' $?
	explain 0 root --service login --at 2026-11-24T23:00:00Z && says 'at the computer itself (console)' 'supposed: nothing was said about the place' 'let in as root at the console'
	row 'root at the console' $?
	explain 1 bob --service su --by alice --at 2026-11-24T08:00:00Z && says 'denied: account-not-granted (AC-4)' 'by access.become = '
	row 'into the account of somebody else' $?
	explain 0 root --service su --by alice --at 2026-11-24T08:00:00Z
	row 'into the account of root' $?
	explain 0 alice --service i3lock
	row 'a locker' $?
	explain 0 alice --service cron && says 'account-only service' && ! grep -q '^  begin' said
	row 'a job' $?
	explain 0 alice --service lightdm-autologin --method none --at 2026-11-24T08:00:00Z && explain 1 bob --service lightdm-autologin --method none
	row 'automatic login' $?
}
cat >"$root"/etc/mutex/exceptions.d/one.conf <<'END'
[exception EX-9]
clause = AC-4
who = bob
host = all
reason = a test
requested_by = bob
approved_by = tanaka
from = 2020-01-01
until = 2020-02-01
END
# shellcheck disable=SC2086
explain 1 bob $from --at 2026-11-24T08:00:00Z && ! grep -q 'EX-9' said
row 'an exception that has ended' $?
sed -i -e "s/^from.*/from = $(date -u -d '1 day ago' +%F)/" -e "s/^until.*/until = $(date -u -d '5 days' +%F)/" "$root"/etc/mutex/exceptions.d/one.conf
# shellcheck disable=SC2086
explain 0 bob $from --at 2026-11-24T08:00:00Z && says 'noted:  not-on-login-list (AC-4); let pass by exception EX-9'
row 'an exception' $?

mkdir -p "$root"/var/lib/mutex/login
chmod 700 "$root"/var/lib/mutex/login
printf damaged >"$root"/var/lib/mutex/login/1000
chmod 600 "$root"/var/lib/mutex/login/1000
# shellcheck disable=SC2086
explain 1 alice $from --at 2026-11-24T08:00:00Z && says "not seen: the person's login state could not be read" 'denied: state-unreadable' 'administrator: .*mutexctl mfa repair'
row 'a damaged state' $?

explain 2 nobody-of-ours --service login && complains 'no such user: nobody-of-ours'
row 'unknown user' $?
explain 2 alice && complains '--service is missing'
row 'no service' $?
explain 2 --service login && complains 'say whose login to explain'
row 'nobody named' $?
explain 2 alice --service login --method magic && complains 'unknown method: magic; choose of'
row 'unknown method' $?
explain 2 alice --service login --at tomorrow && complains 'no time: tomorrow'
row 'no time' $?

rm "$root"/var/lib/mutex/login/1000
printf '[mfa]\nmode = enforce\nremote = required\nlocal = required\nsu = required\nsudo = required\n' >"$policy"
NSS_WRAPPER_PASSWD=$work/passwd NSS_WRAPPER_GROUP=$work/group LD_PRELOAD=libnss_wrapper.so "$mutexctl" --root "$root" explain password --user alice >said 2>errors &&
	says 'at least 15 characters' && ! grep -q 'password.min_length_with_mfa holds' said
row 'the longer password without a factor' $?
exit $failed

#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# mutexctl mfa with real state files below a root of their own; oathtool is the phone, zbarimg its camera. Needs no root.
set -u
export LC_ALL=C.UTF-8
TOP=${TOP:-$(cd "$(dirname "$0")/.." && pwd)}
BUILD=$(realpath -m "${BUILD:-$TOP/build/release}")
mutexctl=$BUILD/mutexctl/mutexctl
work=$(mktemp -d "${TMPDIR:-/tmp}/it_mfa.XXXXXX")
catcher=
trap '[ -z "$catcher" ] || kill "$catcher" 2>/dev/null; rm -rf "$work"' EXIT
cd "$work" || exit 1
umask 022
root=$work/root
mkdir -p "$root"/etc/mutex "$root"/var/lib "$root"/run/systemd/journal
policy=$root/etc/mutex/policy.conf
user=$(id -un)

# shellcheck source=tests/lib_need.sh
. "$TOP/tests/lib_need.sh"
need oathtool

# shellcheck source=tests/lib_tool.sh
. "$TOP/tests/lib_tool.sh"

# The records, as the journal would get them.
mkfifo hold
"$BUILD/tests/catch_records" "$root/run/systemd/journal/socket" <hold >records &
catcher=$!
exec 8>hold
for _ in $(seq 100); do [ -S "$root/run/systemd/journal/socket" ] && break; sleep 0.05; done
recorded() { # PATTERN
	for _ in $(seq 100); do grep -q -e "$1" records && return; sleep 0.05; done
	echo "no record: $1" >>errors
	return 1
}

# Enrols as a person does: reads the secret from the screen, types what phone prints for it.
phone_code() { oathtool --totp="${algorithm:-sha1}" --digits="${digits:-6}" -b "$1"; }
wrong_code() { echo 000000; }
enrol() { # STATUS PHONE ARGUMENT...
	local want=$1 phone=$2 got line out in
	shift 2
	coproc SCREEN { exec "$mutexctl" --root "$root" mfa enrol "$@" 2>errors; }
	local pid=$SCREEN_PID
	# A step may not end between phone and check.
	exec {out}<&"${SCREEN[0]}" {in}>&"${SCREEN[1]}"
	eval "exec ${SCREEN[1]}>&-"
	: >said
	secret=
	while IFS= read -r -u "$out" line; do
		printf '%s\n' "$line" >>said
		if [[ $line =~ ^\ {4}[A-Z2-7\ ]+$ ]]; then
			secret=${line// /}
			ps -o args= -p "$pid" >arguments
			tr '\0' '\n' <"/proc/$pid/environ" >environment 2>/dev/null
			for _ in 1 2 3; do "$phone" "$secret"; done >&"$in" 2>/dev/null
		fi
	done
	exec {in}>&- {out}<&-
	wait "$pid"
	got=$?
	[ "$got" -eq "$want" ] || { echo "exit $got, not $want" >>errors; return 1; }
}
codes_shown() { grep -cE '^    [0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}$' said; }

cat >camera.py <<'END'
import sys
light = {' ': (0, 0), '\u2580': (1, 0), '\u2584': (0, 1), '\u2588': (1, 1)}
lines = [l.rstrip('\n') for l in open(sys.argv[1], encoding='utf-8')]
lines = [l for l in lines if l and set(l) <= set(light) and '\u2588' in l]
rows = []
for l in lines:
    rows += [[light[c][0] for c in l], [light[c][1] for c in l]]
scale = 4
print('P2', len(rows[0]) * scale, len(rows) * scale, 1)
for r in rows:
    text = ' '.join(' '.join([str(m)] * scale) for m in r)
    for _ in range(scale):
        print(text)
END

# --- before ---
run 0 mfa status "$user" && says "^$user  *no second factor$"
row 'status: nobody is enrolled' $?
run 1 mfa codes "$user" && complains 'no factor that recovery codes could stand in for'
row 'codes: not without a factor' $?
run 1 mfa enrol "$user" && complains 'nothing was stored' && [ ! -e "$root/var/lib/mutex/login/$(id -u)" ]
row 'enrol: hanging up stores nothing' $?
enrol 1 wrong_code "$user" && complains 'not the code of now' 'nothing was stored' && [ "$(codes_shown)" -eq 0 ] && run 0 mfa status "$user" && says 'no second factor'
row 'enrol: three wrong codes store nothing' $?

# --- enrol ---
enrol 0 phone_code "$user" && [ "$(codes_shown)" -eq 10 ]
row 'enrol: the first code of the phone, then ten codes' $?
cp said screen
! grep -q "$secret" arguments environment errors records
row 'enrol: the secret is in no argument, environment, record' $?
recorded "MUTEX_USER=$user" && recorded 'MUTEX_KIND=factor-changed' && ! grep -qE '[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-' records
row 'enrol: is recorded, without codes' $?
! grep -rqaF "$(sed -n 's/^    \(....-....-....-....\)$/\1/p' screen | head -n 1)" "$root/var" && ! grep -rqaF "$(sed -n 's/^    \(....-....-....-....\)$/\1/p' screen | head -n 1 | tr -d -)" "$root/var"
row 'enrol: recovery codes are kept as hashes' $?
[ "$(stat -c %a "$root/var/lib/mutex/login/$(id -u)")" = 600 ] && [ "$(stat -c %a "$root/var/lib/mutex/login")" = 700 ]
row 'enrol: the state is for nobody else to read' $?
if command -v zbarimg >/dev/null && command -v python3 >/dev/null; then
	python3 camera.py screen >code.pgm && zbarimg -q --raw code.pgm >seen 2>>errors &&
		[ "$(cat seen)" = "otpauth://totp/$(uname -n):$user?secret=$secret&issuer=$(uname -n)&algorithm=SHA1&digits=6&period=30" ]
	row 'enrol: a camera reads the same secret from the screen' $?
else
	echo 'skip enrol: a camera reads the screen: zbarimg (zbar-tools) or python3 is not installed'
fi
run 0 mfa status "$user" && says "^$user  *authenticator app since $(date +%F) [0-9:]* [^ ]*, 10 of 10 recovery codes left$"
row 'status: who has what' $?
enrol 1 phone_code "$user" && complains 'enrolled already' && [ -z "$secret" ]
row 'enrol: not over an old one' $?
old=$secret digits=8 algorithm=sha512
enrol 0 phone_code "$user" --replace --digits 8 --algorithm sha512 && [ "${#secret}" -eq 103 ]
row 'enrol: replaced, eight digits, sha512' $?
digits='' algorithm=''
run 0 mfa status "$user" --json && query "d['people'][0]['totp']['digits'] == 8 and d['people'][0]['totp']['algorithm'] == 'sha512' and d['people'][0]['recovery']['left'] == 10"
row 'status: as JSON' $?
printf '[factor totp]\nuse = totp\ndigits = 8\nalgorithm = sha256\nissuer = Kaisha & Co\n' >"$policy"
digits=8 algorithm=sha256
enrol 0 phone_code "$user" --replace && [ "${#secret}" -eq 52 ]
row 'enrol: as [factor totp] says' $?
digits='' algorithm=''
rm "$policy"
run 0 mfa codes "$user" && [ "$(codes_shown)" -eq 10 ] && ! grep -qFf <(grep -E '^    ....-' screen) said && recorded 'Ten new recovery codes'
row 'codes: ten new ones' $?

# --- take away ---
run 2 mfa revoke "$user" && complains 'factor totp, recovery, hook or all'
row 'revoke: say what' $?
run 0 mfa revoke "$user" --factor recovery --reason 'sheet was seen' && recorded 'sheet was seen' && run 0 mfa status "$user" && says 'authenticator app' && ! says 'recovery'
row 'revoke: recovery codes' $?
run 0 mfa revoke "$user" --factor recovery && says 'has none'
row 'revoke: what is not there' $?
run 0 mfa revoke "$user" --factor all && run 0 mfa status "$user" && says 'no second factor'
row 'revoke: all' $?

# --- hooks ---
run 1 mfa hook "$user" --set && complains 'has no \[factor NAME\]'
row 'hook: none in the policy' $?
printf '[factor key]\nuse = pam:mutex-u2f\n[mfa]\nrequire = password+key\n' >"$policy"
run 0 mfa hook "$user" --set && run 0 mfa status "$user" && says "hook since $(date +%F) " && recorded 'policy.s hooks ask for'
row 'hook: set' $?
run 0 mfa hook "$user" --unset && run 0 mfa status "$user" && says 'no second factor'
row 'hook: unset' $?
run 2 mfa hook "$user" --set --unset && run 2 mfa hook "$user"
row 'hook: one of the two' $?

# --- the date ---
printf '[mfa]\nremote = required\nenrol_by = %s\n' "$(date -d '+10 days' +%F)" >"$policy"
run 0 mfa status "$user" && says 'needs one, days left: \(9\|10\|11\)$' '^1 without a factor where one is demanded'
row 'status: days left' $?
printf '[mfa]\nremote = required\nenrol_by = %s\n' "$(date -d '-2 days' +%F)" >"$policy"
run 1 mfa status "$user" && says 'the date has passed' && run 1 mfa status "$user" --json && query "d['overdue'] == 1 and d['people'][0]['needs_factor']"
row 'status: the date has passed' $?
run 1 mfa status && says "^$user "
row 'status: everybody' $?
printf '[mfa]\nremote = if-enrolled\nenrol_by = %s\n' "$(date -d '+10 days' +%F)" >"$policy"
run 0 mfa status "$user" && says 'needs one, days left: \(9\|10\|11\)$'
row 'status: whoever is reminded is on the list' $?
printf '[service i3lock]\nmfa = required\n' >"$policy"
run 0 mfa status "$user" --json && query "d['need_factor'] == 1 and d['overdue'] == 0 and d['people'][0]['days_left'] is None"
row 'status: what one service alone demands' $?
rm "$policy"

# --- damage ---
run 0 mfa repair "$user" && says 'sound; nothing was changed'
row 'repair: a sound one is left alone' $?
truncate -s 100 "$root/var/lib/mutex/login/$(id -u)"
run 1 mfa status "$user" && says 'repair' && enrol 2 phone_code "$user" && complains "repair $user" && [ -z "$secret" ]
row 'damaged: told, with the remedy, and no secret is shown' $?
run 0 mfa repair "$user" && says 'set aside' && recorded 'set the damaged login state aside' && [ -n "$(find "$root/var/lib/mutex/login" -name '*damaged*')" ]
row 'repair: set aside, kept and recorded' $?
enrol 0 phone_code "$user" && [ "$(codes_shown)" -eq 10 ]
row 'enrol: after the repair' $?

if [ "$(id -u)" -ne 0 ]; then
	"$mutexctl" mfa enrol >said 2>errors </dev/null
	[ $? -eq 2 ] && complains 'sudo mutexctl mfa enrol' && [ ! -s said ]
	row 'not root: told, and no secret is shown' $?
else
	echo 'skip not root: this is root'
fi
run 2 mfa && run 2 mfa nothing && run 2 mfa enrol "$user" x && run 2 mfa enrol "$user" --digits 7 && run 2 mfa enrol nobody-of-that-name && complains 'no such user'
row 'usage' $?
exit $failed

#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# mutexctl check, dump, explain and exception with real files below a root of their own. Needs no root; accounts come from nss_wrapper.
set -u
export LC_ALL=C.UTF-8
TOP=${TOP:-$(cd "$(dirname "$0")/.." && pwd)}
BUILD=$(realpath -m "${BUILD:-$TOP/build/release}")
mutexctl=$BUILD/mutexctl/mutexctl
work=$(mktemp -d "${TMPDIR:-/tmp}/it_policy.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
umask 022
root=$work/root
mkdir -p "$root"/etc/mutex/policy.d "$root"/etc/mutex/exceptions.d "$root"/var/lib
policy=$root/etc/mutex/policy.conf

# shellcheck source=tests/lib_tool.sh
. "$TOP/tests/lib_tool.sh"
have_python() { command -v python3 >/dev/null; }

# --- check ---
run 0 check && says '^policy: defaults, profile company, hash [0-9a-f]\{64\}$' '^0 errors, 1 warnings$' && complains 'there is no policy file'
row 'no file' $?
cp "$TOP/conf/policy.conf" "$policy"
run 0 check && says '^policy: current' '^0 errors, 0 warnings$' && [ ! -s errors ]
row 'the shipped policy has no problem' $?
# The same with all its examples switched on: no mistake, and nothing that keeps anybody out.
sed -E 's/^# (\[|[a-z_]+ = )/\1/' "$TOP/conf/policy.conf" >examples.conf
run 0 check examples.conf && says '^policy: valid' '^0 errors, 0 warnings$' && [ "$(grep -c '^\[' examples.conf)" -eq 9 ]
row 'the examples of the shipped policy are valid' $?
run 0 dump examples.conf && says '^# mode = observe$' '^allow = @staff, @admins$' '^\[service sshd\]$' '^\[factor key\]$' '^use = pam:mutex-u2f$' && ! grep -q "^mode = enforce" <(sed -n "/^\\[mfa\\]/,/^\\[lock\\]/p" said)
row 'and enforce no second factor and no list' $?
examples=0
sed -n '/^\.EX/,/^\.EE/p' "$TOP/conf/mutex-policy.conf.5" | sed 's/\\-/-/g' |
	awk '/^\.EX/ { n++ } !/^\.E/ { print > "manual" n ".conf" }'
for example in manual*.conf; do
	run 0 check "$example" && says '^0 errors, 0 warnings$' && examples=$((examples + 1))
done
[ "$examples" -eq 3 ]
row 'the three examples of the manual are valid' $?

cat >ten.conf <<'END'
history = 3
[pasword]
[password]
min_lenght = 3
min_length = 500
max_age = 90
mode = observe
personal_words = maybe
retry 3
history = 3
history = 4
[users 1000]
END
places() { # FILE: the lines with errors
	sed -n "s/^$1:\([0-9]*\):[0-9]*: error: .*/\1/p" errors | sort -n | paste -sd' '
}
run 1 check ten.conf && says '^policy: broken' '^10 errors, 0 warnings$' && [ "$(places ten.conf)" = '1 2 4 5 6 7 8 9 11 12' ] &&
	complains 'did you mean "password"' 'did you mean "min_length"' 'allowed: 1 to 128'
row 'ten mistakes, ten places' $?
run 1 check - <ten.conf && [ "$(places 'standard input')" = '1 2 4 5 6 7 8 9 11 12' ]
row 'the same from standard input' $?
run 1 check --json ten.conf && have_python && query 'd["ok"] is False and d["errors"] == 10 and d["problems"][0]["line"] == 1 and d["problems"][0]["column"] == 1'
row 'the same as JSON' $?
cp ten.conf "$policy"
run 1 check && says '^policy: broken' && complains "^$policy:4:1: error: "
row 'installed' $?
run 2 check nowhere.conf && complains '^mutexctl: cannot read nowhere.conf: '
row 'a file that is not there' $?
run 2 check . && complains '^mutexctl: cannot read .: '
row 'a folder' $?
head -c 262145 /dev/zero | tr '\0' '\n' >long.conf
run 2 check long.conf && complains 'longer than 262144 bytes'
row 'a file that is too long' $?
run 2 check --wrong && complains '^Usage: mutexctl check '
row 'an unknown option' $?
run 2 check --against nist-800-63b && complains 'did you mean "nist-800-63b-4"'
row 'an unknown profile' $?
cp "$TOP/conf/policy.conf" "$policy"
chmod o+w "$policy"
run 1 check && complains "^$policy: error: others than root could have written the file; run chown root and chmod go-w on it"
row 'a file that others may write' $?
chmod o-w "$policy"
mkfifo "$root/etc/mutex/policy.d/pipe.conf"
run 1 check && complains 'not a regular file'
row 'a pipe does not hang' $?
rm "$root/etc/mutex/policy.d/pipe.conf"
printf '[password]\nmode = observe\nobserve_until = 2020-01-01\n' >old.conf
run 1 check old.conf && complains '^old.conf:3:17: error: observe_until = 2020-01-01 has passed'
row 'observe_until has passed' $?

printf '[policy]\nownership = byod\n' >byod.conf
run 0 check byod.conf && complains '^byod.conf:2:13: warning: ownership = byod has no effect yet'
row 'ownership = byod has no effect yet' $?
printf '[policy]\nprofile = cis\n[password]\nretry = x\npersonal_words = off\n' >broken.conf
run 1 check broken.conf && says '^policy: broken$' && ! grep -q hash said && complains 'did you mean "cis-debian12"' 'did you mean "no"'
row 'a broken draft has no profile and no hash' $?
run 1 check --json broken.conf && query 'd["state"] == "broken" and d["profile"] is None and d["hash"] is None'
row 'nor in JSON' $?
touch "$root/etc/mutex/policy.d/extra.cnf" "$root/etc/mutex/exceptions.d/EX-0" "$root/etc/mutex/policy.d/.hidden"
run 0 check && complains "^$root/etc/mutex/policy.d/extra.cnf: warning: ignored: the name does not end in .conf\$" \
	"^$root/etc/mutex/exceptions.d/EX-0: warning: ignored: " && says '^0 errors, 2 warnings$'
row 'files whose names end otherwise' $?
rm "$root/etc/mutex/policy.d/extra.cnf" "$root/etc/mutex/exceptions.d/EX-0" "$root/etc/mutex/policy.d/.hidden"

# --- names that this computer must have ---
mkdir -p "$root/etc/pam.d" "$root/usr/lib/pam.d" "$root/usr/lib/mutex"
touch "$root/etc/pam.d/sshd" "$root/usr/lib/pam.d/polkit-1" "$root/etc/pam.d/mutex-u2f" "$root/usr/lib/mutex/token"
cat >names.conf <<'END'
[service sshd]
mfa = required
[service polkit-1]
mfa = off
[service sshdd]
require = password+key, password+duo, password+token, password+lost
[service xyzzy]
[factor key]
use = pam:mutex-u2f
[factor duo]
use = pam:mutex-duo
[factor token]
use = exec:/usr/lib/mutex/token
[factor lost]
use = exec:/usr/lib/mutex/lost
END
run 0 check names.conf && says '^0 errors, 4 warnings$' &&
	complains '^names.conf:5:2: warning: \[service sshdd\] has no effect here: .*; did you mean "sshd"?$' '^names.conf:7:2: warning: \[service xyzzy\] has no effect here: .* name$' \
		'^names.conf:11:7: warning: nobody can show this factor here: .* mutex-duo; ' '^names.conf:15:7: warning: .*/usr/lib/mutex/lost'
row 'services, stacks and helpers that are not there' $?
run 0 dump --json names.conf && have_python && query 'd["services"]["sshd"] == {"mfa": "required"} and d["factors"]["duo"] == {"use": "pam:mutex-duo"} and d["services"]["xyzzy"] == {}'
row 'sections with a name in JSON' $?
rm -r "${root:?}/etc/pam.d" "${root:?}/usr"

# --- against profiles ---
printf '[policy]\nprofile = cis-debian12\n[users @staff]\npassword.min_length = 20\npassword.history = 1\n' >cis.conf
run 1 check --against cis-debian12 cis.conf && says '^weaker: password.history is 1 (cis.conf:5 \[users @staff\]); cis-debian12 demands at least 24 (CIS Debian 12, 5.3.3.3.1' '1 weaker, 0 contradictions'
row 'a line for some people is weaker' $?
run 1 check --against nist-800-63b-4 cis.conf && says '^contradiction: password.min_classes is 4 .* at least 4 (CIS Debian 12, 5.3.3.2.3.* nist-800-63b-4 forbids such a rule (.*3.1.1.2'
row 'CIS demands what NIST forbids' $?
run 1 check --json --against nist-800-63b-4 cis.conf && query '[f["keyword"] for f in d["findings"] if f["kind"] == "contradiction"] == ["min_classes", "max_repeat", "max_sequence", "max_age"]'
row 'the same as JSON' $?
run 0 check --against nist-800-63b-4 && says 'against nist-800-63b-4: 0 weaker, 0 contradictions'
row 'the shipped policy fulfils NIST' $?
says '^note: password.non_ascii is no .* nist-800-63b-4 recommends yes (NIST SP 800-63B-4, 3.1.1.2'
row 'a recommendation is a note' $?
run 2 check --against nist && complains 'did you mean "nist-800-63b-4"'
row 'the beginning of a profile' $?

# --- dump ---
run 0 dump cis.conf && cp said first && run 0 dump first && cmp -s first said && run 0 dump - <first && cmp -s first said
row 'dump of dump is the same' $?
[ "$(sha256sum <first | cut -c1-64)" = "$(run 0 check cis.conf; sed -n 's/.*hash //p' said)" ]
row 'the hash is the SHA-256 of the dump' $?
run 1 dump ten.conf && [ ! -s said ] && [ -s errors ]
row 'no dump of a broken draft' $?
run 0 dump --json cis.conf && query 'd["sections"]["password"]["min_length"] == 14 and d["sections"]["password"]["non_ascii"] is False and d["users"] == [{"who": "@staff", "sections": {"password": {"min_length": 20, "history": 1}}}]'
row 'as JSON' $?

# --- explain ---
echo "alice:x:$(id -u):$(id -g):Alice Sato:/home/alice:/bin/sh" >passwd
printf 'own:x:%s:\nstaff:x:9000:alice\nadmins:x:9001:bob,alice\n' "$(id -g)" >group
explain() { # STATUS ARGUMENT...
	local want=$1 got
	shift
	env NSS_WRAPPER_PASSWD=passwd NSS_WRAPPER_GROUP=group LD_PRELOAD="${SANITIZER_PRELOAD:-}libnss_wrapper.so" \
		"$mutexctl" --root "$root" explain password "$@" >said 2>errors
	got=$?
	[ "$got" -eq "$want" ] || { echo "exit $got, not $want" >>errors; return 1; }
}
if ! ldconfig -p | grep -q libnss_wrapper || [ "${VARIANT:-release}" = san ]; then
	echo 'skip explain needs nss_wrapper, which does not go with sanitizers'
else
	printf '[password]\nhistory = 5\nretry = 2\n[users @staff]\npassword.history = 7\n[users 0:4294967294]\npassword.retry = 4\n' >"$policy"
	explain 0 --user alice && says '^  password.history = 7  ('"$policy"':5 \[users @staff\])$' '^  password.retry = 4  (.*\[users 0:4294967294\])$' \
		'^  password.min_length = 15  (default)$' 'at least 15 characters' 'your last 7'
	row 'explain: rules, values and their lines' $?
	explain 0 --user alice --keyword password.history && [ "$(wc -l <said)" -eq 1 ]
	row 'explain: one keyword' $?
	explain 0 --user alice --keyword policy.ownership && says '(default); no effect yet'
	row 'explain: no effect yet' $?
	explain 0 --user alice --json && query 'd["keywords"]["password.history"]["value"] == 7 and d["groups"] == ["own", "staff", "admins"] and d["state"] == "current"'
	row 'explain: JSON' $?
	explain 2 --user nobody-of-that-name && complains 'no such user: nobody-of-that-name'
	row 'explain: unknown user' $?
	explain 2 --user alice --keyword password.histori && complains 'unknown keyword'
	row 'explain: unknown keyword' $?
	echo x >>"$policy"
	explain 0 --user alice && says 'no password can be changed'
	row 'explain: a broken policy refuses every change' $?
fi
run 2 explain password && complains '--user is missing'
row 'explain: nobody named' $?
cp "$TOP/conf/policy.conf" "$policy"

# --- exceptions ---
mkdir -p "$root/run/systemd/journal"
catch=$BUILD/tests/catch_records
[ -x "$catch" ] || { echo "not ok records [$catch is not built]"; exit 1; }
mkfifo end
"$catch" "$root/run/systemd/journal/socket" <end >records &
exec 9>end
until [ -S "$root/run/systemd/journal/socket" ]; do sleep 0.05; done
add() { # STATUS ID [OPTION...]: a good one; what is given again counts
	local want=$1 id=$2
	shift 2
	run "$want" exception add --id "$id" --clause PW-1 --who alice --host all --reason 'old # scanner' --requested-by 'Alice Sato' \
		--approved-by 'Bob Mori' --until "$(date -u -d '+10 days' -I)" "$@"
}
add 0 EX-1 && says "^added $root/etc/mutex/exceptions.d/EX-1.conf: active$" && [ "$(stat -c %a "$root/etc/mutex/exceptions.d/EX-1.conf")" = 644 ]
row 'add' $?
run 0 exception list && says '^active     EX-1  PW-1 for alice on all'
row 'list' $?
add 1 EX-1 && complains 'exists already'
row 'an id is given once' $?
refused() { # NAME PATTERN OPTION VALUE: the problem is told of the option
	local name=$1 pattern=$2 option=$3
	shift 2
	add 1 EX-2 "$@" && complains "^mutexctl: $option: .*$pattern" && [ ! -e "$root/etc/mutex/exceptions.d/EX-2.conf" ]
	row "refused: $name" $?
}
refused 'clause that nobody may waive' 'AC-1 may be waived by nobody' --clause AC-1
refused 'unknown clause' 'is no clause' --clause PW-9
refused 'approved by the one who asked' 'cannot approve' --approved-by ' alice SATO '
refused 'too long' 'lasts longer than max_exception = 90d' --until "$(date -u -d '+91 days' -I)"
refused 'ends before it begins' 'ends before it begins' --until 2020-01-01
refused 'no reason' 'is empty' --reason ''
refused 'no such WHO' 'is only a number' --who 1000
refused 'escape of the terminal' 'control or invisible character' --reason $'a\e[2Jb'
add 2 EX-2 --reason $'x\napproved_by = y' && complains 'line end' && [ ! -e "$root/etc/mutex/exceptions.d/EX-2.conf" ]
row 'refused: a second line in a value' $?
run 2 exception add --id EX-2 --clause PW-1 --who alice --reason x --requested-by a --approved-by b --until 2027-01-01 &&
	complains '^mutexctl exception: --host is missing$' && [ ! -e "$root/etc/mutex/exceptions.d/EX-2.conf" ]
row 'an option is missing' $?
run 2 exception add --clause PW-1 && complains '^mutexctl exception: --id, --who, --host, --reason, --requested-by, --approved-by, --until are missing$'
row 'all missing options at once' $?
for id in ../x '' 'a b' 'a/b'; do
	add 2 "$id" && complains 'is missing or no id'
	row "refused: id \"$id\"" $?
done
add 1 .x && complains 'is no id'
row 'refused: a hidden file' $?
run 2 exception && complains 'list, add or end'
row 'no verb' $?
add 0 EX-3 --from "$(date -u -d '+1 day' -I)" && says 'EX-3.conf: future$'
row 'one that has not begun' $?
run 0 exception end EX-1 && run 0 exception list && says '^expired    EX-1' '^future     EX-3'
row 'end' $?
grep -q '^# ended by mutexctl; was: until = ' "$root/etc/mutex/exceptions.d/EX-1.conf"
row 'end keeps what it was' $?
run 0 exception end EX-3 && run 0 exception list && says '^expired    EX-3'
row 'end of one that has not begun' $?
run 1 exception end EX-1 && complains 'has ended already'
row 'end twice' $?
run 1 exception end EX-9 && complains 'no such exception'
row 'end of none' $?
printf '[exception EX-4]\nclause = PW-1\n' >"$root/etc/mutex/exceptions.d/bad.conf"
run 1 exception list && says '^malformed  EX-4' && complains 'has no "until"' && run 1 check && says '1 malformed'
row 'a malformed one is shown as such' $?
run 1 exception list --json && query '[(e["id"], e["standing"]) for e in d["exceptions"]] == [("EX-1", "expired"), ("EX-3", "expired"), ("EX-4", "malformed")]'
row 'list as JSON' $?
run 1 exception end EX-4 && complains 'is malformed'
row 'end of a malformed one' $?
exec 9>&-
wait $!
[ "$(grep -c '^MUTEX_KIND=exception-changed' records)" -eq 4 ] && [ "$(grep -c '^MUTEX_WAIVER=EX-1' records)" -eq 2 ] &&
	grep -q '^MUTEX_DETAIL=Exception added: for alice on all until .*, asked by Alice Sato, approved by Bob Mori\.$' records
row 'each change leaves a record' $?

# --- the tool itself ---
"$mutexctl" --version >said 2>errors && says '^mutexctl [0-9]'
row 'version' $?
"$mutexctl" --help >said 2>errors && says '^  check ' '^  status ' "accounts are still the system's"
row 'help' $?
run 2 chekc && complains 'did you mean "check"'
row 'unknown command' $?
run 2 && complains 'no command given'
row 'no command' $?
"$mutexctl" --root relative check >said 2>errors
[ $? -eq 2 ] && complains 'not an absolute folder'
row 'a root that is not absolute' $?
if [ -w /dev/full ]; then
	run 0 check >/dev/null 2>&1
	"$mutexctl" --root "$root" dump >/dev/full 2>errors
	[ $? -eq 2 ] && complains 'cannot write the result'
	row 'a full disk is no success' $?
fi
for command in check dump explain exception password breached observed stack apply confirm remove status; do
	run 0 "$command" --help && says "^Usage: mutexctl $command"
	row "help of $command" $?
done

# --- completion ---
complete_words() { # WORD...: what bash offers for the last one
	bash -c 'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _mutexctl; printf "%s\n" "${COMPREPLY[@]}"' - "$TOP/conf/mutexctl.bash-completion" "$@" >said 2>errors
}
complete_words mutexctl ex && [ "$(paste -sd' ' said)" = 'explain exception' ]
row 'completion of commands' $?
complete_words mutexctl check --against p && says '^pci-dss-4$'
row 'completion of profiles' $?
complete_words mutexctl explain password --keyword password.his && [ "$(paste -sd' ' said)" = 'password.history password.history_days' ]
row 'completion of keywords' $?
complete_words mutexctl exception add --clause L && [ "$(paste -sd' ' said)" = 'LK-1 LK-2 LK-3' ]
row 'completion of clauses' $?
complete_words mutexctl --root /tmp dump --j && says '^--json$'
row 'completion behind --root' $?
exit $failed

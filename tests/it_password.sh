#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# mutexctl password as people and scripts use it: standard input, terminal, batches, JSON, drafts of a policy, the present password.
. "$(dirname "$0")/lib_gate.sh"
root=$scratch/root
mkdir -p "$root/etc/mutex"
good=otter-violin-tundra-38

# Runs the tool over the lines given; output in $scratch/out and $scratch/err, status in $status.
judge() { # INPUT OPTIONS...
	local input=$1
	shift
	printf '%b' "$input" | LC_ALL=${LOCALE:-C.UTF-8} "$BUILD/mutexctl/mutexctl" --root "$root" password "$@" >"$scratch/out" 2>"$scratch/err"
	status=$?
}

# One row: the status, and a text that must be in the output ("!text" must not).
expect() { # NAME STATUS TEXT...
	local name=$1 want=$2 text
	shift 2
	[ "$status" -eq "$want" ] || { not_ok "$name" "status $status, not $want: $(head -c 200 "$scratch/err")"; return; }
	for text in "$@"; do
		case $text in
		!*) ! grep -qF -- "${text#!}" "$scratch/out" "$scratch/err" || { not_ok "$name" "there is: ${text#!}"; return; } ;;
		*) grep -qF -- "$text" "$scratch/out" "$scratch/err" || { not_ok "$name" "missing: $text in: $(head -c 300 "$scratch/out")"; return; } ;;
		esac
	done
	ok "$name"
}

policy() { # LINES
	printf '[password]\n%b\n' "$1" >"$scratch/draft.conf"
}

one_candidate() {
	judge "$good\n" && expect "a good one is accepted" 0 "keeps to the policy" '!cannot be used'
	judge "$good" && expect "the line feed may be missing" 0 "keeps to the policy"
	judge 'Password123!\n'
	expect "all reasons at once" 1 "most used passwords" "at least 15 are needed" '!Password123'
	judge '\n' ; expect "an empty line" 1 "No password was given"
	judge '' ; expect "nothing at all" 2 "no password was given"
	judge "$(printf '%0600d' 1)\n" ; expect "600 bytes" 1 "longer than 511 bytes"
	judge "$good$(printf '%0489d' 0 | tr 0 x)\n" ; expect "511 bytes" 0 "keeps to the policy"
	judge 'otter\0violin-tundra-38\n' ; expect "a NUL is a control character" 1 "control character"
	judge 'otter-violin\xff-tundra\n' ; expect "bytes that are no UTF-8" 1 "not valid UTF-8"
	LOCALE=ja_JP.UTF-8 judge 'Password123!\n' ; expect "in Japanese" 1 "このパスワードは使えません"
}

present_password() {
	judge "$good\n$good\n" --old ; expect "the present one again" 1 "the password that you have now"
	judge "otter-violin-tundra-37\n$good\n" --old ; expect "a step from the present one" 1 "too close to your present password"
	judge "gravel-teapot-nimbus\n$good\n" --old ; expect "far from the present one" 0 "keeps to the policy" '!--old asks for it'
	judge "$good\n" ; expect "says what was not compared" 0 "--old asks for it"
	judge "$good\n" --old ; expect "no new one behind the present one" 2 "no password was given"
}

drafts() {
	policy 'min_length = 40'
	judge "$good\n" --policy "$scratch/draft.conf" ; expect "a draft's rule holds" 1 "at least 40 are needed"
	policy 'min_lenght = 40'
	judge "$good\n" --policy "$scratch/draft.conf" ; expect "a draft with a mistake" 2 "draft.conf:2:" "min_length"
	judge "$good\n" --policy "$scratch/none.conf" ; expect "no such draft" 2 "none.conf"
	policy 'mode = observe\nobserve_until = 2099-01-01\nmin_length = 40'
	judge "$good\n" --policy "$scratch/draft.conf" ; expect "observing lets pass, and says so" 0 "at least 40 are needed" "taken for now"
	policy 'block_lists = /etc/mutex/none.txt'
	judge "$good\n" --policy "$scratch/draft.conf" ; expect "a list that is missing" 1 "could not be checked" "none.txt"
	echo 'OTTER-violin-tundra' >"$root/etc/mutex/list.txt"
	policy 'block_lists = /etc/mutex/list.txt'
	judge "$good\n" --policy "$scratch/draft.conf" ; expect "a list that refuses" 1 "list of refused passwords"
	policy 'company_words = tundra\nmin_remainder = 20'
	judge "$good\n" --policy "$scratch/draft.conf" ; expect "a company word" 1 'company word "tundra"'
}

batches() {
	judge "$good\nPassword123!\nabc\n$good" --batch
	expect "counts" 1 "total 4" "accepted 2" "refused 2" "reason common 2" "reason too-short 2"
	judge "$good\r\n" --batch ; expect "lines from elsewhere" 0 "accepted 1"
	judge '' --batch ; expect "no candidates" 0 "total 0"
	judge "$good\nabc\n" --batch --json
	expect "counts as JSON" 1 '"total": 2' '"accepted": 1' '"refused": 1' '"too-short": 1' '"common": 1'
	judge "$good\nabc\notter-violin-tundra-39\n" --batch --old ; expect "the present one first" 1 "total 2" "reason similar 1"
	judge "$(printf '%0700d' 1)\n$good\n" --batch ; expect "a long line is one candidate" 1 "total 2" "reason too-long 1"
}

json() {
	judge 'abc\n' --json
	expect "a verdict as JSON" 1 '"verdict": "refused"' '"code": "too-short"' '"keyword": "min_length"' '"origin": "default"' '"history_compared": false'
	judge "$good\n" --json ; expect "a good one as JSON" 0 '"verdict": "accepted"' '"reasons": []'
}

mistakes() {
	judge "$good\n" "$good" ; expect "no passwords as arguments" 2 "never given as arguments"
	judge "$good\n" --nonsense ; expect "an unknown option" 2 "wrong option"
	judge "$good\n" --user no-such-user-here ; expect "an unknown user" 2 "no such user"
	judge "$good\n" --policy - ; expect "no policy from standard input" 2 "standard input is for passwords"
}

persons() {
	local me
	me=$(id -un)
	judge "$me\n" --user "$me" ; expect "a person's own name" 1 "\"$me\""
	[ "$(id -u)" -eq 0 ] || { echo "skip history only root reads it"; return; }
	printf 'root:%s:19000:0:99999:7:::\n' "$(openssl passwd -6 -salt abcdefgh "$good")" >"$root/etc/shadow"
	chmod 600 "$root/etc/shadow"
	judge "$good\n" --user root ; expect "the present one by its hash" 1 "the password that you have now"
	judge "gravel-teapot-nimbus\n" --user root --json ; expect "another than the present one" 0 '"history_compared": true'
	[ ! -e "$root/var/lib/mutex" ] && ok "looking writes nothing" || not_ok "looking writes nothing"
}

# On a terminal nothing is echoed, and what it printed is the prompt and the verdict.
terminal() {
	command -v script >/dev/null || { echo "skip terminal no script(1)"; return; }
	{ sleep 1; printf 'Password123!\n'; sleep 1; } |
		script -qec "'$BUILD/mutexctl/mutexctl' --root '$root' password" /dev/null >"$scratch/out" 2>"$scratch/err"
	status=$?
	expect "a terminal is asked without echo" 1 "Password: " "cannot be used" '!Password123'
}

one_candidate
present_password
drafts
batches
json
mistakes
persons
terminal
gate_end

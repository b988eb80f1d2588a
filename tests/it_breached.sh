#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# mutexctl breached with real files: formats, mistakes, full disk, signals and kill -9 while it works. Needs no root.
set -u
export LC_ALL=C.UTF-8
mutexctl=$(realpath -m "${BUILD:-build/release}")/mutexctl/mutexctl
work=$(mktemp -d "${TMPDIR:-/tmp}/it_breached.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
failed=0

row() { # NAME STATUS: 0 = good
	if [ "$2" -eq 0 ]; then echo "ok $1"; else echo "not ok $1 [$(tail -n 1 said 2>/dev/null | tr '[]\n' '()')]"; failed=1; fi
}

# Exit status and what is said, on either output.
expect() { # NAME STATUS PATTERN COMMAND...
	local name=$1 status=$2 pattern=$3
	shift 3
	"$@" >said 2>&1
	[ $? -eq "$status" ] && grep -q -e "$pattern" said
	row "$name" $?
}

only() { # FILE...: the folder `out` holds these and nothing else, hidden ones included
	[ "$(find out -mindepth 1 -printf '%f\n' | sort)" = "$(printf '%s\n' "$@" | sort)" ]
}

hashes() { # COUNT FIRST
	awk -v n="$1" -v first="$2" 'BEGIN { for (i = 0; i < n; i++) printf "%08X%08X%08X%016X:%d\n", (first + i) * 2654435761 % 4294967296, i, i * 7919 % 4294967296, i, i % 9 + 1 }'
}

mkdir out
printf 'password\nhunter2\ncorrect horse\n' >words.txt
while IFS= read -r word; do printf %s "$word" | sha1sum | cut -c1-40; done <words.txt >hex.txt
sed 's/$/:3/' hex.txt >lower.txt
tr a-f A-F <lower.txt | sed 's/$/\r/' >upper_crlf.txt

# --- formats: the same passwords give the same filter, however they are written ---
for source in words lower upper_crlf; do
	expect "build from $source" 0 '3 passwords in 1 shard' "$mutexctl" breached build --from $source.txt --to out/$source
	"$mutexctl" breached info --json out/$source | grep sha256 >>digests
done
[ "$(sort -u digests | wc -l)" -eq 1 ]
row 'one digest for all formats' $?
"$mutexctl" breached build --from - --to out/stdin <lower.txt >said 2>&1 && cmp -s <(tail -c +257 out/stdin) <(tail -c +257 out/lower)
row 'standard input' $?
(cat lower.txt; printf %s "$(head -n 1 hex.txt):1") | "$mutexctl" breached build --from - --to out/unended >said 2>&1 && grep -q '3 passwords.*1 repeated' said
row 'last line without an end, repeated password' $?
expect 'two sources' 0 '4 passwords' "$mutexctl" breached build --from lower.txt --from <(printf 'hunter2\nmore\n') --to out/two
printf '\xef\xbb\xbffirst\n' >bom.txt
"$mutexctl" breached build --from bom.txt --to out/bom >said 2>&1 && ! printf first | "$mutexctl" breached query out/bom >said
row 'byte order mark is no part of the first word' $?
printf '%s\n' "$(head -n 1 hex.txt):0" "$(tail -n 1 hex.txt):5" >padding.txt
expect 'a count of 0 is padding' 0 '1 passwords' "$mutexctl" breached build --from padding.txt --to out/padding
[ "$(stat -c %a out/lower)" = 644 ]
row 'everybody can read it' $?
rm -f out/*

# --- questions ---
"$mutexctl" breached build --from words.txt --to f >/dev/null
expect 'query finds' 1 '^found$' "$mutexctl" breached query f --sha1 "$(head -n 1 hex.txt)"
expect 'query finds upper case' 1 '^found$' "$mutexctl" breached query --sha1 "$(head -n 1 hex.txt | tr a-f A-F)" f
expect 'query does not find' 0 '^not found$' "$mutexctl" breached query f --sha1 0123456789012345678901234567890123456789
expect 'query of no hash' 2 'not 40 hex digits' "$mutexctl" breached query f --sha1 0123
printf 'nobody has this\n\nhunter2\ncorrect horse' | "$mutexctl" breached query f >said
[ $? -eq 1 ] && [ "$(cat said)" = $'1: not found\n3: found\n4: found' ]
row 'query lines from standard input' $?
expect 'query as JSON' 0 '"found": 0' "$mutexctl" breached query --json f --sha1 0123456789012345678901234567890123456789
if command -v expect >/dev/null; then
	command expect -c "set timeout 20
		spawn -noecho $mutexctl breached query f
		expect Password: {send hunter2\\r}
		expect timeout {exit 99} eof
		exit [lindex [wait] 3]" >said 2>&1
	[ $? -eq 1 ] && grep -q '^found' said && ! grep -q hunter2 said
	row 'query on a terminal, without echo' $?
	command expect -c "set timeout 20
		spawn -noecho bash -c {trap : INT; '$mutexctl' breached query f; echo status \$?; stty -a}
		expect Password: {send \\003}
		expect timeout {exit 99} eof" >said 2>&1
	grep -q 'status 130' said && grep -q '[^-]echo ' said
	row 'Ctrl-C at the prompt: echo is on again' $?
else
	echo 'skip query on a terminal expect is not installed'
fi
expect 'info' 0 'passwords: 3' "$mutexctl" breached info f
expect 'info names the sources' 0 'from: words.txt' "$mutexctl" breached info f
expect 'verify' 0 'whole' "$mutexctl" breached verify f
expect 'verify finds every member' 0 '3 passwords asked for, 0 missing' "$mutexctl" breached verify f --from upper_crlf.txt
expect 'verify misses others' 1 'missing' "$mutexctl" breached verify f --from <(printf 'hunter2\nnot in it\n')
expect 'verify names the line, not the word' 1 ':2: not in the filter' "$mutexctl" breached verify f --from <(printf 'hunter2\nnot in it\n')
! grep -q 'not in it' said
row 'verify shows no password' $?

# --- files that are no filters ---
size=$(stat -c %s f)
head -c $((size - 1)) f >truncated
(cat f; echo) >lengthened
head -c "$size" /dev/zero >zeros
: >empty
(head -c $((size - 1)) f; printf '\377') >damaged
for bad in truncated lengthened zeros empty words.txt out; do
	expect "refuses $bad" 2 'not a filter' "$mutexctl" breached query $bad --sha1 "$(head -n 1 hex.txt)"
done
expect 'refuses a missing one' 2 'No such file' "$mutexctl" breached info nowhere
expect 'verify sees damage' 1 'damaged' "$mutexctl" breached verify damaged

# --- mistakes: told with their place, and nothing is replaced ---
cp f out/f
refuse() { # NAME PATTERN SOURCE-TEXT [OPTION...]
	local name=$1 pattern=$2
	printf %b "$3" >bad.txt
	shift 3
	expect "$name" 2 "$pattern" "$mutexctl" breached build --from bad.txt --to out/f "$@"
	cmp -s f out/f && only f
	row "$name: nothing replaced" $?
}
h=$(head -n 1 hex.txt)
refuse 'malformed hash' '^mutexctl: bad.txt:2: error: ' "$h:1\n${h:1}:1\n"
refuse 'hash without count' 'bad.txt:3: error: ' "$h:1\n$h:2\n$h\n"
refuse 'count that is no number' 'bad.txt:2: error: ' "$h:1\n$h:-2\n"
refuse 'empty line among hashes' 'bad.txt:2: error: ' "$h:1\n\n$h:2\n"
refuse 'hashes without counts alone' 'bad.txt:1: error: .*--format words' "$h\n"
refuse 'NTLM hashes' 'bad.txt:1: error: .*NTLM' "${h:0:32}:4\n"
refuse 'words as hashes' 'bad.txt:1: error: ' 'word\n' --format hibp
refuse 'NUL among words' 'bad.txt:2: error: .*NUL' 'word\na\0b\n'
refuse 'endless line' 'bad.txt:1: error: .*longer' "$(printf '%05000d' 1)"
refuse 'no password at all' 'no password' ''
refuse 'a folder as source' 'Is a directory' '' --from .
refuse 'a missing source' 'No such file' 'word\n' --from nowhere
refuse 'little memory' '16MiB' 'word\n' --memory 1MiB
refuse 'memory without unit' 'not a size' 'word\n' --memory 1000000000
refuse 'unknown format' 'unknown format' 'word\n' --format zip
expect 'no folder for the filter' 2 'make its folder first' "$mutexctl" breached build --from words.txt --to nowhere/f
expect 'a folder in its place' 2 'Is a directory' "$mutexctl" breached build --from words.txt --to out
expect 'no --to' 2 'are needed' "$mutexctl" breached build --from words.txt

# --- more keys than memory: through the temporary file, in several shards ---
hashes 1500000 1 >many.txt
hashes 300000 400000 >again.txt
expect 'many keys in little memory' 0 ' shards, ' "$mutexctl" breached build --from many.txt --from again.txt --from words.txt --memory 16MiB --to out/f
only f
row 'no temporary file stays' $?
expect 'many keys all found' 0 ' 0 missing' "$mutexctl" breached verify out/f --from many.txt --from again.txt --from words.txt
"$mutexctl" breached build --from many.txt --from words.txt --to large >/dev/null
yes hunter2 | head -n 3000000 | cat - words.txt | "$mutexctl" breached build --from - --memory 16MiB --to out/f >said 2>&1 && grep -q '^out/f: 3 passwords' said
row 'one password three million times' $?

# --- full disk: the old filter stays, and nothing else ---
cp f out/f
(trap '' XFSZ; ulimit -f 1000; "$mutexctl" breached build --from many.txt --to out/f) >said 2>&1
[ $? -eq 2 ] && grep -q 'nothing was replaced: File too large' said && cmp -s f out/f && only f
row 'file size limit' $?
if unshare -rm true 2>/dev/null; then
	for kib in 512 2048; do
		unshare -rm bash -c "mount -t tmpfs -o size=${kib}k none out && cp f out/f && '$mutexctl' breached build --from many.txt --memory 16MiB --to out/f
			echo status \$?; find out -type f; cmp f out/f && echo same" >said 2>&1
		grep -q 'nothing was replaced: No space left on device' said && grep -q '^status 2' said && [ "$(grep -c ^out/ said)" -eq 1 ] && grep -q '^same' said
		row "full disk of $kib KiB" $?
	done
else
	echo 'skip full disk no user namespaces here'
fi

# --- signals and kill -9, at whatever moment: the old filter or the new one, and nothing beside it ---
for signal in INT TERM HUP KILL; do
	for seconds in 0.05 0.2 0.4 0.6 0.9; do
		cp f out/f
		{ timeout -s $signal $seconds "$mutexctl" breached build --from many.txt --from words.txt --to out/f >said 2>&1; } 2>/dev/null
		status=$?
		{ cmp -s f out/f || { [ "$status" -ne 2 ] && "$mutexctl" breached verify out/f --from words.txt >said; }; } && only f
		row "SIG$signal after $seconds s" $?
	done
done
mkfifo silent
exec 9<>silent
cp f out/f
timeout -s TERM 0.3 "$mutexctl" breached build --from - --to out/f <&9 >said 2>&1
[ $? -eq 124 ] && cmp -s f out/f && only f
row 'SIGTERM while it waits for input' $?

exit $failed

#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# mutexctl lockout, suspend, resume, offboard and breakglass with real files below a root of their own. Needs no root; accounts come from nss_wrapper.
set -u
export LC_ALL=C.UTF-8 TZ=Asia/Tokyo
TOP=${TOP:-$(cd "$(dirname "$0")/.." && pwd)}
BUILD=$(realpath -m "${BUILD:-$TOP/build/release}")
mutexctl=$BUILD/mutexctl/mutexctl
if ! ldconfig -p | grep -q libnss_wrapper || [ "${VARIANT:-release}" = san ]; then
	echo 'these commands are about accounts: they need nss_wrapper, which does not go with sanitizers'
	exit 77
fi
work=$(mktemp -d "${TMPDIR:-/tmp}/it_people.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
umask 022
root=$work/root
mkdir -p "$root"/etc/mutex/policy.d "$root"/etc/mutex/exceptions.d "$root"/var/lib/mutex/login "$root"/run/systemd/journal
policy=$root/etc/mutex/policy.conf

# shellcheck source=tests/lib_tool.sh
. "$TOP/tests/lib_tool.sh"
run() { # STATUS ARGUMENT...: with accounts of our own
	local want=$1 got
	shift
	env NSS_WRAPPER_PASSWD=passwd NSS_WRAPPER_GROUP=group LD_PRELOAD=libnss_wrapper.so "$mutexctl" --root "$root" "$@" >said 2>errors
	got=$?
	[ "$got" -eq "$want" ] || { echo "exit $got, not $want" >>errors; return 1; }
}

# alice owns what offboard looks for; root may give it away, others are alice themselves.
if [ "$(id -u)" -eq 0 ]; then uid=4242; else uid=$(id -u); fi
own() { [ "$(id -u)" -ne 0 ] || chown -Rh $uid "$@"; }
printf '%s\n' 'root:x:0:0:root:/root:/bin/sh' "alice:x:$uid:9002:Alice Sato:/home/alice:/bin/sh" 'emergency:x:4300:9002::/nonexistent:/bin/sh' \
	'spare:x:4301:9002::/nonexistent:/bin/sh' 'bob:x:4302:9002::/home/bob:/usr/sbin/nologin' >passwd
printf 'people:x:9002:\nsudo:x:27:alice,emergency\n' >group
if [ "$(id -u)" -ne 0 ] && [ "$uid" -lt 1 ]; then exit 77; fi

catch=$BUILD/tests/catch_records
[ -x "$catch" ] || { echo "not ok records [$catch is not built]"; exit 1; }
mkfifo end
"$catch" "$root/run/systemd/journal/socket" <end >records &
exec 9>end
until [ -S "$root/run/systemd/journal/socket" ]; do sleep 0.05; done

# A login state by its documented layout (pam_mutex/login_state.c), written by another language.
cat >state.py <<'END'
import hashlib, struct, sys, time, ipaddress
def key(side, name):
    if side == 0: return hashlib.sha256(b"local\0" + name.encode()).digest()[:16]
    a = ipaddress.ip_address(name)
    return (b"\0" * 10 + b"\xff\xff" + a.packed) if a.version == 4 else a.packed[:8] + b"\0" * 8
def counter(side, name, guess, failures, locked_s):
    now = int(time.time())
    return struct.pack("<BBHIII", side, guess, 0, failures, 1 if locked_s else 0, 0) + key(side, name) + struct.pack("<qqq4Q", now - 9, now - 5,
        now + locked_s if locked_s else 0, 1, 2, 0, 0)
def write(path, uid, counters, consecutive, totp=False):
    body = b"".join(counters).ljust(24 * 88, b"\0") + struct.pack("<4I", *consecutive) + bytes(64 * 56)
    body += struct.pack("<BBBBI64sqq", 1, 0, 6, 20, 0, b"s" * 20, 5, 6) if totp else bytes(88)
    head = b"MUTEXLGN" + struct.pack("<IIQQ", 1, uid, 3, 0)
    slot = bytearray((head + bytes(32) + body).ljust(8192, b"\0"))
    slot[32:64] = hashlib.sha256(slot).digest()
    open(path, "wb").write(slot * 2)
END
chmod 700 "$root/var/lib/mutex/login"
write_state() { # UID COUNTERS CONSECUTIVE TOTP
	python3 -c "from state import *; write('$root/var/lib/mutex/login/$1', $1, $2, $3, $4)" && chmod 600 "$root/var/lib/mutex/login/$1"
}
login=$root/var/lib/mutex/login

# --- lockout ---
run 0 lockout list && says '^no failed logins count at present$'
row 'lockout: nobody' $?
write_state "$uid" "[counter(1, '192.0.2.7', 0, 5, 840), counter(1, '2001:db8:1:2::9', 0, 2, 0), counter(0, 'seat0', 1, 1, 0)]" '[0, 0, 50, 0]' True
run 0 lockout list &&
	says '^alice  *remote 192.0.2.7  *password  5 failures  locked out until 2[0-9-]* [0-9:]* JST$' \
		'^alice  *remote 2001:db8:1:2::/64  *password  2 failures  not locked out$' '^alice  *local  seat0  *code  *1 failure   not locked out$' \
		'^alice  *remote everywhere  *password  50 failures  disabled until it is cleared$'
row 'lockout: source, side, factor, failures, local time' $?
run 0 lockout list --json && query '[(l["user"], l["source"], l["locked"], l["failures"]) for l in d["lockouts"]] == [("alice", "192.0.2.7", "for-a-time", 5), ("alice", "2001:db8:1:2::/64", "no", 2), ("alice", "seat0", "no", 1), ("alice", "everywhere", "disabled", 50)]' &&
	query 'd["damaged"] == [] and 820 <= d["lockouts"][0]["left_seconds"] <= 840'
row 'lockout: as JSON' $?
write_state 77777 "[counter(1, '192.0.2.7', 0, 1, 0)]" '[0, 0, 1, 0]' False
run 0 lockout list && says '^uid 77777  *remote 192.0.2.7  *password  1 failure '
row 'lockout: somebody the system does not know' $?
rm "$login/77777"
head -c 16384 /dev/zero >"$login/4302" && chmod 600 "$login/4302"
run 1 lockout list && complains '^mutexctl: bob: .*damaged.*mutexctl mfa repair bob$' && says '^alice '
row 'lockout: a damaged state is named with the repair' $?
run 1 lockout list --json && query 'd["damaged"][0]["user"] == "bob" and len(d["lockouts"]) == 4'
row 'lockout: damaged, as JSON' $?
run 2 lockout clear bob && complains 'nothing was cleared for bob: .*mutexctl mfa repair bob$'
row 'lockout: a damaged state is not cleared' $?
rm "$login/4302"
run 2 lockout clear alice --reason '  ' && complains 'reason is empty'
row 'lockout: an empty reason' $?
run 0 lockout clear alice --reason $'lost\e[2J phone' && says '^cleared: alice ' && run 0 lockout list && says '^no failed logins'
row 'lockout: clear' $?
run 0 lockout clear alice && says '^nothing is counted against alice$'
row 'lockout: nothing to clear' $?
run 2 lockout clear nobody-of-that-name && complains 'no such user'
row 'lockout: unknown user' $?
run 2 lockout && complains 'list or clear' && run 2 lockout clear && complains 'say whose' && run 2 lockout list alice && complains 'unexpected'
row 'lockout: usage' $?

# --- suspend, resume ---
run 2 suspend alice && complains 'reason is missing' && [ ! -e "$root/var/lib/mutex/suspended" ]
row 'suspend: a reason is needed' $?
run 0 suspend --list && says '^nobody is suspended$'
row 'suspend: nobody' $?
run 0 suspend alice --reason 'left the company' --by 'Bob Mori' --end-sessions && says '^alice: suspended since .* JST by Bob Mori: left the company$' \
	'^sessions are left alone below --root$' && complains 'warning: the login lines are not switched on'
row 'suspend' $?
[ "$(stat -c %a "$root/var/lib/mutex/suspended")" = 700 ] && [ "$(stat -c %a "$root/var/lib/mutex/suspended/$uid")" = 600 ]
row 'suspend: for root alone' $?
: >"$root/var/lib/mutex/lines-on"
run 0 suspend alice --reason 'another one' && says 'Bob Mori: left the company$' && [ ! -s errors ]
row 'suspend: the first suspension stays' $?
run 0 suspend --list --json && query 'd["suspended"][0]["user"] == "alice" and d["suspended"][0]["by"] == "Bob Mori" and d["suspended"][0]["since"].endswith("Z")'
row 'suspend: list as JSON' $?
echo garbage >"$root/var/lib/mutex/suspended/$uid"
run 1 suspend --list && says '^alice: suspended; by whom and why cannot be read'
row 'suspend: a damaged document suspends' $?
run 0 resume alice && says 'no longer suspended' && run 1 resume alice && complains 'alice is not suspended'
row 'resume' $?
run 2 suspend alice --reason $'\t ' && complains 'reason is empty' && run 2 suspend alice --reason x --by '' && complains 'by is empty'
row 'suspend: empty values' $?
run 0 suspend alice --reason $'two\nlines \e[2J' && says 'two\\x0alines \\x1b\[2J$' && run 0 suspend --list && says 'two\\x0alines' && run 0 resume alice
row 'suspend: what was typed harms no terminal' $?
run 0 suspend alice --reason "$(head -c 5000 /dev/zero | tr '\0' x)" && run 0 suspend --list && says 'xxx\.\.\.$' && run 0 resume alice
row 'suspend: a long reason is cut' $?
run 1 suspend root --reason x && complains 'last way' 'nothing was changed' && [ ! -e "$root/var/lib/mutex/suspended/0" ]
row 'suspend: not root' $?
run 0 suspend root --reason x --force && run 0 resume root
row 'suspend: root by force' $?
run 2 suspend alice --reason x --end-sessions --lock-sessions && complains 'two things' && run 2 suspend alice --json && complains 'goes with --list' && run 2 suspend --reason x && complains 'say whom'
row 'suspend: usage' $?

# --- breakglass ---
shadow() { # USER:REST...
	printf '%s\n' 'root:*:20000:0:99999:7:::' "$@" >"$root/etc/shadow"
}
# shellcheck disable=SC2016 # no expansion is meant
good='$y$j9T$saltsaltsalt$hashhashhash:20000:0:99999:7:::'
run 1 breakglass status && complains 'names no emergency account' && run 1 breakglass drill && run 0 breakglass set && says 'break_glass = '
row 'breakglass: none' $?
printf '[access]\nbreak_glass = emergency\n' >"$policy"
shadow "emergency:$good"
run 0 breakglass status && says '^emergency  *lets somebody in at the console$' 'last drill: never; run one'
row 'breakglass: works' $?
fault() { # NAME CODE SHADOW-LINE
	shadow "$3"
	run 1 breakglass status --json && query "d['accounts'] == [{'user': 'emergency', 'usable': False, 'faults': ['$2']}]" && run 1 breakglass status && says 'DOES NOT WORK'
	row "breakglass: $1" $?
}
fault 'not in the local shadow file' not-local "emergency2:$good"
fault 'no password' no-password 'emergency::20000:0:99999:7:::'
fault 'locked' no-password "emergency:!$good"
fault 'account expired on a day' expired "emergency:${good%:::}::20000:"
fault 'password inactive' expired "emergency:${good/20000:0:99999:7:::/19000:0:30:7:10::}"
shadow "emergency:$good"
: >"$root/etc/nologin"
run 1 breakglass status && says 'nologin keeps everybody'
row 'breakglass: nologin' $?
rm "$root/etc/nologin"
printf '[access]\nbreak_glass = bob\n' >"$policy"
shadow "bob:$good"
run 1 breakglass status --json && query "d['accounts'][0]['faults'] == ['no-shell']"
row 'breakglass: no shell' $?
printf '[access]\nbreak_glass = emergency\n' >"$policy"
shadow "emergency:$good" "spare:$good"
run 1 suspend emergency --reason x && complains 'no other emergency account works' 'nothing was changed' && run 0 suspend --list && says 'nobody'
row 'suspend: not the only emergency account' $?
# The account is sound, but the policy keeps it out: only the decision knows.
printf '[access]\nmode = enforce\nallow = alice\nbreak_glass = emergency\n[users emergency]\naccess.break_glass = spare\n' >"$policy"
run 1 breakglass status && says '^emergency  *DOES NOT WORK$' 'own decision refuses it at the console' && run 1 breakglass drill && says 'Drill: 0 of 1' && complains 'the drill failed'
row 'breakglass: the login itself decides' $?
printf '[access]\nbreak_glass = emergency\n' >"$policy"
run 0 breakglass drill && says 'Drill: 1 of 1 emergency accounts' && run 0 breakglass status && says '^last drill: [0-9-]* [0-9:]* JST$'
row 'breakglass: drill' $?
printf '[access]\nbreak_glass = emergency, spare\n' >"$policy"
run 0 suspend emergency --reason x && run 1 breakglass drill && says 'the account is suspended; run mutexctl resume' 'Drill: 1 of 2' && complains 'the drill failed' &&
	run 1 suspend spare --reason x && complains 'no other emergency account' && run 0 suspend spare --reason x --force && run 0 resume spare && run 0 resume emergency
row 'breakglass: one of two' $?
run 2 breakglass && complains 'status, set or drill' && run 2 breakglass drill now && complains 'unexpected'
row 'breakglass: usage' $?

# --- offboard ---
mkdir -p "$root"/proc/77 "$root"/proc/78 "$root"/proc/self "$root"/var/spool/cron/crontabs "$root"/var/spool/cron/atjobs "$root"/home/alice/.ssh "$root"/tmp "$root"/var/tmp \
	"$root"/etc/sudoers.d "$root"/var/lib/systemd/linger "$root"/var/mail
echo sleep >"$root/proc/77/comm"
echo '1 * * * * backup' >"$root/var/spool/cron/crontabs/alice"
: >"$root/var/spool/cron/atjobs/a0001"
printf '# comment\nssh-ed25519 AAAA alice@home\n\nsk-ssh-ed25519@openssh.com AAAA alice@key\n' >"$root/home/alice/.ssh/authorized_keys"
mkfifo "$root/home/alice/.ssh/authorized_keys2"
: >"$root/tmp/evil"$'\e[2J'
ln -s /etc/passwd "$root/var/tmp/link"
printf 'alice ALL=(ALL) ALL\n# alice\nmalice ALL=ALL\nalice2 ALL=ALL\n%%alice ALL=ALL\nUser_Alias A = bob,alice\n' >"$root/etc/sudoers"
printf 'bob ALL=(alice) ALL\n' >"$root/etc/sudoers.d/web"
: >"$root/var/lib/systemd/linger/alice"
own "$root/proc/77" "$root/var/spool/cron/atjobs/a0001" "$root/tmp"/* "$root/var/tmp/link" "$root/home/alice"
keys=$(sha256sum <"$root/home/alice/.ssh/authorized_keys")
before=$(find "$root" -path "$root/var/lib/mutex" -prune -o -print | sort)
write_state "$uid" "[counter(1, '192.0.2.7', 0, 5, 840)]" '[0, 0, 5, 0]' True
run 0 offboard alice --reason 'left' --json && query 'd["complete"] and d["user"] == "alice"' && python3 - "$uid" <<'END'
import json, os, sys
left = [(l["kind"], l["what"]) for l in json.load(open("said"))["left"]]
want = [("crontab", "/var/spool/cron/crontabs/alice"), ("at job", "/var/spool/cron/atjobs/a0001"), ("lingering", "/var/lib/systemd/linger/alice"),
        ("sudoers", "/etc/sudoers:1"), ("sudoers", "/etc/sudoers:6"),
        ("sudoers", "/etc/sudoers.d/web:1"), ("group", "people"), ("group", "sudo"), ("temporary file", "/tmp/evil\\x1b[2J"),
        ("temporary file", "/var/tmp/link"), ("home and mail", "/home/alice"), ("process", "77 sleep")]
if os.getuid() != 0: # all files are alice's then
    left = [l for l in left if l[0] != "process" or l[1].startswith("77")]
missing, more = set(want) - set(left), set(left) - set(want)
sys.exit(f"missing {missing}, more {more}" if missing or more else 0)
END
row 'offboard: everything that is left' $?
kept=$(echo "$root"/var/lib/mutex/keys/"$uid"-*-authorized_keys)
query "[m['from'] for m in d['keys_moved']] == ['/home/alice/.ssh/authorized_keys'] and '$kept'.endswith(d['keys_moved'][0]['kept'])" &&
	[ "$(sha256sum <"$kept")" = "$keys" ] && [ "$(stat -c %a "$kept" "$(dirname "$kept")" | tr '\n' ' ')" = '600 700 ' ] && [ "$(stat -c %u "$kept")" = "$(id -u)" ]
row 'offboard: ssh keys are where root alone sees them, as they were' $?
: >"$root/home/alice/.ssh/authorized_keys" && own "$root/home/alice/.ssh/authorized_keys"
[ "$before" = "$(find "$root" -path "$root/var/lib/mutex" -prune -o -print | sort)" ]
row 'offboard: nothing else was removed' $?
rm "$root/home/alice/.ssh/authorized_keys"
run 0 suspend --list && says '^alice: suspended since .*: left$' && run 0 lockout list && says '^alice .*192.0.2.7' &&
	[ "$(python3 -c "d = open('$login/$uid', 'rb').read(); print(d.count(b'sssss'))")" = 0 ]
row 'offboard: suspended, the failures still count, neither slot holds the secret' $?
run 0 offboard alice --reason left && says 'second factors: there were none' '^left: crontab ' '^      /var/spool/cron/crontabs/alice$' 'nothing of this was removed'
row 'offboard: in words, and a second time' $?
ln -s /etc/shadow "$root/home/alice/.ssh/authorized_keys"
run 0 offboard alice --reason left && says '^ssh keys: /home/alice/.ssh/authorized_keys was moved to /var/lib/mutex/keys/' '^          undo: install -o alice -m 0600 /var/lib' &&
	[ "$(cat "$root"/var/lib/mutex/keys/* | tail -n 1)" = /etc/shadow ] && [ -f /etc/shadow ] && [ ! -e "$root/home/alice/.ssh/authorized_keys" ]
row 'offboard: a link is not followed' $?
mkdir -p "$work/elsewhere" && echo 'ssh-ed25519 AAAA of another' >"$work/elsewhere/authorized_keys" && mv "$root/home/alice/.ssh" "$work/ssh" && ln -s "$work/elsewhere" "$root/home/alice/.ssh"
run 2 offboard alice --reason left && complains 'still count: they cannot be moved away' && [ -s "$work/elsewhere/authorized_keys" ]
row 'offboard: a folder that is a link is not entered, and told' $?
rm "$root/home/alice/.ssh" && mv "$work/ssh" "$root/home/alice/.ssh"
mkdir -p "$root/etc/ssh/authorized_keys" && echo 'ssh-ed25519 AAAA alice' >"$root/etc/ssh/authorized_keys/alice" && echo 'ssh-ed25519 AAAA bob' >"$root/etc/ssh/authorized_keys/bob"
run 0 offboard alice --reason left && says '^ssh keys: /etc/ssh/authorized_keys/alice was moved' && [ ! -e "$root/etc/ssh/authorized_keys/alice" ] && [ -e "$root/etc/ssh/authorized_keys/bob" ]
row 'offboard: keys that root keeps for people' $?
run 1 offboard root --reason x && complains 'last way'
row 'offboard: not root' $?
run 2 offboard alice && complains 'reason is missing' && run 2 offboard && complains 'say who leaves'
row 'offboard: usage' $?

# --- forget ---
former() { find "$root/var/lib/mutex" -name "$1.former-*" | wc -l; }
mkdir -p -m 0700 "$root/var/lib/mutex/history" "$root/var/lib/mutex/suspended"
write_state 77777 '[]' '[0, 0, 1, 0]' True && echo old >"$root/var/lib/mutex/history/77778" && echo x >"$root/var/lib/mutex/suspended/77779"
run 0 forget --list && [ "$(paste -sd' ' said)" = '77777 77778 77779' ]
row 'forget: what is left of accounts that are gone' $?
run 0 forget 77777 && says 'moved aside' && [ "$(former 77777)" -eq 1 ] && run 0 forget --list && [ "$(paste -sd' ' said)" = '77778 77779' ]
row 'forget: a uid without an account' $?
run 0 forget 77777 && says 'nothing is remembered'
row 'forget: once' $?
run 2 forget "$uid" && complains 'use its name' && run 2 forget nobody-here && run 2 forget && run 2 forget --list alice
row 'forget: usage' $?
write_state "$uid" '[]' '[0, 0, 7, 0]' True && echo old >"$root/var/lib/mutex/history/$uid" && echo x >"$root/var/lib/mutex/suspended/$uid"
run 0 forget --new -- alice && [ "$(former "$uid")" -eq 3 ] && [ ! -e "$login/$uid" ] && run 0 forget --new -- alice && [ ! -s said ] && run 0 mfa status alice && says 'no second factor'
row 'forget: a new account inherits nothing' $?

# --- records ---
exec 9>&-
wait $!
has_record() { # KIND CLAUSE PATTERN COUNT
	[ "$(awk -v RS= -v k="MUTEX_KIND=$1" -v c="MUTEX_CLAUSE=$2" -v p="$3" 'index($0, k "\n") && index($0, c "\n") && $0 ~ p { n++ } END { print n + 0 }' records)" -eq "$4" ]
}
grep -q '^MUTEX_DETAIL=An administrator ended all lock-outs and forgot all failures: lost.*phone\.$' records && [ "$(grep -c '^MUTEX_KIND=lockout' records)" -eq 1 ]
row 'record: lockout clear' $?
grep -q '^MUTEX_DETAIL=Suspended by Bob Mori: left the company\.$' records && grep -q '^MUTEX_DETAIL=Suspension ended; by whom and why it was could not be read\.$' records &&
	grep -q '^MUTEX_DETAIL=Suspension ended; it was by ' records
row 'record: suspend and resume' $?
grep -q '^MUTEX_DETAIL=Drill: 1 of 1 emergency accounts' records && [ "$(grep -c '^MUTEX_KIND=break-glass' records)" -eq 3 ]
row 'record: drill' $?
[ "$(grep -c '^MUTEX_DETAIL=What was remembered of an earlier account' records)" -eq 1 ]
row 'record: forget' $?
[ "$(grep -c '^MUTEX_DETAIL=All second factors expired' records)" -eq 1 ]
row 'record: factors expired once' $?
grep -q '^MUTEX_DETAIL=The ssh keys in /home/alice/.ssh/authorized_keys were moved to /var/lib/mutex/keys/.*: the person leaves\.$' records
row 'record: ssh keys moved' $?
exit $failed

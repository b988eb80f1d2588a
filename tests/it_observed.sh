#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# mutexctl observed over log files and over a real journal. The latter needs root, for namespaces of its own.
set -u
export LC_ALL=C.UTF-8 TZ=UTC
mutexctl=$(realpath -m "${BUILD:-build/release}")/mutexctl/mutexctl
work=$(mktemp -d "${TMPDIR:-/tmp}/it_observed.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
failed=0

row() { # NAME STATUS: 0 = good
	if [ "$2" -eq 0 ]; then echo "ok $1"; else echo "not ok $1 [$(tr '[]\n' '() ' <said | tail -c 300)]"; failed=1; fi
}

expect() { # NAME STATUS PATTERN COMMAND...
	local name=$1 status=$2 pattern=$3
	shift 3
	"$@" >said 2>&1
	[ $? -eq "$status" ] && grep -q -e "$pattern" said
	row "$name" $?
}

ago() { # TIME, as date(1) and as the record have it
	date -u -d "-$1" +%Y-%m-%dT%H:%M:%SZ
}

line() { # USER REASONS AGO [VERDICT [MODE]]
	echo "$(date -d "-$3" '+%b %e %H:%M:%S') host pam_mutex: kind=password-change verdict=${4:-warned} mode=${5:-observe} clause=PW-1 user=$1 service=passwd reasons=$2 policy_state=current time=$(ago "$3")"
}

{
	line alice too-short,common '2 days'
	line alice common '1 hour'
	line bob breached '6 days'
	line carol common '8 days'
	line dave common '1 day' warned enforce
	line erin common '1 day' allowed
	echo "$(date '+%b %e %H:%M:%S') host sshd[7]: Invalid user $(line mallory common '1 hour' | cut -d' ' -f5-) from 192.0.2.1"
} >log

expect 'counts per person' 1 '^  alice: 2 times, last ' "$mutexctl" observed --file log
grep -q '2 × common: .*Take several words' said && grep -q '1 × too-short: .* are needed' said && grep -q '^PW-1  ' said
row 'reasons with their remedy, under the clause' $?
grep -q '^  bob: 1 time, ' said && ! grep -qE 'carol|dave|erin|mallory' said
row 'neither old, enforced, allowed nor foreign ones' $?
expect '--since longer' 1 'carol: 1 time' "$mutexctl" observed --file log --since 30d
expect '--since shorter' 1 'alice: 1 time' "$mutexctl" observed --file log --since 2h
! grep -q bob said
row '--since leaves out what is older' $?
expect 'nobody' 0 'Nobody would have been refused' "$mutexctl" observed --file log --since 5min
expect 'JSON' 1 '"records": 3' "$mutexctl" observed --file log --json
expect '--since that is no time' 2 'not a time' "$mutexctl" observed --since 7
expect 'missing file' 2 'No such file' "$mutexctl" observed --file nowhere
(cat log; echo 'Nov 22 09:30:00 host pam_mutex: kind=password-change verdict=warned') >cut.log
expect 'a cut record is told' 1 '1 lines look like records' "$mutexctl" observed --file cut.log

mkdir -p root/etc/mutex root/var/log
printf '[policy]\nlanguage = ja\n' >root/etc/mutex/policy.conf
chmod 644 root/etc/mutex/policy.conf
expect 'neither journal nor log' 2 'no journal here, and no .*/root/var/log/auth.log' "$mutexctl" --root "$work/root" observed
head -n 2 log >root/var/log/auth.log
sed -n 3p log >root/var/log/auth.log.1
expect 'log and its predecessor below --root' 1 'bob: 1 time' "$mutexctl" --root "$work/root" observed
grep -q 'alice: 2 times' said
row 'both logs' $?
grep -q '× breached: .*漏' said
row 'remedy in Japanese' $?

# A journal of our own: the daemon in mount and process namespaces with an empty /run.
# shellcheck disable=SC2317 # runs in the other shell
journal() {
	mount -t tmpfs none /run && mount -t tmpfs none /var/log && mkdir -p /run/systemd/journal || exit 77
	/lib/systemd/systemd-journald >/dev/null 2>&1 &
	for _ in $(seq 50); do [ -S /run/systemd/journal/socket ] && break; sleep 0.1; done
	entry() { # USER COMMAND...
		local user=$1
		shift
		printf '%s\n' MESSAGE=x MESSAGE_ID=3d63b41a53cc49baaea1cf583fbe7756 MUTEX_KIND=password-change MUTEX_VERDICT=warned MUTEX_MODE=observe \
			"MUTEX_USER=$user" MUTEX_CLAUSE=PW-1 MUTEX_REASONS=common "MUTEX_TIME=$(ago '1 hour')" _UID=0 | "$@" logger --journald
	}
	entry alice
	entry mallory setpriv --reuid 65534 --clear-groups
	journalctl --sync >/dev/null 2>&1
	for _ in $(seq 50); do [ "$(journalctl -q -o cat MESSAGE=x | wc -l)" -eq 2 ] && break; sleep 0.1; done
	"$mutexctl" observed
	echo "status $?"
	cp -r /run/log/journal/* "$work/copied"
	journalctl -q -o cat MESSAGE=x | wc -l
}
if [ "$(id -u)" -eq 0 ] && [ -x /lib/systemd/systemd-journald ] && [ -s /etc/machine-id ] && unshare -mp --fork true 2>/dev/null; then
	export -f journal ago
	export mutexctl work
	mkdir copied
	unshare -mp --fork --kill-child bash -c journal >said 2>&1
	grep -q '^  alice: 1 time' said && grep -q '^status 1' said && grep -qx 2 said
	row 'journal' $?
	! grep -q mallory said
	row 'only records of root in the journal' $?
	expect 'folder with journal files' 1 'alice: 1 time' "$mutexctl" observed --file "$(dirname "$(find copied -name '*.journal' | head -n 1)")"
else
	echo 'skip journal needs root, systemd-journald and a machine id'
fi
exit $failed

#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The controls units and antivirus inside a booted container, as root, where the product and ClamAV are on: real systemd, clamd, clamonacc (fanotify). Each
# way to switch one off or to loosen it is told by its name, and put right by mutex-guardd in time, recorded and queued once; an ordinary user is refused;
# ordinary life is no alarm. Prints rows. Usage: rows_guard_care.sh PREFIX [TIMES]
#
# Signatures are hand-made, so that no network is needed: one for the standard harmless test file, and a head of the daily file that names today, which
# clamd would refuse: so it is gone when clamd starts, and written again before systemd takes it for started.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/bed/row.sh
. "$here/row.sh"
# shellcheck source=tests/bed/guard_says.sh
. "$here/guard_says.sh"
prefix=$1 began=$SECONDS times=${2:-3} within_s=${GUARD_WITHIN_S:-20} limit_ms=${GUARD_LIMIT_MS:-1000}
work=/run/bed-care # what an administrator's own remedy takes, and what mutex-guardd's did
policy=/etc/mutex/policy.d/71-bed-care.conf
conf=/etc/clamav/clamd.conf
daily=/var/lib/clamav/daily.cld write_daily=/root/bed-daily
user=nobody
etc=/etc/systemd/system

demand() { # MODE
	local observed=''
	[ "$1" != observe ] || observed='observe_until = 2099-01-01\n'
	# shellcheck disable=SC2059 # lines
	printf "[control units]\nmode = $1\nrepairs = 0\n${observed}units = cron.service, clamav-daemon.socket, apt-daily.timer\nunit_files = $etc/clamav-daemon.socket.d/bed.conf, $etc/clamav-daemon.service.d/bed.conf
[control antivirus]\nmode = $1\nrepairs = 0\n${observed}scan_paths = /srv\nunit_files = $etc/clamav-daemon.service.d/bed.conf\n" >$policy
	mutexctl check
}

# --- ClamAV as the policy wants it ---
# What writes the head of the daily signatures, of an age in seconds, as soon as clamd answers.
make_daily_writer() {
	cat >$write_daily <<-WRITER
		#!/bin/sh
		for n in \$(seq 300); do
			[ "\$(/usr/bin/python3 -c 'import socket; s = socket.socket(socket.AF_UNIX); s.settimeout(5); s.connect("/run/clamav/clamd.ctl"); s.sendall(b"zPING\\0"); print(s.recv(4) == b"PONG")' 2>/dev/null)" != True ] || break
			sleep 0.1
		done
		printf 'ClamAV-VDB:01 Jan 2026 00-00 +0000:27500:200:90:md5:sig:builder:%s%300s' \$((\$(date +%s) - \${1:-0})) '' >$daily.new
		mv $daily.new $daily
	WRITER
	chmod 0755 $write_daily
}
prepare() {
	local unit a b
	# in two halves: no scanner shall take this script for the file
	a='X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STAND' b='ARD-ANTIVIRUS-TEST-FILE!$H+H*'
	printf 'Bed.Standard:0:*:%s\n' "$(printf %s "$a$b" | od -An -tx1 | tr -d ' \n')" >/var/lib/clamav/bed.ndb
	for unit in daemon.service daemon.socket; do
		mkdir -p $etc/clamav-$unit.d && printf '[Unit]\nConditionPathExistsGlob=\n' >$etc/clamav-$unit.d/bed.conf
	done
	make_daily_writer
	printf '[Service]\nExecStartPre=-/bin/rm -f %s\nExecStartPost=%s\n' $daily $write_daily >>$etc/clamav-daemon.service.d/bed.conf
	mkdir -p /srv/watched /root/quarantine && echo harmless >/srv/harmless
	printf 'OnAccessIncludePath /srv/watched\nOnAccessPrevention yes\nOnAccessExcludeUname clamav\n' >>$conf
	cp $conf /root/clamd.conf && cp /etc/clamav/freshclam.conf /root/freshclam.conf
	# Debian 13 has a daily timer on, too, which is enough: the rows are about the service.
	systemctl daemon-reload && systemctl disable --now clamav-freshclam-once.timer &&
		systemctl enable --now cron clamav-daemon.socket clamav-daemon.service clamav-clamonacc.service clamav-freshclam.service &&
		watches
}
watches() { # clamonacc watches some seconds after its start
	local n
	for ((n = 0; n < 100; n++)); do
		! mutexctl antivirus test || return 0
		sleep 0.2
	done
	return 1
}
whole_scan() {
	systemctl start mutex-antivirus-scan.service && has "$(cat /var/lib/mutex/antivirus/scan)" outcome=complete found=0
}

# --- what the controls say ---
says() { # CONTROL
	mutexctl check --system 2>/dev/null | awk -v name="$1" '$0 ~ "^" name " \\(" { on = 1; print; next } on && /^(- |  )/ { print; next } { on = 0 }'
}
fine() { # CONTROL
	local n said
	for ((n = 0; n < within_s * 5; n++)); do
		said=$(says "$1")
		! grep -q '): ok;' <<<"$said" || return 0
		sleep 0.2
	done
	echo "$said"
	return 1
}
# What is broken again before mutex-guardd has seen that it is fine is the same violation to it, and not told a second time.
calm() { # CONTROL
	local n
	for ((n = 0; n < within_s * 10; n++)); do
		[ "$(ask "$1" State Repairing)" != 'ok False' ] || return 0
		sleep 0.1
	done
	echo "mutex-guardd does not see that $1 is fine: $(ask "$1" State Detail Failed)"
	return 1
}
told() { # CONTROL COMMAND WORDS UNDO NAME
	local status=0 since
	systemctl reset-failed # else systemd starts nothing more than five times in ten seconds
	fine "$1" || return 1
	sh -c "$2"
	has "$(says "$1")" '): violated;' "$3" || status=1
	since=$(now)
	sh -c "$4"
	ms_between "$since" "$(now)" >"$work/remedy.$5"
	fine "$1" && return $status
}
now() { date +%s.%6N; }
ms_between() { awk -v from="$1" -v to="$2" 'BEGIN { printf "%d\n", (to - from) * 1000 }'; }
# --- put right ---
# What two controls look at, either of them may tell and put right first.
is_told() { # SINCE QUEUED-UNITS QUEUED-ANTIVIRUS
	local n
	for ((n = 0; n < 100; n++)); do
		[ "$(queued units)-$(queued antivirus)" = "$2-$3" ] || return 0
		sleep 0.1
	done
	echo 'not queued'
	return 1
}
# clamonacc dies a while after clamd: that is told as what it is, and nothing is told twice.
recorded_and_queued_once() { # CONTROL SINCE QUEUED-BEFORE
	local told count
	told=$(records "$2" MUTEX_REASONS=violated | sed -n "s/.* $1: //p" | sed 's/ Changed by.*//')
	count=$(grep -c . <<<"$told")
	[ -z "$(sort <<<"$told" | uniq -d)" ] && [ $(($(queued "$1") - $3)) -eq "$count" ] || { echo "$1: queued $3 and then $(queued "$1"), recorded $told"; return 1; }
}
# Its repair is begun as it is recorded, and done when it is told to be fine.
in_time() { # SINCE CHANGED NAME
	local begun took
	begun=$(records "$1" MUTEX_REASONS=violated | awk 'NR == 1 { print $1 }')
	took=$(records "$1" MUTEX_REASONS=ok | awk 'END { print $1 }')
	[ -n "$begun" ] && [ -n "$took" ] || { echo "begun at ${begun:-never}, fine at ${took:-never}"; return 1; }
	begun=$(ms_between "$2" "$begun") took=$(($(ms_between "$2" "$took") - begun))
	echo "begun after $begun ms, done in $took ms; by hand in $(cat "$work/remedy.$3") ms"
	echo "$begun" >>$work/begun
	echo "$((took - $(cat "$work/remedy.$3"))) $3" >>$work/over
	[ "$begun" -le "$limit_ms" ] && [ "$took" -le $(($(cat "$work/remedy.$3") + limit_ms)) ]
}
try() { # CONTROL COMMAND NAME
	local since changed units antivirus
	systemctl reset-failed # as above
	calm units && calm antivirus || return 1
	since=$(now) units=$(queued units) antivirus=$(queued antivirus)
	sh -c "$2"
	changed=$(now)
	is_told "$since" "$units" "$antivirus" && sleep 0.3 && calm units && calm antivirus && journalctl --sync || return 1
	recorded_and_queued_once units "$since" "$units" && recorded_and_queued_once antivirus "$since" "$antivirus" && in_time "$since" "$changed" "$3"
}
put_right() { # CONTROL COMMAND UNDO NAME
	local i
	for ((i = 0; i < times; i++)); do
		try "$1" "$2" "$4" || { sh -c "$3"; return 1; }
	done
	fine "$1"
}
# What tells nobody, or what only people can put right: recorded and queued once at the look that comes anyway, of each minute or of ten, and called forward
# here.
noted() { # CONTROL COMMAND UNDO
	local i since units antivirus status
	for ((i = 0; i < times; i++)); do
		systemctl reset-failed
		calm units && calm antivirus || return 1
		since=$(now) units=$(queued units) antivirus=$(queued antivirus)
		sh -c "$2"
		systemctl kill -s HUP mutex-guardd
		is_told "$since" "$units" "$antivirus"
		status=$?
		sh -c "$3"
		systemctl kill -s HUP mutex-guardd
		[ $status -eq 0 ] && sleep 0.5 && calm units && calm antivirus && journalctl --sync || return 1
		recorded_and_queued_once units "$since" "$units" && recorded_and_queued_once antivirus "$since" "$antivirus" || return 1
	done
}
refused() { # COMMAND
	if setpriv --reuid $user --regid nogroup --clear-groups sh -c "$1"; then
		echo 'it was not refused'
		return 1
	fi
	fine units && fine antivirus
}
# Ordinary life: fine afterwards, and nothing was told meanwhile.
no_alarm() { # COMMAND
	local since
	calm units && calm antivirus || return 1
	since=$(now)
	sh -c "$1" || return 1
	sleep 1
	fine units && fine antivirus || return 1
	[ -z "$(records "$since")" ] || { records "$since"; return 1; }
}
# An upgrade of Debian's package stops clamonacc with clamd and starts clamd alone: the guard starts the other, and tells nothing else.
upgraded() {
	local since
	calm units && calm antivirus || return 1
	since=$(now)
	DEBIAN_FRONTEND=noninteractive apt-get -q install -y --reinstall clamav-daemon || return 1
	fine units && fine antivirus || return 1
	! records "$since" | grep -v 'clamav-clamonacc.service is not active'
}

# NAME | CONTROL | COMMAND | WORDS | UNDO | by: who puts it right where mutex-guardd runs (guard; slow: not at once; nobody but people)
table() {
	cat <<-TABLE
		stop|units|systemctl stop cron|cron.service is not active|systemctl start cron|guard
		kill|units|systemctl kill -s KILL cron; systemctl stop cron|cron.service is not active|systemctl start cron|guard
		disable|units|systemctl -q disable cron|cron.service is not started at the next boot|systemctl -q enable cron|guard
		remove-its-link|units|rm $etc/multi-user.target.wants/cron.service|cron.service is not started at the next boot|systemctl -q enable cron|guard
		mask|units|systemctl -q mask cron|cron.service is masked|systemctl -q unmask cron|guard
		mask-now|units|systemctl -q mask --now cron|cron.service is masked|systemctl -q unmask cron; systemctl start cron|guard
		mask-runtime|units|systemctl -q mask --runtime --now cron|cron.service is masked|systemctl -q unmask --runtime cron; systemctl start cron|guard
		mask-by-hand|units|ln -s /dev/null $etc/cron.service|cron.service is masked|rm $etc/cron.service; systemctl daemon-reload|guard
		freeze|units|systemctl freeze cron|cron.service is frozen|systemctl thaw cron|guard
		freeze-by-hand|units|echo 1 >/sys/fs/cgroup/system.slice/cron.service/cgroup.freeze|cron.service is stopped|echo 0 >/sys/fs/cgroup/system.slice/cron.service/cgroup.freeze|guard
		sigstop|units|kill -STOP \$(systemctl show -P MainPID cron)|cron.service is stopped by a signal|systemctl kill -s CONT cron|slow
		drop-in|units|mkdir -p $etc/cron.service.d; printf '[Service]\nExecStart=\nExecStart=/bin/sleep inf\n' >$etc/cron.service.d/x.conf; systemctl daemon-reload; systemctl restart cron|cron.service is changed by $etc/cron.service.d/x.conf|rm -r $etc/cron.service.d; systemctl daemon-reload; systemctl restart cron|guard
		drop-in-not-read-yet|units|mkdir -p /run/systemd/system/cron.service.d; printf '[Unit]\nConditionPathExists=!/\n' >/run/systemd/system/cron.service.d/x.conf|cron.service is changed by /run/systemd|rm -r /run/systemd/system/cron.service.d; systemctl daemon-reload|slow
		set-property|units|systemctl set-property cron CPUQuota=1%|cron.service is changed by $etc.control/|systemctl -q revert cron|guard
		unit-file-in-front|units|sed 's/^ExecStart=.*/ExecStart=\/bin\/sleep inf/' /lib/systemd/system/cron.service >$etc/cron.service; systemctl daemon-reload; systemctl restart cron|cron.service is changed by $etc/cron.service|rm $etc/cron.service; systemctl daemon-reload; systemctl restart cron|guard
		socket-stopped|units|systemctl stop clamav-daemon.socket|clamav-daemon.socket is not active|systemctl start clamav-daemon.socket clamav-daemon clamav-clamonacc|guard
		timer-stopped|units|systemctl stop apt-daily.timer|apt-daily.timer is not active|systemctl start apt-daily.timer|guard
		timer-put-off|units|mkdir -p $etc/apt-daily.timer.d; printf '[Timer]\nOnCalendar=\nOnCalendar=2099-01-01\n' >$etc/apt-daily.timer.d/x.conf; systemctl daemon-reload; systemctl restart apt-daily.timer|apt-daily.timer will not elapse|rm -r $etc/apt-daily.timer.d; systemctl daemon-reload; systemctl restart apt-daily.timer|guard
		timers-service-masked|units|systemctl -q mask apt-daily.service|apt-daily.service is masked|systemctl -q unmask apt-daily.service|slow
		stop|antivirus|systemctl -q stop clamav-daemon.socket clamav-daemon|clamav-daemon.service is not active|systemctl start clamav-daemon.socket clamav-daemon clamav-clamonacc|guard
		kill|antivirus|systemctl kill -s KILL clamav-daemon; systemctl -q stop clamav-daemon.socket clamav-daemon|clamd, the scanner, does not answer|systemctl start clamav-daemon.socket clamav-daemon clamav-clamonacc|guard
		sigstop|antivirus|systemctl kill -s STOP clamav-daemon|clamav-daemon.service is stopped by a signal|systemctl kill -s CONT clamav-daemon|slow
		mask|antivirus|systemctl -q mask clamav-daemon|clamav-daemon.service is masked|systemctl -q unmask clamav-daemon|guard
		on-access-stopped|antivirus|systemctl stop clamav-clamonacc|clamav-clamonacc.service is not active|systemctl start clamav-clamonacc|guard
		on-access-disabled|antivirus|systemctl -q disable clamav-clamonacc|clamav-clamonacc.service is not started|systemctl -q enable clamav-clamonacc|guard
		on-access-frozen|antivirus|systemctl freeze clamav-clamonacc|clamav-clamonacc.service is frozen|systemctl thaw clamav-clamonacc|guard
		exclude-path|antivirus|echo 'ExcludePath ^/srv/' >>$conf|"ExcludePath ^/srv/"|cp /root/clamd.conf $conf|guard
		exclude-user|antivirus|echo 'OnAccessExcludeUname $user' >>$conf|"OnAccessExcludeUname $user"|cp /root/clamd.conf $conf|guard
		exclude-root|antivirus|echo 'OnAccessExcludeRootUID yes' >>$conf|"OnAccessExcludeRootUID yes"|cp /root/clamd.conf $conf|guard
		archives-off|antivirus|sed -i 's/^ScanArchive.*/ScanArchive no/' $conf|"ScanArchive no"|cp /root/clamd.conf $conf|guard
		nothing-watched|antivirus|sed -i /OnAccessIncludePath/d $conf|no OnAccessIncludePath|cp /root/clamd.conf $conf|guard
		conf-writable|antivirus|chmod 666 $conf|cannot be read, or others than root can write|chmod 644 $conf|slow
		conf-removed|antivirus|rm $conf|clamd.conf cannot be read|cp /root/clamd.conf $conf|guard
		updates-stopped|antivirus|systemctl stop clamav-freshclam|Signatures are not updated|systemctl start clamav-freshclam|guard
		updates-masked|antivirus|systemctl -q mask --now clamav-freshclam|Signatures are not updated|systemctl -q unmask clamav-freshclam; systemctl start clamav-freshclam|guard
		checks-zero|antivirus|sed -i 's/^Checks.*/Checks 0/' /etc/clamav/freshclam.conf|freshclam never looks|cp /root/freshclam.conf /etc/clamav/freshclam.conf|guard
		no-signatures|antivirus|rm $daily|no daily signatures|$write_daily|people
		old-signatures|antivirus|$write_daily 400000|signatures are 4d old|$write_daily|people
		scan-timer-stopped|antivirus|systemctl stop mutex-antivirus-scan.timer|mutex-antivirus-scan.timer is not active|systemctl start mutex-antivirus-scan.timer|guard
		test-timer-masked|antivirus|systemctl -q mask --now mutex-antivirus-test.timer|mutex-antivirus-test.timer is masked|systemctl -q unmask mutex-antivirus-test.timer; systemctl start mutex-antivirus-test.timer|guard
		scans-result-removed|antivirus|mv /var/lib/mutex/antivirus/scan /root/|no whole scan yet|mv /root/scan /var/lib/mutex/antivirus/|guard
	TABLE
}

# --- the live test ---
test_prevents() {
	has "$(mutexctl antivirus test)" 'prevented' /srv/watched && [ -z "$(ls -A /srv/watched /root/quarantine | grep mutex-live)" ]
}
# Detecting alone: the scanner on access is blind while its process is stopped by the freezer, so nobody is kept from the file.
test_detects_only() {
	local status=0
	systemctl stop clamav-clamonacc
	has "$(mutexctl antivirus test)" detected || status=1
	has "$(says antivirus)" 'could be opened in a watched folder (/srv/watched)' || status=1
	systemctl start clamav-clamonacc
	watches && fine antivirus && return $status
}
test_misses() {
	local status=0
	systemctl stop clamav-clamonacc clamav-daemon.socket clamav-daemon
	has "$(mutexctl antivirus test)" missed || status=1
	systemctl start clamav-daemon.socket clamav-daemon clamav-clamonacc && watches && fine antivirus && return $status
}
scan_finds() {
	local status=0 a='X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STAND' b='ARD-ANTIVIRUS-TEST-FILE!$H+H*'
	printf %s "$a$b" >/srv/infected && chmod 0600 /srv/infected
	has "$(mutexctl antivirus scan)" /srv/infected FOUND '1 infected' || status=1
	has "$(says antivirus)" '1 infected files, the first of them /srv/infected' || status=1
	rm /srv/infected
	whole_scan && fine antivirus && return $status
}
results_recorded() {
	has "$(journalctl --quiet --no-pager -o cat --output-fields=MUTEX_DETAIL SYSLOG_IDENTIFIER=pam_mutex MUTEX_KIND=antivirus)" 'Scan complete' 'prevented'
}
# A stand-in for a product that nobody has here: its program says what the row asks for, or something else, or nothing.
stand_in() { # LINE...
	printf '%s\n' '#!/bin/sh' "$@" >/usr/bin/mdatp
	chmod 0755 /usr/bin/mdatp
}
another_product() {
	local good='{"healthy": true, "realTimeProtectionEnabled": {"value": true}, "definitionsStatus": {"$type": "upToDate"}}' status=0
	printf '[control antivirus]\nmode = repair\nscanners = mdatp\n' >/etc/mutex/policy.d/72-bed-mdatp.conf
	has "$(says antivirus)" 'mdatp does not say how it is: it is not installed' || status=1
	stand_in '[ -z "${HOME-}${LANG-}" ] || exit 1' "echo '$good'"
	has "$(says antivirus)" '): ok;' 'mdatp says that it protects' || status=1
	stand_in "echo '${good/value\": true/value\": false}'"
	has "$(says antivirus)" 'mdatp does not say "realTimeProtectionEnabled.value = true"' || status=1
	stand_in 'sleep 60'
	has "$(says antivirus)" 'it does not answer in time' || status=1
	stand_in 'yes'
	has "$(says antivirus)" 'it talks without an end' || status=1
	stand_in "echo '$good'" 'exit 3'
	has "$(says antivirus)" 'its program fails' || status=1
	stand_in "echo '$good'"
	chmod 0777 /usr/bin/mdatp
	has "$(says antivirus)" 'others than root can change its program' || status=1
	rm /usr/bin/mdatp /etc/mutex/policy.d/72-bed-mdatp.conf
	return $status
}

mkdir -p $work
row "$prefix-care-set-up" prepare || exit 1
demand observe >/dev/null
row "$prefix-care-whole-scan" whole_scan
row "$prefix-care-all-is-well" eval 'fine units && fine antivirus'
while IFS='|' read -r name control command words undo by; do
	row "$prefix-care-$control-$name-is-told" told "$control" "$command" "$words" "$undo" "$control-$name" </dev/null
done < <(table)
row "$prefix-care-user-stops-it" refused 'systemctl --no-ask-password stop clamav-daemon'
row "$prefix-care-user-masks-it" refused 'systemctl --no-ask-password mask clamav-clamonacc'
row "$prefix-care-user-kills-it" refused 'kill -KILL $(systemctl show -P MainPID clamav-clamonacc)'
row "$prefix-care-user-freezes-it" refused 'systemctl --no-ask-password freeze cron'
row "$prefix-care-user-edits-its-settings" refused "echo 'ExcludePath ^/' >>$conf"
row "$prefix-care-live-test-prevented" test_prevents
row "$prefix-care-detecting-alone-is-told" test_detects_only
row "$prefix-care-a-missed-file-is-told" test_misses
row "$prefix-care-scan-finds-what-only-root-may-read" scan_finds
row "$prefix-care-results-are-recorded" results_recorded
row "$prefix-care-another-product-by-a-stand-in" another_product
demand repair >/dev/null
row "$prefix-care-kept-as-it-is" mutexctl apply --yes
row "$prefix-care-restart-is-no-alarm" no_alarm 'systemctl restart cron'
row "$prefix-care-reload-of-systemd-is-no-alarm" no_alarm 'systemctl daemon-reload'
row "$prefix-care-restart-of-clamd-is-no-alarm" no_alarm 'systemctl restart clamav-daemon'
row "$prefix-care-new-signatures-are-no-alarm" no_alarm "$write_daily 100000 && $write_daily && systemctl reload clamav-daemon"
row "$prefix-care-upgraded-and-on-again" upgraded
while IFS='|' read -r name control command words undo by; do
	case $by in
	guard) row "$prefix-care-$control-$name-is-put-right" put_right "$control" "$command" "$undo" "$control-$name" </dev/null ;;
	*) row "$prefix-care-$control-$name-is-noted" noted "$control" "$command" "$undo" </dev/null ;;
	esac
done < <(table)
rm -f $policy
echo "# $prefix-care: a repair began after $(sort -n $work/begun | tail -n 1) ms at most of $(wc -l <$work/begun) times, and took $(sort -n $work/over | tail -n 1) ms more than by hand; $((SECONDS - began)) s"

#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The control "antivirus" as mutexctl looks at it: sockets, files and processes are real, systemd, clamd, clamonacc and mdatp are played. Needs root.
# With a real ClamAV, in containers: bed/rows_guard_care.sh
# shellcheck disable=SC2317 # the rows are called by row()
set -u
# shellcheck source=tests/lib_probe.sh
. "$(dirname "$0")/lib_probe.sh"

hour_ago=$(date -u -d '1 hour ago' +%Y-%m-%dT%H:%M:%SZ) month_ago=$(date -u -d '40 days ago' +%Y-%m-%dT%H:%M:%SZ)
built=$(date -d '1 day ago' +%s)
mkdir -p /run/clamav /etc/clamav /var/lib/clamav /var/lib/mutex/antivirus

cat >"$work/clamd.py" <<'PYTHON'
import socket, sys
wire = socket.socket(socket.AF_UNIX)
wire.bind('/run/clamav/clamd.ctl')
wire.listen()
while True:
    client, _ = wire.accept()
    try: # whoever asked may have gone
        asked = client.recv(64)
        client.sendall(b'PONG\0' if b'PING' in asked else ('ClamAV 1.0.7/27500/%s\0' % sys.argv[1]).encode())
    except OSError:
        pass
    client.close()
PYTHON
# As clamonacc: what the kernel asks before a file is opened; with "blind", a process that only waits.
cat >"$work/clamonacc.py" <<'PYTHON'
import ctypes, sys, time
libc = ctypes.CDLL(None)
held = libc.fanotify_init(0x4, 0) if sys.argv[1] == 'sees' else 0 # FAN_CLASS_CONTENT
print('no' if held < 0 else 'ready', flush=True)
time.sleep(1000)
PYTHON
start_clamd() {
	rm -f /run/clamav/clamd.ctl
	/usr/bin/python3 "$work/clamd.py" "$(LC_ALL=C date -d "@$built" '+%a %b %e %H:%M:%S %Y')" >>"$work/clamd" 2>&1 &
	clamd=$!
	until [ -S /run/clamav/clamd.ctl ]; do sleep 0.05; done
}
clamonacc() { # sees|blind: sets $onacc
	: >"$work/onacc"
	/usr/bin/python3 "$work/clamonacc.py" "$1" >"$work/onacc" 2>&1 &
	onacc=$!
	children+=("$onacc")
	until [ -s "$work/onacc" ]; do sleep 0.05; done
}
start_clamd
children+=("$clamd")
clamonacc blind
blind=$onacc
clamonacc sees
grep -q ready "$work/onacc" || { echo 'fanotify is refused here'; exit 77; }

timer() { unit "$1" SubState=waiting "NextElapseUSecRealtime=$((($(date +%s) + 3600) * 1000000))"; }
header() { printf 'ClamAV-VDB:x:27500:2060000:90:d4:sig:builder:%s  ' "$1" >/var/lib/clamav/daily.cvd; }
scan() { # TIME [FOUND FIRST]
	printf '%s\n' 'mutex-antivirus-scan 1' "began=$1" "ended=$1" outcome=complete scanned=7 unreadable=0 "found=${2:-0}" "first=${3:-}" end \
		>/var/lib/mutex/antivirus/scan
}
try() { printf '%s\n' 'mutex-antivirus-test 1' "time=$1" "outcome=$2" folder=/home end >/var/lib/mutex/antivirus/test; }
clamd_conf() { # PREVENTION [LINE]
	printf '%s\n' 'LocalSocket /run/clamav/clamd.ctl' 'User clamav' 'OnAccessIncludePath /home' 'OnAccessExcludeUname clamav' "OnAccessPrevention $1" \
		"${@:2}" >/etc/clamav/clamd.conf && chmod 0644 /etc/clamav/clamd.conf
}
well() {
	unit clamav-daemon.service MainPID=$clamd
	unit clamav-clamonacc.service MainPID=$onacc
	unit clamav-freshclam.service MainPID=$clamd
	timer mutex-antivirus-scan.timer
	timer mutex-antivirus-test.timer
	clamd_conf yes
	echo 'Checks 24' >/etc/clamav/freshclam.conf
	header "$built"
	scan "$hour_ago"
	try "$hour_ago" prevented
	chmod 0700 /var/lib/mutex/antivirus
	chmod 0600 /var/lib/mutex/antivirus/*
}
fine() { well && says antivirus '): ok;'; }
told() { # WORDS COMMAND...
	well && "${@:2}" && says antivirus '): violated;' "$1"
}
silent() {
	well
	kill -STOP $clamd
	says antivirus '): violated;' 'clamd, the scanner, does not answer: it does not answer in time'
	local status=$?
	kill -CONT $clamd
	return $status
}
no_socket() { rm /run/clamav/clamd.ctl && told 'does not answer: its socket is not there' true; }
others_may_write() { chmod 0666 /etc/clamav/clamd.conf; }
mdatp() { # HEALTHY [MODE]
	cat >/usr/bin/mdatp <<-SH
		#!/bin/sh
		[ "\$*" = "health --output json" ] || exit 1
		echo '{"healthy": $1, "realTimeProtectionEnabled": {"value": true}, "definitionsStatus": {"\$type": "upToDate"}}'
	SH
	chmod "${2:-0755}" /usr/bin/mdatp
}
other() { # STATE WORDS ARGUMENT...
	mdatp "${@:3}" && says antivirus "): $1;" "$2"
}

policy '[control antivirus]' 'mode = repair'
row 'ClamAV that holds' fine
row 'a service is down' told 'clamav-daemon.service is not active' unit clamav-daemon.service ActiveState=inactive SubState=dead
row 'nobody asks the kernel' told 'clamonacc runs, but the kernel does not ask it' unit clamav-clamonacc.service MainPID=$blind
row 'detects only' told 'neither prevented nor quarantined' clamd_conf no
row 'no folder' told 'no OnAccessIncludePath' sed -i /IncludePath/d /etc/clamav/clamd.conf
row 'loosened' told 'loosens the scanner: "OnAccessExcludePath' clamd_conf yes 'OnAccessExcludePath /home/alice'
row 'others may write its settings' told '/etc/clamav/clamd.conf cannot be read' others_may_write
row 'no new signatures' told 'freshclam never looks' sed -i 's/24/0/' /etc/clamav/freshclam.conf
row 'no scan' told 'no whole scan yet' rm /var/lib/mutex/antivirus/scan
row 'an old scan' told 'The last whole scan was' scan "$month_ago"
row 'found something' told 'found 2 infected files, the first of them /home/x' scan "$hour_ago" 2 /home/x
row 'not tried' told 'not been tried yet' rm /var/lib/mutex/antivirus/test
row 'tried, not prevented' told 'could be opened in a watched folder' try "$hour_ago" detected
row 'clamd hangs' silent
row 'holds again' fine
row 'no socket' no_socket
policy '[control antivirus]' 'mode = repair' 'scanners = mdatp'
row 'another product holds' other ok 'mdatp' true
row 'another product does not' other violated 'healthy' false
row 'others may write its program' other violated 'others than root can change its program' true 0777
row 'another product is not there' eval 'rm /usr/bin/mdatp && says antivirus "): violated;" "it is not installed"'

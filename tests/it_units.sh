#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The control "units" as mutexctl looks at it: a bus, files and processes are real, systemd is played. Needs root.
# With the real systemd, in containers: bed/rows_guard_care.sh
# shellcheck disable=SC2317 # the rows are called by row()
set -u
# shellcheck source=tests/lib_probe.sh
. "$(dirname "$0")/lib_probe.sh"
sample=sample.service

sleep 1000 &
child=$!
children+=("$child")
fine() { unit $sample MainPID=$child && says units '): ok;'; }
told() { # WORDS PROPERTY=VALUE...
	unit $sample MainPID=$child "${@:2}" && says units '): violated;' "$1" && fine
}
planted() { # WORDS FILE LINE
	mkdir -p "$(dirname "$2")" && printf '%s\n' "$3" >"$2" && says units '): violated;' "$1" || return 1
	rm "$2"
	fine
}
stopped_by_a_signal() {
	kill -STOP $child && says units '): violated;' "$sample is stopped by a signal" && kill -CONT $child && fine
}
not_there() {
	rm "$units/$sample" && says units '): violated;' "$sample" && fine
}
accepted_drop_in() {
	policy '[control units]' 'mode = repair' "units = $sample" "unit_files = /etc/systemd/system/$sample.d/ours.conf"
	mkdir -p "/etc/systemd/system/$sample.d" && echo '[Service]' >"/etc/systemd/system/$sample.d/ours.conf" && fine
}
no_answer() {
	kill -STOP "${children[1]}" && says units '): unknown;' 'it does not answer in time' && kill -CONT "${children[1]}" && fine
}
no_bus() {
	mv /run/dbus/system_bus_socket /run/dbus/away && says units '): unknown;' 'the system bus is not there' || return 1
	mv /run/dbus/away /run/dbus/system_bus_socket && fine
}

policy '[control units]' 'mode = repair' "units = $sample"
row 'a service that holds' fine
row 'inactive' told "$sample is not active" ActiveState=inactive SubState=dead
row 'failed' told "$sample is not active" ActiveState=failed SubState=failed
row 'masked, as systemd says' told "$sample is masked" LoadState=masked UnitFileState=masked
row 'disabled' told "$sample is not started at the next boot" UnitFileState=disabled
row 'frozen, as systemd says' told "$sample is frozen" FreezerState=frozen
row 'a drop-in' planted "/etc/systemd/system/$sample.d/x.conf" /etc/systemd/system/$sample.d/x.conf '[Service]'
row 'a drop-in below /run' planted "/run/systemd/system.control/$sample.d/x.conf" /run/systemd/system.control/$sample.d/x.conf '[Service]'
row 'a unit in front of it' planted "/etc/systemd/system/$sample" /etc/systemd/system/$sample '[Service]'
row 'stopped by a signal' stopped_by_a_signal
row 'not there' not_there
row 'systemd does not answer' no_answer
row 'no bus' no_bus
row 'a drop-in that the policy names' accepted_drop_in

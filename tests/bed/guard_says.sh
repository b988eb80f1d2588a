# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause
# What mutex-guardd says of a control: on the bus, in the journal, in the queue. To be sourced.

ask() { # CONTROL KEY...
	busctl --json=short get-property org.pammutex.Guard1 /org/pammutex/Guard1 org.pammutex.Guard1 Controls |
		/usr/bin/python3 -c 'import json, sys; print(*[c[key]["data"] for c in json.load(sys.stdin)["data"] if c["Control"]["data"] == sys.argv[1] for key in sys.argv[2:]])' "$@"
}
records() { # SINCE [MATCH...]: of changes, by default of violations; journalctl itself counts whole seconds
	local since=$1
	shift
	[ $# -gt 0 ] || set -- MUTEX_VERDICT=warned
	journalctl --quiet --no-pager -o short-unix --since "@${since%.*}" SYSLOG_IDENTIFIER=pam_mutex MUTEX_KIND=control-changed "$@" |
		awk -v since="$since" '$1 > since'
}
queued() { # CONTROL
	cat "/var/lib/mutex/queue/$1".* 2>/dev/null | awk -F= '/^count=/ { sum += $2 } END { print sum + 0 }'
}

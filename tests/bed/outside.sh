# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause
# Another computer, which tries to get in: a network namespace that is joined by a wire. To be sourced; needs root.
#
#   wire [SECONDS], unwire    tries tcp/4444 of this computer, which listens, so often
#   $work/seen       when that changed: "SECONDS open", "SECONDS closed"
#   open_ms SINCE    how long it was open

work=/run/bed-guard
mkdir -p $work

wire() { # [SECONDS]
	ip netns add outside && ip link add g0 type veth peer name g1 netns outside && ip addr add 192.0.2.1/24 dev g0 && ip link set g0 up &&
		ip -n outside addr add 192.0.2.2/24 dev g1 && ip -n outside link set g1 up
	cp "$(dirname "${BASH_SOURCE[0]}")/guard_probe.py" $work/
	systemd-run --quiet --unit=bed-listen /usr/bin/python3 $work/guard_probe.py listen 4444
	systemd-run --quiet --unit=bed-probe ip netns exec outside /usr/bin/python3 $work/guard_probe.py 192.0.2.1 4444 $work/seen "${1:-0.02}"
	for ((n = 0; n < 100; n++)); do
		[ ! -s $work/seen ] || return 0
		sleep 0.1
	done
	echo 'the probe does not run'
	return 1
}
unwire() {
	systemctl stop bed-probe bed-listen
	ip netns del outside
}
now() { date +%s.%3N; }
# How long it was open from then on, in ms; "still" when it is.
open_ms() { # SINCE
	awk -v since="$1" 'state == "open" && $1 > since { sum += $1 - (from > since ? from : since) }
		{ from = $1; state = $2 }
		END { if (state == "open") print "still"; else printf "%d\n", sum * 1000 }' $work/seen
}

#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# idlelockd with a person's own X server, which logind's controller alone tells from a fake one: see idlelockd_own_server_rows.py.
set -u
# shellcheck source=tests/lib_need.sh
. "$(dirname "$0")/lib_need.sh"
need xsecurelock dbus-daemon Xvfb setpriv unshare
need_python dbus gi
[ "$(id -u)" -eq 0 ] || { echo 'skip a person'\''s own server: only root can be several people'; exit 0; }
unshare -m true 2>/dev/null || { echo 'skip a person'\''s own server: no mount namespace here'; exit 0; }
cd "$(dirname "$0")" && PYTHONDONTWRITEBYTECODE=1 exec unshare -m --propagation private /usr/bin/python3 -u idlelockd_own_server_rows.py

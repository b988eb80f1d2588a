#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# A running idlelockd takes each edit of the policy: see idlelockd_policy_rows.py.
set -u
if [ "${VARIANT:-release}" = san ]; then
	echo 'idlelockd for people that are none needs nss_wrapper, which does not go with sanitizers'
	exit 77
fi
[ "$(id -u)" -eq 0 ] || { echo 'only root can be idlelockd here: run sudo tests/run it_idlelockd_policy in a checkout of root'; exit 77; }
# shellcheck source=tests/lib_need.sh
. "$(dirname "$0")/lib_need.sh"
need dbus-daemon
need_python dbus gi
cd "$(dirname "$0")" && PYTHONDONTWRITEBYTECODE=1 exec /usr/bin/python3 -u idlelockd_policy_rows.py

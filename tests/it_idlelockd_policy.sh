#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# A running idlelockd takes each edit of the policy: see idlelockd_policy_rows.py.
set -u
if [ "${VARIANT:-release}" = san ]; then
	echo 'idlelockd for people that are none needs nss_wrapper, which does not go with sanitizers'
	exit 77
fi
[ "$(id -u)" -eq 0 ] || { echo 'only root can be idlelockd here: run sudo tests/run it_idlelockd_policy in a checkout of root'; exit 77; }
command -v dbus-daemon >/dev/null || { echo 'dbus-daemon is not installed'; exit 77; }
/usr/bin/python3 -c 'import dbus, gi' 2>/dev/null || { echo 'python3-dbus and python3-gi are not installed'; exit 77; }
cd "$(dirname "$0")" && PYTHONDONTWRITEBYTECODE=1 exec /usr/bin/python3 -u idlelockd_policy_rows.py

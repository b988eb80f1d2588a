#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Runs a command as the person who called sudo, so that a `sudo make ...` leaves no files of root's in their checkout.
# Called in any other way it just runs the command. Usage: as_owner.sh COMMAND ARGUMENT...
set -euo pipefail

if [ "$(id -u)" -eq 0 ] && [ "${SUDO_UID:-0}" -ne 0 ]; then
	home=$(getent passwd "$SUDO_UID" | cut -d: -f6)
	exec setpriv --reuid="$SUDO_UID" --regid="$SUDO_GID" --init-groups env HOME="${home:-/}" USER="${SUDO_USER:-}" LOGNAME="${SUDO_USER:-}" "$@"
fi
exec "$@"

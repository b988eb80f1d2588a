# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause
# People at terminals inside a container. To be sourced, with $here = the folder of this file.

# Homes are closed to others on Debian 13, and the clone lies in one.
install -m 0644 "$here/../dialogue.exp" /run/bed-dialogue.exp

# A person at a terminal of their own.
dialogue() { # ANSWER... -- COMMAND...
	expect -f /run/bed-dialogue.exp "$@" | tr -d '\r'
	return "${PIPESTATUS[0]}"
}
as() { # USER COMMAND...
	setpriv --reuid "$1" --regid "$1" --init-groups env HOME="/home/$1" USER="$1" "${@:2}"
}
dialogue_as() { # USER ANSWER... -- COMMAND...
	as "$1" expect -f /run/bed-dialogue.exp "${@:2}" | tr -d '\r'
	return "${PIPESTATUS[0]}"
}

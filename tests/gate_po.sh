#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# No message of the Japanese catalogue is fuzzy or untranslated, in gettext's own eyes. (gate_messages.sh holds it against the table.)
# shellcheck source=tests/lib_gate.sh
. "$(dirname "$0")/lib_gate.sh"

command -v msgfmt >/dev/null || skip_all 'gettext (msgfmt) is not installed'
po=po/ja.po

# Prints what msgfmt has against a catalogue.
against() { # FILE
	local said
	said=$(LC_ALL=C msgfmt --check --statistics -o /dev/null "$1" 2>&1) || { echo "$said"; return; }
	grep -E 'fuzzy|untranslated|warning|error' <<<"$said"
}

why=$(against "$po")
if [ -z "$why" ]; then ok "$po"; else not_ok "$po" "$(tail -n 1 <<<"$why")"; fi

# The gate can fail.
must_find() { # NAME SED-SCRIPT
	sed -e "$2" "$po" >"$scratch/planted.po"
	if ! cmp -s "$po" "$scratch/planted.po" && [ -n "$(against "$scratch/planted.po")" ]; then ok "finds $1"; else not_ok "finds $1"; fi
}
must_find 'a fuzzy message' '0,/^#, python-brace-format/s//#, fuzzy, python-brace-format/'
must_find 'an untranslated message' '/^msgid "No password was given."/{n;s/".*"/""/}'
must_find 'a placeholder that is lost' '0,/^\(msgstr .*\){0}/s//\1/'
gate_end

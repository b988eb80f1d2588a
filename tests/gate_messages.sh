#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The catalogue is complete and well formed, and po/compile.awk refuses each fault that a catalogue can have.
# shellcheck source=tests/lib_gate.sh
. "$(dirname "$0")/lib_gate.sh"
work=$scratch

cat > "$work/table.h" <<'END'
/* A row looks like M(ID, "text"). */
#define MESSAGES(M) \
	M(ONE, "Say \"{0}\" and {1}.") /* with a comment */ \
	M(TWO, "Two " \
		"lines.\n") \
	M(AGAIN, "Say \"{0}\" and {1}.")
END
good='msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\n"

#, python-brace-format
msgid "Say \"{0}\" and {1}."
msgstr "「{1}」 \"{0}\""

# a remark
#: place
msgid ""
"Two "
"lines.\n"
msgstr ""
"二"
"行\n"

#~ msgid "gone"
#~ msgstr "消えた"'

compile() { # NAME WHAT-IT-MUST-SAY PO-FILE; "" = it must be taken
	local said
	printf '%s\n' "$3" >"$work/x.po"
	if said=$(awk -f po/compile.awk "$work/table.h" "$work/x.po" 2>&1); then
		if [ -z "$2" ]; then ok "compile: $1"; else not_ok "compile: $1" "taken, but should say: $2"; fi
	elif [ -n "$2" ] && [[ $said == *"x.po:"*": error: "*"$2"* ]]; then
		ok "compile: $1"
	else
		not_ok "compile: $1" "$said"
	fi
}

compile good "" "$good"
compile missing 'no entry for TWO' "$(sed '/^# a remark/,$d' <<< "$good")"
compile fuzzy 'fuzzy' "${good/python-brace-format/fuzzy, python-brace-format}"
compile empty 'not translated' "${good/「\{1\}」 \\\"\{0\}\\\"/}"
compile 'placeholder lost' 'placeholders differ' "${good/「\{1\}」/}"
compile 'placeholder new' 'placeholders differ' "${good/二/二\{0\}}"
compile 'placeholder wrong' 'placeholders differ' "${good/「\{1\}」/「\{2\}」}"
compile double 'second entry' "$good"$'\n\nmsgid "Two lines.\\n"\nmsgstr "二"'
compile 'left over' 'no row of the table' "$good"$'\n\nmsgid "Three."\nmsgstr "三"'
compile 'quote missing' 'without its closing quote' "${good/二\"/二}"
compile 'strange escape' 'escape' "${good/行/\\x41}"
compile 'plural' 'cannot read' "$good"$'\n\nmsgid "Two lines.\\n"\nmsgid_plural "x"'
compile 'string alone' 'string outside' $'"x"\n\n'"$good"

want='[MESSAGE_ONE] = "「{1}」 \"{0}\"",
[MESSAGE_TWO] = "二行\n",
[MESSAGE_AGAIN] = "「{1}」 \"{0}\"",'
printf '%s\n' "$good" > "$work/x.po"
for awk in awk mawk gawk 'busybox awk' original-awk; do
	command -v "${awk%% *}" >/dev/null || continue
	# shellcheck disable=SC2086 # two words
	if [ "$($awk -f po/compile.awk "$work/table.h" "$work/x.po")" = "$want" ]; then ok "output of $awk"; else not_ok "output of $awk"; fi
done

if said=$(awk -f po/compile.awk base/message_table.h po/ja.po 2>&1 >/dev/null); then ok 'po/ja.po'; else not_ok 'po/ja.po' "$said"; fi
if command -v msgfmt >/dev/null; then
	if said=$(msgfmt --check -o /dev/null po/ja.po 2>&1); then ok 'po/ja.po by msgfmt'; else not_ok 'po/ja.po by msgfmt' "$said"; fi
fi
# Without the mark msgfmt looks at no placeholder.
unmarked=$(awk '/^msgid / && header++ && before !~ /python-brace-format/ { print FNR } { before = $0 }' po/ja.po | paste -sd' ')
if [ -z "$unmarked" ]; then ok 'po/ja.po: every entry is marked python-brace-format'; else not_ok 'po/ja.po: mark missing' "lines $unmarked"; fi
gate_end

# SPDX-License-Identifier: BSD-2-Clause
# Makes the rows of a message table out of a PO file:  awk -f po/compile.awk base/message_table.h po/ja.po > message_ja.h
# Stops at the first problem with "file:line: error: ...": an entry that is missing, fuzzy, empty, double or left over, or whose
# placeholders {0} to {9} are not those of the English text. Plain POSIX awk.

function fail(file, line, what) {
	printf "%s:%d: error: %s\n", file, line, what > "/dev/stderr"
	failed = 1
	exit 1
}

# The inside of the string literal that starts at s, escapes as they stand: C and PO write \" \\ \n \t alike, and others are refused.
# Sets rest to what follows the literal.
function literal(s,    out, c, i) {
	for (i = 2; i <= length(s); i++) {
		c = substr(s, i, 1)
		if (c == "\"") {
			rest = substr(s, i + 1)
			return out
		}
		if (c == "\\") {
			i++
			if (index("\"\\nt", substr(s, i, 1)) == 0)
				fail(FILENAME, FNR, "escape \\" substr(s, i, 1) " is not one of \\\" \\\\ \\n \\t")
			c = c substr(s, i, 1)
		}
		out = out c
	}
	fail(FILENAME, FNR, "string without its closing quote")
}

# "{0}{1}" for a text that holds these two in any order and number.
function placeholders(s,    n, out) {
	for (n = 0; n <= 9; n++)
		if (index(s, "{" n "}") > 0)
			out = out "{" n "}"
	return out
}

# --- message_table.h: rows M(ID, "text"), where the text may be several literals over several lines ---

function table_row_ends() {
	if (text_of_row == "")
		fail(FILENAME, FNR, "row " id " has no text")
	ids[++rows] = id
	english[rows] = text_of_row
	wanted[text_of_row] = FNR
	id = ""
}

function table_line(s) {
	for (;;) {
		sub(/^[ \t\\]+/, "", s)
		if (s == "")
			return
		if (id == "" && match(s, /^M\([A-Z0-9_]+,/)) {
			id = substr(s, 3, RLENGTH - 3)
			text_of_row = ""
			s = substr(s, RLENGTH + 1)
		} else if (id == "") {
			return
		} else if (substr(s, 1, 1) == "\"") {
			text_of_row = text_of_row literal(s)
			s = rest
		} else if (substr(s, 1, 1) == ")") {
			table_row_ends()
			s = substr(s, 2)
		} else if (match(s, /^\/\*.*\*\//)) {
			s = substr(s, RLENGTH + 1)
		} else {
			fail(FILENAME, FNR, "row " id ": expected a string or ')' at: " s)
		}
	}
}

# --- the PO file ---

function entry_ends(    line) {
	if (!in_entry)
		return
	in_entry = 0
	line = entry_line
	if (msgid != "") {
		if (msgid in translated)
			fail(FILENAME, line, "second entry for \"" msgid "\"")
		if (!(msgid in wanted))
			fail(FILENAME, line, "no row of the table has the text \"" msgid "\"; remove the entry")
		if (fuzzy)
			fail(FILENAME, line, "fuzzy: look at the translation and remove the mark")
		if (msgstr == "")
			fail(FILENAME, line, "not translated: \"" msgid "\"")
		if (placeholders(msgid) != placeholders(msgstr))
			fail(FILENAME, line, "placeholders differ: English has " (placeholders(msgid) == "" ? "none" : placeholders(msgid)) \
				", the translation " (placeholders(msgstr) == "" ? "none" : placeholders(msgstr)))
		translated[msgid] = msgstr
	}
	fuzzy = 0
	state = ""
}

function po_string(s) {
	s = literal(s)
	if (rest !~ /^[ \t\r]*$/)
		fail(FILENAME, FNR, "nothing may follow the string: " rest)
	if (state == "msgid")
		msgid = msgid s
	else if (state == "msgstr")
		msgstr = msgstr s
	else
		fail(FILENAME, FNR, "string outside an entry")
}

function po_line(s) {
	if (s ~ /^[ \t\r]*$/) {
		entry_ends()
	} else if (s ~ /^#/) {
		entry_ends()
		if (s ~ /^#,.*fuzzy/)
			fuzzy = 1
	} else if (s ~ /^msgid[ \t]+"/) {
		entry_ends()
		in_entry = 1
		entry_line = FNR
		msgid = msgstr = ""
		state = "msgid"
		sub(/^msgid[ \t]+/, "", s)
		po_string(s)
	} else if (s ~ /^msgstr[ \t]+"/ && state == "msgid") {
		state = "msgstr"
		sub(/^msgstr[ \t]+/, "", s)
		po_string(s)
	} else if (s ~ /^"/) {
		po_string(s)
	} else {
		fail(FILENAME, FNR, "cannot read: " s)
	}
}

BEGIN {
	if (ARGC != 3) {
		print "usage: awk -f compile.awk message_table.h LANGUAGE.po" > "/dev/stderr"
		failed = 1
		exit 1
	}
	table = ARGV[1]
	po = ARGV[2]
}

FILENAME == table {
	table_line($0)
	next
}

{
	po_line($0)
}

END {
	if (failed)
		exit 1
	FILENAME = po
	entry_ends()
	if (rows == 0)
		fail(table, 1, "no rows M(ID, \"text\")")
	for (i = 1; i <= rows; i++)
		if (!(english[i] in translated))
			fail(po, 1, "no entry for " ids[i] ": \"" english[i] "\"")
	for (i = 1; i <= rows; i++)
		printf "[MESSAGE_%s] = \"%s\",\n", ids[i], translated[english[i]]
}

# SPDX-License-Identifier: BSD-2-Clause
# Makes a C string of a D-Bus introspection file, without its comments. -v name=MACRO
BEGIN {
	print "/* Made by interface.awk. */"
	print "#define " name " \\"
}
{
	line = $0
	while (1) {
		if (inside) {
			end = index(line, "-->")
			if (!end) { line = ""; break }
			line = substr(line, end + 3)
			inside = 0
		}
		start = index(line, "<!--")
		if (!start) break
		head = substr(line, 1, start - 1)
		line = substr(line, start + 4)
		inside = 1
		kept = kept head
	}
	line = kept line
	kept = ""
	gsub(/^[ \t]+|[ \t]+$/, "", line)
	if (line == "") next
	gsub(/\\/, "\\\\", line)
	gsub(/"/, "\\\"", line)
	printf "\t\"%s\\n\" \\\n", line
}
END { print "\t\"\"" }

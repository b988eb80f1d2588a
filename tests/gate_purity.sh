#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Pure files do no I/O, read no clock and hold no global: shown from what their objects need and from their writable data.
# shellcheck source=tests/lib_gate.sh
. "$(dirname "$0")/lib_gate.sh"

# What a pure object may need from outside: functions that work on their arguments alone. What looks at the locale (isalpha, strcasecmp,
# strtol), at errno, at memory of its own (malloc, qsort) or at the world is not here. strcpy, stpcpy and
# __popcountdi2 come from the compiler. oath_totp_generate2 keeps its hash on the stack: no memory of its own, no clock (the time is an argument).
# inet_pton and inet_ntop read digits and ask nobody. dbus_message_* read a message that is there, mnl_*_put and mnl_*_nest
# write one into the caller's bytes.
harmless='mem(cpy|move|set|cmp|chr|rchr|mem|pcpy)|rawmemchr|str(len|nlen|cmp|ncmp|chr|rchr|chrnul|spn|cspn|pbrk|str|cpy|ncpy)|stpcpy|bcmp|explicit_bzero|v?snprintf|bsearch'
harmless="^(($harmless)|__($harmless|explicit_bzero)_chk|__stack_chk_fail|__popcount[sd]i2|_GLOBAL_OFFSET_TABLE_|nettle_[a-z0-9_]+|oath_totp_generate2|inet_pton|inet_ntop|dbus_message_(has|get|is|iter)_[a-z_]+|mnl_(attr|nlmsg)_(put|nest)_?[a-z0-9_]*)\$"
# What the instrumented variants put in.
instruments='^(__(asan|ubsan|sanitizer|sancov|gcov|llvm|start___sancov|stop___sancov|start___|stop___)[A-Za-z0-9_]*|mangled_path)$'

defined_by() { # OBJECT...
	nm --defined-only -P "$@" 2>/dev/null | awk '$2 ~ /^[TRDBVW]$/ { print $1 }' | sort -u
}

impure_needs() { # FILE-WITH-PURE-SYMBOLS OBJECT
	undefined_of "$2" | grep -vE "$harmless" | grep -vE "$instruments" | grep -vxF -f "$1"
}

# Sections that can be written after relocation. Sanitizers and gcov have some of their own, so only other variants are asked.
writable_data() { # OBJECT
	[ "$VARIANT" = release ] || return 0
	size -A "$1" | awk '$1 ~ /^\.(data|bss|tdata|tbss)/ && $1 !~ /^\.data\.rel\.ro/ && $2 > 0 { print $1 }'
}

judge() { # NAME OBJECT FILE-WITH-PURE-SYMBOLS
	local why
	[ -e "$2" ] || { not_ok "$1" 'not built'; return; }
	why=$(impure_needs "$3" "$2" | paste -sd' ')$(writable_data "$2" | paste -sd' ')
	if [ -n "$why" ]; then
		not_ok "$1" "$why"
	else
		ok "$1"
	fi
}

mapfile -t objects < <(make_words PURE_OBJECTS)
[ ${#objects[@]} -gt 0 ] || { echo "make names no pure object"; exit 1; }
defined_by "${objects[@]}" >"$scratch/pure"
for object in "${objects[@]}"; do
	judge "pure ${object#"$BUILD"/}" "$object" "$scratch/pure"
done

# The gate can fail: each of these must be found.
must_find() { # NAME SOURCE-TEXT
	local object
	object=$(planted_object "$1" "$2") || { not_ok "finds $1" "did not compile"; return; }
	if [ -n "$(impure_needs "$scratch/pure" "$object")$(writable_data "$object")" ]; then
		ok "finds $1"
	else
		not_ok "finds $1"
	fi
}
must_find getenv 'char *getenv(const char *); int f(void) { return getenv("HOME") != 0; }'
must_find time 'long time(long *); long f(void) { return time(0); }'
must_find open 'int open(const char *, int, ...); int f(void) { return open("/etc/shadow", 0); }'
must_find malloc 'void *malloc(unsigned long); void *f(void) { return malloc(1); }'
must_find errno '#include <errno.h>
int f(void) { return errno; }'
must_find ctype '#include <ctype.h>
int f(int c) { return isalpha(c); }'
must_find shell 'int file_replace(void); int f(void) { return file_replace(); }'
if [ "$VARIANT" = release ]; then
	must_find global 'int counter; int f(void) { return ++counter; }'
	must_find static 'int f(void) { static int counter = 1; return ++counter; }'
fi
gate_end

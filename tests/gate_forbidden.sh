#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Calls that are forbidden (house rules 7, 10, 11, 14) do not occur: shown from objects compiled without the compiler's own
# substitutions, so that neither a comment counts nor a call that the optimiser turns into another one is missed.
# shellcheck source=tests/lib_gate.sh
. "$(dirname "$0")/lib_gate.sh"

# Everywhere: unbounded strings, numbers without errors, a shell, temporary names that can be guessed.
everywhere='strcpy strcat stpcpy sprintf vsprintf gets strtok strtok_r scanf sscanf vsscanf fscanf atoi atol atoll atof
	strtol strtoll strtoul strtoull strtoimax strtoumax strtod system popen wordexp mktemp tmpnam tempnam rand random srand alloca'
# In what is loaded into other people's programs: what changes or ends the process, look-ups with static memory, and access(), which
# in a setuid program asks for the caller's rights.
module='access exit _exit _Exit quick_exit abort __assert_fail __assert_perror_fail atexit on_exit setlocale uselocale textdomain bindtextdomain
	openlog closelog setlogmask umask chdir fchdir chroot setenv putenv unsetenv clearenv signal bsd_signal sigaction sigprocmask alarm
	getpwnam getpwuid getpwent setpwent getgrnam getgrgid getgrent setgrent getspnam getspent setspent getlogin cuserid ttyname
	gethostbyname gethostbyaddr getservbyname localtime gmtime ctime asctime strerror strsignal crypt readdir_r
	fork vfork daemon pthread_create printf puts putchar perror stdout stderr'

# "OBJECT WORD" for each of the words that an object needs from outside, as the C library may rename it: __isoc99_sscanf, __isoc23_strtoul, __printf_chk.
forbidden_in() { # WORDS OBJECT...
	nm -u -P -A "${@:2}" 2>/dev/null | awk -v words="$(tr -s ' \t\n' ' ' <<<"$1")" '
		BEGIN { split(words, list, " "); for (i in list) wanted[list[i]] }
		$3 ~ /^[UwWv]$/ {
			name = $2
			sub(/@.*/, "", name)
			sub(/^__isoc(99|23)_/, "", name)
			if (name ~ /^__.*_chk$/) name = substr(name, 3, length(name) - 6)
			if (name in wanted && !seen[$1 name]++) print substr($1, 1, length($1) - 1), name
		}'
}

words_for() { # FOLDER
	echo "$everywhere"
	[ "$1" = mutexctl ] || echo "$module"
}

mapfile -t sources < <(for folder in base conf pam_mutex idlelock guard mutexctl; do make_words "SOURCES_$folder"; done)
env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS make -s -k --no-print-directory -j"$(nproc)" BUILD="$BUILD" VARIANT="$VARIANT" plain-objects >"$scratch/messages" 2>&1 ||
	not_ok 'everything compiles' "$(head -n 1 "$scratch/messages")"
declare -A why=()
for folder in base conf pam_mutex idlelock mutexctl; do
	while read -r object word; do
		# A look aside is a process of mutex-guardd's own, which ends without what the daemon does at its end.
		case ${object#"$BUILD/plain/"}:$word in idlelock/guard/look_run.o:fork | idlelock/guard/look_run.o:_exit) continue ;; esac
		why[$object]+="${why[$object]:+ }$word"
	done < <(forbidden_in "$(words_for $folder)" "$BUILD/plain/$folder"/{,*/}*.o)
done
for source in "${sources[@]}"; do
	object=$BUILD/plain/${source%.c}.o
	if [ ! -e "$object" ]; then
		not_ok "$source" "has no object"
	elif [ -n "${why[$object]:-}" ]; then
		not_ok "$source" "${why[$object]}"
	else
		ok "$source"
	fi
done

# The gate can fail.
must_find() { # NAME SOURCE-TEXT
	local object
	object=$(planted_object "$1" "$2")
	if [ -n "$object" ] && [ "$(forbidden_in "$(words_for base)" "$object")" = "$object $1" ]; then ok "finds $1"; else not_ok "finds $1"; fi
}
must_find sscanf '#include <stdio.h>
int f(const char *s) { int n = 0; return sscanf(s, "%d", &n) + n; }'
must_find strtoul '#include <stdlib.h>
unsigned long f(const char *s) { return strtoul(s, 0, 10); }'
must_find strcpy '#include <string.h>
void f(char *to) { strcpy(to, "x"); }'
must_find sprintf '#include <stdio.h>
int f(char *to) { return sprintf(to, "x"); }'
must_find system '#include <stdlib.h>
int f(void) { return system("id"); }'
must_find getpwnam '#include <pwd.h>
void *f(void) { return getpwnam("root"); }'
must_find __assert_fail '#include <assert.h>
void f(int x) { assert(x); }'
if [ -z "$(forbidden_in "$(words_for base)" "$(planted_object harmless '/* system() */ int f(void) { return 0; }')")" ]; then
	ok 'leaves comments alone'
else
	not_ok 'leaves comments alone'
fi
gate_end

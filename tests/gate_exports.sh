#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The built module exports only what libpam calls, needs only the libraries it may, and both products are hardened.
# shellcheck disable=SC2317 # the checks are called by row()
# shellcheck source=tests/lib_gate.sh
. "$(dirname "$0")/lib_gate.sh"

[ "$VARIANT" = release ] || skip_all "only the release variant is shipped"
module=$BUILD/pam_mutex.so tool=$BUILD/mutexctl/mutexctl verifier=$BUILD/pam_mutex/mutex-verify
may_need='libpam.so.0 libcrypt.so.1 libnettle.so.8 liboath.so.0 libc.so.6'

exports_of() { # SHARED-OBJECT
	nm -D --defined-only -P "$1" | awk '$2 != "A" { sub(/@.*/, "", $1); print $1 }' | sort -u
}
needs_of() { # FILE
	readelf -dW "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p'
}
binds_now() { # FILE
	readelf -dW "$1" | grep -E '\((FLAGS|FLAGS_1|BIND_NOW)\)' | grep -qwE 'NOW|BIND_NOW'
}
has_header() { # FILE TYPE
	readelf -lW "$1" | awk -v type="$2" '$1 == type { found = 1 } END { exit !found }'
}
has_executable_stack() { # FILE: also when it does not say, since the kernel then gives one
	! readelf -lW "$1" | awk '$1 == "GNU_STACK" { found = 1; flags = $7 } END { exit !(found && flags !~ /E/) }'
}
has_text_relocations() { # FILE
	readelf -dW "$1" | grep -q TEXTREL
}
# The segment that is both writable and executable.
has_wx_segment() { # FILE
	readelf -lW "$1" | awk '$1 == "LOAD" && $0 ~ / RWE / { found = 1 } END { exit !found }'
}

row() { # NAME COMMAND...
	local name=$1
	shift
	if "$@"; then ok "$name"; else not_ok "$name"; fi
}
row_not() { # NAME COMMAND...
	local name=$1
	shift
	if "$@"; then not_ok "$name"; else ok "$name"; fi
}
hardening() { # NAME FILE
	row "$1: RELRO" has_header "$2" GNU_RELRO
	row "$1: NOW" binds_now "$2"
	row_not "$1: no executable stack" has_executable_stack "$2"
	row_not "$1: no text relocation" has_text_relocations "$2"
	row_not "$1: no segment writable and executable" has_wx_segment "$2"
}
is_pie() { # FILE
	readelf -hW "$1" | grep -q 'Type:.*DYN' && readelf -dW "$1" | grep -E 'FLAGS_1' | grep -qw PIE
}
uses_stack_protector() { # FILE
	nm -D -u "$1" | grep -q __stack_chk_fail
}

for file in "$module" "$tool" "$verifier"; do
	[ -e "$file" ] || { echo "not built: $file"; exit 1; }
done

entries='authenticate setcred acct_mgmt chauthtok open_session close_session'
# shellcheck disable=SC2086 # a list of words
foreign=$(exports_of "$module" | grep -vxF -f <(printf 'pam_sm_%s\n' $entries) | paste -sd' ')
if [ -z "$foreign" ]; then ok 'module: exports only pam_sm_*'; else not_ok 'module: exports only pam_sm_*' "$foreign"; fi
for entry in $entries; do
	row "module: exports pam_sm_$entry" grep -qx "pam_sm_$entry" <(exports_of "$module")
done
unwanted=$(needs_of "$module" | grep -vxF -f <(tr ' ' '\n' <<<"$may_need") | paste -sd' ')
if [ -z "$unwanted" ]; then ok 'module: needed libraries'; else not_ok 'module: needed libraries' "$unwanted"; fi
hardening module "$module"
row 'module: stack protector' uses_stack_protector "$module"
hardening tool "$tool"
row 'tool: position independent' is_pie "$tool"
row 'tool: stack protector' uses_stack_protector "$tool"
hardening verifier "$verifier"
row 'verifier: position independent' is_pie "$verifier"
row 'verifier: stack protector' uses_stack_protector "$verifier"

# The gate can fail.
planted=$(planted_object loose 'int stray(void) { return 0; }') &&
	$CC -shared -o "$scratch/loose.so" "$planted" -Wl,-z,execstack -Wl,-z,norelro -Wl,-z,lazy -Wl,--no-as-needed -lm
row 'finds a stray export' grep -qx stray <(exports_of "$scratch/loose.so")
row 'finds a foreign library' grep -qx libm.so.6 <(needs_of "$scratch/loose.so")
row 'finds an executable stack' has_executable_stack "$scratch/loose.so"
row_not 'finds missing RELRO' has_header "$scratch/loose.so" GNU_RELRO
row_not 'finds lazy binding' binds_now "$scratch/loose.so"
$CC -no-pie -o "$scratch/fixed" -x c - <<<'int main(void) { return 0; }'
row_not 'finds a fixed address' is_pie "$scratch/fixed"
gate_end

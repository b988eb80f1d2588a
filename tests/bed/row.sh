# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause
# One row of a test that prints rows. To be sourced.

# Runs the command with its output kept; prints "ok NAME", or "not ok NAME" and then the end of the output.
row() { # NAME COMMAND...
	local name=$1 out status
	shift
	out=$("$@" 2>&1)
	status=$?
	if [ $status -eq 0 ]; then
		echo "ok $name"
		return 0
	fi
	echo "not ok $name: exit $status of $*"
	printf '%s\n' "$out" | tail -n "${ROW_LINES:-40}" | sed 's/^/    /'
	return 1
}

# For conditions inside a row's command: says what was looked for, so that a failed row explains itself.
has() { # TEXT PATTERN...
	local text=$1 pattern
	shift
	for pattern in "$@"; do
		grep -qF -- "$pattern" <<<"$text" || {
			printf 'missing: "%s" in:\n%s\n' "$pattern" "$text"
			return 1
		}
	done
}

has_not() { # TEXT PATTERN...
	local text=$1 pattern
	shift
	for pattern in "$@"; do
		! grep -qF -- "$pattern" <<<"$text" || {
			printf 'should not be there: "%s" in:\n' "$pattern"
			grep -F -- "$pattern" <<<"$text" | head -n 10
			return 1
		}
	done
}

# What journalctl tells once journald has written all that it was sent.
journal() { # ARGUMENT...
	journalctl --sync
	journalctl --quiet --no-pager "$@"
}

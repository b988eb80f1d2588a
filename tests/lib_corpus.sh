# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause
# Corpora for it_corpus.sh and bench_password.sh: lists of common passwords out of Debian packages other than the one that the built-in
# list comes from, their trivial decorations, and random passwords. All of it the same on every run.

# name<TAB>package<TAB>file, for those that are installed. ncrack's myspace.pwd is all that a forged login page took in, with mail addresses and
# sentences to its makers.
corpus_lists() {
	local row
	for row in john:john-data:/usr/share/john/password.lst \
		nmap:nmap-common:/usr/share/nmap/nselib/data/passwords.lst \
		ncrack-top50000:ncrack:/usr/share/ncrack/top50000.pwd \
		ncrack-default:ncrack:/usr/share/ncrack/default.pwd \
		ncrack-jtr:ncrack:/usr/share/ncrack/jtr.pwd \
		ncrack-phpbb:ncrack:/usr/share/ncrack/phpbb.pwd \
		ncrack-myspace:ncrack:/usr/share/ncrack/myspace.pwd \
		python3-zxcvbn:python3-zxcvbn:/usr/lib/python3/dist-packages/zxcvbn/frequency_lists.py \
		perl-zxcvbn:libdata-password-zxcvbn-perl:/usr/share/perl5/Data/Password/zxcvbn/RankedDictionaries/Common.pm \
		django:python3-django:/usr/lib/python3/dist-packages/django/contrib/auth/common-passwords.txt.gz \
		sqlmap-small:sqlmap:/usr/share/sqlmap/data/txt/smalldict.txt; do
		[ -r "${row##*:}" ] && tr ':' '\t' <<<"$row"
	done
	return 0
}

# The package whose list is built in proves nothing. As common_passwords.sh chooses it.
corpus_is_built_in() { # PACKAGE
	[ "$1" = sqlmap ]
}

# The entries of a list, one a line: no comments, no empty lines, valid UTF-8 only.
corpus_entries() { # FILE
	case ${1##*/} in
	frequency_lists.py) sed -n 's/^ *"passwords": "\([^"]*\)".*/\1/p' "$1" | tr ',' '\n' ;;
	Common.pm) sed -n "/^  'passwords' => {/,/^  }/s/^    '\\(.*\\)' => [0-9]*,\\?\$/\\1/p" "$1" | sed "s/\\\\\\(['\\\\]\\)/\\1/g" ;;
	*.gz) zcat "$1" | without_hexadecimals | plain_entries - ;;
	*) plain_entries "$1" ;;
	esac
}

# "$hex[313233]" is a cracking program's way to write a password of other bytes than plain text, here 123.
without_hexadecimals() {
	LC_ALL=C awk '
		BEGIN { for (i = 0; i < 256; i++) byte[sprintf("%02x", i)] = i }
		/^\$hex\[[0-9a-f]*\]$/ {
			for (i = 6; i < length($0); i += 2)
				printf "%c", byte[substr($0, i, 2)]
			print ""
			next
		}
		{ print }'
}

plain_entries() { # FILE
	grep -av '^#!comment' "$1" | tr -d '\r' | iconv -f UTF-8 -t UTF-8 -c | grep -a .
}

# Each line five times, once with each decoration: capital, substitutions, digits, year, punctuation.
corpus_decorate() {
	LC_ALL=C awk '
		function capital(s) { return toupper(substr(s, 1, 1)) substr(s, 2) }
		BEGIN { split("12 123 7 99", digits); digits[0] = 1 }
		function substitute(s) {
			gsub(/[aA]/, "@", s); gsub(/[eE]/, "3", s); gsub(/[iI]/, "1", s); gsub(/[oO]/, "0", s); gsub(/[sS]/, "$", s)
			return s
		}
		{
			print capital($0)
			print substitute($0)
			print $0 digits[NR % 5]
			print $0 1990 + NR % 37
			print $0 substr("!?.*#!", 1 + NR % 5, 1)
		}'
}

# The same, all at once: Capital, substitutions, year or digits, punctuation.
corpus_decorate_more() {
	LC_ALL=C awk '
		{
			s = $0
			if (NR % 2)
				gsub(/a/, "@", s)
			else
				gsub(/o/, "0", s)
			print toupper(substr(s, 1, 1)) substr(s, 2) (NR % 3 ? 1990 + NR % 37 : NR % 100) substr("!?.*#!", 1 + NR % 5, 1)
		}'
}

# COUNT random passwords of LENGTH characters from CHARACTERS. Generator: minimal standard (Park and Miller), the same in every awk.
corpus_random() { # COUNT LENGTH CHARACTERS
	LC_ALL=C awk -v count="$1" -v len="$2" '
		function random(n) { seed = (seed * 16807) % 2147483647; return int(seed / 2147483647 * n) }
		BEGIN { seed = 20240229 }
		{
			n = length($0)
			for (i = 0; i < count; i++) {
				s = ""
				for (j = 0; j < len; j++)
					s = s substr($0, 1 + random(n), 1)
				print s
			}
		}' <<<"$3"
}

# COUNT passphrases of WORDS random words, joined with SEPARATOR. The words: the EFF list or another, one a line, on standard input.
corpus_phrases() { # COUNT WORDS SEPARATOR
	LC_ALL=C awk -v count="$1" -v words="$2" -v separator="$3" '
		function random(n) { seed = (seed * 16807) % 2147483647; return int(seed / 2147483647 * n) }
		/^[0-9]*[ \t]*[a-z]+$/ { word[n++] = $NF }
		END {
			if (n < 1000) {
				print "corpus_phrases: only " n + 0 " words" > "/dev/stderr"
				exit 1
			}
			seed = 20240301
			for (i = 0; i < count; i++) {
				s = word[random(n)]
				for (j = 1; j < words; j++)
					s = s separator word[random(n)]
				print s
			}
		}'
}

# A list of words for passphrases that is not ours: the EFF's long list, else an American dictionary. Prints its path.
corpus_words() {
	local file
	for file in /usr/lib/python3/dist-packages/diceware/wordlists/wordlist_en_eff.txt /usr/share/dict/american-english \
		/usr/share/dict/american-english-small; do
		[ -r "$file" ] && echo "$file" && return 0
	done
	return 1
}

#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Password rules beside libpwquality, passwdqc and cracklib on the same candidates, through their C libraries: what each refuses and how long it takes.
# Packages: libpwquality-dev libpasswdqc-dev libcrack2-dev cracklib-runtime; the lists: john-data ncrack nmap-common
# libdata-password-zxcvbn-perl python3-zxcvbn python3-django; the words: diceware.
# BENCH_SAMPLE candidates of each list (default 1000; passwdqc needs milliseconds for each that it accepts). Exit 1 when an aim is missed.
. "$(dirname "$0")/lib_gate.sh"
. "$(dirname "$0")/lib_corpus.sh"
for header in pwquality passwdqc crack; do
	[ -e "/usr/include/$header.h" ] || { echo "skipped: no $header.h; install libpwquality-dev libpasswdqc-dev libcrack2-dev cracklib-runtime"; exit 0; }
done
"$CC" -std=c11 -O2 -D_GNU_SOURCE -Ipam_mutex -Iconf -Ibase -o "$scratch/peers" tests/peers_password.c "$BUILD/libmutex.a" -lnettle -lcrypt -lpwquality \
	-lpasswdqc -lcrack || exit 1

lists=()
while IFS=$'\t' read -r name package file; do
	corpus_is_built_in "$package" && continue
	corpus_entries "$file" >"$scratch/$name"
	corpus_decorate <"$scratch/$name" >"$scratch/$name-decorated"
	lists+=("$name=$scratch/$name" "$name, decorated=$scratch/$name-decorated")
done < <(corpus_lists)
letters=abcdefghijklmnopqrstuvwxyz
corpus_random 2000 12 "${letters}ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789" >"$scratch/random"
lists+=("random, 12 letters and digits=$scratch/random")
if words=$(corpus_words); then
	corpus_phrases 2000 4 ' ' <"$words" >"$scratch/phrases"
	corpus_phrases 2000 4 '' <"$words" >"$scratch/glued"
	lists+=("random, 4 words=$scratch/phrases" "random, 4 words glued=$scratch/glued")
fi
"$scratch/peers" "${BENCH_SAMPLE:-1000}" "${lists[@]}"

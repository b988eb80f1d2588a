/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether a guesser who knows the common passwords, names, words, dates and keyboard walks soon comes to a password. Pure. Clause PW-1.
 *
 * What the built-in list holds is easy (common_passwords.h). Of what it does not, the whole password is judged, never a substring (SP 800-63B-4,
 * 3.1.1.2): it is cut in the cheapest way into pieces, each a word of the list (whatever
 * its case, with substitutions such as @ for a, or backwards), a repetition, a walk over a keyboard or through the alphabet, a year or date, or single
 * characters as likely as they are in passwords. The sum of their costs is what is left to guess. A word with nothing behind it but digits and
 * signs, no more of them than it has letters, counts as the word itself. */
#ifndef MUTEX_GUESS_H
#define MUTEX_GUESS_H

#include <stdbool.h>
#include <stddef.h>

/* Easy is what 2^44 guesses find, or, for short ones, fewer than a random password of that length needs: 4.75 bits a character, which is what
 * one lower-case letter holds. Four random words need over 2^50. */
#define GUESS_EASY_BITS 44
#define GUESS_EASY_EIGHTHS_PER_CHARACTER 38

bool guess_is_easy(const char *password, size_t len);

/* Bits of guessing, rounded up; anything above limit_bits is limit_bits + 1. Pieces are looked for only as far as limit_bits reach: bounded time. */
unsigned guess_bits(const char *password, size_t len, unsigned limit_bits);

#endif

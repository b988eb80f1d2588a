/* SPDX-License-Identifier: BSD-2-Clause */
/* The built-in list of common passwords, the words that they are made of, and how likely characters follow each other in them. Pure, read-only data.
 *
 * The passwords, over a million, are a filter: it holds each of them, and of others one in 65,536. The words are an automaton: a walk starts at common_passwords_root() and takes one character (lower case, printable ASCII) a step.
 * Costs are in eighths of a bit: what a guesser spends who tries the likely first. */
#ifndef MUTEX_COMMON_PASSWORDS_H
#define MUTEX_COMMON_PASSWORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define COMMON_BIT 8 /* units of one bit */

/* Where a walk stands. */
struct common_passwords_step {
	uint32_t next; /* 0 = no word goes on here */
	unsigned cost; /* of the word that ends here; 0 = none does */
};

/* Shorter ones are not in the list of passwords; longer ones are not, either. */
#define COMMON_LISTED_MIN 5
#define COMMON_LISTED_MAX 40

/* Whether the list holds the password, whatever its case and substitutions, as it stands or without the digits and signs behind it, of which
 * there may be no more than of the rest. */
bool common_passwords_lists(const char *password, size_t len);

uint32_t common_passwords_root(void);

/* One character on from node. False when no word goes that way. */
bool common_passwords_next(uint32_t node, char c, struct common_passwords_step *ret_step);

/* Whether the word is among the words, as it stands (lower case). */
bool common_passwords_contains(const char *word, size_t len);

/* The symbol of a character in the model: letters in either case, digits, others; -1 = the edge of the password. */
unsigned common_passwords_symbol(int c);

/* Cost of the symbol behind two others. */
unsigned common_passwords_symbol_cost(unsigned before_last, unsigned last, unsigned symbol);

#endif

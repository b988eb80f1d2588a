/* SPDX-License-Identifier: BSD-2-Clause */
/* Looks passwords and words up in the tables that common_passwords.sh generates. Pure. */
#include "common_passwords.h"

#include "filter.h"
#include "fold.h"
#include "secret.h"

/* Behind all other constants: megabytes between them would be page faults of every login. */
#define COMMON_TABLE __attribute__((section(".rodata1")))
#include "common_passwords_table.h"

/* Bits of an edge: 0-6 character, 7 last edge of its node, 8-11 class of the word that ends on it, 12-31 first edge of the next node. */
#define EDGE_CHARACTER(edge) ((edge) & 0x7f)
#define EDGE_IS_LAST(edge) ((edge) & 0x80)
#define EDGE_CLASS(edge) ((edge) >> 8 & 0xf)
#define EDGE_TARGET(edge) ((edge) >> 12)

static bool filter_holds(const char *one, size_t len)
{
	uint32_t slots[FILTER_ARITY];
	uint16_t fingerprint = filter_place(&common_filter, filter_key(one, len), slots);

	for (size_t i = 0; i < FILTER_ARITY; i++)
		fingerprint ^= common_fingerprints[slots[i]];
	return fingerprint == 0;
}

static bool is_decoration(char c)
{
	return (unsigned char)c < 0x80 && !((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'));
}

bool common_passwords_lists(const char *password, size_t len)
{
	struct secret one SECRET_WIPED;

	if (len >= SECRET_SIZE)
		return false;
	fold_readings(password, len, one.bytes);
	for (size_t left = len; left >= COMMON_LISTED_MIN && len - left <= left; left--) {
		if (left <= COMMON_LISTED_MAX && filter_holds(one.bytes, left))
			return true;
		if (!is_decoration(password[left - 1]))
			return false;
	}
	return false;
}

uint32_t common_passwords_root(void)
{
	return COMMON_ROOT;
}

bool common_passwords_next(uint32_t node, char c, struct common_passwords_step *ret_step)
{
	for (const uint32_t *edge = &common_edges[node];; edge++) {
		if (EDGE_CHARACTER(*edge) == (unsigned char)c) {
			*ret_step = (struct common_passwords_step){.next = EDGE_TARGET(*edge), .cost = EDGE_CLASS(*edge) * COMMON_BIT};
			return true;
		}
		if (EDGE_IS_LAST(*edge) || EDGE_CHARACTER(*edge) > (unsigned char)c)
			return false;
	}
}

bool common_passwords_contains(const char *word, size_t len)
{
	struct common_passwords_step step = {.next = COMMON_ROOT};

	for (size_t i = 0; i < len; i++)
		if (step.next == 0 || !common_passwords_next(step.next, word[i], &step))
			return false;
	return step.cost > 0;
}

unsigned common_passwords_symbol(int c)
{
	if (c < 0)
		return COMMON_SYMBOL_EDGE;
	if (c >= 'a' && c <= 'z')
		return (unsigned)(c - 'a');
	if (c >= 'A' && c <= 'Z')
		return (unsigned)(c - 'A');
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0') + 26;
	return COMMON_SYMBOL_OTHER;
}

unsigned common_passwords_symbol_cost(unsigned before_last, unsigned last, unsigned symbol)
{
	return common_model[before_last][last][symbol];
}

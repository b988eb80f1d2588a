/* SPDX-License-Identifier: BSD-2-Clause */
/* Elements of sets and maps: single keys, intervals, ranges of several fields, the catch-all. */
#include <linux/netfilter/nf_tables.h>
#include <string.h>

#include "packet_walk.h"

/* Fields begin at multiples of four bytes. */
static size_t padded(size_t len)
{
	return (len + 3) & ~(size_t)3;
}

static enum tri in_ranges(const struct nf_set *set, const struct nf_element *e, const struct bits *registers, size_t at)
{
	enum tri in = TRI_YES;
	size_t offset = 0;

	if (set->fields[0] == 0)
		return bits_between(registers, at, e->key, e->key_end, set->key_len);
	for (size_t i = 0; set->fields[i] != 0 && offset + set->fields[i] <= set->key_len; i++) {
		in = tri_and(in, bits_between(registers, at + offset, e->key + offset, e->key_end + offset, set->fields[i]));
		offset += padded(set->fields[i]);
	}
	return in;
}

/* Of an interval set: its elements are the starts and, marked, the first keys behind each interval. */
static enum tri in_intervals(const struct nf_set *set, const struct bits *registers, size_t at, const struct nf_element **ret)
{
	const struct nf_element *best = NULL;
	const uint8_t *key = registers->value + at;

	if (!bits_known(registers, at, set->key_len))
		return set->count > 0 ? TRI_MAYBE : TRI_NO;
	for (const struct nf_element *e = set->elements; e != NULL; e = e->next) {
		int order;

		if (e->key == NULL || memcmp(e->key, key, set->key_len) > 0)
			continue;
		order = best != NULL ? memcmp(e->key, best->key, set->key_len) : 1;
		/* where one interval ends another may begin */
		if (order > 0 || (order == 0 && (best->flags & NFT_SET_ELEM_INTERVAL_END) != 0))
			best = e;
	}
	if (best == NULL || (best->flags & NFT_SET_ELEM_INTERVAL_END) != 0)
		return TRI_NO;
	*ret = best;
	return TRI_YES;
}

static enum tri in_keys(const struct nf_set *set, const struct bits *registers, size_t at, const struct nf_element **ret)
{
	enum tri result = TRI_NO;

	for (const struct nf_element *e = set->elements; e != NULL; e = e->next) {
		enum tri in = TRI_NO;

		if (e->key != NULL)
			in = e->key_end != NULL ? in_ranges(set, e, registers, at) : bits_equal(registers, at, e->key, set->key_len);
		if (in == TRI_YES) {
			*ret = e;
			return TRI_YES;
		}
		if (in == TRI_MAYBE)
			result = TRI_MAYBE;
	}
	return result;
}

static enum tri by_catch_all(const struct nf_set *set, enum tri found, const struct nf_element **ret)
{
	for (const struct nf_element *e = set->elements; found == TRI_NO && e != NULL; e = e->next) {
		if (e->key != NULL)
			continue;
		*ret = e;
		return TRI_YES;
	}
	return found;
}

enum tri set_lookup(const struct nf_set *set, const struct bits *registers, size_t at, const struct nf_element **ret_element)
{
	bool intervals = (set->flags & NFT_SET_INTERVAL) != 0 && (set->flags & NFT_SET_CONCAT) == 0;
	enum tri found;

	if (at > BITS_BYTES || set->key_len > BITS_BYTES - at)
		return TRI_MAYBE;
	found = intervals ? in_intervals(set, registers, at, ret_element) : in_keys(set, registers, at, ret_element);
	return by_catch_all(set, found, ret_element);
}

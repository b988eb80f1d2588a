/* SPDX-License-Identifier: BSD-2-Clause */
/* Every constant that rules compare a packet with, sorted into classes: within one class all packets fare alike. Pure. */
#ifndef GUARD_CONSTANTS_H
#define GUARD_CONSTANTS_H

#include "packet.h"
#include "ruleset.h"

enum axis_field { FIELD_SOURCE, FIELD_DESTINATION, FIELD_SOURCE_PORT, FIELD_DESTINATION_PORT, FIELD_AXIS_MAX, FIELD_PROTOCOL = FIELD_AXIS_MAX, FIELD_INTERFACE, FIELD_MAX };

#define AXIS_CUTS_MAX 2048
/* The values of a field, cut in classes. Values are bytes, the weightiest first; class i goes from cuts[i] to the last before cuts[i + 1]. */
struct axis {
	size_t width; /* bytes of a value */
	size_t count;
	bool overflow; /* there were more constants than AXIS_CUTS_MAX */
	uint8_t cuts[AXIS_CUTS_MAX][16];
};

#define INTERFACE_NAMES_MAX 64
struct constants {
	uint8_t family; /* NFPROTO_IPV4, NFPROTO_IPV6: whose addresses */
	struct axis axes[FIELD_AXIS_MAX];
	bool protocols[256];
	char interfaces[INTERFACE_NAMES_MAX][INTERFACE_NAME_BYTES]; /* names that rules ask for; of "wg*" one such name */
	size_t interface_count;
};

/* All constants of the ruleset's rules and of the sets they ask. */
void constants_collect(const struct nf_ruleset *ruleset, uint8_t family, struct constants *ret);

/* Class i of the axis: ret_first and ret_last are 16 bytes, of which width count. */
void axis_class(const struct axis *axis, size_t i, uint8_t ret_first[static 16], uint8_t ret_last[static 16]);

/* A new class begins at first, and one behind last. */
void axis_cut(struct axis *axis, const uint8_t *first, const uint8_t *last);
void constants_add_interface(struct constants *constants, const char *name, size_t len);

/* What matches and heads of iptables compare with (xt_constants.c). */
void xt_constants(const struct nf_expression *e, struct constants *constants);

#endif

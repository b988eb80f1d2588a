/* SPDX-License-Identifier: BSD-2-Clause */
/* One word of `allow` in [control firewall]: what may be open to new connections from outside. Pure.
 *
 *     tcp/22   udp/60000-61000   tcp/22 from 10.0.0.0/8   tcp/445 from 10.1.2.3 on wg0   any on virbr*   132
 *
 * PROTOCOL is tcp, udp, any or a number; ports only with tcp and udp (none = all). */
#ifndef MUTEX_OPENING_H
#define MUTEX_OPENING_H

#include "network.h"

#define OPENING_INTERFACE_BYTES 16
#define OPENING_ANY_PROTOCOL 256

struct opening {
	unsigned protocol; /* OPENING_ANY_PROTOCOL = all */
	uint16_t first_port, last_port;
	bool has_network;
	struct network_address network;
	unsigned prefix;
	char interface[OPENING_INTERFACE_BYTES]; /* "" = every one; a star at the end stands for the rest of the name */
};

/* 0; or -EINVAL with one English sentence without a full stop in problem (may be NULL). */
int opening_parse(const char *s, size_t len, struct opening *ret_opening, struct text *problem);

/* Does it cover all of that? Addresses from first to last. */
struct opening_extent {
	unsigned protocol;
	uint16_t first_port, last_port;
	struct network_address first, last;
	const char *interface;
};
bool opening_covers(const struct opening *opening, const struct opening_extent *extent);

#endif

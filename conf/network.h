/* SPDX-License-Identifier: BSD-2-Clause */
/* Addresses and networks: PAM_RHOST as something to count and to compare. Pure; no name is ever resolved (CVE-2024-10963). */
#ifndef MUTEX_NETWORK_H
#define MUTEX_NETWORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text;

/* IPv4 as ::ffff:a.b.c.d. A scope id behind % is dropped. */
struct network_address {
	uint8_t bytes[16];
};

/* 0, or -EINVAL when s is no numeric address (a name, "", "UNKNOWN"). */
int network_address_parse(const char *s, size_t len, struct network_address *ret_address);
bool network_address_is_loopback(const struct network_address *address);

/* 0; or -EINVAL with one English sentence (no full stop) in problem (may be NULL): "10.1.0.0/16", "2001:db8::/32", or one address. Bits behind
 * the prefix must be zero. The prefix counts bits of the 16 bytes: of 10.1.0.0/16 it is 112. */
int network_parse(const char *s, size_t len, struct network_address *ret_address, unsigned *ret_prefix, struct text *problem);
bool network_contains(const struct network_address *network, unsigned prefix, const struct network_address *address);

#endif

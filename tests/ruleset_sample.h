/* SPDX-License-Identifier: BSD-2-Clause */
/* A computer around a rule set, for tests and fuzzers of the packet filter's model: two interfaces and their addresses. */
#ifndef TESTS_RULESET_SAMPLE_H
#define TESTS_RULESET_SAMPLE_H

#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

#include "packet_walk.h"

#define SAMPLE_ARENA_BYTES (4 * 1024 * 1024)

static const struct interface sample_interfaces[] = {
	{.name = "lo", .index = 1, .type = 772},
	{.name = "eth0", .index = 2, .type = 1},
	{.name = "docker0", .index = 3, .type = 1},
};
static const struct local_address sample_addresses[] = {
	{.family = NFPROTO_IPV4, .prefix = 24, .bytes = {192, 0, 2, 1}, .index = 2},
	{.family = NFPROTO_IPV6, .prefix = 64, .bytes = {0x20, 0x01, 0x0d, 0xb8, [15] = 1}, .index = 2},
	{.family = NFPROTO_IPV4, .prefix = 16, .bytes = {172, 17, 0, 1}, .index = 3},
};
static const struct surroundings sample_surroundings = {
	.interfaces = sample_interfaces,
	.interface_count = 3,
	.addresses = sample_addresses,
	.address_count = 3,
	.forwards_ipv4 = true,
};

/* From 198.51.100.7 or 2001:db8:7::7, port 50000, by eth0 to this computer. */
static inline struct probe sample_probe(uint8_t family, uint8_t protocol, uint16_t port)
{
	struct probe probe = {.family = family, .protocol = protocol, .in = &sample_interfaces[1], .source_port = 50000, .destination_port = port};

	if (family == NFPROTO_IPV4) {
		probe.source[0] = 198, probe.source[1] = 51, probe.source[2] = 100, probe.source[3] = 7;
		probe.destination[0] = 192, probe.destination[2] = 2, probe.destination[3] = 1;
	} else {
		probe.source[0] = probe.destination[0] = 0x20, probe.source[1] = probe.destination[1] = 1;
		probe.source[2] = probe.destination[2] = 0x0d, probe.source[3] = probe.destination[3] = 0xb8;
		probe.source[5] = probe.source[15] = 7, probe.destination[15] = 1;
	}
	return probe;
}

#endif

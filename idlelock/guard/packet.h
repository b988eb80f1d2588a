/* SPDX-License-Identifier: BSD-2-Clause */
/* One probe: the first packet of a connection that somebody outside begins. Pure. */
#ifndef GUARD_PACKET_H
#define GUARD_PACKET_H

#include "bits.h"

#define INTERFACE_NAME_BYTES 16

struct interface {
	char name[INTERFACE_NAME_BYTES];
	uint32_t index, group;
	uint16_t type;  /* ARPHRD_ETHER ... */
	bool invented;  /* stands for one that is plugged in tomorrow */
};

struct local_address {
	uint8_t family; /* NFPROTO_IPV4, NFPROTO_IPV6 */
	uint8_t prefix;
	uint8_t bytes[16];
	uint32_t index; /* of its interface */
};

/* What the rules see of the computer but for the packet. */
struct surroundings {
	const struct interface *interfaces;
	size_t interface_count;
	const struct local_address *addresses;
	size_t address_count;
	bool forwards_ipv4, forwards_ipv6;
};

/* Addresses of IPv4 are the first 4 bytes. The destination is one of this computer's own addresses, whether listed or not. */
struct probe {
	uint8_t family, protocol;
	const struct interface *in;
	uint8_t source[16], destination[16];
	uint16_t source_port, destination_port;
};

enum tracking { TRACKING_NEW, TRACKING_NONE, TRACKING_PERHAPS };

/* The packet on its way: rules change it. */
struct packet {
	struct probe probe; /* as it came */
	struct bits network, transport; /* headers; what a sender may choose freely, such as the ttl, is unknown */
	size_t network_len, transport_len;
	struct bits mark, ct_mark;
	enum tracking tracking;
	enum tri translated;        /* a rule for DNAT took it */
	bool redirected;            /* to this computer itself */
	const struct interface *out; /* known once it is forwarded */
};

size_t packet_address_len(uint8_t family);
bool packet_has_ports(uint8_t protocol);
void packet_start(struct packet *packet, const struct probe *probe);

/* Where the addresses lie in the network header. */
size_t packet_source_at(const struct packet *packet);
size_t packet_destination_at(const struct packet *packet);

/* Does the destination belong to this computer now? MAYBE when a rule changed it to what nobody can tell. */
enum tri packet_is_local(const struct packet *packet, const struct surroundings *surroundings);
/* The interface behind which the destination lies; NULL when that is not known. */
const struct interface *packet_route(const struct packet *packet, const struct surroundings *surroundings);

#endif

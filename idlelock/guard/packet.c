/* SPDX-License-Identifier: BSD-2-Clause */
/* The headers of a probe, and where it goes. */
#include "packet.h"

#include <linux/in.h>
#include <linux/in6.h>
#include <linux/netfilter.h>
#include <string.h>

size_t packet_address_len(uint8_t family)
{
	return family == NFPROTO_IPV4 ? 4 : 16;
}

bool packet_has_ports(uint8_t protocol)
{
	return protocol == IPPROTO_TCP || protocol == IPPROTO_UDP || protocol == IPPROTO_DCCP || protocol == IPPROTO_SCTP ||
	       protocol == IPPROTO_UDPLITE;
}

size_t packet_source_at(const struct packet *packet)
{
	return packet->probe.family == NFPROTO_IPV4 ? 12 : 8;
}

size_t packet_destination_at(const struct packet *packet)
{
	return packet->probe.family == NFPROTO_IPV4 ? 16 : 24;
}

static void start_network(struct packet *packet, const struct probe *probe)
{
	size_t len = packet_address_len(probe->family);
	/* no fragment; type of service, length, identity and hops are the sender's choice */
	static const uint8_t whole[2] = {0, 0}, version4 = 0x45;

	packet->network_len = probe->family == NFPROTO_IPV4 ? 20 : 40;
	bits_set(&packet->network, packet_source_at(packet), probe->source, len);
	bits_set(&packet->network, packet_destination_at(packet), probe->destination, len);
	if (probe->family == NFPROTO_IPV4) {
		bits_set(&packet->network, 0, &version4, 1);
		bits_set(&packet->network, 6, whole, sizeof whole);
		bits_set(&packet->network, 9, &probe->protocol, 1);
		return;
	}
	packet->network.value[0] = 0x60;
	packet->network.known[0] = 0xf0;
	bits_set(&packet->network, 6, &probe->protocol, 1);
}

static void start_transport(struct packet *packet, const struct probe *probe)
{
	const uint8_t ports[4] = {(uint8_t)(probe->source_port >> 8), (uint8_t)probe->source_port, (uint8_t)(probe->destination_port >> 8),
				  (uint8_t)probe->destination_port};
	static const uint8_t syn[4] = {0, 0, 0, 0x02}, echo4[2] = {8, 0}, echo6[2] = {128, 0};

	packet->transport_len = probe->protocol == IPPROTO_TCP ? 20 : 8;
	if (packet_has_ports(probe->protocol))
		bits_set(&packet->transport, 0, ports, sizeof ports);
	if (probe->protocol == IPPROTO_TCP) {
		bits_set(&packet->transport, 8, syn, sizeof syn);
		bits_set(&packet->transport, 13, &syn[3], 1);
		bits_forget(&packet->transport, 12, 1);
	} else if (probe->protocol == IPPROTO_ICMP) {
		bits_set(&packet->transport, 0, echo4, sizeof echo4);
	} else if (probe->protocol == IPPROTO_ICMPV6) {
		bits_set(&packet->transport, 0, echo6, sizeof echo6);
	}
}

void packet_start(struct packet *packet, const struct probe *probe)
{
	memset(packet, 0, sizeof *packet);
	packet->probe = *probe;
	start_network(packet, probe);
	start_transport(packet, probe);
	bits_set_number(&packet->mark, 0, 0);
	bits_set_number(&packet->ct_mark, 0, 0);
}

/* Do the first bits of two addresses agree? */
static bool in_prefix(const uint8_t *a, const uint8_t *b, unsigned prefix)
{
	unsigned whole = prefix / 8, rest = prefix % 8;

	return memcmp(a, b, whole) == 0 && (rest == 0 || ((a[whole] ^ b[whole]) >> (8 - rest)) == 0);
}

enum tri packet_is_local(const struct packet *packet, const struct surroundings *surroundings)
{
	size_t at = packet_destination_at(packet), len = packet_address_len(packet->probe.family);
	const uint8_t *now = packet->network.value + at;

	if (packet->redirected)
		return TRI_YES;
	if (!bits_known(&packet->network, at, len))
		return TRI_MAYBE;
	if (memcmp(now, packet->probe.destination, len) == 0 || (len == 4 && now[0] == 127))
		return TRI_YES;
	for (size_t i = 0; i < surroundings->address_count; i++) {
		const struct local_address *own = &surroundings->addresses[i];

		if (own->family == packet->probe.family && memcmp(own->bytes, now, len) == 0)
			return TRI_YES;
	}
	return TRI_NO;
}

const struct interface *packet_route(const struct packet *packet, const struct surroundings *surroundings)
{
	size_t at = packet_destination_at(packet), len = packet_address_len(packet->probe.family);
	const struct local_address *best = NULL;

	if (!bits_known(&packet->network, at, len))
		return NULL;
	for (size_t i = 0; i < surroundings->address_count; i++) {
		const struct local_address *own = &surroundings->addresses[i];

		if (own->family == packet->probe.family && own->prefix <= 8 * len && in_prefix(own->bytes, packet->network.value + at, own->prefix) &&
		    (best == NULL || own->prefix > best->prefix))
			best = own;
	}
	for (size_t i = 0; best != NULL && i < surroundings->interface_count; i++)
		if (surroundings->interfaces[i].index == best->index)
			return &surroundings->interfaces[i];
	return NULL;
}

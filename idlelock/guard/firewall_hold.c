/* SPDX-License-Identifier: BSD-2-Clause */
/* The words of `allow` as rules of nft. */
#include "firewall_hold.h"

#include <arpa/inet.h>
#include <string.h>

#include "opening.h"

#define V4_PREFIX 96 /* bits of ::ffff:0:0 */
enum { PROTOCOL_TCP = 6, PROTOCOL_UDP = 17 };

static bool is_v4(const struct network_address *address)
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};

	return memcmp(address->bytes, mapped, sizeof mapped) == 0;
}

static void add_network(const struct opening *o, struct text *t)
{
	char address[INET6_ADDRSTRLEN];
	bool v4 = is_v4(&o->network) && o->prefix >= V4_PREFIX;

	if (inet_ntop(v4 ? AF_INET : AF_INET6, o->network.bytes + (v4 ? 12 : 0), address, sizeof address) != NULL)
		text_add_format(t, "%s saddr %s/%u ", v4 ? "ip" : "ip6", address, o->prefix - (v4 ? V4_PREFIX : 0));
}

static void add_rule(const struct opening *o, struct text *t)
{
	if (o->interface[0] != '\0')
		text_add_format(t, "iifname \"%s\" ", o->interface);
	if (o->has_network)
		add_network(o, t);
	if (o->protocol == PROTOCOL_TCP || o->protocol == PROTOCOL_UDP)
		text_add_format(t, "%s dport %u-%u ", o->protocol == PROTOCOL_TCP ? "tcp" : "udp", o->first_port, o->last_port);
	else if (o->protocol != OPENING_ANY_PROTOCOL)
		text_add_format(t, "meta l4proto %u ", o->protocol);
	text_add(t, "accept; ");
}

void firewall_hold_add(const struct word_list *allow, struct text *t)
{
	text_add(t, FIREWALL_HOLD_REMOVE "; table inet " FIREWALL_HOLD_TABLE " { chain input { type filter hook input priority -5; policy drop; "
					 "ct state established,related accept; iif lo accept; meta pkttype { broadcast, multicast } accept; "
					 "meta l4proto { icmp, ipv6-icmp } accept; udp dport { 68, 546 } accept; ");
	for (size_t i = 0; i < allow->count; i++) {
		struct opening opening;

		/* what is no opening was told when the policy was checked, and allows nothing */
		if (opening_parse(allow->words[i], strlen(allow->words[i]), &opening, NULL) == 0)
			add_rule(&opening, t);
	}
	text_add(t, "}; }");
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Control "firewall" (FW-1): which new connections from outside get in, by what the kernel's rules do, not by what they are called.
 *
 * Probes are sent on paper (packet_walk.h) from every interface and from one that does not exist yet, IPv4 and IPv6, tcp, udp, icmp and
 * others, from and to one value of each class that the rules' constants make (constants.h). What gets in and is not in `allow` of
 * [control firewall] is an opening. Allowed without being named: icmp, which networks need, and what answers a DHCP client (udp/68, udp/546).
 * Not looked at: packets to multicast and broadcast addresses, and packets through this computer but for those that a rule sends on. */
#ifndef GUARD_FIREWALL_H
#define GUARD_FIREWALL_H

#include "control.h"
#include "firewall_floor.h"
#include "firewall_product.h"
#include "packet.h"
#include "ruleset.h"

struct firewall_facts {
	const char *unreadable; /* why the rules could not be read; NULL = they could */
	bool held;              /* mutex_hold (firewall_hold.h) is in force; the rules below are without it */
	struct firewall_floor floor; /* mutex_floor, and they are without that, too */
	struct firewall_product products[FIREWALL_PRODUCT_MAX];
	struct nf_ruleset ruleset;
	struct surroundings surroundings;
};

/* What is open, or may be; one for each protocol and range of ports. */
struct firewall_opening {
	uint8_t protocol;
	bool open;      /* else nobody can tell */
	bool forwarded; /* it leads on to a container or another computer */
	bool ipv4, ipv6;
	uint16_t first_port, last_port;
	uint8_t source_family;
	bool from_anywhere; /* the widest class of senders is among them; else source_first to source_last, and perhaps others */
	uint8_t source_first[16], source_last[16];
	uint64_t interfaces; /* bits: firewall_survey.interfaces */
	const char *puzzle;  /* of one that nobody can tell */
};

#define FIREWALL_OPENINGS_MAX 32
#define FIREWALL_INTERFACES_MAX 64
struct firewall_survey {
	struct firewall_opening openings[FIREWALL_OPENINGS_MAX];
	size_t count, more;
	struct interface interfaces[FIREWALL_INTERFACES_MAX];
	size_t interface_count;
	size_t probes, allowed; /* sent; got in and may */
	bool sampled;           /* there are more classes than were tried */
	bool unfinished;        /* the rules are too many to go through */
};

/* All that gets in and is not allowed. 0, or -ENOMEM. */
int firewall_survey(const struct firewall_facts *facts, const struct word_list *allow, struct arena *arena, struct firewall_survey *ret);

/* Shell: firewall_gather.c. */
int firewall_probe(const struct control_scene *scene, struct arena *arena, const void **ret_facts);
struct control_verdict firewall_judge(const void *facts, const struct settings *settings, struct arena *arena);
void firewall_watch(const struct settings *settings, struct arena *arena, struct control_watches *watches);
void firewall_repair(const void *facts, const struct settings *settings, struct arena *arena, struct control_repair *repair);

/* "tcp/22", "udp/1-1023", "tcp", "IP protocol 132" */
void firewall_add_what(const struct firewall_opening *opening, struct text *t);
/* "0.0.0.0/0, ::/0", "10.0.0.0-10.255.255.255" */
void firewall_add_from(const struct firewall_opening *opening, struct text *t);
/* "eth0, wlan0" */
void firewall_add_interfaces(const struct firewall_survey *survey, const struct firewall_opening *opening, struct text *t);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* Sends a probe of each class and notes what gets in without being allowed. */
#include <errno.h>
#include <linux/if_arp.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/netfilter.h>
#include <string.h>

#include "constants.h"
#include "firewall.h"
#include "opening.h"
#include "packet_walk.h"

#define PROBES_MAX 150000              /* for each family */
#define STEPS_MAX UINT64_C(60000000)   /* rules and elements looked at, for each family: a few seconds */
#define INVENTED_INDEX 0x7fffff00U
enum { PORT_DHCP = 68, PORT_DHCP6 = 546, PROTOCOL_EXPERIMENT = 253 };

struct search {
	const struct firewall_facts *facts;
	struct walk_plan plan;
	struct constants *constants;
	size_t widest;      /* class of source addresses */
	size_t stride[FIELD_AXIS_MAX]; /* 1 = every class is tried */
	struct opening *allowed;
	size_t allowed_count;
	uint64_t steps;
	struct firewall_survey *survey;
};

/* --- interfaces --- */

static void add_interface(struct firewall_survey *survey, const struct interface *interface)
{
	for (size_t i = 0; i < survey->interface_count; i++)
		if (strcmp(survey->interfaces[i].name, interface->name) == 0)
			return;
	if (interface->type != ARPHRD_LOOPBACK && strcmp(interface->name, "lo") != 0 && survey->interface_count < FIREWALL_INTERFACES_MAX)
		survey->interfaces[survey->interface_count++] = *interface;
}

/* One that is plugged in tomorrow, or that the rules speak of though it is not there now. */
static void invent_interface(struct firewall_survey *survey, const char *name)
{
	struct interface interface = {.index = INVENTED_INDEX + (uint32_t)survey->interface_count, .type = ARPHRD_ETHER, .invented = true};

	memcpy(interface.name, name, strnlen(name, sizeof interface.name - 1));
	add_interface(survey, &interface);
}

static void choose_interfaces(struct search *s)
{
	const struct surroundings *around = &s->facts->surroundings;

	for (size_t i = 0; i < around->interface_count; i++)
		add_interface(s->survey, &around->interfaces[i]);
	invent_interface(s->survey, "any-other");
	for (size_t i = 0; i < s->constants->interface_count; i++)
		invent_interface(s->survey, s->constants->interfaces[i]);
}

/* --- classes --- */

static uint64_t weight(const uint8_t *value)
{
	uint64_t n = 0;

	for (size_t i = 0; i < sizeof n; i++)
		n = n << 8 | value[i];
	return n;
}

/* Nobody outside has such an address, and no connection goes there. */
static bool is_strange(uint8_t family, const uint8_t *first)
{
	if (family == NFPROTO_IPV4)
		return first[0] == 0 || first[0] == 127 || first[0] >= 224;
	return first[0] == 0 || first[0] == 0xff;
}

static size_t find_widest(const struct constants *constants)
{
	const struct axis *axis = &constants->axes[FIELD_SOURCE];
	uint8_t first[16], last[16];
	uint64_t best_width = 0;
	size_t best = 0;

	for (size_t i = 0; i < axis->count; i++) {
		axis_class(axis, i, first, last);
		if (is_strange(constants->family, first) || weight(last) - weight(first) < best_width)
			continue;
		best_width = weight(last) - weight(first);
		best = i;
	}
	return best;
}

/* Where one value of each class would be too many, the longest axes are tried here and there only. */
static void bound_probes(struct search *s)
{
	for (;;) {
		size_t product = 6 * s->survey->interface_count;
		enum axis_field longest = 0;

		for (enum axis_field f = 0; f < FIELD_AXIS_MAX; f++) {
			size_t count = s->constants->axes[f].count / s->stride[f] + 1;

			product *= count;
			if (count > s->constants->axes[longest].count / s->stride[longest] + 1)
				longest = f;
		}
		if (product <= PROBES_MAX)
			return;
		s->stride[longest]++;
		s->survey->sampled = true;
	}
}

/* --- what is allowed --- */

static int read_allowed(struct search *s, const struct word_list *allow, struct arena *arena)
{
	s->allowed = ARENA_NEW(arena, struct opening, allow->count + 1);
	if (s->allowed == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < allow->count; i++)
		/* what is no opening was told when the policy was checked, and allows nothing */
		if (opening_parse(allow->words[i], strlen(allow->words[i]), &s->allowed[s->allowed_count], NULL) == 0)
			s->allowed_count++;
	return 0;
}

static struct network_address as_network_address(uint8_t family, const uint8_t *bytes)
{
	struct network_address address = {.bytes = {[10] = 0xff, [11] = 0xff}};

	if (family == NFPROTO_IPV4)
		memcpy(address.bytes + 12, bytes, 4);
	else
		memcpy(address.bytes, bytes, sizeof address.bytes);
	return address;
}

/* What is allowed makes classes too: within one, all is allowed or nothing. */
static void cut_allowed(struct search *s)
{
	struct constants *constants = s->constants;
	size_t at = constants->family == NFPROTO_IPV4 ? 12 : 0;

	for (size_t i = 0; i < s->allowed_count; i++) {
		const struct opening *o = &s->allowed[i];
		const uint8_t first[2] = {(uint8_t)(o->first_port >> 8), (uint8_t)o->first_port}, last[2] = {(uint8_t)(o->last_port >> 8), (uint8_t)o->last_port};
		struct network_address end = o->network;

		axis_cut(&constants->axes[FIELD_DESTINATION_PORT], first, last);
		if (o->protocol != OPENING_ANY_PROTOCOL)
			constants->protocols[o->protocol] = true;
		if (!o->has_network || (constants->family == NFPROTO_IPV4 && o->prefix < 96))
			continue;
		for (unsigned bit = o->prefix; bit < 128; bit++)
			end.bytes[bit / 8] |= (uint8_t)(0x80 >> bit % 8);
		axis_cut(&constants->axes[FIELD_SOURCE], o->network.bytes + at, end.bytes + at);
	}
}

static bool is_allowed(const struct search *s, const struct firewall_opening *o, const char *interface)
{
	struct opening_extent extent = {
		.protocol = o->protocol,
		.first_port = o->first_port,
		.last_port = o->last_port,
		.first = as_network_address(o->source_family, o->source_first),
		.last = as_network_address(o->source_family, o->source_last),
		.interface = interface,
	};

	if (o->protocol == IPPROTO_ICMP || o->protocol == IPPROTO_ICMPV6)
		return true;
	if (o->protocol == IPPROTO_UDP && o->first_port == o->last_port && (o->first_port == PORT_DHCP || o->first_port == PORT_DHCP6))
		return true;
	for (size_t i = 0; i < s->allowed_count; i++)
		if (opening_covers(&s->allowed[i], &extent))
			return true;
	return false;
}

/* --- openings --- */

static bool is_same(const struct firewall_opening *a, const struct firewall_opening *b)
{
	return a->protocol == b->protocol && a->open == b->open && a->forwarded == b->forwarded && a->first_port == b->first_port &&
	       a->last_port == b->last_port;
}

static void note_opening(struct firewall_survey *survey, const struct firewall_opening *o)
{
	for (size_t i = 0; i < survey->count; i++) {
		struct firewall_opening *known = &survey->openings[i];

		if (!is_same(known, o))
			continue;
		known->ipv4 |= o->ipv4;
		known->ipv6 |= o->ipv6;
		known->interfaces |= o->interfaces;
		known->from_anywhere |= o->from_anywhere;
		return;
	}
	if (survey->count == FIREWALL_OPENINGS_MAX)
		survey->more++;
	else
		survey->openings[survey->count++] = *o;
}

static bool continues(const struct firewall_opening *run, const struct firewall_opening *o)
{
	return run->protocol != 0 && run->open == o->open && run->forwarded == o->forwarded && run->last_port + 1 == o->first_port;
}

/* Neighbouring classes of ports are one opening. */
static void extend_run(struct search *s, struct firewall_opening *run, const struct firewall_opening *o)
{
	if (continues(run, o)) {
		run->last_port = o->last_port;
		return;
	}
	if (run->protocol != 0)
		note_opening(s->survey, run);
	*run = *o;
}

static void send_probe(struct search *s, const struct probe *probe, struct firewall_opening *o, struct firewall_opening *run)
{
	struct walk_result result = walk_packet(&s->plan, probe);

	s->survey->probes++;
	s->steps += result.steps;
	if (result.end == WALK_CLOSED)
		return;
	o->open = result.end == WALK_OPEN;
	o->forwarded = result.forwarded;
	o->puzzle = result.puzzle;
	if (is_allowed(s, o, probe->in->name))
		s->survey->allowed++;
	else
		extend_run(s, run, o);
}

static uint16_t port_of(const uint8_t *bytes)
{
	return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

/* All ports of the destination; the rest of the probe stands. */
static void send_ports(struct search *s, struct probe *probe, struct firewall_opening *o)
{
	const struct axis *axis = &s->constants->axes[FIELD_DESTINATION_PORT];
	struct firewall_opening run = {0};
	uint8_t first[16], last[16];

	if (!packet_has_ports(probe->protocol)) {
		o->last_port = UINT16_MAX;
		send_probe(s, probe, o, &run);
	}
	for (size_t i = 0; packet_has_ports(probe->protocol) && i < axis->count; i += s->stride[FIELD_DESTINATION_PORT]) {
		axis_class(axis, i, first, last);
		probe->destination_port = o->first_port = port_of(first);
		o->last_port = port_of(last);
		send_probe(s, probe, o, &run);
	}
	if (run.protocol != 0)
		note_opening(s->survey, &run);
}

static void send_destinations(struct search *s, struct probe *probe, struct firewall_opening *o)
{
	const struct axis *destinations = &s->constants->axes[FIELD_DESTINATION], *ports = &s->constants->axes[FIELD_SOURCE_PORT];
	uint8_t last[16], port[16];

	for (size_t i = 0; i < destinations->count; i += s->stride[FIELD_DESTINATION]) {
		axis_class(destinations, i, probe->destination, last);
		if (is_strange(probe->family, probe->destination))
			continue;
		for (size_t k = 0; k < (packet_has_ports(probe->protocol) ? ports->count : 1) && s->steps < STEPS_MAX; k += s->stride[FIELD_SOURCE_PORT]) {
			axis_class(ports, k, port, last);
			probe->source_port = port_of(port);
			send_ports(s, probe, o);
		}
	}
}

static void send_sources(struct search *s, uint8_t protocol, size_t interface)
{
	const struct axis *axis = &s->constants->axes[FIELD_SOURCE];

	for (size_t i = 0; i < axis->count; i += s->stride[FIELD_SOURCE]) {
		struct probe probe = {.family = s->constants->family, .protocol = protocol, .in = &s->survey->interfaces[interface]};
		struct firewall_opening o = {
			.protocol = protocol,
			.source_family = probe.family,
			.ipv4 = probe.family == NFPROTO_IPV4,
			.ipv6 = probe.family == NFPROTO_IPV6,
			.from_anywhere = i == s->widest,
			.interfaces = UINT64_C(1) << interface,
		};

		axis_class(axis, i, o.source_first, o.source_last);
		memcpy(probe.source, o.source_first, sizeof probe.source);
		if (!is_strange(probe.family, probe.source))
			send_destinations(s, &probe, &o);
	}
}

static void send_family(struct search *s)
{
	bool *protocols = s->constants->protocols;

	protocols[IPPROTO_TCP] = protocols[IPPROTO_UDP] = protocols[PROTOCOL_EXPERIMENT] = true;
	protocols[s->constants->family == NFPROTO_IPV4 ? IPPROTO_ICMP : IPPROTO_ICMPV6] = true;
	/* in a rule it stands for every protocol */
	protocols[IPPROTO_IP] = false;
	for (unsigned protocol = 0; protocol < 256; protocol++)
		for (size_t i = 0; protocols[protocol] && i < s->survey->interface_count; i++)
			send_sources(s, (uint8_t)protocol, i);
	s->survey->unfinished |= s->steps >= STEPS_MAX;
}

int firewall_survey(const struct firewall_facts *facts, const struct word_list *allow, struct arena *arena, struct firewall_survey *ret)
{
	static const uint8_t families[] = {NFPROTO_IPV4, NFPROTO_IPV6};
	struct search s = {.facts = facts, .survey = ret};
	int error;

	memset(ret, 0, sizeof *ret);
	s.constants = ARENA_NEW(arena, struct constants, 1);
	error = s.constants != NULL ? walk_plan_init(&s.plan, &facts->ruleset, &facts->surroundings, arena) : -ENOMEM;
	if (error == 0)
		error = read_allowed(&s, allow, arena);
	for (size_t i = 0; error == 0 && i < sizeof families; i++) {
		constants_collect(&facts->ruleset, families[i], s.constants);
		cut_allowed(&s);
		choose_interfaces(&s);
		s.widest = find_widest(s.constants);
		s.steps = 0;
		for (enum axis_field f = 0; f < FIELD_AXIS_MAX; f++) {
			s.stride[f] = 1;
			ret->sampled |= s.constants->axes[f].overflow;
		}
		bound_probes(&s);
		send_family(&s);
	}
	return error;
}

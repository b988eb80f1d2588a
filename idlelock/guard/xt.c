/* SPDX-License-Identifier: BSD-2-Clause */
/* Matches and targets of iptables, by name: what they say of a new packet. Those of iptables-nft and of iptables-legacy are the same structs. */
#include <linux/if_packet.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nf_nat.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/x_tables.h>
#include <linux/netfilter/xt_CT.h>
#include <linux/netfilter/xt_addrtype.h>
#include <linux/netfilter/xt_connmark.h>
#include <linux/netfilter/xt_conntrack.h>
#include <linux/netfilter/xt_hashlimit.h>
#include <linux/netfilter/xt_iprange.h>
#include <linux/netfilter/xt_mark.h>
#include <linux/netfilter/xt_multiport.h>
#include <linux/netfilter/xt_pkttype.h>
#include <linux/netfilter/xt_recent.h>
#include <linux/netfilter/xt_rpfilter.h>
#include <linux/netfilter/xt_state.h>
#include <linux/netfilter/xt_tcpudp.h>
#include <linux/netfilter_ipv4/ip_tables.h>
#include <linux/netfilter_ipv6/ip6_tables.h>
#include <string.h>

#include "packet_walk.h"

enum { PORT_SOURCE_AT = 0, PORT_DESTINATION_AT = 2 };

static bool is_invert(unsigned flags, unsigned flag)
{
	return (flags & flag) != 0;
}

static enum tri inverted(enum tri a, bool invert)
{
	return invert ? tri_not(a) : a;
}

/* The struct, as far as the rule has it; the rest is zero. */
#define INFO_INTO(to, e) memcpy(&(to), (e)->info, (e)->info_len < sizeof(to) ? (e)->info_len : sizeof(to))

/* --- ports --- */

/* first and last in this computer's order */
static enum tri port_between(const struct walk *walk, size_t at, uint16_t first, uint16_t last)
{
	uint8_t a[2] = {(uint8_t)(first >> 8), (uint8_t)first}, b[2] = {(uint8_t)(last >> 8), (uint8_t)last};

	return bits_between(&walk->packet.transport, at, a, b, 2);
}

static enum tri match_tcp(struct walk *walk, const struct nf_expression *e)
{
	struct xt_tcp info = {0};
	enum tri ports, flags;

	INFO_INTO(info, e);
	if (walk->packet.probe.protocol != IPPROTO_TCP)
		return TRI_NO;
	ports = tri_and(inverted(port_between(walk, PORT_SOURCE_AT, info.spts[0], info.spts[1]), is_invert(info.invflags, XT_TCP_INV_SRCPT)),
			inverted(port_between(walk, PORT_DESTINATION_AT, info.dpts[0], info.dpts[1]), is_invert(info.invflags, XT_TCP_INV_DSTPT)));
	flags = inverted(tri_of((walk->packet.transport.value[13] & info.flg_mask) == info.flg_cmp), is_invert(info.invflags, XT_TCP_INV_FLAGS));
	return tri_and(tri_and(ports, flags), info.option != 0 ? TRI_MAYBE : TRI_YES);
}

static enum tri match_udp(struct walk *walk, const struct nf_expression *e)
{
	struct xt_udp info = {0};

	INFO_INTO(info, e);
	if (walk->packet.probe.protocol != IPPROTO_UDP && walk->packet.probe.protocol != IPPROTO_UDPLITE)
		return TRI_NO;
	return tri_and(inverted(port_between(walk, PORT_SOURCE_AT, info.spts[0], info.spts[1]), is_invert(info.invflags, XT_UDP_INV_SRCPT)),
		       inverted(port_between(walk, PORT_DESTINATION_AT, info.dpts[0], info.dpts[1]), is_invert(info.invflags, XT_UDP_INV_DSTPT)));
}

static enum tri either(enum tri a, enum tri b)
{
	return tri_not(tri_and(tri_not(a), tri_not(b)));
}

static enum tri match_multiport(struct walk *walk, const struct nf_expression *e)
{
	struct xt_multiport_v1 info = {0};
	enum tri found = TRI_NO;

	INFO_INTO(info, e);
	if (!packet_has_ports(walk->packet.probe.protocol))
		return TRI_NO;
	for (unsigned i = 0; i < info.count && i < XT_MULTI_PORTS; i++) {
		uint16_t first = info.ports[i], last = first;

		if (info.pflags[i] != 0 && i + 1 < XT_MULTI_PORTS)
			last = info.ports[++i];
		if (info.flags != XT_MULTIPORT_DESTINATION)
			found = either(found, port_between(walk, PORT_SOURCE_AT, first, last));
		if (info.flags != XT_MULTIPORT_SOURCE)
			found = either(found, port_between(walk, PORT_DESTINATION_AT, first, last));
	}
	return inverted(found, info.invert != 0);
}

/* --- addresses --- */

static enum tri match_iprange(struct walk *walk, const struct nf_expression *e)
{
	const struct packet *packet = &walk->packet;
	size_t len = packet_address_len(packet->probe.family);
	struct xt_iprange_mtinfo info = {0};
	enum tri result = TRI_YES, in;

	INFO_INTO(info, e);
	if ((info.flags & IPRANGE_SRC) != 0) {
		in = bits_between(&packet->network, packet_source_at(packet), (const uint8_t *)&info.src_min, (const uint8_t *)&info.src_max, len);
		result = tri_and(result, inverted(in, is_invert(info.flags, IPRANGE_SRC_INV)));
	}
	if ((info.flags & IPRANGE_DST) != 0) {
		in = bits_between(&packet->network, packet_destination_at(packet), (const uint8_t *)&info.dst_min, (const uint8_t *)&info.dst_max, len);
		result = tri_and(result, inverted(in, is_invert(info.flags, IPRANGE_DST_INV)));
	}
	return result;
}

static enum tri address_types(const struct walk *walk, unsigned source, unsigned destination, bool invert_source, bool invert_destination)
{
	enum tri result = TRI_YES, local = packet_is_local(&walk->packet, walk->plan->surroundings);

	if (source != 0)
		result = inverted(tri_of((source & XT_ADDRTYPE_UNICAST) != 0), invert_source);
	if (destination == 0)
		return result;
	if (local == TRI_MAYBE)
		return tri_and(result, TRI_MAYBE);
	return tri_and(result, inverted(tri_of((destination & (local == TRI_YES ? XT_ADDRTYPE_LOCAL : XT_ADDRTYPE_UNICAST)) != 0), invert_destination));
}

static enum tri match_addrtype(struct walk *walk, const struct nf_expression *e)
{
	struct xt_addrtype_info old = {0};
	struct xt_addrtype_info_v1 info = {0};

	if (e->revision == 0) {
		INFO_INTO(old, e);
		return address_types(walk, old.source, old.dest, old.invert_source != 0, old.invert_dest != 0);
	}
	INFO_INTO(info, e);
	return address_types(walk, info.source, info.dest, is_invert(info.flags, XT_ADDRTYPE_INVERT_SOURCE),
			     is_invert(info.flags, XT_ADDRTYPE_INVERT_DEST));
}

/* --- connections and marks --- */

static enum tri match_conntrack(struct walk *walk, const struct nf_expression *e)
{
	struct xt_conntrack_mtinfo3 info = {0};
	uint32_t state = walk_state(walk);
	enum tri result = TRI_YES, holds;

	INFO_INTO(info, e);
	if (e->revision < 2) /* a narrower mask at the same place */
		info.state_mask = e->info[offsetof(struct xt_conntrack_mtinfo1, state_mask)];
	if (state == 0)
		return TRI_MAYBE;
	if ((info.match_flags & XT_CONNTRACK_STATE) != 0) {
		holds = tri_of((info.state_mask & state) != 0);
		if ((info.state_mask & XT_CONNTRACK_STATE_DNAT) != 0 && holds == TRI_NO)
			holds = walk->packet.translated;
		result = inverted(holds, is_invert(info.invert_flags, XT_CONNTRACK_STATE));
	}
	if ((info.match_flags & ~(unsigned)(XT_CONNTRACK_STATE | XT_CONNTRACK_STATE_ALIAS)) != 0)
		result = tri_and(result, state == NF_CT_STATE_BIT(IP_CT_NEW) ? TRI_MAYBE : TRI_NO);
	return result;
}

static enum tri match_state(struct walk *walk, const struct nf_expression *e)
{
	struct xt_state_info info = {0};
	uint32_t state = walk_state(walk);

	INFO_INTO(info, e);
	return state == 0 ? TRI_MAYBE : tri_of((info.statemask & state) != 0);
}

static enum tri mark_is(const struct bits *mark, uint32_t value, uint32_t mask, bool invert)
{
	struct bits masked = {0};

	for (size_t i = 0; i < sizeof mask; i++) {
		uint8_t byte = (uint8_t)(((const uint8_t *)&mask)[i]);

		masked.known[i] = mark->known[i] | (uint8_t)~byte;
		masked.value[i] = mark->value[i] & byte;
	}
	return inverted(bits_equal(&masked, 0, (const uint8_t *)&value, sizeof value), invert);
}

static enum tri match_mark(struct walk *walk, const struct nf_expression *e)
{
	struct xt_mark_mtinfo1 info = {0};

	INFO_INTO(info, e);
	return mark_is(&walk->packet.mark, info.mark, info.mask, info.invert != 0);
}

static enum tri match_connmark(struct walk *walk, const struct nf_expression *e)
{
	struct xt_connmark_mtinfo1 info = {0};

	INFO_INTO(info, e);
	return mark_is(&walk->packet.ct_mark, info.mark, info.mask, info.invert != 0);
}

/* --- the rest --- */

static enum tri match_always(struct walk *walk, const struct nf_expression *e)
{
	(void)walk;
	(void)e;
	return TRI_YES;
}

/* Headers that no probe has. */
static enum tri match_never(struct walk *walk, const struct nf_expression *e)
{
	(void)walk;
	(void)e;
	return TRI_NO;
}

static enum tri match_icmp(struct walk *walk, const struct nf_expression *e)
{
	struct ipt_icmp info = {0}; /* struct ip6t_icmp is the same */
	uint8_t protocol = walk->packet.probe.family == NFPROTO_IPV4 ? IPPROTO_ICMP : IPPROTO_ICMPV6, type = walk->packet.transport.value[0];
	bool in;

	INFO_INTO(info, e);
	if (walk->packet.probe.protocol != protocol)
		return TRI_NO;
	/* 255 is every type, for IPv4 only */
	in = (info.type == 0xff && protocol == IPPROTO_ICMP) || (info.type == type && info.code[0] == 0);
	return inverted(tri_of(in), is_invert(info.invflags, IPT_ICMP_INV));
}

static enum tri match_pkttype(struct walk *walk, const struct nf_expression *e)
{
	struct xt_pkttype_info info = {0};

	(void)walk;
	INFO_INTO(info, e);
	return inverted(tri_of(info.pkttype == PACKET_HOST), info.invert != 0);
}

/* The list does not hold this sender; --set puts him there. */
static enum tri match_recent(struct walk *walk, const struct nf_expression *e)
{
	struct xt_recent_mtinfo info = {0};
	enum tri found = TRI_NO;

	INFO_INTO(info, e);
	if ((info.check_set & XT_RECENT_SET) != 0) {
		walk->recent_touched = true;
		found = TRI_YES;
	} else if (walk->recent_touched && info.hit_count <= 1) {
		found = TRI_MAYBE;
	}
	return inverted(found, info.invert != 0);
}

static enum tri match_hashlimit(struct walk *walk, const struct nf_expression *e)
{
	struct xt_hashlimit_mtinfo1 old = {0};
	struct xt_hashlimit_mtinfo2 second = {0};
	struct xt_hashlimit_mtinfo3 info = {0};
	uint32_t mode;

	(void)walk;
	if (e->revision == 1) {
		INFO_INTO(old, e);
		mode = old.cfg.mode;
	} else if (e->revision == 2) {
		INFO_INTO(second, e);
		mode = second.cfg.mode;
	} else {
		INFO_INTO(info, e);
		mode = info.cfg.mode;
	}
	return tri_of((mode & XT_HASHLIMIT_INVERT) == 0);
}

/* The way back leads through the interface that the packet came by. */
static enum tri match_rpfilter(struct walk *walk, const struct nf_expression *e)
{
	struct xt_rpfilter_info info = {0};

	(void)walk;
	INFO_INTO(info, e);
	return tri_of((info.flags & XT_RPFILTER_INVERT) == 0);
}

#define UP_TO(struct_name, member) (offsetof(struct struct_name, member) + sizeof(((struct struct_name *)0)->member))
static const struct match_row {
	const char *name;
	uint32_t first_revision, last_revision;
	size_t least_bytes;
	enum tri (*holds)(struct walk *walk, const struct nf_expression *e);
} MATCHES[] = {
	{"addrtype", 0, 1, UP_TO(xt_addrtype_info_v1, flags), match_addrtype},
	{"ah", 0, 0, 0, match_never},
	{"comment", 0, 0, 0, match_always},
	{"connmark", 1, 1, UP_TO(xt_connmark_mtinfo1, invert), match_connmark},
	{"conntrack", 1, 3, UP_TO(xt_conntrack_mtinfo1, status_mask), match_conntrack},
	{"dst", 0, 0, 0, match_never},
	{"esp", 0, 0, 0, match_never},
	{"frag", 0, 0, 0, match_never},
	{"hashlimit", 1, 3, UP_TO(xt_hashlimit_mtinfo1, cfg), match_hashlimit},
	{"hbh", 0, 0, 0, match_never},
	{"icmp", 0, 0, UP_TO(ipt_icmp, invflags), match_icmp},
	{"icmp6", 0, 0, UP_TO(ipt_icmp, invflags), match_icmp},
	{"iprange", 1, 1, UP_TO(xt_iprange_mtinfo, flags), match_iprange},
	{"limit", 0, 0, 0, match_always},
	{"mark", 1, 1, UP_TO(xt_mark_mtinfo1, invert), match_mark},
	{"mh", 0, 0, 0, match_never},
	{"multiport", 1, 1, UP_TO(xt_multiport_v1, invert), match_multiport},
	{"pkttype", 0, 0, UP_TO(xt_pkttype_info, invert), match_pkttype},
	{"recent", 0, 1, UP_TO(xt_recent_mtinfo, side), match_recent},
	{"rpfilter", 0, 0, UP_TO(xt_rpfilter_info, flags), match_rpfilter},
	{"rt", 0, 0, 0, match_never},
	{"state", 0, 0, UP_TO(xt_state_info, statemask), match_state},
	{"tcp", 0, 0, UP_TO(xt_tcp, invflags), match_tcp},
	{"udp", 0, 0, UP_TO(xt_udp, invflags), match_udp},
};

enum tri xt_match(struct walk *walk, const struct nf_expression *e)
{
	for (size_t i = 0; i < sizeof MATCHES / sizeof MATCHES[0]; i++) {
		const struct match_row *row = &MATCHES[i];

		if (e->name != NULL && strcmp(row->name, e->name) == 0 && e->revision >= row->first_revision && e->revision <= row->last_revision &&
		    e->info_len >= row->least_bytes && (e->info != NULL || row->least_bytes == 0))
			return row->holds(walk, e);
	}
	return TRI_MAYBE;
}

/* --- the head of a legacy rule --- */

static enum tri address_is(const struct bits *header, size_t at, const uint8_t *address, const uint8_t *mask, size_t len, bool invert)
{
	enum tri is = TRI_YES;

	for (size_t i = 0; i < len; i++) {
		uint8_t known = header->known[at + i] & mask[i];

		if (((header->value[at + i] ^ address[i]) & known) != 0)
			is = TRI_NO;
		else if (known != mask[i])
			is = tri_and(is, TRI_MAYBE);
	}
	return inverted(is, invert);
}

/* name and mask are INTERFACE_NAME_BYTES long. interface NULL = none; a rule with a name then does not hold. */
static enum tri interface_is(const struct interface *interface, const char *name, const uint8_t *mask, bool invert)
{
	bool is = true;

	for (size_t i = 0; i < INTERFACE_NAME_BYTES; i++)
		if ((((interface != NULL ? interface->name[i] : '\0') ^ name[i]) & mask[i]) != 0)
			is = false;
	return inverted(tri_of(is), invert);
}

static enum tri head_interfaces(const struct walk *walk, const char *in, const uint8_t *in_mask, bool invert_in, const char *out,
				const uint8_t *out_mask, bool invert_out)
{
	enum tri leaves = interface_is(walk->packet.out, out, out_mask, invert_out);

	if (walk->hook == WALK_FORWARD && walk->packet.out == NULL && out_mask[0] != 0)
		leaves = TRI_MAYBE;
	return tri_and(interface_is(walk->packet.probe.in, in, in_mask, invert_in), leaves);
}

static enum tri head_ipv4(const struct walk *walk, const struct nf_expression *e)
{
	const struct packet *packet = &walk->packet;
	struct ipt_ip ip = {0};
	enum tri result;

	INFO_INTO(ip, e);
	if ((ip.flags & IPT_F_FRAG) != 0)
		return tri_of(is_invert(ip.invflags, IPT_INV_FRAG));
	result = head_interfaces(walk, ip.iniface, ip.iniface_mask, is_invert(ip.invflags, IPT_INV_VIA_IN), ip.outiface, ip.outiface_mask,
				 is_invert(ip.invflags, IPT_INV_VIA_OUT));
	if (ip.proto != 0)
		result = tri_and(result, inverted(tri_of(ip.proto == packet->probe.protocol), is_invert(ip.invflags, IPT_INV_PROTO)));
	result = tri_and(result, address_is(&packet->network, packet_source_at(packet), (const uint8_t *)&ip.src, (const uint8_t *)&ip.smsk, 4,
					    is_invert(ip.invflags, IPT_INV_SRCIP)));
	return tri_and(result, address_is(&packet->network, packet_destination_at(packet), (const uint8_t *)&ip.dst, (const uint8_t *)&ip.dmsk, 4,
					  is_invert(ip.invflags, IPT_INV_DSTIP)));
}

static enum tri head_ipv6(const struct walk *walk, const struct nf_expression *e)
{
	const struct packet *packet = &walk->packet;
	struct ip6t_ip6 ip = {0};
	enum tri result;

	INFO_INTO(ip, e);
	result = head_interfaces(walk, ip.iniface, ip.iniface_mask, is_invert(ip.invflags, IP6T_INV_VIA_IN), ip.outiface, ip.outiface_mask,
				 is_invert(ip.invflags, IP6T_INV_VIA_OUT));
	if ((ip.flags & IP6T_F_PROTO) != 0 && ip.proto != 0)
		result = tri_and(result, inverted(tri_of(ip.proto == packet->probe.protocol), is_invert(ip.invflags, IP6T_INV_PROTO)));
	result = tri_and(result, address_is(&packet->network, packet_source_at(packet), (const uint8_t *)&ip.src, (const uint8_t *)&ip.smsk, 16,
					    is_invert(ip.invflags, IP6T_INV_SRCIP)));
	return tri_and(result, address_is(&packet->network, packet_destination_at(packet), (const uint8_t *)&ip.dst, (const uint8_t *)&ip.dmsk, 16,
					  is_invert(ip.invflags, IP6T_INV_DSTIP)));
}

enum tri xt_head(const struct walk *walk, const struct nf_expression *e)
{
	return e->info_len == sizeof(struct ipt_ip) ? head_ipv4(walk, e) : head_ipv6(walk, e);
}

/* --- targets --- */

static const struct step PASSES = {.goes_on = TRI_YES};
static const struct step ACCEPTED = {.goes_on = TRI_NO, .ends = END_ACCEPT};

static struct step target_drop(struct walk *walk, const struct nf_expression *e)
{
	(void)walk;
	(void)e;
	return (struct step){.goes_on = TRI_NO, .ends = END_DROP};
}

static struct step target_nothing(struct walk *walk, const struct nf_expression *e)
{
	(void)walk;
	(void)e;
	return PASSES;
}

static struct step target_mark(struct walk *walk, const struct nf_expression *e)
{
	struct xt_mark_tginfo2 info = {0};
	struct bits mark = walk->packet.mark;
	const uint8_t *value = (const uint8_t *)&info.mark, *mask = (const uint8_t *)&info.mask;

	INFO_INTO(info, e);
	for (size_t i = 0; i < sizeof info.mark; i++) {
		mark.known[i] |= mask[i];
		mark.value[i] = (uint8_t)(((mark.value[i] & ~mask[i]) ^ value[i]) & mark.known[i]);
	}
	bits_copy(&walk->packet.mark, 0, &mark, 0, sizeof info.mark, walk->perhaps);
	return PASSES;
}

/* Saved and restored marks: either may be anything then. */
static struct step target_connmark(struct walk *walk, const struct nf_expression *e)
{
	(void)e;
	bits_forget(&walk->packet.mark, 0, sizeof(uint32_t));
	bits_forget(&walk->packet.ct_mark, 0, sizeof(uint32_t));
	return PASSES;
}

static struct step target_notrack(struct walk *walk, const struct nf_expression *e)
{
	(void)e;
	walk->packet.tracking = walk->perhaps ? TRACKING_PERHAPS : TRACKING_NONE;
	return PASSES;
}

static struct step target_ct(struct walk *walk, const struct nf_expression *e)
{
	struct xt_ct_target_info info = {0};

	INFO_INTO(info, e);
	return (info.flags & XT_CT_NOTRACK) != 0 ? target_notrack(walk, e) : PASSES;
}

/* struct nf_nat_range and nf_nat_range2 begin alike. */
static void translate(struct walk *walk, unsigned flags, const uint8_t *address, const uint8_t *port)
{
	struct bits bits = {0};

	bits_set(&bits, 0, address, packet_address_len(walk->packet.probe.family));
	bits_set(&bits, 16, port, 2);
	walk_translate(walk, (flags & NF_NAT_RANGE_MAP_IPS) != 0 ? &bits : NULL, 0, (flags & NF_NAT_RANGE_PROTO_SPECIFIED) != 0 ? &bits : NULL, 16);
}

static struct step target_dnat(struct walk *walk, const struct nf_expression *e)
{
	struct nf_nat_ipv4_multi_range_compat old = {0};
	struct nf_nat_range info = {0};

	if (e->revision == 0 && walk->packet.probe.family == NFPROTO_IPV4) {
		INFO_INTO(old, e);
		translate(walk, old.range[0].flags, (const uint8_t *)&old.range[0].min_ip, (const uint8_t *)&old.range[0].min);
	} else {
		INFO_INTO(info, e);
		translate(walk, info.flags, (const uint8_t *)&info.min_addr, (const uint8_t *)&info.min_proto);
	}
	return ACCEPTED;
}

static struct step target_redirect(struct walk *walk, const struct nf_expression *e)
{
	struct nf_nat_ipv4_multi_range_compat old = {0};
	struct nf_nat_range info = {0};

	if (walk->packet.probe.family == NFPROTO_IPV4) {
		INFO_INTO(old, e);
		translate(walk, old.range[0].flags & NF_NAT_RANGE_PROTO_SPECIFIED, walk->packet.probe.destination, (const uint8_t *)&old.range[0].min);
	} else {
		INFO_INTO(info, e);
		translate(walk, info.flags & NF_NAT_RANGE_PROTO_SPECIFIED, walk->packet.probe.destination, (const uint8_t *)&info.min_proto);
	}
	walk->packet.redirected = walk->packet.redirected || !walk->perhaps;
	return ACCEPTED;
}

static const struct target_row {
	const char *name;
	uint32_t last_revision;
	size_t least_bytes;
	struct step (*run)(struct walk *walk, const struct nf_expression *e);
} TARGETS[] = {
	{"AUDIT", 9, 0, target_nothing},
	{"CHECKSUM", 9, 0, target_nothing},
	{"CLASSIFY", 9, 0, target_nothing},
	{"CONNMARK", 9, 0, target_connmark},
	{"CONNSECMARK", 9, 0, target_nothing},
	{"CT", 2, UP_TO(xt_ct_target_info, exp_events), target_ct},
	{"DNAT", 2, UP_TO(nf_nat_ipv4_multi_range_compat, range), target_dnat},
	{"DSCP", 9, 0, target_nothing},
	{"ERROR", 9, 0, target_drop},
	{"LOG", 9, 0, target_nothing},
	{"MARK", 2, UP_TO(xt_mark_tginfo2, mask), target_mark},
	{"NFLOG", 9, 0, target_nothing},
	{"NOTRACK", 9, 0, target_notrack},
	{"REDIRECT", 0, UP_TO(nf_nat_ipv4_multi_range_compat, range), target_redirect},
	{"REJECT", 9, 0, target_drop},
	{"SECMARK", 9, 0, target_nothing},
	{"SET", 9, 0, target_nothing},
	{"TCPMSS", 9, 0, target_nothing},
	{"TOS", 9, 0, target_nothing},
	{"TRACE", 9, 0, target_nothing},
};

/* MARK means three things in its revisions; only the last one is still in use. */
static bool is_known_revision(const struct target_row *row, uint32_t revision)
{
	return revision <= row->last_revision && (row->run != target_mark || revision == 2);
}

struct step xt_target(struct walk *walk, const struct nf_expression *e)
{
	for (size_t i = 0; i < sizeof TARGETS / sizeof TARGETS[0]; i++) {
		const struct target_row *row = &TARGETS[i];

		if (e->name != NULL && strcmp(row->name, e->name) == 0 && is_known_revision(row, e->revision) && e->info_len >= row->least_bytes &&
		    (e->info != NULL || row->least_bytes == 0))
			return row->run(walk, e);
	}
	walk_puzzle(walk, e->name);
	return (struct step){.goes_on = TRI_MAYBE, .ends = END_ANY};
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* What each expression of nftables does to a packet on its way: one function and one row each, after the kernel's nft_*.c. */
#include <linux/if_packet.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nf_conntrack_tuple_common.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter_ipv4.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "packet_walk.h"

static const struct step GO_ON = {.goes_on = TRI_YES};
static const struct step NO_MATCH = {.goes_on = TRI_NO};

size_t walk_register(uint32_t number)
{
	if (number >= NFT_REG_1 && number <= NFT_REG_4)
		return (number - NFT_REG_1) * NFT_REG_SIZE;
	if (number >= NFT_REG32_00 && number <= NFT_REG32_15)
		return (number - NFT_REG32_00) * (size_t)NFT_REG32_SIZE;
	return BITS_BYTES;
}

static struct step when(struct walk *walk, enum tri holds, const char *why)
{
	if (holds == TRI_MAYBE)
		walk_puzzle(walk, why);
	return (struct step){.goes_on = holds};
}

/* --- registers --- */

static struct step run_bitwise(struct walk *walk, const struct nf_expression *e)
{
	size_t from = walk_register(e->sreg), to = walk_register(e->dreg);
	struct bits result = {0};

	if (e->op != NFT_BITWISE_BOOL || e->data.len < e->len || e->data_to.len < e->len || e->len > BITS_BYTES) {
		bits_forget(&walk->registers, to, to < BITS_BYTES ? BITS_BYTES - to : 0);
		return GO_ON;
	}
	bits_copy(&result, 0, &walk->registers, from, e->len, false);
	for (size_t i = 0; i < e->len; i++) {
		/* what the mask takes away is known */
		result.known[i] |= (uint8_t)~e->data.bytes[i];
		result.value[i] = (uint8_t)(((result.value[i] & e->data.bytes[i]) ^ e->data_to.bytes[i]) & result.known[i]);
	}
	bits_copy(&walk->registers, to, &result, 0, e->len, false);
	return GO_ON;
}

static struct step run_byteorder(struct walk *walk, const struct nf_expression *e)
{
	size_t from = walk_register(e->sreg), to = walk_register(e->dreg), size = e->offset;
	struct bits turned = {0};

	if (e->len <= BITS_BYTES && (size == 2 || size == 4 || size == 8) && e->len % size == 0)
		for (size_t i = 0; i < e->len; i++)
			bits_copy(&turned, i, &walk->registers, from + (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? i - i % size + (size - 1 - i % size) : i), 1,
				  false);
	bits_copy(&walk->registers, to, &turned, 0, e->len, false);
	return GO_ON;
}

static struct step run_immediate(struct walk *walk, const struct nf_expression *e)
{
	if (e->data.is_verdict)
		return (struct step){.goes_on = TRI_NO, .verdict = &e->data};
	if (e->data.bytes != NULL)
		bits_set(&walk->registers, walk_register(e->dreg), e->data.bytes, e->data.len);
	return GO_ON;
}

static struct step run_random(struct walk *walk, const struct nf_expression *e)
{
	bits_forget(&walk->registers, walk_register(e->dreg), sizeof(uint32_t));
	return GO_ON;
}

/* --- comparisons --- */

static struct step run_cmp(struct walk *walk, const struct nf_expression *e)
{
	size_t at = walk_register(e->sreg);
	const char *why = e->name;
	enum tri equal;
	int order;

	if (e->data.bytes == NULL)
		return when(walk, TRI_MAYBE, why);
	equal = bits_equal(&walk->registers, at, e->data.bytes, e->data.len);
	if (e->op == NFT_CMP_EQ || e->op == NFT_CMP_NEQ)
		return when(walk, e->op == NFT_CMP_EQ ? equal : tri_not(equal), why);
	if (!bits_known(&walk->registers, at, e->data.len))
		return when(walk, TRI_MAYBE, why);
	order = memcmp(walk->registers.value + at, e->data.bytes, e->data.len);
	switch (e->op) {
	case NFT_CMP_LT:
		return when(walk, tri_of(order < 0), why);
	case NFT_CMP_LTE:
		return when(walk, tri_of(order <= 0), why);
	case NFT_CMP_GT:
		return when(walk, tri_of(order > 0), why);
	case NFT_CMP_GTE:
		return when(walk, tri_of(order >= 0), why);
	default:
		return when(walk, TRI_MAYBE, why);
	}
}

static struct step run_range(struct walk *walk, const struct nf_expression *e)
{
	enum tri in = TRI_MAYBE;

	if (e->data.bytes != NULL && e->data_to.bytes != NULL && e->data.len == e->data_to.len)
		in = bits_between(&walk->registers, walk_register(e->sreg), e->data.bytes, e->data_to.bytes, e->data.len);
	return when(walk, e->op == NFT_RANGE_EQ ? in : tri_not(in), e->name);
}

static struct step run_lookup(struct walk *walk, const struct nf_expression *e)
{
	const struct nf_element *element = NULL;
	enum tri in = set_lookup(e->set, &walk->registers, walk_register(e->sreg), &element);
	bool map = (e->set->flags & NFT_SET_MAP) != 0;

	/* an earlier rule may just have added this sender */
	if ((e->set->flags & NFT_SET_EVAL) != 0 && walk->set_touched)
		in = TRI_MAYBE;
	if (map && in == TRI_MAYBE) {
		bits_forget(&walk->registers, walk_register(e->dreg), e->dreg != NFT_REG_VERDICT ? NFT_REG_SIZE : 0);
		return e->dreg == NFT_REG_VERDICT ? (struct step){.goes_on = TRI_NO, .map = e->set} : when(walk, TRI_MAYBE, e->name);
	}
	if ((e->flags & NFT_LOOKUP_F_INV) != 0)
		return when(walk, tri_not(in), e->name);
	if (in == TRI_YES && map && element->data.is_verdict)
		return (struct step){.goes_on = TRI_NO, .verdict = &element->data};
	if (in == TRI_YES && map && element->data.bytes != NULL)
		bits_set(&walk->registers, walk_register(e->dreg), element->data.bytes, element->data.len);
	return when(walk, in, e->name);
}

/* --- the packet --- */

static struct step run_payload(struct walk *walk, const struct nf_expression *e)
{
	struct bits *header = NULL, nothing = {0};
	size_t at = walk_register(e->dreg), header_len = 0;

	if (e->base == NFT_PAYLOAD_NETWORK_HEADER) {
		header = &walk->packet.network;
		header_len = walk->packet.network_len;
	} else if (e->base == NFT_PAYLOAD_TRANSPORT_HEADER) {
		header = &walk->packet.transport;
		header_len = walk->packet.transport_len;
	}
	if (e->sreg != 0) {
		if (header != NULL)
			bits_copy(header, e->offset, &walk->registers, walk_register(e->sreg), e->len, walk->perhaps);
		return GO_ON;
	}
	if (header == NULL || e->offset >= header_len || e->len > header_len - e->offset) {
		/* a link layer, a tunnel, options, data: who knows */
		bits_copy(&walk->registers, at, &nothing, 0, e->len, false);
		return GO_ON;
	}
	/* the rest of the last word is zero */
	memset(nothing.known, 0xff, sizeof nothing.known);
	bits_copy(&walk->registers, at, &nothing, 0, (e->len + 3) & ~(uint32_t)3, false);
	bits_copy(&walk->registers, at, header, e->offset, e->len, false);
	return GO_ON;
}

/* Extension headers of IPv6 and options of IPv4 are not there; options of TCP may be. */
static struct step run_exthdr(struct walk *walk, const struct nf_expression *e)
{
	static const uint8_t absent[4] = {0};

	if (e->sreg != 0)
		return GO_ON;
	if (e->op == NFT_EXTHDR_OP_TCPOPT) {
		bits_forget(&walk->registers, walk_register(e->dreg), e->len);
		return when(walk, (e->flags & NFT_EXTHDR_F_PRESENT) != 0 ? TRI_YES : TRI_MAYBE, e->name);
	}
	if ((e->flags & NFT_EXTHDR_F_PRESENT) == 0)
		return NO_MATCH;
	bits_set(&walk->registers, walk_register(e->dreg), absent, sizeof absent);
	return GO_ON;
}

static void set_u8(struct walk *walk, size_t at, uint8_t number)
{
	uint8_t word[4] = {number};

	bits_set(&walk->registers, at, word, sizeof word);
}

static void set_name(struct walk *walk, size_t at, const struct interface *interface)
{
	static const uint8_t none[INTERFACE_NAME_BYTES];

	bits_set(&walk->registers, at, interface != NULL ? (const uint8_t *)interface->name : none, INTERFACE_NAME_BYTES);
}

/* The interface that a packet leaves by: none before it is forwarded, and then perhaps not known. */
static struct step run_meta_out(struct walk *walk, const struct nf_expression *e, size_t at)
{
	const struct interface *out = walk->packet.out;

	if (walk->hook == WALK_FORWARD && out == NULL)
		bits_forget(&walk->registers, at, INTERFACE_NAME_BYTES);
	else if (e->key == NFT_META_OIFNAME)
		set_name(walk, at, out);
	else if (out == NULL && e->key != NFT_META_OIF)
		return NO_MATCH;
	else if (e->key == NFT_META_OIF)
		bits_set_number(&walk->registers, at, out != NULL ? out->index : 0);
	else if (e->key == NFT_META_OIFGROUP)
		bits_set_number(&walk->registers, at, out->group);
	else
		bits_forget(&walk->registers, at, sizeof(uint32_t));
	return GO_ON;
}

static void set_meta_in(struct walk *walk, uint32_t key, size_t at)
{
	const struct interface *in = walk->packet.probe.in;
	uint32_t type = in->type;

	if (key == NFT_META_IIF)
		bits_set_number(&walk->registers, at, in->index);
	else if (key == NFT_META_IIFNAME)
		set_name(walk, at, in);
	else if (key == NFT_META_IIFGROUP)
		bits_set_number(&walk->registers, at, in->group);
	else
		bits_set_number(&walk->registers, at, type);
}

static struct step run_meta(struct walk *walk, const struct nf_expression *e)
{
	const struct probe *probe = &walk->packet.probe;
	static const uint8_t ethertype4[4] = {0x08, 0x00}, ethertype6[4] = {0x86, 0xdd};
	size_t at = walk_register(e->sreg != 0 ? e->sreg : e->dreg);

	if (e->sreg != 0) {
		if (e->key == NFT_META_MARK)
			bits_copy(&walk->packet.mark, 0, &walk->registers, at, sizeof(uint32_t), walk->perhaps);
		return GO_ON;
	}
	switch (e->key) {
	case NFT_META_PROTOCOL:
		bits_set(&walk->registers, at, probe->family == NFPROTO_IPV4 ? ethertype4 : ethertype6, 4);
		break;
	case NFT_META_NFPROTO:
		set_u8(walk, at, walk->base->family == NFPROTO_NETDEV ? NFPROTO_NETDEV : probe->family);
		break;
	case NFT_META_L4PROTO:
		set_u8(walk, at, probe->protocol);
		break;
	case NFT_META_PKTTYPE:
		set_u8(walk, at, PACKET_HOST);
		break;
	case NFT_META_MARK:
		bits_copy(&walk->registers, at, &walk->packet.mark, 0, sizeof(uint32_t), false);
		break;
	case NFT_META_IIF:
	case NFT_META_IIFNAME:
	case NFT_META_IIFGROUP:
	case NFT_META_IIFTYPE:
		set_meta_in(walk, e->key, at);
		break;
	case NFT_META_OIF:
	case NFT_META_OIFNAME:
	case NFT_META_OIFGROUP:
	case NFT_META_OIFTYPE:
		return run_meta_out(walk, e, at);
	case NFT_META_SECPATH:
		set_u8(walk, at, 0);
		break;
	default:
		bits_forget(&walk->registers, at, INTERFACE_NAME_BYTES);
	}
	return GO_ON;
}

/* --- connections --- */

uint32_t walk_state(const struct walk *walk)
{
	if (walk->packet.tracking == TRACKING_PERHAPS)
		return 0;
	if (walk->packet.tracking == TRACKING_NONE)
		return NF_CT_STATE_UNTRACKED_BIT;
	/* before conntrack has its place, nothing is known of a connection */
	if (walk->hook == WALK_INGRESS || (walk->hook == WALK_PREROUTING && walk->base->priority <= NF_IP_PRI_CONNTRACK))
		return NF_CT_STATE_INVALID_BIT;
	return NF_CT_STATE_BIT(IP_CT_NEW);
}

/* The original direction: as the packet came. */
static void set_ct_tuple(struct walk *walk, const struct nf_expression *e, size_t at)
{
	const struct probe *probe = &walk->packet.probe;
	bool source = e->key == NFT_CT_SRC || e->key == NFT_CT_SRC_IP || e->key == NFT_CT_SRC_IP6 || e->key == NFT_CT_PROTO_SRC;
	uint16_t number = source ? probe->source_port : probe->destination_port;
	uint8_t port[4] = {(uint8_t)(number >> 8), (uint8_t)number};

	if (e->direction != IP_CT_DIR_ORIGINAL)
		bits_forget(&walk->registers, at, 16);
	else if (e->key == NFT_CT_PROTO_SRC || e->key == NFT_CT_PROTO_DST)
		bits_set(&walk->registers, at, port, sizeof port);
	else
		bits_set(&walk->registers, at, source ? probe->source : probe->destination, packet_address_len(probe->family));
}

static void set_ct_status(struct walk *walk, size_t at)
{
	struct bits status = {0};
	const uint32_t settled = IPS_EXPECTED | IPS_SEEN_REPLY | IPS_ASSURED | IPS_SRC_NAT;
	uint32_t known = walk->packet.translated == TRI_MAYBE ? settled : settled | IPS_DST_NAT;
	uint32_t value = walk->packet.translated == TRI_YES ? IPS_DST_NAT : 0;

	memcpy(status.known, &known, sizeof known);
	memcpy(status.value, &value, sizeof value);
	bits_copy(&walk->registers, at, &status, 0, sizeof value, false);
}

static struct step run_ct(struct walk *walk, const struct nf_expression *e)
{
	size_t at = walk_register(e->sreg != 0 ? e->sreg : e->dreg);
	uint32_t state = walk_state(walk);

	if (e->sreg != 0) {
		if (e->key == NFT_CT_MARK)
			bits_copy(&walk->packet.ct_mark, 0, &walk->registers, at, sizeof(uint32_t), walk->perhaps);
		return GO_ON;
	}
	bits_forget(&walk->registers, at, NFT_REG_SIZE);
	if (state == 0)
		return when(walk, e->key == NFT_CT_STATE ? TRI_YES : TRI_MAYBE, e->name);
	if (e->key == NFT_CT_STATE) {
		bits_set_number(&walk->registers, at, state);
		return GO_ON;
	}
	if (state != NF_CT_STATE_BIT(IP_CT_NEW))
		return NO_MATCH;
	if (e->key == NFT_CT_DIRECTION)
		set_u8(walk, at, IP_CT_DIR_ORIGINAL);
	else if (e->key == NFT_CT_STATUS)
		set_ct_status(walk, at);
	else if (e->key == NFT_CT_MARK)
		bits_copy(&walk->registers, at, &walk->packet.ct_mark, 0, sizeof(uint32_t), false);
	else if (e->key == NFT_CT_PROTOCOL)
		set_u8(walk, at, walk->packet.probe.protocol);
	else if (e->key == NFT_CT_L3PROTOCOL)
		set_u8(walk, at, walk->packet.probe.family);
	else if ((e->key >= NFT_CT_SRC && e->key <= NFT_CT_PROTO_DST && e->key != NFT_CT_PROTOCOL) || (e->key >= NFT_CT_SRC_IP && e->key <= NFT_CT_DST_IP6))
		set_ct_tuple(walk, e, at);
	return GO_ON;
}

static struct step run_notrack(struct walk *walk, const struct nf_expression *e)
{
	(void)e;
	walk->packet.tracking = walk->perhaps ? TRACKING_PERHAPS : TRACKING_NONE;
	return GO_ON;
}

/* --- translation --- */

void walk_translate(struct walk *walk, const struct bits *address, size_t address_at, const struct bits *port, size_t port_at)
{
	struct packet *packet = &walk->packet;

	if (address != NULL)
		bits_copy(&packet->network, packet_destination_at(packet), address, address_at, packet_address_len(packet->probe.family), walk->perhaps);
	if (port != NULL && packet_has_ports(packet->probe.protocol))
		bits_copy(&packet->transport, 2, port, port_at, 2, walk->perhaps);
	packet->translated = walk->perhaps ? TRI_MAYBE : TRI_YES;
}

static struct step run_nat(struct walk *walk, const struct nf_expression *e)
{
	if (e->op != NFT_NAT_DNAT)
		return (struct step){.goes_on = TRI_NO, .ends = END_ACCEPT};
	walk_translate(walk, e->sreg != 0 ? &walk->registers : NULL, walk_register(e->sreg), e->port_reg != 0 ? &walk->registers : NULL,
		       walk_register(e->port_reg));
	return (struct step){.goes_on = TRI_NO, .ends = END_ACCEPT};
}

static struct step run_redirect(struct walk *walk, const struct nf_expression *e)
{
	walk_translate(walk, NULL, 0, e->port_reg != 0 ? &walk->registers : NULL, walk_register(e->port_reg));
	walk->packet.redirected = walk->packet.redirected || !walk->perhaps;
	return (struct step){.goes_on = TRI_NO, .ends = END_ACCEPT};
}

/* --- the routing table --- */

/* The sender's address is one that the way back to him leads through the interface he came by: another one he would not choose. */
static struct step run_fib(struct walk *walk, const struct nf_expression *e)
{
	size_t at = walk_register(e->dreg);
	enum tri local = packet_is_local(&walk->packet, walk->plan->surroundings);

	bits_forget(&walk->registers, at, INTERFACE_NAME_BYTES);
	if (e->key == NFT_FIB_RESULT_ADDRTYPE) {
		if ((e->flags & NFTA_FIB_F_SADDR) != 0)
			bits_set_number(&walk->registers, at, RTN_UNICAST);
		else if (local != TRI_MAYBE)
			bits_set_number(&walk->registers, at, local == TRI_YES ? RTN_LOCAL : RTN_UNICAST);
	} else if ((e->flags & NFTA_FIB_F_PRESENT) != 0) {
		set_u8(walk, at, 1);
	} else if ((e->flags & NFTA_FIB_F_SADDR) != 0) {
		set_meta_in(walk, e->key == NFT_FIB_RESULT_OIF ? NFT_META_IIF : NFT_META_IIFNAME, at);
	}
	return GO_ON;
}

/* --- limits, lists, ends --- */

/* "over" does not hold for one who comes quietly. */
static struct step run_limit(struct walk *walk, const struct nf_expression *e)
{
	(void)walk;
	return (e->flags & NFT_LIMIT_F_INV) != 0 ? NO_MATCH : GO_ON;
}

static struct step run_connlimit(struct walk *walk, const struct nf_expression *e)
{
	(void)walk;
	return ((e->flags & NFT_CONNLIMIT_F_INV) != 0) == (e->len < 1) ? GO_ON : NO_MATCH;
}

static struct step run_quota(struct walk *walk, const struct nf_expression *e)
{
	(void)e;
	return when(walk, TRI_MAYBE, e->name);
}

static struct step run_objref(struct walk *walk, const struct nf_expression *e)
{
	switch (e->key) {
	case NFT_OBJECT_COUNTER:
	case NFT_OBJECT_CT_HELPER:
	case NFT_OBJECT_CT_TIMEOUT:
	case NFT_OBJECT_CT_EXPECT:
	case NFT_OBJECT_SECMARK:
		return GO_ON;
	default:
		walk_puzzle(walk, e->name);
		return (struct step){.goes_on = TRI_MAYBE, .ends = END_ANY};
	}
}

static struct step run_dynset(struct walk *walk, const struct nf_expression *e)
{
	struct step step = GO_ON;

	walk->set_touched = walk->set_touched || e->op != NFT_DYNSET_OP_DELETE;
	for (size_t i = 0; step.goes_on == TRI_YES && i < e->nested_count; i++)
		step = walk_expression(walk, &e->nested[i]);
	return (e->flags & NFT_DYNSET_F_INV) != 0 ? NO_MATCH : step;
}

static struct step run_reject(struct walk *walk, const struct nf_expression *e)
{
	(void)walk;
	(void)e;
	return (struct step){.goes_on = TRI_NO, .ends = END_DROP};
}

static struct step run_queue(struct walk *walk, const struct nf_expression *e)
{
	(void)e;
	walk_puzzle(walk, "queue");
	return (struct step){.goes_on = TRI_NO, .ends = END_ACCEPT | END_DROP};
}

static struct step run_none(struct walk *walk, const struct nf_expression *e)
{
	(void)walk;
	(void)e;
	return GO_ON;
}

static struct step run_unknown(struct walk *walk, const struct nf_expression *e)
{
	walk_puzzle(walk, e->name);
	memset(&walk->registers, 0, sizeof walk->registers);
	return (struct step){.goes_on = TRI_MAYBE, .ends = END_ANY};
}

static struct step run_match(struct walk *walk, const struct nf_expression *e)
{
	return when(walk, xt_match(walk, e), e->name);
}

static struct step run_head(struct walk *walk, const struct nf_expression *e)
{
	return when(walk, xt_head(walk, e), e->name);
}

static struct step (*const RUN[NF_EXPRESSION_MAX])(struct walk *walk, const struct nf_expression *e) = {
	[NF_EXPRESSION_UNKNOWN] = run_unknown,
	[NF_EXPRESSION_NONE] = run_none,
	[NF_EXPRESSION_BITWISE] = run_bitwise,
	[NF_EXPRESSION_BYTEORDER] = run_byteorder,
	[NF_EXPRESSION_CMP] = run_cmp,
	[NF_EXPRESSION_CONNLIMIT] = run_connlimit,
	[NF_EXPRESSION_CT] = run_ct,
	[NF_EXPRESSION_DYNSET] = run_dynset,
	[NF_EXPRESSION_EXTHDR] = run_exthdr,
	[NF_EXPRESSION_FIB] = run_fib,
	[NF_EXPRESSION_IMMEDIATE] = run_immediate,
	[NF_EXPRESSION_LEGACY] = run_head,
	[NF_EXPRESSION_LIMIT] = run_limit,
	[NF_EXPRESSION_LOOKUP] = run_lookup,
	[NF_EXPRESSION_MATCH] = run_match,
	[NF_EXPRESSION_META] = run_meta,
	[NF_EXPRESSION_NAT] = run_nat,
	[NF_EXPRESSION_NOTRACK] = run_notrack,
	[NF_EXPRESSION_OBJREF] = run_objref,
	[NF_EXPRESSION_PAYLOAD] = run_payload,
	[NF_EXPRESSION_QUEUE] = run_queue,
	[NF_EXPRESSION_QUOTA] = run_quota,
	[NF_EXPRESSION_RANDOM] = run_random,
	[NF_EXPRESSION_RANGE] = run_range,
	[NF_EXPRESSION_REDIRECT] = run_redirect,
	[NF_EXPRESSION_REJECT] = run_reject,
	[NF_EXPRESSION_TARGET] = xt_target,
};

struct step walk_expression(struct walk *walk, const struct nf_expression *e)
{
	return RUN[e->kind](walk, e);
}

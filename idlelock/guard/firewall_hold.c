/* SPDX-License-Identifier: BSD-2-Clause */
/* The words of `allow` as rules of nftables, as nft would write them. */
#include "firewall_hold.h"

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <string.h>

#include "opening.h"

#define CHAIN "input"
#define IN_FRONT ((uint32_t)-5) /* of what products write */
#define BEHIND ((uint32_t)200)  /* firewalld filters at 10, the kernel's own follows at 300 */
#define REGISTER NFT_REG_1
#define RULE_BYTES_MAX 1024 /* of the longest rule, and more than the end of the transaction */
#define V4_PREFIX 96        /* bits of ::ffff:0:0 */
enum { PROTOCOL_ICMP = 1, PROTOCOL_TCP = 6, PROTOCOL_UDP = 17, PROTOCOL_ICMPV6 = 58 };
enum { PORT_DHCP = 68, PORT_DHCPV6 = 546, PORT_OFFSET = 2, V4_SOURCE_OFFSET = 12, V6_SOURCE_OFFSET = 8 };
enum { RULES_ALWAYS = 7 }; /* of put_what_is_always_allowed() */
enum { INDEX_OF_LO = 1, PACKET_TO_BROADCAST = 1, PACKET_TO_MULTICAST = 2 };

struct batch {
	const char *table;
	uint8_t *bytes;
	size_t len;
	struct nlmsghdr *message; /* the last one */
	struct nlattr *expressions; /* of the rule that is being written */
};

/* --- messages --- */

static void begin(struct batch *b, unsigned type, unsigned flags, uint8_t family, uint16_t id)
{
	struct nfgenmsg *head;

	if (b->message != NULL)
		b->len += NLMSG_ALIGN(b->message->nlmsg_len);
	b->message = mnl_nlmsg_put_header(b->bytes + b->len);
	b->message->nlmsg_type = (uint16_t)type;
	b->message->nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags);
	head = mnl_nlmsg_put_extra_header(b->message, sizeof *head);
	head->nfgen_family = family;
	head->version = NFNETLINK_V0;
	head->res_id = htons(id);
}

static void begin_command(struct batch *b, unsigned command, unsigned flags)
{
	begin(b, NFNL_SUBSYS_NFTABLES << 8 | command, flags, NFPROTO_INET, 0);
}

static void put_table(struct batch *b, unsigned command, unsigned flags)
{
	begin_command(b, command, flags);
	mnl_attr_put_strz(b->message, NFTA_TABLE_NAME, b->table);
}

/* What stood there goes: taking away what was made just before cannot fail. */
static void begin_transaction(struct batch *b)
{
	begin(b, NFNL_MSG_BATCH_BEGIN, 0, AF_UNSPEC, NFNL_SUBSYS_NFTABLES);
	put_table(b, NFT_MSG_NEWTABLE, NLM_F_CREATE);
	put_table(b, NFT_MSG_DELTABLE, 0);
}

static size_t end_transaction(struct batch *b)
{
	begin(b, NFNL_MSG_BATCH_END, 0, AF_UNSPEC, NFNL_SUBSYS_NFTABLES);
	return b->len + NLMSG_ALIGN(b->message->nlmsg_len);
}

static void put_chain(struct batch *b, uint32_t priority, uint32_t policy)
{
	struct nlattr *hook;

	begin_command(b, NFT_MSG_NEWCHAIN, NLM_F_CREATE);
	mnl_attr_put_strz(b->message, NFTA_CHAIN_TABLE, b->table);
	mnl_attr_put_strz(b->message, NFTA_CHAIN_NAME, CHAIN);
	mnl_attr_put_strz(b->message, NFTA_CHAIN_TYPE, "filter");
	mnl_attr_put_u32(b->message, NFTA_CHAIN_POLICY, htonl(policy));
	hook = mnl_attr_nest_start(b->message, NFTA_CHAIN_HOOK);
	mnl_attr_put_u32(b->message, NFTA_HOOK_HOOKNUM, htonl(NF_INET_LOCAL_IN));
	mnl_attr_put_u32(b->message, NFTA_HOOK_PRIORITY, htonl(priority));
	mnl_attr_nest_end(b->message, hook);
}

/* --- expressions: all use one register --- */

struct expression {
	struct nlattr *element, *data;
};

static struct expression open_expression(struct batch *b, const char *name)
{
	struct expression e = {.element = mnl_attr_nest_start(b->message, NFTA_LIST_ELEM)};

	mnl_attr_put_strz(b->message, NFTA_EXPR_NAME, name);
	e.data = mnl_attr_nest_start(b->message, NFTA_EXPR_DATA);
	return e;
}

static void close_expression(struct batch *b, struct expression e)
{
	mnl_attr_nest_end(b->message, e.data);
	mnl_attr_nest_end(b->message, e.element);
}

static void put_number(struct batch *b, uint16_t type, uint32_t number)
{
	mnl_attr_put_u32(b->message, type, htonl(number));
}

static void put_value(struct batch *b, uint16_t type, const void *bytes, size_t len)
{
	struct nlattr *nest = mnl_attr_nest_start(b->message, type);

	mnl_attr_put(b->message, NFTA_DATA_VALUE, len, bytes);
	mnl_attr_nest_end(b->message, nest);
}

static void load_meta(struct batch *b, uint32_t key)
{
	struct expression e = open_expression(b, "meta");

	put_number(b, NFTA_META_KEY, key);
	put_number(b, NFTA_META_DREG, REGISTER);
	close_expression(b, e);
}

static void load_state(struct batch *b)
{
	struct expression e = open_expression(b, "ct");

	put_number(b, NFTA_CT_KEY, NFT_CT_STATE);
	put_number(b, NFTA_CT_DREG, REGISTER);
	close_expression(b, e);
}

static void load_payload(struct batch *b, uint32_t base, uint32_t offset, uint32_t len)
{
	struct expression e = open_expression(b, "payload");

	put_number(b, NFTA_PAYLOAD_DREG, REGISTER);
	put_number(b, NFTA_PAYLOAD_BASE, base);
	put_number(b, NFTA_PAYLOAD_OFFSET, offset);
	put_number(b, NFTA_PAYLOAD_LEN, len);
	close_expression(b, e);
}

static void mask(struct batch *b, const void *bits, uint32_t len)
{
	static const uint8_t zero[16];
	struct expression e = open_expression(b, "bitwise");

	put_number(b, NFTA_BITWISE_SREG, REGISTER);
	put_number(b, NFTA_BITWISE_DREG, REGISTER);
	put_number(b, NFTA_BITWISE_LEN, len);
	put_value(b, NFTA_BITWISE_MASK, bits, len);
	put_value(b, NFTA_BITWISE_XOR, zero, len);
	close_expression(b, e);
}

static void compare(struct batch *b, uint32_t op, const void *bytes, size_t len)
{
	struct expression e = open_expression(b, "cmp");

	put_number(b, NFTA_CMP_SREG, REGISTER);
	put_number(b, NFTA_CMP_OP, op);
	put_value(b, NFTA_CMP_DATA, bytes, len);
	close_expression(b, e);
}

static void compare_byte(struct batch *b, uint8_t byte)
{
	compare(b, NFT_CMP_EQ, &byte, sizeof byte);
}

static void compare_range(struct batch *b, const void *from, const void *to, size_t len)
{
	struct expression e = open_expression(b, "range");

	put_number(b, NFTA_RANGE_SREG, REGISTER);
	put_number(b, NFTA_RANGE_OP, NFT_RANGE_EQ);
	put_value(b, NFTA_RANGE_FROM_DATA, from, len);
	put_value(b, NFTA_RANGE_TO_DATA, to, len);
	close_expression(b, e);
}

/* --- rules --- */

static void begin_rule(struct batch *b)
{
	begin_command(b, NFT_MSG_NEWRULE, NLM_F_CREATE | NLM_F_APPEND);
	mnl_attr_put_strz(b->message, NFTA_RULE_TABLE, b->table);
	mnl_attr_put_strz(b->message, NFTA_RULE_CHAIN, CHAIN);
	b->expressions = mnl_attr_nest_start(b->message, NFTA_RULE_EXPRESSIONS);
}

static void end_rule_with_accept(struct batch *b)
{
	struct expression e = open_expression(b, "immediate");
	struct nlattr *data, *verdict;

	put_number(b, NFTA_IMMEDIATE_DREG, NFT_REG_VERDICT);
	data = mnl_attr_nest_start(b->message, NFTA_IMMEDIATE_DATA);
	verdict = mnl_attr_nest_start(b->message, NFTA_DATA_VERDICT);
	put_number(b, NFTA_VERDICT_CODE, NF_ACCEPT);
	mnl_attr_nest_end(b->message, verdict);
	mnl_attr_nest_end(b->message, data);
	close_expression(b, e);
	mnl_attr_nest_end(b->message, b->expressions);
}

static void match_protocol(struct batch *b, uint8_t protocol)
{
	load_meta(b, NFT_META_L4PROTO);
	compare_byte(b, protocol);
}

static void match_ports(struct batch *b, uint8_t protocol, uint16_t first, uint16_t last)
{
	const uint16_t from = htons(first), to = htons(last);

	match_protocol(b, protocol);
	load_payload(b, NFT_PAYLOAD_TRANSPORT_HEADER, PORT_OFFSET, sizeof from);
	compare_range(b, &from, &to, sizeof from);
}

/* A star at the end stands for the rest of the name, which then is not compared. */
static void match_interface(struct batch *b, const char name[OPENING_INTERFACE_BYTES])
{
	char bytes[OPENING_INTERFACE_BYTES] = "";
	size_t len = strnlen(name, sizeof bytes);
	bool star = name[len - 1] == '*';

	memcpy(bytes, name, len);
	if (star && len == 1)
		return;
	load_meta(b, NFT_META_IIFNAME);
	compare(b, NFT_CMP_EQ, bytes, star ? len - 1 : sizeof bytes);
}

static void match_network(struct batch *b, const struct opening *o)
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	bool v4 = memcmp(o->network.bytes, mapped, sizeof mapped) == 0 && o->prefix >= V4_PREFIX;
	uint8_t bits[16] = {0}, network[16];
	uint32_t start = v4 ? sizeof mapped : 0, len = sizeof bits - start;

	for (unsigned i = 0; i < o->prefix; i++)
		bits[i / 8] |= (uint8_t)(0x80 >> i % 8);
	for (size_t i = 0; i < sizeof bits; i++)
		network[i] = o->network.bytes[i] & bits[i];
	load_meta(b, NFT_META_NFPROTO);
	compare_byte(b, v4 ? NFPROTO_IPV4 : NFPROTO_IPV6);
	load_payload(b, NFT_PAYLOAD_NETWORK_HEADER, v4 ? V4_SOURCE_OFFSET : V6_SOURCE_OFFSET, len);
	mask(b, bits + start, len);
	compare(b, NFT_CMP_EQ, network + start, len);
}

static void put_opening(struct batch *b, const struct opening *o)
{
	begin_rule(b);
	if (o->interface[0] != '\0')
		match_interface(b, o->interface);
	if (o->has_network)
		match_network(b, o);
	if (o->protocol == PROTOCOL_TCP || o->protocol == PROTOCOL_UDP)
		match_ports(b, (uint8_t)o->protocol, o->first_port, o->last_port);
	else if (o->protocol != OPENING_ANY_PROTOCOL)
		match_protocol(b, (uint8_t)o->protocol);
	end_rule_with_accept(b);
}

static void put_what_is_always_allowed(struct batch *b)
{
	static const uint32_t under_way = NF_CT_STATE_BIT(IP_CT_ESTABLISHED) | NF_CT_STATE_BIT(IP_CT_RELATED), none = 0, lo = INDEX_OF_LO;
	static const uint8_t protocols[] = {PROTOCOL_ICMP, PROTOCOL_ICMPV6}, broadcast = PACKET_TO_BROADCAST, multicast = PACKET_TO_MULTICAST;
	static const uint16_t ports[] = {PORT_DHCP, PORT_DHCPV6};

	begin_rule(b);
	load_state(b);
	mask(b, &under_way, sizeof under_way);
	compare(b, NFT_CMP_NEQ, &none, sizeof none);
	end_rule_with_accept(b);
	begin_rule(b);
	load_meta(b, NFT_META_IIF);
	compare(b, NFT_CMP_EQ, &lo, sizeof lo);
	end_rule_with_accept(b);
	begin_rule(b);
	load_meta(b, NFT_META_PKTTYPE);
	compare_range(b, &broadcast, &multicast, sizeof broadcast);
	end_rule_with_accept(b);
	for (size_t i = 0; i < 2; i++) {
		begin_rule(b);
		match_protocol(b, protocols[i]);
		end_rule_with_accept(b);
		begin_rule(b);
		match_ports(b, PROTOCOL_UDP, ports[i], ports[i]);
		end_rule_with_accept(b);
	}
}

static void put_counter(struct batch *b)
{
	begin_rule(b);
	close_expression(b, open_expression(b, "counter"));
	mnl_attr_nest_end(b->message, b->expressions);
}

/* What is no opening was told when the policy was checked, and allows nothing. */
static bool read_opening(const char *word, struct opening *ret)
{
	return opening_parse(word, strlen(word), ret, NULL) == 0;
}

/* False where there is not enough room. */
static bool put_rules(struct batch *b, const struct word_list *allow)
{
	put_what_is_always_allowed(b);
	for (size_t i = 0; i < allow->count; i++) {
		struct opening opening;

		if (b->len + 3 * RULE_BYTES_MAX > FIREWALL_HOLD_BYTES_MAX)
			return false;
		if (read_opening(allow->words[i], &opening))
			put_opening(b, &opening);
	}
	return true;
}

/* --- the tables --- */

size_t firewall_hold_put(const struct word_list *allow, uint8_t *buffer)
{
	struct batch b = {.table = FIREWALL_HOLD_TABLE, .bytes = buffer};

	begin_transaction(&b);
	put_table(&b, NFT_MSG_NEWTABLE, NLM_F_CREATE);
	put_chain(&b, IN_FRONT, NF_DROP);
	return put_rules(&b, allow) ? end_transaction(&b) : 0;
}

size_t firewall_hold_remove(uint8_t *buffer)
{
	struct batch b = {.table = FIREWALL_HOLD_TABLE, .bytes = buffer};

	begin_transaction(&b);
	return end_transaction(&b);
}

size_t firewall_floor_put(const struct word_list *allow, bool drops, uint8_t *buffer)
{
	struct batch b = {.table = FIREWALL_FLOOR_TABLE, .bytes = buffer};

	begin_transaction(&b);
	put_table(&b, NFT_MSG_NEWTABLE, NLM_F_CREATE);
	mnl_attr_put_u32(b.message, NFTA_TABLE_FLAGS, htonl(NFT_TABLE_F_OWNER));
	put_chain(&b, drops ? IN_FRONT : BEHIND, drops ? NF_DROP : NF_ACCEPT);
	if (!put_rules(&b, allow))
		return 0;
	if (!drops)
		put_counter(&b);
	return end_transaction(&b);
}

size_t firewall_floor_remove(uint8_t *buffer)
{
	struct batch b = {.table = FIREWALL_FLOOR_TABLE, .bytes = buffer};

	begin(&b, NFNL_MSG_BATCH_BEGIN, 0, AF_UNSPEC, NFNL_SUBSYS_NFTABLES);
	put_table(&b, NFT_MSG_DELTABLE, 0);
	return end_transaction(&b);
}

size_t firewall_floor_ask(uint8_t *buffer)
{
	struct batch b = {.table = FIREWALL_FLOOR_TABLE, .bytes = buffer};

	put_table(&b, NFT_MSG_GETTABLE, 0);
	return NLMSG_ALIGN(b.message->nlmsg_len);
}

size_t firewall_floor_rules(const struct word_list *allow, bool drops)
{
	size_t rules = drops ? RULES_ALWAYS : RULES_ALWAYS + 1;
	struct opening opening;

	for (size_t i = 0; i < allow->count; i++)
		rules += read_opening(allow->words[i], &opening);
	return rules;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* The packet filter of the kernel as data: tables, chains, rules, sets. Pure.
 *
 * Two readers fill it: ruleset_read() from nftables' netlink messages (native rules and those of iptables-nft), legacy_read() from the tables
 * of iptables-legacy. packet_walk.h sends packets through it. Everything lies in the arena; bytes of constants are the caller's, which must
 * live as long.
 * MUST: what a reader does not know becomes NF_EXPRESSION_UNKNOWN; nothing is left out silently. */
#ifndef GUARD_RULESET_H
#define GUARD_RULESET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"

struct nf_chain;
struct nf_set;

/* A constant, or a verdict. */
struct nf_data {
	const uint8_t *bytes; /* NULL = none */
	size_t len;
	bool is_verdict;
	int32_t verdict;        /* NF_ACCEPT, NF_DROP, NFT_JUMP ... */
	const char *chain_name; /* of NFT_JUMP and NFT_GOTO */
	const struct nf_chain *chain;
};

enum nf_expression_kind {
	NF_EXPRESSION_UNKNOWN, /* may match or not, may end in any verdict */
	NF_EXPRESSION_NONE,    /* changes nothing that counts here: counter, log ... */
	NF_EXPRESSION_BITWISE,
	NF_EXPRESSION_BYTEORDER,
	NF_EXPRESSION_CMP,
	NF_EXPRESSION_CONNLIMIT,
	NF_EXPRESSION_CT,
	NF_EXPRESSION_DYNSET,
	NF_EXPRESSION_EXTHDR,
	NF_EXPRESSION_FIB,
	NF_EXPRESSION_IMMEDIATE,
	NF_EXPRESSION_LEGACY, /* the addresses, interfaces and protocol at the head of an iptables-legacy rule: struct ipt_ip, ip6t_ip6 */
	NF_EXPRESSION_LIMIT,
	NF_EXPRESSION_LOOKUP,
	NF_EXPRESSION_MATCH,
	NF_EXPRESSION_META,
	NF_EXPRESSION_NAT,
	NF_EXPRESSION_NOTRACK,
	NF_EXPRESSION_OBJREF,
	NF_EXPRESSION_PAYLOAD,
	NF_EXPRESSION_QUEUE,
	NF_EXPRESSION_QUOTA,
	NF_EXPRESSION_RANDOM, /* a register gets what nobody can tell */
	NF_EXPRESSION_RANGE,
	NF_EXPRESSION_REDIRECT,
	NF_EXPRESSION_REJECT,
	NF_EXPRESSION_TARGET,
	NF_EXPRESSION_MAX
};

/* One step of a rule. Which members count follows from the kind (ruleset_expression.c). */
struct nf_expression {
	enum nf_expression_kind kind;
	uint32_t sreg, dreg;          /* as netlink numbers them; 0 of sreg = none */
	uint32_t key, op, flags;      /* NFT_META_MARK ..., NFT_CMP_EQ ..., NFT_LOOKUP_F_INV ... */
	uint32_t base, offset, len;   /* of the payload */
	uint32_t direction;           /* of ct */
	uint32_t port_reg;            /* of NAT */
	struct nf_data data, data_to; /* data_to: end of a range, xor of bitwise */
	const char *name;             /* of the expression, set, match or target */
	uint32_t revision;            /* of a match or target */
	const uint8_t *info;          /* of a match or target */
	size_t info_len;
	const struct nf_set *set;
	struct nf_expression *nested; /* what dynset does for each element */
	size_t nested_count;
};

struct nf_rule {
	struct nf_expression *expressions;
	size_t count;
	struct nf_rule *next;
};

enum { NF_CHAIN_DEVICES_MAX = 16 };

struct nf_chain {
	uint8_t family; /* NFPROTO_INET, NFPROTO_IPV4, NFPROTO_IPV6, NFPROTO_NETDEV */
	const char *table, *name;
	bool is_base, is_nat, is_legacy;
	uint32_t hook; /* NF_INET_LOCAL_IN ... */
	int32_t priority;
	uint32_t policy; /* NF_ACCEPT, NF_DROP */
	const char *devices[NF_CHAIN_DEVICES_MAX]; /* of an ingress chain; none = every one */
	size_t device_count;
	struct nf_rule *rules, *last;
	struct nf_chain *next;
};

struct nf_element {
	const uint8_t *key, *key_end; /* key_end only in ranges of several fields; both NULL for the catch-all */
	uint32_t flags;               /* NFT_SET_ELEM_INTERVAL_END, NFT_SET_ELEM_CATCHALL */
	struct nf_data data;
	struct nf_element *next;
};

struct nf_set {
	uint8_t family;
	const char *table, *name;
	uint32_t flags; /* NFT_SET_INTERVAL, NFT_SET_CONCAT ... */
	uint32_t key_len;
	uint8_t fields[16]; /* lengths in bytes of the parts of a concatenation; 0 behind the last */
	struct nf_element *elements, *last;
	size_t count;
	struct nf_set *next;
};

struct nf_table {
	uint8_t family;
	const char *name;
	bool dormant; /* its chains do nothing */
	bool owned;   /* only the process that made it may change it */
	struct nf_table *next;
};

struct nf_ruleset {
	struct nf_table *tables;
	struct nf_chain *chains, *last_chain;
	struct nf_set *sets;
	size_t rule_count;
};

/* Netlink messages of a dump (NFT_MSG_NEWTABLE, NEWCHAIN, NEWSET, NEWSETELEM, NEWRULE, in that order) into *ruleset, which may hold some
 * already. 0; -EBADMSG for what is no such message; -ENOMEM. */
int ruleset_read(const uint8_t *bytes, size_t len, struct arena *arena, struct nf_ruleset *ruleset);

/* Names of chains and sets become pointers; call it once, after all is read. 0, or -EBADMSG where a name leads nowhere. */
int ruleset_link(struct nf_ruleset *ruleset);

/* One table of iptables-legacy: what IPT_SO_GET_INFO and IPT_SO_GET_ENTRIES gave for it (family NFPROTO_IPV6: IP6T_...). The same results. */
int legacy_read(uint8_t family, const uint8_t *info, size_t info_len, const uint8_t *entries, size_t entries_len, struct arena *arena,
		struct nf_ruleset *ruleset);

/* --- between the readers --- */
struct attribute_list;
/* The list NFTA_RULE_EXPRESSIONS and the like. 0, -EBADMSG or -ENOMEM. */
int ruleset_expressions(struct attribute_list list, unsigned depth, struct arena *arena, struct nf_expression **ret, size_t *ret_count);
int ruleset_data(struct attribute_list list, struct arena *arena, struct nf_data *ret);
struct nf_chain *ruleset_add_chain(struct nf_ruleset *ruleset, struct arena *arena);
int ruleset_add_rule(struct nf_ruleset *ruleset, struct nf_chain *chain, struct nf_expression *expressions, size_t count,
		     struct arena *arena);

#endif

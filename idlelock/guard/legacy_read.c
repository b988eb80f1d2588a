/* SPDX-License-Identifier: BSD-2-Clause */
/* One table of iptables-legacy as the kernel gives it: entries one after the other, jumps as offsets. */
#include <errno.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv4/ip_tables.h>
#include <linux/netfilter_ipv6/ip6_tables.h>
#include <string.h>

#include "ruleset.h"
#include "text.h"

#define CHAIN_NAME_BYTES 24

/* Where things lie in struct ipt_entry and struct ip6t_entry. */
struct shape {
	size_t head_len, flags_at, target_offset_at, next_offset_at, len;
	uint8_t go_to; /* flag: a jump without coming back */
};
static const struct shape IPV4 = {sizeof(struct ipt_ip), offsetof(struct ipt_entry, ip.flags), offsetof(struct ipt_entry, target_offset),
				  offsetof(struct ipt_entry, next_offset), sizeof(struct ipt_entry), IPT_F_GOTO};
static const struct shape IPV6 = {sizeof(struct ip6t_ip6), offsetof(struct ip6t_entry, ipv6.flags), offsetof(struct ip6t_entry, target_offset),
				  offsetof(struct ip6t_entry, next_offset), sizeof(struct ip6t_entry), IP6T_F_GOTO};

struct reader {
	const struct shape *shape;
	const uint8_t *bytes;
	size_t len;
	struct ipt_getinfo info; /* struct ip6t_getinfo is the same */
	uint8_t family;
	const char *table;
	struct arena *arena;
	struct nf_ruleset *ruleset;
	struct nf_chain *chain; /* NULL = the next entry begins one */
};

static uint16_t number_at(const uint8_t *bytes)
{
	uint16_t number;

	memcpy(&number, bytes, sizeof number);
	return number;
}

/* Chains have no names here; the offset of the first rule is one. */
static const char *name_of(struct reader *r, size_t offset)
{
	char name[CHAIN_NAME_BYTES];
	struct text t;

	TEXT_INTO(&t, name);
	text_add_format(&t, "%zu", offset);
	return arena_copy(r->arena, t.buf, t.len);
}

static int32_t priority_of(const char *table)
{
	static const struct {
		const char *table;
		int32_t priority;
	} rows[] = {
		{"raw", NF_IP_PRI_RAW}, {"mangle", NF_IP_PRI_MANGLE}, {"nat", NF_IP_PRI_NAT_DST}, {"filter", NF_IP_PRI_FILTER}, {"security", NF_IP_PRI_SECURITY},
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (strcmp(rows[i].table, table) == 0)
			return rows[i].priority;
	return NF_IP_PRI_FILTER;
}

static int begin_chain(struct reader *r, size_t offset)
{
	struct nf_chain *chain = ruleset_add_chain(r->ruleset, r->arena);

	if (chain == NULL)
		return -ENOMEM;
	*chain = (struct nf_chain){.family = r->family, .table = r->table, .name = name_of(r, offset), .is_legacy = true, .policy = NF_ACCEPT};
	for (uint32_t hook = 0; hook < NF_INET_NUMHOOKS; hook++) {
		if ((r->info.valid_hooks & 1U << hook) == 0 || r->info.hook_entry[hook] != offset)
			continue;
		chain->is_base = true;
		chain->hook = hook;
		chain->is_nat = strcmp(r->table, "nat") == 0;
		chain->priority = priority_of(r->table);
	}
	r->chain = chain;
	return chain->name != NULL ? 0 : -ENOMEM;
}

/* A struct xt_entry_match or xt_entry_target. */
static int read_extension(struct reader *r, const uint8_t *bytes, size_t room, struct nf_expression *e, size_t *ret_len)
{
	const char *name = (const char *)bytes + offsetof(struct xt_entry_match, u.user.name);
	size_t len = room >= sizeof(struct xt_entry_match) ? number_at(bytes) : 0;

	if (len < sizeof(struct xt_entry_match) || len > room)
		return -EBADMSG;
	e->name = arena_copy(r->arena, name, strnlen(name, XT_EXTENSION_MAXNAMELEN));
	e->revision = bytes[offsetof(struct xt_entry_match, u.user.revision)];
	e->info = bytes + sizeof(struct xt_entry_match);
	e->info_len = len - sizeof(struct xt_entry_match);
	*ret_len = len;
	return e->name != NULL ? 0 : -ENOMEM;
}

/* A standard target: its name is empty, what it holds is a verdict or an offset. */
static int read_verdict(struct reader *r, size_t offset, size_t next, struct nf_expression *e)
{
	bool go_to = (r->bytes[offset + r->shape->flags_at] & r->shape->go_to) != 0;
	int32_t verdict;

	if (e->info_len < sizeof verdict)
		return -EBADMSG;
	memcpy(&verdict, e->info, sizeof verdict);
	e->kind = NF_EXPRESSION_IMMEDIATE;
	e->data.is_verdict = true;
	if (verdict >= 0 && (size_t)verdict == next && !go_to) {
		e->data.verdict = NFT_CONTINUE;
	} else if (verdict >= 0) {
		e->data.verdict = go_to ? NFT_GOTO : NFT_JUMP;
		e->data.chain_name = name_of(r, (size_t)verdict);
		return e->data.chain_name != NULL ? 0 : -ENOMEM;
	} else {
		e->data.verdict = verdict == XT_RETURN ? NFT_RETURN : -(verdict + 1);
	}
	for (uint32_t hook = 0; hook < NF_INET_NUMHOOKS; hook++)
		if (r->chain->is_base && r->chain->hook == hook && r->info.underflow[hook] == offset)
			r->chain->policy = (uint32_t)e->data.verdict;
	return 0;
}

static int read_parts(struct reader *r, size_t offset, size_t target, size_t next, struct nf_expression *expressions, size_t *ret_count)
{
	size_t at = offset + r->shape->len, len;
	struct nf_expression *e = expressions;
	int error = 0;

	*e = (struct nf_expression){
		.kind = NF_EXPRESSION_LEGACY, .name = "legacy", .info = r->bytes + offset, .info_len = r->shape->head_len};
	while (error == 0 && at < target) {
		e++;
		e->kind = NF_EXPRESSION_MATCH;
		error = read_extension(r, r->bytes + at, target - at, e, &len);
		at += error == 0 ? len : 0;
	}
	if (error < 0 || at != target)
		return error < 0 ? error : -EBADMSG;
	e++;
	e->kind = NF_EXPRESSION_TARGET;
	error = read_extension(r, r->bytes + at, next - at, e, &len);
	if (error == 0 && *e->name == '\0')
		error = read_verdict(r, offset, next, e);
	*ret_count = (size_t)(e - expressions) + 1;
	return error;
}

/* In *ret_next the offset of the next entry. */
static int read_entry(struct reader *r, size_t offset, size_t *ret_next)
{
	struct nf_expression *expressions;
	size_t target, next, count = 0;
	int error = 0;

	if (r->len - offset < r->shape->len)
		return -EBADMSG;
	target = offset + number_at(r->bytes + offset + r->shape->target_offset_at);
	next = offset + number_at(r->bytes + offset + r->shape->next_offset_at);
	if (target < offset + r->shape->len || next <= target || next > r->len)
		return -EBADMSG;
	*ret_next = next;
	if (r->chain == NULL)
		error = begin_chain(r, offset);
	/* each match takes at least the bytes of its head */
	expressions = error == 0 ? ARENA_NEW(r->arena, struct nf_expression, (target - offset) / sizeof(struct xt_entry_match) + 2) : NULL;
	if (expressions == NULL)
		return -ENOMEM;
	error = read_parts(r, offset, target, next, expressions, &count);
	if (error == 0)
		error = ruleset_add_rule(r->ruleset, r->chain, expressions, count, r->arena);
	return error;
}

/* Such an entry stands before each chain of the user's and behind the last one. */
static bool is_heading(const struct reader *r, size_t offset)
{
	size_t target;

	if (r->len - offset < r->shape->len)
		return false;
	target = offset + number_at(r->bytes + offset + r->shape->target_offset_at);
	return target <= r->len && r->len - target >= sizeof(struct xt_entry_target) &&
	       strncmp((const char *)r->bytes + target + offsetof(struct xt_entry_target, u.user.name), XT_ERROR_TARGET, sizeof XT_ERROR_TARGET) == 0;
}

static bool begins_hook(const struct reader *r, size_t offset)
{
	for (uint32_t hook = 0; hook < NF_INET_NUMHOOKS; hook++)
		if ((r->info.valid_hooks & 1U << hook) != 0 && r->info.hook_entry[hook] == offset)
			return true;
	return false;
}

int legacy_read(uint8_t family, const uint8_t *info, size_t info_len, const uint8_t *entries, size_t entries_len, struct arena *arena,
		struct nf_ruleset *ruleset)
{
	struct reader r = {
		.shape = family == NFPROTO_IPV4 ? &IPV4 : &IPV6, .bytes = entries, .len = entries_len, .family = family, .arena = arena, .ruleset = ruleset};
	size_t offset = 0, next = 0;
	int error = 0;

	if (info_len != sizeof r.info)
		return -EBADMSG;
	memcpy(&r.info, info, sizeof r.info);
	r.table = arena_copy(arena, r.info.name, strnlen(r.info.name, sizeof r.info.name));
	if (r.table == NULL)
		return -ENOMEM;
	while (error == 0 && offset < r.len) {
		if (begins_hook(&r, offset))
			r.chain = NULL;
		if (is_heading(&r, offset)) {
			next = offset + number_at(entries + offset + r.shape->next_offset_at);
			r.chain = NULL;
			error = next > offset ? 0 : -EBADMSG;
		} else {
			error = read_entry(&r, offset, &next);
		}
		offset = next;
	}
	return error;
}

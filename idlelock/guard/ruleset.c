/* SPDX-License-Identifier: BSD-2-Clause */
/* Tables, chains, sets and rules out of nftables' netlink messages; names become pointers. */
#include "ruleset.h"

#include <errno.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <string.h>

#include "attribute.h"

#define KEY_BYTES_MAX 64 /* NFT_DATA_VALUE_MAXLEN of the kernel */

struct reader {
	struct arena *arena;
	struct nf_ruleset *ruleset;
	uint8_t family;
};

static int set_text(const struct attribute *a, struct arena *arena, const char **ret)
{
	*ret = attribute_text(a, arena);
	return *ret != NULL ? 0 : -ENOMEM;
}

/* --- tables --- */

static int read_table(struct reader *r, struct attribute_list list)
{
	struct nf_table *table = ARENA_NEW(r->arena, struct nf_table, 1);
	struct attribute a;
	int error = table != NULL ? 0 : -ENOMEM;

	while (error == 0 && attribute_next(&list, &a)) {
		if (a.type == NFTA_TABLE_NAME)
			error = set_text(&a, r->arena, &table->name);
		else if (a.type == NFTA_TABLE_FLAGS) {
			table->dormant = (attribute_number(&a) & NFT_TABLE_F_DORMANT) != 0;
			table->owned = (attribute_number(&a) & NFT_TABLE_F_OWNER) != 0;
		}
	}
	if (error < 0)
		return error;
	if (list.bad || table->name == NULL)
		return -EBADMSG;
	table->family = r->family;
	table->next = r->ruleset->tables;
	r->ruleset->tables = table;
	return 0;
}

/* --- chains --- */

struct nf_chain *ruleset_add_chain(struct nf_ruleset *ruleset, struct arena *arena)
{
	struct nf_chain *chain = ARENA_NEW(arena, struct nf_chain, 1);

	if (chain == NULL)
		return NULL;
	if (ruleset->last_chain != NULL)
		ruleset->last_chain->next = chain;
	else
		ruleset->chains = chain;
	ruleset->last_chain = chain;
	return chain;
}

int ruleset_add_rule(struct nf_ruleset *ruleset, struct nf_chain *chain, struct nf_expression *expressions, size_t count,
		     struct arena *arena)
{
	struct nf_rule *rule = ARENA_NEW(arena, struct nf_rule, 1);

	if (rule == NULL)
		return -ENOMEM;
	rule->expressions = expressions;
	rule->count = count;
	if (chain->last != NULL)
		chain->last->next = rule;
	else
		chain->rules = rule;
	chain->last = rule;
	ruleset->rule_count++;
	return 0;
}

static int add_device(struct nf_chain *chain, const struct attribute *a, struct arena *arena)
{
	if (chain->device_count == NF_CHAIN_DEVICES_MAX)
		return -EBADMSG;
	return set_text(a, arena, &chain->devices[chain->device_count++]);
}

static int read_hook(struct attribute_list list, struct arena *arena, struct nf_chain *chain)
{
	struct attribute a, device;
	int error = 0;

	chain->is_base = true;
	while (error == 0 && attribute_next(&list, &a)) {
		if (a.type == NFTA_HOOK_HOOKNUM)
			chain->hook = attribute_number(&a);
		else if (a.type == NFTA_HOOK_PRIORITY)
			chain->priority = (int32_t)attribute_number(&a);
		else if (a.type == NFTA_HOOK_DEV)
			error = add_device(chain, &a, arena);
		if (a.type != NFTA_HOOK_DEVS)
			continue;
		/* with DEVS there is DEV too, for the first of them */
		chain->device_count = 0;
		for (struct attribute_list devices = attribute_nested(&a); error == 0 && attribute_next(&devices, &device);)
			error = add_device(chain, &device, arena);
	}
	return error == 0 && list.bad ? -EBADMSG : error;
}

static int read_chain(struct reader *r, struct attribute_list list)
{
	struct nf_chain *chain = ruleset_add_chain(r->ruleset, r->arena);
	struct attribute a;
	int error = 0;

	if (chain == NULL)
		return -ENOMEM;
	chain->family = r->family;
	chain->policy = NF_ACCEPT;
	while (error == 0 && attribute_next(&list, &a)) {
		if (a.type == NFTA_CHAIN_TABLE)
			error = set_text(&a, r->arena, &chain->table);
		else if (a.type == NFTA_CHAIN_NAME)
			error = set_text(&a, r->arena, &chain->name);
		else if (a.type == NFTA_CHAIN_HOOK)
			error = read_hook(attribute_nested(&a), r->arena, chain);
		else if (a.type == NFTA_CHAIN_POLICY)
			chain->policy = attribute_number(&a);
		else if (a.type == NFTA_CHAIN_TYPE)
			chain->is_nat = a.len >= 4 && memcmp(a.bytes, "nat", 4) == 0;
	}
	if (error == 0 && (list.bad || chain->table == NULL || chain->name == NULL))
		return -EBADMSG;
	return error;
}

/* --- sets --- */

static int read_fields(struct attribute_list list, struct nf_set *set)
{
	struct attribute a, field, len;
	size_t count = 0;

	while (attribute_next(&list, &a)) {
		struct attribute_list concat = attribute_nested(&a);

		if (a.type != NFTA_SET_DESC_CONCAT)
			continue;
		while (attribute_next(&concat, &field)) {
			struct attribute_list one = attribute_nested(&field);

			if (!attribute_next(&one, &len) || count == sizeof set->fields - 1)
				return -EBADMSG;
			set->fields[count++] = (uint8_t)attribute_number(&len);
		}
		if (concat.bad)
			return -EBADMSG;
	}
	return list.bad ? -EBADMSG : 0;
}

static int read_set(struct reader *r, struct attribute_list list)
{
	struct nf_set *set = ARENA_NEW(r->arena, struct nf_set, 1);
	struct attribute a;
	int error = set != NULL ? 0 : -ENOMEM;

	while (error == 0 && attribute_next(&list, &a)) {
		if (a.type == NFTA_SET_TABLE)
			error = set_text(&a, r->arena, &set->table);
		else if (a.type == NFTA_SET_NAME)
			error = set_text(&a, r->arena, &set->name);
		else if (a.type == NFTA_SET_FLAGS)
			set->flags = attribute_number(&a);
		else if (a.type == NFTA_SET_KEY_LEN)
			set->key_len = attribute_number(&a);
		else if (a.type == NFTA_SET_DESC)
			error = read_fields(attribute_nested(&a), set);
	}
	if (error < 0)
		return error;
	if (list.bad || set->table == NULL || set->name == NULL || set->key_len == 0 || set->key_len > KEY_BYTES_MAX)
		return -EBADMSG;
	set->family = r->family;
	set->next = r->ruleset->sets;
	r->ruleset->sets = set;
	return 0;
}

static struct nf_set *find_set(const struct nf_ruleset *ruleset, uint8_t family, const char *table, const char *name)
{
	for (struct nf_set *set = ruleset->sets; set != NULL; set = set->next)
		if (set->family == family && strcmp(set->table, table) == 0 && strcmp(set->name, name) == 0)
			return set;
	return NULL;
}

/* A key must be as long as the set says. */
static int read_key(const struct attribute *a, const struct nf_set *set, struct arena *arena, const uint8_t **ret)
{
	struct nf_data data;
	int error = ruleset_data(attribute_nested(a), arena, &data);

	if (error == 0 && (data.is_verdict || data.len != set->key_len))
		return -EBADMSG;
	*ret = data.bytes;
	return error;
}

static int read_element(struct attribute_list list, struct nf_set *set, struct arena *arena)
{
	struct nf_element *element = ARENA_NEW(arena, struct nf_element, 1);
	struct attribute a;
	int error = element != NULL ? 0 : -ENOMEM;

	while (error == 0 && attribute_next(&list, &a)) {
		if (a.type == NFTA_SET_ELEM_KEY)
			error = read_key(&a, set, arena, &element->key);
		else if (a.type == NFTA_SET_ELEM_KEY_END)
			error = read_key(&a, set, arena, &element->key_end);
		else if (a.type == NFTA_SET_ELEM_DATA)
			error = ruleset_data(attribute_nested(&a), arena, &element->data);
		else if (a.type == NFTA_SET_ELEM_FLAGS)
			element->flags = attribute_number(&a);
	}
	if (error < 0)
		return error;
	if (list.bad || (element->key == NULL) != ((element->flags & NFT_SET_ELEM_CATCHALL) != 0))
		return -EBADMSG;
	if (set->last != NULL)
		set->last->next = element;
	else
		set->elements = element;
	set->last = element;
	set->count++;
	return 0;
}

static int read_elements(struct reader *r, struct attribute_list list)
{
	const char *table = NULL, *name = NULL;
	struct attribute_list elements = {0};
	struct nf_set *set = NULL;
	struct attribute a;
	int error = 0;

	while (error == 0 && attribute_next(&list, &a)) {
		if (a.type == NFTA_SET_ELEM_LIST_TABLE)
			error = set_text(&a, r->arena, &table);
		else if (a.type == NFTA_SET_ELEM_LIST_SET)
			error = set_text(&a, r->arena, &name);
		else if (a.type == NFTA_SET_ELEM_LIST_ELEMENTS)
			elements = attribute_nested(&a);
	}
	if (error < 0)
		return error;
	if (!list.bad && table != NULL && name != NULL)
		set = find_set(r->ruleset, r->family, table, name);
	if (set == NULL)
		return -EBADMSG;
	while (error == 0 && attribute_next(&elements, &a))
		error = read_element(attribute_nested(&a), set, r->arena);
	return error == 0 && elements.bad ? -EBADMSG : error;
}

/* --- rules --- */

static struct nf_chain *find_chain(const struct nf_ruleset *ruleset, uint8_t family, bool legacy, const char *table, const char *name)
{
	for (struct nf_chain *chain = ruleset->chains; chain != NULL; chain = chain->next)
		if (chain->family == family && chain->is_legacy == legacy && strcmp(chain->table, table) == 0 && strcmp(chain->name, name) == 0)
			return chain;
	return NULL;
}

static int read_rule(struct reader *r, struct attribute_list list)
{
	struct nf_expression *expressions = NULL;
	const char *table = NULL, *name = NULL;
	struct nf_chain *chain;
	struct attribute a;
	size_t count = 0;
	int error = 0;

	while (error == 0 && attribute_next(&list, &a)) {
		if (a.type == NFTA_RULE_TABLE)
			error = set_text(&a, r->arena, &table);
		else if (a.type == NFTA_RULE_CHAIN)
			error = set_text(&a, r->arena, &name);
		else if (a.type == NFTA_RULE_EXPRESSIONS)
			error = ruleset_expressions(attribute_nested(&a), 0, r->arena, &expressions, &count);
	}
	if (error < 0)
		return error;
	chain = !list.bad && table != NULL && name != NULL ? find_chain(r->ruleset, r->family, false, table, name) : NULL;
	return chain != NULL ? ruleset_add_rule(r->ruleset, chain, expressions, count, r->arena) : -EBADMSG;
}

/* --- messages --- */

static bool is_read(uint8_t family)
{
	return family == NFPROTO_INET || family == NFPROTO_IPV4 || family == NFPROTO_IPV6 || family == NFPROTO_NETDEV;
}

static int read_message(struct reader *r, uint16_t type, struct attribute_list list)
{
	switch (type & 0xff) {
	case NFT_MSG_NEWTABLE:
		return read_table(r, list);
	case NFT_MSG_NEWCHAIN:
		return read_chain(r, list);
	case NFT_MSG_NEWSET:
		return read_set(r, list);
	case NFT_MSG_NEWSETELEM:
		return read_elements(r, list);
	case NFT_MSG_NEWRULE:
		return read_rule(r, list);
	default:
		return -EBADMSG;
	}
}

int ruleset_read(const uint8_t *bytes, size_t len, struct arena *arena, struct nf_ruleset *ruleset)
{
	const size_t heads = NLMSG_HDRLEN + sizeof(struct nfgenmsg);
	struct reader r = {.arena = arena, .ruleset = ruleset};
	int error = 0;

	while (error == 0 && len > 0) {
		struct nlmsghdr head;
		size_t step;

		if (len < sizeof head)
			return -EBADMSG;
		memcpy(&head, bytes, sizeof head);
		if (head.nlmsg_len < heads || head.nlmsg_len > len || head.nlmsg_type >> 8 != NFNL_SUBSYS_NFTABLES)
			return -EBADMSG;
		r.family = bytes[NLMSG_HDRLEN];
		/* bridges and arp carry no connection to this computer's own addresses */
		if (is_read(r.family))
			error = read_message(&r, head.nlmsg_type,
					     (struct attribute_list){.bytes = bytes + heads, .len = head.nlmsg_len - heads});
		step = NLMSG_ALIGN((size_t)head.nlmsg_len);
		step = step > len ? len : step;
		bytes += step;
		len -= step;
	}
	return error;
}

/* --- names --- */

static int link_data(const struct nf_ruleset *ruleset, const struct nf_chain *from, struct nf_data *data)
{
	if (!data->is_verdict || (data->verdict != NFT_JUMP && data->verdict != NFT_GOTO))
		return 0;
	data->chain = data->chain_name != NULL ? find_chain(ruleset, from->family, from->is_legacy, from->table, data->chain_name) : NULL;
	return data->chain != NULL ? 0 : -EBADMSG;
}

static int link_expression(const struct nf_ruleset *ruleset, const struct nf_chain *chain, struct nf_expression *e)
{
	if (e->kind == NF_EXPRESSION_LOOKUP || e->kind == NF_EXPRESSION_DYNSET) {
		e->set = e->name != NULL ? find_set(ruleset, chain->family, chain->table, e->name) : NULL;
		return e->set != NULL ? 0 : -EBADMSG;
	}
	return link_data(ruleset, chain, &e->data);
}

static int link_chain(const struct nf_ruleset *ruleset, const struct nf_chain *chain)
{
	int error = 0;

	for (const struct nf_rule *rule = chain->rules; rule != NULL; rule = rule->next)
		for (size_t i = 0; error == 0 && i < rule->count; i++)
			error = link_expression(ruleset, chain, &rule->expressions[i]);
	return error;
}

/* A map that leads to chains. */
static int link_set(const struct nf_ruleset *ruleset, const struct nf_set *set)
{
	const struct nf_chain from = {.family = set->family, .table = set->table};
	int error = 0;

	for (struct nf_element *e = set->elements; error == 0 && e != NULL; e = e->next)
		error = link_data(ruleset, &from, &e->data);
	return error;
}

static bool is_dormant(const struct nf_ruleset *ruleset, const struct nf_chain *chain)
{
	for (const struct nf_table *table = ruleset->tables; table != NULL; table = table->next)
		if (table->family == chain->family && !chain->is_legacy && strcmp(table->name, chain->table) == 0)
			return table->dormant;
	return false;
}

int ruleset_link(struct nf_ruleset *ruleset)
{
	int error = 0;

	for (struct nf_chain *chain = ruleset->chains; error == 0 && chain != NULL; chain = chain->next) {
		if (is_dormant(ruleset, chain))
			chain->is_base = false;
		error = link_chain(ruleset, chain);
	}
	for (const struct nf_set *set = ruleset->sets; error == 0 && set != NULL; set = set->next)
		error = link_set(ruleset, set);
	return error;
}

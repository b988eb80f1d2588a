/* SPDX-License-Identifier: BSD-2-Clause */
/* The judge of control "firewall", and its words. */
#include "firewall.h"

#include <arpa/inet.h>
#include <linux/netfilter.h>
#include <string.h>

#include "text.h"

#define OPENINGS_TOLD 8
#define ARGUMENT_BYTES 256
enum { PROTOCOL_TCP = 6, PROTOCOL_UDP = 17, PORT_MAX = 65535 };

/* --- words --- */

void firewall_add_what(const struct firewall_opening *o, struct text *t)
{
	if (o->protocol == PROTOCOL_TCP || o->protocol == PROTOCOL_UDP)
		text_add(t, o->protocol == PROTOCOL_TCP ? "tcp" : "udp");
	else
		text_add_format(t, "IP protocol %u", o->protocol);
	if (o->first_port == 0 && o->last_port == PORT_MAX)
		return;
	text_add_char(t, '/');
	text_add_int(t, o->first_port);
	if (o->first_port == o->last_port)
		return;
	text_add_char(t, '-');
	text_add_int(t, o->last_port);
}

static void add_address(uint8_t family, const uint8_t *bytes, struct text *t)
{
	char address[INET6_ADDRSTRLEN];

	text_add(t, inet_ntop(family == NFPROTO_IPV4 ? AF_INET : AF_INET6, bytes, address, sizeof address) != NULL ? address : "?");
}

void firewall_add_from(const struct firewall_opening *o, struct text *t)
{
	if (o->from_anywhere) {
		text_add(t, o->ipv4 ? "0.0.0.0/0" : "");
		text_add(t, o->ipv4 && o->ipv6 ? ", " : "");
		text_add(t, o->ipv6 ? "::/0" : "");
		return;
	}
	add_address(o->source_family, o->source_first, t);
	if (memcmp(o->source_first, o->source_last, packet_address_len(o->source_family)) == 0)
		return;
	text_add_char(t, '-');
	add_address(o->source_family, o->source_last, t);
}

void firewall_add_interfaces(const struct firewall_survey *survey, const struct firewall_opening *o, struct text *t)
{
	bool first = true;

	for (size_t i = 0; i < survey->interface_count; i++) {
		if ((o->interfaces & UINT64_C(1) << i) == 0)
			continue;
		text_add(t, first ? "" : ", ");
		text_add_escaped(t, survey->interfaces[i].name, strlen(survey->interfaces[i].name));
		first = false;
	}
}

/* --- reasons --- */

/* What does not fit is cut: a reason is read by people. Without memory the argument is empty. */
static const char *keep(const struct text *t, struct arena *arena)
{
	const char *copy = arena_copy(arena, t->buf, t->len);

	return copy != NULL ? copy : "";
}

static const char *number(size_t n, struct arena *arena)
{
	char buffer[24];
	struct text t;

	TEXT_INTO(&t, buffer);
	text_add_format(&t, "%zu", n);
	return keep(&t, arena);
}

static void add_opening(struct control_verdict *verdict, const struct firewall_survey *survey, const struct firewall_opening *o, struct arena *arena)
{
	struct control_reason reason = {.id = MESSAGE_FIREWALL_OPENING, .count = 3};
	char buffer[ARGUMENT_BYTES];
	struct text t;

	TEXT_INTO(&t, buffer);
	firewall_add_what(o, &t);
	reason.arguments[0] = keep(&t, arena);
	TEXT_INTO(&t, buffer);
	firewall_add_from(o, &t);
	reason.arguments[1] = keep(&t, arena);
	TEXT_INTO(&t, buffer);
	firewall_add_interfaces(survey, o, &t);
	reason.arguments[2] = keep(&t, arena);
	if (!o->open) {
		reason.id = MESSAGE_FIREWALL_UNDECIDED;
		reason.arguments[reason.count++] = o->puzzle;
	} else if (o->forwarded) {
		reason.id = MESSAGE_FIREWALL_FORWARDED;
	}
	control_add_reason(verdict, &reason);
}

static void add_count(struct control_verdict *verdict, enum message_id id, size_t count, struct arena *arena)
{
	const struct control_reason reason = {.id = id, .arguments = {number(count, arena)}, .count = 1};

	control_add_reason(verdict, &reason);
}

/* What is open comes before what may be. */
static size_t add_openings(struct control_verdict *verdict, const struct firewall_survey *survey, bool open, size_t room, struct arena *arena)
{
	for (size_t i = 0; i < survey->count && room > 0; i++) {
		if (survey->openings[i].open != open)
			continue;
		add_opening(verdict, survey, &survey->openings[i], arena);
		room--;
	}
	return room;
}

static bool has(const struct firewall_survey *survey, bool open)
{
	for (size_t i = 0; i < survey->count; i++)
		if (survey->openings[i].open == open)
			return true;
	return false;
}

/* Nearly no port is closed: nothing filters. */
static bool is_wide_open(const struct firewall_survey *survey)
{
	unsigned ports = 0;

	for (size_t i = 0; i < survey->count; i++) {
		const struct firewall_opening *o = &survey->openings[i];

		if (o->open && !o->forwarded && o->from_anywhere && o->protocol == PROTOCOL_TCP)
			ports += o->last_port - o->first_port + 1U;
	}
	return ports > PORT_MAX / 10 * 9;
}

static void judge_survey(struct control_verdict *verdict, const struct firewall_facts *facts, const struct firewall_survey *survey, struct arena *arena)
{
	size_t told = OPENINGS_TOLD;

	verdict->remedy.id = is_wide_open(survey) ? MESSAGE_FIREWALL_REMEDY_ON : MESSAGE_FIREWALL_REMEDY_OPENING;
	if (has(survey, true))
		verdict->state = POSTURE_VIOLATED;
	else if (!has(survey, false) && !survey->unfinished)
		verdict->state = POSTURE_OK;
	verdict->undecided = verdict->state == POSTURE_UNKNOWN;
	told = add_openings(verdict, survey, false, add_openings(verdict, survey, true, told, arena), arena);
	if (told == 0 && survey->count + survey->more > OPENINGS_TOLD)
		add_count(verdict, MESSAGE_FIREWALL_MORE, survey->count + survey->more - OPENINGS_TOLD, arena);
	if (survey->unfinished)
		add_count(verdict, MESSAGE_FIREWALL_UNFINISHED, facts->ruleset.rule_count, arena);
	if (verdict->state == POSTURE_OK) {
		struct control_reason closed = {.id = MESSAGE_FIREWALL_CLOSED, .count = 2};

		closed.arguments[0] = number(survey->probes, arena);
		closed.arguments[1] = number(facts->ruleset.rule_count, arena);
		control_add_reason(verdict, &closed);
	}
	if (survey->sampled)
		control_add_reason(verdict, &(struct control_reason){.id = MESSAGE_FIREWALL_SAMPLED});
}

/* --- products --- */

static const char *join_products(const struct word_list *names, const struct firewall_product products[FIREWALL_PRODUCT_MAX], bool on, struct arena *arena)
{
	char buffer[ARGUMENT_BYTES];
	struct text t;

	TEXT_INTO(&t, buffer);
	for (size_t i = 0; i < names->count; i++) {
		enum firewall_product_id id = firewall_product_find(names->words[i]);

		if (id == FIREWALL_PRODUCT_MAX || (on && !firewall_product_is_on(id, &products[id])))
			continue;
		text_add(&t, t.len > 0 ? ", " : "");
		text_add(&t, names->words[i]);
	}
	return keep(&t, arena);
}

/* One of those that the policy names must be on, even if the rules are still there; two of them undo each other's rules. */
static void judge_products(struct control_verdict *verdict, const struct firewall_facts *f, const struct word_list *names, struct arena *arena)
{
	struct control_reason off = {.id = MESSAGE_FIREWALL_PRODUCT_OFF, .count = 1}, two = {.id = MESSAGE_FIREWALL_PRODUCTS_FIGHT, .count = 1};
	size_t on = 0;

	for (size_t i = 0; i < names->count; i++) {
		enum firewall_product_id id = firewall_product_find(names->words[i]);

		on += id != FIREWALL_PRODUCT_MAX && firewall_product_is_on(id, &f->products[id]);
	}
	if (names->count > 0 && on == 0) {
		if (verdict->state == POSTURE_OK)
			verdict->reason_count = 0;
		off.arguments[0] = join_products(names, f->products, false, arena);
		verdict->state = POSTURE_VIOLATED;
		verdict->remedy = (struct control_reason){.id = MESSAGE_FIREWALL_REMEDY_ON};
		control_add_reason(verdict, &off);
	}
	if (on > 1) {
		two.arguments[0] = join_products(names, f->products, true, arena);
		control_add_reason(verdict, &two);
	}
}

/* firewalld counts as at work until its table is there. */
static bool is_at_work(const struct firewall_facts *f)
{
	bool loading = f->products[FIREWALL_firewalld].at_work;

	for (const struct nf_table *table = f->ruleset.tables; table != NULL; table = table->next)
		loading = loading && strcmp(table->name, "firewalld") != 0;
	return loading || f->products[FIREWALL_ufw].at_work;
}

struct control_verdict firewall_judge(const void *facts, const struct settings *settings, struct arena *arena)
{
	const struct firewall_facts *f = facts;
	struct firewall_survey *survey = ARENA_NEW(arena, struct firewall_survey, 1);
	struct control_verdict verdict = {.state = POSTURE_UNKNOWN, .remedy = {.id = MESSAGE_FIREWALL_REMEDY_READ}};
	struct control_reason unreadable = {.id = MESSAGE_FIREWALL_UNREADABLE, .arguments = {f->unreadable}, .count = 1};

	if (f->unreadable == NULL && (survey == NULL || firewall_survey(f, &settings->control_allow, arena, survey) < 0))
		unreadable.arguments[0] = "too little memory";
	if (unreadable.arguments[0] != NULL)
		control_add_reason(&verdict, &unreadable);
	else
		judge_survey(&verdict, f, survey, arena);
	judge_products(&verdict, f, &settings->control_products, arena);
	firewall_floor_judge(f, settings, arena, &verdict);
	if (f->held)
		control_add_reason(&verdict, &(struct control_reason){.id = MESSAGE_FIREWALL_HELD});
	verdict.busy = is_at_work(f);
	verdict.held = f->held;
	return verdict;
}

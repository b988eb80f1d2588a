/* SPDX-License-Identifier: BSD-2-Clause */
/* What the control "firewall" has watched, and what puts it right. */
#include "firewall.h"
#include "firewall_hold.h"

#define LEGACY_INTERVAL_S 60

void firewall_watch(const struct settings *settings, struct arena *arena, struct control_watches *watches)
{
	(void)arena;
	control_add_watch(watches, WATCH_NFTABLES, "", 0);
	control_add_watch(watches, WATCH_NETWORK, "", 0);
	control_add_watch(watches, WATCH_INTERVAL, "iptables-legacy tells nobody of a change", LEGACY_INTERVAL_S);
	for (size_t i = 0; i < settings->control_products.count; i++) {
		enum firewall_product_id id = firewall_product_find(settings->control_products.words[i]);

		if (id != FIREWALL_PRODUCT_MAX)
			firewall_product_watch(id, watches);
	}
}

static void add_hold(const struct settings *settings, struct arena *arena, struct control_repair *repair)
{
	char buffer[FIREWALL_HOLD_BYTES_MAX];
	struct text t;

	TEXT_INTO(&t, buffer);
	firewall_hold_add(&settings->control_allow, &t);
	if (text_end(&t) == 0) {
		const char *const hold[] = {"/usr/sbin/nft", arena_copy(arena, buffer, t.len), NULL};

		control_add_command_first(repair, "keep out what is not allowed until the firewall is back", hold);
	}
}

/* Without products nobody knows whose rules they are: the remedy tells people. Where none of those named is installed any more, the hold stays. */
void firewall_repair(const void *facts, const struct settings *settings, struct arena *arena, struct control_repair *repair)
{
	static const char *const release[] = {"/usr/sbin/nft", FIREWALL_HOLD_REMOVE, NULL};
	const struct firewall_facts *f = facts;
	enum firewall_product_id id = firewall_product_choose(&settings->control_products, f->products);

	if (f->held)
		control_add_command_later(repair, "the firewall is back: let it do this alone", release);
	if (settings->control_products.count == 0)
		return;
	add_hold(settings, arena, repair);
	if (id != FIREWALL_PRODUCT_MAX)
		firewall_product_repair(id, &f->products[id], repair);
}

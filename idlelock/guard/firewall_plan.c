/* SPDX-License-Identifier: BSD-2-Clause */
/* What the control "firewall" has watched, and what puts it right. */
#include "firewall.h"

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

/* Without products nobody knows whose rules they are: the remedy tells people. */
void firewall_repair(const void *facts, const struct settings *settings, struct arena *arena, struct control_repair *repair)
{
	const struct firewall_facts *f = facts;
	enum firewall_product_id id = firewall_product_choose(&settings->control_products, f->products);

	(void)arena;
	if (id != FIREWALL_PRODUCT_MAX)
		firewall_product_repair(id, &f->products[id], repair);
}

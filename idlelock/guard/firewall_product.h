/* SPDX-License-Identifier: BSD-2-Clause */
/* The firewall products that `products` of [control firewall] may name, and what each takes to be switched on. Pure. */
#ifndef GUARD_FIREWALL_PRODUCT_H
#define GUARD_FIREWALL_PRODUCT_H

#include <stdbool.h>

#include "control_plan.h"
#include "policy.h"

/* P(name, program, unit, the link by which it is enabled) */
#define FIREWALL_PRODUCTS(P) \
	P(ufw, "/usr/sbin/ufw", "ufw.service", "/etc/systemd/system/multi-user.target.wants/ufw.service") \
	P(firewalld, "/usr/sbin/firewalld", "firewalld.service", "/etc/systemd/system/multi-user.target.wants/firewalld.service") \
	P(nftables, "/usr/sbin/nft", "nftables.service", "/etc/systemd/system/sysinit.target.wants/nftables.service")

enum firewall_product_id {
#define FIREWALL_PRODUCT_ENUM(name, program, unit, link) FIREWALL_##name,
	FIREWALL_PRODUCTS(FIREWALL_PRODUCT_ENUM)
#undef FIREWALL_PRODUCT_ENUM
	FIREWALL_PRODUCT_MAX
};

struct firewall_product_row {
	const char *name, *program, *unit, *link, *mask;
};
const struct firewall_product_row *firewall_product_row(enum firewall_product_id id);

struct firewall_product {
	bool installed, masked, enabled; /* its unit */
	bool running;                    /* its unit is active */
	bool configured;                 /* by its own switch, where it has one */
	bool at_work;                    /* on its rules, this moment */
};

/* It is switched on, for now and for the next start. */
bool firewall_product_is_on(enum firewall_product_id id, const struct firewall_product *product);
/* FIREWALL_PRODUCT_MAX: that word names none. */
enum firewall_product_id firewall_product_find(const char *name);
/* That one of the named which is on, else the first that is installed; FIREWALL_PRODUCT_MAX = none. */
enum firewall_product_id firewall_product_choose(const struct word_list *names, const struct firewall_product products[FIREWALL_PRODUCT_MAX]);

void firewall_product_watch(enum firewall_product_id id, struct control_watches *watches);
/* What switches it on and makes its rules the kernel's. */
void firewall_product_repair(enum firewall_product_id id, const struct firewall_product *product, struct control_repair *repair);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* How the firewall products are watched and switched on. */
#include "firewall_product.h"

#include <string.h>

static const struct firewall_product_row ROWS[FIREWALL_PRODUCT_MAX] = {
#define FIREWALL_PRODUCT_ROW(name, program, unit, link) [FIREWALL_##name] = {#name, program, unit, link, "/etc/systemd/system/" unit},
	FIREWALL_PRODUCTS(FIREWALL_PRODUCT_ROW)
#undef FIREWALL_PRODUCT_ROW
};

#define BASELINES_MAX 2
static const char *const BASELINES[FIREWALL_PRODUCT_MAX][BASELINES_MAX] = {
	[FIREWALL_ufw] = {"/etc/ufw", "/etc/default/ufw"},
	[FIREWALL_firewalld] = {"/etc/firewalld"},
	[FIREWALL_nftables] = {"/etc/nftables.conf"},
};

const struct firewall_product_row *firewall_product_row(enum firewall_product_id id)
{
	return &ROWS[id];
}

bool firewall_product_is_on(enum firewall_product_id id, const struct firewall_product *product)
{
	/* ufw and nftables load rules and are gone; firewalld stays. */
	return product->installed && product->enabled && !product->masked && product->configured && (product->running || id != FIREWALL_firewalld);
}

enum firewall_product_id firewall_product_find(const char *name)
{
	enum firewall_product_id id = 0;

	while (id < FIREWALL_PRODUCT_MAX && strcmp(ROWS[id].name, name) != 0)
		id++;
	return id;
}

enum firewall_product_id firewall_product_choose(const struct word_list *names, const struct firewall_product products[FIREWALL_PRODUCT_MAX])
{
	enum firewall_product_id first = FIREWALL_PRODUCT_MAX;

	for (size_t i = 0; i < names->count; i++) {
		enum firewall_product_id id = firewall_product_find(names->words[i]);

		if (id == FIREWALL_PRODUCT_MAX || !products[id].installed)
			continue;
		if (firewall_product_is_on(id, &products[id]))
			return id;
		first = first == FIREWALL_PRODUCT_MAX ? id : first;
	}
	return first;
}

void firewall_product_watch(enum firewall_product_id id, struct control_watches *watches)
{
	/* not everybody asks systemd to make or remove a link */
	control_add_watch(watches, WATCH_UNIT, ROWS[id].unit, 0);
	control_add_watch(watches, WATCH_FILE, ROWS[id].link, 0);
	control_add_watch(watches, WATCH_FILE, ROWS[id].mask, 0);
	for (size_t i = 0; i < BASELINES_MAX && BASELINES[id][i] != NULL; i++)
		control_add_watch(watches, WATCH_BASELINE, BASELINES[id][i], 0);
	if (id == FIREWALL_firewalld)
		control_add_watch(watches, WATCH_FILE, "/etc/firewalld/zones", 0);
}

/* ufw leaves what others put into the chains of iptables, and what came before its own jumps decides first: only its jumps stay there. */
static void clear_ways_past_ufw(struct control_repair *repair)
{
#define JUMP(family, six, chain) "add rule " family " filter INPUT counter jump ufw" six "-" chain "; "
#define JUMPS(family, six) \
	"flush chain " family " filter INPUT; " JUMP(family, six, "before-logging-input") JUMP(family, six, "before-input") \
	JUMP(family, six, "after-input") JUMP(family, six, "after-logging-input") JUMP(family, six, "reject-input") JUMP(family, six, "track-input")
	static const char *const argv4[] = {"/usr/sbin/nft", JUMPS("ip", ""), NULL};
	static const char *const argv6[] = {"/usr/sbin/nft", JUMPS("ip6", "6"), NULL};
#undef JUMPS
#undef JUMP

	control_add_command(repair, "take out what stands before ufw's rules", argv4);
	control_add_command(repair, "take out what stands before ufw's rules (IPv6)", argv6);
}

static void load_rules(enum firewall_product_id id, const struct firewall_product *product, struct control_repair *repair)
{
	static const char *const ufw_enable[] = {"/usr/sbin/ufw", "--force", "enable", NULL};
	static const char *const ufw_load[] = {"/lib/ufw/ufw-init", "force-reload", NULL};
	static const char *const nftables_load[] = {"/usr/sbin/nft", "-f", "/etc/nftables.conf", NULL};
	/* its own reload fails where somebody else took its table away */
	static const char *const firewalld_restart[] = {"/usr/bin/systemctl", "restart", "firewalld.service", NULL};

	switch (id) {
	case FIREWALL_ufw:
		if (!product->configured)
			control_add_command(repair, "ufw enable", ufw_enable);
		clear_ways_past_ufw(repair);
		control_add_command(repair, "load ufw's rules", ufw_load);
		return;
	case FIREWALL_firewalld:
		if (product->running)
			control_add_command(repair, "restart firewalld", firewalld_restart);
		return;
	case FIREWALL_nftables:
		control_add_command(repair, "load nftables' rules", nftables_load);
		return;
	case FIREWALL_PRODUCT_MAX:
		return;
	}
}

void firewall_product_repair(enum firewall_product_id id, const struct firewall_product *product, struct control_repair *repair)
{
	for (size_t i = 0; i < BASELINES_MAX && BASELINES[id][i] != NULL; i++)
		control_add_step(repair, STEP_FILE_RESTORE, BASELINES[id][i]);
	if (id != FIREWALL_firewalld)
		load_rules(id, product, repair);
	if (product->masked)
		control_add_step(repair, STEP_UNIT_UNMASK, ROWS[id].unit);
	if (!product->enabled || product->masked)
		control_add_step(repair, STEP_UNIT_ENABLE, ROWS[id].unit);
	/* one that is just being stopped still seems to run; systemd does nothing where it does */
	control_add_step(repair, STEP_UNIT_START, ROWS[id].unit);
	/* what stays running can only be restarted once nothing holds it back */
	if (id == FIREWALL_firewalld) {
		control_add_step(repair, STEP_UNIT_THAW, ROWS[id].unit);
		load_rules(id, product, repair);
	}
}

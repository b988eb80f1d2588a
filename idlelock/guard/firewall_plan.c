/* SPDX-License-Identifier: BSD-2-Clause */
/* What the control "firewall" has watched. */
#include "firewall.h"

#define LEGACY_INTERVAL_S 60

void firewall_watch(const struct settings *settings, struct arena *arena, struct control_watches *watches)
{
	(void)settings;
	(void)arena;
	control_add_watch(watches, WATCH_NFTABLES, "", 0);
	control_add_watch(watches, WATCH_NETWORK, "", 0);
	control_add_watch(watches, WATCH_INTERVAL, "iptables-legacy tells nobody of a change", LEGACY_INTERVAL_S);
}

/* Which product made the rules is not known yet: the remedy tells people. */
void firewall_repair(const void *facts, const struct settings *settings, struct arena *arena, struct control_repair *repair)
{
	(void)facts;
	(void)settings;
	(void)arena;
	(void)repair;
}

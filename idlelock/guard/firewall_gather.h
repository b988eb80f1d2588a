/* SPDX-License-Identifier: BSD-2-Clause */
/* What the control "firewall" reads from the kernel, part by part. Shell; the packet filter needs CAP_NET_ADMIN. */
#ifndef GUARD_FIREWALL_GATHER_H
#define GUARD_FIREWALL_GATHER_H

#include "firewall_product.h"
#include "packet.h"
#include "paths.h"
#include "ruleset.h"

/* Each adds to what is there. 0, or negative errno: -EPERM for who is not root. */
int nftables_gather(struct arena *arena, struct nf_ruleset *ruleset);
int legacy_gather(struct arena *arena, struct nf_ruleset *ruleset);
int surroundings_gather(struct arena *arena, struct surroundings *ret);
void firewall_product_gather(const struct paths *paths, int64_t now_s, struct firewall_product ret_products[FIREWALL_PRODUCT_MAX]);

#endif

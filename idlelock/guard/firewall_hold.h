/* SPDX-License-Identifier: BSD-2-Clause */
/* A table of nftables that keeps out what the policy does not allow, from the moment a repair begins until the product's own rules do it again: a product
 * takes seconds to load them. Pure.
 *
 * What is under way stays (established), and so does what the judge allows without being told: icmp, answers to DHCP. It stands in front of other
 * chains and lets nothing in that they do not; the judge looks past it. Only for this computer itself, not for what is sent on to containers. */
#ifndef GUARD_FIREWALL_HOLD_H
#define GUARD_FIREWALL_HOLD_H

#include "policy.h"
#include "text.h"

#define FIREWALL_HOLD_TABLE "mutex_hold"
#define FIREWALL_HOLD_BYTES_MAX (12 * 1024)

/* Commands for nft, in one transaction. */
void firewall_hold_add(const struct word_list *allow, struct text *t);
#define FIREWALL_HOLD_REMOVE "add table inet " FIREWALL_HOLD_TABLE "; delete table inet " FIREWALL_HOLD_TABLE

#endif

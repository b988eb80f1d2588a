/* SPDX-License-Identifier: BSD-2-Clause */
/* A table of nftables that keeps out what the policy does not allow, from the first sight of a violation until the product's own rules do it again: a
 * product takes seconds to load them. Its netlink messages. Pure; firewall_hold_run.h sends them.
 *
 * What is under way stays (established), and so does what the judge allows without being told: icmp, answers to DHCP. It stands in front of other
 * chains and lets nothing in that they do not; the judge looks past it. Only for this computer itself, not for what is sent on to containers. */
#ifndef GUARD_FIREWALL_HOLD_H
#define GUARD_FIREWALL_HOLD_H

#include <stddef.h>
#include <stdint.h>

#include "policy.h"

#define FIREWALL_HOLD_TABLE "mutex_hold"
#define FIREWALL_HOLD_BYTES_MAX (128 * 1024)

/* One transaction: the table anew (one that is there goes), or away (it need not be there). Its last message is to be acknowledged. The length, or 0 where
 * FIREWALL_HOLD_BYTES_MAX do not suffice. */
size_t firewall_hold_put(const struct word_list *allow, uint8_t *buffer);
size_t firewall_hold_remove(uint8_t *buffer);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* Tables of nftables that keep out what the policy does not allow: their netlink messages. Pure; firewall_hold_run.h sends them.
 *   mutex_hold   from the first sight of a violation until the product's own rules do it again: a product takes seconds to load them
 *   mutex_floor  always, where the policy asks for it ([control firewall] floor). It belongs to the socket that sends it: nobody else may change it or take
 *                it away, `nft flush ruleset` passes over it, and it goes when the last process closes that socket.
 *
 * What is under way stays (established), and so does what the judge allows without being told: icmp, answers to DHCP. They stand in front of other
 * chains (a floor that only counts: behind them) and let nothing in that those do not; the judge looks past them. Only for this computer itself, not for what is sent on to containers. */
#ifndef GUARD_FIREWALL_HOLD_H
#define GUARD_FIREWALL_HOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy.h"

#define FIREWALL_HOLD_TABLE "mutex_hold"
#define FIREWALL_FLOOR_TABLE "mutex_floor"
#define FIREWALL_HOLD_BYTES_MAX (128 * 1024)

/* One transaction: the table anew (one that is there goes), or away (it need not be there). The kernel answers errors only. The length, or 0 where
 * FIREWALL_HOLD_BYTES_MAX do not suffice. */
size_t firewall_hold_put(const struct word_list *allow, uint8_t *buffer);
size_t firewall_hold_remove(uint8_t *buffer);

/* The same of the floor; to take away one that is not there is answered by -ENOENT. drops: else it stands behind all other chains, and its last rule counts
 * what they let in and it would keep out. */
size_t firewall_floor_put(const struct word_list *allow, bool drops, uint8_t *buffer);
size_t firewall_floor_remove(uint8_t *buffer);
/* Asks for the table of that name, whoever has it: what the kernel answers where there is one is no error. */
size_t firewall_floor_ask(uint8_t *buffer);
/* How many rules it has. */
size_t firewall_floor_rules(const struct word_list *allow, bool drops);

#endif

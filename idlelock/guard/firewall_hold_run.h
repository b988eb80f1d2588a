/* SPDX-License-Identifier: BSD-2-Clause */
/* firewall_hold.h, put before the kernel at once: neither systemd nor a program has to run first. Shell, of mutex-guardd only. */
#ifndef GUARD_FIREWALL_HOLD_RUN_H
#define GUARD_FIREWALL_HOLD_RUN_H

#include <stdbool.h>

#include "policy.h"

/* Of [control firewall]. Without `products` nobody would put the rules right, so nothing is held. 0 or negative errno. */
int firewall_hold_set(const struct settings *settings, bool on);

#endif

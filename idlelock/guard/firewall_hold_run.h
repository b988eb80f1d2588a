/* SPDX-License-Identifier: BSD-2-Clause */
/* firewall_hold.h, put before the kernel at once: neither systemd nor a program has to run first. Shell, of mutex-guardd only. */
#ifndef GUARD_FIREWALL_HOLD_RUN_H
#define GUARD_FIREWALL_HOLD_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy.h"

/* Of [control firewall]. Without `products` nobody would put the rules right, so nothing is held. 0 or negative errno. */
int firewall_hold_set(const struct settings *settings, bool on);

/* A transaction of firewall_hold.h by such a socket. 0 or negative errno. */
int firewall_hold_send(int fd, const uint8_t *bytes, size_t len);
/* What one who was killed before he read it was told. */
void firewall_hold_drain(int fd);

#endif

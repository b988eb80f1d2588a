/* SPDX-License-Identifier: BSD-2-Clause */
/* The floor of firewall_hold.h, by the socket that systemd keeps (mutex-floor.socket): the table stays whoever of us is stopped or killed. Shell. */
#ifndef GUARD_FIREWALL_FLOOR_RUN_H
#define GUARD_FIREWALL_FLOOR_RUN_H

#include <stddef.h>
#include <stdint.h>

#include "policy_load.h"

struct firewall_floor_seat {
	int socket;     /* -1 = systemd gave us none */
	uint8_t *bytes; /* what was sent last */
	size_t len;
};

/* The socket among those that systemd gave us. */
void firewall_floor_open(struct firewall_floor_seat *ret_seat);
bool firewall_floor_is_wanted(const struct settings *settings);
/* As [control firewall] says, in one step; where it is so already, nothing is done. 0; -ENOTSOCK without socket; -EPERM where the table is another's; or
 * another negative errno. */
int firewall_floor_set(struct firewall_floor_seat *seat, const struct settings *settings);
/* The same, but where the policy has errors and there is no last good one (POLICY_BROKEN) all stays as it is: -ECANCELED. Nobody has confirmed what would be let
 * in, so nothing is laid; and nobody has said that it shall go. */
int firewall_floor_keep(struct firewall_floor_seat *seat, const struct policy_loaded *loaded, const struct settings *settings);
/* Of such an error, in English. */
const char *firewall_floor_explain(int error);
/* The socket stays open: systemd has it, too. */
void firewall_floor_close(struct firewall_floor_seat *seat);

#endif

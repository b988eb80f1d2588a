/* SPDX-License-Identifier: BSD-2-Clause */
/* The floor of firewall_hold.h, by the socket that systemd keeps (mutex-floor.socket): the table stays whoever of us is stopped or killed. Shell. */
#ifndef GUARD_FIREWALL_FLOOR_RUN_H
#define GUARD_FIREWALL_FLOOR_RUN_H

#include <stddef.h>
#include <stdint.h>

#include "policy.h"

struct firewall_floor_seat {
	int socket;     /* -1 = systemd gave us none */
	uint8_t *bytes; /* what was sent last */
	size_t len;
};

/* The socket among those that systemd gave us. */
void firewall_floor_open(struct firewall_floor_seat *ret_seat);
/* As [control firewall] says, in one step; where it is so already, nothing is done. 0; -ENOTSOCK without socket; -EPERM where the table is another's; or
 * another negative errno. */
int firewall_floor_set(struct firewall_floor_seat *seat, const struct settings *settings);
/* Of such an error, in English. */
const char *firewall_floor_explain(int error);
/* The socket stays open: systemd has it, too. */
void firewall_floor_close(struct firewall_floor_seat *seat);

#endif

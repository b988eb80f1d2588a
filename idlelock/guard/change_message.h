/* SPDX-License-Identifier: BSD-2-Clause */
/* Who changed something, as the kernel's own messages say it: nftables' NFT_MSG_NEWGEN, and the proc connector's exec events. Pure. */
#ifndef GUARD_CHANGE_MESSAGE_H
#define GUARD_CHANGE_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Numbers of processes are those of the first PID namespace, whatever namespace reads them. */
struct change {
	uint32_t pid;     /* 0 = not said */
	char program[16]; /* the process's own name; "" = not said */
};

/* One datagram of the group NFNLGRP_NFTABLES. True when a new generation of the rules is in it; *ret_change is of the last one. */
bool change_read_nftables(const uint8_t *bytes, size_t len, struct change *ret_change);

/* One datagram of the proc connector: the number of the process that executed a program, and when, by CLOCK_MONOTONIC; 0 = it tells something else. */
uint32_t change_read_exec(const uint8_t *bytes, size_t len, int64_t *ret_ns);

#endif

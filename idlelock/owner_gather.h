/* SPDX-License-Identifier: BSD-2-Clause */
/* Whose process that is, from /proc, as root sees it: uid, program, systemd unit. Shell, of idlelockd only. */
#ifndef MUTEX_OWNER_GATHER_H
#define MUTEX_OWNER_GATHER_H

#include "proof.h"

/* trusted: an owner of programs besides root (tests). What cannot be read stays empty; a pid that is none gives pid 0. */
void owner_gather(pid_t pid, uid_t trusted, struct proof_owner *ret_owner);
/* The system's unit that a process belongs to; "" = none. What a unit makes inside of itself has whatever names it likes, and does not count. */
void owner_gather_unit_of(const char *cgroup, char *ret_unit, size_t size); /* from the text of /proc/PID/cgroup */
void owner_gather_unit(pid_t pid, char *ret_unit, size_t size);
/* When it began, in clock ticks since boot; 0 = it is gone. */
int64_t owner_gather_start(pid_t pid);

#endif

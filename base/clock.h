/* SPDX-License-Identifier: BSD-2-Clause */
/* The clocks. Shell. Everything else gets the time as an argument. */
#ifndef MUTEX_CLOCK_H
#define MUTEX_CLOCK_H

#include <stdint.h>

int64_t clock_now_s(void);            /* CLOCK_REALTIME, seconds since the epoch */
int64_t clock_monotonic_ns(void);     /* CLOCK_MONOTONIC */
int64_t clock_cpu_ns(void);           /* what this process has used of a processor, its children not */
int64_t clock_boot_ticks(void);       /* CLOCK_BOOTTIME in clock ticks, as field 22 of /proc/PID/stat says when a process began */
int clock_boot_id(char ret_id[37]);   /* /proc/sys/kernel/random/boot_id; 0 or negative errno */

#endif

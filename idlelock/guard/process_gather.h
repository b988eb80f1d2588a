/* SPDX-License-Identifier: BSD-2-Clause */
/* What /proc says of one process. Shell. */
#ifndef GUARD_PROCESS_GATHER_H
#define GUARD_PROCESS_GATHER_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define PROCESS_PROGRAM_BYTES 16

int process_open(uint32_t pid); /* its folder, for the calls below; negative = there is none */
/* One of its files, without the newline at the end; its length, 0 = it cannot be read. */
size_t process_read(int folder, const char *name, char *ret_bytes, size_t size);
/* The uid that the kernel keeps from the login on, through su and sudo; (uid_t)-1 = none, or unknown. */
uid_t process_login_uid(int folder);

#endif

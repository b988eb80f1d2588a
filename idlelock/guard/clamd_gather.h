/* SPDX-License-Identifier: BSD-2-Clause */
/* Asks clamd over its socket. Shell. Each question is a connection of its own and waits no longer than its limit. */
#ifndef GUARD_CLAMD_GATHER_H
#define GUARD_CLAMD_GATHER_H

#include <stddef.h>

#define CLAMD_REPLY_BYTES 1024

/* "zPING", "zVERSION": the answer without its NUL. Its length, or negative errno (-ETIMEDOUT). */
int clamd_ask(const char *socket_path, const char *command, int limit_ms, char ret_reply[static CLAMD_REPLY_BYTES]);
/* Has the bytes scanned. */
int clamd_scan_bytes(const char *socket_path, const void *bytes, size_t len, int limit_ms, char ret_reply[static CLAMD_REPLY_BYTES]);
/* Has an open file scanned, whoever may read it. */
int clamd_scan_file(const char *socket_path, int fd, int limit_ms, char ret_reply[static CLAMD_REPLY_BYTES]);

#endif

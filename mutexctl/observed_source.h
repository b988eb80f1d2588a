/* SPDX-License-Identifier: BSD-2-Clause */
/* Where records are read from: the journal, or a log file of syslog's. Shell. */
#ifndef MUTEXCTL_OBSERVED_SOURCE_H
#define MUTEXCTL_OBSERVED_SOURCE_H

#include <stdint.h>

struct record;

/* Gets each record, oldest first; the record is gone afterwards. 0 to go on, else that is the result. */
typedef int (*observed_take)(void *context, const struct record *r);

/* Records of root's own processes from since_s on. folder NULL = this machine's journal, else a folder with journal files.
 * 0; -ENOENT when there is no journal; or negative errno. */
int observed_read_journal(const char *folder, int64_t since_s, observed_take take, void *context);

/* All records of a log file; *ret_malformed counts lines that claim to be records and are none. 0 or negative errno. */
int observed_read_log(const char *path, observed_take take, void *context, uint64_t *ret_malformed);

#endif

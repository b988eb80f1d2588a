/* SPDX-License-Identifier: BSD-2-Clause */
/* Where ClamAV is on this computer: for the probe, and for who scans with it. Shell. */
#ifndef GUARD_ANTIVIRUS_GATHER_H
#define GUARD_ANTIVIRUS_GATHER_H

#include "antivirus.h"

#define ANTIVIRUS_PATH_BYTES 512

/* clamd.conf. False: it cannot be read, or others than root can write to it. */
bool antivirus_gather_conf(const struct paths *paths, struct arena *arena, struct clam_conf *ret_conf);
/* clamd's socket; conf NULL = where Debian has it. 0, or -ENAMETOOLONG. */
int antivirus_gather_socket(const struct paths *paths, const struct clam_conf *conf, char ret_path[static ANTIVIRUS_PATH_BYTES]);
/* The folder into which the clamonacc of that number moves what it finds; "" = it moves nothing. True also where it removes. */
bool antivirus_gather_quarantine(uint32_t pid, char ret_folder[static ANTIVIRUS_PATH_BYTES]);

#endif

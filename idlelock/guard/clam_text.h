/* SPDX-License-Identifier: BSD-2-Clause */
/* What ClamAV writes: its two configuration files, the head of a signature database, and clamd's answers. Pure. */
#ifndef GUARD_CLAM_TEXT_H
#define GUARD_CLAM_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"

/* One line "Name value" of clamd.conf or freshclam.conf. */
struct clam_option {
	const char *name, *value; /* value without its quotes; "" = none */
};
struct clam_conf {
	const struct clam_option *options;
	size_t count;
};

/* Comments and empty lines are left out. 0, or -ENOMEM. */
int clam_conf_parse(const char *bytes, size_t len, struct arena *arena, struct clam_conf *ret_conf);
/* The value of the first such line; NULL = there is none. */
const char *clam_conf_value(const struct clam_conf *conf, const char *name);
/* As ClamAV reads it: yes, true, 1 or no, false, 0, in letters of any size. */
bool clam_is_no(const char *value);
bool clam_is_yes(const char *value);
/* "25M", "512K" or bytes; 0 = no limit. -EINVAL for anything else. */
int clam_size(const char *value, int64_t *ret_bytes);

/* The first line of a .cvd or .cld file: which version, and when it was made (UTC). 0, or -EBADMSG. */
#define CLAM_HEADER_BYTES 512
struct clam_header {
	int64_t version, built_s;
};
int clam_header_parse(const char *bytes, size_t len, struct clam_header *ret_header);

/* Answers of clamd; each ends in a NUL, which len may count. */
bool clam_is_pong(const char *bytes, size_t len);
/* "ClamAV 1.4.3/27500/Fri Nov 20 08:30:12 2026", in clamd's own time zone. 0; -ENOENT when no database is named; -EBADMSG. */
int clam_version_parse(const char *bytes, size_t len, struct clam_header *ret_loaded);
enum clam_verdict { CLAM_NO_ANSWER, CLAM_CLEAN, CLAM_FOUND, CLAM_VERDICT_MAX };
/* "stream: Eicar-Test-Signature FOUND" */
enum clam_verdict clam_verdict_parse(const char *bytes, size_t len);

#endif

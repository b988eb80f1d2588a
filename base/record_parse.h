/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads records back, out of syslog lines or journal fields, for `mutexctl observed` and reports. Pure.
 *
 * MUST: the bytes are hostile. Anybody can write to syslog, and sshd logs names that strangers choose; so a line counts only when
 * "pam_mutex: " stands where the sender's name stands, and in the journal the caller asks for _UID=0. */
#ifndef MUTEX_RECORD_PARSE_H
#define MUTEX_RECORD_PARSE_H

#include <stddef.h>

#include "record.h"

enum { RECORD_PARSED_REASONS_MAX = 32, RECORD_PARSED_BYTES_MAX = 8192 };

/* record points into storage: do not copy or move it. */
struct record_parsed {
	struct record record;
	const char *reasons[RECORD_PARSED_REASONS_MAX];
	char storage[RECORD_PARSED_BYTES_MAX];
	size_t used;
	unsigned seen; /* fields, one bit each */
};

/* A line of a log file, with or without what syslog puts in front. 1 and a whole record; 0 for a line of somebody else;
 * -EBADMSG for one that claims to be ours and is no record. */
int record_parse_line(const char *line, size_t len, struct record_parsed *ret_parsed);

/* Journal entries: start, each field as the journal gives it ("MUTEX_USER=alice"; others are passed over), finish. 0 or -EBADMSG. */
void record_parse_start(struct record_parsed *parsed);
int record_parse_field(struct record_parsed *parsed, const char *field, size_t len);
int record_parse_finish(struct record_parsed *parsed);

#endif

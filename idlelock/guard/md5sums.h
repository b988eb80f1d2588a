/* SPDX-License-Identifier: BSD-2-Clause */
/* dpkg's list of what a package installed: /var/lib/dpkg/info/PACKAGE.md5sums. Pure. MD5 finds what was changed by hand or by a broken disk; whoever
 * can write the list can forge it. Settings in /etc are not in it. */
#ifndef GUARD_MD5SUMS_H
#define GUARD_MD5SUMS_H

#include <stdbool.h>
#include <stddef.h>

#define MD5_HEX_SIZE 33

struct md5_line {
	const char *digest; /* 32 hex digits */
	const char *path;   /* without its first '/' */
	size_t path_len;
};

/* The next line at *at, which moves behind it. Lines of another form are passed over. False at the end. */
bool md5sums_next(const char **at, const char *end, struct md5_line *ret_line);
void md5sums_digest(const void *bytes, size_t len, char (*ret_digest)[MD5_HEX_SIZE]);

#endif

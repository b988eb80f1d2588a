/* SPDX-License-Identifier: BSD-2-Clause */
/* One value out of a JSON document (RFC 8259). Pure. Enough to ask a program how it is; documents of people are read by jansson in mutexctl. */
#ifndef GUARD_JSON_PATH_H
#define GUARD_JSON_PATH_H

#include <stddef.h>

/* path: names of members, NULL at its end; a name that comes twice in one object is found in its first place. *ret_value is the value as it is written,
 * of a string what is between its quotes (escapes stay). 0; -ENOENT when there is no such member; -EBADMSG when the document is no JSON; -E2BIG when it
 * is nested too deeply. The whole document is read, so that half an answer is none. */
int json_path_find(const char *bytes, size_t len, const char *const *path, const char **ret_value, size_t *ret_len);

#endif

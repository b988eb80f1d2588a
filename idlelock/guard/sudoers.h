/* SPDX-License-Identifier: BSD-2-Clause */
/* What sudoers lets people do without a password, or without the policy being asked. Pure. Clause AC-1, sudoers(5).
 *
 * Not looked at: what a granted command can be made to do (an editor starts a shell), hosts, Runas_Alias, and rules that a directory server keeps. Rules
 * that a later one takes back count all the same: whoever wrote them meant them. */
#ifndef GUARD_SUDOERS_H
#define GUARD_SUDOERS_H

#include <stdbool.h>
#include <stddef.h>

enum sudoers_kind {
	SUDOERS_NO_PASSWORD,  /* NOPASSWD: */
	SUDOERS_SETTING,      /* Defaults that ask less: !authenticate, timestamp_timeout=-1, !pam_acct_mgmt ... */
	SUDOERS_EVERYTHING,   /* ALL commands as root */
	SUDOERS_NOT_READ,     /* a line too long to be read */
	SUDOERS_KIND_MAX
};

#define SUDOERS_WHO_MAX 64
struct sudoers_finding {
	enum sudoers_kind kind;
	unsigned line;               /* of the file; of a rule over several lines the first */
	char who[SUDOERS_WHO_MAX];   /* user, %group or alias as written; "" of SETTING and NOT_READ; cut to fit */
	char what[SUDOERS_WHO_MAX];  /* the setting */
};

/* Names of Cmnd_Alias that hold ALL, over all files. */
#define SUDOERS_ALIASES_MAX 32
struct sudoers_aliases {
	size_t count;
	char names[SUDOERS_ALIASES_MAX][SUDOERS_WHO_MAX];
};
void sudoers_find_aliases(const char *bytes, size_t len, struct sudoers_aliases *aliases);

/* All findings of one file; returns how many there are and writes at most max. */
size_t sudoers_read(const char *bytes, size_t len, const struct sudoers_aliases *aliases, struct sudoers_finding *ret_findings, size_t max);

/* The file or folder that a line includes (include, includedir, with @ or #): true, and its name. The line is [start, end). A relative name is
 * one beside the file. */
bool sudoers_include(const char *start, const char *end, bool *ret_folder, char *ret_name, size_t size);
/* Files of an included folder that sudo reads: no '.' in the name and no '~' at its end. */
bool sudoers_takes(const char *name);

#endif

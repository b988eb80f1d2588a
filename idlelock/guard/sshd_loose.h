/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines of sshd_config that let in more than the policy knows of. Pure. Clauses RA-1, PW-3, sshd_config(5).
 *
 * The first value of a keyword counts outside of Match blocks; in a block each one is told, whether an earlier block says otherwise or not. A block that begins in
 * an included file ends with it. `mutexctl stack` asks sshd itself, and looks further. */
#ifndef GUARD_SSHD_LOOSE_H
#define GUARD_SSHD_LOOSE_H

#include <stdbool.h>
#include <stddef.h>

#define SSHD_DEPTH_MAX 16
struct sshd_loose {
	unsigned set; /* keywords that have their value */
	unsigned depth;
	bool in_match[SSHD_DEPTH_MAX + 1]; /* by depth of inclusion */
};

/* What follows stands in a file at that depth (0 = sshd_config), which an Include at the depth before led to; or back in the one that included it. */
void sshd_loose_enter(struct sshd_loose *s, unsigned depth);
/* True when the line [start, end) is such a one; in order of reading. */
bool sshd_loose_line(struct sshd_loose *s, const char *start, const char *end);
/* True when sshd was told to use PAM or not to; without a word it does not. */
bool sshd_loose_knows_pam(const struct sshd_loose *s);

#endif

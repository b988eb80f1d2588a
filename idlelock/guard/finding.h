/* SPDX-License-Identifier: BSD-2-Clause */
/* A way in past the policy that mutexctl stack found. Format only, pure. */
#ifndef GUARD_FINDING_H
#define GUARD_FINDING_H

#include <stddef.h>
#include <stdbool.h>

/* F(id, name, remedy): the name is stable, for --json and scripts. */
#define FINDINGS(F) \
	F(SSH_WITHOUT_PAM, "ssh-without-pam", "write \"UsePAM yes\" in /etc/ssh/sshd_config, or run \"mutexctl apply --sshd\"") \
	F(SSH_EMPTY_PASSWORDS, "ssh-empty-passwords", "write \"PermitEmptyPasswords no\", or run \"mutexctl apply --sshd\"") \
	F(SSH_NOTHING_ASKED, "ssh-nothing-asked", "take \"none\" out of AuthenticationMethods, or run \"mutexctl apply --sshd\"") \
	F(SSH_KEY_ALONE, "ssh-key-alone", "run \"mutexctl apply\" so that the account line stands guard, and \"mutexctl apply --sshd\" so that a code is asked for") \
	F(SSH_UNPROVABLE, "ssh-unprovable", "put right what sshd says, then run \"mutexctl stack\" as root") \
	F(AUTOMATIC_LOGIN, "automatic-login", "take that line away; nobody may get in without being asked (PW-3)") \
	F(EMPTY_PASSWORD, "empty-password", "set a password, or lock the account with \"passwd -l\" (PW-3)") \
	F(SHADOW_UNREADABLE, "shadow-unreadable", "run \"mutexctl stack\" as root") \
	F(FACTOR_RECURSION, "factor-recursion", "give that service a PAM file of its own that holds the factor's module only") \
	F(HALF_SET, "half-set", "run \"mutexctl apply\", or take the lines out with \"mutexctl remove\"") \
	F(NOT_COUNTED, "not-counted", "run \"mutexctl apply\", which notes that all lines are on")

enum finding_id {
#define FINDING_ENUM(id, name, remedy) FINDING_##id,
	FINDINGS(FINDING_ENUM)
#undef FINDING_ENUM
	FINDING_MAX
};

struct finding {
	enum finding_id id;
	char where[256]; /* a file with its line, a service, a Match block */
	char what[256];  /* one English sentence without full stop */
};

#define FINDINGS_MAX 64
struct finding_list {
	size_t count; /* those beyond FINDINGS_MAX are counted only */
	struct finding items[FINDINGS_MAX];
	bool key_alone_guarded; /* ssh takes a key alone, and the account line denies where a second factor is demanded: no hole, but worth a word */
};

/* where and what are escaped and cut to fit. */
void finding_add(struct finding_list *list, enum finding_id id, const char *where, const char *what);
const char *finding_name(enum finding_id id);
const char *finding_remedy(enum finding_id id);

#endif

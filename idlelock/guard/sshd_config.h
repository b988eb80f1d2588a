/* SPDX-License-Identifier: BSD-2-Clause */
/* What sshd's settings let in. Pure. Clauses RA-1, PW-3.
 *
 * Two texts are read: sshd_config, for its Match blocks only (each gives one question to `sshd -T -C`), and what `sshd -T` prints, which is sshd's own
 * reading: lower-case keywords, one a line. Source: openssh sshd.c, servconf.c (dump_config, parse_server_match_testspec). */
#ifndef GUARD_SSHD_CONFIG_H
#define GUARD_SSHD_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "finding.h"

/* A connection that a Match block holds for. */
#define SSHD_WORD_MAX 64
struct sshd_match {
	unsigned line;              /* in the file it stands in */
	char text[256];             /* as written, behind "Match"; cut to fit */
	char user[SSHD_WORD_MAX];   /* "" = the block does not ask for it */
	char group[SSHD_WORD_MAX];  /* whose member must be found */
	char host[SSHD_WORD_MAX], address[SSHD_WORD_MAX], local_address[SSHD_WORD_MAX], local_port[SSHD_WORD_MAX];
};

/* The Match blocks of one file, "Match all" left out. Returns how many there are; writes at most max. */
size_t sshd_match_find(const char *bytes, size_t len, struct sshd_match *ret_matches, size_t max);

/* The word behind the keyword on that line when the keyword is Include; the line is [start, end). False for other lines. The words are separated by
 * blanks; quotes are dropped. */
bool sshd_include(const char *start, const char *end, char *ret_words, size_t size);

/* Of `sshd -T`. What it does not print is the worst. */
struct sshd_settings {
	bool use_pam, empty_passwords, public_key;
	char methods[512];      /* AuthenticationMethods; "any" = each alone */
	char pam_service[64];   /* PAMServiceName, OpenSSH 9.9 and later; else "sshd" */
};
void sshd_settings_read(const char *bytes, size_t len, struct sshd_settings *ret_settings);

struct sshd_facts {
	const char *where;      /* "sshd" or "sshd, Match User alice" */
	bool account_guarded;   /* the account line stands guard in the service that sshd uses */
	bool second_factor;     /* the policy demands one of remote logins */
};
void sshd_settings_judge(const struct sshd_settings *settings, const struct sshd_facts *facts, struct finding_list *findings);

#endif

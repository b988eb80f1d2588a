/* SPDX-License-Identifier: BSD-2-Clause */
/* SSH_AUTH_INFO_0: what sshd has seen to succeed already. Pure. Source: openssh auth-pam.c expose_authinfo(), auth2-pubkey.c.
 *
 * One line for each completed method: "publickey ssh-ed25519 AAAA...", "publickey sk-ssh-ed25519@openssh.com AAAA...", "password",
 * "keyboard-interactive/pam", "hostbased ...", "gssapi-with-mic ...". Trusted only under sshd, where the client cannot set it. */
#ifndef MUTEX_SSH_AUTH_INFO_H
#define MUTEX_SSH_AUTH_INFO_H

#include <stdbool.h>

struct ssh_auth_info {
	bool present;      /* the variable was there: sshd speaks */
	bool publickey;    /* any public key */
	bool hardware_key; /* an sk- key (its certificate types too) */
	bool password;     /* sshd's own "password" method */
	bool interactive;  /* keyboard-interactive */
	bool other;        /* gssapi, hostbased: no factor of ours */
};

/* text may be NULL (not present). Whatever is not understood is `other`. */
struct ssh_auth_info ssh_auth_info_parse(const char *text);

#endif

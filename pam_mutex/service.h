/* SPDX-License-Identifier: BSD-2-Clause */
/* PAM services by what they are: one row each, overruled by [service NAME] kind. Pure. */
#ifndef MUTEX_SERVICE_H
#define MUTEX_SERVICE_H

#include <stdbool.h>

#include "login_state.h"
#include "policy.h"

enum service_kind {
	SERVICE_LOGIN,        /* makes a session: login, sshd, lightdm, gdm-password ... and whatever no row names */
	SERVICE_GREETER,      /* the greeter's own session or automatic login: lightdm-greeter, gdm-launch-environment, gdm-autologin */
	SERVICE_LOCKER,       /* opens a session that is there: i3lock, swaylock, xsecurelock, kde, xscreensaver, vlock, physlock; mutex-verify */
	SERVICE_SU,           /* steps into another account: su, su-l, runuser, runuser-l */
	SERVICE_SUDO,         /* sudo, sudo-i, doas */
	SERVICE_POLKIT,       /* polkit-1: like su */
	SERVICE_ACCOUNT_ONLY, /* nobody sits there: cron, crond, atd, systemd-user; and tools that change an account and let nobody in: chfn, chsh,
	                       * passwd, useradd and the like. No factor is asked for; a password that is asked for is counted all the same */
	SERVICE_KIND_MAX
};

struct service {
	enum service_kind kind;
	bool network;   /* a door for other computers as such: sshd, xrdp-sesman, cockpit, openvpn, vsftpd ... */
	bool asks_once; /* its conversation answers one question only: most lockers */
	bool job;       /* nobody sits there, and root runs it for others: cron, crond, atd, systemd-user */
	bool seat;      /* a login screen of this computer's own seat, run by root: local unless an address says otherwise */
};

/* settings: resolved for this service; its kind and side win over the table (remote makes a network door of it, local none). A name that no row
 * has is a login. */
struct service service_of(const char *name, const struct settings *settings);
/* The service that the verifier works as, when it may not be the one that its caller claims to be: anything but another screen lock (sshd, su)
 * would be a way to choose other rules. */
#define SERVICE_VERIFIER "mutex-verify"
const char *service_believed(const struct policy *policy, const char *claimed);
const char *service_kind_name(enum service_kind kind);

/* The rows, for the manual and tests. NULL behind the last. */
const char *service_row_name(size_t index);

#endif

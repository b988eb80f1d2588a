/* SPDX-License-Identifier: BSD-2-Clause */
/* The language for one person at one terminal. Shell (does I/O).
 *
 * Never from the environment (the caller's user controls it) and never from setlocale (sshd, swaylock and others do not call it). */
#ifndef MUTEX_LANGUAGE_GATHER_H
#define MUTEX_LANGUAGE_GATHER_H

#include "message.h"
#include "paths.h"
#include "policy.h"

/* settings->policy_language; "auto" is the system's (LC_ALL, LC_MESSAGES, LANG of /etc/locale.conf, else /etc/default/locale).
 * English whenever the terminal is a Linux text console, which cannot show Japanese. tty: PAM_TTY, or NULL; descriptor 0 is looked at too. */
enum language language_gather(const struct paths *paths, const struct settings *settings, const char *tty);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* Keeps a locker running: one that ends in any way but an unlock is begun anew at once. Shell, of idlelock-auth only. Clause LK-1.
 *
 * A display lets any of its clients end any other (XKillClient), and until the locker is back the screen is open. systemd would begin it anew too, but on
 * a busy computer its turn comes a tenth of a second late, and more; this process comes first (CPUSchedulingPolicy= of the unit).
 * MUST: how often is told to systemd, and so to idlelockd, which judges it (STATUS=begun anew N). MUST: a locker that cannot live is systemd's and
 * idlelockd's to limit: the third in a row that ends within a second ends us. MUST: what a locker began ends with it; when
 * we end, systemd ends all of the unit. */
#ifndef MUTEX_AUTH_HOLD_RUN_H
#define MUTEX_AUTH_HOLD_RUN_H

/* arguments: the program's path and what it is told, NULL behind the last. 0: it ended with status 0; else negative errno, -ECANCELED for one that does
 * not live. */
int auth_hold_run(char *const *arguments);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* A screen locker that idlelockd started says by its systemd unit for which session it asks. Format and rule, pure. Clause LK-1.
 *
 *     idlelock-xsecurelock@SESSION.service   runs as _idlelock, so that the session's user can neither kill nor trace it
 *     idlelock-i3lock@SESSION.service        runs as the session's user
 *     idlelock-console@SESSION.service       runs as root, on a text console of its own
 *
 * MUST: only units of the system's manager count: the kernel keeps a process in its cgroup, and only root makes such a unit. MUST: _idlelock speaks
 *       for nobody outside of such a unit, and nobody else ever speaks for another person. */
#ifndef MUTEX_LOCKER_UNIT_H
#define MUTEX_LOCKER_UNIT_H

#include "session_facts.h"

#define LOCKER_UNIT_USER "_idlelock"

enum locker_unit_kind { LOCKER_UNIT_NONE, LOCKER_UNIT_AS_US, LOCKER_UNIT_AS_USER, LOCKER_UNIT_CONSOLE };
struct locker_unit {
	char session[32]; /* logind Id: letters and digits */
	enum locker_unit_kind kind;
};

/* From the bytes of /proc/PID/cgroup (unified hierarchy). False: no locker of ours. */
bool locker_unit_of_cgroup(const char *bytes, size_t len, struct locker_unit *ret_unit);

/* facts: the document of unit->session. boot_id: this boot's. process: uid of the process; us: uid of LOCKER_UNIT_USER, (uid_t)-1 = there is none. */
bool locker_unit_speaks_for(const struct locker_unit *unit, const struct session_facts *facts, const char *boot_id, uid_t process, uid_t us);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* Where everything lies; with a root folder in front of it for tests, the demo and `root=DIR`. Pure. */
#ifndef MUTEX_PATHS_H
#define MUTEX_PATHS_H

#include <sys/types.h>

#define PATHS_BYTES_MAX 256

/* P(field, path) */
#define PATHS(P) \
	P(root, "") \
	P(settings, "/etc/mutex") \
	P(policy_file, "/etc/mutex/policy.conf") \
	P(policy_folder, "/etc/mutex/policy.d") \
	P(exceptions, "/etc/mutex/exceptions.d") \
	P(state, "/var/lib/mutex") \
	P(last_good, "/var/lib/mutex/policy/last-good.conf") \
	P(policy_image, "/var/lib/mutex/policy/image") \
	P(history, "/var/lib/mutex/history") \
	P(login, "/var/lib/mutex/login") \
	P(unknown, "/var/lib/mutex/unknown") \
	P(key, "/var/lib/mutex/key") \
	P(suspended, "/var/lib/mutex/suspended") \
	P(keys, "/var/lib/mutex/keys") \
	P(break_glass, "/var/lib/mutex/break-glass") \
	P(lines_on, "/var/lib/mutex/lines-on") \
	P(baseline, "/var/lib/mutex/baseline") \
	P(queue, "/var/lib/mutex/queue") \
	P(antivirus_scan, "/var/lib/mutex/antivirus/scan") \
	P(antivirus_test, "/var/lib/mutex/antivirus/test") \
	P(run, "/run/mutex") \
	P(pending, "/run/mutex/pending") \
	P(stamps, "/run/mutex/stamps") \
	P(posture, "/run/mutex/posture") \
	P(guard_posture, "/run/mutex/posture-guard") \
	P(sessions, "/run/mutex/sessions") \
	P(excuses, "/run/mutex/excuses") \
	P(coming, "/run/mutex/coming") \
	P(lockers, "/run/mutex/lockers") \
	P(verify_socket, "/run/mutex-verify.socket") \
	P(locker_socket, "/run/idlelock-verify.socket") \
	P(worker_socket, "/run/mutex-idlelock.socket") \
	P(shadow, "/etc/shadow") \
	P(hosts, "/etc/hosts") \
	P(locale_conf, "/etc/locale.conf") \
	P(locale_default, "/etc/default/locale") \
	P(pam_etc, "/etc/pam.d") \
	P(pam_vendor, "/usr/lib/pam.d") \
	P(factor_helper, "/usr/libexec/mutex-factor") \
	P(journal, "/run/systemd/journal/socket") \
	P(syslog, "/dev/log") \
	P(auth_log, "/var/log/auth.log")

struct paths {
#define PATHS_FIELD(field, path) char field[PATHS_BYTES_MAX];
	PATHS(PATHS_FIELD)
#undef PATHS_FIELD
	uid_t owner; /* owner of trusted files that is accepted besides root: 0 in production */
};

/* root is "" or an absolute folder without a slash at its end. 0, or -ENAMETOOLONG. */
int paths_init(struct paths *p, const char *root, uid_t owner);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* Who asks for what, where, and under which policy: what every entry point of the module starts from. Shell (calls libpam, does I/O). */
#ifndef MUTEX_SITUATION_GATHER_H
#define MUTEX_SITUATION_GATHER_H

#include <security/pam_modules.h>
#include <stdbool.h>

#include "basis.h"
#include "login_gather.h"
#include "message.h"
#include "options.h"
#include "paths.h"
#include "person_load.h"
#include "policy_load.h"
#include "record.h"

#define SITUATION_HOST_BYTES 256
#define SITUATION_ASKED_BY_BYTES 256

struct situation {
	pam_handle_t *pamh;
	unsigned flags; /* as libpam gave them */
	uid_t real_uid; /* of the process that calls, and whether it is root in effect: asked once, a call changes neither */
	bool as_root;
	struct options options;
	const struct paths *paths; /* the basis', once there is one */
	struct basis *basis;       /* the handle's; backs policy and person */
	const struct policy_loaded *policy;
	const struct person *person;     /* whose password or login it is, by canonical name; NULL in the login phases: nobody of that name */
	const struct settings *settings; /* that hold for this person, and in the login phases for this service */
	enum language language;
	const char *service, *tty, *rhost, *display; /* "" when not said; owned by libpam. Under the verifier: of the program that asks it */
	const char *seat;                /* login phases: "seat0", "" = none */
	pid_t peer_pid;                  /* the program that asks the verifier; 0 = this process itself */
	char asked_by[SITUATION_ASKED_BY_BYTES];
	const char *waiver; /* id of the exception from PW-1 that holds now, or NULL */
	int64_t now_s;
	bool gathered; /* login */
	/* What is large is not cleared first: a login comes here three times. */
	struct paths own_paths;
	struct login_gathered login; /* login phases only */
	struct settings own_settings; /* password phase only: what settings points to */
};

/* For the password phase. PAM_SUCCESS, then release it; else the code to return:
 * PAM_SERVICE_ERR (arguments: logged), PAM_INCOMPLETE, PAM_USER_UNKNOWN (never named anywhere: it may be a mistyped password),
 * PAM_AUTHINFO_UNAVAIL (the user database cannot say), PAM_BUF_ERR. */
int situation_gather(pam_handle_t *pamh, int flags, int argc, const char **argv, struct situation **ret_situation);

/* For the auth, account and session phases, which must not tell an unknown name from a known one: person is NULL then, and all else goes on.
 * PAM_SUCCESS, PAM_SERVICE_ERR (logged), PAM_BUF_ERR, or what asking for the name said. */
int situation_gather_login(pam_handle_t *pamh, int flags, int argc, const char **argv, struct situation **ret_situation);

void situation_release(struct situation **s);
#define SITUATION_RELEASED __attribute__((cleanup(situation_release)))

/* True when the service is one of the names; the list ends with NULL. */
bool situation_service_in(const struct situation *s, const char *const *services);

/* A record with all that the situation knows, clause PW-1; the caller adds verdict and reasons, and the clause where it is another one. */
struct record situation_record(const struct situation *s, enum record_kind kind);
void situation_emit(const struct situation *s, const struct record *r);

/* Says loudly that the policy's files are not what holds; nothing when they are. */
void situation_record_policy(const struct situation *s);

/* Tells the witness of `apply --confirm` (pending.h). */
void situation_witness(const struct situation *s, const char *what);

#endif

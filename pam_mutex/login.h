/* SPDX-License-Identifier: BSD-2-Clause */
/* Who gets in: the one decision that begin, finish, the account line and `mutexctl explain login` share. Pure. Clauses PW-2, PW-3, RA-1, AC-1, AC-4,
 * DV-1, AU-4.
 *
 * login_decide() is asked at three stages with the same facts, as far as they are known:
 *   BEGIN    before any password: locked out?                       DENIED | ALLOWED (go on)
 *   FINISH   the primary modules said yes: which factors remain?    DENIED | ASK (demand, next) | ALLOWED (proven)
 *   ACCOUNT  the gate: suspension, access, posture, proof?          DENIED | ALLOWED
 * MUST: the zero decision is DENIED. MUST: an unreadable or damaged state and an unknown fact never allow what a known one would deny; a broken policy
 *       lets nobody in from elsewhere, and at the computer itself whoever shows the factors that he has;
 *       root at the local console and break-glass accounts there are denied by nothing but a wrong password and a suspension.
 * Each reason names the keyword that decided (so explain shows its line), its clause, and its message for the person. */
#ifndef MUTEX_LOGIN_H
#define MUTEX_LOGIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "demand.h"
#include "lockout.h"
#include "message.h"
#include "network.h"
#include "policy.h"
#include "policy_load.h"
#include "posture.h"
#include "service.h"
#include "ssh_auth_info.h"

enum login_stage { LOGIN_STAGE_BEGIN, LOGIN_STAGE_FINISH, LOGIN_STAGE_ACCOUNT, LOGIN_STAGE_MAX };

/* What became of reading the person's login state. */
enum login_state_standing {
	LOGIN_STATE_UNKNOWN,   /* damaged, locked for too long, or an error: replayable factors are denied, tries are not counted */
	LOGIN_STATE_READ_ONLY, /* read, but cannot be written: replayable factors (totp, recovery) are denied */
	LOGIN_STATE_NOT_ROOT,  /* the caller may not read it and no verifier answered */
	LOGIN_STATE_FINE,
	LOGIN_STATE_STANDING_MAX
};

/* R(id, code in the record, clause, keyword that decided, message). In order of weight. */
#define LOGIN_REASONS(R) \
	R(SUSPENDED, "suspended", "AU-4", KEYWORD_MAX, LOGIN_SUSPENDED) \
	R(LOCKED, "locked-out", "PW-3", KEYWORD_lockout_attempts, LOGIN_LOCKED) \
	R(DISABLED, "factor-disabled", "PW-3", KEYWORD_lockout_hard_limit, LOGIN_DISABLED) \
	R(BUSY, "busy", "PW-3", KEYWORD_MAX, LOGIN_BUSY) \
	R(POLICY_BROKEN, "policy-broken", "RA-1", KEYWORD_MAX, LOGIN_POLICY_BROKEN) \
	R(STATE_UNKNOWN, "state-unreadable", "RA-1", KEYWORD_MAX, LOGIN_STATE_UNKNOWN) \
	R(STATE_READ_ONLY, "state-read-only", "RA-1", KEYWORD_MAX, LOGIN_STATE_READ_ONLY) \
	R(NO_VERIFIER, "no-verifier", "RA-1", KEYWORD_MAX, LOGIN_NO_VERIFIER) \
	R(NO_FACTOR, "no-second-factor", "RA-1", KEYWORD_mfa_enrol_by, LOGIN_NO_FACTOR) \
	R(NOT_PROVEN, "not-proven", "RA-1", KEYWORD_mfa_remote, LOGIN_NOT_PROVEN) \
	R(PUBLICKEY_ONLY, "publickey-only", "RA-1", KEYWORD_mfa_remote, LOGIN_PUBLICKEY_ONLY) \
	R(FACTOR_FAILED, "factor-failed", "RA-1", KEYWORD_mfa_require, LOGIN_FACTOR_FAILED) \
	R(FACTOR_NOT_SHOWN, "factor-not-shown", "RA-1", KEYWORD_mfa_require, LOGIN_FACTOR_NOT_SHOWN) \
	R(NOT_ALLOWED, "not-on-login-list", "AC-4", KEYWORD_access_allow, LOGIN_NOT_ALLOWED) \
	R(NOT_ALLOWED_SERVICE, "not-on-service-list", "AC-4", KEYWORD_service_allow, LOGIN_NOT_ALLOWED) \
	R(BREAK_GLASS, "break-glass-elsewhere", "AC-4", KEYWORD_access_break_glass, LOGIN_BREAK_GLASS) \
	R(NOT_ASSIGNED, "not-assigned", "DV-1", KEYWORD_access_assigned, LOGIN_NOT_ASSIGNED) \
	R(NOT_GRANTED, "account-not-granted", "AC-4", KEYWORD_access_become, LOGIN_NOT_GRANTED) \
	R(OUT_OF_HOURS, "out-of-hours", "AC-4", KEYWORD_access_hours, LOGIN_OUT_OF_HOURS) \
	R(TOO_MANY_SESSIONS, "too-many-sessions", "PW-2", KEYWORD_access_max_sessions, LOGIN_TOO_MANY_SESSIONS) \
	R(TWO_PLACES, "two-places", "PW-2", KEYWORD_access_two_places, LOGIN_TWO_PLACES) \
	R(POSTURE, "posture", "SC-1", KEYWORD_access_posture, LOGIN_POSTURE) \
	R(POSTURE_UNKNOWN, "posture-unknown", "SC-1", KEYWORD_access_unknown_grace, LOGIN_POSTURE_UNKNOWN)

enum login_reason_id {
#define LOGIN_REASON_ENUM(id, ...) LOGIN_##id##_REASON,
	LOGIN_REASONS(LOGIN_REASON_ENUM)
#undef LOGIN_REASON_ENUM
	LOGIN_REASON_MAX
};

enum posture_standing { POSTURE_STANDING_UNKNOWN, POSTURE_STANDING_STALE, POSTURE_STANDING_FRESH };

/* All strings are borrowed; NULL or "" = not said. */
struct login_facts {
	const char *service_name;
	struct service service;
	enum login_side side;
	bool at_console;       /* a VT, serial line or console by device number, or the seat's own locker or greeter: stricter than side == LOCAL */
	const char *rhost, *tty;
	bool has_address;
	struct network_address address; /* of rhost */

	const struct person *person;    /* NULL = nobody of that name */
	const struct person *asker;     /* SU, SUDO, POLKIT: by login uid, else real uid; NULL = the same person, a daemon's root, or unknown */
	bool asker_unknown;             /* somebody other than person asks, and the system cannot say who */
	const struct settings *asker_settings; /* what holds for asker ([access] become); NULL with asker */
	bool asked_by_root;             /* getuid() == 0 and the service is one that people run (su, sudo, runuser, passwd) */

	enum policy_state policy;
	enum login_state_standing state;
	struct lockout lockouts[LOGIN_GUESS_MAX]; /* of this source */
	bool busy;                      /* too many live tries from this source */
	uint32_t has;                   /* factors that this person could show: enrolled, or hooks that the administrator set for them */
	uint32_t proven;                /* shown in this handle so far: password after the primaries, remembered ones, public key and sk by ssh */
	struct ssh_auth_info ssh;
	bool finished;                  /* ACCOUNT: finish of this very handle said proven */
	bool half_set;                  /* begin or finish runs, but apply never switched the whole set on */

	bool suspended;
	bool suspension_unknown; /* suspended only because nobody can read who is */
	bool on_netgroup_allow, on_netgroup_service; /* some +netgroup of the list holds this person (asked from NSS by the shell) */
	const char *waivers[8];         /* ids of exceptions that hold for this person here, by clause: see login_waiver_slot() */
	size_t sessions, other_places;  /* open logins of class user; distinct other remote addresses among them */
	enum posture_standing posture_standing;
	const struct posture *posture;  /* NULL unless FRESH */
	int64_t posture_unknown_since_s; /* UTC; 0 = just now */

	int64_t now_s;                  /* UTC */
	int64_t local_minutes;          /* minutes since Monday 00:00 in local time, where the policy names hours */
};

/* Clause of a waiver slot, NULL behind the last: those that somebody may waive, so neither PW-2 nor AU-4. */
const char *login_waiver_slot(size_t index);

struct login_reason {
	enum login_reason_id id;
	bool denies;          /* false: told or recorded only (observe, waived, warn, before a grace date) */
	bool observed_only;   /* would deny, but the section's mode is observe */
	const char *waiver;   /* id of the exception that let it pass */
	char argument[2][64]; /* for the message; escaped when shown */
};

enum login_outcome { LOGIN_OUTCOME_DENIED, LOGIN_OUTCOME_ALLOWED, LOGIN_OUTCOME_ASK, LOGIN_OUTCOME_MAX };

struct login_decision {
	enum login_outcome outcome;
	struct login_reason reasons[LOGIN_REASON_MAX]; /* in order of weight, each id once */
	size_t count;
	bool demanded;            /* a second factor is demanded here (mode observe included) */
	bool factor_observed;     /* mfa mode = observe: ask, record, let in whatever the answer */
	enum keyword demanded_by; /* which keyword said so: mfa_remote, mfa_local, mfa_su, mfa_sudo, service_mfa; KEYWORD_MAX = none */
	struct demand demand;     /* what counts here */
	uint32_t next;            /* ASK: what may be asked for now */
	bool skip_password;       /* BEGIN under sshd after a public key with after_publickey = code: the primaries are jumped over */
	bool remind;              /* person without factor, demand not yet in force: tell; days_left until enrol_by, -1 = no date */
	int64_t days_left;
	bool enrol_here;          /* after enrol_by, at the local console: let in to enrol, and nothing else is demanded */
	bool break_glass;         /* a login by such an account, or one that spared a reason: told, and recorded loudly */
	bool root_console;        /* let in because root at the console always gets in, though a reason stood against it */
	bool counts;              /* BEGIN: reserve a try (false: half set, state unknown or not to be written) */
};

void login_decide(enum login_stage stage, const struct login_facts *facts, const struct settings *settings,
		  const struct factor_table *factors, struct login_decision *ret_decision);

/* Adds a reason that only the caller knows (FACTOR_FAILED after a wrong code), keeping the order; an existing one is returned as it stands. The
 * caller sets denies and outcome. */
struct login_reason *login_decision_add(struct login_decision *d, enum login_reason_id id);

/* AC-4: whether asker was granted that person's account. Root's own and the system's accounts are nobody's. asker NULL = unknown. For su here;
 * `sudo -u` shows its target only in the session phase. */
bool login_may_become(const struct settings *asker_settings, const struct person *asker, const struct person *person);

/* Whether every service that takes this person's password for a login, su, sudo or polkit demands a second factor that the person has (has: as in
 * the facts): required, in force, from everywhere. Lockers are left out: they open what was proven before. For min_length_with_mfa. */
bool login_mfa_everywhere(const struct policy *policy, const struct person *person, uint32_t has);

/* What a person without enough factors (has: as in the facts) is told or kept out for at some service, from somewhere: for the list of those who
 * should enrol. */
enum login_lack { LOGIN_LACK_NOTHING, LOGIN_LACK_REMINDED, LOGIN_LACK_DEMANDED };
enum login_lack login_lacks(const struct policy *policy, const struct person *person, uint32_t has);

/* An account for emergencies ([access] break_glass). person NULL = nobody. */
bool login_is_break_glass(const struct settings *settings, const struct person *person);

/* What a state says that its person could show: enrolled ones; hooks when the administrator said that the person has them. */
uint32_t login_owned_factors(const struct login_state *state, const struct factor_table *factors);

const char *login_reason_code(enum login_reason_id id);
const char *login_reason_clause(enum login_reason_id id);
enum keyword login_reason_keyword(enum login_reason_id id);
/* One English sentence for the administrator, for the record: what to change, with the exact lines. NULL = none. */
const char *login_reason_detail(enum login_reason_id id);
const char *login_outcome_name(enum login_outcome outcome);

/* One reason as whole sentences with its remedy, at most MESSAGE_BYTES_MAX bytes. */
void login_add_reason(struct text *t, enum language language, const struct login_reason *reason);
/* All that the person is told of this decision at this stage, cut into messages of at most MESSAGE_BYTES_MAX bytes: header, reasons, reminder,
 * contact. Returns how many were written. Nothing that tells an unknown name from a known one. */
size_t login_messages(const struct login_decision *d, const struct settings *settings, enum language language,
		      char (*ret_messages)[MESSAGE_BYTES_MAX + 1], size_t max);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* Collects struct login_facts from what is not PAM's: terminal, addresses, sessions, posture, suspension, exceptions, state. Shell.
 *
 * The module gives what libpam said (struct login_request); `mutexctl explain login` gives what its options say. Both get the same facts from here,
 * so that they cannot disagree. */
#ifndef MUTEX_LOGIN_GATHER_H
#define MUTEX_LOGIN_GATHER_H

#include "login.h"
#include "login_store.h"
#include "paths.h"
#include "person_load.h"
#include "policy_load.h"

/* What is being asked. Strings borrowed. */
struct login_request {
	const char *service, *tty, *rhost; /* as PAM items; "" when not said */
	const char *user;                  /* the name as given */
	const char *ssh_auth_info;         /* SSH_AUTH_INFO_0 under sshd; NULL elsewhere */
	const char *display;               /* PAM_XDISPLAY, or the verifier's peer's; "" */
	uid_t asker_uid;                   /* login uid if set, else getuid(); (uid_t)-1 = nobody knows */
	bool asker_later;                  /* instead: asker_uid is found out here, of this process, where something looks at it */
	uid_t real_uid;                    /* getuid() */
	bool as_root;                      /* geteuid() == 0: state may be read */
	pid_t peer_pid;                    /* the verifier's peer; 0 = the process itself; -1 = no process, only words (mutexctl explain) */
	const struct person_loaded *looked_up; /* user, when the caller has asked for it already: without a name = nobody of that name; NULL = ask
					    * here. Outlives what is gathered */
	bool no_sessions;                  /* facts.sessions and other_places are not needed: begin, finish. They are 0 where no rule looks at them, too */
	bool state_later;                  /* the state is not read: the caller takes it from a change of its own, or recalls it */
	bool make_key;                     /* of this computer, when it is missing: a login, which counts */
	struct login_memo *memo;           /* what this login has learnt before; NULL = nothing, and nothing is kept */
	int64_t now_s;
};

/* Where the process is, by what it says of its terminal, display and peer. */
struct login_place_memo {
	bool known;
	char tty[64], display[64], rhost[256];
	enum login_side side;
	bool at_console;
	char found_seat[32], found_rhost[256];
	bool has_source;
	struct login_source source;
	uint8_t place[16];
};

/* Whether the lines are on and the person is suspended. Never older than 20 ms: a suspension holds at once. */
struct login_standing_memo {
	int64_t since_ns; /* 0 = not looked up yet */
	bool as_root, half_set;
	int suspended;
};

enum login_seen { LOGIN_SEEN_NEVER, LOGIN_SEEN_AT_BEGIN, LOGIN_SEEN_AT_FINISH };

/* What a login needs to learn only once, though several calls ask for it. No secret; zeros at first; kept by the caller. */
struct login_memo {
	char boot_id[FIELD_BOOT_ID_SIZE]; /* "" = not asked yet */
	char host[256];                   /* the same */
	pid_t pid;                        /* whose asker and place these are; 0 = nobody's yet */
	bool has_asker;
	uid_t asker_uid;
	struct login_place_memo place_of;
	struct login_standing_memo standing;
	bool whose_known;
	struct login_whose whose;
	char service[32];                 /* of settings; "" = not resolved yet */
	struct service service_is;
	struct settings settings;
	enum login_seen seen;             /* when what follows was read of the state */
	uint8_t place[16];
	uint32_t has, remembered;
	struct lockout lockouts[LOGIN_GUESS_MAX];
	int64_t comply_by_s;
	uint64_t comply_tag;
};

struct login_gathered {
	struct login_facts facts;
	struct person_loaded person, asker;
	bool known;                       /* the system knows the person */
	struct factor_table factors;
	int state_error;                  /* why facts.state is not FINE; 0 */
	bool recalled;                    /* what facts say of the state was seen earlier in this login; `state` itself is not in hand */
	struct login_whose whose;
	struct login_source source;
	struct lockout_rules rules;
	uint8_t place[16];                /* key of this place in state.remembered: hash of service, source, terminal and boot. finish writes it, and
					   * login_gather() adds to facts.proven what such an entry with until_s > now_s holds */
	char seat[32];                    /* "seat0", "" = none */
	char host[256];
	char rhost[256];                  /* facts.rhost: as said, else where the session of the process came from */
	char name[256];                   /* as given: for counting names that nobody has */
	bool as_root;
	/* What is large is not cleared first, but written whole where something is to be found in it. */
	struct settings settings;         /* for this person and this service */
	struct login_state state;         /* for known people; empty otherwise */
	struct settings asker_settings;   /* facts.asker_settings */
	struct posture posture;           /* facts.posture */
};

/* policy: as loaded. *ret_gathered points into itself and must not be moved. Never refuses: what it could not learn is a fact. 0 or -ENOMEM; release it always. Takes no lock for longer than
 * LOGIN_STORE_WAIT_MS. */
int login_gather(const struct paths *paths, const struct policy_loaded *policy, const struct login_request *request,
		 struct login_gathered *ret_gathered);
/* Reads the state (again, after somebody else may have changed it) and refreshes has, lockouts, standing. */
void login_gather_state(const struct paths *paths, struct login_gathered *gathered);
/* has and lockouts from a state that a change of the caller's has in hand; standing from the change's error. */
void login_gather_take_state(struct login_gathered *gathered, const struct login_state *state);
void login_gather_note_error(struct login_gathered *gathered, int error);
/* What the state remembers of this place is proven. */
void login_gather_remembered(struct login_gathered *gathered);
/* Keeps what a sound state said, without its secrets, for the next call of the same login: finish recalls what begin has seen, once, and account what
 * finish has. False: nothing was seen there, or from another place. */
void login_gather_keep(const struct login_gathered *gathered, enum login_seen at, struct login_memo *memo);
bool login_gather_recall(struct login_gathered *gathered, enum login_seen at, struct login_memo *memo);
/* What is known of the place is asked for again, as the session line does: by then the process may be another session's. */
void login_memo_forget_place(struct login_memo *memo);
/* Asked for once. */
const char *login_memo_boot_id(struct login_memo *memo);
/* Wipes and frees. */
void login_gathered_release(struct login_gathered *gathered);
#define LOGIN_GATHERED_RELEASED __attribute__((cleanup(login_gathered_release)))

#endif

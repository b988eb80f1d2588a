/* SPDX-License-Identifier: BSD-2-Clause */
/* A person sets up the first second factor of their own, at the computer itself. Shell, of mutex-verify only. Clause RA-1.
 *
 * Called when the PAM service mutex-verify has proven the peer: the password was right, and the account is let in (so not suspended).
 * MUST: only a person at a local seat, in the session that is in front, never one who came from elsewhere. MUST: only the first factor: whoever has any
 * replaces it with an administrator. MUST: secret and codes are made here, told once, and stored only after a code of the device was right; of two at
 * once one is enrolled. */
#ifndef MUTEX_VERIFY_ENROL_H
#define MUTEX_VERIFY_ENROL_H

#include "paths.h"
#include "person_load.h"
#include "verify_peer.h"
#include "verify_relay.h"

/* What the caller is told, in the language of machines: it speaks to the person. Behind a blank: the address; the codes; why it was refused. */
#define VERIFY_ENROL_URI "enrol-uri"
#define VERIFY_ENROL_ASK "enrol-code" /* the question for a code */
#define VERIFY_ENROL_WRONG "enrol-wrong"
#define VERIFY_ENROL_CODES "enrol-codes"
#define VERIFY_ENROL_REFUSED "enrol-refused"
#define VERIFY_ENROL_ELSEWHERE "elsewhere"
#define VERIFY_ENROL_FORBIDDEN "forbidden"
#define VERIFY_ENROL_ALREADY "already"
#define VERIFY_ENROL_STATE "state"

struct verify_enrol {
	const struct paths *paths;
	const struct verify_peer *peer;
	const struct person *person;
	struct verify_relay *relay;
};

/* PAM_SUCCESS: enrolled; else nothing was stored. */
int verify_enrol(const struct verify_enrol *enrol);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* What is remembered about one person's logins: failures, tries under way, factors, remembered places. Format only, pure. Clauses PW-3, RA-1.
 *
 * Two slots of equal size, written in turn in place, each with a sequence number and a sum of all that is in it, like history.h: whatever moment
 * a write is cut off at the other slot holds, and a full disk changes nothing. Layout little-endian, documented at the encoder. A file of an
 * earlier version is read as it stands.
 * MUST: what does not fit the format to the bit is damaged, and a damaged state denies the factor; it is never an empty one. */
#ifndef MUTEX_LOGIN_STATE_H
#define MUTEX_LOGIN_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define LOGIN_SLOTS 2
#define LOGIN_SLOT_BYTES 8192
#define LOGIN_FILE_BYTES (LOGIN_SLOTS * LOGIN_SLOT_BYTES)

/* ASKED: somebody else steps into the account by su, sudo or polkit, wherever he sits. Only a source is that; a login is local or remote. */
enum login_side { LOGIN_LOCAL, LOGIN_REMOTE, LOGIN_ASKED, LOGIN_SIDE_MAX };

/* What is counted separately: the password, and everything that is asked behind it. */
enum login_guess { LOGIN_GUESS_PASSWORD, LOGIN_GUESS_CODE, LOGIN_GUESS_MAX };

/* Whence: 16 bytes made by login_source(). */
#define LOGIN_SOURCE_BYTES 16
struct login_source {
	enum login_side side;
	uint8_t key[LOGIN_SOURCE_BYTES]; /* IPv4 as ::ffff:a.b.c.d; the /64 of an IPv6 address; a hash of a name or of the local seat or terminal kind */
};

#define LOGIN_TAGS_MAX 4
struct login_counter {
	struct login_source source;
	enum login_guess guess;
	uint32_t failures;     /* within the window */
	uint32_t strikes;      /* lock-outs so far: the next lasts duration << strikes */
	int64_t window_from_s; /* UTC, of the oldest failure that counts */
	int64_t last_s;
	int64_t locked_until_s; /* 0 = not locked */
	uint64_t tags[LOGIN_TAGS_MAX]; /* of the latest wrong passwords, newest first; 0 = none */
};

/* A try that has begun and has no result yet. A dead process' try is a failure; a live one never counts. */
struct login_try {
	pid_t pid; /* 0 = free */
	int64_t since_ticks; /* since boot, when it began: a process of that number that started later is another one */
	uint8_t boot_id[16];
	struct login_source source;
	int64_t since_s;
};

#define LOGIN_SECRET_BYTES_MAX 64
struct login_totp {
	bool enrolled;
	uint8_t algorithm;  /* FACTOR_SHA1 ... of policy.h */
	uint8_t digits;     /* 6 or 8 */
	uint8_t secret_len;
	uint8_t secret[LOGIN_SECRET_BYTES_MAX];
	int64_t last_step;  /* the last 30-second step whose code was taken; none at or before it is taken again. 0 = none */
	int64_t since_s;
};

#define LOGIN_CODES_MAX 10
#define LOGIN_CODE_HASH_BYTES 32
struct login_recovery {
	uint32_t count;     /* of codes made; 0 = none */
	uint32_t iterations;
	uint8_t salt[16];
	uint8_t hashes[LOGIN_CODES_MAX][LOGIN_CODE_HASH_BYTES]; /* all-zero = used */
	int64_t since_s;
};

#define LOGIN_REMEMBERED_MAX 16
struct login_remembered {
	uint8_t place[16];  /* hash of service, source, terminal and boot */
	uint32_t factors;   /* kinds that were shown: bits by enum factor_kind of demand.h */
	int64_t until_s;    /* 0 = free */
};

#define LOGIN_COUNTERS_MAX 24
#define LOGIN_TRIES_MAX 64
#define LOGIN_OWNER_BYTES 24
struct login_state {
	uint32_t uid;
	char owner[LOGIN_OWNER_BYTES]; /* the account's name, cut, zero-padded: a uid may get another account. Empty: not known, or a name that nobody has */
	uint64_t sequence;
	struct login_counter counters[LOGIN_COUNTERS_MAX]; /* free ones have last_s == 0 */
	uint32_t consecutive[LOGIN_SIDE_MAX][LOGIN_GUESS_MAX]; /* since the last success there; for hard_limit */
	struct login_try tries[LOGIN_TRIES_MAX];
	struct login_totp totp;
	struct login_recovery recovery;
	struct login_remembered remembered[LOGIN_REMEMBERED_MAX];
	int64_t hooked_since_s;     /* when the administrator said that this person has a pam: or exec: factor; 0 = not */
	int64_t comply_by_s;        /* the password broke the rules at a login and must be changed by then; 0 = it does not */
	uint64_t comply_tag;        /* which password that was, so that a new one ends it. While there is no date: what the last judgement that found
				     * the password good rests on, so that it need not be made again; 0 = none */
};

void login_state_init(struct login_state *ret_state, uint32_t uid);
/* Free counters, tries and places are written as zeros whatever they hold, and the state comes back as login_state_decode() reads it. 0; or -EINVAL for
 * one that it would refuse: no change may leave a person with a damaged file. */
int login_state_encode(struct login_state *state, unsigned char ret_slot[LOGIN_SLOT_BYTES]);
/* 0, or -EBADMSG. */
int login_state_decode(const unsigned char slot[LOGIN_SLOT_BYTES], uint32_t uid, struct login_state *ret_state);
/* Writes the sum of what stands in the slot, by the version that it says. Encoding does it; tests that change bytes need it. */
void login_state_seal(unsigned char slot[LOGIN_SLOT_BYTES]);
/* Reads a whole file: the sound slot with the higher sequence. Returns that slot's index, or -EBADMSG. */
int login_state_choose(const unsigned char *file, size_t len, uint32_t uid, struct login_state *ret_state);

/* The key of a source. rhost NULL or "" or loopback with side LOCAL: local_name says which ("seat0", "tty", "", ...). ASKED:
 * "asked by UID" in local_name. */
void login_source_make(enum login_side side, const char *rhost, const char *local_name, struct login_source *ret_source);
bool login_source_equal(const struct login_source *a, const struct login_source *b);

/* Wiped by scope: it holds secrets. */
void login_state_wipe(struct login_state *state);
#define LOGIN_STATE_WIPED __attribute__((cleanup(login_state_wipe)))

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* A bed for the built module: a made-up computer in a temporary folder, real libpam, made-up users (nss_wrapper) and a made-up uid 0 (uid_wrapper).
 *
 * Each row runs in a process and a folder of its own; it ends by returning (passed), by a failed CHECK, or by bed_skip().
 * Users: alice (1000), bob (1001), root (0); the groups alice, staff (alice), bob; and names that nobody
 * should have: -alice, +alice, ../alice. */
#ifndef MUTEX_MODULE_BED_H
#define MUTEX_MODULE_BED_H

#include <security/pam_appl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "paths.h"
#include "stamp.h"

#define BED_ANSWERS_MAX 16
#define BED_TALK_BYTES 65536
#define BED_RECORD_BYTES 16384

struct bed_row {
	const char *name;
	void (*run)(void);              /* or, for rows of one shape: */
	void (*run_with)(const void *data);
	const void *data;
};

/* Starts itself again with the wrappers, then runs all rows; prints "ok NAME", "not ok NAME" or "skip NAME why". Returns main's status. */
int bed_main(char **argv, const struct bed_row *rows, size_t count);

/* --- the computer --- */

const struct paths *bed_paths(void);

/* Writes a file below the root folder (path as on the real computer); makes folders. */
void bed_write(const char *path, const char *text);
void bed_policy(const char *text);

/* Alice's shadow line. hash NULL = one of this password by a quick method. */
#define BED_OLD "the old one of alice, long"
void bed_shadow(const char *hash, const char *changed_day, const char *max_days);
/* A quick hash of a password; good until the next call. */
const char *bed_hash(const char *password);

/* The service's PAM file: lines with {module} for our module with root=, {begin}, {failed}, {finish} for it with that word, and {neighbour} for the
 * one of neighbour.c, which stores passwords in a file. */
void bed_service(const char *name, const char *lines);
/* password requisite {module} arguments, then {neighbour}; account requisite {module}, then pam_permit. */
void bed_usual_services(const char *arguments);

/* The lines that apply switches on, around a neighbour that takes BED_OLD; the marker that they are on, too. */
void bed_login_services(void);
void bed_login_service(const char *name);

/* The password that the neighbour has stored; BED_OLD when none was. */
const char *bed_stored(void);

/* Who runs the program: real and effective uid, as the module sees them. */
void bed_run_as(unsigned real, unsigned effective);

/* A mount namespace of our own; without root's rights one in which we have them. Skips the row where there is none. */
void bed_enter_own_mounts(void);
/* Mounts a tmpfs at /var/lib/mutex, or skips. */
void bed_mount_state(unsigned long flags, const char *options);
/* Fills a file system up. */
void bed_fill(const char *folder);

/* --- the conversation --- */

enum bed_fault {
	BED_NO_FAULT,
	BED_CONV_NULL,       /* no function */
	BED_RESPONSES_NULL,  /* success and no answer array */
	BED_RESPONSE_NULL,   /* success and an answer without text */
	BED_ABORT,           /* PAM_ABORT with an answer left behind */
	BED_CONV_ERROR,      /* PAM_CONV_ERR */
	BED_AGAIN_ONCE,      /* PAM_CONV_AGAIN at the first prompt for a new password */
	BED_AGAIN_AT_RETYPE, /* the same at its repetition */
	BED_TEXTS_REFUSED    /* messages are refused, prompts are answered */
};

struct bed_talk {
	const char *old;                      /* answer to a prompt for the old password */
	const char *password;                 /* answer to "Password: "; NULL = as to any other prompt */
	const char *answers[BED_ANSWERS_MAX]; /* to prompts without echo, in turn; the last one goes on for ever when sticky */
	bool sticky;
	enum bed_fault fault;
	const char *service, *user, *tty, *rhost, *display; /* NULL: passwd, alice, none, none, none */
	const char *environment[4];           /* PAM's own, such as SSH_AUTH_INFO_0=publickey ...; NULL-terminated */
	/* what happened */
	size_t prompts;               /* for new passwords */
	size_t texts, errors;         /* messages of the two kinds */
	size_t longest;               /* bytes of the longest message */
	char said[BED_TALK_BYTES];    /* all messages and prompts, one a line */
	unsigned again;               /* PAM_INCOMPLETE came this often */
	unsigned delay_us;            /* that the program was asked to wait after a failure */
};

int bed_change(struct bed_talk *talk, int flags);
int bed_account(struct bed_talk *talk, int flags);

/* One handle for several calls, as programs that let people try again use it. */
struct bed_handle;
struct bed_handle *bed_open(struct bed_talk *talk);
int bed_call(struct bed_handle *handle, int (*function)(pam_handle_t *, int), int flags);
/* The next calls are answered from this talk. */
void bed_turn(struct bed_handle *handle, struct bed_talk *talk);
pam_handle_t *bed_pamh(struct bed_handle *handle);
void bed_close(struct bed_handle *handle);

/* pam_authenticate(), and after it pam_acct_mgmt() and pam_setcred() as programs do: the first bad code, else PAM_SUCCESS. */
int bed_login(struct bed_talk *talk);
/* pam_authenticate() alone. */
int bed_authenticate(struct bed_talk *talk);

/* The stamp of a uid; false when there is none. */
bool bed_stamp(unsigned uid, struct stamp *ret_stamp);
void bed_forget_stamp(unsigned uid);

/* --- what was recorded --- */

/* Takes the next record; its text in *ret. False when there is none. */
bool bed_record(char (*ret)[BED_RECORD_BYTES]);
/* Takes records until one of that kind; fails the row when there is none. */
void bed_record_of(const char *kind, char (*ret)[BED_RECORD_BYTES]);
/* The value of a field, or "". Good until the next call. */
const char *bed_field(const char *record, const char *name);

/* --- checks --- */

void bed_fail(const char *file, int line, const char *format, ...) __attribute__((format(printf, 3, 4), noreturn));
void bed_skip(const char *why) __attribute__((noreturn));
bool bed_under_valgrind(void);
void bed_check_int(const char *file, int line, const char *what, long long got, long long wanted);
void bed_check_text(const char *file, int line, const char *what, const char *got, const char *wanted);
void bed_check_says(const char *file, int line, const char *what, const char *part, bool wanted);
#define CHECK(condition) ((condition) ? (void)0 : bed_fail(__FILE__, __LINE__, "not so: %s", #condition))
#define CHECK_INT(got, wanted) bed_check_int(__FILE__, __LINE__, #got, (long long)(got), (long long)(wanted))
#define CHECK_TEXT(got, wanted) bed_check_text(__FILE__, __LINE__, #got, (got), (wanted))
#define CHECK_SAYS(text, part) bed_check_says(__FILE__, __LINE__, (text), (part), true)
#define CHECK_SAYS_NOT(text, part) bed_check_says(__FILE__, __LINE__, (text), (part), false)

#endif

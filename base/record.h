/* SPDX-License-Identifier: BSD-2-Clause */
/* The record that every decision leaves. The format is pure, record_emit() in record_emit.c is the shell.
 *
 * MUST: never a secret; never a user name that the machine does not know (it may be a mistyped password): user is NULL then.
 * Journal: native protocol, https://systemd.io/JOURNAL_NATIVE_PROTOCOL. Fall-back: one line to syslog, LOG_AUTHPRIV.
 * Every value is escaped, so none holds a newline, and cut to a length, so that no long name can keep a record from being written. */
#ifndef MUTEX_RECORD_H
#define MUTEX_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text;

/* K(id, name, message id): the 128-bit id names the kind for ever; make a new one with `systemd-id128 new`. */
#define RECORD_KINDS(K) \
	K(PASSWORD_CHANGE, "password-change", "3d63b41a53cc49baaea1cf583fbe7756") \
	K(PASSWORD_AGE, "password-age", "d87a8bfbb2e6412bae75c688d08a592a") \
	K(POLICY_BROKEN, "policy-broken", "45d40e7a81134bc193c93b20b4afa8a0") \
	K(POLICY_APPLIED, "policy-applied", "d49adb391e244a239fd4c41bfc2959a4") \
	K(POLICY_REMOVED, "policy-removed", "7bb1ba8f429444ee8fbaea222459d55c") \
	K(EXCEPTION_CHANGED, "exception-changed", "5b8c5463720648799b6aa37a4709d22a") \
	K(LOGIN, "login", "a0bb7850877148b4b23ee9d7da47f4f3") \
	K(LOCKOUT, "lockout", "cf06e9b233054ea38897679a84d4030f") \
	K(LOGIN_STATE, "login-state", "5eeded5a2e7345f39c782181e67e0ff6") \
	K(FACTOR_CHANGED, "factor-changed", "d5d14e738a3443de9b7a4e05b1f7e730") \
	K(PASSWORD_STANDING, "password-standing", "f44aeaad18ea4690adb31800403b8ec8") \
	K(SUSPENSION, "suspension", "34bfa06fa66d4e358d815d495e8fc29e") \
	K(BREAK_GLASS, "break-glass", "3fb0fdb2637745cfa08f8f082a220749") \
	K(LOCK, "lock", "750e2aa2880e43c8bd17aa6aea28d3b5") \
	K(LOCK_TAMPER, "lock-tamper", "7c4874528e444f36a950f7dfcfb37ff4") \
	K(SETTINGS_DRIFT, "settings-drift", "ccc1441544f7414685df7acbed641003") \
	K(CONTROL_CHANGED, "control-changed", "85e06b3bd2bf4819951b5a1c98164d5d") \
	K(ANTIVIRUS, "antivirus", "9a7869b3961c4da4b768c67825d8599e")

enum record_kind {
#define RECORD_ENUM(id, name, message_id) RECORD_##id,
	RECORD_KINDS(RECORD_ENUM)
#undef RECORD_ENUM
	RECORD_KIND_MAX
};

enum record_verdict { RECORD_DENIED, RECORD_ALLOWED, RECORD_WARNED, RECORD_NOTED, RECORD_VERDICT_MAX };

/* All strings are borrowed; NULL or "" leaves the field out. */
struct record {
	enum record_kind kind;
	enum record_verdict verdict;
	bool observed_only;       /* the mode was observe: nothing was denied */
	int64_t time_s;           /* UTC */
	const char *clause;       /* "PW-1" */
	const char *policy_hash;  /* hex SHA-256 of the canonical policy */
	const char *policy_state; /* "current", "last-good", "defaults", "broken" */
	const char *user;         /* known names only */
	const char *service, *tty, *rhost, *asked_by; /* asked_by: real user who asked */
	const char *const *reasons; /* stable codes such as "too-short" */
	size_t reason_count;
	const char *waiver;       /* id of the exception that changed the verdict */
	const char *detail;       /* one English sentence */
};

/* Journal fields: MESSAGE, MESSAGE_ID, PRIORITY, SYSLOG_IDENTIFIER=pam_mutex, MUTEX_KIND, MUTEX_VERDICT, MUTEX_MODE, MUTEX_TIME, MUTEX_CLAUSE,
 * MUTEX_POLICY, MUTEX_POLICY_STATE, MUTEX_USER, MUTEX_SERVICE, MUTEX_TTY, MUTEX_RHOST, MUTEX_ASKED_BY, MUTEX_REASONS (comma), MUTEX_WAIVER, MUTEX_DETAIL. */
void record_format_journal(const struct record *r, struct text *t);

/* One line: "kind=password-change verdict=denied mode=enforce clause=PW-1 user=alice ..."; values with blanks or quotes are quoted. */
void record_format_line(const struct record *r, struct text *t);

const char *record_kind_name(enum record_kind kind);
const char *record_kind_message_id(enum record_kind kind);
const char *record_verdict_name(enum record_verdict verdict);
int record_priority(const struct record *r); /* syslog(3) level */

/* Room that each of the two formats above needs at most, the final NUL included. */
#define RECORD_BYTES_MAX 8192

/* Sends it to the journal's socket at that path (struct paths: journal), else to syslog's (syslog). Not by syslog(3), which may wait
 * for ever and cannot say that it failed. Shell. Takes at most 100 ms. 0 or negative errno when neither took it. */
int record_emit(const struct record *r, const char *journal_socket, const char *syslog_socket);

#endif

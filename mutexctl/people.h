/* SPDX-License-Identifier: BSD-2-Clause */
/* What the commands about one person share: who it is, what the policy says about them, the record of what was done. Shell. */
#ifndef MUTEXCTL_PEOPLE_H
#define MUTEXCTL_PEOPLE_H

#include "lockout.h"
#include "person_load.h"
#include "policy_load.h"
#include "record.h"

struct text;

struct people {
	struct policy_loaded loaded;
	struct person_loaded person;
	struct settings settings; /* for that person */
	struct lockout_rules rules;
	bool break_glass;         /* named by [access] break_glass */
};

/* 0, or COMMAND_FAILED after a message. Zero-initialise, and give it the PEOPLE_CLOSED attribute. Must not be moved. */
int people_open(const char *user, struct people *ret_people);
void people_close(struct people *people);
#define PEOPLE_CLOSED __attribute__((cleanup(people_close)))

/* The rules that hold for somebody else under a policy that is loaded; person NULL = somebody of that uid whom the system does not know. */
void people_rules(const struct policy_loaded *loaded, const struct person *person, uid_t uid, struct settings *ret_settings,
		  struct lockout_rules *ret_rules, bool *ret_break_glass);

/* A shell that lets somebody in: "" is /bin/sh. */
bool people_logs_in(const char *shell);
/* An account of somebody who logs in, root included. */
bool people_is_one(uid_t uid, const char *shell);

/* Leaves a record about that person, asked by whoever runs us; warns on standard error where nobody takes it. detail: one English sentence. */
void people_record(const struct people *people, enum record_kind kind, enum record_verdict verdict, const char *clause, const char *detail);
/* The same about nobody in particular. */
void people_record_general(const struct policy_loaded *loaded, enum record_kind kind, enum record_verdict verdict, const char *clause,
			   const char *detail);

/* "2026-11-22 18:30 JST": for people. */
void people_add_local_time(struct text *t, int64_t s);

/* What was typed as a reason or a name, made fit for one line of a record or document of at most max bytes. False when nothing is left. */
bool people_add_typed(struct text *t, const char *typed, size_t max);

#endif

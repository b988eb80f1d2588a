/* SPDX-License-Identifier: BSD-2-Clause */
/* Tells the person and the journal what was decided about a login. Shell (libpam, sockets). Clause AU-1.
 *
 * MUST: nothing here tells an unknown name from a known one to the person, nor names an unknown one in a record. */
#ifndef MUTEX_LOGIN_REPORT_H
#define MUTEX_LOGIN_REPORT_H

#include "situation_gather.h"

/* The decision's messages, as errors when it denies; nothing under PAM_SILENT. */
void login_report_tell(const struct situation *s, const struct login_decision *d);

/* One record: verdict, mode, clause, reasons and waiver from the decision; kind LOGIN, or BREAK_GLASS where that let in. detail may be NULL. */
void login_report_record(const struct situation *s, const struct login_decision *d, const char *detail);

/* Says loudly, once for each call of libpam, what is wrong with the state or with the PAM lines; nothing when all is well. */
void login_report_trouble(const struct situation *s);

/* A LOGIN_STATE record about this computer rather than the person. */
void login_report_computer(const struct situation *s, const char *reason, const char *detail);

/* A record without a decision: a lock-out that began, a finding. */
void login_report_finding(const struct situation *s, enum record_kind kind, const char *clause, const char *reason, const char *detail);

#endif

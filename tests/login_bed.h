/* SPDX-License-Identifier: BSD-2-Clause */
/* What tests of logins prepare in the module's bed: factors, lock-outs, suspensions. */
#ifndef MUTEX_LOGIN_BED_H
#define MUTEX_LOGIN_BED_H

#include <unistd.h>

#include "login_store.h"
#include "module_bed.h"
#include "totp.h"

/* One totp for everybody. */
void login_bed_enrol(unsigned uid, bool present_code_used);
/* Its present code; waits for the next step when this one is about to end, so that a test does not fail by the clock. */
void login_bed_code(char ret_code[static 9]);

void login_bed_suspend(unsigned uid);
void login_bed_lock(unsigned uid, enum login_side side, const char *rhost);
void login_bed_remove_lines_on(void);
void login_bed_state(unsigned uid, struct login_state *ret_state);
/* Failures that count now, over all sources. */
unsigned login_bed_failures(unsigned uid, enum login_guess guess);

#endif

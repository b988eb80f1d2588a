/* SPDX-License-Identifier: BSD-2-Clause */
/* The clauses of the written policy: id, words in both languages, who may waive, organisational or not. Pure. Source: the company's policy. */
#ifndef MUTEX_CLAUSE_H
#define MUTEX_CLAUSE_H

#include <stdbool.h>
#include <stddef.h>

enum waiver { WAIVER_NOBODY, WAIVER_IT_MANAGER, WAIVER_MANAGEMENT, WAIVER_JOB_DUTY, WAIVER_MAX };

struct clause {
	const char *id; /* "PW-1" */
	const char *english, *japanese;
	enum waiver waiver;
	bool organisational; /* no software can enforce it; never shown as fulfilled */
};

const struct clause *clause_find(const char *id, size_t len); /* NULL when there is none */
const struct clause *clause_at(size_t index);                 /* NULL behind the last */
const char *waiver_name(enum waiver waiver);

#endif

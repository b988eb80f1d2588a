/* SPDX-License-Identifier: BSD-2-Clause */
/* Approved exceptions (AU-2): parsed, judged, matched. Pure.
 *
 * A file of exceptions.d holds sections `[exception ID]` with the keywords below, one a line. An exception changes a verdict and never hides it. */
#ifndef MUTEX_EXCEPTION_H
#define MUTEX_EXCEPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "clause.h"
#include "diag.h"
#include "policy.h"

/* E(name, KIND, max bytes, obligatory, help); who is a user, @group, UID:UID or "all"; host is a name or "all" */
#define EXCEPTION_KEYWORDS(E) \
	E(clause, CLAUSE, 16, 1, "the clause that is waived, such as PW-1") \
	E(who, WHO, 64, 1, "user, @group, first-uid:last-uid, or all") \
	E(host, TEXT, 253, 1, "host name, or all") \
	E(reason, TEXT, 400, 1, "why") \
	E(requested_by, TEXT, 120, 1, "who asked for it") \
	E(approved_by, TEXT, 120, 1, "who approved it; not the one who asked") \
	E(from, DATE, 0, 1, "first moment, UTC") \
	E(until, DATE, 0, 1, "end, UTC; at most max_exception after from")

/* MALFORMED ones (errors in diags, same person twice, clause unwaivable, too long) never apply. */
enum exception_standing { EXCEPTION_MALFORMED, EXCEPTION_FUTURE, EXCEPTION_EXPIRED, EXCEPTION_ACTIVE, EXCEPTION_STANDING_MAX };

struct exception {
	const char *id, *who, *host, *reason, *requested_by, *approved_by;
	const struct clause *clause; /* NULL when malformed there */
	int64_t from_s, until_s;
	enum exception_standing standing; /* at now_s of the parse */
	const char *file;
	unsigned line;
};

struct exception_list {
	struct exception *items; /* in the arena */
	size_t count;
};

/* Parses one file's bytes and appends to *list. Problems land in diags. 0 or -ENOMEM; malformed entries are kept as such. */
int exception_parse(const struct policy_source *source, int64_t now_s, int64_t max_life_s, struct arena *arena,
		    struct diag_list *diags, struct exception_list *list);

/* The active exception of that clause for that person on that host (first in order), or NULL. */
const struct exception *exception_match(const struct exception_list *list, const char *clause_id, const struct person *person,
					const char *host);
const char *exception_standing_name(enum exception_standing standing);

/* True when WHO (user, @group, uid range, "all") means person. Shared with [users WHO]. Groups by name as given in person. */
bool who_matches(const char *who, const struct person *person);

#endif

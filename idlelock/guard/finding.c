/* SPDX-License-Identifier: BSD-2-Clause */
/* The list of ways in, and their names. */
#include "finding.h"

#include <string.h>

#include "text.h"

static const struct finding_row {
	const char *name, *remedy;
} ROWS[FINDING_MAX] = {
#define FINDING_ROW(id, name, remedy) [FINDING_##id] = {name, remedy},
	FINDINGS(FINDING_ROW)
#undef FINDING_ROW
};

void finding_add(struct finding_list *list, enum finding_id id, const char *where, const char *what)
{
	struct finding *f = &list->items[list->count < FINDINGS_MAX ? list->count : FINDINGS_MAX - 1];
	struct text t;

	if (list->count++ >= FINDINGS_MAX)
		return;
	f->id = id;
	TEXT_INTO(&t, f->where);
	text_add_escaped(&t, where, strlen(where));
	TEXT_INTO(&t, f->what);
	text_add_escaped(&t, what, strlen(what));
}

const char *finding_name(enum finding_id id)
{
	return ROWS[id].name;
}

const char *finding_remedy(enum finding_id id)
{
	return ROWS[id].remedy;
}

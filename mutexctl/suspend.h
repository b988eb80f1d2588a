/* SPDX-License-Identifier: BSD-2-Clause */
/* Suspending a person: what `suspend` and `offboard` share. Shell. Clause AU-4. */
#ifndef MUTEXCTL_SUSPEND_H
#define MUTEXCTL_SUSPEND_H

#include <stdbool.h>

#include "people.h"

struct suspend_order {
	const char *reason; /* NULL = not said: refused */
	const char *by;     /* NULL = whoever runs us */
	bool force;         /* also the last way to become root */
	bool quiet;         /* success says nothing: the caller prints JSON */
};

/* Suspends, records, says so. A suspension that stands already stays as it is. 0; COMMAND_VIOLATED when it is refused, COMMAND_FAILED when it
 * failed, both after a message. command: for messages about usage. */
int suspend_person(const char *command, const struct people *people, const struct suspend_order *order);

#endif

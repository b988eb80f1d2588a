/* SPDX-License-Identifier: BSD-2-Clause */
/* The commands of the moment that may be behind a change: the kernel's proc connector tells of every program that is executed. Shell.
 *
 * MUST: never a wrong person. Named is only whose command began within the two seconds before the change was looked for, ran still or had ended within the
 *       second before, names what was changed (suspect_command.h), and is of the only person of whom that can be said; a service's command, which is
 *       nobody's, counts as one more, and so does what began since. Where some were lost, or not read yet, everything is unknown; so is what is executed
 *       in a PID or user namespace of its own.
 *       Bounded: SUSPECTS commands at a time, no memory of others. One that ends before it is looked at is not seen: within a millisecond, with a
 *       processor free; within a tenth of a second while hundreds of programs a second are executed.
 * The kernel tells it in the first network, PID and user namespaces only: elsewhere (a container) nothing is known. */
#ifndef GUARD_EXEC_WATCH_RUN_H
#define GUARD_EXEC_WATCH_RUN_H

#include "culprit_gather.h"
#include "loop.h"

struct exec_watch;

int exec_watch_open(struct loop *loop, struct exec_watch **ret_watch); /* 0 or negative errno; 0 where the kernel does not tell */
/* name: a unit, or an absolute path; marks: what a command that changes it is remembered for. 0 or negative errno. */
int exec_watch_add(struct exec_watch *watch, const char *name, uint64_t marks);
/* Who executed that process; false = unknown. */
bool exec_watch_find(struct exec_watch *watch, const struct change *change, struct culprit *ret_culprit);
/* Whose command it was, of those with one of the marks, when a look that began at at_ns saw the change; false = unknown. */
bool exec_watch_suspect(struct exec_watch *watch, uint64_t marks, int64_t at_ns, struct culprit *ret_culprit);
/* Commands up to now have had their effect, which was put right: none of it is told again. */
void exec_watch_forget(struct exec_watch *watch, uint64_t marks);
void exec_watch_close(struct exec_watch *watch);

#endif

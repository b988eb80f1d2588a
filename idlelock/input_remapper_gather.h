/* SPDX-License-Identifier: BSD-2-Clause */
/* Which process made a uinput device: remappers such as keyd and input-remapper hold the hardware and play its keys anew. Shell. Needs CAP_SYS_PTRACE.
 *
 * MUST: exact, by asking each open /dev/uinput for the name of its device (UI_GET_SYSNAME on a copy of the descriptor), and only for processes that
 *       are root's in all their identities: anybody's program may be allowed to use uinput, and that is no hand. */
#ifndef MUTEX_INPUT_REMAPPER_GATHER_H
#define MUTEX_INPUT_REMAPPER_GATHER_H

#include <stdbool.h>

/* Whether somebody else holds that node grabbed; asked only about nodes that the maker has open. */
typedef bool (*input_grabbed)(const char *node, void *data);

/* sysname: "input12". True: made by a root process that has a grabbed node open. */
bool input_remapper_made(const char *sysname, input_grabbed grabbed, void *data);

#endif

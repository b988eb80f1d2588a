/* SPDX-License-Identifier: BSD-2-Clause */
/* Which process made a uinput device: remappers such as keyd and input-remapper hold the hardware and play its keys anew. Shell. Needs CAP_SYS_PTRACE.
 *
 * MUST: exact, by asking each open /dev/uinput for the name of its device (UI_GET_SYSNAME on a copy of the descriptor), and only for processes that
 *       are root's in all their identities: anybody's program may be allowed to use uinput, and that is no hand. */
#ifndef MUTEX_INPUT_REMAPPER_GATHER_H
#define MUTEX_INPUT_REMAPPER_GATHER_H

#include <stdbool.h>

/* Whether that node counts; asked only about nodes that the device's maker has open. */
typedef bool (*input_held)(const char *node, void *data);

/* sysname: "input12". True: made by a root process that has a node open which counts. */
bool input_remapper_made(const char *sysname, input_held held, void *data);

#endif

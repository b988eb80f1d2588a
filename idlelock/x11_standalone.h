/* SPDX-License-Identifier: BSD-2-Clause */
/* One display locked by a program of its own user: no idlelockd, no logind, no root, no D-Bus. For other init systems, the demo and quick tests. Shell.
 *
 * The same states (lock.h), ladder, proof and records; weaker promises, which are said at the start: whoever is at work in the session can end this
 * program and the locker, input that hardware made is known from X only, and what opens the lock is the locker's own word (exit status 0 after a
 * proof), not the stamp of an authentication. The end of this program opens nothing: the locker goes on. */
#ifndef MUTEX_X11_STANDALONE_H
#define MUTEX_X11_STANDALONE_H

#include "paths.h"

/* display NULL: $DISPLAY. Runs until the display is gone: negative errno. */
int x11_standalone_run(const struct paths *paths, const char *display);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* The language that the system's locale file names (locale.conf(5), Debian's /etc/default/locale). Pure. */
#ifndef MUTEX_LOCALE_FILE_H
#define MUTEX_LOCALE_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "message.h"

/* LC_ALL before LC_MESSAGES before LANG; of one name the last line holds. False when none of them is set. */
bool locale_file_language(const char *bytes, size_t len, enum language *ret_language);

#endif

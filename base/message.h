/* SPDX-License-Identifier: BSD-2-Clause */
/* What people read, in their language. Pure: the language is an argument, since sshd, swaylock and others never call setlocale.
 *
 * English stands in message_table.h, Japanese in po/ja.po, compiled into a table at build time. Arguments are positional:
 * {0} to {9}, always text; an argument is escaped when it is put in. */
#ifndef MUTEX_MESSAGE_H
#define MUTEX_MESSAGE_H

#include <stddef.h>
#include "message_table.h"

struct text;

enum message_id {
#define MESSAGE_ENUM(id, english) MESSAGE_##id,
	MESSAGES(MESSAGE_ENUM)
#undef MESSAGE_ENUM
	MESSAGE_MAX
};

enum language { LANGUAGE_EN, LANGUAGE_JA, LANGUAGE_MAX };

/* The longest message PAM carries is PAM_MAX_MSG_SIZE = 512 bytes. */
#define MESSAGE_BYTES_MAX 512

/* Adds the message with its arguments. args may be NULL when count is 0. */
void message_add(struct text *t, enum language language, enum message_id id, const char *const *args, size_t count);

/* "15min" as "15 min", "3d" as "3 days" in that language: a decision knows no language. Units: min, h, d. */
void message_add_duration(struct text *t, enum language language, const char *duration);

/* The raw text, for tests and documentation. Never NULL. */
const char *message_raw(enum language language, enum message_id id);

/* The language of a locale name such as "ja_JP.UTF-8"; LANGUAGE_EN for anything else. */
enum language message_language_of_locale(const char *locale);

#endif

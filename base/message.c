/* SPDX-License-Identifier: BSD-2-Clause */
/* The catalogue: English from message_table.h, Japanese from po/ja.po by way of po/compile.awk. */
#include "message.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "text.h"

static const char *const TEXTS[LANGUAGE_MAX][MESSAGE_MAX] = {
	[LANGUAGE_EN] = {
#define MESSAGE_ENGLISH(id, english) [MESSAGE_##id] = english,
		MESSAGES(MESSAGE_ENGLISH)
#undef MESSAGE_ENGLISH
	},
	[LANGUAGE_JA] = {
#include "message_ja.h"
	},
};

const char *message_raw(enum language language, enum message_id id)
{
	return TEXTS[language][id];
}

void message_add(struct text *t, enum language language, enum message_id id, const char *const *args, size_t count)
{
	for (const char *at = TEXTS[language][id]; *at != '\0'; at++) {
		size_t index = at[0] == '{' ? (size_t)(unsigned char)at[1] - '0' : SIZE_MAX;

		if (index > 9 || at[2] != '}') {
			text_add_char(t, *at);
			continue;
		}
		if (index < count && args[index] != NULL)
			text_add_escaped(t, args[index], strlen(args[index]));
		at += 2;
	}
}

enum language message_language_of_locale(const char *locale)
{
	const char *codeset;

	if (locale == NULL || strncmp(locale, "ja", 2) != 0 || strchr("_.@", locale[2]) == NULL)
		return LANGUAGE_EN;
	/* A terminal in EUC-JP would show our UTF-8 as rubbish; it can show English. */
	codeset = strchr(locale, '.');
	if (codeset == NULL || strncasecmp(codeset, ".utf-8", 6) == 0 || strncasecmp(codeset, ".utf8", 5) == 0)
		return LANGUAGE_JA;
	return LANGUAGE_EN;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* The catalogue: English from message_table.h, Japanese from po/ja.po by way of po/compile.awk. */
#include "message.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

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

void message_add_duration(struct text *t, enum language language, const char *duration)
{
	size_t digits = strspn(duration, "0123456789");
	const char *unit = duration + digits;
	char number[24];
	struct text n;

	TEXT_INTO(&n, number);
	text_add_bytes(&n, duration, digits);
	message_add(t, language,
		    strcmp(unit, "d") == 0   ? MESSAGE_DURATION_DAYS
		    : strcmp(unit, "h") == 0 ? MESSAGE_DURATION_HOURS
					     : MESSAGE_DURATION_MINUTES,
		    (const char *const[]){number}, 1);
}

const char *message_raw(enum language language, enum message_id id)
{
	return TEXTS[language][id];
}

void message_add(struct text *t, enum language language, enum message_id id, const char *const *args, size_t count)
{
	size_t start = t->len;

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
	if (t->overflow) /* a message is whole or not there, as every text is */
		text_drop(t, start);
}

/* Not strncasecmp(), which asks the locale of the process. */
static bool begins_with_utf(const char *s)
{
	return (s[0] | 0x20) == 'u' && (s[1] | 0x20) == 't' && (s[2] | 0x20) == 'f';
}

/* Of the codesets only UTF-8: a terminal in EUC-JP would show our Japanese as rubbish, but can show English. */
enum language message_language_of_locale(const char *locale)
{
	const char *codeset;

	if (locale == NULL || strncmp(locale, "ja", 2) != 0 || strchr("_.@", locale[2]) == NULL)
		return LANGUAGE_EN;
	codeset = strchr(locale, '.');
	if (codeset == NULL)
		return LANGUAGE_JA;
	codeset++;
	if (!begins_with_utf(codeset))
		return LANGUAGE_EN;
	codeset += codeset[3] == '-' ? 4 : 3;
	return codeset[0] == '8' && (codeset[1] == '\0' || codeset[1] == '@') ? LANGUAGE_JA : LANGUAGE_EN;
}

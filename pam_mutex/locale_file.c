/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads NAME=value lines as a shell would read them, as far as locales need it: comments, blanks around, one pair of quotes. */
#include "locale_file.h"

#include <string.h>

#define LOCALE_BYTES_MAX 64

static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
#define NAMES (sizeof names / sizeof *names)

/* One line's value, without quotes and a trailing comment; false when it is empty or longer than a locale's name can be. */
static bool take_value(const char *at, size_t len, char (*ret_value)[LOCALE_BYTES_MAX])
{
	size_t n = 0;
	char quote = '\0';

	if (len > 0 && (at[0] == '"' || at[0] == '\'')) {
		quote = *at++;
		len--;
	}
	while (n < len && at[n] != '\0' && at[n] != quote && (quote != '\0' || strchr(" \t\r;#", at[n]) == NULL))
		n++;
	if (n == 0 || n >= sizeof *ret_value)
		return false;
	memcpy(*ret_value, at, n);
	(*ret_value)[n] = '\0';
	return true;
}

static void read_line(const char *line, size_t len, char (*values)[LOCALE_BYTES_MAX])
{
	size_t blanks = 0;

	while (blanks < len && (line[blanks] == ' ' || line[blanks] == '\t'))
		blanks++;
	line += blanks;
	len -= blanks;
	if (len > 7 && memcmp(line, "export ", 7) == 0) {
		line += 7;
		len -= 7;
	}
	for (size_t i = 0; i < NAMES; i++) {
		size_t name = strlen(names[i]);

		if (len > name && line[name] == '=' && memcmp(line, names[i], name) == 0 && !take_value(line + name + 1, len - name - 1, &values[i]))
			values[i][0] = '\0';
	}
}

bool locale_file_language(const char *bytes, size_t len, enum language *ret_language)
{
	char values[NAMES][LOCALE_BYTES_MAX] = {0};
	const char *end = bytes + len;

	while (bytes < end) {
		const char *newline = memchr(bytes, '\n', (size_t)(end - bytes)), *line_end = newline != NULL ? newline : end;

		read_line(bytes, (size_t)(line_end - bytes), values);
		bytes = newline != NULL ? newline + 1 : end;
	}
	for (size_t i = 0; i < NAMES; i++) {
		if (values[i][0] == '\0')
			continue;
		*ret_language = message_language_of_locale(values[i]);
		return true;
	}
	return false;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Packets of xsecurelock's dialogue. */
#include "auth_protocol.h"

#include <errno.h>
#include <string.h>

#include "number.h"

#define LENGTH_MAX 65534 /* what the dialogue itself takes */

int auth_packet_write(enum auth_packet_type type, const char *text, struct text *t)
{
	text_add_char(t, (char)type);
	text_add_char(t, ' ');
	text_add_int(t, (int64_t)strlen(text));
	text_add_char(t, '\n');
	text_add(t, text);
	text_add_char(t, '\n');
	return text_end(t);
}

static bool is_answer(char type)
{
	return type == AUTH_ANSWER_HIDDEN || type == AUTH_ANSWER_SHOWN || type == AUTH_CANCELLED;
}

/* Length of the header, its newline included, and of the text behind. 0 = not there yet. */
static int read_header(const char *bytes, size_t len, size_t *ret_header, int64_t *ret_text)
{
	const char *end = memchr(bytes, '\n', len < AUTH_HEADER_MAX ? len : AUTH_HEADER_MAX);

	if ((len > 0 && !is_answer(bytes[0])) || (len > 1 && bytes[1] != ' '))
		return -EPROTO;
	if (end == NULL)
		return len < AUTH_HEADER_MAX ? 0 : -EPROTO;
	if (end - bytes < 3 || number_parse(bytes + 2, (size_t)(end - bytes) - 2, 0, LENGTH_MAX, ret_text) < 0)
		return -EPROTO;
	*ret_header = (size_t)(end - bytes) + 1;
	return 1;
}

int auth_packet_length(const char *bytes, size_t len)
{
	size_t header;
	int64_t text;
	int r = read_header(bytes, len, &header, &text);

	if (r <= 0)
		return r;
	if (text >= SECRET_SIZE)
		return -EMSGSIZE;
	return (int)(header + (size_t)text + 1);
}

int auth_packet_read(const char *bytes, size_t len, struct secret *ret_answer)
{
	size_t header;
	int64_t text;

	if (auth_packet_length(bytes, len) != (int)len || read_header(bytes, len, &header, &text) <= 0)
		return -EPROTO;
	if (bytes[len - 1] != '\n' || memchr(bytes + header, '\0', (size_t)text) != NULL)
		return -EPROTO;
	if (bytes[0] == AUTH_CANCELLED)
		return -ECANCELED;
	return secret_set(ret_answer, bytes + header, (size_t)text);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* The dialogue with the verifier: one table says what a message may hold, whose turn it is, and what comes next. */
#include "verify_protocol.h"

#include <assert.h>
#include <errno.h>
#include <security/_pam_types.h>
#include <string.h>

#include "number.h"
#include "text.h"

#define HEADER_BYTES 4
#define STYLE(style) (1U << (style))

static_assert(VERIFY_CODE_MAX == _PAM_RETURN_VALUES - 1, "PAM knows other codes than the protocol");

/* The caller speaks in EXPECT_START and EXPECT_ANSWER, the verifier in BUSY, nobody in CLOSED. */
static const struct row {
	unsigned styles; /* bits; messages without a style have 0 */
	size_t min_bytes, max_bytes;
	enum verify_state turn, next;
} ROWS[VERIFY_KIND_MAX] = {
	[VERIFY_START] = {STYLE(0), 3, VERIFY_TEXT_MAX, VERIFY_EXPECT_START, VERIFY_BUSY},
	[VERIFY_PROMPT] = {STYLE(VERIFY_HIDDEN) | STYLE(VERIFY_SHOWN), 0, VERIFY_TEXT_MAX, VERIFY_BUSY, VERIFY_EXPECT_ANSWER},
	[VERIFY_TELL] = {STYLE(VERIFY_INFO) | STYLE(VERIFY_ERROR), 0, VERIFY_TEXT_MAX, VERIFY_BUSY, VERIFY_BUSY},
	[VERIFY_ANSWER] = {STYLE(0), 0, VERIFY_TEXT_MAX, VERIFY_EXPECT_ANSWER, VERIFY_BUSY},
	[VERIFY_RESULT] = {STYLE(0), 1, 2, VERIFY_BUSY, VERIFY_CLOSED},
};

static const struct row *row_of(unsigned kind)
{
	return kind >= VERIFY_START && kind < VERIFY_KIND_MAX ? &ROWS[kind] : NULL;
}

static bool row_takes(const struct row *row, unsigned style, size_t len)
{
	return style < VERIFY_STYLE_MAX && (row->styles & STYLE(style)) != 0 && len >= row->min_bytes && len <= row->max_bytes;
}

void verify_dialogue_init(struct verify_dialogue *d)
{
	*d = (struct verify_dialogue){.state = VERIFY_EXPECT_START};
}

int verify_dialogue_step(struct verify_dialogue *d, const struct verify_message *message)
{
	const struct row *row = row_of(message->kind);
	enum verify_state before = d->state;

	d->state = VERIFY_CLOSED;
	if (row == NULL || before == VERIFY_CLOSED || row->turn != before || !row_takes(row, message->style, message->len))
		return -EPROTO;
	if (message->kind == VERIFY_PROMPT && ++d->questions > VERIFY_QUESTIONS_MAX)
		return -EPROTO;
	if (message->kind == VERIFY_TELL && ++d->tells > VERIFY_TELLS_MAX)
		return -EPROTO;
	d->state = row->next;
	return 0;
}

int verify_decode(const unsigned char *packet, size_t len, struct verify_message *ret_message)
{
	const struct row *row;
	size_t text_len;

	if (len < HEADER_BYTES)
		return -EPROTO;
	row = row_of(packet[0]);
	text_len = (size_t)packet[2] | (size_t)packet[3] << 8;
	if (row == NULL || text_len != len - HEADER_BYTES || !row_takes(row, packet[1], text_len))
		return -EPROTO;
	if (memchr(packet + HEADER_BYTES, '\0', text_len) != NULL)
		return -EPROTO;
	ret_message->kind = (enum verify_kind)packet[0];
	ret_message->style = (enum verify_style)packet[1];
	ret_message->len = text_len;
	memcpy(ret_message->text, packet + HEADER_BYTES, text_len);
	ret_message->text[text_len] = '\0';
	return 0;
}

int verify_encode(const struct verify_message *message, unsigned char ret_packet[VERIFY_PACKET_MAX])
{
	const struct row *row = row_of(message->kind);

	if (message->len > VERIFY_TEXT_MAX)
		return -EMSGSIZE;
	if (row == NULL || !row_takes(row, message->style, message->len) || memchr(message->text, '\0', message->len) != NULL)
		return -EPROTO;
	ret_packet[0] = (unsigned char)message->kind;
	ret_packet[1] = (unsigned char)message->style;
	ret_packet[2] = (unsigned char)(message->len & 0xff);
	ret_packet[3] = (unsigned char)(message->len >> 8);
	memcpy(ret_packet + HEADER_BYTES, message->text, message->len);
	return (int)(HEADER_BYTES + message->len);
}

static bool is_word_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* What a stamp takes as the name of a service; fit for a file name, so that it never leaves a folder. */
static bool is_service(const char *s)
{
	if (!is_word_byte(s[0]))
		return false;
	for (; *s != '\0'; s++)
		if (!is_word_byte(*s) && strchr("_-.:@+", *s) == NULL)
			return false;
	return true;
}

static bool is_visible(const char *s)
{
	for (; *s != '\0'; s++)
		if (*s <= ' ' || *s > '~')
			return false;
	return true;
}

static bool start_is_sound(const struct verify_start *start)
{
	return is_service(start->service) && is_visible(start->tty) && is_visible(start->display);
}

/* Takes the text up to mark (or to the end) from *at into ret; false when it is too long or the mark is missing. */
static bool take_part(const char **at, char mark, char *ret, size_t size)
{
	const char *end = strchr(*at, mark);
	size_t len;

	if (end == NULL)
		return false;
	len = (size_t)(end - *at);
	if (len >= size)
		return false;
	memcpy(ret, *at, len);
	ret[len] = '\0';
	*at = mark == '\0' ? end : end + 1;
	return true;
}

int verify_start_read(const struct verify_message *message, struct verify_start *ret_start)
{
	struct verify_start start;
	const char *at = message->text;

	if (message->kind != VERIFY_START)
		return -EPROTO;
	if (!take_part(&at, '\n', start.service, sizeof start.service) || !take_part(&at, '\n', start.tty, sizeof start.tty) ||
	    !take_part(&at, '\0', start.display, sizeof start.display) || !start_is_sound(&start))
		return -EPROTO;
	*ret_start = start;
	return 0;
}

int verify_start_write(const struct verify_start *start, struct verify_message *ret_message)
{
	struct text t;

	if (!start_is_sound(start))
		return -EPROTO;
	*ret_message = (struct verify_message){.kind = VERIFY_START};
	TEXT_INTO(&t, ret_message->text);
	text_add(&t, start->service);
	text_add_char(&t, '\n');
	text_add(&t, start->tty);
	text_add_char(&t, '\n');
	text_add(&t, start->display);
	ret_message->len = t.len;
	return text_end(&t) == 0 ? 0 : -EPROTO;
}

int verify_result_read(const struct verify_message *message, int *ret_code)
{
	int64_t code;

	if (message->kind != VERIFY_RESULT || number_parse(message->text, message->len, 0, VERIFY_CODE_MAX, &code) < 0)
		return -EPROTO;
	*ret_code = (int)code;
	return 0;
}

void verify_result_write(int code, struct verify_message *ret_message)
{
	struct text t;

	*ret_message = (struct verify_message){.kind = VERIFY_RESULT};
	TEXT_INTO(&t, ret_message->text);
	text_add_int(&t, code >= 0 && code <= VERIFY_CODE_MAX ? code : PAM_SYSTEM_ERR);
	ret_message->len = t.len;
}

void verify_message_wipe(struct verify_message *message)
{
	explicit_bzero(message, sizeof *message);
}

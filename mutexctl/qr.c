/* SPDX-License-Identifier: BSD-2-Clause */
/* Draws what libqrencode calculates. */
#include "qr.h"

#include <errno.h>
#include <qrencode.h>
#include <string.h>

#include "text.h"

/* The quiet zone: four modules by ISO/IEC 18004. */
#define MARGIN 4

static void release(QRcode **code)
{
	if (*code == NULL)
		return;
	explicit_bzero((*code)->data, (size_t)(*code)->width * (size_t)(*code)->width);
	QRcode_free(*code);
}

static bool is_light(const QRcode *code, int x, int y)
{
	x -= MARGIN;
	y -= MARGIN;
	return x < 0 || y < 0 || x >= code->width || y >= code->width || (code->data[y * code->width + x] & 1) == 0;
}

static void add_line(struct text *t, const QRcode *code, int y, bool colours)
{
	static const char *const blocks[2][2] = {{" ", "\xe2\x96\x84"}, {"\xe2\x96\x80", "\xe2\x96\x88"}}; /* nothing, lower, upper, both */

	if (colours)
		text_add(t, "\033[40;97m");
	for (int x = 0; x < code->width + 2 * MARGIN; x++)
		text_add(t, blocks[is_light(code, x, y)][is_light(code, x, y + 1)]);
	if (colours)
		text_add(t, "\033[0m");
	text_add_char(t, '\n');
}

int qr_add(struct text *t, const char *content, bool colours)
{
	QRcode *code __attribute__((cleanup(release))) = QRcode_encodeString8bit(content, 0, QR_ECLEVEL_L);

	if (code == NULL)
		return errno == ENOMEM ? -ENOMEM : -E2BIG;
	for (int y = 0; y < code->width + 2 * MARGIN; y += 2)
		add_line(t, code, y, colours);
	return text_end(t);
}

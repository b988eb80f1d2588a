/* SPDX-License-Identifier: BSD-2-Clause */
/* Any packets in any order, as either end of the verifier's socket reads them: refused, or exactly what the writer makes of the result.
 * The input: two bytes of length, then so many of a packet, and again. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "must.h"
#include "verify_protocol.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_parts(const struct verify_message *m)
{
	static struct verify_start start;
	static struct verify_message again;
	int code;

	if (verify_start_read(m, &start) == 0) {
		must(m->kind == VERIFY_START && start.service[0] != '\0' && strchr(start.service, '/') == NULL);
		must(verify_start_write(&start, &again) == 0 && again.len == m->len && strcmp(again.text, m->text) == 0);
	}
	if (verify_result_read(m, &code) == 0) {
		must(m->kind == VERIFY_RESULT && code >= 0 && code <= VERIFY_CODE_MAX);
		verify_result_write(code, &again);
		must(strcmp(again.text, m->text) == 0);
	}
}

/* False when this packet ends the connection. */
static bool check_packet(const uint8_t *packet, size_t len, struct verify_dialogue *d)
{
	static struct verify_message m;
	static unsigned char written[VERIFY_PACKET_MAX];

	if (verify_decode(packet, len, &m) < 0)
		return false;
	must(m.len <= VERIFY_TEXT_MAX && strlen(m.text) == m.len);
	must(verify_encode(&m, written) == (int)len && memcmp(written, packet, len) == 0);
	check_parts(&m);
	if (verify_dialogue_step(d, &m) < 0) {
		must(d->state == VERIFY_CLOSED);
		return false;
	}
	must(d->questions <= VERIFY_QUESTIONS_MAX && d->tells <= VERIFY_TELLS_MAX);
	must((d->state == VERIFY_CLOSED) == (m.kind == VERIFY_RESULT));
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct verify_dialogue d;

	verify_dialogue_init(&d);
	while (size >= 2) {
		size_t len = (size_t)data[0] | (size_t)data[1] << 8;

		data += 2;
		size -= 2;
		if (len > size)
			len = size;
		if (!check_packet(data, len, &d))
			break;
		data += len;
		size -= len;
	}
	return 0;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Any packets in any order between idlelockd and its X worker: refused, or byte for byte what the writer makes of the result.
 * The input: two bytes of length, then so many of a packet, filled up with zeros where the top bit of the length is set, and again. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "must.h"
#include "worker_protocol.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_message(const struct worker_message *m)
{
	must(m->kind >= WORKER_HELLO && m->kind < WORKER_KIND_MAX);
	must(memchr(m->instance, '\0', sizeof m->instance) != NULL && strchr(m->instance, '/') == NULL);
	must(memchr(m->display, '\0', sizeof m->display) != NULL);
	must((m->kind == WORKER_HELLO) == (m->instance[0] != '\0') && (m->kind == WORKER_OPEN) == (m->display[0] == ':'));
	must(m->pid >= 0 && m->pid <= INT32_MAX && m->time_ns >= 0 && m->sight.owner_pid >= 0);
	must(m->failure < WORKER_FAILURE_MAX && m->tamper < WORKER_TAMPER_MAX);
	must(m->sight.keyboard < WORKER_GRAB_MAX && m->sight.pointer < WORKER_GRAB_MAX);
	must(m->has_cookie || m->cookie[0] == 0);
}

/* False when this packet ends the connection. */
static int check_packet(const uint8_t *packet, size_t len, enum worker_state *state)
{
	struct worker_message m;
	unsigned char again[WORKER_PACKET_BYTES];

	if (worker_decode(packet, len, &m) < 0)
		return 0;
	must(len == WORKER_PACKET_BYTES);
	check_message(&m);
	must(worker_encode(&m, again) == 0 && memcmp(again, packet, len) == 0);
	if (worker_turn(state, &m) < 0) {
		must(*state == WORKER_CLOSED);
		return 0;
	}
	must((*state == WORKER_CLOSED) == (m.kind == WORKER_FAILED));
	return 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum worker_state state = WORKER_EXPECT_HELLO;

	while (size >= 2) {
		size_t len = (size_t)data[0] | (size_t)(data[1] & 0x7f) << 8;
		uint8_t filled[WORKER_PACKET_BYTES] = {0};
		int fill = data[1] & 0x80;
		int open;

		data += 2;
		size -= 2;
		len = len > size ? size : len;
		if (fill && len < sizeof filled) {
			if (len > 0)
				memcpy(filled, data, len);
			open = check_packet(filled, sizeof filled, &state);
		} else {
			open = check_packet(data, len, &state);
		}
		if (!open)
			break;
		data += len;
		size -= len;
	}
	return 0;
}

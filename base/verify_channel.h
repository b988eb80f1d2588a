/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages of verify_protocol.h over a SOCK_SEQPACKET socket, with time limits, in turn. Shell. Both ends use it.
 *
 * MUST: every message in either direction passes the dialogue; buffers are wiped; no SIGPIPE; descriptors that the other end attaches are dropped. */
#ifndef MUTEX_VERIFY_CHANNEL_H
#define MUTEX_VERIFY_CHANNEL_H

#include <stdint.h>
#include <sys/types.h>

#include "verify_protocol.h"

struct verify_channel {
	int fd; /* -1 = closed; owned */
	struct verify_dialogue dialogue;
};

void verify_channel_init(struct verify_channel *channel, int fd);
void verify_channel_close(struct verify_channel *channel);
#define VERIFY_CHANNEL_CLOSED __attribute__((cleanup(verify_channel_close)))

/* Who is at the other end, from the kernel: at the moment of connect() for the one who accepted, of listen() for the one who connected.
 * 0 or negative errno. */
int verify_channel_peer(const struct verify_channel *channel, uid_t *ret_uid, pid_t *ret_pid);

/* deadline_ns: CLOCK_MONOTONIC. 0; -ETIMEDOUT; -ECONNRESET: the other end is gone; -EPROTO: malformed or out of turn; else negative errno. */
int verify_channel_send(struct verify_channel *channel, const struct verify_message *message, int64_t deadline_ns);
int verify_channel_receive(struct verify_channel *channel, struct verify_message *ret_message, int64_t deadline_ns);

/* Before speaking: 0 when the other end is there and has said nothing out of its turn; else -ECONNRESET or -EPROTO. */
int verify_channel_check_quiet(const struct verify_channel *channel);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* What a caller that is not root and the verifier (mutex-verify, root) say to each other over a SOCK_SEQPACKET socket. Format and order, pure.
 *
 *   caller                                verifier
 *   START {service, tty, display}   -->   checks SO_PEERCRED, runs the PAM service mutex-verify for the peer's own uid
 *                                   <--   PROMPT {style, text} or TELL {style, text}
 *   ANSWER {text}                   -->   (only after PROMPT)
 *                                   <--   RESULT {PAM code}      and both close
 * MUST: one table of messages with size, direction and turn; anything unknown, too long, out of turn or with trailing bytes ends the connection and is
 *       a denial. MUST: the caller never states a result, a name or a uid: those come from the socket.
 * A TELL without text says nothing to the person, only that the verifier is there; it sends one as soon as it has read START.
 * One packet = one message: byte 0 kind, byte 1 style or zero, bytes 2-3 length (little-endian) of the text behind, which holds no NUL. */
#ifndef MUTEX_VERIFY_PROTOCOL_H
#define MUTEX_VERIFY_PROTOCOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VERIFY_TEXT_MAX 511
#define VERIFY_PACKET_MAX (4 + VERIFY_TEXT_MAX)
#define VERIFY_QUESTIONS_MAX 16 /* prompts in one connection */
#define VERIFY_TELLS_MAX 64
#define VERIFY_SERVICE_ENROL "mutex-enrol" /* in START: proven, the person sets up a second factor (pam_mutex/verify_enrol.h) */
#define VERIFY_CODE_MAX 31 /* the largest PAM code, PAM_INCOMPLETE */

enum verify_kind { VERIFY_START = 1, VERIFY_PROMPT, VERIFY_TELL, VERIFY_ANSWER, VERIFY_RESULT, VERIFY_KIND_MAX };
enum verify_style { VERIFY_HIDDEN, VERIFY_SHOWN, VERIFY_INFO, VERIFY_ERROR, VERIFY_STYLE_MAX };

struct verify_message {
	enum verify_kind kind;
	enum verify_style style;        /* PROMPT: HIDDEN, SHOWN; TELL: INFO, ERROR; else 0 */
	size_t len;
	char text[VERIFY_TEXT_MAX + 1]; /* NUL-terminated. START: "service\ntty\ndisplay"; RESULT: the PAM code in decimal */
};

/* Both ends walk the same states; zero is closed. */
enum verify_state { VERIFY_CLOSED, VERIFY_EXPECT_START, VERIFY_EXPECT_ANSWER, VERIFY_BUSY, VERIFY_STATE_MAX };
struct verify_dialogue {
	enum verify_state state; /* of the verifier: EXPECT_START, then BUSY (it speaks), EXPECT_ANSWER after a PROMPT, CLOSED after RESULT */
	unsigned questions, tells;
};
void verify_dialogue_init(struct verify_dialogue *d);
/* A message in either direction. 0 and the next state, or -EPROTO: close. */
int verify_dialogue_step(struct verify_dialogue *d, const struct verify_message *message);

/* 0 or -EPROTO. */
int verify_decode(const unsigned char *packet, size_t len, struct verify_message *ret_message);
/* Bytes written; -EMSGSIZE for a text that is too long, -EPROTO for what verify_decode() would refuse. */
int verify_encode(const struct verify_message *message, unsigned char ret_packet[VERIFY_PACKET_MAX]);

struct verify_start {
	char service[64]; /* letters, digits, inside also _ - . : @ + ; never empty */
	char tty[64], display[64]; /* visible ASCII or empty */
};
int verify_start_read(const struct verify_message *message, struct verify_start *ret_start); /* 0 or -EPROTO */
int verify_start_write(const struct verify_start *start, struct verify_message *ret_message); /* 0 or -EPROTO */
void verify_result_write(int code, struct verify_message *ret_message); /* a code that PAM does not know becomes PAM_SYSTEM_ERR */
int verify_result_read(const struct verify_message *message, int *ret_code); /* 0 or -EPROTO */

void verify_message_wipe(struct verify_message *message);
#define VERIFY_MESSAGE_WIPED __attribute__((cleanup(verify_message_wipe)))

#endif

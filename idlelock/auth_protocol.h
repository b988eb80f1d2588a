/* SPDX-License-Identifier: BSD-2-Clause */
/* What xsecurelock's dialogue and a helper of XSECURELOCK_AUTHPROTO say to each other. Format only, pure.
 *
 *   helper -> dialogue   'P' hidden question, 'U' shown question, 'i' text, 'e' error text
 *   dialogue -> helper   'p' answer to 'P', 'u' answer to 'U', 'x' cancelled
 *   exit status 0 = proven
 * A packet is TYPE, a blank, the length of the text in decimal, a newline, the text, a newline. Source: xsecurelock 1.5 to 1.9, helpers/authproto.h.
 * The dialogue takes a text from one read(), so each packet is written whole. */
#ifndef MUTEX_AUTH_PROTOCOL_H
#define MUTEX_AUTH_PROTOCOL_H

#include <stddef.h>

#include "secret.h"
#include "text.h"

enum auth_packet_type {
	AUTH_ASK_HIDDEN = 'P',
	AUTH_ASK_SHOWN = 'U',
	AUTH_TELL = 'i',
	AUTH_TELL_ERROR = 'e',
	AUTH_ANSWER_HIDDEN = 'p',
	AUTH_ANSWER_SHOWN = 'u',
	AUTH_CANCELLED = 'x'
};

#define AUTH_HEADER_MAX 8 /* "p 65535\n" */
#define AUTH_PACKET_MAX (AUTH_HEADER_MAX + SECRET_SIZE + 1)

/* 0, or -EOVERFLOW. */
int auth_packet_write(enum auth_packet_type type, const char *text, struct text *t);

/* Of bytes that came so far: the packet's length once its header is complete, 0 = more are needed, -EPROTO: no answer of the dialogue,
 * -EMSGSIZE: an answer longer than any password. */
int auth_packet_length(const char *bytes, size_t len);
/* A whole packet of that length. 0; -ECANCELED; -EPROTO. *ret_answer is set on success only. */
int auth_packet_read(const char *bytes, size_t len, struct secret *ret_answer);

#endif

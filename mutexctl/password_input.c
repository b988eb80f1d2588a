/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads candidates, and leaves none of them in memory. */
#include "password_input.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "prompt.h"

void candidate_wipe(struct candidate *c)
{
	explicit_bzero(c, sizeof *c);
}

void password_input_wipe(struct password_input *in)
{
	explicit_bzero(in, sizeof *in);
}

static int ask_terminal(const char *prompt, struct candidate *ret_candidate)
{
	struct secret secret SECRET_WIPED = {.len = 0};
	int r = prompt_secret(prompt, &secret);

	if (r < 0 && r != -EMSGSIZE)
		return r;
	memcpy(ret_candidate->bytes, secret.bytes, sizeof ret_candidate->bytes);
	ret_candidate->len = r == -EMSGSIZE ? SECRET_SIZE : secret.len;
	return 0;
}

/* 1 when there is something in the buffer, 0 at the end of file, or negative errno. */
static int fill(struct password_input *in)
{
	ssize_t n;

	if (in->at < in->filled)
		return 1;
	do
		n = read(STDIN_FILENO, in->buffer, sizeof in->buffer);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	in->at = 0;
	in->filled = (size_t)n;
	return n > 0;
}

static void append(struct candidate *c, const char *bytes, size_t len)
{
	size_t room = SECRET_SIZE - c->len, kept = len < room ? len : room;

	memcpy(c->bytes + c->len, bytes, kept);
	c->len += kept;
}

int password_input_next(struct password_input *in, const char *prompt, struct candidate *ret_candidate)
{
	struct candidate *c = ret_candidate;
	bool any = false;
	int r;

	c->len = 0;
	if (isatty(STDIN_FILENO) == 1)
		return ask_terminal(prompt, c);
	while ((r = fill(in)) > 0) {
		const char *at = in->buffer + in->at;
		const char *end = memchr(at, '\n', in->filled - in->at);
		size_t len = end != NULL ? (size_t)(end - at) : in->filled - in->at;

		any = true;
		append(c, at, len);
		in->at += len + (end != NULL);
		if (end != NULL)
			return 0;
	}
	return r < 0 ? r : any ? 0 : -ENODATA;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Secrets on the terminal. */
#include "mfa_show.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "qr.h"
#include "text.h"

#define SHOWN_BYTES (64 * 1024)

struct page {
	struct text t;
	char bytes[SHOWN_BYTES];
};

static void page_free(struct page **page)
{
	if (*page != NULL)
		explicit_bzero(*page, sizeof **page);
	free(*page);
}
#define PAGE_FREED __attribute__((cleanup(page_free)))

static struct page *page_new(void)
{
	struct page *page = calloc(1, sizeof *page);

	if (page != NULL)
		TEXT_INTO(&page->t, page->bytes);
	else
		(void)command_error("too little memory");
	return page;
}

static int show(const struct text *t)
{
	size_t at = 0;

	if (text_end(t) < 0 || fflush(stdout) != 0)
		return command_error("cannot show it: too long, or standard output cannot be written");
	while (at < t->len) {
		ssize_t n = write(STDOUT_FILENO, t->buf + at, t->len - at);

		if (n < 0 && errno != EINTR)
			return command_error("cannot write to standard output: %s", strerror(errno));
		at += n > 0 ? (size_t)n : 0;
	}
	return 0;
}

static void add_sentence(struct text *t, enum language language, enum message_id id, const char *arg)
{
	message_add(t, language, id, &arg, 1);
	text_add_char(t, '\n');
}

int mfa_show_secret(const char *user, const char *uri, const char *secret, enum language language)
{
	struct page *page PAGE_FREED = page_new();
	int r;

	if (page == NULL)
		return COMMAND_FAILED;
	add_sentence(&page->t, language, MESSAGE_MFA_SCAN, user);
	text_add_char(&page->t, '\n');
	r = qr_add(&page->t, uri, isatty(STDOUT_FILENO) == 1);
	if (r < 0)
		return command_error("cannot draw the QR code: %s", strerror(-r));
	text_add_char(&page->t, '\n');
	add_sentence(&page->t, language, MESSAGE_MFA_SECRET, NULL);
	text_add(&page->t, "\n    ");
	text_add(&page->t, secret);
	text_add(&page->t, "\n\n");
	return show(&page->t);
}

int mfa_show_codes(char codes[LOGIN_CODES_MAX][RECOVERY_CODE_SIZE], bool enrolled, enum language language)
{
	struct page *page PAGE_FREED = page_new();

	if (page == NULL)
		return COMMAND_FAILED;
	text_add_char(&page->t, '\n');
	if (enrolled)
		add_sentence(&page->t, language, MESSAGE_MFA_ENROLLED, NULL);
	add_sentence(&page->t, language, MESSAGE_MFA_CODES, NULL);
	text_add_char(&page->t, '\n');
	for (size_t i = 0; i < LOGIN_CODES_MAX; i++) {
		text_add(&page->t, "    ");
		text_add(&page->t, codes[i]);
		text_add_char(&page->t, '\n');
	}
	text_add_char(&page->t, '\n');
	return show(&page->t);
}

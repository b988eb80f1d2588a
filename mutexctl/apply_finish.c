/* SPDX-License-Identifier: BSD-2-Clause */
/* Puts `finish` into PAM files with auth lines of their own. */
#include "apply_finish.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "apply_cut.h"
#include "file.h"
#include "pam_survey.h"
#include "pam_tree.h"
#include "text.h"

/* gdm-smartcard-sssd-or-password is not among them: its card jumps over common-auth, whose people would be asked for the code twice. */
static const char *const SERVICES[] = {"gdm-fingerprint", "gdm-smartcard-pkcs11-exclusive", "gdm-smartcard-sssd-exclusive"};
#define SERVICE_COUNT (sizeof SERVICES / sizeof SERVICES[0])

static const char *const FILES[SERVICE_COUNT] = {PAM_TREE_FINGERPRINT, PAM_TREE_PKCS11, PAM_TREE_SSSD};

/* The word at the start of a line, without the '-' that makes a missing module no error. */
static bool phase_is(const char *line, const char *end, const char *word)
{
	size_t len = strlen(word);

	while (line < end && (*line == ' ' || *line == '\t'))
		line++;
	line += line < end && *line == '-';
	return (size_t)(end - line) > len && strncasecmp(line, word, len) == 0 && (line[len] == ' ' || line[len] == '\t');
}

static bool mentions(const char *line, const char *end, const char *word)
{
	return memmem(line, (size_t)(end - line), word, strlen(word)) != NULL;
}

/* What one reading of the file tells. */
struct sight {
	const char *behind; /* the last auth line's end, newline included; NULL = none */
	bool account, unfit;
};

static void look(struct sight *s, const char *line, const char *end, const char *next)
{
	if (phase_is(line, end, "@include")) {
		s->account = s->account || mentions(line, end, "common-account");
		s->unfit = s->unfit || mentions(line, end, "common-auth");
		return;
	}
	if (!phase_is(line, end, "auth"))
		return;
	/* A continued line, or one that ends the file without a newline, is nothing that Debian ships. */
	if (end == next || end[-1] == '\\' || mentions(line, end, "common-auth") || mentions(line, end, "pam_mutex.so"))
		s->unfit = true;
	s->behind = next;
}

size_t apply_finish_bytes(char *bytes, size_t len, size_t size)
{
	static const char line_to_add[] = APPLY_FINISH_LINE;
	const size_t add = sizeof line_to_add - 1;
	struct sight s = {0};
	size_t at;

	for (const char *line = bytes, *next; line < bytes + len; line = next) {
		const char *newline = memchr(line, '\n', (size_t)(bytes + len - line));

		next = newline != NULL ? newline + 1 : bytes + len;
		look(&s, line, newline != NULL ? newline : next, next);
	}
	if (s.behind == NULL || s.unfit || !s.account || size - len < APPLY_FINISH_ROOM)
		return len;
	at = (size_t)(s.behind - bytes);
	memmove(bytes + at + add, bytes + at, len - at);
	memcpy(bytes + at, line_to_add, add);
	bytes[len + add] = '\0';
	return len + add;
}

static bool is_guarded(const struct paths *tree, const char *service)
{
	struct pam_survey survey PAM_SURVEY_FREED = {0};

	if (pam_survey(tree, &service, 1, &survey) < 0 || pam_survey_gates(&survey, NULL) < 0)
		return false;
	return survey.items[0].auth.verdict == PAM_GATE_GUARDED;
}

/* The file as it is and with the line. 1; 0 when it needs none or is not there; negative errno. */
static int read_both(const struct paths *tree, size_t i, char **ret_bytes, size_t *ret_len, char **ret_longer, size_t *ret_new_len)
{
	int error = pam_tree_read(tree->root, FILES[i], ret_bytes, ret_len);

	if (error < 0)
		return error == -ENOENT ? 0 : error;
	*ret_longer = malloc(*ret_len + APPLY_FINISH_ROOM);
	if (*ret_longer == NULL)
		return -ENOMEM;
	memcpy(*ret_longer, *ret_bytes, *ret_len + 1);
	*ret_new_len = apply_finish_bytes(*ret_longer, *ret_len, *ret_len + APPLY_FINISH_ROOM);
	return *ret_new_len != *ret_len;
}

bool apply_finish_is_missing(const struct paths *tree)
{
	for (size_t i = 0; i < SERVICE_COUNT; i++) {
		char *bytes FILE_FREED = NULL, *longer FILE_FREED = NULL;
		size_t len, new_len;

		if (read_both(tree, i, &bytes, &len, &longer, &new_len) > 0)
			return true;
	}
	return false;
}

static int put_line(const struct paths *tree, size_t i)
{
	char *bytes FILE_FREED = NULL, *longer FILE_FREED = NULL;
	size_t len = 0, new_len = 0;
	int error = read_both(tree, i, &bytes, &len, &longer, &new_len);

	if (error <= 0)
		return error;
	error = pam_tree_write(tree->root, FILES[i], longer, new_len, tree->owner);
	if (error == 0 && !is_guarded(tree, SERVICES[i]))
		error = pam_tree_write(tree->root, FILES[i], bytes, len, tree->owner);
	return error;
}

int apply_finish_tree(const struct paths *tree)
{
	for (size_t i = 0; i < SERVICE_COUNT; i++) {
		int error = put_line(tree, i);

		if (error < 0)
			return error;
	}
	return 0;
}

int apply_finish_take_out(const struct paths *tree)
{
	for (size_t i = 0; i < SERVICE_COUNT; i++) {
		char *bytes FILE_FREED = NULL;
		size_t len = 0, left;
		int error = pam_tree_read(tree->root, FILES[i], &bytes, &len);

		if (error == -ENOENT)
			continue;
		if (error < 0)
			return error;
		left = apply_cut_bytes(bytes, len);
		if (left != len)
			error = pam_tree_write(tree->root, FILES[i], bytes, left, tree->owner);
		if (error < 0)
			return error;
	}
	return 0;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as sshd_config and as what `sshd -T` prints: samples are words that fit a question, and silence never makes a setting better. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "sshd_config.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void check_matches(const char *bytes, size_t len)
{
	struct sshd_match matches[8];
	size_t count = sshd_match_find(bytes, len, matches, 8);

	for (size_t i = 0; i < count && i < 8; i++) {
		assert(matches[i].line > 0);
		assert(strpbrk(matches[i].user, ",*?") == NULL && strpbrk(matches[i].address, ",*?/") == NULL);
	}
}

static void check_includes(const char *bytes, size_t len)
{
	char words[128];

	for (const char *line = bytes, *end; line < bytes + len; line = end + 1) {
		end = memchr(line, '\n', (size_t)(bytes + len - line));
		end = end != NULL ? end : bytes + len;
		if (sshd_include(line, end, words, sizeof words))
			assert(strlen(words) > 0 && strlen(words) < sizeof words);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct sshd_facts facts = {.where = "sshd", .second_factor = len % 2 == 0};
	struct finding_list guarded = {0}, open = {0};
	struct sshd_settings s;
	char *copy = malloc(len + 1);

	if (copy == NULL)
		return 0;
	memcpy(copy, bytes, len);
	copy[len] = '\0';
	check_matches(copy, len);
	check_includes(copy, len);
	sshd_settings_read(copy, len, &s);
	sshd_settings_judge(&s, &facts, &open);
	facts.account_guarded = true;
	sshd_settings_judge(&s, &facts, &guarded);
	assert(guarded.count <= open.count);
	assert(s.use_pam || open.count > 0);
	free(copy);
	return 0;
}

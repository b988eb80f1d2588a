/* SPDX-License-Identifier: BSD-2-Clause */
/* Password rules on any bytes: password, old one, names, company word and block list, each ended by a line feed. */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "guess.h"
#include "must.h"
#include "password.h"
#include "similar.h"
#include "text.h"
#include "utf8.h"

#define MESSAGE_ROOM 24

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The next line in memory of its own, so that a read beyond its end is seen; NUL-terminated. */
static char *next_line(const uint8_t **at, const uint8_t *end, size_t *ret_len)
{
	const uint8_t *stop = *at < end ? memchr(*at, '\n', (size_t)(end - *at)) : NULL;
	size_t len = (size_t)((stop != NULL ? stop : end) - *at);
	char *line = malloc(len + 1);

	must(line != NULL);
	if (len > 0)
		memcpy(line, *at, len);
	line[len] = '\0';
	*at = stop != NULL ? stop + 1 : end;
	*ret_len = len;
	return line;
}

static void check_verdict(const struct password_verdict *v, const struct password_facts *facts)
{
	size_t count;

	must(v->count <= PASSWORD_REASON_MAX);
	for (size_t i = 1; i < v->count; i++)
		must(v->reasons[i - 1].id < v->reasons[i].id);
	for (size_t i = 0; i < v->count; i++) {
		must(memchr(v->reasons[i].argument[0], '\0', 64) != NULL);
		must(v->reasons[i].id != PASSWORD_EMPTY || facts->len == 0);
		must(v->reasons[i].id != PASSWORD_INVALID_UTF8 || utf8_count(facts->password, facts->len, &count) < 0);
	}
}

static void check_messages(const struct password_verdict *v, const struct settings *settings)
{
	char messages[MESSAGE_ROOM][MESSAGE_BYTES_MAX + 1];
	struct password_decision d = password_decide(v, settings, false, NULL);

	must((d.outcome == PASSWORD_ACCEPTED) == (v->count == 0));
	for (int language = 0; language < LANGUAGE_MAX; language++) {
		size_t count = password_messages(v, &d, settings, (enum language)language, messages, MESSAGE_ROOM), characters;

		must((count == 0) == (v->count == 0));
		for (size_t i = 0; i < count; i++) {
			must(strlen(messages[i]) <= MESSAGE_BYTES_MAX && utf8_count(messages[i], strlen(messages[i]), &characters) == 0);
			must(strchr(messages[i], '\x1b') == NULL);
		}
	}
}

static void check_alone(const struct password_facts *facts)
{
	unsigned bits;

	if (facts->len == 0 || facts->len >= 512)
		return;
	bits = guess_bits(facts->password, facts->len, 60);
	must(bits <= 61 && bits == guess_bits(facts->password, facts->len, 60));
	must(similar_passwords(facts->password, facts->len, facts->password, facts->len, 1));
	/* In long texts of many meanings a narrower limit leaves more steps for the rest. */
	must(facts->len > 16 || guess_bits(facts->password, facts->len, 20) == (bits <= 20 ? bits : 21));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *at = data, *end = data + size;
	struct policy policy;
	struct settings settings;
	struct password_verdict v;
	size_t len, old_len, unused;
	char *password = next_line(&at, end, &len), *old = next_line(&at, end, &old_len), *name = next_line(&at, end, &unused);
	char *full_name = next_line(&at, end, &unused), *company = next_line(&at, end, &unused);
	const char *const companies[] = {company, NULL}, *const groups[] = {full_name};
	struct person person = {.name = name, .uid = 1, .groups = groups, .group_count = 1};
	struct password_list list = {.file = "x", .bytes = (const char *)at, .len = (size_t)(end - at)};
	struct password_facts facts = {.password = password, .len = len, .old = old, .old_len = old_len < 512 ? old_len : 511, .person = &person,
				       .full_name = full_name, .home = name, .host = full_name, .domain = company, .lists = &list, .list_count = 1};

	policy_defaults(&policy);
	policy_resolve(&policy, NULL, &settings);
	settings.password_company_words = (struct word_list){companies, 1};
	settings.password_min_classes = 3;
	settings.password_letters_and_digits = true;
	settings.password_max_repeat = settings.password_max_sequence = 3;
	settings.password_min_difference = 1 + (int64_t)(size % 64);
	password_judge(&facts, &settings, &v);
	check_verdict(&v, &facts);
	check_messages(&v, &settings);
	check_alone(&facts);
	free(password);
	free(old);
	free(name);
	free(full_name);
	free(company);
	return 0;
}

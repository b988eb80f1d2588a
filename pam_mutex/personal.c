/* SPDX-License-Identifier: BSD-2-Clause */
/* Takes known words out of a password and looks at what remains. Pure. */
#include "personal.h"

#include <string.h>

#include "fold.h"
#include "password.h"
#include "secret.h"
#include "utf8.h"

#define POINTS_MAX (SECRET_SIZE - 1)
#define WORD_POINTS_MIN 3
#define WORD_POINTS_MAX 64
#define NAME_PARTS_MAX 12

enum kind { KIND_PERSON, KIND_COMPANY, WORD_KIND_MAX };

struct search {
	uint32_t at[POINTS_MAX]; /* the password, folded */
	size_t len;
	bool taken[WORD_KIND_MAX][POINTS_MAX];
	size_t longest[WORD_KIND_MAX];
	char (*found[WORD_KIND_MAX])[PERSONAL_WORD_BYTES];
};

static void search_wipe(struct search *s)
{
	explicit_bzero(s, sizeof(*s));
}

/* Part of a text that the caller keeps. */
struct slice {
	const char *s;
	size_t len;
};

static bool stands_at(const struct search *s, size_t at, const uint32_t *word, size_t len, bool backwards)
{
	for (size_t i = 0; i < len; i++)
		if (!fold_means(s->at[at + i], word[backwards ? len - 1 - i : i]))
			return false;
	return true;
}

static void remember(struct search *s, enum kind kind, size_t len, const char *word, size_t bytes)
{
	size_t kept = utf8_cut(word, bytes, PERSONAL_WORD_BYTES - 1);

	if (len <= s->longest[kind])
		return;
	s->longest[kind] = len;
	memcpy(*s->found[kind], word, kept);
	(*s->found[kind])[kept] = '\0';
}

/* Marks every place where the word stands. */
static void take_out(struct search *s, enum kind kind, const char *word, size_t bytes)
{
	uint32_t points[WORD_POINTS_MAX];
	size_t len = fold_text(word, bytes, points, WORD_POINTS_MAX);

	if (len < WORD_POINTS_MIN)
		return;
	for (size_t at = 0; at + len <= s->len; at++) {
		if (!stands_at(s, at, points, len, false) && !stands_at(s, at, points, len, true))
			continue;
		memset(&s->taken[kind][at], true, len);
		remember(s, kind, len, word, bytes);
	}
}

/* Splits at any of the separators; returns how many parts were set. */
static size_t split(struct slice text, const char *separators, struct slice *ret_parts, size_t max)
{
	size_t count = 0, start = 0;

	for (size_t i = 0; i <= text.len && count < max; i++) {
		if (i < text.len && !strchr(separators, text.s[i]))
			continue;
		if (i > start)
			ret_parts[count++] = (struct slice){text.s + start, i - start};
		start = i + 1;
	}
	return count;
}

static void take_out_parts(struct search *s, enum kind kind, struct slice text, const char *separators)
{
	struct slice parts[NAME_PARTS_MAX];
	size_t count = split(text, separators, parts, NAME_PARTS_MAX);

	for (size_t i = 0; i < count; i++)
		take_out(s, kind, parts[i].s, parts[i].len);
}

/* jdoe and doej for every two parts of a name: either order of surname and given name is usual somewhere. */
static void take_out_initials(struct search *s, struct slice name)
{
	struct slice parts[NAME_PARTS_MAX];
	char word[2 * PERSONAL_WORD_BYTES];
	size_t count = split(name, " .-", parts, NAME_PARTS_MAX);

	for (size_t i = 0; i < count; i++) {
		size_t initial = utf8_cut(parts[i].s, parts[i].len, 1);

		for (size_t j = 0; j < count && initial == 1; j++) {
			size_t len = parts[j].len;

			if (i == j || len > PERSONAL_WORD_BYTES)
				continue;
			word[0] = parts[i].s[0];
			memcpy(word + 1, parts[j].s, len);
			take_out(s, KIND_PERSON, word, len + 1);
			memcpy(word, parts[j].s, len);
			word[len] = parts[i].s[0];
			take_out(s, KIND_PERSON, word, len + 1);
		}
	}
}

static struct slice slice_of(const char *s)
{
	return (struct slice){s ? s : "", s ? strlen(s) : 0};
}

static void take_out_person(struct search *s, const struct password_facts *facts)
{
	struct slice gecos = slice_of(facts->full_name), home = slice_of(facts->home);
	const char *base = facts->home ? strrchr(facts->home, '/') : NULL;

	if (facts->person) {
		take_out(s, KIND_PERSON, facts->person->name, strlen(facts->person->name));
		take_out_parts(s, KIND_PERSON, slice_of(facts->person->name), ".-_");
		for (size_t i = 0; i < facts->person->group_count; i++)
			take_out(s, KIND_PERSON, facts->person->groups[i], strlen(facts->person->groups[i]));
	}
	take_out_parts(s, KIND_PERSON, gecos, " ,.-");
	gecos.len = strcspn(gecos.s, ",");
	take_out(s, KIND_PERSON, gecos.s, gecos.len);
	take_out_initials(s, gecos);
	home = base ? slice_of(base + 1) : home;
	take_out(s, KIND_PERSON, home.s, home.len);
}

static void take_out_place(struct search *s, const struct password_facts *facts)
{
	take_out(s, KIND_PERSON, slice_of(facts->host).s, slice_of(facts->host).len);
	take_out_parts(s, KIND_PERSON, slice_of(facts->host), ".-");
	take_out(s, KIND_PERSON, slice_of(facts->domain).s, slice_of(facts->domain).len);
	take_out_parts(s, KIND_PERSON, slice_of(facts->domain), ".-");
}

static void take_out_company(struct search *s, const struct settings *settings)
{
	for (size_t i = 0; i < settings->password_company_words.count; i++) {
		struct slice word = slice_of(settings->password_company_words.words[i]);

		take_out(s, KIND_COMPANY, word.s, word.len);
		take_out_parts(s, KIND_COMPANY, word, " ");
	}
}

static size_t remainder_without(const struct search *s, bool person, bool company)
{
	size_t remainder = 0;

	for (size_t i = 0; i < s->len; i++)
		remainder += !(person && s->taken[KIND_PERSON][i]) && !(company && s->taken[KIND_COMPANY][i]);
	return remainder;
}

void personal_find(const struct password_facts *facts, const struct settings *settings, struct personal_words *ret_words)
{
	__attribute__((cleanup(search_wipe))) struct search s;
	size_t needed = settings->password_min_remainder > 1 ? (size_t)settings->password_min_remainder : 1;
	bool person, company;

	memset(&s, 0, sizeof(s));
	*ret_words = (struct personal_words){.person = ""};
	s.found[KIND_PERSON] = &ret_words->person;
	s.found[KIND_COMPANY] = &ret_words->company;
	s.len = fold_text(facts->password, facts->len, s.at, POINTS_MAX);
	if (settings->password_personal_words) {
		take_out_person(&s, facts);
		take_out_place(&s, facts);
	}
	take_out_company(&s, settings);
	person = s.longest[KIND_PERSON] > 0 && remainder_without(&s, true, false) < needed;
	company = s.longest[KIND_COMPANY] > 0 && remainder_without(&s, false, true) < needed;
	/* Neither alone, but both together leave too little: both are told. */
	if (!person && !company && remainder_without(&s, true, true) < needed)
		return;
	if (!person)
		ret_words->person[0] = '\0';
	if (!company)
		ret_words->company[0] = '\0';
}

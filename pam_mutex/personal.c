/* SPDX-License-Identifier: BSD-2-Clause */
/* Takes known words out of a password and looks at what remains. Pure. */
#include "personal.h"

#include <string.h>

#include "fold.h"
#include "number.h"
#include "password.h"
#include "secret.h"
#include "utf8.h"

#define POINTS_MAX (SECRET_SIZE - 1)
#define WORD_POINTS_MIN 3
#define WORD_POINTS_MAX 64
#define NAME_PARTS_MAX 12

enum kind { KIND_PERSON, KIND_COMPANY, WORD_KIND_MAX };

/* A set of places in the password, one bit each. */
#define PLACE_WORDS (SECRET_SIZE / 64)
struct places {
	uint64_t bits[PLACE_WORDS];
};

struct search {
	uint32_t at[POINTS_MAX]; /* the password, folded */
	size_t len;
	struct places meaning['z' - 'a' + 1]; /* where a letter stands, or what may stand for it */
	struct places taken[WORD_KIND_MAX];
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

static void add_place(struct places *p, size_t at)
{
	p->bits[at / 64] |= UINT64_C(1) << at % 64;
}

static bool any_place(const struct places *p)
{
	uint64_t any = 0;

	for (size_t i = 0; i < PLACE_WORDS; i++)
		any |= p->bits[i];
	return any != 0;
}

/* Keeps those places that the other set holds `by` places further on. by is below 64. */
static void keep_before(struct places *p, const struct places *other, size_t by)
{
	for (size_t i = 0; i < PLACE_WORDS; i++) {
		uint64_t next = i + 1 < PLACE_WORDS && by > 0 ? other->bits[i + 1] << (64 - by) : 0;

		p->bits[i] &= other->bits[i] >> by | next;
	}
}

/* Adds to p the places of other, `by` places further on. */
static void add_behind(struct places *p, const struct places *other, size_t by)
{
	for (size_t i = 0; i < PLACE_WORDS; i++) {
		uint64_t carried = i > 0 && by > 0 ? other->bits[i - 1] >> (64 - by) : 0;

		p->bits[i] |= other->bits[i] << by | carried;
	}
}

/* The same as fold_means(), for all letters in one go. */
static void find_letters(struct search *s)
{
	for (size_t i = 0; i < s->len; i++) {
		uint32_t c = s->at[i];

		if (c >= 'a' && c <= 'z')
			add_place(&s->meaning[c - 'a'], i);
		for (const char *m = c < 128 ? fold_substitution((char)c) : ""; *m != '\0'; m++)
			add_place(&s->meaning[*m - 'a'], i);
	}
}

static void find_meaning(const struct search *s, uint32_t in_word, struct places *ret_places)
{
	*ret_places = (struct places){{0}};
	for (size_t i = 0; i < s->len; i++)
		if (fold_means(s->at[i], in_word))
			add_place(ret_places, i);
}

/* Where the word begins, read in that direction: all places at once, so that hundreds of groups cost little. */
static struct places find_word(const struct search *s, const uint32_t *word, size_t len, bool backwards)
{
	struct places found, other;

	memset(&found, 0xff, sizeof found);
	for (size_t i = 0; i < len && any_place(&found); i++) {
		uint32_t c = word[backwards ? len - 1 - i : i];

		if (c < 'a' || c > 'z')
			find_meaning(s, c, &other);
		keep_before(&found, c >= 'a' && c <= 'z' ? &s->meaning[c - 'a'] : &other, i);
	}
	return found;
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
	for (int backwards = 0; backwards <= 1; backwards++) {
		struct places found = find_word(s, points, len, backwards);

		if (!any_place(&found))
			continue;
		for (size_t i = 0; i < len; i++)
			add_behind(&s->taken[kind], &found, i);
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
	size_t taken = 0;

	for (size_t i = 0; i < PLACE_WORDS; i++)
		taken += number_bits((person ? s->taken[KIND_PERSON].bits[i] : 0) | (company ? s->taken[KIND_COMPANY].bits[i] : 0));
	return s->len - taken;
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
	find_letters(&s);
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

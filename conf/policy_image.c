/* SPDX-License-Identifier: BSD-2-Clause */
/* The format of a policy's image. Layout, little-endian:
 *   0 "MUTEXPOL" - 8 version u32 - 12 length of all u32 - 16 reader, 32 - 48 sum of the rest, SHA-256 - 80 body:
 *   sources: count u16, each: path - 7 numbers u64
 *   no_exceptions u8 - hash, 64 digits - profile u8
 *   general, for each keyword in the order of the table: level u8 - of a line's: file - line u32 - value
 *   warnings: count u16, each: file as a string - line u32 - column u32 - text
 *   named sections: count u16, each: section u8 - name - scope u32 - file - file_id u16 - line u32 - column u32
 *   lines: count u16, each: keyword u16 - level u8 - who - name - scope u32 - file - file_id u16 - line u32 - column u32 - value
 * A string is its length u16, its bytes, a zero byte; 0xffff alone is NULL. A file is the number of its source u16, or 0xffff. A value is by its
 * keyword's kind: a number u64, a string, or a list: count u16, strings.
 * One function walks over the layout in both directions, so that they cannot disagree. */
#include "policy_image.h"

#include <endian.h>
#include <errno.h>
#include <nettle/sha2.h>
#include <string.h>

#include "exception.h"
#include "keyword_table.h"
#include "policy_assignment.h"

#define VERSION 2
#define READER_AT 16
#define READER_BYTES 32
#define SUM_AT (READER_AT + READER_BYTES)
#define BODY_AT POLICY_IMAGE_HEAD_BYTES
#define NOTHING 0xffff

_Static_assert(BODY_AT == SUM_AT + SHA256_DIGEST_SIZE, "the body follows the sum");
_Static_assert(sizeof POLICY_READER > READER_BYTES, "the reader's name is cut, not made longer");

static const unsigned char magic[8] = {'M', 'U', 'T', 'E', 'X', 'P', 'O', 'L'};

/* A place in an image: written at `to`, or, when that is NULL, read at `from`. */
struct cursor {
	unsigned char *to;
	const unsigned char *from;
	size_t left;
	int error; /* the first */
	struct arena *arena;
	struct policy_image *image;
};

/* --- the parts --- */

/* NULL when there is not so much left. Inlined, with its callers: there are hundreds of numbers, and the length of each is known. */
static inline __attribute__((always_inline)) const unsigned char *advance(struct cursor *c, size_t len)
{
	const unsigned char *at = c->to != NULL ? c->to : c->from;

	if (c->error != 0 || len > c->left) {
		c->error = c->error != 0 ? c->error : c->to != NULL ? -EFBIG : -EBADMSG;
		return NULL;
	}
	c->left -= len;
	if (c->to != NULL)
		c->to += len;
	else
		c->from += len;
	return at;
}

static void refuse(struct cursor *c, bool bad)
{
	if (bad && c->error == 0)
		c->error = c->to != NULL ? -EINVAL : -EBADMSG;
}

static inline __attribute__((always_inline)) void bytes(struct cursor *c, void *b, size_t len)
{
	unsigned char *to = c->to;
	const unsigned char *at = advance(c, len);

	if (at == NULL)
		return;
	if (to != NULL)
		memcpy(to, b, len);
	else
		memcpy(b, at, len);
}

/* Writes n, or returns what stands there; 0 after an error. */
static inline __attribute__((always_inline)) uint64_t number(struct cursor *c, uint64_t n, size_t len)
{
	uint64_t little = c->to != NULL ? htole64(n) : 0;

	refuse(c, c->to != NULL && len < sizeof n && n >> (8 * len) != 0);
	bytes(c, &little, len);
	return c->error != 0 ? 0 : le64toh(little);
}

static void number_u32(struct cursor *c, unsigned *n)
{
	*n = (unsigned)number(c, *n, 4);
}

static void number_u16(struct cursor *c, unsigned *n)
{
	*n = (unsigned)number(c, *n, 2);
}

/* One of a closed set. */
static inline __attribute__((always_inline)) unsigned member(struct cursor *c, unsigned n, size_t len, unsigned count)
{
	uint64_t found = number(c, n, len);

	refuse(c, found >= count);
	return c->error != 0 ? 0 : (unsigned)found;
}

static void string(struct cursor *c, const char **s)
{
	uint64_t len = number(c, c->to != NULL && *s != NULL ? strlen(*s) : NOTHING, 2);
	unsigned char *to = c->to;
	const unsigned char *at = len != NOTHING ? advance(c, len + 1) : NULL;

	if (at == NULL)
		*s = NULL;
	else if (to != NULL)
		memcpy(to, *s, len + 1);
	else
		*s = (const char *)at;
	refuse(c, at != NULL && to == NULL && strnlen((const char *)at, len + 1) != len);
}

/* Where NULL would be trouble. */
static void string_there(struct cursor *c, const char **s)
{
	string(c, s);
	refuse(c, *s == NULL);
}

static void file(struct cursor *c, const char **path)
{
	const struct policy_image *image = c->image;
	uint64_t index = NOTHING;

	for (size_t i = 0; c->to != NULL && *path != NULL && i < image->source_count && index == NOTHING; i++)
		if (strcmp(image->sources[i].path, *path) == 0)
			index = i;
	refuse(c, c->to != NULL && *path != NULL && index == NOTHING);
	index = number(c, index, 2);
	refuse(c, index != NOTHING && index >= image->source_count);
	if (c->to == NULL)
		*path = index != NOTHING && c->error == 0 ? image->sources[index].path : NULL;
}

static void words(struct cursor *c, struct word_list *list)
{
	size_t count = (size_t)number(c, list->count, 2);
	const char **read;

	if (c->to != NULL || c->error != 0) {
		for (size_t i = 0; i < count && c->error == 0; i++)
			string_there(c, &(const char *){list->words[i]});
		return;
	}
	*list = (struct word_list){0};
	read = count > 0 ? ARENA_NEW(c->arena, const char *, count + 1) : NULL;
	refuse(c, count > 0 && read == NULL);
	for (size_t i = 0; i < count && c->error == 0; i++)
		string_there(c, &read[i]);
	if (c->error == 0)
		*list = (struct word_list){.words = read, .count = count};
}

static void value(struct cursor *c, const struct keyword_row *row, union value *v)
{
	const char *choice;

	switch (row->kind) {
	case KIND_YESNO:
		v->yesno = member(c, v->yesno, 1, 2) == 1;
		return;
	case KIND_NUMBER:
	case KIND_DURATION:
	case KIND_DATE:
		v->number = (int64_t)number(c, (uint64_t)v->number, 8);
		refuse(c, v->number < 0);
		return;
	case KIND_CHOICE:
		v->choice = (int)number(c, (unsigned)v->choice, 1);
		refuse(c, keyword_choice(row, (size_t)v->choice, &choice) == 0);
		return;
	case KIND_TEXT:
		string_there(c, &v->text);
		return;
	case KIND_WORDS:
	case KIND_PATHS:
		words(c, &v->words);
		return;
	case KIND_MAX:
		return;
	}
}

/* --- the whole --- */

static void walk_sources(struct cursor *c)
{
	struct policy_image *image = c->image;

	image->source_count = member(c, (unsigned)image->source_count, 2, POLICY_IMAGE_SOURCES_MAX + 1);
	refuse(c, image->source_count < POLICY_IMAGE_OTHERS);
	for (size_t i = 0; i < image->source_count && c->error == 0; i++) {
		struct policy_image_identity *id = &image->sources[i].identity;
		uint64_t *const numbers[] = {&id->device, &id->inode, &id->mode, &id->owner, &id->size, &id->changed_ns, &id->modified_ns};

		string_there(c, &image->sources[i].path);
		for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++)
			*numbers[k] = number(c, *numbers[k], sizeof **numbers);
	}
}

static void walk_general(struct cursor *c, struct settings *general)
{
	for (enum keyword k = 0; k < KEYWORD_MAX && c->error == 0; k++) {
		const struct keyword_row *row = keyword_row(k);
		struct origin *origin = &general->origin[k];
		union value v = {0};

		origin->level = member(c, origin->level, 1, ORIGIN_GENERAL + 1);
		if (origin->level == ORIGIN_GENERAL) {
			file(c, &origin->file);
			refuse(c, origin->file == NULL);
			number_u32(c, &origin->line);
		}
		if (c->to != NULL)
			value_get(row, general, &v);
		value(c, row, &v);
		if (c->to == NULL)
			value_put(row, &v, general);
	}
}

static void walk_named(struct cursor *c, struct policy_named *named)
{
	named->section = member(c, named->section, 1, SECTION_MAX);
	refuse(c, section_scope(named->section) != SCOPE_NAMED);
	string_there(c, &named->name);
	number_u32(c, &named->scope_id);
	file(c, &named->file);
	refuse(c, named->file == NULL);
	number_u16(c, &named->file_id);
	number_u32(c, &named->line);
	number_u32(c, &named->column);
}

/* A line is for everybody, for people, or for one name. */
static bool fits_its_level(const struct policy_assignment *a)
{
	switch (a->level) {
	case ORIGIN_GENERAL:
		return a->who == NULL && a->name == NULL && a->scope_id == 0;
	case ORIGIN_UID_RANGE:
	case ORIGIN_GROUP:
	case ORIGIN_USER:
		return a->who != NULL && a->name == NULL && a->scope_id != 0;
	case ORIGIN_NAMED:
		return a->who == NULL && a->name != NULL && a->scope_id != 0 && section_scope(keyword_row(a->keyword)->section) == SCOPE_NAMED;
	case ORIGIN_DEFAULT:
	case ORIGIN_PROFILE:
	case ORIGIN_LEVEL_MAX:
		break;
	}
	return false;
}

static void walk_line(struct cursor *c, struct policy_assignment *a)
{
	a->keyword = member(c, a->keyword, 2, KEYWORD_MAX);
	a->level = member(c, a->level, 1, ORIGIN_LEVEL_MAX);
	string(c, &a->who);
	string(c, &a->name);
	number_u32(c, &a->scope_id);
	file(c, &a->file);
	number_u16(c, &a->file_id);
	number_u32(c, &a->line);
	number_u32(c, &a->column);
	value(c, keyword_row(a->keyword), &a->value);
	refuse(c, a->file == NULL || a->wrong || !fits_its_level(a));
}

static void walk_sections(struct cursor *c, struct policy *policy)
{
	size_t count = member(c, (unsigned)policy->named_count, 2, POLICY_NAMED_MAX + 1);
	struct policy_named *read = c->to == NULL && c->error == 0 ? ARENA_NEW(c->arena, struct policy_named, count + 1) : NULL;

	refuse(c, c->to == NULL && read == NULL);
	for (size_t i = 0; i < count && c->error == 0; i++) {
		struct policy_named written = {0};

		if (c->to != NULL)
			written = policy->named[i];
		walk_named(c, c->to != NULL ? &written : &read[i]);
	}
	if (c->to == NULL) {
		policy->named = read;
		policy->named_count = count;
	}
}

static void walk_lines(struct cursor *c, struct policy *policy)
{
	size_t count = member(c, (unsigned)policy->count, 2, POLICY_ASSIGNMENTS_MAX + 1);
	struct policy_assignment *read = c->to == NULL && c->error == 0 ? ARENA_NEW(c->arena, struct policy_assignment, count + 1) : NULL;

	refuse(c, c->to == NULL && read == NULL);
	for (size_t i = 0; i < count && c->error == 0; i++) {
		struct policy_assignment written = {0};

		if (c->to != NULL)
			written = policy->assignments[i];
		walk_line(c, c->to != NULL ? &written : &read[i]);
	}
	if (c->to == NULL) {
		policy->assignments = read;
		policy->count = count;
	}
}

static void walk_warning(struct cursor *c, struct diag *warning)
{
	const char *text = warning->text;

	warning->level = DIAG_WARNING;
	string_there(c, &warning->file);
	number_u32(c, &warning->line);
	number_u32(c, &warning->column);
	string_there(c, &text);
	refuse(c, text != NULL && strlen(text) >= sizeof warning->text);
	if (c->to == NULL && c->error == 0)
		memcpy(warning->text, text, strlen(text) + 1);
}

static void walk_warnings(struct cursor *c)
{
	struct diag_list *list = &c->image->warnings;
	size_t count = member(c, (unsigned)list->count, 2, (unsigned)list->max + 1);

	for (size_t i = 0; i < count && c->error == 0; i++) {
		struct diag written = {0};

		if (c->to != NULL)
			written = list->items[i];
		else
			list->items[i] = (struct diag){0};
		walk_warning(c, c->to != NULL ? &written : &list->items[i]);
	}
	if (c->to == NULL)
		list->count = list->warnings = c->error == 0 ? count : 0;
}

static void walk_body(struct cursor *c)
{
	struct policy *policy = &c->image->policy;

	walk_sources(c);
	c->image->no_exceptions = member(c, c->image->no_exceptions, 1, 2) == 1;
	bytes(c, policy->hash, sizeof policy->hash - 1);
	policy->profile = (int)member(c, (unsigned)policy->profile, 1, PROFILE_MAX);
	walk_general(c, &policy->general);
	walk_warnings(c);
	walk_sections(c, policy);
	walk_lines(c, policy);
}

static void sum(const unsigned char *image, size_t len, uint8_t ret_digest[SHA256_DIGEST_SIZE])
{
	struct sha256_ctx sha;

	sha256_init(&sha);
	sha256_update(&sha, SUM_AT, image);
	sha256_update(&sha, len - BODY_AT, image + BODY_AT);
	sha256_digest(&sha, SHA256_DIGEST_SIZE, ret_digest);
}

static void put_head(unsigned char *image, size_t len)
{
	uint32_t version = htole32(VERSION), length = htole32((uint32_t)len);

	memcpy(image, magic, sizeof magic);
	memcpy(image + 8, &version, sizeof version);
	memcpy(image + 12, &length, sizeof length);
	memcpy(image + READER_AT, POLICY_READER, READER_BYTES);
}

void policy_image_seal(unsigned char *image, size_t len)
{
	put_head(image, len);
	sum(image, len, image + SUM_AT);
}

int policy_image_encode(const struct policy_image *image, unsigned char *ret_bytes, size_t size, size_t *ret_len)
{
	struct policy_image copy = *image; /* the walk takes what it may write to */
	struct cursor to = {.image = &copy};

	if (size < BODY_AT)
		return -EFBIG;
	to.to = ret_bytes + BODY_AT;
	to.left = size - BODY_AT;
	walk_body(&to);
	if (to.error != 0)
		return to.error;
	*ret_len = size - to.left;
	policy_image_seal(ret_bytes, *ret_len);
	return 0;
}

int policy_image_decode(const unsigned char *image, size_t len, struct arena *arena, struct policy_image *ret_image)
{
	struct cursor from = {.arena = arena, .image = ret_image};
	unsigned char head[SUM_AT];
	uint8_t digest[SHA256_DIGEST_SIZE];

	if (len < BODY_AT || len > POLICY_IMAGE_BYTES_MAX)
		return -EBADMSG;
	put_head(head, len);
	sum(image, len, digest);
	if (memcmp(image, head, sizeof head) != 0 || memcmp(image + SUM_AT, digest, sizeof digest) != 0)
		return -EBADMSG;
	from.from = image + BODY_AT;
	from.left = len - BODY_AT;
	*ret_image = (struct policy_image){.warnings = ret_image->warnings};
	walk_body(&from);
	return from.error != 0 || from.left > 0 ? -EBADMSG : 0;
}

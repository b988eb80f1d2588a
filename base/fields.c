/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads and writes lines of `name=value` by a table of rows. Pure. */
#include "fields.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "date.h"
#include "diag.h"
#include "number.h"
#include "text.h"

static_assert(FIELD_NAMES_MAX * FIELD_NAME_SIZE <= FIELDS_VALUE_BYTES_MAX, "a full set of names must fit into a value");

/* How one kind of value is written and read. The reader only converts; what it made is judged by writing it again. */
struct field_codec {
	int (*write)(const struct field *row, const void *member, struct text *t);
	int (*read)(const struct field *row, const char *value, size_t len, void *ret_member);
};

static bool is_alphanumeric(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool is_name(const char *s, size_t len)
{
	if (len > 0 && !is_alphanumeric(s[0]))
		return false;
	for (size_t i = 0; i < len; i++)
		if (s[i] == '\0' || (!is_alphanumeric(s[i]) && !strchr("_-.:@+", s[i])))
			return false;
	return true;
}

/* Adds a text that text_add_escaped() leaves as it is, or has made: only the backslash may stand although it would be escaped. */
static int add_plain(struct text *t, const char *s, size_t len)
{
	for (const char *at = s, *end = s + len; at < end;) {
		const char *backslash = memchr(at, '\\', (size_t)(end - at));
		size_t part = (size_t)((backslash ? backslash : end) - at);
		size_t before = t->len;
		text_add_escaped(t, at, part);
		if (!t->overflow && t->len - before != part)
			return -EINVAL;
		if (backslash)
			text_add_char(t, '\\');
		at += part + (backslash ? 1 : 0);
	}
	return 0;
}

static bool is_boot_id(const char *s, size_t len)
{
	if (len != FIELD_BOOT_ID_SIZE - 1)
		return false;
	for (size_t i = 0; i < len; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;
		bool hex = (s[i] >= '0' && s[i] <= '9') || (s[i] >= 'a' && s[i] <= 'f');
		if (dash ? s[i] != '-' : !hex)
			return false;
	}
	return true;
}

static int64_t number_of(const struct field *row, const void *member)
{
	uid_t uid = 0;
	pid_t pid = 0;
	int64_t number = 0;

	if (row->kind == FIELD_UID) {
		memcpy(&uid, member, sizeof(uid));
		return uid;
	}
	if (row->kind == FIELD_PID) {
		memcpy(&pid, member, sizeof(pid));
		return pid;
	}
	memcpy(&number, member, sizeof(number));
	return number;
}

static void number_put(const struct field *row, int64_t number, void *ret_member)
{
	/* The range of the row keeps the values inside their types. */
	uid_t uid = (uid_t)number;
	pid_t pid = (pid_t)number;

	if (row->kind == FIELD_UID)
		memcpy(ret_member, &uid, sizeof(uid));
	else if (row->kind == FIELD_PID)
		memcpy(ret_member, &pid, sizeof(pid));
	else
		memcpy(ret_member, &number, sizeof(number));
}

static int number_write(const struct field *row, const void *member, struct text *t)
{
	int64_t number = number_of(row, member);

	if (number < row->min || number > row->max)
		return -ERANGE;
	text_add_int(t, number);
	return 0;
}

static int number_read(const struct field *row, const char *value, size_t len, void *ret_member)
{
	int64_t number = 0;
	int r = number_parse(value, len, row->min, row->max, &number);

	if (r < 0)
		return r;
	number_put(row, number, ret_member);
	return 0;
}

static int time_write(const struct field *row, const void *member, struct text *t)
{
	int64_t seconds = number_of(row, member);

	if (seconds < row->min || seconds > row->max)
		return -ERANGE;
	date_add_time(t, seconds);
	return 0;
}

static int time_read(const struct field *row, const char *value, size_t len, void *ret_member)
{
	int64_t seconds = 0;
	int r = date_parse(value, len, &seconds);

	if (r < 0)
		return r;
	number_put(row, seconds, ret_member);
	return 0;
}

static int choice_write(const struct field *row, const void *member, struct text *t)
{
	unsigned value = 0;

	memcpy(&value, member, sizeof(value));
	for (unsigned i = 0; row->choices[i]; i++)
		if (i == value) {
			text_add(t, row->choices[i]);
			return 0;
		}
	return -EINVAL;
}

static int choice_read(const struct field *row, const char *value, size_t len, void *ret_member)
{
	for (unsigned i = 0; row->choices[i]; i++)
		if (strlen(row->choices[i]) == len && memcmp(row->choices[i], value, len) == 0) {
			memcpy(ret_member, &i, sizeof(i));
			return 0;
		}
	return -EINVAL;
}

/* Text, name and boot id: an array of chars. */
static int string_write(const struct field *row, const void *member, struct text *t)
{
	const char *s = member;
	size_t len = strnlen(s, row->size);

	if (len == row->size)
		return -EINVAL;
	if ((int64_t)len < row->min || (int64_t)len > row->max)
		return -ERANGE;
	if (row->kind == FIELD_TEXT)
		return add_plain(t, s, len);
	if (row->kind == FIELD_NAME ? !is_name(s, len) : !is_boot_id(s, len))
		return -EINVAL;
	text_add_bytes(t, s, len);
	return 0;
}

static int string_read(const struct field *row, const char *value, size_t len, void *ret_member)
{
	char *s = ret_member;

	if (len >= row->size)
		return -ERANGE;
	memcpy(s, value, len);
	memset(s + len, 0, row->size - len);
	return 0;
}

int field_names_add(struct field_names *names, const char *name)
{
	size_t at = 0;

	if (strlen(name) >= FIELD_NAME_SIZE)
		return -ENAMETOOLONG;
	while (at < names->count && strcmp(names->items[at], name) < 0)
		at++;
	if (at < names->count && strcmp(names->items[at], name) == 0)
		return 0;
	if (names->count == FIELD_NAMES_MAX)
		return -ENOSPC;
	memmove(names->items[at + 1], names->items[at], (names->count - at) * sizeof names->items[0]);
	names->count++;
	memset(names->items[at], 0, sizeof names->items[at]);
	memcpy(names->items[at], name, strlen(name));
	return 0;
}

static int names_write(const struct field *row, const void *member, struct text *t)
{
	const struct field_names *names = member;

	if (names->count > FIELD_NAMES_MAX || (int64_t)names->count < row->min || (int64_t)names->count > row->max)
		return -ERANGE;
	for (size_t i = 0; i < names->count; i++) {
		const char *name = names->items[i];
		size_t len = strnlen(name, FIELD_NAME_SIZE);
		if (len == 0 || len == FIELD_NAME_SIZE || !is_name(name, len))
			return -EINVAL;
		if (i > 0 && strcmp(names->items[i - 1], name) >= 0)
			return -EINVAL;
		if (i > 0)
			text_add_char(t, ',');
		text_add_bytes(t, name, len);
	}
	return 0;
}

static int names_read(const struct field *row, const char *value, size_t len, void *ret_member)
{
	struct field_names names = {0};
	const char *end = value + len;

	(void)row;
	for (const char *at = value; at < end;) {
		const char *comma = memchr(at, ',', (size_t)(end - at));
		size_t name_len = (size_t)((comma ? comma : end) - at);
		if (names.count == FIELD_NAMES_MAX || name_len >= FIELD_NAME_SIZE)
			return -ERANGE;
		memcpy(names.items[names.count++], at, name_len);
		at += name_len + (comma ? 1 : 0);
	}
	memcpy(ret_member, &names, sizeof(names));
	return 0;
}

static const struct field_codec CODECS[] = {
	[FIELD_INT64] = {number_write, number_read},   [FIELD_UID] = {number_write, number_read},
	[FIELD_PID] = {number_write, number_read},     [FIELD_TIME] = {time_write, time_read},
	[FIELD_CHOICE] = {choice_write, choice_read},  [FIELD_TEXT] = {string_write, string_read},
	[FIELD_NAME] = {string_write, string_read},    [FIELD_NAMES] = {names_write, names_read},
	[FIELD_BOOT_ID] = {string_write, string_read},
};
static_assert(sizeof(CODECS) / sizeof(CODECS[0]) == FIELD_KIND_MAX, "each kind has its codec");

void fields_fail(struct fields_reader *r, const char *format, ...)
{
	char sentence[256];
	va_list args;

	if (r->failed)
		return;
	r->failed = true;
	if (!r->problems)
		return;
	va_start(args, format);
	vsnprintf(sentence, sizeof(sentence), format, args);
	va_end(args);
	diag_add(r->problems, DIAG_ERROR, r->file, r->line, 0, "%s", sentence);
}

/* The next line without its end. False, with a problem told, when there is none that is whole. */
static bool next_line(struct fields_reader *r, const char **ret_line, size_t *ret_len)
{
	const char *start = NULL, *end = NULL;

	if (r->failed)
		return false;
	r->line++;
	if (r->at < r->len) {
		start = r->bytes + r->at;
		end = memchr(start, '\n', r->len - r->at);
	}
	if (!end) {
		fields_fail(r, "the document is cut off here; it is written whole or not at all");
		return false;
	}
	*ret_line = start;
	*ret_len = (size_t)(end - start);
	r->at += *ret_len + 1;
	return true;
}

static bool line_is(const char *line, size_t len, const char *word)
{
	return strlen(word) == len && memcmp(line, word, len) == 0;
}

void fields_start(struct fields_reader *r, const char *first_line, size_t max_bytes)
{
	const char *line = NULL;
	size_t len = 0;

	r->at = 0;
	r->line = 0;
	r->failed = false;
	if (r->len > max_bytes) {
		fields_fail(r, "the document has more than %zu bytes", max_bytes);
		return;
	}
	if (next_line(r, &line, &len) && !line_is(line, len, first_line))
		fields_fail(r, "the first line must be \"%s\"; another version or another kind of file stands here", first_line);
}

/* True when line begins with `name=`; then *ret_value is what follows. */
static bool line_has_name(const char *line, size_t len, const char *name, const char **ret_value, size_t *ret_len)
{
	size_t name_len = strlen(name);

	if (len <= name_len || memcmp(line, name, name_len) != 0 || line[name_len] != '=')
		return false;
	*ret_value = line + name_len + 1;
	*ret_len = len - name_len - 1;
	return true;
}

bool fields_next_is(const struct fields_reader *r, const char *name)
{
	const char *value = NULL;
	size_t len = 0;

	if (r->failed)
		return false;
	return line_has_name(r->bytes + r->at, r->len - r->at, name, &value, &len);
}

/* Says why a line that should have been rows[index] is none. */
static void fail_for_name(struct fields_reader *r, const struct field *rows, size_t count, size_t index, const char *line, size_t len)
{
	const char *value = NULL;
	size_t value_len = 0;

	for (size_t i = 0; i < count; i++)
		if (line_has_name(line, len, rows[i].name, &value, &value_len)) {
			fields_fail(r, i < index ? "\"%s\" stands here a second time" : "\"%s\" stands here too early", rows[i].name);
			return;
		}
	fields_fail(r, "this line must begin with \"%s=\"", rows[index].name);
}

static void read_value(struct fields_reader *r, const struct field *row, const char *value, size_t len, void *ret_member)
{
	const struct field_codec *codec = &CODECS[row->kind];
	char buffer[FIELDS_VALUE_BYTES_MAX + 1];
	struct text again;
	int result = len > FIELDS_VALUE_BYTES_MAX ? -ERANGE : codec->read(row, value, len, ret_member);

	TEXT_INTO(&again, buffer);
	if (result == 0)
		result = codec->write(row, ret_member, &again);
	if (result == -ERANGE)
		fields_fail(r, "the value of \"%s\" is too long or out of range", row->name);
	else if (result < 0)
		fields_fail(r, "the value of \"%s\" is none of those allowed here", row->name);
	else if (text_end(&again) < 0 || again.len != len || memcmp(buffer, value, len) != 0)
		fields_fail(r, "the value of \"%s\" is not in its one form", row->name);
}

void fields_read(struct fields_reader *r, const struct field *rows, size_t count, void *ret_object)
{
	const char *line = NULL, *value = NULL;
	size_t len = 0, value_len = 0;

	for (size_t i = 0; i < count && next_line(r, &line, &len); i++) {
		if (line_has_name(line, len, rows[i].name, &value, &value_len))
			read_value(r, &rows[i], value, value_len, (char *)ret_object + rows[i].offset);
		else
			fail_for_name(r, rows, count, i, line, len);
	}
}

int fields_finish(struct fields_reader *r)
{
	const char *line = NULL;
	size_t len = 0;

	if (next_line(r, &line, &len) && !line_is(line, len, "end"))
		fields_fail(r, "this line must be \"end\"");
	if (!r->failed && r->at != r->len) {
		r->line++;
		fields_fail(r, "nothing may stand behind \"end\"");
	}
	return r->failed ? -EBADMSG : 0;
}

void fields_write_start(struct text *t, const char *first_line)
{
	text_add(t, first_line);
	text_add_char(t, '\n');
}

int fields_write(const struct field *rows, size_t count, const void *object, struct text *t)
{
	for (size_t i = 0; i < count; i++) {
		text_add(t, rows[i].name);
		text_add_char(t, '=');
		int r = CODECS[rows[i].kind].write(&rows[i], (const char *)object + rows[i].offset, t);
		if (r < 0)
			return r;
		text_add_char(t, '\n');
	}
	return 0;
}

void fields_write_end(struct text *t)
{
	text_add(t, "end\n");
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads what ClamAV writes. */
#include "clam_text.h"

#include <errno.h>
#include <string.h>

#include "date.h"
#include "number.h"
#include "text.h"

#define LINES_MAX 1024
#define LAST_SECOND INT64_C(253402300799) /* 9999-12-31T23:59:59Z */
#define KIB INT64_C(1024)

/* --- configuration --- */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* The line from s to end, without the blanks around it. */
static const char *trim(const char *s, const char **end)
{
	while (s < *end && is_blank(*s))
		s++;
	while (*end > s && is_blank((*end)[-1]))
		(*end)--;
	return s;
}

static int add_line(const char *s, const char *end, struct arena *arena, struct clam_option *options, size_t *count)
{
	const char *name, *value;

	/* ClamAV's lines end there, too */
	end = s + strnlen(s, (size_t)(end - s));
	name = value = trim(s, &end);
	if (name == end || *name == '#' || *count == LINES_MAX)
		return 0;
	while (value < end && !is_blank(*value))
		value++;
	options[*count].name = arena_copy(arena, name, (size_t)(value - name));
	value = trim(value, &end);
	if (end - value >= 2 && *value == '"' && end[-1] == '"')
		value++, end--;
	options[*count].value = arena_copy(arena, value, (size_t)(end - value));
	if (options[*count].name == NULL || options[*count].value == NULL)
		return -ENOMEM;
	++*count;
	return 0;
}

int clam_conf_parse(const char *bytes, size_t len, struct arena *arena, struct clam_conf *ret_conf)
{
	struct clam_option *options = ARENA_NEW(arena, struct clam_option, LINES_MAX);
	size_t count = 0;

	if (options == NULL)
		return -ENOMEM;
	for (size_t at = 0; at < len;) {
		const char *newline = memchr(bytes + at, '\n', len - at);
		size_t end = newline != NULL ? (size_t)(newline - bytes) : len;

		if (add_line(bytes + at, bytes + end, arena, options, &count) < 0)
			return -ENOMEM;
		at = end + 1;
	}
	*ret_conf = (struct clam_conf){.options = options, .count = count};
	return 0;
}

const char *clam_conf_value(const struct clam_conf *conf, const char *name)
{
	for (size_t i = 0; i < conf->count; i++)
		if (strcmp(conf->options[i].name, name) == 0)
			return conf->options[i].value;
	return NULL;
}

static bool is_word(const char *value, const char *word)
{
	for (; *word != '\0'; value++, word++)
		if (*value != *word && !(*value >= 'A' && *value <= 'Z' && *value - 'A' + 'a' == *word))
			return false;
	return *value == '\0';
}

bool clam_is_no(const char *value)
{
	return is_word(value, "no") || is_word(value, "false") || is_word(value, "0");
}

bool clam_is_yes(const char *value)
{
	return is_word(value, "yes") || is_word(value, "true") || is_word(value, "1");
}

int clam_size(const char *value, int64_t *ret_bytes)
{
	size_t len = strlen(value);
	int64_t unit = 1, number;
	int r;

	if (len > 0 && (value[len - 1] == 'K' || value[len - 1] == 'k'))
		unit = KIB, len--;
	else if (len > 0 && (value[len - 1] == 'M' || value[len - 1] == 'm'))
		unit = KIB * KIB, len--;
	r = number_parse(value, len, 0, INT64_C(1) << 40, &number);
	if (r == 0)
		*ret_bytes = number * unit;
	return r < 0 ? -EINVAL : 0;
}

/* --- databases --- */

/* The field of that number in a line of fields; NULL = there are fewer. */
static const char *field(const char *s, const char *end, char between, unsigned index, size_t *ret_len)
{
	for (;; index--) {
		const char *stop = memchr(s, between, (size_t)(end - s));

		if (index == 0) {
			*ret_len = (size_t)((stop != NULL ? stop : end) - s);
			return s;
		}
		if (stop == NULL)
			return NULL;
		s = stop + 1;
	}
}

static int field_number(const char *s, const char *end, unsigned index, int64_t *ret)
{
	size_t len;
	const char *start = field(s, end, ':', index, &len);

	while (start != NULL && len > 0 && is_blank(start[len - 1]))
		len--;
	return start == NULL ? -EBADMSG : number_parse(start, len, 0, LAST_SECOND, ret);
}

int clam_header_parse(const char *bytes, size_t len, struct clam_header *ret_header)
{
	static const char magic[] = "ClamAV-VDB:";
	const char *end = bytes + (len < CLAM_HEADER_BYTES ? len : CLAM_HEADER_BYTES);
	struct clam_header header;
	enum { FIELD_VERSION = 2, FIELD_BUILT = 8 };

	if (len < sizeof magic - 1 || memcmp(bytes, magic, sizeof magic - 1) != 0)
		return -EBADMSG;
	if (field_number(bytes, end, FIELD_VERSION, &header.version) < 0 || field_number(bytes, end, FIELD_BUILT, &header.built_s) < 0)
		return -EBADMSG;
	*ret_header = header;
	return 0;
}

/* --- clamd --- */

static size_t without_nul(const char *bytes, size_t len)
{
	return len > 0 && bytes[len - 1] == '\0' ? len - 1 : len;
}

static bool is_text(const char *bytes, size_t len, const char *text)
{
	return len == strlen(text) && memcmp(bytes, text, len) == 0;
}

bool clam_is_pong(const char *bytes, size_t len)
{
	return is_text(bytes, without_nul(bytes, len), "PONG");
}

/* "Fri Nov 20 08:30:12 2026", as ctime(3) writes it: a day below ten has a blank in front. */
static int parse_ctime(const char *s, size_t len, int64_t *ret_s)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	char iso[32];
	struct text t;
	const char *month;
	char name[4];
	unsigned number;

	if (len != strlen("Fri Nov 20 08:30:12 2026"))
		return -EBADMSG;
	memcpy(name, s + 4, 3);
	name[3] = '\0';
	month = strstr(months, name);
	if (month == NULL || (month - months) % 3 != 0 || strlen(name) != 3)
		return -EBADMSG;
	number = (unsigned)(month - months) / 3 + 1;
	TEXT_INTO(&t, iso);
	text_add_bytes(&t, s + 20, 4);
	text_add_format(&t, "-%02u-%c", number, s[8] == ' ' ? '0' : s[8]);
	text_add_bytes(&t, s + 9, 1);
	text_add(&t, "T");
	text_add_bytes(&t, s + 11, 8);
	text_add(&t, "Z");
	return text_end(&t) < 0 || date_parse(iso, t.len, ret_s) < 0 ? -EBADMSG : 0;
}

int clam_version_parse(const char *bytes, size_t len, struct clam_header *ret_loaded)
{
	static const char product[] = "ClamAV ";
	const char *end = bytes + without_nul(bytes, len), *part;
	struct clam_header loaded;
	size_t part_len;

	if ((size_t)(end - bytes) < sizeof product - 1 || memcmp(bytes, product, sizeof product - 1) != 0)
		return -EBADMSG;
	part = field(bytes, end, '/', 1, &part_len);
	if (part == NULL)
		return -ENOENT;
	if (number_parse(part, part_len, 0, LAST_SECOND, &loaded.version) < 0)
		return -EBADMSG;
	part = field(bytes, end, '/', 2, &part_len);
	if (part == NULL || parse_ctime(part, part_len, &loaded.built_s) < 0)
		return -EBADMSG;
	*ret_loaded = loaded;
	return 0;
}

static bool ends_with(const char *bytes, size_t len, const char *end)
{
	size_t end_len = strlen(end);

	return len > end_len && memcmp(bytes + len - end_len, end, end_len) == 0;
}

enum clam_verdict clam_verdict_parse(const char *bytes, size_t len)
{
	len = without_nul(bytes, len);
	if (ends_with(bytes, len, " FOUND"))
		return CLAM_FOUND;
	return ends_with(bytes, len, ": OK") ? CLAM_CLEAN : CLAM_NO_ANSWER;
}

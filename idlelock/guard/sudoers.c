/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads sudoers line by line, a line with '\' at its end being one with the next. */
#include "sudoers.h"

#include <string.h>

#include "text.h"

#define LINE_MAX_BYTES 8192
#define BLANKS " \t\r"

/* --- lines --- */

struct reader {
	const char *at, *end;
	unsigned number, first; /* of the next line; of the one in words */
	char words[LINE_MAX_BYTES];
	bool too_long;
};

/* '#' begins a comment, but for #include, which is no rule either, and for #1000, a uid. */
static bool is_comment(const char *at, const char *end)
{
	return *at == '#' && (at + 1 >= end || at[1] < '0' || at[1] > '9');
}

static void add_line(struct text *t, const char *at, const char *end)
{
	bool quoted = false;

	for (; at < end; at++) {
		if (*at == '"')
			quoted = !quoted;
		if (*at == '\\' && at + 1 < end) {
			text_add_char(t, *at++);
		} else if (!quoted && is_comment(at, end)) {
			return;
		}
		text_add_char(t, *at == '\0' ? ' ' : *at);
	}
}

static bool next_line(struct reader *r)
{
	struct text t;
	bool goes_on = true;

	if (r->at >= r->end)
		return false;
	TEXT_INTO(&t, r->words);
	r->first = r->number;
	while (goes_on && r->at < r->end) {
		const char *end = memchr(r->at, '\n', (size_t)(r->end - r->at)), *last;

		end = end != NULL ? end : r->end;
		last = end > r->at && end[-1] == '\r' ? end - 1 : end;
		goes_on = last > r->at && last[-1] == '\\';
		add_line(&t, r->at, goes_on ? last - 1 : last);
		text_add_char(&t, ' ');
		r->at = end + (end < r->end);
		r->number++;
	}
	r->too_long = text_end(&t) < 0;
	return true;
}

static void begin(struct reader *r, const char *bytes, size_t len)
{
	r->at = bytes;
	r->end = bytes + len;
	r->number = 1;
}

/* --- words --- */

static const char *skip_blanks(const char *at)
{
	return at + strspn(at, BLANKS);
}

static void cut(const char *start, const char *end, char (*ret)[SUDOERS_WHO_MAX])
{
	struct text t;

	while (end > start && strchr(BLANKS, end[-1]) != NULL)
		end--;
	TEXT_INTO(&t, *ret);
	text_add_escaped_cut(&t, start, (size_t)(end - start), SUDOERS_WHO_MAX - 1);
}

/* The first of the signs outside of quotes, of parentheses, and not behind '\'; else the end. */
static const char *find(const char *at, const char *signs)
{
	bool quoted = false;
	int depth = 0;

	for (; *at != '\0'; at++) {
		if (!quoted && depth == 0 && strchr(signs, *at) != NULL)
			return at;
		if (*at == '"')
			quoted = !quoted;
		else if (*at == '(' && !quoted)
			depth++;
		else if (*at == ')' && !quoted && depth > 0)
			depth--;
		else if (*at == '\\' && at[1] != '\0')
			at++;
	}
	return at;
}

static bool begins(const char *at, const char *word)
{
	return strncmp(at, word, strlen(word)) == 0;
}

/* --- includes and aliases --- */

bool sudoers_takes(const char *name)
{
	size_t len = strlen(name);

	return len > 0 && strchr(name, '.') == NULL && name[len - 1] != '~';
}

bool sudoers_include(const char *start, const char *end, bool *ret_folder, char *ret_name, size_t size)
{
	static const char file[] = "include", folder[] = "includedir";
	const char *at = start;
	struct text t;

	while (at < end && strchr(BLANKS, *at) != NULL && *at != '\0')
		at++;
	if (at >= end || (*at != '@' && *at != '#'))
		return false;
	at++;
	*ret_folder = (size_t)(end - at) > sizeof folder - 1 && strncmp(at, folder, sizeof folder - 1) == 0;
	if (!*ret_folder && ((size_t)(end - at) <= sizeof file - 1 || strncmp(at, file, sizeof file - 1) != 0))
		return false;
	at += *ret_folder ? sizeof folder - 1 : sizeof file - 1;
	if (*at != ' ' && *at != '\t')
		return false;
	text_init(&t, ret_name, size);
	for (; at < end && *at != '\0'; at++) {
		if (*at == '\\' && at + 1 < end)
			text_add_char(&t, *++at);
		else if (*at != '"' && strchr(BLANKS, *at) == NULL)
			text_add_char(&t, *at);
	}
	return t.len > 0 && text_end(&t) == 0;
}

static bool is_alias(const struct sudoers_aliases *aliases, const char *word, size_t len)
{
	for (size_t i = 0; i < aliases->count; i++)
		if (strlen(aliases->names[i]) == len && strncmp(aliases->names[i], word, len) == 0)
			return true;
	return false;
}

static bool is_all(const struct sudoers_aliases *aliases, const char *start, const char *end)
{
	while (end > start && strchr(BLANKS, end[-1]) != NULL)
		end--;
	return (end - start == 3 && strncmp(start, "ALL", 3) == 0) || is_alias(aliases, start, (size_t)(end - start));
}

/* "NAME = ALL, /bin/x : NAME2 = ..." */
static void take_aliases(const char *at, struct sudoers_aliases *aliases)
{
	while (*(at = skip_blanks(at)) != '\0' && aliases->count < SUDOERS_ALIASES_MAX) {
		const char *equals = find(at, "="), *rest = equals;
		bool all = false;

		do {
			const char *start = skip_blanks(rest + (*rest != '\0'));

			rest = find(start, ",:");
			all = all || is_all(aliases, start, rest);
		} while (*rest == ',');
		if (all)
			cut(at, equals, &aliases->names[aliases->count++]);
		at = rest + (*rest == ':');
	}
}

void sudoers_find_aliases(const char *bytes, size_t len, struct sudoers_aliases *aliases)
{
	static const char word[] = "Cmnd_Alias", other[] = "Cmd_Alias";
	struct reader r;

	begin(&r, bytes, len);
	while (next_line(&r)) {
		const char *at = skip_blanks(r.words);

		if (begins(at, word))
			take_aliases(at + sizeof word - 1, aliases);
		else if (begins(at, other))
			take_aliases(at + sizeof other - 1, aliases);
	}
}

/* --- findings --- */

struct result {
	struct sudoers_finding *findings;
	size_t count, max;
	const struct sudoers_aliases *aliases;
	unsigned line;
};

static void add(struct result *result, enum sudoers_kind kind, const char *who, const char *who_end, const char *what, const char *what_end)
{
	struct sudoers_finding finding = {.kind = kind, .line = result->line};

	cut(who, who_end, &finding.who);
	cut(what, what_end, &finding.what);
	if (result->count < result->max)
		result->findings[result->count] = finding;
	result->count++;
}

/* Settings that ask less, as they are written without blanks; one that ends in '=' takes any value. */
static const char *const LOOSE[] = {"!authenticate", "!pam_acct_mgmt", "!pam_session", "!pam_setcred", "exempt_group=", "pam_service=", "pam_login_service=",
				    "verifypw=never", "listpw=never", NULL};

static bool is_loose(const char *setting)
{
	static const char timeout[] = "timestamp_timeout=";

	for (size_t i = 0; LOOSE[i] != NULL; i++) {
		size_t len = strlen(LOOSE[i]);

		if (strncmp(setting, LOOSE[i], len) == 0 && (LOOSE[i][len - 1] == '=' || setting[len] == '\0'))
			return true;
	}
	return begins(setting, timeout) && setting[sizeof timeout - 1] == '-';
}

static bool asks_the_same(const char *setting)
{
	return strcmp(setting, "pam_service=sudo") == 0 || strcmp(setting, "pam_login_service=sudo-i") == 0;
}

/* "Defaults:carol !authenticate, timestamp_timeout = -1" */
static void read_defaults(struct result *result, const char *at)
{
	const char *end;

	/* Behind @, :, !, > stands for whom: up to the next blank. */
	at += strcspn(at, BLANKS);
	for (; *(at = skip_blanks(at)) != '\0'; at = end + (*end == ',')) {
		char setting[SUDOERS_WHO_MAX];
		struct text t;

		TEXT_INTO(&t, setting);
		end = find(at, ",");
		for (const char *p = at; p < end; p++)
			if (strchr(BLANKS "\"", *p) == NULL)
				text_add_char(&t, *p);
		if (is_loose(setting) && !asks_the_same(setting))
			add(result, SUDOERS_SETTING, "", "", at, end);
	}
}

/* A tag and its colon, such as NOPASSWD: where the colon is. NULL when there is none. */
static const char *tag_end(const char *at)
{
	static const char *const tags[] = {"EXEC", "FOLLOW", "INTERCEPT", "LOG_INPUT", "LOG_OUTPUT", "MAIL", "PASSWD", "SETENV", NULL};
	size_t len = strspn(at, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_"), no = begins(at, "NO") ? 2 : 0;
	const char *colon = skip_blanks(at + len);

	for (size_t i = 0; *colon == ':' && tags[i] != NULL; i++)
		if (strlen(tags[i]) == len - no && strncmp(at + no, tags[i], len - no) == 0)
			return colon;
	return NULL;
}

struct grant {
	bool as_root, no_password; /* sticky: what is not said again goes on */
};

static bool names_root(const char *start, const char *end)
{
	const char *last = memchr(start, ':', (size_t)(end - start));

	if (last == NULL)
		last = end;
	if (skip_blanks(start) >= last)
		return false; /* "(:group)" is the caller himself */
	return memmem(start, (size_t)(last - start), "ALL", 3) != NULL || memmem(start, (size_t)(last - start), "root", 4) != NULL ||
	       memmem(start, (size_t)(last - start), "#0", 2) != NULL;
}

/* An option such as CWD=/x or TIMEOUT="2h": where its value ends. NULL when there is none. */
static const char *option_end(const char *at)
{
	const char *equals = at + strspn(at, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_");

	return equals > at && *equals == '=' ? find(equals + 1, BLANKS) : NULL;
}

/* "(root) CWD=/x NOPASSWD: /bin/x": what the rule says beside the command, whose start is returned. */
static const char *read_options(const char *at, struct grant *grant)
{
	for (const char *end;; at = end + (*end != '\0')) {
		at = skip_blanks(at);
		if (*at == '(') {
			end = at + strcspn(at, ")");
			grant->as_root = names_root(at + 1, end);
			continue;
		}
		end = option_end(at);
		if (end != NULL)
			continue;
		end = tag_end(at);
		if (end == NULL)
			return at;
		if (begins(at, "NOPASSWD"))
			grant->no_password = true;
		else if (begins(at, "PASSWD"))
			grant->no_password = false;
	}
}

/* "ALL = (ALL:ALL) NOPASSWD: ALL, /bin/x : HOST = ..." behind the users. */
static void read_grants(struct result *result, const char *who, const char *who_end, const char *at)
{
	struct grant grant = {.as_root = true};
	bool everything = false, no_password = false;

	at = find(at, "=");
	while (*at == '=' || *at == ',') {
		const char *command = read_options(at + 1, &grant), *end = find(command, ",:");

		no_password = no_password || (grant.no_password && *command != '!' && end > command);
		everything = everything || (grant.as_root && is_all(result->aliases, command, end));
		at = end;
		if (*at == ':') {
			at = find(at + 1, "=");
			grant = (struct grant){.as_root = true};
		}
	}
	if (no_password)
		add(result, SUDOERS_NO_PASSWORD, who, who_end, "", "");
	else if (everything)
		add(result, SUDOERS_EVERYTHING, who, who_end, "", "");
}

/* The users, "carol, %staff", end where a blank has no comma beside it. */
static const char *users_end(const char *at)
{
	for (;;) {
		const char *end = find(at, BLANKS ","), *next = skip_blanks(end);

		if (*next != ',')
			return end;
		at = skip_blanks(next + 1);
	}
}

static void read_rule(struct result *result, const char *users)
{
	const char *end = users_end(users);

	if (*find(end, "=") == '\0')
		return;
	for (const char *start = users, *comma; start < end; start = skip_blanks(comma + 1)) {
		comma = find(start, ",");
		comma = comma < end ? comma : end;
		if (*start != '!')
			read_grants(result, start, comma, end);
	}
}

static bool is_alias_line(const char *at)
{
	size_t len = strcspn(at, BLANKS "=");

	return len > 6 && strncmp(at + len - 6, "_Alias", 6) == 0;
}

size_t sudoers_read(const char *bytes, size_t len, const struct sudoers_aliases *aliases, struct sudoers_finding *ret_findings, size_t max)
{
	struct result result = {.findings = ret_findings, .max = max, .aliases = aliases};
	struct reader r;

	begin(&r, bytes, len);
	while (next_line(&r)) {
		const char *at = skip_blanks(r.words);

		result.line = r.first;
		if (r.too_long)
			add(&result, SUDOERS_NOT_READ, "", "", "", "");
		else if (begins(at, "Defaults"))
			read_defaults(&result, at);
		else if (*at != '\0' && *at != '@' && !is_alias_line(at))
			read_rule(&result, at);
	}
	return result.count;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Goes through JavaScript word by word, knowing comments, strings and patterns. */
#include "polkit_rules.h"

#include <string.h>

#include "text.h"

static const char *const PROTECTED[] = {
	"org.freedesktop.systemd1.manage-units",	"org.freedesktop.systemd1.manage-unit-files", "org.freedesktop.systemd1.set-environment",
	"org.freedesktop.policykit.exec",		"org.freedesktop.packagekit.package-remove",  "org.freedesktop.packagekit.package-install-untrusted",
	"org.fedoraproject.FirewallD1.all",		"org.fedoraproject.FirewallD1.config",	      "org.fedoraproject.FirewallD1.direct",
	"org.fedoraproject.FirewallD1.policies",
};
#define PROTECTED_COUNT (sizeof PROTECTED / sizeof PROTECTED[0])

enum token_kind { TOKEN_END, TOKEN_WORD, TOKEN_STRING, TOKEN_SIGN };
struct token {
	enum token_kind kind;
	const char *start, *end; /* of a string without its quotes */
};

struct reader {
	const char *at, *end;
	unsigned line;
	bool may_be_pattern; /* a '/' here begins a pattern: what stands before it is no value */
};

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$' || (unsigned char)c >= 0x80;
}

static void step(struct reader *r)
{
	r->line += *r->at == '\n';
	r->at++;
}

static bool skip_comment(struct reader *r)
{
	bool block;

	if (r->end - r->at < 2 || *r->at != '/' || (r->at[1] != '/' && r->at[1] != '*'))
		return false;
	block = r->at[1] == '*';
	r->at += 2;
	while (r->at < r->end && (block ? !(r->end - r->at >= 2 && *r->at == '*' && r->at[1] == '/') : *r->at != '\n'))
		step(r);
	for (int i = 0; i < 2 && block && r->at < r->end; i++)
		step(r);
	return true;
}

/* Up to the closing sign; a string and a pattern end at a line's end, too, but for `...`. */
static struct token read_quoted(struct reader *r, char quote)
{
	struct token t = {.kind = TOKEN_STRING, .start = r->at + 1};

	step(r);
	while (r->at < r->end && *r->at != quote && (*r->at != '\n' || quote == '`')) {
		if (*r->at == '\\' && r->at + 1 < r->end)
			step(r);
		step(r);
	}
	t.end = r->at;
	if (r->at < r->end)
		step(r);
	return t;
}

static struct token next_token(struct reader *r)
{
	struct token t = {.kind = TOKEN_SIGN};

	while (r->at < r->end) {
		if (strchr(" \t\r\n", *r->at) != NULL) /* NUL too */
			step(r);
		else if (!skip_comment(r))
			break;
	}
	if (r->at >= r->end)
		return (struct token){.kind = TOKEN_END};
	if (*r->at == '"' || *r->at == '\'' || *r->at == '`' || (*r->at == '/' && r->may_be_pattern)) {
		t = read_quoted(r, *r->at);
		r->may_be_pattern = false;
		return t;
	}
	t.start = r->at;
	if (is_letter(*r->at)) {
		t.kind = TOKEN_WORD;
		while (r->at < r->end && is_letter(*r->at))
			r->at++;
	} else {
		step(r);
	}
	t.end = r->at;
	r->may_be_pattern = t.kind == TOKEN_SIGN && *t.start != ')' && *t.start != ']';
	return t;
}

static bool token_is(const struct token *t, enum token_kind kind, const char *word)
{
	return t->kind == kind && (size_t)(t->end - t->start) == strlen(word) && memcmp(t->start, word, strlen(word)) == 0;
}

/* A string that may name an action: its plain beginning, without what only patterns have. */
static void plain(const struct token *t, struct text *ret)
{
	for (const char *p = t->start; p < t->end && strchr("*+?[(|$", *p) == NULL; p++)
		if (*p != '\\' && *p != '^')
			text_add_char(ret, *p);
	while (ret->len > 0 && ret->buf[ret->len - 1] == '.')
		text_drop(ret, ret->len - 1);
}

/* What a rule's text shows. */
struct shown {
	bool yes, names_action;
	const char *action; /* of PROTECTED */
};

static void look_at_string(const struct token *t, struct shown *shown)
{
	char name[POLKIT_ACTION_MAX];
	struct text n;

	if (token_is(t, TOKEN_STRING, "yes"))
		shown->yes = true;
	TEXT_INTO(&n, name);
	plain(t, &n);
	if (n.len < 4 || n.overflow || (strncmp(name, "org.", 4) != 0 && strncmp(name, "com.", 4) != 0 && strcmp(name, "org") != 0))
		return;
	shown->names_action = true;
	for (size_t i = 0; i < PROTECTED_COUNT && shown->action == NULL; i++)
		if (strncmp(PROTECTED[i], name, n.len) == 0)
			shown->action = PROTECTED[i];
}

/* From behind the word addRule to the end of its parentheses. */
static struct shown look_at_rule(struct reader *r)
{
	struct shown shown = {0};
	struct token t;
	int depth = 0;

	do {
		t = next_token(r);
		if (token_is(&t, TOKEN_SIGN, "("))
			depth++;
		else if (token_is(&t, TOKEN_SIGN, ")"))
			depth--;
		else if (token_is(&t, TOKEN_WORD, "YES"))
			shown.yes = true;
		else if (t.kind == TOKEN_STRING)
			look_at_string(&t, &shown);
	} while (t.kind != TOKEN_END && depth > 0);
	return shown;
}

bool polkit_rules_grant(const char *bytes, size_t len, struct polkit_rule *ret_rule)
{
	struct reader r = {.at = bytes, .end = bytes + len, .line = 1, .may_be_pattern = true};
	struct text action;

	for (struct token t = next_token(&r); t.kind != TOKEN_END; t = next_token(&r)) {
		unsigned line = r.line;
		struct shown shown;

		if (!token_is(&t, TOKEN_WORD, "addRule"))
			continue;
		shown = look_at_rule(&r);
		if (!shown.yes || (shown.names_action && shown.action == NULL))
			continue;
		ret_rule->line = line;
		TEXT_INTO(&action, ret_rule->action);
		text_add(&action, shown.action != NULL ? shown.action : "");
		return true;
	}
	return false;
}

bool polkit_rules_any(const char *bytes, size_t len)
{
	struct reader r = {.at = bytes, .end = bytes + len, .line = 1, .may_be_pattern = true};

	for (struct token t = next_token(&r); t.kind != TOKEN_END; t = next_token(&r))
		if (token_is(&t, TOKEN_WORD, "addRule") || token_is(&t, TOKEN_WORD, "addAdminRule"))
			return true;
	return false;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of commands that change something. */
#include "suspect_command.h"

#include <string.h>

#include "text.h"

#define PATH_BYTES 1024

enum way {
	WAY_RULES, /* nftables' rules: the kernel says whose process it was */
	WAY_UNIT,  /* the units that its words name */
	WAY_OWN,   /* always the same thing */
	WAY_FILE,  /* the files that its words name; as root, since what we watch is root's */
	WAY_INTO,  /* the same, but only the last of them is written to */
};

#define WORDS_MAX 14
struct row {
	const char *program;
	enum way way;
	const char *own;
	const char *changes[WORDS_MAX]; /* one of these words must be there, of "--word-" one that begins so; none = all do */
};

#define SYSTEMCTL_WORDS \
	{"stop", "kill", "disable", "mask", "freeze", "restart", "try-restart", "reload", "reload-or-restart", "set-property", "edit", "revert", "clean"}
#define UFW_WORDS {"disable", "reset", "reload", "allow", "limit", "reject", "deny", "delete", "insert", "prepend", "route", "default"}
#define FIREWALLD_WORDS \
	{"--add-", "--remove-", "--set-", "--change-", "--new-", "--delete-", "--load-", "--panic-", "--reload", "--complete-reload", "--runtime-"}

static const struct row ROWS[] = {
	{"nft", WAY_RULES, NULL, {NULL}},
	{"iptables", WAY_RULES, NULL, {NULL}},
	{"ip6tables", WAY_RULES, NULL, {NULL}},
	{"iptables-nft", WAY_RULES, NULL, {NULL}},
	{"ip6tables-nft", WAY_RULES, NULL, {NULL}},
	{"iptables-restor", WAY_RULES, NULL, {NULL}},
	{"ip6tables-resto", WAY_RULES, NULL, {NULL}},
	{"systemctl", WAY_UNIT, NULL, SYSTEMCTL_WORDS},
	{"service", WAY_UNIT, NULL, {"stop", "restart", "try-restart", "reload", "force-reload"}},
	{"ufw", WAY_OWN, "ufw.service", UFW_WORDS},
	{"firewall-cmd", WAY_OWN, "firewalld.service", FIREWALLD_WORDS},
	{"firewall-offlin", WAY_OWN, "firewalld.service", FIREWALLD_WORDS},
	{"passwd", WAY_OWN, "/etc/shadow", {"-d", "--delete"}},
	{"usermod", WAY_OWN, "/etc/shadow", {"-p", "--password"}},
	{"useradd", WAY_OWN, "/etc/shadow", {"-p", "--password"}},
	{"chpasswd", WAY_OWN, "/etc/shadow", {NULL}},
	{"gpasswd", WAY_OWN, "/etc/group", {NULL}},
	{"usermod", WAY_OWN, "/etc/group", {NULL}},
	{"chmod", WAY_FILE, NULL, {NULL}},
	{"chown", WAY_FILE, NULL, {NULL}},
	{"cp", WAY_INTO, NULL, {NULL}},
	{"dd", WAY_FILE, NULL, {NULL}},
	{"ed", WAY_FILE, NULL, {NULL}},
	{"install", WAY_INTO, NULL, {NULL}},
	{"ln", WAY_FILE, NULL, {NULL}},
	{"mv", WAY_FILE, NULL, {NULL}},
	{"rm", WAY_FILE, NULL, {NULL}},
	{"sed", WAY_FILE, NULL, {"-i", "-Ei", "-ri", "--in-place"}},
	{"tee", WAY_FILE, NULL, {NULL}},
	{"touch", WAY_FILE, NULL, {NULL}},
	{"truncate", WAY_FILE, NULL, {NULL}},
	{"unlink", WAY_FILE, NULL, {NULL}},
};

/* Said with one of these, nothing of this computer is changed. */
static const char *const ELSEWHERE[] = {"-H", "--host", "-M", "--machine", "--root", "--user", "--dry-run", "--help", "--version"};

/* The next word, or NULL; the last one may lack its '\0', and is left out then. */
static const char *next_word(const struct suspect_command *c, size_t *at)
{
	const char *word = c->words + *at, *end = *at < c->len ? memchr(word, '\0', c->len - *at) : NULL;

	if (end == NULL)
		return NULL;
	*at += (size_t)(end - word) + 1;
	return word;
}

static bool is_said(const char *word, const char *asked)
{
	size_t len = strlen(asked);

	return len > 2 && strncmp(asked, "--", 2) == 0 ? strncmp(word, asked, len) == 0 : strcmp(word, asked) == 0;
}

static bool is_elsewhere(const struct suspect_command *c)
{
	const char *word;

	for (size_t at = 0; (word = next_word(c, &at)) != NULL;)
		for (size_t i = 0; i < sizeof ELSEWHERE / sizeof ELSEWHERE[0]; i++)
			if (is_said(word, ELSEWHERE[i]))
				return true;
	return false;
}

static bool says_change(const struct row *row, const struct suspect_command *c)
{
	const char *word;

	if (is_elsewhere(c))
		return false;
	if (row->changes[0] == NULL)
		return true;
	for (size_t at = 0; (word = next_word(c, &at)) != NULL;)
		for (size_t i = 0; i < WORDS_MAX && row->changes[i] != NULL; i++)
			if (is_said(word, row->changes[i]))
				return true;
	return false;
}

/* "clamav-daemon", "clamav-daemon.service" and "clamav*" are the same to systemctl. */
static bool is_unit(const char *word, const char *unit)
{
	size_t len = strlen(word);

	if (len > 1 && word[len - 1] == '*')
		return strncmp(word, unit, len - 1) == 0;
	return len > 0 && strncmp(word, unit, len) == 0 && (unit[len] == '\0' || strcmp(unit + len, ".service") == 0);
}

static bool names_unit(const struct suspect_command *c, const char *unit)
{
	const char *word;

	for (size_t at = 0; (word = next_word(c, &at)) != NULL;)
		if (is_unit(word, unit))
			return true;
	return false;
}

/* The path itself, or something below it. */
static bool is_within(const char *path, const char *name)
{
	size_t len = strlen(name);

	return strncmp(path, name, len) == 0 && (path[len] == '\0' || path[len] == '/');
}

static bool is_file(const struct suspect_command *c, const char *word, const char *name)
{
	char path[PATH_BYTES];
	struct text t;

	TEXT_INTO(&t, path);
	if (word[0] != '/' && c->folder[0] == '/')
		text_add_format(&t, "%s/", strcmp(c->folder, "/") == 0 ? "" : c->folder);
	text_add(&t, word);
	return text_end(&t) == 0 && is_within(path, name);
}

static bool names_file(const struct suspect_command *c, const char *name, bool last)
{
	const char *word;
	bool named = false;

	for (size_t at = 0; (word = next_word(c, &at)) != NULL;)
		named = is_file(c, word, name) || (named && !last);
	return named;
}

bool suspect_command_is_known(const char *program)
{
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++)
		if (strcmp(ROWS[i].program, program) == 0)
			return true;
	return false;
}

bool suspect_command_is_named(const char *program)
{
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++)
		if (ROWS[i].way == WAY_RULES && strcmp(ROWS[i].program, program) == 0)
			return true;
	return false;
}

static bool row_names(const struct row *row, const struct suspect_command *c, const char *name)
{
	switch (row->way) {
	case WAY_RULES:
		return false;
	case WAY_UNIT:
		return name[0] != '/' && names_unit(c, name);
	case WAY_OWN:
		return is_within(row->own, name);
	case WAY_FILE:
	case WAY_INTO:
		return name[0] == '/' && c->root && names_file(c, name, row->way == WAY_INTO);
	}
	return false;
}

bool suspect_command_changes(const struct suspect_command *command, const char *name)
{
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++)
		if (strcmp(ROWS[i].program, command->program) == 0 && says_change(&ROWS[i], command) && row_names(&ROWS[i], command, name))
			return true;
	return false;
}

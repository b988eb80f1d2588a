/* SPDX-License-Identifier: BSD-2-Clause */
/* Where login screens and terminals keep that they let somebody in without asking. */
#include "automatic_login.h"

#include <string.h>

#include "caseless.h"

#define GDM(pattern) \
	{"gdm", pattern, "[daemon]", "AutomaticLoginEnable", "true", NULL}, {"gdm", pattern, "[daemon]", "TimedLoginEnable", "true", NULL}
#define LIGHTDM(pattern) \
	{"lightdm", pattern, NULL, "autologin-user", NULL, NULL}, {"lightdm", pattern, NULL, "autologin-guest", "true", NULL}
#define SDDM(pattern) {"sddm", pattern, "[Autologin]", "User", NULL, NULL}
#define GETTY(pattern) \
	{"getty", pattern, NULL, NULL, NULL, "--autologin"}, {"getty", pattern, NULL, NULL, NULL, " -a "}, {"getty", pattern, NULL, NULL, NULL, "--skip-login"}, \
		{"getty", pattern, NULL, NULL, NULL, "login -f"}

static const struct automatic_login_row ROWS[] = {
	GDM("/etc/gdm3/daemon.conf"),
	GDM("/etc/gdm3/custom.conf"),
	LIGHTDM("/etc/lightdm/lightdm.conf"),
	LIGHTDM("/etc/lightdm/lightdm.conf.d/*.conf"),
	LIGHTDM("/etc/xdg/lightdm/lightdm.conf.d/*.conf"),
	LIGHTDM("/usr/share/lightdm/lightdm.conf.d/*.conf"),
	SDDM("/etc/sddm.conf"),
	SDDM("/etc/sddm.conf.d/*"),
	SDDM("/usr/lib/sddm/sddm.conf.d/*"),
	{"lxdm", "/etc/lxdm/lxdm.conf", "[base]", "autologin", NULL, NULL},
	{"slim", "/etc/slim.conf", NULL, "auto_login", "yes", NULL},
	{"nodm", "/etc/default/nodm", NULL, "NODM_ENABLED", "true", NULL},
	{"greetd", "/etc/greetd/config.toml", "[initial_session]", "user", NULL, NULL},
	GETTY("/etc/systemd/system/*getty*.service"),
	GETTY("/etc/systemd/system/*getty*.service.d/*.conf"),
	GETTY("/etc/systemd/system/autovt@*.service.d/*.conf"),
	GETTY("/run/systemd/system/*getty*.service.d/*.conf"),
	GETTY("/usr/lib/systemd/system/*getty*.service"),
	GETTY("/usr/lib/systemd/system/*getty*.service.d/*.conf"),
	/* A root shell on tty9, for people who mend a computer that does not start. */
	{"debug-shell", "/etc/systemd/system/*.wants/debug-shell.service", NULL, NULL, NULL, "/"},
};

const struct automatic_login_row *automatic_login_row(size_t index)
{
	return index < sizeof ROWS / sizeof ROWS[0] ? &ROWS[index] : NULL;
}

static const char *trim(const char *at, const char *end)
{
	while (at < end && (*at == ' ' || *at == '\t' || *at == '"' || *at == '\''))
		at++;
	return at;
}

static bool equals(const char *at, const char *end, const char *word)
{
	return caseless_is(at, (size_t)(end - at), word);
}

/* "key = value", "key=value" or "key value". */
static bool sets(const struct automatic_login_row *row, const char *line, const char *end)
{
	size_t len = strlen(row->key);
	const char *at;

	if ((size_t)(end - line) <= len || !caseless_begins(line, (size_t)(end - line), row->key))
		return false;
	at = line + len;
	if (*at != '=' && *at != ' ' && *at != '\t')
		return false;
	at = trim(at, end);
	if (at < end && *at == '=')
		at = trim(at + 1, end);
	while (end > at && strchr(" \t\r\"'", end[-1]) != NULL)
		end--;
	if (row->value != NULL)
		return equals(at, end, row->value);
	return at < end && !equals(at, end, "no") && !equals(at, end, "false");
}

static bool says_so(const struct automatic_login_row *row, const char *line, const char *end)
{
	static const char start[] = "ExecStart=";

	if (row->contains == NULL)
		return sets(row, line, end);
	return (size_t)(end - line) >= sizeof start && caseless_begins(line, (size_t)(end - line), start) &&
	       memmem(line, (size_t)(end - line), row->contains, strlen(row->contains)) != NULL;
}

unsigned automatic_login_line(const struct automatic_login_row *row, const char *bytes, size_t len)
{
	const char *last = bytes + len;
	bool inside = row->section == NULL;
	unsigned number = 1;

	for (const char *start = bytes, *end; start < last; start = end + 1, number++) {
		const char *line;

		end = memchr(start, '\n', (size_t)(last - start));
		end = end != NULL ? end : last;
		line = trim(start, end);
		if (line == end || *line == '#' || *line == ';')
			continue;
		if (row->section != NULL && *line == '[')
			inside = caseless_begins(line, (size_t)(end - line), row->section);
		else if (inside && says_so(row, line, end))
			return number;
	}
	return 0;
}

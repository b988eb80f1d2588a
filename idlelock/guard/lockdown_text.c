/* SPDX-License-Identifier: BSD-2-Clause */
/* The texts, one function a file. */
#include "lockdown_text.h"

#include <errno.h>
#include <string.h>

#include "policy_assignment.h"
#include "text.h"

#define MINUTE_S 60
#define MARK "Written by mutexctl apply from /etc/mutex/policy.conf; \"mutexctl remove\" takes it away. Do not edit."
#define PROFILE_LINE "system-db:mutex"
#define PROFILE_MARK "# Written by mutexctl apply."
#define KDE_GROUP "[Daemon]"

struct part {
	const struct lockdown_wish *wish;
	const char *now;
	size_t len;
	struct text *t;
};

/* Minutes, rounded up, and one at least: 0 means never to some of them. */
static int64_t minutes(int64_t seconds)
{
	int64_t m = (seconds + MINUTE_S - 1) / MINUTE_S;

	return m > 0 ? m : 1;
}

/* --- dconf --- */

enum unit { UNIT_CONSTANT, UNIT_AFTER_S, UNIT_AFTER_MIN, UNIT_GRACE_S, UNIT_GRACE_MIN, UNIT_ON_SUSPEND };

/* Paths and types as in the schemas of Debian 12's packages. */
static const struct key {
	const char *folder, *key;
	enum unit unit;
	const char *value; /* or its type, before the number */
} KEYS[] = {
	{"org/gnome/desktop/session", "idle-delay", UNIT_AFTER_S, "uint32 "},
	{"org/gnome/desktop/screensaver", "lock-enabled", UNIT_CONSTANT, "true"},
	{"org/gnome/desktop/screensaver", "idle-activation-enabled", UNIT_CONSTANT, "true"},
	{"org/gnome/desktop/screensaver", "lock-delay", UNIT_GRACE_S, "uint32 "},
	{"org/gnome/desktop/lockdown", "disable-lock-screen", UNIT_CONSTANT, "false"},
	{"org/mate/desktop/session", "idle-delay", UNIT_AFTER_MIN, ""},
	{"org/mate/screensaver", "lock-enabled", UNIT_CONSTANT, "true"},
	{"org/mate/screensaver", "idle-activation-enabled", UNIT_CONSTANT, "true"},
	{"org/mate/screensaver", "lock-delay", UNIT_GRACE_MIN, ""},
	{"org/mate/desktop/lockdown", "disable-lock-screen", UNIT_CONSTANT, "false"},
	{"org/cinnamon/desktop/session", "idle-delay", UNIT_AFTER_S, "uint32 "},
	{"org/cinnamon/desktop/screensaver", "lock-enabled", UNIT_CONSTANT, "true"},
	{"org/cinnamon/desktop/screensaver", "idle-activation-enabled", UNIT_CONSTANT, "true"},
	{"org/cinnamon/desktop/screensaver", "lock-delay", UNIT_GRACE_S, "uint32 "},
	{"org/cinnamon/desktop/lockdown", "disable-lock-screen", UNIT_CONSTANT, "false"},
	{"org/cinnamon/settings-daemon/plugins/power", "lock-on-suspend", UNIT_ON_SUSPEND, "true"},
};
#define KEY_COUNT (sizeof KEYS / sizeof KEYS[0])

static bool is_wanted(const struct key *key, const struct lockdown_wish *wish)
{
	return key->unit != UNIT_ON_SUSPEND || wish->on_suspend;
}

static void add_value(const struct key *key, const struct lockdown_wish *wish, struct text *t)
{
	text_add(t, key->value);
	switch (key->unit) {
	case UNIT_CONSTANT:
	case UNIT_ON_SUSPEND:
		return;
	case UNIT_AFTER_S:
		text_add_int(t, wish->after_s);
		return;
	case UNIT_AFTER_MIN:
		text_add_int(t, minutes(wish->after_s));
		return;
	case UNIT_GRACE_S:
		text_add_int(t, wish->grace_s);
		return;
	case UNIT_GRACE_MIN: /* not rounded up: the lock comes no later than the policy says */
		text_add_int(t, wish->grace_s / MINUTE_S);
		return;
	}
}

static void make_dconf_values(const struct part *p)
{
	const char *folder = "";

	text_add(p->t, "# " MARK "\n");
	for (size_t i = 0; i < KEY_COUNT; i++) {
		if (!is_wanted(&KEYS[i], p->wish))
			continue;
		if (strcmp(folder, KEYS[i].folder) != 0)
			text_add_format(p->t, "\n[%s]\n", KEYS[i].folder);
		folder = KEYS[i].folder;
		text_add_format(p->t, "%s=", KEYS[i].key);
		add_value(&KEYS[i], p->wish, p->t);
		text_add(p->t, "\n");
	}
}

static void make_dconf_locks(const struct part *p)
{
	text_add(p->t, "# " MARK "\n");
	for (size_t i = 0; i < KEY_COUNT; i++)
		if (is_wanted(&KEYS[i], p->wish))
			text_add_format(p->t, "/%s/%s\n", KEYS[i].folder, KEYS[i].key);
}

/* --- lines and groups of files that others write too --- */

static size_t line_length(const char *at, const char *end)
{
	const char *newline = memchr(at, '\n', (size_t)(end - at));

	return newline != NULL ? (size_t)(newline + 1 - at) : (size_t)(end - at);
}

static bool starts_with(const char *at, size_t len, const char *word)
{
	return len >= strlen(word) && strncmp(at, word, strlen(word)) == 0;
}

/* The line is the word, but for white space and what follows '#'. */
static bool line_is(const char *at, size_t len, const char *word)
{
	size_t n = strlen(word);

	while (len > 0 && (*at == ' ' || *at == '\t'))
		at++, len--;
	if (!starts_with(at, len, word))
		return false;
	return n == len || strchr(" \t\r\n#", at[n]) != NULL;
}

static void end_line(struct text *t)
{
	if (t->len > 0 && t->buf[t->len - 1] != '\n')
		text_add(t, "\n");
}

/* Our database comes last: dconf lets the lowest source that locks a key decide it. */
static void make_dconf_profile(const struct part *p)
{
	static const char whole[] = PROFILE_MARK "\nuser-db:user\n";
	const char *end = p->now + p->len;
	size_t len;

	for (const char *at = p->now; at < end; at += len) {
		len = line_length(at, end);
		if (!line_is(at, len, PROFILE_LINE))
			text_add_bytes(p->t, at, len);
	}
	end_line(p->t);
	if (p->wish->on && p->t->len == 0)
		text_add(p->t, whole);
	if (p->wish->on)
		text_add(p->t, PROFILE_LINE "\n");
	else if (strcmp(p->t->buf, whole) == 0)
		text_drop(p->t, 0);
}

/* At a person's first login: dconf takes this profile before what the person's environment names. %i is the uid. */
static void make_dconf_people(const struct part *p)
{
	text_add(p->t, "# " MARK "\n# dconf reads /run/dconf/user/UID before what DCONF_PROFILE names.\n[Service]\n"
		       "ExecStartPost=-/bin/mkdir -p -m 0755 /run/dconf /run/dconf/user\n"
		       "ExecStartPost=-/bin/ln -sfn /etc/dconf/profile/user /run/dconf/user/%i\n"
		       "ExecStopPost=-/bin/rm -f /run/dconf/user/%i\n");
}

/* "[Daemon]" and "[Daemon][$i]": KConfig takes a second group of that name as more of the first, so every one gives way to ours. */
static void make_kde(const struct part *p)
{
	const char *end = p->now + p->len;
	bool skips = false;
	size_t len;

	for (const char *at = p->now; at < end; at += len) {
		len = line_length(at, end);
		if (*at == '[')
			skips = starts_with(at, len, KDE_GROUP);
		if (!skips)
			text_add_bytes(p->t, at, len);
	}
	end_line(p->t);
	if (!p->wish->on)
		return;
	text_add(p->t, KDE_GROUP "[$i]\n# " MARK "\nAutolock=true\n");
	text_add_format(p->t, "Timeout=%lld\nLockGrace=%lld\n", (long long)minutes(p->wish->after_s), (long long)p->wish->grace_s);
	text_add(p->t, "Lock=true\nRequirePassword=true\n");
	text_add_format(p->t, "LockOnResume=%s\n", p->wish->on_suspend ? "true" : "false");
}

/* --- whole files --- */

#define XFCE_HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- " MARK " -->\n"
#define XFCE_TRUE(name) "<property name=\"" name "\" type=\"bool\" value=\"true\" locked=\"*\"/>\n"
#define XFCE_FALSE(name) "<property name=\"" name "\" type=\"bool\" value=\"false\" locked=\"*\"/>\n"
#define XFCE_DELAY "<property name=\"delay\" type=\"int\" value=\"%lld\" locked=\"*\"/>\n"

static void make_xfce_saver(const struct part *p)
{
	text_add(p->t, XFCE_HEAD "<channel name=\"xfce4-screensaver\" version=\"1.0\">\n"
		       "<property name=\"saver\" type=\"empty\">\n" XFCE_TRUE("enabled") XFCE_FALSE("fullscreen-inhibit")
		       "<property name=\"idle-activation\" type=\"empty\">\n" XFCE_TRUE("enabled"));
	text_add_format(p->t, XFCE_DELAY, (long long)minutes(p->wish->after_s));
	text_add(p->t, "</property>\n</property>\n<property name=\"lock\" type=\"empty\">\n" XFCE_TRUE("enabled")
		       "<property name=\"saver-activation\" type=\"empty\">\n" XFCE_TRUE("enabled"));
	text_add_format(p->t, XFCE_DELAY, (long long)(p->wish->grace_s / MINUTE_S));
	text_add(p->t, "</property>\n");
	if (p->wish->on_suspend)
		text_add(p->t, XFCE_TRUE("sleep-activation"));
	text_add(p->t, "</property>\n</channel>\n");
}

static void make_xfce_power(const struct part *p)
{
	text_add(p->t, XFCE_HEAD "<channel name=\"xfce4-power-manager\" version=\"1.0\">\n<property name=\"xfce4-power-manager\" type=\"empty\">\n"
		       XFCE_FALSE("presentation-mode"));
	if (p->wish->on_suspend)
		text_add(p->t, XFCE_TRUE("lock-screen-suspend-hibernate"));
	text_add(p->t, "</property>\n</channel>\n");
}

static void make_logind(const struct part *p)
{
	text_add(p->t, "# " MARK "\n# Sleep waits for the proof of the lock, and the whole ladder takes up to 10 s; logind's own limit is 5 s.\n"
		       "[Login]\nInhibitDelayMaxSec=15\n");
}

#define UNLOCK_RULES(verb) \
	"    <" verb " send_destination=\"org.freedesktop.login1\" send_interface=\"org.freedesktop.login1.Manager\" send_member=\"UnlockSession\"/>\n" \
	"    <" verb " send_destination=\"org.freedesktop.login1\" send_interface=\"org.freedesktop.login1.Manager\" send_member=\"UnlockSessions\"/>\n" \
	"    <" verb " send_destination=\"org.freedesktop.login1\" send_interface=\"org.freedesktop.login1.Session\" send_member=\"Unlock\"/>\n"

static void make_dbus(const struct part *p)
{
	text_add(p->t, "<?xml version=\"1.0\"?>\n<!DOCTYPE busconfig PUBLIC \"-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN\"\n"
		       " \"http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd\">\n<!-- " MARK "\n"
		       "     logind lets everybody unlock his own session without a question, from a remote shell too, and desktops obey. Display managers,\n"
		       "     which do so after they have asked, are root. -->\n<busconfig>\n  <policy context=\"default\">\n" UNLOCK_RULES("deny")
		       "  </policy>\n  <policy user=\"root\">\n" UNLOCK_RULES("allow") "  </policy>\n</busconfig>\n");
}

static void make_polkit(const struct part *p)
{
	text_add(p->t, "// " MARK "\n"
		       "// Others' sessions: an administrator's password each time, also where it was given a moment ago.\n"
		       "polkit.addRule(function (action, subject) {\n"
		       "\tvar others = [\"org.freedesktop.login1.lock-sessions\", \"org.freedesktop.login1.manage\",\n"
		       "\t\t\"org.freedesktop.login1.set-wall-message\", \"org.freedesktop.login1.set-user-linger\"];\n"
		       "\tif (others.indexOf(action.id) >= 0)\n"
		       "\t\treturn polkit.Result.AUTH_ADMIN;\n"
		       "});\n"
		       "// Our own services: root alone, never by a question to somebody else's agent.\n"
		       "polkit.addRule(function (action, subject) {\n"
		       "\tvar unit = action.lookup(\"unit\");\n"
		       "\tif (action.id == \"org.freedesktop.systemd1.manage-units\" && unit && /^(idlelock|mutex-)/.test(unit))\n"
		       "\t\treturn polkit.Result.NO;\n"
		       "});\n");
}

/* "a, b" as JavaScript; what JSON writes as a string is one there, too. */
static void add_names(const struct word_list *list, char kind, struct text *t)
{
	bool first = true;

	text_add(t, "[");
	for (size_t i = 0; i < list->count; i++) {
		const char *word = list->words[i];

		if ((*word == '@') != (kind == '@'))
			continue;
		text_add(t, first ? "" : ", ");
		text_add_json(t, word + (kind == '@'), strlen(word) - (kind == '@'));
		first = false;
	}
	text_add(t, "]");
}

/* polkit asks the rules in the order of the files' names: nobody's is before ours. Old engines: no let, no arrow. */
static void make_guard(const struct part *p)
{
	text_add(p->t, "// " MARK "\n"
		       "// Stops: people who are not root, administrators' own desktops among them, from stopping, killing, changing, enabling, disabling and\n"
		       "// masking the services that are controls, from changing firewalld, and from removing packages; and people who are no administrators\n"
		       "// from becoming root by pkexec, run0 and systemd-run.\n"
		       "// Does not stop: root, of whom polkit is never asked; so whoever may use sudo for everything. mutex-guardd puts that right and tells it.\n"
		       "var mutexUnits = ");
	add_names(&p->wish->units, 'u', p->t);
	text_add(p->t, ";\nvar mutexGroups = ");
	add_names(&p->wish->admins, '@', p->t);
	text_add(p->t, ";\nvar mutexUsers = ");
	add_names(&p->wish->admins, 'u', p->t);
	text_add(p->t, ";\n"
		       "function mutexIsAdmin(subject) {\n"
		       "\tif (mutexGroups.length + mutexUsers.length == 0)\n\t\treturn true;\n"
		       "\tfor (var i = 0; i < mutexGroups.length; i++)\n\t\tif (subject.isInGroup(mutexGroups[i]))\n\t\t\treturn true;\n"
		       "\treturn mutexUsers.indexOf(subject.user) >= 0;\n"
		       "}\n"
		       "polkit.addRule(function (action, subject) {\n"
		       "\tvar unit = action.lookup(\"unit\"), verb = action.lookup(\"verb\");\n"
		       "\t// systemd 252 names no unit that is only made now; 257 says it in the question alone.\n"
		       "\tvar made = !unit || /transient/.test(action.lookup(\"polkit.message\"));\n"
		       "\tif (action.id == \"org.freedesktop.systemd1.manage-unit-files\" || action.id == \"org.freedesktop.systemd1.set-environment\" ||\n"
		       "\t    action.id == \"org.freedesktop.packagekit.package-remove\" ||\n"
		       "\t    (/^org\\.fedoraproject\\.FirewallD1\\./.test(action.id) && !/\\.info$/.test(action.id)))\n"
		       "\t\treturn polkit.Result.NO;\n"
		       "\tif (action.id == \"org.freedesktop.systemd1.manage-units\" && unit && verb != \"start\" &&\n"
		       "\t    (/^(idlelock|mutex-|ufw\\.|firewalld\\.|nftables\\.|netfilter-persistent\\.|clamav-|polkit\\.|dbus\\.|systemd-logind\\.)/.test(unit) ||\n"
		       "\t     mutexUnits.indexOf(unit) >= 0))\n"
		       "\t\treturn polkit.Result.NO;\n"
		       "\tif ((action.id == \"org.freedesktop.policykit.exec\" || (action.id == \"org.freedesktop.systemd1.manage-units\" && made)) &&\n"
		       "\t    !mutexIsAdmin(subject))\n"
		       "\t\treturn polkit.Result.NO;\n"
		       "});\n");
	if (p->wish->admins.count == 0)
		return;
	text_add(p->t, "// Whose password is asked for where one of an administrator is.\n"
		       "polkit.addAdminRule(function (action, subject) {\n"
		       "\tvar names = [];\n"
		       "\tfor (var i = 0; i < mutexGroups.length; i++)\n\t\tnames.push(\"unix-group:\" + mutexGroups[i]);\n"
		       "\tfor (var k = 0; k < mutexUsers.length; k++)\n\t\tnames.push(\"unix-user:\" + mutexUsers[k]);\n"
		       "\treturn names;\n"
		       "});\n");
}

static void make_mesg(const struct part *p)
{
	text_add(p->t, "# " MARK "\n# Others may not write on this terminal with wall or write.\n"
		       "if [ -t 0 ] && [ -x /usr/bin/mesg ]; then /usr/bin/mesg n 2>/dev/null || true; fi\n");
}

/* --- together --- */

static const struct row {
	const char *id, *path;
	enum lockdown_way way;
	const char *what;
} ROWS[LOCKDOWN_FILE_MAX] = {
#define LOCKDOWN_ROW(id, path_, way_, what_) [LOCKDOWN_##id] = {#id, path_, way_, what_},
	LOCKDOWN_FILES(LOCKDOWN_ROW)
#undef LOCKDOWN_ROW
};

static void (*const MAKERS[LOCKDOWN_FILE_MAX])(const struct part *p) = {
	[LOCKDOWN_DCONF_VALUES] = make_dconf_values,
	[LOCKDOWN_DCONF_LOCKS] = make_dconf_locks,
	[LOCKDOWN_DCONF_PROFILE] = make_dconf_profile,
	[LOCKDOWN_DCONF_DB] = NULL,
	[LOCKDOWN_DCONF_PEOPLE] = make_dconf_people,
	[LOCKDOWN_KDE] = make_kde,
	[LOCKDOWN_XFCE_SAVER] = make_xfce_saver,
	[LOCKDOWN_XFCE_POWER] = make_xfce_power,
	[LOCKDOWN_LOGIND] = make_logind,
	[LOCKDOWN_DBUS] = make_dbus,
	[LOCKDOWN_POLKIT] = make_polkit,
	[LOCKDOWN_GUARD] = make_guard,
	[LOCKDOWN_MESG] = make_mesg,
};

const char *lockdown_id(enum lockdown_file file)
{
	return ROWS[file].id;
}

const char *lockdown_path(enum lockdown_file file)
{
	return ROWS[file].path;
}

enum lockdown_way lockdown_way(enum lockdown_file file)
{
	return ROWS[file].way;
}

const char *lockdown_what(enum lockdown_file file)
{
	return ROWS[file].what;
}

bool lockdown_is_dconf(enum lockdown_file file)
{
	return file == LOCKDOWN_DCONF_VALUES || file == LOCKDOWN_DCONF_LOCKS || file == LOCKDOWN_DCONF_PROFILE || file == LOCKDOWN_DCONF_DB ||
	       file == LOCKDOWN_DCONF_PEOPLE;
}

bool lockdown_is_desktops(enum lockdown_file file)
{
	return lockdown_is_dconf(file) || file == LOCKDOWN_KDE || file == LOCKDOWN_XFCE_SAVER || file == LOCKDOWN_XFCE_POWER;
}

static void settings_of(const struct policy *policy, const char *control, struct settings *ret)
{
	const struct policy_names names = {.control = control};

	policy_resolve_for(policy, NULL, &names, ret);
}

static void wish_for_guard(const struct policy *policy, struct lockdown_wish *wish)
{
	struct settings settings;

	settings_of(policy, "self", &settings);
	wish->guard = settings.control_mode == CONTROL_MODE_REPAIR || settings.control_mode == CONTROL_MODE_GATE;
	settings_of(policy, "auth", &settings);
	wish->admins = settings.control_admins;
	settings_of(policy, "units", &settings);
	wish->units = settings.control_units;
}

bool lockdown_is_wanted(enum lockdown_file file, const struct lockdown_wish *wish)
{
	return file == LOCKDOWN_GUARD ? wish->guard : wish->on;
}

struct lockdown_wish lockdown_wish_of(const struct policy *policy)
{
	struct lockdown_wish wish = {0};
	struct settings settings;

	wish_for_guard(policy, &wish);
	policy_resolve(policy, NULL, &settings);
	if (settings.lock_mode != MODE_ENFORCE)
		return wish;
	wish.on = true;
	wish.after_s = settings.lock_after;
	wish.grace_s = settings.lock_grace;
	wish.on_suspend = settings.lock_on_suspend;
	for (size_t i = 0; i < policy->count; i++) {
		const struct policy_assignment *a = &policy->assignments[i];

		if (a->who == NULL || policy_assignment_is_dead(policy, i))
			continue;
		if (a->keyword == KEYWORD_lock_after && a->value.number > wish.after_s)
			wish.after_s = a->value.number;
		if (a->keyword == KEYWORD_lock_grace && a->value.number > wish.grace_s)
			wish.grace_s = a->value.number;
	}
	return wish;
}

int lockdown_make(enum lockdown_file file, const struct lockdown_wish *wish, const char *now, size_t len, struct text *t)
{
	struct part p = {.wish = wish, .now = now != NULL ? now : "", .len = now != NULL ? len : 0, .t = t};

	if (lockdown_is_wanted(file, wish) || ROWS[file].way == LOCKDOWN_MERGED)
		MAKERS[file](&p);
	return text_end(t);
}

bool lockdown_is_ours(const char *bytes, size_t len)
{
	static const char mark[] = MARK, line[] = PROFILE_LINE;

	return bytes != NULL && (memmem(bytes, len, mark, sizeof mark - 1) != NULL || memmem(bytes, len, line, sizeof line - 1) != NULL);
}

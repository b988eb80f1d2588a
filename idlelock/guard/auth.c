/* SPDX-License-Identifier: BSD-2-Clause */
/* The judge of control "auth", its watches and its repair. */
#include "auth.h"

#include <string.h>

#include "kernel_line.h"
#include "polkit_rules.h"
#include "sshd_loose.h"
#include "sudoers.h"
#include "text.h"

#define ARGUMENT_BYTES 200
#define FINDINGS_MAX 64
#define HOMES_INTERVAL_S 600
/* Our rules of polkit: what sorts before them is asked first. */
#define OUR_RULES "00-mutex-guard.rules"

struct hearing {
	const struct settings *settings;
	struct arena *arena;
	struct control_verdict *verdict;
	size_t more;
};

/* --- telling --- */

static const char *escape(const char *s, size_t len, struct arena *arena)
{
	char buffer[ARGUMENT_BYTES];
	const char *copy;
	struct text t;

	TEXT_INTO(&t, buffer);
	text_add_escaped_cut(&t, s, len, ARGUMENT_BYTES - 1);
	copy = arena_copy(arena, buffer, t.len);
	return copy != NULL ? copy : "?";
}

static const char *whole(const char *s, struct arena *arena)
{
	return escape(s, strlen(s), arena);
}

/* "/etc/sudoers:12" */
static const char *place(const struct auth_file *f, unsigned line, struct arena *arena)
{
	char buffer[ARGUMENT_BYTES];
	struct text t;

	TEXT_INTO(&t, buffer);
	text_add_escaped_cut(&t, f->path, strlen(f->path), ARGUMENT_BYTES - 16);
	text_add_format(&t, ":%u", f->line + line);
	return whole(buffer, arena);
}

static bool is_accepted(const struct hearing *h, const char *subject)
{
	const struct word_list *accept = &h->settings->control_accept;

	for (size_t i = 0; i < accept->count; i++)
		if (strcmp(accept->words[i], subject) == 0)
			return true;
	return false;
}

/* subject: what `accept` would name. */
static void tell(struct hearing *h, const char *subject, enum message_id id, const char *a, const char *b)
{
	struct control_reason reason = {.id = id, .arguments = {a, b}, .count = b != NULL ? 2 : a != NULL ? 1 : 0};

	if (is_accepted(h, subject))
		return;
	if (id != MESSAGE_AUTH_UNREADABLE)
		h->verdict->state = POSTURE_VIOLATED;
	else if (h->verdict->state == POSTURE_OK)
		h->verdict->state = POSTURE_UNKNOWN;
	if (h->verdict->reason_count + 1 < CONTROL_REASONS_MAX)
		control_add_reason(h->verdict, &reason);
	else
		h->more++;
}

static void tell_more(struct hearing *h)
{
	char number[16];
	struct control_reason reason = {.id = MESSAGE_AUTH_MORE, .count = 1};
	struct text t;

	TEXT_INTO(&t, number);
	text_add_int(&t, (int64_t)h->more);
	reason.arguments[0] = whole(number, h->arena);
	if (h->more > 0)
		control_add_reason(h->verdict, &reason);
}

/* --- sudoers --- */

bool auth_is_admin(const struct word_list *admins, const char *who)
{
	if (strcmp(who, "root") == 0 || strcmp(who, "#0") == 0)
		return true;
	if (admins->count == 0)
		return strcmp(who, "%sudo") == 0 || strcmp(who, "%admin") == 0;
	for (size_t i = 0; i < admins->count; i++) {
		const char *word = admins->words[i];

		if (*word == '@' ? *who == '%' && strcmp(word + 1, who + 1) == 0 : strcmp(word, who) == 0)
			return true;
	}
	return false;
}

static void judge_sudoers_finding(struct hearing *h, const struct auth_file *f, const struct sudoers_finding *finding)
{
	const char *where = place(f, finding->line, h->arena);

	switch (finding->kind) {
	case SUDOERS_NO_PASSWORD:
		tell(h, f->path, MESSAGE_AUTH_SUDO_NO_PASSWORD, where, whole(finding->who, h->arena));
		break;
	case SUDOERS_SETTING:
		tell(h, f->path, MESSAGE_AUTH_SUDO_SETTING, where, whole(finding->what, h->arena));
		break;
	case SUDOERS_EVERYTHING:
		if (!auth_is_admin(&h->settings->control_admins, finding->who))
			tell(h, f->path, MESSAGE_AUTH_SUDO_EVERYTHING, where, whole(finding->who, h->arena));
		break;
	case SUDOERS_NOT_READ:
		tell(h, f->path, MESSAGE_AUTH_UNREADABLE, where, NULL);
		break;
	case SUDOERS_KIND_MAX:
		break;
	}
}

static void judge_sudoers(struct hearing *h, const struct auth_facts *facts)
{
	struct sudoers_aliases aliases = {0};

	for (size_t i = 0; i < facts->file_count; i++)
		if (facts->files[i].kind == AUTH_SUDOERS && facts->files[i].bytes != NULL)
			sudoers_find_aliases(facts->files[i].bytes, facts->files[i].len, &aliases);
	for (size_t i = 0; i < facts->file_count; i++) {
		const struct auth_file *f = &facts->files[i];
		struct sudoers_finding findings[FINDINGS_MAX];
		size_t count;

		if (f->kind != AUTH_SUDOERS || f->bytes == NULL)
			continue;
		count = sudoers_read(f->bytes, f->len, &aliases, findings, FINDINGS_MAX);
		for (size_t k = 0; k < count && k < FINDINGS_MAX; k++)
			judge_sudoers_finding(h, f, &findings[k]);
		h->more += count > FINDINGS_MAX ? count - FINDINGS_MAX : 0;
	}
}

/* --- sshd --- */

static void judge_sshd(struct hearing *h, const struct auth_facts *facts)
{
	const struct auth_file *first = NULL;
	struct sshd_loose s = {0};

	for (size_t i = 0; i < facts->file_count; i++) {
		const struct auth_file *f = &facts->files[i];
		unsigned number = 1;

		if (f->kind != AUTH_SSHD || f->bytes == NULL)
			continue;
		first = first != NULL ? first : f;
		sshd_loose_enter(&s, f->depth);
		for (const char *line = f->bytes, *end; line < f->bytes + f->len; line = end + 1, number++) {
			end = memchr(line, '\n', (size_t)(f->bytes + f->len - line));
			end = end != NULL ? end : f->bytes + f->len;
			if (sshd_loose_line(&s, line, end))
				tell(h, f->path, MESSAGE_AUTH_SSHD, place(f, number, h->arena),
				     escape(line + strspn(line, " \t"), (size_t)(end - line) - strspn(line, " \t"), h->arena));
		}
	}
	if (first != NULL && !sshd_loose_knows_pam(&s))
		tell(h, first->path, MESSAGE_AUTH_SSHD, first->path, "UsePAM no");
}

/* --- the others --- */

static void judge_polkit(struct hearing *h, const struct auth_file *f)
{
	const char *slash = strrchr(f->path, '/');
	struct polkit_rule rule;

	if (slash != NULL && strcmp(slash + 1, OUR_RULES) < 0 && polkit_rules_any(f->bytes, f->len))
		tell(h, f->path, MESSAGE_AUTH_POLKIT_FIRST, whole(f->path, h->arena), NULL);
	if (!polkit_rules_grant(f->bytes, f->len, &rule))
		return;
	if (rule.action[0] != '\0')
		tell(h, f->path, MESSAGE_AUTH_POLKIT, place(f, rule.line, h->arena), whole(rule.action, h->arena));
	else
		tell(h, f->path, MESSAGE_AUTH_POLKIT_ANY, place(f, rule.line, h->arena), NULL);
}

static void judge_kernel(struct hearing *h, const struct auth_file *f, const char *at, const char *end, unsigned line)
{
	const char *word;
	size_t len;

	while ((word = kernel_line_next(&at, end, &len)) != NULL) {
		const char *shown = escape(word, len, h->arena);

		if (!is_accepted(h, shown))
			tell(h, f->path, MESSAGE_AUTH_KERNEL, line > 0 ? place(f, line, h->arena) : f->path, shown);
	}
}

/* Lines that GRUB gives to the kernel. */
static void judge_boot_loader(struct hearing *h, const struct auth_file *f)
{
	static const char start[] = "GRUB_CMDLINE_LINUX";
	const char *last = f->bytes + f->len;
	unsigned number = 1;

	for (const char *line = f->bytes, *end; line < last; line = end + 1, number++) {
		end = memchr(line, '\n', (size_t)(last - line));
		end = end != NULL ? end : last;
		if ((size_t)(end - line) >= sizeof start && memcmp(line, start, sizeof start - 1) == 0)
			judge_kernel(h, f, line, end, number);
	}
}

static void judge_file(struct hearing *h, const struct auth_file *f)
{
	unsigned line;

	if (f->bytes == NULL) {
		tell(h, f->path, MESSAGE_AUTH_UNREADABLE, whole(f->path, h->arena), NULL);
		return;
	}
	switch (f->kind) {
	case AUTH_POLKIT:
		judge_polkit(h, f);
		break;
	case AUTH_AUTOMATIC:
		line = automatic_login_line(f->row, f->bytes, f->len);
		if (line > 0)
			tell(h, f->path, MESSAGE_AUTH_AUTOMATIC, place(f, line, h->arena), f->row->program);
		break;
	case AUTH_KERNEL:
		judge_kernel(h, f, f->bytes, f->bytes + f->len, 0);
		break;
	case AUTH_BOOT_LOADER:
		judge_boot_loader(h, f);
		break;
	case AUTH_SUDOERS: /* in one go, for the aliases */
	case AUTH_SSHD:	   /* in one go, for the blocks */
	case AUTH_FILE_KIND_MAX:
		break;
	}
}

/* --- passwords and keys --- */

bool auth_password_is_foreign(const struct auth_account *a)
{
	if (!a->usable || !a->compared || a->accepted)
		return false;
	/* A proper change is noted just before it is done: at midnight the day after is the same moment. */
	return !a->followed || (a->newest_day >= 0 && a->changed_day > a->newest_day + 1);
}

static void judge_accounts(struct hearing *h, const struct auth_facts *facts)
{
	for (size_t i = 0; i < facts->account_count; i++) {
		const struct auth_account *a = &facts->accounts[i];

		if (a->empty)
			tell(h, a->name, MESSAGE_AUTH_EMPTY_PASSWORD, whole(a->name, h->arena), NULL);
		else if (auth_password_is_foreign(a))
			tell(h, a->name, MESSAGE_AUTH_FOREIGN_PASSWORD, whole(a->name, h->arena), NULL);
	}
	if (facts->shadow_unreadable)
		tell(h, "/etc/shadow", MESSAGE_AUTH_UNREADABLE, "/etc/shadow", NULL);
}

/* A person's own keys are his to change; root's are not. */
static void judge_keys(struct hearing *h, const struct auth_facts *facts)
{
	for (size_t i = 0; i < facts->key_count; i++) {
		const struct auth_keys *k = &facts->keys[i];
		struct control_reason reason = {.id = MESSAGE_AUTH_KEYS, .count = 2};

		if (!k->changed)
			continue;
		reason.arguments[0] = whole(k->path, h->arena);
		reason.arguments[1] = whole(k->owner, h->arena);
		if (k->of_root)
			tell(h, k->path, MESSAGE_AUTH_KEYS, reason.arguments[0], reason.arguments[1]);
		else if (!is_accepted(h, k->path) && h->verdict->reason_count + 1 < CONTROL_REASONS_MAX)
			control_add_reason(h->verdict, &reason);
	}
}

static void judge_pam(struct hearing *h, const struct auth_facts *facts)
{
	if (!facts->lines_on)
		return;
	if (facts->pam_unreadable != NULL)
		tell(h, "/etc/pam.d", MESSAGE_AUTH_UNREADABLE, "/etc/pam.d", NULL);
	else if (facts->open_services > 0)
		tell(h, facts->open_service, MESSAGE_AUTH_PAM, whole(facts->open_service, h->arena), NULL);
}

struct control_verdict auth_judge(const void *facts, const struct settings *settings, struct arena *arena)
{
	const struct auth_facts *f = facts;
	struct control_verdict verdict = {.state = POSTURE_OK, .remedy = {.id = MESSAGE_AUTH_REMEDY}};
	struct hearing h = {.settings = settings, .arena = arena, .verdict = &verdict, .more = 0};

	judge_pam(&h, f);
	judge_accounts(&h, f);
	judge_sudoers(&h, f);
	judge_sshd(&h, f);
	for (size_t i = 0; i < f->file_count; i++)
		judge_file(&h, &f->files[i]);
	judge_keys(&h, f);
	if (f->more)
		h.more++;
	tell_more(&h);
	if (verdict.state == POSTURE_OK && f->nothing_accepted)
		control_add_reason(&verdict, &(struct control_reason){.id = MESSAGE_AUTH_NOTHING_ACCEPTED});
	return verdict;
}

/* --- watching and repairing --- */

void auth_watch(const struct settings *settings, struct arena *arena, struct control_watches *watches)
{
	static const char *const files[] = {
		"/etc/pam.d", "/usr/lib/pam.d", "/etc/sudoers", "/etc/sudoers.d", "/etc/ssh/sshd_config", "/etc/ssh/sshd_config.d",
		"/etc/polkit-1/rules.d", "/run/polkit-1/rules.d", "/usr/local/share/polkit-1/rules.d", "/usr/share/polkit-1/rules.d",
		"/etc/shadow", "/etc/gdm3", "/etc/lightdm", "/etc/lightdm/lightdm.conf.d", "/etc/sddm.conf", "/etc/sddm.conf.d",
		"/etc/systemd/system", "/etc/default/grub", "/etc/default/grub.d", "/etc/kernel/cmdline",
		"/root/.ssh", "/var/lib/mutex/accepted", "/var/lib/mutex/lines-on",
	};

	(void)settings;
	(void)arena;
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
		control_add_watch(watches, WATCH_FILE, files[i], 0);
	control_add_watch(watches, WATCH_INTERVAL, "keys in homes, which come and go, and files that an include elsewhere leads to", HOMES_INTERVAL_S);
}

/* Other programs' files are people's matter. */
void auth_repair(const void *facts, const struct settings *settings, struct arena *arena, struct control_repair *repair)
{
	static const char *const argv[] = {"/usr/sbin/mutexctl", "apply", "--yes", NULL};
	const struct auth_facts *f = facts;

	(void)settings;
	(void)arena;
	if (f->lines_on && f->open_services > 0)
		control_add_command(repair, "put the PAM lines right", argv);
}

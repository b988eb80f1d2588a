/* SPDX-License-Identifier: BSD-2-Clause */
/* What is wrong with a unit of systemd, and what puts it right. */
#include "unit.h"

#include <string.h>

#include "text.h"

#define PATH_BYTES 256
#define DPKG_LOCK "/var/lib/dpkg/lock-frontend"
#define LINKS "/etc/systemd/system"
#define CGROUP_OF_SYSTEM "/sys/fs/cgroup/system.slice/"
#define PUT_ASIDE ".put-aside" /* systemd reads files whose names end in .conf or in the suffix of a unit */

/* Each fault that a unit can have, the weightiest first. */
enum fault {
	FAULT_MISSING,
	FAULT_BROKEN,
	FAULT_MASKED,
	FAULT_INACTIVE,
	FAULT_DEAF,
	FAULT_FROZEN,
	FAULT_STOPPED,
	FAULT_CHANGED,
	FAULT_NOT_ENABLED,
	FAULT_NO_ELAPSE,
	FAULT_MAX
};

static bool is_one_of(const char *word, const char *const *words)
{
	for (; *words != NULL; words++)
		if (strcmp(word, *words) == 0)
			return true;
	return false;
}

static bool begins(const char *s, const char *start)
{
	return strncmp(s, start, strlen(start)) == 0;
}

static bool is_masked(const struct unit *u)
{
	return strcmp(u->load, "masked") == 0 || begins(u->file_state, "masked");
}

/* Started at each boot: by a link of its own, or by another unit that needs it. A unit of /run alone is gone then. */
static bool is_enabled(const struct unit *u)
{
	static const char *const states[] = {"enabled", "static", "alias", "indirect", "generated", NULL};

	return is_one_of(u->file_state, states);
}

static bool is_active(const struct unit *u)
{
	static const char *const states[] = {"active", "reloading", "refreshing", NULL};

	return is_one_of(u->active, states);
}

/* What crashed or was killed and is started again by systemd was not restarted by anybody. */
static bool is_being_restarted(const struct unit *u, const struct unit_setting *setting)
{
	static const char *const states[] = {"activating", "deactivating", NULL};
	int64_t since_s = u->left_s > 0 ? u->left_s : u->began_s;

	if (is_active(u) || since_s == 0 || setting->now_s - since_s > UNIT_RESTART_S)
		return false;
	return setting->upgrading || (is_one_of(u->active, states) && !begins(u->sub, "auto-restart"));
}

/* Debian's own packages write these when they are installed. */
static const char *const OF_PACKAGES[] = {"/etc/systemd/system/clamav-daemon.service.d/extend.conf", "/etc/systemd/system/clamav-daemon.socket.d/extend.conf",
					  NULL};

static bool is_known(const char *path, const struct word_list *files)
{
	if (is_one_of(path, OF_PACKAGES))
		return true;
	for (size_t i = 0; i < files->count; i++)
		if (strcmp(files->words[i], path) == 0)
			return true;
	return false;
}

static const char *unknown_file(const struct unit *u, const struct unit_setting *setting)
{
	for (size_t i = 0; i < u->file_count; i++)
		if (!is_known(u->files[i], setting->files))
			return u->files[i];
	return NULL;
}

/* While what it starts runs, the next time need not be fixed yet. */
static bool will_not_elapse(const struct unit *u, const struct unit_setting *setting)
{
	if (!unit_has_suffix(u->name, ".timer") || strcmp(u->active, "active") != 0 || strcmp(u->sub, "running") == 0)
		return false;
	return (u->elapse_s == 0 && u->elapse_monotonic_us == 0) || u->elapse_s > setting->now_s + UNIT_ELAPSE_MAX_S;
}

static bool has_fault(const struct unit *u, const struct unit_setting *setting, enum fault fault)
{
	bool missing = strcmp(u->load, "not-found") == 0, masked = is_masked(u);

	switch (fault) {
	case FAULT_MISSING:
		return missing;
	case FAULT_BROKEN:
		return !missing && !masked && strcmp(u->load, "loaded") != 0;
	case FAULT_MASKED:
		return masked;
	case FAULT_INACTIVE:
		return !missing && !is_active(u) && (masked || !is_being_restarted(u, setting));
	case FAULT_DEAF:
		return u->deaf;
	case FAULT_FROZEN:
		return begins(u->freezer, "freezing") || begins(u->freezer, "frozen");
	case FAULT_STOPPED:
		return u->stopped;
	case FAULT_CHANGED:
		return unknown_file(u, setting) != NULL;
	case FAULT_NOT_ENABLED:
		return !missing && !masked && !is_enabled(u);
	case FAULT_NO_ELAPSE:
		return will_not_elapse(u, setting);
	case FAULT_MAX:
		break;
	}
	return false;
}

/* --- words --- */

static const char *or_dash(const char *word)
{
	return word[0] != '\0' ? word : "-";
}

static struct control_reason describe(const struct unit *u, const struct unit_setting *setting, enum fault fault)
{
	static const enum message_id ids[FAULT_MAX] = {
		[FAULT_MISSING] = MESSAGE_UNIT_MISSING, [FAULT_BROKEN] = MESSAGE_UNIT_BROKEN,       [FAULT_MASKED] = MESSAGE_UNIT_MASKED,
		[FAULT_INACTIVE] = MESSAGE_UNIT_INACTIVE, [FAULT_FROZEN] = MESSAGE_UNIT_FROZEN,     [FAULT_STOPPED] = MESSAGE_UNIT_STOPPED,
		[FAULT_DEAF] = MESSAGE_UNIT_DEAF,
		[FAULT_CHANGED] = MESSAGE_UNIT_CHANGED, [FAULT_NOT_ENABLED] = MESSAGE_UNIT_NOT_ENABLED, [FAULT_NO_ELAPSE] = MESSAGE_UNIT_NO_ELAPSE,
	};
	struct control_reason reason = {.id = ids[fault], .arguments = {u->name}, .count = 1};
	const char *more = NULL;

	if (fault == FAULT_BROKEN)
		more = or_dash(u->load);
	else if (fault == FAULT_NOT_ENABLED)
		more = or_dash(u->file_state);
	else if (fault == FAULT_INACTIVE)
		more = or_dash(u->sub[0] != '\0' ? u->sub : u->active);
	else if (fault == FAULT_CHANGED)
		more = unknown_file(u, setting);
	else if (fault == FAULT_DEAF)
		more = u->listens;
	if (more != NULL)
		reason.arguments[reason.count++] = more;
	return reason;
}

bool unit_is_fine(const struct unit *u, const struct unit_setting *setting)
{
	for (enum fault fault = 0; fault < FAULT_MAX; fault++)
		if (has_fault(u, setting, fault))
			return false;
	return u->told;
}

bool unit_holds(const struct unit *u, const struct unit_setting *setting, struct control_verdict *verdict)
{
	if (!u->told)
		return false;
	for (enum fault fault = 0; fault < FAULT_MAX; fault++) {
		struct control_reason reason;

		if (!has_fault(u, setting, fault))
			continue;
		reason = describe(u, setting, fault);
		control_add_reason(verdict, &reason);
	}
	if (!unit_is_fine(u, setting))
		return false;
	if (is_being_restarted(u, setting))
		control_add_reason(verdict, &(struct control_reason){.id = MESSAGE_UNIT_RESTARTS, .arguments = {u->name}, .count = 1});
	return true;
}

/* --- plans --- */

static const char *join(const char *first, const char *second, const char *third, struct arena *arena)
{
	char buffer[PATH_BYTES];
	struct text t;

	TEXT_INTO(&t, buffer);
	text_add(&t, first);
	text_add(&t, second);
	text_add(&t, third);
	return text_end(&t) < 0 ? NULL : arena_copy(arena, buffer, t.len);
}

/* Nothing is lost: the file lies beside its place, under a name that systemd does not read. A unit that nobody else brings stays. */
static bool put_files_aside(const struct unit *u, const struct unit_setting *setting, struct arena *arena, struct control_repair *repair)
{
	static const char *const reload[] = {"/usr/bin/systemctl", "daemon-reload", NULL};
	bool any = false;

	for (size_t i = 0; i < u->file_count; i++) {
		const char *aside = join(u->files[i], PUT_ASIDE, "", arena);
		const char *const move[] = {"/usr/bin/mv", "-f", "--", u->files[i], aside, NULL};

		if (is_known(u->files[i], setting->files) || aside == NULL || (strcmp(u->files[i], u->fragment) == 0 && !u->packaged))
			continue;
		control_add_command(repair, "put aside what changes the unit", move);
		any = true;
	}
	if (any)
		control_add_command(repair, "let systemd read its units anew", reload);
	return any;
}

void unit_repair(const struct unit *u, const struct unit_setting *setting, struct arena *arena, struct control_repair *repair)
{
	const char *const restart[] = {"/usr/bin/systemctl", "restart", "--no-block", u->name, NULL};
	const char *const go_on[] = {"/usr/bin/systemctl", "kill", "--signal=SIGCONT", u->name, NULL};
	bool changed;

	if (unit_is_fine(u, setting) || !u->told)
		return;
	if (is_masked(u))
		control_add_step(repair, STEP_UNIT_UNMASK, u->name);
	changed = put_files_aside(u, setting, arena, repair);
	if (!is_enabled(u))
		control_add_step(repair, STEP_UNIT_ENABLE, u->name);
	if (has_fault(u, setting, FAULT_FROZEN) || u->stopped) /* the kernel's freezer may hold it without systemd's knowing */
		control_add_step(repair, STEP_UNIT_THAW, u->name);
	if (u->stopped)
		control_add_command(repair, "let the stopped processes go on", go_on);
	/* Of a socket that is masked while it listens systemd forgets the descriptor: it stays "active" and answers nobody. */
	if (changed || u->deaf || has_fault(u, setting, FAULT_NO_ELAPSE) || (is_masked(u) && unit_has_suffix(u->name, ".socket")))
		control_add_command(repair, "restart it as its package wants it", restart);
	else if (!is_active(u))
		control_add_step(repair, STEP_UNIT_START, u->name);
}

void unit_watch(const char *name, struct arena *arena, struct control_watches *watches)
{
	/* The folder, not its file cgroup.events: a new one is there after each start, and nobody is told of the old one's end but its parent. */
	const char *group = unit_has_suffix(name, ".service") ? join(CGROUP_OF_SYSTEM, name, "", arena) : NULL;

	control_add_watch(watches, WATCH_UNIT, name, 0);
	if (group != NULL)
		control_add_watch(watches, WATCH_FILE, group, 0);
}

void unit_watch_common(struct control_watches *watches)
{
	static const char *const files[] = {LINKS, LINKS "/multi-user.target.wants", LINKS "/sockets.target.wants", LINKS "/timers.target.wants", DPKG_LOCK};

	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
		control_add_watch(watches, WATCH_FILE, files[i], 0);
}

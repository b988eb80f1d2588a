/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads the environments of desktops' programs from /proc. */
#include "settings_dodge.h"

#include <dirent.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "command.h"
#include "file.h"
#include "number.h"
#include "pam_tree.h"
#include "record.h"
#include "text.h"

#define ENVIRONMENT_BYTES (64 * 1024)
#define SYSTEM_SETTINGS "/etc/xdg"

/* Names of programs in /usr that read settings of screens and locks. */
static const char *const READERS[] = {
	"gnome-shell", "gnome-session-binary", "gsd-power", "gsd-screensaver-proxy", "mate-session", "mate-screensaver", "mate-power-manager",
	"mate-settings-daemon", "cinnamon", "cinnamon-session-binary", "cinnamon-screensaver", "csd-power", "xfce4-session", "xfce4-screensaver",
	"xfce4-power-manager", "xfconfd", "kwin_x11", "kwin_wayland", "ksmserver", "kscreenlocker_greet", "org_kde_powerdevil", "plasmashell", "dconf-service",
};

/* --- what an environment says --- */

static bool is_value_of(const char *word, const char *name, const char **ret_value)
{
	size_t len = strlen(name);

	if (strncmp(word, name, len) != 0 || word[len] != '=')
		return false;
	*ret_value = word + len + 1;
	return true;
}

static bool names_folder(const char *folders, const char *folder)
{
	size_t len = strlen(folder);

	for (const char *at = folders; at != NULL; at = strchr(at, ':'), at = at != NULL ? at + 1 : NULL)
		if (strncmp(at, folder, len) == 0 && strchr(":/", at[len]) != NULL && strcspn(at, ":") <= len + 1)
			return true;
	return false;
}

static bool dodges(const char *word, bool mandatory)
{
	const char *value;

	if (is_value_of(word, "DCONF_PROFILE", &value))
		return !mandatory && value[0] != '\0' && strcmp(value, "user") != 0;
	if (is_value_of(word, "GSETTINGS_BACKEND", &value))
		return value[0] != '\0' && strcmp(value, "dconf") != 0;
	if (is_value_of(word, "XDG_CONFIG_DIRS", &value))
		return value[0] != '\0' && !names_folder(value, SYSTEM_SETTINGS);
	return false;
}

const char *settings_dodge_judge(const char *environment, size_t len, bool mandatory)
{
	const char *end = environment + len;

	for (const char *word = environment; word < end && memchr(word, '\0', (size_t)(end - word)) != NULL; word += strlen(word) + 1)
		if (dodges(word, mandatory))
			return word;
	return NULL;
}

/* --- processes --- */

static bool is_reader(int process, char *ret_program, size_t size)
{
	char exe[256];
	ssize_t len = readlinkat(process, "exe", exe, sizeof exe - 1);
	const char *name;
	struct text t;

	if (len <= 0)
		return false;
	exe[len] = '\0';
	name = strrchr(exe, '/');
	if (name == NULL)
		return false;
	for (size_t i = 0; i < sizeof READERS / sizeof READERS[0]; i++)
		if (strcmp(READERS[i], name + 1) == 0) {
			text_init(&t, ret_program, size);
			text_add(&t, READERS[i]);
			return true;
		}
	return false;
}

static bool has_mandatory_profile(const struct paths *paths, uid_t uid)
{
	char path[64], full[PAM_TREE_PATH_MAX];
	struct text t;

	TEXT_INTO(&t, path);
	text_add_format(&t, "/run/dconf/user/%u", uid);
	return text_end(&t) == 0 && pam_tree_path(&full, paths->root, path) == 0 && access(full, R_OK) == 0;
}

/* What does not fit is not asked: it is at the end, and no desktop has so much. */
static size_t read_environment(int process, char bytes[ENVIRONMENT_BYTES])
{
	int fd FILE_CLOSED = openat(process, "environ", O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	size_t len = 0;
	ssize_t n;

	while (fd >= 0 && len < ENVIRONMENT_BYTES && (n = read(fd, bytes + len, ENVIRONMENT_BYTES - len)) > 0)
		len += (size_t)n;
	return len;
}

static void look_at(const struct paths *paths, int proc, const char *name, struct settings_dodges *dodges)
{
	static char environment[ENVIRONMENT_BYTES];
	struct settings_dodge *dodge = &dodges->list[dodges->count];
	int process FILE_CLOSED = -1;
	const char *word;
	struct stat status;
	struct text t;
	int64_t pid;

	if (number_parse(name, strlen(name), 1, INT32_MAX, &pid) < 0)
		return;
	process = openat(proc, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (process < 0 || fstat(process, &status) < 0 || !is_reader(process, dodge->program, sizeof dodge->program))
		return;
	word = settings_dodge_judge(environment, read_environment(process, environment), has_mandatory_profile(paths, status.st_uid));
	if (word == NULL)
		return;
	dodge->uid = status.st_uid;
	dodge->pid = (pid_t)pid;
	TEXT_INTO(&t, dodge->variable);
	text_add_escaped_cut(&t, word, strlen(word), sizeof dodge->variable - 1);
	dodges->count++;
}

void settings_dodge_survey(const struct paths *paths, struct settings_dodges *ret)
{
	char path[PAM_TREE_PATH_MAX];
	const struct dirent *entry;
	DIR *proc;

	*ret = (struct settings_dodges){.count = 0};
	proc = pam_tree_path(&path, paths->root, "/proc") < 0 ? NULL : opendir(path);
	while (proc != NULL && ret->count < SETTINGS_DODGES_MAX && (entry = readdir(proc)) != NULL)
		look_at(paths, dirfd(proc), entry->d_name, ret);
	if (proc != NULL)
		(void)closedir(proc);
}

/* --- telling --- */

static const char *name_of(uid_t uid, char *bytes, size_t size)
{
	struct passwd entry, *found = NULL;

	return getpwuid_r(uid, &entry, bytes, size, &found) == 0 && found != NULL ? found->pw_name : NULL;
}

static bool is_first_of_person(const struct settings_dodges *dodges, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (dodges->list[k].uid == dodges->list[i].uid)
			return false;
	return true;
}

void settings_dodge_record(const struct paths *paths, const struct policy_loaded *loaded, const struct settings_dodges *dodges)
{
	for (size_t i = 0; i < dodges->count; i++) {
		const struct settings_dodge *d = &dodges->list[i];
		const char *reason = "environment";
		char detail[320], name[1024];
		struct record r = {.kind = RECORD_SETTINGS_DRIFT, .verdict = RECORD_WARNED, .time_s = clock_now_s(), .clause = "SC-1", .policy_hash = loaded->policy.hash,
				   .policy_state = policy_state_name(loaded->state), .user = name_of(d->uid, name, sizeof name), .reasons = &reason, .reason_count = 1,
				   .detail = detail};
		struct text t;

		if (!is_first_of_person(dodges, i))
			continue;
		TEXT_INTO(&t, detail);
		text_add_format(&t, "%s (%d) reads other settings than the system's: %s", d->program, (int)d->pid, d->variable);
		if (record_emit(&r, paths->journal, paths->syslog) < 0)
			(void)command_error("warning: this could not be recorded: neither the journal nor syslog took it");
	}
}

void settings_dodge_print(const struct settings_dodges *dodges)
{
	for (size_t i = 0; i < dodges->count; i++) {
		const struct settings_dodge *d = &dodges->list[i];
		char bytes[1024];
		const char *name = name_of(d->uid, bytes, sizeof bytes);

		printf("- %s: %s (%d) reads other settings than the system's: %s\n", name != NULL ? name : "somebody", d->program, (int)d->pid, d->variable);
	}
}

json_t *settings_dodge_to_json(const struct settings_dodges *dodges)
{
	json_t *array = json_array();

	for (size_t i = 0; i < dodges->count; i++) {
		const struct settings_dodge *d = &dodges->list[i];

		json_array_append_new(array, json_pack("{s:I, s:i, s:s, s:s}", "uid", (json_int_t)d->uid, "pid", (int)d->pid, "program", d->program, "variable", d->variable));
	}
	return array;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Looks at the files, writes them, and makes dconf, dbus and logind read them. */
#include "lockdown.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "apply_timer.h"
#include "child.h"
#include "clock.h"
#include "command.h"
#include "file.h"
#include "pam_tree.h"
#include "record.h"
#include "text.h"

#define DCONF "/usr/bin/dconf"
#define DCONF_SERVICE "/usr/libexec/dconf-service"
#define DCONF_FOLDER "/etc/dconf/db"
#define DCONF_KEYS "/etc/dconf/db/mutex.d"
#define DCONF_LOCKS "/etc/dconf/db/mutex.d/locks"
#define DCONF_PEOPLE "/etc/systemd/system/user-runtime-dir@.service.d"
#define STATE "/var/lib/mutex/lockdown"
#define SYSTEMCTL "/usr/bin/systemctl"
#define MODE 0644

static const struct {
	const char *name, *what;
} STANDINGS[LOCKDOWN_STANDING_MAX] = {
#define LOCKDOWN_STANDING_ROW(id, name_, what_) [LOCKDOWN_##id] = {name_, what_},
	LOCKDOWN_STANDINGS(LOCKDOWN_STANDING_ROW)
#undef LOCKDOWN_STANDING_ROW
};

const char *lockdown_standing_name(enum lockdown_standing standing)
{
	return STANDINGS[standing].name;
}

const char *lockdown_standing_what(enum lockdown_standing standing)
{
	return STANDINGS[standing].what;
}

/* --- files --- */

/* A file's bytes; none when it is not there. */
struct content {
	char *bytes;
	size_t len;
};
static void free_content(struct content *c)
{
	file_free(&c->bytes);
}
#define CONTENT_FREED __attribute__((cleanup(free_content)))

/* 0 also when it is not there. */
static int read_content(const struct paths *paths, const char *path, struct content *ret)
{
	int error = pam_tree_read(paths->root, path, &ret->bytes, &ret->len);

	return error == -ENOENT || error == -ENOTDIR ? 0 : error;
}

static bool is_same(const struct content *c, const struct text *t)
{
	return c->bytes != NULL ? c->len == t->len && memcmp(c->bytes, t->buf, t->len) == 0 : t->len == 0;
}

/* A folder that is there may be another's, as polkitd's is. */
static int write_file(const struct paths *paths, const char *path, const char *bytes, size_t len)
{
	char full[PAM_TREE_PATH_MAX], folder[PAM_TREE_PATH_MAX];
	struct stat st = {.st_mode = MODE};
	mode_t mode;
	int error = pam_tree_path(&full, paths->root, path);

	if (error < 0)
		return error;
	if (lstat(full, &st) < 0 && errno != ENOENT)
		return -errno;
	mode = st.st_mode & 07777;
	memcpy(folder, full, sizeof folder);
	*strrchr(folder, '/') = '\0';
	if (lstat(folder, &st) < 0)
		error = file_make_folder(folder, 0755, paths->owner);
	else if (!S_ISDIR(st.st_mode))
		error = -ENOTDIR;
	return error < 0 ? error : file_replace(full, bytes, len, mode);
}

static int put_content(const struct paths *paths, const char *path, const char *bytes, size_t len)
{
	return len > 0 ? write_file(paths, path, bytes, len) : pam_tree_remove(paths->root, path);
}

static void state_path(const char *folder, enum lockdown_file file, char (*ret)[PAM_TREE_PATH_MAX])
{
	struct text t;

	TEXT_INTO(&t, *ret);
	text_add_format(&t, STATE "/%s/%s", folder, lockdown_id(file));
}

/* --- how they stand --- */

static bool is_there(const struct paths *paths, const char *path)
{
	char full[PAM_TREE_PATH_MAX];
	struct stat st;

	return pam_tree_path(&full, paths->root, path) == 0 && lstat(full, &st) == 0;
}

static int run_dconf(const char *verb, const char *a, const char *b)
{
	const char *const argv[] = {DCONF, verb, a, b, NULL};
	char said[512] = "";
	struct child child = {.argv = argv, .keep_fd = -1, .output = said, .output_size = sizeof said};
	int status = child_run(&child);

	if (status == 0)
		return 0;
	said[strcspn(said, "\n")] = '\0';
	return command_error("%s %s failed: %s", DCONF, verb, status < 0 ? strerror(-status) : said);
}

/* The database that dconf makes of the key files, to compare: it makes the same bytes each time. */
static int compile(const struct paths *paths, struct content *ret)
{
	char scratch[PAM_TREE_SCRATCH_MAX], keys[PAM_TREE_PATH_MAX], out[PAM_TREE_PATH_MAX];
	int error = pam_tree_temporary(paths->root, &scratch);

	if (error < 0)
		return error;
	error = pam_tree_path(&keys, paths->root, DCONF_KEYS);
	if (error == 0)
		error = pam_tree_path(&out, scratch, "/db");
	if (error == 0 && run_dconf("compile", out, keys) != 0)
		error = -EIO;
	if (error == 0)
		error = pam_tree_read(scratch, "/db", &ret->bytes, &ret->len);
	pam_tree_delete(scratch);
	return error;
}

static enum lockdown_standing judge_database(const struct paths *paths, const struct lockdown_wish *wish)
{
	struct content now CONTENT_FREED = {0}, want CONTENT_FREED = {0};

	if (read_content(paths, lockdown_path(LOCKDOWN_DCONF_DB), &now) < 0)
		return LOCKDOWN_UNREADABLE;
	if (!wish->on)
		return now.bytes == NULL ? LOCKDOWN_FINE : LOCKDOWN_LEFT_OVER;
	if (now.bytes == NULL)
		return LOCKDOWN_MISSING;
	if (!is_there(paths, DCONF_KEYS) || compile(paths, &want) < 0)
		return LOCKDOWN_OUTDATED;
	return now.len == want.len && memcmp(now.bytes, want.bytes, now.len) == 0 ? LOCKDOWN_FINE : LOCKDOWN_OUTDATED;
}

/* Somebody else's doing, or a new policy: what apply wrote last is what it would write now. */
static enum lockdown_standing name_difference(const struct paths *paths, enum lockdown_file file, const struct lockdown_wish *wish, const struct content *now)
{
	struct content written CONTENT_FREED = {0};
	char path[PAM_TREE_PATH_MAX], bytes[LOCKDOWN_BYTES_MAX];
	struct text t;

	TEXT_INTO(&t, bytes);
	state_path("written", file, &path);
	if (!lockdown_is_wanted(file, wish))
		return LOCKDOWN_LEFT_OVER;
	if (read_content(paths, path, &written) == 0 && written.bytes != NULL && lockdown_make(file, wish, written.bytes, written.len, &t) == 0 &&
	    is_same(&written, &t))
		return LOCKDOWN_DRIFT;
	return now->bytes == NULL || written.bytes == NULL ? LOCKDOWN_MISSING : LOCKDOWN_OUTDATED;
}

static enum lockdown_standing judge_file(const struct paths *paths, enum lockdown_file file, const struct lockdown_wish *wish)
{
	struct content now CONTENT_FREED = {0};
	char bytes[LOCKDOWN_BYTES_MAX], path[PAM_TREE_PATH_MAX];
	struct text t;

	TEXT_INTO(&t, bytes);
	if (read_content(paths, lockdown_path(file), &now) < 0 || lockdown_make(file, wish, now.bytes, now.len, &t) < 0)
		return LOCKDOWN_UNREADABLE;
	if (is_same(&now, &t))
		return LOCKDOWN_FINE;
	state_path("written", file, &path);
	if (!lockdown_is_wanted(file, wish) && !is_there(paths, path) && !lockdown_is_ours(now.bytes, now.len))
		return LOCKDOWN_FINE; /* another's */
	return name_difference(paths, file, wish, &now);
}

/* Sessions that a display manager offers. */
static bool has_desktop(const struct paths *paths)
{
	return is_there(paths, "/usr/share/xsessions") || is_there(paths, "/usr/share/wayland-sessions");
}

static enum lockdown_standing judge(const struct paths *paths, enum lockdown_file file, const struct lockdown_wish *wish)
{
	if (lockdown_is_desktops(file) && wish->on && !has_desktop(paths) && !is_there(paths, lockdown_path(file)))
		return LOCKDOWN_ABSENT;
	if (lockdown_is_dconf(file) && wish->on && access(DCONF, X_OK) < 0)
		return is_there(paths, DCONF_SERVICE) ? LOCKDOWN_NO_DCONF : LOCKDOWN_ABSENT;
	return file == LOCKDOWN_DCONF_DB ? judge_database(paths, wish) : judge_file(paths, file, wish);
}

void lockdown_survey(const struct paths *paths, const struct lockdown_wish *wish, struct lockdown_survey *ret)
{
	*ret = (struct lockdown_survey){0};
	for (int i = 0; i < LOCKDOWN_FILE_MAX; i++) {
		enum lockdown_standing standing = judge(paths, (enum lockdown_file)i, wish);

		ret->standing[i] = standing;
		ret->wrong += standing != LOCKDOWN_FINE && standing != LOCKDOWN_ABSENT;
		ret->drifted += standing == LOCKDOWN_DRIFT;
	}
}

/* --- putting them right --- */

static int fail(const struct paths *paths, enum lockdown_file file, int error)
{
	return command_error("%s%s cannot be written: %s", paths->root, lockdown_path(file), error == -ELOOP ? "it is a link" : strerror(-error));
}

/* Another's file is kept before ours first takes its place. */
static int keep_aside(const struct paths *paths, enum lockdown_file file, const struct content *now)
{
	char kept[PAM_TREE_PATH_MAX], written[PAM_TREE_PATH_MAX];

	state_path("kept", file, &kept);
	state_path("written", file, &written);
	if (now->bytes == NULL || is_there(paths, written) || lockdown_is_ours(now->bytes, now->len))
		return 0;
	return write_file(paths, kept, now->bytes, now->len);
}

static int put_file(const struct paths *paths, enum lockdown_file file, const struct lockdown_wish *wish)
{
	struct content now CONTENT_FREED = {0};
	char bytes[LOCKDOWN_BYTES_MAX], written[PAM_TREE_PATH_MAX];
	struct text t;
	int error = read_content(paths, lockdown_path(file), &now);

	TEXT_INTO(&t, bytes);
	if (error == 0)
		error = lockdown_make(file, wish, now.bytes, now.len, &t);
	if (error == 0)
		error = keep_aside(paths, file, &now);
	if (error == 0)
		error = put_content(paths, lockdown_path(file), bytes, t.len);
	state_path("written", file, &written);
	if (error == 0)
		error = put_content(paths, written, bytes, t.len);
	return error < 0 ? fail(paths, file, error) : 0;
}

/* What take_out_file() has before it. */
struct leaving {
	struct content now, kept, written;
	char kept_path[PAM_TREE_PATH_MAX], written_path[PAM_TREE_PATH_MAX];
};
static void free_leaving(struct leaving *l)
{
	free_content(&l->now);
	free_content(&l->kept);
	free_content(&l->written);
}

static int read_leaving(const struct paths *paths, enum lockdown_file file, struct leaving *l)
{
	int error = read_content(paths, lockdown_path(file), &l->now);

	state_path("kept", file, &l->kept_path);
	state_path("written", file, &l->written_path);
	if (error == 0)
		error = read_content(paths, l->kept_path, &l->kept);
	return error < 0 ? error : read_content(paths, l->written_path, &l->written);
}

/* What was there before, if nobody changed it since; else what is left without our part. What apply never wrote stays. */
static int make_leaving(enum lockdown_file file, const struct leaving *l, struct text *t)
{
	static const struct lockdown_wish none = {0};
	struct text written = {.buf = l->written.bytes, .len = l->written.len};
	bool unchanged = l->written.bytes != NULL && l->now.bytes != NULL && is_same(&l->now, &written);

	if (l->kept.bytes != NULL && (unchanged || lockdown_way(file) != LOCKDOWN_MERGED))
		text_add_bytes(t, l->kept.bytes, l->kept.len);
	else if (l->written.bytes != NULL || lockdown_is_ours(l->now.bytes, l->now.len))
		return lockdown_make(file, &none, l->now.bytes, l->now.len, t);
	else if (l->now.bytes != NULL)
		text_add_bytes(t, l->now.bytes, l->now.len);
	return text_end(t);
}

static int take_out_file(const struct paths *paths, enum lockdown_file file)
{
	struct leaving l __attribute__((cleanup(free_leaving))) = {0};
	char bytes[LOCKDOWN_BYTES_MAX];
	struct text t;
	int error = read_leaving(paths, file, &l);

	TEXT_INTO(&t, bytes);
	if (error == 0)
		error = make_leaving(file, &l, &t);
	if (error == 0 && !is_same(&l.now, &t))
		error = put_content(paths, lockdown_path(file), bytes, t.len);
	if (error == 0)
		error = pam_tree_remove(paths->root, l.written_path);
	if (error == 0)
		error = pam_tree_remove(paths->root, l.kept_path);
	return error < 0 ? fail(paths, file, error) : 0;
}

static void remove_folders(const struct paths *paths)
{
	static const char *const folders[] = {DCONF_LOCKS, DCONF_KEYS, DCONF_PEOPLE, STATE "/kept", STATE "/written", STATE};
	char full[PAM_TREE_PATH_MAX];

	for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++)
		if (pam_tree_path(&full, paths->root, folders[i]) == 0)
			(void)rmdir(full); /* one that is not empty is another's */
}

static int compile_databases(const struct paths *paths)
{
	char folder[PAM_TREE_PATH_MAX], database[PAM_TREE_PATH_MAX];

	if (pam_tree_path(&folder, paths->root, DCONF_FOLDER) < 0 || pam_tree_path(&database, paths->root, lockdown_path(LOCKDOWN_DCONF_DB)) < 0 ||
	    run_dconf("update", folder, NULL) != 0)
		return COMMAND_FAILED;
	return chmod(database, MODE) < 0 ? command_error("%s: %s", database, strerror(errno)) : 0; /* made with root's umask, read by everybody */
}

static void run_systemctl(const char *a, const char *b, const char *c, const char *d)
{
	const char *const argv[] = {SYSTEMCTL, "--quiet", a, b, c, d, NULL};
	char said[256];
	struct child child = {.argv = argv, .keep_fd = -1, .output = said, .output_size = sizeof said};

	(void)child_run(&child);
}

/* polkitd and dbus watch their folders; dbus is told all the same, and logind knows SIGHUP (its unit has no reload on Debian 12). */
static void make_effective(const struct paths *paths, const bool *changed)
{
	if (*paths->root != '\0' || !apply_has_systemd(paths))
		return;
	if (changed[LOCKDOWN_DCONF_PEOPLE])
		run_systemctl("daemon-reload", NULL, NULL, NULL);
	if (changed[LOCKDOWN_DBUS])
		run_systemctl("reload", "dbus.service", NULL, NULL);
	if (changed[LOCKDOWN_LOGIND])
		run_systemctl("kill", "--signal=HUP", "systemd-logind.service", NULL);
}

static void record_drift(const struct paths *paths, const struct policy_loaded *loaded, const struct lockdown_survey *survey, bool is_right)
{
	char detail[1024];
	struct record r = {.kind = RECORD_SETTINGS_DRIFT, .verdict = RECORD_NOTED, .time_s = clock_now_s(), .clause = "LK-1", .policy_hash = loaded->policy.hash,
			   .policy_state = policy_state_name(loaded->state), .detail = detail};
	struct text t;

	TEXT_INTO(&t, detail);
	text_add(&t, is_right ? "Changed since mutexctl apply wrote them, and put right:" : "Changed since mutexctl apply wrote them; not everything could be put right:");
	for (int i = 0; i < LOCKDOWN_FILE_MAX; i++)
		if (survey->standing[i] == LOCKDOWN_DRIFT)
			text_add_format(&t, " %s", lockdown_path((enum lockdown_file)i));
	if (record_emit(&r, paths->journal, paths->syslog) < 0)
		(void)command_error("warning: the repair could not be recorded: neither the journal nor syslog took it");
}

static bool is_to_be_put(enum lockdown_standing standing)
{
	return standing != LOCKDOWN_FINE && standing != LOCKDOWN_ABSENT && standing != LOCKDOWN_NO_DCONF;
}

/* As the policy asks: written, or what was there before it was. */
static int settle_file(const struct paths *paths, enum lockdown_file file, const struct lockdown_wish *wish)
{
	bool wanted = lockdown_is_wanted(file, wish);

	if (file == LOCKDOWN_DCONF_DB) /* made of the others */
		return wanted || pam_tree_remove(paths->root, lockdown_path(file)) == 0 ? 0 : COMMAND_FAILED;
	return wanted ? put_file(paths, file, wish) : take_out_file(paths, file);
}

int lockdown_put(const struct paths *paths, const struct policy_loaded *loaded)
{
	struct lockdown_wish wish = lockdown_wish_of(&loaded->policy);
	bool changed[LOCKDOWN_FILE_MAX] = {false}, keys = false;
	struct lockdown_survey survey;
	int result = 0;

	if (!wish.on && !wish.guard)
		return lockdown_take_out(paths);
	lockdown_survey(paths, &wish, &survey);
	for (int i = 0; i < LOCKDOWN_FILE_MAX; i++) {
		enum lockdown_file file = (enum lockdown_file)i;

		if (!is_to_be_put(survey.standing[i]))
			continue;
		changed[i] = true;
		keys = keys || lockdown_is_dconf(file);
		if (settle_file(paths, file, &wish) != 0)
			result = COMMAND_FAILED;
	}
	if (!wish.on)
		remove_folders(paths);
	else if (keys && compile_databases(paths) != 0)
		result = COMMAND_FAILED;
	make_effective(paths, changed);
	if (survey.drifted > 0)
		record_drift(paths, loaded, &survey, result == 0);
	return result;
}

int lockdown_take_out(const struct paths *paths)
{
	static const struct lockdown_wish none = {0};
	bool changed[LOCKDOWN_FILE_MAX] = {false};
	struct lockdown_survey survey;
	int result = 0;

	lockdown_survey(paths, &none, &survey);
	for (int i = 0; i < LOCKDOWN_FILE_MAX; i++) {
		enum lockdown_file file = (enum lockdown_file)i;

		changed[i] = survey.standing[i] != LOCKDOWN_FINE;
		if (file == LOCKDOWN_DCONF_DB)
			(void)pam_tree_remove(paths->root, lockdown_path(file));
		else if (take_out_file(paths, file) != 0)
			result = COMMAND_FAILED;
	}
	remove_folders(paths);
	make_effective(paths, changed);
	return result;
}

/* --- telling --- */

void lockdown_print(const struct paths *paths, const struct lockdown_survey *survey)
{
	for (int i = 0; i < LOCKDOWN_FILE_MAX; i++) {
		enum lockdown_standing standing = survey->standing[i];

		if (standing != LOCKDOWN_FINE && standing != LOCKDOWN_ABSENT)
			printf("- %s%s: %s (%s)\n", paths->root, lockdown_path((enum lockdown_file)i), STANDINGS[standing].what,
			       lockdown_what((enum lockdown_file)i));
	}
}

json_t *lockdown_to_json(const struct lockdown_survey *survey)
{
	json_t *array = json_array();

	for (int i = 0; i < LOCKDOWN_FILE_MAX; i++)
		json_array_append_new(array, json_pack("{s:s, s:s, s:s}", "path", lockdown_path((enum lockdown_file)i), "standing",
						       STANDINGS[survey->standing[i]].name, "for", lockdown_what((enum lockdown_file)i)));
	return array;
}

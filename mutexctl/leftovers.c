/* SPDX-License-Identifier: BSD-2-Clause */
/* Looks for what a person leaves behind. One function for each kind of place; the table of kinds is at the end. */
#include "leftovers.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command.h"
#include "common.h"
#include "file.h"
#include "number.h"
#include "stream.h"
#include "text.h"

#define FOUND_MAX 200 /* of one kind; the rest is only counted */
#define WHAT_BYTES (PATH_MAX + 256)
#define LINE_BYTES 4096

struct search {
	const struct person_loaded *person;
	leftovers_fn found;
	void *context;
	const char *kind, *advice;
	size_t count; /* of this kind */
	size_t unseen;
};

static void tell(struct search *s, const char *what)
{
	char escaped[WHAT_BYTES];
	struct text t;

	if (s->count++ >= FOUND_MAX)
		return;
	TEXT_INTO(&t, escaped);
	text_add_escaped_cut(&t, what, strlen(what), sizeof escaped - 1);
	s->found(s->kind, escaped, s->advice, s->context);
}

static void not_seen(struct search *s, const char *path, int error)
{
	s->unseen++;
	(void)command_error("%s: cannot look there: %s", path, strerror(error));
}

/* In front of it --root. False when it is too long. */
static bool rooted(char (*ret_path)[PATH_MAX], const char *path, const char *name)
{
	struct text t;

	TEXT_INTO(&t, *ret_path);
	text_add(&t, common_root());
	text_add(&t, path);
	if (name != NULL) {
		text_add_char(&t, '/');
		text_add(&t, name);
	}
	return text_end(&t) == 0;
}

/* NULL when it is not there, or could not be looked at (told). */
static DIR *open_folder(struct search *s, const char *path)
{
	DIR *folder = opendir(path);

	if (folder == NULL && errno != ENOENT && errno != ENOTDIR)
		not_seen(s, path, errno);
	return folder;
}

static bool is_dots(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/* --- processes --- */

static void read_name(int folder, char *ret_name, size_t size)
{
	int fd FILE_CLOSED = openat(folder, "comm", O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	ssize_t n = fd < 0 ? 0 : read(fd, ret_name, size - 1);

	ret_name[n > 0 ? n : 0] = '\0';
	ret_name[strcspn(ret_name, "\n")] = '\0';
}

static void tell_process(struct search *s, int proc, const char *pid)
{
	int fd FILE_CLOSED = openat(proc, pid, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	char name[64], what[NAME_MAX + 1 + sizeof name];
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0 || st.st_uid != s->person->person.uid)
		return; /* another's, or ended meanwhile */
	read_name(fd, name, sizeof name);
	(void)snprintf(what, sizeof what, "%s %s", pid, name);
	tell(s, what);
}

static void find_processes(struct search *s)
{
	DIR *proc FOLDER_CLOSED = NULL;
	struct dirent *entry;
	char path[PATH_MAX];
	int64_t pid;

	if (!rooted(&path, "/proc", NULL))
		return;
	proc = open_folder(s, path);
	while (proc != NULL && (entry = readdir(proc)) != NULL)
		if (number_parse(entry->d_name, strlen(entry->d_name), 1, INT32_MAX, &pid) == 0)
			tell_process(s, dirfd(proc), entry->d_name);
}

/* --- files by name and by owner --- */

static void find_at(struct search *s, const char *path, const char *name)
{
	char full[PATH_MAX];
	struct stat st;

	if (!rooted(&full, path, name))
		return;
	if (lstat(full, &st) == 0)
		tell(s, full + strlen(common_root()));
	else if (errno != ENOENT && errno != ENOTDIR)
		not_seen(s, full, errno);
}

/* What belongs to the person directly in that folder. */
static void find_owned(struct search *s, const char *path)
{
	DIR *folder FOLDER_CLOSED = NULL;
	char full[PATH_MAX];
	struct dirent *entry;
	struct stat st;

	if (!rooted(&full, path, NULL))
		return;
	folder = open_folder(s, full);
	while (folder != NULL && (entry = readdir(folder)) != NULL)
		if (!is_dots(entry->d_name) && fstatat(dirfd(folder), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
		    st.st_uid == s->person->person.uid && rooted(&full, path, entry->d_name))
			tell(s, full + strlen(common_root()));
}

static void find_crontab(struct search *s)
{
	find_at(s, "/var/spool/cron/crontabs", s->person->person.name);
}

static void find_at_jobs(struct search *s)
{
	find_owned(s, "/var/spool/cron/atjobs");
	find_owned(s, "/var/spool/at");
}

static void find_temporary(struct search *s)
{
	find_owned(s, "/tmp");
	find_owned(s, "/var/tmp");
	find_owned(s, "/dev/shm");
}

static void find_lingering(struct search *s)
{
	find_at(s, "/var/lib/systemd/linger", s->person->person.name);
}

static void find_home(struct search *s)
{
	if (s->person->home[0] == '/' && strcmp(s->person->home, "/") != 0)
		find_at(s, s->person->home, NULL);
	find_at(s, "/var/mail", s->person->person.name);
}

static void find_groups(struct search *s)
{
	for (size_t i = 0; i < s->person->person.group_count; i++)
		tell(s, s->person->person.groups[i]);
}

/* --- ssh keys --- */

/* Of a plain file below a folder that is held open. NULL when there is none. */
static FILE *open_stream(int folder, const char *name)
{
	int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK);
	struct stat st;
	FILE *file = NULL;

	if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		file = fdopen(fd, "r");
	if (file == NULL && fd >= 0)
		(void)close(fd);
	return file;
}

static size_t count_keys(FILE *file)
{
	char line[LINE_BYTES];
	bool starts = true;
	size_t count = 0;

	while (fgets(line, sizeof line, file) != NULL) {
		const char *at = line + strspn(line, " \t");

		count += starts && *at != '#' && *at != '\n' && *at != '\0';
		starts = strchr(line, '\n') != NULL;
	}
	return count;
}

static void find_keys(struct search *s)
{
	static const char *const names[] = {"authorized_keys", "authorized_keys2"};
	char path[PATH_MAX], what[WHAT_BYTES];
	int folder FILE_CLOSED = -1;

	if (s->person->home[0] != '/' || !rooted(&path, s->person->home, ".ssh"))
		return;
	folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (folder < 0 && errno != ENOENT)
		not_seen(s, path, errno);
	for (size_t i = 0; folder >= 0 && i < sizeof names / sizeof names[0]; i++) {
		FILE *file STREAM_CLOSED = open_stream(folder, names[i]);
		size_t keys = file != NULL ? count_keys(file) : 0;

		(void)snprintf(what, sizeof what, "%s/.ssh/%s: %zu %s", s->person->home, names[i], keys, keys == 1 ? "key" : "keys");
		if (file != NULL && keys > 0)
			tell(s, what);
	}
	find_at(s, "/etc/ssh/authorized_keys", s->person->person.name);
}

/* --- sudoers --- */

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
}

/* The name as a word of its own, not as a part of another or as a group's. */
static bool mentions(const char *line, const char *name)
{
	size_t len = strlen(name);

	for (const char *at = strstr(line, name); at != NULL; at = strstr(at + 1, name))
		if ((at == line || (!is_word(at[-1]) && at[-1] != '%')) && !is_word(at[len]))
			return true;
	return false;
}

static void find_in_file(struct search *s, int folder, const char *name, const char *shown)
{
	FILE *file STREAM_CLOSED = open_stream(folder, name);
	char line[LINE_BYTES], what[WHAT_BYTES];
	unsigned number = 0;

	while (file != NULL && fgets(line, sizeof line, file) != NULL) {
		number++;
		(void)snprintf(what, sizeof what, "%s:%u", shown, number);
		if (line[strspn(line, " \t")] != '#' && mentions(line, s->person->person.name))
			tell(s, what);
	}
}

static void find_sudoers(struct search *s)
{
	DIR *etc FOLDER_CLOSED = NULL, *folder FOLDER_CLOSED = NULL;
	char path[PATH_MAX], shown[PATH_MAX];
	struct dirent *entry;

	if (!rooted(&path, "/etc", NULL))
		return;
	etc = open_folder(s, path);
	if (etc != NULL)
		find_in_file(s, dirfd(etc), "sudoers", "/etc/sudoers");
	if (!rooted(&path, "/etc/sudoers.d", NULL))
		return;
	folder = open_folder(s, path);
	while (folder != NULL && (entry = readdir(folder)) != NULL) {
		(void)snprintf(shown, sizeof shown, "/etc/sudoers.d/%s", entry->d_name);
		if (entry->d_name[0] != '.')
			find_in_file(s, dirfd(folder), entry->d_name, shown);
	}
}

static const struct {
	const char *kind, *advice;
	void (*find)(struct search *s);
} kinds[] = {
	{"process", "ends with: kill PID", find_processes},
	{"crontab", "no job of it runs while the person is suspended; crontab -r -u USER removes it", find_crontab},
	{"at job", "atq and atrm remove it", find_at_jobs},
	{"lingering", "loginctl disable-linger USER", find_lingering},
	{"ssh keys", "move the file away; keys of this person elsewhere are not known here", find_keys},
	{"sudoers", "edit with visudo", find_sudoers},
	{"group", "gpasswd -d USER GROUP", find_groups},
	{"temporary file", "hand it over or remove it", find_temporary},
	{"home and mail", "hand over what belongs to the company, then deluser --backup --remove-home", find_home},
};

size_t leftovers_find(const struct person_loaded *person, leftovers_fn found, void *context)
{
	struct search s = {.person = person, .found = found, .context = context};

	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		s.kind = kinds[i].kind;
		s.advice = kinds[i].advice;
		s.count = 0;
		kinds[i].find(&s);
		if (s.count > FOUND_MAX)
			(void)command_error("warning: %zu more of kind %s are not shown", s.count - FOUND_MAX, s.kind);
	}
	return s.unseen;
}

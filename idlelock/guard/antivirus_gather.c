/* SPDX-License-Identifier: BSD-2-Clause */
/* The probe of control "antivirus". It scans nothing itself: "mutexctl antivirus" does, and leaves its results. */
#include "antivirus_gather.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clamd_gather.h"
#include "file.h"
#include "product_gather.h"
#include "text.h"
#include "unit_gather.h"

#define CONF_BYTES_MAX (256 * 1024)
#define CLAMD_LIMIT_MS 1000
#define PRODUCT_LIMIT_MS 3000
#define ARGUMENTS_BYTES 4096

/* --- files --- */

static int add_path(const struct paths *paths, const char *path, struct text *t)
{
	text_add(t, paths->root);
	text_add(t, path);
	return text_end(t) < 0 ? -ENAMETOOLONG : 0;
}

static bool read_file(const struct paths *paths, const char *path, char **ret_bytes, size_t *ret_len)
{
	const struct file_trust trust = {.owner = paths->owner, .max_bytes = CONF_BYTES_MAX};

	return file_read_trusted(path, &trust, ret_bytes, ret_len) == 0;
}

static bool read_conf(const struct paths *paths, const char *name, uid_t owner, struct arena *arena, struct clam_conf *ret_conf)
{
	const struct file_trust trust = {.owner = owner, .max_bytes = CONF_BYTES_MAX};
	char path[ANTIVIRUS_PATH_BYTES], *bytes FILE_FREED = NULL;
	struct text t;
	size_t len;

	TEXT_INTO(&t, path);
	return add_path(paths, name, &t) == 0 && file_read_trusted(path, &trust, &bytes, &len) == 0 && clam_conf_parse(bytes, len, arena, ret_conf) == 0;
}

bool antivirus_gather_conf(const struct paths *paths, struct arena *arena, struct clam_conf *ret_conf)
{
	return read_conf(paths, ANTIVIRUS_CLAMD_CONF, paths->owner, arena, ret_conf);
}

/* Debian gives freshclam.conf to the account that freshclam runs as, which writes the signatures too. */
static uid_t updater(const struct paths *paths)
{
	char path[ANTIVIRUS_PATH_BYTES];
	struct stat st;
	struct text t;

	TEXT_INTO(&t, path);
	return add_path(paths, ANTIVIRUS_DATABASE, &t) == 0 && stat(path, &st) == 0 ? st.st_uid : paths->owner;
}

int antivirus_gather_socket(const struct paths *paths, const struct clam_conf *conf, char ret_path[static ANTIVIRUS_PATH_BYTES])
{
	const char *name = conf != NULL ? clam_conf_value(conf, "LocalSocket") : NULL;
	struct text t;

	text_init(&t, ret_path, ANTIVIRUS_PATH_BYTES);
	return add_path(paths, name != NULL ? name : ANTIVIRUS_SOCKET, &t);
}

static void gather_results(const struct control_scene *scene, struct antivirus_facts *facts)
{
	char *scan FILE_FREED = NULL, *test FILE_FREED = NULL;
	size_t len;

	facts->scan_there = read_file(scene->paths, scene->paths->antivirus_scan, &scan, &len) && antivirus_scan_read(scan, len, &facts->scan) == 0;
	facts->test_there = read_file(scene->paths, scene->paths->antivirus_test, &test, &len) && antivirus_test_read(test, len, &facts->test) == 0;
}

/* The daily signatures as they came or after differences were worked in; freshclam writes them. */
static void gather_database(const struct control_scene *scene, struct antivirus_facts *facts)
{
	static const char *const names[] = {"daily.cld", "daily.cvd", "daily.inc"};
	const char *folder = facts->clamd_conf_there ? clam_conf_value(&facts->clamd_conf, "DatabaseDirectory") : NULL;

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		char path[ANTIVIRUS_PATH_BYTES], head[CLAM_HEADER_BYTES];
		struct clam_header header;
		struct text t;
		ssize_t n;

		TEXT_INTO(&t, path);
		text_add_format(&t, "%s%s/%s", scene->paths->root, folder != NULL ? folder : ANTIVIRUS_DATABASE, names[i]);
		int fd FILE_CLOSED = text_end(&t) < 0 ? -1 : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW | O_NONBLOCK);
		n = fd < 0 ? -1 : read(fd, head, sizeof head);
		if (n > 0 && clam_header_parse(head, (size_t)n, &header) == 0 && header.version > facts->on_disk.version)
			facts->on_disk = header;
	}
}

static bool runs_by_cron(const struct control_scene *scene)
{
	char path[ANTIVIRUS_PATH_BYTES], *bytes FILE_FREED = NULL;
	struct clam_conf lines; /* a line that is no comment */
	unsigned char memory[64 * 1024];
	struct arena arena;
	struct text t;
	size_t len;

	TEXT_INTO(&t, path);
	arena_init(&arena, memory, sizeof memory);
	if (add_path(scene->paths, ANTIVIRUS_CRON, &t) < 0 || !read_file(scene->paths, path, &bytes, &len) || clam_conf_parse(bytes, len, &arena, &lines) < 0)
		return false;
	for (size_t i = 0; i < lines.count; i++)
		if (strstr(lines.options[i].value, "freshclam") != NULL)
			return true;
	return false;
}

/* --- clamd and clamonacc --- */

static const char *explain(int error)
{
	switch (error) {
	case -ENOENT:
		return "its socket is not there";
	case -ECONNREFUSED:
		return "nobody listens at its socket";
	case -ETIMEDOUT:
		return "it does not answer in time";
	default:
		return "it answers something else";
	}
}

static void ask_clamd(const struct control_scene *scene, struct antivirus_facts *facts)
{
	char path[ANTIVIRUS_PATH_BYTES], reply[CLAMD_REPLY_BYTES];
	int r = antivirus_gather_socket(scene->paths, facts->clamd_conf_there ? &facts->clamd_conf : NULL, path);

	if (r == 0)
		r = clamd_ask(path, "zPING", CLAMD_LIMIT_MS, reply);
	if (r < 0 || !clam_is_pong(reply, (size_t)r)) {
		facts->clamd_silent = explain(r);
		return;
	}
	r = clamd_ask(path, "zVERSION", CLAMD_LIMIT_MS, reply);
	if (r > 0)
		(void)clam_version_parse(reply, (size_t)r, &facts->loaded);
}

static bool holds_fanotify(uint32_t pid)
{
	char path[64], target[64];
	const struct dirent *entry;
	bool found = false;
	struct text t;
	DIR *dir;

	TEXT_INTO(&t, path);
	text_add_format(&t, "/proc/%u/fd", pid);
	dir = opendir(path);
	while (!found && dir != NULL && (entry = readdir(dir)) != NULL) {
		ssize_t n = readlinkat(dirfd(dir), entry->d_name, target, sizeof target - 1);

		target[n > 0 ? n : 0] = '\0';
		found = strcmp(target, "anon_inode:[fanotify]") == 0;
	}
	if (dir != NULL)
		(void)closedir(dir);
	return found;
}

/* --move=DIR, --move DIR, --remove; arguments end in NUL each. */
bool antivirus_gather_quarantine(uint32_t pid, char ret_folder[static ANTIVIRUS_PATH_BYTES])
{
	char path[64], arguments[ARGUMENTS_BYTES];
	bool found = false, next = false;
	struct text t;
	ssize_t n;

	TEXT_INTO(&t, path);
	text_add_format(&t, "/proc/%u/cmdline", pid);
	int fd FILE_CLOSED = open(path, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? 0 : read(fd, arguments, sizeof arguments - 1);
	arguments[n > 0 ? n : 0] = '\0';
	text_init(&t, ret_folder, ANTIVIRUS_PATH_BYTES);
	for (const char *a = arguments; a < arguments + n; a += strlen(a) + 1) {
		if (next)
			text_add(&t, a);
		else if (strncmp(a, "--move=", strlen("--move=")) == 0)
			text_add(&t, a + strlen("--move="));
		next = strcmp(a, "--move") == 0;
		found = found || strcmp(a, "--remove") == 0;
	}
	return found || t.len > 0;
}

static void gather_units(const struct control_scene *scene, struct arena *arena, struct antivirus_facts *facts)
{
	struct unit_source source UNIT_SOURCE_CLOSED = {0};
	int r = unit_source_open(NULL, scene->paths->root, &source);
	char folder[ANTIVIRUS_PATH_BYTES];
	uint32_t pid;

	for (enum antivirus_unit unit = 0; unit < ANTIVIRUS_UNIT_MAX; unit++)
		unit_init(antivirus_unit_name(unit), &facts->units[unit]);
	for (enum antivirus_unit unit = 0; unit < ANTIVIRUS_UNIT_MAX && r == 0; unit++)
		r = unit_gather(&source, antivirus_unit_name(unit), arena, &facts->units[unit]);
	if (r < 0)
		facts->unreachable = unit_gather_explain(r);
	pid = facts->units[UNIT_ON_ACCESS].main_pid;
	facts->watches = pid != 0 && holds_fanotify(pid);
	facts->moves = pid != 0 && antivirus_gather_quarantine(pid, folder);
}

/* --- all --- */

static void gather_clamav(const struct control_scene *scene, struct arena *arena, struct antivirus_facts *facts)
{
	facts->clamd_conf_there = antivirus_gather_conf(scene->paths, arena, &facts->clamd_conf);
	facts->freshclam_conf_there = read_conf(scene->paths, ANTIVIRUS_FRESHCLAM_CONF, updater(scene->paths), arena, &facts->freshclam_conf);
	gather_units(scene, arena, facts);
	ask_clamd(scene, facts);
	gather_database(scene, facts);
	gather_results(scene, facts);
	facts->update_cron = runs_by_cron(scene);
}

int antivirus_probe(const struct control_scene *scene, struct arena *arena, const void **ret_facts)
{
	struct antivirus_facts *facts = ARENA_NEW(arena, struct antivirus_facts, 1);

	if (facts == NULL)
		return -ENOMEM;
	*ret_facts = facts;
	facts->now_s = scene->now_s;
	facts->upgrading = unit_gather_upgrading(scene->paths->root);
	if (antivirus_wants(scene->settings, ANTIVIRUS_CLAMAV))
		gather_clamav(scene, arena, facts);
	for (size_t i = 0; product_at(i) != NULL && i < ANTIVIRUS_PRODUCTS_MAX; i++) {
		const struct product_question question = {.argv = product_at(i)->argv, .limit_ms = PRODUCT_LIMIT_MS, .in_our_group = scene->aside};
		int r = -ENOENT;

		if (antivirus_wants(scene->settings, product_at(i)->name))
			r = product_ask(&question, arena, &facts->products[i].answer, &facts->products[i].len);
		facts->products[i].silent = r < 0 ? product_explain(r) : NULL;
	}
	return 0;
}

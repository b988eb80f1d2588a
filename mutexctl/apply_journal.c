/* SPDX-License-Identifier: BSD-2-Clause */
/* The journal of apply and remove, and the lock around them. */
#include "apply_journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "file.h"
#include "text.h"

#define FIRST_LINE "mutexctl-apply 1"
#define JOURNAL_BYTES_MAX 1024
#define LOCK_WAIT_MS 2000
#define NS_PER_S INT64_C(1000000000)
#define DAY_S INT64_C(86400)

static const char *const PHASES[] = {
#define PHASE_WORD(id, word) [APPLY_##id] = word,
	APPLY_PHASES(PHASE_WORD)
#undef PHASE_WORD
	NULL,
};

static const struct field ROWS[] = {
	FIELD_CHOICE_ROW(struct apply_journal, phase, PHASES),
	FIELD_ROW(struct apply_journal, started_s, FIELD_TIME, 0, INT64_C(253402300799)),
	FIELD_NUMBER_ROW(struct apply_journal, confirm_s, 0, DAY_S),
	FIELD_NUMBER_ROW(struct apply_journal, deadline_ns, 0, INT64_MAX),
	FIELD_ROW(struct apply_journal, boot_id, FIELD_BOOT_ID, FIELD_BOOT_ID_SIZE - 1, FIELD_BOOT_ID_SIZE - 1),
	FIELD_ROW(struct apply_journal, policy, FIELD_NAME, 64, 64),
};
#define ROW_COUNT (sizeof ROWS / sizeof ROWS[0])

int apply_folder(const struct paths *paths, const char *name, char (*ret_path)[PAM_TREE_PATH_MAX])
{
	struct text t;

	TEXT_INTO(&t, *ret_path);
	text_add(&t, paths->state);
	text_add(&t, "/apply");
	if (*name != '\0')
		text_add_char(&t, '/');
	text_add(&t, name);
	return text_end(&t) < 0 ? -ENAMETOOLONG : 0;
}

int apply_journal_read(const struct paths *paths, struct apply_journal *ret_journal)
{
	struct file_trust trust = {.owner = paths->owner, .max_bytes = JOURNAL_BYTES_MAX};
	char path[PAM_TREE_PATH_MAX], *bytes FILE_FREED = NULL;
	struct fields_reader r = {.file = "journal"};
	struct apply_journal read = {0};
	int error = apply_folder(paths, "journal", &path);

	if (error == 0)
		error = file_read_trusted(path, &trust, &bytes, &r.len);
	if (error < 0)
		return error;
	r.bytes = bytes;
	fields_start(&r, FIRST_LINE, JOURNAL_BYTES_MAX);
	fields_read(&r, ROWS, ROW_COUNT, &read);
	error = fields_finish(&r);
	if (error < 0)
		return error;
	*ret_journal = read;
	return 0;
}

int apply_journal_write(const struct paths *paths, const struct apply_journal *journal)
{
	char path[PAM_TREE_PATH_MAX], bytes[JOURNAL_BYTES_MAX];
	struct text t;
	int error = apply_folder(paths, "journal", &path);

	if (error < 0)
		return error;
	TEXT_INTO(&t, bytes);
	fields_write_start(&t, FIRST_LINE);
	error = fields_write(ROWS, ROW_COUNT, journal, &t);
	fields_write_end(&t);
	if (error == 0)
		error = text_end(&t);
	return error < 0 ? error : file_replace(path, bytes, t.len, 0600);
}

void apply_journal_end(const struct paths *paths)
{
	static const char *const snapshots[] = {"before", "after", "first", "on", "off"};
	char path[PAM_TREE_PATH_MAX];

	/* The journal first: without it the snapshots mean nothing. */
	if (apply_folder(paths, "journal", &path) == 0)
		(void)unlink(path);
	for (size_t i = 0; i < sizeof snapshots / sizeof snapshots[0]; i++) {
		if (apply_folder(paths, snapshots[i], &path) == 0)
			pam_tree_delete(path);
	}
}

static bool rename_snapshot(const struct paths *paths, const char *from, const char *to)
{
	char old[PAM_TREE_PATH_MAX], new[PAM_TREE_PATH_MAX];

	if (apply_folder(paths, from, &old) < 0 || apply_folder(paths, to, &new) < 0 || access(old, F_OK) < 0)
		return false;
	pam_tree_delete(new);
	return rename(old, new) == 0;
}

void apply_keep_first(const struct paths *paths)
{
	char before[PAM_TREE_PATH_MAX], after[PAM_TREE_PATH_MAX], first[PAM_TREE_PATH_MAX];

	if (apply_folder(paths, "before", &before) < 0 || apply_folder(paths, "after", &after) < 0 || apply_folder(paths, "first", &first) < 0)
		return;
	if (access(after, F_OK) < 0 || !pam_tree_same(paths->root, after))
		pam_tree_delete(first); /* somebody else wrote since: what was before that is nobody's to bring back */
	else if (access(before, F_OK) == 0 && !pam_tree_mentions(before, "pam_mutex"))
		(void)rename_snapshot(paths, "before", "first");
}

bool apply_step_back(const struct paths *paths, struct apply_journal *journal)
{
	char first[PAM_TREE_PATH_MAX];

	if (apply_folder(paths, "first", &first) < 0 || access(first, F_OK) < 0)
		return false;
	journal->phase = APPLY_ON;
	journal->confirm_s = journal->deadline_ns = 0;
	return rename_snapshot(paths, "before", "after") && rename_snapshot(paths, "first", "before") && apply_journal_write(paths, journal) == 0;
}

int apply_marker_write(const struct paths *paths)
{
	static const char bytes[] = "All PAM lines of pam_mutex are on. Written by mutexctl apply, removed by mutexctl remove; do not edit.\n";
	/* First: from the marker on, a missing folder means that the states were removed (login_store.h). */
	int error = file_make_folder(paths->login, 0700, paths->owner);

	if (error == 0)
		error = file_make_folder(paths->unknown, 0700, paths->owner);
	return error < 0 ? error : file_replace(paths->lines_on, bytes, sizeof bytes - 1, 0600);
}

int apply_marker_remove(const struct paths *paths)
{
	return unlink(paths->lines_on) < 0 && errno != ENOENT ? -errno : 0;
}

int apply_lock(const struct paths *paths)
{
	char path[PAM_TREE_PATH_MAX];
	int error = file_make_folder(paths->state, 0700, paths->owner);
	int fd;

	if (error == 0)
		error = apply_folder(paths, "", &path);
	if (error == 0)
		error = file_make_folder(path, 0700, paths->owner);
	if (error == 0)
		error = apply_folder(paths, "lock", &path);
	if (error < 0)
		return error;
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY, 0600);
	if (fd < 0)
		return -errno;
	error = file_lock(fd, LOCK_WAIT_MS);
	if (error < 0) {
		(void)close(fd);
		return error;
	}
	return fd;
}

bool apply_journal_overdue(const struct apply_journal *journal, int64_t boottime_ns, const char *boot_id)
{
	return journal->deadline_ns > 0 && (boottime_ns >= journal->deadline_ns || strcmp(journal->boot_id, boot_id) != 0);
}

int64_t apply_boottime_ns(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_BOOTTIME, &now);
	return (int64_t)now.tv_sec * NS_PER_S + now.tv_nsec;
}

void apply_boot_id(char (*ret_id)[FIELD_BOOT_ID_SIZE])
{
	static const char unknown[FIELD_BOOT_ID_SIZE] = "00000000-0000-0000-0000-000000000000";

	if (clock_boot_id(*ret_id) < 0)
		memcpy(*ret_id, unknown, sizeof unknown);
}

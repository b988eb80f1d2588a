/* SPDX-License-Identifier: BSD-2-Clause */
/* Opens each posture once, makes all checks on that descriptor, and puts them together. */
#include "posture_gather.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "clock.h"
#include "file.h"

static bool writer_lives(int fd)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

	return fcntl(fd, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

static bool is_of_this_boot(const struct posture *posture)
{
	char boot_id[FIELD_BOOT_ID_SIZE];

	return clock_boot_id(boot_id) == 0 && strcmp(boot_id, posture->boot_id) == 0;
}

static int64_t boot_began(int64_t now_s)
{
	struct timespec up = {0};

	return clock_gettime(CLOCK_BOOTTIME, &up) == 0 ? now_s - up.tv_sec : now_s;
}

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static enum posture_standing read_one(const struct paths *paths, const char *path, int64_t now_s, struct posture *ret_posture, int64_t *ret_since_s)
{
	const struct file_trust trust = {.owner = paths->owner, .max_bytes = POSTURE_BYTES_MAX};
	char bytes[POSTURE_BYTES_MAX];
	struct stat lines;
	size_t size = 0;
	int fd FILE_CLOSED = file_open_trusted(path, &trust, &size);
	bool read = fd >= 0 && size <= sizeof bytes && file_pread_all(fd, bytes, size, 0) == 0 && posture_read(bytes, size, path, NULL, ret_posture) == 0 &&
		    is_of_this_boot(ret_posture);

	*ret_since_s = boot_began(now_s);
	if (stat(paths->lines_on, &lines) == 0)
		*ret_since_s = later(*ret_since_s, lines.st_mtime);
	if (!read)
		return POSTURE_STANDING_UNKNOWN;
	if (writer_lives(fd))
		return POSTURE_STANDING_FRESH;
	*ret_since_s = later(*ret_since_s, ret_posture->time);
	return POSTURE_STANDING_STALE;
}

/* In place of what a daemon that does not run would tell. */
static void add_unknown(struct posture *posture, const char *control, const char *clause, int64_t since_s)
{
	struct posture_control *to = &posture->controls[posture->count++];

	*to = (struct posture_control){.state = POSTURE_UNKNOWN, .since = since_s, .mode = POSTURE_GATE};
	memcpy(to->control, control, strlen(control) + 1);
	memcpy(to->clause, clause, strlen(clause) + 1);
}

enum posture_standing posture_gather(const struct paths *paths, bool guard_counts, int64_t now_s, struct posture *ret_posture, int64_t *ret_since_s)
{
	struct posture guard;
	int64_t guard_since_s;
	enum posture_standing of_lock = read_one(paths, paths->posture, now_s, ret_posture, ret_since_s);
	enum posture_standing of_guard = read_one(paths, paths->guard_posture, now_s, &guard, &guard_since_s);

	if (of_lock != POSTURE_STANDING_FRESH && of_guard != POSTURE_STANDING_FRESH)
		return of_lock;
	if (of_lock != POSTURE_STANDING_FRESH) {
		ret_posture->count = 0;
		add_unknown(ret_posture, "lock", "LK-1", *ret_since_s);
	}
	if (of_guard != POSTURE_STANDING_FRESH) {
		guard.count = 0;
		if (guard_counts && ret_posture->count < POSTURE_CONTROLS_MAX)
			add_unknown(ret_posture, "guard", "SC-1", guard_since_s);
	}
	for (size_t i = 0; i < guard.count && ret_posture->count < POSTURE_CONTROLS_MAX; i++)
		ret_posture->controls[ret_posture->count++] = guard.controls[i];
	return POSTURE_STANDING_FRESH;
}

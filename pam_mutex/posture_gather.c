/* SPDX-License-Identifier: BSD-2-Clause */
/* Opens the posture once and makes all checks on that descriptor. */
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

enum posture_standing posture_gather(const struct paths *paths, int64_t now_s, struct posture *ret_posture, int64_t *ret_since_s)
{
	const struct file_trust trust = {.owner = paths->owner, .max_bytes = POSTURE_BYTES_MAX};
	char bytes[POSTURE_BYTES_MAX];
	struct stat lines;
	size_t size = 0;
	int fd FILE_CLOSED = file_open_trusted(paths->posture, &trust, &size);
	bool read = fd >= 0 && size <= sizeof bytes && file_pread_all(fd, bytes, size, 0) == 0 &&
		    posture_read(bytes, size, paths->posture, NULL, ret_posture) == 0 && is_of_this_boot(ret_posture);

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

/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads shadow entries by the re-entrant calls, and wipes what passed through. */
#include "shadow_gather.h"

#include <errno.h>
#include <fcntl.h>
#include <shadow.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "file.h"
#include "text.h"

#define ENTRY_BYTES 4096 /* a line of shadow(5): name, hash of at most 383 bytes, seven numbers */
#define SHADOW_FILE_BYTES_MAX ((size_t)64 * 1024 * 1024)

struct entry_buffer {
	char bytes[ENTRY_BYTES];
};

static void buffer_wipe(struct entry_buffer *buffer)
{
	explicit_bzero(buffer, sizeof *buffer);
}
#define BUFFER_WIPED __attribute__((cleanup(buffer_wipe)))

static void file_end(FILE **file)
{
	if (*file != NULL)
		(void)fclose(*file);
}
#define FILE_ENDED __attribute__((cleanup(file_end)))

/* f_files is 0 where a file system makes inodes as it needs them. */
bool shadow_replaceable(const struct paths *paths)
{
	char folder[PATHS_BYTES_MAX];
	struct statvfs fs;
	struct text t;

	TEXT_INTO(&t, folder);
	text_add_bytes(&t, paths->shadow, (size_t)(strrchr(paths->shadow, '/') - paths->shadow));
	if (file_allows(folder, W_OK | X_OK) < 0 || statvfs(folder, &fs) < 0 || (fs.f_flag & ST_RDONLY) != 0)
		return false;
	return (fs.f_blocks == 0 || fs.f_bfree > 0) && (fs.f_files == 0 || fs.f_ffree > 0);
}

void shadow_wipe(struct shadow_facts *shadow)
{
	explicit_bzero(shadow, sizeof *shadow);
}

static void fill(const struct spwd *entry, struct shadow_facts *ret)
{
	size_t len = entry->sp_pwdp != NULL ? strlen(entry->sp_pwdp) : 0;

	*ret = (struct shadow_facts){.standing = SHADOW_FOUND, .changed_day = entry->sp_lstchg, .max_days = entry->sp_max};
	if (len < sizeof ret->hash && len > 0)
		memcpy(ret->hash, entry->sp_pwdp, len);
}

static void ask_nss(const char *user, struct shadow_facts *ret)
{
	struct entry_buffer buffer BUFFER_WIPED;
	struct spwd entry, *found = NULL;
	int error = getspnam_r(user, &entry, buffer.bytes, sizeof buffer.bytes, &found);

	if (found != NULL)
		fill(found, ret);
	/* Without root's rights nothing is found either, whatever the sources answer. */
	else if (geteuid() == 0 && (error == 0 || error == ENOENT || error == ESRCH))
		ret->standing = SHADOW_ABSENT;
}

/* Under a root folder NSS would answer for the real system. */
static void read_file(const struct paths *paths, const char *user, struct shadow_facts *ret)
{
	size_t size;
	int fd FILE_CLOSED =
		file_open_trusted(paths->shadow, &(struct file_trust){.owner = paths->owner, .max_bytes = SHADOW_FILE_BYTES_MAX}, &size);
	struct entry_buffer buffer BUFFER_WIPED, stream_buffer BUFFER_WIPED;
	FILE *file FILE_ENDED = fd < 0 ? NULL : fdopen(fd, "re");
	struct spwd entry, *found;
	int error;

	if (file == NULL) {
		ret->standing = fd == -ENOENT ? SHADOW_ABSENT : SHADOW_UNREADABLE;
		return;
	}
	fd = -1; /* fclose() closes it */
	(void)setvbuf(file, stream_buffer.bytes, _IOFBF, sizeof stream_buffer.bytes);
	while ((error = fgetspent_r(file, &entry, buffer.bytes, sizeof buffer.bytes, &found)) == 0 && found != NULL) {
		if (strcmp(entry.sp_namp, user) == 0) {
			fill(&entry, ret);
			return;
		}
	}
	ret->standing = error == ENOENT ? SHADOW_ABSENT : SHADOW_UNREADABLE;
}

void shadow_gather(const struct paths *paths, const char *user, struct shadow_facts *ret_shadow)
{
	*ret_shadow = (struct shadow_facts){.standing = SHADOW_UNREADABLE, .changed_day = -1, .max_days = -1};
	if (paths->root[0] == '\0')
		ask_nss(user, ret_shadow);
	else
		read_file(paths, user, ret_shadow);
}

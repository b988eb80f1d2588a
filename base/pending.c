/* SPDX-License-Identifier: BSD-2-Clause */
/* The file of `apply --confirm`: two lines of fixed place, blanks up to 256 bytes, so that the module overwrites and never lengthens it. */
#include "pending.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "number.h"
#include "text.h"

#define HEAD "mutex-pending 1 "
#define SEEN "seen "
#define SEEN_AT 128
#define SEEN_BYTES (PENDING_BYTES - SEEN_AT)
#define BOOT_ID_LEN 36

_Static_assert(sizeof SEEN - 1 + PENDING_WHAT_MAX < SEEN_BYTES, "what was seen fits its line");

int pending_begin(const struct paths *paths, int64_t monotonic_ns, const char *boot_id)
{
	char bytes[PENDING_BYTES], head[SEEN_AT];
	int fd FILE_CLOSED = -1;
	struct text t;
	int error;

	TEXT_INTO(&t, head);
	text_add(&t, HEAD);
	text_add_int(&t, monotonic_ns);
	text_add_char(&t, ' ');
	text_add(&t, boot_id);
	text_add_char(&t, '\n');
	if (text_end(&t) < 0 || strlen(boot_id) != BOOT_ID_LEN)
		return -EINVAL;
	error = file_make_folder(paths->run, 0755, paths->owner);
	if (error < 0)
		return error;
	memset(bytes, ' ', sizeof bytes);
	memcpy(bytes, head, t.len);
	bytes[SEEN_AT - 1] = bytes[PENDING_BYTES - 1] = '\n';
	fd = open(paths->pending, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY, 0600);
	if (fd < 0)
		return -errno;
	error = file_pwrite_all(fd, bytes, sizeof bytes, 0);
	/* A login by an image looks for no file of ours. */
	if (error == 0 && unlink(paths->policy_image) < 0 && errno != ENOENT)
		error = -errno;
	if (error < 0)
		(void)unlink(paths->pending);
	return error;
}

void pending_witness(const struct paths *paths, const char *what)
{
	/* Hardly ever there; to look costs a login less than to open. */
	int fd FILE_CLOSED =
		file_allows(paths->pending, F_OK) < 0 ? -1 : open(paths->pending, O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK);
	char line[SEEN_BYTES], escaped[PENDING_WHAT_MAX + 1];
	struct stat st;
	struct text t;

	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size != PENDING_BYTES || (st.st_uid != 0 && st.st_uid != paths->owner))
		return;
	TEXT_INTO(&t, escaped);
	text_add_escaped_cut(&t, what, strlen(what), PENDING_WHAT_MAX);
	memset(line, ' ', sizeof line);
	memcpy(line, SEEN, sizeof SEEN - 1);
	memcpy(line + sizeof SEEN - 1, escaped, t.len);
	line[sizeof line - 1] = '\n';
	/* If it fails, nothing was seen, and apply takes its changes back: the safe side. */
	(void)file_pwrite_all(fd, line, sizeof line, SEEN_AT);
}

static int read_pending(const struct paths *paths, char (*ret_bytes)[PENDING_BYTES])
{
	size_t size;
	int fd FILE_CLOSED =
		file_open_trusted(paths->pending, &(struct file_trust){.owner = paths->owner, .max_bytes = PENDING_BYTES}, &size);
	int error;

	if (fd < 0)
		return fd;
	if (size != PENDING_BYTES)
		return -EBADMSG;
	error = file_pread_all(fd, *ret_bytes, sizeof *ret_bytes, 0);
	if (error < 0)
		return error;
	if (memcmp(*ret_bytes, HEAD, sizeof HEAD - 1) != 0 || (*ret_bytes)[SEEN_AT - 1] != '\n' || (*ret_bytes)[PENDING_BYTES - 1] != '\n')
		return -EBADMSG;
	return 0;
}

int pending_seen(const struct paths *paths, char *ret_what, size_t size)
{
	char bytes[PENDING_BYTES];
	const char *what = bytes + SEEN_AT + sizeof SEEN - 1;
	size_t len = SEEN_BYTES - sizeof SEEN;
	struct text t;
	int error = read_pending(paths, &bytes);

	if (error < 0)
		return error;
	if (memcmp(bytes + SEEN_AT, SEEN, sizeof SEEN - 1) != 0)
		return 0;
	while (len > 0 && what[len - 1] == ' ')
		len--;
	text_init(&t, ret_what, size);
	text_add_bytes(&t, what, len); /* escaped when it was written */
	return 1;
}

int pending_started(const struct paths *paths, int64_t *ret_monotonic_ns, char ret_boot_id[37])
{
	char bytes[PENDING_BYTES];
	const char *at = bytes + sizeof HEAD - 1;
	size_t digits;
	int error = read_pending(paths, &bytes);

	if (error < 0)
		return error;
	digits = strspn(at, "0123456789");
	if (at[digits] != ' ' || digits + BOOT_ID_LEN + sizeof HEAD > SEEN_AT || at[digits + 1 + BOOT_ID_LEN] != '\n' ||
	    number_parse(at, digits, 0, INT64_MAX, ret_monotonic_ns) < 0)
		return -EBADMSG;
	memcpy(ret_boot_id, at + digits + 1, BOOT_ID_LEN);
	ret_boot_id[BOOT_ID_LEN] = '\0';
	return 0;
}

void pending_end(const struct paths *paths)
{
	(void)unlink(paths->pending);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Copies a file of keys, then removes it. */
#include "ssh_keys.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command.h"
#include "common.h"
#include "file.h"
#include "text.h"

#define KEYS_BYTES_MAX (1024 * 1024)

struct keys {
	const struct person_loaded *person;
	int64_t now_s;
	ssh_keys_fn moved;
	void *context;
};

/* What is kept of a link: where it led. 0 or negative errno. */
static int read_link(int folder, const char *name, char **ret_bytes, size_t *ret_len)
{
	char *target FILE_FREED = malloc(PATH_MAX + 1);
	ssize_t len = target != NULL ? readlinkat(folder, name, target, PATH_MAX) : -1;

	if (len < 0)
		return target != NULL ? -errno : -ENOMEM;
	target[len] = '\n';
	*ret_len = (size_t)len + 1;
	*ret_bytes = target;
	target = NULL;
	return 0;
}

/* 0; -ENOENT: nothing that sshd would read. */
static int read_keys(int folder, const char *name, char **ret_bytes, size_t *ret_len)
{
	int fd FILE_CLOSED = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK);
	char *bytes FILE_FREED = NULL;
	struct stat st;
	int r;

	if (fd < 0 && errno == ELOOP)
		return read_link(folder, name, ret_bytes, ret_len);
	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -ENOENT;
	if (st.st_size > KEYS_BYTES_MAX)
		return -EFBIG;
	bytes = malloc((size_t)st.st_size + 1);
	r = bytes == NULL ? -ENOMEM : file_pread_all(fd, bytes, (size_t)st.st_size, 0);
	if (r < 0)
		return r;
	*ret_len = (size_t)st.st_size;
	*ret_bytes = bytes;
	bytes = NULL;
	return 0;
}

static int keep(const struct keys *k, const char *name, const char *bytes, size_t len, char (*ret_path)[PATH_MAX])
{
	int r = file_make_folder(common_paths()->keys, 0700, common_paths()->owner);
	struct text t;

	TEXT_INTO(&t, *ret_path);
	text_add_format(&t, "%s/%u-%lld-%s", common_paths()->keys, (unsigned)k->person->person.uid, (long long)k->now_s, name);
	if (r == 0)
		r = text_end(&t);
	return r < 0 ? r : file_replace(*ret_path, bytes, len, 0600);
}

/* sshd follows a link there; we do not. */
static bool is_link(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && S_ISLNK(st.st_mode);
}

static int move(const struct keys *k, const char *where, const char *name, const char *kept_as)
{
	int folder FILE_CLOSED = open(where, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	char *bytes FILE_FREED = NULL;
	char from[PATH_MAX], kept[PATH_MAX];
	size_t len = 0;
	struct text t;
	int r = folder < 0 ? -errno : read_keys(folder, name, &bytes, &len);

	if (r == -ENOENT || (r == -ENOTDIR && !is_link(where)))
		return 0;
	if (r == -ENOTDIR)
		r = -ELOOP;
	TEXT_INTO(&t, from);
	text_add(&t, where);
	text_add_char(&t, '/');
	text_add(&t, name);
	if (r == 0)
		r = keep(k, kept_as, bytes, len, &kept);
	if (r == 0 && unlinkat(folder, name, 0) < 0)
		r = -errno;
	if (r < 0)
		return command_error("the ssh keys in %s still count: they cannot be moved away: %s", from, strerror(-r));
	k->moved(from + strlen(common_root()), kept + strlen(common_root()), k->context);
	return 0;
}

static int move_below(const struct keys *k, const char *folder, const char *sub, const char *name, const char *kept_as)
{
	char where[PATH_MAX];
	struct text t;

	TEXT_INTO(&t, where);
	text_add(&t, common_root());
	text_add(&t, folder);
	text_add(&t, sub);
	return text_end(&t) < 0 ? command_error("%s: the name is too long", folder) : move(k, where, name, kept_as);
}

int ssh_keys_expire(const struct person_loaded *person, int64_t now_s, ssh_keys_fn moved, void *context)
{
	struct keys k = {.person = person, .now_s = now_s, .moved = moved, .context = context};
	bool has_home = person->home[0] == '/';
	int r = 0;

	if (has_home && move_below(&k, person->home, "/.ssh", "authorized_keys", "authorized_keys") != 0)
		r = COMMAND_FAILED;
	if (has_home && move_below(&k, person->home, "/.ssh", "authorized_keys2", "authorized_keys2") != 0)
		r = COMMAND_FAILED;
	if (strchr(person->person.name, '/') == NULL && move_below(&k, "/etc/ssh/authorized_keys", "", person->person.name, "etc-ssh-authorized_keys") != 0)
		r = COMMAND_FAILED;
	return r;
}

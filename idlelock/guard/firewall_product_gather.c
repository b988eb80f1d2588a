/* SPDX-License-Identifier: BSD-2-Clause */
/* Which firewall products are there, and how they are switched: read from files, so that no bus has to answer. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "firewall.h"
#include "firewall_gather.h"
#include "text.h"

#define PATH_BYTES_MAX (PATHS_BYTES_MAX + 128)
#define SETTINGS_BYTES_MAX (64 * 1024)
#define UFW_SETTINGS "/etc/ufw/ufw.conf"
#define UFW_LOCK "/run/ufw.lock"
#define INVOCATION "/run/systemd/units/invocation:"
#define YOUNG_S 3

static bool path_of(const struct paths *paths, const char *folder, const char *name, char ret_path[PATH_BYTES_MAX])
{
	struct text t;

	text_init(&t, ret_path, PATH_BYTES_MAX);
	text_add(&t, paths->root);
	text_add(&t, folder);
	text_add(&t, name);
	return text_end(&t) == 0;
}

static bool is_there(const struct paths *paths, const char *folder, const char *name)
{
	char path[PATH_BYTES_MAX];
	struct stat st;

	return path_of(paths, folder, name, path) && lstat(path, &st) == 0;
}

static bool is_masked(const struct paths *paths, const char *folder, const char *unit)
{
	char path[PATH_BYTES_MAX], target[16];
	ssize_t len = path_of(paths, folder, unit, path) ? readlink(path, target, sizeof target) : -1;

	return len == (ssize_t)strlen("/dev/null") && memcmp(target, "/dev/null", (size_t)len) == 0;
}

/* The last ENABLED= of ufw.conf, as the shell reads it. */
static bool ufw_is_enabled(const struct paths *paths)
{
	const struct file_trust trust = {.owner = paths->owner, .max_bytes = SETTINGS_BYTES_MAX};
	char path[PATH_BYTES_MAX], *bytes FILE_FREED = NULL, *rest, *line;
	bool enabled = false;
	size_t len;

	if (!path_of(paths, UFW_SETTINGS, "", path) || file_read_trusted(path, &trust, &bytes, &len) < 0)
		return false;
	for (rest = bytes; (line = strsep(&rest, "\n")) != NULL;)
		if (strncmp(line, "ENABLED=", 8) == 0)
			enabled = strncasecmp(line + 8 + (line[8] == '"'), "yes", 3) == 0;
	return enabled;
}

/* systemd calls firewalld started when it has its name on the bus, and only then it loads its rules. */
static bool is_young(const struct paths *paths, const char *unit, int64_t now_s)
{
	char path[PATH_BYTES_MAX];
	struct stat st;

	return path_of(paths, INVOCATION, unit, path) && lstat(path, &st) == 0 && now_s - st.st_mtime >= 0 && now_s - st.st_mtime <= YOUNG_S;
}

/* ufw holds it as long as it changes rules; a reload is "disable" and "enable". */
static bool ufw_is_at_work(const struct paths *paths)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	char path[PATH_BYTES_MAX];
	int fd FILE_CLOSED = path_of(paths, UFW_LOCK, "", path) ? open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY) : -1;

	return fd >= 0 && fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

void firewall_product_gather(const struct paths *paths, int64_t now_s, struct firewall_product ret_products[FIREWALL_PRODUCT_MAX])
{
	for (enum firewall_product_id id = 0; id < FIREWALL_PRODUCT_MAX; id++) {
		const struct firewall_product_row *row = firewall_product_row(id);
		struct firewall_product *p = &ret_products[id];

		p->installed = is_there(paths, row->program, "");
		p->masked = is_masked(paths, row->mask, "") || is_masked(paths, "/run/systemd/system/", row->unit);
		p->enabled = is_there(paths, row->link, "");
		p->running = is_there(paths, INVOCATION, row->unit);
		p->configured = id != FIREWALL_ufw || ufw_is_enabled(paths);
	}
	ret_products[FIREWALL_ufw].at_work = ufw_is_at_work(paths);
	ret_products[FIREWALL_firewalld].at_work = is_young(paths, firewall_product_row(FIREWALL_firewalld)->unit, now_s);
}

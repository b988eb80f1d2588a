/* SPDX-License-Identifier: BSD-2-Clause */
/* Looks at the sockets of other processes through copies of their descriptors. */
#include "wayland_gather.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "file.h"
#include "number.h"
#include "text.h"

#define NAME "wayland-"
#define SOCKET_LINK "socket:["
#define CGROUPS "/sys/fs/cgroup/system.slice/"
#define PROCESSES_BYTES_MAX 1024

static bool number_of(const char *digits, size_t len, int *ret_number)
{
	int64_t number;

	if (number_parse(digits, len, 0, INT32_MAX, &number) < 0)
		return false;
	*ret_number = (int)number;
	return true;
}

static void close_folder(DIR **folder)
{
	if (*folder != NULL)
		(void)closedir(*folder);
}
#define FOLDER_CLOSED __attribute__((cleanup(close_folder)))

static DIR *open_descriptors(pid_t pid)
{
	char path[48];
	struct text t;

	TEXT_INTO(&t, path);
	text_add(&t, "/proc/");
	text_add_int(&t, (int64_t)pid);
	text_add(&t, "/fd");
	return opendir(path);
}

static bool is_socket(DIR *descriptors, const char *name)
{
	char target[64] = "";

	return readlinkat(dirfd(descriptors), name, target, sizeof target - 1) > 0 && strncmp(target, SOCKET_LINK, strlen(SOCKET_LINK)) == 0;
}

/* Whether any socket of a process is it. */
static bool has_socket(pid_t pid, bool (*is_it)(int fd, void *data), void *data)
{
	int process FILE_CLOSED = pid <= 0 ? -1 : (int)syscall(SYS_pidfd_open, pid, 0);
	DIR *descriptors FOLDER_CLOSED = process < 0 ? NULL : open_descriptors(pid);
	const struct dirent *entry;
	bool found = false;
	int number;

	while (!found && descriptors != NULL && (entry = readdir(descriptors)) != NULL) {
		if (!number_of(entry->d_name, strlen(entry->d_name), &number) || !is_socket(descriptors, entry->d_name))
			continue;
		int fd FILE_CLOSED = (int)syscall(SYS_pidfd_getfd, process, number, 0);
		found = fd >= 0 && is_it(fd, data);
	}
	return found;
}

/* --- the display --- */

struct listener {
	const char *runtime;
	struct text *name;
};

/* "/run/user/1000/wayland-1" */
static bool is_listener(int fd, void *data)
{
	const struct listener *listener = data;
	struct sockaddr_un address = {.sun_family = AF_UNSPEC};
	socklen_t size = sizeof address - 1, len = sizeof(int);
	size_t at = strlen(listener->runtime);
	int listens = 0, number;

	if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &len) < 0 || listens == 0 || getsockname(fd, (struct sockaddr *)&address, &size) < 0 ||
	    address.sun_family != AF_UNIX || strncmp(address.sun_path, listener->runtime, at) != 0 ||
	    strncmp(address.sun_path + at, "/" NAME, strlen("/" NAME)) != 0)
		return false;
	at += strlen("/" NAME);
	if (!number_of(address.sun_path + at, strlen(address.sun_path + at), &number))
		return false;
	text_add(listener->name, NAME);
	text_add_int(listener->name, number);
	return true;
}

int wayland_gather_display(pid_t compositor, const char *runtime, char *ret_display, size_t size)
{
	struct text name;
	struct listener listener = {.runtime = runtime, .name = &name};

	text_init(&name, ret_display, size);
	return has_socket(compositor, is_listener, &listener) ? text_end(&name) : -ENOENT;
}

/* --- its client --- */

/* The kernel keeps who called listen(). */
static bool is_connected_to(int fd, void *data)
{
	const pid_t *compositor = data;
	struct ucred peer = {.pid = 0};
	socklen_t len = sizeof peer;

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) == 0 && peer.pid == *compositor;
}

static ssize_t read_processes(const char *unit, char ret_bytes[PROCESSES_BYTES_MAX])
{
	char path[192];
	struct text t;

	TEXT_INTO(&t, path);
	text_add(&t, CGROUPS);
	text_add(&t, unit);
	text_add(&t, "/cgroup.procs");
	int fd FILE_CLOSED = unit[0] == '\0' || text_end(&t) < 0 ? -1 : open(path, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? -1 : read(fd, ret_bytes, PROCESSES_BYTES_MAX);
}

bool wayland_gather_is_client(const char *unit, pid_t compositor)
{
	char bytes[PROCESSES_BYTES_MAX];
	ssize_t len = compositor <= 0 ? -1 : read_processes(unit, bytes);
	int pid;

	for (const char *at = bytes, *end; at < bytes + len; at = end + 1) {
		end = memchr(at, '\n', (size_t)(bytes + len - at));
		if (end == NULL)
			return false;
		if (number_of(at, (size_t)(end - at), &pid) && has_socket(pid, is_connected_to, &compositor))
			return true;
	}
	return false;
}

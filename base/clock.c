/* SPDX-License-Identifier: BSD-2-Clause */
/* The clocks and the boot they count from. */
#include "clock.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "file.h"

#define BOOT_ID_LEN 36

int64_t clock_now_s(void)
{
	struct timespec now = {0};

	(void)clock_gettime(CLOCK_REALTIME, &now); /* cannot fail: the clock exists and the address is ours */
	return now.tv_sec;
}

int64_t clock_monotonic_ns(void)
{
	struct timespec now = {0};

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t clock_cpu_ns(void)
{
	struct timespec used = {0};

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
	return (int64_t)used.tv_sec * 1000000000 + used.tv_nsec;
}

int64_t clock_boot_ticks(void)
{
	int64_t per_s = sysconf(_SC_CLK_TCK);
	struct timespec now = {0};

	(void)clock_gettime(CLOCK_BOOTTIME, &now);
	return (int64_t)now.tv_sec * per_s + now.tv_nsec * per_s / 1000000000;
}

int clock_boot_id(char ret_id[37])
{
	int fd FILE_CLOSED = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC | O_NOCTTY);
	char id[BOOT_ID_LEN + 1] = "";
	int error;

	if (fd < 0)
		return -errno;
	error = file_pread_all(fd, id, BOOT_ID_LEN, 0);
	if (error < 0)
		return error;
	memcpy(ret_id, id, sizeof id);
	return 0;
}

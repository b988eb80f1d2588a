/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads the times of terminals. */
#include "tty_gather.h"

#include <string.h>
#include <sys/stat.h>

#include "clock.h"
#include "text.h"

#define NS_PER_S INT64_C(1000000000)

int64_t tty_last(const char *tty, int64_t now_ns)
{
	char path[80];
	struct stat status;
	struct text t;
	int64_t age_s;

	TEXT_INTO(&t, path);
	text_add(&t, "/dev/");
	text_add(&t, tty);
	if (tty[0] == '\0' || strstr(tty, "..") != NULL || text_end(&t) < 0 || stat(path, &status) < 0 || !S_ISCHR(status.st_mode))
		return INT64_MIN;
	age_s = clock_now_s() - (int64_t)status.st_atim.tv_sec;
	return now_ns - (age_s > 0 ? age_s : 0) * NS_PER_S;
}

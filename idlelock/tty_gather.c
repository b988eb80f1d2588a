/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads the times of terminals. */
#include "tty_gather.h"

#include <string.h>
#include <sys/stat.h>

#include "clock.h"
#include "text.h"

#define NS_PER_S INT64_C(1000000000)

/* What the wall clock says; before the last look it cannot be, then the clock was set. */
static int64_t time_of_reading(int64_t read_s, int64_t now_ns, const struct tty_seen *seen)
{
	int64_t age_s = clock_now_s() - read_s;
	int64_t last_ns = now_ns - (age_s > 0 ? age_s : 0) * NS_PER_S;

	return seen->looked_ns != 0 && last_ns <= seen->looked_ns ? now_ns : last_ns;
}

int64_t tty_last(const char *tty, int64_t now_ns, struct tty_seen *seen)
{
	char path[80];
	struct stat status;
	struct text t;

	TEXT_INTO(&t, path);
	text_add(&t, "/dev/");
	text_add(&t, tty);
	if (tty[0] == '\0' || strstr(tty, "..") != NULL || text_end(&t) < 0 || stat(path, &status) < 0 || !S_ISCHR(status.st_mode))
		return INT64_MIN;
	if (seen->looked_ns == 0 || status.st_atim.tv_sec != seen->read_s)
		seen->last_ns = time_of_reading(status.st_atim.tv_sec, now_ns, seen);
	seen->read_s = status.st_atim.tv_sec;
	seen->looked_ns = now_ns;
	return seen->last_ns;
}

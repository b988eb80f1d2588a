/* SPDX-License-Identifier: BSD-2-Clause */
/* idlelock-x11: watches one X display. `idlelock-x11 SESSION` for idlelockd, as uid _idlelock (idlelock-x11@SESSION.service);
 * `idlelock-x11 --standalone` alone, as the display's own user. */
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "number.h"
#include "paths.h"
#include "x11_standalone.h"
#include "x11_worker.h"

static int usage(int fd, int status)
{
	(void)dprintf(fd, "usage: idlelock-x11 [--root DIR] [--fd N] SESSION\n"
			   "       idlelock-x11 [--root DIR] [--display DISPLAY] --standalone\n");
	return status;
}

struct choice {
	int fd;
	bool help, wrong, standalone;
	const char *root, *display, *instance;
};

static struct choice read_arguments(int argc, char **argv)
{
	static const struct option options[] = {{"fd", required_argument, NULL, 'f'},
						{"root", required_argument, NULL, 'r'},
						{"display", required_argument, NULL, 'd'},
						{"standalone", no_argument, NULL, 's'},
						{"help", no_argument, NULL, 'h'},
						{NULL, 0, NULL, 0}};
	struct choice choice = {.fd = -1, .root = ""};
	int64_t number;
	int option;

	while ((option = getopt_long(argc, argv, "h", options, NULL)) >= 0) {
		if (option == 'f' && number_parse(optarg, strlen(optarg), 0, INT16_MAX, &number) == 0)
			choice.fd = (int)number;
		else if (option == 'r')
			choice.root = optarg;
		else if (option == 'd')
			choice.display = optarg;
		else if (option == 's')
			choice.standalone = true;
		else if (option == 'h')
			choice.help = true;
		else
			choice.wrong = true;
	}
	if (optind + 1 == argc)
		choice.instance = argv[optind];
	/* one or the other, each with what belongs to it */
	if (optind + (choice.standalone ? 0 : 1) != argc || (choice.standalone ? choice.fd >= 0 : choice.display != NULL))
		choice.wrong = true;
	return choice;
}

static int run(const struct choice *choice, const struct paths *paths)
{
	int r;

	if (choice->standalone)
		r = x11_standalone_run(paths, choice->display);
	else
		r = x11_worker_run(choice->instance, choice->fd < 0 ? paths->worker_socket : NULL, choice->fd);
	if (r < 0)
		(void)dprintf(STDERR_FILENO, "idlelock-x11: %s\n", strerrordesc_np(-r));
	return r < 0;
}

int main(int argc, char **argv)
{
	struct choice choice = read_arguments(argc, argv);
	struct paths paths;

	if (choice.help)
		return usage(STDOUT_FILENO, 0);
	if (choice.wrong)
		return usage(STDERR_FILENO, 2);
	if (paths_init(&paths, choice.root, choice.root[0] == '\0' ? 0 : geteuid()) < 0)
		return 1;
	return run(&choice, &paths);
}

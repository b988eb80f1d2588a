/* SPDX-License-Identifier: BSD-2-Clause */
/* idlelock-x11: watches one X display. `idlelock-x11 SESSION` for idlelockd, as uid _idlelock (idlelock-x11@SESSION.service). */
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "number.h"
#include "paths.h"
#include "x11_worker.h"

static int usage(int fd, int status)
{
	(void)dprintf(fd, "usage: idlelock-x11 [--root DIR] [--fd N] SESSION\n");
	return status;
}

struct choice {
	int fd;
	bool help, wrong;
	const char *root, *instance;
};

static struct choice read_arguments(int argc, char **argv)
{
	static const struct option options[] = {{"fd", required_argument, NULL, 'f'},
						{"root", required_argument, NULL, 'r'},
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
		else if (option == 'h')
			choice.help = true;
		else
			choice.wrong = true;
	}
	if (optind + 1 == argc)
		choice.instance = argv[optind];
	return choice;
}

int main(int argc, char **argv)
{
	struct choice choice = read_arguments(argc, argv);
	struct paths paths;
	int r;

	if (choice.help)
		return usage(STDOUT_FILENO, 0);
	if (choice.wrong || choice.instance == NULL)
		return usage(STDERR_FILENO, 2);
	if (paths_init(&paths, choice.root, 0) < 0)
		return 1;
	r = x11_worker_run(choice.instance, choice.fd < 0 ? paths.worker_socket : NULL, choice.fd);
	if (r < 0)
		(void)dprintf(STDERR_FILENO, "idlelock-x11 %s: %s\n", choice.instance, strerrordesc_np(-r));
	return r < 0;
}

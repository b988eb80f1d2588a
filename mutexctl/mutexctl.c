/* SPDX-License-Identifier: BSD-2-Clause */
/* mutexctl: finds the subcommand in the table and runs it. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "common.h"

#define COMMANDS_MAX 64

static int print_help(void)
{
	const struct command *command;

	printf("Usage: mutexctl [--root DIR] COMMAND [OPTIONS]\n"
	       "Turns a company's written security policy into what this computer does, and proves it.\n\nCommands:\n");
	for (size_t i = 0; (command = command_at(i)) != NULL; i++)
		printf("  %-10s %s\n             %s\n", command->name, command->synopsis, command->help);
	printf("\nOptions:\n"
	       "  --root DIR   work on the files below DIR instead of the system's; accounts are still the system's\n"
	       "  --version    print the version\n"
	       "  --help       print this; after a command, its own usage\n\n"
	       "Exit status: 0 fine, 1 violated or refused, 2 usage, unreadable or failed.\n");
	return common_finish(COMMAND_FINE);
}

static int unknown_command(const char *name)
{
	const char *names[COMMANDS_MAX + 1] = {NULL}, *nearest;

	for (size_t i = 0; i < COMMANDS_MAX && command_at(i) != NULL; i++)
		names[i] = command_at(i)->name;
	nearest = diag_nearest(name, strlen(name), names);
	if (nearest != NULL)
		return command_error("unknown command: %s; did you mean \"%s\"?", name, nearest);
	return command_error("unknown command: %s; see mutexctl --help", name);
}

static int run_command(int argc, char **argv)
{
	const struct command *command = command_find(argv[0]);

	if (command == NULL)
		return unknown_command(argv[0]);
	if (argc == 2 && strcmp(argv[1], "--help") == 0) {
		printf("Usage: mutexctl %s%s%s\n%s\n", command->name, command->synopsis[0] != '\0' ? " " : "", command->synopsis, command->help);
		return common_finish(COMMAND_FINE);
	}
	optind = 0; /* glibc: begin anew, and let options stand behind other words again */
	return command->run(argc, argv);
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{"root", required_argument, NULL, 'r'},
		{"version", no_argument, NULL, 'V'},
		{"help", no_argument, NULL, 'h'},
		{0},
	};
	const char *root = "";
	int option;

	while ((option = getopt_long(argc, argv, "+hV", options, NULL)) != -1) {
		if (option == 'r')
			root = optarg;
		else if (option == 'V')
			return printf("mutexctl %s\n", MUTEX_VERSION) > 0 ? common_finish(COMMAND_FINE) : COMMAND_FAILED;
		else if (option == 'h')
			return print_help();
		else
			return command_error("see mutexctl --help");
	}
	if (common_set_root(root) != 0)
		return COMMAND_FAILED;
	if (optind >= argc)
		return command_error("no command given; see mutexctl --help");
	return run_command(argc - optind, argv + optind);
}

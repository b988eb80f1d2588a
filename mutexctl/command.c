/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of subcommands, and how all of them report problems. */
#include "command.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define COMMAND_ROW(name_, synopsis_, help_) {#name_, synopsis_, help_, command_##name_},
static const struct command commands[] = {COMMANDS(COMMAND_ROW)};
#undef COMMAND_ROW

const struct command *command_at(size_t index)
{
	return index < sizeof commands / sizeof commands[0] ? &commands[index] : NULL;
}

const struct command *command_find(const char *name)
{
	const struct command *command;

	for (size_t i = 0; (command = command_at(i)) != NULL; i++)
		if (strcmp(command->name, name) == 0)
			return command;
	return NULL;
}

int command_usage(const char *name, const char *format, ...)
{
	const struct command *command = command_find(name);
	va_list args;

	fprintf(stderr, "mutexctl %s: ", name);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fprintf(stderr, "\nUsage: mutexctl %s %s\n", name, command != NULL ? command->synopsis : "");
	return COMMAND_FAILED;
}

int command_error(const char *format, ...)
{
	va_list args;

	fputs("mutexctl: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	return COMMAND_FAILED;
}

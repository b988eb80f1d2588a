/* SPDX-License-Identifier: BSD-2-Clause */
/* mutexctl breached: the filter of passwords that are known from data breaches. */
#include "breached.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "command.h"
#include "common.h"
#include "file.h"

static const struct {
	const char *name, *synopsis, *help;
	int (*run)(int argc, char **argv);
} actions[] = {
	{"build", "--from FILE [--from FILE...] --to OUT [--format hibp|words|auto] [--memory 1GiB]",
	 "Makes a filter from lists of breached passwords; \"-\" is standard input.\n"
	 "  hibp   lines HASH:COUNT, the SHA-1 text of Have I Been Pwned\n"
	 "  words  a password a line\n"
	 "  auto   each list's first line tells (default)\n"
	 "Keys that do not fit into the memory go to a temporary file beside OUT, 8 bytes each.\n"
	 "Put it where everybody can read it and only root can write, for example " BREACHED_SUGGESTED_PATH ",\n"
	 "and name it in the policy:  [password]  breached_filter = " BREACHED_SUGGESTED_PATH,
	 breached_build},
	{"query", "FILE [--sha1 HEX] [--json]",
	 "Says whether passwords are in the filter: asks for one on a terminal, else reads one a line. None is shown.\n"
	 "Exit status: 0 none is in it, 1 at least one is, 2 failed. About one in 65,000 others is taken for breached.",
	 breached_query},
	{"info", "FILE [--json]", "Tells what a filter holds.", breached_info},
	{"verify", "FILE [--from SOURCE...] [--format hibp|words|auto] [--json]",
	 "Reads the whole filter and compares its digest; with --from, also asks it for every password of those lists.\n"
	 "Exit status: 0 whole, 1 damaged or incomplete, 2 failed.",
	 breached_verify},
};

enum { ACTIONS = sizeof actions / sizeof actions[0] };

static size_t find_action(const char *name)
{
	size_t i = 0;

	while (i < ACTIONS && strcmp(actions[i].name, name) != 0)
		i++;
	return i;
}

int breached_usage(const char *name, const char *format, ...)
{
	va_list args;

	fprintf(stderr, "mutexctl breached %s: ", name);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fprintf(stderr, "\nUsage: mutexctl breached %s %s\n", name, actions[find_action(name)].synopsis);
	return COMMAND_FAILED;
}

int breached_help(const char *name)
{
	const size_t i = find_action(name);

	printf("Usage: mutexctl breached %s %s\n%s\n", name, actions[i].synopsis, actions[i].help);
	return common_finish(COMMAND_FINE);
}

int breached_map(const char *path, struct breached_map *ret_map)
{
	int fd FILE_CLOSED = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct breached_map map = {0};
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return command_error("cannot read %s: %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode) || st.st_size < FILTER_HEADER_BYTES)
		return command_error("not a filter of breached passwords: %s", path);
	map.len = (size_t)st.st_size;
	map.bytes = mmap(NULL, map.len, PROT_READ, MAP_PRIVATE, fd, 0);
	if (map.bytes == MAP_FAILED)
		return command_error("cannot map %s: %s", path, strerror(errno));
	if (filter_open(map.bytes, map.len, &map.filter) < 0) {
		breached_unmap(&map);
		return command_error("not a filter of breached passwords, or a damaged one: %s", path);
	}
	*ret_map = map;
	return 0;
}

void breached_unmap(struct breached_map *map)
{
	if (map->bytes != NULL)
		(void)munmap(map->bytes, map->len);
	*map = (struct breached_map){0};
}

static int help_for_all(void)
{
	for (size_t i = 0; i < ACTIONS; i++)
		printf("%smutexctl breached %s %s\n%s\n", i > 0 ? "\n" : "", actions[i].name, actions[i].synopsis, actions[i].help);
	return common_finish(COMMAND_FINE);
}

int command_breached(int argc, char **argv)
{
	size_t i;

	if (argc < 2)
		return command_usage("breached", "say what to do: build, query, info or verify");
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0)
		return help_for_all();
	i = find_action(argv[1]);
	if (i == ACTIONS)
		return command_usage("breached", "unknown: %s", argv[1]);
	optind = 0; /* glibc: begin anew, and let options stand behind other words again */
	return actions[i].run(argc - 1, argv + 1);
}

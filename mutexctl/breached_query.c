/* SPDX-License-Identifier: BSD-2-Clause */
/* mutexctl breached query: is a password in the filter? Passwords come from the terminal or standard input, never from arguments, and
 * none is shown. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "breached.h"
#include "breached_line.h"
#include "command.h"
#include "common.h"
#include "prompt.h"

struct query {
	const struct filter *filter;
	json_t *results; /* NULL = plain text */
	bool numbered;   /* one of many lines */
	uint64_t asked, found;
};

static void answer(struct query *q, uint64_t line, uint64_t key)
{
	const bool found = filter_contains(q->filter, key);

	q->asked++;
	q->found += found;
	if (q->results != NULL)
		json_array_append_new(q->results, json_pack("{s:I, s:b}", "line", (json_int_t)line, "found", (int)found));
	else if (q->numbered)
		printf("%" PRIu64 ": %s\n", line, found ? "found" : "not found");
	else
		printf("%s\n", found ? "found" : "not found");
}

static int ask_terminal(struct query *q)
{
	struct secret password SECRET_WIPED = {0};
	const int r = prompt_secret("Password: ", &password);

	if (r < 0)
		return command_error("cannot read the password: %s", strerror(-r));
	answer(q, 1, filter_key(password.bytes, password.len));
	return 0;
}

/* As a word list is read: empty lines name no password, and a '\r' at the end belongs to the line. */
static int ask_lines(struct query *q)
{
	char buffer[BUFSIZ];
	char *line = NULL;
	size_t size = 0;
	ssize_t len;
	uint64_t number = 0, key;
	const char *problem;
	int r = 0;

	q->numbered = true;
	/* Our own buffer, so that it can be wiped. */
	(void)setvbuf(stdin, buffer, _IOFBF, sizeof buffer);
	while (r == 0 && (len = getline(&line, &size, stdin)) >= 0) {
		int taken;

		number++;
		taken = breached_line_key(BREACHED_WORDS, line, (size_t)len - (line[len - 1] == '\n'), &key, &problem);
		if (taken < 0)
			r = command_error("standard input:%" PRIu64 ": error: the line %s", number, problem);
		else if (taken > 0)
			answer(q, number, key);
	}
	if (r == 0 && ferror(stdin))
		r = command_error("cannot read standard input: %s", strerror(errno));
	if (line != NULL)
		explicit_bzero(line, size);
	free(line);
	(void)fclose(stdin);
	explicit_bzero(buffer, sizeof buffer);
	return r;
}

static int ask(struct query *q, const char *hex)
{
	uint64_t key;

	if (hex == NULL)
		return isatty(STDIN_FILENO) == 1 ? ask_terminal(q) : ask_lines(q);
	if (breached_hex_key(hex, strlen(hex), &key) < 0)
		return breached_usage("query", "--sha1: not 40 hex digits: %s", hex);
	answer(q, 1, key);
	return 0;
}

static int report(struct query *q)
{
	const int fine = q->found > 0 ? COMMAND_VIOLATED : COMMAND_FINE;

	if (q->results == NULL)
		return common_finish(fine);
	return common_print_json(
		json_pack("{s:I, s:I, s:O}", "asked", (json_int_t)q->asked, "found", (json_int_t)q->found, "results", q->results), fine);
}

int breached_query(int argc, char **argv)
{
	static const struct option options[] = {
		{"sha1", required_argument, NULL, 's'}, {"json", no_argument, NULL, 'j'}, {"help", no_argument, NULL, 'h'}, {0}};
	struct breached_map map BREACHED_UNMAPPED = {0};
	struct query q = {.filter = &map.filter};
	const char *hex = NULL;
	bool json = false;
	int option, r;

	while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		if (option == 'h')
			return breached_help("query");
		if (option == '?')
			return breached_usage("query", "wrong option");
		json = json || option == 'j';
		hex = option == 's' ? optarg : hex;
	}
	if (argc - optind != 1)
		return breached_usage("query", "one FILE is needed");
	if (breached_map(argv[optind], &map) != 0)
		return COMMAND_FAILED;
	q.results = json ? json_array() : NULL;
	r = ask(&q, hex);
	if (r == 0)
		r = report(&q);
	json_decref(q.results);
	return r;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads a list of breached passwords as a stream of keys. */
#include "breached_source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command.h"

enum { BUFFER_BYTES = 1 << 20 };

int breached_source_open(const char *name, enum breached_format format, struct breached_source *ret_source)
{
	const bool standard_input = strcmp(name, "-") == 0;
	struct breached_source source = {.name = standard_input ? "standard input" : name, .format = format};
	struct stat st;

	source.fd = standard_input ? STDIN_FILENO : open(name, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (source.fd < 0)
		return command_error("cannot read %s: %s", source.name, strerror(errno));
	if (fstat(source.fd, &st) == 0 && S_ISREG(st.st_mode))
		source.size_bytes = (uint64_t)st.st_size;
	(void)posix_fadvise(source.fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	source.buffer = malloc(BUFFER_BYTES);
	*ret_source = source;
	return source.buffer != NULL ? 0 : command_error("cannot read %s: %s", source.name, strerror(ENOMEM));
}

void breached_source_close(struct breached_source *source)
{
	if (source->buffer != NULL && source->fd > STDIN_FILENO)
		(void)close(source->fd);
	free(source->buffer);
	*source = (struct breached_source){0};
}

/* Moves what is left to the front and reads behind it. 0 or negative errno. */
static int fill(struct breached_source *source)
{
	ssize_t n;

	memmove(source->buffer, source->buffer + source->start, source->end - source->start);
	source->end -= source->start;
	source->start = 0;
	do
		n = read(source->fd, source->buffer + source->end, BUFFER_BYTES - source->end);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	source->ended = n == 0;
	source->end += (size_t)n;
	source->read_bytes += (uint64_t)n;
	return 0;
}

/* 1 with a line (the last one may lack its '\n'), 0 at the end, negative errno; -E2BIG for one that is too long. */
static int next_line(struct breached_source *source, const char **ret_line, size_t *ret_len)
{
	for (;;) {
		const char *line = source->buffer + source->start;
		const size_t left = source->end - source->start;
		const char *newline = memchr(line, '\n', left);
		const size_t len = newline != NULL ? (size_t)(newline - line) : left;
		int r;

		if (newline != NULL || source->ended || len > BREACHED_LINE_BYTES_MAX) {
			if (newline == NULL && len == 0)
				return 0;
			source->line++;
			source->start += len + (newline != NULL);
			*ret_line = line;
			*ret_len = len;
			return len <= BREACHED_LINE_BYTES_MAX ? 1 : -E2BIG;
		}
		r = fill(source);
		if (r < 0)
			return r;
	}
}

static int malformed(const struct breached_source *source, const char *problem)
{
	return -command_error("%s:%llu: error: the line %s", source->name, (unsigned long long)source->line, problem);
}

/* A byte order mark belongs to the file, not to its first word. */
static int start_of_file(struct breached_source *source, const char **line, size_t *len)
{
	const char *problem = NULL;

	if (*len >= 3 && memcmp(*line, "\xef\xbb\xbf", 3) == 0) {
		*line += 3;
		*len -= 3;
	}
	if (source->format != BREACHED_AUTO)
		return 0;
	source->format = breached_line_format(*line, *len, &problem);
	return source->format == BREACHED_AUTO ? malformed(source, problem) : 0;
}

int breached_source_next(struct breached_source *source, uint64_t *ret_key)
{
	const char *line, *problem = NULL;
	size_t len;
	int r;

	do {
		r = next_line(source, &line, &len);
		if (r == -E2BIG)
			return malformed(source, "is longer than any password; this is no list of passwords");
		if (r < 0)
			return -command_error("cannot read %s: %s", source->name, strerror(-r));
		if (r == 0)
			return 0;
		if (source->line == 1 && (r = start_of_file(source, &line, &len)) < 0)
			return r;
		r = breached_line_key(source->format, line, len, ret_key, &problem);
	} while (r == 0);
	return r < 0 ? malformed(source, problem) : 1;
}

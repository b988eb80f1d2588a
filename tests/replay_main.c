/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs a fuzz target over files and folders, with any compiler: replay FILE|FOLDER...  Exits with 1 when there was nothing to run. */
#include <fts.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The input lies in a block of exactly its size, so that the sanitizers and valgrind see a byte read behind it. */
static int replay_file(const char *path, off_t size)
{
	uint8_t *data = malloc(size > 0 ? (size_t)size : 1);
	FILE *file = fopen(path, "rbe");
	int failed = 0;

	if (data == NULL || file == NULL || fread(data, 1, (size_t)size, file) != (size_t)size) {
		perror(path);
		failed = 1;
	} else {
		(void)LLVMFuzzerTestOneInput(data, (size_t)size);
	}
	if (file != NULL)
		(void)fclose(file);
	free(data);
	return failed;
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
	const char *x = (*a)->fts_name, *y = (*b)->fts_name;

	while (*x != '\0' && *x == *y) {
		x++;
		y++;
	}
	return (unsigned char)*x - (unsigned char)*y;
}

int main(int argc, char **argv)
{
	FTS *walk = argc > 1 ? fts_open(argv + 1, FTS_PHYSICAL | FTS_NOCHDIR, by_name) : NULL;
	unsigned long count = 0;
	int failed = 0;
	FTSENT *entry;

	while (walk != NULL && (entry = fts_read(walk)) != NULL) {
		if (entry->fts_info == FTS_F) {
			failed |= replay_file(entry->fts_path, entry->fts_statp->st_size);
			count++;
		} else if (entry->fts_info == FTS_NS || entry->fts_info == FTS_DNR || entry->fts_info == FTS_ERR) {
			fprintf(stderr, "%s: cannot be read\n", entry->fts_path);
			failed = 1;
		}
	}
	if (walk != NULL)
		(void)fts_close(walk);
	printf("%lu inputs\n", count);
	return failed || count == 0;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* The filter of breached passwords at full size: `mutexctl breached build` reads BENCH_KEYS synthetic hashes (default 100,000,000) through
 * a pipe; then the filter is asked for every member, for ten million others, warm and with its pages dropped from the cache. Exit 1 when a
 * figure misses its aim. The filter lies in TMPDIR (2.2 bytes a key, and 8 more while it is built). */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "filter_sample.h"
#include "number.h"
#include "text.h"

enum { LINE_BYTES = 46, CHUNK_LINES = 8192, OTHERS = 10000000, WARM = 2000000, COLD = 200, OTHERS_FOUND_MAX = 190 };

#define MEMORY_MAX_KIB (1024 * 1024)
#define BITS_MAX 18.1

struct bench {
	uint64_t keys;
	char tool[4096], file[4096];
	int fd;
	void *bytes;
	struct filter filter;
	bool missed; /* an aim */
};

static void fail(const char *what)
{
	fprintf(stderr, "bench_filter: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void judge(struct bench *b, const char *what, bool good)
{
	if (!good)
		printf("  MISSED: %s\n", what);
	b->missed = b->missed || !good;
}

static void put_hex(char *to, uint64_t n)
{
	for (size_t i = 0; i < 16; i++)
		to[i] = "0123456789ABCDEF"[n >> (60 - 4 * i) & 15];
}

/* The text of Have I Been Pwned: SHA-1, count, CRLF. */
static void write_hashes(int fd, uint64_t keys)
{
	static char chunk[CHUNK_LINES * LINE_BYTES];
	uint64_t n = 0;

	while (n < keys) {
		size_t len = 0, written = 0;

		for (; n < keys && len < sizeof chunk; n++, len += LINE_BYTES) {
			memcpy(chunk + len, "0123456789ABCDEF0123456789ABCDEF01234567:123\r\n", LINE_BYTES);
			put_hex(chunk + len, sample_key(n));
		}
		while (written < len) {
			const ssize_t w = write(fd, chunk + written, len - written);

			if (w < 0)
				_exit(1);
			written += (size_t)w;
		}
	}
	_exit(0);
}

static pid_t start_writer(uint64_t keys, int *ret_fd)
{
	int ends[2], error = pipe2(ends, O_CLOEXEC);
	const pid_t pid = error < 0 ? -1 : fork();

	if (pid < 0)
		fail("cannot start the writer");
	if (pid == 0) {
		(void)close(ends[0]);
		write_hashes(ends[1], keys);
	}
	(void)close(ends[1]);
	*ret_fd = ends[0];
	return pid;
}

static void build(struct bench *b)
{
	const int64_t start_ns = clock_monotonic_ns();
	int from, status, writer_status;
	struct rusage usage;
	const pid_t writer = start_writer(b->keys, &from), pid = fork();
	double seconds;

	if (pid < 0)
		fail("cannot start mutexctl");
	if (pid == 0) {
		if (dup2(from, STDIN_FILENO) < 0)
			_exit(126);
		execl(b->tool, "mutexctl", "breached", "build", "--from", "-", "--to", b->file, (char *)NULL);
		_exit(127);
	}
	(void)close(from);
	if (wait4(pid, &status, 0, &usage) < 0 || waitpid(writer, &writer_status, 0) < 0)
		fail("cannot wait");
	if (status != 0 || writer_status != 0)
		fail("mutexctl breached build did not succeed");
	seconds = (double)(clock_monotonic_ns() - start_ns) / 1e9;
	printf("build: %.1f s, %.0f keys/s, %.1f s of processor, peak memory %ld MiB\n", seconds, (double)b->keys / seconds,
	       (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6,
	       usage.ru_maxrss / 1024);
	judge(b, "peak memory over the 1 GiB that --memory allows", usage.ru_maxrss <= MEMORY_MAX_KIB);
}

static void map_filter(struct bench *b)
{
	struct stat st;

	b->fd = open(b->file, O_RDONLY | O_CLOEXEC);
	if (b->fd < 0 || fstat(b->fd, &st) < 0)
		fail(b->file);
	b->bytes = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, b->fd, 0);
	if (b->bytes == MAP_FAILED || filter_open(b->bytes, (size_t)st.st_size, &b->filter) < 0)
		fail("cannot open the filter");
}

static void unmap_filter(struct bench *b)
{
	(void)munmap(b->bytes, b->filter.len);
	(void)close(b->fd);
}

static void measure_size(struct bench *b)
{
	const double bits = (double)b->filter.len * 8 / (double)b->filter.key_count;

	printf("size: %zu bytes, %" PRIu32 " shards, %.3f bits a key\n", b->filter.len, b->filter.shard_count, bits);
	judge(b, "bits a key over 18.1", b->keys < 100000 || bits <= BITS_MAX);
	judge(b, "another number of keys than were given", b->filter.key_count == b->keys);
}

static void measure_members(struct bench *b)
{
	const int64_t start_ns = clock_monotonic_ns();
	uint64_t missing = 0;

	for (uint64_t n = 0; n < b->keys; n++)
		missing += !filter_contains(&b->filter, sample_key(n));
	printf("members: %" PRIu64 " asked, %" PRIu64 " missing, %.1f s\n", b->keys, missing,
	       (double)(clock_monotonic_ns() - start_ns) / 1e9);
	judge(b, "a member was not found", missing == 0);
}

static void measure_others(struct bench *b)
{
	uint64_t found = 0;

	for (uint64_t n = 0; n < OTHERS; n++)
		found += filter_contains(&b->filter, sample_key(b->keys + n));
	printf("others: %d asked, %" PRIu64 " found (2^-16 would be 153), aim at most %d\n", OTHERS, found, OTHERS_FOUND_MAX);
	judge(b, "too many false positives", found <= OTHERS_FOUND_MAX);
}

static void measure_warm(struct bench *b)
{
	const int64_t start_ns = clock_monotonic_ns();
	uint64_t found = 0;

	/* Each key depends on the last answer, so that queries do not overlap in the processor. */
	for (uint64_t n = 0; n < WARM; n++)
		found += filter_contains(&b->filter, sample_key(n * 40503 % b->keys + (found & 1)));
	printf("warm query: %.0f ns (mean of %d, one after the other)\n", (double)(clock_monotonic_ns() - start_ns) / WARM, WARM);
	judge(b, "nothing was found", found > 0);
}

static int compare_times(const void *a, const void *b)
{
	const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* Drops this file's pages before each query; only these, since others use the machine, too. The time holds mapping, checking the header
 * and one query: what a change of password waits for. */
static void measure_cold(struct bench *b)
{
	static int64_t times[COLD];
	uint64_t found = 0;

	for (uint64_t n = 0; n < COLD; n++) {
		int64_t start_ns;

		unmap_filter(b);
		b->fd = open(b->file, O_RDONLY | O_CLOEXEC);
		if (b->fd < 0 || fsync(b->fd) < 0 || posix_fadvise(b->fd, 0, 0, POSIX_FADV_DONTNEED) != 0)
			fail("cannot drop the filter from the cache");
		(void)close(b->fd);
		start_ns = clock_monotonic_ns();
		map_filter(b);
		found += filter_contains(&b->filter, sample_key(n * (b->keys / COLD + 1) % b->keys));
		times[n] = clock_monotonic_ns() - start_ns;
	}
	qsort(times, COLD, sizeof times[0], compare_times);
	printf("cold: open and query median %.0f us, longest %.0f us (%d, the cache dropped before each)\n", (double)times[COLD / 2] / 1000,
	       (double)times[COLD - 1] / 1000, COLD);
	judge(b, "a member was not found", found == COLD);
}

static void set_up(struct bench *b)
{
	const char *keys = getenv("BENCH_KEYS"), *folder = getenv("TMPDIR"), *variant = getenv("BUILD");
	struct text t;
	int64_t count = 100000000;

	if (keys != NULL && number_parse(keys, strlen(keys), 1000, INT64_C(4000000000), &count) < 0)
		fail("BENCH_KEYS");
	b->keys = (uint64_t)count;
	TEXT_INTO(&t, b->tool);
	text_add_format(&t, "%s/mutexctl/mutexctl", variant != NULL ? variant : "build/release");
	TEXT_INTO(&t, b->file);
	text_add_format(&t, "%s/bench_filter.%d", folder != NULL ? folder : "/tmp", (int)getpid());
}

int main(void)
{
	struct bench b = {.fd = -1};

	(void)signal(SIGPIPE, SIG_IGN);
	set_up(&b);
	printf("%" PRIu64 " keys\n", b.keys);
	(void)fflush(stdout);
	build(&b);
	map_filter(&b);
	measure_size(&b);
	measure_cold(&b);
	measure_members(&b);
	measure_others(&b);
	measure_warm(&b);
	unmap_filter(&b);
	(void)unlink(b.file);
	return b.missed;
}

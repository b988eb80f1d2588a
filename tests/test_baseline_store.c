/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of idlelock/guard/baseline_store.c: files and folders as they were, below a root folder of our own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "baseline_store.h"
#include "file_root.h"
#include "text.h"

struct bed {
	char root[FILE_ROOT_BYTES];
	struct paths paths;
};

static const char *at(const struct bed *bed, const char *path)
{
	static char whole[256];
	struct text t;

	TEXT_INTO(&t, whole);
	text_add(&t, bed->root);
	text_add(&t, path);
	assert_int_equal(text_end(&t), 0);
	return whole;
}

static void put(const struct bed *bed, const char *path, const char *words, mode_t mode)
{
	file_root_put(bed->root, path, words, mode);
}

/* What is in it; "-" = it is not there. */
static const char *content(const struct bed *bed, const char *path)
{
	static char words[64];
	FILE *file = fopen(at(bed, path), "r");
	size_t len;

	if (file == NULL)
		return "-";
	len = fread(words, 1, sizeof words - 1, file);
	words[len] = '\0';
	(void)fclose(file);
	return words;
}

static int set_up(void **state)
{
	struct bed *bed = calloc(1, sizeof *bed);

	assert_non_null(bed);
	file_root_make("baseline_store", bed->root);
	assert_int_equal(paths_init(&bed->paths, bed->root, geteuid()), 0);
	file_root_folders(bed->root, "/var/lib/mutex/");
	put(bed, "/etc/wall/on", "yes\n", 0640);
	put(bed, "/etc/wall/zones/public", "closed\n", 0644);
	assert_int_equal(symlink("zones/public", at(bed, "/etc/wall/link")), 0);
	put(bed, "/etc/rules", "drop\n", 0600);
	*state = bed;
	return 0;
}

static int tear_down(void **state)
{
	struct bed *bed = *state;

	assert_int_equal(file_root_remove(bed->root), 0);
	free(bed);
	return 0;
}

static void keep_all(const struct bed *bed, bool anew)
{
	assert_int_equal(baseline_store_begin(&bed->paths), 0);
	assert_int_equal(baseline_store_keep(&bed->paths, "/etc/wall", anew), 0);
	assert_int_equal(baseline_store_keep(&bed->paths, "/etc/rules", anew), 0);
	assert_int_equal(baseline_store_keep(&bed->paths, "/etc/never/there", anew), 0);
	assert_int_equal(baseline_store_end(&bed->paths), 0);
}

static void everything_comes_back(void **state)
{
	const struct bed *bed = *state;
	char target[32] = "";
	struct stat st;

	keep_all(bed, true);
	put(bed, "/etc/wall/on", "no\n", 0666);
	put(bed, "/etc/wall/zones/trusted", "open\n", 0644);
	assert_int_equal(unlink(at(bed, "/etc/wall/zones/public")), 0);
	assert_int_equal(unlink(at(bed, "/etc/wall/link")), 0);
	assert_int_equal(mkdir(at(bed, "/etc/wall/more"), 0755), 0);
	put(bed, "/etc/wall/more/x", "x", 0644);
	assert_int_equal(unlink(at(bed, "/etc/rules")), 0);
	assert_int_equal(mkdir(at(bed, "/etc/rules"), 0755), 0);
	assert_int_equal(baseline_store_restore(&bed->paths, "/etc/wall"), 0);
	assert_int_equal(baseline_store_restore(&bed->paths, "/etc/rules"), 0);
	assert_string_equal(content(bed, "/etc/wall/on"), "yes\n");
	assert_int_equal(stat(at(bed, "/etc/wall/on"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
	assert_string_equal(content(bed, "/etc/wall/zones/public"), "closed\n");
	assert_string_equal(content(bed, "/etc/wall/zones/trusted"), "-");
	assert_string_equal(content(bed, "/etc/wall/more/x"), "-");
	assert_true(readlink(at(bed, "/etc/wall/link"), target, sizeof target - 1) > 0);
	assert_string_equal(target, "zones/public");
	assert_string_equal(content(bed, "/etc/rules"), "drop\n");
	assert_int_equal(baseline_store_restore(&bed->paths, "/etc/never/there"), -ENOENT);
}

static void what_is_the_same_is_not_touched(void **state)
{
	const struct bed *bed = *state;
	struct stat before, after;

	keep_all(bed, true);
	assert_int_equal(stat(at(bed, "/etc/rules"), &before), 0);
	assert_int_equal(baseline_store_restore(&bed->paths, "/etc/rules"), 0);
	assert_int_equal(stat(at(bed, "/etc/rules"), &after), 0);
	assert_int_equal(before.st_ino, after.st_ino);
}

/* A control that does not hold is not taken for what it should be. */
static void what_was_kept_before_can_stay(void **state)
{
	const struct bed *bed = *state;

	keep_all(bed, true);
	put(bed, "/etc/rules", "accept\n", 0600);
	keep_all(bed, false);
	assert_int_equal(baseline_store_restore(&bed->paths, "/etc/rules"), 0);
	assert_string_equal(content(bed, "/etc/rules"), "drop\n");
	put(bed, "/etc/rules", "accept\n", 0600);
	keep_all(bed, true);
	assert_int_equal(baseline_store_restore(&bed->paths, "/etc/rules"), 0);
	assert_string_equal(content(bed, "/etc/rules"), "accept\n");
}

int main(void)
{
#define ROW(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {ROW(everything_comes_back), ROW(what_is_the_same_is_not_touched), ROW(what_was_kept_before_can_stay)};
#undef ROW

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* What is kept of a policy that was put in force. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "file.h"
#include "file_root.h"
#include "policy_sample.h"
#include "policy_store.h"

static char root[FILE_ROOT_BYTES];
static struct paths paths;

static int set_up(void **state)
{
	(void)state;
	file_root_make("policy_store", root);
	return paths_init(&paths, root, geteuid());
}

static int tear_down(void **state)
{
	(void)state;
	return file_root_remove(root);
}

static void by_hash(const struct policy *policy, char (*ret_path)[512])
{
	(void)snprintf(*ret_path, sizeof *ret_path, "%s/var/lib/mutex/policy/%s.conf", root, policy->hash);
}

static void check_file(const char *path, const char *want)
{
	const struct file_trust trust = {.owner = geteuid(), .max_bytes = POLICY_FILE_BYTES_MAX};
	char *bytes FILE_FREED = NULL;
	struct stat st;
	size_t len;

	assert_int_equal(file_read_trusted(path, &trust, &bytes, &len), 0);
	assert_non_null(strstr(bytes, want));
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
}

static void keeps_the_newest_and_all_by_hash(void **state)
{
	struct policy_sample first SAMPLE_FREED, second SAMPLE_FREED;
	char path[512], other[512];
	struct stat st;

	(void)state;
	policy_sample_text(&first, "[password]\nhistory = 3\n");
	policy_sample_text(&second, "[password]\nhistory = 5\n");
	assert_int_equal(policy_store(&paths, &first.policy), 0);
	assert_int_equal(policy_store(&paths, &second.policy), 0);
	assert_int_equal(policy_store(&paths, &second.policy), 0); /* again changes nothing */
	by_hash(&first.policy, &path);
	by_hash(&second.policy, &other);
	assert_string_not_equal(path, other);
	check_file(path, "history = 3\n");
	check_file(other, "history = 5\n");
	check_file(paths.last_good, "history = 5\n");
	*strrchr(path, '/') = '\0';
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
}

/* A folder that others can write is nobody's to trust. */
static void a_folder_of_others_is_refused_and_the_old_one_stays(void **state)
{
	struct policy_sample third SAMPLE_FREED;
	char path[512];

	(void)state;
	policy_sample_text(&third, "[password]\nhistory = 7\n");
	by_hash(&third.policy, &path);
	*strrchr(path, '/') = '\0';
	assert_int_equal(chmod(path, 0777), 0);
	assert_true(policy_store(&paths, &third.policy) < 0);
	check_file(paths.last_good, "history = 5\n");
	assert_int_equal(chmod(path, 0700), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_the_newest_and_all_by_hash),
		cmocka_unit_test(a_folder_of_others_is_refused_and_the_old_one_stays),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}

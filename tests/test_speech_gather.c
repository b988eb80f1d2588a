/* SPDX-License-Identifier: BSD-2-Clause */
/* The language of the lock's words: the policy goes before the environment. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "speech_gather.h"

static struct paths paths;

static void write_policy(const char *language)
{
	FILE *f = fopen(paths.policy_file, "we");

	assert_non_null(f);
	assert_true(fprintf(f, "[policy]\ndocument = Security policy\nlanguage = %s\n[report]\ncontact = it@example.com\n", language) > 0);
	assert_int_equal(fclose(f), 0);
}

static void the_policy_goes_first(void **state)
{
	static const struct {
		const char *policy, *environment; /* NULL: no policy; no variable */
		enum language want;
	} ROWS[] = {
		{"ja", "C.UTF-8", LANGUAGE_JA},    {"ja", NULL, LANGUAGE_JA},    {"en", "ja_JP.UTF-8", LANGUAGE_EN}, {"auto", "ja_JP.UTF-8", LANGUAGE_JA},
		{"auto", "en_GB.UTF-8", LANGUAGE_EN}, {"auto", NULL, LANGUAGE_EN}, {NULL, "ja_JP.UTF-8", LANGUAGE_JA}, {NULL, NULL, LANGUAGE_EN},
	};

	(void)state;
	unsetenv("LC_ALL");
	unsetenv("LC_MESSAGES");
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		(void)unlink(paths.policy_file);
		if (ROWS[i].policy != NULL)
			write_policy(ROWS[i].policy);
		unsetenv("LANG");
		if (ROWS[i].environment != NULL)
			setenv("LANG", ROWS[i].environment, 1);
		assert_int_equal(speech_gather(&paths), ROWS[i].want);
	}
}

static int make_root(void **state)
{
	static char root[] = "/tmp/mutex-speech.XXXXXX";
	char etc[PATHS_BYTES_MAX + 8];

	(void)state;
	if (mkdtemp(root) == NULL || paths_init(&paths, root, geteuid()) < 0)
		return -1;
	snprintf(etc, sizeof etc, "%s/etc", root);
	return mkdir(etc, 0755) < 0 || mkdir(paths.settings, 0755) < 0 ? -1 : 0;
}

static int remove_root(void **state)
{
	char etc[PATHS_BYTES_MAX + 8];

	(void)state;
	snprintf(etc, sizeof etc, "%s/etc", paths.root);
	(void)unlink(paths.policy_file);
	(void)rmdir(paths.settings);
	(void)rmdir(etc);
	return rmdir(paths.root);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_policy_goes_first),
	};

	return cmocka_run_group_tests(tests, make_root, remove_root);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* The system's language out of its locale file, and the domain out of its host table. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "hosts_file.h"
#include "locale_file.h"

#define NONE LANGUAGE_MAX

static const struct {
	const char *name, *bytes;
	enum language language; /* NONE = the file does not say */
} locales[] = {
	{"empty", "", NONE},
	{"LANG", "LANG=ja_JP.UTF-8\n", LANGUAGE_JA},
	{"no newline", "LANG=ja_JP.UTF-8", LANGUAGE_JA},
	{"quoted", "LANG=\"ja_JP.UTF-8\"\n", LANGUAGE_JA},
	{"single quotes", "LANG='ja_JP.UTF-8' # home\n", LANGUAGE_JA},
	{"comment behind", "LANG=ja_JP.UTF-8 # home\n", LANGUAGE_JA},
	{"carriage return", "LANG=ja\r\n", LANGUAGE_JA},
	{"export and blanks", "  export LANG=ja_JP.UTF-8\n", LANGUAGE_JA},
	{"commented out", "#LANG=ja_JP.UTF-8\n", NONE},
	{"other names", "LANGUAGE=ja\nXLANG=ja\nLC_TIME=ja_JP.UTF-8\n", NONE},
	{"english", "LANG=en_GB.UTF-8\n", LANGUAGE_EN},
	{"C", "LANG=C.UTF-8\n", LANGUAGE_EN},
	{"LC_ALL wins", "LC_ALL=ja_JP.UTF-8\nLC_MESSAGES=C\nLANG=C\n", LANGUAGE_JA},
	{"LC_MESSAGES before LANG", "LANG=ja_JP.UTF-8\nLC_MESSAGES=C\n", LANGUAGE_EN},
	{"empty LC_ALL does not count", "LC_ALL=\nLANG=ja_JP.UTF-8\n", LANGUAGE_JA},
	{"the last line holds", "LANG=C\nLANG=ja_JP.UTF-8\n", LANGUAGE_JA},
	{"the last line takes away", "LANG=ja_JP.UTF-8\nLANG=\n", NONE},
	{"too long", "LANG=ja_JP.UTF-8@xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n", NONE},
};

static void finds_the_language(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof locales / sizeof *locales; i++) {
		enum language language = NONE;
		bool found = locale_file_language(locales[i].bytes, strlen(locales[i].bytes), &language);

		if (language != locales[i].language || found != (locales[i].language != NONE))
			fail_msg("%s: %d", locales[i].name, (int)language);
	}
}

static const struct {
	const char *name, *bytes, *host, *domain; /* NULL = none */
} tables[] = {
	{"Debian's line", "127.0.0.1 localhost\n127.0.1.1\tpc7.example.jp pc7\n", "pc7", "example.jp"},
	{"alias first", "127.0.1.1 pc7 PC7.Example.jp\n", "pc7", "Example.jp"},
	{"no newline", "::1 pc7.lan", "pc7", "lan"},
	{"comment", "# pc7.wrong.example\n127.0.1.1 other #pc7.wrong.example\n", "pc7", NULL},
	{"another host's", "10.0.0.7 pc77.example.jp xpc7.example.jp\n", "pc7", NULL},
	{"no domain", "127.0.1.1 pc7 pc7.\n", "pc7", NULL},
	{"empty host", "127.0.1.1 .example.jp\n", "", NULL},
	{"too long", "127.0.1.1 pc7.example-of-a-domain-that-is-too-long.jp\n", "pc7", NULL},
	{"not a domain's characters", "127.0.1.1 pc7.ex\x01mple pc7.ex_ample\n", "pc7", NULL},
	{"empty", "", "pc7", NULL},
};

static void finds_the_domain(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
		char domain[32] = "";
		bool found = hosts_file_domain(tables[i].bytes, strlen(tables[i].bytes), tables[i].host, domain, sizeof domain);

		if (found != (tables[i].domain != NULL) || strcmp(domain, found ? tables[i].domain : "") != 0)
			fail_msg("%s: \"%s\"", tables[i].name, domain);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_the_language),
		cmocka_unit_test(finds_the_domain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

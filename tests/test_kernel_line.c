/* SPDX-License-Identifier: BSD-2-Clause */
/* Kernel command lines and the words that leave the policy out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "kernel_line.h"
#include "text.h"

static const struct row {
	const char *name, *line;
	const char *found; /* each with a blank behind it */
} rows[] = {
	{"Debian's own", "BOOT_IMAGE=/boot/vmlinuz-6.1.0-18-amd64 root=UUID=0-1 ro quiet splash", ""},
	{"a shell", "ro quiet init=/bin/sh", "init=/bin/sh "},
	{"init as it is", "init=/sbin/init init=/lib/systemd/systemd", ""},
	{"in the initrd", "rdinit=/bin/sh rd.break", "rdinit=/bin/sh rd.break "},
	{"masked", "systemd.mask=idlelockd.service quiet", "systemd.mask=idlelockd.service "},
	{"single", "quiet single", "single "},
	{"runlevels", "1 s S 2 3 5", "1 s S "},
	{"rescue", "systemd.unit=rescue.target", "systemd.unit=rescue.target "},
	{"usual targets", "systemd.unit=multi-user.target systemd.unit=graphical.target", ""},
	{"the debug shell, both ways", "systemd.debug-shell systemd.debug_shell=1 systemd.debug_shell=0", "systemd.debug-shell systemd.debug_shell=1 "},
	{"no part of a word", "rootdelay=1 xinit=/bin/sh singleton emergency2 console=ttyS0,115200", ""},
	{"behind --", "quiet -- single", "single "},
	{"quoted, as in a file", "GRUB_CMDLINE_LINUX=\"quiet single\"\n", "single "},
	{"no AppArmor", "apparmor=0 apparmor=1", "apparmor=0 "},
	{"nothing", "", ""},
};

static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const char *at = rows[i].line, *end = at + strlen(at), *word;
		char found[256];
		struct text t;
		size_t len;

		TEXT_INTO(&t, found);
		while ((word = kernel_line_next(&at, end, &len)) != NULL) {
			text_add_bytes(&t, word, len);
			text_add_char(&t, ' ');
		}
		assert_int_equal(text_end(&t), 0);
		if (strcmp(found, rows[i].found) != 0)
			fail_msg("%s: found \"%s\", not \"%s\"", rows[i].name, found, rows[i].found);
	}
}

/* What stands behind a NUL is read as well, and nothing behind the end. */
static void test_bytes(void **state)
{
	static const char line[] = "quiet\0single";
	const char *at = line;
	size_t len;

	(void)state;
	assert_ptr_equal(kernel_line_next(&at, line + sizeof line - 1, &len), line + 6);
	at = line;
	assert_null(kernel_line_next(&at, line + sizeof line - 2, &len));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows), cmocka_unit_test(test_bytes)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

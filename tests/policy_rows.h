/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows of policy files with all that is told about each. */
#ifndef MUTEX_POLICY_ROWS_H
#define MUTEX_POLICY_ROWS_H

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "policy_sample.h"

/* What is printed for one file, and whether it is a policy. */
struct file_row {
	const char *name, *text;
	const char *want; /* all problems, "" = none */
};

static inline void check_rows(const struct file_row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct policy_sample sample SAMPLE_FREED;

		print_message("%s\n", rows[i].name);
		policy_sample_text(&sample, rows[i].text);
		assert_string_equal(sample.problems, rows[i].want);
		assert_int_equal(sample.result, sample.diags.errors > 0 ? -EINVAL : 0);
	}
}
#define CHECK_ROWS(rows) check_rows((rows), sizeof(rows) / sizeof(rows)[0])

#endif

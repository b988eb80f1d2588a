/* SPDX-License-Identifier: BSD-2-Clause */
/* Verdicts and repairs of controls in words, for rows that compare them. */
#ifndef MUTEX_PLAN_TEXT_H
#define MUTEX_PLAN_TEXT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "control.h"
#include "text.h"

/* All reasons in English, a line each. */
static inline void plan_text_reasons(const struct control_verdict *verdict, char *ret_words, size_t size)
{
	struct text t;

	text_init(&t, ret_words, size);
	for (size_t i = 0; i < verdict->reason_count; i++) {
		message_add(&t, LANGUAGE_EN, verdict->reasons[i].id, verdict->reasons[i].arguments, verdict->reasons[i].count);
		text_add_char(&t, '\n');
	}
	assert_int_equal(text_end(&t), 0);
}

static inline const char *plan_text_kind(const struct control_step *step)
{
	static const char *const names[STEP_KIND_MAX] = {"unmask", "enable", "thaw", "start", "restore", "command"};

	return names[step->kind];
}

/* All steps, a line each: "start a.service", "command /bin/x --now". */
static inline void plan_text_steps(const struct control_repair *repair, char *ret_steps, size_t size)
{
	struct text t;

	text_init(&t, ret_steps, size);
	for (size_t i = 0; i < repair->count; i++) {
		const struct control_step *step = &repair->steps[i];

		text_add(&t, plan_text_kind(step));
		if (step->argv[0] == NULL)
			text_add_format(&t, " %s", step->what);
		for (size_t k = 0; step->argv[k] != NULL; k++)
			text_add_format(&t, " %s", step->argv[k]);
		text_add_char(&t, '\n');
	}
	assert_int_equal(text_end(&t), 0);
}

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* The rows of the posture, read and written by fields.c: a head, then one block for each control. Pure. */
#include "posture.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "text.h"

#define FIRST_LINE "mutex-posture 1"
#define LAST_SECOND 253402300799 /* 9999-12-31T23:59:59Z, where date.h ends */

static const char *const STATES[] = {
	[POSTURE_UNKNOWN] = "unknown", [POSTURE_OK] = "ok", [POSTURE_VIOLATED] = "violated", [POSTURE_NOT_APPLICABLE] = "not-applicable",
	[POSTURE_STATE_MAX] = NULL,
};
static_assert(sizeof(STATES) / sizeof(STATES[0]) == POSTURE_STATE_MAX + 1, "each state has its word");

static const char *const MODES[] = {
	[POSTURE_OFF] = "off",       [POSTURE_OBSERVE] = "observe", [POSTURE_ENFORCE] = "enforce",
	[POSTURE_REPAIR] = "repair", [POSTURE_GATE] = "gate",       [POSTURE_MODE_MAX] = NULL,
};
static_assert(sizeof(MODES) / sizeof(MODES[0]) == POSTURE_MODE_MAX + 1, "each mode has its word");
static_assert(sizeof(enum posture_state) == sizeof(unsigned) && sizeof(enum posture_mode) == sizeof(unsigned), "FIELD_CHOICE");

static const struct field HEAD_ROWS[] = {
	FIELD_ROW(struct posture, boot_id, FIELD_BOOT_ID, FIELD_BOOT_ID_SIZE - 1, FIELD_BOOT_ID_SIZE - 1),
	FIELD_ROW(struct posture, time, FIELD_TIME, 0, LAST_SECOND),
};
static const struct field CONTROL_ROWS[] = {
	FIELD_ROW(struct posture_control, control, FIELD_NAME, 1, 31), FIELD_ROW(struct posture_control, clause, FIELD_NAME, 1, 15),
	FIELD_CHOICE_ROW(struct posture_control, state, STATES),       FIELD_ROW(struct posture_control, since, FIELD_TIME, 0, LAST_SECOND),
	FIELD_CHOICE_ROW(struct posture_control, mode, MODES),         FIELD_ROW(struct posture_control, detail, FIELD_TEXT, 0, 111),
};
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* True when the control at index has the id of an earlier one: two answers about one thing. */
static bool is_second(const struct posture *p, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (strcmp(p->controls[i].control, p->controls[index].control) == 0)
			return true;
	return false;
}

static void read_controls(struct fields_reader *reader, struct posture *ret_posture)
{
	while (fields_next_is(reader, CONTROL_ROWS[0].name)) {
		if (ret_posture->count == POSTURE_CONTROLS_MAX) {
			fields_fail(reader, "more than %d controls", POSTURE_CONTROLS_MAX);
			return;
		}
		fields_read(reader, CONTROL_ROWS, COUNT(CONTROL_ROWS), &ret_posture->controls[ret_posture->count]);
		if (is_second(ret_posture, ret_posture->count))
			fields_fail(reader, "the control that ends here stands in the file a second time");
		ret_posture->count++;
	}
}

int posture_read(const char *bytes, size_t len, const char *file, struct diag_list *problems, struct posture *ret_posture)
{
	struct fields_reader reader = {.file = file, .bytes = bytes, .len = len, .problems = problems};
	struct posture posture = {0};

	fields_start(&reader, FIRST_LINE, POSTURE_BYTES_MAX);
	fields_read(&reader, HEAD_ROWS, COUNT(HEAD_ROWS), &posture);
	read_controls(&reader, &posture);
	int r = fields_finish(&reader);
	if (r < 0)
		return r;
	*ret_posture = posture;
	return 0;
}

int posture_write(const struct posture *posture, struct text *t)
{
	if (posture->count > POSTURE_CONTROLS_MAX)
		return -EINVAL;
	fields_write_start(t, FIRST_LINE);
	int r = fields_write(HEAD_ROWS, COUNT(HEAD_ROWS), posture, t);
	for (size_t i = 0; i < posture->count && r == 0; i++)
		r = is_second(posture, i) ? -EINVAL : fields_write(CONTROL_ROWS, COUNT(CONTROL_ROWS), &posture->controls[i], t);
	if (r < 0)
		return r;
	fields_write_end(t);
	return text_end(t);
}

const char *posture_state_name(enum posture_state state)
{
	return STATES[state];
}

const char *posture_mode_name(enum posture_mode mode)
{
	return MODES[mode];
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* The rows of the session facts, read and written by fields.c. Pure. */
#include "session_facts.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "text.h"

#define FIRST_LINE "mutex-session 1"

static const char *const TYPES[] = {
	[SESSION_TYPE_OTHER] = "other",     [SESSION_TYPE_UNSPECIFIED] = "unspecified",
	[SESSION_TYPE_TTY] = "tty",         [SESSION_TYPE_X11] = "x11",
	[SESSION_TYPE_WAYLAND] = "wayland", [SESSION_TYPE_MIR] = "mir",
	[SESSION_TYPE_WEB] = "web",         [SESSION_TYPE_MAX] = NULL,
};
static_assert(sizeof(TYPES) / sizeof(TYPES[0]) == SESSION_TYPE_MAX + 1, "each type has its word");

static const char *const CLASSES[] = {
	[SESSION_CLASS_OTHER] = "other",
	[SESSION_CLASS_USER] = "user",
	[SESSION_CLASS_USER_EARLY] = "user-early",
	[SESSION_CLASS_USER_INCOMPLETE] = "user-incomplete",
	[SESSION_CLASS_USER_LIGHT] = "user-light",
	[SESSION_CLASS_USER_EARLY_LIGHT] = "user-early-light",
	[SESSION_CLASS_GREETER] = "greeter",
	[SESSION_CLASS_LOCK_SCREEN] = "lock-screen",
	[SESSION_CLASS_BACKGROUND] = "background",
	[SESSION_CLASS_BACKGROUND_LIGHT] = "background-light",
	[SESSION_CLASS_MANAGER] = "manager",
	[SESSION_CLASS_MANAGER_EARLY] = "manager-early",
	[SESSION_CLASS_MAX] = NULL,
};
static_assert(sizeof(CLASSES) / sizeof(CLASSES[0]) == SESSION_CLASS_MAX + 1, "each class has its word");
static_assert(sizeof(enum session_type) == sizeof(unsigned) && sizeof(enum session_class) == sizeof(unsigned), "FIELD_CHOICE");

static const struct field ROWS[] = {
	FIELD_ROW(struct session_facts, session, FIELD_NAME, 1, 31),
	FIELD_ROW(struct session_facts, boot_id, FIELD_BOOT_ID, FIELD_BOOT_ID_SIZE - 1, FIELD_BOOT_ID_SIZE - 1),
	FIELD_NUMBER_ROW(struct session_facts, uid, 0, (int64_t)UINT32_MAX - 1),
	FIELD_ROW(struct session_facts, seat, FIELD_NAME, 0, 31),
	FIELD_ROW(struct session_facts, tty, FIELD_TEXT, 0, 63),
	FIELD_ROW(struct session_facts, display, FIELD_TEXT, 0, 63),
	FIELD_CHOICE_ROW(struct session_facts, type, TYPES),
	FIELD_CHOICE_ROW(struct session_facts, class, CLASSES),
	FIELD_ROW(struct session_facts, remote_host, FIELD_TEXT, 0, 255),
	FIELD_NUMBER_ROW(struct session_facts, leader, 1, INT32_MAX),
	FIELD_NUMBER_ROW(struct session_facts, leader_start, 0, INT64_MAX),
	FIELD_NUMBER_ROW(struct session_facts, locked_since_ns, 0, INT64_MAX),
	FIELD_NUMBER_ROW(struct session_facts, last_proof_ns, 0, INT64_MAX),
};
#define ROW_COUNT (sizeof(ROWS) / sizeof(ROWS[0]))

/* A proof belongs to the lock that stands: none without a lock, none older than it. */
static bool proof_fits_lock(const struct session_facts *f)
{
	return f->last_proof_ns == 0 || (f->locked_since_ns != 0 && f->last_proof_ns >= f->locked_since_ns);
}

int session_facts_read(const char *bytes, size_t len, const char *file, struct diag_list *problems, struct session_facts *ret_facts)
{
	struct fields_reader reader = {.file = file, .bytes = bytes, .len = len, .problems = problems};
	struct session_facts facts = {0};

	fields_start(&reader, FIRST_LINE, SESSION_FACTS_BYTES_MAX);
	fields_read(&reader, ROWS, ROW_COUNT, &facts);
	if (!proof_fits_lock(&facts))
		fields_fail(&reader, "\"last_proof_ns\" must not be before \"locked_since_ns\"");
	int r = fields_finish(&reader);
	if (r < 0)
		return r;
	*ret_facts = facts;
	return 0;
}

int session_facts_write(const struct session_facts *facts, struct text *t)
{
	if (!proof_fits_lock(facts))
		return -EINVAL;
	fields_write_start(t, FIRST_LINE);
	int r = fields_write(ROWS, ROW_COUNT, facts, t);
	if (r < 0)
		return r;
	fields_write_end(t);
	return text_end(t);
}

enum session_type session_type_of(const char *word)
{
	for (int i = 0; i < SESSION_TYPE_MAX; i++)
		if (strcmp(word, TYPES[i]) == 0)
			return (enum session_type)i;
	return SESSION_TYPE_OTHER;
}

enum session_class session_class_of(const char *word)
{
	for (int i = 0; i < SESSION_CLASS_MAX; i++)
		if (strcmp(word, CLASSES[i]) == 0)
			return (enum session_class)i;
	return SESSION_CLASS_OTHER;
}

const char *session_type_name(enum session_type type)
{
	return TYPES[(unsigned)type < SESSION_TYPE_MAX ? type : SESSION_TYPE_OTHER];
}

const char *session_class_name(enum session_class class)
{
	return CLASSES[(unsigned)class < SESSION_CLASS_MAX ? class : SESSION_CLASS_OTHER];
}

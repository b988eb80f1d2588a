/* SPDX-License-Identifier: BSD-2-Clause */
/* Short documents that one process of ours writes and another reads: lines of `name=value` in a fixed order. Pure.
 *
 * Shape, with a table of rows for the struct behind it:
 *     mutex-stamp 1        kind and version
 *     uid=1000             each row once, in the order of the table
 *     ...
 *     end                  so that no shortened document is taken for a whole one
 * MUST: a document has one reading and a struct has one document. What is accepted is byte for byte what the writer makes of the
 * result, so neither a leading zero, nor another order, a doubled line, a blank, a CR or a NUL can be read two ways. */
#ifndef MUTEX_FIELDS_H
#define MUTEX_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct diag_list;
struct text;

/* The longest value, and so the largest size of a member. */
#define FIELDS_VALUE_BYTES_MAX 400

/* A set of names; the document holds them in byte order, by comma. */
#define FIELD_NAME_SIZE 32
#define FIELD_NAMES_MAX 8
struct field_names {
	size_t count;
	char items[FIELD_NAMES_MAX][FIELD_NAME_SIZE];
};

/* Puts a name into its place; one that is there stays as it is. 0, -ENOSPC when the set is full, -ENAMETOOLONG. */
int field_names_add(struct field_names *names, const char *name);

#define FIELD_BOOT_ID_SIZE 37

enum field_kind {
	FIELD_INT64,   /* int64_t */
	FIELD_UID,     /* uid_t */
	FIELD_PID,     /* pid_t */
	FIELD_TIME,    /* int64_t, seconds since the epoch; written as date.h does, with the time of day */
	FIELD_CHOICE,  /* an enum; written as its word */
	FIELD_TEXT,    /* char[]: valid UTF-8 of which text_add_escaped() would escape at most backslashes: so its own output is one */
	FIELD_NAME,    /* char[]: ASCII letters and digits, inside also _ - . : @ + ; fit for a file name and a comma list */
	FIELD_NAMES,   /* struct field_names */
	FIELD_BOOT_ID, /* char[FIELD_BOOT_ID_SIZE] as clock_boot_id() gives it */
	FIELD_KIND_MAX
};

struct field {
	const char *name;
	enum field_kind kind;
	size_t offset, size;        /* of the member */
	int64_t min, max;           /* of the number or the time; bytes of a text or name; entries of names */
	const char *const *choices; /* of FIELD_CHOICE, index by value, NULL behind the last */
};

/* Rows. The kind of a number follows from the member's type, so that a row cannot disagree with its struct. */
#define FIELD_NUMBER_ROW(type, member, low, high) \
	FIELD_ROW(type, member, _Generic(((type *)0)->member, int64_t: FIELD_INT64, uid_t: FIELD_UID, pid_t: FIELD_PID), low, high)
#define FIELD_ROW(type, member, row_kind, low, high) \
	{ \
		.name = #member, .kind = (row_kind), .offset = offsetof(type, member), .size = sizeof(((type *)0)->member), \
		.min = (low), .max = (high) \
	}
#define FIELD_CHOICE_ROW(type, member, words) \
	{ \
		.name = #member, .kind = FIELD_CHOICE, .offset = offsetof(type, member), .size = sizeof(((type *)0)->member), \
		.choices = (words) \
	}

/* A reader over bytes[len]. The caller fills the first four members. The first problem ends the reading for good and lands in
 * problems (which may be NULL) with its line; so the steps of a reader need no check between them. */
struct fields_reader {
	const char *file; /* named in problems; borrowed */
	const char *bytes;
	size_t len;
	struct diag_list *problems;
	size_t at;
	unsigned line; /* the one read last; 0 = none yet */
	bool failed;
};

/* Reads the first line, which must be first_line ("mutex-stamp 1"). A document over max_bytes is refused. */
void fields_start(struct fields_reader *r, const char *first_line, size_t max_bytes);

/* Reads one line for each row into object. Members after a problem stay untouched. */
void fields_read(struct fields_reader *r, const struct field *rows, size_t count, void *ret_object);

/* True when the next line is `name=...`: for blocks that repeat. */
bool fields_next_is(const struct fields_reader *r, const char *name);

/* A problem of the line read last that only the caller can see, such as two lines that contradict each other. */
void fields_fail(struct fields_reader *r, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Reads the last line, behind which nothing may come. 0, or -EBADMSG after any problem. */
int fields_finish(struct fields_reader *r);

/* Writers of the three parts. fields_write: 0, -EINVAL when a member holds what its row does not allow, or -ERANGE for a number out of
 * range; *t is then to be thrown away. Overflow shows in text_end(). */
void fields_write_start(struct text *t, const char *first_line);
int fields_write(const struct field *rows, size_t count, const void *object, struct text *t);
void fields_write_end(struct text *t);

#endif

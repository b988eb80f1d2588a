/* SPDX-License-Identifier: BSD-2-Clause */
/* The rows of the account, read and written by fields.c. Pure. */
#include "excuse_account.h"

#include "text.h"

#define FIRST_LINE "mutex-excuses 1"
/* Half of what there is: what is reckoned with two of them stays a number. */
#define NS_MAX (INT64_MAX / 2)

#define EXCUSE_ROWS(member) \
	FIELD_NUMBER_ROW(struct excuse_account, member.day, 0, INT64_MAX), FIELD_NUMBER_ROW(struct excuse_account, member.used_ns, 0, NS_MAX), \
		FIELD_NUMBER_ROW(struct excuse_account, member.since_ns, 0, NS_MAX), FIELD_NUMBER_ROW(struct excuse_account, member.until_ns, 0, NS_MAX)

static const struct field ROWS[] = {
	FIELD_ROW(struct excuse_account, boot_id, FIELD_BOOT_ID, FIELD_BOOT_ID_SIZE - 1, FIELD_BOOT_ID_SIZE - 1),
	FIELD_NUMBER_ROW(struct excuse_account, uid, 0, (int64_t)UINT32_MAX - 1),
	EXCUSE_ROWS(present),
	EXCUSE_ROWS(inhibited),
};
#define ROW_COUNT (sizeof(ROWS) / sizeof(ROWS[0]))

int excuse_account_read(const char *bytes, size_t len, const char *file, struct diag_list *problems, struct excuse_account *ret_account)
{
	struct fields_reader reader = {.file = file, .bytes = bytes, .len = len, .problems = problems};
	struct excuse_account account = {0};
	int r;

	fields_start(&reader, FIRST_LINE, EXCUSE_ACCOUNT_BYTES_MAX);
	fields_read(&reader, ROWS, ROW_COUNT, &account);
	r = fields_finish(&reader);
	if (r == 0)
		*ret_account = account;
	return r;
}

int excuse_account_write(const struct excuse_account *account, struct text *t)
{
	int r;

	fields_write_start(t, FIRST_LINE);
	r = fields_write(ROWS, ROW_COUNT, account, t);
	if (r < 0)
		return r;
	fields_write_end(t);
	return text_end(t);
}

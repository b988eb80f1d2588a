/* SPDX-License-Identifier: BSD-2-Clause */
/* The excuses of one person as idlelockd keeps them for itself, in case that it begins anew. Format only, pure.
 *
 * File:   /run/mutex/excuses/UID, mode 0600 in a folder of root's with mode 0700; replaced whenever an excuse begins or ends. Writer and reader:
 * idlelockd alone. MUST: of this boot only: another boot's times say nothing, and no screen stays open over it. */
#ifndef MUTEX_EXCUSE_ACCOUNT_H
#define MUTEX_EXCUSE_ACCOUNT_H

#include "excuse.h"
#include "fields.h"

#define EXCUSE_ACCOUNT_BYTES_MAX 512

struct excuse_account {
	char boot_id[FIELD_BOOT_ID_SIZE];
	uid_t uid;
	struct excuse present, inhibited; /* asked for by the person; by programs */
};

/* 0; -EBADMSG for anything else than one whole document, told in problems (may be NULL) with file and line. *ret_account is set on success only. */
int excuse_account_read(const char *bytes, size_t len, const char *file, struct diag_list *problems, struct excuse_account *ret_account);

/* 0; -EINVAL or -ERANGE for a struct that is not valid; -EOVERFLOW when t is too small. */
int excuse_account_write(const struct excuse_account *account, struct text *t);

#endif

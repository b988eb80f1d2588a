/* SPDX-License-Identifier: BSD-2-Clause */
/* Keeps applied policies root-only: by hash for ever, and the newest as the last good one. */
#include "policy_store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "text.h"

static int folder_of(const char *path, char *ret_folder, size_t size)
{
	struct text t;

	text_init(&t, ret_folder, size);
	text_add_bytes(&t, path, (size_t)(strrchr(path, '/') - path));
	return text_end(&t) < 0 ? -ENAMETOOLONG : 0;
}

static int store(const struct paths *paths, const struct policy *policy, const struct text *dump)
{
	char folder[PATHS_BYTES_MAX], by_hash[PATHS_BYTES_MAX + sizeof policy->hash + 8];
	struct text t;
	int r;

	r = folder_of(paths->last_good, folder, sizeof folder);
	if (r == 0)
		r = file_make_folder(folder, 0700, paths->owner);
	if (r < 0)
		return r;
	TEXT_INTO(&t, by_hash);
	text_add(&t, folder);
	text_add_char(&t, '/');
	text_add(&t, policy->hash);
	text_add(&t, ".conf");
	if (text_end(&t) < 0)
		return -ENAMETOOLONG;
	/* by hash first: whatever is in force can be looked up */
	r = file_replace(by_hash, dump->buf, dump->len, 0600);
	return r < 0 ? r : file_replace(paths->last_good, dump->buf, dump->len, 0600);
}

int policy_store(const struct paths *paths, const struct policy *policy)
{
	char *bytes FILE_FREED = malloc(POLICY_FILE_BYTES_MAX + 1);
	struct text dump;

	if (bytes == NULL)
		return -ENOMEM;
	text_init(&dump, bytes, POLICY_FILE_BYTES_MAX + 1);
	policy_dump(policy, &dump);
	if (text_end(&dump) < 0)
		return -EFBIG;
	return store(paths, policy, &dump);
}

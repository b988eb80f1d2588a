/* SPDX-License-Identifier: BSD-2-Clause */
/* Entries of the queue as files. */
#include "queue_store.h"

#include <errno.h>
#include <string.h>

#include "date.h"
#include "file.h"
#include "text.h"

#define NAME_BYTES_MAX (PATHS_BYTES_MAX + 64)
#define HOUR_BYTES 13 /* "2026-11-23T09" */

static int name_of(const struct paths *paths, const struct queue_entry *entry, char ret_path[NAME_BYTES_MAX])
{
	char time[32];
	struct text t;

	TEXT_INTO(&t, time);
	date_add_time(&t, entry->first);
	text_init(&t, ret_path, NAME_BYTES_MAX);
	text_add_format(&t, "%s/%s.%.*s", paths->queue, entry->control, HOUR_BYTES, time);
	return text_end(&t);
}

/* One that cannot be read is begun anew. */
static void add_earlier(const char *path, const struct paths *paths, struct queue_entry *entry)
{
	const struct file_trust trust = {.owner = paths->owner, .max_bytes = QUEUE_ENTRY_BYTES_MAX};
	struct queue_entry earlier;
	char *bytes FILE_FREED = NULL;
	size_t len;

	if (file_read_trusted(path, &trust, &bytes, &len) < 0 || queue_entry_read(bytes, len, path, NULL, &earlier) < 0)
		return;
	earlier.last = entry->first > earlier.last ? entry->first : earlier.last;
	earlier.count++;
	*entry = earlier;
}

int queue_store_add(const struct paths *paths, const struct queue_entry *entry)
{
	char path[NAME_BYTES_MAX], bytes[QUEUE_ENTRY_BYTES_MAX + 1];
	struct queue_entry whole = *entry;
	struct text t;
	int r = name_of(paths, entry, path);

	whole.count = 1;
	whole.last = whole.first;
	if (r == 0)
		add_earlier(path, paths, &whole);
	TEXT_INTO(&t, bytes);
	if (r == 0)
		r = queue_entry_write(&whole, &t);
	if (r == 0)
		r = file_make_folder(paths->queue, 0700, paths->owner);
	return r < 0 ? r : file_replace(path, bytes, t.len, 0600);
}

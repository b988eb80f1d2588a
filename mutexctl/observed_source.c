/* SPDX-License-Identifier: BSD-2-Clause */
/* Where records are read from: the journal, or a log file of syslog's. */
#include "observed_source.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <systemd/sd-journal.h>

#include "record.h"
#include "record_parse.h"
#include "text.h"

#define US_PER_S 1000000

static void close_journal(sd_journal **journal)
{
	sd_journal_close(*journal);
}

static int open_journal(const char *folder, sd_journal **ret_journal)
{
	int r = folder != NULL ? sd_journal_open_directory(ret_journal, folder, 0) : sd_journal_open(ret_journal, SD_JOURNAL_LOCAL_ONLY);

	if (r < 0)
		return r;
	if (folder == NULL && sd_journal_has_persistent_files(*ret_journal) <= 0 && sd_journal_has_runtime_files(*ret_journal) <= 0)
		return -ENOENT;
	return 0;
}

/* Any process may send an entry with our message id; the uid is what the journal itself saw. */
static int match_records(sd_journal *journal)
{
	int r = sd_journal_add_match(journal, "_UID=0", 0);

	for (enum record_kind kind = 0; kind < RECORD_KIND_MAX && r >= 0; kind++) {
		char match[64];
		struct text t;

		TEXT_INTO(&t, match);
		text_add(&t, "MESSAGE_ID=");
		text_add(&t, record_kind_message_id(kind));
		r = sd_journal_add_match(journal, match, t.len);
	}
	return r;
}

static int read_entry(sd_journal *journal, struct record_parsed *ret_parsed)
{
	const void *data;
	size_t len;
	int r = 0;

	record_parse_start(ret_parsed);
	SD_JOURNAL_FOREACH_DATA(journal, data, len)
	{
		if (r == 0)
			r = record_parse_field(ret_parsed, data, len);
	}
	return r == 0 ? record_parse_finish(ret_parsed) : r;
}

int observed_read_journal(const char *folder, int64_t since_s, observed_take take, void *context)
{
	sd_journal *journal __attribute__((cleanup(close_journal))) = NULL;
	struct record_parsed parsed;
	int r = open_journal(folder, &journal);

	if (r >= 0)
		r = match_records(journal);
	if (r >= 0)
		r = sd_journal_seek_realtime_usec(journal, (uint64_t)since_s * US_PER_S);
	if (r < 0)
		return r;
	while ((r = sd_journal_next(journal)) > 0) {
		/* Root wrote what is malformed here: then it is of a later version, and not for us to read. */
		if (read_entry(journal, &parsed) < 0)
			continue;
		r = take(context, &parsed.record);
		if (r != 0)
			return r;
	}
	return r;
}

int observed_read_log(const char *path, observed_take take, void *context, uint64_t *ret_malformed)
{
	FILE *file = fopen(path, "re");
	struct record_parsed parsed;
	char *line = NULL;
	size_t size = 0;
	ssize_t len;
	int r = 0;

	if (file == NULL)
		return -errno;
	while (r == 0 && (len = getline(&line, &size, file)) >= 0) {
		const int found = record_parse_line(line, (size_t)len - (line[len - 1] == '\n'), &parsed);

		*ret_malformed += found < 0;
		if (found > 0)
			r = take(context, &parsed.record);
	}
	if (r == 0 && ferror(file))
		r = -errno;
	free(line);
	(void)fclose(file);
	return r;
}

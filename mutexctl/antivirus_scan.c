/* SPDX-License-Identifier: BSD-2-Clause */
/* The whole scan: each file is opened here and handed to clamd, which need not be allowed to read it. Clause AV-2. */
#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "antivirus_run.h"
#include "clamd_gather.h"
#include "clock.h"
#include "file.h"
#include "text.h"

#define PING_MS 5000
#define FILE_MS 300000
#define WAITS_MAX 45 /* of 2 s each: an update that restarts clamd takes a minute */
#define WAIT_S 2

struct scanning {
	const struct antivirus_place *place;
	struct antivirus_scan *scan;
	bool lost; /* clamd is gone for good */
};

/* Other computers' files are theirs to scan, and what the kernel makes up holds no malware. */
static bool is_local(const char *path)
{
	static const long types[] = {0xEF53, 0x9123683E, 0x58465342, 0xF2F52010, 0x01021994, 0x794c7630, 0x4d44, 0x2011BAB0, 0x7366746e, 0x5346544e, 0x2fc12fc1, 0xf15f};
	struct statfs fs;

	if (statfs(path, &fs) < 0)
		return false;
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
		if ((long)fs.f_type == types[i])
			return true;
	return false;
}

static bool answers(const struct antivirus_place *place)
{
	char reply[CLAMD_REPLY_BYTES];
	int r = clamd_ask(place->socket, "zPING", PING_MS, reply);

	return r > 0 && clam_is_pong(reply, (size_t)r);
}

static bool wait_for_clamd(const struct antivirus_place *place)
{
	for (int i = 0; i < WAITS_MAX; i++) {
		if (answers(place))
			return true;
		(void)sleep(WAIT_S);
	}
	return false;
}

static void tell(struct scanning *s, const char *path, const char *reply)
{
	char words[1024];
	struct text t;

	TEXT_INTO(&t, words);
	text_add_escaped_cut(&t, path, strlen(path), sizeof words - 1);
	printf("%s: ", words);
	TEXT_INTO(&t, words);
	text_add_escaped_cut(&t, reply, strlen(reply), sizeof words - 1);
	printf("%s\n", words);
	(void)fflush(stdout);
	if (s->scan->found > 0)
		return;
	TEXT_INTO(&t, s->scan->first);
	text_add_escaped_cut(&t, path, strlen(path), sizeof s->scan->first - 1);
}

static void take_reply(struct scanning *s, const char *path, const char *reply)
{
	s->scan->scanned++;
	switch (clam_verdict_parse(reply, strlen(reply))) {
	case CLAM_FOUND:
		tell(s, path, reply);
		s->scan->found++;
		break;
	case CLAM_NO_ANSWER:
		s->scan->unreadable++;
		break;
	case CLAM_CLEAN:
	case CLAM_VERDICT_MAX:
		break;
	}
}

/* What the scanner on access keeps from us it has found already. */
static void scan_file(struct scanning *s, const char *path)
{
	int fd FILE_CLOSED = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	char reply[CLAMD_REPLY_BYTES];
	struct stat st;
	int r;

	if (fd < 0 && errno == EPERM) {
		take_reply(s, path, "kept back by the scanner on access FOUND");
		return;
	}
	if (fd < 0 || fstat(fd, &st) < 0) {
		s->scan->unreadable += errno != ENOENT && errno != ELOOP;
		return;
	}
	if (!S_ISREG(st.st_mode) || st.st_size == 0)
		return;
	r = clamd_scan_file(s->place->socket, fd, FILE_MS, reply);
	if (r < 0 && wait_for_clamd(s->place))
		r = clamd_scan_file(s->place->socket, fd, FILE_MS, reply);
	else if (r < 0)
		s->lost = true;
	if (r > 0)
		take_reply(s, path, reply);
	else
		s->scan->unreadable++;
}

static bool is_left_out(const struct scanning *s, const FTSENT *entry)
{
	if (s->place->quarantine[0] != '\0' && strcmp(entry->fts_path, s->place->quarantine) == 0)
		return true;
	return (entry->fts_parent == NULL || entry->fts_level == FTS_ROOTLEVEL || entry->fts_statp->st_dev != entry->fts_parent->fts_statp->st_dev) &&
	       !is_local(entry->fts_path);
}

static int scan_folder(struct scanning *s, const char *folder)
{
	char path[ANTIVIRUS_PATH_BYTES], *const paths[] = {path, NULL};
	FTSENT *entry;
	struct text t;
	FTS *fts;

	TEXT_INTO(&t, path);
	text_add(&t, folder);
	fts = text_end(&t) < 0 ? NULL : fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	if (fts == NULL)
		return -ENOMEM;
	while (!s->lost && (entry = fts_read(fts)) != NULL) {
		if (entry->fts_info == FTS_D && is_left_out(s, entry))
			(void)fts_set(fts, entry, FTS_SKIP);
		else if (entry->fts_info == FTS_F)
			scan_file(s, entry->fts_accpath);
	}
	(void)fts_close(fts);
	return 0;
}

int antivirus_scan_all(const struct antivirus_place *place, const struct word_list *folders, struct antivirus_scan *ret_scan)
{
	static const char *const everything[] = {"/", NULL};
	const struct word_list all = {.words = everything, .count = 1}, *list = folders->count > 0 ? folders : &all;
	struct antivirus_scan scan = {.began = clock_now_s()};
	struct scanning s = {.place = place, .scan = &scan};
	int r = 0;

	if (!answers(place) && !wait_for_clamd(place))
		return -ECONNREFUSED;
	for (size_t i = 0; i < list->count && r == 0; i++)
		r = scan_folder(&s, list->words[i]);
	if (r < 0)
		return r;
	scan.ended = clock_now_s();
	scan.outcome = s.lost ? SCAN_CUT_OFF : SCAN_COMPLETE;
	*ret_scan = scan;
	return 0;
}

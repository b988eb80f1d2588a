/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads shadow, the histories of passwords and the files with ssh keys, and compares them with what was accepted, and with what was seen last.
 *
 * A person's folder is his own: no link in it is followed, nothing but a plain file is opened, and a home that is slow is his trouble only as long as the
 * kernel takes to say so. */
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <shadow.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "accepted.h"
#include "age.h"
#include "auth_gather.h"
#include "file.h"
#include "history_store.h"
#include "stream.h"
#include "text.h"

#define ENTRY_BYTES 65536
#define KEYS_BYTES_MAX (256 * 1024)
#define FIRST_PERSON 1000
#define LAST_PERSON 59999

/* What goes through people, and what is done with each. */
struct people {
	const struct paths *paths;
	struct arena *arena;
	struct auth_facts *facts; /* NULL = written into t */
	struct text *t;
	char *accepted; /* NULL = nothing was */
	size_t accepted_len;
	char *seen; /* NULL = nothing was */
	size_t seen_len;
	struct text now_seen; /* in the arena, if something was accepted */
	char *bytes; /* scratch for keys */
};

static FILE *open_passwd(const struct paths *paths)
{
	char path[PATHS_BYTES_MAX];
	struct text t;

	TEXT_INTO(&t, path);
	text_add(&t, paths->root);
	text_add(&t, "/etc/passwd");
	return text_end(&t) < 0 ? NULL : fopen(path, "re");
}

/* --- passwords --- */

static bool uid_of(const struct paths *paths, const char *name, char *buffer, uid_t *ret_uid)
{
	FILE *file STREAM_CLOSED = open_passwd(paths);
	struct passwd entry, *found;

	while (file != NULL && fgetpwent_r(file, &entry, buffer, ENTRY_BYTES, &found) == 0) {
		if (strcmp(entry.pw_name, name) == 0) {
			*ret_uid = entry.pw_uid;
			return true;
		}
	}
	return false;
}

/* Whether the hash came behind the accepted one by proper changes. Where no history is kept nothing can be said. */
static void compare_history(const struct people *p, uid_t uid, const char *accepted, struct auth_account *a)
{
	struct history *h HISTORY_RELEASED = NULL;
	char digest[ACCEPTED_DIGEST_SIZE];
	int error = history_read(p->paths, uid, &h);

	a->compared = error == 0 || error == -ENOENT;
	if (error < 0)
		return;
	a->followed = accepted == NULL;
	a->newest_day = h->count > 0 ? h->entries[0].last_used_s / DAY_S : -1;
	for (size_t i = 0; i < h->count && !a->followed; i++) {
		accepted_digest(h->entries[i].hash, strlen(h->entries[i].hash), &digest);
		a->followed = accepted_is(accepted, digest);
	}
}

/* What the files say of a name. */
struct known {
	const char *accepted, *fine, *foreign; /* digests; the last two as seen */
};

static void find_known(const struct people *p, const char *name, struct known *ret_known)
{
	*ret_known = (struct known){.accepted = accepted_find(p->accepted, p->accepted_len, ACCEPTED_PASSWORD, name)};
	if (p->seen == NULL)
		return;
	ret_known->fine = accepted_find(p->seen, p->seen_len, ACCEPTED_PASSWORD, name);
	ret_known->foreign = accepted_find(p->seen, p->seen_len, ACCEPTED_FOREIGN, name);
}

/* The one that the present hash must have come after; NULL = there was none, as before the first password of an account. */
static const char *last_of(const struct known *known)
{
	const char *last = known->fine != NULL ? known->fine : known->foreign != NULL ? known->foreign : known->accepted;
	char nothing[ACCEPTED_DIGEST_SIZE];

	accepted_digest("", 0, &nothing);
	return accepted_is(last, nothing) ? NULL : last;
}

/* Of what nothing can be said now, what was seen before stays. */
static void note_seen(struct people *p, const struct auth_account *a, const struct known *known, const char *digest)
{
	const char *before = known->fine != NULL ? known->fine : known->foreign;
	char copy[ACCEPTED_DIGEST_SIZE] = "";

	if (a->usable && (a->accepted || a->compared)) {
		accepted_add(&p->now_seen, auth_password_is_foreign(a) ? ACCEPTED_FOREIGN : ACCEPTED_PASSWORD, digest, a->name);
	} else if (before != NULL) {
		memcpy(copy, before, sizeof copy - 1);
		accepted_add(&p->now_seen, known->fine != NULL ? ACCEPTED_PASSWORD : ACCEPTED_FOREIGN, copy, a->name);
	}
}

static void compare_password(struct people *p, const char *digest, char *scratch, struct auth_account *a)
{
	struct known known;
	uid_t uid;

	find_known(p, a->name, &known);
	a->accepted = accepted_is(known.accepted, digest) || accepted_is(known.fine, digest);
	if (a->usable && !a->accepted && accepted_is(known.foreign, digest))
		a->compared = true;
	else if (a->usable && !a->accepted && uid_of(p->paths, a->name, scratch, &uid))
		compare_history(p, uid, last_of(&known), a);
	note_seen(p, a, &known, digest);
}

static int take_account(struct people *p, const struct spwd *entry, char *scratch)
{
	struct auth_account a = {.changed_day = entry->sp_lstchg, .newest_day = -1};
	const char *field = entry->sp_pwdp != NULL ? entry->sp_pwdp : "", *hash = shadow_hash(field);
	char digest[ACCEPTED_DIGEST_SIZE];

	accepted_digest(hash != NULL ? hash : "", hash != NULL ? strlen(hash) : 0, &digest);
	if (p->facts == NULL) {
		accepted_add(p->t, ACCEPTED_PASSWORD, digest, entry->sp_namp);
		return 0;
	}
	a.name = arena_copy(p->arena, entry->sp_namp, strlen(entry->sp_namp));
	a.empty = *field == '\0';
	a.usable = shadow_usable(field);
	if (a.name == NULL)
		return -ENOMEM;
	if (p->accepted != NULL)
		compare_password(p, digest, scratch, &a);
	if (p->facts->account_count == AUTH_ACCOUNTS_MAX)
		p->facts->more = true;
	else if (a.empty || a.usable)
		p->facts->accounts[p->facts->account_count++] = a;
	return 0;
}

static int gather_accounts(struct people *p)
{
	FILE *file STREAM_CLOSED = fopen(p->paths->shadow, "re");
	char *buffer FILE_FREED = malloc(ENTRY_BYTES), *scratch FILE_FREED = malloc(ENTRY_BYTES);
	struct spwd entry, *found;
	int error = 0;

	if (buffer == NULL || scratch == NULL)
		return -ENOMEM;
	if (file == NULL) {
		if (p->facts == NULL)
			return errno == ENOENT ? 0 : -errno;
		p->facts->shadow_unreadable = true;
		return 0;
	}
	while (error == 0 && fgetspent_r(file, &entry, buffer, ENTRY_BYTES, &found) == 0)
		error = take_account(p, &entry, scratch);
	return error;
}

/* --- keys --- */

/* The digest of HOME/.ssh/NAME; that of nothing when there is no such plain file. */
static void digest_keys(const struct people *p, const char *home, const char *name, char (*ret_digest)[ACCEPTED_DIGEST_SIZE])
{
	int folder FILE_CLOSED = open(home, O_RDONLY | O_CLOEXEC | O_DIRECTORY | O_NOFOLLOW);
	int ssh FILE_CLOSED = folder >= 0 ? openat(folder, ".ssh", O_RDONLY | O_CLOEXEC | O_DIRECTORY) : -1;
	int fd FILE_CLOSED = ssh >= 0 ? openat(ssh, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK) : -1;
	struct stat st;
	size_t len = 0;
	ssize_t n = 1;

	if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		while (n > 0 && len < KEYS_BYTES_MAX) {
			n = read(fd, p->bytes + len, KEYS_BYTES_MAX - len);
			len += n > 0 ? (size_t)n : 0;
		}
	accepted_digest(p->bytes, len, ret_digest);
}

static int take_keys(const struct people *p, const struct passwd *entry, const char *name)
{
	char digest[ACCEPTED_DIGEST_SIZE], nothing[ACCEPTED_DIGEST_SIZE], path[PATHS_BYTES_MAX];
	struct auth_keys keys = {.of_root = entry->pw_uid == 0};
	const char *accepted;
	struct text t;

	TEXT_INTO(&t, path);
	text_add_format(&t, "%s%s", p->paths->root, entry->pw_dir);
	if (text_end(&t) < 0)
		return 0;
	digest_keys(p, path, name, &digest);
	accepted_digest("", 0, &nothing);
	text_drop(&t, 0);
	text_add_format(&t, "%s/.ssh/%s", entry->pw_dir, name);
	if (text_end(&t) < 0)
		return 0;
	if (p->facts == NULL) {
		accepted_add(p->t, ACCEPTED_KEYS, digest, path);
		return 0;
	}
	accepted = p->accepted != NULL ? accepted_find(p->accepted, p->accepted_len, ACCEPTED_KEYS, path) : NULL;
	keys.changed = p->accepted != NULL && !accepted_is(accepted != NULL ? accepted : nothing, digest);
	keys.path = arena_copy(p->arena, path, t.len);
	keys.owner = arena_copy(p->arena, entry->pw_name, strlen(entry->pw_name));
	if (keys.path == NULL || keys.owner == NULL)
		return -ENOMEM;
	if (p->facts->key_count == AUTH_ACCOUNTS_MAX)
		p->facts->more = true;
	else if (keys.changed)
		p->facts->keys[p->facts->key_count++] = keys;
	return 0;
}

static int gather_keys(const struct people *p)
{
	FILE *file STREAM_CLOSED = open_passwd(p->paths);
	char *buffer FILE_FREED = malloc(ENTRY_BYTES);
	struct passwd entry, *found;
	int error = 0;

	if (buffer == NULL)
		return -ENOMEM;
	while (error == 0 && file != NULL && fgetpwent_r(file, &entry, buffer, ENTRY_BYTES, &found) == 0) {
		if (entry.pw_uid != 0 && (entry.pw_uid < FIRST_PERSON || entry.pw_uid > LAST_PERSON))
			continue;
		error = take_keys(p, &entry, "authorized_keys");
		if (error == 0)
			error = take_keys(p, &entry, "authorized_keys2");
	}
	return error;
}

static int gather(struct people *p)
{
	char *bytes FILE_FREED = malloc(KEYS_BYTES_MAX);
	int error;

	p->bytes = bytes;
	if (bytes == NULL)
		return -ENOMEM;
	error = gather_accounts(p);
	return error == 0 ? gather_keys(p) : error;
}

/* --- the files of what was accepted and seen --- */

static int name_file(const struct paths *paths, const char *name, char (*ret_path)[PATHS_BYTES_MAX])
{
	struct text t;

	TEXT_INTO(&t, *ret_path);
	text_add_format(&t, "%s/%s", paths->state, name);
	return text_end(&t);
}

/* NULL = there is none. */
static char *read_known(const struct paths *paths, const char *name, size_t *ret_len)
{
	struct file_trust trust = {.owner = paths->owner, .max_bytes = ACCEPTED_BYTES_MAX};
	char path[PATHS_BYTES_MAX], *bytes = NULL;

	return name_file(paths, name, &path) == 0 && file_read_trusted(path, &trust, &bytes, ret_len) == 0 ? bytes : NULL;
}

int auth_people_gather(const struct paths *paths, struct arena *arena, struct auth_facts *facts)
{
	char *accepted FILE_FREED = NULL, *seen FILE_FREED = NULL, *now_seen = arena_alloc(arena, ACCEPTED_BYTES_MAX, 1);
	struct people p = {.paths = paths, .arena = arena, .facts = facts};
	int error;

	if (now_seen == NULL)
		return -ENOMEM;
	text_init(&p.now_seen, now_seen, ACCEPTED_BYTES_MAX);
	p.accepted = accepted = read_known(paths, ACCEPTED_FILE, &p.accepted_len);
	p.seen = seen = read_known(paths, ACCEPTED_SEEN_FILE, &p.seen_len);
	facts->nothing_accepted = p.accepted == NULL;
	error = gather(&p);
	if (error == 0 && accepted != NULL && text_end(&p.now_seen) == 0 && (p.seen_len != p.now_seen.len || memcmp(p.seen != NULL ? p.seen : "", now_seen, p.seen_len) != 0)) {
		facts->seen = now_seen;
		facts->seen_len = p.now_seen.len;
	}
	return error;
}

/* What looks left that were ended while they wrote. Nobody else writes this file. */
static void sweep_seen(const char *folder)
{
	static const char begin[] = "." ACCEPTED_SEEN_FILE ".";
	DIR *entries FOLDER_CLOSED = opendir(folder);
	const struct dirent *entry;

	while (entries != NULL && (entry = readdir(entries)) != NULL)
		if (strncmp(entry->d_name, begin, sizeof begin - 1) == 0)
			(void)unlinkat(dirfd(entries), entry->d_name, 0);
}

void auth_remember(const struct control_scene *scene, const void *facts)
{
	const struct auth_facts *f = facts;
	char path[PATHS_BYTES_MAX];

	if (f->seen == NULL || name_file(scene->paths, ACCEPTED_SEEN_FILE, &path) < 0)
		return;
	sweep_seen(scene->paths->state);
	(void)file_replace(path, f->seen, f->seen_len, 0600);
}

int auth_people_write(const struct paths *paths, struct text *t)
{
	struct people p = {.paths = paths, .t = t};
	int error = gather(&p);

	return error < 0 ? error : text_end(t);
}

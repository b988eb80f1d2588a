/* SPDX-License-Identifier: BSD-2-Clause */
/* Asks sd-login, loaded on demand, or the documents below a test's root folder. */
#include "sessions_gather.h"

#include <assert.h>
#include <dirent.h>
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "file.h"
#include "locker_gather.h"
#include "session_facts.h"
#include "stream.h"
#include "text.h"

#define USERS_FOLDER "/run/systemd/users/"

/* F(name, arguments): what is needed of libsystemd, with its own prototypes (systemd/sd-login.h). */
#define SD_FUNCTIONS(F) \
	F(sd_uid_get_sessions, (uid_t uid, int require_active, char ***ret)) \
	F(sd_uid_get_display, (uid_t uid, char **ret)) \
	F(sd_pid_get_session, (pid_t pid, char **ret)) \
	F(sd_pid_get_owner_uid, (pid_t pid, uid_t *ret)) \
	F(sd_session_get_uid, (const char *session, uid_t *ret)) \
	F(sd_session_get_class, (const char *session, char **ret)) \
	F(sd_session_get_state, (const char *session, char **ret)) \
	F(sd_session_get_seat, (const char *session, char **ret)) \
	F(sd_session_get_tty, (const char *session, char **ret)) \
	F(sd_session_get_display, (const char *session, char **ret)) \
	F(sd_session_get_remote_host, (const char *session, char **ret)) \
	F(sd_session_is_remote, (const char *session))

struct sd_login {
	void *library;
#define SD_MEMBER(name, arguments) int(*name) arguments;
	SD_FUNCTIONS(SD_MEMBER)
#undef SD_MEMBER
};

static void sd_close(const struct sd_login *sd)
{
	if (sd->library != NULL)
		(void)dlclose(sd->library);
}
#define SD_CLOSED __attribute__((cleanup(sd_close)))

static bool sd_open(struct sd_login *sd)
{
	sd->library = dlopen("libsystemd.so.0", RTLD_LAZY | RTLD_LOCAL);
	if (sd->library == NULL)
		return false;
#define SD_FIND(name, arguments) \
	*(void **)&sd->name = dlsym(sd->library, #name); \
	if (sd->name == NULL) \
		return false;
	SD_FUNCTIONS(SD_FIND)
#undef SD_FIND
	return true;
}

static void free_string(char **s)
{
	free(*s);
}
#define STRING_FREED __attribute__((cleanup(free_string)))

static void free_strings(char ***list)
{
	for (char **s = *list; s != NULL && *s != NULL; s++)
		free(*s);
	free(*list);
}
#define STRINGS_FREED __attribute__((cleanup(free_strings)))

/* sd-login itself answers from this file: a person without one has no session, and the library need not be loaded. */
static bool is_known_to_logind(uid_t uid)
{
	char path[64];
	struct text t;

	TEXT_INTO(&t, path);
	text_add(&t, USERS_FOLDER);
	text_add_int(&t, (int64_t)uid);
	return file_allows(path, F_OK) == 0;
}

/* Nothing rather than a part. */
static void keep(char *to, size_t size, int (*get)(const char *, char **), const char *session)
{
	char *value STRING_FREED = NULL;
	struct text t;

	text_init(&t, to, size);
	if (get(session, &value) >= 0 && value != NULL)
		text_add(&t, value);
}

static void read_place(const struct sd_login *sd, const char *session, struct session_place *ret_place)
{
	*ret_place = (struct session_place){.remote = sd->sd_session_is_remote(session) != 0};
	keep(ret_place->seat, sizeof ret_place->seat, sd->sd_session_get_seat, session);
	keep(ret_place->tty, sizeof ret_place->tty, sd->sd_session_get_tty, session);
	keep(ret_place->display, sizeof ret_place->display, sd->sd_session_get_display, session);
	keep(ret_place->remote_host, sizeof ret_place->remote_host, sd->sd_session_get_remote_host, session);
}

static bool is_open_user_session(const struct sd_login *sd, const char *session)
{
	char *class STRING_FREED = NULL, *state STRING_FREED = NULL;

	if (sd->sd_session_get_class(session, &class) < 0 || strncmp(class, "user", 4) != 0)
		return false;
	return sd->sd_session_get_state(session, &state) < 0 || strcmp(state, "closing") != 0;
}

static size_t gather_from_logind(uid_t uid, struct session_place *ret_places, size_t max)
{
	struct sd_login sd SD_CLOSED = {0};
	char **sessions STRINGS_FREED = NULL;
	size_t count = 0;
	int found;

	if (!is_known_to_logind(uid) || !sd_open(&sd))
		return 0;
	found = sd.sd_uid_get_sessions(uid, 0, &sessions);
	for (int i = 0; i < found && count < max; i++)
		if (is_open_user_session(&sd, sessions[i]))
			read_place(&sd, sessions[i], &ret_places[count++]);
	return count;
}

static bool all_at_seats(const struct sd_login *sd, uid_t uid)
{
	char **sessions STRINGS_FREED = NULL;
	int count = sd->sd_uid_get_sessions(uid, 0, &sessions);

	for (int i = 0; i < count; i++) {
		struct session_place place;

		read_place(sd, sessions[i], &place);
		if (place.remote || place.seat[0] == '\0')
			return false;
	}
	return count > 0;
}

static bool process_from_logind(pid_t pid, uid_t uid, struct session_place *ret_place)
{
	struct sd_login sd SD_CLOSED = {0};
	char *session STRING_FREED = NULL;
	uid_t owner;

	if (file_allows("/run/systemd/sessions", F_OK) < 0 || !sd_open(&sd))
		return false;
	if (sd.sd_pid_get_session(pid, &session) < 0) {
		/* Outside any session, but inside this person's own service manager. */
		if (sd.sd_pid_get_owner_uid(pid, &owner) < 0 || !all_at_seats(&sd, owner) || sd.sd_uid_get_display(owner, &session) < 0)
			return false;
	} else if (sd.sd_session_get_uid(session, &owner) < 0) {
		return false;
	}
	/* The verifier asks for its peer: that number may belong to somebody else by now. */
	if (pid != 0 && owner != uid)
		return false;
	read_place(&sd, session, ret_place);
	return true;
}

/* --- documents below a root folder --- */

static bool read_document(const struct paths *paths, const char *name, struct session_facts *ret_facts)
{
	char path[PATHS_BYTES_MAX + 64], boot_id[FIELD_BOOT_ID_SIZE];
	char *bytes FILE_FREED = NULL;
	struct text t;
	size_t len;

	TEXT_INTO(&t, path);
	text_add(&t, paths->sessions);
	text_add_char(&t, '/');
	text_add(&t, name);
	if (name[0] == '.' || text_end(&t) < 0 ||
	    file_read_trusted(path, &(struct file_trust){.owner = paths->owner, .max_bytes = SESSION_FACTS_BYTES_MAX}, &bytes, &len) < 0)
		return false;
	return session_facts_read(bytes, len, path, NULL, ret_facts) == 0 && clock_boot_id(boot_id) == 0 && strcmp(boot_id, ret_facts->boot_id) == 0;
}

static void place_of_document(const struct session_facts *facts, struct session_place *ret_place)
{
	static_assert(sizeof facts->seat == sizeof ret_place->seat && sizeof facts->tty == sizeof ret_place->tty, "copied whole");
	static_assert(sizeof facts->display == sizeof ret_place->display && sizeof facts->remote_host == sizeof ret_place->remote_host, "copied whole");
	*ret_place = (struct session_place){.remote = facts->remote_host[0] != '\0'};
	memcpy(ret_place->seat, facts->seat, sizeof facts->seat);
	memcpy(ret_place->tty, facts->tty, sizeof facts->tty);
	memcpy(ret_place->display, facts->display, sizeof facts->display);
	memcpy(ret_place->remote_host, facts->remote_host, sizeof facts->remote_host);
}

static size_t gather_from_documents(const struct paths *paths, uid_t uid, struct session_place *ret_places, size_t max)
{
	DIR *folder FOLDER_CLOSED = opendir(paths->sessions);
	const struct dirent *entry;
	struct session_facts facts;
	size_t count = 0;

	while (folder != NULL && count < max && (entry = readdir(folder)) != NULL)
		if (read_document(paths, entry->d_name, &facts) && facts.uid == uid && facts.class == SESSION_CLASS_USER)
			place_of_document(&facts, &ret_places[count++]);
	return count;
}

static bool process_from_documents(const struct paths *paths, uid_t uid, const char *tty, const char *display, struct session_place *ret_place)
{
	struct session_place places[SESSIONS_MAX];
	size_t count = gather_from_documents(paths, uid, places, SESSIONS_MAX);
	const char *name = strncmp(tty, "/dev/", 5) == 0 ? tty + 5 : tty;

	for (size_t i = 0; i < count; i++)
		if ((name[0] != '\0' && strcmp(places[i].tty, name) == 0) || (display[0] != '\0' && strcmp(places[i].display, display) == 0)) {
			*ret_place = places[i];
			return true;
		}
	return false;
}

size_t sessions_gather(const struct paths *paths, uid_t uid, struct session_place *ret_places, size_t max)
{
	return paths->root[0] != '\0' ? gather_from_documents(paths, uid, ret_places, max) : gather_from_logind(uid, ret_places, max);
}

/* A locker that idlelockd started stands outside of the session for which it asks. */
static bool process_of_locker(const struct paths *paths, pid_t pid, uid_t uid, struct session_place *ret_place)
{
	struct session_facts facts;

	if (!locker_gather(paths, pid, (uid_t)-1, &facts) || facts.uid != uid)
		return false;
	place_of_document(&facts, ret_place);
	return true;
}

bool sessions_gather_process(const struct paths *paths, pid_t pid, uid_t uid, const char *tty, const char *display, struct session_place *ret_place)
{
	if (paths->root[0] != '\0')
		return process_from_documents(paths, uid, tty, display, ret_place);
	return process_from_logind(pid, uid, ret_place) || (pid != 0 && process_of_locker(paths, pid, uid, ret_place));
}

bool sessions_gather_has(const struct paths *paths, pid_t pid)
{
	struct sd_login sd SD_CLOSED = {0};
	char *session STRING_FREED = NULL;

	return paths->root[0] == '\0' && sd_open(&sd) && sd.sd_pid_get_session(pid, &session) >= 0;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads and changes login states. Each path is used once, to get a descriptor; all checks are made on that. At most one descriptor is open
 * at a time where a file exists, and a person's and an unknown name's file are handled by the same lines. */
#include "login_store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <nettle/hmac.h>
#include <stdio.h> /* renameat2 */
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "date.h"
#include "file.h"
#include "number.h"
#include "text.h"

#define OPEN_FLAGS (O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK)
#define NAME_BYTES 64
#define KEY_BYTES 32
#define UNKNOWN_FILES 256
#define DESCRIPTORS_MORE 16

/* A whole file in memory: secrets, so wiped. */
struct image {
	unsigned char bytes[LOGIN_FILE_BYTES];
};

static void image_release(struct image **image)
{
	if (*image != NULL)
		explicit_bzero(*image, sizeof **image);
	free(*image);
}
#define IMAGE_RELEASED __attribute__((cleanup(image_release)))

struct key {
	uint8_t bytes[KEY_BYTES];
};

static void key_wipe(struct key *key)
{
	explicit_bzero(key, sizeof *key);
}
#define KEY_WIPED __attribute__((cleanup(key_wipe)))

/* --- limits of the caller --- */

/* su and sudo run with the limits of whoever started them. A file size limit below ours would end the program by SIGXFSZ; one on
 * descriptors would leave failures uncounted. Both are raised while the store works, where the process may. */
struct limits {
	struct rlimit file_size, descriptors;
	bool file_size_raised, descriptors_raised;
};

static void limits_restore(const struct limits *limits)
{
	if (limits->file_size_raised)
		(void)setrlimit(RLIMIT_FSIZE, &limits->file_size);
	if (limits->descriptors_raised)
		(void)setrlimit(RLIMIT_NOFILE, &limits->descriptors);
}
#define LIMITS_RESTORED __attribute__((cleanup(limits_restore)))

static int raise_limit(__rlimit_resource_t resource, rlim_t wanted, struct rlimit *ret_before)
{
	struct rlimit raised;

	if (getrlimit(resource, ret_before) < 0)
		return -errno;
	raised = *ret_before;
	raised.rlim_cur = wanted;
	if (raised.rlim_max < wanted)
		raised.rlim_max = wanted;
	return setrlimit(resource, &raised) < 0 ? -errno : 0;
}

static int limits_raise(struct limits *limits)
{
	struct rlimit size;

	if (getrlimit(RLIMIT_FSIZE, &size) < 0)
		return -errno;
	if (size.rlim_cur >= LOGIN_FILE_BYTES)
		return 0;
	if (raise_limit(RLIMIT_FSIZE, LOGIN_FILE_BYTES, &limits->file_size) < 0)
		return -EFBIG;
	limits->file_size_raised = true;
	return 0;
}

/* open() that gets its descriptor. */
static int open_within(struct limits *limits, const char *path, int flags, mode_t mode)
{
	struct rlimit now;
	int fd = open(path, flags | OPEN_FLAGS, mode);

	if (fd >= 0 || errno != EMFILE || limits->descriptors_raised)
		return fd >= 0 ? fd : -errno;
	if (getrlimit(RLIMIT_NOFILE, &now) < 0 || raise_limit(RLIMIT_NOFILE, now.rlim_cur + DESCRIPTORS_MORE, &limits->descriptors) < 0)
		return -EMFILE;
	limits->descriptors_raised = true;
	fd = open(path, flags | OPEN_FLAGS, mode);
	return fd >= 0 ? fd : -errno;
}

/* --- files and folders --- */

/* Nobody but root may have had a hand in it; a second name would be a way to change it from elsewhere. */
static int check_file(int fd, uid_t owner, off_t size)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EINVAL;
	if ((st.st_uid != 0 && st.st_uid != owner) || (st.st_mode & 077) != 0 || st.st_nlink != 1)
		return -EPERM;
	return st.st_size == size ? 0 : -EBADMSG;
}

static int open_checked(struct limits *limits, const char *path, int flags, uid_t owner, off_t size)
{
	int fd FILE_CLOSED = open_within(limits, path, flags, 0);
	int error = fd < 0 ? fd : check_file(fd, owner, size), taken = fd;

	if (error < 0)
		return error;
	fd = -1;
	return taken;
}

static int check_folder(struct limits *limits, const char *folder, uid_t owner)
{
	int fd FILE_CLOSED = open_within(limits, folder, O_RDONLY | O_DIRECTORY, 0);
	struct stat st;

	if (fd < 0)
		return fd;
	if (fstat(fd, &st) < 0)
		return -errno;
	return (st.st_uid != 0 && st.st_uid != owner) || (st.st_mode & 077) != 0 ? -EPERM : 0;
}

static int join(const char *folder, const char *name, char (*ret_path)[PATHS_BYTES_MAX + NAME_BYTES])
{
	struct text t;

	TEXT_INTO(&t, *ret_path);
	text_add(&t, folder);
	text_add_char(&t, '/');
	text_add(&t, name);
	return text_end(&t) < 0 ? -ENAMETOOLONG : 0;
}

/* What programs that were killed left behind of that file: ".NAME.PID.TRY". Under the lock of the folder, so none is in use. */
static void remove_stale(const char *folder, const char *name)
{
	DIR *entries = opendir(folder);
	char prefix[NAME_BYTES];
	struct dirent *entry;
	struct text t;

	if (entries == NULL)
		return;
	TEXT_INTO(&t, prefix);
	text_add_char(&t, '.');
	text_add(&t, name);
	text_add_char(&t, '.');
	while ((entry = readdir(entries)) != NULL)
		if (strncmp(entry->d_name, prefix, strlen(prefix)) == 0)
			(void)unlinkat(dirfd(entries), entry->d_name, 0);
	(void)closedir(entries);
}

/* Makes the whole file at once under a lock of the folder, never unlinked: two that make it must not replace each other's. */
static int create_once(struct limits *limits, const char *folder, const char *name, const unsigned char *bytes, size_t len)
{
	char path[PATHS_BYTES_MAX + NAME_BYTES];
	int error = join(folder, "lock", &path);
	int lock_fd FILE_CLOSED = error < 0 ? error : open_within(limits, path, O_RDWR | O_CREAT, 0600);
	struct stat st;

	if (lock_fd < 0)
		return lock_fd;
	error = file_lock(lock_fd, LOGIN_STORE_WAIT_MS);
	if (error == 0)
		error = join(folder, name, &path);
	if (error < 0)
		return error;
	if (lstat(path, &st) == 0)
		return 0;
	if (errno != ENOENT)
		return -errno;
	remove_stale(folder, name);
	error = file_replace(path, (const char *)bytes, len, 0600);
	return error == -EDQUOT ? -ENOSPC : error;
}

/* --- the key of this computer --- */

/* It lies in the folder of the whole state, which others may enter, so the file alone must be closed to them. */
static int make_key(const struct paths *paths, struct limits *limits)
{
	struct key key KEY_WIPED;
	int error = file_make_folder(paths->state, 0755, paths->owner);

	if (error < 0)
		return error;
	if (getrandom(key.bytes, sizeof key.bytes, 0) != (ssize_t)sizeof key.bytes)
		return -EIO;
	return create_once(limits, paths->state, strrchr(paths->key, '/') + 1, key.bytes, sizeof key.bytes);
}

static int read_key(const struct paths *paths, struct limits *limits, bool make, struct key *ret_key)
{
	int fd FILE_CLOSED = open_checked(limits, paths->key, O_RDONLY, paths->owner, KEY_BYTES);
	int error;

	if (fd == -ENOENT && make) {
		error = make_key(paths, limits);
		if (error < 0)
			return error;
		fd = open_checked(limits, paths->key, O_RDONLY, paths->owner, KEY_BYTES);
	}
	return fd < 0 ? fd : file_pread_all(fd, ret_key->bytes, sizeof ret_key->bytes, 0);
}

/* kind keeps the uses of the key apart. */
static void make_tag(const struct key *key, const char *kind, uint64_t number, const char *bytes, size_t len,
		     uint8_t ret_tag[SHA256_DIGEST_SIZE])
{
	struct hmac_sha256_ctx ctx;
	uint8_t le[8];

	for (size_t i = 0; i < sizeof le; i++)
		le[i] = (uint8_t)(number >> (8 * i));
	hmac_sha256_set_key(&ctx, sizeof key->bytes, key->bytes);
	hmac_sha256_update(&ctx, strlen(kind) + 1, (const uint8_t *)kind);
	hmac_sha256_update(&ctx, sizeof le, le);
	hmac_sha256_update(&ctx, len, (const uint8_t *)bytes);
	hmac_sha256_digest(&ctx, SHA256_DIGEST_SIZE, ret_tag);
	explicit_bzero(&ctx, sizeof ctx);
}

static uint64_t tag_number(const uint8_t *tag)
{
	uint64_t n = 0;

	for (size_t i = 0; i < sizeof n; i++)
		n = n << 8 | tag[i];
	return n != 0 ? n : 1;
}

int login_store_tag(const struct paths *paths, uid_t uid, const char *password, size_t len, uint64_t *ret_tag)
{
	struct limits limits LIMITS_RESTORED = {0};
	uint8_t tag[SHA256_DIGEST_SIZE];
	struct key key KEY_WIPED;
	int error = limits_raise(&limits);

	if (error == 0)
		error = read_key(paths, &limits, true, &key);
	if (error < 0)
		return error;
	make_tag(&key, "password", uid, password, len, tag);
	*ret_tag = tag_number(tag);
	return 0;
}

/* --- whose file --- */

struct place {
	const struct paths *paths;
	const char *folder;
	char name[NAME_BYTES], path[PATHS_BYTES_MAX + NAME_BYTES];
	uint32_t uid;                     /* in the file */
	uint8_t mask[LOGIN_SOURCE_BYTES]; /* over the sources of an unknown name; zeros for a person */
	uint64_t owner_tag;               /* whose `consecutive` the file of unknown names holds; 0 for a person */
};

/* Both kinds read the key and make a tag, so that neither takes longer; only for a name does it mean anything. -ENOENT: there is no key, so
 * there is no file of unknown names either. */
static int find_place(const struct paths *paths, uid_t uid, const char *name, struct limits *limits, bool writes, struct place *ret_place)
{
	struct key key KEY_WIPED = {0};
	int error = writes ? limits_raise(limits) : 0, key_error = read_key(paths, limits, writes, &key);
	uint8_t tag[SHA256_DIGEST_SIZE];
	const char *given = name != NULL ? name : "";
	struct text t;

	if (error < 0)
		return error;
	*ret_place = (struct place){.paths = paths, .folder = name != NULL ? paths->unknown : paths->login, .uid = uid};
	make_tag(&key, "name", uid, given, strlen(given), tag);
	if (name != NULL && key_error < 0)
		return key_error;
	if (name != NULL) {
		ret_place->uid = tag[31] % UNKNOWN_FILES;
		memcpy(ret_place->mask, tag, sizeof ret_place->mask);
		ret_place->owner_tag = tag_number(tag + sizeof ret_place->mask);
	}
	TEXT_INTO(&t, ret_place->name);
	text_add_int(&t, (int64_t)ret_place->uid);
	return join(ret_place->folder, ret_place->name, &ret_place->path);
}

/* The counter of sources without one of their own is all names' together: it has its one place in the file. */
static void mask_source(struct login_source *source, const struct place *place)
{
	if (lockout_source_is_others(source))
		return;
	for (size_t i = 0; i < sizeof source->key; i++)
		source->key[i] ^= place->mask[i];
}

/* Both ways. Other names' sources come out as sources that nobody has. */
static void mask(struct login_state *state, const struct place *place)
{
	for (size_t i = 0; i < LOGIN_COUNTERS_MAX; i++)
		mask_source(&state->counters[i].source, place);
	for (size_t i = 0; i < LOGIN_TRIES_MAX; i++)
		mask_source(&state->tries[i].source, place);
}

/* The state as this person's, or this name's, own. */
static void show(struct login_state *state, const struct place *place)
{
	mask(state, place);
	if (place->owner_tag == 0)
		return;
	if (state->comply_tag != place->owner_tag)
		memset(state->consecutive, 0, sizeof state->consecutive);
	state->comply_tag = 0;
}

/* What of it is kept in the file. */
static void hide(struct login_state *state, const struct place *place)
{
	mask(state, place);
	if (place->owner_tag == 0)
		return;
	state->totp = (struct login_totp){0};
	state->recovery = (struct login_recovery){0};
	memset(state->remembered, 0, sizeof state->remembered);
	state->hooked_since_s = state->comply_by_s = 0;
	state->comply_tag = place->owner_tag;
}

/* --- reading and writing --- */

static int make_file(const struct place *place, struct limits *limits)
{
	struct image *image IMAGE_RELEASED = malloc(sizeof *image);
	struct login_state empty;
	int error;

	if (image == NULL)
		return -ENOMEM;
	login_state_init(&empty, place->uid);
	for (size_t i = 0; i < LOGIN_SLOTS; i++) {
		error = login_state_encode(&empty, image->bytes + i * LOGIN_SLOT_BYTES);
		if (error < 0)
			return error;
	}
	return create_once(limits, place->folder, place->name, image->bytes, sizeof image->bytes);
}

static int open_place(const struct place *place, struct limits *limits, int flags)
{
	int error = check_folder(limits, place->folder, place->paths->owner);

	return error < 0 ? error : open_checked(limits, place->path, flags, place->paths->owner, LOGIN_FILE_BYTES);
}

static int open_or_make(const struct place *place, struct limits *limits)
{
	int fd = open_place(place, limits, O_RDWR), error;

	if (fd != -ENOENT)
		return fd;
	error = file_make_folder(place->folder, 0700, place->paths->owner);
	if (error == 0)
		error = check_folder(limits, place->folder, place->paths->owner);
	if (error == 0)
		error = make_file(place, limits);
	if (error < 0)
		return error == -EDQUOT ? -ENOSPC : error;
	return open_place(place, limits, O_RDWR);
}

/* Returns the slot in force. */
static int read_image(int fd, const struct place *place, struct login_state *ret_state)
{
	struct image *image IMAGE_RELEASED = malloc(sizeof *image);
	int error, slot;

	if (image == NULL)
		return -ENOMEM;
	error = file_pread_all(fd, image->bytes, sizeof image->bytes, 0);
	if (error < 0)
		return error;
	slot = login_state_choose(image->bytes, sizeof image->bytes, place->uid, ret_state);
	if (slot >= 0)
		show(ret_state, place);
	return slot;
}

static int write_slot(int fd, int slot, const struct login_state *state, const struct place *place, bool durable)
{
	struct image *image IMAGE_RELEASED = malloc(sizeof *image);
	struct login_state kept LOGIN_STATE_WIPED = *state;
	int error;

	if (image == NULL)
		return -ENOMEM;
	hide(&kept, place);
	error = login_state_encode(&kept, image->bytes);
	if (error == 0)
		error = file_pwrite_all(fd, image->bytes, LOGIN_SLOT_BYTES, (off_t)slot * LOGIN_SLOT_BYTES);
	if (error < 0)
		return error == -EDQUOT ? -ENOSPC : error;
	return durable && fdatasync(fd) < 0 ? -errno : 0;
}

/* The state where nothing can be written, and so nobody can be writing either: without a lock, which needs a descriptor for writing. */
static int read_only(const struct place *place, struct limits *limits, struct login_state *ret_state)
{
	int fd FILE_CLOSED = open_place(place, limits, O_RDONLY);
	int slot;

	if (fd == -ENOENT) {
		login_state_init(ret_state, place->uid);
		return 0;
	}
	slot = fd < 0 ? fd : read_image(fd, place, ret_state);
	return slot < 0 ? slot : 0;
}

static int read_place(const struct place *place, struct limits *limits, struct login_state *ret_state)
{
	int fd FILE_CLOSED = open_place(place, limits, O_RDWR);
	int error;

	if (fd == -ENOENT || fd == -EROFS)
		return read_only(place, limits, ret_state);
	error = fd < 0 ? fd : file_lock(fd, LOGIN_STORE_WAIT_MS);
	if (error == 0)
		error = read_image(fd, place, ret_state);
	return error < 0 ? error : 0;
}

static int change_file(int fd, const struct place *place, bool durable, login_store_change_fn change, void *context,
		       struct login_state *state)
{
	int slot, result;
	int error = file_lock(fd, LOGIN_STORE_WAIT_MS);

	slot = error < 0 ? error : read_image(fd, place, state);
	if (slot < 0)
		return slot;
	result = change(state, context);
	if (result != 0)
		return result;
	state->sequence++;
	return write_slot(fd, (slot + 1) % LOGIN_SLOTS, state, place, durable);
}

/* Returns 1 when change had nothing to write. */
static int change_place(const struct place *place, struct limits *limits, bool durable, login_store_change_fn change, void *context,
			struct login_state *state)
{
	int fd FILE_CLOSED = open_or_make(place, limits);
	int error, result;

	if (fd >= 0)
		return change_file(fd, place, durable, change, context, state);
	if (fd != -EROFS && fd != -ENOSPC)
		return fd;
	error = read_only(place, limits, state);
	result = error < 0 ? error : change(state, context);
	return result < 0 ? result : fd;
}

static int change_of(const struct paths *paths, uid_t uid, const char *name, bool durable, login_store_change_fn change, void *context,
		     struct login_state *ret_state)
{
	struct limits limits LIMITS_RESTORED = {0};
	struct login_state state LOGIN_STATE_WIPED;
	struct place place;
	int error;

	login_state_init(&state, uid);
	error = find_place(paths, uid, name, &limits, true, &place);
	if (error == 0)
		error = change_place(&place, &limits, durable, change, context, &state);
	if (ret_state != NULL && (error >= 0 || error == -EROFS || error == -ENOSPC))
		*ret_state = state;
	return error < 0 ? error : 0;
}

static int read_of(const struct paths *paths, uid_t uid, const char *name, struct login_state *ret_state)
{
	struct limits limits LIMITS_RESTORED = {0};
	struct login_state state LOGIN_STATE_WIPED;
	struct place place;
	int error;

	login_state_init(&state, uid);
	error = find_place(paths, uid, name, &limits, false, &place);
	if (error == 0)
		error = read_place(&place, &limits, &state);
	else if (error == -ENOENT)
		error = 0;
	if (error == 0)
		*ret_state = state;
	return error;
}

int login_store_read(const struct paths *paths, uid_t uid, struct login_state *ret_state)
{
	return read_of(paths, uid, NULL, ret_state);
}

int login_store_change(const struct paths *paths, uid_t uid, bool durable, login_store_change_fn change, void *context,
		       struct login_state *ret_state)
{
	return change_of(paths, uid, NULL, durable, change, context, ret_state);
}

struct for_good {
	login_store_change_fn change;
	void *context;
	bool changed;
};

/* A login_store_change_fn. */
static int change_and_note(struct login_state *state, void *context)
{
	struct for_good *f = context;
	int r = f->change(state, f->context);

	f->changed = r == 0;
	return r;
}

/* A login_store_change_fn. */
static int write_again(struct login_state *state, void *unused)
{
	(void)state;
	(void)unused;
	return 0;
}

int login_store_change_for_good(const struct paths *paths, uid_t uid, login_store_change_fn change, void *context)
{
	struct for_good f = {.change = change, .context = context};
	int error = login_store_change(paths, uid, true, change_and_note, &f, NULL);

	/* Each write takes the older of the two slots. */
	return error == 0 && f.changed ? login_store_change(paths, uid, true, write_again, NULL, NULL) : error;
}

int login_store_unknown_read(const struct paths *paths, const char *name, struct login_state *ret_state)
{
	return read_of(paths, 0, name, ret_state);
}

int login_store_unknown_change(const struct paths *paths, const char *name, bool durable, login_store_change_fn change, void *context,
			       struct login_state *ret_state)
{
	return change_of(paths, 0, name, durable, change, context, ret_state);
}

int login_store_unknown_judge(const struct paths *paths, const struct lockout_rules *rules, const char *name,
			      const struct login_source *source, int64_t now_s, struct lockout *ret_lockout)
{
	struct login_state state LOGIN_STATE_WIPED;
	int error = login_store_unknown_read(paths, name, &state);

	if (error == 0)
		*ret_lockout = lockout_judge(&state, rules, source, LOGIN_GUESS_PASSWORD, now_s);
	return error;
}

struct failure {
	const struct lockout_rules *rules;
	const struct login_source *source;
	uint64_t tag;
	int64_t now_s;
};

static int fail_once(struct login_state *state, void *context)
{
	const struct failure *f = context;

	return lockout_fail(state, f->rules, f->source, LOGIN_GUESS_PASSWORD, f->tag, f->now_s) ? 0 : 1;
}

int login_store_unknown_fail(const struct paths *paths, const struct lockout_rules *rules, const char *name,
			     const struct login_source *source, uint64_t tag, int64_t now_s)
{
	struct failure failure = {.rules = rules, .source = source, .tag = tag, .now_s = now_s};

	return login_store_unknown_change(paths, name, false, fail_once, &failure, NULL);
}

/* --- all files --- */

ssize_t login_store_uids(const struct paths *paths, uid_t *ret_uids, size_t max)
{
	struct limits limits LIMITS_RESTORED = {0};
	int error = check_folder(&limits, paths->login, paths->owner);
	struct dirent *entry;
	DIR *entries;
	size_t count = 0;
	int64_t uid;

	if (error < 0)
		return error == -ENOENT ? 0 : error;
	entries = opendir(paths->login);
	if (entries == NULL)
		return -errno;
	while ((entry = readdir(entries)) != NULL) {
		const char *name = entry->d_name;

		/* "007" is a file of nobody's. */
		if (number_parse(name, strlen(name), 0, UINT32_MAX - 1, &uid) < 0 || (name[0] == '0' && name[1] != '\0'))
			continue;
		if (count < max)
			ret_uids[count] = (uid_t)uid;
		count++;
	}
	(void)closedir(entries);
	return (ssize_t)count;
}

int login_store_set_aside(const struct paths *paths, uid_t uid, int64_t now_s)
{
	char from[PATHS_BYTES_MAX + NAME_BYTES], to[PATHS_BYTES_MAX + NAME_BYTES], name[NAME_BYTES];
	struct limits limits LIMITS_RESTORED = {0};
	int error = check_folder(&limits, paths->login, paths->owner);
	struct text t;

	TEXT_INTO(&t, name);
	text_add_int(&t, (int64_t)uid);
	if (error == 0)
		error = join(paths->login, name, &from);
	text_add(&t, ".damaged-");
	date_add_time(&t, now_s);
	if (error == 0)
		error = text_end(&t) < 0 ? -ENAMETOOLONG : join(paths->login, name, &to);
	if (error < 0)
		return error;
	return renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) < 0 ? -errno : 0;
}

/* --- the process that asks --- */

static int hex_digit(char c)
{
	return c >= 'a' ? c - 'a' + 10 : c - '0';
}

static int read_boot_id(uint8_t ret_id[16])
{
	char id[37];
	size_t nibbles = 0;
	int error = clock_boot_id(id);

	if (error < 0)
		return error;
	memset(ret_id, 0, 16);
	for (size_t i = 0; id[i] != '\0' && nibbles < 32; i++)
		if (id[i] != '-') {
			ret_id[nibbles / 2] = (uint8_t)(ret_id[nibbles / 2] << 4 | hex_digit(id[i]));
			nibbles++;
		}
	return 0;
}

/* State (field 3) and start (field 22) of /proc/PID/stat. The name in field 2 may hold blanks and brackets. */
static int parse_stat(const char *line, char *ret_state, int64_t *ret_start)
{
	const char *at = strrchr(line, ')');
	size_t len;

	if (at == NULL || at[1] != ' ')
		return -EBADMSG;
	*ret_state = at[2];
	for (int field = 2; field < 22; field++) {
		at = strchr(at, ' ');
		if (at == NULL)
			return -EBADMSG;
		at++;
	}
	len = strspn(at, "0123456789");
	return number_parse(at, len, 0, INT64_MAX, ret_start) < 0 ? -EBADMSG : 0;
}

static int read_stat(pid_t pid, char *ret_state, int64_t *ret_start)
{
	struct limits limits LIMITS_RESTORED = {0};
	char path[NAME_BYTES], line[1024];
	int fd FILE_CLOSED = -1;
	struct text t;
	ssize_t n;

	TEXT_INTO(&t, path);
	text_add(&t, "/proc/");
	text_add_int(&t, pid);
	text_add(&t, "/stat");
	fd = open_within(&limits, path, O_RDONLY, 0);
	if (fd < 0)
		return fd;
	n = read(fd, line, sizeof line - 1);
	if (n < 0)
		return -errno;
	line[n] = '\0';
	return parse_stat(line, ret_state, ret_start);
}

int login_process_self(struct login_process *ret_process)
{
	struct login_process self = {.pid = getpid()};
	char state;
	int error = read_boot_id(self.boot_id);

	if (error == 0)
		error = read_stat(self.pid, &state, &self.pid_start);
	if (error == 0)
		*ret_process = self;
	return error;
}

bool login_process_alive(const struct login_process *process, void *unused)
{
	uint8_t boot_id[16];
	int64_t start;
	char state;
	int error;

	(void)unused;
	if (read_boot_id(boot_id) == 0 && memcmp(boot_id, process->boot_id, sizeof boot_id) != 0)
		return false;
	error = read_stat(process->pid, &state, &start);
	/* Who cannot be asked about is not dead: the next look counts him. */
	if (error < 0)
		return error != -ENOENT && error != -ESRCH;
	return start == process->pid_start && state != 'Z' && state != 'X';
}

const char *login_store_strerror(int error)
{
	switch (-error) {
	case EBADMSG:
		return "the login state of this user is damaged; see what happened, then run mutexctl mfa repair";
	case ELOOP:
	case EINVAL:
	case ENOTDIR:
	case EISDIR:
		return "something other than a plain file or folder stands where the login state belongs; remove it";
	case EPERM:
		return "others than root could have written the login state; find out who did, then give it to root with mode 0600 (its "
		       "folder 0700)";
	case EAGAIN:
		return "another login of this user is holding the login state; try again";
	case EFBIG:
		return "the limit on the size of files is too low for the login state; raise it (ulimit -f)";
	case EMFILE:
	case ENFILE:
		return "too many files are open; close some and try again";
	case ENOSPC:
	case EDQUOT:
		return "the disk is full; free some room below /var/lib";
	case EROFS:
		return "the file system of the login state is read-only; mount it read-write";
	case EACCES:
		return "the login state may not be opened; it belongs to root";
	case ENOMEM:
		return "there is not enough memory";
	default:
		return "the login state cannot be read or written; check its disk";
	}
}

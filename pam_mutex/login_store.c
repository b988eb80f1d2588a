/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads and changes login states. At most one descriptor is open at a time where a file exists, and a person's and an unknown name's file are
 * handled by the same lines. */
#include "login_store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <nettle/hmac.h>
#include <stdio.h> /* renameat2 */
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "date.h"
#include "file.h"
#include "number.h"
#include "person_load.h"
#include "slot_file.h"
#include "text.h"

#define KEY_BYTES 32
#define UNKNOWN_FILES 256
#define CHANGE_TRIES 3

/* A whole file in memory, and one slot: secrets, so wiped. */
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

struct slot {
	unsigned char bytes[LOGIN_SLOT_BYTES];
};

static void slot_wipe(struct slot *slot)
{
	explicit_bzero(slot, sizeof *slot);
}
#define SLOT_WIPED __attribute__((cleanup(slot_wipe)))

struct key {
	uint8_t bytes[KEY_BYTES];
};

static void key_wipe(struct key *key)
{
	explicit_bzero(key, sizeof *key);
}
#define KEY_WIPED __attribute__((cleanup(key_wipe)))

/* --- the key of this computer --- */

/* It lies in the folder of the whole state, which others may enter, so the file alone must be closed to them. */
static int make_key(const struct paths *paths, struct caller_limits *limits)
{
	struct key key KEY_WIPED;
	int error = file_make_folder(paths->state, 0755, paths->owner);

	if (error == 0)
		error = caller_limits_raise_file_size(limits, sizeof key);
	if (error < 0)
		return error;
	if (getrandom(key.bytes, sizeof key.bytes, 0) != (ssize_t)sizeof key.bytes)
		return -EIO;
	error = file_make(paths->key, (const char *)key.bytes, sizeof key.bytes, 0600);
	return error == -EEXIST ? 0 : error; /* another has just made it */
}

static int check_key(int fd, uid_t owner)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EINVAL;
	if ((st.st_uid != 0 && st.st_uid != owner) || (st.st_mode & 077) != 0)
		return -EPERM;
	return st.st_size == KEY_BYTES ? 0 : -EBADMSG;
}

static int read_key(const struct paths *paths, struct caller_limits *limits, bool make, struct key *ret_key)
{
	int fd FILE_CLOSED = caller_limits_open(limits, paths->key, O_RDONLY, 0);
	int error;

	if (fd == -ENOENT && make) {
		error = make_key(paths, limits);
		if (error < 0)
			return error;
		fd = caller_limits_open(limits, paths->key, O_RDONLY, 0);
	}
	error = fd < 0 ? fd : check_key(fd, paths->owner);
	return error < 0 ? error : file_pread_all(fd, ret_key->bytes, sizeof ret_key->bytes, 0);
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
	struct caller_limits limits CALLER_LIMITS_RESTORED = {0};
	uint8_t tag[SHA256_DIGEST_SIZE];
	struct key key KEY_WIPED;
	int error = read_key(paths, &limits, true, &key);

	if (error < 0)
		return error;
	make_tag(&key, "password", uid, password, len, tag);
	*ret_tag = tag_number(tag);
	return 0;
}

/* --- whose file --- */

/* Without the folder nobody can say who had a factor: that is no empty state where the lines are on, which `mutexctl apply` switches after it has
 * made the folder. */
static int check_not_removed(const struct paths *paths)
{
	if (file_allows(paths->login, F_OK) != -ENOENT)
		return 0;
	return file_allows(paths->lines_on, F_OK) == 0 ? -ENOLINK : 0;
}

struct login_whose login_store_person(uid_t uid, const char *name)
{
	struct login_whose whose = {.uid = uid};

	/* Nothing of root's is shut for want of a name. */
	if (name != NULL && uid != 0)
		memcpy(whose.owner, name, strnlen(name, sizeof whose.owner));
	return whose;
}

/* Without a key all keyed tags are made with zeros: names are less well hidden in root's own files, but they go on being counted, and one that is
 * known is told from one that is not by nothing. */
void login_store_whose(const struct paths *paths, bool known, uid_t uid, const char *name, bool make_key_too, struct login_whose *ret_whose)
{
	struct caller_limits limits CALLER_LIMITS_RESTORED = {0};
	struct key key KEY_WIPED = {0};
	int error = read_key(paths, &limits, make_key_too, &key);
	uint8_t tag[SHA256_DIGEST_SIZE];

	if (error < 0)
		key = (struct key){0};
	make_tag(&key, "name", 0, name, strlen(name), tag);
	*ret_whose = login_store_person(uid, known ? name : NULL);
	ret_whose->key_error = error;
	ret_whose->error = check_not_removed(paths);
	if (known)
		return;
	ret_whose->unknown = true;
	ret_whose->uid = tag[31] % UNKNOWN_FILES;
	memcpy(ret_whose->mask, tag, sizeof ret_whose->mask);
	ret_whose->owner_tag = tag_number(tag + sizeof ret_whose->mask);
}

/* The counter of sources without one of their own is all names' together: it has its one place in the file. */
static void mask_source(struct login_source *source, const struct login_whose *whose)
{
	if (lockout_source_is_others(source))
		return;
	for (size_t i = 0; i < sizeof source->key; i++)
		source->key[i] ^= whose->mask[i];
}

/* Both ways. Other names' sources come out as sources that nobody has. */
static void mask(struct login_state *state, const struct login_whose *whose)
{
	for (size_t i = 0; i < LOGIN_COUNTERS_MAX; i++)
		if (state->counters[i].last_s != 0)
			mask_source(&state->counters[i].source, whose);
	for (size_t i = 0; i < LOGIN_TRIES_MAX; i++)
		if (state->tries[i].pid != 0)
			mask_source(&state->tries[i].source, whose);
}

/* The state as this person's, or this name's, own. */
static void show(struct login_state *state, const struct login_whose *whose)
{
	mask(state, whose);
	if (whose->owner_tag == 0)
		return;
	if (state->comply_tag != whose->owner_tag)
		memset(state->consecutive, 0, sizeof state->consecutive);
	state->comply_tag = 0;
}

/* What of it is kept in the file. */
static void hide(struct login_state *state, const struct login_whose *whose)
{
	mask(state, whose);
	if (whose->owner_tag == 0)
		return;
	state->totp = (struct login_totp){0};
	state->recovery = (struct login_recovery){0};
	memset(state->remembered, 0, sizeof state->remembered);
	state->hooked_since_s = state->comply_by_s = 0;
	state->comply_tag = whose->owner_tag;
	memset(state->owner, 0, sizeof state->owner);
}

/* The uid has another account now, and the one before it is gone: two names of one uid share their state. */
static bool is_anothers(const struct login_state *state, const struct login_whose *whose)
{
	struct person_loaded person PERSON_UNLOADED = {0};
	char owner[LOGIN_OWNER_BYTES + 1] = "";

	if (whose->owner[0] == '\0' || state->owner[0] == '\0' || memcmp(state->owner, whose->owner, sizeof state->owner) == 0)
		return false;
	memcpy(owner, state->owner, sizeof state->owner);
	return person_load(owner, &person) < 0 || person.person.uid != whose->uid;
}

/* --- reading and writing --- */

static int find_file(const struct paths *paths, const struct login_whose *whose, struct slot_file *ret_file)
{
	char name[SLOT_FILE_NAME_BYTES];
	struct text t;

	TEXT_INTO(&t, name);
	text_add_int(&t, (int64_t)whose->uid);
	return slot_file_at(whose->unknown ? paths->unknown : paths->login, name, paths->owner, LOGIN_FILE_BYTES, LOGIN_STORE_WAIT_MS, ret_file);
}

static int make_file(struct slot_file *file, const struct login_whose *whose)
{
	struct image *image IMAGE_RELEASED = malloc(sizeof *image);
	struct login_state empty;
	int error = image != NULL ? 0 : -ENOMEM;

	login_state_init(&empty, whose->uid);
	for (size_t i = 0; i < LOGIN_SLOTS && error == 0; i++)
		error = login_state_encode(&empty, image->bytes + i * LOGIN_SLOT_BYTES);
	return error < 0 ? error : slot_file_make(file, image->bytes);
}

static int open_or_make(const struct paths *paths, const struct login_whose *whose, struct slot_file *file)
{
	int error = slot_file_open(file);

	if (error != -ENOENT)
		return error;
	error = check_not_removed(paths);
	if (error == 0)
		error = file_make_folder(paths->state, 0755, paths->owner); /* others may enter that one */
	if (error == 0)
		error = make_file(file, whose);
	return error < 0 ? error : slot_file_open(file);
}

/* Returns the slot in force. */
static int read_file(const struct slot_file *file, const struct login_whose *whose, struct image *image, struct login_state *ret_state)
{
	int error = slot_file_read(file, image->bytes);
	int slot = error < 0 ? error : login_state_choose(image->bytes, sizeof image->bytes, whose->uid, ret_state);

	if (slot < 0)
		return slot;
	show(ret_state, whose);
	return is_anothers(ret_state, whose) ? -EOWNERDEAD : slot;
}

/* The state where nothing can be written. */
static int read_only(const struct paths *paths, const struct login_whose *whose, struct slot_file *file, struct login_state *ret_state)
{
	struct image *image IMAGE_RELEASED = malloc(sizeof *image);
	int error = slot_file_open_read_only(file);
	int slot = image != NULL ? 0 : -ENOMEM;

	if (error == -ENOENT) {
		login_state_init(ret_state, whose->uid);
		return check_not_removed(paths);
	}
	if (error == 0 && slot == 0)
		slot = read_file(file, whose, image, ret_state);
	slot_file_close(file);
	return error < 0 ? error : slot < 0 ? slot : 0;
}

int login_store_read_of(const struct paths *paths, const struct login_whose *whose, struct login_state *ret_state)
{
	struct image *image IMAGE_RELEASED = malloc(sizeof *image);
	struct login_state state LOGIN_STATE_WIPED;
	struct slot_file file SLOT_FILE_CLOSED = {.fd = -1};
	int error = whose->error;

	if (error == 0)
		error = find_file(paths, whose, &file);
	if (image == NULL || error < 0)
		return image == NULL ? -ENOMEM : error;
	error = slot_file_open(&file);
	if (error == -ENOENT || error == -EROFS)
		error = read_only(paths, whose, &file, &state);
	else if (error == 0)
		error = read_file(&file, whose, image, &state);
	if (error < 0)
		return error;
	*ret_state = state;
	return 0;
}

/* One change on its way to the disk. */
struct change {
	const struct login_whose *whose;
	bool durable;
	login_store_change_fn change;
	void *context;
	struct image *before;
	struct slot *after;
	bool written;         /* `after` was, into a file that may have been taken from us */
	struct login_state *state;
};

/* True when what we wrote came with the copy. */
static bool stands_there(const struct change *c, int slot)
{
	return c->written && memcmp(c->before->bytes + slot * LOGIN_SLOT_BYTES, c->after->bytes, LOGIN_SLOT_BYTES) == 0;
}

static int write_slot(struct slot_file *file, struct change *c, int slot)
{
	struct login_state kept LOGIN_STATE_WIPED = *c->state;
	int error;

	hide(&kept, c->whose);
	error = login_state_encode(&kept, c->after->bytes);
	if (error < 0)
		return error;
	c->written = true;
	return slot_file_write(file, c->after->bytes, sizeof c->after->bytes, (off_t)slot * LOGIN_SLOT_BYTES, c->durable);
}

/* Returns 1 when change had nothing to write. */
static int change_file(struct slot_file *file, struct change *c)
{
	int slot = read_file(file, c->whose, c->before, c->state), result;

	if (slot < 0 || stands_there(c, slot))
		return slot < 0 ? slot : 0;
	result = c->change(c->state, c->context);
	if (result != 0)
		return result;
	c->state->sequence++;
	if (c->state->owner[0] == '\0')
		memcpy(c->state->owner, c->whose->owner, sizeof c->state->owner);
	return write_slot(file, c, (slot + 1) % LOGIN_SLOTS);
}

static int change_once(const struct paths *paths, struct change *c)
{
	struct slot_file file SLOT_FILE_CLOSED;
	int error = find_file(paths, c->whose, &file), result;

	if (error == 0)
		error = open_or_make(paths, c->whose, &file);
	if (error == 0)
		return change_file(&file, c);
	if (error != -EROFS && error != -ENOSPC)
		return error;
	result = read_only(paths, c->whose, &file, c->state);
	if (result == 0)
		result = c->change(c->state, c->context);
	return result < 0 ? result : error;
}

int login_store_change_of(const struct paths *paths, const struct login_whose *whose, bool durable, login_store_change_fn change, void *context,
			  struct login_state *ret_state)
{
	struct image *before IMAGE_RELEASED = malloc(sizeof *before);
	struct login_state state LOGIN_STATE_WIPED;
	struct slot after SLOT_WIPED;
	struct change c = {.whose = whose, .durable = durable, .change = change, .context = context, .before = before, .after = &after, .state = &state};
	int error = before == NULL ? -ENOMEM : whose->error < 0 ? whose->error : -ESTALE;

	login_state_init(&state, whose->uid);
	for (int i = 0; i < CHANGE_TRIES && error == -ESTALE; i++)
		error = change_once(paths, &c);
	if (error == -ESTALE)
		error = -EAGAIN;
	if (ret_state != NULL && (error >= 0 || error == -EROFS || error == -ENOSPC))
		*ret_state = state;
	return error < 0 ? error : 0;
}

int login_store_read(const struct paths *paths, uid_t uid, struct login_state *ret_state)
{
	struct login_whose whose = login_store_person(uid, NULL);

	return login_store_read_of(paths, &whose, ret_state);
}

int login_store_change(const struct paths *paths, uid_t uid, bool durable, login_store_change_fn change, void *context,
		       struct login_state *ret_state)
{
	struct login_whose whose = login_store_person(uid, NULL);

	return login_store_change_of(paths, &whose, durable, change, context, ret_state);
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

/* --- all files --- */

ssize_t login_store_uids(const struct paths *paths, uid_t *ret_uids, size_t max)
{
	struct slot_file file;
	int error = slot_file_at(paths->login, "", paths->owner, LOGIN_FILE_BYTES, 0, &file);
	struct dirent *entry;
	DIR *entries;
	size_t count = 0;
	int64_t uid;

	if (error == 0)
		error = slot_file_check_folder(&file);
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
	char aside[SLOT_FILE_PATH_BYTES + SLOT_FILE_NAME_BYTES];
	struct login_whose whose = login_store_person(uid, NULL);
	struct slot_file file;
	int error = find_file(paths, &whose, &file);
	struct text t;

	if (error == 0)
		error = slot_file_check_folder(&file);
	if (error < 0)
		return error;
	TEXT_INTO(&t, aside);
	text_add(&t, file.path);
	text_add(&t, ".damaged-");
	date_add_time(&t, now_s);
	if (text_end(&t) < 0)
		return -ENAMETOOLONG;
	return renameat2(AT_FDCWD, file.path, AT_FDCWD, aside, RENAME_NOREPLACE) < 0 ? -errno : 0;
}

/* --- the process that asks --- */

static int hex_digit(char c)
{
	return c >= 'a' ? c - 'a' + 10 : c - '0';
}

static void parse_boot_id(const char *id, uint8_t ret_id[16])
{
	size_t nibbles = 0;

	memset(ret_id, 0, 16);
	for (size_t i = 0; id[i] != '\0' && nibbles < 32; i++)
		if (id[i] != '-') {
			ret_id[nibbles / 2] = (uint8_t)(ret_id[nibbles / 2] << 4 | hex_digit(id[i]));
			nibbles++;
		}
}

static int read_boot_id(uint8_t ret_id[16])
{
	char id[37];
	int error = clock_boot_id(id);

	if (error == 0)
		parse_boot_id(id, ret_id);
	return error;
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
	struct caller_limits limits CALLER_LIMITS_RESTORED = {0};
	char path[SLOT_FILE_NAME_BYTES], line[1024];
	int fd FILE_CLOSED = -1;
	struct text t;
	ssize_t n;

	TEXT_INTO(&t, path);
	text_add(&t, "/proc/");
	text_add_int(&t, pid);
	text_add(&t, "/stat");
	fd = caller_limits_open(&limits, path, O_RDONLY, 0);
	if (fd < 0)
		return fd;
	n = read(fd, line, sizeof line - 1);
	if (n < 0)
		return -errno;
	line[n] = '\0';
	return parse_stat(line, ret_state, ret_start);
}

void login_process_self(const char *boot_id, struct login_process *ret_process)
{
	*ret_process = (struct login_process){.pid = getpid(), .since_ticks = clock_boot_ticks()};
	parse_boot_id(boot_id, ret_process->boot_id);
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
	return start <= process->since_ticks && state != 'Z' && state != 'X';
}

const char *login_store_strerror(int error)
{
	switch (-error) {
	case EBADMSG:
		return "the login state of this user is damaged; see what happened, then run mutexctl mfa repair";
	case EOWNERDEAD:
		return "the login state is of an account of another name, which had this uid before; if this one is new, or was renamed, run mutexctl "
		       "forget";
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
	case ENOLINK:
		return "the folder of login states is gone, and with it who has a second factor: restore it from a backup, or run mutexctl apply to begin "
		       "anew";
	case EACCES:
		return "the login state may not be opened; it belongs to root";
	case ENOMEM:
		return "there is not enough memory";
	default:
		return "the login state cannot be read or written; check its disk";
	}
}

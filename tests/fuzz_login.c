/* SPDX-License-Identifier: BSD-2-Clause */
/* Whole logins through the module's own objects, with a libpam of our own around them: any policy, any state of the person, any names, answers of
 * any kind, and calls of the system that fail. Nobody gets in from elsewhere where a second factor is demanded and no right code was given, a code
 * lets in once, nothing stays open, no password is told or recorded.
 *
 * The input is text: a line of settings (struct setting), a line of steps (do_step()), a line "service|user|tty|rhost|ssh" for names of its own, then
 * answers to prompts, one a line (@ begins a special one, see take_answer()), a line "%", the policy, a line "%", and patches of the state (place
 * u16, byte). What is missing is zero or empty. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <netdb.h>
#include <poll.h>
#include <pwd.h>
#include <security/pam_ext.h>
#include <security/pam_modules.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "login_state.h"
#include "must.h"
#include "paths.h"
#include "policy_load.h"
#include "recovery.h"
#include "suspension_store.h"
#include "text.h"
#include "totp.h"

#define PASSWORD "kept-between-us 4 ever"
#define NOW_S 1800000000
#define ANSWERS_MAX 32
#define STEPS_MAX 24
#define DATA_MAX 4
#define SWEPT_MAX 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* --- the input --- */

/* Places in the first line; each counts by its low four bits, so that digits mean themselves. */
enum setting {
	POLICY_KIND, SERVICE, USER, TTY, RHOST, SSH, RUNNER, STATE_FORM, FAULT_HIGH, FAULT_MIDDLE, FAULT_LOW, FAULT_ERROR, FAULT_KIND, FAULT_CLASS,
	FLAGS, SETTING_MAX
};
enum policy_kind { DEMANDS, DEMANDS_ONE_LINE, DEMANDS_JAPANESE, DEMANDS_AND_MORE, ANY_POLICY, NO_POLICY };
enum runner { BY_ROOT, BY_ALICE_AS_ROOT, BY_ALICE };
enum state_form { STATE_SOUND, STATE_NONE, STATE_PATCHED, STATE_DAMAGED, STATE_SHORT, STATE_OPEN_TO_OTHERS };
enum fault_kind { NO_FAULT, ONE_FAULT, FAULTS_FROM_THERE };
enum fault_class { OF_ALL, OF_OPEN, OF_READ, OF_WRITE, OF_FCNTL, OF_SYNC, OF_MEMORY, OF_LIBPAM, OF_OTHER };
enum flag { FLAG_SUSPENDED = 1, FLAG_NO_MARKER = 2, FLAG_SILENT = 4 };

struct span {
	const char *at;
	size_t len;
};

static const char *const SERVICES[] = {"sshd", "login", "su", "sudo", "gdm-password", "lightdm", "i3lock", "cron", "polkit-1", "mutex-verify",
				       "cockpit", "xrdp-sesman", NULL, "other", "vsftpd", "common-auth"};
static const char *const USERS[] = {"alice", "bob", "root", "nobody-of-ours", NULL, "", "-alice", "../alice"};
static const char *const TTYS[] = {"ssh", "", "tty1", "/dev/tty1", ":0", "pts/0", NULL, ""};
static const char *const RHOSTS[] = {"203.0.113.9", "", "localhost", "2001:db8::1", NULL, "host.example.org", "::1", "10.0.0.1"};
static const char *const SSH_INFOS[] = {"", "publickey ssh-ed25519 AAAA", "publickey sk-ssh-ed25519@openssh.com AAAA", NULL,
					"keyboard-interactive/pam", "password", "", ""};
static const int ERRORS[] = {EIO, ENOSPC, EROFS, EMFILE, ENOMEM, EINTR, EAGAIN, EACCES};

struct input {
	uint8_t settings[SETTING_MAX];
	struct span steps, names[5], answers[ANSWERS_MAX], policy, patches;
	size_t answer_count;
};

static struct span take_line(struct span *rest)
{
	const char *end = rest->len > 0 ? memchr(rest->at, '\n', rest->len) : NULL;
	struct span line = {rest->at, end != NULL ? (size_t)(end - rest->at) : rest->len};
	size_t taken = end != NULL ? line.len + 1 : line.len;

	rest->at = taken > 0 ? rest->at + taken : rest->at;
	rest->len -= taken;
	return line;
}

static bool is_border(struct span line)
{
	return line.len == 1 && line.at[0] == '%';
}

static struct span take_part(struct span *rest)
{
	struct span part = {rest->at, 0};

	while (rest->len > 0) {
		struct span line = take_line(rest);

		if (is_border(line))
			break;
		part.len = (size_t)(rest->at - part.at);
	}
	return part;
}

static void read_input(const uint8_t *data, size_t size, struct input *ret)
{
	struct span rest = {(const char *)data, size}, line = take_line(&rest), answers;

	*ret = (struct input){.answer_count = 0};
	for (size_t i = 0; i < SETTING_MAX && i < line.len; i++)
		ret->settings[i] = line.at[i] & 15;
	ret->steps = take_line(&rest);
	line = take_line(&rest);
	for (size_t i = 0; i < 5; i++) {
		const char *end = line.len > 0 ? memchr(line.at, '|', line.len) : NULL;

		ret->names[i] = (struct span){line.at, end != NULL ? (size_t)(end - line.at) : line.len};
		line.len -= end != NULL ? ret->names[i].len + 1 : line.len;
		line.at = end != NULL ? end + 1 : line.at;
	}
	answers = take_part(&rest);
	while (answers.len > 0 && ret->answer_count < ANSWERS_MAX)
		ret->answers[ret->answer_count++] = take_line(&answers);
	ret->policy = take_part(&rest);
	ret->patches = rest;
}

/* --- one run --- */

struct pam_data {
	char *name;
	void *value;
	void (*cleanup)(pam_handle_t *, void *, int);
};

struct pam_handle {
	char *items[PAM_AUTHTOK_TYPE + 1];
	char ssh[256];
	struct pam_data data[DATA_MAX];
	bool let_in; /* finish said so since the last begin */
};

static struct run {
	struct input input;
	char root[64];
	struct paths paths;
	int64_t now_s, slept_ns;
	bool in_module;
	unsigned calls, faults;
	/* what the person could show, and what was given */
	struct login_state state;
	bool damaged, secret_in_input;
	size_t next_answer;
	int64_t steps_given[SWEPT_MAX];
	size_t steps_given_count, let_in_count;
	uint32_t recovery_given;
	struct pam_handle *handle;
} run;

static char recovery_codes[LOGIN_CODES_MAX][RECOVERY_CODE_SIZE];

static unsigned setting(enum setting which, size_t count)
{
	return run.input.settings[which] % (unsigned)count;
}

static bool demands(void)
{
	return run.input.settings[POLICY_KIND] <= DEMANDS_JAPANESE;
}

/* Logins from elsewhere, for which the demand of the three fixed policies has no way round. */
static bool is_afar(void)
{
	static const bool AFAR[8] = {[0] = true, [3] = true, [5] = true, [7] = true};
	unsigned service = setting(SERVICE, 16);

	return AFAR[setting(RHOST, 8)] && (service <= 1 || service == 4 || service == 5 || service == 10 || service == 11 || service == 13);
}

/* Whether this call of the system fails. errno is set then. */
static bool fails(enum fault_class class)
{
	const uint8_t *s = run.input.settings;
	unsigned at = (unsigned)s[FAULT_HIGH] << 8 | (unsigned)s[FAULT_MIDDLE] << 4 | s[FAULT_LOW];

	if (!run.in_module || s[FAULT_KIND] % 3 == NO_FAULT || (s[FAULT_CLASS] % 9 != OF_ALL && s[FAULT_CLASS] % 9 != class))
		return false;
	run.calls++;
	if (run.calls != at && (s[FAULT_KIND] % 3 != FAULTS_FROM_THERE || run.calls < at))
		return false;
	run.faults++;
	errno = class == OF_MEMORY ? ENOMEM : ERRORS[s[FAULT_ERROR] % 8];
	if (errno == EINTR && s[FAULT_KIND] % 3 == FAULTS_FROM_THERE)
		errno = EIO; /* no signals come for ever */
	return true;
}

/* --- calls of the system (-Wl,--wrap) --- */

#define WRAPPED(type, name, parameters, arguments, class, failure) \
	type __real_##name parameters; \
	type __wrap_##name parameters; \
	type __wrap_##name parameters \
	{ \
		return fails(class) ? (failure) : __real_##name arguments; \
	}
WRAPPED(ssize_t, read, (int fd, void *to, size_t len), (fd, to, len), OF_READ, -1)
WRAPPED(ssize_t, pread, (int fd, void *to, size_t len, off_t at), (fd, to, len, at), OF_READ, -1)
WRAPPED(int, fsync, (int fd), (fd), OF_SYNC, -1)
WRAPPED(int, fdatasync, (int fd), (fd), OF_SYNC, -1)
WRAPPED(void *, malloc, (size_t size), (size), OF_MEMORY, NULL)
WRAPPED(void *, calloc, (size_t count, size_t size), (count, size), OF_MEMORY, NULL)
WRAPPED(char *, strdup, (const char *s), (s), OF_MEMORY, NULL)
WRAPPED(int, fchown, (int fd, uid_t uid, gid_t gid), (fd, uid, gid), OF_OTHER, -1)
WRAPPED(int, renameat, (int from_fd, const char *from, int to_fd, const char *to), (from_fd, from, to_fd, to), OF_OTHER, -1)
WRAPPED(int, mkdir, (const char *path, mode_t mode), (path, mode), OF_OTHER, -1)
WRAPPED(int, socket, (int domain, int type, int protocol), (domain, type, protocol), OF_OTHER, -1)
#undef WRAPPED

ssize_t __real_pwrite(int fd, const void *from, size_t len, off_t at);
ssize_t __wrap_pwrite(int fd, const void *from, size_t len, off_t at);
/* One that fails may have written a part. */
ssize_t __wrap_pwrite(int fd, const void *from, size_t len, off_t at)
{
	int error;

	if (!fails(OF_WRITE))
		return __real_pwrite(fd, from, len, at);
	error = errno;
	if (error == EIO)
		(void)!__real_pwrite(fd, from, len / 2, at);
	errno = error;
	return -1;
}

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, mode_t mode);
int __wrap_open(const char *path, int flags, mode_t mode)
{
	return fails(OF_OPEN) ? -1 : __real_open(path, flags, mode);
}

int __real_openat(int folder, const char *path, int flags, ...);
int __wrap_openat(int folder, const char *path, int flags, mode_t mode);
int __wrap_openat(int folder, const char *path, int flags, mode_t mode)
{
	return fails(OF_OPEN) ? -1 : __real_openat(folder, path, flags, mode);
}

int __real_fcntl(int fd, int command, ...);
int __wrap_fcntl(int fd, int command, void *argument);
int __wrap_fcntl(int fd, int command, void *argument)
{
	return fails(OF_FCNTL) ? -1 : __real_fcntl(fd, command, argument);
}

/* The clock stands still but for steps of the input and for waiting, which takes no time here. */
int __wrap_clock_gettime(clockid_t clock, struct timespec *ret_time);
int __wrap_clock_gettime(clockid_t clock, struct timespec *ret_time)
{
	int64_t since_s = clock == CLOCK_REALTIME ? run.now_s : 1000 + run.now_s - NOW_S;

	*ret_time = (struct timespec){.tv_sec = since_s + run.slept_ns / 1000000000, .tv_nsec = run.slept_ns % 1000000000};
	return 0;
}

int __wrap_nanosleep(const struct timespec *time, struct timespec *ret_left);
int __wrap_nanosleep(const struct timespec *time, struct timespec *ret_left)
{
	(void)ret_left;
	run.slept_ns += (int64_t)time->tv_sec * 1000000000 + time->tv_nsec;
	return 0;
}

int __wrap_poll(struct pollfd *fds, nfds_t count, int wait_ms);
int __wrap_poll(struct pollfd *fds, nfds_t count, int wait_ms)
{
	(void)fds;
	(void)count;
	run.slept_ns += (wait_ms > 0 ? wait_ms : 1000) * INT64_C(1000000);
	return 0;
}

uid_t __wrap_getuid(void);
uid_t __wrap_getuid(void)
{
	return setting(RUNNER, 3) == BY_ROOT ? 0 : 1000;
}

uid_t __wrap_geteuid(void);
uid_t __wrap_geteuid(void)
{
	return setting(RUNNER, 3) == BY_ALICE ? 1000 : 0;
}

/* --- who there is --- */

static int give_user(const char *name, uid_t uid, struct passwd *entry, char *buffer, size_t size, struct passwd **ret_found)
{
	static const struct {
		const char *name;
		uid_t uid;
	} PEOPLE[] = {{"alice", 1000}, {"bob", 1001}, {"root", 0}};

	*ret_found = NULL;
	if (fails(OF_OTHER))
		return errno;
	for (size_t i = 0; i < sizeof PEOPLE / sizeof PEOPLE[0]; i++)
		if (name != NULL ? strcmp(name, PEOPLE[i].name) == 0 : uid == PEOPLE[i].uid) {
			(void)snprintf(buffer, size, "%s", PEOPLE[i].name);
			*entry = (struct passwd){.pw_name = buffer, .pw_uid = PEOPLE[i].uid, .pw_gid = PEOPLE[i].uid};
			*ret_found = entry;
		}
	return 0;
}

int __wrap_getpwnam_r(const char *name, struct passwd *entry, char *buffer, size_t size, struct passwd **ret_found);
int __wrap_getpwnam_r(const char *name, struct passwd *entry, char *buffer, size_t size, struct passwd **ret_found)
{
	return give_user(name, 0, entry, buffer, size, ret_found);
}

int __wrap_getpwuid_r(uid_t uid, struct passwd *entry, char *buffer, size_t size, struct passwd **ret_found);
int __wrap_getpwuid_r(uid_t uid, struct passwd *entry, char *buffer, size_t size, struct passwd **ret_found)
{
	return give_user(NULL, uid, entry, buffer, size, ret_found);
}

int __wrap_getgrouplist(const char *name, gid_t gid, gid_t *gids, int *count);
int __wrap_getgrouplist(const char *name, gid_t gid, gid_t *gids, int *count)
{
	(void)name;
	gids[0] = gid;
	*count = 1;
	return 1;
}

int __wrap_getgrgid_r(gid_t gid, struct group *entry, char *buffer, size_t size, struct group **ret_found);
int __wrap_getgrgid_r(gid_t gid, struct group *entry, char *buffer, size_t size, struct group **ret_found)
{
	(void)snprintf(buffer, size, "%s", gid == 1000 ? "staff" : "others");
	*entry = (struct group){.gr_name = buffer, .gr_gid = gid};
	*ret_found = entry;
	return 0;
}

int __wrap_innetgr(const char *netgroup, const char *host, const char *user, const char *domain);
int __wrap_innetgr(const char *netgroup, const char *host, const char *user, const char *domain)
{
	(void)host;
	(void)domain;
	return strcmp(netgroup, "friends") == 0 && user != NULL && strcmp(user, "alice") == 0;
}

/* --- records --- */

static void check_says_no_secret(const char *said, size_t len)
{
	if (run.secret_in_input)
		return;
	must_be(memmem(said, len, PASSWORD, strlen(PASSWORD)) == NULL, "no password is told or recorded");
	for (size_t i = 0; i < LOGIN_CODES_MAX; i++)
		must_be(memmem(said, len, recovery_codes[i], RECOVERY_CODE_SIZE - 1) == NULL, "no recovery code is told or recorded");
}

int __wrap_connect(int fd, const struct sockaddr *address, socklen_t len);
int __wrap_connect(int fd, const struct sockaddr *address, socklen_t len)
{
	int type = 0;
	socklen_t size = sizeof type;

	(void)address;
	(void)len;
	if (fails(OF_OTHER))
		return -1;
	if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_DGRAM)
		return 0;
	errno = ENOENT; /* no verifier */
	return -1;
}

ssize_t __wrap_sendmsg(int fd, const struct msghdr *message, int flags);
ssize_t __wrap_sendmsg(int fd, const struct msghdr *message, int flags)
{
	(void)fd;
	(void)flags;
	if (fails(OF_OTHER))
		return -1;
	check_says_no_secret(message->msg_iov[0].iov_base, message->msg_iov[0].iov_len);
	return (ssize_t)message->msg_iov[0].iov_len;
}

/* --- answers --- */

static void note_totp(const char *code, size_t len)
{
	int64_t now = run.now_s + run.slept_ns / 1000000000;
	char right[9];

	if (!run.state.totp.enrolled || len != run.state.totp.digits)
		return;
	for (int64_t step = now / TOTP_STEP_S - TOTP_WINDOW; step <= now / TOTP_STEP_S + TOTP_WINDOW; step++) {
		bool seen = false;

		if (step < 0 || totp_code(&run.state.totp, step, right) < 0 || memcmp(right, code, len) != 0)
			continue;
		for (size_t i = 0; i < run.steps_given_count; i++)
			seen = seen || run.steps_given[i] == step;
		if (!seen && run.steps_given_count < SWEPT_MAX)
			run.steps_given[run.steps_given_count++] = step;
	}
}

/* A right code was given, alone or behind a password. */
static void note_given(const char *answer)
{
	size_t len = strlen(answer);
	int index;

	note_totp(answer, len);
	if (len > run.state.totp.digits)
		note_totp(answer + len - run.state.totp.digits, run.state.totp.digits);
	index = run.state.recovery.count > 0 ? recovery_check(&run.state.recovery, answer, len) : -1;
	if (index >= 0)
		run.recovery_given |= UINT32_C(1) << index;
}

static char *right_code(int64_t away)
{
	char code[9] = "", *text;

	if (totp_code(&run.state.totp, (run.now_s + run.slept_ns / 1000000000) / TOTP_STEP_S + away, code) < 0)
		code[0] = '\0';
	return asprintf(&text, "%s", code) < 0 ? NULL : text;
}

/* @0 @1 @2: the code now, of the step before, of the next; @p the password, @l the password with the code, @r, @s recovery codes, @n no answer,
 * @e and @a errors of the conversation; other lines are answers themselves. */
static int take_answer(char **ret_answer)
{
	struct span a = {"", 0};
	char *code;

	*ret_answer = NULL;
	if (run.next_answer < run.input.answer_count)
		a = run.input.answers[run.next_answer++];
	else if (run.input.answer_count == 0)
		return PAM_CONV_ERR;
	switch (a.len == 2 && a.at[0] == '@' ? a.at[1] : '\0') {
	case '0': *ret_answer = right_code(0); break;
	case '1': *ret_answer = right_code(-1); break;
	case '2': *ret_answer = right_code(1); break;
	case 'p': *ret_answer = __real_strdup(PASSWORD); break;
	case 'r': *ret_answer = __real_strdup(recovery_codes[0]); break;
	case 's': *ret_answer = __real_strdup(recovery_codes[1]); break;
	case 'n': return PAM_SUCCESS;
	case 'e': return PAM_CONV_ERR;
	case 'a': return PAM_CONV_AGAIN;
	case 'l':
		code = right_code(0);
		if (code == NULL || asprintf(ret_answer, PASSWORD "%s", code) < 0)
			abort();
		free(code);
		break;
	default:
		*ret_answer = __real_malloc(a.len + 1);
		if (*ret_answer == NULL)
			abort();
		(void)memcpy(*ret_answer, a.at, a.len);
		(*ret_answer)[a.len] = '\0';
	}
	must_be(*ret_answer != NULL, "there is memory for answers");
	note_given(*ret_answer);
	return PAM_SUCCESS;
}

/* --- libpam --- */

static bool is_text_item(int type)
{
	return type >= PAM_SERVICE && type <= PAM_AUTHTOK_TYPE && type != PAM_CONV && type != PAM_FAIL_DELAY && type != PAM_XAUTHDATA;
}

int pam_get_item(const pam_handle_t *pamh, int type, const void **ret_item)
{
	if (!is_text_item(type))
		return PAM_BAD_ITEM;
	*ret_item = pamh->items[type];
	return PAM_SUCCESS;
}

static void drop_item(pam_handle_t *pamh, int type)
{
	free(pamh->items[type]);
	pamh->items[type] = NULL;
}

int pam_set_item(pam_handle_t *pamh, int type, const void *item)
{
	char *copy;

	if (!is_text_item(type))
		return PAM_BAD_ITEM;
	if (fails(OF_LIBPAM))
		return PAM_BUF_ERR;
	copy = item != NULL ? __real_strdup(item) : NULL;
	drop_item(pamh, type);
	pamh->items[type] = copy;
	return PAM_SUCCESS;
}

int pam_get_data(const pam_handle_t *pamh, const char *name, const void **ret_data)
{
	for (size_t i = 0; i < DATA_MAX; i++)
		if (pamh->data[i].name != NULL && strcmp(pamh->data[i].name, name) == 0) {
			*ret_data = pamh->data[i].value;
			return PAM_SUCCESS;
		}
	return PAM_NO_MODULE_DATA;
}

static void drop_data(pam_handle_t *pamh, struct pam_data *data, int status)
{
	if (data->name != NULL && data->cleanup != NULL)
		data->cleanup(pamh, data->value, status);
	free(data->name);
	*data = (struct pam_data){0};
}

int pam_set_data(pam_handle_t *pamh, const char *name, void *value, void (*cleanup)(pam_handle_t *pamh, void *data, int status))
{
	struct pam_data *slot = NULL;

	if (fails(OF_LIBPAM))
		return PAM_BUF_ERR;
	for (size_t i = 0; i < DATA_MAX && slot == NULL; i++)
		if (pamh->data[i].name != NULL && strcmp(pamh->data[i].name, name) == 0)
			slot = &pamh->data[i];
	for (size_t i = 0; i < DATA_MAX && slot == NULL; i++)
		if (pamh->data[i].name == NULL)
			slot = &pamh->data[i];
	must_be(slot != NULL, "the module keeps few things");
	drop_data(pamh, slot, PAM_DATA_REPLACE);
	*slot = (struct pam_data){.name = __real_strdup(name), .value = value, .cleanup = cleanup};
	return PAM_SUCCESS;
}

int pam_vprompt(pam_handle_t *pamh, int style, char **ret_response, const char *format, va_list arguments)
{
	char *said;
	int len = vasprintf(&said, format, arguments), code = PAM_SUCCESS;

	(void)pamh;
	if (ret_response != NULL)
		*ret_response = NULL;
	must_be(len >= 0, "there is memory for prompts");
	check_says_no_secret(said, (size_t)len);
	free(said);
	if (fails(OF_LIBPAM))
		return PAM_BUF_ERR;
	if (style == PAM_PROMPT_ECHO_OFF || style == PAM_PROMPT_ECHO_ON)
		code = take_answer(ret_response);
	return code;
}

int pam_prompt(pam_handle_t *pamh, int style, char **ret_response, const char *format, ...)
{
	va_list arguments;
	int code;

	va_start(arguments, format);
	code = pam_vprompt(pamh, style, ret_response, format, arguments);
	va_end(arguments);
	return code;
}

static int ask_item(pam_handle_t *pamh, int type, const char *prompt)
{
	char *answer = NULL;
	int code = pam_prompt(pamh, PAM_PROMPT_ECHO_OFF, &answer, "%s", prompt);

	if (code == PAM_SUCCESS)
		code = answer != NULL ? pam_set_item(pamh, type, answer) : PAM_CONV_ERR;
	free(answer);
	return code;
}

int pam_get_user(pam_handle_t *pamh, const char **ret_user, const char *prompt)
{
	int code = pamh->items[PAM_USER] != NULL ? PAM_SUCCESS : ask_item(pamh, PAM_USER, prompt != NULL ? prompt : "login: ");

	*ret_user = pamh->items[PAM_USER];
	return code;
}

int pam_get_authtok(pam_handle_t *pamh, int type, const char **ret_token, const char *prompt)
{
	int code = pamh->items[type] != NULL ? PAM_SUCCESS : ask_item(pamh, type, prompt != NULL ? prompt : "Password: ");

	*ret_token = pamh->items[type];
	return code == PAM_SUCCESS || code == PAM_BUF_ERR ? code : PAM_AUTHTOK_ERR;
}

int pam_get_authtok_noverify(pam_handle_t *pamh, const char **ret_token, const char *prompt)
{
	return pam_get_authtok(pamh, PAM_AUTHTOK, ret_token, prompt);
}

int pam_get_authtok_verify(pam_handle_t *pamh, const char **token, const char *prompt)
{
	(void)pamh;
	(void)token;
	(void)prompt;
	return PAM_TRY_AGAIN;
}

int pam_fail_delay(pam_handle_t *pamh, unsigned int delay_us)
{
	(void)pamh;
	must_be(delay_us <= 5000000, "a delay is short");
	return PAM_SUCCESS;
}

void pam_vsyslog(const pam_handle_t *pamh, int priority, const char *format, va_list arguments)
{
	char *said;
	int len = vasprintf(&said, format, arguments);

	(void)pamh;
	(void)priority;
	must_be(len >= 0, "there is memory for log lines");
	check_says_no_secret(said, (size_t)len);
	free(said);
}

void pam_syslog(const pam_handle_t *pamh, int priority, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	pam_vsyslog(pamh, priority, format, arguments);
	va_end(arguments);
}

const char *pam_getenv(pam_handle_t *pamh, const char *name)
{
	return strcmp(name, "SSH_AUTH_INFO_0") == 0 && pamh->ssh[0] != '\0' ? pamh->ssh : NULL;
}

int pam_putenv(pam_handle_t *pamh, const char *setting_text)
{
	(void)pamh;
	(void)setting_text;
	return PAM_SUCCESS;
}

const char *pam_strerror(pam_handle_t *pamh, int code)
{
	(void)pamh;
	(void)code;
	return "an error";
}

/* --- the computer --- */

static void write_file(const char *path, const void *bytes, size_t len, mode_t mode)
{
	int fd = __real_open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);

	must_be(fd >= 0 && __real_pwrite(fd, bytes, len, 0) == (ssize_t)len && fchmod(fd, mode) == 0 && close(fd) == 0, "the root folder can be used");
}

static void sweep(const char *folder)
{
	DIR *entries = opendir(folder);
	struct dirent *entry;

	while (entries != NULL && (entry = readdir(entries)) != NULL)
		(void)unlinkat(dirfd(entries), entry->d_name, 0);
	if (entries != NULL)
		(void)closedir(entries);
}

static void remove_root(void)
{
	static const char *const FOLDERS[] = {"/etc/mutex", "/etc", "/var/lib/mutex/login", "/var/lib/mutex/unknown", "/var/lib/mutex/suspended",
					      "/var/lib/mutex/policy", "/var/lib/mutex", "/var/lib", "/var", "/run/mutex/stamps",
					      "/run/mutex", "/run", ""};
	char path[256];

	for (size_t i = 0; i < sizeof FOLDERS / sizeof FOLDERS[0]; i++) {
		(void)snprintf(path, sizeof path, "%s%s", run.root, FOLDERS[i]);
		sweep(path);
		(void)rmdir(path);
	}
}

static void make_root(void)
{
	static const char *const FOLDERS[] = {"/etc", "/etc/mutex", "/var", "/var/lib", "/var/lib/mutex", "/var/lib/mutex/login", "/run", "/run/mutex",
					      "/run/mutex/stamps"};
	const char *base = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
	char path[256];

	(void)snprintf(run.root, sizeof run.root, "%s/fuzz_login.XXXXXX", base);
	must_be(mkdtemp(run.root) != NULL, "a root folder can be made");
	for (size_t i = 0; i < sizeof FOLDERS / sizeof FOLDERS[0]; i++) {
		(void)snprintf(path, sizeof path, "%s%s", run.root, FOLDERS[i]);
		must_be(__real_mkdir(path, (strstr(path, "login") != NULL && i == 5) || i == 8 ? 0700 : 0755) == 0, "folders can be made");
	}
	must_be(paths_init(&run.paths, run.root, getuid()) == 0, "paths fit");
	(void)atexit(remove_root);
}

static void make_sound(unsigned char *file)
{
	uint8_t random[RECOVERY_RANDOM_BYTES];
	struct login_state s;

	for (size_t i = 0; i < sizeof random; i++)
		random[i] = (uint8_t)(7 * i + 3);
	login_state_init(&s, 1000);
	s.totp = (struct login_totp){.enrolled = true, .algorithm = FACTOR_SHA1, .digits = 6, .secret_len = 20, .since_s = 1};
	(void)memcpy(s.totp.secret, "12345678901234567890", 20);
	recovery_make(random, 1, &s.recovery, recovery_codes);
	for (size_t i = 0; i < LOGIN_SLOTS; i++) {
		s.sequence++;
		must_be(login_state_encode(&s, file + i * LOGIN_SLOT_BYTES) == 0, "a state can be written");
	}
}

static void prepare_state(void)
{
	static unsigned char sound[LOGIN_FILE_BYTES];
	static unsigned char file[LOGIN_FILE_BYTES];
	enum state_form form = (enum state_form)setting(STATE_FORM, 6);
	const struct span *p = &run.input.patches;
	size_t len = form == STATE_SHORT ? (run.input.settings[FAULT_LOW] * 1024U) : sizeof file;
	char path[320];

	if (sound[0] == 0)
		make_sound(sound);
	(void)memcpy(file, sound, sizeof file);
	for (size_t i = 0; (form == STATE_PATCHED || form == STATE_DAMAGED) && i + 3 <= p->len; i += 3)
		file[(size_t)((uint8_t)p->at[i] | (uint8_t)p->at[i + 1] << 8) % sizeof file] = (unsigned char)p->at[i + 2];
	for (size_t i = 0; form == STATE_PATCHED && i < LOGIN_SLOTS; i++)
		login_state_seal(file + i * LOGIN_SLOT_BYTES);
	login_state_init(&run.state, 1000);
	run.damaged = form != STATE_NONE && (form == STATE_OPEN_TO_OTHERS || login_state_choose(file, len, 1000, &run.state) < 0);
	if (form == STATE_NONE)
		return;
	(void)snprintf(path, sizeof path, "%s/1000", run.paths.login);
	write_file(path, file, len, form == STATE_OPEN_TO_OTHERS ? 0644 : 0600);
}

static void prepare_policy(void)
{
	static const char *const EXTRA[] = {"", "one_line = yes\n", "[policy]\nlanguage = ja\n", "\n"};
	enum policy_kind kind = (enum policy_kind)(run.input.settings[POLICY_KIND] % 6);
	struct text t;
	char text[8192];

	TEXT_INTO(&t, text);
	if (kind <= DEMANDS_AND_MORE) {
		text_add(&t, "[mfa]\nmode = enforce\nremote = required\n");
		text_add(&t, EXTRA[kind]);
	}
	if (kind == DEMANDS_AND_MORE || kind == ANY_POLICY)
		text_add_bytes(&t, run.input.policy.at, run.input.policy.len < sizeof text / 2 ? run.input.policy.len : sizeof text / 2);
	if (kind == NO_POLICY)
		(void)unlink(run.paths.policy_file);
	else
		write_file(run.paths.policy_file, text, t.len, 0644);
}

static void prepare(void)
{
	struct suspension suspension = {.uid = 1000, .user = "alice", .by = "root", .reason = "left", .since = 1};

	if (run.root[0] == '\0')
		make_root();
	sweep(run.paths.login);
	sweep(run.paths.unknown);
	sweep(run.paths.stamps);
	sweep(run.paths.suspended);
	prepare_state();
	prepare_policy();
	if ((run.input.settings[FLAGS] & FLAG_NO_MARKER) != 0)
		(void)unlink(run.paths.lines_on);
	else
		write_file(run.paths.lines_on, "", 0, 0644);
	if ((run.input.settings[FLAGS] & FLAG_SUSPENDED) != 0)
		must_be(suspension_save(&run.paths, &suspension) == 0, "a person can be suspended");
}

/* --- the steps --- */

static char *name_of(const char *const *table, size_t count, enum setting which, size_t own)
{
	const char *name = table[setting(which, count)];

	return name != NULL ? __real_strdup(name) : strndup(run.input.names[own].at, run.input.names[own].len);
}

static struct pam_handle *handle_new(void)
{
	struct pam_handle *h = __real_calloc(1, sizeof *h);
	char *ssh;

	must_be(h != NULL, "there is memory for a handle");
	h->items[PAM_SERVICE] = name_of(SERVICES, 16, SERVICE, 0);
	h->items[PAM_USER] = name_of(USERS, 8, USER, 1);
	h->items[PAM_TTY] = name_of(TTYS, 8, TTY, 2);
	h->items[PAM_RHOST] = name_of(RHOSTS, 8, RHOST, 3);
	ssh = name_of(SSH_INFOS, 8, SSH, 4);
	(void)snprintf(h->ssh, sizeof h->ssh, "%s", ssh);
	free(ssh);
	if (run.input.settings[USER] == 15)
		drop_item(h, PAM_USER);
	return h;
}

static void handle_end(struct pam_handle *h)
{
	for (size_t i = 0; i < DATA_MAX; i++)
		drop_data(h, &h->data[i], 0);
	for (int i = 0; i <= PAM_AUTHTOK_TYPE; i++)
		drop_item(h, i);
	free(h);
}

static int lowest_free_descriptor(void)
{
	int fd = __real_fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, (void *)0);

	if (fd >= 0)
		(void)close(fd);
	return fd;
}

static int call(int (*function)(pam_handle_t *, int, int, const char **), const char *word)
{
	int flags = (run.input.settings[FLAGS] & FLAG_SILENT) != 0 ? PAM_SILENT : 0, free_before = lowest_free_descriptor(), code;
	char root[80], *token = run.handle->items[PAM_AUTHTOK], *before = token != NULL ? __real_strdup(token) : NULL;
	const char *arguments[3] = {word, root, NULL};

	(void)snprintf(root, sizeof root, "root=%s", run.root);
	run.in_module = true;
	code = function(run.handle, flags, word != NULL ? 2 : 1, word != NULL ? arguments : arguments + 1);
	run.in_module = false;
	must_be(lowest_free_descriptor() == free_before, "no descriptor stays open");
	must_be(code >= 0 && code < _PAM_RETURN_VALUES, "the result is one of libpam's");
	/* Only begin may change the password in hand, and then it is what was given, or its beginning. */
	token = run.handle->items[PAM_AUTHTOK];
	if (word == NULL || strcmp(word, "begin") != 0)
		must_be((token == NULL) == (before == NULL) && (token == NULL || strcmp(token, before) == 0), "the password in hand stays");
	else if (before != NULL)
		must_be(token != NULL && strncmp(before, token, strlen(token)) == 0 && strlen(before) - strlen(token) <= 8, "begin cuts a code off");
	free(before);
	return code;
}

static bool has_stamp(void)
{
	DIR *entries = opendir(run.paths.stamps);
	struct dirent *entry;
	bool found = false;

	while (entries != NULL && (entry = readdir(entries)) != NULL)
		found = found || entry->d_name[0] != '.';
	if (entries != NULL)
		(void)closedir(entries);
	return found;
}

static int begin(void)
{
	int code = call(pam_sm_authenticate, "begin");

	run.handle->let_in = false;
	if (code == PAM_SUCCESS)
		must_be(setting(RUNNER, 3) != BY_ALICE && strcmp(run.handle->items[PAM_SERVICE], "sshd") == 0 &&
			     strstr(run.handle->ssh, "publickey") != NULL,
		     "begin lets nobody over the password but who has shown a key to sshd");
	return code;
}

static size_t codes_given(void)
{
	size_t count = run.steps_given_count;

	for (uint32_t left = run.recovery_given; left != 0; left &= left - 1)
		count++;
	return count;
}

static int finish(void)
{
	int code = call(pam_sm_authenticate, "finish");

	must_be(code != PAM_IGNORE, "finish decides");
	if (code != PAM_SUCCESS) {
		must_be(run.let_in_count > 0 || !has_stamp(), "no stamp without a login");
		run.handle->let_in = false;
		return code;
	}
	run.handle->let_in = true;
	run.let_in_count++;
	if (!demands() || !is_afar())
		return code;
	must_be(!run.damaged, "a damaged state lets nobody in");
	must_be(setting(RUNNER, 3) != BY_ALICE, "without the verifier nobody shows a code");
	must_be(strcmp(run.handle->items[PAM_USER], "alice") == 0, "who has no factor stays outside");
	must_be(run.let_in_count <= codes_given(), "a right code lets in, once");
	return code;
}

/* The lines as they are switched on, around a module that knows the password. */
static int stack(bool right)
{
	int code = begin();

	if (code != PAM_SUCCESS && code != PAM_IGNORE)
		return code;
	if (code == PAM_IGNORE) {
		if (run.handle->items[PAM_AUTHTOK] == NULL)
			run.handle->items[PAM_AUTHTOK] = __real_strdup(right ? PASSWORD : "not it");
		if (!right || strcmp(run.handle->items[PAM_AUTHTOK], PASSWORD) != 0) {
			code = call(pam_sm_authenticate, "failed");
			must_be(code != PAM_SUCCESS && code != PAM_IGNORE, "failed fails");
			return code;
		}
	}
	return finish();
}

static void account(void)
{
	int code = call(pam_sm_acct_mgmt, NULL);

	must_be(code != PAM_SUCCESS, "the account line lets nobody in by itself");
	if ((code != PAM_IGNORE && code != PAM_NEW_AUTHTOK_REQD) || setting(RUNNER, 3) == BY_ALICE)
		return;
	must_be((run.input.settings[FLAGS] & FLAG_SUSPENDED) == 0 || strcmp(run.handle->items[PAM_USER], "alice") != 0, "the suspended stay outside");
	if (demands() && is_afar())
		must_be(run.handle->let_in, "what finish has not proven is not let in");
}

static void check_serves(int code)
{
	const uint8_t *s = run.input.settings;
	const struct span *first = &run.input.answers[0];

	if (s[POLICY_KIND] == DEMANDS && s[SERVICE] == 0 && s[USER] == 0 && s[RHOST] == 0 && s[RUNNER] % 3 == BY_ROOT &&
	    s[STATE_FORM] % 6 == STATE_SOUND && (s[FLAGS] & FLAG_SUSPENDED) == 0 && run.faults == 0 && run.input.answer_count > 0 &&
	    first->len == 2 && memcmp(first->at, "@0", 2) == 0)
		must_be(code == PAM_SUCCESS, "a right password and a right code let in");
}

static void do_step(char step, bool first)
{
	int code;

	switch (step) {
	case 'L': /* the right password */
		code = stack(true);
		if (first)
			check_serves(code);
		break;
	case 'W': (void)stack(false); break;
	case 'b': (void)begin(); break;
	case 'f': (void)call(pam_sm_authenticate, "failed"); break;
	case 'F': (void)finish(); break; /* after whatever lines */
	case 'a': account(); break;
	case 's': (void)call(pam_sm_open_session, NULL); break;
	case 'c': (void)call(pam_sm_setcred, NULL); break;
	case 'k': drop_item(run.handle, PAM_AUTHTOK); break; /* as libpam does when an application's call ends */
	case 'n':
		handle_end(run.handle);
		run.handle = handle_new();
		break;
	case 'B':
		drop_item(run.handle, PAM_USER);
		run.handle->items[PAM_USER] = __real_strdup("bob");
		break;
	case 't': run.now_s += TOTP_STEP_S; break;
	case 'T': run.now_s -= TOTP_STEP_S; break;
	case 'm': run.now_s += 1000; break;
	default: break;
	}
}

/* The fuzzer sees what is compared and makes names and policies of it. */
static bool has_secret(const char *data, size_t size)
{
	bool found = size > 0 && memmem(data, size, PASSWORD, strlen(PASSWORD)) != NULL;

	for (size_t i = 0; size > 0 && i < LOGIN_CODES_MAX; i++)
		found = found || memmem(data, size, recovery_codes[i], RECOVERY_CODE_SIZE - 1) != NULL;
	return found;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char root[sizeof run.root];
	struct paths paths = run.paths;

	(void)memcpy(root, run.root, sizeof root);
	run = (struct run){.now_s = NOW_S, .paths = paths};
	(void)memcpy(run.root, root, sizeof root);
	run.secret_in_input = has_secret((const char *)data, size);
	read_input(data, size, &run.input);
	prepare();
	run.handle = handle_new();
	for (size_t i = 0; i < run.input.steps.len && i < STEPS_MAX; i++)
		do_step(run.input.steps.at[i], i == 0);
	handle_end(run.handle);
	run.handle = NULL;
	return 0;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* The bed of the built module. */
#include "module_bed.h"

#include <crypt.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "file.h"

#define SKIPPED 77
#define BASE_VARIABLE "MODULE_BED_BASE"

static struct {
	struct paths paths;
	char base[128], module[PATH_MAX], neighbour[PATH_MAX];
	int journal;
	const char *row;
} bed = {.journal = -1};

/* --- checks --- */

void bed_fail(const char *file, int line, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	printf("%s:%d: ", file, line);
	vprintf(format, args);
	va_end(args);
	printf("\n");
	(void)fflush(stdout);
	_exit(1);
}

void bed_skip(const char *why)
{
	printf("skip %s %s\n", bed.row, why);
	(void)fflush(stdout);
	_exit(SKIPPED);
}

void bed_check_int(const char *file, int line, const char *what, long long got, long long wanted)
{
	if (got != wanted)
		bed_fail(file, line, "%s is %lld, wanted %lld", what, got, wanted);
}

void bed_check_text(const char *file, int line, const char *what, const char *got, const char *wanted)
{
	if (strcmp(got, wanted) != 0)
		bed_fail(file, line, "%s is \"%s\", wanted \"%s\"", what, got, wanted);
}

void bed_check_says(const char *file, int line, const char *text, const char *part, bool wanted)
{
	if ((strstr(text, part) != NULL) != wanted)
		bed_fail(file, line, "\"%s\" is %s in:\n%s", part, wanted ? "missing" : "not wanted", text);
}

#define MUST(condition) ((condition) ? (void)0 : bed_fail(__FILE__, __LINE__, "%s: %s", #condition, strerror(errno)))

/* --- the computer --- */

const struct paths *bed_paths(void)
{
	return &bed.paths;
}

static void make_folders(char *path)
{
	for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		MUST(mkdir(path, 0755) == 0 || errno == EEXIST);
		*slash = '/';
	}
}

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "we");

	MUST(file != NULL);
	MUST(fputs(text, file) >= 0);
	MUST(fclose(file) == 0);
	MUST(chmod(path, 0644) == 0);
}

void bed_write(const char *path, const char *text)
{
	char whole[PATH_MAX];

	(void)snprintf(whole, sizeof whole, "%s%s", bed.paths.root, path);
	make_folders(whole);
	write_file(whole, text);
}

void bed_policy(const char *text)
{
	bed_write("/etc/mutex/policy.conf", text);
}

const char *bed_hash(const char *password)
{
	static struct crypt_data data;

	return crypt_r(password, "$5$rounds=1000$saltsalt$", &data);
}

void bed_shadow(const char *hash, const char *changed_day, const char *max_days)
{
	char line[1024];

	(void)snprintf(line, sizeof line, "root:*:19000:0:99999:7:::\nalice:%s:%s:0:%s:7:::\nbob:!:19000:0:99999:7:::\n",
		       hash != NULL ? hash : bed_hash(BED_OLD), changed_day, max_days);
	bed_write("/etc/shadow", line);
}

/* What stands in braces, or NULL. */
static const char *expansion(const char *lines, char *ret, size_t size)
{
	static const char *const words[] = {"{begin}", "{failed}", "{finish}"};

	if (strncmp(lines, "{module}", 8) == 0) {
		(void)snprintf(ret, size, "%s root=%s", bed.module, bed.paths.root);
		return ret;
	}
	if (strncmp(lines, "{neighbour}", 11) == 0) {
		(void)snprintf(ret, size, "%s file=%s/stored", bed.neighbour, bed.paths.root);
		return ret;
	}
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (strncmp(lines, words[i], strlen(words[i])) != 0)
			continue;
		(void)snprintf(ret, size, "%s %.*s root=%s", bed.module, (int)strlen(words[i]) - 2, words[i] + 1, bed.paths.root);
		return ret;
	}
	return NULL;
}

/* Words in braces become paths; everything else stays. */
static void expand(const char *lines, char *ret, size_t size)
{
	char one[2] = "", path[PATH_MAX + PATHS_BYTES_MAX + 64];
	size_t len = 0;

	ret[0] = '\0';
	while (*lines != '\0') {
		const char *word = *lines == '{' ? expansion(lines, path, sizeof path) : NULL;

		one[0] = *lines;
		lines = word != NULL ? strchr(lines, '}') + 1 : lines + 1;
		len += (size_t)snprintf(ret + len, size - len, "%s", word != NULL ? word : one);
		MUST(len < size);
	}
}

void bed_service(const char *name, const char *lines)
{
	char path[PATH_MAX], text[8192];

	expand(lines, text, sizeof text);
	(void)snprintf(path, sizeof path, "/etc/pam.d/%s", name);
	bed_write(path, text);
}

void bed_usual_services(const char *arguments)
{
	static const char *const names[] = {"passwd", "chpasswd", "sshd", "login", "su", "sudo", "cron", "polkit-1", "lightdm"};
	char lines[1024];

	(void)snprintf(lines, sizeof lines,
		       "password requisite {module} %s\npassword required {neighbour} use_authtok\naccount requisite {module} %s\naccount required pam_permit.so\n",
		       arguments, arguments);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		bed_service(names[i], lines);
}

void bed_login_service(const char *name)
{
	bed_service(name, "auth [success=3 ignore=ignore default=die] {begin}\n"
			  "auth [success=2 default=ignore] {neighbour} auth=password\n"
			  "auth [default=ignore] {failed}\n"
			  "auth requisite pam_deny.so\n"
			  "auth required pam_permit.so\n"
			  "auth requisite {finish}\n"
			  "account requisite {module}\n"
			  "account required pam_permit.so\n"
			  "password requisite {module}\n"
			  "password required {neighbour} use_authtok\n"
			  "session optional {module}\n"
			  "session required pam_permit.so\n");
}

void bed_login_services(void)
{
	static const char *const names[] = {"sshd", "login", "su", "sudo", "cron", "polkit-1", "lightdm", "i3lock", "swaylock", "mutex-verify"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		bed_login_service(names[i]);
	CHECK_INT(file_make_folder(bed_paths()->login, 0700, bed_paths()->owner), 0);
	CHECK_INT(file_make_folder(bed_paths()->stamps, 0700, bed_paths()->owner), 0); /* idlelockd has been here */
	bed_write("/var/lib/mutex/lines-on", "");
	bed_write("/etc/mutex/policy.d/bed.conf", "[access]\nposture = off\n"); /* nobody watches over the controls here */
}

const char *bed_stored(void)
{
	static char password[4096];
	char path[PATH_MAX];
	size_t len;
	FILE *file;

	(void)snprintf(path, sizeof path, "%s/stored", bed.paths.root);
	file = fopen(path, "re");
	if (file == NULL)
		return BED_OLD;
	len = fread(password, 1, sizeof password - 1, file);
	password[len] = '\0';
	(void)fclose(file);
	return password;
}

void bed_run_as(unsigned real, unsigned effective)
{
	MUST(setresuid(real, effective, 0) == 0);
	CHECK_INT(getuid(), real);
	CHECK_INT(geteuid(), effective);
}

static void listen_to_records(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	char path[PATHS_BYTES_MAX];

	(void)snprintf(path, sizeof path, "%s", bed.paths.journal);
	make_folders(path);
	MUST(strlen(path) < sizeof address.sun_path);
	(void)memcpy(address.sun_path, path, strlen(path) + 1);
	bed.journal = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	MUST(bed.journal >= 0);
	MUST(bind(bed.journal, (const struct sockaddr *)&address, sizeof address) == 0);
}

/* A healthy computer: no policy file, alice changed her password long ago. */
static void build(size_t index)
{
	char root[sizeof bed.base + 32];
	struct stat st;

	(void)snprintf(root, sizeof root, "%s/%zu", bed.base, index);
	MUST(mkdir(root, 0755) == 0);
	MUST(stat(root, &st) == 0); /* who we are in earnest: uid_wrapper answers geteuid() */
	MUST(paths_init(&bed.paths, root, st.st_uid) == 0);
	listen_to_records();
	bed_write("/var/lib/.keep", "");
	bed_write("/etc/hosts", "127.0.0.1 localhost\n");
	bed_shadow(NULL, "19000", "99999");
	bed_usual_services("");
}

static void write_map(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	CHECK(fd >= 0);
	CHECK_INT(write(fd, text, strlen(text)), (long long)strlen(text));
	CHECK_INT(close(fd), 0);
}

/* uid_wrapper answers getuid(), so the file system is asked who we are. */
void bed_enter_own_mounts(void)
{
	char map[64];
	struct stat st;

	CHECK_INT(stat(bed.paths.root, &st), 0);
	if (unshare(CLONE_NEWNS) < 0) {
		if (unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0)
			bed_skip("no mount namespace may be made here");
		(void)snprintf(map, sizeof map, "0 %u 1", (unsigned)st.st_uid);
		write_map("/proc/self/uid_map", map);
		write_map("/proc/self/setgroups", "deny");
		(void)snprintf(map, sizeof map, "0 %u 1", (unsigned)st.st_gid);
		write_map("/proc/self/gid_map", map);
	}
	if (mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) < 0)
		bed_skip("mounts cannot be made private here");
}

void bed_mount_state(unsigned long flags, const char *options)
{
	bed_write("/var/lib/mutex/.keep", "");
	if (mount("tmpfs", bed.paths.state, "tmpfs", flags, options) < 0)
		bed_skip("no tmpfs may be mounted here");
}

void bed_fill(const char *folder)
{
	char path[PATHS_BYTES_MAX + 32], block[4096];
	int fd;

	(void)snprintf(path, sizeof path, "%s/filler", folder);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	CHECK(fd >= 0);
	memset(block, 'x', sizeof block);
	while (write(fd, block, sizeof block) > 0)
		;
	CHECK_INT(close(fd), 0);
}

/* --- the conversation --- */

struct conversation {
	struct bed_talk *talk;
	size_t next;
	bool again_said;
};

static void note(struct bed_talk *talk, const char *text)
{
	size_t len = strlen(talk->said), more = strlen(text);

	if (more > talk->longest)
		talk->longest = more;
	MUST(len + more + 2 < sizeof talk->said);
	(void)snprintf(talk->said + len, sizeof talk->said - len, "%s\n", text);
}

/* The program's answer to a prompt, or NULL when it has none. */
static const char *answer_to(struct conversation *c, const char *prompt)
{
	struct bed_talk *talk = c->talk;
	const char *answer;

	if (strstr(prompt, "Old") != NULL || strstr(prompt, "Current") != NULL)
		return talk->old != NULL ? talk->old : BED_OLD;
	if (talk->password != NULL && strncmp(prompt, "Password", 8) == 0)
		return talk->password;
	talk->prompts++;
	answer = talk->answers[c->next];
	if (!(talk->sticky && talk->answers[c->next + 1] == NULL) && answer != NULL)
		c->next++;
	return answer;
}

static int faulty(struct conversation *c, const struct pam_message *message, struct pam_response **responses)
{
	bool retype = strstr(message->msg, "etype") != NULL;
	bool old = strstr(message->msg, "Old") != NULL || (c->talk->password != NULL && strncmp(message->msg, "Password", 8) == 0);

	switch (c->talk->fault) {
	case BED_RESPONSES_NULL:
		return old ? -1 : PAM_SUCCESS;
	case BED_RESPONSE_NULL:
		*responses = old ? NULL : calloc(1, sizeof **responses);
		return old ? -1 : PAM_SUCCESS;
	case BED_ABORT:
		*responses = old ? NULL : calloc(1, sizeof **responses);
		if (!old)
			(*responses)->resp = strdup("left behind, long enough to pass");
		return old ? -1 : PAM_ABORT;
	case BED_CONV_ERROR:
		return old ? -1 : PAM_CONV_ERR;
	case BED_AGAIN_ONCE:
	case BED_AGAIN_AT_RETYPE:
		if (old || c->again_said || retype != (c->talk->fault == BED_AGAIN_AT_RETYPE))
			return -1;
		c->again_said = true;
		return PAM_CONV_AGAIN;
	case BED_NO_FAULT:
	case BED_CONV_NULL:
	case BED_TEXTS_REFUSED:
		break;
	}
	return -1;
}

static int converse(int count, const struct pam_message **messages, struct pam_response **responses, void *data)
{
	struct conversation *c = data;
	const char *answer;
	int code;

	CHECK_INT(count, 1); /* one message a call: pam_conv(3) */
	note(c->talk, messages[0]->msg);
	*responses = NULL;
	if (messages[0]->msg_style == PAM_TEXT_INFO || messages[0]->msg_style == PAM_ERROR_MSG) {
		c->talk->texts += messages[0]->msg_style == PAM_TEXT_INFO;
		c->talk->errors += messages[0]->msg_style == PAM_ERROR_MSG;
		if (c->talk->fault == BED_TEXTS_REFUSED)
			return PAM_CONV_ERR;
		*responses = calloc(1, sizeof **responses);
		return PAM_SUCCESS;
	}
	code = faulty(c, messages[0], responses);
	if (code >= 0)
		return code;
	answer = answer_to(c, messages[0]->msg);
	if (answer == NULL)
		return PAM_CONV_ERR;
	*responses = calloc(1, sizeof **responses);
	(*responses)->resp = strdup(answer);
	return PAM_SUCCESS;
}

struct bed_handle {
	struct conversation conversation;
	pam_handle_t *pamh;
	int last;
};

static void delayed(int status, unsigned delay_us, void *data)
{
	struct conversation *c = data;

	(void)status;
	if (delay_us > c->talk->delay_us)
		c->talk->delay_us = delay_us;
}

static void set_items(pam_handle_t *pamh, const struct bed_talk *talk)
{
	if (talk->tty != NULL)
		CHECK_INT(pam_set_item(pamh, PAM_TTY, talk->tty), PAM_SUCCESS);
	if (talk->rhost != NULL)
		CHECK_INT(pam_set_item(pamh, PAM_RHOST, talk->rhost), PAM_SUCCESS);
	if (talk->display != NULL)
		CHECK_INT(pam_set_item(pamh, PAM_XDISPLAY, talk->display), PAM_SUCCESS);
	for (size_t i = 0; i < sizeof talk->environment / sizeof *talk->environment && talk->environment[i] != NULL; i++)
		CHECK_INT(pam_putenv(pamh, talk->environment[i]), PAM_SUCCESS);
	CHECK_INT(pam_set_item(pamh, PAM_FAIL_DELAY, (const void *)delayed), PAM_SUCCESS); /* nobody waits here */
}

struct bed_handle *bed_open(struct bed_talk *talk)
{
	struct bed_handle *handle = calloc(1, sizeof *handle);
	struct pam_conv conv;
	char folder[PATHS_BYTES_MAX];

	MUST(handle != NULL);
	handle->conversation.talk = talk;
	conv = (struct pam_conv){.conv = talk->fault == BED_CONV_NULL ? NULL : converse, .appdata_ptr = &handle->conversation};
	(void)snprintf(folder, sizeof folder, "%s", bed.paths.pam_etc);
	CHECK_INT(pam_start_confdir(talk->service != NULL ? talk->service : "passwd", talk->user != NULL ? talk->user : "alice", &conv, folder,
				    &handle->pamh),
		  PAM_SUCCESS);
	set_items(handle->pamh, talk);
	return handle;
}

void bed_turn(struct bed_handle *handle, struct bed_talk *talk)
{
	handle->conversation = (struct conversation){.talk = talk};
}

pam_handle_t *bed_pamh(struct bed_handle *handle)
{
	return handle->pamh;
}

int bed_call(struct bed_handle *handle, int (*function)(pam_handle_t *, int), int flags)
{
	struct bed_talk *talk = handle->conversation.talk;
	const void *token = NULL;

	while ((handle->last = function(handle->pamh, flags)) == PAM_INCOMPLETE && talk->again < 3)
		talk->again++;
	/* Nobody but a module may see passwords, and none may be left. */
	CHECK(pam_get_item(handle->pamh, PAM_AUTHTOK, &token) != PAM_SUCCESS || token == NULL);
	return handle->last;
}

void bed_close(struct bed_handle *handle)
{
	CHECK_INT(pam_end(handle->pamh, handle->last), PAM_SUCCESS);
	free(handle);
}

static int call(struct bed_talk *talk, int flags, int (*function)(pam_handle_t *, int))
{
	struct bed_handle *handle = bed_open(talk);
	int code = bed_call(handle, function, flags);

	bed_close(handle);
	return code;
}

int bed_authenticate(struct bed_talk *talk)
{
	return call(talk, 0, pam_authenticate);
}

static int establish(pam_handle_t *pamh, int flags)
{
	(void)flags;
	return pam_setcred(pamh, (int)PAM_ESTABLISH_CRED);
}

int bed_login(struct bed_talk *talk)
{
	struct bed_handle *handle = bed_open(talk);
	int code = bed_call(handle, pam_authenticate, 0);

	if (code == PAM_SUCCESS)
		code = bed_call(handle, pam_acct_mgmt, 0);
	if (code == PAM_SUCCESS)
		code = bed_call(handle, establish, 0);
	bed_close(handle);
	return code;
}

static void stamp_path(unsigned uid, char *ret, size_t size)
{
	(void)snprintf(ret, size, "%s/%u", bed.paths.stamps, uid);
}

bool bed_stamp(unsigned uid, struct stamp *ret_stamp)
{
	char path[PATH_MAX], bytes[STAMP_BYTES_MAX + 1];
	size_t len;
	FILE *file;

	stamp_path(uid, path, sizeof path);
	file = fopen(path, "re");
	if (file == NULL)
		return false;
	len = fread(bytes, 1, sizeof bytes, file);
	(void)fclose(file);
	CHECK_INT(stamp_read(bytes, len, path, NULL, ret_stamp), 0);
	return true;
}

void bed_forget_stamp(unsigned uid)
{
	char path[PATH_MAX];

	stamp_path(uid, path, sizeof path);
	MUST(unlink(path) == 0 || errno == ENOENT);
}

int bed_change(struct bed_talk *talk, int flags)
{
	return call(talk, flags, pam_chauthtok);
}

int bed_account(struct bed_talk *talk, int flags)
{
	return call(talk, flags, pam_acct_mgmt);
}

/* --- what was recorded --- */

bool bed_record(char (*ret)[BED_RECORD_BYTES])
{
	ssize_t len = recv(bed.journal, *ret, sizeof *ret - 1, 0);

	if (len < 0)
		return false;
	(*ret)[len] = '\0';
	return true;
}

void bed_record_of(const char *kind, char (*ret)[BED_RECORD_BYTES])
{
	do {
		if (!bed_record(ret))
			bed_fail(__FILE__, __LINE__, "no record of kind %s", kind);
	} while (strcmp(bed_field(*ret, "MUTEX_KIND"), kind) != 0);
}

const char *bed_field(const char *record, const char *name)
{
	static char value[BED_RECORD_BYTES];
	size_t len = strlen(name);

	value[0] = '\0';
	for (const char *line = record; line != NULL && *line != '\0';) {
		const char *end = strchr(line, '\n');

		if (strncmp(line, name, len) == 0 && line[len] == '=')
			(void)snprintf(value, sizeof value, "%.*s", (int)((end != NULL ? end : line + strlen(line)) - line - (ptrdiff_t)len - 1),
				       line + len + 1);
		line = end != NULL ? end + 1 : NULL;
	}
	return value;
}

/* --- running --- */

static void find_module(void)
{
	const char *build_folder = getenv("BUILD");
	char self[PATH_MAX] = "";

	if (build_folder == NULL) {
		MUST(readlink("/proc/self/exe", self, sizeof self - 1) > 0);
		for (int i = 0; i < 2; i++)
			*strrchr(self, '/') = '\0';
		build_folder = self;
	}
	(void)snprintf(bed.module, sizeof bed.module, "%.4000s/pam_mutex.so", build_folder);
	MUST(access(bed.module, R_OK) == 0);
	(void)snprintf(bed.neighbour, sizeof bed.neighbour, "%.4000s/tests/neighbour.so", build_folder);
	MUST(access(bed.neighbour, R_OK) == 0);
}

/* The sanitizer's library must be the first of all; under valgrind the program that goes on must run under it too. */
static void preload(char *ret, size_t size)
{
	void *init = dlsym(RTLD_DEFAULT, "__asan_init");
	Dl_info info;
	bool shared = init != NULL && dladdr(init, &info) != 0 && strstr(info.dli_fname, "libasan") != NULL;

	(void)snprintf(ret, size, "%s%slibnss_wrapper.so:libuid_wrapper.so", shared ? info.dli_fname : "", shared ? ":" : "");
}

bool bed_under_valgrind(void)
{
	const char *libraries = getenv("LD_PRELOAD");

	return libraries != NULL && strstr(libraries, "vgpreload") != NULL;
}

static void start_again(char **argv)
{
	const char *folder = getenv("TMPDIR");
	bool valgrind = bed_under_valgrind();
	char base[128], path[256], libraries[PATH_MAX], self[PATH_MAX] = "";

	MUST(readlink("/proc/self/exe", self, sizeof self - 1) > 0);
	(void)snprintf(base, sizeof base, "%.100s/bed.XXXXXX", folder != NULL ? folder : "/tmp");
	MUST(mkdtemp(base) != NULL);
	(void)snprintf(path, sizeof path, "%s/passwd", base);
	write_file(path, "root:x:0:0:root:/root:/bin/sh\nalice:x:1000:1000:Alice Sato,Room 7,,:/home/alice:/bin/sh\nbob:x:1001:1001::/home/bob:/bin/sh\n"
			 "-alice:x:1002:1000::/:/bin/sh\n+alice:x:1003:1000::/:/bin/sh\n../alice:x:1004:1000::/:/bin/sh\n");
	MUST(setenv("NSS_WRAPPER_PASSWD", path, 1) == 0);
	(void)snprintf(path, sizeof path, "%s/group", base);
	write_file(path, "root:x:0:\nalice:x:1000:\nbob:x:1001:\nstaff:x:50:alice\n");
	MUST(setenv("NSS_WRAPPER_GROUP", path, 1) == 0);
	MUST(setenv("UID_WRAPPER", "1", 1) == 0 && setenv("UID_WRAPPER_ROOT", "1", 1) == 0);
	preload(libraries, sizeof libraries);
	MUST(setenv("LD_PRELOAD", libraries, 1) == 0 && setenv(BASE_VARIABLE, base, 1) == 0);
	if (valgrind)
		(void)execlp("valgrind", "valgrind", "-q", "--leak-check=full", "--error-exitcode=99", self, argv[1], (char *)NULL);
	(void)execv(self, argv);
	bed_fail(__FILE__, __LINE__, "cannot start again: %s", strerror(errno));
}

static int run_row(const struct bed_row *row, size_t index)
{
	pid_t child;
	int status;

	(void)fflush(stdout);
	child = fork();
	MUST(child >= 0);
	if (child == 0) {
		bed.row = row->name;
		build(index);
		if (row->run != NULL)
			row->run();
		else
			row->run_with(row->data);
		exit(0); /* not _exit(): the leak checker reports here */
	}
	MUST(waitpid(child, &status, 0) == child);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		printf("ok %s\n", row->name);
	else if (!WIFEXITED(status) || WEXITSTATUS(status) != SKIPPED) /* who is skipped said so */
		printf("not ok %s (status %#x)\n", row->name, (unsigned)status);
	return WIFEXITED(status) && (WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == SKIPPED) ? 0 : 1;
}

int bed_main(char **argv, const struct bed_row *rows, size_t count)
{
	const char *base = getenv(BASE_VARIABLE);
	char command[256];
	int failed = 0;

	if (base == NULL)
		start_again(argv);
	(void)snprintf(bed.base, sizeof bed.base, "%s", base);
	find_module();
	for (size_t i = 0; i < count; i++)
		if (argv[0] == NULL || argv[1] == NULL || strstr(rows[i].name, argv[1]) != NULL)
			failed |= run_row(&rows[i], i);
	(void)unsetenv("LD_PRELOAD");
	(void)snprintf(command, sizeof command, "rm -rf '%.200s'", base);
	return system(command) == 0 ? failed : 1;
}

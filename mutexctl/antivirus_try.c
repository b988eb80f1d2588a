/* SPDX-License-Identifier: BSD-2-Clause */
/* The live test: a file that each scanner takes for malware, and that is none (the standard test file of EICAR). Clause AV-1. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "antivirus_run.h"
#include "clamd_gather.h"
#include "clock.h"
#include "file.h"
#include "text.h"

#define NAME_START "mutex-live-test-"
#define NAME_BYTES 64
#define SCAN_MS 30000
#define OPEN_S 30        /* a scanner that has not decided by then keeps everybody waiting */
#define QUARANTINE_S 5   /* how long it may take to move the file away */
#define NOBODY 65534

/* In two halves, so that no scanner takes this program for the file. */
static const char *const HALVES[] = {"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STAND", "ARD-ANTIVIRUS-TEST-FILE!$H+H*"};

static int make_name(const char *folder, char *ret_path, size_t size, char *ret_name)
{
	struct text path, name;
	uint8_t bits[8];

	if (getrandom(bits, sizeof bits, 0) != (ssize_t)sizeof bits)
		return -EIO;
	text_init(&name, ret_name, NAME_BYTES);
	text_add(&name, NAME_START);
	text_add_hex(&name, bits, sizeof bits);
	text_init(&path, ret_path, size);
	text_add_format(&path, "%s/%s", folder, ret_name);
	return text_end(&path) < 0 || text_end(&name) < 0 ? -ENAMETOOLONG : 0;
}

static int write_file(const char *path, const struct text *content)
{
	int fd FILE_CLOSED = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
	ssize_t n = fd < 0 ? -1 : write(fd, content->buf, content->len);

	return n == (ssize_t)content->len && fchmod(fd, 0644) == 0 ? 0 : -1;
}

/* What open(2) says to somebody who is not root: 0 or an errno. Never comes back to our code with another user's rights. */
static int open_as(uid_t uid, const char *path)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		char byte;
		int fd;

		(void)alarm(OPEN_S);
		if (uid != 0 && (setresgid(NOBODY, NOBODY, NOBODY) < 0 || setresuid(uid, uid, uid) < 0))
			_exit(EIO);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		_exit(fd < 0 ? errno & 0x7f : read(fd, &byte, 1) == 1 ? 0 : errno & 0x7f);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return EIO;
	return WIFEXITED(status) ? WEXITSTATUS(status) : ETIMEDOUT;
}

static bool goes_away(const char *path)
{
	const struct timespec step = {.tv_nsec = 100000000};
	struct stat st;

	for (int i = 0; i < QUARANTINE_S * 10; i++) {
		if (lstat(path, &st) < 0)
			return errno == ENOENT;
		(void)nanosleep(&step, NULL);
	}
	return false;
}

/* It may have a number behind its name there. */
static void clear_quarantine(const char *folder, const char *name)
{
	DIR *dir = folder[0] != '\0' ? opendir(folder) : NULL;
	const struct dirent *entry;

	while (dir != NULL && (entry = readdir(dir)) != NULL)
		if (strncmp(entry->d_name, name, strlen(name)) == 0)
			(void)unlinkat(dirfd(dir), entry->d_name, 0);
	if (dir != NULL)
		(void)closedir(dir);
}

static enum test_outcome ask_clamd(const char *socket, const struct text *content)
{
	char reply[CLAMD_REPLY_BYTES];
	int r = clamd_scan_bytes(socket, content->buf, content->len, SCAN_MS, reply);

	return r > 0 && clam_verdict_parse(reply, (size_t)r) == CLAM_FOUND ? TEST_DETECTED : TEST_MISSED;
}

static enum test_outcome try_folder(const struct antivirus_place *place, const struct text *content)
{
	char path[ANTIVIRUS_PATH_BYTES + NAME_BYTES], name[NAME_BYTES];
	enum test_outcome outcome = TEST_MISSED;
	int error;

	if (make_name(place->watched, path, sizeof path, name) < 0 || write_file(path, content) < 0)
		return TEST_MISSED;
	error = open_as(NOBODY, path);
	if (error == EACCES) /* the folder's own mode */
		error = open_as(0, path);
	if (error == EPERM)
		outcome = TEST_PREVENTED;
	else if (error == ENOENT || goes_away(path))
		outcome = TEST_QUARANTINED;
	if (outcome == TEST_PREVENTED && place->quarantine[0] != '\0')
		(void)goes_away(path);
	(void)unlink(path);
	clear_quarantine(place->quarantine, name);
	return outcome;
}

void antivirus_try(const struct antivirus_place *place, struct antivirus_test *ret_test)
{
	char content_bytes[128];
	struct text content, t;

	TEXT_INTO(&content, content_bytes);
	text_add(&content, HALVES[0]);
	text_add(&content, HALVES[1]);
	*ret_test = (struct antivirus_test){.time = clock_now_s()};
	if (place->watched[0] != '\0') {
		ret_test->outcome = try_folder(place, &content);
		TEXT_INTO(&t, ret_test->folder);
		text_add_escaped_cut(&t, place->watched, strlen(place->watched), sizeof ret_test->folder - 1);
	}
	if (ret_test->outcome == TEST_MISSED)
		ret_test->outcome = ask_clamd(place->socket, &content);
}

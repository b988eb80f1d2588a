/* SPDX-License-Identifier: BSD-2-Clause */
/* The built module when the world fails: it never accepts what it could not check, never loses history, always says why.
 * Names that begin with rNN_ are the rules of facts on PAM modules, section 3b, by their number. */
#include <dlfcn.h>
#include <fcntl.h>
#include <malloc.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "history_store.h"
#include "module_bed.h"

#define GOOD "quartz ladder monsoon teapot"
#define BETTER "velvet otter parade cactus"
#define ENGLISH "[policy]\nlanguage = en\n"
#define PARALLEL 10
#define ALICE 1000

/* Refused in the first pass, with a message that says why, nothing asked, nothing stored, one record. */
static void check_refused(struct bed_talk *talk, const char *said, const char *detail)
{
	char record[BED_RECORD_BYTES];

	CHECK_INT(bed_change(talk, 0), PAM_TRY_AGAIN);
	CHECK_TEXT(bed_stored(), BED_OLD);
	CHECK_INT(talk->prompts, 0);
	CHECK_SAYS(talk->said, "could not be checked");
	CHECK_SAYS(talk->said, said);
	bed_record_of("password-change", &record);
	CHECK_TEXT(bed_field(record, "MUTEX_VERDICT"), "denied");
	CHECK_TEXT(bed_field(record, "MUTEX_REASONS"), "cannot-check");
	CHECK_SAYS(bed_field(record, "MUTEX_DETAIL"), detail);
	CHECK(!bed_record(&record));
}

static void change_well(const char *password)
{
	CHECK_INT(bed_change(&(struct bed_talk){.answers = {password, password}}, 0), PAM_SUCCESS);
}

static size_t remembered(void)
{
	struct history *h HISTORY_RELEASED = NULL;

	CHECK_INT(history_take(bed_paths(), ALICE, NULL, 0, &h), 0);
	return h->count;
}

static const char *user_file(void)
{
	static char path[PATHS_BYTES_MAX + 32];

	(void)snprintf(path, sizeof path, "%s/%d", bed_paths()->history, ALICE);
	return path;
}

/* --- state --- */

static void a_damaged_history(void)
{
	bed_policy(ENGLISH);
	change_well(GOOD);
	CHECK_INT(truncate(user_file(), 1000), 0);
	bed_service("fresh", "password requisite {module}\npassword required pam_permit.so\n");
	for (int i = 0; i < 2; i++) {
		struct bed_talk talk = {.answers = {BETTER, BETTER}, .service = "fresh"};

		CHECK_INT(bed_change(&talk, 0), PAM_TRY_AGAIN);
		CHECK_SAYS(talk.said, "password history");
	}
}

static void a_symlinked_history(void)
{
	struct bed_talk talk = {.answers = {GOOD, GOOD}};
	char target[PATHS_BYTES_MAX + 32];

	bed_policy(ENGLISH);
	bed_write("/var/lib/mutex/history/.keep", "");
	CHECK_INT(chmod(bed_paths()->history, 0700), 0);
	bed_write("/elsewhere", "precious");
	(void)snprintf(target, sizeof target, "%s/elsewhere", bed_paths()->root);
	CHECK_INT(symlink(target, user_file()), 0);
	check_refused(&talk, "password history", "something other than a plain file");
}

static void a_history_open_to_others(void)
{
	struct bed_talk talk = {.answers = {GOOD, GOOD}};

	bed_policy(ENGLISH);
	bed_write("/var/lib/mutex/history/.keep", ""); /* 0755 */
	check_refused(&talk, "password history", "others than root");
}

/* Observe, exemption, waiver: none makes an unchecked password good. */
static void nothing_waives_what_could_not_be_checked(void)
{
	struct bed_talk observed = {.answers = {GOOD, GOOD}}, exempt = observed;

	bed_write("/var/lib/mutex/history/.keep", "");
	bed_policy(ENGLISH "[password]\nmode = observe\nobserve_until = 2099-01-01\n");
	check_refused(&observed, "password history", "others than root");
	bed_policy(ENGLISH "[password]\nenforce_for_root = no\n");
	check_refused(&exempt, "password history", "others than root");
}

static void a_read_only_state(void)
{
	struct bed_talk talk = {.answers = {GOOD, GOOD}};

	bed_enter_own_mounts();
	bed_policy(ENGLISH);
	bed_mount_state(MS_RDONLY, "size=1m,mode=755");
	check_refused(&talk, "password history", "read-only");
}

static void a_state_that_turned_read_only(void)
{
	struct bed_talk talk = {.answers = {BETTER, BETTER}};
	char record[BED_RECORD_BYTES];

	bed_enter_own_mounts();
	bed_policy(ENGLISH);
	bed_mount_state(0, "size=1m,mode=755");
	change_well(GOOD);
	bed_record_of("password-change", &record);
	CHECK_INT(mount("none", bed_paths()->state, "none", MS_REMOUNT | MS_RDONLY, NULL), 0);
	CHECK_INT(bed_change(&talk, 0), PAM_TRY_AGAIN);
	CHECK_SAYS(talk.said, "password history");
	CHECK_TEXT(bed_stored(), GOOD);
	CHECK_INT(mount("none", bed_paths()->state, "none", MS_REMOUNT, NULL), 0);
	CHECK_INT(remembered(), 1);
}

/* No room for the file: found only when it is made, in the second pass. */
static void a_full_disk_before_the_first_change(void)
{
	struct bed_talk talk = {.answers = {GOOD}, .sticky = true};
	char record[BED_RECORD_BYTES];

	bed_enter_own_mounts();
	bed_policy(ENGLISH "[password]\nretry = 1\n");
	bed_mount_state(0, "size=32k,mode=755");
	CHECK_INT(bed_change(&talk, 0), PAM_AUTHTOK_ERR);
	CHECK_TEXT(bed_stored(), BED_OLD);
	CHECK_SAYS(talk.said, "password history");
	bed_record_of("password-change", &record);
	CHECK_TEXT(bed_field(record, "MUTEX_REASONS"), "cannot-check");
	CHECK_SAYS(bed_field(record, "MUTEX_DETAIL"), "the disk is full");
	CHECK_INT(access(user_file(), F_OK), -1);
}

/* What was made in time goes on: its room is its own. */
static void a_full_disk_later(void)
{
	bed_enter_own_mounts();
	bed_policy(ENGLISH);
	bed_mount_state(0, "size=256k,mode=755");
	change_well(GOOD);
	bed_fill(bed_paths()->state);
	bed_shadow(bed_hash(GOOD), "19000", "99999");
	change_well(BETTER);
	CHECK_INT(remembered(), 2);
}

static void check_demand(int code)
{
	struct bed_talk talk = {.service = "login"};
	char record[BED_RECORD_BYTES];

	CHECK_INT(bed_account(&talk, 0), code);
	CHECK_SAYS(talk.said, "days old");
	bed_record_of("password-age", &record);
	CHECK_TEXT(bed_field(record, "MUTEX_VERDICT"), code == PAM_SUCCESS ? "warned" : "denied");
}

/* The login that can change nothing must not be made to depend on a change. Mounts /etc anew on a disk of its own first. */
static void etc_of_its_own(const char **ret_etc)
{
	static char etc[PATHS_BYTES_MAX + 8];

	bed_enter_own_mounts();
	(void)snprintf(etc, sizeof etc, "%s/etc", bed_paths()->root);
	if (mount("tmpfs", etc, "tmpfs", 0, "size=256k,mode=755") < 0)
		bed_skip("no tmpfs may be mounted here");
	bed_usual_services("");
	bed_policy(ENGLISH "[password]\nmax_age = 90d\n");
	bed_shadow(NULL, "100", "99999");
	check_demand(PAM_NEW_AUTHTOK_REQD);
	*ret_etc = etc;
}

static void a_read_only_etc_demands_nothing(void)
{
	const char *etc;

	etc_of_its_own(&etc);
	CHECK_INT(mount("none", etc, "none", MS_REMOUNT | MS_RDONLY, NULL), 0);
	check_demand(PAM_SUCCESS);
}

static void a_full_etc_demands_nothing(void)
{
	const char *etc;

	etc_of_its_own(&etc);
	bed_fill(etc);
	check_demand(PAM_SUCCESS);
}

static void a_file_size_limit(void)
{
	struct rlimit limit = {.rlim_cur = 4096, .rlim_max = 4096};
	struct bed_talk talk = {.answers = {GOOD}, .sticky = true};
	char record[BED_RECORD_BYTES], stale[PATHS_BYTES_MAX + 32];

	bed_policy(ENGLISH "[password]\nretry = 1\n");
	bed_write("/var/lib/mutex/history/.1000.2147483647.0", "left by a killed program");
	CHECK_INT(chmod(bed_paths()->history, 0700), 0);
	CHECK(signal(SIGXFSZ, SIG_DFL) != SIG_ERR); /* a program that goes over the limit ends there */
	CHECK_INT(setrlimit(RLIMIT_FSIZE, &limit), 0);
	CHECK_INT(bed_change(&talk, 0), PAM_AUTHTOK_ERR);
	CHECK_SAYS(talk.said, "could not be checked");
	CHECK_TEXT(bed_stored(), BED_OLD);
	bed_record_of("password-change", &record);
	CHECK_SAYS(bed_field(record, "MUTEX_DETAIL"), "limit on the size of files");
	(void)snprintf(stale, sizeof stale, "%s/.1000.2147483647.0", bed_paths()->history);
	CHECK_INT(access(stale, F_OK), -1);
}

/* However few descriptors are left, and wherever they run out: never a policy weaker than the one that is written, never an unchecked password. */
static void no_descriptors_left(void)
{
	struct rlimit limit;

	bed_policy(ENGLISH "[password]\nmin_length = 60\n");
	CHECK_INT(getrlimit(RLIMIT_NOFILE, &limit), 0);
	limit.rlim_cur = 24;
	CHECK_INT(setrlimit(RLIMIT_NOFILE, &limit), 0);
	while (open("/dev/null", O_RDONLY | O_CLOEXEC) >= 0)
		;
	for (int fd = 23; fd > 8; fd--) {
		struct bed_talk talk = {.answers = {GOOD}, .sticky = true};

		CHECK_INT(close(fd), 0);
		if (fd > 22)
			continue; /* libpam needs two itself, for its files and for the modules */
		CHECK(bed_change(&talk, 0) != PAM_SUCCESS);
		CHECK_TEXT(bed_stored(), BED_OLD);
	}
	CHECK_INT(bed_change(&(struct bed_talk){.answers = {GOOD}, .sticky = true}, 0), PAM_MAXTRIES);
}

/* --- lists and filter --- */

static void filter_is_missing(void)
{
	struct bed_talk talk = {.answers = {GOOD, GOOD}};

	bed_policy(ENGLISH "[password]\nbreached_filter = /var/lib/mutex/breached.filter\n");
	check_refused(&talk, "list of refused passwords", "/var/lib/mutex/breached.filter: the file does not exist");
}

static void filter_is_truncated(void)
{
	static const char *const contents[] = {"", "MUTEXFLT", "MUTEXFLT\1\0\0", "not a filter at all, but long enough to look like one of some kind"};

	bed_policy(ENGLISH "[password]\nbreached_filter = /var/lib/mutex/breached.filter\n");
	for (size_t i = 0; i < sizeof contents / sizeof *contents; i++) {
		struct bed_talk talk = {.answers = {GOOD, GOOD}};

		bed_write("/var/lib/mutex/breached.filter", contents[i]);
		check_refused(&talk, "list of refused passwords", "no whole filter");
	}
}

static void list_is_missing_or_open(void)
{
	struct bed_talk missing = {.answers = {GOOD, GOOD}}, open_to_all = missing, link = missing;
	char path[PATHS_BYTES_MAX + 32];

	bed_policy(ENGLISH "[password]\nblock_lists = /etc/mutex/words\n");
	check_refused(&missing, "list of refused passwords", "/etc/mutex/words: the file does not exist");
	bed_write("/etc/mutex/words", "word\n");
	(void)snprintf(path, sizeof path, "%s/etc/mutex/words", bed_paths()->root);
	CHECK_INT(chmod(path, 0666), 0);
	check_refused(&open_to_all, "list of refused passwords", "others than root");
	CHECK_INT(unlink(path), 0);
	CHECK_INT(symlink("/etc/hosts", path), 0);
	check_refused(&link, "list of refused passwords", "symbolic link");
	CHECK_INT(unlink(path), 0);
	bed_write("/etc/mutex/words", "");
	change_well(GOOD);
}

static void shadow_is_unreadable(void)
{
	struct bed_talk talk = {.answers = {GOOD, GOOD}};
	char path[PATHS_BYTES_MAX];

	bed_policy(ENGLISH);
	(void)snprintf(path, sizeof path, "%s", bed_paths()->shadow);
	CHECK_INT(unlink(path), 0);
	CHECK_INT(mkdir(path, 0755), 0);
	check_refused(&talk, "shadow file", "shadow file cannot be read");
}

/* --- callers --- */

/* A setuid program keeps the caller's real uid: what it may see decides the effective one, who asked the real one. */
static void setuid_caller(void)
{
	struct bed_talk bad = {.answers = {"zq8#Lw"}, .sticky = true};

	bed_policy(ENGLISH "[password]\nenforce_for_root = no\n");
	bed_run_as(ALICE, 0);
	CHECK_INT(bed_change(&bad, 0), PAM_MAXTRIES);
	change_well(GOOD);
	CHECK_TEXT(bed_stored(), GOOD);
}

static void caller_without_root(void)
{
	struct bed_talk talk = {.answers = {GOOD, GOOD}};

	bed_policy(ENGLISH);
	bed_run_as(ALICE, ALICE);
	check_refused(&talk, "does not run as root", "does not run as root");
	bed_policy(ENGLISH "[password]\nmax_age = 1d\n");
	CHECK_INT(bed_account(&(struct bed_talk){.service = "lightdm"}, 0), PAM_SUCCESS);
}

/* r17: nothing of the environment counts, neither for paths nor for language nor for anything else. */
static void r17_hostile_environment(void)
{
	static const char *const names[] = {"LANG", "LC_ALL", "LANGUAGE", "LC_MESSAGES", "PATH", "HOME", "TMPDIR", "MUTEX_ROOT", "MALLOC_PERTURB_", "IFS", "TZ", "SHELL"};
	struct bed_talk talk = {.answers = {"zq8#Lw"}, .sticky = true};

	bed_policy("[policy]\nlanguage = auto\n[password]\nretry = 1\n");
	bed_write("/evil/ja_JP.UTF-8", "x");
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		CHECK_INT(setenv(names[i], i < 4 ? "ja_JP.UTF-8" : "/evil", 1), 0);
	bed_run_as(ALICE, 0);
	CHECK_INT(bed_change(&talk, 0), PAM_AUTHTOK_ERR);
	CHECK_SAYS(talk.said, "at least 15 are needed");
}

static unsigned count_descriptors(void)
{
	unsigned count = 0;

	for (int fd = 0; fd < 256; fd++)
		count += fcntl(fd, F_GETFD) >= 0;
	return count;
}

/* r10, r18: the program we live in is as it was: descriptors, umask, folder, locale, signals. */
static void r18_leaves_the_program_alone(void)
{
	char before[4096], after[4096];
	struct sigaction old, now;
	unsigned descriptors;
	mode_t mask;

	bed_policy(ENGLISH);
	change_well(GOOD); /* libraries that are loaded once may keep something */
	descriptors = count_descriptors();
	mask = umask(0013);
	CHECK(getcwd(before, sizeof before) != NULL);
	CHECK_INT(sigaction(SIGPIPE, NULL, &old), 0);
	CHECK_INT(bed_change(&(struct bed_talk){.answers = {"zq8#Lw"}, .sticky = true}, 0), PAM_MAXTRIES);
	change_well(BETTER);
	CHECK_INT(bed_account(&(struct bed_talk){.service = "sshd"}, 0), PAM_SUCCESS);
	CHECK_INT(count_descriptors(), descriptors);
	CHECK_INT(umask(mask), 0013);
	CHECK(getcwd(after, sizeof after) != NULL);
	CHECK_TEXT(after, before);
	CHECK_INT(sigaction(SIGPIPE, NULL, &now), 0);
	CHECK(old.sa_handler == now.sa_handler);
}

/* No journal and no syslog: the decision stands. */
static void nobody_takes_the_record(void)
{
	bed_policy(ENGLISH);
	CHECK_INT(unlink(bed_paths()->journal), 0);
	CHECK_INT(bed_change(&(struct bed_talk){.answers = {"zq8#Lw"}, .sticky = true}, 0), PAM_MAXTRIES);
	change_well(GOOD);
}

/* --- conversations (rule 25) --- */

static void check_conversation(enum bed_fault fault, int code)
{
	struct bed_talk talk = {.answers = {GOOD, GOOD}, .fault = fault};
	char record[BED_RECORD_BYTES];

	bed_policy(ENGLISH);
	CHECK_INT(bed_change(&talk, 0), code);
	CHECK_TEXT(bed_stored(), BED_OLD);
	CHECK(!bed_record(&record)); /* nothing was given, so nothing was decided */
}

static void r25_no_conversation(void)
{
	struct bed_talk talk = {.answers = {GOOD, GOOD}, .fault = BED_CONV_NULL, .service = "alone"};

	bed_policy(ENGLISH);
	bed_service("alone", "password required {module}\n");
	CHECK(bed_change(&talk, 0) != PAM_SUCCESS);
}
static void r25_no_answers(void)
{
	check_conversation(BED_RESPONSES_NULL, PAM_AUTHTOK_ERR);
}
static void r25_answer_without_text(void)
{
	check_conversation(BED_RESPONSE_NULL, PAM_AUTHTOK_ERR);
}
static void r25_aborted(void)
{
	check_conversation(BED_ABORT, PAM_AUTHTOK_ERR);
}
static void r25_failed(void)
{
	check_conversation(BED_CONV_ERROR, PAM_AUTHTOK_ERR);
}

/* One answer at every prompt; its length is what is tried. */
static int change_to_length(size_t len, struct bed_talk *talk)
{
	char *answer = malloc(len + 1);
	int code;

	for (size_t i = 0; i < len; i++)
		answer[i] = "qzjxkvbpwyfm"[(i * i + 3 * i) % 12];
	answer[len] = '\0';
	*talk = (struct bed_talk){.answers = {answer}, .sticky = true};
	code = bed_change(talk, 0);
	if (code == PAM_SUCCESS)
		CHECK_TEXT(bed_stored(), answer); /* whole, never cut */
	free(answer);
	return code;
}

static void answers_around_512_bytes(void)
{
	static const size_t lengths[] = {512, 513, 1000, 5000, 100000};
	struct bed_talk talk;

	bed_policy(ENGLISH "[password]\nretry = 1\n");
	for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
		int code = change_to_length(lengths[i], &talk);

		CHECK(code == PAM_AUTHTOK_ERR || code == PAM_BUF_ERR || code == PAM_CONV_ERR);
		CHECK_TEXT(bed_stored(), BED_OLD);
	}
	CHECK_INT(change_to_length(511, &talk), PAM_SUCCESS);
}

static void an_empty_answer(void)
{
	struct bed_talk talk = {.answers = {""}, .sticky = true};

	bed_policy(ENGLISH "[password]\nretry = 1\n");
	CHECK_INT(bed_change(&talk, 0), PAM_AUTHTOK_ERR);
	CHECK_SAYS(talk.said, "No password was given");
}

/* --- secrets --- */

/* Every free() of this program, of libpam and of the module comes here first and is searched for what must have been wiped. */
static const char *sought;
static size_t sought_in_freed;

#ifdef __SANITIZE_ADDRESS__
#define SANITIZED 1 /* its own free() must stay */
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif

#ifndef SANITIZED
void free(void *pointer)
{
	static void (*next)(void *);

	if (next == NULL)
		*(void **)&next = dlsym(RTLD_NEXT, "free");
	if (sought != NULL && pointer != NULL && memmem(pointer, malloc_usable_size(pointer), sought, strlen(sought)) != NULL)
		sought_in_freed++;
	next(pointer);
}
#endif

static size_t freed_unwiped(const char *secret, int (*run)(void))
{
	sought = secret;
	sought_in_freed = 0;
	CHECK_INT(run(), 0);
	sought = NULL;
	return sought_in_freed;
}

static int one_good_change(void)
{
	return bed_change(&(struct bed_talk){.answers = {GOOD, GOOD}}, 0);
}

static int an_aborted_change(void)
{
	return bed_change(&(struct bed_talk){.fault = BED_ABORT}, 0) == PAM_AUTHTOK_ERR ? 0 : 1;
}

static int leave_a_copy(void)
{
	char *volatile copy = strdup(GOOD); /* volatile: else a compiler may leave both calls out */

	free(copy);
	return 0;
}

static void r28_wipes_hashes_and_passwords(void)
{
	char present[256];

#ifdef SANITIZED
	bed_skip("the sanitizer has a free() of its own");
#endif
	if (bed_under_valgrind())
		bed_skip("valgrind has a free() of its own");
	bed_policy(ENGLISH);
	(void)snprintf(present, sizeof present, "%s", bed_hash(BED_OLD));
	CHECK_INT(freed_unwiped(GOOD, leave_a_copy), 1); /* it would be seen */
	CHECK_INT(freed_unwiped(present + 30, one_good_change), 0);
	CHECK_INT(freed_unwiped(bed_hash(GOOD) + 30, one_good_change), 0); /* what comparing made */
	CHECK_INT(freed_unwiped("ladder monsoon", one_good_change), 0);
	CHECK_INT(freed_unwiped("left behind", an_aborted_change), 0);
}

/* --- many at once --- */

static void ten_changes_at_once(void)
{
	pid_t children[PARALLEL];
	int status;

	bed_policy(ENGLISH);
	for (int i = 0; i < PARALLEL; i++) {
		children[i] = fork();
		if (children[i] == 0)
			_exit(bed_change(&(struct bed_talk){.answers = {GOOD, GOOD}}, 0) == PAM_SUCCESS ? 0 : 1);
	}
	for (int i = 0; i < PARALLEL; i++) {
		CHECK_INT(waitpid(children[i], &status, 0), children[i]);
		CHECK_INT(status, 0);
	}
	CHECK_INT(remembered(), 1);
	CHECK_TEXT(bed_stored(), GOOD);
}

/* Each child replaces another present password, and is killed somewhere in it; what was recorded as accepted must be in the history. */
static void killed_changes_lose_nothing(void)
{
	bed_policy(ENGLISH);
	change_well(GOOD);
	for (int i = 0; i < 30; i++) {
		size_t before = remembered();
		struct timespec pause = {.tv_nsec = 400000L * i};
		char old[64];
		pid_t child;

		(void)snprintf(old, sizeof old, "number %d of the old ones", i);
		bed_shadow(bed_hash(old), "19000", "99999");
		child = fork();
		if (child == 0)
			_exit(bed_change(&(struct bed_talk){.answers = {BETTER, BETTER}, .old = old}, 0));
		(void)nanosleep(&pause, NULL); /* not to wait for anything: the kill shall come at another place each time */
		CHECK_INT(kill(child, SIGKILL), 0);
		CHECK_INT(waitpid(child, NULL, 0), child);
		CHECK(remembered() >= before);
		CHECK(remembered() <= before + 1);
	}
}

#define ROW(function) {#function, function}
int main(int argc, char **argv)
{
	static const struct bed_row rows[] = {
		ROW(a_damaged_history),
		ROW(a_symlinked_history),
		ROW(a_history_open_to_others),
		ROW(nothing_waives_what_could_not_be_checked),
		ROW(a_read_only_state),
		ROW(a_state_that_turned_read_only),
		ROW(a_full_disk_before_the_first_change),
		ROW(a_full_disk_later),
		ROW(a_read_only_etc_demands_nothing),
		ROW(a_full_etc_demands_nothing),
		ROW(a_file_size_limit),
		ROW(no_descriptors_left),
		ROW(filter_is_missing),
		ROW(filter_is_truncated),
		ROW(list_is_missing_or_open),
		ROW(shadow_is_unreadable),
		ROW(setuid_caller),
		ROW(caller_without_root),
		ROW(r17_hostile_environment),
		ROW(r18_leaves_the_program_alone),
		ROW(nobody_takes_the_record),
		ROW(r25_no_conversation),
		ROW(r25_no_answers),
		ROW(r25_answer_without_text),
		ROW(r25_aborted),
		ROW(r25_failed),
		ROW(answers_around_512_bytes),
		ROW(an_empty_answer),
		ROW(r28_wipes_hashes_and_passwords),
		ROW(ten_changes_at_once),
		ROW(killed_changes_lose_nothing),
	};

	(void)argc;
	return bed_main(argv, rows, sizeof rows / sizeof *rows);
}

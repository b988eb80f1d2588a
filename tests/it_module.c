/* SPDX-License-Identifier: BSD-2-Clause */
/* The built module under real libpam: every decision about a change and about a password's age, as programs, people and the record see it.
 * Names that begin with rNN_ are the rules of facts on PAM modules, section 3b, by their number. Failures of the world: it_module_failures.c. */
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <security/pam_modules.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "history_store.h"
#include "keyword.h"
#include "module_bed.h"
#include "pending.h"

#define GOOD "quartz ladder monsoon teapot"
#define BETTER "velvet otter parade cactus"
#define SHORT "zq8#Lw"
#define ENGLISH "[policy]\nlanguage = en\n"

static const char *day(int64_t days_ago)
{
	static char text[24];

	(void)snprintf(text, sizeof text, "%lld", (long long)time(NULL) / DAY_S - days_ago);
	return text;
}

static void check_stored(const char *password)
{
	CHECK_TEXT(bed_stored(), password);
}

/* --- changes that obey, changes that do not --- */

static void accepts_a_good_password(void)
{
	struct bed_talk talk = {.answers = {GOOD, GOOD}, .tty = "pts/7", .rhost = "pc9.example.jp"};
	char record[BED_RECORD_BYTES];

	bed_policy(ENGLISH);
	CHECK_INT(bed_change(&talk, 0), PAM_SUCCESS);
	check_stored(GOOD);
	CHECK_INT(talk.prompts, 2);
	CHECK_INT(talk.errors, 0);
	bed_record_of("password-change", &record);
	CHECK_TEXT(bed_field(record, "MUTEX_VERDICT"), "allowed");
	CHECK_TEXT(bed_field(record, "MUTEX_MODE"), "enforce");
	CHECK_TEXT(bed_field(record, "MUTEX_CLAUSE"), "PW-1");
	CHECK_TEXT(bed_field(record, "MUTEX_USER"), "alice");
	CHECK_TEXT(bed_field(record, "MUTEX_ASKED_BY"), "root");
	CHECK_TEXT(bed_field(record, "MUTEX_SERVICE"), "passwd");
	CHECK_TEXT(bed_field(record, "MUTEX_TTY"), "pts/7");
	CHECK_TEXT(bed_field(record, "MUTEX_RHOST"), "pc9.example.jp");
	CHECK_TEXT(bed_field(record, "MUTEX_REASONS"), "");
	CHECK_TEXT(bed_field(record, "MUTEX_POLICY_STATE"), "current");
	CHECK_INT(strlen(bed_field(record, "MUTEX_POLICY")), 64);
	CHECK_SAYS_NOT(record, GOOD);
	CHECK_SAYS_NOT(record, BED_OLD);
	CHECK(!bed_record(&record));
}

static void refuses_with_all_reasons(void)
{
	struct bed_talk talk = {.answers = {"aliceee1"}, .sticky = true};
	char record[BED_RECORD_BYTES];

	bed_policy(ENGLISH "[password]\nmin_classes = 3\nmax_repeat = 2\nretry = 1\n[report]\ncontact = it@example.com\n");
	CHECK_INT(bed_change(&talk, 0), PAM_AUTHTOK_ERR);
	check_stored(BED_OLD);
	CHECK_INT(talk.prompts, 1);
	CHECK_SAYS(talk.said, "at least 15 characters");
	CHECK_SAYS(talk.said, "This password cannot be used:");
	CHECK_SAYS(talk.said, "It has 8 characters; at least 15 are needed.");
	CHECK_SAYS(talk.said, "It has 2 of the four kinds");
	CHECK_SAYS(talk.said, "more than 2 times in a row");
	CHECK_SAYS(talk.said, "it@example.com");
	CHECK(talk.longest <= 512);
	bed_record_of("password-change", &record);
	CHECK_TEXT(bed_field(record, "MUTEX_VERDICT"), "denied");
	CHECK_SAYS(bed_field(record, "MUTEX_REASONS"), "too-short");
	CHECK_SAYS(bed_field(record, "MUTEX_REASONS"), "classes");
	CHECK_SAYS(bed_field(record, "MUTEX_REASONS"), "repeat");
	CHECK_SAYS_NOT(record, "aliceee1");
	CHECK(!bed_record(&record));
}

static void refuses_in_japanese(void)
{
	struct bed_talk talk = {.answers = {SHORT}, .sticky = true};

	bed_policy("[policy]\nlanguage = ja\n[password]\nretry = 1\n");
	CHECK_INT(bed_change(&talk, 0), PAM_AUTHTOK_ERR);
	CHECK_SAYS(talk.said, "6 文字しかありません。15 文字以上必要です。");
	CHECK_SAYS_NOT(talk.said, "at least");
	CHECK(talk.longest <= 512);
}

static void takes_the_systems_language(void)
{
	struct bed_talk talk = {.answers = {SHORT}, .sticky = true}, english = talk, other = talk;

	bed_policy("[policy]\nlanguage = auto\n[password]\nretry = 1\n");
	CHECK_INT(bed_change(&english, 0), PAM_AUTHTOK_ERR);
	CHECK_SAYS(english.said, "at least 15 are needed");
	bed_write("/etc/default/locale", "LANG=ja_JP.UTF-8\n");
	CHECK_INT(bed_change(&talk, 0), PAM_AUTHTOK_ERR);
	CHECK_SAYS(talk.said, "15 文字以上必要です。");
	bed_write("/etc/locale.conf", "LC_ALL=C.UTF-8\n");
	CHECK_INT(bed_change(&other, 0), PAM_AUTHTOK_ERR);
	CHECK_SAYS(other.said, "at least 15 are needed");
}

static void speaks_english_on_a_text_console(void)
{
	struct bed_talk talk = {.answers = {SHORT}, .sticky = true, .tty = "/dev/tty63"};
	struct stat st;

	if (access("/dev/tty63", R_OK) < 0 || stat("/dev/tty63", &st) < 0 || !S_ISCHR(st.st_mode))
		bed_skip("/dev/tty63 is missing or may not be opened");
	bed_policy("[policy]\nlanguage = ja\n[password]\nretry = 1\n");
	CHECK_INT(bed_change(&talk, 0), PAM_AUTHTOK_ERR);
	CHECK_SAYS(talk.said, "at least 15 are needed");
}

static void tells_the_rules_before_the_first_prompt(void)
{
	struct bed_talk talk = {.answers = {GOOD, GOOD}};
	const char *rules, *prompt;

	bed_policy(ENGLISH);
	CHECK_INT(bed_change(&talk, 0), PAM_SUCCESS);
	rules = strstr(talk.said, "at least 15 characters");
	prompt = strstr(talk.said, "New password");
	CHECK(rules != NULL && prompt != NULL && rules < prompt);
}

static void a_differing_repetition_counts_as_a_try(void)
{
	struct bed_talk talk = {.answers = {GOOD, BETTER, GOOD, GOOD}};
	char record[BED_RECORD_BYTES];

	bed_policy(ENGLISH);
	CHECK_INT(bed_change(&talk, 0), PAM_SUCCESS);
	check_stored(GOOD);
	bed_record_of("password-change", &record);
	CHECK(!bed_record(&record)); /* one decision, one record */
}

static void tells_who_asked(void)
{
	struct bed_talk talk = {.answers = {GOOD, GOOD}};
	char record[BED_RECORD_BYTES];

	bed_policy(ENGLISH);
	bed_run_as(1000, 0); /* passwd is setuid */
	CHECK_INT(bed_change(&talk, 0), PAM_SUCCESS);
	bed_record_of("password-change", &record);
	CHECK_TEXT(bed_field(record, "MUTEX_ASKED_BY"), "alice");
}

static void works_for_every_program(void)
{
	static const char *const services[] = {"passwd", "chpasswd", "sshd", "login", "su", "lightdm"};

	bed_policy(ENGLISH "[password]\nhistory = 0\n");
	for (size_t i = 0; i < sizeof services / sizeof *services; i++) {
		struct bed_talk bad = {.answers = {SHORT}, .sticky = true, .service = services[i]};
		struct bed_talk good = {.answers = {GOOD, GOOD}, .service = services[i]};

		CHECK_INT(bed_change(&bad, 0), strcmp(services[i], "chpasswd") == 0 ? PAM_AUTHTOK_ERR : PAM_MAXTRIES);
		CHECK_INT(bed_change(&good, 0), PAM_SUCCESS);
	}
}

/* chpasswd gives the same answer to every prompt: three same refusals and rules that nobody reads help nobody. */
static void chpasswd_hears_it_once(void)
{
	struct bed_talk talk = {.answers = {SHORT}, .sticky = true, .service = "chpasswd"};

	bed_policy(ENGLISH);
	CHECK_INT(bed_change(&talk, 0), PAM_AUTHTOK_ERR);
	CHECK_INT(talk.prompts, 1);
	CHECK_INT(talk.texts, 0);
}

/* --- who is bound --- */

static void binds_root_too(void)
{
	struct bed_talk talk = {.answers = {SHORT}, .sticky = true};

	bed_policy(ENGLISH);
	CHECK_INT(bed_change(&talk, 0), PAM_MAXTRIES);
	check_stored(BED_OLD);
}

static void warns_root_who_is_not_bound(void)
{
	struct bed_talk talk = {.answers = {SHORT, SHORT}}, forced = {.answers = {SHORT}, .sticky = true};
	char record[BED_RECORD_BYTES];

	bed_policy(ENGLISH "[password]\nenforce_for_root = no\n");
	CHECK_INT(bed_change(&talk, 0), PAM_SUCCESS);
	check_stored(SHORT);
	CHECK_SAYS(talk.said, "taken because root asks");
	CHECK_SAYS(talk.said, "at least 15 are needed");
	bed_record_of("password-change", &record);
	CHECK_TEXT(bed_field(record, "MUTEX_VERDICT"), "warned");
	CHECK_SAYS(bed_field(record, "MUTEX_REASONS"), "too-short");

	/* sshd and login are root too, but the expired password is the user's. */
	CHECK_INT(bed_change(&forced, PAM_CHANGE_EXPIRED_AUTHTOK), PAM_MAXTRIES);
	bed_run_as(1000, 0);
	CHECK_INT(bed_change(&(struct bed_talk){.answers = {SHORT}, .sticky = true}, 0), PAM_MAXTRIES);
}

static void observes_without_refusing(void)
{
	struct bed_talk talk = {.answers = {SHORT, SHORT}};
	char record[BED_RECORD_BYTES];

	bed_policy(ENGLISH "[password]\nmode = observe\nobserve_until = 2099-01-01\n");
	bed_run_as(1000, 0);
	CHECK_INT(bed_change(&talk, 0), PAM_SUCCESS);
	check_stored(SHORT);
	CHECK_SAYS(talk.said, "once it is enforced");
	bed_record_of("password-change", &record);
	CHECK_TEXT(bed_field(record, "MUTEX_VERDICT"), "warned");
	CHECK_TEXT(bed_field(record, "MUTEX_MODE"), "observe");
	CHECK_SAYS(bed_field(record, "MUTEX_REASONS"), "too-short");
}

static void write_exception(const char *who)
{
	char text[1024], from[32], until[32];
	time_t now = time(NULL), before = now - DAY_S, after = now + 10 * DAY_S;
	struct tm tm;

	(void)strftime(from, sizeof from, "%Y-%m-%d", gmtime_r(&before, &tm));
	(void)strftime(until, sizeof until, "%Y-%m-%d", gmtime_r(&after, &tm));
	(void)snprintf(text, sizeof text,
		       "[exception 2026-07]\nclause = PW-1\nwho = %s\nhost = all\nreason = old terminal\nrequested_by = alice\n"
		       "approved_by = it manager\nfrom = %s\nuntil = %s\n",
		       who, from, until);
	bed_write("/etc/mutex/exceptions.d/one.conf", text);
}

static void waives_by_an_exception(void)
{
	struct bed_talk talk = {.answers = {SHORT, SHORT}}, other = {.answers = {SHORT}, .sticky = true};
	char record[BED_RECORD_BYTES];

	bed_policy(ENGLISH);
	bed_run_as(1000, 0);
	write_exception("@staff");
	CHECK_INT(bed_change(&talk, 0), PAM_SUCCESS);
	check_stored(SHORT);
	CHECK_SAYS(talk.said, "exception 2026-07");
	bed_record_of("password-change", &record);
	CHECK_TEXT(bed_field(record, "MUTEX_VERDICT"), "warned");
	CHECK_TEXT(bed_field(record, "MUTEX_WAIVER"), "2026-07");
	CHECK_SAYS(bed_field(record, "MUTEX_REASONS"), "too-short");
	write_exception("bob");
	CHECK_INT(bed_change(&other, 0), PAM_MAXTRIES);
	bed_record_of("password-change", &record);
	CHECK_TEXT(bed_field(record, "MUTEX_WAIVER"), "");
}

static void holds_what_is_set_for_a_group(void)
{
	struct bed_talk talk = {.answers = {"quartz ladder monsoon"}, .sticky = true};

	bed_policy(ENGLISH "[password]\nmin_length = 8\n[users @staff]\npassword.min_length = 30\npassword.retry = 1\n");
	CHECK_INT(bed_change(&talk, 0), PAM_AUTHTOK_ERR);
	CHECK_SAYS(talk.said, "at least 30 are needed");
}

/* --- the policy's own state --- */

static void goes_on_with_defaults_without_a_policy(void)
{
	struct bed_talk talk = {.answers = {SHORT}, .sticky = true};
	char record[BED_RECORD_BYTES];

	CHECK_INT(bed_change(&talk, 0), PAM_MAXTRIES);
	bed_record_of("password-change", &record);
	CHECK_TEXT(bed_field(record, "MUTEX_POLICY_STATE"), "defaults");
}

static void refuses_by_a_broken_policy(void)
{
	struct bed_talk talk = {.answers = {GOOD, GOOD}};
	char record[BED_RECORD_BYTES];

	bed_policy("[password]\nmin_lenght = 8\n");
	CHECK_INT(bed_change(&talk, 0), PAM_TRY_AGAIN);
	check_stored(BED_OLD);
	CHECK_INT(talk.prompts, 0);
	CHECK_SAYS(talk.said, "mutexctl check");
	bed_record_of("policy-broken", &record);
	CHECK_SAYS(record, "policy.conf:2:");
	bed_record_of("password-change", &record);
	CHECK_TEXT(bed_field(record, "MUTEX_VERDICT"), "denied");
	CHECK_TEXT(bed_field(record, "MUTEX_REASONS"), "policy-broken");
	CHECK_TEXT(bed_field(record, "MUTEX_POLICY_STATE"), "broken");
}

/* Nobody is kept from logging in: the compiled defaults judge. */
static void changes_an_expired_password_by_a_broken_policy(void)
{
	struct bed_talk bad = {.answers = {SHORT}, .sticky = true, .service = "sshd"}, good = {.answers = {GOOD, GOOD}, .service = "sshd"};
	char record[BED_RECORD_BYTES];

	bed_policy("[password]\nmin_lenght = 8\n");
	bed_shadow(NULL, "0", "99999");
	CHECK_INT(bed_change(&bad, PAM_CHANGE_EXPIRED_AUTHTOK), PAM_MAXTRIES);
	CHECK_INT(bed_change(&good, PAM_CHANGE_EXPIRED_AUTHTOK), PAM_SUCCESS);
	bed_record_of("policy-broken", &record);
}

static void goes_on_with_the_last_good_policy(void)
{
	struct bed_talk talk = {.answers = {"quartz ladder monsoon"}, .sticky = true};
	char record[BED_RECORD_BYTES];

	bed_write("/var/lib/mutex/policy/last-good.conf", ENGLISH "[password]\nmin_length = 40\nretry = 1\n");
	bed_policy("[password]\nmin_lenght = 8\n");
	CHECK_INT(bed_change(&talk, 0), PAM_AUTHTOK_ERR);
	CHECK_SAYS(talk.said, "at least 40 are needed");
	bed_record_of("policy-broken", &record);
	bed_record_of("password-change", &record);
	CHECK_TEXT(bed_field(record, "MUTEX_POLICY_STATE"), "last-good");
}

/* --- history --- */

static void set_present(const char *password)
{
	bed_shadow(bed_hash(password), "19000", "99999");
}

static void remembers_earlier_passwords(void)
{
	struct bed_talk again = {.answers = {BED_OLD}, .sticky = true}, next = {.answers = {GOOD, GOOD}};
	struct bed_talk back = {.answers = {BED_OLD}, .sticky = true, .old = GOOD}, present = {.answers = {GOOD}, .sticky = true, .old = GOOD};
	char record[BED_RECORD_BYTES];

	bed_policy(ENGLISH "[password]\nretry = 1\nmin_difference = 0\n");
	CHECK_INT(bed_change(&again, 0), PAM_AUTHTOK_ERR); /* the present one */
	bed_record_of("password-change", &record);
	CHECK_TEXT(bed_field(record, "MUTEX_REASONS"), "same");
	CHECK_INT(bed_change(&next, 0), PAM_SUCCESS);
	bed_record_of("password-change", &record);
	set_present(GOOD);
	CHECK_INT(bed_change(&back, 0), PAM_AUTHTOK_ERR);
	CHECK_SAYS(back.said, "the last 24 passwords may not come back");
	bed_record_of("password-change", &record);
	CHECK_TEXT(bed_field(record, "MUTEX_REASONS"), "history");
	CHECK_INT(bed_change(&present, 0), PAM_AUTHTOK_ERR);
	bed_record_of("password-change", &record);
	CHECK_TEXT(bed_field(record, "MUTEX_REASONS"), "same");
}

static void names_the_days_when_they_are_the_rule(void)
{
	struct bed_talk back = {.answers = {BED_OLD}, .sticky = true, .old = GOOD};
	char record[BED_RECORD_BYTES];

	bed_policy(ENGLISH "[password]\nretry = 1\nmin_difference = 0\nhistory = 0\nhistory_days = 365\n");
	CHECK_INT(bed_change(&(struct bed_talk){.answers = {GOOD, GOOD}}, 0), PAM_SUCCESS);
	bed_record_of("password-change", &record);
	set_present(GOOD);
	CHECK_INT(bed_change(&back, 0), PAM_AUTHTOK_ERR);
	CHECK_SAYS(back.said, "within the last 365 days");
	bed_record_of("password-change", &record);
	CHECK_TEXT(bed_field(record, "MUTEX_REASONS"), "history-days");
}

static void counts_the_present_password(void)
{
	struct bed_talk back = {.answers = {BED_OLD, BED_OLD}, .old = GOOD};

	bed_policy(ENGLISH "[password]\nretry = 1\nmin_difference = 0\nhistory = 1\n");
	CHECK_INT(bed_change(&(struct bed_talk){.answers = {GOOD, GOOD}}, 0), PAM_SUCCESS);
	set_present(GOOD);
	CHECK_INT(bed_change(&(struct bed_talk){.answers = {GOOD}, .sticky = true}, 0), PAM_AUTHTOK_ERR);
	CHECK_INT(bed_change(&back, 0), PAM_SUCCESS);
}

/* Observed, waived and exempt changes pass in spite of reasons: what was replaced must be known afterwards all the same. */
static void remembers_what_a_waived_change_replaced(void)
{
	struct bed_talk back = {.answers = {BED_OLD}, .sticky = true, .old = SHORT};
	char record[BED_RECORD_BYTES];

	bed_policy(ENGLISH "[password]\nenforce_for_root = no\nmin_difference = 0\n");
	CHECK_INT(bed_change(&(struct bed_talk){.answers = {SHORT, SHORT}}, 0), PAM_SUCCESS);
	set_present(SHORT);
	bed_policy(ENGLISH "[password]\nretry = 1\nmin_difference = 0\n");
	CHECK_INT(bed_change(&back, 0), PAM_AUTHTOK_ERR);
	bed_record_of("password-change", &record);
	bed_record_of("password-change", &record);
	CHECK_TEXT(bed_field(record, "MUTEX_REASONS"), "history");
}

static void remembers_a_locked_password(void)
{
	char locked[400];

	bed_policy(ENGLISH "[password]\nretry = 1\nmin_difference = 0\n");
	(void)snprintf(locked, sizeof locked, "!%s", bed_hash(BED_OLD));
	bed_shadow(locked, "19000", "99999");
	CHECK_INT(bed_change(&(struct bed_talk){.answers = {BED_OLD}, .sticky = true}, 0), PAM_AUTHTOK_ERR);
}

static void a_user_without_a_password_gets_one(void)
{
	static const char *const hashes[] = {"", "!", "*", "!*"};

	bed_policy(ENGLISH);
	for (size_t i = 0; i < sizeof hashes / sizeof *hashes; i++) {
		bed_shadow(hashes[i], "19000", "99999");
		CHECK_INT(bed_change(&(struct bed_talk){.answers = {GOOD, GOOD}}, 0), PAM_SUCCESS);
	}
}

static void says_that_a_history_cannot_hold(void)
{
	struct bed_talk talk = {.answers = {GOOD, GOOD}};
	char record[BED_RECORD_BYTES];

	bed_policy(ENGLISH);
	bed_write("/etc/shadow", "root:*:19000::::::\n"); /* alice comes from a directory */
	CHECK_INT(bed_change(&talk, 0), PAM_SUCCESS);
	bed_record_of("password-change", &record);
	CHECK_SAYS(bed_field(record, "MUTEX_DETAIL"), "history cannot hold");
}

static void keeps_no_history_when_the_policy_wants_none(void)
{
	bed_policy(ENGLISH "[password]\nhistory = 0\n");
	CHECK_INT(bed_change(&(struct bed_talk){.answers = {GOOD, GOOD}}, 0), PAM_SUCCESS);
	CHECK_INT(access(bed_paths()->history, F_OK), -1);
}

static void says_what_it_could_not_compare(void)
{
	char record[BED_RECORD_BYTES];

	bed_policy(ENGLISH);
	bed_shadow("$unknown$salt$0123456789012345", "19000", "99999");
	CHECK_INT(bed_change(&(struct bed_talk){.answers = {GOOD, GOOD}}, 0), PAM_SUCCESS);
	bed_record_of("password-change", &record);
	CHECK_SAYS(bed_field(record, "MUTEX_DETAIL"), "cannot hash: 1");
}

/* --- age, in the password phase --- */

static void a_young_password_waits(void)
{
	struct bed_talk talk = {.answers = {GOOD}, .sticky = true};
	char record[BED_RECORD_BYTES];

	bed_policy(ENGLISH "[password]\nmin_age = 7d\nretry = 1\n");
	bed_shadow(NULL, day(2), "99999");
	CHECK_INT(bed_change(&(struct bed_talk){.answers = {GOOD, GOOD}}, 0), PAM_SUCCESS); /* root may */
	bed_record_of("password-change", &record);
	/* A program that runs as root changes a password for its user: not root's wish. */
	CHECK_INT(bed_change(&talk, PAM_CHANGE_EXPIRED_AUTHTOK), PAM_AUTHTOK_ERR);
	CHECK_SAYS(talk.said, "may be changed again in");
	bed_record_of("password-change", &record);
	CHECK_TEXT(bed_field(record, "MUTEX_REASONS"), "too-young");
	bed_run_as(1000, 0);
	CHECK_INT(bed_change(&(struct bed_talk){.answers = {GOOD}, .sticky = true}, 0), PAM_AUTHTOK_ERR);
}

/* min_age must never stand against a change that is demanded. */
static void a_demanded_change_does_not_wait(void)
{
	bed_policy(ENGLISH "[password]\nmin_age = 100d\nmax_age = 30d\nretry = 1\n");
	bed_shadow(NULL, "0", "99999"); /* chage -d 0 */
	CHECK_INT(bed_change(&(struct bed_talk){.answers = {GOOD, GOOD}}, PAM_CHANGE_EXPIRED_AUTHTOK), PAM_SUCCESS);
	bed_shadow(NULL, day(31), "99999"); /* the policy's max_age */
	CHECK_INT(bed_change(&(struct bed_talk){.answers = {GOOD, GOOD}}, PAM_CHANGE_EXPIRED_AUTHTOK), PAM_SUCCESS);
	bed_shadow(NULL, day(20), "10"); /* shadow's own */
	CHECK_INT(bed_change(&(struct bed_talk){.answers = {GOOD, GOOD}}, PAM_CHANGE_EXPIRED_AUTHTOK), PAM_SUCCESS);
}

/* --- age, in the account phase --- */

#define AGEING ENGLISH "[password]\nmax_age = 90d\nwarn_age = 7d\n"

static void demands_a_new_password_in_time(void)
{
	struct bed_talk talk = {.service = "sshd"};
	char record[BED_RECORD_BYTES];

	bed_policy(AGEING);
	bed_shadow(NULL, day(95), "99999");
	CHECK_INT(bed_account(&talk, 0), PAM_NEW_AUTHTOK_REQD);
	CHECK_SAYS(talk.said, "95 days old and must be changed now");
	bed_record_of("password-age", &record);
	CHECK_TEXT(bed_field(record, "MUTEX_VERDICT"), "denied");
	CHECK_TEXT(bed_field(record, "MUTEX_REASONS"), "password-due");
	CHECK_TEXT(bed_field(record, "MUTEX_USER"), "alice");
	/* PAM_SILENT takes the text away, not the demand. */
	talk = (struct bed_talk){.service = "sshd"};
	CHECK_INT(bed_account(&talk, PAM_SILENT), PAM_NEW_AUTHTOK_REQD);
	CHECK_TEXT(talk.said, "");
}

static void reminds_before(void)
{
	struct bed_talk talk = {.service = "login"}, fine = talk;
	char record[BED_RECORD_BYTES];

	bed_policy(AGEING);
	bed_shadow(NULL, day(86), "99999");
	CHECK_INT(bed_account(&talk, 0), PAM_SUCCESS);
	CHECK_SAYS(talk.said, "must be changed: 4.");
	bed_record_of("password-age", &record);
	CHECK_TEXT(bed_field(record, "MUTEX_VERDICT"), "noted");
	bed_shadow(NULL, day(80), "99999");
	CHECK_INT(bed_account(&fine, 0), PAM_SUCCESS);
	CHECK_TEXT(fine.said, "");
	CHECK(!bed_record(&record));
}

static void demands_nothing_where_nobody_answers(void)
{
	static const char *const services[] = {"cron", "polkit-1"};

	bed_policy(AGEING);
	bed_shadow(NULL, day(95), "99999");
	for (size_t i = 0; i < sizeof services / sizeof *services; i++)
		CHECK_INT(bed_account(&(struct bed_talk){.service = services[i]}, 0), PAM_SUCCESS);
	CHECK_INT(bed_account(&(struct bed_talk){.service = "su"}, 0), PAM_SUCCESS); /* root becomes alice */
	bed_run_as(1001, 0);
	CHECK_INT(bed_account(&(struct bed_talk){.service = "su"}, 0), PAM_NEW_AUTHTOK_REQD); /* bob knows alice's password */
}

static void demands_nothing_of(const char *policy, const char *hash, const char *changed)
{
	bed_policy(policy);
	bed_shadow(hash, changed, "99999");
	CHECK_INT(bed_account(&(struct bed_talk){.service = "sshd"}, 0), PAM_SUCCESS);
}

static void demands_nothing_without_ground(void)
{
	char locked[400];

	demands_nothing_of(ENGLISH, NULL, day(9999));
	demands_nothing_of(AGEING, NULL, "");
	demands_nothing_of(AGEING, NULL, "0"); /* pam_unix sees to that */
	demands_nothing_of(AGEING, "*", day(9999));
	(void)snprintf(locked, sizeof locked, "!%s", bed_hash(BED_OLD));
	demands_nothing_of(AGEING, locked, day(9999));
	bed_policy("[password]\nmax_agee = 90d\n");
	bed_shadow(NULL, day(9999), "99999");
	CHECK_INT(bed_account(&(struct bed_talk){.service = "lightdm"}, 0), PAM_SUCCESS);
	CHECK_INT(bed_account(&(struct bed_talk){.service = "sshd"}, 0), PAM_PERM_DENIED); /* not for its age: who may come from afar is not known */
	bed_policy(AGEING);
	CHECK_INT(bed_account(&(struct bed_talk){.service = "sshd", .user = "nobody-of-ours"}, 0), PAM_USER_UNKNOWN);
}

static void only_tells_who_is_observed_or_exempt(void)
{
	struct bed_talk talk = {.service = "sshd"}, waived = talk;
	char record[BED_RECORD_BYTES];

	bed_policy(AGEING "mode = observe\nobserve_until = 2099-01-01\n");
	bed_shadow(NULL, day(95), "99999");
	CHECK_INT(bed_account(&talk, 0), PAM_SUCCESS);
	CHECK_SAYS(talk.said, "asks for a new one after 90 days");
	bed_record_of("password-age", &record);
	CHECK_TEXT(bed_field(record, "MUTEX_MODE"), "observe");
	bed_policy(AGEING);
	write_exception("alice");
	CHECK_INT(bed_account(&waived, 0), PAM_SUCCESS);
	bed_record_of("password-age", &record);
	CHECK_TEXT(bed_field(record, "MUTEX_VERDICT"), "warned");
	CHECK_TEXT(bed_field(record, "MUTEX_WAIVER"), "2026-07");
}

/* A demand that nobody can follow keeps people out of their own work. */
static void demands_nothing_that_cannot_be_done(void)
{
	struct bed_talk talk = {.service = "sshd"};
	char record[BED_RECORD_BYTES];

	bed_policy(AGEING "breached_filter = /var/lib/mutex/missing.filter\n");
	bed_shadow(NULL, day(95), "99999");
	CHECK_INT(bed_account(&talk, 0), PAM_SUCCESS);
	bed_record_of("password-age", &record);
	CHECK_TEXT(bed_field(record, "MUTEX_VERDICT"), "warned");
	CHECK_SAYS(bed_field(record, "MUTEX_DETAIL"), "mutexctl status");
}

/* --- the witness of apply --confirm --- */

static void check_witness(const char *expected)
{
	char what[128] = "";

	CHECK_INT(pending_seen(bed_paths(), what, sizeof what), expected != NULL);
	CHECK_TEXT(what, expected != NULL ? expected : "");
}

static void witnesses_real_use(void)
{
	static const char boot[] = "01234567-89ab-cdef-0123-456789abcdef";

	bed_policy(ENGLISH);
	CHECK_INT(pending_begin(bed_paths(), 1, boot), 0);
	CHECK_INT(bed_account(&(struct bed_talk){.service = "cron"}, 0), PAM_SUCCESS);
	CHECK_INT(bed_account(&(struct bed_talk){.service = "sudo"}, 0), PAM_SUCCESS);
	CHECK_INT(bed_account(&(struct bed_talk){.service = "polkit-1"}, 0), PAM_SUCCESS);
	CHECK_INT(bed_account(&(struct bed_talk){.service = "su"}, 0), PAM_SUCCESS);
	CHECK_INT(bed_account(&(struct bed_talk){.service = "passwd"}, 0), PAM_SUCCESS);
	CHECK_INT(bed_change(&(struct bed_talk){.answers = {SHORT}, .sticky = true}, 0), PAM_MAXTRIES);
	check_witness(NULL);
	CHECK_INT(bed_account(&(struct bed_talk){.service = "sshd"}, 0), PAM_SUCCESS); /* no auth line was reached: it_login_attack.c has those */
	check_witness(NULL);
	CHECK_INT(bed_account(&(struct bed_talk){.service = "sshd", .environment = {"SSH_AUTH_INFO_0=publickey ssh-ed25519 AAAA"}}, 0), PAM_SUCCESS);
	check_witness("login: sshd alice");
	CHECK_INT(bed_change(&(struct bed_talk){.answers = {GOOD, GOOD}}, 0), PAM_SUCCESS);
	check_witness("password change: passwd alice");
	pending_end(bed_paths());
}

/* --- rules of section 3b --- */

/* A decision, never an error, is PAM_IGNORE, and in this phase there is none. */
static void r02_no_ignore_in_the_password_phase(void)
{
	bed_policy(ENGLISH);
	bed_service("alone", "password required {module}\n");
	/* libpam fails a stack of which every line said IGNORE; PAM_SUCCESS here means that the line itself said so. */
	CHECK_INT(bed_change(&(struct bed_talk){.answers = {GOOD, GOOD}, .service = "alone"}, 0), PAM_SUCCESS);
	CHECK_INT(bed_change(&(struct bed_talk){.answers = {SHORT}, .sticky = true, .service = "alone"}, 0), PAM_MAXTRIES);
	CHECK_INT(bed_account(&(struct bed_talk){.service = "passwd"}, 0), PAM_SUCCESS);
	bed_service("alone", "account required {module}\n");
	CHECK(bed_account(&(struct bed_talk){.service = "alone"}, 0) != PAM_SUCCESS); /* it never lets in by itself */
}

static void r06_conversation_again(void)
{
	struct bed_talk talk = {.answers = {GOOD, GOOD}, .fault = BED_AGAIN_ONCE};
	struct bed_talk retype = {.answers = {BETTER, BETTER, BETTER}, .fault = BED_AGAIN_AT_RETYPE};

	bed_policy(ENGLISH);
	CHECK_INT(bed_change(&talk, 0), PAM_SUCCESS);
	CHECK_INT(talk.again, 1);
	check_stored(GOOD);
	CHECK_INT(bed_change(&retype, 0), PAM_SUCCESS);
	CHECK_INT(retype.again, 1);
	check_stored(BETTER);
}

static void r07_unknown_arguments_fail_the_line(void)
{
	static const char *const arguments[] = {"nullok", "debug=1", "root=relative", "minlen=8", "debug debug"};

	bed_policy(ENGLISH);
	for (size_t i = 0; i < sizeof arguments / sizeof *arguments; i++) {
		bed_usual_services(arguments[i]);
		CHECK_INT(bed_change(&(struct bed_talk){.answers = {GOOD, GOOD}}, 0), PAM_SERVICE_ERR);
		CHECK_INT(bed_account(&(struct bed_talk){.service = "sshd"}, 0), PAM_SERVICE_ERR);
	}
	bed_usual_services("debug try_first_pass");
	CHECK_INT(bed_change(&(struct bed_talk){.answers = {GOOD, GOOD}}, 0), PAM_SUCCESS);
}

static void *open_module(void)
{
	const char *build = getenv("BUILD");
	char path[PATH_MAX] = "";
	void *module;

	if (build != NULL) {
		(void)snprintf(path, sizeof path, "%s/pam_mutex.so", build);
	} else {
		CHECK(readlink("/proc/self/exe", path, sizeof path - 1) > 0);
		*strrchr(path, '/') = '\0';
		(void)snprintf(strrchr(path, '/'), 32, "/pam_mutex.so");
	}
	module = dlopen(path, RTLD_NOW);
	CHECK(module != NULL);
	return module;
}

static void r08_only_the_entry_points(void)
{
	static const char *const present[] = {"pam_sm_authenticate", "pam_sm_setcred",      "pam_sm_acct_mgmt",
					      "pam_sm_chauthtok",    "pam_sm_open_session", "pam_sm_close_session"};
	static const char *const absent[] = {"password_judge", "policy_load", "history_take", "login_decide"};
	void *module = open_module();

	for (size_t i = 0; i < sizeof present / sizeof *present; i++)
		CHECK(dlsym(module, present[i]) != NULL);
	for (size_t i = 0; i < sizeof absent / sizeof *absent; i++)
		CHECK(dlsym(module, absent[i]) == NULL);
	CHECK_INT(dlclose(module), 0);
}

/* The canonical name is the key; names that no user can have are unknown, and never recorded. */
static void r19_strange_and_unknown_names(void)
{
	static const char *const names[] = {"hunter2-typed-as-a-name", "-alice", "+alice", "../alice", "a:b", "al\nice", "al\x7fice"};
	char record[BED_RECORD_BYTES];

	bed_policy(ENGLISH);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct bed_talk talk = {.answers = {GOOD, GOOD}, .user = names[i]};

		CHECK_INT(bed_change(&talk, 0), PAM_USER_UNKNOWN);
		CHECK_TEXT(talk.said, "");
	}
	CHECK(!bed_record(&record));
}

static void r21_root_by_uid_not_by_name(void)
{
	struct bed_talk talk = {.answers = {SHORT}, .sticky = true, .user = "root"};

	bed_policy(ENGLISH "[password]\nenforce_for_root = no\n");
	bed_run_as(1000, 0);
	CHECK_INT(bed_change(&talk, 0), PAM_MAXTRIES);
}

static void r26_silent_says_nothing(void)
{
	struct bed_talk talk = {.answers = {SHORT}, .sticky = true};
	char record[BED_RECORD_BYTES];

	bed_policy(ENGLISH);
	CHECK_INT(bed_change(&talk, PAM_SILENT), PAM_MAXTRIES);
	CHECK_INT(talk.texts + talk.errors, 0);
	bed_record_of("password-change", &record); /* and still records */
	CHECK_SAYS(bed_field(record, "MUTEX_REASONS"), "too-short");
}

static void r26_refused_texts_change_nothing(void)
{
	struct bed_talk good = {.answers = {GOOD, GOOD}, .fault = BED_TEXTS_REFUSED}, bad = {.answers = {SHORT}, .sticky = true, .fault = BED_TEXTS_REFUSED};

	bed_policy(ENGLISH);
	CHECK_INT(bed_change(&bad, 0), PAM_MAXTRIES);
	CHECK(bad.texts > 0 && bad.errors > 0);
	CHECK_INT(bed_change(&good, 0), PAM_SUCCESS);
}

static void r27_messages_fit_and_nothing_is_injected(void)
{
	struct bed_talk talk = {.answers = {"a\tb\n\x1b[31mMUTEX_VERDICT=allowed"}, .sticky = true, .tty = "pts/1\nMUTEX_VERDICT=allowed", .rhost = "\x1b[2J"};
	char record[BED_RECORD_BYTES], contact[300];

	(void)snprintf(contact, sizeof contact, "[policy]\nlanguage = ja\n[password]\nretry = 1\nmin_classes = 4\nmax_repeat = 1\nmax_sequence = 2\n[report]\ncontact = %s\n",
		       "情報システム部 ヘルプデスク 内線 1234、メール it-helpdesk@example.co.jp、平日九時から十八時まで");
	bed_policy(contact);
	CHECK_INT(bed_change(&talk, 0), PAM_AUTHTOK_ERR);
	CHECK(talk.longest <= 512);
	CHECK_SAYS_NOT(talk.said, "\x1b");
	bed_record_of("password-change", &record);
	CHECK_TEXT(bed_field(record, "MUTEX_VERDICT"), "denied");
	CHECK_SAYS_NOT(record, "\x1b");
}

/* PRELIM changes nothing and asks for nothing new; what it looks at is looked at again. */
static void r31_prelim_only_looks(void)
{
	struct bed_talk talk = {.answers = {GOOD, GOOD}};

	bed_policy(ENGLISH);
	bed_service("prelim", "password requisite {module}\npassword required pam_debug.so prechauthtok=authtok_err\n");
	talk.service = "prelim";
	CHECK_INT(bed_change(&talk, 0), PAM_AUTHTOK_ERR);
	CHECK_TEXT(talk.said, "prechauthtok=authtok_err\n"); /* the neighbour's */
	CHECK_INT(access(bed_paths()->state, F_OK), -1);
}

/* `sufficient` before us ends the first pass; the second pass must judge all the same. */
static void r31_update_alone_judges(void)
{
	struct bed_talk bad = {.answers = {SHORT}, .sticky = true, .service = "skip"}, broken = {.answers = {GOOD, GOOD}, .service = "skip"};

	bed_policy(ENGLISH);
	bed_service("skip", "password sufficient pam_debug.so prechauthtok=success chauthtok=ignore\npassword requisite {module}\npassword required pam_permit.so\n");
	CHECK_INT(bed_change(&bad, 0), PAM_MAXTRIES);
	bed_policy("[password]\nmin_lenght = 8\n");
	CHECK_INT(bed_change(&broken, 0), PAM_AUTHTOK_ERR);
	CHECK_INT(broken.prompts, 0);
	CHECK_SAYS(broken.said, "mutexctl check");
}

static void r31_neither_pass_is_an_error(void)
{
	int (*function)(pam_handle_t *, int, int, const char **);
	struct pam_conv conv = {0};
	pam_handle_t *pamh = NULL;
	void *module = open_module();

	*(void **)&function = dlsym(module, "pam_sm_chauthtok");
	CHECK_INT(pam_start_confdir("passwd", "alice", &conv, bed_paths()->pam_etc, &pamh), PAM_SUCCESS);
	CHECK_INT(function(pamh, 0, 0, NULL), PAM_SERVICE_ERR);
	CHECK_INT(function(pamh, PAM_SILENT, 0, NULL), PAM_SERVICE_ERR);
	CHECK_INT(pam_end(pamh, 0), PAM_SUCCESS);
	CHECK_INT(dlclose(module), 0);
}

/* The line in front takes a password; ours judges that one and never prompts. */
#define TAKES_FIRST "password required {neighbour}\npassword requisite {module} %s\n"
static void r32_use_authtok_never_prompts(void)
{
	static const char *const words[] = {"use_authtok", "use_first_pass"};

	bed_policy(ENGLISH "[password]\nhistory = 0\n");
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		char lines[512];
		struct bed_talk bad = {.answers = {SHORT, SHORT}, .service = "first"}, good = {.answers = {GOOD, GOOD}, .service = "first"};
		struct bed_talk none = {.answers = {GOOD, GOOD}, .service = "none"};

		(void)snprintf(lines, sizeof lines, TAKES_FIRST, words[i]);
		bed_service("first", lines);
		CHECK_INT(bed_change(&bad, 0), PAM_AUTHTOK_ERR);
		CHECK_INT(bad.prompts, 2); /* the neighbour's own */
		CHECK_INT(bad.texts, 0);   /* no rules where nothing is asked */
		CHECK_INT(bad.errors, 1);
		CHECK_INT(bed_change(&good, 0), PAM_SUCCESS);
		CHECK_INT(good.prompts, 2);
		(void)snprintf(lines, sizeof lines, "password requisite {module} %s\npassword required pam_permit.so\n", words[i]);
		bed_service("none", lines);
		CHECK_INT(bed_change(&none, 0), PAM_AUTHTOK_ERR);
		CHECK_INT(none.prompts, 0);
		CHECK_TEXT(none.said, "");
	}
}

/* Without use_authtok an earlier module's password is judged first, and the person may try again. */
static void r32_try_first_pass_prompts_after_a_refusal(void)
{
	char lines[512];
	struct bed_talk talk = {.answers = {SHORT, SHORT, GOOD, GOOD}, .service = "first"};

	bed_policy(ENGLISH "[password]\nhistory = 0\n");
	(void)snprintf(lines, sizeof lines, TAKES_FIRST, "try_first_pass");
	bed_service("first", lines);
	CHECK_INT(bed_change(&talk, 0), PAM_SUCCESS);
	CHECK_INT(talk.prompts, 4);
}

/* A refused password is gone for every later module, even one that a wrong control lets run. */
static void r32_refused_passwords_are_gone(void)
{
	struct bed_talk talk = {.answers = {SHORT, SHORT, SHORT}, .service = "optional"};

	bed_policy(ENGLISH);
	bed_service("optional", "password optional {module}\npassword required {neighbour} use_authtok\n");
	CHECK(bed_change(&talk, 0) != PAM_SUCCESS);
	check_stored(BED_OLD);
}

static void r33_similarity_is_skipped_aloud(void)
{
	struct bed_talk blind = {.answers = {GOOD, GOOD}, .service = "blind"}, seen = {.answers = {BETTER, BETTER}};
	char record[BED_RECORD_BYTES];

	bed_policy(ENGLISH);
	bed_service("blind", "password requisite {module}\npassword required pam_permit.so\n");
	CHECK_INT(bed_change(&blind, 0), PAM_SUCCESS);
	bed_record_of("password-change", &record);
	CHECK_SAYS(bed_field(record, "MUTEX_DETAIL"), "similarity not judged");
	CHECK_INT(bed_change(&seen, 0), PAM_SUCCESS);
	bed_record_of("password-change", &record);
	CHECK_TEXT(bed_field(record, "MUTEX_DETAIL"), "");
}

/* An unexpired password under the flag is judged like any other: skipping it would let the next module store what nobody judged. */
static void r34_the_expired_flag_waives_nothing(void)
{
	bed_policy(ENGLISH);
	CHECK_INT(bed_change(&(struct bed_talk){.answers = {SHORT}, .sticky = true}, PAM_CHANGE_EXPIRED_AUTHTOK), PAM_MAXTRIES);
	check_stored(BED_OLD);
	CHECK_INT(bed_change(&(struct bed_talk){.answers = {GOOD, GOOD}}, PAM_CHANGE_EXPIRED_AUTHTOK), PAM_SUCCESS);
}

static void r35_retry(void)
{
	struct bed_talk once = {.answers = {SHORT}, .sticky = true}, thrice = once, second = {.answers = {SHORT, GOOD, GOOD}};

	bed_policy(ENGLISH "[password]\nretry = 1\n");
	CHECK_INT(bed_change(&once, 0), PAM_AUTHTOK_ERR);
	CHECK_INT(once.prompts, 1);
	bed_policy(ENGLISH "[password]\nretry = 3\n");
	CHECK_INT(bed_change(&thrice, 0), PAM_MAXTRIES);
	CHECK_INT(thrice.prompts, 3);
	CHECK_INT(bed_change(&second, 0), PAM_SUCCESS);
	check_stored(GOOD);
}

static void r37_bytes_above_ascii(void)
{
	struct bed_talk invalid = {.answers = {"quartz ladder monsoon \xff\xfe"}, .sticky = true}, japanese = {.answers = {"水晶のはしごと季節風とやかんと猫"}, .sticky = true};
	char record[BED_RECORD_BYTES];

	bed_policy(ENGLISH "[password]\nretry = 1\n");
	CHECK_INT(bed_change(&invalid, 0), PAM_AUTHTOK_ERR);
	bed_record_of("password-change", &record);
	CHECK_SAYS(bed_field(record, "MUTEX_REASONS"), "invalid-utf8");
	CHECK_INT(bed_change(&japanese, 0), PAM_AUTHTOK_ERR);
	bed_record_of("password-change", &record);
	CHECK_TEXT(bed_field(record, "MUTEX_REASONS"), "non-ascii"); /* 16 code points: long enough */
}

/* As pam-auth-update writes it: success jumps over pam_deny. A refusal must not come out as success at its end. */
static void debians_stack_holds(void)
{
	struct bed_talk bad = {.answers = {SHORT}, .sticky = true, .service = "debian"}, good = {.answers = {GOOD, GOOD}, .service = "debian"};

	bed_policy(ENGLISH);
	bed_service("debian", "password requisite {module}\npassword [success=1 default=ignore] {neighbour} use_authtok\n"
			      "password requisite pam_deny.so\npassword required pam_permit.so\n"
			      "account requisite {module}\naccount [success=1 new_authtok_reqd=done default=ignore] pam_debug.so\n"
			      "account requisite pam_deny.so\naccount required pam_permit.so\n");
	CHECK_INT(bed_change(&bad, 0), PAM_MAXTRIES);
	check_stored(BED_OLD);
	CHECK_INT(bed_change(&good, 0), PAM_SUCCESS);
	bed_policy(AGEING);
	bed_shadow(NULL, day(95), "99999");
	CHECK_INT(bed_account(&(struct bed_talk){.service = "debian"}, 0), PAM_NEW_AUTHTOK_REQD);
	bed_shadow(NULL, day(1), "99999");
	CHECK_INT(bed_account(&(struct bed_talk){.service = "debian"}, 0), PAM_SUCCESS);
}

#define ROW(function) {#function, function}
int main(int argc, char **argv)
{
	static const struct bed_row rows[] = {
		ROW(accepts_a_good_password),
		ROW(refuses_with_all_reasons),
		ROW(refuses_in_japanese),
		ROW(takes_the_systems_language),
		ROW(speaks_english_on_a_text_console),
		ROW(tells_the_rules_before_the_first_prompt),
		ROW(a_differing_repetition_counts_as_a_try),
		ROW(tells_who_asked),
		ROW(works_for_every_program),
		ROW(chpasswd_hears_it_once),
		ROW(binds_root_too),
		ROW(warns_root_who_is_not_bound),
		ROW(observes_without_refusing),
		ROW(waives_by_an_exception),
		ROW(holds_what_is_set_for_a_group),
		ROW(goes_on_with_defaults_without_a_policy),
		ROW(refuses_by_a_broken_policy),
		ROW(changes_an_expired_password_by_a_broken_policy),
		ROW(goes_on_with_the_last_good_policy),
		ROW(remembers_earlier_passwords),
		ROW(names_the_days_when_they_are_the_rule),
		ROW(counts_the_present_password),
		ROW(remembers_what_a_waived_change_replaced),
		ROW(remembers_a_locked_password),
		ROW(a_user_without_a_password_gets_one),
		ROW(says_that_a_history_cannot_hold),
		ROW(keeps_no_history_when_the_policy_wants_none),
		ROW(says_what_it_could_not_compare),
		ROW(a_young_password_waits),
		ROW(a_demanded_change_does_not_wait),
		ROW(demands_a_new_password_in_time),
		ROW(reminds_before),
		ROW(demands_nothing_where_nobody_answers),
		ROW(demands_nothing_without_ground),
		ROW(only_tells_who_is_observed_or_exempt),
		ROW(demands_nothing_that_cannot_be_done),
		ROW(witnesses_real_use),
		ROW(r02_no_ignore_in_the_password_phase),
		ROW(r06_conversation_again),
		ROW(r07_unknown_arguments_fail_the_line),
		ROW(r08_only_the_entry_points),
		ROW(r19_strange_and_unknown_names),
		ROW(r21_root_by_uid_not_by_name),
		ROW(r26_silent_says_nothing),
		ROW(r26_refused_texts_change_nothing),
		ROW(r27_messages_fit_and_nothing_is_injected),
		ROW(r31_prelim_only_looks),
		ROW(r31_update_alone_judges),
		ROW(r31_neither_pass_is_an_error),
		ROW(r32_use_authtok_never_prompts),
		ROW(r32_try_first_pass_prompts_after_a_refusal),
		ROW(r32_refused_passwords_are_gone),
		ROW(r33_similarity_is_skipped_aloud),
		ROW(r34_the_expired_flag_waives_nothing),
		ROW(r35_retry),
		ROW(r37_bytes_above_ascii),
		ROW(debians_stack_holds),
	};

	(void)argc;
	return bed_main(argv, rows, sizeof rows / sizeof *rows);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* A subcommand of mutexctl: one file and one row each. Shell.
 *
 * Exit status everywhere: 0 fine, 1 violated or refused, 2 usage, unreadable or failed. Results go to standard output,
 * problems to standard error, as "mutexctl: problem: value". */
#ifndef MUTEXCTL_COMMAND_H
#define MUTEXCTL_COMMAND_H

#include <stddef.h>

enum command_exit { COMMAND_FINE = 0, COMMAND_VIOLATED = 1, COMMAND_FAILED = 2 };

/* argv[0] is the subcommand's name; options are read with getopt_long, starting at optind = 1 (main resets it). */
struct command {
	const char *name;
	const char *synopsis; /* behind the name, as in the man page */
	const char *help;     /* one line */
	int (*run)(int argc, char **argv);
};

/* C(name, synopsis, help): the function is command_NAME. */
#define COMMANDS(C) \
	C(check, "[--against PROFILE] [--json] [--system | FILE...]", "check the policy; list every problem with its place") \
	C(dump, "[--json] [FILE...]", "print the policy as canonical text") \
	C(explain, \
	  "password --user USER [--keyword KEYWORD] [--json] | login USER --service SERVICE [--from ADDRESS] [--tty TTY] [--by USER] " \
	  "[--method METHOD,...] [--at TIME] [--json]", \
	  "say which rules hold for a person, and which line decided each") \
	C(exception, \
	  "list [--json] | end ID | add --id ID --clause CLAUSE --who WHO --host HOST --reason TEXT --requested-by NAME --approved-by NAME " \
	  "[--from DATE] --until DATE", \
	  "show, record and end approved exceptions") \
	C(password, "[--user USER] [--old] [--policy FILE] [--batch] [--json]", "judge a password by the policy") \
	C(breached, \
	  "build --from FILE... --to OUT [--format FORMAT] [--memory SIZE] | query FILE [--sha1 HEX] [--json] | info FILE [--json] | " \
	  "verify FILE [--from SOURCE...] [--format FORMAT] [--json]", \
	  "make and look into the filter of breached passwords") \
	C(observed, "[--since 7d] [--file FILE] [--json]", "who would have been refused what in observe mode") \
	C(stack, "[--json] [SERVICE...]", "prove that nobody gets in and no password changes past the module") \
	C(apply, "[--dry-run] [--yes] [--confirm TIME] [--enforce SECTIONS] [--observe SECTIONS] [--user USER] [--sshd | --no-sshd] [--accept]", \
	  "put the policy in force and switch the PAM lines on, safely") \
	C(confirm, "", "keep what apply --confirm did") \
	C(remove, "[--settings] [--yes]", "switch the PAM lines off and restore what was before") \
	C(mfa, \
	  "enrol [USER] [--digits 6|8] [--algorithm sha1|sha256|sha512] [--replace] | codes USER | status [USER] [--json] | " \
	  "revoke USER --factor totp|recovery|hook|all [--reason TEXT] | hook USER --set|--unset | repair USER", \
	  "set up, list and take away second factors") \
	C(lockout, "list [--json] | clear USER [--reason TEXT]", "who is locked out from where and until when; end it") \
	C(suspend, "USER --reason TEXT [--by NAME] [--end-sessions | --lock-sessions] [--force] | --list [--json]", \
	  "let a person in nowhere any more, at once") \
	C(resume, "USER", "end a suspension") \
	C(offboard, "USER --reason TEXT [--by NAME] [--force] [--json]", \
	  "a person leaves: suspend, end sessions, expire second factors, list what is left") \
	C(forget, "USER [--new] | UID | --list", "a uid has another account than before, or none: nothing of the one before counts") \
	C(breakglass, "status [--json] | set | drill", "the emergency accounts: would they work, how to set one up, try them out") \
	C(antivirus, "scan | test", "have all files scanned; try the scanner with the harmless test file") \
	C(lock, "[--all | SESSION...]", "lock your screen now, or that of others") \
	C(present, "TIME | --end", "ask for no lock for a while, though you touch nothing") \
	C(status, "[--json] [--me]", "what is on, what is off, in which mode, and what to do next")

#define COMMAND_PROTOTYPE(name, synopsis, help) int command_##name(int argc, char **argv);
COMMANDS(COMMAND_PROTOTYPE)
#undef COMMAND_PROTOTYPE

const struct command *command_at(size_t index); /* NULL behind the last */
const struct command *command_find(const char *name);

/* Prints "mutexctl NAME: ..." and the synopsis on standard error; returns COMMAND_FAILED. */
int command_usage(const char *name, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Prints "mutexctl: ..." on standard error; returns COMMAND_FAILED. */
int command_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif

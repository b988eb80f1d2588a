/* SPDX-License-Identifier: BSD-2-Clause */
/* The policy: parsed, resolved for a person, dumped. Pure; policy_load.h reads the files.
 *
 * Several files make one policy (policy.conf, then policy.d in order). Any error rejects it as a whole.
 * Precedence: user, then group, then uid range, then general; on one level the later line wins and the checker warns. */
#ifndef MUTEX_POLICY_H
#define MUTEX_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "arena.h"
#include "diag.h"
#include "keyword.h"

struct text;

struct word_list {
	const char *const *words; /* NULL-terminated, in the arena */
	size_t count;
};

enum keyword {
#define KEYWORD_ENUM(section, name, ...) KEYWORD_##section##_##name,
	KEYWORDS(KEYWORD_ENUM)
#undef KEYWORD_ENUM
	KEYWORD_MAX
};

enum section {
#define SECTION_ENUM(name, ...) SECTION_##name,
	SECTIONS(SECTION_ENUM)
#undef SECTION_ENUM
	SECTION_MAX
};

enum value_kind { KIND_YESNO, KIND_NUMBER, KIND_DURATION, KIND_DATE, KIND_CHOICE, KIND_TEXT, KIND_WORDS, KIND_PATHS, KIND_MAX };
enum stricter { STRICTER_NONE, STRICTER_MORE, STRICTER_LESS, STRICTER_LEAST, STRICTER_YES, STRICTER_NO, STRICTER_MAX };

/* Indices of the choices that code asks for; a test compares them with the rows. */
enum { PROFILE_COMPANY, PROFILE_NIST, PROFILE_CIS, PROFILE_PCI, PROFILE_MAX };
enum { POLICY_LANGUAGE_AUTO, POLICY_LANGUAGE_JA, POLICY_LANGUAGE_EN };
enum { POLICY_OWNERSHIP_COMPANY, POLICY_OWNERSHIP_BYOD };
enum { MODE_OBSERVE, MODE_ENFORCE };
enum { MFA_OFF, MFA_IF_ENROLLED, MFA_REQUIRED };
enum { AFTER_PUBLICKEY_CODE, AFTER_PUBLICKEY_PASSWORD };
enum { TWO_PLACES_OFF, TWO_PLACES_REPORT, TWO_PLACES_DENY };
enum { ACCESS_POSTURE_OFF, ACCESS_POSTURE_WARN, ACCESS_POSTURE_DENY };
enum { LOCK_CONSOLE_VLOCK, LOCK_CONSOLE_END };
enum { LOCK_KEYRING_AUTO, LOCK_KEYRING_YES, LOCK_KEYRING_NO };
enum { SERVICE_SIDE_AUTO, SERVICE_SIDE_LOCAL, SERVICE_SIDE_REMOTE };
enum { SERVICE_MFA_AUTO, SERVICE_MFA_OFF, SERVICE_MFA_IF_ENROLLED, SERVICE_MFA_REQUIRED };
enum { FACTOR_DIGITS_6, FACTOR_DIGITS_8 };
enum { FACTOR_SHA1, FACTOR_SHA256, FACTOR_SHA512 };
enum { CONTROL_MODE_OBSERVE, CONTROL_MODE_OFF, CONTROL_MODE_REPAIR, CONTROL_MODE_GATE };
enum { CONTROL_FLOOR_OFF, CONTROL_FLOOR_OBSERVE, CONTROL_FLOOR_ON };
enum section_scope { SCOPE_GENERAL, SCOPE_PER_USER, SCOPE_NAMED };

#define SETTING_YESNO bool
#define SETTING_NUMBER int64_t
#define SETTING_DURATION int64_t
#define SETTING_DATE int64_t
#define SETTING_CHOICE int
#define SETTING_TEXT const char *
#define SETTING_WORDS struct word_list
#define SETTING_PATHS struct word_list

/* Where a value comes from. */
enum origin_level { ORIGIN_DEFAULT, ORIGIN_PROFILE, ORIGIN_GENERAL, ORIGIN_UID_RANGE, ORIGIN_GROUP, ORIGIN_USER, ORIGIN_NAMED, ORIGIN_LEVEL_MAX };
struct origin {
	enum origin_level level;
	const char *file; /* NULL for default and profile */
	unsigned line;
	const char *who;  /* of [users WHO]; else NULL */
	const char *name; /* of [service NAME], [factor NAME]; else NULL */
};

/* What holds for one person: settings.password_min_length and so on, each with its origin. */
struct settings {
#define SETTINGS_FIELD(section, name, kind, ...) SETTING_##kind section##_##name;
	KEYWORDS(SETTINGS_FIELD)
#undef SETTINGS_FIELD
	struct origin origin[KEYWORD_MAX];
};

/* A person as the policy sees one. name is the canonical pw_name; names of groups come from getgrouplist. */
struct person {
	const char *name;
	uid_t uid;
	const char *const *groups;
	size_t group_count;
};

/* One keyword's row. */
struct keyword_row {
	enum section section;
	const char *name;
	enum value_kind kind;
	int64_t min, max;
	const char *default_text;
	enum stricter stricter;
	const char *choices;
	const char *help;
	size_t offset; /* of the field in struct settings */
};
const struct keyword_row *keyword_row(enum keyword keyword);
const char *section_name(enum section section);
const char *section_help(enum section section);
enum section_scope section_scope(enum section section);
bool section_per_user(enum section section);

/* One file's bytes. */
struct policy_source {
	const char *file;
	const char *bytes;
	size_t len;
};

/* Opaque to most: the assignments in order of reading. */
struct policy_assignment;
struct policy_named;
struct policy {
	const struct policy_assignment *assignments;
	size_t count;
	const struct policy_named *named; /* the named sections in order of reading */
	size_t named_count;
	int profile;
	struct settings general; /* what holds for everybody whom no section names: the beginning of every resolution */
	char hash[65]; /* hex SHA-256 of the canonical dump */
};

#define POLICY_FILE_BYTES_MAX (256 * 1024)
#define POLICY_LINE_BYTES_MAX 4096

/* The NAME of a section: letters, digits and - _ . + , of services in small letters only, as libpam writes them; of factors without . and +. */
#define POLICY_NAME_BYTES_MAX 31

/* Parses and checks all sources; every problem lands in diags. 0, or -EINVAL when diags has an error, or -ENOMEM
 * (arena used up: also in diags). On failure *ret_policy is untouched. Strings live in the arena. */
int policy_parse(const struct policy_source *sources, size_t count, struct arena *arena, struct diag_list *diags,
		 struct policy *ret_policy);

/* The policy of an empty file: compiled defaults. */
void policy_defaults(struct policy *ret_policy);

/* What holds for person; NULL = the general rules only. */
void policy_resolve(const struct policy *policy, const struct person *person, struct settings *ret_settings);

/* The same, and what the sections named so say: [service SERVICE], [factor FACTOR], [control CONTROL]. A NULL name, or one that has no section, gives the
 * defaults of that section. Lines of a named section have level ORIGIN_NAMED. */
struct policy_names {
	const char *service;
	const char *factor;
	const char *control;
};
void policy_resolve_for(const struct policy *policy, const struct person *person, const struct policy_names *names,
			struct settings *ret_settings);

/* The names of all sections of that NAMED kind in the order of the files, each once. Returns how many there are; writes at most max. Borrowed
 * from the policy. */
size_t policy_section_names(const struct policy *policy, enum section section, const char **ret_names, size_t max);

/* Canonical text: every section and keyword set or defaulted by the profile, in table order, then the named sections with what they set, then
 * the [users] sections.
 * Parsing it gives the same policy; its dump is the same text. */
void policy_dump(const struct policy *policy, struct text *t);

/* One value as the policy language writes it ("yes", "15", "5min", "a, b"). */
void settings_add_value(const struct settings *settings, enum keyword keyword, struct text *t);
/* "policy.conf:12", "policy.conf:40 [users @staff]", "policy.conf:50 [service sshd]", "default", "profile cis-debian12". */
void settings_add_origin(const struct settings *settings, enum keyword keyword, struct text *t);

#endif

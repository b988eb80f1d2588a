/* SPDX-License-Identifier: BSD-2-Clause */
/* Each keyword: its bounds, and that it reaches the struct, the dump, the manual page and the completion.
 *
 * The lists in conf/mutex-policy.conf.5 and conf/mutexctl.bash-completion come from here: MUTEX_WRITE=1 test_keyword writes them anew. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clause.h"
#include "command.h"
#include "exception.h"
#include "keyword_table.h"
#include "number.h"
#include "policy_sample.h"
#include "profile.h"
#include "value.h"

#define MANUAL "conf/mutex-policy.conf.5"
#define COMPLETION "conf/mutexctl.bash-completion"
#define FILE_SIZE (128 * 1024)

/* --- bounds --- */

/* What else must stand in the section for a value to be valid. */
static const char *companion(enum keyword keyword)
{
	if (strcmp(keyword_row(keyword)->name, "mode") == 0)
		return "observe_until = 2099-01-01\n";
	switch (keyword) {
	case KEYWORD_lockout_duration:
		return "max_duration = 30d\n";
	case KEYWORD_lockout_max_duration:
		return "duration = 1min\n";
	case KEYWORD_lockout_root_duration:
		return "root_max_duration = 30d\n";
	case KEYWORD_lockout_root_max_duration:
		return "root_duration = 10s\n";
	case KEYWORD_factor_user:
		return "use = exec:/usr/bin/helper\n";
	case KEYWORD_factor_timeout:
		return "use = pam:token\n";
	case KEYWORD_factor_digits:
	case KEYWORD_factor_algorithm:
	case KEYWORD_factor_issuer:
		return "use = totp\n";
	default:
		return "";
	}
}

/* A control that looks at the keyword. */
static const char *control_of(enum keyword keyword)
{
	static const struct {
		enum keyword keyword;
		const char *control;
	} rows[] = {
		{KEYWORD_control_units, "units"},
		{KEYWORD_control_unit_files, "units"},
		{KEYWORD_control_scanners, "antivirus"},
		{KEYWORD_control_signature_age, "antivirus"},
		{KEYWORD_control_scan_age, "antivirus"},
		{KEYWORD_control_scan_paths, "antivirus"},
		{KEYWORD_control_test_age, "antivirus"},
		{KEYWORD_control_exclusions, "antivirus"},
		{KEYWORD_control_admins, "auth"},
		{KEYWORD_control_accept, "auth"},
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (rows[i].keyword == keyword)
			return rows[i].control;
	return "firewall";
}

/* A word that a list takes. */
static const char *word_of(enum keyword keyword)
{
	static const struct {
		enum keyword keyword;
		const char *word;
	} rows[] = {
		{KEYWORD_mfa_trusted_networks, "10.1.0.0/16"},     {KEYWORD_access_break_glass_from, "10.1.0.0/16"},
		{KEYWORD_lock_on_device_removal, "1050:0407"}, {KEYWORD_control_allow, "tcp/22"},
		{KEYWORD_control_units, "ssh.service"},
		{KEYWORD_control_products, "ufw"},
		{KEYWORD_control_scanners, "clamav"},
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (rows[i].keyword == keyword)
			return rows[i].word;
	return "word";
}

static void write_policy(char *buffer, size_t size, enum keyword keyword, const char *value)
{
	const struct keyword_row *row = keyword_row(keyword);
	struct text t;

	text_init(&t, buffer, size);
	text_add(&t, "[");
	text_add(&t, section_name(row->section));
	if (section_scope(row->section) == SCOPE_NAMED)
		text_add_format(&t, " %s", row->section == SECTION_control ? control_of(keyword) : "thing");
	text_add(&t, "]\n");
	text_add(&t, companion(keyword));
	text_add(&t, row->name);
	text_add(&t, " = ");
	text_add(&t, value);
	text_add(&t, "\n");
	assert_int_equal(text_end(&t), 0);
}

static void check_value(enum keyword keyword, const char *name, const char *value, bool valid)
{
	const struct keyword_row *row = keyword_row(keyword);
	const struct policy_names names = {.service = "thing", .factor = "thing", .control = control_of(keyword)};
	struct policy_sample sample SAMPLE_FREED;
	static char text[32 * 1024], got[8192];
	struct settings settings;
	struct text t;

	write_policy(text, sizeof text, keyword, value);
	policy_sample_text(&sample, text);
	if ((sample.result == 0) != valid || (sample.result == 0) != (sample.diags.errors == 0))
		fail_msg("[%s] %s, %s: %s should be %s\n%s", section_name(row->section), row->name, name, value, valid ? "valid" : "refused", sample.problems);
	if (!valid) {
		const struct diag *error = sample.items;

		/* the place of the value, in a line of its own */
		assert_int_equal(sample.diags.errors, 1);
		while (error->level != DIAG_ERROR)
			error++;
		assert_int_equal(error->line, companion(keyword)[0] != '\0' ? 3 : 2);
		assert_int_equal(error->column, strlen(row->name) + 4);
		return;
	}
	policy_resolve_for(&sample.policy, NULL, &names, &settings);
	TEXT_INTO(&t, got);
	settings_add_value(&settings, keyword, &t);
	assert_string_equal(got, value);
	assert_int_equal(settings.origin[keyword].level, section_scope(row->section) == SCOPE_NAMED ? ORIGIN_NAMED : ORIGIN_GENERAL);
}

static void check_integers(enum keyword keyword, bool duration)
{
	const struct keyword_row *row = keyword_row(keyword);
	const struct {
		const char *name;
		int64_t value;
		bool valid;
	} rows[] = {
		{"least", row->min, true},
		{"most", row->max, true},
		{"less than the least", row->min - 1, false},
		{"more than the most", row->max + 1, false},
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char value[64];
		struct text t;

		TEXT_INTO(&t, value);
		if (duration)
			number_add_duration(&t, rows[i].value);
		else
			text_add_int(&t, rows[i].value);
		check_value(keyword, rows[i].name, value, rows[i].valid);
	}
	check_value(keyword, "a word", "many", false);
	check_value(keyword, "another kind", duration ? "15" : "15d", false);
	check_value(keyword, "a fraction", "1.5", false);
	check_value(keyword, "a leading zero", "01", false);
}

static void fill_words(char *buffer, size_t size, int64_t count, const char *word, const char *between)
{
	struct text t;

	text_init(&t, buffer, size);
	for (int64_t i = 0; i < count; i++) {
		text_add(&t, i > 0 ? between : "");
		text_add(&t, word);
	}
	if (count == 0)
		text_add(&t, "\"\"");
	assert_int_equal(text_end(&t), 0);
}

static void check_list(enum keyword keyword, const char *word)
{
	const struct keyword_row *row = keyword_row(keyword);
	const char *between = ", ";
	static char value[16 * 1024];

	assert_int_equal(row->min, 0);
	fill_words(value, sizeof value, 0, word, between);
	check_value(keyword, "nothing", value, true);
	fill_words(value, sizeof value, row->max, word, between);
	check_value(keyword, "most", value, true);
	fill_words(value, sizeof value, row->max + 1, word, between);
	check_value(keyword, "more than the most", value, false);
}

/* Texts that mean something: what stands in front of and behind the filling, and whether nothing at all is a value too. */
static const struct text_row {
	enum keyword keyword;
	const char *front;
	char fill;
	const char *back;
	bool may_be_empty;
} text_rows[] = {
	{KEYWORD_mfa_require, "password", ' ', "+totp", false},
	{KEYWORD_service_require, "password", ' ', "+totp", true},
	{KEYWORD_access_hours, "mon-fri", ' ', "07:00-22:00", true},
	{KEYWORD_lock_ladder, "desktop,", ' ', "locker", false},
	{KEYWORD_factor_use, "exec:/", 'x', "", false},
	{KEYWORD_factor_user, "", 'x', "", false},
	{KEYWORD_MAX, "", 'x', "", true}, /* all others */
};

static void check_text(enum keyword keyword)
{
	const struct keyword_row *row = keyword_row(keyword);
	const struct text_row *text = text_rows;
	char value[512];

	while (text->keyword != keyword && text->keyword != KEYWORD_MAX)
		text++;
	assert_int_equal(row->min, 0);
	check_value(keyword, "nothing", "\"\"", text->may_be_empty);
	for (int64_t len = row->max; len <= row->max + 1; len++) {
		size_t fill = (size_t)len - strlen(text->front) - strlen(text->back);
		struct text t;

		TEXT_INTO(&t, value);
		text_add(&t, text->front);
		while (fill-- > 0)
			text_add_char(&t, text->fill);
		text_add(&t, text->back);
		assert_int_equal(text_end(&t), 0);
		check_value(keyword, "length", value, len == row->max);
	}
}

static void check_choices(enum keyword keyword)
{
	const struct keyword_row *row = keyword_row(keyword);
	const char *choice;
	size_t len;
	int64_t count = 0;

	for (; (len = keyword_choice(row, (size_t)count, &choice)) > 0; count++) {
		char value[64];
		struct text t;

		TEXT_INTO(&t, value);
		text_add_bytes(&t, choice, len);
		check_value(keyword, "choice", value, true);
	}
	assert_int_equal(row->min, 0);
	assert_int_equal(row->max, count - 1);
	check_value(keyword, "another word", "sometimes", false);
	check_value(keyword, "its index", "0", false);
	check_value(keyword, "all of them", row->choices, false);
}

static void check_bounds(enum keyword keyword)
{
	switch (keyword_row(keyword)->kind) {
	case KIND_YESNO:
		check_value(keyword, "yes", "yes", true);
		check_value(keyword, "no", "no", true);
		check_value(keyword, "true", "true", false);
		check_value(keyword, "capital", "Yes", false);
		check_value(keyword, "number", "1", false);
		return;
	case KIND_NUMBER:
		check_integers(keyword, false);
		return;
	case KIND_DURATION:
		check_integers(keyword, true);
		return;
	case KIND_DATE:
		check_value(keyword, "none", "none", true);
		check_value(keyword, "first", "1970-01-02", true);
		check_value(keyword, "last", "9999-12-31", true);
		check_value(keyword, "second", "2027-01-31T09:30:00Z", true);
		check_value(keyword, "epoch, which would mean none", "1970-01-01", false);
		check_value(keyword, "before the first", "1969-12-31", false);
		check_value(keyword, "no such day", "2027-02-29", false);
		check_value(keyword, "no such order", "31.1.2027", false);
		return;
	case KIND_CHOICE:
		check_choices(keyword);
		return;
	case KIND_TEXT:
		check_text(keyword);
		return;
	case KIND_WORDS:
		check_list(keyword, word_of(keyword));
		check_value(keyword, "an empty entry", "a,,b", false);
		return;
	case KIND_PATHS:
		check_list(keyword, "/etc/list");
		check_value(keyword, "a relative path", "list", false);
		check_value(keyword, "a path with ..", "/etc/../list", false);
		return;
	case KIND_MAX:
		break;
	}
	fail();
}

static void every_bound_holds(void **state)
{
	(void)state;
	for (enum keyword i = 0; i < KEYWORD_MAX; i++)
		check_bounds(i);
}

static void values_refused_by_kind(void **state)
{
	static const struct {
		const char *name, *value, *want;
	} rows[] = {
		{"too small", "min_length = 0", "a.conf:2:14: error: \"0\" is out of range; allowed: 1 to 128\n"},
		{"words for a number", "min_length = fifteen", "a.conf:2:14: error: \"fifteen\" is not a whole number; allowed: 1 to 128\n"},
		{"near choice", "mode = enforced", "a.conf:2:8: error: \"enforced\" is no value of mode; did you mean \"enforce\"?; allowed: observe, enforce\n"},
		{"true", "non_ascii = true", "a.conf:2:13: error: \"true\" is neither yes nor no; did you mean \"yes\"?; allowed: yes, no\n"},
		{"duration without unit", "max_age = 90",
		 "a.conf:2:11: error: \"90\" is no duration: a number and one of s, min, h, d, w, such as 90d; allowed: 0 to 3660d\n"},
		{"bidirectional mark", "company_words = a\xe2\x80\xae" "b", "a.conf:2:18: error: a control or invisible character; delete it\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct policy_sample sample SAMPLE_FREED;
		char text[256];

		print_message("%s\n", rows[i].name);
		(void)snprintf(text, sizeof text, "[password]\n%s\n", rows[i].value);
		policy_sample_text(&sample, text);
		assert_string_equal(sample.problems, rows[i].want);
	}
}

/* --- the table itself --- */

static void defaults_are_valid(void **state)
{
	(void)state;
	for (enum keyword i = 0; i < KEYWORD_MAX; i++) {
		const struct keyword_row *row = keyword_row(i);
		unsigned char block[1024];
		char problem[512], written[512];
		union value parsed, standard;
		struct arena arena;
		struct text t;

		print_message("%s\n", row->name);
		value_default(row, &standard);
		TEXT_INTO(&t, written);
		value_add(row, &standard, &t);
		if (row->default_text[0] == '\0') {
			assert_string_equal(written, row->kind == KIND_DATE ? "none" : "\"\"");
			continue;
		}
		arena_init(&arena, block, sizeof block);
		TEXT_INTO(&t, problem);
		assert_int_equal(value_parse(row, row->default_text, strlen(row->default_text), &arena, &parsed, &t), 0);
		assert_true(value_equal(row, &parsed, &standard));
		assert_string_equal(written, row->default_text);
		/* lists have no memory of their own to be a default in */
		assert_true(row->kind != KIND_WORDS && row->kind != KIND_PATHS);
	}
}

static void rows_are_well_formed(void **state)
{
	enum section section = 0;

	(void)state;
	for (enum keyword i = 0; i < KEYWORD_MAX; i++) {
		const struct keyword_row *row = keyword_row(i);

		print_message("%s\n", row->name);
		assert_true(row->section >= section); /* the dump writes each header once */
		section = row->section;
		assert_true(row->min <= row->max || row->kind == KIND_DATE);
		assert_true(strlen(row->help) > 10);
		assert_true(row->help[strlen(row->help) - 1] != '.');
		assert_int_equal(row->choices[0] != '\0', row->kind == KIND_CHOICE);
		assert_int_equal(keyword_find(row->section, row->name, strlen(row->name)), i);
		if (strcmp(row->name, "mode") == 0)
			assert_int_not_equal(keyword_find(row->section, "observe_until", strlen("observe_until")), KEYWORD_MAX);
	}
	for (enum section i = 0; i < SECTION_MAX; i++)
		assert_int_equal(section_find(section_name(i), strlen(section_name(i))), i);
	assert_null(keyword_row(KEYWORD_MAX));
	assert_null(section_name(SECTION_MAX));
	assert_int_equal(keyword_find(SECTION_password, "min_lengt", 9), KEYWORD_MAX);
	assert_int_equal(keyword_find(SECTION_policy, "min_length", 10), KEYWORD_MAX);
}

static void choices_have_their_numbers(void **state)
{
	static const struct {
		enum keyword keyword;
		int number;
		const char *name;
	} rows[] = {
		{KEYWORD_policy_profile, PROFILE_COMPANY, "company"},
		{KEYWORD_policy_profile, PROFILE_NIST, "nist-800-63b-4"},
		{KEYWORD_policy_profile, PROFILE_CIS, "cis-debian12"},
		{KEYWORD_policy_profile, PROFILE_PCI, "pci-dss-4"},
		{KEYWORD_policy_language, POLICY_LANGUAGE_AUTO, "auto"},
		{KEYWORD_policy_language, POLICY_LANGUAGE_JA, "ja"},
		{KEYWORD_policy_language, POLICY_LANGUAGE_EN, "en"},
		{KEYWORD_password_mode, MODE_OBSERVE, "observe"},
		{KEYWORD_password_mode, MODE_ENFORCE, "enforce"},
		{KEYWORD_lockout_mode, MODE_OBSERVE, "observe"},
		{KEYWORD_lockout_mode, MODE_ENFORCE, "enforce"},
		{KEYWORD_mfa_mode, MODE_OBSERVE, "observe"},
		{KEYWORD_mfa_mode, MODE_ENFORCE, "enforce"},
		{KEYWORD_access_mode, MODE_OBSERVE, "observe"},
		{KEYWORD_access_mode, MODE_ENFORCE, "enforce"},
		{KEYWORD_policy_ownership, POLICY_OWNERSHIP_COMPANY, "company"},
		{KEYWORD_policy_ownership, POLICY_OWNERSHIP_BYOD, "byod"},
		{KEYWORD_mfa_remote, MFA_OFF, "off"},
		{KEYWORD_mfa_remote, MFA_IF_ENROLLED, "if-enrolled"},
		{KEYWORD_mfa_remote, MFA_REQUIRED, "required"},
		{KEYWORD_mfa_local, MFA_OFF, "off"},
		{KEYWORD_mfa_local, MFA_IF_ENROLLED, "if-enrolled"},
		{KEYWORD_mfa_local, MFA_REQUIRED, "required"},
		{KEYWORD_mfa_su, MFA_OFF, "off"},
		{KEYWORD_mfa_su, MFA_IF_ENROLLED, "if-enrolled"},
		{KEYWORD_mfa_su, MFA_REQUIRED, "required"},
		{KEYWORD_mfa_sudo, MFA_OFF, "off"},
		{KEYWORD_mfa_sudo, MFA_IF_ENROLLED, "if-enrolled"},
		{KEYWORD_mfa_sudo, MFA_REQUIRED, "required"},
		{KEYWORD_mfa_after_publickey, AFTER_PUBLICKEY_CODE, "code"},
		{KEYWORD_mfa_after_publickey, AFTER_PUBLICKEY_PASSWORD, "password"},
		{KEYWORD_access_two_places, TWO_PLACES_OFF, "off"},
		{KEYWORD_access_two_places, TWO_PLACES_REPORT, "report"},
		{KEYWORD_access_two_places, TWO_PLACES_DENY, "deny"},
		{KEYWORD_access_posture, ACCESS_POSTURE_OFF, "off"},
		{KEYWORD_access_posture, ACCESS_POSTURE_WARN, "warn"},
		{KEYWORD_access_posture, ACCESS_POSTURE_DENY, "deny"},
		{KEYWORD_control_mode, CONTROL_MODE_OBSERVE, "observe"},
		{KEYWORD_control_mode, CONTROL_MODE_OFF, "off"},
		{KEYWORD_control_mode, CONTROL_MODE_REPAIR, "repair"},
		{KEYWORD_control_mode, CONTROL_MODE_GATE, "gate"},
		{KEYWORD_control_floor, CONTROL_FLOOR_OFF, "off"},
		{KEYWORD_control_floor, CONTROL_FLOOR_OBSERVE, "observe"},
		{KEYWORD_control_floor, CONTROL_FLOOR_ON, "on"},
		{KEYWORD_service_side, SERVICE_SIDE_AUTO, "auto"},
		{KEYWORD_service_side, SERVICE_SIDE_LOCAL, "local"},
		{KEYWORD_service_side, SERVICE_SIDE_REMOTE, "remote"},
		{KEYWORD_service_mfa, SERVICE_MFA_AUTO, "auto"},
		{KEYWORD_service_mfa, SERVICE_MFA_OFF, "off"},
		{KEYWORD_service_mfa, SERVICE_MFA_IF_ENROLLED, "if-enrolled"},
		{KEYWORD_service_mfa, SERVICE_MFA_REQUIRED, "required"},
		{KEYWORD_factor_digits, FACTOR_DIGITS_6, "6"},
		{KEYWORD_factor_digits, FACTOR_DIGITS_8, "8"},
		{KEYWORD_factor_algorithm, FACTOR_SHA1, "sha1"},
		{KEYWORD_factor_algorithm, FACTOR_SHA256, "sha256"},
		{KEYWORD_factor_algorithm, FACTOR_SHA512, "sha512"},
	};
	const char *choice;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_int_equal(keyword_choice(keyword_row(rows[i].keyword), (size_t)rows[i].number, &choice), strlen(rows[i].name));
		assert_memory_equal(choice, rows[i].name, strlen(rows[i].name));
	}
	assert_int_equal(keyword_choice(keyword_row(KEYWORD_password_mode), 2, &choice), 0);
}

/* --- struct and dump --- */

/* Fields of their own, as the compiler lays them out. */
static void fields_do_not_overlap(void **state)
{
	(void)state;
	for (enum keyword i = 0; i < KEYWORD_MAX; i++) {
		struct settings settings;
		union value value = {.words = {.count = 1}}, got;

		memset(&settings, 0, sizeof settings);
		value.yesno = true;
		value_put(keyword_row(i), &value, &settings);
		for (enum keyword k = 0; k < KEYWORD_MAX; k++) {
			union value none = {0};

			value_get(keyword_row(k), &settings, &got);
			assert_int_equal(memcmp(&got, &none, sizeof got) != 0, k == i);
		}
	}
}

static void every_keyword_is_dumped(void **state)
{
	struct policy policy;
	static char dump[FILE_SIZE];
	struct text t;

	(void)state;
	policy_defaults(&policy);
	TEXT_INTO(&t, dump);
	policy_dump(&policy, &t);
	for (enum keyword i = 0; i < KEYWORD_MAX; i++) {
		const struct keyword_row *row = keyword_row(i);
		const char *start, *end, *line;
		char want[128], header[64];

		if (section_scope(row->section) == SCOPE_NAMED)
			continue;
		(void)snprintf(header, sizeof header, "[%s]\n", section_name(row->section));
		(void)snprintf(want, sizeof want, "\n%s = ", row->name);
		start = strstr(dump, header);
		assert_non_null(start);
		end = strstr(start, "\n\n");
		line = strstr(start, want);
		/* to observe without an end is the default of some, which no file may say */
		if ((line == NULL || (end != NULL && line > end)) && strcmp(row->name, "mode") == 0)
			line = strstr(start, "\n# mode = observe\n");
		assert_non_null(line);
		assert_true(end == NULL || line < end);
	}
}

/* --- manual and completion --- */

static const char *top_path(const char *path, char *buffer, size_t size)
{
	const char *top = getenv("TOP");

	(void)snprintf(buffer, size, "%s/%s", top != NULL ? top : ".", path);
	return buffer;
}

static void read_file(const char *path, char *buffer, size_t size)
{
	char full[4096];
	FILE *file = fopen(top_path(path, full, sizeof full), "re");
	size_t len;

	assert_non_null(file);
	len = fread(buffer, 1, size - 1, file);
	assert_true(feof(file));
	buffer[len] = '\0';
	(void)fclose(file);
}

static void add_roff(struct text *t, const char *s)
{
	for (; *s != '\0'; s++) {
		if (*s == '\\')
			text_add(t, "\\e");
		else if (*s == '-')
			text_add(t, "\\-");
		else if (*s == '"')
			text_add(t, "\\(dq");
		else
			text_add_char(t, *s);
	}
}

static void add_manual_row(const struct keyword_row *row, struct text *t)
{
	char range[256];
	struct text r;

	TEXT_INTO(&r, range);
	keyword_add_range(row, &r);
	text_add(t, ".TP\n.BI ");
	add_roff(t, row->name);
	text_add(t, " \" = ");
	text_add(t, value_kind_name(row->kind));
	text_add(t, "\"\n");
	add_roff(t, row->help);
	text_add(t, ".\n");
	if (row->kind != KIND_YESNO) {
		text_add(t, "Allowed: ");
		add_roff(t, range);
		text_add(t, ".\n");
	}
	text_add(t, "Default: ");
	add_roff(t, row->default_text[0] != '\0' ? row->default_text : row->kind == KIND_DATE ? "none" : "empty");
	text_add(t, ".\n");
}

static void add_manual(struct text *t)
{
	static const char *const scope_texts[] = {
		[SCOPE_GENERAL] = ".\nHolds for everybody.\n",
		[SCOPE_PER_USER] = ".\nMay differ between people.\n",
		[SCOPE_NAMED] = ".\nHolds for everybody, and for that NAME only.\n",
	};
	enum section section = SECTION_MAX;

	for (enum keyword i = 0; i < KEYWORD_MAX; i++) {
		const struct keyword_row *row = keyword_row(i);

		if (row->section != section) {
			section = row->section;
			text_add(t, ".SS [");
			text_add(t, section_name(section));
			text_add(t, section_scope(section) == SCOPE_NAMED ? " NAME]\n" : "]\n");
			add_roff(t, section_help(section));
			text_add(t, scope_texts[section_scope(section)]);
		}
		add_manual_row(row, t);
	}
}

static void add_manual_exceptions(struct text *t)
{
#define EXCEPTION_MANUAL(name, kind, max, obligatory, help) \
	text_add(t, ".TP\n.B " #name "\n"); \
	add_roff(t, help); \
	text_add(t, ".\n");
	EXCEPTION_KEYWORDS(EXCEPTION_MANUAL)
#undef EXCEPTION_MANUAL
}

/* Lines of at most 120 columns between quotes. */
static void add_words(struct text *t, const char *name, const char *const *words)
{
	size_t column = strlen(name) + 2;

	text_add(t, name);
	text_add(t, "='");
	for (size_t i = 0; words[i] != NULL; i++) {
		size_t len = strlen(words[i]);

		if (i > 0 && column + 1 + len > 120) {
			text_add_char(t, '\n');
			column = 0;
		} else if (i > 0) {
			text_add_char(t, ' ');
			column++;
		}
		text_add(t, words[i]);
		column += len;
	}
	text_add(t, "'\n");
}

static void add_completion(struct text *t)
{
	static char names[KEYWORD_MAX][80];
	const char *words[KEYWORD_MAX + 100] = {NULL};

	for (size_t i = 0; command_at(i) != NULL; i++)
		words[i] = command_at(i)->name;
	add_words(t, "_mutexctl_commands", words);
	memset(words, 0, sizeof words);
	for (int i = 0; i < PROFILE_MAX; i++)
		words[i] = profile_name(i);
	add_words(t, "_mutexctl_profiles", words);
	memset(words, 0, sizeof words);
	for (enum keyword i = 0; i < KEYWORD_MAX; i++) {
		(void)snprintf(names[i], sizeof names[i], "%s.%s", section_name(keyword_row(i)->section), keyword_row(i)->name);
		words[i] = names[i];
	}
	add_words(t, "_mutexctl_keywords", words);
	memset(words, 0, sizeof words);
	for (size_t i = 0, count = 0; clause_at(i) != NULL; i++)
		if (clause_at(i)->waiver != WAIVER_NOBODY)
			words[count++] = clause_at(i)->id;
	add_words(t, "_mutexctl_clauses", words);
}

static void write_between(const char *path, const char *file, const char *begin, const char *end, const char *part)
{
	char full[4096];
	FILE *out = fopen(top_path(path, full, sizeof full), "we");

	assert_non_null(out);
	(void)fprintf(out, "%.*s%s%s", (int)(begin - file), file, part, end);
	assert_int_equal(fclose(out), 0);
}

/* What stands between the two lines of the file must be what add writes. */
static void check_part(const char *path, const char *begin_line, const char *end_line, void (*add)(struct text *))
{
	static char file[FILE_SIZE], part[FILE_SIZE];
	const char *begin, *end;
	struct text t;

	read_file(path, file, sizeof file);
	begin = strstr(file, begin_line);
	end = strstr(file, end_line);
	assert_true(begin != NULL && end != NULL && begin < end);
	begin += strlen(begin_line);
	TEXT_INTO(&t, part);
	add(&t);
	assert_int_equal(text_end(&t), 0);
	if (getenv("MUTEX_WRITE") != NULL)
		write_between(path, file, begin, end, part);
	else if (strlen(part) != (size_t)(end - begin) || memcmp(part, begin, strlen(part)) != 0)
		fail_msg("%s is not up to date: run MUTEX_WRITE=1 test_keyword", path);
}

static void manual_names_every_keyword(void **state)
{
	(void)state;
	check_part(MANUAL, ".\\\" begin of keywords: written by tests/test_keyword.c\n", ".\\\" end of keywords\n", add_manual);
	check_part(MANUAL, ".\\\" begin of exceptions: written by tests/test_keyword.c\n", ".\\\" end of exceptions\n", add_manual_exceptions);
}

static void completion_names_every_keyword(void **state)
{
	(void)state;
	check_part(COMPLETION, "# begin of lists: written by tests/test_keyword.c\n", "# end of lists\n", add_completion);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_bound_holds),
		cmocka_unit_test(values_refused_by_kind),
		cmocka_unit_test(defaults_are_valid),
		cmocka_unit_test(rows_are_well_formed),
		cmocka_unit_test(choices_have_their_numbers),
		cmocka_unit_test(fields_do_not_overlap),
		cmocka_unit_test(every_keyword_is_dumped),
		cmocka_unit_test(manual_names_every_keyword),
		cmocka_unit_test(completion_names_every_keyword),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

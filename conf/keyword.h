/* SPDX-License-Identifier: BSD-2-Clause */
/* Every keyword of the policy language: one row each. Struct, parser, dump, completion and man page come from here.
 *
 * K(section, name, KIND, min, max, default, STRICTER, choices, help)
 *   KIND      YESNO bool · NUMBER int64_t · DURATION int64_t seconds · DATE int64_t seconds UTC, 0 = none ·
 *             CHOICE int, index into choices · TEXT const char * · WORDS struct word_list (commas) · PATHS struct word_list (absolute paths)
 *   min, max  range: of the number or the seconds; bytes for TEXT; entries for WORDS and PATHS
 *   STRICTER  which side is stricter: MORE, LESS (0 = off = weakest), YES, NO, or NONE where it is no matter of strictness
 *   choices   "auto|ja|en" for CHOICE, else ""
 * The numbers about passwords are our proposal, after NIST SP 800-63B-4; the source policy names none (PW-1). */
#ifndef MUTEX_KEYWORD_H
#define MUTEX_KEYWORD_H

#define DAY_S 86400LL

/* of keywords that nothing asks for yet */
#define KEYWORD_IDLE_OWNERSHIP "no effect yet (later version)"
#define KEYWORD_IDLE_MFA "no effect until second factors are demanded (later version)"

#define KEYWORDS(K) \
	K(policy, document, TEXT, 0, 200, "", NONE, "", "name of the written policy that this file carries out") \
	K(policy, version, TEXT, 0, 60, "", NONE, "", "version of the written policy") \
	K(policy, approved_by, TEXT, 0, 120, "", NONE, "", "who approved the written policy") \
	K(policy, approved_on, DATE, 0, 0, "", NONE, "", "day of the approval") \
	K(policy, profile, CHOICE, 0, 3, "company", NONE, "company|nist-800-63b-4|cis-debian12|pci-dss-4", "the set of defaults to start from") \
	K(policy, language, CHOICE, 0, 2, "auto", NONE, "auto|ja|en", "language of messages; auto is the system's") \
	K(policy, ownership, CHOICE, 0, 1, "company", NONE, "company|byod", "who owns the machine; on byod the owner is root and claims are weaker; " \
	  KEYWORD_IDLE_OWNERSHIP) \
	K(policy, max_exception, DURATION, DAY_S, 366 * DAY_S, "90d", LESS, "", "longest life of an exception (AU-2)") \
	K(password, mode, CHOICE, 0, 1, "enforce", NONE, "observe|enforce", "observe decides and records, but refuses nothing") \
	K(password, observe_until, DATE, 0, 0, "", NONE, "", "end of observe; obligatory with mode = observe") \
	K(password, min_length, NUMBER, 1, 128, "15", MORE, "", "shortest password, in Unicode code points") \
	K(password, min_length_with_mfa, NUMBER, 1, 128, "8", MORE, "", "the same where every service that takes the password demands a second factor; " \
	  KEYWORD_IDLE_MFA) \
	K(password, non_ascii, YESNO, 0, 1, "no", NONE, "", "allow characters outside ASCII; they cannot be typed at a console or most lock screens") \
	K(password, min_classes, NUMBER, 0, 4, "0", MORE, "", "how many of lower case, upper case, digits and others must occur; 0 = no rule") \
	K(password, letters_and_digits, YESNO, 0, 1, "no", YES, "", "demand at least one letter (A to Z, a to z) and one digit") \
	K(password, max_repeat, NUMBER, 0, 64, "0", LESS, "", "longest run of one character; 0 = no rule") \
	K(password, max_sequence, NUMBER, 0, 64, "0", LESS, "", "longest run along the alphabet, the digits or a keyboard row (US, JIS); 0 = no rule") \
	K(password, personal_words, YESNO, 0, 1, "yes", YES, "", "refuse what consists of login, name, home, group, host or domain") \
	K(password, company_words, WORDS, 0, 64, "", NONE, "", "names of company and products, refused like personal words") \
	K(password, min_remainder, NUMBER, 0, 64, "8", MORE, "", "code points that must remain when such a word is taken out") \
	K(password, min_difference, NUMBER, 0, 64, "5", MORE, "", "edits (insert, delete, replace, swap) that separate the new password from the old one; 0 = no rule") \
	K(password, common_passwords, YESNO, 0, 1, "yes", YES, "", "refuse the list of common passwords that is built in") \
	K(password, block_lists, PATHS, 0, 16, "", NONE, "", "files of further refused passwords, one a line, root-owned") \
	K(password, breached_filter, PATHS, 0, 1, "", NONE, "", "filter of breached passwords made by mutexctl breached build") \
	K(password, history, NUMBER, 0, 64, "24", MORE, "", "how many earlier passwords may not come back; 0 = no rule") \
	K(password, history_days, NUMBER, 0, 3660, "0", MORE, "", "how many days an earlier password may not come back; 0 = no rule") \
	K(password, max_age, DURATION, 0, 3660 * DAY_S, "0", LESS, "", "age at which a password must be changed; 0 = never, as NIST demands") \
	K(password, min_age, DURATION, 0, 366 * DAY_S, "0", MORE, "", "age before which its owner may not change a password; 0 = no rule") \
	K(password, warn_age, DURATION, 0, 366 * DAY_S, "1w", MORE, "", "how long before max_age a person is reminded") \
	K(password, retry, NUMBER, 1, 10, "3", LESS, "", "how often a new password is asked for before the change fails") \
	K(password, enforce_for_root, YESNO, 0, 1, "yes", YES, "", "bind root too; with no, root is warned and may go on") \
	K(report, contact, TEXT, 0, 200, "", NONE, "", "whom people turn to; shown with every refusal")

/* S(section, who may stand in [users WHO]: 1 or 0, help) */
#define SECTIONS(S) \
	S(policy, 0, "the policy as a document, and what holds for all sections") \
	S(password, 1, "rules for passwords (PW-1)") \
	S(report, 0, "whom to tell (AU-3)")

#endif

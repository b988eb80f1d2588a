/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads sshd's settings and names the ways in that they leave open. */
#include "sshd_config.h"

#include <string.h>

#include "caseless.h"
#include "text.h"

#define BLANKS " \t\r"

/* The next word at *at, which moves behind it: blanks or one '=' before it, quotes around it. Empty at the end and at a comment. */
static size_t next_word(const char **at, const char *end, const char **ret_word)
{
	const char *word = *at;
	bool quoted;

	while (word < end && strchr(BLANKS "=", *word) != NULL)
		word++;
	quoted = word < end && *word == '"';
	word += quoted;
	*ret_word = word;
	if (!quoted && word < end && *word == '#')
		end = word;
	while (word < end && (quoted ? *word != '"' : strchr(BLANKS "=", *word) == NULL))
		word++;
	*at = word + (quoted && word < end);
	return (size_t)(word - *ret_word);
}

static bool word_is(const char *word, size_t len, const char *what)
{
	return caseless_is(word, len, what);
}

bool sshd_include(const char *start, const char *end, char *ret_words, size_t size)
{
	const char *at = start, *word;
	/* As sshd reads it: a line is over at a NUL. */
	const char *nul = memchr(start, '\0', (size_t)(end - start));
	struct text t;
	size_t len;

	end = nul != NULL ? nul : end;
	len = next_word(&at, end, &word);
	if (!word_is(word, len, "include"))
		return false;
	text_init(&t, ret_words, size);
	while ((len = next_word(&at, end, &word)) > 0) {
		text_add(&t, t.len > 0 ? " " : "");
		text_add_bytes(&t, word, len);
	}
	return t.len > 0 && text_end(&t) == 0;
}

/* One name that the first wanted pattern of "!a,b*" fits: '*' and '?' become a letter or digit, a mask is dropped. */
static void sample(const char *list, size_t len, bool address, char (*ret_sample)[SSHD_WORD_MAX])
{
	const char *end = list + len, *comma;
	struct text t;

	for (; list < end && *list == '!'; list = comma + (comma < end)) {
		comma = memchr(list, ',', (size_t)(end - list));
		comma = comma != NULL ? comma : end;
	}
	TEXT_INTO(&t, *ret_sample);
	for (; list < end && *list != ',' && *list != '/'; list++)
		text_add_char(&t, *list != '*' && *list != '?' ? *list : address ? '1' : 'x');
	if (text_end(&t) < 0)
		(*ret_sample)[0] = '\0';
}

/* "User alice Address 10.0.0.0/8". False for "all" and for what is not understood. */
static bool read_match(const char *at, const char *end, struct sshd_match *m)
{
	const char *word, *value;
	size_t len, value_len;

	while ((len = next_word(&at, end, &word)) > 0) {
		if (word_is(word, len, "all") || word_is(word, len, "invalid-user"))
			continue;
		value_len = next_word(&at, end, &value);
		if (word_is(word, len, "user"))
			sample(value, value_len, false, &m->user);
		else if (word_is(word, len, "group"))
			sample(value, value_len, false, &m->group);
		else if (word_is(word, len, "host"))
			sample(value, value_len, false, &m->host);
		else if (word_is(word, len, "address"))
			sample(value, value_len, true, &m->address);
		else if (word_is(word, len, "localaddress"))
			sample(value, value_len, true, &m->local_address);
		else if (word_is(word, len, "localport"))
			sample(value, value_len, true, &m->local_port);
	}
	return (m->user[0] | m->group[0] | m->host[0] | m->address[0] | m->local_address[0] | m->local_port[0]) != '\0';
}

size_t sshd_match_find(const char *bytes, size_t len, struct sshd_match *ret_matches, size_t max)
{
	const char *last = bytes + len;
	size_t count = 0;
	unsigned number = 1;

	for (const char *line = bytes, *end; line < last; line = end + 1, number++) {
		struct sshd_match m = {.line = number};
		const char *at = line, *word;
		struct text t;
		size_t word_len;

		end = memchr(line, '\n', (size_t)(last - line));
		end = end != NULL ? end : last;
		word_len = next_word(&at, end, &word);
		if (!word_is(word, word_len, "match"))
			continue;
		TEXT_INTO(&t, m.text);
		text_add_escaped(&t, at + (at < end && *at == ' '), (size_t)(end - at) - (at < end && *at == ' '));
		if (!read_match(at, end, &m))
			continue;
		if (count < max)
			ret_matches[count] = m;
		count++;
	}
	return count;
}

/* --- sshd -T --- */

static void keep(char *to, size_t size, const char *value, size_t len)
{
	struct text t;

	text_init(&t, to, size);
	text_add_bytes(&t, value, len);
	if (text_end(&t) < 0)
		to[0] = '\0';
}

void sshd_settings_read(const char *bytes, size_t len, struct sshd_settings *ret_settings)
{
	struct sshd_settings s = {.empty_passwords = true, .public_key = true, .methods = "any", .pam_service = "sshd"};
	const char *last = bytes + len;

	for (const char *line = bytes, *end; line < last; line = end + 1) {
		const char *at = line, *word, *value;
		size_t word_len, value_len;

		end = memchr(line, '\n', (size_t)(last - line));
		end = end != NULL ? end : last;
		word_len = next_word(&at, end, &word);
		while (at < end && strchr(BLANKS, *at) != NULL)
			at++;
		value = at;
		value_len = (size_t)(end - at);
		if (word_is(word, word_len, "usepam"))
			s.use_pam = word_is(value, value_len, "yes");
		else if (word_is(word, word_len, "permitemptypasswords"))
			s.empty_passwords = !word_is(value, value_len, "no");
		else if (word_is(word, word_len, "pubkeyauthentication"))
			s.public_key = !word_is(value, value_len, "no");
		else if (word_is(word, word_len, "authenticationmethods"))
			keep(s.methods, sizeof s.methods, value, value_len);
		else if (word_is(word, word_len, "pamservicename"))
			keep(s.pam_service, sizeof s.pam_service, value, value_len);
	}
	*ret_settings = s;
}

/* "publickey,keyboard-interactive:pam": one of the methods goes through PAM's auth lines. */
static bool goes_through_pam(const char *list, size_t len)
{
	const char *end = list + len, *comma;

	for (; list < end; list = comma + 1) {
		size_t word_len;

		comma = memchr(list, ',', (size_t)(end - list));
		comma = comma != NULL ? comma : end;
		word_len = (size_t)(comma - list);
		if (word_is(list, word_len, "password") || word_is(list, word_len, "keyboard-interactive") ||
		    word_is(list, word_len, "keyboard-interactive:pam"))
			return true;
	}
	return false;
}

/* One of the alternatives asks PAM's auth lines for nothing; *ret_none when sshd asks for nothing either. */
static bool key_suffices(const struct sshd_settings *s, bool *ret_none)
{
	const char *at = s->methods, *end = at + strlen(at), *word;
	bool alone = false;
	size_t len;

	*ret_none = false;
	while ((len = next_word(&at, end, &word)) > 0) {
		*ret_none = *ret_none || word_is(word, len, "none");
		if (word_is(word, len, "any"))
			alone = alone || s->public_key;
		else
			alone = alone || !goes_through_pam(word, len);
	}
	return alone;
}

void sshd_settings_judge(const struct sshd_settings *s, const struct sshd_facts *facts, struct finding_list *findings)
{
	bool none, alone = key_suffices(s, &none);

	if (!s->use_pam)
		finding_add(findings, FINDING_SSH_WITHOUT_PAM, facts->where, "sshd does not ask PAM, so no rule of the policy holds for ssh (UsePAM no)");
	if (s->empty_passwords)
		finding_add(findings, FINDING_SSH_EMPTY_PASSWORDS, facts->where, "accounts with an empty password get in without one (PermitEmptyPasswords yes)");
	if (none)
		finding_add(findings, FINDING_SSH_NOTHING_ASKED, facts->where, "sshd lets people in who showed nothing (AuthenticationMethods none)");
	if (!alone || none || !facts->second_factor)
		return;
	if (s->use_pam && facts->account_guarded)
		findings->key_alone_guarded = true;
	else
		finding_add(findings, FINDING_SSH_KEY_ALONE, facts->where,
			    "a public key alone lets people in, although the policy demands a second factor: sshd asks no keyboard-interactive behind it, and no "
			    "account line of pam_mutex.so denies");
}

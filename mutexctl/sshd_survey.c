/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs `sshd -T` and judges what it prints. */
#include "sshd_survey.h"

#include <errno.h>
#include <glob.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "child.h"
#include "file.h"
#include "pam_survey.h"
#include "pam_tree.h"
#include "sshd_config.h"
#include "text.h"

#define CONFIG "/etc/ssh/sshd_config"
#define HOST_KEY "/etc/ssh/ssh_host_ed25519_key"
#define SEPARATION "/run/sshd"
#define CONFIG_BYTES (512 * 1024)
#define OUTPUT_BYTES (64 * 1024)
#define INCLUDES_MAX 16
#define MATCHES_MAX 64

/* All of sshd_config in one piece, for its Match blocks and, below --root, for sshd: its own Include would read this computer's files. */
struct flat {
	const struct paths *paths;
	char *bytes;
	struct text t;
};

static int flatten(struct flat *f, const char *path, int depth);

/* Relative names are below /etc/ssh. */
static int flatten_include(struct flat *f, const char *words, int depth)
{
	int error = 0;

	for (size_t len; error == 0 && *words != '\0'; words += len + (words[len] != '\0')) {
		char pattern[PAM_TREE_PATH_MAX], full[PAM_TREE_PATH_MAX];
		glob_t found = {0};
		struct text t;

		len = strcspn(words, " ");
		TEXT_INTO(&t, pattern);
		text_add(&t, *words == '/' ? "" : "/etc/ssh/");
		text_add_bytes(&t, words, len);
		if (text_end(&t) < 0 || pam_tree_path(&full, f->paths->root, pattern) < 0)
			return -ENAMETOOLONG;
		if (glob(full, 0, NULL, &found) == 0) {
			for (size_t i = 0; error == 0 && i < found.gl_pathc; i++)
				error = flatten(f, found.gl_pathv[i] + strlen(f->paths->root), depth + 1);
		}
		globfree(&found);
	}
	return error;
}

static int flatten(struct flat *f, const char *path, int depth)
{
	char *bytes FILE_FREED = NULL;
	size_t len = 0;
	int error = depth > INCLUDES_MAX ? -ELOOP : pam_tree_read(f->paths->root, path, &bytes, &len);

	for (char *line = bytes, *end; error == 0 && line < bytes + len; line = end + 1) {
		char words[1024];

		end = memchr(line, '\n', (size_t)(bytes + len - line));
		end = end != NULL ? end : bytes + len;
		if (sshd_include(line, end, words, sizeof words)) {
			error = flatten_include(f, words, depth);
			continue;
		}
		text_add_bytes(&f->t, line, (size_t)(end - line));
		text_add_char(&f->t, '\n');
	}
	return error == 0 && f->t.overflow ? -EFBIG : error;
}

/* --- asking sshd --- */

struct question {
	const struct paths *paths;
	char config[PAM_TREE_PATH_MAX], key[PAM_TREE_PATH_MAX]; /* below --root; "" for the system's own */
	char *output;
};

/* sshd demands the folder that its unit makes when it starts. */
static void make_separation_folder(void)
{
	if (geteuid() == 0)
		(void)mkdir(SEPARATION, 0755);
}

static int ask(struct question *q, const char *connection)
{
	const char *argv[12] = {SSHD_PROGRAM, "-T"};
	struct child child = {.argv = argv, .keep_fd = -1, .output = q->output, .output_size = OUTPUT_BYTES};
	size_t n = 2;
	int status;

	if (*q->config != '\0') {
		argv[n++] = "-f";
		argv[n++] = q->config;
		argv[n++] = "-h";
		argv[n++] = q->key;
	}
	if (connection != NULL) {
		argv[n++] = "-C";
		argv[n++] = connection;
	}
	status = child_run(&child);
	if (status > 0 && strstr(q->output, SEPARATION) != NULL) {
		make_separation_folder();
		status = child_run(&child);
	}
	return status > 0 ? -EPROTO : status;
}

static const char *member_of(const char *group)
{
	const struct group *g = getgrnam(group);

	return g != NULL && g->gr_mem[0] != NULL ? g->gr_mem[0] : NULL;
}

/* The connection that the block is about; what it does not ask for is nobody's. False when nobody is in its group. */
static bool name_connection(const struct sshd_match *m, char *buffer, size_t size)
{
	const char *member = *m->group != '\0' && *m->user == '\0' ? member_of(m->group) : NULL;
	struct text t;

	if (*m->group != '\0' && *m->user == '\0' && member == NULL)
		return false;
	text_init(&t, buffer, size);
	text_add(&t, "user=");
	text_add(&t, member != NULL ? member : *m->user != '\0' ? m->user : "root");
	text_add(&t, ",host=");
	text_add(&t, *m->host != '\0' ? m->host : "host.invalid");
	text_add(&t, ",addr=");
	text_add(&t, *m->address != '\0' ? m->address : "192.0.2.1");
	text_add(&t, ",laddr=");
	text_add(&t, *m->local_address != '\0' ? m->local_address : "192.0.2.2");
	text_add(&t, ",lport=");
	text_add(&t, *m->local_port != '\0' ? m->local_port : "22");
	return text_end(&t) == 0;
}

/* --- judging --- */

static bool account_is_guarded(const struct paths *paths, const struct policy *policy, const char *service)
{
	struct pam_survey survey PAM_SURVEY_FREED = {0};

	return pam_survey(paths, &service, 1, &survey) == 0 && pam_survey_gates(&survey, policy) == 0 &&
	       survey.items[0].account.verdict == PAM_GATE_GUARDED;
}

static void judge(const struct question *q, const struct policy *policy, const char *where, struct finding_list *findings)
{
	struct policy_names names = {0};
	struct sshd_settings s;
	struct sshd_facts facts = {.where = where};
	struct settings settings;

	sshd_settings_read(q->output, strlen(q->output), &s);
	names.service = s.pam_service;
	policy_resolve_for(policy, NULL, &names, &settings);
	facts.second_factor = settings.service_mfa == SERVICE_MFA_AUTO ? settings.mfa_remote != MFA_OFF : settings.service_mfa != SERVICE_MFA_OFF;
	facts.account_guarded = account_is_guarded(q->paths, policy, s.pam_service);
	sshd_settings_judge(&s, &facts, findings);
}

/* sshd's last words, in one line. */
static void add_unprovable(const struct question *q, const char *where, int error, struct finding_list *findings)
{
	const char *said = error == -EPROTO ? q->output : strerror(-error);
	char what[256];
	struct text t;

	TEXT_INTO(&t, what);
	text_add(&t, "sshd -T does not tell its settings: ");
	text_add_bytes(&t, said, strcspn(said, "\r\n"));
	finding_add(findings, FINDING_SSH_UNPROVABLE, where, what);
}

static void ask_for_blocks(struct question *q, const struct flat *f, const struct policy *policy, struct finding_list *findings)
{
	struct sshd_match matches[MATCHES_MAX];
	size_t count = sshd_match_find(f->bytes, f->t.len, matches, MATCHES_MAX);

	for (size_t i = 0; i < count && i < MATCHES_MAX; i++) {
		char connection[512], where[320];
		struct text t;
		int error;

		if (!name_connection(&matches[i], connection, sizeof connection))
			continue;
		TEXT_INTO(&t, where);
		text_add(&t, "sshd, Match ");
		text_add(&t, matches[i].text);
		error = ask(q, connection);
		if (error < 0)
			add_unprovable(q, where, error, findings);
		else
			judge(q, policy, where, findings);
	}
	if (count > MATCHES_MAX)
		finding_add(findings, FINDING_SSH_UNPROVABLE, "sshd", "sshd_config has more Match blocks than can be looked at");
}

static int ask_all(struct question *q, const struct flat *f, const struct policy *policy, struct finding_list *findings)
{
	int error = ask(q, NULL);

	if (error == -ENOENT)
		return 0; /* not installed */
	if (error < 0)
		add_unprovable(q, "sshd", error, findings);
	else
		judge(q, policy, "sshd", findings);
	if (error == 0)
		ask_for_blocks(q, f, policy, findings);
	return error == -ENOMEM ? error : 0;
}

/* Below --root sshd gets a copy in one piece, and a key of that root. */
static int place_copy(struct question *q, const struct flat *f, const char *folder)
{
	struct text t;
	int error = pam_tree_path(&q->key, q->paths->root, HOST_KEY);

	TEXT_INTO(&t, q->config);
	text_add(&t, folder);
	text_add(&t, "/sshd_config");
	if (error == 0)
		error = text_end(&t) < 0 ? -ENAMETOOLONG : file_replace(q->config, f->bytes, f->t.len, 0600);
	return error;
}

int sshd_survey(const struct paths *paths, const struct policy *policy, struct finding_list *findings)
{
	char *bytes FILE_FREED = malloc(CONFIG_BYTES), *output FILE_FREED = malloc(OUTPUT_BYTES);
	struct question q = {.paths = paths, .output = output};
	struct flat f = {.paths = paths, .bytes = bytes};
	char folder[PAM_TREE_SCRATCH_MAX];
	int error;

	if (bytes == NULL || output == NULL)
		return -ENOMEM;
	text_init(&f.t, bytes, CONFIG_BYTES);
	error = flatten(&f, CONFIG, 0);
	if (error == -ENOENT)
		return 0; /* no server here */
	if (error < 0 && *paths->root != '\0') {
		add_unprovable(&q, "sshd", error, findings);
		return 0;
	}
	if (*paths->root == '\0')
		return ask_all(&q, &f, policy, findings);
	error = pam_tree_temporary(paths->root, &folder);
	if (error < 0)
		return error;
	error = place_copy(&q, &f, folder);
	if (error == 0)
		error = ask_all(&q, &f, policy, findings);
	pam_tree_delete(folder);
	return error;
}

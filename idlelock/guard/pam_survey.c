/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads the PAM folders and has every service judged. */
#include "pam_survey.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "stream.h"
#include "text.h"

#define MEMORY_BYTES (16 * 1024 * 1024)
#define FILE_BYTES_MAX (256 * 1024)
#define SERVICES_MAX 512

/* A file that was read, once for all services. */
struct cached {
	enum pam_place place;
	const char *name;
	struct pam_file file;
	int error;
	bool unsafe; /* others than root can write it */
	struct cached *next;
};

struct pam_survey_memory {
	void *block, *scratch_block;
	struct arena arena, scratch;
	const struct paths *paths;
	struct cached *files;
	struct diag_list *diags;
	bool unsafe;        /* the service being read uses such a file */
	bool folder_unsafe; /* of all */
};

/* --- files --- */

static bool safe(const struct stat *st, uid_t owner)
{
	return (st->st_uid == 0 || st->st_uid == owner) && (st->st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

/* libpam follows links and takes what it can open; a folder reads as an empty file. */
static int read_whole(struct pam_survey_memory *m, const char *path, struct cached *c)
{
	int fd FILE_CLOSED = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat st;
	char *bytes;
	int error;

	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	c->file = (struct pam_file){.path = path, .bytes = ""};
	c->unsafe = !safe(&st, m->paths->owner);
	if (S_ISDIR(st.st_mode))
		return 0;
	if (!S_ISREG(st.st_mode) || st.st_size > FILE_BYTES_MAX) {
		diag_add(m->diags, DIAG_ERROR, path, 0, 0, "this is no regular file of at most 256 KiB: put one in its place");
		c->unsafe = true;
		return 0;
	}
	bytes = arena_alloc(&m->arena, (size_t)st.st_size + 1, 1);
	if (bytes == NULL)
		return -ENOMEM;
	error = file_pread_all(fd, bytes, (size_t)st.st_size, 0);
	if (error < 0)
		return error;
	c->file.bytes = bytes;
	c->file.len = (size_t)st.st_size;
	return 0;
}

static const char *path_of(struct pam_survey_memory *m, enum pam_place place, const char *name)
{
	const char *folder = place == PAM_PLACE_ETC ? m->paths->pam_etc : place == PAM_PLACE_VENDOR ? m->paths->pam_vendor : m->paths->root;
	char buffer[PATHS_BYTES_MAX * 2];
	struct text t;

	TEXT_INTO(&t, buffer);
	text_add(&t, folder);
	if (place != PAM_PLACE_ABSOLUTE)
		text_add_char(&t, '/');
	text_add(&t, name);
	return text_end(&t) < 0 ? NULL : arena_copy(&m->arena, buffer, t.len);
}

static int load(struct pam_survey_memory *m, enum pam_place place, const char *name, struct cached **ret_cached)
{
	struct cached *c = ARENA_NEW(&m->arena, struct cached, 1);
	const char *path = path_of(m, place, name);

	if (c == NULL)
		return -ENOMEM;
	c->place = place;
	c->name = arena_copy(&m->arena, name, strlen(name));
	c->error = path == NULL ? -ENOENT : read_whole(m, path, c);
	if (c->name == NULL)
		return -ENOMEM;
	if (c->error == 0 && c->unsafe)
		diag_add(m->diags, DIAG_ERROR, c->file.path, 0, 0, "others than root can write this file, so nothing is proven: chown root and chmod go-w it");
	c->next = m->files;
	*ret_cached = m->files = c;
	return 0;
}

static int read_cached(void *context, enum pam_place place, const char *name, struct pam_file *ret_file)
{
	struct pam_survey_memory *m = context;
	struct cached *c = m->files;

	while (c != NULL && (c->place != place || strcmp(c->name, name) != 0))
		c = c->next;
	if (c == NULL && load(m, place, name, &c) < 0)
		return -ENOMEM;
	m->unsafe = m->unsafe || (c->error == 0 && c->unsafe);
	*ret_file = c->file;
	return c->error;
}

/* --- names --- */

static bool is_service(const char *name)
{
	static const char *const not_services[] = {".*", "common-*", "*~", "*.dpkg-*", "*.ucf-*", "*.pam-new", "*.pam-old", "README*"};

	for (size_t i = 0; i < sizeof not_services / sizeof not_services[0]; i++) {
		if (fnmatch(not_services[i], name, 0) == 0)
			return false;
	}
	return true;
}

static int by_name(const void *a, const void *b)
{
	const char *const *x = a, *const *y = b;

	return strcmp(*x, *y);
}

/* Adds the services that have a file there. 0, -ENOENT without such a folder, -ENOMEM. */
static int list_folder(struct pam_survey_memory *m, const char *path, const char **names, size_t *count)
{
	DIR *folder FOLDER_CLOSED = opendir(path);
	const struct dirent *entry;
	struct stat st;

	if (folder == NULL)
		return -ENOENT;
	if (fstat(dirfd(folder), &st) == 0 && !safe(&st, m->paths->owner)) {
		m->folder_unsafe = true;
		diag_add(m->diags, DIAG_ERROR, path, 0, 0, "others than root can write this folder, so nothing is proven: chown root and chmod go-w it");
	}
	while ((entry = readdir(folder)) != NULL) {
		if (!is_service(entry->d_name) || *count == SERVICES_MAX)
			continue;
		if (fstatat(dirfd(folder), entry->d_name, &st, 0) == 0 && S_ISDIR(st.st_mode))
			continue;
		names[*count] = arena_copy(&m->arena, entry->d_name, strlen(entry->d_name));
		if (names[(*count)++] == NULL)
			return -ENOMEM;
	}
	return 0;
}

static int list_services(struct pam_survey_memory *m, const char **names, size_t *ret_count)
{
	size_t count = 0, kept = 0;
	int etc = list_folder(m, m->paths->pam_etc, names, &count);
	int vendor = list_folder(m, m->paths->pam_vendor, names, &count);

	if (etc == -ENOMEM || vendor == -ENOMEM)
		return -ENOMEM;
	if (etc < 0 && vendor < 0)
		return -ENOENT;
	qsort(names, count, sizeof *names, by_name);
	for (size_t i = 0; i < count; i++) {
		if (kept == 0 || strcmp(names[kept - 1], names[i]) != 0)
			names[kept++] = names[i];
	}
	*ret_count = kept;
	return 0;
}

/* --- judging --- */

static void add_once(struct diag_list *list, const struct diag *d)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct diag *old = &list->items[i];

		if (old->line == d->line && strcmp(old->file, d->file) == 0 && strcmp(old->text, d->text) == 0)
			return;
	}
	diag_add(list, d->level, d->file, d->line, d->column, "%s", d->text);
}

static void note(struct diag_list *list, const struct pam_line *line, const char *text)
{
	struct diag d = {.level = DIAG_WARNING, .file = line->file, .line = line->line};
	struct text t;

	TEXT_INTO(&t, d.text);
	text_add(&t, text);
	add_once(list, &d);
}

/* What is no bypass and yet worth knowing. */
static void note_line(struct diag_list *list, enum pam_phase phase, const struct pam_line *line)
{
	enum pam_role role = pam_judge_role(line);
	bool bound = pam_stack_option(line, "use_authtok") != NULL || pam_stack_option(line, "use_first_pass") != NULL;

	if (line->kind != PAM_LINE_MODULE)
		return;
	if (phase == PAM_PHASE_AUTH && (pam_stack_option(line, "nullok") != NULL || pam_stack_option(line, "nullok_secure") != NULL))
		note(list, line, "nullok lets an account with an empty password in without one (PW-3): take it away");
	if (phase != PAM_PHASE_PASSWORD)
		return;
	if (role == PAM_ROLE_UNKNOWN)
		note(list, line, "this module is not known to mutexctl; it is taken for one that may set a password");
	if ((role == PAM_ROLE_SETTER || role == PAM_ROLE_ASKING_SETTER) && !bound)
		note(list, line, "without use_authtok this module may ask for a password itself");
}

static void note_lines(struct pam_survey *s, const struct pam_service *service)
{
	for (int phase = 0; phase < PAM_PHASE_MAX; phase++) {
		const struct pam_chain *c = &service->phases[phase];

		for (size_t i = 0; i < c->count; i++)
			note_line(&s->diags, (enum pam_phase)phase, &c->lines[i]);
	}
}

static int judge_service(struct pam_survey *s, const char *name, struct pam_survey_item *item)
{
	struct pam_survey_memory *m = s->memory;
	struct pam_files files = {.read = read_cached, .context = m};
	struct diag found[32];
	struct diag_list diags = {.items = found, .max = sizeof found / sizeof found[0]};
	int error;

	m->unsafe = m->folder_unsafe;
	error = pam_stack_read(&files, name, &m->arena, &diags, &item->service);
	if (error < 0)
		return error;
	item->name = name;
	item->service.doubtful = item->service.doubtful || m->unsafe;
	for (size_t i = 0; i < diags.count; i++)
		add_once(&s->diags, &found[i]);
	note_lines(s, &item->service);
	pam_judge(&item->service, m->paths->root, &m->scratch, &item->judgement);
	s->verdicts[item->judgement.verdict]++;
	return 0;
}

static int start(const struct paths *paths, struct pam_survey *s)
{
	struct pam_survey_memory *m = calloc(1, sizeof *m);

	s->diags = (struct diag_list){.items = s->diag_items, .max = sizeof s->diag_items / sizeof s->diag_items[0]};
	s->memory = m;
	if (m == NULL)
		return -ENOMEM;
	m->block = malloc(MEMORY_BYTES);
	m->scratch_block = malloc(PAM_JUDGE_SCRATCH_BYTES);
	if (m->block == NULL || m->scratch_block == NULL)
		return -ENOMEM;
	arena_init(&m->arena, m->block, MEMORY_BYTES);
	arena_init(&m->scratch, m->scratch_block, PAM_JUDGE_SCRATCH_BYTES);
	m->paths = paths;
	s->paths = paths;
	m->diags = &s->diags;
	return 0;
}

int pam_survey(const struct paths *paths, const char *const *names, size_t name_count, struct pam_survey *ret_survey)
{
	const char *all[SERVICES_MAX];
	size_t count = 0;
	int error = start(paths, ret_survey);

	if (error == 0)
		error = list_services(ret_survey->memory, all, &count);
	if (error < 0)
		return error;
	if (name_count == 0) {
		names = all;
		name_count = count;
	}
	ret_survey->items = ARENA_NEW(&ret_survey->memory->arena, struct pam_survey_item, name_count);
	if (ret_survey->items == NULL && name_count > 0)
		return -ENOMEM;
	for (size_t i = 0; i < name_count; i++) {
		error = judge_service(ret_survey, names[i], &ret_survey->items[i]);
		if (error < 0)
			return error;
		ret_survey->count++;
	}
	return 0;
}

void pam_survey_free(struct pam_survey *survey)
{
	if (survey->memory == NULL)
		return;
	free(survey->memory->block);
	free(survey->memory->scratch_block);
	free(survey->memory);
	survey->memory = NULL;
}

bool pam_survey_holds(const struct pam_survey *survey)
{
	for (int v = 0; v < PAM_VERDICT_MAX; v++) {
		if (survey->verdicts[v] > 0 && !pam_judge_holds((enum pam_verdict)v))
			return false;
	}
	return true;
}

const struct pam_survey_item *pam_survey_worst(const struct pam_survey *survey)
{
	const struct pam_survey_item *worst = NULL;

	for (size_t i = 0; i < survey->count; i++) {
		if (worst == NULL || survey->items[i].judgement.verdict < worst->judgement.verdict)
			worst = &survey->items[i];
	}
	return worst;
}

size_t pam_survey_mutex_lines(const struct pam_survey *survey)
{
	size_t lines = 0;

	for (size_t i = 0; i < survey->count; i++) {
		for (int phase = 0; phase < PAM_PHASE_MAX; phase++) {
			const struct pam_chain *c = &survey->items[i].service.phases[phase];

			for (size_t k = 0; k < c->count; k++)
				lines += pam_judge_role(&c->lines[k]) == PAM_ROLE_MUTEX;
		}
	}
	return lines;
}

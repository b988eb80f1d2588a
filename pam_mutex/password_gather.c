/* SPDX-License-Identifier: BSD-2-Clause */
/* Gathers the facts about a password: the person, this computer's names, the lists and the filter, the shadow entry. */
#include "password_gather.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "clock.h"
#include "file.h"
#include "hosts_file.h"
#include "login.h"
#include "login_store.h"
#include "person_load.h"
#include "shadow_gather.h"
#include "text.h"

#define LISTS_MAX 16 /* the most that the keyword block_lists takes */
#define LIST_BYTES_MAX ((size_t)64 * 1024 * 1024)
#define FILTER_BYTES_MAX ((size_t)1 << 40)
#define HOSTS_BYTES_MAX ((size_t)1024 * 1024)
#define HOST_BYTES 256
#define LIST_PATH_BYTES (PATHS_BYTES_MAX + 4096)

/* A file in memory, read as it is touched and shared by all processes. */
struct mapping {
	void *bytes; /* NULL for an empty file */
	size_t len;
};

struct password_gathered_memory {
	char *list_bytes[LISTS_MAX]; /* malloc'ed */
	struct mapping filter_map;
	struct password_list lists[LISTS_MAX];
	struct filter filter;
	char host[HOST_BYTES], domain[HOST_BYTES];
};

static void unmap(const struct mapping *m)
{
	if (m->bytes != NULL)
		(void)munmap(m->bytes, m->len);
}

void password_gathered_release(struct password_gathered *gathered)
{
	struct password_gathered_memory *memory = gathered == NULL ? NULL : gathered->memory;

	if (gathered == NULL)
		return;
	shadow_wipe(&gathered->shadow);
	if (memory != NULL) {
		for (size_t i = 0; i < LISTS_MAX; i++)
			free(memory->list_bytes[i]);
		unmap(&memory->filter_map);
		free(memory);
	}
	*gathered = (struct password_gathered){0};
}

/* The first problem is told; the person can do nothing about any of them, and the administrator mends one after the other. */
static void note_problem(struct password_gathered *g, const char *path, const char *why)
{
	struct text t;

	g->facts.lists_unreadable = true;
	if (g->problem[0] != '\0')
		return;
	TEXT_INTO(&t, g->problem);
	text_add_escaped_cut(&t, path, strlen(path), sizeof g->problem / 2);
	text_add(&t, ": ");
	text_add_escaped_cut(&t, why, strlen(why), sizeof g->problem / 2 - 8);
}

static int below_root(const struct paths *paths, const char *path, char (*ret_whole)[LIST_PATH_BYTES])
{
	struct text t;

	TEXT_INTO(&t, *ret_whole);
	text_add(&t, paths->root);
	text_add(&t, path);
	return text_end(&t) < 0 ? -ENAMETOOLONG : 0;
}

/* Read, not mapped: whoever cuts a mapped file short kills the program by SIGBUS. */
static int read_list(const struct paths *paths, const char *path, char **ret_bytes, size_t *ret_len)
{
	char whole[LIST_PATH_BYTES];
	int error = below_root(paths, path, &whole);

	if (error < 0)
		return error;
	return file_read_trusted(whole, &(struct file_trust){.owner = paths->owner, .max_bytes = LIST_BYTES_MAX}, ret_bytes, ret_len);
}

/* Too large to be read for each password. Cut short meanwhile, it ends the program by SIGBUS; nothing is accepted then either. */
static int map_trusted(const struct paths *paths, const char *path, size_t max_bytes, struct mapping *ret_mapping)
{
	char whole[LIST_PATH_BYTES];
	size_t size;
	int fd FILE_CLOSED = -1;
	int error = below_root(paths, path, &whole);
	void *bytes;

	if (error < 0)
		return error;
	fd = file_open_trusted(whole, &(struct file_trust){.owner = paths->owner, .max_bytes = max_bytes}, &size);
	if (fd < 0)
		return fd;
	if (size == 0) {
		*ret_mapping = (struct mapping){0};
		return 0;
	}
	bytes = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (bytes == MAP_FAILED)
		return -errno;
	*ret_mapping = (struct mapping){.bytes = bytes, .len = size};
	return 0;
}

static void gather_lists(const struct paths *paths, const struct word_list *files, struct password_gathered *g)
{
	struct password_gathered_memory *m = g->memory;

	for (size_t i = 0; i < files->count; i++) {
		size_t count = g->facts.list_count, len = 0;
		int error = count < LISTS_MAX ? read_list(paths, files->words[i], &m->list_bytes[count], &len) : -E2BIG;

		if (error < 0) {
			note_problem(g, files->words[i], file_strerror(error));
			continue;
		}
		m->lists[count] = (struct password_list){.file = files->words[i], .bytes = m->list_bytes[count], .len = len};
		g->facts.list_count++;
	}
	g->facts.lists = m->lists;
}

static void gather_filter(const struct paths *paths, const struct word_list *files, struct password_gathered *g)
{
	struct password_gathered_memory *m = g->memory;
	int error;

	if (files->count == 0)
		return;
	error = map_trusted(paths, files->words[0], FILTER_BYTES_MAX, &m->filter_map);
	if (error < 0)
		note_problem(g, files->words[0], file_strerror(error));
	else if (m->filter_map.bytes == NULL || filter_open(m->filter_map.bytes, m->filter_map.len, &m->filter) < 0)
		note_problem(g, files->words[0], "this is no whole filter of breached passwords; build it again");
	else
		g->facts.breached = &m->filter;
}

static void gather_names(const struct paths *paths, struct password_gathered *g)
{
	struct password_gathered_memory *m = g->memory;
	char *bytes FILE_FREED = NULL;
	char *dot;
	size_t len;

	if (gethostname(m->host, sizeof m->host - 1) < 0)
		return;
	dot = strchr(m->host, '.');
	if (dot != NULL) {
		*dot = '\0';
		memcpy(m->domain, dot + 1, strlen(dot + 1) + 1);
	} else if (file_read_trusted(paths->hosts, &(struct file_trust){.owner = paths->owner, .max_bytes = HOSTS_BYTES_MAX}, &bytes, &len) == 0) {
		(void)hosts_file_domain(bytes, len, m->host, m->domain, sizeof m->domain);
	}
	g->facts.host = m->host;
	g->facts.domain = m->domain[0] != '\0' ? m->domain : NULL;
}

bool password_gather_mfa(const struct paths *paths, const struct policy *policy, const struct person *person)
{
	struct login_state state LOGIN_STATE_WIPED;
	struct factor_table factors;

	/* Mostly the policy alone says no; then nobody's state is read. */
	if (!login_mfa_everywhere(policy, person, UINT32_MAX))
		return false;
	login_state_init(&state, person->uid);
	factor_table_init(policy, &factors);
	return login_store_read(paths, person->uid, &state) == 0 && login_mfa_everywhere(policy, person, login_owned_factors(&state, &factors));
}

static void gather_person(const struct paths *paths, const struct policy *policy, const struct settings *settings,
			  const struct person_loaded *person, struct password_gathered *g)
{
	g->facts.person = &person->person;
	g->facts.full_name = person->full_name;
	g->facts.home = person->home;
	shadow_gather(paths, person->person.name, &g->shadow);
	if (g->shadow.changed_day > 0 && !age_change_demanded(&g->shadow, settings, g->facts.now_s))
		g->facts.changed_s = g->shadow.changed_day * DAY_S;
	g->facts.mfa_everywhere = password_gather_mfa(paths, policy, g->facts.person);
}

int password_gather(const struct paths *paths, const struct policy *policy, const struct settings *settings, const struct person_loaded *person,
		    struct password_gathered *ret_gathered)
{
	struct password_gathered g PASSWORD_GATHERED_RELEASED = {.shadow = {.changed_day = -1, .max_days = -1}};

	g.memory = calloc(1, sizeof *g.memory);
	if (g.memory == NULL)
		return -ENOMEM;
	g.facts.now_s = clock_now_s();
	if (person != NULL)
		gather_person(paths, policy, settings, person, &g);
	gather_names(paths, &g);
	gather_lists(paths, &settings->password_block_lists, &g);
	gather_filter(paths, &settings->password_breached_filter, &g);
	*ret_gathered = g; /* the facts point into memory, which moves with it */
	g = (struct password_gathered){0};
	return 0;
}

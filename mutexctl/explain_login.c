/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads the options, gathers the facts that they mean, and lets the module's decision tell the whole login. */
#include "explain_login.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "command.h"
#include "common.h"
#include "date.h"
#include "text.h"

struct options {
	const char *user, *service, *from, *tty, *by;
	int64_t at_s;
	bool json;
	bool password, interactive, publickey, hardware_key, none;
};

static int read_method(struct options *o, const char *word, size_t len)
{
	const struct {
		const char *name;
		bool *flag;
	} METHODS[] = {
		{"password", &o->password},
		{"keyboard-interactive", &o->interactive},
		{"publickey", &o->publickey},
		{"hardware-key", &o->hardware_key},
		{"none", &o->none},
	};

	for (size_t i = 0; i < sizeof METHODS / sizeof METHODS[0]; i++)
		if (strlen(METHODS[i].name) == len && memcmp(METHODS[i].name, word, len) == 0) {
			*METHODS[i].flag = true;
			return 0;
		}
	return command_error("unknown method: %.*s; choose of password, keyboard-interactive, publickey, hardware-key, none", (int)len, word);
}

static int read_methods(struct options *o, const char *list)
{
	int r = 0;

	while (r == 0 && *list != '\0') {
		size_t len = strcspn(list, ",");

		r = read_method(o, list, len);
		list += len + (list[len] == ',' ? 1 : 0);
	}
	return r;
}

static int read_option(struct options *o, int option, const char *value)
{
	switch (option) {
	case 's':
		o->service = value;
		return 0;
	case 'f':
		o->from = value;
		return 0;
	case 't':
		o->tty = value;
		return 0;
	case 'b':
		o->by = value;
		return 0;
	case 'm':
		return read_methods(o, value);
	case 'a':
		return date_parse(value, strlen(value), &o->at_s) == 0
			       ? 0
			       : command_error("no time: %s; write it such as 2026-12-06 or 2026-12-06T22:30:00Z (UTC)", value);
	case 'j':
		o->json = true;
		return 0;
	default:
		return command_usage("explain", "unknown option");
	}
}

static int read_options(int argc, char **argv, struct options *ret)
{
	static const struct option options[] = {
		{"service", required_argument, NULL, 's'}, {"from", required_argument, NULL, 'f'}, {"tty", required_argument, NULL, 't'},
		{"by", required_argument, NULL, 'b'},      {"method", required_argument, NULL, 'm'}, {"at", required_argument, NULL, 'a'},
		{"json", no_argument, NULL, 'j'},          {0},
	};
	int option, r = 0;

	*ret = (struct options){.at_s = clock_now_s()};
	while (r == 0 && (option = getopt_long(argc, argv, "", options, NULL)) != -1)
		r = read_option(ret, option, optarg);
	if (r != 0)
		return r;
	if (optind + 2 != argc || strcmp(argv[optind], "login") != 0)
		return command_usage("explain", "say whose login to explain: login USER --service SERVICE");
	ret->user = argv[optind + 1];
	return ret->service != NULL ? 0 : command_usage("explain", "--service is missing");
}

/* What sshd would say in SSH_AUTH_INFO_0. */
static const char *ssh_info(const struct options *o)
{
	if (o->hardware_key)
		return "publickey sk-ssh-ed25519@openssh.com AAAA";
	return o->publickey ? "publickey ssh-ed25519 AAAA" : "";
}

/* Where nothing is said: at the computer itself, unless the service is a door for others. */
static void suppose_place(const struct policy_loaded *loaded, const struct options *o, struct explain_login *e)
{
	struct settings settings;
	struct service service;
	struct text t;

	policy_resolve_for(&loaded->policy, NULL, &(struct policy_names){.service = o->service}, &settings);
	service = service_of(o->service, &settings);
	TEXT_INTO(&t, e->tty);
	if (o->tty != NULL) {
		text_add_bytes(&t, o->tty, strnlen(o->tty, sizeof e->tty - 1));
	} else if (strcmp(o->service, "sshd") == 0) {
		text_add(&t, "ssh"); /* what sshd puts there */
	} else if (o->from == NULL && !service.network && service.kind != SERVICE_ACCOUNT_ONLY) {
		text_add(&t, service.seat || service.kind == SERVICE_LOCKER ? ":0" : "tty1");
		e->supposed = "nothing was said about the place, so at the computer itself (--from, --tty)";
	}
}

/* Which lines the service goes through, as far as the methods say. */
static struct login_way way_of(const struct options *o, const struct login_facts *f)
{
	bool key = o->publickey || o->hardware_key, typed = o->password || o->interactive;

	if (o->none || f->service.kind == SERVICE_ACCOUNT_ONLY || f->asked_by_root || (key && !typed))
		return (struct login_way){0};
	return (struct login_way){.auth = true, .password = true};
}

static int find_asker(const char *name, uid_t *ret_uid)
{
	struct person_loaded asker PERSON_UNLOADED = {0};
	int r = name != NULL ? common_load_person(name, &asker) : 0;

	*ret_uid = name != NULL ? asker.person.uid : (uid_t)-1;
	return r;
}

static int explain(const struct options *o, struct explain_login *e)
{
	struct login_request request = {
		.service = o->service, .user = o->user, .tty = e->tty, .rhost = o->from != NULL ? o->from : "", .display = "",
		.ssh_auth_info = strcmp(o->service, "sshd") == 0 ? ssh_info(o) : NULL,
		.as_root = geteuid() == 0 || common_root()[0] != '\0', .peer_pid = -1, .now_s = o->at_s,
	};
	int r = find_asker(o->by, &request.asker_uid);

	if (r != 0)
		return r;
	request.real_uid = request.asker_uid;
	suppose_place(&e->loaded, o, e);
	if (login_gather(common_paths(), &e->loaded, &request, &e->gathered) < 0)
		return command_error("too little memory");
	if (!e->gathered.known)
		return command_error("no such user: %s", o->user);
	login_story(&e->gathered.facts, &e->gathered.settings, &e->gathered.factors, way_of(o, &e->gathered.facts), &e->story);
	return o->json ? explain_login_json(e) : explain_login_print(e);
}

int explain_login(int argc, char **argv)
{
	struct explain_login *e = calloc(1, sizeof *e);
	struct options options;
	int r = e != NULL ? read_options(argc, argv, &options) : command_error("too little memory");

	if (r == 0)
		r = common_load_policy(&e->loaded);
	if (r == 0)
		r = explain(&options, e);
	if (e != NULL) {
		login_gathered_release(&e->gathered);
		policy_unload(&e->loaded);
	}
	free(e);
	return r;
}

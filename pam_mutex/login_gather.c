/* SPDX-License-Identifier: BSD-2-Clause */
/* Collects the facts of a login, each from the one place that knows it. What cannot be learnt stays at the fact's zero, which is the strictest. */
#include "login_gather.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <stddef.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "file.h"
#include "console_gather.h"
#include "login_place.h"
#include "number.h"
#include "policy_assignment.h"
#include "posture_gather.h"
#include "sessions_gather.h"
#include "suspension_store.h"
#include "text.h"

#define SEAT "seat0"
#define STANDING_AGE_MAX_NS (20 * INT64_C(1000000))

static void copy(char *to, size_t size, const char *from)
{
	struct text t;

	text_init(&t, to, size);
	text_add_bytes(&t, from, strnlen(from, size - 1));
}

static const char *or_empty(const char *s)
{
	return s != NULL ? s : "";
}

/* --- people --- */

/* A directory that is down knows nobody: then the name is treated as unknown, and no rule is waived. */
static int gather_people(const struct login_request *request, struct login_gathered *g)
{
	int error = request->user[0] != '\0' ? 0 : -ENOENT;

	if (error == 0 && request->looked_up == NULL)
		error = person_load(request->user, &g->person);
	if (error == -ENOMEM)
		return error;
	if (request->looked_up != NULL) {
		g->person = *request->looked_up;
		g->person.memory = NULL; /* the caller's */
	}
	g->known = error == 0 && g->person.person.name != NULL;
	g->facts.person = g->known ? &g->person.person : NULL;
	return 0;
}

static bool is_run_by_people(const struct login_facts *f)
{
	enum service_kind kind = f->service.kind;

	return !f->service.job && (kind == SERVICE_SU || kind == SERVICE_SUDO || kind == SERVICE_ACCOUNT_ONLY);
}

static bool steps_into_account(enum service_kind kind)
{
	return kind == SERVICE_SU || kind == SERVICE_SUDO || kind == SERVICE_POLKIT;
}

/* Who logged in first, however often su and sudo were used since: the kernel keeps it. Below root= there are made-up people, whom it does not know. */
static uid_t read_login_uid(const struct paths *paths, uid_t real_uid)
{
	char digits[16] = "";
	int64_t uid;
	ssize_t len;
	int fd FILE_CLOSED = paths->root[0] == '\0' ? open("/proc/self/loginuid", O_RDONLY | O_CLOEXEC | O_NOCTTY) : -1;

	len = fd >= 0 ? read(fd, digits, sizeof digits - 1) : -1;
	if (len <= 0 || number_parse(digits, strcspn(digits, "\n"), 0, (int64_t)UINT32_MAX - 1, &uid) < 0)
		return real_uid;
	return (uid_t)uid;
}

/* A login that comes over the network as such is nobody's of this computer: nothing looks at who asks. */
static bool has_asker(const struct login_gathered *g)
{
	return steps_into_account(g->facts.service.kind) || !g->facts.service.network || g->settings.service_side == SERVICE_SIDE_LOCAL;
}

/* Once for each process; a child that took the handle with it may be another session's. */
static void find_asker(const struct paths *paths, struct login_memo *memo, const struct login_gathered *g, struct login_request *request)
{
	pid_t pid = getpid();

	if (!request->asker_later)
		return;
	if (memo->pid != pid)
		login_memo_forget_place(memo);
	memo->pid = pid;
	if (!memo->has_asker && has_asker(g)) {
		memo->asker_uid = read_login_uid(paths, request->real_uid);
		memo->has_asker = true;
	}
	request->asker_uid = memo->has_asker ? memo->asker_uid : (uid_t)-1;
}

static void gather_asker(const struct policy_loaded *policy, const struct login_request *request, struct login_gathered *g)
{
	enum service_kind kind = g->facts.service.kind;

	g->facts.asked_by_root = request->real_uid == 0 && is_run_by_people(&g->facts);
	if (!steps_into_account(kind))
		return;
	if (g->known && request->asker_uid == g->person.person.uid)
		return;
	if (request->asker_uid == (uid_t)-1 || person_load_uid(request->asker_uid, &g->asker) < 0) {
		g->facts.asker_unknown = kind == SERVICE_SU || request->asker_uid != (uid_t)-1;
		return;
	}
	g->facts.asker = &g->asker.person;
	policy_resolve(&policy->policy, &g->asker.person, &g->asker_settings);
	g->facts.asker_settings = &g->asker_settings;
}

static bool in_netgroups(const struct word_list *list, const char *user, const char *host)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->words[i][0] == '+' && innetgr(list->words[i] + 1, host[0] != '\0' ? host : NULL, user, NULL) == 1)
			return true;
	return false;
}

static void gather_netgroups(struct login_gathered *g)
{
	const struct person *user = g->facts.service.kind == SERVICE_SU && g->facts.asker != NULL ? g->facts.asker : g->facts.person;

	if (g->facts.person != NULL)
		g->facts.on_netgroup_allow = in_netgroups(&g->settings.access_allow, g->facts.person->name, g->host);
	if (user != NULL)
		g->facts.on_netgroup_service = in_netgroups(&g->settings.service_allow, user->name, g->host);
}

static void gather_waivers(const struct policy_loaded *policy, struct login_gathered *g)
{
	for (size_t i = 0; g->facts.person != NULL && login_waiver_slot(i) != NULL; i++) {
		const struct exception *e = exception_match(&policy->exceptions, login_waiver_slot(i), g->facts.person, g->host);

		g->facts.waivers[i] = e != NULL ? e->id : NULL;
	}
}

/* --- places --- */

static bool is_here(const char *rhost)
{
	struct network_address address;

	if (rhost[0] == '\0' || strcmp(rhost, "localhost") == 0)
		return true;
	return network_address_parse(rhost, strlen(rhost), &address) == 0 && network_address_is_loopback(&address);
}

/* A display or a console of this computer, as login screens name it; ":0" and the like, never "host:0". */
static bool is_seat_name(const char *tty)
{
	return tty[0] == '\0' || tty[0] == ':' || strncmp(tty, "tty", 3) == 0 || strncmp(tty, "/dev/tty", 8) == 0 || strncmp(tty, "seat", 4) == 0;
}

static void set_local(struct login_gathered *g, bool at_console, const char *seat)
{
	g->facts.side = LOGIN_LOCAL;
	g->facts.at_console = at_console;
	copy(g->seat, sizeof g->seat, seat);
}

/* Programs that people run inside a session: where that session is, they are. */
static void gather_place_of_session(const struct paths *paths, const struct login_request *request, struct login_gathered *g)
{
	bool locker = g->facts.service.kind == SERVICE_LOCKER;
	uid_t uid = request->peer_pid == 0 && request->asker_uid != (uid_t)-1 && !locker ? request->asker_uid
		    : g->known                                                         ? g->person.person.uid
										       : (uid_t)-1;
	struct session_place place;

	if (request->peer_pid < 0 && locker && is_seat_name(request->tty)) {
		set_local(g, true, SEAT);
		return;
	}
	if (request->peer_pid < 0 || !sessions_gather_process(paths, request->peer_pid, uid, request->tty, request->display, &place))
		return;
	if (place.remote)
		copy(g->rhost, sizeof g->rhost, place.remote_host);
	else if (place.seat[0] != '\0')
		set_local(g, locker, place.seat);
}

static bool belongs_to_session(enum service_kind kind)
{
	return kind == SERVICE_LOCKER || steps_into_account(kind);
}

/* When unsure: from elsewhere. */
static void find_side(const struct paths *paths, const struct login_request *request, struct login_gathered *g)
{
	const struct service *service = &g->facts.service;
	uid_t sitting = request->peer_pid > 0 && g->known ? g->person.person.uid : request->asker_uid;

	copy(g->rhost, sizeof g->rhost, or_empty(request->rhost));
	g->facts.side = LOGIN_REMOTE;
	if (g->settings.service_side != SERVICE_SIDE_LOCAL && (service->network || !is_here(g->rhost)))
		return;
	if (console_gather(paths, request->tty, request->peer_pid, sitting))
		set_local(g, true, SEAT);
	else if (service->seat && request->as_root && request->peer_pid <= 0 && is_seat_name(request->tty))
		set_local(g, true, SEAT);
	else if (belongs_to_session(service->kind))
		gather_place_of_session(paths, request, g);
	else if (service->kind == SERVICE_ACCOUNT_ONLY)
		set_local(g, false, "");
	if (g->settings.service_side == SERVICE_SIDE_LOCAL)
		g->facts.side = LOGIN_LOCAL;
}

static bool is_same_place(const struct login_place_memo *m, const struct login_request *request)
{
	return m->known && strcmp(m->tty, or_empty(request->tty)) == 0 && strcmp(m->display, or_empty(request->display)) == 0 &&
	       strcmp(m->rhost, or_empty(request->rhost)) == 0;
}

/* One service only, as memo->service is. Words that are cut are not kept. */
static void keep_place(const struct login_request *request, const struct login_gathered *g, struct login_place_memo *m)
{
	copy(m->tty, sizeof m->tty, or_empty(request->tty));
	copy(m->display, sizeof m->display, or_empty(request->display));
	copy(m->rhost, sizeof m->rhost, or_empty(request->rhost));
	m->side = g->facts.side;
	m->at_console = g->facts.at_console;
	copy(m->found_seat, sizeof m->found_seat, g->seat);
	copy(m->found_rhost, sizeof m->found_rhost, g->rhost);
	m->has_source = false;
	m->known = true;
	m->known = is_same_place(m, request);
}

static void gather_side(const struct paths *paths, const struct login_request *request, struct login_memo *memo, struct login_gathered *g)
{
	struct login_place_memo *m = &memo->place_of;

	if (strcmp(memo->service, request->service) == 0 && is_same_place(m, request)) {
		g->facts.side = m->side;
		g->facts.at_console = m->at_console;
		copy(g->seat, sizeof g->seat, m->found_seat);
		copy(g->rhost, sizeof g->rhost, m->found_rhost);
		return;
	}
	find_side(paths, request, g);
	keep_place(request, g, m);
}

void login_memo_forget_place(struct login_memo *memo)
{
	memo->place_of.known = false;
	memo->has_asker = false;
	memo->pid = 0;
}

/* Who steps into another's account is known, wherever he sits: what he guesses there must not lock the owner out of any place, nor disable it. */
static void make_source_of_asker(const struct login_request *request, struct login_gathered *g)
{
	char asker[32];
	struct text t;

	TEXT_INTO(&t, asker);
	text_add(&t, "asked by ");
	text_add_int(&t, (int64_t)request->asker_uid);
	login_source_make(LOGIN_ASKED, "", asker, &g->source);
}

const char *login_memo_boot_id(struct login_memo *memo)
{
	if (memo->boot_id[0] == '\0')
		(void)clock_boot_id(memo->boot_id);
	return memo->boot_id;
}

static void make_source(const struct login_request *request, struct login_memo *memo, struct login_gathered *g)
{
	if (g->facts.asker != NULL || g->facts.asker_unknown)
		make_source_of_asker(request, g);
	else
		login_source_make(g->facts.side, g->rhost, g->seat[0] != '\0' ? g->seat : "tty", &g->source);
	login_place_make(g->facts.service_name, &g->source, or_empty(request->tty), login_memo_boot_id(memo), g->place);
}

/* Of one place and one service there is one source: behind gather_side() the memo is of these. */
static void gather_source(const struct login_request *request, struct login_memo *memo, struct login_gathered *g)
{
	struct login_place_memo *m = &memo->place_of;
	struct login_facts *f = &g->facts;

	f->rhost = g->rhost;
	f->tty = request->tty;
	f->has_address = network_address_parse(g->rhost, strlen(g->rhost), &f->address) == 0;
	if (!m->known || !m->has_source) {
		make_source(request, memo, g);
		m->source = g->source;
		(void)memcpy(m->place, g->place, sizeof m->place);
		m->has_source = true;
		return;
	}
	g->source = m->source;
	(void)memcpy(g->place, m->place, sizeof g->place);
}

/* Only where a rule looks at them: the system has to be asked for each. */
static bool asks_sessions(const struct login_gathered *g)
{
	bool places = g->settings.access_two_places != TWO_PLACES_OFF && g->facts.side == LOGIN_REMOTE;

	return g->known && (g->settings.access_max_sessions > 0 || places);
}

static void gather_sessions(const struct paths *paths, struct login_gathered *g)
{
	struct session_place places[SESSIONS_MAX];
	size_t count = sessions_gather(paths, g->person.person.uid, places, SESSIONS_MAX);

	for (size_t i = 0; i < count; i++) {
		bool seen = !places[i].remote || places[i].remote_host[0] == '\0' || strcmp(places[i].remote_host, g->rhost) == 0;

		/* A login screen of a seat where the person is logged in opens the lock there, and makes no session. */
		if (!g->facts.service.seat || strcmp(places[i].seat, g->seat) != 0)
			g->facts.sessions++;
		for (size_t j = 0; j < i && !seen; j++)
			seen = places[j].remote && strcmp(places[j].remote_host, places[i].remote_host) == 0;
		g->facts.other_places += seen ? 0 : 1;
	}
}

/* --- state --- */

/* What a write has met before stays true: a read says nothing about it. */
static enum login_state_standing standing_of(const struct paths *paths, struct login_gathered *g, int error)
{
	bool full = g->state_error == -EROFS || g->state_error == -ENOSPC;

	if (error < 0) {
		g->state_error = error;
		return error == -EACCES && !g->as_root ? LOGIN_STATE_NOT_ROOT : LOGIN_STATE_UNKNOWN;
	}
	if (!full && file_allows(paths->login, W_OK) == -EROFS)
		g->state_error = -EROFS;
	else if (!full)
		g->state_error = 0;
	return g->state_error == 0 ? LOGIN_STATE_FINE : LOGIN_STATE_READ_ONLY;
}

static void forget_state(struct login_gathered *g)
{
	login_state_init(&g->state, g->known ? g->person.person.uid : (uid_t)-1);
}

static void judge_state(struct login_gathered *g)
{
	g->facts.has = g->known ? login_owned_factors(&g->state, &g->factors) : 0;
	for (enum login_guess guess = 0; guess < LOGIN_GUESS_MAX; guess++)
		g->facts.lockouts[guess] = lockout_judge(&g->state, &g->rules, &g->source, guess, g->facts.now_s);
}

void login_gather_state(const struct paths *paths, struct login_gathered *g)
{
	int error = g->as_root ? login_store_read_of(paths, &g->whose, &g->state) : -EACCES;

	if (error < 0)
		forget_state(g);
	g->recalled = false;
	g->facts.state = standing_of(paths, g, error);
	judge_state(g);
}

void login_gather_note_error(struct login_gathered *g, int error)
{
	if (error >= 0)
		return;
	g->state_error = error;
	g->facts.state = error == -EROFS || error == -ENOSPC ? LOGIN_STATE_READ_ONLY : LOGIN_STATE_UNKNOWN;
}

/* A place that nobody can tell from others is not remembered. */
static bool may_be_remembered(const struct login_gathered *g)
{
	return g->known && (g->facts.side == LOGIN_LOCAL || g->rhost[0] != '\0');
}

static uint32_t remembered(const struct login_gathered *g)
{
	return login_place_remembered(&g->state, &g->factors, g->place, g->settings.mfa_remember, g->facts.now_s);
}

void login_gather_keep(const struct login_gathered *g, enum login_seen at, struct login_memo *memo)
{
	memo->seen = g->facts.state == LOGIN_STATE_FINE && !g->recalled ? at : LOGIN_SEEN_NEVER;
	(void)memcpy(memo->place, g->place, sizeof memo->place);
	memo->has = g->facts.has;
	memo->remembered = remembered(g);
	(void)memcpy(memo->lockouts, g->facts.lockouts, sizeof memo->lockouts);
	memo->comply_by_s = g->state.comply_by_s;
	memo->comply_tag = g->state.comply_tag;
}

bool login_gather_recall(struct login_gathered *g, enum login_seen at, struct login_memo *memo)
{
	if (memo->seen != at || memcmp(memo->place, g->place, sizeof memo->place) != 0)
		return false;
	forget_state(g);
	g->recalled = true;
	g->facts.state = LOGIN_STATE_FINE;
	g->facts.has = memo->has;
	if (at == LOGIN_SEEN_AT_BEGIN) {
		g->facts.proven |= may_be_remembered(g) ? memo->remembered : 0;
		memo->seen = LOGIN_SEEN_NEVER;
	}
	(void)memcpy(g->facts.lockouts, memo->lockouts, sizeof g->facts.lockouts);
	g->state.comply_by_s = memo->comply_by_s;
	g->state.comply_tag = memo->comply_tag;
	return true;
}

/* --- all --- */

/* In local time. TZ may be the caller's own under su and sudo, where no hours are asked for. */
static int64_t minutes_of_week(int64_t now_s)
{
	time_t now = (time_t)now_s;
	struct tm local;

	if (localtime_r(&now, &local) == NULL)
		return -1;
	return (local.tm_wday + 6) % 7 * 1440 + local.tm_hour * 60 + local.tm_min;
}

/* For one policy and one person, as a memo is. */
static void resolve(const struct policy_loaded *policy, const struct login_request *request, struct login_memo *memo, struct login_gathered *g)
{
	size_t len = strlen(request->service);

	if (len > 0 && strcmp(memo->service, request->service) == 0) {
		g->settings = memo->settings;
		g->facts.service = memo->service_is;
		return;
	}
	policy_resolve_for(&policy->policy, g->facts.person, &(struct policy_names){.service = request->service}, &g->settings);
	g->facts.service = service_of(request->service, &g->settings);
	memo->settings = g->settings;
	memo->service_is = g->facts.service;
	memo->place_of.known = false; /* it was found for another service */
	copy(memo->service, sizeof memo->service, len < sizeof memo->service ? request->service : "");
}

static void gather_service(const struct policy_loaded *policy, const struct login_request *request, struct login_memo *memo,
			   struct login_gathered *g)
{
	struct login_facts *f = &g->facts;

	resolve(policy, request, memo, g);
	factor_table_init(&policy->policy, &g->factors);
	f->service_name = request->service;
	f->policy = policy->state;
	f->now_s = request->now_s;
	if (or_empty(g->settings.access_hours)[0] != '\0')
		f->local_minutes = minutes_of_week(request->now_s);
	if (f->service.kind == SERVICE_LOGIN && f->service.network)
		f->ssh = ssh_auth_info_parse(request->ssh_auth_info);
	if (f->ssh.publickey)
		f->proven |= FACTOR_BIT(FACTOR_PUBLICKEY);
	if (f->ssh.hardware_key)
		f->proven |= FACTOR_BIT(FACTOR_HARDWARE_KEY);
}

/* Some control is to keep people out: then it counts that mutex-guardd runs. */
static bool asks_gate(const struct policy *policy)
{
	for (size_t i = 0; i < policy->count; i++)
		if (policy->assignments[i].keyword == KEYWORD_control_mode && policy->assignments[i].value.choice == CONTROL_MODE_GATE)
			return true;
	return false;
}

/* Finish and account follow each other within a moment, and ask for the same. */
static const struct login_standing_memo *look_up_standing(const struct paths *paths, const struct login_gathered *g, struct login_standing_memo *m)
{
	int64_t now_ns = clock_monotonic_ns();

	if (m->since_ns != 0 && m->as_root == g->as_root && now_ns - m->since_ns < STANDING_AGE_MAX_NS)
		return m;
	*m = (struct login_standing_memo){.since_ns = now_ns, .as_root = g->as_root, .half_set = file_allows(paths->lines_on, F_OK) < 0};
	/* A caller that is not root cannot see who is suspended; the verifier, which asks for it, can. For a name that nobody has the same is asked. */
	if (g->as_root)
		m->suspended = suspension_load(paths, g->known ? g->person.person.uid : (uid_t)-1, NULL);
	return m;
}

static void gather_standing(const struct paths *paths, const struct policy *policy, struct login_memo *memo, struct login_gathered *g)
{
	const struct login_standing_memo *standing = look_up_standing(paths, g, &memo->standing);
	struct login_facts *f = &g->facts;

	f->half_set = standing->half_set;
	f->suspended = g->known && standing->suspended != 0;
	f->suspension_unknown = g->known && standing->suspended < 0;
	if (g->settings.access_posture != ACCESS_POSTURE_OFF)
		f->posture_standing = posture_gather(paths, asks_gate(policy), f->now_s, &g->posture, &f->posture_unknown_since_s);
	f->posture = f->posture_standing == POSTURE_STANDING_FRESH ? &g->posture : NULL;
}

void login_gather_remembered(struct login_gathered *g)
{
	if (g->facts.state == LOGIN_STATE_FINE && may_be_remembered(g))
		g->facts.proven |= remembered(g);
}

void login_gather_take_state(struct login_gathered *g, const struct login_state *state)
{
	if (state != &g->state)
		g->state = *state;
	g->recalled = false;
	judge_state(g);
}

/* For a person who is not root's to look after, nothing is asked for that only root may read. */
static void gather_whose(const struct paths *paths, const struct login_request *request, struct login_memo *memo, struct login_gathered *g)
{
	uid_t uid = g->known ? g->person.person.uid : (uid_t)-1;

	if (!g->as_root)
		return;
	if (!memo->whose_known)
		login_store_whose(paths, g->known, uid, g->name, request->make_key, &memo->whose);
	memo->whose_known = true;
	g->whose = memo->whose;
}

int login_gather(const struct paths *paths, const struct policy_loaded *policy, const struct login_request *asked,
		 struct login_gathered *ret_gathered)
{
	struct login_request own_request = *asked;
	const struct login_request *request = &own_request;
	struct login_memo own_memo = {.boot_id = ""}, *memo = asked->memo != NULL ? asked->memo : &own_memo;
	struct login_gathered *g = ret_gathered;
	int error;

	memset(g, 0, offsetof(struct login_gathered, settings));
	g->as_root = request->as_root;
	if (memo->host[0] == '\0')
		(void)gethostname(memo->host, sizeof memo->host - 1);
	copy(g->host, sizeof g->host, memo->host);
	copy(g->name, sizeof g->name, request->user);
	error = gather_people(request, g);
	if (error < 0)
		return error;
	gather_service(policy, request, memo, g);
	find_asker(paths, memo, g, &own_request);
	gather_asker(policy, request, g);
	gather_netgroups(g);
	gather_waivers(policy, g);
	gather_side(paths, request, memo, g);
	gather_source(request, memo, g);
	gather_whose(paths, request, memo, g);
	if (!request->no_sessions && asks_sessions(g))
		gather_sessions(paths, g);
	gather_standing(paths, &policy->policy, memo, g);
	lockout_rules_of(&g->settings, g->known ? g->person.person.uid : (uid_t)-1, login_is_break_glass(&g->settings, g->facts.person), &g->rules);
	forget_state(g);
	g->facts.state = LOGIN_STATE_FINE;
	if (request->state_later)
		return 0;
	login_gather_state(paths, g);
	login_gather_remembered(g);
	return 0;
}

void login_gathered_release(struct login_gathered *gathered)
{
	if (gathered == NULL)
		return;
	login_state_wipe(&gathered->state);
	person_unload(&gathered->person);
	person_unload(&gathered->asker);
	gathered->person.memory = gathered->asker.memory = NULL;
}

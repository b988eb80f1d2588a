/* SPDX-License-Identifier: BSD-2-Clause */
/* Answers on the system bus: who asks (the bus says), whether he may (root, own session, polkit), then the answer. */
#include "idlelock_serve.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bus_value.h"
#include "excuse_run.h"
#include "idlelock_interface.h"
#include "property_serve.h"
#include "text.h"
#include "watch_record_run.h"
#include "watch_run.h"

#define NAME "org.pammutex.Idlelock1"
#define PATH "/org/pammutex/Idlelock1"
#define ERROR_NO_SESSION NAME ".Error.NoSuchSession"
#define ERROR_NOT_ALLOWED NAME ".Error.NotAllowed"
#define POLKIT "org.freedesktop.PolicyKit1"
#define POLKIT_PATH "/org/freedesktop/PolicyKit1/Authority"
/* The bus lets a connection wait for 128 answers at a time, and those of logind and systemd must be among them whoever else asks for something. polkit
 * answers when the person has typed a password, or never: its answers are waited for without an end, so that what the bus counts is counted here too. */
#define QUESTIONS_MAX 32
#define POLKIT_EACH_MAX 2
#define POLKIT_MS DBUS_TIMEOUT_INFINITE
/* The longest arguments are names of keyrings. What is larger is thrown away before the bus is asked who sent it. */
#define WORD_BYTES_MAX 1024
#define WORDS_MAX 64
#define TOO_MANY "too many questions are still to be answered; ask again later"

struct serve {
	struct watch *watch;
	struct bus *bus;
	unsigned questions;  /* that will still be answered */
	struct request *at_polkit;
	bool closed;
};

struct method_row;

/* A call on its way through "who is it" and "may he". */
struct request {
	struct request *next; /* at polkit */
	struct serve *serve;
	const struct method_row *row;
	DBusMessage *call;
	uid_t uid;
	bool may; /* what the row's action is about, for everybody's sessions */
};

struct method_row {
	const char *name, *signature;
	const char *action; /* polkit's; NULL: only one's own */
	bool asks_person;   /* polkit may ask for a password */
	bool (*needs)(const struct request *request); /* the action is needed */
	DBusMessage *(*answer)(struct request *request);
};

static DBusMessage *refuse(const struct request *request, const char *error, const char *text)
{
	return dbus_message_new_error(request->call, error, text);
}

static bool is_own(const struct request *request, const struct watched *w)
{
	return request->may || w->session.uid == request->uid;
}

static const char *first_text(const struct request *request)
{
	const char *word = "";

	(void)dbus_message_get_args(request->call, NULL, DBUS_TYPE_STRING, &word, DBUS_TYPE_INVALID);
	return word;
}

/* --- the methods --- */

static bool needs_for_session(const struct request *request)
{
	const struct watched *w = watch_find(request->serve->watch, first_text(request));

	return w != NULL && w->session.uid != request->uid;
}

static bool needs_always(const struct request *request)
{
	(void)request;
	return true;
}

static enum lock_reason reason_of(const struct request *request, const struct watched *w)
{
	return w->session.uid == request->uid ? LOCK_REASON_REQUEST : LOCK_REASON_ADMINISTRATOR;
}

static DBusMessage *answer_lock(struct request *request)
{
	const char *session = first_text(request);
	bool found = session[0] == '\0', allowed = found;

	for (struct watched *w = request->serve->watch->sessions; w != NULL; w = w->next) {
		if (session[0] != '\0' ? strcmp(w->session.named.id, session) != 0 : w->session.uid != request->uid)
			continue;
		found = true;
		if (!is_own(request, w))
			continue;
		allowed = true;
		watch_demand(w, reason_of(request, w));
	}
	if (!found)
		return refuse(request, ERROR_NO_SESSION, "there is no such session, or it cannot be locked");
	return allowed ? dbus_message_new_method_return(request->call) : refuse(request, ERROR_NOT_ALLOWED, "that is another person's session");
}

static DBusMessage *answer_lock_all(struct request *request)
{
	if (!request->may)
		return refuse(request, ERROR_NOT_ALLOWED, "only an administrator locks everybody's sessions");
	for (struct watched *w = request->serve->watch->sessions; w != NULL; w = w->next)
		watch_demand(w, LOCK_REASON_ADMINISTRATOR);
	return dbus_message_new_method_return(request->call);
}

static DBusMessage *answer_present(struct request *request)
{
	dbus_uint32_t asked = 0, granted = 0;
	DBusMessage *reply;

	(void)dbus_message_get_args(request->call, NULL, DBUS_TYPE_UINT32, &asked, DBUS_TYPE_INVALID);
	for (struct watched *w = request->serve->watch->sessions; w != NULL; w = w->next) {
		uint32_t mine;

		if (w->session.uid != request->uid || (asked > 0 && excuse_run_present_left(w) == 0))
			continue;
		mine = excuse_run_present(w, asked);
		if (asked > 0 && mine > granted)
			granted = mine;
	}
	if (asked > 0 && granted == 0)
		return refuse(request, ERROR_NOT_ALLOWED, "the policy grants no time, or none is left for today");
	reply = dbus_message_new_method_return(request->call);
	if (reply != NULL)
		(void)dbus_message_append_args(reply, DBUS_TYPE_UINT32, &granted, DBUS_TYPE_INVALID);
	return reply;
}

static DBusMessage *answer_why(struct request *request)
{
	const char *session = first_text(request), *reason;
	const struct watched *found = NULL;
	DBusMessage *reply;

	for (const struct watched *w = request->serve->watch->sessions; w != NULL; w = w->next)
		if (session[0] != '\0' ? strcmp(w->session.named.id, session) == 0 : w->session.uid == request->uid)
			found = w;
	if (found == NULL)
		return refuse(request, ERROR_NO_SESSION, "there is no such session");
	if (!is_own(request, found))
		return refuse(request, ERROR_NOT_ALLOWED, "that is another person's session");
	reason = lock_reason_name(found->lock.reason != LOCK_REASON_NONE ? found->lock.reason : found->last_reason);
	reply = dbus_message_new_method_return(request->call);
	if (reply != NULL)
		(void)dbus_message_append_args(reply, DBUS_TYPE_STRING, &reason, DBUS_TYPE_INVALID);
	return reply;
}

static DBusMessage *answer_keyring(struct request *request)
{
	struct watched *w = watch_find(request->serve->watch, first_text(request));
	DBusMessageIter at;
	dbus_bool_t all = FALSE;

	if (w == NULL)
		return refuse(request, ERROR_NO_SESSION, "there is no such session");
	if (w->session.uid != request->uid)
		return refuse(request, ERROR_NOT_ALLOWED, "that is another person's session");
	(void)dbus_message_iter_init(request->call, &at);
	(void)dbus_message_iter_next(&at);
	dbus_message_iter_get_basic(&at, &all);
	/* Once for each time that we ask: whoever says it for ever fills the journal with it. */
	if (w->keyring_asked)
		watch_record_keyring(w, all != FALSE ? WATCH_KEYRING_LOCKED : WATCH_KEYRING_OPEN);
	w->keyring_asked = false;
	return dbus_message_new_method_return(request->call);
}

/* --- GetSessions --- */

static bool add_time(DBusMessageIter *entries, const char *key, int64_t ns)
{
	dbus_uint64_t value = ns > 0 ? (dbus_uint64_t)ns : 0;

	return bus_add_entry(entries, key, DBUS_TYPE_UINT64, &value);
}

static bool add_place(DBusMessageIter *e, const struct watched *w)
{
	return bus_add_text(e, "Session", w->session.named.id) && bus_add_number(e, "User", w->session.uid) && bus_add_text(e, "Seat", w->session.seat) &&
	       bus_add_text(e, "Type", session_type_name(w->session.type)) && bus_add_text(e, "Class", session_class_name(w->session.class)) &&
	       bus_add_text(e, "Display", w->display) && bus_add_text(e, "TTY", w->session.tty) && bus_add_flag(e, "Remote", w->session.remote) &&
	       bus_add_text(e, "Source", watched_source_name(watch_source(w)));
}

static bool add_lock(DBusMessageIter *e, const struct watched *w)
{
	const struct lock *l = &w->lock;
	bool demanded = lock_is_demanded(l);

	return bus_add_text(e, "State", lock_state_name(l->state)) &&
	       bus_add_text(e, "Reason", lock_reason_name(l->reason != LOCK_REASON_NONE ? l->reason : w->last_reason)) &&
	       bus_add_text(e, "Strength", lock_strength_name(l->strength)) &&
	       bus_add_text(e, "Rung", demanded && l->running != LOCK_RUNG_NONE ? lock_rung_name(l->running) : "") &&
	       bus_add_text(e, "Locker", l->state == LOCK_HELD ? w->holder : "") && bus_add_flag(e, "Enforced", w->policy.enforce);
}

static bool add_times(DBusMessageIter *e, const struct watched *w)
{
	const struct lock *l = &w->lock;

	return add_time(e, "After", w->policy.after_ns) && add_time(e, "Warn", w->policy.warn_ns) && add_time(e, "Grace", w->policy.grace_ns) &&
	       add_time(e, "LastInput", l->last_input_ns) && add_time(e, "Deadline", l->deadline_ns == INT64_MAX ? 0 : l->deadline_ns) &&
	       add_time(e, "Asked", l->asked_ns) && add_time(e, "FirstProven", l->first_proven_ns) && add_time(e, "Proven", l->proven_ns) &&
	       add_time(e, "ExcusedUntil", l->excused_until_ns) && bus_add_number(e, "PresentLeft", excuse_run_present_left(w));
}

static bool add_violation(DBusMessageIter *e, const struct watched *w)
{
	return bus_add_text(e, "Violation", w->violated) && bus_add_text(e, "ViolationDetail", w->violation);
}

static bool add_inhibitors(DBusMessageIter *entries, const struct watched *w)
{
	const char *key = "Inhibitors";
	DBusMessageIter entry, variant, list;
	bool fits = dbus_message_iter_open_container(entries, DBUS_TYPE_DICT_ENTRY, NULL, &entry) &&
		    dbus_message_iter_append_basic(&entry, DBUS_TYPE_STRING, &key) &&
		    dbus_message_iter_open_container(&entry, DBUS_TYPE_VARIANT, "as", &variant) &&
		    dbus_message_iter_open_container(&variant, DBUS_TYPE_ARRAY, "s", &list);

	for (const struct logind_inhibitor *i = NULL; fits && (i = excuse_run_inhibitor(w, i)) != NULL;) {
		const char *who = i->who;

		fits = dbus_message_iter_append_basic(&list, DBUS_TYPE_STRING, &who);
	}
	return fits && dbus_message_iter_close_container(&variant, &list) && dbus_message_iter_close_container(&entry, &variant) &&
	       dbus_message_iter_close_container(entries, &entry);
}

static bool add_session(DBusMessageIter *rows, const struct watched *w)
{
	DBusMessageIter entries;

	return dbus_message_iter_open_container(rows, DBUS_TYPE_ARRAY, "{sv}", &entries) && add_place(&entries, w) && add_lock(&entries, w) &&
	       add_times(&entries, w) && add_violation(&entries, w) && add_inhibitors(&entries, w) && dbus_message_iter_close_container(rows, &entries);
}

static DBusMessage *answer_sessions(struct request *request)
{
	DBusMessage *reply = dbus_message_new_method_return(request->call);
	DBusMessageIter at, rows;
	bool fits;

	if (reply == NULL)
		return NULL;
	dbus_message_iter_init_append(reply, &at);
	fits = dbus_message_iter_open_container(&at, DBUS_TYPE_ARRAY, "a{sv}", &rows);
	for (const struct watched *w = request->serve->watch->sessions; fits && w != NULL; w = w->next)
		if (is_own(request, w))
			fits = add_session(&rows, w);
	if (fits && dbus_message_iter_close_container(&at, &rows))
		return reply;
	dbus_message_unref(reply);
	return refuse(request, DBUS_ERROR_NO_MEMORY, "out of memory");
}

/* --- who asks, and whether he may --- */

static const struct method_row METHODS[] = {
	{"Lock", "s", "org.pammutex.idlelock.lock", true, needs_for_session, answer_lock},
	{"LockAll", "", "org.pammutex.idlelock.lock", true, needs_always, answer_lock_all},
	{"Present", "u", NULL, false, NULL, answer_present},
	{"Why", "s", "org.pammutex.idlelock.read", true, needs_for_session, answer_why},
	{"GetSessions", "", "org.pammutex.idlelock.read", false, needs_always, answer_sessions},
	{"KeyringDone", "sbas", NULL, false, NULL, answer_keyring},
};

static void finish(struct request *request, DBusMessage *reply)
{
	struct serve *serve = request->serve;

	if (reply != NULL)
		(void)bus_send(serve->bus, reply);
	dbus_message_unref(request->call);
	free(request);
	if (--serve->questions == 0 && serve->closed)
		free(serve);
}

/* --- polkit --- */

static void leave_polkit(struct request *request)
{
	for (struct request **link = &request->serve->at_polkit; *link != NULL; link = &(*link)->next)
		if (*link == request) {
			*link = request->next;
			break;
		}
}

static bool has_too_many(const struct request *request)
{
	unsigned count = 0;

	for (const struct request *other = request->serve->at_polkit; other != NULL; other = other->next)
		count += other->uid == request->uid;
	return count >= POLKIT_EACH_MAX;
}

static void answer_now(struct request *request)
{
	finish(request, request->serve->closed ? NULL : request->row->answer(request));
}

/* No polkit, or an answer that is none: what everybody may. */
static void on_polkit(DBusMessage *reply, void *data)
{
	struct request *request = data;
	DBusMessageIter at, result;
	dbus_bool_t yes = FALSE;

	leave_polkit(request);
	if (reply != NULL && dbus_message_has_signature(reply, "(bba{ss})") && dbus_message_iter_init(reply, &at)) {
		dbus_message_iter_recurse(&at, &result);
		dbus_message_iter_get_basic(&result, &yes);
	}
	request->may = yes != FALSE;
	answer_now(request);
}

static bool add_subject(DBusMessageIter *at, const char *sender)
{
	const char *kind = "system-bus-name";
	DBusMessageIter subject, details;

	return dbus_message_iter_open_container(at, DBUS_TYPE_STRUCT, NULL, &subject) &&
	       dbus_message_iter_append_basic(&subject, DBUS_TYPE_STRING, &kind) &&
	       dbus_message_iter_open_container(&subject, DBUS_TYPE_ARRAY, "{sv}", &details) && bus_add_text(&details, "name", sender) &&
	       dbus_message_iter_close_container(&subject, &details) && dbus_message_iter_close_container(at, &subject);
}

static DBusMessage *polkit_call(const struct request *request)
{
	DBusMessage *m = dbus_message_new_method_call(POLKIT, POLKIT_PATH, POLKIT ".Authority", "CheckAuthorization");
	dbus_uint32_t flags = request->row->asks_person && dbus_message_get_allow_interactive_authorization(request->call);
	const char *nothing = "";
	DBusMessageIter at, details;

	if (m == NULL)
		return NULL;
	dbus_message_iter_init_append(m, &at);
	if (add_subject(&at, dbus_message_get_sender(request->call)) &&
	    dbus_message_iter_append_basic(&at, DBUS_TYPE_STRING, &request->row->action) &&
	    dbus_message_iter_open_container(&at, DBUS_TYPE_ARRAY, "{ss}", &details) && dbus_message_iter_close_container(&at, &details) &&
	    dbus_message_iter_append_basic(&at, DBUS_TYPE_UINT32, &flags) && dbus_message_iter_append_basic(&at, DBUS_TYPE_STRING, &nothing))
		return m;
	dbus_message_unref(m);
	return NULL;
}

static void ask_polkit(struct request *request)
{
	if (has_too_many(request)) {
		finish(request, refuse(request, DBUS_ERROR_LIMITS_EXCEEDED, TOO_MANY));
		return;
	}
	request->next = request->serve->at_polkit;
	request->serve->at_polkit = request;
	if (bus_call(request->serve->bus, polkit_call(request), POLKIT_MS, on_polkit, request) == 0)
		return;
	leave_polkit(request);
	answer_now(request);
}

static void on_caller(DBusMessage *reply, void *data)
{
	struct request *request = data;
	dbus_uint32_t uid;

	if (request->serve->closed || reply == NULL || !dbus_message_get_args(reply, NULL, DBUS_TYPE_UINT32, &uid, DBUS_TYPE_INVALID)) {
		finish(request, refuse(request, ERROR_NOT_ALLOWED, "the bus does not say who asks"));
		return;
	}
	request->uid = uid;
	request->may = uid == 0;
	if (request->may || request->row->action == NULL || !request->row->needs(request))
		answer_now(request);
	else
		ask_polkit(request);
}

static DBusMessage *ask_caller(struct serve *serve, const struct method_row *row, DBusMessage *m)
{
	DBusMessage *question;
	const char *sender = dbus_message_get_sender(m);
	struct request *request;

	if (serve->questions >= QUESTIONS_MAX)
		return dbus_message_new_error(m, DBUS_ERROR_LIMITS_EXCEEDED, TOO_MANY);
	question = dbus_message_new_method_call(DBUS_SERVICE_DBUS, DBUS_PATH_DBUS, DBUS_INTERFACE_DBUS, "GetConnectionUnixUser");
	request = malloc(sizeof *request);
	if (request != NULL && question != NULL && sender != NULL && dbus_message_append_args(question, DBUS_TYPE_STRING, &sender, DBUS_TYPE_INVALID)) {
		*request = (struct request){.serve = serve, .row = row, .call = dbus_message_ref(m), .uid = (uid_t)-1};
		serve->questions++;
		if (bus_call(serve->bus, question, 0, on_caller, request) == 0)
			return NULL;
		finish(request, NULL);
		return NULL;
	}
	if (question != NULL)
		dbus_message_unref(question);
	free(request);
	return dbus_message_new_error(m, DBUS_ERROR_NO_MEMORY, "out of memory");
}

/* --- properties and introspection: for everybody --- */

static bool add_hash(DBusMessageIter *to, const void *owner)
{
	const struct watch *watch = owner;
	const char *hash = watch->policy->policy.hash;

	return bus_add_variant(to, DBUS_TYPE_STRING, &hash);
}

static bool add_wakeups(DBusMessageIter *to, const void *owner)
{
	const struct watch *watch = owner;
	dbus_uint64_t count = loop_wakeups(watch->loop);

	return bus_add_variant(to, DBUS_TYPE_UINT64, &count);
}

static bool add_count(DBusMessageIter *to, const void *owner)
{
	const struct watch *watch = owner;
	dbus_uint32_t count = (dbus_uint32_t)watch->count;

	return bus_add_variant(to, DBUS_TYPE_UINT32, &count);
}

static const struct property_row PROPERTIES[] = {
	{"Version", property_add_version},
	{"PolicyHash", add_hash},
	{"Wakeups", add_wakeups},
	{"Sessions", add_count},
};
static const struct property_table TABLE = {IDLELOCK_INTERFACE, PROPERTIES, sizeof PROPERTIES / sizeof PROPERTIES[0]};

/* --- calls --- */

static bool is_small(DBusMessageIter *at, unsigned *words)
{
	for (int type; (type = dbus_message_iter_get_arg_type(at)) != DBUS_TYPE_INVALID; (void)dbus_message_iter_next(at)) {
		const char *word = "";
		DBusMessageIter list;

		if (++*words > WORDS_MAX)
			return false;
		if (type == DBUS_TYPE_STRING)
			dbus_message_iter_get_basic(at, &word);
		if (strnlen(word, WORD_BYTES_MAX + 1) > WORD_BYTES_MAX)
			return false;
		if (type == DBUS_TYPE_ARRAY) {
			dbus_message_iter_recurse(at, &list);
			if (!is_small(&list, words))
				return false;
		}
	}
	return true;
}

/* As the row says, and of a size that somebody can mean. */
static bool fits(const struct method_row *row, DBusMessage *m)
{
	DBusMessageIter at;
	unsigned words = 0;

	return dbus_message_has_signature(m, row->signature) && (!dbus_message_iter_init(m, &at) || is_small(&at, &words));
}

static DBusMessage *on_method(DBusMessage *m, void *data)
{
	struct serve *serve = data;
	DBusMessage *reply;

	if (property_serve(&TABLE, serve->watch, m, &reply))
		return reply;
	for (size_t i = 0; i < sizeof METHODS / sizeof METHODS[0]; i++) {
		if (!dbus_message_is_method_call(m, NAME, METHODS[i].name))
			continue;
		if (!fits(&METHODS[i], m))
			return dbus_message_new_error(m, DBUS_ERROR_INVALID_ARGS, "these are other arguments");
		return ask_caller(serve, &METHODS[i], m);
	}
	return dbus_message_new_error(m, DBUS_ERROR_UNKNOWN_METHOD, "there is no such method");
}

/* --- signals --- */

/* They go to everybody who listens, so they say nothing but the session: the rest is asked for. */
static DBusMessage *new_signal(const char *name)
{
	return dbus_message_new_signal(PATH, NAME, name);
}

/* Takes the message over. */
static void send_signal(struct serve *serve, DBusMessage *m, bool is_whole)
{
	if (serve != NULL && m != NULL && is_whole)
		(void)bus_send(serve->bus, m);
	else if (m != NULL)
		dbus_message_unref(m);
}

void serve_say(struct serve *serve, const char *signal, const struct watched *w)
{
	DBusMessage *m = new_signal(signal);
	const char *session = w->session.named.id;

	send_signal(serve, m, m != NULL && dbus_message_append_args(m, DBUS_TYPE_STRING, &session, DBUS_TYPE_INVALID));
}

void serve_say_violation(struct serve *serve, struct watched *w, const char *control, const char *detail)
{
	struct text t;

	TEXT_INTO(&t, w->violated);
	text_add(&t, control);
	TEXT_INTO(&t, w->violation);
	text_add(&t, detail);
	serve_say(serve, "Violation", w);
}

int serve_open(struct watch *watch, struct bus *bus, struct serve **ret_serve)
{
	struct serve *serve = calloc(1, sizeof *serve);
	int r = serve == NULL ? -ENOMEM : bus_serve(bus, NAME, PATH, on_method, serve);

	if (r < 0) {
		free(serve);
		return r;
	}
	serve->watch = watch;
	serve->bus = bus;
	*ret_serve = serve;
	return 0;
}

/* Before the bus is closed, which answers all questions that are out. */
void serve_close(struct serve *serve)
{
	if (serve == NULL)
		return;
	serve->closed = true;
	if (serve->questions == 0)
		free(serve);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* idlelock-agent: one process of each person who is logged in. Tells what idlelockd does with the screen, and locks keyrings when it asks; tells what
 * mutex-guardd finds.
 *
 *     idlelockd (root) --signals on the system bus--> idlelock-agent (the person) --session bus--> notifications, Secret Service, KWallet
 *                      <-----------KeyringDone-------
 *     mutex-guardd (root) --------Changed---------->
 *
 * MUST: no lock depends on it. Whoever kills it loses the countdown and his keyrings stay open, which the record shows; the screen is locked as
 * ever. It sleeps until a signal comes; signals count from the owners of the names only, which root alone may be. */
#include <gio/gio.h>
#include <unistd.h>

#include "agent_guard.h"
#include "agent_keyring.h"
#include "agent_notify.h"
#include "clock.h"
#include "notice.h"
#include "speech_gather.h"
#include "text.h"

#define NAME "org.pammutex.Idlelock1"
#define PATH "/org/pammutex/Idlelock1"
#define OWN_NAME "org.pammutex.IdlelockAgent1"
#define CALL_MS 5000
#define NS_PER_MS INT64_C(1000000)
#define COARSE_MS 5000 /* the countdown changes this often ... */
#define FINE_MS 1000   /* ... and this often near its end */

struct agent {
	GMainLoop *loop;
	GDBusConnection *system;
	struct agent_notify *notify;
	enum language language;
	char *warned;        /* the session whose countdown runs */
	int64_t deadline_ns;
	guint tick;
	int status;
};

/* A signal about one of my sessions. */
struct news {
	struct agent *agent;
	const struct signal_row *row;
	char *session;
	GVariant *told; /* what idlelockd says of the session since then: a row of GetSessions */
};

struct signal_row {
	const char *signal;
	void (*take)(struct agent *agent, const struct news *news);
};

struct keyring_job {
	struct agent *agent;
	char *session;
};

/* --- telling --- */

static void end_countdown(struct agent *agent)
{
	if (agent->tick != 0)
		g_source_remove(agent->tick);
	agent->tick = 0;
	g_clear_pointer(&agent->warned, g_free);
	agent_notify_close(agent->notify, NOTIFY_COUNTDOWN);
}

static gboolean show_countdown(gpointer data)
{
	struct agent *agent = data;
	int64_t left_ns = agent->deadline_ns - clock_monotonic_ns(), left_ms = left_ns / NS_PER_MS;
	char body[NOTICE_BYTES_MAX];
	struct text t;

	agent->tick = 0;
	if (left_ms <= 0)
		return G_SOURCE_REMOVE; /* Locked or WarningEnded will close it */
	TEXT_INTO(&t, body);
	notice_add_countdown(&t, agent->language, left_ns);
	agent_notify_show(agent->notify, NOTIFY_COUNTDOWN, message_raw(agent->language, MESSAGE_NOTICE_COUNTDOWN_TITLE), body);
	agent->tick = g_timeout_add((guint)(left_ms > 3 * COARSE_MS ? COARSE_MS : FINE_MS), show_countdown, agent);
	return G_SOURCE_REMOVE;
}

/* Of a row: 0 when it is not there, or beyond what a time can be. */
static int64_t time_of(GVariant *told, const char *key)
{
	guint64 value = 0;

	(void)g_variant_lookup(told, key, "t", &value);
	return value <= INT64_MAX / 2 ? (int64_t)value : 0;
}

static const char *text_of(GVariant *told, const char *key)
{
	const char *value = "";

	(void)g_variant_lookup(told, key, "&s", &value);
	return value;
}

static void take_warning(struct agent *agent, const struct news *news)
{
	end_countdown(agent);
	agent->warned = g_strdup(news->session);
	agent->deadline_ns = time_of(news->told, "Deadline") + time_of(news->told, "Grace");
	(void)show_countdown(agent);
}

static void take_warning_end(struct agent *agent, const struct news *news)
{
	if (g_strcmp0(agent->warned, news->session) == 0)
		end_countdown(agent);
}

static void take_opening(struct agent *agent, const struct news *news)
{
	enum lock_reason reason = notice_reason_of(text_of(news->told, "Reason"));
	char body[NOTICE_BYTES_MAX];
	struct text t;

	take_warning_end(agent, news);
	if (!notice_is_news(reason))
		return;
	TEXT_INTO(&t, body);
	notice_add_reason(&t, agent->language, reason, time_of(news->told, "After"));
	agent_notify_show(agent->notify, NOTIFY_REASON, message_raw(agent->language, MESSAGE_NOTICE_LOCKED_TITLE), body);
}

static void take_violation(struct agent *agent, const struct news *news)
{
	char body[NOTICE_BYTES_MAX];
	struct text t;

	TEXT_INTO(&t, body);
	notice_add_violation(&t, agent->language, text_of(news->told, "Violation"), text_of(news->told, "ViolationDetail"));
	agent_notify_show(agent->notify, NOTIFY_VIOLATION, message_raw(agent->language, MESSAGE_NOTICE_VIOLATION_TITLE), body);
}

/* --- keyrings --- */

static void tell_left_open(struct agent *agent, const struct left_open *left)
{
	g_autoptr(GString) names = g_string_new(NULL);
	char body[NOTICE_BYTES_MAX];
	struct text t;

	for (size_t i = 0; i < left->count && i < AGENT_LEFT_OPEN_MAX; i++)
		g_string_append_printf(names, "%s%s", i > 0 ? ", " : "", left->names[i]);
	TEXT_INTO(&t, body);
	message_add(&t, agent->language, MESSAGE_NOTICE_LEFT_OPEN, (const char *const[]){names->str}, 1);
	agent_notify_show(agent->notify, NOTIFY_KEYRING, message_raw(agent->language, MESSAGE_NOTICE_VIOLATION_TITLE), body);
}

static void report_keyrings(const struct left_open *left, void *data)
{
	struct keyring_job *job = data;
	GVariantBuilder names;

	g_variant_builder_init(&names, G_VARIANT_TYPE("as"));
	for (size_t i = 0; i < left->count && i < AGENT_LEFT_OPEN_MAX; i++)
		g_variant_builder_add(&names, "s", left->names[i]);
	g_dbus_connection_call(job->agent->system, NAME, PATH, NAME, "KeyringDone", g_variant_new("(sbas)", job->session, left->count == 0, &names), NULL,
			       G_DBUS_CALL_FLAGS_NO_AUTO_START, CALL_MS, NULL, NULL, NULL);
	if (left->count > 0)
		tell_left_open(job->agent, left);
	else
		agent_notify_close(job->agent->notify, NOTIFY_KEYRING);
	g_free(job->session);
	g_free(job);
}

static void take_keyring(struct agent *agent, const struct news *news)
{
	struct keyring_job *job = g_new0(struct keyring_job, 1);

	job->agent = agent;
	job->session = g_strdup(news->session);
	agent_keyring_lock(report_keyrings, job);
}

/* --- signals --- */

static const struct signal_row SIGNALS[] = {
	{"Warning", take_warning},    {"WarningEnded", take_warning_end}, {"LockKeyring", take_keyring},
	{"Locked", take_warning_end}, {"Opened", take_opening},           {"Violation", take_violation},
};

/* The row of that session when it is mine, to be released; else NULL. */
static GVariant *find_mine(GVariant *sessions, const char *session)
{
	g_autoptr(GVariantIter) rows = NULL;
	GVariant *row;

	g_variant_get(sessions, "(aa{sv})", &rows);
	while ((row = g_variant_iter_next_value(rows)) != NULL) {
		guint32 user = UINT32_MAX;

		(void)g_variant_lookup(row, "User", "u", &user);
		if (g_strcmp0(text_of(row, "Session"), session) == 0 && user == getuid())
			return row;
		g_variant_unref(row);
	}
	return NULL;
}

static void take_sessions(GObject *bus, GAsyncResult *result, gpointer data)
{
	struct news *news = data;
	g_autoptr(GVariant) sessions = g_dbus_connection_call_finish(G_DBUS_CONNECTION(bus), result, NULL);
	g_autoptr(GVariant) mine = sessions != NULL ? find_mine(sessions, news->session) : NULL;

	news->told = mine;
	if (mine != NULL)
		news->row->take(news->agent, news);
	g_free(news->session);
	g_free(news);
}

/* Whose session it is, and all else, idlelockd tells: to others than root it names their own only. Answers come in the order of the questions. */
static void ask_about(struct agent *agent, const struct signal_row *row, GVariant *parameters)
{
	struct news *news = g_new0(struct news, 1);

	news->agent = agent;
	news->row = row;
	g_variant_get(parameters, "(s)", &news->session);
	g_dbus_connection_call(agent->system, NAME, PATH, NAME, "GetSessions", NULL, G_VARIANT_TYPE("(aa{sv})"), G_DBUS_CALL_FLAGS_NO_AUTO_START, CALL_MS, NULL,
			       take_sessions, news);
}

static void take_signal(GDBusConnection *bus, const char *sender, const char *path, const char *interface, const char *signal, GVariant *parameters,
			gpointer data)
{
	(void)bus;
	(void)sender;
	(void)path;
	(void)interface;
	for (size_t i = 0; i < sizeof SIGNALS / sizeof SIGNALS[0]; i++)
		if (g_strcmp0(signal, SIGNALS[i].signal) == 0 && g_variant_is_of_type(parameters, G_VARIANT_TYPE("(s)")))
			ask_about(data, &SIGNALS[i], parameters);
}

/* --- together --- */

/* Another agent of this person is there (started by hand, or twice by the desktop): that one will do. */
static void leave(GDBusConnection *bus, const char *name, gpointer data)
{
	struct agent *agent = data;

	(void)name;
	agent->status = bus == NULL;
	g_main_loop_quit(agent->loop);
}

static GDBusConnection *connect_to(GBusType type, const char *what)
{
	g_autoptr(GError) error = NULL;
	GDBusConnection *bus = g_bus_get_sync(type, NULL, &error);

	if (bus == NULL)
		g_printerr("idlelock-agent: no %s: %s\n", what, error->message);
	return bus;
}

int main(int argc, char **argv)
{
	g_autoptr(GDBusConnection) session = NULL, system = NULL;
	g_autofree struct agent_notify *notify = NULL;
	g_autofree struct agent_guard *guard = NULL;
	g_autoptr(GMainLoop) loop = NULL;
	struct agent agent = {0};
	struct paths paths;

	if (argc > 1) {
		g_printerr("idlelock-agent: takes no arguments: %s\n", argv[1]);
		return 2;
	}
	if (paths_init(&paths, "", 0) == 0)
		agent.language = speech_gather(&paths);
	session = connect_to(G_BUS_TYPE_SESSION, "session bus");
	system = connect_to(G_BUS_TYPE_SYSTEM, "system bus");
	if (session == NULL || system == NULL)
		return 1;
	agent.system = system;
	agent.loop = loop = g_main_loop_new(NULL, FALSE);
	agent.notify = notify = agent_notify_new();
	(void)g_dbus_connection_signal_subscribe(system, NAME, NAME, NULL, PATH, NULL, G_DBUS_SIGNAL_FLAGS_NONE, take_signal, &agent, NULL);
	guard = agent_guard_new(notify, agent.language);
	(void)g_bus_own_name_on_connection(session, OWN_NAME, G_BUS_NAME_OWNER_FLAGS_DO_NOT_QUEUE, NULL, leave, &agent, NULL);
	g_main_loop_run(agent.loop);
	return agent.status;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Every store of secrets in turn, beside the main loop, so that one that hangs delays no countdown. */
#include "agent_keyring.h"

#include <gio/gio.h>

#include "text.h"

#define NAME_BYTES 96

struct job {
	struct left_open left;
	agent_keyring_done done;
	void *data;
};

void left_open_add(struct left_open *left, const char *name)
{
	struct text t;

	if (left->count < AGENT_LEFT_OPEN_MAX) {
		text_init(&t, left->names[left->count], NAME_BYTES);
		text_add_escaped_cut(&t, name, strlen(name), NAME_BYTES - 1);
	}
	left->count++;
}

bool agent_name_is_owned(const char *name)
{
	g_autoptr(GDBusConnection) bus = g_bus_get_sync(G_BUS_TYPE_SESSION, NULL, NULL);
	g_autoptr(GVariant) reply = NULL;
	gboolean owned = FALSE;

	if (bus == NULL)
		return false;
	reply = g_dbus_connection_call_sync(bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "NameHasOwner",
					    g_variant_new("(s)", name), G_VARIANT_TYPE("(b)"), G_DBUS_CALL_FLAGS_NONE, AGENT_CALL_MS, NULL, NULL);
	if (reply != NULL)
		g_variant_get(reply, "(b)", &owned);
	return owned;
}

static void lock_all(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
	struct job *job = data;

	(void)source;
	(void)cancellable;
	agent_secret_lock(&job->left);
	agent_kwallet_lock(&job->left);
	g_task_return_boolean(task, TRUE);
}

static void finish(GObject *source, GAsyncResult *result, gpointer data)
{
	struct job *job = data;

	(void)source;
	(void)result;
	job->done(&job->left, job->data);
	g_free(job);
}

void agent_keyring_lock(agent_keyring_done done, void *data)
{
	struct job *job = g_new0(struct job, 1);
	GTask *task = g_task_new(NULL, NULL, finish, job);

	job->done = done;
	job->data = data;
	g_task_set_task_data(task, job, NULL);
	g_task_run_in_thread(task, lock_all);
	g_object_unref(task);
}

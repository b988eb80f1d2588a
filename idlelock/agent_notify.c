/* SPDX-License-Identifier: BSD-2-Clause */
/* Notify and CloseNotification, asynchronous; a change that comes before the desktop told the number of the last one is kept until then. */
#include "agent_notify.h"

#include <gio/gio.h>
#include <stdbool.h>

#define NAME "org.freedesktop.Notifications"
#define PATH "/org/freedesktop/Notifications"
#define CALL_MS 5000

enum urgency { URGENCY_LOW, URGENCY_NORMAL, URGENCY_CRITICAL };
static const guchar URGENCIES[NOTIFY_SLOT_MAX] = {
	[NOTIFY_COUNTDOWN] = URGENCY_CRITICAL,
	[NOTIFY_REASON] = URGENCY_LOW,
	[NOTIFY_KEYRING] = URGENCY_NORMAL,
	[NOTIFY_VIOLATION] = URGENCY_CRITICAL,
	[NOTIFY_CONTROL ... NOTIFY_SLOT_MAX - 1] = URGENCY_NORMAL,
};

struct slot {
	struct agent_notify *notify;
	enum notify_slot number;
	guint32 id;      /* the desktop's; 0 = none is shown */
	bool asked;      /* an answer is out */
	bool closed;     /* to be closed when its number is known */
	char *title, *body; /* to be shown when its number is known */
};

struct agent_notify {
	GDBusConnection *bus;
	struct slot slots[NOTIFY_SLOT_MAX];
};

static void send(struct slot *slot, const char *title, const char *body);

struct agent_notify *agent_notify_new(void)
{
	struct agent_notify *notify = g_new0(struct agent_notify, 1);

	notify->bus = g_bus_get_sync(G_BUS_TYPE_SESSION, NULL, NULL);
	for (int i = 0; i < NOTIFY_SLOT_MAX; i++) {
		notify->slots[i].notify = notify;
		notify->slots[i].number = (enum notify_slot)i;
	}
	return notify;
}

static void close_now(struct slot *slot)
{
	g_dbus_connection_call(slot->notify->bus, NAME, PATH, NAME, "CloseNotification", g_variant_new("(u)", slot->id), NULL,
			       G_DBUS_CALL_FLAGS_NO_AUTO_START, CALL_MS, NULL, NULL, NULL);
	slot->id = 0;
}

static void take_answer(GObject *bus, GAsyncResult *result, gpointer data)
{
	struct slot *slot = data;
	g_autoptr(GVariant) reply = g_dbus_connection_call_finish(G_DBUS_CONNECTION(bus), result, NULL);
	g_autofree char *title = g_steal_pointer(&slot->title), *body = g_steal_pointer(&slot->body);

	slot->asked = false;
	slot->id = 0;
	if (reply != NULL)
		g_variant_get(reply, "(u)", &slot->id);
	if (title != NULL)
		send(slot, title, body);
	else if (slot->closed && slot->id != 0)
		close_now(slot);
	slot->closed = false;
}

static GVariant *hints_of(const struct slot *slot)
{
	GVariantBuilder hints;

	g_variant_builder_init(&hints, G_VARIANT_TYPE("a{sv}"));
	g_variant_builder_add(&hints, "{sv}", "urgency", g_variant_new_byte(URGENCIES[slot->number]));
	g_variant_builder_add(&hints, "{sv}", "transient", g_variant_new_boolean(slot->number == NOTIFY_COUNTDOWN || slot->number == NOTIFY_REASON));
	g_variant_builder_add(&hints, "{sv}", "category", g_variant_new_string("presence"));
	return g_variant_builder_end(&hints);
}

static void send(struct slot *slot, const char *title, const char *body)
{
	g_autofree char *marked = g_markup_escape_text(body, -1);

	slot->asked = true;
	g_dbus_connection_call(slot->notify->bus, NAME, PATH, NAME, "Notify",
			       g_variant_new("(susssas@a{sv}i)", "idlelock", slot->id, "system-lock-screen", title, marked, NULL, hints_of(slot),
					     slot->number == NOTIFY_COUNTDOWN ? 0 : -1),
			       G_VARIANT_TYPE("(u)"), G_DBUS_CALL_FLAGS_NONE, CALL_MS, NULL, take_answer, slot);
}

void agent_notify_show(struct agent_notify *notify, enum notify_slot number, const char *title, const char *body)
{
	struct slot *slot = &notify->slots[number];

	if (notify->bus == NULL)
		return;
	slot->closed = false;
	if (!slot->asked) {
		send(slot, title, body);
		return;
	}
	g_free(slot->title);
	g_free(slot->body);
	slot->title = g_strdup(title);
	slot->body = g_strdup(body);
}

void agent_notify_close(struct agent_notify *notify, enum notify_slot number)
{
	struct slot *slot = &notify->slots[number];

	g_clear_pointer(&slot->title, g_free);
	g_clear_pointer(&slot->body, g_free);
	if (slot->asked)
		slot->closed = true;
	else if (slot->id != 0)
		close_now(slot);
}

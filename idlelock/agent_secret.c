/* SPDX-License-Identifier: BSD-2-Clause */
/* The Secret Service: its collections by libsecret, the lock by the service's own call.
 *
 * secret_service_lock() would show the prompt that a service may answer with; here nobody is there to read it, so it is dismissed. The collection
 * "session" holds what programs keep for this session only; gnome-keyring has no lock for it, and none is asked. */
#include "agent_keyring.h"

#include <libsecret/secret.h>

#define SERVICE "org.freedesktop.secrets"
#define SESSION_COLLECTION "/org/freedesktop/secrets/collection/session"

static void free_collections(GList **list)
{
	g_list_free_full(*list, g_object_unref);
}

static const char *path_of(gpointer collection)
{
	return g_dbus_proxy_get_object_path(G_DBUS_PROXY(collection));
}

static GVariant *paths_of(GList *list)
{
	GVariantBuilder paths;

	g_variant_builder_init(&paths, G_VARIANT_TYPE("ao"));
	for (GList *c = list; c != NULL; c = c->next)
		if (g_strcmp0(path_of(c->data), SESSION_COLLECTION) != 0)
			g_variant_builder_add(&paths, "o", path_of(c->data));
	return g_variant_new("(ao)", &paths);
}

/* Asked anew: the proxy's copy may be older than the lock. */
static bool is_locked(SecretService *service, const char *path)
{
	g_autoptr(GVariant) reply = g_dbus_connection_call_sync(g_dbus_proxy_get_connection(G_DBUS_PROXY(service)), SERVICE, path, "org.freedesktop.DBus.Properties",
								"Get", g_variant_new("(ss)", "org.freedesktop.Secret.Collection", "Locked"),
								G_VARIANT_TYPE("(v)"), G_DBUS_CALL_FLAGS_NO_AUTO_START, AGENT_CALL_MS, NULL, NULL);
	g_autoptr(GVariant) value = NULL;

	if (reply == NULL)
		return false;
	g_variant_get(reply, "(v)", &value);
	return g_variant_is_of_type(value, G_VARIANT_TYPE_BOOLEAN) && g_variant_get_boolean(value);
}

static void dismiss(SecretService *service, const char *prompt)
{
	g_autoptr(GVariant) reply = NULL;

	if (g_strcmp0(prompt, "/") != 0)
		reply = g_dbus_connection_call_sync(g_dbus_proxy_get_connection(G_DBUS_PROXY(service)), SERVICE, prompt, "org.freedesktop.Secret.Prompt", "Dismiss",
						    NULL, NULL, G_DBUS_CALL_FLAGS_NO_AUTO_START, AGENT_CALL_MS, NULL, NULL);
}

static void add_open_ones(SecretService *service, GList *list, struct left_open *left)
{
	for (GList *c = list; c != NULL; c = c->next) {
		g_autofree char *label = NULL;

		if (g_strcmp0(path_of(c->data), SESSION_COLLECTION) == 0 || is_locked(service, path_of(c->data)))
			continue;
		label = secret_collection_get_label(SECRET_COLLECTION(c->data));
		left_open_add(left, label != NULL && *label != '\0' ? label : path_of(c->data));
	}
}

void agent_secret_lock(struct left_open *left)
{
	g_autoptr(SecretService) service = NULL;
	GList *list __attribute__((cleanup(free_collections))) = NULL;
	g_autoptr(GVariant) reply = NULL;

	if (!agent_name_is_owned(SERVICE))
		return;
	service = secret_service_open_sync(SECRET_TYPE_SERVICE, NULL, SECRET_SERVICE_LOAD_COLLECTIONS, NULL, NULL);
	if (service == NULL) {
		left_open_add(left, "Secret Service");
		return;
	}
	g_dbus_proxy_set_default_timeout(G_DBUS_PROXY(service), AGENT_CALL_MS);
	list = secret_service_get_collections(service);
	reply = g_dbus_proxy_call_sync(G_DBUS_PROXY(service), "Lock", paths_of(list), G_DBUS_CALL_FLAGS_NO_AUTO_START, AGENT_CALL_MS, NULL, NULL);
	if (reply != NULL && g_variant_is_of_type(reply, G_VARIANT_TYPE("(aoo)"))) {
		const char *prompt;

		g_variant_get(reply, "(@ao&o)", NULL, &prompt);
		dismiss(service, prompt);
	}
	add_open_ones(service, list, left);
}

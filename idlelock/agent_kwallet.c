/* SPDX-License-Identifier: BSD-2-Clause */
/* KWallet, of both generations, by its own D-Bus interface. */
#include "agent_keyring.h"

#include <gio/gio.h>

#define INTERFACE "org.kde.KWallet"

static const struct {
	const char *name, *path;
} DAEMONS[] = {
	{"org.kde.kwalletd6", "/modules/kwalletd6"},
	{"org.kde.kwalletd5", "/modules/kwalletd5"},
};

static GVariant *call(GDBusConnection *bus, size_t i, const char *method, GVariant *arguments, const char *type)
{
	return g_dbus_connection_call_sync(bus, DAEMONS[i].name, DAEMONS[i].path, INTERFACE, method, arguments, type != NULL ? G_VARIANT_TYPE(type) : NULL,
					   G_DBUS_CALL_FLAGS_NO_AUTO_START, AGENT_CALL_MS, NULL, NULL);
}

/* One that does not answer counts as open. */
static bool is_open(GDBusConnection *bus, size_t i, const char *wallet)
{
	g_autoptr(GVariant) reply = call(bus, i, "isOpen", g_variant_new("(s)", wallet), "(b)");
	gboolean open = TRUE;

	if (reply != NULL)
		g_variant_get(reply, "(b)", &open);
	return open;
}

static void add_open(struct left_open *left, const char *wallet)
{
	g_autofree char *name = g_strdup_printf("kwallet%s%s", *wallet != '\0' ? " " : "", wallet);

	left_open_add(left, name);
}

static void lock_one(GDBusConnection *bus, size_t i, struct left_open *left)
{
	g_autoptr(GVariant) closed = NULL;
	g_autoptr(GVariant) wallets = NULL;
	g_autoptr(GVariantIter) iter = NULL;
	const char *wallet;

	closed = call(bus, i, "closeAllWallets", NULL, NULL);
	wallets = call(bus, i, "wallets", NULL, "(as)");
	if (closed == NULL || wallets == NULL) {
		add_open(left, "");
		return;
	}
	g_variant_get(wallets, "(as)", &iter);
	while (g_variant_iter_next(iter, "&s", &wallet))
		if (is_open(bus, i, wallet))
			add_open(left, wallet);
}

void agent_kwallet_lock(struct left_open *left)
{
	g_autoptr(GDBusConnection) bus = g_bus_get_sync(G_BUS_TYPE_SESSION, NULL, NULL);

	for (size_t i = 0; bus != NULL && i < sizeof DAEMONS / sizeof DAEMONS[0]; i++)
		if (agent_name_is_owned(DAEMONS[i].name))
			lock_one(bus, i, left);
}

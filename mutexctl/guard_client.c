/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads the guard's property Controls. */
#include "guard_client.h"

#include <errno.h>
#include <string.h>
#include <systemd/sd-bus.h>

#include "lock_client.h"
#include "common.h"
#include "text.h"

#define NAME "org.pammutex.Guard1"
#define PATH "/org/pammutex/Guard1"
#define WAIT_US (2 * UINT64_C(1000000))

static int read_text(sd_bus_message *m, char *ret_word, size_t size)
{
	const char *word;
	struct text t;
	int r = sd_bus_message_read(m, "v", "s", &word);

	if (r < 0)
		return r;
	text_init(&t, ret_word, size);
	text_add_escaped_cut(&t, word, strlen(word), size - 1);
	return 0;
}

static int read_value(sd_bus_message *m, const char *key, struct guard_client_standing *s)
{
	int flag = 0, r;

	if (strcmp(key, "Control") == 0)
		return read_text(m, s->control, sizeof s->control);
	if (strcmp(key, "State") == 0)
		return read_text(m, s->state, sizeof s->state);
	if (strcmp(key, "ChangedBy") == 0)
		return read_text(m, s->by, sizeof s->by);
	if (strcmp(key, "Since") == 0)
		return sd_bus_message_read(m, "v", "x", &s->since_s);
	if (strcmp(key, "GivenUp") != 0)
		return sd_bus_message_skip(m, "v");
	r = sd_bus_message_read(m, "v", "b", &flag);
	s->given_up = flag != 0;
	return r;
}

static int read_standing(sd_bus_message *m, struct guard_client_standing *s)
{
	const char *key;
	int r;

	*s = (struct guard_client_standing){.since_s = 0};
	while ((r = sd_bus_message_enter_container(m, 'e', "sv")) > 0) {
		r = sd_bus_message_read(m, "s", &key);
		if (r >= 0)
			r = read_value(m, key, s);
		if (r >= 0)
			r = sd_bus_message_exit_container(m);
		if (r < 0)
			return r;
	}
	return r;
}

static int read_standings(sd_bus_message *m, struct guard_client *client)
{
	int r = sd_bus_message_enter_container(m, 'a', "a{sv}");

	while (r >= 0 && client->count < GUARD_CLIENT_STANDINGS_MAX && (r = sd_bus_message_enter_container(m, 'a', "{sv}")) > 0) {
		r = read_standing(m, &client->items[client->count]);
		if (r >= 0)
			r = sd_bus_message_exit_container(m);
		client->count += r >= 0;
	}
	return r < 0 ? r : 0;
}

int guard_client_ask(struct guard_client *ret_client)
{
	struct sd_bus *bus LOCK_CLIENT_CLOSED = NULL;
	sd_bus_message *reply = NULL;
	int r;

	ret_client->count = 0;
	if (common_root()[0] != '\0')
		return -ENXIO;
	r = sd_bus_open_system(&bus);
	if (r >= 0)
		r = sd_bus_set_method_call_timeout(bus, WAIT_US);
	if (r >= 0)
		r = sd_bus_get_property(bus, NAME, PATH, NAME, "Controls", NULL, &reply, "aa{sv}");
	if (r >= 0)
		r = read_standings(reply, ret_client);
	sd_bus_message_unref(reply);
	return r == -EHOSTUNREACH || r == -ENXIO ? -ESRCH : r < 0 ? r : 0;
}

const struct guard_client_standing *guard_client_find(const struct guard_client *client, const char *control)
{
	for (unsigned i = 0; i < client->count; i++)
		if (strcmp(client->items[i].control, control) == 0)
			return &client->items[i];
	return NULL;
}

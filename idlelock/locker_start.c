/* SPDX-License-Identifier: BSD-2-Clause */
/* Names, environments and arguments of the lockers' units. */
#include "locker_start.h"

#include <errno.h>
#include <string.h>

/* --- what is plain --- */

static bool is_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool is_made_of(const char *s, const char *others)
{
	for (; *s != '\0'; s++)
		if (!is_alnum(*s) && strchr(others, *s) == NULL)
			return false;
	return true;
}

static bool is_session(const char *s)
{
	return s[0] != '\0' && strlen(s) <= 31 && is_made_of(s, "");
}

/* ":0", ":0.1": a display of this computer, never another one's. */
static bool is_display(const char *s)
{
	return s[0] == ':' && s[1] >= '0' && s[1] <= '9' && strspn(s + 1, "0123456789.") == strlen(s + 1);
}

static bool is_wayland_display(const char *s)
{
	return is_alnum(s[0]) && is_made_of(s, "-_.");
}

static bool is_path(const char *s)
{
	return s[0] == '/' && is_made_of(s, "/-_.@") && strstr(s, "..") == NULL;
}

/* --- environments --- */

static int add(struct locker_environment *e, const char *name, const char *value)
{
	struct text t;

	if (e->count == LOCKER_ENVIRONMENT_MAX)
		return -EOVERFLOW;
	TEXT_INTO(&t, e->items[e->count]);
	text_add(&t, name);
	text_add_char(&t, '=');
	text_add(&t, value);
	if (text_end(&t) < 0)
		return -EINVAL;
	e->count++;
	return 0;
}

static int make_x11(const struct locker_place *place, struct locker_environment *e)
{
	int r;

	if (!is_display(place->display) || (place->authority[0] != '\0' && !is_path(place->authority)))
		return -EINVAL;
	r = add(e, "DISPLAY", place->display);
	return r == 0 && place->authority[0] != '\0' ? add(e, "XAUTHORITY", place->authority) : r;
}

static int make_wayland(const struct locker_place *place, struct locker_environment *e)
{
	int r;

	if (!is_wayland_display(place->wayland_display) || !is_path(place->runtime_dir))
		return -EINVAL;
	r = add(e, "WAYLAND_DISPLAY", place->wayland_display);
	return r < 0 ? r : add(e, "XDG_RUNTIME_DIR", place->runtime_dir);
}

static int make_console(const struct locker_place *place, struct locker_environment *e)
{
	char number[16];
	struct text t;
	int r;

	if (place->vt == 0)
		return -EINVAL;
	TEXT_INTO(&t, number);
	text_add_int(&t, (int64_t)place->vt);
	r = add(e, "VT", number);
	/* A name that is not plain is not shown; the lock itself does not need it. */
	return r < 0 ? r : add(e, "PERSON", is_made_of(place->person, "-_.@") ? place->person : "");
}

int locker_environment_make(enum locker_id id, const struct locker_place *place, struct locker_environment *ret_environment)
{
	*ret_environment = (struct locker_environment){.count = 0};
	switch (id) {
	case LOCKER_XSECURELOCK:
	case LOCKER_I3LOCK:
		return make_x11(place, ret_environment);
	case LOCKER_SWAYLOCK:
		return make_wayland(place, ret_environment);
	case LOCKER_CONSOLE:
		return make_console(place, ret_environment);
	case LOCKER_NONE:
	case LOCKER_ID_MAX:
		break;
	}
	return -EINVAL;
}

void locker_environment_write(const struct locker_environment *environment, struct text *t)
{
	for (size_t i = 0; i < environment->count; i++) {
		text_add(t, environment->items[i]);
		text_add_char(t, '\n');
	}
}

/* --- units --- */

int locker_unit_name(enum locker_id id, const char *session, char ret_unit[LOCKER_UNIT_BYTES])
{
	const struct locker_row *row = locker_row(id);
	struct text t;

	if (row == NULL || !is_session(session))
		return -EINVAL;
	text_init(&t, ret_unit, LOCKER_UNIT_BYTES);
	text_add(&t, row->unit);
	text_add(&t, session);
	text_add(&t, ".service");
	return text_end(&t) < 0 ? -EINVAL : 0;
}

/* systemd writes each byte that is no letter or digit as _xx. */
int locker_unit_object(const char *unit, char ret_path[LOCKER_PATH_BYTES])
{
	struct text t;

	text_init(&t, ret_path, LOCKER_PATH_BYTES);
	text_add(&t, "/org/freedesktop/systemd1/unit/");
	for (const char *c = unit; *c != '\0'; c++) {
		if (is_alnum(*c) && !(c == unit && *c >= '0' && *c <= '9')) {
			text_add_char(&t, *c);
			continue;
		}
		text_add_char(&t, '_');
		text_add_hex(&t, (const uint8_t *)c, 1);
	}
	return text_end(&t);
}

/* --- the cookie --- */

static size_t put(unsigned char *at, const void *bytes, size_t len)
{
	at[0] = (unsigned char)(len >> 8);
	at[1] = (unsigned char)(len & 0xff);
	memcpy(at + 2, bytes, len);
	return len + 2;
}

/* Family (any), address, display number (any), name, data; each with its length, high byte first. */
void locker_authority_write(const unsigned char cookie[LOCKER_COOKIE_BYTES], unsigned char ret_bytes[LOCKER_AUTHORITY_BYTES])
{
	static const char NAME[] = "MIT-MAGIC-COOKIE-1";
	unsigned char *at = ret_bytes;

	*at++ = 0xff;
	*at++ = 0xff;
	at += put(at, "", 0);
	at += put(at, "", 0);
	at += put(at, NAME, sizeof NAME - 1);
	(void)put(at, cookie, LOCKER_COOKIE_BYTES);
}

/* --- arguments --- */

const char *const *locker_arguments(enum locker_id id)
{
	/* Not in the background: the server knows a client by the process that connected, which would be gone. */
	static const char *const I3LOCK[] = {"/usr/bin/i3lock", "--nofork", "--ignore-empty-password", "--show-failed-attempts", "--color=202020", NULL};
	/* No settings of the user: they can give the lock a time in which it opens by itself. */
	static const char *const SWAYLOCK[] = {"/usr/bin/swaylock", "--daemonize", "--config=/dev/null", "--ignore-empty-password",
					       "--show-failed-attempts", "--color=202020", NULL};

	return id == LOCKER_I3LOCK ? I3LOCK : id == LOCKER_SWAYLOCK ? SWAYLOCK : NULL;
}

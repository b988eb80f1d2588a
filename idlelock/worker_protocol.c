/* SPDX-License-Identifier: BSD-2-Clause */
/* The packets between idlelockd and its X worker: one table says what a kind holds, who says it, and when. */
#include "worker_protocol.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#define PID_LARGEST INT32_MAX

/* Where each part stands. What a kind does not hold is zero there. */
enum offset {
	AT_KIND = 0, AT_FLAG = 1, AT_FAILURE = 2, AT_TAMPER = 3, AT_SERIAL = 4, AT_PID = 8, AT_TIME = 16, AT_OWNER_PID = 24, AT_OWNER_WINDOW = 32,
	AT_IDLE = 36, AT_KEYBOARD = 40, AT_POINTER = 41, AT_COVERED = 42, AT_VT_AWAY = 43, AT_HAS_COOKIE = 44, AT_VERSION = 45, AT_COOKIE = 48,
	AT_INSTANCE = 64, AT_DISPLAY = 96, AT_WINDOW = 160, AT_END = 164
};
static_assert((int)AT_END <= WORKER_PACKET_BYTES, "a packet holds all of it");
static_assert(sizeof((struct worker_message *)0)->instance == AT_DISPLAY - AT_INSTANCE, "instance");
static_assert(sizeof((struct worker_message *)0)->display == AT_WINDOW - AT_DISPLAY, "display");

enum part { PART_SERIAL = 1, PART_FLAG = 2, PART_INSTANCE = 4, PART_DISPLAY = 8, PART_PID = 16, PART_TIME = 32, PART_FAILURE = 64, PART_TAMPER = 128,
	    PART_SIGHT = 256, PART_WINDOW = 512 };

static const struct row {
	unsigned parts;
	bool by_worker;
	enum worker_state turn, next;
} ROWS[WORKER_KIND_MAX] = {
	[WORKER_HELLO] = {PART_INSTANCE, true, WORKER_EXPECT_HELLO, WORKER_EXPECT_OPEN},
	[WORKER_OPEN] = {PART_DISPLAY | PART_PID, false, WORKER_EXPECT_OPEN, WORKER_EXPECT_OPENED},
	[WORKER_OPENED] = {PART_PID, true, WORKER_EXPECT_OPENED, WORKER_RUNNING},
	[WORKER_FAILED] = {PART_FAILURE, true, WORKER_RUNNING, WORKER_CLOSED},
	[WORKER_LOOK] = {PART_SERIAL | PART_FLAG, false, WORKER_RUNNING, WORKER_RUNNING},
	[WORKER_SEEN] = {PART_SERIAL | PART_SIGHT, true, WORKER_RUNNING, WORKER_RUNNING},
	[WORKER_ARM] = {PART_FLAG, false, WORKER_RUNNING, WORKER_RUNNING},
	[WORKER_INPUT] = {PART_TIME, true, WORKER_RUNNING, WORKER_RUNNING},
	[WORKER_TAMPER] = {PART_TAMPER | PART_PID | PART_TIME, true, WORKER_RUNNING, WORKER_RUNNING},
	[WORKER_END] = {PART_WINDOW | PART_PID, false, WORKER_RUNNING, WORKER_RUNNING},
};

static const struct row *row_of(unsigned kind)
{
	return kind >= WORKER_HELLO && kind < WORKER_KIND_MAX ? &ROWS[kind] : NULL;
}

/* --- what may stand in a part --- */

static bool is_terminated(const char *s, size_t size)
{
	return memchr(s, '\0', size) != NULL;
}

/* As logind makes them: fit for a file name and for the name of a unit. */
static bool is_instance(const char s[static 32])
{
	if (!is_terminated(s, 32) || s[0] == '\0')
		return false;
	for (; *s != '\0'; s++)
		if (!((*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z') || (*s >= '0' && *s <= '9') || *s == '_'))
			return false;
	return true;
}

static bool skip_digits(const char **s)
{
	const char *start = *s;

	while (**s >= '0' && **s <= '9')
		(*s)++;
	return *s > start && *s - start <= 6;
}

/* A display of this computer: ":0" or ":0.0"; never a host. */
static bool is_display(const char s[static 64])
{
	if (!is_terminated(s, 64) || *s++ != ':' || !skip_digits(&s))
		return false;
	if (*s == '\0')
		return true;
	return *s++ == '.' && skip_digits(&s) && *s == '\0';
}

static bool sight_is_sound(const struct worker_sight *sight)
{
	return (unsigned)sight->keyboard < WORKER_GRAB_MAX && (unsigned)sight->pointer < WORKER_GRAB_MAX && sight->owner_pid >= 0 &&
	       sight->owner_pid <= PID_LARGEST;
}

static bool is_sound(const struct worker_message *m)
{
	unsigned parts = ROWS[m->kind].parts;

	return (m->kind != WORKER_LOOK || m->serial != 0) && (m->kind != WORKER_END || (m->window != 0 && m->pid != 0)) && ((parts & PART_INSTANCE) == 0 || is_instance(m->instance)) &&
	       ((parts & PART_DISPLAY) == 0 || is_display(m->display)) && ((parts & PART_PID) == 0 || (m->pid >= 0 && m->pid <= PID_LARGEST)) &&
	       ((parts & PART_TIME) == 0 || m->time_ns >= 0) &&
	       ((parts & PART_FAILURE) == 0 || (m->failure > WORKER_FAILURE_NONE && m->failure < WORKER_FAILURE_MAX)) &&
	       ((parts & PART_TAMPER) == 0 || (m->tamper > WORKER_TAMPER_NONE && m->tamper < WORKER_TAMPER_MAX)) &&
	       ((parts & PART_SIGHT) == 0 || sight_is_sound(&m->sight));
}

/* --- packets --- */

static void put_sight(const struct worker_sight *sight, unsigned char *packet)
{
	packet[AT_KEYBOARD] = (unsigned char)sight->keyboard;
	packet[AT_POINTER] = (unsigned char)sight->pointer;
	packet[AT_COVERED] = sight->covered;
	packet[AT_VT_AWAY] = sight->vt_away;
	memcpy(packet + AT_OWNER_PID, &sight->owner_pid, sizeof sight->owner_pid);
	memcpy(packet + AT_OWNER_WINDOW, &sight->owner_window, sizeof sight->owner_window);
	memcpy(packet + AT_IDLE, &sight->idle_ms, sizeof sight->idle_ms);
}

static void put_display(const struct worker_message *m, unsigned char *packet)
{
	memcpy(packet + AT_DISPLAY, m->display, strlen(m->display));
	packet[AT_HAS_COOKIE] = m->has_cookie;
	if (m->has_cookie)
		memcpy(packet + AT_COOKIE, m->cookie, WORKER_COOKIE_BYTES);
}

static void put_parts(const struct worker_message *m, unsigned parts, unsigned char *packet)
{
	if (parts & PART_SERIAL)
		memcpy(packet + AT_SERIAL, &m->serial, sizeof m->serial);
	if (parts & PART_FLAG)
		packet[AT_FLAG] = m->flag;
	if (parts & PART_INSTANCE) {
		packet[AT_VERSION] = WORKER_VERSION;
		memcpy(packet + AT_INSTANCE, m->instance, strlen(m->instance));
	}
	if (parts & PART_DISPLAY)
		put_display(m, packet);
	if (parts & PART_PID)
		memcpy(packet + AT_PID, &m->pid, sizeof m->pid);
	if (parts & PART_WINDOW)
		memcpy(packet + AT_WINDOW, &m->window, sizeof m->window);
	if (parts & PART_TIME)
		memcpy(packet + AT_TIME, &m->time_ns, sizeof m->time_ns);
	if (parts & PART_FAILURE)
		packet[AT_FAILURE] = (unsigned char)m->failure;
	if (parts & PART_TAMPER)
		packet[AT_TAMPER] = (unsigned char)m->tamper;
	if (parts & PART_SIGHT)
		put_sight(&m->sight, packet);
}

int worker_encode(const struct worker_message *message, unsigned char ret_packet[WORKER_PACKET_BYTES])
{
	const struct row *row = row_of((unsigned)message->kind);

	if (row == NULL || !is_sound(message))
		return -EPROTO;
	memset(ret_packet, 0, WORKER_PACKET_BYTES);
	ret_packet[AT_KIND] = (unsigned char)message->kind;
	put_parts(message, row->parts, ret_packet);
	return 0;
}

static void take_sight(const unsigned char *packet, struct worker_sight *sight)
{
	sight->keyboard = (enum worker_grab)packet[AT_KEYBOARD];
	sight->pointer = (enum worker_grab)packet[AT_POINTER];
	sight->covered = packet[AT_COVERED] != 0;
	sight->vt_away = packet[AT_VT_AWAY] != 0;
	memcpy(&sight->owner_pid, packet + AT_OWNER_PID, sizeof sight->owner_pid);
	memcpy(&sight->owner_window, packet + AT_OWNER_WINDOW, sizeof sight->owner_window);
	memcpy(&sight->idle_ms, packet + AT_IDLE, sizeof sight->idle_ms);
}

/* All parts, whether the kind has them or not: those that it has not are found when it is written back. */
static void take_parts(const unsigned char *packet, struct worker_message *m)
{
	memset(m, 0, sizeof *m);
	m->kind = (enum worker_kind)packet[AT_KIND];
	m->flag = packet[AT_FLAG] != 0;
	m->failure = (enum worker_failure)packet[AT_FAILURE];
	m->tamper = (enum worker_tamper)packet[AT_TAMPER];
	m->has_cookie = packet[AT_HAS_COOKIE] != 0;
	memcpy(&m->serial, packet + AT_SERIAL, sizeof m->serial);
	memcpy(&m->pid, packet + AT_PID, sizeof m->pid);
	memcpy(&m->window, packet + AT_WINDOW, sizeof m->window);
	memcpy(&m->time_ns, packet + AT_TIME, sizeof m->time_ns);
	memcpy(m->cookie, packet + AT_COOKIE, sizeof m->cookie);
	memcpy(m->instance, packet + AT_INSTANCE, sizeof m->instance);
	memcpy(m->display, packet + AT_DISPLAY, sizeof m->display);
	take_sight(packet, &m->sight);
}

/* What is taken is byte for byte what the writer makes of the result, so no byte that nobody reads is let through. */
int worker_decode(const unsigned char *packet, size_t len, struct worker_message *ret_message)
{
	struct worker_message message;
	unsigned char again[WORKER_PACKET_BYTES];
	int r = -EPROTO;

	if (len != WORKER_PACKET_BYTES)
		return -EPROTO;
	take_parts(packet, &message);
	if (worker_encode(&message, again) == 0 && memcmp(again, packet, sizeof again) == 0) {
		*ret_message = message;
		r = 0;
	}
	worker_message_wipe(&message);
	explicit_bzero(again, sizeof again);
	return r;
}

void worker_message_wipe(struct worker_message *message)
{
	explicit_bzero(message, sizeof *message);
}

/* --- whose turn --- */

bool worker_is_said_by_worker(enum worker_kind kind)
{
	const struct row *row = row_of((unsigned)kind);

	return row != NULL && row->by_worker;
}

int worker_turn(enum worker_state *state, const struct worker_message *message)
{
	const struct row *row = row_of((unsigned)message->kind);
	enum worker_state before = *state;

	*state = WORKER_CLOSED;
	if (row == NULL || before == WORKER_CLOSED)
		return -EPROTO;
	/* A display that cannot be opened, and one that is lost later. */
	if (row->turn != before && !(message->kind == WORKER_FAILED && before == WORKER_EXPECT_OPENED))
		return -EPROTO;
	*state = row->next;
	return 0;
}

int worker_take(enum worker_state *state, bool from_worker, const unsigned char *packet, size_t len, struct worker_message *ret_message)
{
	struct worker_message message;
	int r = worker_decode(packet, len, &message);

	if (r == 0 && worker_is_said_by_worker(message.kind) != from_worker)
		r = -EPROTO;
	if (r == 0)
		r = worker_turn(state, &message);
	if (r == 0)
		*ret_message = message;
	else
		*state = WORKER_CLOSED;
	worker_message_wipe(&message);
	return r;
}

/* --- names --- */

static const char *const TAMPERS[WORKER_TAMPER_MAX] = {
	[WORKER_TAMPER_NONE] = "none",
	[WORKER_TAMPER_XTEST] = "xtest",
	[WORKER_TAMPER_IDLE_RESET] = "idle-reset",
	[WORKER_TAMPER_SAVER_OFF] = "saver-off",
	[WORKER_TAMPER_DPMS] = "dpms",
	[WORKER_TAMPER_GRAB_BREAKERS] = "grab-breakers",
	[WORKER_TAMPER_FOREIGN_GRAB] = "foreign-grab",
	[WORKER_TAMPER_STRAY_DEVICE] = "stray-device",
};
static const char *const FAILURES[WORKER_FAILURE_MAX] = {
	[WORKER_FAILURE_NONE] = "none",
	[WORKER_FAILURE_REFUSED] = "refused",
	[WORKER_FAILURE_WRONG_SERVER] = "wrong-server",
	[WORKER_FAILURE_LOST] = "lost",
	[WORKER_FAILURE_NO_EXTENSION] = "no-extension",
};

const char *worker_tamper_name(enum worker_tamper tamper)
{
	return (unsigned)tamper < WORKER_TAMPER_MAX ? TAMPERS[tamper] : "unknown";
}

const char *worker_failure_name(enum worker_failure failure)
{
	return (unsigned)failure < WORKER_FAILURE_MAX ? FAILURES[failure] : "unknown";
}

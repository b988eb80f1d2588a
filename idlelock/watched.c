/* SPDX-License-Identifier: BSD-2-Clause */
/* What follows for a session from logind's words and the policy. */
#include "watched.h"

#include <string.h>

#include "number.h"
#include "text.h"

#define NS_PER_S INT64_C(1000000000)
#define CONSOLE_MAX 63 /* MAX_NR_CONSOLES */

static bool is_graphical(enum session_type type)
{
	return type == SESSION_TYPE_X11 || type == SESSION_TYPE_WAYLAND || type == SESSION_TYPE_MIR;
}

static bool is_persons_class(enum session_class class)
{
	switch (class) {
	case SESSION_CLASS_GREETER:
	case SESSION_CLASS_LOCK_SCREEN:
	case SESSION_CLASS_BACKGROUND:
	case SESSION_CLASS_BACKGROUND_LIGHT:
	case SESSION_CLASS_MANAGER:
	case SESSION_CLASS_MANAGER_EARLY:
	case SESSION_CLASS_USER_INCOMPLETE: /* comes again as user when the home is open */
	case SESSION_CLASS_MAX:
		return false;
	case SESSION_CLASS_OTHER: /* a later systemd's: rather one too many */
	case SESSION_CLASS_USER:
	case SESSION_CLASS_USER_EARLY:
	case SESSION_CLASS_USER_LIGHT:
	case SESSION_CLASS_USER_EARLY_LIGHT:
		return true;
	}
	return false;
}

bool watched_is_wanted(const struct logind_session *session)
{
	if (!is_persons_class(session->class) || session->uid == (uid_t)-1)
		return false;
	return is_graphical(session->type) || session->seat[0] != '\0' || session->type == SESSION_TYPE_TTY;
}

bool watched_may_become(const struct watched *w, enum session_type type)
{
	return w->first_type == SESSION_TYPE_TTY && w->session.seat[0] != '\0' && !lock_is_demanded(&w->lock) &&
	       (type == SESSION_TYPE_TTY || type == SESSION_TYPE_WAYLAND);
}

enum watched_source watched_source(const struct logind_session *session, bool without_hardware)
{
	if (session->seat[0] != '\0' && !without_hardware)
		return WATCHED_HARDWARE;
	if (session->type == SESSION_TYPE_X11)
		return WATCHED_X11;
	if (session->type == SESSION_TYPE_TTY && session->seat[0] != '\0')
		return WATCHED_CONSOLE;
	return session->type == SESSION_TYPE_TTY && session->remote ? WATCHED_REMOTE : WATCHED_NONE;
}

const char *watched_source_name(enum watched_source source)
{
	static const char *const NAMES[WATCHED_SOURCE_MAX] = {
		[WATCHED_NONE] = "none",       [WATCHED_HARDWARE] = "hardware", [WATCHED_X11] = "x11",
		[WATCHED_CONSOLE] = "console", [WATCHED_REMOTE] = "remote",
	};

	return source < WATCHED_SOURCE_MAX ? NAMES[source] : "none";
}

static bool has_word(const struct word_list *list, const char *word)
{
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->words[i], word) == 0)
			return true;
	return false;
}

void watched_policy_set(struct watched_policy *policy, const struct settings *settings, bool allowed)
{
	*policy = (struct watched_policy){
		.enforce = allowed && settings->lock_mode != MODE_OBSERVE,
		.on_suspend = settings->lock_on_suspend,
		.on_lid = settings->lock_on_lid,
		.on_switch = settings->lock_on_switch,
		.trusts_xtest = has_word(&settings->lock_trusted_virtual_inputs, "xtest"),
		.console = settings->lock_console,
		.keyring = settings->lock_keyring,
		.after_ns = settings->lock_after * NS_PER_S,
		.warn_ns = settings->lock_warn * NS_PER_S,
		.grace_ns = settings->lock_grace * NS_PER_S,
		.inhibit_max_ns = settings->lock_inhibit_max * NS_PER_S,
		.present_max_ns = settings->lock_present_max * NS_PER_S,
		.remote_after_ns = settings->lock_remote_after * NS_PER_S,
		.ladder = settings->lock_ladder,
		.services = settings->lock_unlock_services,
		.removal = settings->lock_on_device_removal,
	};
}

bool watched_is_console(const struct watched *w)
{
	return w->session.type == SESSION_TYPE_TTY && w->session.seat[0] != '\0' && w->ladder.count > 0 && w->ladder.rungs[0] == LOCK_RUNG_CONSOLE;
}

enum lock_reason watched_leaves(struct watched *w)
{
	bool text = w->session.type == SESSION_TYPE_TTY;

	w->left_open = text && !lock_is_demanded(&w->lock);
	return w->policy.on_switch && !text ? LOCK_REASON_SWITCH : LOCK_REASON_NONE;
}

enum lock_reason watched_returns(const struct watched *w, int64_t now_ns)
{
	bool overdue = now_ns - w->lock.last_input_ns >= w->policy.after_ns;

	if (w->lock.state == LOCK_UNPROVEN)
		return w->lock.reason;
	if (!watched_is_console(w))
		return LOCK_REASON_NONE;
	if (!w->left_open || lock_is_demanded(&w->lock))
		return LOCK_REASON_NONE;
	return overdue ? LOCK_REASON_IDLE : w->policy.on_switch ? LOCK_REASON_SWITCH : LOCK_REASON_NONE;
}

void watched_config(const struct watched *w, enum watched_source source, struct lock_config *ret_config)
{
	const struct locker_row *first = locker_row(w->ladder.count > 0 ? w->ladder.lockers[0] : LOCKER_NONE);
	bool never = source == WATCHED_NONE || source == WATCHED_REMOTE || (watched_is_console(w) && !w->session.active);

	*ret_config = (struct lock_config){
		.enforce = w->policy.enforce,
		.after_ns = never ? INT64_MAX : w->policy.after_ns,
		.warn_ns = w->policy.warn_ns,
		.grace_ns = w->policy.grace_ns,
		.rung_count = w->ladder.count,
		.needed = first != NULL ? first->strength : LOCK_STRENGTH_NONE,
	};
	for (size_t i = 0; i < w->ladder.count; i++) {
		ret_config->rungs[i] = w->ladder.rungs[i];
		ret_config->rung_ns[i] = w->ladder.rung_ns[i];
	}
}

static void copy(const char *from, char *ret_to, size_t size)
{
	struct text t;

	text_init(&t, ret_to, size);
	text_add(&t, from);
	if (text_end(&t) < 0)
		ret_to[0] = '\0';
}

static bool is_writable(const struct session_facts *facts)
{
	char bytes[SESSION_FACTS_BYTES_MAX + 1];
	struct text t;

	TEXT_INTO(&t, bytes);
	return session_facts_write(facts, &t) == 0 && text_end(&t) == 0;
}

void watched_facts(const struct watched *w, const char *boot_id, struct session_facts *ret_facts)
{
	struct session_facts *f = ret_facts;

	*f = (struct session_facts){.uid = w->session.uid, .type = w->session.type, .class = w->session.class, .leader = w->session.leader,
				    .leader_start = w->leader_start};
	copy(w->session.named.id, f->session, sizeof f->session);
	copy(boot_id, f->boot_id, sizeof f->boot_id);
	copy(w->session.seat, f->seat, sizeof f->seat);
	copy(w->session.tty, f->tty, sizeof f->tty);
	copy(w->display, f->display, sizeof f->display);
	copy(w->session.remote_host, f->remote_host, sizeof f->remote_host);
	if (lock_is_demanded(&w->lock)) {
		f->locked_since_ns = w->lock.asked_ns;
		f->last_proof_ns = w->lock.proven_ns >= w->lock.asked_ns ? w->lock.proven_ns : 0;
	}
	/* The session's controller names its display, and a caller of PAM its host: neither may keep the rest from being told. */
	if (is_writable(f))
		return;
	f->display[0] = '\0';
	if (is_writable(f))
		return;
	f->remote_host[0] = '\0';
	f->tty[0] = '\0';
}

static unsigned console_of(const char *tty)
{
	int64_t number;

	return strncmp(tty, "tty", 3) == 0 && number_parse(tty + 3, strlen(tty + 3), 1, CONSOLE_MAX, &number) == 0 ? (unsigned)number : 0;
}

void watched_session_of(const struct session_facts *facts, struct logind_session *ret_session)
{
	struct logind_session *s = ret_session;

	*s = (struct logind_session){.uid = facts->uid, .type = facts->type, .class = facts->class, .leader = facts->leader, .vt = console_of(facts->tty),
				     .remote = facts->remote_host[0] != '\0'};
	copy(facts->session, s->named.id, sizeof s->named.id);
	copy(facts->seat, s->seat, sizeof s->seat);
	copy(facts->tty, s->tty, sizeof s->tty);
	copy(facts->display, s->display, sizeof s->display);
	copy(facts->remote_host, s->remote_host, sizeof s->remote_host);
}

bool watched_is_key(const struct word_list *removal, const char *usb)
{
	for (size_t i = 0; i < removal->count; i++) {
		size_t len = strlen(removal->words[i]);

		if (strncmp(removal->words[i], usb, len) == 0 && (usb[len] == '\0' || usb[len] == ':'))
			return true;
	}
	return false;
}

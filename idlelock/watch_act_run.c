/* SPDX-License-Identifier: BSD-2-Clause */
/* Carries out what a step of the lock decided. */
#include "watch_act_run.h"

#include <errno.h>
#include <string.h>

#include "clock.h"
#include "excuse_run.h"
#include "facts_store.h"
#include "owner_gather.h"
#include "text.h"
#include "unit_run.h"
#include "vt_gather.h"
#include "watch_record_run.h"
#include "wayland_gather.h"

#define NS_PER_MS INT64_C(1000000)
/* The display gets this long to break a menu's grab before the locker starts all the same. */
#define BREAK_NS (250 * NS_PER_MS)
/* The bus gets this long to say which process has the screen. */
#define CONTROLLER_NS (500 * NS_PER_MS)
#define WORKER_UNIT "idlelock-x11@"
#define OUR_UNITS "idlelock-"
#define CONTROL "lock"
#define CLAUSE "LK-1"

static const char *id_of(const struct watched *w)
{
	return w->session.named.id;
}

static enum lock_rung running(const struct watched *w)
{
	return w->lock.running;
}

static enum locker_id running_locker(const struct watched *w)
{
	return w->lock.rung < w->ladder.count ? w->ladder.lockers[w->lock.rung] : LOCKER_NONE;
}

/* --- the proof --- */

static bool console_is_held(const struct watched *w)
{
	unsigned console = rung_console(w->watch->rungs, id_of(w));

	return running(w) == LOCK_RUNG_CONSOLE && console != 0 && rung_is_ready(w->watch->rungs, id_of(w)) && vt_active() == console;
}

static bool shows_text(const struct watched *w)
{
	return (w->session.type == SESSION_TYPE_X11 || w->session.type == SESSION_TYPE_WAYLAND) && vt_shows_text(w->session.vt);
}

static bool is_on_screen(const struct watched *w)
{
	return w->session.type == SESSION_TYPE_WAYLAND && running(w) == LOCK_RUNG_LOCKER &&
	       wayland_gather_is_client(rung_unit(w->watch->rungs, id_of(w)), w->controller);
}

static void note(char *ret_note, size_t size, const char *word)
{
	struct text t;

	text_init(&t, ret_note, size);
	text_add_escaped_cut(&t, word, strlen(word), size - 1);
}

static struct proof judge(struct watched *w, bool seen)
{
	const struct watch *watch = w->watch;
	const struct desktop_row *desktop = desktop_row_of(w->session.desktop);
	struct proof_facts facts = {
		.type = w->session.type,
		.rung = running(w),
		.locker = running_locker(w),
		.user = w->session.uid,
		.us = watch->us,
		.our_unit = rung_unit(watch->rungs, id_of(w)),
		.locked_hint = w->session.locked_hint,
		.desktop_sets_hint = desktop != NULL && desktop->sets_hint,
		.unit_ready = rung_is_ready(watch->rungs, id_of(w)),
		.vt_held = console_is_held(w),
		.shows_text = shows_text(w),
		.on_screen = is_on_screen(w),
		.seen = seen,
	};
	struct proof proof;

	if (seen) {
		facts.sight = w->sight;
		owner_gather((pid_t)w->sight.owner_pid, watch_trusted(watch), &facts.owner);
	}
	proof = proof_judge(&facts);
	note(w->lacks, sizeof w->lacks, proof.lacks);
	if (proof.verdict == PROOF_HELD)
		note(w->holder, sizeof w->holder, facts.owner.unit[0] != '\0' ? facts.owner.unit : facts.owner.exe[0] != '\0' ? facts.owner.exe : facts.our_unit);
	return proof;
}

static void tell_verdict(struct watched *w, bool seen)
{
	struct proof proof = judge(w, seen);

	if (proof.verdict == PROOF_HELD)
		watch_event(w, &(struct lock_event){.kind = LOCK_EVENT_PROVEN, .strength = proof.strength});
	else
		watch_event(w, &(struct lock_event){.kind = LOCK_EVENT_NOT_PROVEN});
}

/* An answer that comes too late is none: lock.c waits for LOCK_PROBE_NS. */
static void look(struct watched *w)
{
	if (w->session.type != SESSION_TYPE_X11 || workers_look(w->watch->workers, id_of(w), ++w->serial, false) < 0)
		tell_verdict(w, false);
}

/* --- a locker of the person's own --- */

/* One that covers the screen when ours is to start loses its grab to ours: it would stay on top without a keyboard when ours is opened. */
static void note_other_locker(struct watched *w)
{
	struct proof_owner owner;

	w->other_locker = 0;
	if (!w->sight.covered)
		return;
	owner_gather((pid_t)w->sight.owner_pid, 0, &owner);
	if (owner.pid != 0 && owner.uid == w->session.uid && strncmp(owner.unit, OUR_UNITS, strlen(OUR_UNITS)) != 0 && locker_program_is_known(owner.exe)) {
		w->other_locker = owner.pid;
		w->other_window = w->sight.owner_window;
	}
}

/* Behind a lock that its person cannot have made, and that only its person opens. */
static void end_other_locker(struct watched *w)
{
	if (w->other_locker == 0 || w->lock.strength != LOCK_STRENGTH_STRONG)
		return;
	if (workers_end(w->watch->workers, id_of(w), w->other_window, w->other_locker) == 0)
		watch_record_other_locker(w, w->other_locker);
	w->other_locker = 0;
}

/* --- rungs --- */

/* What the locker is started on; NULL, or why it cannot be. */
static const char *find_screen(struct watched *w, struct display_found *found, char runtime[64], char wayland[64])
{
	struct text t;

	if (running(w) != LOCK_RUNG_CONSOLE && shows_text(w))
		return "the terminal shows text";
	if (running(w) != LOCK_RUNG_LOCKER)
		return NULL;
	if (w->session.type == SESSION_TYPE_X11 && w->display[0] != '\0' && display_gather(w->display, &w->session, w->controller, watch_trusted(w->watch), found) == -EPERM)
		return "the display that it names is not this session's";
	if (w->session.type != SESSION_TYPE_WAYLAND)
		return NULL;
	text_init(&t, runtime, 64);
	text_add(&t, "/run/user/");
	text_add_int(&t, (int64_t)w->session.uid);
	return wayland_gather_display(w->controller, runtime, wayland, 64) < 0 ? "no compositor is known to have the screen" : NULL;
}

static struct rung_request request_of(const struct watched *w, const struct session_facts *facts, const struct display_found *found)
{
	return (struct rung_request){
		.session = facts,
		.vt = w->session.vt,
		.display = w->display,
		.wayland_display = "",
		.runtime_dir = "",
		.cookie = found->has_cookie ? found->cookie : NULL,
		.person = w->person,
		.us = w->watch->us,
	};
}

void watch_act_prepare(struct watched *w)
{
	struct session_facts facts;
	struct display_found found = {0};
	struct rung_request request;

	if (w->session.type == SESSION_TYPE_X11 && w->display[0] != '\0')
		(void)display_gather(w->display, &w->session, w->controller, watch_trusted(w->watch), &found);
	watched_facts(w, w->watch->boot_id, &facts);
	request = request_of(w, &facts, &found);
	for (size_t i = 0; i < w->ladder.count; i++) {
		const struct locker_row *row = locker_row(w->ladder.lockers[i]);

		request.locker = w->ladder.lockers[i];
		if (row != NULL && row->runs_as != LOCKER_AS_USER && (row->type == SESSION_TYPE_TTY || found.server != 0))
			(void)rung_prepare(w->watch->rungs, &request);
	}
	explicit_bzero(&found, sizeof found);
}

static void start_now(struct watched *w)
{
	struct watch *watch = w->watch;
	struct session_facts facts;
	struct display_found found = {0};
	char runtime[64] = "", wayland[64] = "";
	const char *why = find_screen(w, &found, runtime, wayland);
	struct rung_request request;
	int r = 0;

	watched_facts(w, watch->boot_id, &facts);
	request = request_of(w, &facts, &found);
	request.rung = running(w);
	request.locker = running_locker(w);
	request.wayland_display = wayland;
	request.runtime_dir = runtime;
	if (why == NULL)
		r = rung_start(watch->rungs, &request);
	explicit_bzero(&found, sizeof found);
	if (r < 0)
		why = r == -EBUSY ? "the session is not on the screen" : "it could not be started";
	if (why == NULL)
		return;
	note(w->lacks, sizeof w->lacks, why);
	watch_event(w, &(struct lock_event){.kind = LOCK_EVENT_RUNG_FAILED, .rung = running(w)});
}

static void on_start_due(int64_t now_ns, void *data)
{
	struct watched *w = data;

	(void)now_ns;
	w->start_serial = 0;
	w->asks_controller = false;
	if (w->lock.state == LOCK_ASKED)
		start_now(w);
}

int watch_act_ask_controller(struct watched *w)
{
	w->controller = 0;
	return logind_ask_controller(w->watch->logind, id_of(w));
}

static bool awaits_controller(struct watched *w)
{
	w->asks_controller = watch_act_ask_controller(w) == 0;
	if (w->asks_controller)
		(void)loop_at(w->watch->loop, clock_monotonic_ns() + CONTROLLER_NS, 0, on_start_due, w);
	return w->asks_controller;
}

void watch_act_controlled(struct watched *w, pid_t controller)
{
	w->controller = controller;
	if (w->asks_controller)
		(void)loop_at(w->watch->loop, 0, 0, on_start_due, w);
}

/* A Wayland session's screen is its controller's. So is a person's own X server, whose controller is not known behind the end of its worker or of
 * another idlelockd: no server is believed by an old answer. */
static bool hangs_on_controller(const struct watched *w)
{
	return w->session.type == SESSION_TYPE_WAYLAND || (w->session.type == SESSION_TYPE_X11 && w->controller == 0);
}

/* A menu or a virtual machine's window that holds the keyboard would end our locker on X: its grab is broken first. */
static void start_rung(struct watched *w)
{
	(void)loop_at(w->watch->loop, INT64_MAX, 0, on_start_due, w);
	w->start_serial = 0;
	w->asks_controller = false;
	if (running(w) == LOCK_RUNG_LOCKER && w->session.type == SESSION_TYPE_X11 && rung_unit(w->watch->rungs, id_of(w))[0] == '\0' &&
	    workers_look(w->watch->workers, id_of(w), w->serial + 1, true) == 0) {
		w->start_serial = ++w->serial;
		(void)loop_at(w->watch->loop, clock_monotonic_ns() + BREAK_NS, 0, on_start_due, w);
		return;
	}
	if (running(w) == LOCK_RUNG_LOCKER && hangs_on_controller(w) && awaits_controller(w))
		return;
	start_now(w);
}

void watch_act_seen(struct watched *w, uint32_t serial, const struct worker_sight *sight)
{
	w->sight = *sight;
	w->sees = true;
	if (serial != 0 && serial == w->start_serial) {
		note_other_locker(w);
		(void)loop_at(w->watch->loop, 0, 0, on_start_due, w);
		return;
	}
	if (!lock_is_demanded(&w->lock))
		return;
	if (serial == w->serial && serial != 0)
		tell_verdict(w, true);
	else if (serial == 0 && judge(w, true).verdict == PROOF_HELD)
		tell_verdict(w, true);
	else if (serial == 0)
		watch_event(w, &(struct lock_event){.kind = LOCK_EVENT_LOOK});
}

void watch_act_blind(struct watched *w)
{
	w->sees = false;
	w->armed = false;
	w->sight = (struct worker_sight){0};
	(void)watch_act_ask_controller(w);
}

/* --- for others --- */

/* The display's worker, once it has a display. */
static void start_worker(struct watched *w)
{
	char unit[96];
	struct text t;

	if (w->asked_display || w->session.type != SESSION_TYPE_X11 || w->display[0] == '\0')
		return;
	(void)watch_act_ask_controller(w);
	TEXT_INTO(&t, unit);
	text_add(&t, WORKER_UNIT);
	text_add(&t, id_of(w));
	text_add(&t, ".service");
	w->asked_display = text_end(&t) == 0 && bus_call(w->watch->bus, unit_call("StartUnit", unit, "replace"), 0, NULL, NULL) == 0;
}

static void stop_worker(struct watched *w)
{
	char unit[96];
	struct text t;

	TEXT_INTO(&t, unit);
	text_add(&t, WORKER_UNIT);
	text_add(&t, id_of(w));
	text_add(&t, ".service");
	if (w->asked_display && text_end(&t) == 0)
		(void)bus_call(w->watch->bus, unit_call("StopUnit", unit, "replace"), 0, NULL, NULL);
	workers_drop(w->watch->workers, id_of(w));
}

void watch_act_facts(struct watched *w)
{
	struct session_facts facts;

	start_worker(w);
	watched_facts(w, w->watch->boot_id, &facts);
	if (w->lock.state != LOCK_ENDED)
		(void)facts_store_write(w->watch->paths, &facts);
}

static const char *worst(const struct watch *watch, enum posture_state *ret_state, char detail[112])
{
	struct text t;

	text_init(&t, detail, 112);
	*ret_state = POSTURE_OK;
	if (!watch->allowed) {
		*ret_state = POSTURE_VIOLATED;
		text_add(&t, "nothing is locked before \"mutexctl apply\" has switched the PAM lines on");
		return detail;
	}
	for (const struct watched *w = watch->sessions; w != NULL; w = w->next) {
		if (w->lock.state != LOCK_UNPROVEN)
			continue;
		*ret_state = POSTURE_VIOLATED;
		text_add_format(&t, "session %s could not be shown to be locked", id_of(w));
		return detail;
	}
	return detail;
}

void watch_act_posture(struct watch *watch)
{
	struct posture posture = {.time = clock_now_s(), .count = 1};
	struct posture_control *control = &watch->posture;
	enum posture_state state;
	char detail[112];
	struct text t;

	(void)worst(watch, &state, detail);
	if (watch->posture_fd >= 0 && control->state == state && strcmp(control->detail, detail) == 0)
		return;
	if (control->state != state)
		control->since = posture.time;
	control->state = state;
	control->mode = watch->general.lock_mode == MODE_OBSERVE ? POSTURE_OBSERVE : POSTURE_ENFORCE;
	note(control->detail, sizeof control->detail, detail);
	note(control->control, sizeof control->control, CONTROL);
	note(control->clause, sizeof control->clause, CLAUSE);
	TEXT_INTO(&t, posture.boot_id);
	text_add(&t, watch->boot_id);
	posture.controls[0] = *control;
	(void)facts_store_posture(watch->paths, watch->paths->posture, &posture, &watch->posture_fd);
}

void watch_act_forget(struct watched *w)
{
	(void)loop_at(w->watch->loop, INT64_MAX, 0, on_start_due, w);
	rung_stop(w->watch->rungs, id_of(w), false);
	stop_worker(w);
}

/* --- the actions --- */

/* auto: where the desktop's own lock opens them again with the same password; ours has no part in the person's session. */
static bool wants_keyring(const struct watched *w)
{
	if (w->policy.keyring == LOCK_KEYRING_AUTO)
		return w->config.rung_count > 0 && w->config.rungs[0] == LOCK_RUNG_DESKTOP;
	return w->policy.keyring == LOCK_KEYRING_YES;
}

static void open_session(struct watched *w)
{
	(void)loop_at(w->watch->loop, INT64_MAX, 0, on_start_due, w);
	rung_stop(w->watch->rungs, id_of(w), true);
	logind_set_hint(w->watch->logind, id_of(w), false);
	serve_say(w->watch->serve, "Opened", w);
	if (w->keyring_asked)
		watch_record_keyring(w, WATCH_KEYRING_NO_ANSWER);
	w->keyring_asked = false;
	w->holder[0] = '\0';
}

static void tell_proven(struct watched *w)
{
	/* A desktop says so itself; for the others we do, so that what asks logind knows. */
	if (running(w) != LOCK_RUNG_DESKTOP)
		logind_set_hint(w->watch->logind, id_of(w), true);
	serve_say(w->watch->serve, "Locked", w);
	end_other_locker(w);
}

static void act_on_people(struct watched *w, unsigned actions)
{
	struct serve *serve = w->watch->serve;

	if (actions & LOCK_DO_STOP_WARNING)
		serve_say(serve, "WarningEnded", w);
	if (actions & LOCK_DO_WARN)
		serve_say(serve, "Warning", w);
	if (actions & LOCK_DO_KEYRING && wants_keyring(w)) {
		serve_say(serve, "LockKeyring", w);
		w->keyring_asked = true;
	}
	if (actions & LOCK_DO_RECORD_PROVEN)
		tell_proven(w);
	if (actions & LOCK_DO_RECORD_UNPROVEN)
		serve_say_violation(serve, w, "lock-unproven", w->lacks);
}

void watch_act(struct watched *w, const struct lock *before, unsigned actions)
{
	if (actions & LOCK_DO_START_RUNG)
		start_rung(w);
	if (actions & LOCK_DO_VERIFY)
		look(w);
	act_on_people(w, actions);
	if (w->lock.reason != LOCK_REASON_NONE)
		w->last_reason = w->lock.reason;
	if (actions & LOCK_DO_RECORD_ASKED)
		excuse_run_end(w);
	if (actions & LOCK_DO_OPENED) {
		open_session(w);
		excuse_run_look(w);
	}
	for (enum lock_action action = LOCK_DO_RECORD_ASKED; action <= LOCK_DO_RECORD_OBSERVED; action = (enum lock_action)(action << 1))
		if (actions & (unsigned)action)
			watch_record(w, before, action);
	if (!(actions & LOCK_DO_FACTS))
		return;
	watch_act_facts(w);
	watch_act_posture(w->watch);
	if (w->watch->sleeper != NULL)
		sleep_look(w->watch->sleeper);
}

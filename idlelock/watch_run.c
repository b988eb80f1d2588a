/* SPDX-License-Identifier: BSD-2-Clause */
/* Sessions come, change and go; input, demands and stamps become events of their locks. */
#include "watch_run.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "clock.h"
#include "excuse_run.h"
#include "facts_store.h"
#include "file.h"
#include "input_device.h"
#include "owner_gather.h"
#include "person_load.h"
#include "remote_run.h"
#include "text.h"
#include "tty_gather.h"
#include "vt_gather.h"
#include "watch_act_run.h"
#include "watch_record_run.h"

#define NS_PER_S INT64_C(1000000000)
#define NS_PER_MS INT64_C(1000000)
#define OUR_USER "_idlelock"
#define SYSTEMD "org.freedesktop.systemd1"
/* How late a wake-up may be: the tenths of a second count only when a lock is due. */
#define SLACK_DUE_NS (20 * NS_PER_MS)
#define SLACK_HELD_NS (1000 * NS_PER_MS)

struct watched *watch_find(const struct watch *watch, const char *session)
{
	for (struct watched *w = watch->sessions; w != NULL; w = w->next)
		if (strcmp(w->session.named.id, session) == 0)
			return w;
	return NULL;
}

uid_t watch_trusted(const struct watch *watch)
{
	return watch->paths->root[0] != '\0' ? watch->paths->owner : 0;
}

enum watched_source watch_source(const struct watched *w)
{
	const char *seat = w->session.seat;

	return watched_source(&w->session, seat[0] == '\0' || input_is_without_hardware(w->watch->input, seat));
}

/* --- time and events --- */

static void on_time(int64_t now_ns, void *data);

/* A seat's devices wake us when any of the sessions that are shown there asks for it. */
static void arm_input(struct watched *w)
{
	bool on = false;

	if (watch_source(w) == WATCHED_X11) {
		on = w->lock.state == LOCK_OPEN || lock_wants_input(&w->lock);
		if (on != w->armed && workers_arm(w->watch->workers, w->session.named.id, on) == 0)
			w->armed = on;
		return;
	}
	if (w->session.seat[0] == '\0')
		return;
	for (const struct watched *other = w->watch->sessions; other != NULL; other = other->next)
		if (other->session.active && strcmp(other->session.seat, w->session.seat) == 0)
			on = on || lock_wants_input(&other->lock);
	input_arm(w->watch->input, w->session.seat, on);
}

static void set_timer(struct watched *w)
{
	int64_t slack = w->lock.state == LOCK_HELD ? SLACK_HELD_NS : w->lock.state == LOCK_OPEN ? SLACK_DUE_NS : 0;

	(void)loop_at(w->watch->loop, w->lock.wake_at_ns, slack, on_time, w);
}

static void take_step(struct watched *w, const struct lock_event *event)
{
	struct lock before = w->lock;
	struct lock_step step = lock_step(&w->lock, &w->config, event, clock_monotonic_ns());

	w->lock = step.next;
	watch_act(w, &before, step.actions);
}

/* One that does not fit any more asks for a look, which finds out all the same. */
static void enqueue(struct watched *w, const struct lock_event *event)
{
	if (w->queued == WATCHED_QUEUE_MAX)
		w->queue[w->queued - 1] = (struct lock_event){.kind = LOCK_EVENT_LOOK};
	else
		w->queue[w->queued++] = *event;
}

void watch_event(struct watched *w, const struct lock_event *event)
{
	enqueue(w, event);
	if (w->stepping)
		return;
	w->stepping = true;
	while (w->queued > 0) {
		struct lock_event next = w->queue[0];

		w->queued--;
		memmove(&w->queue[0], &w->queue[1], w->queued * sizeof w->queue[0]);
		take_step(w, &next);
	}
	w->stepping = false;
	set_timer(w);
	arm_input(w);
}

void watch_demand(struct watched *w, enum lock_reason reason)
{
	watch_event(w, &(struct lock_event){.kind = LOCK_EVENT_DEMAND, .reason = reason});
}

static void tell_input(struct watched *w, int64_t at_ns)
{
	if (at_ns > w->lock.last_input_ns)
		watch_event(w, &(struct lock_event){.kind = LOCK_EVENT_INPUT, .at_ns = at_ns});
}

static bool is_in_front(const struct watched *w)
{
	return w->lost && w->session.vt != 0 ? vt_active() == w->session.vt : w->session.active;
}

/* What nobody read yet comes first. */
static void read_input(struct watched *w, int64_t now_ns)
{
	enum watched_source source = watch_source(w);

	if (source == WATCHED_HARDWARE && is_in_front(w))
		tell_input(w, input_last(w->watch->input, w->session.seat, now_ns));
	else if (source == WATCHED_CONSOLE)
		tell_input(w, tty_last(w->session.tty, now_ns, &w->terminal));
}

static void on_time(int64_t now_ns, void *data)
{
	struct watched *w = data;

	read_input(w, now_ns);
	watch_event(w, &(struct lock_event){.kind = LOCK_EVENT_TIME});
}

/* --- what holds for a session --- */

static bool is_installed(enum locker_id id)
{
	const struct locker_row *row = locker_row(id);
	struct stat status;

	return row != NULL && stat(row->program, &status) == 0 && S_ISREG(status.st_mode) && status.st_uid == 0 && (status.st_mode & 0022) == 0 &&
	       (status.st_mode & 0111) != 0;
}

static void plan_ladder(struct watched *w)
{
	struct ladder_facts facts = {
		.type = w->session.type, .desktop = w->session.desktop, .vt = w->session.vt, .has_seat = w->session.seat[0] != '\0'};

	for (enum locker_id id = LOCKER_NONE + 1; id < LOCKER_ID_MAX; id++)
		facts.installed[id] = is_installed(id);
	(void)ladder_plan(w->policy.ladder, w->policy.console, &facts, NULL, &w->ladder);
}

/* What the session's kind and place make of the policy. */
static void plan(struct watched *w)
{
	plan_ladder(w);
	watched_config(w, watch_source(w), &w->config);
	/* Below a root folder no unit is systemd's, by which alone a locker of ours is known. */
	if (w->watch->paths->root[0] != '\0')
		w->config.needed = LOCK_STRENGTH_NONE;
	watch_act_prepare(w);
	remote_watch(w);
}

/* A person whom the directory does not know for now gets what holds for everybody. It may take its time, so it is asked when a session comes and when
 * the policy changes, never on the way to a lock. */
static void resolve(struct watched *w)
{
	struct person_loaded person PERSON_UNLOADED = {0};
	struct settings settings;
	struct text t;

	if (person_load_uid(w->session.uid, &person) == 0) {
		policy_resolve(&w->watch->policy->policy, &person.person, &settings);
		TEXT_INTO(&t, w->person);
		text_add(&t, person.person.name);
	} else {
		settings = w->watch->general;
		watch_record_unknown(w);
	}
	watched_policy_set(&w->policy, &settings, w->watch->allowed);
	plan(w);
}

/* What an idlelockd before this one saw first holds on: whether it was locked, its type, its display. */
static bool recall(struct watched *w)
{
	struct session_facts facts;

	if (facts_store_read(w->watch->paths, w->session.named.id, &facts) < 0 || strcmp(facts.boot_id, w->watch->boot_id) != 0 ||
	    facts.uid != w->session.uid)
		return false;
	if (facts.leader == w->session.leader && facts.leader_start == w->leader_start) {
		w->session.type = facts.type;
		if (facts.display[0] != '\0')
			memcpy(w->display, facts.display, sizeof w->display);
	}
	return facts.locked_since_ns > 0;
}

/* What an idlelockd before this one granted counts, and goes on. */
static void recall_excuses(const struct watch *watch, uid_t uid, struct watched_account *account)
{
	struct excuse_account *excuses = &account->excuses;

	if (facts_store_read_excuses(watch->paths, uid, excuses) < 0 || excuses->uid != uid || strcmp(excuses->boot_id, watch->boot_id) != 0) {
		*excuses = (struct excuse_account){.uid = uid};
		memcpy(excuses->boot_id, watch->boot_id, sizeof excuses->boot_id);
	}
	account->kept_present_ns = excuses->present.until_ns;
	account->kept_inhibited_ns = excuses->inhibited.until_ns;
}

static struct watched_account *account_of(struct watch *watch, uid_t uid)
{
	struct watched_account *account = watch->accounts;

	while (account != NULL && account->excuses.uid != uid)
		account = account->next;
	if (account != NULL)
		return account;
	account = calloc(1, sizeof *account);
	if (account != NULL) {
		account->next = watch->accounts;
		recall_excuses(watch, uid, account);
		watch->accounts = account;
	}
	return account;
}

static void begin(struct watch *watch, const struct logind_session *session)
{
	struct watched *w = calloc(1, sizeof *w);
	struct lock_step step;
	struct lock before = {0};
	bool was_locked;

	if (w == NULL)
		return;
	w->account = account_of(watch, session->uid);
	if (w->account == NULL) {
		free(w);
		return;
	}
	w->watch = watch;
	w->session = *session;
	w->named_type = session->type;
	w->leader_fd = -1;
	memcpy(w->display, session->display, sizeof w->display);
	w->leader_start = owner_gather_start(session->leader);
	w->next = watch->sessions;
	watch->sessions = w;
	watch->count++;
	was_locked = recall(w);
	w->first_type = w->session.type;
	resolve(w);
	step = lock_begin(&w->config, was_locked || session->locked_hint, clock_monotonic_ns());
	w->lock = step.next;
	w->stepping = true;
	watch_act(w, &before, step.actions | LOCK_DO_FACTS);
	w->stepping = false;
	watch_event(w, &(struct lock_event){.kind = LOCK_EVENT_LOOK});
	excuse_run_look(w);
}

static void forget_leader(struct watched *w)
{
	if (w->leader_fd >= 0)
		loop_remove(w->watch->loop, w->leader_fd);
	file_close(&w->leader_fd);
}

static void end(struct watched *gone)
{
	struct watch *watch = gone->watch;

	watch_event(gone, &(struct lock_event){.kind = LOCK_EVENT_ENDED});
	watch_act_forget(gone);
	for (struct watched **link = &watch->sessions; *link != NULL; link = &(*link)->next)
		if (*link == gone) {
			*link = gone->next;
			break;
		}
	watch->count--;
	(void)loop_at(watch->loop, INT64_MAX, 0, on_time, gone);
	remote_forget(gone);
	forget_leader(gone);
	facts_store_remove(watch->paths, gone->session.named.id);
	free(gone);
	watch_act_posture(watch);
	if (watch->sleeper != NULL)
		sleep_look(watch->sleeper);
}

/* --- logind --- */

/* The display that was named first is kept: who controls the session could name one that is another server. */
static void take_display(struct watched *w, const struct logind_session *now)
{
	if (now->display[0] == '\0' || strcmp(now->display, w->display) == 0)
		return;
	if (w->display[0] == '\0')
		memcpy(w->display, now->display, sizeof w->display);
	else if (strcmp(now->display, w->session.display) != 0)
		watch_record_tamper(w, "display", "the session names another display than before");
}

/* Returns the type that it is of from now on. */
static enum session_type take_type(struct watched *w, enum session_type now)
{
	bool taken = watched_may_become(w, now);

	if (now != w->named_type && now != w->session.type && !taken)
		watch_record_tamper(w, "type", "the session names another type than before");
	w->named_type = now;
	return taken ? now : w->session.type;
}

static void demand_if(struct watched *w, enum lock_reason reason)
{
	if (reason != LOCK_REASON_NONE)
		watch_demand(w, reason);
}

/* What its ladder and its source of idleness hang on, as far as it can change. A text console is locked only while it is shown. */
static bool is_to_be_planned(const struct watched *w, const struct logind_session *now)
{
	const struct logind_session *before = &w->session;

	return (watched_is_console(w) && before->active != now->active) || now->type != before->type || now->vt != before->vt ||
	       strcmp(now->desktop, before->desktop) != 0 || strcmp(now->seat, before->seat) != 0;
}

static void take_change(struct watched *w, const struct logind_session *told)
{
	struct logind_session before = w->session, now = *told;
	bool away = before.active && !now.active, back = !before.active && now.active;
	bool planned;

	if (away)
		read_input(w, clock_monotonic_ns());
	take_display(w, &now);
	now.type = take_type(w, told->type);
	now.leader = before.leader;
	planned = is_to_be_planned(w, &now) || w->lost;
	w->session = now;
	w->lost = false;
	if (planned) {
		plan(w);
		watch_event(w, &(struct lock_event){.kind = LOCK_EVENT_CONFIG});
	}
	if (away)
		demand_if(w, watched_leaves(w));
	if (back)
		demand_if(w, watched_returns(w, clock_monotonic_ns()));
	/* Whoever locked it, it is held from now on. */
	if (!before.locked_hint && now.locked_hint && !lock_is_demanded(&w->lock))
		watch_demand(w, LOCK_REASON_REQUEST);
	if (back || before.locked_hint != now.locked_hint || before.vt != now.vt)
		watch_event(w, &(struct lock_event){.kind = LOCK_EVENT_LOOK});
	watch_act_facts(w);
}

/* --- closing: said as soon as any program inside has released the session, while its screen lives on. It is over when its leader (root's login
 * program) has ended: what its person left running has no screen. --- */

static void on_leader_ended(int fd, uint32_t events, void *data)
{
	(void)fd;
	(void)events;
	end(data);
}

/* False when it has ended, or nobody can tell. */
static bool wait_for_leader(struct watched *w)
{
	if (w->leader_fd >= 0)
		return true;
	if (w->leader_start == 0)
		return false;
	w->leader_fd = (int)syscall(SYS_pidfd_open, w->session.leader, 0);
	if (w->leader_fd >= 0 && owner_gather_start(w->session.leader) == w->leader_start &&
	    loop_add(w->watch->loop, w->leader_fd, EPOLLIN, on_leader_ended, w) == 0)
		return true;
	file_close(&w->leader_fd);
	return false;
}

static bool leader_lives(const struct watched *w)
{
	return w->leader_start != 0 && owner_gather_start(w->session.leader) == w->leader_start;
}

static void await_leader(struct watched *w)
{
	if (!wait_for_leader(w) && w->leader_start != 0 && !leader_lives(w))
		end(w);
}

/* A logind that has forgotten a session may give its name away; the screen of the first one is held all the same. */
static void on_session(const struct logind_session *session, void *data)
{
	struct watch *watch = data;
	struct watched *w = watch_find(watch, session->named.id);

	if (w != NULL && w->session.uid != session->uid) {
		watch_record_tamper(w, "name", "another person's session has its name, and is not watched before this one's leader ends");
		return;
	}
	if (w != NULL)
		take_change(w, session);
	else if (watched_is_wanted(session) && (!session->closing || owner_gather_start(session->leader) != 0))
		begin(watch, session);
	w = watch_find(watch, session->named.id);
	if (w != NULL && session->closing)
		await_leader(w);
}

/* A logind that failed for good comes back without the sessions, whose screens live on. Nobody tells any more which is in front: it counts as the one. */
static bool keep_lost(struct watched *w)
{
	if (!wait_for_leader(w) && !leader_lives(w))
		return false;
	w->lost = true;
	w->session.active = true;
	w->session.locked_hint = false;
	if (w->session.seat[0] != '\0') {
		plan(w);
		watch_event(w, &(struct lock_event){.kind = LOCK_EVENT_CONFIG});
	}
	watch_event(w, &(struct lock_event){.kind = LOCK_EVENT_LOOK});
	return true;
}

static void on_gone(const char *id, void *data)
{
	struct watched *w = watch_find(data, id);

	if (w != NULL && !keep_lost(w))
		end(w);
}

/* One of another life of ours, of which logind says nothing, but whose leader lives. */
static bool take_up(struct watch *watch, const char *id)
{
	struct session_facts facts;
	struct logind_session session;
	struct watched *w;

	if (facts_store_read(watch->paths, id, &facts) < 0 || strcmp(facts.boot_id, watch->boot_id) != 0 || facts.leader_start == 0 ||
	    owner_gather_start(facts.leader) != facts.leader_start)
		return false;
	watched_session_of(&facts, &session);
	begin(watch, &session);
	w = watch_find(watch, id);
	return w != NULL && keep_lost(w);
}

static void on_lock_asked(const char *id, void *data)
{
	struct watched *w = watch_find(data, id);

	/* Our own rung sends it too, while the lock is asked for. */
	if (w != NULL && !lock_is_demanded(&w->lock))
		watch_demand(w, LOCK_REASON_REQUEST);
}

static void on_unlock_asked(const char *id, void *data)
{
	struct watched *w = watch_find(data, id);

	if (w != NULL)
		watch_event(w, &(struct lock_event){.kind = LOCK_EVENT_LOOK});
}

/* What another life of ours started for a session that has gone meanwhile holds a display that may be somebody else's by now. */
static bool is_watched(const char *session, void *data)
{
	struct watch *watch = data;
	if (watch_find(watch, session) != NULL || take_up(watch, session))
		return true;
	rung_stop(watch->rungs, session, false);
	return false;
}

static void on_listed(void *data)
{
	struct watch *watch = data;

	facts_store_sweep(watch->paths, is_watched, watch);
	sleep_logind_came(watch->sleeper);
	watch_act_posture(watch);
}

static void on_sleep(bool begins, void *data)
{
	sleep_prepare(((struct watch *)data)->sleeper, begins);
}

static void on_controlled(const char *id, pid_t controller, void *data)
{
	struct watched *w = watch_find(data, id);

	if (w != NULL)
		watch_act_controlled(w, controller);
}

static void on_inhibited(void *data)
{
	struct watch *watch = data;

	for (struct watched *w = watch->sessions; w != NULL; w = w->next)
		excuse_run_look(w);
}

static void on_bus(bool connected, void *data)
{
	struct watch *watch = data;

	logind_bus_changed(watch->logind, connected);
	if (connected)
		rung_connected(watch->rungs);
}

/* --- sleep --- */

static void on_sleep_begins(void *data)
{
	struct watch *watch = data;

	for (struct watched *w = watch->sessions; w != NULL; w = w->next)
		if (w->policy.on_suspend)
			watch_demand(w, LOCK_REASON_SLEEP);
		else if (w->policy.on_lid && w->session.seat[0] != '\0' && input_lid_is_closed(watch->input, w->session.seat))
			watch_demand(w, LOCK_REASON_LID); /* its own word may still be on the way */
}

/* One that was held already is looked at once more. */
static bool is_on_its_way(const struct lock *lock)
{
	return lock->state == LOCK_ASKED || (lock->state == LOCK_HELD && (lock->look_until_ns != 0 || lock->look_early));
}

static bool is_ready_to_sleep(void *data)
{
	const struct watch *watch = data;

	for (const struct watched *w = watch->sessions; w != NULL; w = w->next)
		if (is_on_its_way(&w->lock))
			return false;
	return true;
}

static void on_sleep_ended(void *data)
{
	struct watch *watch = data;

	for (struct watched *w = watch->sessions; w != NULL; w = w->next)
		watch_event(w, &(struct lock_event){.kind = LOCK_EVENT_LOOK});
}

/* --- input --- */

static void on_used(const char *seat, int64_t at_ns, void *data)
{
	struct watch *watch = data;

	for (struct watched *w = watch->sessions; w != NULL; w = w->next)
		if (strcmp(w->session.seat, seat) == 0 && is_in_front(w))
			tell_input(w, at_ns);
}

static void on_pulled(const char *usb, void *data)
{
	struct watch *watch = data;

	for (struct watched *w = watch->sessions; w != NULL; w = w->next)
		if (watched_is_key(&w->policy.removal, usb))
			watch_demand(w, LOCK_REASON_DEVICE);
}

/* Who looks at that seat, or would when the session is switched to. */
static void on_lid_closed(const char *seat, void *data)
{
	struct watch *watch = data;

	for (struct watched *w = watch->sessions; w != NULL; w = w->next)
		if (w->policy.on_lid && strcmp(w->session.seat, seat) == 0)
			watch_demand(w, LOCK_REASON_LID);
}

static void on_faked(const char *seat, const char *device, void *data)
{
	struct watch *watch = data;

	for (struct watched *w = watch->sessions; w != NULL; w = w->next)
		if (w->session.active && strcmp(w->session.seat, seat) == 0)
			watch_record_tamper(w, "virtual-input", device);
}

/* --- workers --- */

static bool find_display(const char *session, char ret_display[64], struct display_found *ret_found, void *data)
{
	struct watched *w = watch_find(data, session);
	int r;

	if (w == NULL || w->display[0] == '\0')
		return false;
	r = display_gather(w->display, &w->session, w->controller, watch_trusted(data), ret_found);
	if (r == -EPERM)
		(void)watch_act_ask_controller(w); /* it may have taken control later; the worker comes again */
	memcpy(ret_display, w->display, sizeof w->display);
	return r == 0;
}

static void on_worker_opened(const char *session, void *data)
{
	struct watched *w = watch_find(data, session);

	if (w == NULL)
		return;
	w->armed = false;
	watch_act_prepare(w);
	watch_event(w, &(struct lock_event){.kind = LOCK_EVENT_LOOK});
}

static void on_worker_seen(const char *session, uint32_t serial, const struct worker_sight *sight, void *data)
{
	struct watched *w = watch_find(data, session);

	if (w != NULL)
		watch_act_seen(w, serial, sight);
}

/* X tells of its own devices only where the seat has none of a hand. */
static void on_worker_used(const char *session, int64_t at_ns, void *data)
{
	struct watched *w = watch_find(data, session);

	if (w != NULL && watch_source(w) == WATCHED_X11)
		tell_input(w, at_ns < clock_monotonic_ns() ? at_ns : clock_monotonic_ns());
}

static void on_worker_tampered(const char *session, enum worker_tamper tamper, pid_t pid, int64_t at_ns, void *data)
{
	struct watched *w = watch_find(data, session);
	struct proof_owner owner;

	if (w == NULL)
		return;
	if (tamper == WORKER_TAMPER_XTEST && w->policy.trusts_xtest) {
		on_worker_used(session, at_ns, data);
		return;
	}
	if (tamper == WORKER_TAMPER_XTEST && at_ns <= w->lock.last_input_ns + INPUT_TOGETHER_NS)
		return;
	owner_gather(pid, 0, &owner);
	watch_record_tamper(w, worker_tamper_name(tamper), owner.exe);
}

static void on_worker_lost(const char *session, enum worker_failure failure, void *data)
{
	struct watched *w = watch_find(data, session);

	if (w == NULL)
		return;
	watch_act_blind(w);
	watch_record_tamper(w, "worker-lost", worker_failure_name(failure));
	watch_event(w, &(struct lock_event){.kind = LOCK_EVENT_LOOK});
}

/* --- lockers --- */

static void on_rung_failed(const char *session, enum lock_rung rung, const char *why, void *data)
{
	struct watched *w = watch_find(data, session);
	struct text t;

	if (w == NULL)
		return;
	/* One that was given up before says nothing about the one that runs. */
	if (rung == w->lock.running) {
		TEXT_INTO(&t, w->lacks);
		text_add_escaped_cut(&t, why, strlen(why), sizeof w->lacks - 1);
	}
	watch_event(w, &(struct lock_event){.kind = LOCK_EVENT_RUNG_FAILED, .rung = rung});
}

static void on_rung_ready(const char *session, enum lock_rung rung, void *data)
{
	struct watched *w = watch_find(data, session);

	(void)rung;
	if (w != NULL)
		watch_event(w, &(struct lock_event){.kind = LOCK_EVENT_LOOK});
}

/* A proof ends the locker too; its stamp is there before, but may not have been told yet. */
static void on_rung_gone(const char *session, enum lock_rung rung, bool clean, void *data)
{
	struct watched *w = watch_find(data, session);

	(void)clean;
	if (w == NULL)
		return;
	watch_try_stamp(w);
	if (lock_is_demanded(&w->lock))
		watch_event(w, &(struct lock_event){.kind = LOCK_EVENT_LOCKER_GONE, .rung = rung});
}

/* --- stamps --- */

void watch_try_stamp(struct watched *w)
{
	const struct watch *watch = w->watch;
	struct session_facts facts;
	struct stamp stamp;

	if (!lock_is_demanded(&w->lock) || stamps_read(watch->paths, w->session.uid, &stamp) < 0)
		return;
	watched_facts(w, watch->boot_id, &facts);
	if (unlock_judge(&stamp, &facts, &w->lock, &w->policy.services, &w->used, clock_monotonic_ns()) != UNLOCK_OPENS)
		return;
	w->used = (struct unlock_used){.time_ns = stamp.time_ns, .pid = stamp.pid, .pid_start = stamp.pid_start};
	watch_event(w, &(struct lock_event){.kind = LOCK_EVENT_AUTHENTICATED});
}

static void on_stamp(uid_t uid, void *data)
{
	struct watch *watch = data;

	for (struct watched *w = watch->sessions; w != NULL; w = w->next)
		if (uid == (uid_t)-1 || w->session.uid == uid)
			watch_try_stamp(w);
}

/* --- the policy --- */

static int load_policy(struct watch *watch)
{
	struct policy_loaded *fresh = malloc(sizeof *fresh);

	if (fresh == NULL || policy_load(watch->paths, fresh) < 0) {
		free(fresh);
		return -ENOMEM;
	}
	if (watch->policy != NULL)
		policy_unload(watch->policy);
	free(watch->policy);
	watch->policy = fresh;
	watch->allowed = file_allows(watch->paths->lines_on, F_OK) == 0;
	policy_resolve(&fresh->policy, NULL, &watch->general);
	return 0;
}

void watch_reload(struct watch *watch)
{
	if (load_policy(watch) < 0)
		return;
	if (watch->input != NULL)
		input_trust(watch->input, &watch->general.lock_trusted_virtual_inputs);
	for (struct watched *w = watch->sessions; w != NULL; w = w->next) {
		resolve(w);
		watch_event(w, &(struct lock_event){.kind = LOCK_EVENT_CONFIG});
		excuse_run_look(w);
	}
	watch_act_posture(watch);
}

/* --- the whole --- */

static uid_t our_uid(const struct paths *paths)
{
	char bytes[1024];
	struct passwd entry, *found = NULL;

	if (getpwnam_r(OUR_USER, &entry, bytes, sizeof bytes, &found) == 0 && found != NULL)
		return found->pw_uid;
	return paths->root[0] != '\0' ? paths->owner : (uid_t)-1;
}

static int open_sources(struct watch *watch, const struct watch_choice *choice)
{
	const struct input_hooks input = {.used = on_used, .pulled = on_pulled, .lid_closed = on_lid_closed, .faked = on_faked, .data = watch};
	const struct worker_hooks workers = {.find = find_display, .opened = on_worker_opened, .seen = on_worker_seen, .used = on_worker_used,
					     .tampered = on_worker_tampered, .lost = on_worker_lost, .data = watch};
	int r = input_open(watch->loop, &input, &watch->general.lock_trusted_virtual_inputs, &watch->input);

	if (r == 0)
		r = workers_open(watch->loop, watch->paths, choice->worker_socket, watch->us, &workers, &watch->workers);
	if (r == 0)
		r = stamps_open(watch->loop, watch->paths, on_stamp, watch, &watch->stamps);
	return r;
}

static int open_bus(struct watch *watch, const struct watch_choice *choice)
{
	const struct logind_hooks logind = {.session = on_session, .gone = on_gone, .lock_asked = on_lock_asked, .unlock_asked = on_unlock_asked, .controlled = on_controlled,
					    .sleep = on_sleep, .listed = on_listed, .inhibited = on_inhibited, .data = watch};
	const struct rung_hooks rungs = {.failed = on_rung_failed, .ready = on_rung_ready, .gone = on_rung_gone, .data = watch};
	const struct sleep_hooks sleep = {.begins = on_sleep_begins, .is_ready = is_ready_to_sleep, .ended = on_sleep_ended, .data = watch};
	int r = bus_open(watch->loop, choice->address, false, on_bus, watch, &watch->bus);

	if (r == 0)
		r = bus_know(watch->bus, SYSTEMD);
	if (r == 0)
		r = logind_open(watch->loop, watch->bus, &logind, &watch->logind);
	if (r == 0)
		r = rung_open(watch->bus, watch->paths, &rungs, &watch->rungs);
	if (r == 0)
		r = sleep_open(watch->logind, &sleep, &watch->sleeper);
	if (r == 0)
		r = serve_open(watch, watch->bus, &watch->serve);
	return r;
}

int watch_open(struct loop *loop, const struct watch_choice *choice, struct watch **ret_watch)
{
	struct watch *watch = calloc(1, sizeof *watch);
	int r;

	if (watch == NULL)
		return -ENOMEM;
	watch->loop = loop;
	watch->paths = choice->paths;
	watch->posture_fd = -1;
	watch->us = our_uid(choice->paths);
	r = clock_boot_id(watch->boot_id);
	if (r == 0)
		r = load_policy(watch);
	if (r == 0)
		r = open_sources(watch, choice);
	if (r == 0)
		r = open_bus(watch, choice);
	if (r < 0) {
		watch_close(watch);
		return r;
	}
	*ret_watch = watch;
	return 0;
}

void watch_close(struct watch *watch)
{
	if (watch == NULL)
		return;
	serve_close(watch->serve);
	sleep_close(watch->sleeper);
	if (watch->rungs != NULL)
		rung_close(watch->rungs);
	logind_close(watch->logind);
	bus_close(watch->bus);
	stamps_close(watch->stamps);
	workers_close(watch->workers);
	if (watch->input != NULL)
		input_close(watch->input);
	while (watch->sessions != NULL) {
		struct watched *w = watch->sessions;

		watch->sessions = w->next;
		(void)loop_at(watch->loop, INT64_MAX, 0, on_time, w);
		forget_leader(w);
		free(w);
	}
	while (watch->accounts != NULL) {
		struct watched_account *account = watch->accounts;

		watch->accounts = account->next;
		free(account);
	}
	file_close(&watch->posture_fd);
	if (watch->policy != NULL)
		policy_unload(watch->policy);
	free(watch->policy);
	free(watch);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* The lock's states with one display, one person and lockers as children. */
#include "x11_standalone.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "lock_record.h"
#include "notice.h"
#include "owner_gather.h"
#include "person_load.h"
#include "policy_load.h"
#include "proof.h"
#include "speech_gather.h"
#include "text.h"
#include "watched.h"
#include "x11_eye.h"
#include "x11_locker.h"

#define NS_PER_MS INT64_C(1000000)
#define PAUSE_LEAST_NS (100 * NS_PER_MS)
#define PAUSE_MOST_NS (5000 * NS_PER_MS)
#define PAUSE_PART 30 /* of the time until the lock */
#define EVENTS_MAX 16
#define ENDING_MS 150

struct standalone {
	struct loop *loop;
	const struct paths *paths;
	enum language language;
	struct policy_loaded policy;
	struct person_loaded person;
	bool has_person;
	struct watched w; /* policy, ladder, config, lock; there is no session of logind's */
	struct x11_eye eye;
	struct x11_locker locker;
	struct lock_event events[EVENTS_MAX];
	size_t event_count;
	bool stepping;
	int64_t tampered_ns[WORKER_TAMPER_MAX]; /* told last; 0 = never */
	int result;
};

static void feed(struct standalone *s, const struct lock_event *event);

/* --- telling --- */

static void print(const char *line)
{
	(void)dprintf(STDOUT_FILENO, "%s\n", line);
}

static const char *person_name(const struct standalone *s)
{
	return s->has_person ? s->person.person.name : NULL;
}

static void say_start(const struct standalone *s)
{
	char line[MESSAGE_BYTES_MAX * 2], after[64];
	const char *const arguments[] = {s->w.display, after};
	struct text t;

	TEXT_INTO(&t, after);
	notice_add_duration(&t, s->language, s->w.config.after_ns + s->w.config.grace_ns);
	TEXT_INTO(&t, line);
	message_add(&t, s->language, MESSAGE_LOCK_STANDALONE, arguments, 2);
	print(line);
}

static void say_warning(const struct standalone *s)
{
	char line[NOTICE_BYTES_MAX];
	struct text t;

	TEXT_INTO(&t, line);
	notice_add_countdown(&t, s->language, s->w.lock.deadline_ns + s->w.config.grace_ns - clock_monotonic_ns());
	print(line);
}

static void emit(const struct standalone *s, const struct record *record)
{
	(void)record_emit(record, s->paths->journal, s->paths->syslog);
	if (record->detail != NULL)
		print(record->detail);
}

static void record(struct standalone *s, const struct lock *before, enum lock_action what)
{
	const struct lock_record_facts facts = {
		.before = before,
		.after = &s->w.lock,
		.config = &s->w.config,
		.session = s->w.display,
		.user = person_name(s),
		.tty = s->w.display,
		.seat = "",
		.holder = s->w.holder,
		.lacks = s->w.lacks,
		.inhibitor = "", /* without logind nobody asks for one */
		.policy_hash = s->policy.policy.hash,
		.policy_state = policy_state_name(s->policy.state),
		.time_s = clock_now_s(),
		.now_ns = clock_monotonic_ns(),
	};
	struct lock_record made;

	if (lock_record_make(&facts, what, &made) == 0)
		emit(s, &made.record);
}

static void on_tampered(enum worker_tamper tamper, int64_t at_ns, void *data)
{
	struct standalone *s = data;
	const char *word = worker_tamper_name(tamper);
	char detail[128];
	struct text t;
	struct record told = {.kind = RECORD_LOCK_TAMPER, .verdict = RECORD_WARNED, .time_s = clock_now_s(), .clause = "LK-1",
			      .policy_hash = s->policy.policy.hash, .policy_state = policy_state_name(s->policy.state), .user = person_name(s),
			      .service = "idlelock-x11", .tty = s->w.display, .reasons = &word, .reason_count = 1, .detail = detail};

	(void)at_ns;
	/* a trick may be played a hundred times a second; once since the person was here is enough */
	if (s->tampered_ns[tamper] != 0 && s->tampered_ns[tamper] >= s->w.lock.last_input_ns)
		return;
	s->tampered_ns[tamper] = clock_monotonic_ns();
	TEXT_INTO(&t, detail);
	text_add_format(&t, "display %s: %s", s->w.display, word);
	emit(s, &told);
}

/* --- doing --- */

static void put(char *ret_to, size_t size, const char *from)
{
	struct text t;

	text_init(&t, ret_to, size);
	text_add_escaped_cut(&t, from, strlen(from), size - 1);
}

static void judge(struct standalone *s, const struct worker_sight *sight)
{
	struct proof_facts facts = {.type = SESSION_TYPE_X11, .rung = LOCK_RUNG_LOCKER, .locker = s->locker.id, .user = getuid(), .us = (uid_t)-1,
				    .our_unit = "", .seen = true, .sight = *sight};
	struct proof proof;

	owner_gather((pid_t)sight->owner_pid, 0, &facts.owner);
	proof = proof_judge(&facts);
	/* a locker that lets somebody in takes its windows away first, and then tells it by its end */
	if (proof.verdict != PROOF_HELD && s->w.lock.proven_ns >= s->locker.started_ns && x11_locker_wait(&s->locker, ENDING_MS))
		return;
	put(s->w.lacks, sizeof s->w.lacks, proof.verdict == PROOF_HELD ? "" : proof.lacks);
	if (proof.verdict == PROOF_HELD)
		put(s->w.holder, sizeof s->w.holder, facts.owner.exe);
	feed(s, &(struct lock_event){.kind = proof.verdict == PROOF_HELD ? LOCK_EVENT_PROVEN : LOCK_EVENT_NOT_PROVEN, .strength = proof.strength});
}

static void look(struct standalone *s)
{
	struct worker_sight sight;

	x11_eye_look(&s->eye, false, &sight);
	judge(s, &sight);
}

static void start_rung(struct standalone *s)
{
	enum locker_id id = s->w.ladder.lockers[s->w.lock.rung];
	struct worker_sight sight;

	if (s->locker.id == id)
		return;
	x11_locker_stop(&s->locker);
	/* a menu's grab would keep the locker from its own */
	x11_eye_look(&s->eye, true, &sight);
	if (x11_locker_start(&s->locker, id) < 0)
		feed(s, &(struct lock_event){.kind = LOCK_EVENT_RUNG_FAILED});
}

static void act(struct standalone *s, const struct lock *before, unsigned actions)
{
	for (unsigned action = 1; action <= LOCK_DO_FACTS; action <<= 1) {
		if ((actions & action) == 0)
			continue;
		switch ((enum lock_action)action) {
		case LOCK_DO_WARN:
			say_warning(s);
			break;
		case LOCK_DO_START_RUNG:
			start_rung(s);
			break;
		case LOCK_DO_VERIFY:
			look(s);
			break;
		case LOCK_DO_RECORD_ASKED:
		case LOCK_DO_RECORD_PROVEN:
		case LOCK_DO_RECORD_RUNG:
		case LOCK_DO_RECORD_LOST:
		case LOCK_DO_RECORD_UNPROVEN:
		case LOCK_DO_RECORD_OPENED:
		case LOCK_DO_RECORD_OBSERVED:
			record(s, before, (enum lock_action)action);
			break;
		case LOCK_DO_OPENED:
			x11_locker_stop(&s->locker);
			break;
		case LOCK_DO_STOP_WARNING:
		case LOCK_DO_KEYRING:
		case LOCK_DO_FACTS:
			break;
		}
	}
}

/* --- events --- */

static void on_due(int64_t now_ns, void *data)
{
	struct standalone *s = data;

	(void)now_ns;
	/* what was done before the deadline comes first */
	(void)x11_input_settle(&s->eye.input);
	feed(s, &(struct lock_event){.kind = LOCK_EVENT_TIME});
}

/* An action may have events of its own; they wait until the step that caused them is done. */
static void feed(struct standalone *s, const struct lock_event *event)
{
	if (s->event_count < EVENTS_MAX)
		s->events[s->event_count++] = *event;
	if (s->stepping)
		return;
	s->stepping = true;
	while (s->event_count > 0) {
		struct lock_event next = s->events[0];
		struct lock before = s->w.lock;
		struct lock_step step;

		memmove(s->events, s->events + 1, --s->event_count * sizeof *s->events);
		step = lock_step(&before, &s->w.config, &next, clock_monotonic_ns());
		s->w.lock = step.next;
		act(s, &before, step.actions);
	}
	s->stepping = false;
	(void)loop_at(s->loop, s->w.lock.wake_at_ns, 0, on_due, s);
}

static void on_used(int64_t at_ns, void *data)
{
	feed(data, &(struct lock_event){.kind = LOCK_EVENT_INPUT, .at_ns = at_ns});
}

static void on_seen(const struct worker_sight *sight, void *data)
{
	struct standalone *s = data;

	if (lock_is_demanded(&s->w.lock))
		judge(s, sight);
}

static void on_lost(void *data)
{
	struct standalone *s = data;

	s->result = -ENOTCONN;
	loop_stop(s->loop);
}

/* Exit status 0 is the locker's word that it let somebody in; it counts for a locker that was seen to lock. */
static void on_locker_ended(int status, void *data)
{
	struct standalone *s = data;
	bool had_locked = s->w.lock.proven_ns >= s->locker.started_ns;

	if (had_locked && WIFEXITED(status) && WEXITSTATUS(status) == 0)
		feed(s, &(struct lock_event){.kind = LOCK_EVENT_AUTHENTICATED});
	else
		feed(s, &(struct lock_event){.kind = had_locked ? LOCK_EVENT_LOCKER_GONE : LOCK_EVENT_RUNG_FAILED});
}

/* --- beginning --- */

static int read_policy(struct standalone *s)
{
	struct settings settings;
	int r = policy_load(s->paths, &s->policy);

	if (r < 0)
		return r;
	s->has_person = person_load_uid(getuid(), &s->person) == 0;
	policy_resolve(&s->policy.policy, s->has_person ? &s->person.person : NULL, &settings);
	watched_policy_set(&s->w.policy, &settings, true);
	s->language = speech_language(&settings);
	return 0;
}

/* Of all rungs a user can climb the locker alone; with two lockers installed the second is a rung too. */
static void plan_ladder(struct standalone *s)
{
	static const enum locker_id lockers[] = {LOCKER_XSECURELOCK, LOCKER_I3LOCK};

	for (size_t i = 0; i < sizeof lockers / sizeof *lockers; i++) {
		struct ladder_facts facts = {.type = SESSION_TYPE_X11, .desktop = ""};
		struct ladder one;

		facts.installed[lockers[i]] = x11_locker_is_installed(lockers[i]);
		if (ladder_plan("locker", 0, &facts, NULL, &one) < 0 || one.count == 0)
			continue;
		s->w.ladder.rungs[s->w.ladder.count] = one.rungs[0];
		s->w.ladder.rung_ns[s->w.ladder.count] = one.rung_ns[0];
		s->w.ladder.lockers[s->w.ladder.count++] = one.lockers[0];
	}
	watched_config(&s->w, WATCHED_X11, &s->w.config);
	/* Each is the person's own program here. */
	s->w.config.needed = LOCK_STRENGTH_NONE;
}

static int64_t pause_of(int64_t after_ns)
{
	int64_t pause_ns = after_ns / PAUSE_PART;

	if (pause_ns < PAUSE_LEAST_NS)
		return PAUSE_LEAST_NS;
	return pause_ns < PAUSE_MOST_NS ? pause_ns : PAUSE_MOST_NS;
}

static int open_display(struct standalone *s, const char *display)
{
	const struct x11_eye_hooks hooks = {.seen = on_seen, .used = on_used, .tampered = on_tampered, .lost = on_lost, .data = s};
	const char *name = display != NULL ? display : getenv("DISPLAY");
	enum worker_failure failure;
	struct x11 x;
	int r;

	failure = x11_connect_as_user(name, &x);
	if (failure != WORKER_FAILURE_NONE) {
		(void)dprintf(STDERR_FILENO, "idlelock-x11: display %s: %s\n", name == NULL ? "" : name, worker_failure_name(failure));
		return -ENOTCONN;
	}
	put(s->w.display, sizeof s->w.display, name == NULL ? "" : name);
	r = x11_eye_open(&s->eye, &x, s->loop, &hooks, s->w.policy.trusts_xtest, pause_of(s->w.policy.after_ns));
	if (r == 0)
		x11_eye_arm(&s->eye, true);
	return r;
}

static int begin(struct standalone *s, const char *display)
{
	struct lock_step step;
	int r = read_policy(s);

	if (r == 0)
		r = open_display(s, display);
	if (r < 0)
		return r;
	plan_ladder(s);
	if (s->w.ladder.count == 0) {
		(void)dprintf(STDERR_FILENO, "idlelock-x11: no locker is installed: xsecurelock or i3lock\n");
		return -ENOENT;
	}
	say_start(s);
	step = lock_begin(&s->w.config, false, clock_monotonic_ns());
	s->w.lock = step.next;
	act(s, &s->w.lock, step.actions);
	return loop_at(s->loop, s->w.lock.wake_at_ns, 0, on_due, s);
}

int x11_standalone_run(const struct paths *paths, const char *display)
{
	struct standalone *s = calloc(1, sizeof *s);
	int r;

	if (s == NULL)
		return -ENOMEM;
	s->paths = paths;
	s->loop = loop_new();
	s->locker = (struct x11_locker){.loop = s->loop, .ended = on_locker_ended, .data = s};
	r = s->loop == NULL ? -ENOMEM : begin(s, display);
	if (r == 0)
		r = loop_run(s->loop);
	if (r == 0)
		r = s->result;
	x11_eye_close(&s->eye);
	loop_free(s->loop);
	if (s->has_person)
		person_unload(&s->person);
	policy_unload(&s->policy);
	free(s);
	return r;
}

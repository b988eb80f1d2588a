/* SPDX-License-Identifier: BSD-2-Clause */
/* The guard's frame: who is watched, when to look, what then. */
#include "guard_run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "clock.h"
#include "exec_watch_run.h"
#include "file.h"
#include "file_watch_run.h"
#include "guard_serve.h"
#include "netlink_watch_run.h"
#include "repair_run.h"
#include "text.h"
#include "unit_watch_run.h"

#define NS_PER_S INT64_C(1000000000)
#define TOGETHER_NS (10 * GUARDIAN_MS)  /* what changes at once is looked at once */
#define CULPRIT_NS (2 * NS_PER_S)       /* so long before it was seen a change may be its cause */
#define ARENA_BYTES (192U * 1024 * 1024) /* address space of one look; what is not used costs nothing */
#define SHARE 4                         /* a look is followed by as many times its own length without one */

static void on_due(int64_t now_ns, void *data);

static uint64_t mark_of(const struct guarded *c)
{
	return UINT64_C(1) << c->id;
}

static bool is_on(const struct guarded *c)
{
	return c->settings.control_mode != CONTROL_MODE_OFF;
}

/* --- when to look --- */

static void look_at(struct guarded *c, int64_t at_ns, int64_t slack_ns)
{
	if (at_ns < c->free_ns)
		at_ns = c->free_ns;
	if (!is_on(c) || c->look_ns <= at_ns)
		return;
	c->look_ns = at_ns;
	(void)loop_at(c->guard->loop, at_ns, slack_ns, on_due, c);
}

static void look_soon(struct guard *guard, uint64_t marks)
{
	int64_t now_ns = clock_monotonic_ns();

	for (size_t i = 0; i < CONTROL_MAX; i++)
		if ((marks & mark_of(&guard->controls[i])) != 0)
			look_at(&guard->controls[i], now_ns + TOGETHER_NS, 0);
}

static void on_busy(uint64_t marks, void *data)
{
	struct guard *guard = data;
	uint64_t asked = guard->asked_busy;

	guard->asked_busy = 0;
	for (size_t i = 0; i < CONTROL_MAX; i++)
		if ((asked & mark_of(&guard->controls[i])) != 0)
			guard->controls[i].busy = (marks & mark_of(&guard->controls[i])) != 0;
}

static void ask_busy(struct guarded *c)
{
	struct guard *guard = c->guard;

	guard->asked_busy |= mark_of(c);
	if (unit_watch_ask_busy(guard->units, on_busy, guard) < 0) {
		guard->asked_busy &= ~mark_of(c);
		c->busy = false;
	}
}

/* --- the look --- */

struct look {
	void *block;
	struct arena arena;
	struct control_verdict verdict;
	const void *facts;
};

static bool look_begin(struct guarded *c, struct look *l)
{
	const struct control_scene scene = {.paths = c->guard->paths, .settings = &c->settings, .now_s = clock_now_s()};

	*l = (struct look){.block = mmap(NULL, ARENA_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)};
	if (l->block == MAP_FAILED)
		return false;
	arena_init(&l->arena, l->block, ARENA_BYTES);
	if (c->row->probe(&scene, &l->arena, &l->facts) < 0)
		return false;
	l->verdict = c->row->judge(l->facts, &c->settings, &l->arena);
	return true;
}

static void look_end(struct look *l)
{
	if (l->block != MAP_FAILED)
		(void)munmap(l->block, ARENA_BYTES);
}

static void note_detail(struct guarded *c, const struct control_verdict *verdict)
{
	const struct control_reason *reason = &verdict->reasons[0];
	char words[2 * MESSAGE_BYTES_MAX];
	struct text t;

	TEXT_INTO(&t, words);
	if (verdict->reason_count > 0)
		message_add(&t, LANGUAGE_EN, reason->id, reason->arguments, reason->count);
	TEXT_INTO(&t, c->detail);
	text_add_escaped_cut(&t, words, strlen(words), sizeof c->detail - 1);
}

/* The process that changed the rules, if that is a person's; else the command of the moment that names what is violated now. */
static void note_culprit(struct guarded *c, int64_t now_ns)
{
	bool changed = c->changed_ns != 0 && now_ns - c->changed_ns <= CULPRIT_NS;
	struct text t;

	c->culprit = (struct culprit){.uid = (uid_t)-1};
	if (changed)
		c->culprit = c->changer;
	if (changed && c->mixed)
		c->culprit.person[0] = '\0';
	else if (c->culprit.person[0] == '\0' && c->seen == POSTURE_VIOLATED)
		(void)exec_watch_suspect(c->guard->execs, mark_of(c), &c->culprit);
	TEXT_INTO(&t, c->by);
	if (c->culprit.program[0] != '\0')
		text_add_format(&t, "%s (%s)", c->culprit.person[0] != '\0' ? c->culprit.person : "unknown person", c->culprit.program);
}

/* --- putting it right --- */

static void on_repaired(size_t failed, const char *what, void *data)
{
	struct guarded *c = data;
	struct text t;

	c->repair = NULL;
	TEXT_INTO(&t, c->failed);
	text_add(&t, failed > 0 ? what : "");
	guardian_repaired(&c->guardian, clock_monotonic_ns());
	guard_tell_repair(c, failed);
	look_soon(c->guard, mark_of(c));
}

/* What keeps harm away was done or taken away again: nothing is told. */
static void on_held(size_t failed, const char *what, void *data)
{
	struct guarded *c = data;

	(void)failed;
	(void)what;
	c->repair = NULL;
	guardian_repaired(&c->guardian, clock_monotonic_ns());
	look_soon(c->guard, mark_of(c));
}

static int start(struct guarded *c, const struct control_repair *plan, enum repair_part part, repair_done done)
{
	int r = repair_start(c->guard->loop, c->guard->bus, c->row->name, plan, part, done, c, &c->repair);

	c->guardian.repairing = r == 0;
	return r;
}

static void begin_repair(struct guarded *c, struct look *l)
{
	struct control_repair plan = {0};
	int r = -ENOENT;

	c->row->repair(l->facts, &c->settings, &l->arena, &plan);
	if (plan.count > 0)
		r = start(c, &plan, REPAIR_NOW, on_repaired);
	if (r < 0)
		guardian_repaired(&c->guardian, clock_monotonic_ns());
	else
		c->repairs++;
}

static bool has_step(const struct control_repair *plan, enum control_step_kind kind)
{
	for (size_t i = 0; i < plan->count; i++)
		if (plan->steps[i].kind == kind)
			return true;
	return false;
}

static void begin_hold(struct guarded *c, struct look *l)
{
	struct control_repair plan = {0};

	c->row->repair(l->facts, &c->settings, &l->arena, &plan);
	if (has_step(&plan, STEP_COMMAND_FIRST))
		(void)start(c, &plan, REPAIR_FIRST, on_held);
}

/* Not between two steps of the product, which may open it once more. */
static void end_hold(struct guarded *c, struct look *l, int64_t now_ns)
{
	struct control_repair plan = {0};

	if (!l->verdict.held || c->repair != NULL)
		return;
	if (l->verdict.busy) {
		look_at(c, now_ns + GUARDIAN_BUSY_LOOK_NS, 0);
		return;
	}
	c->row->repair(l->facts, &c->settings, &l->arena, &plan);
	if (has_step(&plan, STEP_COMMAND_LATER))
		(void)start(c, &plan, REPAIR_LATER, on_held);
}

/* --- what follows --- */

static struct guardian_rules rules_of(const struct guarded *c)
{
	return (struct guardian_rules){
		.repairs = c->settings.control_mode == CONTROL_MODE_REPAIR || c->settings.control_mode == CONTROL_MODE_GATE,
		.grace_ns = c->settings.control_grace * NS_PER_S,
		.most = (size_t)c->settings.control_repairs,
	};
}

static void act(struct guarded *c, struct look *l, int64_t now_ns)
{
	const struct guardian_rules rules = rules_of(c);
	bool was_suspected = c->guardian.suspected_ns != 0;
	struct guardian_step step = guardian_look(&c->guardian, &rules, c->seen, c->busy || l->verdict.busy, now_ns, clock_now_s());

	if (c->guardian.suspected_ns != 0)
		ask_busy(c);
	if ((c->guardian.suspected_ns != 0 && !was_suspected) || (step.changed && !was_suspected))
		note_culprit(c, now_ns);
	if (step.changed || step.gave_up)
		guard_tell_change(c, step.gave_up);
	if (step.changed && c->seen == POSTURE_VIOLATED)
		exec_watch_forget(c->guard->execs, mark_of(c));
	if (step.repair)
		begin_repair(c, l);
	else if (step.hold && !l->verdict.held)
		begin_hold(c, l);
	else if (c->guardian.state == POSTURE_OK && c->guardian.suspected_ns == 0)
		end_hold(c, l, now_ns);
	if (step.look_ns != INT64_MAX)
		look_at(c, step.look_ns, 0);
	/* A plan without a step: tried again when the guardian says so. */
	if (step.repair && c->repair == NULL)
		look_at(c, now_ns + GUARDIAN_RETRY_FIRST_NS, 0);
}

static void on_due(int64_t now_ns, void *data)
{
	struct guarded *c = data;
	struct look l;
	int64_t end_ns;
	bool seen;

	c->look_ns = INT64_MAX;
	seen = look_begin(c, &l);
	end_ns = clock_monotonic_ns();
	c->free_ns = end_ns + SHARE * (end_ns - now_ns);
	c->guard->looks++;
	c->seen = seen ? l.verdict.state : POSTURE_UNKNOWN;
	note_detail(c, &l.verdict);
	act(c, &l, end_ns);
	look_end(&l);
	if (c->interval_ns > 0)
		look_at(c, end_ns + c->interval_ns, c->interval_ns / 2);
}

/* --- what calls for a look --- */

static void on_files(uint64_t marks, void *data)
{
	look_soon(data, marks);
}

static void on_rules(const struct change *change, void *data)
{
	struct guard *guard = data;
	struct culprit culprit;
	int64_t now_ns = clock_monotonic_ns();

	culprit_gather(change, &culprit);
	if (culprit.person[0] == '\0')
		(void)exec_watch_find(guard->execs, change, &culprit);
	for (size_t i = 0; i < CONTROL_MAX; i++) {
		struct guarded *c = &guard->controls[i];

		if ((guard->rules_marks & mark_of(c)) == 0)
			continue;
		/* Changes that one look will see together must be of one person, else it is nobody's. */
		c->mixed = c->look_ns != INT64_MAX && c->changed_ns != 0 && now_ns - c->changed_ns <= TOGETHER_NS &&
			   (c->mixed || c->changer.uid != culprit.uid);
		c->changer = culprit;
		c->changed_ns = now_ns;
	}
	look_soon(guard, guard->rules_marks);
}

static void on_network(void *data)
{
	struct guard *guard = data;

	look_soon(guard, guard->network_marks);
}

static void add_watch(struct guarded *c, const struct control_watch *watch)
{
	struct guard *guard = c->guard;

	switch (watch->kind) {
	case WATCH_FILE:
	case WATCH_BASELINE:
		(void)file_watch_add(guard->files, watch->name, mark_of(c));
		(void)exec_watch_add(guard->execs, watch->name, mark_of(c));
		return;
	case WATCH_UNIT:
		(void)unit_watch_add(guard->units, watch->name, mark_of(c));
		(void)exec_watch_add(guard->execs, watch->name, mark_of(c));
		return;
	case WATCH_NFTABLES:
		guard->rules_marks |= mark_of(c);
		return;
	case WATCH_NETWORK:
		guard->network_marks |= mark_of(c);
		return;
	case WATCH_INTERVAL:
		if (c->interval_ns == 0 || watch->interval_s * NS_PER_S < c->interval_ns)
			c->interval_ns = watch->interval_s * NS_PER_S;
		return;
	case WATCH_KIND_MAX:
		return;
	}
}

static void watch_control(struct guarded *c)
{
	char block[16 * 1024];
	struct control_watches watches = {0};
	struct arena arena;

	c->interval_ns = 0;
	if (!is_on(c))
		return;
	arena_init(&arena, block, sizeof block);
	c->row->watch(&c->settings, &arena, &watches);
	for (size_t i = 0; i < watches.count; i++)
		add_watch(c, &watches.items[i]);
}

static int watch_all(struct guard *guard)
{
	int r;

	file_watch_close(guard->files);
	unit_watch_close(guard->units);
	exec_watch_close(guard->execs);
	guard->files = NULL;
	guard->units = NULL;
	guard->execs = NULL;
	guard->rules_marks = guard->network_marks = guard->asked_busy = 0;
	r = file_watch_open(guard->loop, guard->paths->root, on_files, guard, &guard->files);
	if (r == 0)
		r = unit_watch_open(guard->bus, on_files, guard, &guard->units);
	if (r == 0)
		r = exec_watch_open(guard->loop, &guard->execs);
	for (size_t i = 0; r == 0 && i < CONTROL_MAX; i++)
		watch_control(&guard->controls[i]);
	if (r == 0)
		unit_watch_bus_changed(guard->units, bus_is_connected(guard->bus));
	return r;
}

/* --- the policy --- */

static int load_policy(struct guard *guard)
{
	struct policy_loaded *fresh = malloc(sizeof *fresh);

	if (fresh == NULL || policy_load(guard->paths, fresh) < 0) {
		free(fresh);
		return -ENOMEM;
	}
	if (guard->policy != NULL)
		policy_unload(guard->policy);
	free(guard->policy);
	guard->policy = fresh;
	for (size_t i = 0; i < CONTROL_MAX; i++) {
		struct guarded *c = &guard->controls[i];
		const struct policy_names names = {.control = c->row->name};

		policy_resolve_for(&fresh->policy, NULL, &names, &c->settings);
	}
	return 0;
}

/* One that is off is forgotten: what it was says nothing once it is on again. */
static void look_at_all(struct guard *guard)
{
	for (size_t i = 0; i < CONTROL_MAX; i++) {
		struct guarded *c = &guard->controls[i];

		if (!is_on(c)) {
			c->guardian = (struct guardian){0};
			c->look_ns = INT64_MAX;
			(void)loop_at(guard->loop, INT64_MAX, 0, on_due, c);
		}
		look_soon(guard, mark_of(c));
	}
	guard_write_posture(guard);
}

void guard_reload(struct guard *guard)
{
	if (load_policy(guard) == 0 && watch_all(guard) == 0)
		look_at_all(guard);
}

/* --- the whole --- */

static void on_bus(bool connected, void *data)
{
	struct guard *guard = data;

	if (guard->units != NULL)
		unit_watch_bus_changed(guard->units, connected);
}

int guard_open(struct guard *guard, struct loop *loop, const struct paths *paths, const char *address)
{
	const struct netlink_hooks hooks = {.rules = on_rules, .network = on_network, .data = guard};
	int r;

	*guard = (struct guard){.loop = loop, .paths = paths, .posture_fd = -1};
	for (size_t i = 0; i < CONTROL_MAX; i++)
		guard->controls[i] = (struct guarded){.guard = guard, .id = (enum control_id)i, .row = control_row((enum control_id)i), .look_ns = INT64_MAX};
	r = clock_boot_id(guard->boot_id);
	if (r == 0)
		r = load_policy(guard);
	if (r == 0)
		r = bus_open(loop, address, false, on_bus, guard, &guard->bus);
	if (r == 0)
		r = guard_serve_open(guard, guard->bus, &guard->serve);
	if (r == 0)
		r = netlink_watch_open(loop, &hooks, &guard->netlink);
	if (r == 0)
		r = watch_all(guard);
	if (r == 0)
		look_at_all(guard);
	return r;
}

void guard_close(struct guard *guard)
{
	for (size_t i = 0; i < CONTROL_MAX; i++)
		repair_stop(guard->controls[i].repair);
	netlink_watch_close(guard->netlink);
	file_watch_close(guard->files);
	unit_watch_close(guard->units);
	exec_watch_close(guard->execs);
	guard_serve_close(guard->serve);
	bus_close(guard->bus);
	file_close(&guard->posture_fd);
	if (guard->policy != NULL)
		policy_unload(guard->policy);
	free(guard->policy);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* The guard's frame: who is watched, when to look, what then. */
#include "guard_run.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "exec_watch_run.h"
#include "file.h"
#include "file_watch_run.h"
#include "firewall_hold_run.h"
#include "guard_serve.h"
#include "netlink_watch_run.h"
#include "repair_run.h"
#include "text.h"
#include "unit_watch_run.h"

#define NS_PER_S INT64_C(1000000000)
#define TOGETHER_NS (10 * GUARDIAN_MS)  /* what changes at once is looked at once */
#define CULPRIT_NS (2 * NS_PER_S)       /* so long before it was seen a change may be its cause */
#define BURST_NS NS_PER_S               /* looks take half of a processor at most, but for so much at once */
#define OURSELVES "mutex-guardd"        /* as the kernel names us */

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
	if (at_ns < c->free_ns - BURST_NS)
		at_ns = c->free_ns - BURST_NS;
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
	for (size_t i = 0; i < CONTROL_MAX; i++) {
		struct guarded *c = &guard->controls[i];
		bool was_busy = c->busy;

		if ((asked & mark_of(c)) == 0)
			continue;
		c->busy = (marks & mark_of(c)) != 0;
		if (was_busy && !c->busy)
			look_soon(guard, mark_of(c));
	}
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

/* The process that changed the rules, if that is a person's; else the command of the moment that names what is violated now. Of the moment when the look
 * began: it may take its time. */
static void note_culprit(struct guarded *c)
{
	bool changed = c->changed_ns != 0 && c->looked_ns - c->changed_ns <= CULPRIT_NS;
	struct text t;

	c->culprit = (struct culprit){.uid = (uid_t)-1};
	if (changed)
		c->culprit = c->changer;
	if (changed && c->mixed)
		c->culprit.person[0] = '\0';
	else if (c->culprit.person[0] == '\0' && c->seen == POSTURE_VIOLATED)
		(void)exec_watch_suspect(c->guard->execs, mark_of(c), c->looked_ns, &c->culprit);
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

static void begin_repair(struct guarded *c, const struct sight *sight)
{
	int r = -ENOENT;

	if (sight->plan.count > 0)
		r = repair_start(c->guard->loop, c->guard->bus, c->row->name, &sight->plan, on_repaired, c, &c->repair);
	if (r < 0)
		guardian_repaired(&c->guardian, clock_monotonic_ns());
	else
		c->repairs++;
}

/* --- keeping harm away meanwhile --- */

/* Where there is something that does it. These controls are looked at at once: their probes wait for nothing but the kernel. */
static int (*const HOLDS[CONTROL_MAX])(const struct settings *settings, bool on) = {[CONTROL_firewall] = firewall_hold_set};

/* It keeps out what the hold would. */
static bool is_on_floor(const struct guarded *c)
{
	return c->guard->floor_error == 0 && c->settings.control_floor == CONTROL_FLOOR_ON;
}

/* A table of that name that we did not put may hold nothing: put anew it does. What the kernel refuses is told with the change. */
static void hold(struct guarded *c, bool on)
{
	int r;

	if (HOLDS[c->id] == NULL || (on ? c->hold_is_ours : !c->held))
		return;
	r = HOLDS[c->id](&c->settings, on);
	c->hold_error = on && r != -ENOENT && !is_on_floor(c) ? r : 0; /* -ENOENT: nobody would put it right, so nothing is to be held */
	if (r == 0)
		c->held = c->hold_is_ours = on;
}

/* Whatever the product does, and whatever is seen of it. What failed, and whether another has one, is tried again at the next look. */
static void keep_floor(struct guard *guard)
{
	const struct settings *settings = &guard->controls[CONTROL_firewall].settings;
	int error = firewall_floor_keep(&guard->floor, guard->policy, settings);

	if (error == -ECANCELED && error != guard->floor_error)
		(void)dprintf(STDERR_FILENO, "mutex-guardd: %s\n", firewall_floor_explain(error));
	else if (error < 0 && error != guard->floor_error)
		(void)dprintf(STDERR_FILENO, "mutex-guardd: the floor of [control firewall] cannot be %s: %s\n",
			      firewall_floor_is_wanted(settings) ? "laid" : "taken away", firewall_floor_explain(error));
	guard->floor_error = error;
}

/* Not between two steps of the product, which may open it once more. */
static void end_hold(struct guarded *c, bool busy, int64_t now_ns)
{
	if (!c->held || c->repair != NULL)
		return;
	if (busy)
		look_at(c, now_ns + GUARDIAN_BUSY_LOOK_NS, 0);
	else
		hold(c, false);
}

/* --- what follows --- */

/* What only the floor would change, unless somebody has made of fine rules some that nobody can judge. */
static bool is_beyond_repair(const struct guarded *c, const struct sight *sight)
{
	return sight->beyond_repair && !(sight->undecided && c->was_fine);
}

static struct guardian_rules rules_of(const struct guarded *c, const struct sight *sight)
{
	bool repairs = c->settings.control_mode == CONTROL_MODE_REPAIR || c->settings.control_mode == CONTROL_MODE_GATE;

	return (struct guardian_rules){
		.repairs = repairs && !is_beyond_repair(c, sight),
		.grace_ns = c->settings.control_grace * NS_PER_S,
		.most = (size_t)c->settings.control_repairs,
	};
}

static void act(struct guarded *c, const struct sight *sight, int64_t now_ns)
{
	const struct guardian_rules rules = rules_of(c, sight);
	bool was_suspected = c->guardian.suspected_ns != 0;
	struct guardian_step step;

	/* Until systemd has said what it is at, it may be starting the product. */
	if (!was_suspected)
		c->busy = true;
	step = guardian_look(&c->guardian, &rules, c->seen, c->busy || sight->busy, now_ns, clock_now_s());
	if ((c->guardian.suspected_ns != 0 && !was_suspected) || (step.changed && !was_suspected))
		note_culprit(c);
	if (step.hold)
		hold(c, true);
	else if (!rules.repairs && !is_beyond_repair(c, sight))
		hold(c, false);
	if (c->guardian.suspected_ns != 0)
		ask_busy(c);
	if (step.changed || step.gave_up)
		guard_tell_change(c, step.gave_up);
	if (step.changed && c->seen == POSTURE_VIOLATED)
		exec_watch_forget(c->guard->execs, mark_of(c));
	if (step.repair)
		begin_repair(c, sight);
	else if ((c->guardian.state == POSTURE_OK || (is_beyond_repair(c, sight) && !sight->undecided)) && c->guardian.suspected_ns == 0)
		end_hold(c, sight->busy, now_ns);
	if (step.look_ns != INT64_MAX)
		look_at(c, step.look_ns, 0);
	/* A plan without a step: tried again when the guardian says so. */
	if (step.repair && c->repair == NULL)
		look_at(c, now_ns + GUARDIAN_RETRY_FIRST_NS, 0);
}

/* What was fine, but for the floor, and now cannot be judged, was made so by somebody. */
static enum posture_state weigh(struct guarded *c, const struct sight *sight)
{
	c->was_fine = c->was_fine || sight->state == POSTURE_OK || (sight->beyond_repair && !sight->undecided);
	return sight->undecided && c->was_fine ? POSTURE_VIOLATED : sight->state;
}

static void on_sight(const struct sight *sight, void *data)
{
	struct guarded *c = data;
	int64_t now_ns = clock_monotonic_ns();

	c->look = NULL;
	c->free_ns = (c->free_ns > now_ns ? c->free_ns : now_ns) + sight->cpu_ns;
	c->guard->looks++;
	c->seen = weigh(c, sight);
	if (sight->whole) {
		c->held = sight->held;
		c->hold_is_ours = c->hold_is_ours && sight->held;
	}
	c->reparable = sight->plan.count > 0 && !is_beyond_repair(c, sight);
	memcpy(c->detail, sight->detail, sizeof c->detail);
	act(c, sight, now_ns);
	if (c->again)
		look_soon(c->guard, mark_of(c));
	if (c->interval_ns > 0)
		look_at(c, now_ns + c->interval_ns, c->interval_ns / 2);
}

static void on_due(int64_t now_ns, void *data)
{
	struct guarded *c = data;
	const struct control_scene scene = {.paths = c->guard->paths, .settings = &c->settings, .now_s = clock_now_s()};

	if (c->id == CONTROL_firewall)
		keep_floor(c->guard);
	c->look_ns = INT64_MAX;
	c->again = c->look != NULL;
	if (c->again)
		return;
	c->looked_ns = now_ns;
	if (HOLDS[c->id] != NULL) {
		struct sight sight = {0};

		look_now(c->row, &scene, &sight);
		on_sight(&sight, c);
	} else if (look_aside(c->guard->loop, c->row, &scene, on_sight, c, &c->look) < 0) {
		on_sight(&(struct sight){0}, c);
	}
}

/* --- what calls for a look --- */

static void on_files(uint64_t marks, void *data)
{
	look_soon(data, marks);
}

/* Our own hold is nobody's change; others may call their program as ours is called. */
static bool is_ours(const struct change *change, const struct culprit *culprit)
{
	return strcmp(culprit->program, OURSELVES) == 0 && (change->pid == (uint32_t)getpid() || !culprit_knows_numbers());
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

		if ((guard->rules_marks & mark_of(c)) == 0 || is_ours(change, &culprit))
			continue;
		/* Changes that one look will see together must be of one person, else it is nobody's. */
		c->mixed = c->changed_ns > c->looked_ns && (c->mixed || c->changer.uid != culprit.uid);
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

/* Only where somebody wants to know: a kernel loads its nf_tables for who listens. */
static int watch_kernel(struct guard *guard)
{
	const struct netlink_hooks hooks = {.rules = on_rules, .network = on_network, .data = guard};

	return (guard->rules_marks | guard->network_marks) == 0 ? 0 : netlink_watch_open(guard->loop, &hooks, &guard->netlink);
}

static int watch_all(struct guard *guard)
{
	int r;

	netlink_watch_close(guard->netlink);
	file_watch_close(guard->files);
	unit_watch_close(guard->units);
	exec_watch_close(guard->execs);
	guard->netlink = NULL;
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
		r = watch_kernel(guard);
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

		c->was_fine = false;
		c->hold_error = 0;
		policy_resolve_for(&fresh->policy, NULL, &names, &c->settings);
	}
	keep_floor(guard);
	return 0;
}

/* One that is off is forgotten: what it was says nothing once it is on again. */
static void look_at_all(struct guard *guard)
{
	for (size_t i = 0; i < CONTROL_MAX; i++) {
		struct guarded *c = &guard->controls[i];

		/* what the old policy was asked says nothing of the new one */
		look_stop(c->look);
		c->look = NULL;
		c->again = false;
		if (!is_on(c)) {
			hold(c, false);
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
	int r;

	*guard = (struct guard){.loop = loop, .paths = paths, .posture_fd = -1};
	firewall_floor_open(&guard->floor);
	for (size_t i = 0; i < CONTROL_MAX; i++)
		guard->controls[i] = (struct guarded){.guard = guard, .id = (enum control_id)i, .row = control_row((enum control_id)i), .look_ns = INT64_MAX};
	guard_inherit(guard);
	r = clock_boot_id(guard->boot_id);
	if (r == 0)
		r = load_policy(guard);
	if (r == 0)
		r = bus_open(loop, address, false, on_bus, guard, &guard->bus);
	if (r == 0)
		r = guard_serve_open(guard, guard->bus, &guard->serve);
	if (r == 0)
		r = watch_all(guard);
	if (r == 0)
		look_at_all(guard);
	return r;
}

void guard_close(struct guard *guard)
{
	for (size_t i = 0; i < CONTROL_MAX; i++) {
		repair_stop(guard->controls[i].repair);
		look_stop(guard->controls[i].look);
	}
	firewall_floor_close(&guard->floor);
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

/* SPDX-License-Identifier: BSD-2-Clause */
/* What a security control that does not hold does to a login: told, told with the time left, denied. Pure. Clause SC-1; design-lock.md, "Posture". */
#include <string.h>

#include "login_rules.h"
#include "text.h"

/* Who needs the controls: logins, and those who would become root. Who stands at the console and uses sudo may be there to repair them. */
static bool is_guarded(const struct login_case *c)
{
	enum service_kind kind = c->facts->service.kind;

	return kind == SERVICE_LOGIN || kind == SERVICE_SUDO;
}

/* When nobody knows: sudo and logins from elsewhere only, never at the computer itself. */
static bool is_guarded_unknown(const struct login_case *c)
{
	return is_guarded(c) && !c->facts->at_console && (c->facts->service.kind == SERVICE_SUDO || login_is_remote(c));
}

/* "20h" until the grace ends; "" when it has ended. A clock that went back shortens nothing and lengthens nothing beyond the grace. */
static bool in_grace(int64_t since_s, int64_t grace_s, int64_t now_s, struct text *ret_left)
{
	int64_t passed = since_s > 0 && now_s > since_s ? now_s - since_s : 0, left = grace_s - passed;

	if (left <= 0)
		return false;
	login_add_left(ret_left, left);
	return true;
}

static void weigh_violated(struct login_case *c, const struct posture_control *control)
{
	bool deny = c->settings->access_posture == ACCESS_POSTURE_DENY && control->mode != POSTURE_OBSERVE;
	bool repair = c->facts->service.kind == SERVICE_SUDO && c->facts->at_console;
	char left[32];
	struct text t;
	bool grace;

	TEXT_INTO(&t, left);
	grace = in_grace(control->since, c->settings->access_posture_grace, c->facts->now_s, &t);
	login_weigh(c, LOGIN_POSTURE_REASON, SECTION_access, deny && !grace && !repair, control->control, deny && grace ? left : NULL);
}

static void weigh_unknown(struct login_case *c, int64_t since_s)
{
	bool deny = c->settings->access_posture == ACCESS_POSTURE_DENY && is_guarded_unknown(c);
	char left[32];
	struct text t;

	TEXT_INTO(&t, left);
	if (in_grace(since_s, c->settings->access_unknown_grace, c->facts->now_s, &t))
		deny = false;
	login_weigh(c, LOGIN_POSTURE_UNKNOWN_REASON, SECTION_access, deny, left, NULL);
}

/* The weightiest control is told: one that denies before one that warns, else the first. */
void login_judge_posture(struct login_case *c)
{
	const struct posture *posture = c->facts->posture;

	if (c->settings->access_posture == ACCESS_POSTURE_OFF || !is_guarded(c))
		return;
	if (c->facts->posture_standing != POSTURE_STANDING_FRESH || posture == NULL) {
		/* Where nothing follows and nobody ever watched in this boot, there is nothing to say. */
		if (c->settings->access_posture == ACCESS_POSTURE_DENY || c->facts->posture_standing == POSTURE_STANDING_STALE)
			weigh_unknown(c, c->facts->posture_unknown_since_s);
		return;
	}
	for (size_t i = 0; i < posture->count; i++) {
		const struct posture_control *control = &posture->controls[i];

		if (control->mode == POSTURE_OFF)
			continue;
		if (control->state == POSTURE_VIOLATED)
			weigh_violated(c, control);
		else if (control->state == POSTURE_UNKNOWN && control->mode != POSTURE_OBSERVE)
			weigh_unknown(c, control->since);
	}
}

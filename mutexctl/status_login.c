/* SPDX-License-Identifier: BSD-2-Clause */
/* The parts of mutexctl status about logins. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "apply_enforce.h"
#include "apply_finish.h"
#include "apply_timer.h"
#include "break_glass_check.h"
#include "date.h"
#include "number.h"
#include "pam_survey.h"
#include "sshd_survey.h"
#include "status_part.h"
#include "suspension_store.h"
#include "ways_in.h"

struct text part_detail(struct part *p)
{
	struct text t;

	text_init(&t, p->detail, sizeof p->detail);
	return t;
}

void part_set_next(struct part *p, const char *next)
{
	struct text t;

	text_init(&t, p->next, sizeof p->next);
	text_add(&t, next);
}

void part_add_observe(const struct situation *s, struct part *p, struct text *t, const char *section, int64_t until)
{
	char next[256];
	struct text n;

	TEXT_INTO(&n, next);
	p->state = PART_OBSERVE;
	if (until == 0) {
		text_add(t, "; observe without an end");
		text_add_format(&n, "write observe_until in [%s], or run mutexctl apply --enforce %s", section, section);
	} else {
		text_add(t, "; observe until ");
		date_add(t, until);
		text_add_format(&n, "mutexctl observed shows who would be refused; then run mutexctl apply --enforce %s", section);
	}
	if (until != 0 && until <= s->now_s) {
		p->state = PART_OFF;
		text_add(t, ", which is over: nothing is enforced yet");
	}
	part_set_next(p, next);
}

/* Others than root see neither shadow nor state nor sshd's keys. True when that was said. */
static bool is_blind(const struct situation *s, struct part *p, struct text *t)
{
	if (geteuid() == 0 || *s->paths->root != '\0')
		return false;
	p->state = PART_ABSENT;
	text_add(t, "only root can look: sudo mutexctl status");
	return true;
}

/* --- what the policy says --- */

void status_look_at_lockout(const struct situation *s, struct part *p)
{
	const struct settings *set = &s->settings;
	struct text t = part_detail(p);

	p->state = set->lockout_attempts > 0 ? PART_ON : PART_NONE;
	if (set->lockout_attempts > 0) {
		text_add_format(&t, "%lld failures from one place within ", (long long)set->lockout_attempts);
		number_add_duration(&t, set->lockout_window);
		text_add(&t, " lock it out for ");
		number_add_duration(&t, set->lockout_duration);
	} else {
		text_add(&t, "no number of failures locks a place out");
	}
	if (set->lockout_hard_limit > 0)
		text_add_format(&t, "; %lld in a row disable the side", (long long)set->lockout_hard_limit);
	if (set->lockout_mode != MODE_ENFORCE)
		part_add_observe(s, p, &t, "lockout", set->lockout_observe_until);
}

void status_look_at_mfa(const struct situation *s, struct part *p)
{
	static const char *const demands[] = {[MFA_OFF] = "off", [MFA_IF_ENROLLED] = "if-enrolled", [MFA_REQUIRED] = "required"};
	const struct settings *set = &s->settings;
	struct text t = part_detail(p);
	struct enforce_people people;

	if (set->mfa_remote == MFA_OFF && set->mfa_local == MFA_OFF && set->mfa_su == MFA_OFF && set->mfa_sudo == MFA_OFF) {
		p->state = PART_NONE;
		text_add(&t, "the policy demands none");
		return;
	}
	p->state = PART_ON;
	text_add_format(&t, "remote %s, local %s, su %s, sudo %s", demands[set->mfa_remote], demands[set->mfa_local], demands[set->mfa_su],
			demands[set->mfa_sudo]);
	if (geteuid() == 0 || *s->paths->root != '\0') {
		apply_enforce_people(s->paths, &people);
		text_add_format(&t, "; %zu people have a factor, %zu have none", people.with, people.without);
		if (people.without > 0)
			part_set_next(p, "mutexctl mfa status lists who has none; they run mutexctl mfa enrol");
	}
	if (set->mfa_enrol_by != 0) {
		text_add(&t, "; enrol by ");
		date_add(&t, set->mfa_enrol_by);
	}
	if (set->mfa_mode != MODE_ENFORCE)
		part_add_observe(s, p, &t, "mfa", set->mfa_observe_until);
}

void status_look_at_access(const struct situation *s, struct part *p)
{
	const struct settings *set = &s->settings;
	struct text t = part_detail(p);
	uid_t uids[256];
	ssize_t suspended = suspension_uids(s->paths, uids, sizeof uids / sizeof uids[0]);

	p->state = PART_ON;
	if (set->access_allow.count > 0)
		text_add_format(&t, "%zu entries on the login list", set->access_allow.count);
	else
		text_add(&t, "no login list");
	if (set->access_assigned.count > 0)
		text_add_format(&t, "; assigned to %zu persons", set->access_assigned.count);
	if (suspended > 0)
		text_add_format(&t, "; %zd suspended", suspended);
	if (set->access_mode != MODE_ENFORCE)
		part_add_observe(s, p, &t, "access", set->access_observe_until);
}

/* --- what is on this computer --- */

static void add_count(struct text *t, size_t count, const char *what)
{
	if (count > 0)
		text_add_format(t, "%s%zu %s", t->len > 0 ? "; " : "", count, what);
}

void status_look_at_ways_in(const struct situation *s, struct part *p)
{
	struct pam_survey survey PAM_SURVEY_FREED = {0};
	struct text t = part_detail(p);
	struct finding_list list;
	size_t open = 0;

	if (is_blind(s, p, &t))
		return;
	p->state = PART_OFF;
	if (pam_survey(s->paths, NULL, 0, &survey) < 0 || pam_survey_gates(&survey, &s->loaded->policy) < 0 ||
	    ways_in_find(s->paths, &s->loaded->policy, &list) < 0) {
		text_add(&t, "the PAM files cannot be read");
		return;
	}
	for (size_t i = 0; i < survey.count; i++)
		open += !pam_gate_holds(survey.items[i].auth.verdict) || !pam_gate_holds(survey.items[i].account.verdict);
	add_count(&t, open, "services let people in past pam_mutex");
	add_count(&t, list.count, "other ways in");
	if (t.len > 0) {
		part_set_next(p, "mutexctl stack shows where, and the remedy");
		return;
	}
	p->state = PART_ON;
	text_add_format(&t, "none past pam_mutex in %zu services%s", survey.count, access(SSHD_PROGRAM, X_OK) == 0 ? ", and none by sshd's settings" : "");
	if (access(s->paths->lines_on, F_OK) == 0 && apply_finish_is_missing(s->paths))
		part_set_next(p, "an update of gdm3 took our line out of its finger or card service, which is denied: mutexctl apply puts it back");
	if (list.key_alone_guarded)
		text_add(&t, "; ssh keys alone are denied where a second factor is demanded");
}

void status_look_at_verifier(const struct situation *s, struct part *p)
{
	struct text t = part_detail(p);
	struct stat st;

	if (stat(s->paths->verify_socket, &st) == 0 && S_ISSOCK(st.st_mode)) {
		p->state = PART_ON;
		text_add(&t, "screen lockers can ask it");
	} else if (!apply_has_systemd(s->paths)) {
		p->state = PART_ABSENT;
		text_add(&t, "no systemd here, so nothing listens: screen lockers are denied where a second factor is demanded");
	} else {
		p->state = PART_OFF;
		text_add(&t, "nothing listens, so screen lockers are denied where a second factor is demanded");
		part_set_next(p, "systemctl enable --now mutex-verify.socket");
	}
}

void status_look_at_break_glass(const struct situation *s, struct part *p)
{
	struct text t = part_detail(p);
	size_t usable, named = s->settings.access_break_glass.count;
	bool enforced = s->settings.mfa_mode == MODE_ENFORCE || s->settings.access_mode == MODE_ENFORCE;

	if (is_blind(s, p, &t))
		return;
	usable = break_glass_usable(s->loaded, NULL, s->now_s);
	p->state = usable > 0 ? PART_ON : named > 0 || enforced ? PART_OFF : PART_NONE;
	if (named == 0)
		text_add(&t, "no account for emergencies");
	else
		text_add_format(&t, "%zu of %zu accounts for emergencies would let somebody in", usable, named);
	if (usable == 0)
		part_set_next(p, named > 0 ? "mutexctl breakglass status says what is wrong" : "mutexctl breakglass set tells how to make one; it comes before enforcing [mfa] or [access]");
}

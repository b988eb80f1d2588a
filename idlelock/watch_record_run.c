/* SPDX-License-Identifier: BSD-2-Clause */
/* Fills and sends the watcher's records. */
#include "watch_record_run.h"

#include <string.h>

#include "clock.h"
#include "excuse_run.h"
#include "lock_record.h"
#include "text.h"

#define NS_PER_S INT64_C(1000000000)
/* The same trick of the same session is told once in this time: it may be played a hundred times a second. */
#define TAMPER_AGAIN_NS (60 * NS_PER_S)

static void send(const struct watch *watch, const struct record *record)
{
	(void)record_emit(record, watch->paths->journal, watch->paths->syslog);
}

/* One of the session that says why in stable words, up to a NULL, and what in a sentence. */
static void tell(const struct watched *w, enum record_kind kind, enum record_verdict verdict, const char *const *reasons, const char *detail)
{
	struct record record = {
		.kind = kind,
		.verdict = verdict,
		.observed_only = !w->policy.enforce,
		.time_s = clock_now_s(),
		.clause = "LK-1",
		.policy_hash = w->watch->policy->policy.hash,
		.policy_state = policy_state_name(w->watch->policy->state),
		.user = w->person[0] != '\0' ? w->person : NULL,
		.service = "idlelockd",
		.tty = w->display[0] != '\0' ? w->display : w->session.tty,
		.reasons = reasons,
		.detail = detail,
	};

	while (reasons[record.reason_count] != NULL)
		record.reason_count++;
	send(w->watch, &record);
}
#define REASONS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* The first of those that would have kept it open. */
static const char *inhibitor_of(const struct watched *w)
{
	const struct logind_inhibitor *first = excuse_run_inhibitor(w, NULL);

	return first != NULL ? first->who : "";
}

void watch_record(struct watched *w, const struct lock *before, enum lock_action action)
{
	const struct lock_record_facts facts = {
		.before = before,
		.after = &w->lock,
		.config = &w->config,
		.session = w->session.named.id,
		.user = w->person[0] != '\0' ? w->person : NULL,
		.tty = w->display[0] != '\0' ? w->display : w->session.tty,
		.seat = w->session.seat,
		.holder = w->holder,
		.lacks = w->lacks,
		.inhibitor = inhibitor_of(w),
		.policy_hash = w->watch->policy->policy.hash,
		.policy_state = policy_state_name(w->watch->policy->state),
		.time_s = clock_now_s(),
		.now_ns = clock_monotonic_ns(),
	};
	struct lock_record record;

	if (lock_record_make(&facts, action, &record) == 0)
		send(w->watch, &record.record);
}

/* True when that word was told of this session within the minute. */
static bool is_repeated(struct watched *w, const char *what)
{
	int64_t now_ns = clock_monotonic_ns();
	struct watched_told *oldest = &w->told[0];

	for (size_t i = 0; i < WATCHED_TOLD_MAX; i++) {
		struct watched_told *told = &w->told[i];

		if (told->what != NULL && strcmp(told->what, what) == 0) {
			if (now_ns - told->at_ns < TAMPER_AGAIN_NS)
				return true;
			oldest = told;
			break;
		}
		if (told->at_ns < oldest->at_ns)
			oldest = told;
	}
	*oldest = (struct watched_told){.what = what, .at_ns = now_ns};
	return false;
}

void watch_record_tamper(struct watched *w, const char *what, const char *detail)
{
	char text[256], told[192];
	struct text t;

	if (is_repeated(w, what))
		return;
	TEXT_INTO(&t, told);
	text_add(&t, what);
	if (detail[0] != '\0')
		text_add(&t, ", ");
	text_add_escaped_cut(&t, detail, strlen(detail), 128);
	TEXT_INTO(&t, text);
	text_add_format(&t, "session %s: %s", w->session.named.id, told);
	tell(w, RECORD_LOCK_TAMPER, RECORD_WARNED, REASONS(what), text);
	serve_say_violation(w->watch->serve, w, "lock-tamper", told);
}

void watch_record_remote(struct watched *w, int64_t idle_s)
{
	char text[384];
	struct text t;

	TEXT_INTO(&t, text);
	text_add_format(&t, "session %s on %s", w->session.named.id, w->session.tty);
	if (w->session.remote_host[0] != '\0')
		text_add_format(&t, " from %s", w->session.remote_host);
	text_add_format(&t, " is ended: not used for %lld s", (long long)idle_s);
	tell(w, RECORD_LOCK, RECORD_NOTED, REASONS("remote-idle"), text);
}

void watch_record_unknown(struct watched *w)
{
	const char *reason = "person-unknown";
	char text[128];
	struct text t;

	if (is_repeated(w, reason))
		return;
	TEXT_INTO(&t, text);
	text_add_format(&t, "session %s is locked as anybody's: the user database does not know uid %u", w->session.named.id, (unsigned)w->session.uid);
	tell(w, RECORD_LOCK, RECORD_WARNED, REASONS(reason), text);
}

void watch_record_present(struct watched *w, uint32_t seconds)
{
	char text[128];
	struct text t;

	TEXT_INTO(&t, text);
	text_add_format(&t, "session %s is not locked for want of use in the next %u s", w->session.named.id, seconds);
	tell(w, RECORD_EXCEPTION_CHANGED, RECORD_NOTED, REASONS("present"), text);
}

void watch_record_inhibited(struct watched *w, const char *who, int64_t seconds)
{
	const char *reason = "inhibited";
	char text[256];
	struct text t;

	if (is_repeated(w, reason))
		return;
	TEXT_INTO(&t, text);
	text_add_format(&t, "session %s is not locked for want of use while programs forbid it, for %lld s of today at most: %s", w->session.named.id,
			(long long)seconds, who);
	tell(w, RECORD_EXCEPTION_CHANGED, RECORD_NOTED, REASONS(reason), text);
}

void watch_record_other_locker(struct watched *w, pid_t pid)
{
	char text[128];
	struct text t;

	TEXT_INTO(&t, text);
	text_add_format(&t, "the locker that the person of session %s had started, process %lld, is ended: ours holds", w->session.named.id, (long long)pid);
	tell(w, RECORD_LOCK, RECORD_NOTED, REASONS("other-locker"), text);
}

void watch_record_keyring(struct watched *w, enum watch_keyring keyring)
{
	static const struct {
		const char *reason, *words;
	} rows[] = {
		[WATCH_KEYRING_LOCKED] = {"locked", "says that every keyring is locked"},
		[WATCH_KEYRING_OPEN] = {"left-open", "says that a keyring could not be locked"},
		[WATCH_KEYRING_NO_ANSWER] = {"no-answer", "did not say that the keyrings are locked; none may be running"},
	};
	char text[128];
	struct text t;

	TEXT_INTO(&t, text);
	text_add_format(&t, "the agent of session %s %s", w->session.named.id, rows[keyring].words);
	tell(w, RECORD_LOCK, keyring == WATCH_KEYRING_LOCKED ? RECORD_NOTED : RECORD_WARNED, REASONS("keyring", rows[keyring].reason), text);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* What `mutexctl explain login` says beforehand is what the built module does: random policies and requests, each told by login_story() over
 * login_gather() as the tool calls them, and done by libpam. AGREE_PAIRS says how many (default 1000); the seeds are fixed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "date.h"
#include "login_bed.h"
#include "login_gather.h"
#include "login_story.h"
#include "number.h"
#include "policy_load.h"
#include "text.h"

#define PAIRS 1000
#define ROWS 8
#define POLICY_BYTES 8192
#define KEY "publickey ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ"
#define HARDWARE_KEY "publickey sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5"

static unsigned pick(uint64_t *seed, unsigned count)
{
	*seed = *seed * 6364136223846793005U + 1442695040888963407U;
	return (unsigned)(*seed >> 33) % count;
}

#define PICK(seed, ...) pick_text((seed), (const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))
static const char *pick_text(uint64_t *seed, const char *const *texts, size_t count)
{
	return texts[pick(seed, (unsigned)count)];
}

/* --- the policy --- */

static void add_mode(struct text *t, uint64_t *seed)
{
	text_add(t, PICK(seed, "mode = enforce\n", "mode = enforce\n", "mode = observe\nobserve_until = 2099-01-01\n"));
}

/* Hours that hold always, or on a day that is not near. */
static void add_hours(struct text *t, uint64_t *seed)
{
	static const char *const DAYS[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};
	time_t now = time(NULL);
	struct tm local;

	(void)localtime_r(&now, &local);
	if (pick(seed, 6) == 0)
		text_add(t, "hours = daily 00:00-24:00\n");
	else if (pick(seed, 6) == 0)
		text_add_format(t, "hours = %s 00:00-24:00\n", DAYS[(local.tm_wday + 3) % 7]);
}

static void add_mfa(struct text *t, uint64_t *seed)
{
	static const char *const LEVELS[] = {"off", "if-enrolled", "required", "required"};

	text_add(t, "[mfa]\n");
	add_mode(t, seed);
	text_add_format(t, "remote = %s\n", LEVELS[pick(seed, 4)]);
	text_add_format(t, "local = %s\n", LEVELS[pick(seed, 4)]);
	text_add_format(t, "su = %s\n", LEVELS[pick(seed, 4)]);
	text_add_format(t, "sudo = %s\n", LEVELS[pick(seed, 4)]);
	text_add(t, PICK(seed, "", "", "enrol_by = 2020-01-01\n", "enrol_by = 2099-01-01\n"));
	text_add(t, PICK(seed, "", "", "require = publickey+totp\n", "require = hardware-key, password+totp\n"));
	text_add(t, PICK(seed, "", "hardware_keys = yes\n"));
	text_add(t, PICK(seed, "", "after_publickey = password\n"));
	text_add(t, PICK(seed, "", "trusted_networks = 10.1.0.0/16\n"));
}

static void add_access(struct text *t, uint64_t *seed)
{
	text_add(t, "[access]\n");
	add_mode(t, seed);
	text_add(t, PICK(seed, "", "", "", "allow = alice\n", "allow = @staff, bob\n", "allow = 1001:1001\n"));
	text_add(t, PICK(seed, "", "", "", "assigned = alice\n"));
	text_add(t, PICK(seed, "", "", "break_glass = bob\n", "break_glass = bob\nbreak_glass_from = 10.1.0.0/16\n"));
	text_add(t, PICK(seed, "", "two_places = deny\n"));
	text_add(t, PICK(seed, "", "max_sessions = 1\n"));
	add_hours(t, seed);
}

static void make_policy(struct text *t, uint64_t *seed)
{
	if (pick(seed, 40) == 0) {
		text_add(t, "[mfa]\nmode = perhaps\n");
		return;
	}
	text_add(t, "[policy]\nlanguage = en\n[lockout]\n");
	add_mode(t, seed);
	add_mfa(t, seed);
	add_access(t, seed);
	text_add(t, PICK(seed, "", "", "[users bob]\naccess.become = alice\n", "[users alice]\nmfa.remote = off\n"));
	text_add(t, PICK(seed, "", "", "[service sshd]\nmfa = off\n", "[service sshd]\nallow = bob\n", "[service sshd]\nrequire = publickey+totp\n",
			 "[service i3lock]\nmfa = required\n", "[service su]\nallow = alice\n", "[service login]\nside = local\n",
			 "[service login]\nkind = locker\n"));
}

static void add_exceptions(struct text *t, uint64_t *seed)
{
	int64_t now = time(NULL);
	const char *clause = PICK(seed, "", "", "RA-1", "AC-4", "PW-3", "DV-1");

	if (clause[0] == '\0')
		return;
	text_add_format(t, "[exception EX-1]\nclause = %s\nwho = %s\nhost = all\n", clause, PICK(seed, "alice", "@staff", "all"));
	text_add(t, "reason = a test\nrequested_by = alice\napproved_by = tanaka\nfrom = ");
	date_add_time(t, now - DAY_S);
	text_add(t, "\nuntil = ");
	date_add_time(t, now + (pick(seed, 4) == 0 ? -10 : DAY_S));
	text_add_char(t, '\n');
}

/* --- the request --- */

struct request {
	const char *service, *user, *tty, *rhost, *ssh;
	unsigned asker;
	bool account_only;
	bool enrolled;
};

static struct request make_request(uint64_t *seed)
{
	struct request r = {
		.service = PICK(seed, "sshd", "sshd", "sshd", "login", "lightdm", "su", "su", "sudo", "polkit-1", "cron", "i3lock"),
		.user = PICK(seed, "alice", "alice", "alice", "bob", "root", "nobody-of-ours"),
		.tty = PICK(seed, "tty1", "tty1", "pts/3", ":0", ""),
		.rhost = "",
		.enrolled = pick(seed, 2) == 0,
		.account_only = pick(seed, 3) == 0,
	};
	bool steps = strcmp(r.service, "su") == 0 || strcmp(r.service, "sudo") == 0 || strcmp(r.service, "polkit-1") == 0;

	if (strcmp(r.service, "sshd") == 0) {
		r.rhost = PICK(seed, "192.0.2.7", "10.1.2.3", "127.0.0.1", "host.example", "2001:db8::7");
		r.tty = "ssh";
		r.ssh = PICK(seed, "", KEY, KEY, HARDWARE_KEY, "gssapi-with-mic alice");
	} else if (strcmp(r.service, "i3lock") == 0) {
		r.tty = "tty1";
	} else if (strcmp(r.service, "login") == 0 || strcmp(r.service, "lightdm") == 0) {
		r.rhost = PICK(seed, "", "", "localhost", "192.0.2.7");
	} else if (strcmp(r.service, "cron") == 0) {
		r.account_only = true;
	}
	r.asker = steps ? (unsigned[]){0, 1000, 1001}[pick(seed, 3)] : 0;
	return r;
}

static void forget(unsigned uid)
{
	char path[PATHS_BYTES_MAX + 32];

	(void)snprintf(path, sizeof path, "%s/%u", bed_paths()->login, uid);
	(void)unlink(path);
	(void)snprintf(path, sizeof path, "%s/%u", bed_paths()->suspended, uid);
	(void)unlink(path);
}

static void set_up(struct request *r, uint64_t *seed, char (*ret_policy)[POLICY_BYTES])
{
	char exceptions[1024];
	struct text t;

	bed_run_as(0, 0);
	TEXT_INTO(&t, *ret_policy);
	make_policy(&t, seed);
	bed_policy(*ret_policy);
	TEXT_INTO(&t, exceptions);
	add_exceptions(&t, seed);
	bed_write("/etc/mutex/exceptions.d/one.conf", exceptions);
	bed_write("/var/lib/mutex/lines-on", "");
	for (unsigned uid = 0; uid <= 1001; uid += uid == 0 ? 1000 : 1)
		forget(uid);
	for (unsigned uid = 0; uid <= 1001 && r->enrolled; uid += uid == 0 ? 1000 : 1)
		login_bed_enrol(uid, false);
	if (pick(seed, 12) == 0)
		login_bed_suspend(1000);
	if (pick(seed, 8) == 0)
		login_bed_lock(1000, LOGIN_REMOTE, "192.0.2.7");
	if (pick(seed, 15) == 0)
		login_bed_remove_lines_on();
	bed_run_as(r->asker, 0);
}

/* --- the two answers --- */

static void tell(const struct request *r, struct login_story *ret_story)
{
	struct login_request request = {
		.service = r->service, .user = r->user, .tty = r->tty, .rhost = r->rhost, .display = "", .ssh_auth_info = r->ssh,
		.asker_uid = r->asker, .real_uid = r->asker, .as_root = true, .peer_pid = -1, .now_s = time(NULL),
	};
	struct login_way way = {.auth = !r->account_only, .password = !r->account_only};
	struct policy_loaded loaded = {0};
	struct login_gathered gathered;

	CHECK_INT(policy_load(bed_paths(), &loaded), 0);
	CHECK_INT(login_gather(bed_paths(), &loaded, &request, &gathered), 0);
	login_story(&gathered.facts, &gathered.settings, &gathered.factors, way, ret_story);
	login_gathered_release(&gathered);
	policy_unload(&loaded);
}

static int act(const struct request *r, struct bed_talk *talk)
{
	char environment[256];
	char code[16];

	login_bed_code(code);
	*talk = (struct bed_talk){.service = r->service, .user = r->user, .tty = r->tty[0] != '\0' ? r->tty : NULL,
				  .rhost = r->rhost[0] != '\0' ? r->rhost : NULL, .password = BED_OLD, .answers = {code}};
	if (r->ssh != NULL) {
		(void)snprintf(environment, sizeof environment, "SSH_AUTH_INFO_0=%s", r->ssh);
		talk->environment[0] = environment;
	}
	return r->account_only ? bed_account(talk, 0) : bed_login(talk);
}

static void add_codes(struct text *t, const struct login_decision *d)
{
	for (size_t i = 0; i < d->count; i++) {
		text_add(t, i > 0 ? "," : "");
		text_add(t, login_reason_code(d->reasons[i].id));
	}
}

/* The reasons of the last denial in the records. */
static void recorded(char *ret_reasons, size_t size)
{
	char record[BED_RECORD_BYTES];
	struct text t;

	text_init(&t, ret_reasons, size);
	while (bed_record(&record)) {
		if (strcmp(bed_field(record, "MUTEX_KIND"), "login") != 0 || strcmp(bed_field(record, "MUTEX_VERDICT"), "denied") != 0)
			continue;
		text_init(&t, ret_reasons, size);
		text_add(&t, bed_field(record, "MUTEX_REASONS"));
	}
}

static void agree_once(uint64_t seed)
{
	static struct login_story story;
	static struct bed_talk talk;
	char policy[POLICY_BYTES], told[1024] = "", done[1024] = "";
	struct request r = make_request(&seed);
	struct text t;
	int code;
	bool in;

	set_up(&r, &seed, &policy);
	tell(&r, &story);
	code = act(&r, &talk);
	recorded(done, sizeof done);
	in = story.outcome == LOGIN_OUTCOME_ALLOWED;
	TEXT_INTO(&t, told);
	if (!in)
		add_codes(&t, &story.stages[story.ended]);
	if (in != (code == PAM_SUCCESS) || (story.asked != 0) != (talk.prompts > 0) || strcmp(told, done) != 0)
		bed_fail(__FILE__, __LINE__, "%s of %s by uid %u, tty %s, from %s, ssh %s, %s, %s: told %s (%s), asks %d; done %d (%s), asked %zu; policy\n%s",
			 r.service, r.user, r.asker, r.tty, r.rhost, r.ssh != NULL ? r.ssh : "-", r.account_only ? "gate only" : "all lines",
			 r.enrolled ? "enrolled" : "not enrolled", login_outcome_name(story.outcome), told, story.asked != 0, code, done, talk.prompts, policy);
}

static void agree(const void *data)
{
	const char *text = getenv("AGREE_PAIRS");
	int64_t pairs = PAIRS;

	if (text != NULL && number_parse(text, strlen(text), ROWS, 10000000, &pairs) < 0)
		bed_fail(__FILE__, __LINE__, "AGREE_PAIRS is no number: %s", text);
	if (bed_under_valgrind())
		pairs = ROWS * 2;
	bed_login_services();
	for (int64_t i = *(const int *)data; i < pairs; i += ROWS)
		agree_once((uint64_t)i * 2654435761U + 20261122U);
}

int main(int argc, char **argv)
{
	static const int PARTS[ROWS] = {0, 1, 2, 3, 4, 5, 6, 7};
	static const char *const NAMES[ROWS] = {"explain and the module agree, part 1", "explain and the module agree, part 2",
						"explain and the module agree, part 3", "explain and the module agree, part 4",
						"explain and the module agree, part 5", "explain and the module agree, part 6",
						"explain and the module agree, part 7", "explain and the module agree, part 8"};
	struct bed_row rows[ROWS];

	(void)argc;
	for (size_t i = 0; i < ROWS; i++)
		rows[i] = (struct bed_row){.name = NAMES[i], .run_with = agree, .data = &PARTS[i]};
	return bed_main(argv, rows, ROWS);
}

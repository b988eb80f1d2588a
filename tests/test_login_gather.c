/* SPDX-License-Identifier: BSD-2-Clause */
/* The facts of a login, gathered below a root folder of our own: side, console, source, sessions, posture, marker, exceptions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "console_gather.h"
#include "date.h"
#include "file.h"
#include "login_gather.h"
#include "login_place.h"
#include "password_gather.h"
#include "posture_gather.h"
#include "session_facts.h"
#include "sessions_gather.h"
#include "text.h"

struct bed {
	char root[64];
	struct paths paths;
	char user[64];
	char boot_id[FIELD_BOOT_ID_SIZE];
};

static void write_file(const char *path, const char *bytes, size_t len)
{
	char folder[PATHS_BYTES_MAX + 64];

	(void)strncpy(folder, path, sizeof folder - 1);
	folder[sizeof folder - 1] = '\0';
	*strrchr(folder, '/') = '\0';
	assert_int_equal(file_make_folder(folder, 0700, geteuid()), 0);
	assert_int_equal(file_replace(path, bytes, len, 0600), 0);
}

static int set_up(void **state)
{
	struct bed *bed = calloc(1, sizeof *bed);
	const struct passwd *self = getpwuid(geteuid());

	if (bed == NULL || self == NULL || strlen(self->pw_name) >= sizeof bed->user)
		return -1;
	memcpy(bed->root, "/tmp/test_login_gather.XXXXXX", 30);
	memcpy(bed->user, self->pw_name, strlen(self->pw_name) + 1);
	*state = bed;
	if (mkdtemp(bed->root) == NULL || clock_boot_id(bed->boot_id) < 0)
		return -1;
	return paths_init(&bed->paths, bed->root, geteuid());
}

static int tear_down(void **state)
{
	struct bed *bed = *state;
	char command[128];
	struct text t;

	TEXT_INTO(&t, command);
	text_add(&t, "rm -rf ");
	text_add(&t, bed->root);
	free(bed);
	return system(command); /* the name is ours */
}

static struct login_request request_of(const struct bed *bed, const char *service, const char *tty, const char *rhost)
{
	return (struct login_request){
		.service = service, .tty = tty, .rhost = rhost, .user = bed->user, .display = "", .asker_uid = geteuid(), .real_uid = 1,
		.as_root = true, .peer_pid = -1, .now_s = 1795305600,
	};
}

static void gather(const struct bed *bed, const struct login_request *request, struct login_gathered *g)
{
	struct policy_loaded loaded = {0};

	assert_int_equal(policy_load(&bed->paths, &loaded), 0);
	assert_int_equal(login_gather(&bed->paths, &loaded, request, g), 0);
	policy_unload(&loaded);
}

static void knows_the_side(void **state)
{
	static const struct {
		const char *name, *service, *tty, *rhost;
		bool local, console;
	} ROWS[] = {
		{"console", "login", "tty1", "", true, true},
		{"console by path", "login", "/dev/tty12", "", true, true},
		{"serial line", "login", "ttyS0", "", true, true},
		{"the console", "login", "console", "", true, true},
		{"a console that is none", "login", "tty", "", false, false},
		{"a console with a tail", "login", "tty1x", "", false, false},
		{"terminal of who knows whom", "login", "pts/1", "", false, false},
		{"console, with an address", "login", "tty1", "192.0.2.7", false, false},
		{"console, with localhost", "login", "tty1", "localhost", true, true},
		{"console, with a loopback address", "login", "tty1", "127.0.0.1", true, true},
		{"console, with a name", "login", "tty1", "localhost.example", false, false},
		{"ssh", "sshd", "ssh", "192.0.2.7", false, false},
		{"ssh through a tunnel", "sshd", "ssh", "127.0.0.1", false, false},
		{"ssh that says nothing", "sshd", "ssh", "", false, false},
		{"ssh that says a console", "sshd", "tty1", "", false, false},
		{"login screen", "lightdm", ":0", "", true, true},
		{"login screen for another computer", "lightdm", ":0", "192.0.2.7", false, false},
		{"login screen of another display", "xdm", "far:0", "", false, false},
		{"locker", "i3lock", ":0", "", true, true},
		{"cron", "cron", "cron", "", true, false},
		{"service unheard of", "unheard-of", "", "", false, false},
		{"su at a console", "su", "tty3", "", true, true},
		{"su elsewhere", "su", "pts/3", "", false, false},
		{"a path that leads elsewhere", "login", "../tty1", "", false, false},
	};

	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		struct login_request request = request_of(*state, ROWS[i].service, ROWS[i].tty, ROWS[i].rhost);
		struct login_gathered g LOGIN_GATHERED_RELEASED;

		print_message("%s\n", ROWS[i].name);
		gather(*state, &request, &g);
		assert_int_equal(g.facts.side == LOGIN_LOCAL, ROWS[i].local);
		assert_int_equal(g.facts.at_console, ROWS[i].console);
	}
}

static void tells_sources_apart(void **state)
{
	static const struct {
		const char *name, *service[2], *tty[2], *rhost[2];
		bool same;
	} ROWS[] = {
		{"two consoles are one seat", {"login", "login"}, {"tty1", "tty2"}, {"", ""}, true},
		{"two addresses", {"sshd", "sshd"}, {"ssh", "ssh"}, {"192.0.2.7", "192.0.2.8"}, false},
		{"one address by two services", {"sshd", "cockpit"}, {"ssh", ""}, {"192.0.2.7", "192.0.2.7"}, true},
		{"one /64", {"sshd", "sshd"}, {"ssh", "ssh"}, {"2001:db8::1", "2001:db8::2"}, true},
		{"here and a tunnel", {"login", "sshd"}, {"tty1", "ssh"}, {"", "127.0.0.1"}, false},
	};

	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		struct login_gathered g[2];

		print_message("%s\n", ROWS[i].name);
		for (int j = 0; j < 2; j++) {
			struct login_request request = request_of(*state, ROWS[i].service[j], ROWS[i].tty[j], ROWS[i].rhost[j]);

			gather(*state, &request, &g[j]);
		}
		assert_int_equal(login_source_equal(&g[0].source, &g[1].source), ROWS[i].same);
		if (!ROWS[i].same)
			assert_memory_not_equal(g[0].place, g[1].place, sizeof g[0].place);
		login_gathered_release(&g[0]);
		login_gathered_release(&g[1]);
	}
}

static void add_session(const struct bed *bed, const char *name, const char *seat, const char *tty, const char *remote, bool other_boot)
{
	struct session_facts facts = {.uid = geteuid(), .type = SESSION_TYPE_TTY, .class = SESSION_CLASS_USER, .leader = 1, .leader_start = 1};
	char path[PATHS_BYTES_MAX + 64], bytes[SESSION_FACTS_BYTES_MAX + 1];
	struct text t;

	memcpy(facts.session, name, strlen(name) + 1);
	memcpy(facts.boot_id, other_boot ? "00000000-0000-4000-8000-000000000000" : bed->boot_id, FIELD_BOOT_ID_SIZE);
	memcpy(facts.seat, seat, strlen(seat) + 1);
	memcpy(facts.tty, tty, strlen(tty) + 1);
	memcpy(facts.remote_host, remote, strlen(remote) + 1);
	TEXT_INTO(&t, bytes);
	assert_int_equal(session_facts_write(&facts, &t), 0);
	TEXT_INTO(&t, path);
	text_add_format(&t, "%s/%s", bed->paths.sessions, name);
	write_file(path, bytes, strlen(bytes));
}

static void counts_sessions(void **state)
{
	struct login_request request = request_of(*state, "sshd", "ssh", "192.0.2.7");
	static const char limited[] = "[access]\nmax_sessions = 9\n";
	const struct bed *bed = *state;
	struct login_gathered g;

	write_file(bed->paths.policy_file, limited, strlen(limited));
	gather(*state, &request, &g);
	assert_int_equal(g.facts.sessions, 0);
	login_gathered_release(&g);
	add_session(*state, "1", "seat0", "tty2", "", false);
	add_session(*state, "2", "", "pts/0", "192.0.2.7", false);
	add_session(*state, "3", "", "pts/1", "198.51.100.20", false);
	add_session(*state, "4", "", "pts/2", "198.51.100.20", false);
	add_session(*state, "5", "", "pts/3", "203.0.113.9", true);
	gather(*state, &request, &g);
	assert_int_equal(g.facts.sessions, 4);
	assert_int_equal(g.facts.other_places, 1);
	login_gathered_release(&g);
	request.no_sessions = true;
	gather(*state, &request, &g);
	assert_int_equal(g.facts.sessions, 0);
	login_gathered_release(&g);
	/* the login screen of a seat opens the session that is there */
	request = request_of(*state, "lightdm", ":0", "");
	gather(*state, &request, &g);
	assert_int_equal(g.facts.sessions, 3);
	login_gathered_release(&g);
	/* where no rule looks at them, they are not asked for: here only remote logins have one */
	write_file(bed->paths.policy_file, "", 0);
	gather(*state, &request, &g);
	assert_int_equal(g.facts.sessions, 0);
	login_gathered_release(&g);
}

static void finds_the_session_of_a_program(void **state)
{
	static const struct {
		const char *name, *tty;
		bool local, console;
		const char *rhost;
	} ROWS[] = {
		{"locker at the seat", "tty2", true, true, ""},
		{"locker in a session from elsewhere", "pts/0", false, false, "192.0.2.7"},
		{"locker in no session", "pts/9", false, false, ""},
	};

	add_session(*state, "1", "seat0", "tty2", "", false);
	add_session(*state, "2", "", "pts/0", "192.0.2.7", false);
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		struct login_request request = request_of(*state, "i3lock", ROWS[i].tty, "");
		struct login_gathered g LOGIN_GATHERED_RELEASED;

		print_message("%s\n", ROWS[i].name);
		request.peer_pid = 0;
		gather(*state, &request, &g);
		assert_int_equal(g.facts.side == LOGIN_LOCAL, ROWS[i].local);
		assert_int_equal(g.facts.at_console, ROWS[i].console);
		assert_string_equal(g.facts.rhost, ROWS[i].rhost);
	}
}

static void write_posture_of(const char *path, const char *boot_id, int64_t time_s)
{
	struct posture posture = {.time = time_s, .count = 1, .controls = {{.control = "firewall", .clause = "FW-1", .state = POSTURE_VIOLATED}}};
	char bytes[POSTURE_BYTES_MAX + 1];
	struct text t;

	memcpy(posture.boot_id, boot_id, sizeof posture.boot_id);
	TEXT_INTO(&t, bytes);
	assert_int_equal(posture_write(&posture, &t), 0);
	write_file(path, bytes, t.len);
}

static void write_posture(const struct bed *bed, const char *boot_id, int64_t time_s)
{
	write_posture_of(bed->paths.posture, boot_id, time_s);
}

/* The descriptor that makes it fresh. */
static int hold_posture(const char *path)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	int fd = open(path, O_RDWR | O_CLOEXEC);

	assert_int_equal(fcntl(fd, F_OFD_SETLK, &lock), 0);
	return fd;
}

static void puts_both_postures_together(void **state)
{
	const struct bed *bed = *state;
	int64_t now = clock_now_s(), since;
	struct posture posture;
	int lock, guard;

	write_posture(bed, bed->boot_id, now - 5);
	lock = hold_posture(bed->paths.posture);
	assert_int_equal(posture_gather(&bed->paths, false, now, &posture, &since), POSTURE_STANDING_FRESH);
	assert_int_equal(posture.count, 1);
	/* a guard that does not run counts only where something asks for it */
	assert_int_equal(posture_gather(&bed->paths, true, now, &posture, &since), POSTURE_STANDING_FRESH);
	assert_int_equal(posture.count, 2);
	assert_string_equal(posture.controls[1].control, "guard");
	assert_int_equal(posture.controls[1].state, POSTURE_UNKNOWN);
	write_posture_of(bed->paths.guard_posture, bed->boot_id, now - 5);
	guard = hold_posture(bed->paths.guard_posture);
	assert_int_equal(posture_gather(&bed->paths, true, now, &posture, &since), POSTURE_STANDING_FRESH);
	assert_int_equal(posture.count, 2);
	assert_string_equal(posture.controls[1].control, "firewall");
	assert_int_equal(posture.controls[1].state, POSTURE_VIOLATED);
	/* the guard's word stands when idlelockd is gone, which is unknown */
	assert_int_equal(close(lock), 0);
	assert_int_equal(posture_gather(&bed->paths, true, now, &posture, &since), POSTURE_STANDING_FRESH);
	assert_int_equal(posture.count, 2);
	assert_string_equal(posture.controls[0].control, "lock");
	assert_int_equal(posture.controls[0].state, POSTURE_UNKNOWN);
	assert_int_equal(close(guard), 0);
	assert_int_equal(posture_gather(&bed->paths, true, now, &posture, &since), POSTURE_STANDING_STALE);
}

static void believes_a_live_writer_only(void **state)
{
	const struct bed *bed = *state;
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	int64_t now = clock_now_s(), since;
	struct posture posture;
	int fd;

	assert_int_equal(posture_gather(&bed->paths, false, now, &posture, &since), POSTURE_STANDING_UNKNOWN);
	assert_in_range(since, 1, now);
	write_posture(bed, "00000000-0000-4000-8000-000000000000", now);
	assert_int_equal(posture_gather(&bed->paths, false, now, &posture, &since), POSTURE_STANDING_UNKNOWN);
	write_posture(bed, bed->boot_id, now - 5);
	assert_int_equal(posture_gather(&bed->paths, false, now, &posture, &since), POSTURE_STANDING_STALE);
	assert_int_equal(since, now - 5);
	fd = open(bed->paths.posture, O_RDWR | O_CLOEXEC);
	assert_int_equal(fcntl(fd, F_OFD_SETLK, &lock), 0);
	assert_int_equal(posture_gather(&bed->paths, false, now, &posture, &since), POSTURE_STANDING_FRESH);
	assert_string_equal(posture.controls[0].control, "firewall");
	assert_int_equal(close(fd), 0);
	assert_int_equal(posture_gather(&bed->paths, false, now, &posture, &since), POSTURE_STANDING_STALE);
	assert_int_equal(chmod(bed->paths.posture, 0666), 0); /* anybody could have written it */
	assert_int_equal(posture_gather(&bed->paths, false, now, &posture, &since), POSTURE_STANDING_UNKNOWN);
}

static void knows_what_it_cannot_see(void **state)
{
	struct login_request request = request_of(*state, "sshd", "ssh", "192.0.2.7");
	struct login_gathered g;

	gather(*state, &request, &g);
	assert_true(g.known);
	assert_int_equal(g.facts.state, LOGIN_STATE_FINE);
	assert_true(g.facts.half_set);
	login_gathered_release(&g);
	assert_int_equal(file_make_folder(((struct bed *)*state)->paths.login, 0700, geteuid()), 0);
	write_file(((struct bed *)*state)->paths.lines_on, "", 0);
	request.as_root = false;
	gather(*state, &request, &g);
	assert_int_equal(g.facts.state, LOGIN_STATE_NOT_ROOT);
	assert_false(g.facts.half_set);
	assert_int_equal(g.facts.has, 0);
	login_gathered_release(&g);
	request.as_root = true;
	request.user = "nobody-of-that-name";
	gather(*state, &request, &g);
	assert_null(g.facts.person);
	assert_int_equal(g.facts.state, LOGIN_STATE_FINE);
	assert_false(g.facts.suspended);
	login_gathered_release(&g);
}

static void damaged_state_is_unknown(void **state)
{
	const struct bed *bed = *state;
	struct login_request request = request_of(bed, "sshd", "ssh", "192.0.2.7");
	char path[PATHS_BYTES_MAX + 32];
	struct login_gathered g;
	struct text t;

	TEXT_INTO(&t, path);
	text_add_format(&t, "%s/%u", bed->paths.login, (unsigned)geteuid());
	write_file(path, "no state", 8);
	gather(bed, &request, &g);
	assert_int_equal(g.facts.state, LOGIN_STATE_UNKNOWN);
	assert_true(g.state_error < 0);
	login_gathered_release(&g);
}

static void finds_who_asks(void **state)
{
	struct login_request request = request_of(*state, "su", "pts/1", "");
	struct login_gathered g;

	gather(*state, &request, &g);
	assert_null(g.facts.asker);
	assert_false(g.facts.asker_unknown);
	login_gathered_release(&g);
	request.asker_uid = (uid_t)-1;
	gather(*state, &request, &g);
	assert_true(g.facts.asker_unknown);
	login_gathered_release(&g);
	request.asker_uid = 1; /* daemon, of every Debian */
	gather(*state, &request, &g);
	assert_non_null(g.facts.asker);
	assert_int_equal(g.facts.asker->uid, 1);
	assert_non_null(g.facts.asker_settings);
	assert_false(g.facts.asked_by_root);
	login_gathered_release(&g);
	request.real_uid = 0;
	gather(*state, &request, &g);
	assert_true(g.facts.asked_by_root);
	login_gathered_release(&g);
	request.service = "cron";
	gather(*state, &request, &g);
	assert_false(g.facts.asked_by_root);
	login_gathered_release(&g);
}

static void console_by_device(void **state)
{
	struct paths real;

	(void)state;
	assert_int_equal(paths_init(&real, "", 0), 0);
	assert_false(console_gather(&real, "null", -1, 0));
	assert_false(console_gather(&real, "pts/0", -1, 0));
	assert_false(console_gather(&real, "", -1, 0));
	assert_false(console_gather(&real, "no-such-terminal", -1, 0));
	/* A name is not enough: init holds no terminal. */
	assert_false(console_gather(&real, "tty1", 1, 0));
	assert_false(console_gather(&real, "ttyS0", 1, 0));
}

/* What systemd says, if it is there, does no harm. */
static void asks_logind(void **state)
{
	struct session_place places[SESSIONS_MAX], place;
	struct paths real;

	(void)state;
	assert_int_equal(paths_init(&real, "", 0), 0);
	assert_int_equal(sessions_gather(&real, 4000000000U, places, SESSIONS_MAX), 0);
	assert_false(sessions_gather_process(&real, 1, 4000000000U, "", "", &place));
}

static void remembers_places(void **state)
{
	static struct login_state login;
	struct factor_table table;
	struct policy policy;
	struct login_source here, there;
	uint8_t place[LOGIN_PLACE_BYTES], other[LOGIN_PLACE_BYTES];
	const struct {
		const char *name;
		int64_t until, now, remember;
		bool same;
		uint32_t want;
	} ROWS[] = {
		{"still", 1000, 999, 600, true, FACTOR_BIT(FACTOR_TOTP)},
		{"over", 1000, 1000, 600, true, 0},
		{"another place", 1000, 999, 600, false, 0},
		{"longer than the policy says now", 1000, 300, 600, true, 0},
		{"no longer remembered at all", 1000, 999, 0, true, 0},
	};

	(void)state;
	policy_defaults(&policy);
	factor_table_init(&policy, &table);
	login_source_make(LOGIN_REMOTE, "192.0.2.7", "", &here);
	login_source_make(LOGIN_REMOTE, "192.0.2.8", "", &there);
	login_place_make("sshd", &here, "ssh", "boot", place);
	login_place_make("sshd", &there, "ssh", "boot", other);
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		print_message("%s\n", ROWS[i].name);
		login_state_init(&login, 1000);
		/* a password is never remembered, whatever stands there */
		login.remembered[3] = (struct login_remembered){.factors = FACTOR_BIT(FACTOR_TOTP) | FACTOR_BIT(FACTOR_PASSWORD), .until_s = ROWS[i].until};
		memcpy(login.remembered[3].place, place, sizeof place);
		assert_int_equal(login_place_remembered(&login, &table, ROWS[i].same ? place : other, ROWS[i].remember, ROWS[i].now), ROWS[i].want);
	}
}

static int enrol(struct login_state *state, void *context)
{
	(void)context;
	state->totp = (struct login_totp){.enrolled = true, .digits = 6, .secret_len = 20, .secret = {1}, .since_s = 1};
	return 0;
}

static void knows_whether_the_password_stands_alone(void **state)
{
	static const char POLICY[] = "[mfa]\nmode = enforce\nremote = required\nlocal = required\nsu = required\nsudo = required\n";
	const struct bed *bed = *state;
	const struct person person = {.name = bed->user, .uid = geteuid()};
	struct policy_loaded loaded = {0};

	write_file(bed->paths.policy_file, POLICY, strlen(POLICY));
	assert_int_equal(policy_load(&bed->paths, &loaded), 0);
	assert_int_equal(loaded.state, POLICY_CURRENT);
	assert_false(password_gather_mfa(&bed->paths, &loaded.policy, &person));
	assert_int_equal(file_make_folder(bed->paths.state, 0700, geteuid()), 0);
	assert_int_equal(login_store_change(&bed->paths, person.uid, false, enrol, NULL, NULL), 0);
	assert_true(password_gather_mfa(&bed->paths, &loaded.policy, &person));
	policy_unload(&loaded);
}

#define ROW(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
int main(void)
{
	const struct CMUnitTest tests[] = {
		ROW(knows_the_side),
		ROW(tells_sources_apart),
		ROW(counts_sessions),
		ROW(finds_the_session_of_a_program),
		ROW(believes_a_live_writer_only),
		ROW(puts_both_postures_together),
		ROW(knows_what_it_cannot_see),
		ROW(damaged_state_is_unknown),
		ROW(finds_who_asks),
		ROW(knows_whether_the_password_stands_alone),
		cmocka_unit_test(console_by_device),
		cmocka_unit_test(asks_logind),
		cmocka_unit_test(remembers_places),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

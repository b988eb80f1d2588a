/* SPDX-License-Identifier: BSD-2-Clause */
/* mutex-factor: takes START, runs the hook, says RESULT, and takes all that it started with it. */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "factor_run.h"

/* Far behind what pam_mutex waits for; it ends us. */
#define LIMIT_NS (INT64_C(3600) * 1000000000)

/* Whoever started us (su is root by its file's mode only): root through and through. Ends with its caller; leaves no memory on disk. */
static int settle_process(void)
{
	sigset_t pipe;

	if (geteuid() == 0 && (setgroups(0, NULL) < 0 || setresgid(0, 0, 0) < 0 || setresuid(0, 0, 0) < 0))
		return -errno;
	(void)sigemptyset(&pipe);
	(void)sigaddset(&pipe, SIGPIPE);
	if (pthread_sigmask(SIG_BLOCK, &pipe, NULL) != 0 || prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || prctl(PR_SET_DUMPABLE, 0) < 0)
		return -errno;
	return fcntl(FACTOR_RUN_FD, F_SETFD, FD_CLOEXEC) < 0 ? -errno : 0;
}

/* Below a root folder its owner is trusted too, as everywhere. */
static int settle_paths(struct factor_run *run, const char *root)
{
	struct stat st = {.st_uid = 0};

	if (root[0] != '\0' && stat(root, &st) < 0)
		return -errno;
	return paths_init(&run->paths, root, st.st_uid);
}

static int run_hook(struct factor_run *run, const char *kind)
{
	if (strcmp(kind, FACTOR_RUN_KIND_PAM) == 0)
		return factor_run_pam(run);
	return strcmp(kind, FACTOR_RUN_KIND_EXEC) == 0 ? factor_run_exec(run) : PAM_SYSTEM_ERR;
}

static int serve(struct factor_run *run, char **argv)
{
	struct verify_message message VERIFY_MESSAGE_WIPED = {0};
	int r = settle_process();

	if (r == 0)
		r = settle_paths(run, argv[FACTOR_RUN_ROOT]);
	if (r == 0)
		r = verify_channel_receive(run->relay.channel, &message, run->relay.deadline_ns);
	if (r == 0)
		r = verify_start_read(&message, &run->start);
	if (r < 0)
		return r;
	verify_result_write(run_hook(run, argv[FACTOR_RUN_KIND]), &message);
	return run->relay.error < 0 ? run->relay.error : verify_channel_send(run->relay.channel, &message, run->relay.deadline_ns);
}

int main(int argc, char **argv)
{
	struct verify_channel channel;
	struct factor_run run = {.relay = {.channel = &channel, .deadline_ns = clock_monotonic_ns() + LIMIT_NS}};
	int r;

	if (argc != FACTOR_RUN_ARGUMENTS || getpgrp() != getpid())
		return 2; /* not by hand */
	run.target = argv[FACTOR_RUN_TARGET];
	run.as = argv[FACTOR_RUN_AS];
	run.user = argv[FACTOR_RUN_USER];
	run.rhost = argv[FACTOR_RUN_RHOST];
	run.ruser = argv[FACTOR_RUN_RUSER];
	verify_channel_init(&channel, FACTOR_RUN_FD);
	r = serve(&run, argv);
	(void)kill(0, SIGKILL);
	return r == 0 ? 0 : 1; /* not reached */
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* A socket of the proc connector, and a descriptor of each command that is remembered, which tells when it ends. */
#include "exec_watch_run.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/cn_proc.h>
#include <linux/connector.h>
#include <linux/filter.h>
#include <linux/netlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "clock.h"
#include "file.h"
#include "process_gather.h"
#include "suspect_command.h"
#include "text.h"

#define SUSPECTS 32
#define NAMES_MAX 512
#define WORDS_BYTES 1024
#define READ_MOST 32      /* at a time: what executes itself again and again keeps nothing else waiting */
#define READ_MOST_ASKED 256
#define RECEIVE_BYTES 4096
#define QUEUE_BYTES (512 * 1024) /* some hundred programs that begin while a look goes on */
#define BURST_NS INT64_C(100000000) /* in which we are woken so often at most, and then read what has come: a build executes hundreds a second */
#define BURST 20
#define ENDED_NS INT64_C(1000000000) /* what has ended so long ago is not the cause of what is seen now */
#define BEGAN_NS INT64_C(2000000000) /* nor what began so long ago: an editor that is open, a command that waits for a password */

struct name {
	char *text;
	uint64_t marks;
};

struct suspect {
	struct exec_watch *watch;
	uint32_t pid; /* 0 = free */
	int process;  /* tells when it ends; -1 = has ended */
	uid_t uid;
	char program[PROCESS_PROGRAM_BYTES];
	uint64_t marks;
	int64_t began_ns, ended_ns; /* INT64_MAX = runs */
};

struct exec_watch {
	struct loop *loop;
	int socket;
	struct name *names;
	size_t name_count;
	struct suspect suspects[SUSPECTS];
	int64_t burst_ns; /* its beginning */
	unsigned burst;
	int64_t missed_ns; /* until then the kernel, or we, have lost some */
};

/* --- those that are remembered --- */

static void note_end(struct suspect *s)
{
	loop_remove(s->watch->loop, s->process);
	file_close(&s->process);
	s->process = -1;
	s->ended_ns = clock_monotonic_ns();
}

static void on_end(int fd, uint32_t events, void *data)
{
	(void)fd;
	(void)events;
	note_end(data);
}

/* Up to then it may be the cause of what is seen. */
static int64_t suspected_until(const struct suspect *s)
{
	int64_t began = s->began_ns + BEGAN_NS, ended = s->process < 0 ? s->ended_ns + ENDED_NS : INT64_MAX;

	return s->pid == 0 ? INT64_MIN : began < ended ? began : ended;
}

static void miss(struct exec_watch *watch, int64_t until_ns)
{
	if (until_ns > watch->missed_ns)
		watch->missed_ns = until_ns;
}

static void remember(struct exec_watch *watch, const struct suspect *suspect)
{
	struct suspect *place = &watch->suspects[0];

	for (size_t i = 1; i < SUSPECTS; i++)
		if (suspected_until(&watch->suspects[i]) < suspected_until(place))
			place = &watch->suspects[i];
	if (suspected_until(place) >= suspect->began_ns) {
		miss(watch, suspect->began_ns + BEGAN_NS);
		return;
	}
	/* A look that began long ago may still ask for the one who was here. */
	if (place->marks != 0)
		miss(watch, suspected_until(place));
	if (place->pid != 0 && place->process >= 0)
		note_end(place);
	*place = *suspect;
	place->process = (int)syscall(SYS_pidfd_open, suspect->pid, 0);
	if (place->process >= 0 && loop_add(watch->loop, place->process, EPOLLIN, on_end, place) < 0)
		note_end(place);
}

/* --- what is executed --- */

static uint64_t marks_of(const struct exec_watch *watch, const struct suspect_command *command)
{
	uint64_t marks = 0;

	for (size_t i = 0; i < watch->name_count; i++)
		if ((marks & watch->names[i].marks) != watch->names[i].marks && suspect_command_changes(command, watch->names[i].text))
			marks |= watch->names[i].marks;
	return marks;
}

/* In a container of its own a command changes that container's things. */
static bool is_of_this_computer(int folder)
{
	static const char *const NAMESPACES[] = {"ns/pid", "ns/user"};
	int self FILE_CLOSED = process_open((uint32_t)getpid());
	struct stat theirs, ours;

	for (size_t i = 0; i < sizeof NAMESPACES / sizeof NAMESPACES[0]; i++)
		if (self < 0 || fstatat(folder, NAMESPACES[i], &theirs, 0) < 0 || fstatat(self, NAMESPACES[i], &ours, 0) < 0 || theirs.st_ino != ours.st_ino)
			return false;
	return true;
}

static void look_at(struct exec_watch *watch, uint32_t pid, int64_t began_ns)
{
	struct suspect suspect = {.watch = watch, .pid = pid, .process = -1, .began_ns = began_ns, .ended_ns = clock_monotonic_ns()};
	int folder FILE_CLOSED = process_open(pid);
	char words[WORDS_BYTES], at[1024];
	struct suspect_command command = {.program = suspect.program, .words = words, .folder = at};
	struct stat owner;
	ssize_t len;

	if (folder < 0 || process_read(folder, "comm", suspect.program, sizeof suspect.program) == 0 || !suspect_command_is_known(suspect.program))
		return;
	if (!is_of_this_computer(folder))
		return;
	command.len = process_read(folder, "cmdline", words, sizeof words);
	if (command.len >= sizeof words - 1)
		miss(watch, suspect.began_ns + BEGAN_NS);
	len = readlinkat(folder, "cwd", at, sizeof at - 1);
	at[len > 0 ? len : 0] = '\0';
	command.root = fstat(folder, &owner) == 0 && owner.st_uid == 0;
	suspect.uid = process_login_uid(folder);
	suspect.marks = marks_of(watch, &command);
	if (suspect.marks != 0 || suspect_command_is_named(suspect.program))
		remember(watch, &suspect);
}

/* False: there may be more. */
static bool read_some(struct exec_watch *watch, unsigned most)
{
	_Alignas(struct nlmsghdr) uint8_t bytes[RECEIVE_BYTES];
	struct sockaddr_nl from = {0};
	int64_t began_ns = 0;
	ssize_t got = -1;
	uint32_t pid;

	while (most-- > 0) {
		socklen_t size = sizeof from;

		got = recvfrom(watch->socket, bytes, sizeof bytes, MSG_DONTWAIT, (struct sockaddr *)&from, &size);
		pid = got > 0 && from.nl_pid == 0 ? change_read_exec(bytes, (size_t)got, &began_ns) : 0;
		if (pid != 0 && pid != (uint32_t)getpid())
			look_at(watch, pid, began_ns);
		if (got < 0 && errno == ENOBUFS)
			miss(watch, clock_monotonic_ns() + BEGAN_NS);
		if (got < 0 && errno != ENOBUFS && errno != EINTR)
			return true;
	}
	return false;
}

static void on_burst_over(int64_t now_ns, void *data)
{
	struct exec_watch *watch = data;

	watch->burst_ns = now_ns;
	watch->burst = 0;
	(void)read_some(watch, READ_MOST);
	(void)loop_change(watch->loop, watch->socket, EPOLLIN);
}

static void on_executed(int fd, uint32_t events, void *data)
{
	struct exec_watch *watch = data;
	int64_t now_ns = clock_monotonic_ns();

	(void)events;
	(void)read_some(watch, READ_MOST);
	if (now_ns - watch->burst_ns > BURST_NS) {
		watch->burst_ns = now_ns;
		watch->burst = 0;
	}
	if (++watch->burst >= BURST && loop_at(watch->loop, watch->burst_ns + BURST_NS, 0, on_burst_over, watch) == 0)
		(void)loop_change(watch->loop, fd, 0);
}

/* --- the socket --- */

/* Forks, ends and changes of uid would wake us, too. */
static int let_execs_through(int fd)
{
	const struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, NLMSG_HDRLEN + sizeof(struct cn_msg) + offsetof(struct proc_event, what)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htonl(PROC_EVENT_EXEC), 0, 1),
		BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct sock_filter copy[sizeof code / sizeof code[0]];
	struct sock_fprog program = {.len = sizeof code / sizeof code[0], .filter = copy};

	memcpy(copy, code, sizeof code);
	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) < 0 ? -errno : 0;
}

static int ask(int fd, enum proc_cn_mcast_op operation)
{
	uint32_t wanted = operation;
	struct cn_msg connector = {.id = {.idx = CN_IDX_PROC, .val = CN_VAL_PROC}, .len = sizeof wanted};
	struct nlmsghdr head = {.nlmsg_len = sizeof head + sizeof connector + sizeof wanted, .nlmsg_type = NLMSG_DONE};
	const struct iovec parts[] = {{&head, sizeof head}, {&connector, sizeof connector}, {&wanted, sizeof wanted}};

	return writev(fd, parts, sizeof parts / sizeof parts[0]) < 0 ? -errno : 0;
}

static int listen_to_kernel(struct exec_watch *watch)
{
	const struct sockaddr_nl address = {.nl_family = AF_NETLINK, .nl_groups = CN_IDX_PROC};
	const int bytes = QUEUE_BYTES;
	int r;

	watch->socket = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_CONNECTOR);
	if (watch->socket < 0)
		return -errno;
	(void)setsockopt(watch->socket, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes);
	r = let_execs_through(watch->socket);
	if (r == 0 && bind(watch->socket, (const struct sockaddr *)&address, sizeof address) < 0)
		r = -errno;
	if (r == 0)
		r = ask(watch->socket, PROC_CN_MCAST_LISTEN);
	if (r == 0)
		r = loop_add(watch->loop, watch->socket, EPOLLIN, on_executed, watch);
	if (r < 0)
		file_close(&watch->socket), watch->socket = -1;
	return r;
}

int exec_watch_open(struct loop *loop, struct exec_watch **ret_watch)
{
	struct exec_watch *watch = calloc(1, sizeof *watch);

	if (watch == NULL)
		return -ENOMEM;
	watch->loop = loop;
	watch->socket = -1;
	*ret_watch = watch;
	return 0;
}

int exec_watch_add(struct exec_watch *watch, const char *text, uint64_t marks)
{
	struct name *names = watch->name_count < NAMES_MAX ? reallocarray(watch->names, watch->name_count + 1, sizeof *names) : NULL;

	if (names == NULL)
		return -ENOMEM;
	watch->names = names;
	names[watch->name_count] = (struct name){.text = strdup(text), .marks = marks};
	if (names[watch->name_count].text == NULL)
		return -ENOMEM;
	watch->name_count++;
	return watch->name_count == 1 ? listen_to_kernel(watch) : 0;
}

void exec_watch_close(struct exec_watch *watch)
{
	if (watch == NULL)
		return;
	for (size_t i = 0; i < SUSPECTS; i++)
		if (watch->suspects[i].pid != 0 && watch->suspects[i].process >= 0)
			note_end(&watch->suspects[i]);
	if (watch->socket >= 0)
		(void)ask(watch->socket, PROC_CN_MCAST_IGNORE);
	(void)loop_at(watch->loop, INT64_MAX, 0, on_burst_over, watch);
	loop_remove(watch->loop, watch->socket);
	file_close(&watch->socket);
	for (size_t i = 0; i < watch->name_count; i++)
		free(watch->names[i].text);
	free(watch->names);
	free(watch);
}

/* --- who it was --- */

static void read_on(struct exec_watch *watch)
{
	if (watch->socket >= 0 && !read_some(watch, READ_MOST_ASKED))
		miss(watch, clock_monotonic_ns() + BEGAN_NS);
}

bool exec_watch_find(struct exec_watch *watch, const struct change *change, struct culprit *ret_culprit)
{
	const struct suspect *best = NULL;
	int64_t now_ns = clock_monotonic_ns();

	read_on(watch);
	for (size_t i = 0; i < SUSPECTS; i++) {
		const struct suspect *s = &watch->suspects[i];

		if (change->pid != 0 && s->pid == change->pid && suspected_until(s) >= now_ns && strncmp(s->program, change->program, sizeof s->program) == 0 &&
		    (best == NULL || s->began_ns > best->began_ns))
			best = s;
	}
	if (best == NULL || best->uid == (uid_t)-1)
		return false;
	culprit_name(best->program, best->uid, ret_culprit);
	return true;
}

bool exec_watch_suspect(struct exec_watch *watch, uint64_t marks, int64_t at_ns, struct culprit *ret_culprit)
{
	const struct suspect *any = NULL, *best = NULL;

	read_on(watch);
	for (size_t i = 0; i < SUSPECTS; i++) {
		const struct suspect *s = &watch->suspects[i];

		if ((s->marks & marks) == 0 || suspected_until(s) < at_ns)
			continue;
		if (any != NULL && any->uid != s->uid)
			return false;
		any = s;
		if (s->began_ns <= at_ns && (best == NULL || s->began_ns > best->began_ns))
			best = s;
	}
	if (best == NULL || best->uid == (uid_t)-1 || at_ns < watch->missed_ns)
		return false;
	culprit_name(best->program, best->uid, ret_culprit);
	return true;
}

void exec_watch_forget(struct exec_watch *watch, uint64_t marks)
{
	for (size_t i = 0; i < SUSPECTS; i++)
		watch->suspects[i].marks &= ~marks;
}

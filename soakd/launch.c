/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fork and exec, with the failure of exec brought home:
 *
 *   soakd ──fork──▶ child: signals, descriptors, process group ──exec──▶ the program (the pipe closes by itself: success)
 *     ▲                                                           │
 *     └─────────────── errno through a CLOEXEC pipe ◀─────────────┘ it failed
 */
#include "soakd/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "soakd/descriptors.h"

#define FDS_MAX 8
#define SPARE   64 /* descriptors are moved up here first, so that one's target never is another's source */

struct plan {
	char *const *argv;
	char **env; /* NULL: ours */
	struct launch_fd fd[FDS_MAX];
	size_t n;
	bool is_target; /* or another program of the user's */
	pid_t parent;
	int report; /* the pipe's end to write errno to */
};

char **environment_with(char *const *from, char *const *extra)
{
	size_t n = 0, more = 0, at = 0;
	char **all;

	while (from && from[n])
		n++;
	while (extra && extra[more])
		more++;
	all = sk_calloc(n + more + 1, sizeof(*all));
	for (size_t i = 0; all && i < n; i++) {
		size_t name = strcspn(from[i], "="), k = 0;

		while (k < more && (strncmp(extra[k], from[i], name) != 0 || extra[k][name] != '='))
			k++;
		if (k == more)
			all[at++] = from[i];
	}
	for (size_t i = 0; all && i < more; i++)
		all[at++] = extra[i];
	return all;
}

/* ---- in the child: nothing here may allocate or return to the caller --------------------------------------------------- */

static void default_signals(void)
{
	sigset_t none;

	for (int s = 1; s < NSIG; s++)
		signal(s, SIG_DFL); /* fails for KILL and STOP, which have no other */
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Names by which systemd would take a child's words for ours. */
static void forget_systemd(void)
{
	static const char *const names[] = { "NOTIFY_SOCKET", "WATCHDOG_PID", "WATCHDOG_USEC",
					     "LISTEN_PID",    "LISTEN_FDS",   "LISTEN_FDNAMES" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		unsetenv(names[i]);
}

/* F_DUPFD refuses a place that is not below the limit of descriptors, which may be a small one. */
static int spare_place(void)
{
	struct rlimit r;

	return getrlimit(RLIMIT_NOFILE, &r) == 0 && r.rlim_cur / 2 < SPARE ? (int)(r.rlim_cur / 2) : SPARE;
}

/* All else was opened CLOEXEC, or (a library, our own parent) is closed by close_range where the kernel has it. */
static int place_descriptors(struct plan *p)
{
	int spare = spare_place();

	p->report = fcntl(p->report, F_DUPFD_CLOEXEC, spare);
	if (p->report == -1)
		return -1;
	for (size_t i = 0; i < p->n; i++) {
		p->fd[i].from = fcntl(p->fd[i].from, F_DUPFD_CLOEXEC, spare);
		if (p->fd[i].from == -1)
			return -1;
	}
	close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
	for (size_t i = 0; i < p->n; i++)
		if (dup2(p->fd[i].from, p->fd[i].to) == -1)
			return -1;
	return 0;
}

static void become(struct plan *p)
{
	int report = p->report, sys;

	default_signals();
	if (p->env)
		environ = p->env;
	forget_systemd();
	if (p->is_target) {
		setpgid(0, 0);
		prctl(PR_SET_PDEATHSIG, SIGTERM);
		if (getppid() != p->parent)
			_exit(127); /* soakd died before we could ask to be told */
	}
	if (place_descriptors(p) == 0) {
		report = p->report;
		descriptors_restore();
		execvp(p->argv[0], p->argv);
	}
	sys = errno;
	if (write(report, &sys, sizeof(sys)) != (ssize_t)sizeof(sys))
		_exit(126);
	_exit(sys == ENOENT ? 127 : 126);
}

/* ---- in soakd ---------------------------------------------------------------------------------------------------------- */

/* What the child said: 0 when exec closed the pipe, else errno. */
static int hear(int fd)
{
	int sys = 0;
	ssize_t n;

	do
		n = read(fd, &sys, sizeof(sys));
	while (n == -1 && errno == EINTR);
	return n == (ssize_t)sizeof(sys) ? sys : 0;
}

static enum sk_code cannot(const struct plan *p, int sys, struct sk_err *err)
{
	enum sk_code code = sys == ENOENT ? SK_ENOTFOUND : sys == EACCES || sys == EPERM ? SK_EPERM : SK_EIO;

	return sk_fail(err, code, sys, "cannot run %s: %s", p->argv[0], strerror(sys));
}

static enum sk_code start(struct plan *p, pid_t *pid, struct sk_err *err)
{
	int pipefd[2], sys;
	pid_t child;

	if (pipe2(pipefd, O_CLOEXEC) != 0)
		return cannot(p, errno, err);
	p->parent = getpid();
	p->report = pipefd[1];
	child = fork();
	sys = errno;
	if (child == 0)
		become(p);
	close(pipefd[1]);
	if (child == -1) {
		close(pipefd[0]);
		return cannot(p, sys, err);
	}
	sys = hear(pipefd[0]);
	close(pipefd[0]);
	if (sys) {
		waitpid(child, NULL, 0);
		return cannot(p, sys, err);
	}
	*pid = child;
	return SK_OK;
}

enum sk_code launch_command(char *const argv[], char **env, const char *log_path, pid_t *pid, struct sk_err *err)
{
	struct plan p = { .argv = argv, .env = env, .is_target = true };
	int in = open("/dev/null", O_RDONLY | O_CLOEXEC),
	    out = open(log_path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0644), sys = errno;
	enum sk_code rc;

	if (in == -1 || out == -1) {
		rc = sk_fail(err, SK_EIO, sys, "cannot open %s for the output of %s: %s", log_path, argv[0], strerror(sys));
		goto out;
	}
	if (prctl(PR_SET_CHILD_SUBREAPER, 1) != 0) {
		rc = sk_fail(err, SK_EIO, errno, "cannot become the reaper of %s: %s", argv[0], strerror(errno));
		goto out;
	}
	p.fd[p.n++] = (struct launch_fd){ in, STDIN_FILENO };
	p.fd[p.n++] = (struct launch_fd){ out, STDOUT_FILENO };
	p.fd[p.n++] = (struct launch_fd){ out, STDERR_FILENO };
	rc = start(&p, pid, err);
out:
	if (in != -1)
		close(in);
	if (out != -1)
		close(out);
	return rc;
}

enum sk_code launch_program(char *const argv[], char **env, int out, pid_t *pid, struct sk_err *err)
{
	struct plan p = { .argv = argv, .env = env, .is_target = true };
	int in = open("/dev/null", O_RDONLY | O_CLOEXEC);
	enum sk_code rc;

	if (in == -1)
		return cannot(&p, errno, err);
	p.fd[p.n++] = (struct launch_fd){ in, STDIN_FILENO };
	p.fd[p.n++] = (struct launch_fd){ out, STDOUT_FILENO };
	p.fd[p.n++] = (struct launch_fd){ out, STDERR_FILENO };
	rc = start(&p, pid, err);
	close(in);
	return rc;
}

enum sk_code launch_helper(char *const argv[], const struct launch_fd *fds, size_t n, pid_t *pid, struct sk_err *err)
{
	struct plan p = { .argv = argv };
	bool has_stdin = false;
	int in;
	enum sk_code rc;

	if (n >= FDS_MAX)
		return sk_fail(err, SK_EUSAGE, 0, "cannot run %s: %zu descriptors are too many", argv[0], n);
	in = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (in == -1)
		return cannot(&p, errno, err);
	for (size_t i = 0; i < n; i++) {
		has_stdin |= fds[i].to == STDIN_FILENO;
		p.fd[p.n++] = fds[i];
	}
	if (!has_stdin)
		p.fd[p.n++] = (struct launch_fd){ in, STDIN_FILENO };
	rc = start(&p, pid, err);
	close(in);
	return rc;
}

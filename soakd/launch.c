/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "soakd/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define FDS_MAX 8
#define HIGH_FD 64 /* mapped descriptors are moved above this first, so that none overwrites another's source */

static void default_signals(void)
{
	sigset_t none;

	for (int sig = 1; sig < NSIG; sig++)
		signal(sig, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static int map_fds(const struct launch_fd *fds, size_t n)
{
	int high[FDS_MAX];
	int null_in = 1;

	for (size_t i = 0; i < n; i++) {
		high[i] = fcntl(fds[i].fd, F_DUPFD_CLOEXEC, HIGH_FD);
		if (high[i] == -1)
			return -1;
		if (fds[i].as == 0)
			null_in = 0;
	}
	for (size_t i = 0; i < n; i++)
		if (dup2(high[i], fds[i].as) == -1)
			return -1;
	if (null_in) {
		int fd = open("/dev/null", O_RDONLY);

		if (fd == -1 || (fd != 0 && dup2(fd, 0) == -1))
			return -1;
	}
	return 0;
}

struct start {
	char *const *argv;
	const struct launch_fd *fds;
	size_t n;
	int new_group, search_path;
};

/* In the child. Only returns by exec; what failed is written to the pipe that exec closes. */
static void __attribute__((noreturn)) child(const struct start *s, int report)
{
	int why;

	/* the report pipe out of the way of the numbers that are mapped */
	int moved = fcntl(report, F_DUPFD_CLOEXEC, HIGH_FD);

	default_signals();
	if (s->new_group)
		setpgid(0, 0);
	if (moved != -1 && map_fds(s->fds, s->n) == 0) {
		if (s->search_path)
			execvp(s->argv[0], s->argv);
		else
			execv(s->argv[0], s->argv);
	}
	why = errno;
	if (write(moved != -1 ? moved : report, &why, sizeof(why)) != sizeof(why))
		_exit(125);
	_exit(127);
}

static enum sk_code start(const struct start *s, pid_t *pid, struct sk_err *err)
{
	int pipefd[2], why = 0;

	*pid = 0;
	if (pipe2(pipefd, O_CLOEXEC) != 0)
		return sk_fail(err, SK_EIO, errno, "cannot start %s: %s", s->argv[0], strerror(errno));
	pid_t p = fork();

	if (p == 0)
		child(s, pipefd[1]);
	close(pipefd[1]);
	if (p == -1) {
		int e = errno;

		close(pipefd[0]);
		return sk_fail(err, SK_EIO, e, "cannot start %s: %s", s->argv[0], strerror(e));
	}
	ssize_t n;

	do {
		n = read(pipefd[0], &why, sizeof(why));
	} while (n == -1 && errno == EINTR);
	close(pipefd[0]);
	if (n == (ssize_t)sizeof(why)) {
		waitpid(p, NULL, 0);
		return sk_fail(err, why == ENOENT ? SK_ENOTFOUND : why == EACCES ? SK_EPERM : SK_EIO, why, "cannot run %s: %s", s->argv[0],
			       strerror(why));
	}
	*pid = p;
	return SK_OK;
}

enum sk_code launch_helper(char *const *argv, const struct launch_fd *fds, size_t n, pid_t *pid, struct sk_err *err)
{
	const struct start s = { argv, fds, n, 0, 0 };

	if (n > FDS_MAX)
		return sk_fail(err, SK_EUSAGE, 0, "too many descriptors for %s", argv[0]);
	return start(&s, pid, err);
}

enum sk_code launch_command(char *const *argv, const char *log, pid_t *pid, struct sk_err *err)
{
	int fd = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);

	if (fd == -1)
		return sk_fail(err, SK_EIO, errno, "cannot open %s for the output of %s: %s", log, argv[0], strerror(errno));
	const struct launch_fd fds[] = { { fd, 1 }, { fd, 2 } };
	const struct start s = { argv, fds, 2, 1, 1 };

	prctl(PR_SET_CHILD_SUBREAPER, 1);
	enum sk_code rc = start(&s, pid, err);

	close(fd);
	return rc;
}

/* true: reaped. */
static int wait_until(pid_t pid, double seconds, int *status)
{
	const struct timespec step = { 0, 20 * 1000 * 1000 };

	for (int i = 0; i <= (int)(seconds * 50); i++) {
		pid_t p = waitpid(pid, status, WNOHANG);

		if (p == pid || (p == -1 && errno == ECHILD))
			return 1;
		nanosleep(&step, NULL);
	}
	return 0;
}

enum sk_code launch_stop(pid_t pid, double grace_s, int *status)
{
	int st = 0;
	pid_t p = waitpid(pid, &st, WNOHANG);

	if (p == -1)
		return SK_ENOTFOUND;
	if (p == 0) {
		kill(pid, SIGTERM);
		if (!wait_until(pid, grace_s, &st)) {
			kill(pid, SIGKILL);
			wait_until(pid, 10, &st);
		}
	}
	if (status)
		*status = st;
	return SK_OK;
}

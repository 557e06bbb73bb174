/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A command as a child with all that it starts: see exec_child.h. */
#include "scenarios/exec_child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

int exec_child_adopt(void)
{
	return prctl(PR_SET_CHILD_SUBREAPER, 1) == 0 ? 0 : errno;
}

static void __attribute__((noreturn)) child(char *const argv[], int out, int report)
{
	static const int ours[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGPIPE };
	int why;

	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		signal(ours[i], SIG_DFL);
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (dup2(out, STDOUT_FILENO) != -1 && dup2(out, STDERR_FILENO) != -1)
		execvp(argv[0], argv);
	why = errno;
	if (write(report, &why, sizeof(why)) != sizeof(why))
		_exit(126);
	_exit(127);
}

static void close_fd(int *fd)
{
	if (*fd != -1)
		close(*fd);
	*fd = -1;
}

/* The report pipe closes with a successful exec. */
int exec_child_start(struct exec_child *c, char *const argv[])
{
	int out[2] = { -1, -1 }, report[2] = { -1, -1 }, why = 0;
	pid_t pid = -1;

	if (pipe2(out, O_CLOEXEC | O_NONBLOCK) != 0 || pipe2(report, O_CLOEXEC) != 0)
		why = errno;
	if (!why && (pid = fork()) == -1)
		why = errno;
	if (pid == 0) {
		fcntl(out[1], F_SETFL, 0); /* the command expects a pipe that blocks */
		child(argv, out[1], report[1]);
	}
	close_fd(&report[1]);
	if (pid > 0 && read(report[0], &why, sizeof(why)) == (ssize_t)sizeof(why))
		waitpid(pid, NULL, 0);
	close_fd(&report[0]);
	close_fd(&out[1]);
	if (why) {
		close_fd(&out[0]);
		return why;
	}
	setpgid(pid, pid); /* as the child does: whoever is first */
	*c = (struct exec_child){ .pid = pid, .out = out[0], .pidfd = (int)syscall(SYS_pidfd_open, pid, 0) };
	return 0;
}

void exec_child_signal(const struct exec_child *c, int sig)
{
	if (c->pid > 0)
		kill(-c->pid, sig);
}

bool exec_child_ended(const struct exec_child *c)
{
	siginfo_t info = { 0 };

	if (c->pid <= 0 || waitid(P_PID, (id_t)c->pid, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == 0)
		return false;
	kill(-c->pid, SIGKILL);
	return true;
}

int exec_child_reap(struct exec_child *c)
{
	int status = 0;

	if (c->pid > 0)
		waitpid(c->pid, &status, 0);
	close_fd(&c->out);
	close_fd(&c->pidfd);
	c->pid = 0;
	return status;
}

size_t exec_child_orphans(const struct exec_child *c, bool all)
{
	/* "PID PID ..." of the one thread that this process has; where the kernel has no such file, nobody is found */
	int fd = open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
	ssize_t n;
	char buf[4096], *s = buf, *end;
	size_t seen = 0;

	if (fd == -1)
		return 0;
	n = read(fd, buf, sizeof(buf) - 1);
	close(fd);
	buf[n > 0 ? n : 0] = '\0';
	if (n == (ssize_t)sizeof(buf) - 1) /* the last number may be cut */
		while (n > 0 && buf[n - 1] != ' ')
			buf[--n] = '\0';
	for (;; s = end) {
		long pid = strtol(s, &end, 10);

		if (end == s)
			return seen;
		if (pid <= 0 || pid == c->pid)
			continue;
		if (all)
			kill((pid_t)pid, SIGKILL);
		waitpid((pid_t)pid, NULL, WNOHANG);
		seen++;
	}
}

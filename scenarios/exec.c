/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A command of the user, run once per interval: "pgbench -T 250 ...". Never two at once: a run that lasts longer than the
 * interval takes the place of the next. No shell. Each run is a process group of its own, and what is left of the group when the
 * command itself has ended is killed, so that nothing piles up overnight. Output goes to exec.log in the run directory, which is
 * bounded.
 */
#include "scenarios/registry.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "scenarios/exec_output.h"

#define LOG_MAX            (16 << 20)
#define DEFAULT_INTERVAL_S 60.0
#define MIN_INTERVAL_S     0.01
#define TERM_NS            (5 * (int64_t)NS_PER_S) /* from TERM to KILL */
#define LOOK_NS            (50 * 1000000)          /* between looks at the child where the kernel has no pidfd */

struct state {
	pid_t pid;           /* of the run under way, and its process group; 0: none */
	int pidfd, out, log; /* -1: none; out is the reading end of its stdout and stderr */
	off_t log_size;
	struct exec_output output;
	int64_t interval_ns, next_ns, kill_ns; /* kill_ns: INT64_MAX until TERM was sent */
	bool overran, log_lost;                /* said once */
};

static const char *reason(int e)
{
	return e == ENOENT ? "there is no such program" : strerror(e);
}

/* What execvp() would find. 0 if it can be run, else an errno. */
static int can_run(const char *name)
{
	const char *path = getenv("PATH");
	int why = ENOENT;
	char full[PATH_MAX];
	struct stat st;

	if (strchr(name, '/'))
		return access(name, X_OK) != 0 ? errno : stat(name, &st) == 0 && S_ISDIR(st.st_mode) ? EACCES : 0;
	for (const char *p = path ? path : "/bin:/usr/bin"; *p; p += strspn(p, ":")) {
		int n = (int)strcspn(p, ":");

		snprintf(full, sizeof(full), "%.*s/%s", n, p, name);
		p += n;
		if (stat(full, &st) != 0 || S_ISDIR(st.st_mode))
			continue;
		if (access(full, X_OK) == 0)
			return 0;
		why = EACCES;
	}
	return why;
}

static enum sk_code exec_open(struct drive *d, void *state, struct sk_err *err)
{
	struct state *s = state;
	double interval = d->job->interval_s > 0 ? fmax(d->job->interval_s, MIN_INTERVAL_S) : DEFAULT_INTERVAL_S;
	char path[PATH_MAX];
	int why;

	*s = (struct state){
		.pidfd = -1, .out = -1, .log = -1, .kill_ns = INT64_MAX, .interval_ns = (int64_t)(interval * NS_PER_S)
	};
	if (!d->job->exec || !d->job->dir)
		return sk_fail(err, SK_EUSAGE, 0, "the scenario exec needs a command: --exec 'pgbench -T 250 ...'");
	why = can_run(d->job->exec[0]);
	if (why)
		return sk_fail(err, why == ENOENT ? SK_ENOTFOUND : SK_EPERM, why, "cannot run %s: %s", d->job->exec[0],
			       reason(why));
	snprintf(path, sizeof(path), "%s/exec.log", d->job->dir);
	s->log = open(path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0644);
	if (s->log == -1)
		return sk_fail(err, SK_EIO, errno, "cannot open %s: %s", path, strerror(errno));
	s->log_size = lseek(s->log, 0, SEEK_END);
	drive_connected(d);
	return SK_OK;
}

static void __attribute__((noreturn)) child(const struct drive *d, int out, int report)
{
	static const int ours[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGPIPE };
	int why;

	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		signal(ours[i], SIG_DFL);
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (dup2(out, STDOUT_FILENO) != -1 && dup2(out, STDERR_FILENO) != -1)
		execvp(d->job->exec[0], d->job->exec);
	why = errno;
	if (write(report, &why, sizeof(why)) != sizeof(why))
		_exit(126);
	_exit(127);
}

/* Starts the command; 0, or the errno of what failed. The report pipe closes with a successful exec. */
static int spawn(struct drive *d, struct state *s)
{
	int out[2] = { -1, -1 }, report[2] = { -1, -1 }, why = 0;
	pid_t pid = -1;

	if (pipe2(out, O_CLOEXEC | O_NONBLOCK) != 0 || pipe2(report, O_CLOEXEC) != 0)
		why = errno;
	if (!why && (pid = fork()) == -1)
		why = errno;
	if (pid == 0) {
		fcntl(out[1], F_SETFL, 0); /* the command expects a pipe that blocks */
		child(d, out[1], report[1]);
	}
	if (report[1] != -1)
		close(report[1]);
	if (pid > 0 && read(report[0], &why, sizeof(why)) == (ssize_t)sizeof(why))
		waitpid(pid, NULL, 0);
	if (report[0] != -1)
		close(report[0]);
	if (out[1] != -1)
		close(out[1]);
	if (why) {
		if (out[0] != -1)
			close(out[0]);
		return why;
	}
	setpgid(pid, pid); /* as the child does: whoever is first */
	s->pid = pid;
	s->out = out[0];
	s->pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	exec_output_reset(&s->output);
	return 0;
}

static void log_add(struct drive *d, struct state *s, const char *bytes, size_t n)
{
	if (s->log_size + (off_t)n > LOG_MAX && ftruncate(s->log, 0) == 0)
		s->log_size = 0;
	if (write(s->log, bytes, n) == (ssize_t)n) {
		s->log_size += (off_t)n;
	} else if (!s->log_lost) {
		s->log_lost = true;
		drive_event(d, "error", "output of the command is lost: cannot write exec.log: %s", strerror(errno));
	}
}

/* Takes what the command has printed. false: nothing will come any more. */
static bool take_output(struct drive *d, struct state *s)
{
	char buf[16384];

	for (int i = 0; i < 16; i++) { /* a command that never stops printing must not keep us from the socket */
		ssize_t n = read(s->out, buf, sizeof(buf));

		if (n < 0)
			return errno == EAGAIN || errno == EINTR;
		if (n == 0)
			return false;
		exec_output_add(&s->output, buf, (size_t)n);
		log_add(d, s, buf, (size_t)n);
	}
	return true;
}

static void close_fd(int *fd)
{
	if (*fd != -1)
		close(*fd);
	*fd = -1;
}

static void count_run(struct drive *d, const struct state *s, int status)
{
	char key[DRIVE_KEY];

	if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
		drive_count(&d->shared->ops, s->output.found ? s->output.transactions : 1);
		return;
	}
	if (s->kill_ns != INT64_MAX)
		return; /* we ended it ourselves: neither done nor failed */
	if (WIFEXITED(status)) {
		snprintf(key, sizeof(key), "exit %d", WEXITSTATUS(status));
		drive_error(d, DRIVE_NO_KIND, 1, key, "%s ended with status %d; its output is in exec.log", d->job->exec[0],
			    WEXITSTATUS(status));
	} else {
		snprintf(key, sizeof(key), "signal %d", WTERMSIG(status));
		drive_error(d, DRIVE_NO_KIND, 1, key, "%s was ended by signal %d; its output is in exec.log", d->job->exec[0],
			    WTERMSIG(status));
	}
}

/* If the command has ended: kills what is left of its group while its number still is its own, then reaps and counts it. */
static void reap(struct drive *d, struct state *s)
{
	siginfo_t info = { 0 };
	int status = 0;

	if (waitid(P_PID, (id_t)s->pid, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == 0)
		return;
	kill(-s->pid, SIGKILL);
	if (s->out != -1)
		take_output(d, s);
	exec_output_end(&s->output);
	waitpid(s->pid, &status, 0);
	close_fd(&s->out);
	close_fd(&s->pidfd);
	s->pid = 0;
	count_run(d, s, status);
}

static void start_due(struct drive *d, struct state *s, int64_t now_ns)
{
	int64_t late = now_ns - s->next_ns;
	int why;

	if (late < 0)
		return;
	if (late >= s->interval_ns && !s->overran) {
		s->overran = true;
		drive_event(d, "exec", "a run of the command takes longer than the interval; the runs in between are left out");
	}
	s->next_ns += (late / s->interval_ns + 1) * s->interval_ns;
	turns_take(&d->turns, 1);
	why = spawn(d, s);
	if (why)
		drive_error(d, DRIVE_NO_KIND, 1, "not started", "cannot run %s: %s", d->job->exec[0], reason(why));
}

static void exec_go(struct drive *d, void *state)
{
	struct state *s = state;

	s->next_ns = clock_boot_ns(d->clock);
	drive_ready(d);
}

static size_t exec_fds(struct drive *d, void *state, struct pollfd *fds, size_t max)
{
	const struct state *s = state;

	(void)d;
	(void)max;
	fds[0] = (struct pollfd){ .fd = s->out, .events = POLLIN };
	fds[1] = (struct pollfd){ .fd = s->pidfd, .events = POLLIN };
	return 2;
}

static int64_t exec_run(struct drive *d, void *state, const struct pollfd *fds, size_t n, int64_t now_ns)
{
	struct state *s = state;

	(void)fds;
	(void)n;
	if (s->pid) {
		if (s->out != -1 && !take_output(d, s))
			close_fd(&s->out);
		reap(d, s);
	}
	if (s->pid && now_ns >= s->kill_ns)
		kill(-s->pid, SIGKILL);
	if (!s->pid && d->phase == DRIVE_STOPPING)
		drive_done(d);
	if (!s->pid && d->phase == DRIVE_RUNNING && !turns_loaded(&d->turns, now_ns)) {
		s->next_ns = now_ns; /* the first run of the next phase with load is due when it begins */
		return turns_next_ns(&d->turns);
	}
	if (!s->pid && d->phase == DRIVE_RUNNING)
		start_due(d, s, now_ns);
	if (s->pid && s->pidfd == -1)
		return now_ns + LOOK_NS;
	if (s->pid)
		return s->kill_ns > now_ns ? s->kill_ns : now_ns + LOOK_NS;
	return d->phase == DRIVE_RUNNING ? s->next_ns : INT64_MAX;
}

/* A phase ends when the run of the command does. */
static bool exec_busy(const struct drive *d, const void *state)
{
	(void)d;
	return ((const struct state *)state)->pid != 0;
}

static void exec_stop(struct drive *d, void *state)
{
	struct state *s = state;

	if (!s->pid) {
		drive_done(d);
		return;
	}
	s->kill_ns = clock_boot_ns(d->clock) + TERM_NS;
	kill(-s->pid, SIGTERM);
}

static void exec_close(struct drive *d, void *state)
{
	struct state *s = state;

	(void)d;
	if (s->pid) { /* the monitor has gone: nobody waits for a graceful end */
		kill(-s->pid, SIGKILL);
		waitpid(s->pid, NULL, 0);
		s->pid = 0;
	}
	close_fd(&s->out);
	close_fd(&s->pidfd);
	close_fd(&s->log);
}

const struct scenario scenario_exec = {
	.name = "exec",
	.state_size = sizeof(struct state),
	.open = exec_open,
	.go = exec_go,
	.fds = exec_fds,
	.run = exec_run,
	.busy = exec_busy,
	.stop = exec_stop,
	.close = exec_close,
};

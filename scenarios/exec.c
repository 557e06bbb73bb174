/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A command of the user, run once per interval or back to back: "pgbench -T 250 ...". Never two at once: a run that lasts longer than the
 * interval takes the place of the next. What it prints goes to exec.log in the run directory, which is bounded, and is looked through for
 * counts and latencies (exec_output.h). A run ends with all that it started (exec_child.h).
 */
#include "scenarios/registry.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "scenarios/exec_child.h"
#include "scenarios/exec_output.h"

#define LOG_MAX            (16 << 20)
#define DEFAULT_INTERVAL_S 60.0
#define MIN_INTERVAL_S     0.01
#define TERM_NS            (5 * (int64_t)NS_PER_S)  /* from TERM to KILL */
#define DRAIN_NS           (30 * (int64_t)NS_PER_S) /* a phase's end waits so long for the run under way */
#define AGAIN_NS           (1 * (int64_t)NS_PER_S)  /* back to back: after a run that failed */
#define ORPHANS_NS         (1 * (int64_t)NS_PER_S)  /* between two looks at who lost its parent */
#define SWEEP_NS           (5 * (int64_t)NS_PER_S)  /* KILL is not refused, but may come late */
#define LOOK_NS            (50 * 1000000)           /* between looks at the child where the kernel has no pidfd */

struct state {
	struct exec_child child;
	int log; /* -1: none */
	off_t log_size;
	struct exec_output output;
	unsigned kind;                         /* of its operations: the command's name */
	int64_t interval_ns;                   /* 0: back to back */
	int64_t next_ns, begin_ns, timeout_ns; /* timeout_ns of a run: INT64_MAX: none */
	int64_t term_ns, kill_ns;              /* when the run under way gets TERM, KILL; INT64_MAX: not yet known */
	int64_t orphans_ns, sweep_ns;          /* the next look; until when what is left is killed, 0: nothing is */
	bool by_us, timed_out;                 /* it was ended by us; because it took too long */
	bool overran, log_lost, left_behind;   /* said once */
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

static int64_t later(int64_t now_ns, double s)
{
	return isnan(s) || s * NS_PER_S >= (double)(INT64_MAX - now_ns) ? INT64_MAX : now_ns + (int64_t)(s * NS_PER_S);
}

static enum sk_code open_log(struct state *s, const char *dir, struct sk_err *err)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/exec.log", dir);
	s->log = open(path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0644);
	if (s->log == -1)
		return sk_fail(err, SK_EIO, errno, "cannot open %s: %s", path, strerror(errno));
	s->log_size = lseek(s->log, 0, SEEK_END);
	return SK_OK;
}

static enum sk_code exec_open(struct drive *d, void *state, struct sk_err *err)
{
	struct state *s = state;
	double interval = d->job->interval_s > 0 ? fmax(d->job->interval_s, MIN_INTERVAL_S) : DEFAULT_INTERVAL_S;
	char name[PATH_MAX];
	enum sk_code rc;
	int why;

	*s = (struct state){ .child = EXEC_CHILD_NONE, .log = -1, .term_ns = INT64_MAX, .kill_ns = INT64_MAX };
	s->interval_ns = d->job->exec_continuous ? 0 : (int64_t)(interval * NS_PER_S);
	if (!d->job->exec || !d->job->dir)
		return sk_fail(err, SK_EUSAGE, 0, "the scenario exec needs a command: --exec 'pgbench -T 250 ...'");
	why = can_run(d->job->exec[0]);
	if (why)
		return sk_fail(err, why == ENOENT ? SK_ENOTFOUND : SK_EPERM, why, "cannot run %s: %s", d->job->exec[0],
			       reason(why));
	why = exec_child_adopt();
	if (why)
		return sk_fail(err, SK_EIO, why, "cannot become the reaper of %s: %s", d->job->exec[0], strerror(why));
	rc = open_log(s, d->job->dir, err);
	if (rc != SK_OK)
		return rc;
	snprintf(name, sizeof(name), "%s", d->job->exec[0]);
	s->kind = drive_kind(d, basename(name));
	drive_connected(d);
	return SK_OK;
}

/* ---- its output -------------------------------------------------------------------------------------------------------- */

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

/* Takes what the command has printed. */
static void take_output(struct drive *d, struct state *s)
{
	char buf[16384];

	for (int i = 0; i < 16 && s->child.out != -1; i++) { /* one that never stops printing must not keep us from the socket */
		ssize_t n = read(s->child.out, buf, sizeof(buf));

		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (n <= 0) {
			close(s->child.out);
			s->child.out = -1;
			return;
		}
		exec_output_add(&s->output, buf, (size_t)n);
		log_add(d, s, buf, (size_t)n);
	}
}

/* ---- how it ended ------------------------------------------------------------------------------------------------------ */

/* What a load generator said of itself. */
static void count_output(struct drive *d, struct state *s)
{
	const struct exec_output *o = &s->output;
	uint64_t failed = exec_output_errors(o);

	drive_did(d, s->kind, exec_output_ops(o), 0, 0, 0);
	if (failed)
		drive_error(d, s->kind, failed, "told", "%s says that operations of it failed; its output is in exec.log",
			    o->tool);
	for (size_t i = 0; i < o->n_figure; i++)
		drive_internal(d, 0, o->tool, o->figure[i].unit, o->figure[i].value, o->figure[i].item);
}

static void count_run(struct drive *d, struct state *s, int status, int64_t now_ns)
{
	char key[DRIVE_KEY];
	bool good = WIFEXITED(status) && WEXITSTATUS(status) == 0;

	if (s->output.counted && (good || exec_output_errors(&s->output)))
		count_output(d, s); /* a generator whose operations failed may end with a status other than 0 */
	else if (good)
		drive_did(d, s->kind, 1, 0, 0, (uint64_t)(now_ns > s->begin_ns ? now_ns - s->begin_ns : 1));
	if (good || (s->by_us && !s->timed_out))
		return; /* ended because the run or the phase is over: neither done nor failed */
	if (s->timed_out) {
		drive_error(d, s->kind, 1, "timeout", "%s took longer than --exec-timeout and was ended", d->job->exec[0]);
	} else if (WIFEXITED(status)) {
		snprintf(key, sizeof(key), "exit %d", WEXITSTATUS(status));
		drive_error(d, s->kind, 1, key, "%s ended with status %d; its output is in exec.log", d->job->exec[0],
			    WEXITSTATUS(status));
	} else {
		snprintf(key, sizeof(key), "signal %d", WTERMSIG(status));
		drive_error(d, s->kind, 1, key, "%s was ended by signal %d; its output is in exec.log", d->job->exec[0],
			    WTERMSIG(status));
	}
	if (s->interval_ns == 0)
		s->next_ns = now_ns + AGAIN_NS;
}

static void reap(struct drive *d, struct state *s, int64_t now_ns)
{
	int status;

	if (!exec_child_ended(&s->child))
		return;
	take_output(d, s);
	exec_output_end(&s->output);
	status = exec_child_reap(&s->child);
	s->term_ns = s->kill_ns = INT64_MAX;
	s->sweep_ns = now_ns + SWEEP_NS;
	count_run(d, s, status, now_ns);
}

/* What the run has left behind. */
static void sweep(struct drive *d, struct state *s, int64_t now_ns)
{
	size_t seen = exec_child_orphans(&s->child, true);

	if (seen && !s->left_behind) {
		s->left_behind = true;
		drive_event(d, "exec",
			    "the command left processes behind when it ended (a daemon, setsid): they are killed each time");
	}
	if (!seen)
		s->sweep_ns = 0;
	else if (now_ns >= s->sweep_ns) {
		s->sweep_ns = 0;
		drive_event(d, "error", "processes of the command do not end: they took KILL and are still there");
	}
}

/* ---- when it runs ------------------------------------------------------------------------------------------------------ */

/* TERM now, KILL a while later. */
static void end_run(struct state *s, int64_t now_ns)
{
	s->by_us = true;
	s->term_ns = INT64_MAX;
	if (s->kill_ns == INT64_MAX)
		s->kill_ns = now_ns + TERM_NS;
	exec_child_signal(&s->child, SIGTERM);
}

static void follow_run(struct drive *d, struct state *s, int64_t now_ns)
{
	if (now_ns >= s->timeout_ns) {
		s->timeout_ns = INT64_MAX;
		s->timed_out = true;
		end_run(s, now_ns);
	}
	if (d->turns.draining && s->term_ns == INT64_MAX && s->kill_ns == INT64_MAX)
		s->term_ns = now_ns + DRAIN_NS;
	if (now_ns >= s->term_ns) {
		drive_event(d, "exec", "the phase is over and the command is not: it is ended");
		end_run(s, now_ns);
	}
	if (now_ns >= s->kill_ns)
		exec_child_signal(&s->child, SIGKILL);
	if (now_ns >= s->orphans_ns) {
		exec_child_orphans(&s->child, false);
		s->orphans_ns = now_ns + ORPHANS_NS;
	}
}

/* A run may start: the phase under way makes load. The rate is not asked: the interval is the rate. */
static bool may_start(struct drive *d, int64_t now_ns)
{
	return d->phase == DRIVE_RUNNING && turns_loaded(&d->turns, now_ns);
}

static void plan_next(struct drive *d, struct state *s, int64_t now_ns)
{
	int64_t late = now_ns - s->next_ns;

	if (s->interval_ns == 0) {
		s->next_ns = now_ns;
		return;
	}
	if (late >= s->interval_ns && !s->overran) {
		s->overran = true;
		drive_event(d, "exec", "a run of the command takes longer than the interval; the runs in between are left out");
	}
	s->next_ns += (late / s->interval_ns + 1) * s->interval_ns;
}

static void start_due(struct drive *d, struct state *s, int64_t now_ns)
{
	int why;

	if (!may_start(d, now_ns)) {
		s->next_ns = now_ns; /* at once when a phase begins */
		return;
	}
	if (now_ns < s->next_ns)
		return;
	plan_next(d, s, now_ns);
	why = exec_child_start(&s->child, d->job->exec);
	drive_take(d, 1);
	if (why) {
		drive_error(d, s->kind, 1, "not started", "cannot run %s: %s", d->job->exec[0], reason(why));
		s->next_ns = s->interval_ns ? s->next_ns : now_ns + AGAIN_NS;
		return;
	}
	exec_output_reset(&s->output);
	s->begin_ns = s->orphans_ns = now_ns;
	s->by_us = s->timed_out = false;
	s->timeout_ns = later(now_ns, d->job->exec_timeout_s);
}

/* ---- the scenario ------------------------------------------------------------------------------------------------------ */

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
	fds[0] = (struct pollfd){ .fd = s->child.out, .events = POLLIN };
	fds[1] = (struct pollfd){ .fd = s->child.pidfd, .events = POLLIN };
	return 2;
}

static bool exec_busy(const struct drive *d, const void *state)
{
	const struct state *s = state;

	(void)d;
	return s->child.pid > 0 || s->sweep_ns;
}

static int64_t min_ns(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t wake_ns(struct drive *d, const struct state *s, int64_t now_ns)
{
	int64_t wake;

	if (s->sweep_ns)
		return now_ns + LOOK_NS;
	if (s->child.pid > 0) {
		wake = min_ns(min_ns(s->timeout_ns, s->term_ns), min_ns(s->kill_ns, s->orphans_ns));
		return s->child.pidfd == -1 || wake <= now_ns ? min_ns(wake, now_ns + LOOK_NS) : wake;
	}
	/* a phase that goes on and off says when; another begins with a word of the monitor */
	if (!may_start(d, now_ns))
		return d->phase == DRIVE_RUNNING ? turns_next_ns(&d->turns) : INT64_MAX;
	return s->next_ns;
}

static int64_t exec_run(struct drive *d, void *state, const struct pollfd *fds, size_t n, int64_t now_ns)
{
	struct state *s = state;

	(void)fds;
	(void)n;
	if (s->child.pid > 0) {
		take_output(d, s);
		reap(d, s, now_ns);
	}
	if (s->child.pid > 0)
		follow_run(d, s, now_ns);
	if (s->sweep_ns)
		sweep(d, s, now_ns);
	if (d->phase == DRIVE_STOPPING && !exec_busy(d, s))
		drive_done(d);
	if (d->phase == DRIVE_RUNNING && !exec_busy(d, s))
		start_due(d, s, now_ns);
	return wake_ns(d, s, now_ns);
}

static void exec_stop(struct drive *d, void *state)
{
	struct state *s = state;

	if (s->child.pid > 0)
		end_run(s, clock_boot_ns(d->clock));
	else if (!s->sweep_ns)
		drive_done(d);
}

static void exec_close(struct drive *d, void *state)
{
	struct state *s = state;

	(void)d;
	if (s->child.pid > 0) { /* the monitor has gone: nobody waits for a graceful end */
		exec_child_signal(&s->child, SIGKILL);
		exec_child_reap(&s->child);
	}
	for (int i = 0; i < 64 && exec_child_orphans(&s->child, true); i++)
		;
	if (s->log != -1)
		close(s->log);
	s->log = -1;
}

const struct scenario scenario_exec = {
	.name = "exec",
	.state_size = sizeof(struct state),
	.open = exec_open,
	.go = exec_go,
	.fds = exec_fds,
	.run = exec_run,
	.busy = exec_busy,
	.lasts = true,
	.stop = exec_stop,
	.close = exec_close,
};

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The driver's loop: wait, hear the monitor, let the scenario work. See the phases in scenario.h. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>

#include "base/mem.h"
#include "base/units.h"
#include "scenarios/scenario.h"

#define SPARE_DESCRIPTORS 64

struct loop {
	struct drive *d;
	const struct scenario *s;
	void *state;
	struct pollfd *fds; /* [0] is the control socket */
	size_t max_fds;
};

static void go(struct loop *l)
{
	struct drive *d = l->d;

	if (d->phase != DRIVE_WAITING)
		return;
	d->phase = DRIVE_SETUP;
	if (l->s->go)
		l->s->go(d, l->state);
	else
		drive_ready(d);
}

static void stop(struct loop *l)
{
	struct drive *d = l->d;

	if (d->phase >= DRIVE_STOPPING)
		return;
	d->phase = DRIVE_STOPPING;
	if (l->s->stop)
		l->s->stop(d, l->state);
	else
		drive_done(d);
}

static void hold(struct drive *d, bool on)
{
	d->holding = on;
	atomic_store_explicit(&d->shared->holding, on, memory_order_relaxed);
}

/* "log PID" */
static void ask_log(struct loop *l, const char *pid)
{
	int64_t v;

	if (l->d->phase == DRIVE_RUNNING && l->s->log && int_parse(pid, &v, NULL) == SK_OK && v > 0 && v <= INT_MAX)
		l->s->log(l->d, l->state, (pid_t)v);
}

/* A number of 0 and more, or, for "-" and where there is none, `none`. false: something else. */
static bool take_number(char **at, int64_t none, int64_t *out)
{
	char *word = strsep(at, " ");

	*out = none;
	return !word || strcmp(word, "-") == 0 || (int_parse(word, out, NULL) == SK_OK && *out >= 0);
}

/* "phase K", "phase K LEFT" or "phase K LEFT AGE" */
static void begin_phase(struct loop *l, char *words)
{
	struct drive *d = l->d;
	int64_t k, left, age_ms, now_ns = clock_boot_ns(d->clock);

	if (d->phase != DRIVE_RUNNING || !take_number(&words, -1, &k) || !take_number(&words, -1, &left) ||
	    !take_number(&words, 0, &age_ms) || k < 0 || (uint64_t)k >= d->job->n_phase || age_ms > now_ns / 1000000)
		return;
	d->told_drained = false;
	turns_begin(&d->turns, (size_t)k, left < 0 ? UINT64_MAX : (uint64_t)left, now_ns - age_ms * 1000000, now_ns);
}

static void inject(struct loop *l, const char *what)
{
	if (l->d->phase == DRIVE_RUNNING && (!l->s->inject || !l->s->inject(l->d, l->state, what)))
		drive_event(l->d, "error", "the scenario %s cannot %s", l->s->name, what);
}

/* A phase whose operations are all started, or that was told to drain, is over when nothing is under way. */
static void say_drained(struct loop *l)
{
	struct drive *d = l->d;

	if (d->told_drained || !d->turns.draining || (l->s->busy && l->s->busy(d, l->state)))
		return;
	d->told_drained = true;
	drive_say(d, "drained %zu", d->turns.k);
}

static void hear(struct loop *l, char *msg)
{
	if (strcmp(msg, "go") == 0)
		go(l);
	else if (strcmp(msg, "stop") == 0)
		stop(l);
	else if (strcmp(msg, "hold") == 0)
		hold(l->d, true);
	else if (strcmp(msg, "continue") == 0)
		hold(l->d, false);
	else if (strcmp(msg, "epoch") == 0 && l->d->phase == DRIVE_RUNNING && l->s->epoch)
		l->s->epoch(l->d, l->state);
	else if (strncmp(msg, "log ", 4) == 0)
		ask_log(l, msg + 4);
	else if (strncmp(msg, "phase ", 6) == 0)
		begin_phase(l, msg + 6);
	else if (strcmp(msg, "drain") == 0)
		turns_drain(&l->d->turns);
	else if (strncmp(msg, "inject ", 7) == 0)
		inject(l, msg + 7);
}

/* false: the monitor has gone. What was made stays, for a monitor that resumes the run. */
static bool hear_all(struct loop *l)
{
	char msg[DRIVE_MSG + 1];

	while (l->d->phase != DRIVE_OVER) {
		ssize_t n = recv(l->d->control, msg, sizeof(msg) - 1, MSG_DONTWAIT);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return true;
		if (n <= 0)
			return false;
		msg[n] = '\0';
		hear(l, msg);
	}
	return true;
}

static int wait_until(struct loop *l, size_t n, int64_t wake_ns)
{
	int64_t now, left;
	struct timespec ts;

	if (wake_ns == INT64_MAX) /* for a driver at full speed the clock is a measurable part of an operation */
		return ppoll(l->fds, (nfds_t)n, NULL, NULL);
	now = clock_boot_ns(l->d->clock);
	left = wake_ns > now ? wake_ns - now : 0;
	ts.tv_sec = left / NS_PER_S;
	ts.tv_nsec = left % NS_PER_S;
	return ppoll(l->fds, (nfds_t)n, &ts, NULL);
}

/* Returns when to look again at the latest. */
static int64_t watch_stall(struct loop *l, int64_t now_ns)
{
	if (!l->s->busy || l->s->lasts)
		return INT64_MAX;
	return drive_watch_stall(l->d, l->s->busy(l->d, l->state), now_ns);
}

static void loop(struct loop *l)
{
	struct drive *d = l->d;
	int64_t wake = INT64_MIN;

	while (d->phase != DRIVE_OVER) {
		size_t n = l->s->fds ? l->s->fds(d, l->state, l->fds + 1, l->max_fds - 1) : 0;

		l->fds[0] = (struct pollfd){ .fd = d->control, .events = POLLIN };
		if (wait_until(l, n + 1, wake) < 0 && errno != EINTR) {
			drive_failed(d, 125, "the driver cannot wait for its descriptors: %s", strerror(errno));
			return;
		}
		if (l->fds[0].revents && !hear_all(l))
			return;
		if (d->phase == DRIVE_OVER)
			return;
		int64_t now = clock_boot_ns(d->clock);

		wake = l->s->run(d, l->state, l->fds + 1, n, now);
		if (d->phase == DRIVE_RUNNING) {
			int64_t look = watch_stall(l, now);

			wake = look < wake ? look : wake;
			say_drained(l);
		}
	}
}

static int status_of(enum sk_code rc)
{
	return rc == SK_ENOTFOUND ? 127 : rc == SK_EPERM ? 126 : 2;
}

/* A descriptor for each connection, and some for libraries, as far as the hard limit goes: refusals beyond it name their cause. */
static bool allow_descriptors(struct drive *d)
{
	struct rlimit lim;
	rlim_t need = d->job->connections + SPARE_DESCRIPTORS;

	if (getrlimit(RLIMIT_NOFILE, &lim) != 0 || lim.rlim_cur >= need)
		return true;
	lim.rlim_cur = need < lim.rlim_max ? need : lim.rlim_max;
	setrlimit(RLIMIT_NOFILE, &lim);
	if (lim.rlim_cur >= need)
		return true;
	drive_failed(d, 2,
		     "%u connections need %llu open files, and the hard limit is %llu: raise it (ulimit -Hn, LimitNOFILE= in a "
		     "unit), or ask for fewer with --connections",
		     d->job->connections, (unsigned long long)need, (unsigned long long)lim.rlim_max);
	return false;
}

int drive_run(struct drive *d)
{
	struct loop l = { .d = d, .s = scenario_find(d->job->scenario), .max_fds = d->job->connections + 8u };
	struct sk_err err = { 0 };
	enum sk_code rc;

	if (!l.s) {
		drive_failed(d, 2, "this soakd was built without the scenario %s: its client library was missing",
			     d->job->scenario);
		return d->status;
	}
	if (!allow_descriptors(d))
		return d->status;
	turns_init(&d->turns, d->job);
	l.fds = sk_calloc(l.max_fds, sizeof(*l.fds));
	l.state = sk_calloc(1, l.s->state_size);
	if (l.fds && l.state) {
		rc = l.s->open(d, l.state, &err);
		if (rc != SK_OK)
			drive_failed(d, status_of(rc), "%s", err.msg);
		loop(&l);
		l.s->close(d, l.state);
	} else {
		drive_failed(d, 125, "no memory for the driver");
	}
	free(l.state);
	free(l.fds);
	return d->status;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SQL against a PostgreSQL server over persistent connections: the scenario. Its parts are named in postgres.h. */
#ifdef HAVE_LIBPQ
#include "scenarios/postgres.h"
#include "scenarios/registry.h"

#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/mem.h"

#define FINAL_NS     (8 * (int64_t)NS_PER_S) /* patience with answers, and with a lost server, when the run ends */
#define INTERRUPT_NS (3 * (int64_t)NS_PER_S) /* of them with statements that are under way, which then are interrupted */
#define DEEP_RATE    500                     /* operations/s per connection above which one round trip each no longer suffices */
#define POLL_MOST    64                      /* connections up to which poll() is the cheapest: one call less than with epoll */
#define READY_MOST   128                     /* that epoll names at a time */
#define STARTS_MOST  4096                    /* operations that are started between two looks at the descriptors */

static enum sk_code connections_init(struct pg *p, const struct drive_job *job, struct sk_err *err)
{
	size_t n = job->connections, room = p->depth + QUESTIONS;

	p->conn = sk_calloc(n, sizeof(*p->conn));
	p->units = sk_calloc(n * room, sizeof(*p->units));
	p->free = sk_calloc(n, sizeof(*p->free));
	if (!p->conn || !p->units || !p->free)
		return sk_fail(err, SK_ENOMEM, 0, "no memory for %zu connections", n);
	p->n_conn = p->limit = p->n_at[CONN_DOWN] = n;
	for (size_t i = 0; i < n; i++) {
		struct pg_conn *c = &p->conn[i];

		c->fd = -1;
		c->queue = p->units + i * room;
		c->room = room;
		c->try_ns = INT64_MIN; /* at once, but not all at the same moment */
		if (!pg_script_open(p, c, (unsigned)i))
			return sk_fail(err, SK_ENOMEM, 0, "no memory for the scripts of %zu connections", n);
	}
	p->wake_ns = INT64_MIN;
	p->tell_ns = INT64_MAX;
	if (n > POLL_MOST)
		p->epoll = epoll_create1(EPOLL_CLOEXEC);
	return SK_OK; /* without epoll, poll() does it too */
}

static enum sk_code postgres_open(struct drive *d, void *state, struct sk_err *err)
{
	struct pg *p = state;
	const struct drive_job *job = d->job;
	enum sk_code rc;

	p->d = d;
	p->epoll = -1;
	p->jitter = ~job->seed;
	p->depth = job->depth ? job->depth : job->rate <= 0 || job->rate / job->connections > DEEP_RATE ? UNITS_DEEP : 1;
	rc = pg_work_init(p, err);
	if (rc == SK_OK)
		rc = connections_init(p, job, err);
	return rc == SK_OK ? pg_login_init(&p->login, job, err) : rc;
}

void pg_conn_became_up(struct pg *p, struct pg_conn *c)
{
	if (p->prepare && p->d->phase == DRIVE_STOPPING) { /* for the end nothing has to be prepared */
		conn_become(p, c, CONN_READY);
		pg_conn_became_ready(p, c);
	} else if (p->prepare)
		conn_prepare(p, c);
	else if (p->d->phase == DRIVE_CONNECTING && p->n_at[CONN_UP] == p->n_conn)
		drive_connected(p->d);
}

void pg_conn_became_ready(struct pg *p, struct pg_conn *c)
{
	conn_is_back(p, c);
	if (p->d->phase == DRIVE_SETUP && p->n_at[CONN_READY] == p->n_conn)
		pg_setup_next(p, &p->conn[0], false);
	pg_script_ready(p, c);
	pg_conn_freed(p, c);
}

struct pg_conn *pg_any(struct pg *p, enum conn_phase phase)
{
	for (size_t i = 0; i < p->n_conn; i++)
		if (p->conn[i].phase >= phase)
			return &p->conn[i];
	return NULL;
}

static void postgres_go(struct drive *d, void *state)
{
	(void)d;
	pg_setup_begin(state);
}

void pg_conn_freed(struct pg *p, struct pg_conn *c)
{
	if (c->queued || !conn_has_room(c, p->depth))
		return;
	c->queued = true;
	p->free[(p->free_head + p->n_free++) % p->n_conn] = c;
}

static struct pg_conn *pop(struct pg *p)
{
	struct pg_conn *c = p->free[p->free_head];

	p->free_head = p->free_head + 1 < p->n_conn ? p->free_head + 1 : 0;
	p->n_free--;
	c->queued = false;
	return c;
}

/* The next in turn that has room, for a script one without anything under way; NULL: an answer will wake us. */
static struct pg_conn *next_free(struct pg *p, bool idle)
{
	for (size_t i = p->n_free; i > 0; i--) {
		struct pg_conn *c = pop(p);

		/* who is not taken here comes back when something of it ends */
		if (!conn_has_room(c, p->depth) || (size_t)(c - p->conn) >= p->limit || c == p->want)
			continue;
		if (!idle || conn_is_idle(c))
			return c;
		pg_conn_freed(p, c);
	}
	return NULL;
}

/* Whoever takes part from now on may have been left out before. */
static void take_part(struct pg *p)
{
	size_t limit = turns_connections(&p->d->turns);

	if (limit == p->limit)
		return;
	p->limit = limit;
	for (size_t i = 0; i < p->n_conn; i++)
		pg_conn_freed(p, &p->conn[i]);
}

/* What was injected and waits for connections on which nothing is under way. */
static void injected(struct pg *p)
{
	bool left = false;

	for (size_t i = 0; p->vacuum && i < p->n_conn; i++) {
		if (conn_is_idle(&p->conn[i])) {
			pg_vacuum(p, &p->conn[i]);
			p->vacuum = false;
		}
	}
	for (size_t i = 0; p->renewing && i < p->n_conn; i++) {
		struct pg_conn *c = &p->conn[i];

		if (c->renew && c->phase == CONN_READY && c->n == 0 && c->run.state == RUN_NONE) {
			pg_script_forget(p, c);
			conn_renew(p, c);
		}
		left |= c->renew;
	}
	p->renewing = left;
}

/* The next operation, or some, to whoever is free; how many, 0: nobody is. */
static uint64_t start(struct pg *p, uint64_t due)
{
	const struct pg_work *w = pg_work_next(p);
	struct pg_conn *c;
	uint64_t n;

	if (w->script && p->d->holding) {
		p->peeked = false;
		return w->ops;
	}
	c = next_free(p, w->script != NULL);
	if (!c)
		return 0;
	if (w->script) {
		p->peeked = false;
		n = pg_script_begin(p, c, w);
	} else {
		n = pg_rows_operate(p, c, due);
	}
	pg_conn_freed(p, c);
	return n;
}

/* Starts what is due; returns when more is. */
static int64_t work(struct pg *p)
{
	uint64_t due = drive_due(p->d, p->now_ns);

	take_part(p);
	if (p->renewing || p->vacuum)
		injected(p);
	pg_internal_try(p);
	if (p->d->holding && p->only_writes)
		return p->now_ns + NS_PER_S;
	for (unsigned i = 0; due > 0; i++) {
		uint64_t n = i < STARTS_MOST ? start(p, due) : 0;

		if (i == STARTS_MOST)
			return p->now_ns;
		if (n == 0)
			return INT64_MAX;
		drive_take(p->d, n);
		due -= n < due ? n : due;
	}
	return drive_next_ns(p->d);
}

static bool idle(const struct pg *p)
{
	return p->n_units == 0 && p->n_runs == 0;
}

/* The end: first the answers that are under way, then what is left to do, one step after the other. */
static int64_t finish(struct pg *p, int64_t now_ns)
{
	pg_internal_try(p);
	if (idle(p) && !p->want) {
		pg_final_next(p);
	} else if (now_ns >= p->final_ns - (FINAL_NS - INTERRUPT_NS) && !p->interrupted) {
		pg_interrupt(p);
	} else if (now_ns >= p->final_ns && p->final == 0) {
		drive_event(p->d, "error", "the server does not answer; %s",
			    p->made_schema ? "the schema soakd remains: psql -c 'DROP SCHEMA soakd CASCADE'"
					   : "what the workload has made may remain");
		drive_done(p->d);
	}
	return p->interrupted && p->final_ns > now_ns ? p->final_ns : now_ns + NS_PER_S;
}

static size_t postgres_fds(struct drive *d, void *state, struct pollfd *fds, size_t max)
{
	struct pg *p = state;

	(void)d;
	if (p->epoll != -1) {
		fds[0] = (struct pollfd){ .fd = p->epoll, .events = POLLIN };
		return 1;
	}
	for (size_t i = 0; i < p->n_conn && i < max; i++) {
		const struct pg_conn *c = &p->conn[i];

		fds[i] = (struct pollfd){ .fd = c->pq ? PQsocket(c->pq) : -1, .events = conn_events(c) };
	}
	return p->n_conn;
}

/* Takes what has come; whether anything has. */
static bool take(struct pg *p, const struct pollfd *fds, size_t n)
{
	struct epoll_event ready[READY_MOST];
	bool any = false;
	int some;

	if (p->epoll == -1) {
		for (size_t i = 0; i < n && p->d->phase != DRIVE_OVER; i++) {
			any |= fds[i].revents != 0;
			conn_ready(p, &p->conn[i], fds[i].revents, p->now_ns);
		}
		return any;
	}
	some = n && fds[0].revents ? epoll_wait(p->epoll, ready, READY_MOST, 0) : 0;
	for (int i = 0; i < some && p->d->phase != DRIVE_OVER; i++)
		conn_ready(p, ready[i].data.ptr, (short)ready[i].events, p->now_ns);
	return some > 0;
}

/* Those whose time has come: the next try, the end of patience, the end of a \sleep. */
static void timed(struct pg *p)
{
	if (p->now_ns < p->wake_ns)
		return;
	p->wake_ns = INT64_MAX;
	for (size_t i = 0; i < p->n_conn && p->d->phase != DRIVE_OVER; i++) {
		struct pg_conn *c = &p->conn[i];

		if (conn_wake_ns(c) <= p->now_ns)
			conn_time(p, c, p->now_ns);
		pg_wake_at(p, conn_wake_ns(c));
	}
}

static int64_t postgres_run(struct drive *d, void *state, const struct pollfd *fds, size_t n, int64_t now_ns)
{
	struct pg *p = state;
	int64_t wake = INT64_MAX;

	p->now_ns = now_ns;
	if (take(p, fds, n))
		p->now_ns = clock_boot_ns(d->clock); /* what is sent now is sent after the answers were read */
	timed(p);
	if (p->now_ns >= p->tell_ns)
		pg_tell_lasting(p);
	if (d->phase == DRIVE_RUNNING)
		wake = work(p);
	else if (d->phase == DRIVE_STOPPING)
		wake = finish(p, p->now_ns);
	wake = wake < p->wake_ns ? wake : p->wake_ns;
	return wake < p->tell_ns ? wake : p->tell_ns;
}

static void postgres_epoch(struct drive *d, void *state)
{
	(void)d;
	pg_internal_ask(state);
}

static void postgres_log(struct drive *d, void *state, pid_t pid)
{
	(void)d;
	pg_log_ask(state, pid);
}

static bool postgres_busy(const struct drive *d, const void *state)
{
	(void)d;
	return !idle(state);
}

static bool postgres_inject(struct drive *d, void *state, const char *what)
{
	struct pg *p = state;

	(void)d;
	if (strcmp(what, "vacuum") == 0) {
		p->vacuum = true;
		return true;
	}
	if (strcmp(what, "reconnect") != 0)
		return false;
	for (size_t i = 0; i < p->n_conn; i++)
		p->conn[i].renew = p->conn[i].phase >= CONN_UP;
	p->renewing = true;
	return true;
}

static void postgres_stop(struct drive *d, void *state)
{
	struct pg *p = state;

	p->final_ns = clock_boot_ns(d->clock) + FINAL_NS;
	for (size_t i = 0; i < p->n_conn; i++)
		pg_script_abandon(p, &p->conn[i]);
}

static void postgres_close(struct drive *d, void *state)
{
	struct pg *p = state;

	(void)d;
	for (size_t i = 0; i < p->n_conn; i++) {
		conn_drop(p, &p->conn[i]);
		pg_script_close(&p->conn[i]);
	}
	if (p->epoll != -1)
		close(p->epoll);
	free(p->conn);
	free(p->units);
	free(p->free);
	text_release(&p->text);
	text_release(&p->why);
	pg_work_release(p);
	pg_login_release(&p->login);
}

const struct scenario scenario_postgres = {
	.name = "postgres",
	.state_size = sizeof(struct pg),
	.open = postgres_open,
	.go = postgres_go,
	.fds = postgres_fds,
	.run = postgres_run,
	.busy = postgres_busy,
	.inject = postgres_inject,
	.epoch = postgres_epoch,
	.log = postgres_log,
	.stop = postgres_stop,
	.close = postgres_close,
};
#endif

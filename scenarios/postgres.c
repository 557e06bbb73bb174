/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SQL against a PostgreSQL server over persistent connections: the scenario. Its parts are named in postgres.h. */
#ifdef HAVE_LIBPQ
#include "scenarios/postgres.h"
#include "scenarios/registry.h"

#include <endian.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define FINAL_NS  (8 * (int64_t)NS_PER_S) /* patience with answers, and with a lost server, when the run ends */
#define DEEP_RATE 500                     /* operations/s per connection above which one round trip each no longer suffices */

static enum sk_code postgres_open(struct drive *d, void *state, struct sk_err *err)
{
	struct pg *p = state;
	const struct drive_job *job = d->job;
	const struct load_profile *profile = load_profile_find(job->profile);
	enum sk_code rc;

	p->d = d;
	if (!profile)
		return sk_fail(err, SK_EUSAGE, 0, "the scenario postgres has no profile \"%s\"", job->profile);
	load_init(&p->load, profile, job->seed, job->rows, job->batch);
	p->jitter = ~job->seed;
	p->depth = job->depth ? job->depth : job->rate <= 0 || job->rate / job->connections > DEEP_RATE ? UNITS_DEEP : 1;
	p->conn = sk_calloc(job->connections, sizeof(*p->conn));
	if (!p->conn)
		return sk_fail(err, SK_ENOMEM, 0, "no memory for %u connections", job->connections);
	p->n_conn = job->connections;
	rc = pg_login_init(&p->login, job, err);
	for (size_t i = 0; rc == SK_OK && i < p->n_conn && d->phase != DRIVE_OVER; i++)
		conn_connect(p, &p->conn[i], clock_boot_ns(d->clock));
	return rc;
}

/* How many are at least so far. */
static size_t count_from(const struct pg *p, enum conn_phase phase)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n_conn; i++)
		n += p->conn[i].phase >= phase;
	return n;
}

void pg_conn_became_up(struct pg *p, struct pg_conn *c)
{
	if (p->prepare)
		conn_prepare(p, c);
	else if (p->d->phase == DRIVE_CONNECTING && count_from(p, CONN_UP) == p->n_conn)
		drive_connected(p->d);
}

void pg_conn_became_ready(struct pg *p)
{
	if (count_from(p, CONN_READY) != p->n_conn)
		return;
	if (p->d->phase == DRIVE_SETUP)
		pg_setup_next(p, &p->conn[0], false);
	if (p->losing) {
		double s = (double)(clock_boot_ns(p->d->clock) - p->lost_ns) * 1e-9;

		p->losing = false;
		drive_event(p->d, "reconnect", "all %zu connections are back after %.1f s", p->n_conn, s);
	}
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

bool pg_insert(struct pg_conn *c, int64_t id)
{
	char body[LOAD_BODY + 1];
	const uint64_t be = htobe64((uint64_t)id);
	const char *const values[] = { (const char *)&be, body };

	load_body(id, body);
	return conn_send(c, "insert", 2, values, (const int[]){ sizeof(be), LOAD_BODY });
}

static bool send_range(struct pg_conn *c, const char *statement, int n, int64_t a, int64_t b)
{
	const uint64_t be[] = { htobe64((uint64_t)a), htobe64((uint64_t)b), htobe64(LOAD_BLOB) };
	const char *const values[] = { (const char *)&be[0], (const char *)&be[1], (const char *)&be[2] };

	return conn_send(c, statement, n, values, (const int[]){ sizeof(be[0]), sizeof(be[0]), sizeof(be[0]) });
}

bool pg_delete(struct pg_conn *c, int64_t from, int64_t to)
{
	return send_range(c, "delete", 2, from, to);
}

static enum load_op peek(struct pg *p)
{
	if (!p->peeked)
		p->next_op = load_next(&p->load);
	p->peeked = true;
	return p->next_op;
}

/* One transaction: the rows, and the end of those that are beyond the size at which the table is held. */
static void send_write(struct pg *p, struct pg_conn *c, enum load_op op)
{
	uint64_t n = p->load.unit;
	int64_t first = (int64_t)atomic_fetch_add(&p->d->shared->next_id, n), last = first + (int64_t)n - 1, from, to;

	if (op == LOAD_BLOBS)
		send_range(c, "blobs", 3, first, last);
	for (int64_t id = first; op == LOAD_INSERT && id <= last; id++)
		pg_insert(c, id);
	if (load_expired(&p->load, first, last, &from, &to))
		pg_delete(c, from, to);
	if (load_stragglers(&p->load, first, last, &from, &to))
		pg_delete(c, from, to);
	conn_sync(p, c, (struct unit){ .kind = UNIT_OPERATION, .ops = n });
}

/* A statement under a name that was never used and is never deallocated. */
static void send_prepare(struct pg_conn *c, uint64_t id)
{
	char sql[128];

	snprintf(sql, sizeof(sql), "PREPARE soakd_%" PRIu64 " AS SELECT k, body FROM soakd.item WHERE id = $1", id);
	conn_query(c, sql);
}

/* A setting that nobody has heard of, which the session keeps all the same. */
static void send_setting(struct pg_conn *c, uint64_t id)
{
	char name[40], value[LOAD_VALUE];
	int n = snprintf(name, sizeof(name), "soakd.k_%" PRIu64, id);

	memset(value, 'x', sizeof(value));
	conn_send(c, "setting", 2, (const char *const[]){ name, value }, (const int[]){ n, LOAD_VALUE });
}

static void send_read(struct pg *p, struct pg_conn *c, enum load_op op)
{
	char pattern[6];

	if (op == LOAD_PREPARE) {
		send_prepare(c, atomic_fetch_add(&p->d->shared->next_id, 1));
	} else if (op == LOAD_SETTING) {
		send_setting(c, atomic_fetch_add(&p->d->shared->next_id, 1));
	} else if (op == LOAD_SCAN) {
		load_pattern(&p->load, pattern);
		conn_send(c, "scan", 1, (const char *const[]){ pattern }, (const int[]){ 5 });
	} else {
		send_range(c, "select", 1, load_pick(&p->load, (int64_t)atomic_load(&p->d->shared->next_id)), 0);
	}
}

/* The next unit of operations on a connection, at most `due` of them; returns how many. */
static uint64_t operate(struct pg *p, struct pg_conn *c, uint64_t due)
{
	enum load_op op = peek(p);
	uint64_t n = 0, most = p->depth > 1 && op == LOAD_SELECT ? READS_TOGETHER : 1;

	if (load_writes(op)) {
		p->peeked = false;
		if (!p->d->holding)
			send_write(p, c, op);
		return p->load.unit;
	}
	for (; n < most && n < due && peek(p) == op; n++) {
		p->peeked = false;
		send_read(p, c, op);
	}
	conn_sync(p, c, (struct unit){ .kind = UNIT_OPERATION, .ops = n });
	return n;
}

/* The next in turn that has room, or NULL: an answer will wake us. */
static struct pg_conn *next_free(struct pg *p)
{
	for (size_t i = 0; i < p->n_conn; i++) {
		struct pg_conn *c = &p->conn[p->turn];

		p->turn = (p->turn + 1) % p->n_conn;
		if (conn_has_room(c, p->depth))
			return c;
	}
	return NULL;
}

/* Sends what is due to whoever is free; returns when more is due. */
static int64_t work(struct pg *p, int64_t now_ns)
{
	uint64_t due = drive_due(p->d, now_ns);

	if (p->d->holding && load_only_writes(p->load.profile))
		return now_ns + NS_PER_S;
	while (due > 0) {
		struct pg_conn *c = next_free(p);
		uint64_t n;

		if (!c)
			return INT64_MAX;
		n = operate(p, c, due);
		drive_take(p->d, n);
		due -= n < due ? n : due;
	}
	return drive_next_ns(p->d);
}

static bool idle(const struct pg *p)
{
	for (size_t i = 0; i < p->n_conn; i++)
		if (p->conn[i].n)
			return false;
	return true;
}

/* The end: first the answers that are under way, then what is left to do, one step after the other. */
static int64_t finish(struct pg *p, int64_t now_ns)
{
	if (idle(p)) {
		pg_final_next(p);
	} else if (now_ns >= p->final_ns && p->final == 0) {
		drive_event(p->d, "error",
			    "the server does not answer; the schema soakd remains: psql -c 'DROP SCHEMA soakd CASCADE'");
		drive_done(p->d);
	}
	return p->final_ns > now_ns ? p->final_ns : now_ns + NS_PER_S;
}

static size_t postgres_fds(struct drive *d, void *state, struct pollfd *fds, size_t max)
{
	struct pg *p = state;

	(void)d;
	for (size_t i = 0; i < p->n_conn && i < max; i++) {
		const struct pg_conn *c = &p->conn[i];

		fds[i] = (struct pollfd){ .fd = c->pq ? PQsocket(c->pq) : -1, .events = conn_events(c) };
	}
	return p->n_conn;
}

static int64_t postgres_run(struct drive *d, void *state, const struct pollfd *fds, size_t n, int64_t now_ns)
{
	struct pg *p = state;
	int64_t wake = INT64_MAX;

	for (size_t i = 0; i < n && d->phase != DRIVE_OVER; i++)
		conn_ready(p, &p->conn[i], fds[i].revents, now_ns);
	if (d->phase == DRIVE_RUNNING)
		wake = work(p, now_ns);
	else if (d->phase == DRIVE_STOPPING)
		wake = finish(p, now_ns);
	for (size_t i = 0; i < n; i++) {
		int64_t w = conn_wake_ns(&p->conn[i]);

		wake = w < wake ? w : wake;
	}
	return wake;
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

static void postgres_stop(struct drive *d, void *state)
{
	struct pg *p = state;

	p->final_ns = clock_boot_ns(d->clock) + FINAL_NS;
}

static void postgres_close(struct drive *d, void *state)
{
	struct pg *p = state;

	(void)d;
	for (size_t i = 0; i < p->n_conn; i++)
		conn_release(&p->conn[i]);
	free(p->conn);
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
	.epoch = postgres_epoch,
	.log = postgres_log,
	.stop = postgres_stop,
	.close = postgres_close,
};
#endif

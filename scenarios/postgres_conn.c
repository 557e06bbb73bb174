/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One connection: it logs in, keeps a queue of units, takes answers, is lost and comes back. See postgres.h. */
#ifdef HAVE_LIBPQ
#include "scenarios/postgres.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CONNECT_NS      (30 * (int64_t)NS_PER_S) /* libpq's own connect_timeout does not exist in its non-blocking calls */
#define BACKOFF_FIRST_S 0.1
#define BACKOFF_MAX_S   30.0

static const struct {
	const char *name, *sql;
} statements[] = {
	{ "insert", "INSERT INTO soakd.item (id, k, body) VALUES ($1::int8, ($1::int8 % 1000)::int4, $2::text)" },
	{ "delete", "DELETE FROM soakd.item WHERE id BETWEEN $1::int8 AND $2::int8" },
	{ "select", "SELECT k, body FROM soakd.item WHERE id = $1::int8" },
	{ "scan", "SELECT count(*) FROM soakd.item WHERE body LIKE $1::text" },
	{ "blobs", "INSERT INTO soakd.item (id, k, body, blob) SELECT g, (g % 1000)::int4, md5(g::text), "
		   "decode(repeat(md5(g::text), ($3::int8 / 16)::int4), 'hex') FROM generate_series($1::int8, $2::int8) AS g" },
	{ "setting", "SELECT length(set_config($1::text, $2::text, false))" },
};

double pg_backoff(double *backoff_s, double random)
{
	double wait = *backoff_s * (0.5 + random / 2);

	*backoff_s = *backoff_s * 2 < BACKOFF_MAX_S ? *backoff_s * 2 : BACKOFF_MAX_S;
	return wait;
}

static void count_connections(struct pg *p)
{
	uint32_t up = 0;

	for (size_t i = 0; i < p->n_conn; i++)
		up += p->conn[i].phase >= CONN_UP;
	atomic_store_explicit(&p->d->shared->connections, up, memory_order_relaxed);
}

void conn_release(struct pg_conn *c)
{
	PQfinish(c->pq);
	free(c->contexts);
	c->contexts = NULL;
	c->pq = NULL;
	c->n = c->head = 0;
	c->unflushed = false;
	c->phase = CONN_DOWN;
}

static void try_later(struct pg *p, struct pg_conn *c, int64_t now_ns)
{
	conn_release(c);
	if (p->asked == c)
		pg_internal_next(p);
	c->try_ns = now_ns + (int64_t)(pg_backoff(&c->backoff_s, rng_unit(&p->jitter)) * NS_PER_S);
	count_connections(p);
}

/* Said once for all connections: a restart of the server loses them together. */
static void say_lost(struct pg *p, const char *why, int64_t now_ns)
{
	if (p->losing)
		return;
	p->losing = true;
	p->lost_ns = now_ns;
	drive_event(p->d, "reconnect", "%s; trying again with growing pauses", why);
}

/* A login failed: at the start of a run that is for the user to mend, later it is for time to. */
static void login_failed(struct pg *p, struct pg_conn *c, int64_t now_ns)
{
	struct text why = TEXT_INIT;

	pg_login_explain(c->pq, &why);
	if (!c->been_up && !p->d->job->resumed && p->d->phase != DRIVE_STOPPING)
		drive_failed(p->d, 2, "%s", text_str(&why));
	else
		say_lost(p, text_str(&why), now_ns);
	text_release(&why);
	try_later(p, c, now_ns);
}

static void lost(struct pg *p, struct pg_conn *c, int64_t now_ns)
{
	struct text why = TEXT_INIT;
	uint64_t ops = 0;

	for (size_t i = 0; i < c->n; i++)
		ops += c->queue[(c->head + i) % QUEUE].ops;
	text_add(&why, "connection lost: ");
	pg_message(c->pq, PQerrorMessage(c->pq), &why);
	if (p->d->phase < DRIVE_RUNNING) {
		drive_failed(p->d, 2, "%s (before the workload began)", text_str(&why));
	} else if (p->d->phase == DRIVE_RUNNING) {
		drive_count(&p->d->shared->errors, ops ? ops : 1);
		say_lost(p, text_str(&why), now_ns);
	} else if (c->n) {
		drive_event(p->d, "error", "%s (while finishing)", text_str(&why));
	}
	text_release(&why);
	try_later(p, c, now_ns);
}

static void no_notice(void *ctx, const char *message)
{
	(void)ctx;
	(void)message; /* libpq would print it */
}

void conn_connect(struct pg *p, struct pg_conn *c, int64_t now_ns)
{
	if (c->backoff_s <= 0)
		c->backoff_s = BACKOFF_FIRST_S;
	c->pq = PQconnectStartParams(p->login.key, p->login.value, 0);
	c->phase = CONN_CONNECTING;
	c->polling = PGRES_POLLING_WRITING;
	c->deadline_ns = now_ns + CONNECT_NS;
	if (!c->pq || PQstatus(c->pq) == CONNECTION_BAD)
		login_failed(p, c, now_ns);
	else
		PQsetNoticeProcessor(c->pq, no_notice, NULL);
}

static void logged_in(struct pg *p, struct pg_conn *c, int64_t now_ns)
{
	if (PQsetnonblocking(c->pq, 1) != 0 || !PQenterPipelineMode(c->pq)) {
		lost(p, c, now_ns);
		return;
	}
	c->phase = CONN_UP;
	c->backoff_s = BACKOFF_FIRST_S;
	if (c->been_up)
		drive_count(&p->d->shared->reconnects, 1);
	c->been_up = true;
	count_connections(p);
	drive_say(p->d, "backend %d", PQbackendPID(c->pq));
	pg_conn_became_up(p, c);
}

static void go_on_connecting(struct pg *p, struct pg_conn *c, int64_t now_ns)
{
	c->polling = PQconnectPoll(c->pq);
	if (c->polling == PGRES_POLLING_OK)
		logged_in(p, c, now_ns);
	else if (c->polling == PGRES_POLLING_FAILED)
		login_failed(p, c, now_ns);
}

bool conn_has_room(const struct pg_conn *c, size_t depth)
{
	return c->phase == CONN_READY && c->n < depth;
}

bool conn_send(struct pg_conn *c, const char *statement, int n, const char *const *values, const int *lengths)
{
	static const int binary[] = { 1, 1, 1 };

	return PQsendQueryPrepared(c->pq, statement, n, values, lengths, binary, 1) == 1;
}

bool conn_query(struct pg_conn *c, const char *sql)
{
	return PQsendQueryParams(c->pq, sql, 0, NULL, NULL, NULL, NULL, 0) == 1;
}

/* A refusal here means a broken connection: consuming its input says so in conn_ready(). */
void conn_sync(struct pg *p, struct pg_conn *c, struct unit u)
{
	(void)p;
	c->queue[(c->head + c->n++) % QUEUE] = u;
	PQpipelineSync(c->pq);
	c->unflushed = PQflush(c->pq) == 1;
}

void conn_prepare(struct pg *p, struct pg_conn *c)
{
	c->phase = CONN_PREPARING;
	for (size_t i = 0; i < sizeof(statements) / sizeof(statements[0]); i++)
		PQsendPrepare(c->pq, statements[i].name, statements[i].sql, 0, NULL);
	conn_sync(p, c, (struct unit){ .kind = UNIT_PREPARE });
}

/* Said once: an epoch that cannot be had is no failed operation. */
static void internal_refused(struct pg *p, const char *why)
{
	if (!p->internal_told)
		drive_event(p->d, "error", "asking the server about its memory: %s", why);
	p->internal_told = true;
}

/* The first refusal of a unit; what follows of it is only "aborted". */
static void refused(struct pg *p, struct pg_conn *c, struct unit *u, const PGresult *r)
{
	const char *state = PQresultErrorField(r, PG_DIAG_SQLSTATE), *primary = PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);
	struct text why = TEXT_INIT;

	if (u->failed)
		return;
	u->failed = true;
	pg_message(c->pq, primary ? primary : PQresultErrorMessage(r), &why);
	if (u->kind == UNIT_SETUP)
		pg_setup_answer(p, c, r);
	else if (u->kind == UNIT_FINAL)
		drive_event(p->d, "error", "cleaning up: %s", text_str(&why));
	else if (u->kind == UNIT_INTERNAL || u->kind == UNIT_LOG)
		internal_refused(p, text_str(&why));
	else
		drive_error(p->d, DRIVE_NO_KIND, u->ops ? u->ops : 1, state ? state : "error", "%s", text_str(&why));
	text_release(&why);
}

static void prepared(struct pg *p, struct pg_conn *c, bool failed, int64_t now_ns)
{
	if (failed && p->d->phase < DRIVE_RUNNING) {
		drive_failed(p->d, 2, "cannot prepare the workload's statements: %s", PQerrorMessage(c->pq));
	} else if (failed) {
		try_later(p, c, now_ns); /* the schema has gone: counted, and tried again, as with a server that has gone */
	} else {
		c->phase = CONN_READY;
		pg_conn_became_ready(p);
	}
}

static void unit_ended(struct pg *p, struct pg_conn *c, int64_t now_ns)
{
	struct unit u = c->queue[c->head];

	c->head = (c->head + 1) % QUEUE;
	c->n--;
	switch (u.kind) {
	case UNIT_OPERATION:
		if (!u.failed)
			drive_did(p->d, DRIVE_NO_KIND, u.ops, u.ops, 0, 0);
		break;
	case UNIT_PREPARE:
		prepared(p, c, u.failed, now_ns);
		break;
	case UNIT_SETUP:
		pg_setup_next(p, c, u.failed);
		break;
	case UNIT_INTERNAL:
		pg_internal_next(p);
		break;
	case UNIT_LOG:
	case UNIT_FINAL:
		break;
	}
}

static void answer(struct pg *p, struct pg_conn *c, const PGresult *r, int64_t now_ns)
{
	struct unit *u = &c->queue[c->head];

	switch (PQresultStatus(r)) {
	case PGRES_PIPELINE_SYNC:
		unit_ended(p, c, now_ns);
		break;
	case PGRES_TUPLES_OK:
		if (u->kind == UNIT_SETUP)
			pg_setup_answer(p, c, r);
		else if (u->kind == UNIT_INTERNAL)
			pg_internal_answer(p, c, r);
		else if (u->kind == UNIT_LOG)
			pg_log_answer(p, r);
		break;
	case PGRES_COMMAND_OK:
	case PGRES_PIPELINE_ABORTED:
		break;
	default:
		refused(p, c, u, r);
		break;
	}
}

static void take_answers(struct pg *p, struct pg_conn *c, int64_t now_ns)
{
	while (c->pq && c->n && p->d->phase != DRIVE_OVER && !PQisBusy(c->pq)) {
		PGresult *r = PQgetResult(c->pq);

		/* NULL separates the statements of a unit; on a broken connection it is all that comes */
		if (!r && PQstatus(c->pq) == CONNECTION_BAD)
			break;
		if (r)
			answer(p, c, r, now_ns);
		PQclear(r);
	}
}

void conn_ready(struct pg *p, struct pg_conn *c, short revents, int64_t now_ns)
{
	if (c->phase == CONN_DOWN) {
		if (now_ns >= c->try_ns)
			conn_connect(p, c, now_ns);
		return;
	}
	if (c->phase == CONN_CONNECTING) {
		if (revents)
			go_on_connecting(p, c, now_ns);
		else if (now_ns >= c->deadline_ns)
			login_failed(p, c, now_ns);
		return;
	}
	if (!revents)
		return;
	if ((revents & ~POLLOUT) && !PQconsumeInput(c->pq)) {
		take_answers(p, c, now_ns); /* what came before the end still counts */
		if (c->pq)
			lost(p, c, now_ns);
		return;
	}
	if (c->unflushed)
		c->unflushed = PQflush(c->pq) == 1;
	take_answers(p, c, now_ns);
	if (c->pq && PQstatus(c->pq) == CONNECTION_BAD)
		lost(p, c, now_ns);
}

short conn_events(const struct pg_conn *c)
{
	if (c->phase == CONN_CONNECTING)
		return c->polling == PGRES_POLLING_READING ? POLLIN : POLLOUT;
	return c->unflushed ? POLLIN | POLLOUT : POLLIN;
}

int64_t conn_wake_ns(const struct pg_conn *c)
{
	return c->phase == CONN_DOWN ? c->try_ns : c->phase == CONN_CONNECTING ? c->deadline_ns : INT64_MAX;
}
#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One connection: it logs in, keeps a queue of units, takes answers. See postgres.h. */
#ifdef HAVE_LIBPQ
#include "scenarios/postgres.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#define CONNECT_NS       (30 * (int64_t)NS_PER_S) /* libpq's own connect_timeout does not exist in its non-blocking calls */
#define CONNECT_TOGETHER 64                       /* logins under way at a time: each is a new process of the server */
#define CONNECT_WAIT_NS  10000000

/* Those of any native profile, because rows are seeded and swept; the others belong to an operation. */
static const struct {
	const char *name, *sql;
	bool any;
	enum load_op op;
} statements[] = {
	{ "insert", "INSERT INTO soakd.item (id, k, body) VALUES ($1::int8, ($1::int8 % 1000)::int4, $2::text)", true,
	  LOAD_INSERT },
	{ "delete", "DELETE FROM soakd.item WHERE id BETWEEN $1::int8 AND $2::int8", true, LOAD_INSERT },
	{ "select", "SELECT k, body FROM soakd.item WHERE id = $1::int8", false, LOAD_SELECT },
	{ "scan", "SELECT count(*) FROM soakd.item WHERE body LIKE $1::text", false, LOAD_SCAN },
	{ "blobs",
	  "INSERT INTO soakd.item (id, k, body, blob) SELECT g, (g % 1000)::int4, md5(g::text), "
	  "decode(repeat(md5(g::text), ($3::int8 / 16)::int4), 'hex') FROM generate_series($1::int8, $2::int8) AS g",
	  false, LOAD_BLOBS },
	{ "setting", "SELECT length(set_config($1::text, $2::text, false))", false, LOAD_SETTING },
};

void conn_become(struct pg *p, struct pg_conn *c, enum conn_phase phase)
{
	size_t up = 0;

	p->n_at[c->phase]--;
	p->n_at[phase]++;
	c->phase = phase;
	for (size_t i = CONN_UP; i < CONN_PHASES; i++)
		up += p->n_at[i];
	atomic_store_explicit(&p->d->shared->connections, (uint32_t)up, memory_order_relaxed);
}

/* Tells epoll, where it waits for us, what this connection waits for. Descriptors that are closed it forgets by itself. */
static void watch(struct pg *p, struct pg_conn *c)
{
	struct epoll_event e = { .data.ptr = c };
	int events = 0, fd;

	if (p->epoll == -1 || !c->pq)
		return;
	fd = PQsocket(c->pq);
	events = conn_events(c);
	if (fd == -1 || (c->phase != CONN_CONNECTING && c->fd == fd && c->events == events))
		return;
	/* the masks of poll() and epoll are the same */
	e.events = (uint32_t)events;
	if (epoll_ctl(p->epoll, EPOLL_CTL_MOD, fd, &e) != 0)
		epoll_ctl(p->epoll, EPOLL_CTL_ADD, fd, &e);
	c->fd = fd;
	c->events = events;
}

void conn_drop(struct pg *p, struct pg_conn *c)
{
	PQfinish(c->pq);
	free(c->contexts);
	c->contexts = NULL;
	c->pq = NULL;
	p->n_units -= c->n;
	c->n = c->head = 0;
	c->fd = -1;
	c->unflushed = c->renew = c->broken = c->untold = false;
	conn_become(p, c, CONN_DOWN);
	if (p->asked == c)
		pg_internal_next(p);
}

static void no_notice(void *ctx, const char *message)
{
	(void)ctx;
	(void)message; /* libpq would print it */
}

void conn_connect(struct pg *p, struct pg_conn *c, int64_t now_ns)
{
	c->pq = PQconnectStartParams(p->login.key, p->login.value, 0);
	conn_become(p, c, CONN_CONNECTING);
	c->polling = PGRES_POLLING_WRITING;
	c->deadline_ns = now_ns + CONNECT_NS;
	if (!c->pq || PQstatus(c->pq) == CONNECTION_BAD) {
		conn_login_failed(p, c, now_ns);
		return;
	}
	PQsetNoticeProcessor(c->pq, no_notice, NULL);
	pg_wake_at(p, c->deadline_ns);
	watch(p, c);
}

static void logged_in(struct pg *p, struct pg_conn *c, int64_t now_ns)
{
	if (PQsetnonblocking(c->pq, 1) != 0 || !PQenterPipelineMode(c->pq)) {
		conn_lost(p, c, now_ns);
		return;
	}
	conn_become(p, c, CONN_UP);
	drive_count(&p->d->shared->connects, 1);
	if (c->lost)
		drive_count(&p->d->shared->reconnects, 1);
	conn_tell(p, c);
	c->been_up = true;
	pg_conn_became_up(p, c);
}

static void go_on_connecting(struct pg *p, struct pg_conn *c, int64_t now_ns)
{
	c->polling = PQconnectPoll(c->pq);
	if (c->polling == PGRES_POLLING_OK)
		logged_in(p, c, now_ns);
	else if (c->polling == PGRES_POLLING_FAILED)
		conn_login_failed(p, c, now_ns);
}

bool conn_has_room(const struct pg_conn *c, size_t depth)
{
	return c->phase == CONN_READY && c->n < depth && c->run.state == RUN_NONE && !c->renew;
}

bool conn_is_idle(const struct pg_conn *c)
{
	return conn_has_room(c, 1);
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

void conn_flush(struct pg *p, struct pg_conn *c)
{
	c->unflushed = PQflush(c->pq) == 1;
	c->broken = PQstatus(c->pq) == CONNECTION_BAD;
	if (c->broken) /* libpq has closed the socket: no descriptor will say so */
		pg_wake_at(p, INT64_MIN);
}

void conn_sync(struct pg *p, struct pg_conn *c, struct unit u)
{
	size_t at = c->head + c->n++;

	u.sent_ns = p->now_ns;
	c->queue[at < c->room ? at : at - c->room] = u;
	p->n_units++;
	PQpipelineSync(c->pq);
	conn_flush(p, c);
	if (c->unflushed)
		watch(p, c);
}

void conn_prepare(struct pg *p, struct pg_conn *c)
{
	size_t n = 0;

	for (size_t i = 0; i < sizeof(statements) / sizeof(statements[0]); i++) {
		if (statements[i].any ? p->n_native == 0 : !pg_work_uses(p, statements[i].op))
			continue;
		PQsendPrepare(c->pq, statements[i].name, statements[i].sql, 0, NULL);
		n++;
	}
	if (n == 0) {
		conn_become(p, c, CONN_READY);
		pg_conn_became_ready(p, c);
		return;
	}
	conn_become(p, c, CONN_PREPARING);
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
	else if (u->kind == UNIT_FINAL || u->kind == UNIT_UNDO)
		drive_event(p->d, "error", "cleaning up: %s", text_str(&why));
	else if (u->kind == UNIT_VACUUM)
		drive_event(p->d, "error", "vacuum: %s", text_str(&why));
	else if (u->kind == UNIT_INTERNAL || u->kind == UNIT_LOG)
		internal_refused(p, text_str(&why));
	else
		drive_error(p->d, u->ops ? u->op : DRIVE_NO_KIND, u->ops ? u->ops : 1, state ? state : "error", "%s%s",
			    text_str(&why), pg_advice(state));
	text_release(&why);
}

static void prepared(struct pg *p, struct pg_conn *c, bool failed, int64_t now_ns)
{
	if (failed && p->d->phase < DRIVE_RUNNING) {
		struct text why = TEXT_INIT;

		text_add(&why, "cannot prepare the workload's statements: ");
		pg_message(c->pq, PQerrorMessage(c->pq), &why);
		pg_setup_failed(p, c, text_str(&why));
		text_release(&why);
	} else if (failed) {
		conn_try_later(p, c, now_ns); /* the schema has gone: counted, and tried again, as with a server that has gone */
	} else {
		conn_become(p, c, CONN_READY);
		pg_conn_became_ready(p, c);
	}
}

static void unit_ended(struct pg *p, struct pg_conn *c, int64_t now_ns)
{
	const struct unit u = c->queue[c->head];

	c->head = c->head + 1 < c->room ? c->head + 1 : 0;
	c->n--;
	p->n_units--;
	switch (u.kind) {
	case UNIT_OPERATION:
		if (!u.failed)
			drive_did(p->d, u.op, u.ops, u.rows, u.bytes, (uint64_t)(now_ns - u.sent_ns));
		break;
	case UNIT_SCRIPT:
		pg_script_synced(p, c, &u);
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
	case UNIT_UNDO:
		drive_failed(p->d, 2, "%s", text_str(&p->why));
		break;
	case UNIT_LOG:
	case UNIT_VACUUM:
	case UNIT_FINAL:
		break;
	}
	pg_conn_freed(p, c);
}

static void rows_came(struct pg *p, struct pg_conn *c, struct unit *u, const PGresult *r)
{
	switch (u->kind) {
	case UNIT_OPERATION:
		u->rows += (uint64_t)PQntuples(r);
		break;
	case UNIT_SETUP:
		pg_setup_answer(p, c, r);
		break;
	case UNIT_INTERNAL:
		pg_internal_answer(p, c, r);
		break;
	case UNIT_LOG:
		pg_log_answer(p, r);
		break;
	case UNIT_VACUUM:
		pg_vacuum_answer(p, c, r);
		break;
	default:
		break;
	}
}

/* r NULL: the end of one statement's results. */
static void answer(struct pg *p, struct pg_conn *c, const PGresult *r, int64_t now_ns)
{
	struct unit *u = &c->queue[c->head];
	ExecStatusType status = r ? PQresultStatus(r) : PGRES_EMPTY_QUERY;

	if (status == PGRES_PIPELINE_SYNC) {
		unit_ended(p, c, now_ns);
		return;
	}
	if (u->kind == UNIT_SCRIPT) {
		pg_script_answer(p, c, u, r);
		return;
	}
	switch (status) {
	case PGRES_TUPLES_OK:
		rows_came(p, c, u, r);
		break;
	case PGRES_COMMAND_OK:
	case PGRES_PIPELINE_ABORTED:
		break;
	default:
		if (r)
			refused(p, c, u, r);
		break;
	}
}

/* A connection that a script has made anew is not the one whose answers were taken: it has no unit under way. */
static void take_answers(struct pg *p, struct pg_conn *c, int64_t now_ns)
{
	PGnotify *note;

	while (c->pq && c->n && p->d->phase != DRIVE_OVER && !PQisBusy(c->pq)) {
		PGresult *r = PQgetResult(c->pq);

		/* NULL separates the statements of a unit; on a broken connection it is all that comes */
		if (!r && PQstatus(c->pq) == CONNECTION_BAD)
			break;
		answer(p, c, r, now_ns);
		PQclear(r);
	}
	/* libpq keeps what LISTEN brings until it is taken */
	while (c->run.vars && c->phase == CONN_READY && (note = PQnotifies(c->pq)))
		PQfreemem(note);
}

void conn_time(struct pg *p, struct pg_conn *c, int64_t now_ns)
{
	if (c->broken) {
		take_answers(p, c, now_ns); /* what came before the end still counts */
		if (c->broken)
			conn_lost(p, c, now_ns);
	} else if (c->phase == CONN_DOWN && p->n_at[CONN_CONNECTING] >= CONNECT_TOGETHER)
		c->try_ns = now_ns + CONNECT_WAIT_NS;
	else if (c->phase == CONN_DOWN)
		conn_connect(p, c, now_ns);
	else if (c->phase == CONN_CONNECTING)
		conn_login_failed(p, c, now_ns);
	else
		pg_script_go_on(p, c);
}

void conn_ready(struct pg *p, struct pg_conn *c, short revents, int64_t now_ns)
{
	if (!revents || !c->pq)
		return;
	if (c->phase == CONN_CONNECTING) {
		go_on_connecting(p, c, now_ns);
		watch(p, c);
		return;
	}
	if ((revents & ~POLLOUT) && !PQconsumeInput(c->pq)) {
		take_answers(p, c, now_ns); /* what came before the end still counts */
		if (c->pq && c->phase != CONN_CONNECTING)
			conn_lost(p, c, now_ns);
		return;
	}
	if (c->unflushed)
		c->unflushed = PQflush(c->pq) == 1;
	take_answers(p, c, now_ns);
	if (c->pq && PQstatus(c->pq) == CONNECTION_BAD)
		conn_lost(p, c, now_ns);
	watch(p, c);
}

short conn_events(const struct pg_conn *c)
{
	if (c->phase == CONN_CONNECTING)
		return c->polling == PGRES_POLLING_READING ? POLLIN : POLLOUT;
	return c->unflushed ? POLLIN | POLLOUT : POLLIN;
}

int64_t conn_wake_ns(const struct pg_conn *c)
{
	return c->broken                     ? INT64_MIN
	       : c->phase == CONN_DOWN       ? c->try_ns
	       : c->phase == CONN_CONNECTING ? c->deadline_ns
					     : c->run.wake_ns;
}
#endif

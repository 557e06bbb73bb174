/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the server says of itself, at epochs and on demand.
 *
 * A backend can be asked for its own memory contexts alone, so each of our connections is asked for its own, one after the other:
 * the answer has a row per context, and a session that leaks contexts has a hundred thousand. They come as they are and are summed
 * here (postgres_contexts.h): sorting and grouping them in the server would take memory in the very process that is measured.
 * The first connection is asked at each epoch, so that its series is whole; where there are more than EPOCH_CONNS, the others take
 * turns.
 */
#ifdef HAVE_LIBPQ
#include "scenarios/postgres.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/units.h"

#define EPOCH_CONNS  16
#define CONTEXTS     "pg_backend_memory_contexts"
/* For this transaction: bounded in time, and what is gathered goes to a file instead of the memory that is measured. */
#define WITHIN_BOUNDS "SELECT set_config('statement_timeout', '10s', true), set_config('work_mem', '64kB', true)"
#define CONTEXT_COLS 4

/* In depth-first order: as it comes before 18, by the path of numbers since. A level counts from 0 before 18, from 1 since. */
static const char contexts_sql[] = "SELECT name, level, total_bytes, free_bytes FROM " CONTEXTS;
static const char contexts_18_sql[] = "SELECT name, level - 1, total_bytes, free_bytes FROM " CONTEXTS " ORDER BY path";

/* Of the whole server: source, unit, value, item. Without the privilege the type of another's backend is hidden. */
static const char server_sql[] =
	"(SELECT 'pg_database_size', 'bytes', pg_database_size(current_database()), current_database()::text) UNION ALL "
	"(SELECT 'pg_stat_activity', '1', count(*), coalesce(backend_type, 'hidden') || coalesce('/' || state, '') AS kind "
	"FROM pg_stat_activity GROUP BY kind)";

/* Not within a script, whose transaction would be the question's too. */
static bool has_room(const struct pg_conn *c)
{
	return conn_has_room(c, c->room);
}

static void ask(struct pg *p, struct pg_conn *c)
{
	if (p->contexts && !c->contexts)
		c->contexts = sk_calloc(1, sizeof(*c->contexts)); /* without memory for it: not asked */
	conn_query(c, WITHIN_BOUNDS);
	if (p->contexts && c->contexts)
		conn_query(c, PQserverVersion(c->pq) >= 180000 ? contexts_18_sql : contexts_sql);
	if (p->ask_server)
		conn_query(c, server_sql);
	p->ask_server = false;
	p->asked = c;
	conn_sync(p, c, (struct unit){ .kind = UNIT_INTERNAL });
}

void pg_internal_ask(struct pg *p)
{
	if (p->asked)
		return; /* the last epoch's answers are still under way */
	p->ask_server = true;
	p->to_ask = p->n_conn < EPOCH_CONNS ? p->n_conn : EPOCH_CONNS;
	p->want = &p->conn[0];
	pg_internal_try(p);
}

/* A connection that is down is passed over, one that is busy is waited for: it gets nothing else to do before. */
void pg_internal_try(struct pg *p)
{
	while (p->want) {
		struct pg_conn *c = p->want;

		if (!has_room(c) && (c->phase == CONN_READY || c->run.state != RUN_NONE))
			return;
		p->want = NULL;
		if (has_room(c))
			ask(p, c);
		else
			pg_internal_next(p);
	}
}

void pg_internal_next(struct pg *p)
{
	bool open =
		p->d->phase == DRIVE_RUNNING || (p->d->phase == DRIVE_STOPPING && p->final == 0); /* the last epoch is finished */

	p->asked = NULL;
	while (open && p->n_conn > 1 && p->to_ask > 1 && !p->want) {
		p->ask_turn = p->ask_turn % (p->n_conn - 1) + 1;
		p->to_ask--;
		if (p->contexts || p->ask_server)
			p->want = &p->conn[p->ask_turn];
	}
}

struct speaker {
	struct drive *d;
	pid_t pid;
};

static void tell_context(void *ctx, const char *item, int64_t bytes)
{
	struct speaker *s = ctx;

	drive_internal(s->d, s->pid, CONTEXTS, "bytes", bytes, item);
}

static bool int_of(const PGresult *r, int row, int col, int64_t *v)
{
	return !PQgetisnull(r, row, col) && int_parse(PQgetvalue(r, row, col), v, NULL) == SK_OK;
}

static void take_contexts(struct pg *p, struct pg_conn *c, const PGresult *r)
{
	struct speaker s = { p->d, PQbackendPID(c->pq) };
	int64_t level, bytes, unused;

	contexts_begin(c->contexts);
	for (int i = 0; i < PQntuples(r); i++)
		if (int_of(r, i, 1, &level) && int_of(r, i, 2, &bytes) && int_of(r, i, 3, &unused))
			contexts_row(c->contexts, PQgetvalue(r, i, 0), level, bytes, unused);
	contexts_end(c->contexts, tell_context, &s);
}

void pg_internal_answer(struct pg *p, struct pg_conn *c, const PGresult *r)
{
	int64_t v;

	if (PQnfields(r) == 1)
		return; /* the timeout */
	if (strcmp(PQfname(r, 0), "name") == 0) {
		take_contexts(p, c, r);
		return;
	}
	for (int i = 0; i < PQntuples(r); i++)
		if (int_of(r, i, 2, &v))
			drive_internal(p->d, 0, PQgetvalue(r, i, 0), PQgetvalue(r, i, 1), v, PQgetvalue(r, i, 3));
}

/* pg_log_backend_memory_contexts() since 14; the collector's file can be named by whoever may ask for it. */
void pg_log_ask(struct pg *p, pid_t pid)
{
	struct pg_conn *c = NULL;
	char sql[96];

	if (!p->may_log) {
		if (!p->log_told)
			drive_event(p->d, "unreadable",
				    "the memory contexts of other backends are not asked for: that needs PostgreSQL 14 and psql "
				    "-d \"%s\" -c "
				    "'GRANT EXECUTE ON FUNCTION pg_log_backend_memory_contexts TO \"%s\"'",
				    p->conn[0].pq ? PQdb(p->conn[0].pq) : "the workload's database",
				    p->conn[0].pq ? PQuser(p->conn[0].pq) : "the workload's user");
		p->log_told = true;
		return;
	}
	for (size_t i = 0; i < p->n_conn && !c; i++)
		c = has_room(&p->conn[i]) ? &p->conn[i] : NULL;
	if (!c)
		return;
	snprintf(sql, sizeof(sql), "SELECT %d, pg_log_backend_memory_contexts(%d)", (int)pid, (int)pid);
	conn_query(c, WITHIN_BOUNDS);
	conn_query(c, sql);
	conn_query(c, p->may_name_log ? "SELECT current_setting('log_destination'), pg_current_logfile()"
				      : "SELECT current_setting('log_destination'), NULL");
	conn_sync(p, c, (struct unit){ .kind = UNIT_LOG });
}

void pg_log_answer(struct pg *p, const PGresult *r)
{
	if (PQnfields(r) != 2)
		return;
	if (strcmp(PQfname(r, 1), "pg_log_backend_memory_contexts") == 0) {
		snprintf(p->log_pid, sizeof(p->log_pid), "%s", strcmp(PQgetvalue(r, 0, 1), "t") == 0 ? PQgetvalue(r, 0, 0) : "");
	} else if (p->log_pid[0] && !PQgetisnull(r, 0, 1)) {
		drive_event(p->d, "memory-log",
			    "the server was asked to log the memory contexts of pid %s: see %s in its data directory", p->log_pid,
			    PQgetvalue(r, 0, 1));
	} else if (p->log_pid[0]) {
		drive_event(p->d, "memory-log", "the server was asked to log the memory contexts of pid %s: see its log (%s)",
			    p->log_pid, PQgetvalue(r, 0, 0));
	}
}
#endif

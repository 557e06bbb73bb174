/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is made before a run and taken away after it. All of it lives in the schema "soakd", which is known as ours by its
 * comment: a schema of that name that somebody else made is refused and never touched. One step follows the other, each one unit.
 */
#ifdef HAVE_LIBPQ
#include "scenarios/postgres.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"

#define SEED_UNIT 500 /* rows of a transaction while seeding */

enum step { STEP_INSPECT, STEP_LOCK, STEP_CREATE, STEP_INFO, STEP_EXTENT, STEP_PREPARE, STEP_SEED, STEP_SWEEP, STEP_READY };

/* What the view shows needs a role since 14, and did not exist before. */
#define MAY_SEE_CONTEXTS                                                                                                         \
	"has_table_privilege('pg_catalog.pg_backend_memory_contexts', 'SELECT') AND "                                            \
	"has_function_privilege('pg_catalog.pg_get_backend_memory_contexts()', 'EXECUTE'), "                                     \
	"has_function_privilege('pg_catalog.pg_log_backend_memory_contexts(integer)', 'EXECUTE'), "                              \
	"has_function_privilege('pg_catalog.pg_current_logfile()', 'EXECUTE')"
#define INSPECT(contexts)                                                                                                        \
	"SELECT n.oid IS NOT NULL, coalesce(obj_description(n.oid, 'pg_namespace') LIKE 'soakd:%', false), "                     \
	"has_database_privilege(current_database(), 'CREATE'), pg_is_in_recovery(), " contexts                                   \
	" FROM (SELECT 1) AS one LEFT JOIN pg_namespace AS n ON n.nspname = 'soakd'"

/* Secrets can be in commands and connection strings, and in whatever an extension calls so. */
static const char info_sql[] =
	"SELECT 'version', version() UNION ALL "
	"SELECT 'extensions', string_agg(extname || ' ' || extversion, ', ' ORDER BY extname) FROM pg_extension UNION ALL "
	"SELECT * FROM (SELECT 'setting.' || name, current_setting(name) FROM pg_settings "
	"WHERE source NOT IN ('default', 'override', 'client', 'session') "
	"AND name !~* '(passw|passphrase|conninfo|secret|token|key|command|credential|auth_|dsn|url)' ORDER BY name) AS s";

/* One at a time in a database: the second would drop the first one's schema. A driver that was just killed may still hold it. */
static const char *const lock_sql[] = { "SET lock_timeout = '15s'", "SELECT pg_advisory_lock(1936679275)", NULL };

static const char *const create_sql[] = {
	"CREATE SCHEMA IF NOT EXISTS soakd",
	"COMMENT ON SCHEMA soakd IS 'soakd: made for a soak run, dropped at its end'",
	"CREATE TABLE IF NOT EXISTS soakd.item (id bigint PRIMARY KEY, k integer NOT NULL, body text NOT NULL, blob bytea)",
	"ALTER TABLE soakd.item ALTER COLUMN blob SET STORAGE EXTERNAL", /* 2 KiB stay 2 KiB: repeated text would be compressed
									    away */
	"CREATE INDEX IF NOT EXISTS item_k ON soakd.item (k)",
	NULL,
};

static const char *const drop_sql[] = { "SET lock_timeout = '5s'", "DROP SCHEMA IF EXISTS soakd CASCADE", NULL };

static void send_all(struct pg *p, struct pg_conn *c, const char *const *sql, enum unit_kind kind)
{
	for (; *sql; sql++)
		conn_query(c, *sql);
	conn_sync(p, c, (struct unit){ .kind = kind });
}

static void send_one(struct pg *p, struct pg_conn *c, const char *sql, enum unit_kind kind)
{
	send_all(p, c, (const char *const[]){ sql, NULL }, kind);
}

static bool is_true(const PGresult *r, int col)
{
	return strcmp(PQgetvalue(r, 0, col), "t") == 0;
}

static void say_rights(struct pg *p, const struct pg_conn *c)
{
	bool old = PQserverVersion(c->pq) < 140000;

	drive_say(p->d, "info user %.200s", PQuser(c->pq));
	drive_say(p->d, "info database %.200s", PQdb(c->pq));
	drive_say(p->d, "info contexts %s", old ? "unknown" : p->contexts ? "yes" : "no");
	drive_say(p->d, "info log %s", old ? "unknown" : p->may_log ? "yes" : "no");
}

static void inspected(struct pg *p, struct pg_conn *c, const PGresult *r)
{
	const char *db = PQdb(c->pq), *user = PQuser(c->pq);
	bool exists = is_true(r, 0), ours = is_true(r, 1);

	if (is_true(r, 3))
		drive_failed(p->d, 2,
			     "the server is a standby and takes no writes: drive its primary, or watch it with --scenario none");
	else if (exists && !ours)
		drive_failed(p->d, 2,
			     "database %s has a schema \"soakd\" that soakd did not make; it is left alone: rename it, or name "
			     "another "
			     "database with --dsn dbname=...",
			     db);
	else if (!exists && !is_true(r, 2))
		drive_failed(p->d, 2,
			     "user %s may not make a schema in database %s: sudo -u postgres psql -c 'GRANT CREATE ON DATABASE "
			     "\"%s\" TO "
			     "\"%s\"'",
			     user, db, db, user);
	p->made_schema = exists && ours && !p->d->job->look;
	p->contexts = is_true(r, 4);
	p->may_log = is_true(r, 5);
	p->may_name_log = is_true(r, 6);
	if (p->d->job->look)
		say_rights(p, c);
	else if (!p->contexts && PQserverVersion(c->pq) >= 140000)
		drive_event(p->d, "unreadable",
			    "user %s may not read memory contexts: psql -c 'GRANT pg_read_all_stats TO \"%s\"'", user, user);
}

static int64_t int_at(const PGresult *r, int col)
{
	int64_t v = 0;

	if (PQgetisnull(r, 0, col) || int_parse(PQgetvalue(r, 0, col), &v, NULL) != SK_OK)
		return 0;
	return v;
}

/* Which rows the table has, from a run that is resumed: new ids begin behind them. */
static void extent(struct pg *p, const PGresult *r)
{
	int64_t low = int_at(r, 0), high = int_at(r, 1), need;
	int64_t next = (int64_t)atomic_load(&p->d->shared->next_id);

	if (next <= high)
		next = high + 1;
	if (next < 1)
		next = 1;
	need = load_reads(p->load.profile) ? LOAD_SEED_ROWS : 0;
	need = (need < p->load.rows ? need : p->load.rows) - (high ? high - low + 1 : 0);
	p->load.low_id = high ? low : next;
	p->seed_next = next;
	p->seed_end = need > 0 ? next + need : next;
	atomic_store(&p->d->shared->next_id, (uint64_t)p->seed_end);
}

static void say_info(struct pg *p, const PGresult *r)
{
	for (int i = 0; i < PQntuples(r); i++)
		drive_say(p->d, "info %s %.900s", PQgetvalue(r, i, 0), PQgetvalue(r, i, 1));
}

static void setup_refused(struct pg *p, struct pg_conn *c, const PGresult *r)
{
	const char *primary = PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY), *state = PQresultErrorField(r, PG_DIAG_SQLSTATE);
	struct text why = TEXT_INIT;

	pg_message(c->pq, primary ? primary : PQresultErrorMessage(r), &why);
	if (p->step == STEP_LOCK && state && strcmp(state, "55P03") == 0)
		drive_failed(
			p->d, 2,
			"another soakd run drives database %s: wait for its end, or name another database with --dsn dbname=...",
			PQdb(c->pq));
	else
		drive_failed(p->d, 2, "cannot set up the schema soakd in database %s as user %s: %s", PQdb(c->pq), PQuser(c->pq),
			     text_str(&why));
	text_release(&why);
}

void pg_setup_answer(struct pg *p, struct pg_conn *c, const PGresult *r)
{
	if (PQresultStatus(r) != PGRES_TUPLES_OK)
		setup_refused(p, c, r);
	else if (p->step == STEP_INSPECT)
		inspected(p, c, r);
	else if (p->step == STEP_INFO)
		say_info(p, r);
	else if (p->step == STEP_EXTENT)
		extent(p, r);
}

static void seed_some(struct pg *p, struct pg_conn *c)
{
	int64_t end = p->seed_next + SEED_UNIT < p->seed_end ? p->seed_next + SEED_UNIT : p->seed_end;

	for (; p->seed_next < end; p->seed_next++)
		pg_insert(c, p->seed_next);
	conn_sync(p, c, (struct unit){ .kind = UNIT_SETUP });
}

/* Lets go of what an earlier run left beyond the size at which the table is held. */
static void sweep(struct pg *p, struct pg_conn *c)
{
	int64_t beyond = p->seed_end - 1 - p->load.rows;

	if (beyond >= p->load.low_id) {
		pg_delete(c, INT64_MIN, beyond);
		p->load.low_id = beyond + 1;
	}
	conn_query(c, "ANALYZE soakd.item"); /* plans do not wait for autovacuum */
	conn_sync(p, c, (struct unit){ .kind = UNIT_SETUP });
}

static void begin_step(struct pg *p, struct pg_conn *c)
{
	switch ((enum step)p->step) {
	case STEP_INSPECT:
		send_one(p, c, PQserverVersion(c->pq) >= 140000 ? INSPECT(MAY_SEE_CONTEXTS) : INSPECT("false, false, false"),
			 UNIT_SETUP);
		break;
	case STEP_LOCK:
		send_all(p, c, lock_sql, UNIT_SETUP);
		break;
	case STEP_CREATE:
		send_all(p, c, create_sql, UNIT_SETUP);
		break;
	case STEP_INFO:
		p->made_schema = !p->d->job->look;
		send_one(p, c, info_sql, UNIT_SETUP);
		break;
	case STEP_EXTENT:
		send_one(p, c, "SELECT (SELECT min(id) FROM soakd.item), (SELECT max(id) FROM soakd.item)", UNIT_SETUP);
		break;
	case STEP_PREPARE:
		p->prepare = true;
		for (size_t i = 0; i < p->n_conn; i++)
			if (p->conn[i].phase == CONN_UP)
				conn_prepare(p, &p->conn[i]);
		break;
	case STEP_SEED:
		seed_some(p, c);
		break;
	case STEP_SWEEP:
		sweep(p, c);
		break;
	case STEP_READY:
		drive_ready(p->d);
		break;
	}
}

void pg_setup_begin(struct pg *p)
{
	p->step = STEP_INSPECT;
	begin_step(p, &p->conn[0]);
}

void pg_setup_next(struct pg *p, struct pg_conn *c, bool failed)
{
	if (failed || p->d->phase != DRIVE_SETUP)
		return; /* it was said; or the run was stopped in between */
	if (p->d->job->look && p->step == STEP_INFO)
		return; /* that was all; "stop" will come */
	if (p->d->job->look)
		p->step = STEP_INFO;
	else if (p->step != STEP_SEED || p->seed_next >= p->seed_end)
		p->step++;
	if (p->step == STEP_SEED && p->seed_next >= p->seed_end)
		p->step++;
	begin_step(p, c);
}

enum final { FINAL_CHECKPOINT, FINAL_DROP, FINAL_DONE };

void pg_final_next(struct pg *p)
{
	struct pg_conn *c = pg_any(p, CONN_UP);
	bool ours = p->made_schema;

	if (p->final == FINAL_CHECKPOINT) {
		p->final++;
		if (c && ours && p->d->job->checkpoint) {
			send_one(p, c, "CHECKPOINT", UNIT_FINAL);
			return;
		}
	}
	if (p->final == FINAL_DROP && ours && !p->d->job->keep) {
		if (c) {
			p->final++;
			send_all(p, c, drop_sql, UNIT_FINAL);
		} else if (clock_boot_ns(p->d->clock) >= p->final_ns) {
			p->final++;
			drive_event(p->d, "error",
				    "no connection is left to drop the schema soakd with; it remains: psql -c 'DROP SCHEMA soakd "
				    "CASCADE'");
		}
		return;
	}
	drive_done(p->d);
}
#endif

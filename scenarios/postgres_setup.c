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

enum step {
	STEP_INSPECT,
	STEP_LOCK,
	STEP_CREATE,
	STEP_PROFILES, /* what they want to be made: a unit per statement */
	STEP_INFO,
	STEP_SCALE, /* of the tables of pgbench */
	STEP_EXTENT,
	STEP_PREPARE,
	STEP_SEED, /* a unit per SEED_UNIT rows */
	STEP_SWEEP,
	STEP_READY,
};

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
	NULL,
};

static const char *const item_sql[] = {
	"CREATE TABLE IF NOT EXISTS soakd.item (id bigint PRIMARY KEY, k integer NOT NULL, body text NOT NULL, blob bytea)",
	"ALTER TABLE soakd.item ALTER COLUMN blob SET STORAGE EXTERNAL", /* 2 KiB stay 2 KiB: repeated text would be compressed
									    away */
	"CREATE INDEX IF NOT EXISTS item_k ON soakd.item (k)",
	NULL,
};

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

static void no_schema(struct pg *p, const struct pg_conn *c, bool standby, bool foreign)
{
	const char *db = PQdb(c->pq), *user = PQuser(c->pq);

	if (standby)
		drive_failed(p->d, 2,
			     "the server is a standby and takes no writes: drive its primary, or watch it with --scenario none");
	else if (foreign)
		drive_failed(p->d, 2,
			     "database %s has a schema \"soakd\" that soakd did not make; it is left alone: rename it, or name "
			     "another database with --dsn dbname=...",
			     db);
	else
		drive_failed(p->d, 2,
			     "user %s may not make a schema in database %s: sudo -u postgres psql -c 'GRANT CREATE ON DATABASE "
			     "\"%s\" TO \"%s\"'",
			     user, db, db, user);
}

static void inspected(struct pg *p, struct pg_conn *c, const PGresult *r)
{
	const char *user = PQuser(c->pq);
	bool exists = is_true(r, 0), ours = is_true(r, 1);

	p->schema = !is_true(r, 3) && (exists ? ours : is_true(r, 2));
	/* a script of the user's own may do without a place of ours */
	if (!p->schema && (p->needs_schema || p->d->job->look))
		no_schema(p, c, is_true(r, 3), exists);
	p->made_schema = p->found_schema = exists && ours && !p->d->job->look;
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

static void set_low(struct pg *p, int64_t low)
{
	for (size_t i = 0; i < p->n_work; i++)
		p->work[i].load.low_id = low;
}

/* To be seeded: what the hungriest profile reads. */
static int64_t rows_wanted(const struct pg *p)
{
	int64_t most = 0;

	for (size_t i = 0; i < p->n_work; i++) {
		const struct load *l = &p->work[i].load;
		int64_t rows = l->profile && load_reads(l->profile) ? LOAD_SEED_ROWS : 0;

		rows = rows < l->rows ? rows : l->rows;
		most = rows > most ? rows : most;
	}
	return most;
}

/* The size at which the profiles hold the table: the largest of theirs. */
static int64_t rows_held(const struct pg *p)
{
	int64_t most = 0;

	for (size_t i = 0; i < p->n_work; i++)
		most = p->work[i].load.rows > most ? p->work[i].load.rows : most;
	return most;
}

/* :scale of scripts, as pgbench sets it; what the user defined stands. */
static void set_scale(struct pg *p, const PGresult *r)
{
	int64_t n = r ? int_at(r, 0) : 0;
	char scale[24];

	snprintf(scale, sizeof(scale), "%lld", (long long)(n > 0 ? n : 1));
	for (size_t i = 0; i < p->n_conn; i++)
		if (!json_object_get(p->d->job->define, "scale"))
			script_set(p->conn[i].run.vars, "scale", scale);
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
	need = rows_wanted(p) - (high ? high - low + 1 : 0);
	set_low(p, high ? low : next);
	p->seed_next = next;
	p->seed_end = need > 0 ? next + need : next;
	atomic_store(&p->d->shared->next_id, (uint64_t)p->seed_end);
}

static void say_info(struct pg *p, const PGresult *r)
{
	for (int i = 0; i < PQntuples(r); i++)
		drive_say(p->d, "info %s %.900s", PQgetvalue(r, i, 0), PQgetvalue(r, i, 1));
}

void pg_setup_failed(struct pg *p, struct pg_conn *c, const char *why)
{
	if (!p->made_schema || p->found_schema) {
		drive_failed(p->d, 2, "%s", why);
	} else if (!p->why.len) {
		text_add(&p->why, why);
		pg_drop(p, c, UNIT_UNDO);
	}
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
	else {
		struct text sentence = TEXT_INIT;

		text_addf(&sentence, "cannot set up the schema soakd in database %s as user %s: %s", PQdb(c->pq), PQuser(c->pq),
			  text_str(&why));
		pg_setup_failed(p, c, text_str(&sentence));
		text_release(&sentence);
	}
	text_release(&why);
}

void pg_setup_answer(struct pg *p, struct pg_conn *c, const PGresult *r)
{
	bool refused = PQresultStatus(r) != PGRES_TUPLES_OK;

	if (p->step == STEP_SCALE)
		set_scale(p, refused ? NULL : r); /* there are no tables of pgbench: nothing is wrong */
	else if (refused)
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

/* The statements of the profiles' own set-up, one unit each; false: there is none left. */
static bool make_some(struct pg *p, struct pg_conn *c)
{
	for (; p->setup_work < p->n_work; p->setup_work++, p->setup_at = 0) {
		const struct pg_work *w = &p->work[p->setup_work];

		if (w->setup && p->setup_at < script_statements(w->setup)) {
			pg_send_one(p, c, script_statement(w->setup, p->setup_at++)->sql, UNIT_SETUP);
			return true;
		}
	}
	return false;
}

/* Lets go of what an earlier run left beyond the size at which the table is held. */
static void sweep(struct pg *p, struct pg_conn *c)
{
	int64_t beyond = p->seed_end - 1 - rows_held(p);

	if (beyond > 0) {
		pg_delete(c, INT64_MIN, beyond);
		set_low(p, beyond + 1);
	}
	conn_query(c, "ANALYZE soakd.item"); /* plans do not wait for autovacuum */
	conn_sync(p, c, (struct unit){ .kind = UNIT_SETUP });
}

static void prepare_all(struct pg *p)
{
	p->prepare = true;
	for (size_t i = 0; i < p->n_conn; i++)
		if (p->conn[i].phase == CONN_UP)
			conn_prepare(p, &p->conn[i]);
}

/* false: there is nothing to do in this step, or no more. */
static bool begin_step(struct pg *p, struct pg_conn *c)
{
	bool native = p->n_native > 0, begun = true;

	switch ((enum step)p->step) {
	case STEP_INSPECT:
		pg_send_one(p, c, PQserverVersion(c->pq) >= 140000 ? INSPECT(MAY_SEE_CONTEXTS) : INSPECT("false, false, false"),
			    UNIT_SETUP);
		break;
	case STEP_LOCK:
		if ((begun = p->schema))
			pg_send_all(p, c, lock_sql, UNIT_SETUP);
		break;
	case STEP_CREATE:
		if ((begun = p->schema))
			for (const char *const *sql = create_sql; *sql; sql++)
				conn_query(c, *sql);
		for (const char *const *sql = item_sql; native && *sql; sql++)
			conn_query(c, *sql);
		if (begun)
			conn_sync(p, c, (struct unit){ .kind = UNIT_SETUP });
		break;
	case STEP_PROFILES:
		begun = make_some(p, c);
		break;
	case STEP_INFO:
		pg_send_one(p, c, info_sql, UNIT_SETUP);
		break;
	case STEP_SCALE:
		if ((begun = p->conn[0].run.vars))
			pg_send_one(p, c, "SELECT count(*) FROM pgbench_branches", UNIT_SETUP);
		break;
	case STEP_EXTENT:
		if ((begun = native))
			pg_send_one(p, c, "SELECT (SELECT min(id) FROM soakd.item), (SELECT max(id) FROM soakd.item)",
				    UNIT_SETUP);
		break;
	case STEP_PREPARE:
		prepare_all(p);
		break;
	case STEP_SEED:
		if ((begun = native && p->seed_next < p->seed_end))
			seed_some(p, c);
		break;
	case STEP_SWEEP:
		if ((begun = native))
			sweep(p, c);
		break;
	case STEP_READY:
		drive_ready(p->d);
		break;
	}
	return begun;
}

void pg_setup_begin(struct pg *p)
{
	p->step = STEP_INSPECT;
	begin_step(p, &p->conn[0]);
}

/* A step is begun until it has nothing more to do. */
static bool is_repeated(int step)
{
	return step == STEP_PROFILES || step == STEP_SEED;
}

void pg_setup_next(struct pg *p, struct pg_conn *c, bool failed)
{
	if (p->step == STEP_CREATE && !failed)
		p->made_schema = true; /* also when the run was stopped meanwhile */
	if ((failed && p->step != STEP_SCALE) || p->d->phase != DRIVE_SETUP)
		return; /* it was said; or the run was stopped in between */
	if (p->d->job->look && p->step == STEP_INFO)
		return; /* that was all; "stop" will come */
	if (p->d->job->look)
		p->step = STEP_INFO;
	else if (!is_repeated(p->step))
		p->step++;
	while (!begin_step(p, c))
		p->step++;
}
#endif

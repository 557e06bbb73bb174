/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is done besides the workload: VACUUM of the schema soakd when it is injected, and at the end the scripts that the user wants
 * done then, the checkpoint, and the schema's DROP.
 */
#ifdef HAVE_LIBPQ
#include "scenarios/postgres.h"

static const char *const drop_sql[] = { "SET lock_timeout = '5s'", "SET statement_timeout = 0",
					"DROP SCHEMA IF EXISTS soakd CASCADE", NULL };

void pg_send_all(struct pg *p, struct pg_conn *c, const char *const *sql, enum unit_kind kind)
{
	for (; *sql; sql++)
		conn_query(c, *sql);
	conn_sync(p, c, (struct unit){ .kind = kind });
}

void pg_send_one(struct pg *p, struct pg_conn *c, const char *sql, enum unit_kind kind)
{
	pg_send_all(p, c, (const char *const[]){ sql, NULL }, kind);
}

void pg_drop(struct pg *p, struct pg_conn *c, enum unit_kind kind)
{
	pg_send_all(p, c, drop_sql, kind);
}

static void nothing_to_vacuum(struct pg *p)
{
	drive_event(p->d, "inject", "vacuum: nothing was done, because there is no table of ours (schema soakd)");
}

/* Which tables there are, then all of them in one command: VACUUM takes no transaction and no parameter. */
void pg_vacuum(struct pg *p, struct pg_conn *c)
{
	if (!p->made_schema) {
		nothing_to_vacuum(p);
		return;
	}
	pg_send_one(p, c,
		    "SELECT string_agg(oid::regclass::text, ', ') FROM pg_class WHERE relkind = 'r' AND relnamespace = "
		    "(SELECT oid FROM pg_namespace WHERE nspname = 'soakd')",
		    UNIT_VACUUM);
}

void pg_vacuum_answer(struct pg *p, struct pg_conn *c, const PGresult *r)
{
	if (PQgetisnull(r, 0, 0)) { /* without a name VACUUM takes the whole database */
		nothing_to_vacuum(p);
		return;
	}
	text_reset(&p->text);
	text_addf(&p->text, "VACUUM (ANALYZE) %s", PQgetvalue(r, 0, 0));
	if (!p->text.failed)
		pg_send_one(p, c, text_str(&p->text), UNIT_VACUUM);
}

void pg_interrupt(struct pg *p)
{
	size_t n = 0;

	p->interrupted = true;
	text_reset(&p->text);
	text_add(&p->text,
		 "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'soakd' AND pid IN (0");
	for (size_t i = 0; i < p->n_conn; i++) {
		struct pg_conn *c = &p->conn[i];

		if (c->n == 0 && c->run.state == RUN_NONE)
			continue;
		if (c->phase >= CONN_UP)
			text_addf(&p->text, ", %d", PQbackendPID(c->pq));
		pg_script_forget(p, c);
		conn_drop(p, c);
		c->try_ns = INT64_MAX;
		n++;
	}
	text_add(&p->text, ")");
	p->interrupt = !p->text.failed;
	drive_event(p->d, "error", "%zu connections had statements under way for too long after the end: they are interrupted",
		    n);
	if (!pg_any(p, CONN_UP) && p->conn[0].phase == CONN_DOWN) /* somebody has to tell the server */
		conn_connect(p, &p->conn[0], p->now_ns);
}

/* The statements of a script, one after the other; its \sleep and what it would read from answers do not matter here. */
static void add_script(struct pg *p, struct pg_conn *c, const struct script *s)
{
	struct script_step step = { .what = SCRIPT_DO };
	struct sk_err err = { 0 };

	script_run_begin(c->run.vars, s);
	while (step.what != SCRIPT_END && step.what != SCRIPT_FAILED) {
		script_next(c->run.vars, &step, &err);
		if (step.what == SCRIPT_DO && script_text(c->run.vars, step.statement, &p->text))
			conn_query(c, text_str(&p->text));
	}
	if (step.what == SCRIPT_FAILED)
		drive_event(p->d, "error", "cleaning up: %s", err.msg);
}

/* What the user's scripts have made goes as ours does. false: there is none of them. */
static bool end_scripts(struct pg *p, struct pg_conn *c)
{
	bool any = false;

	for (size_t i = 0; i < p->n_work; i++) {
		if (!p->work[i].job->at_end || !p->work[i].script)
			continue;
		add_script(p, c, p->work[i].script);
		any = true;
	}
	if (any)
		conn_sync(p, c, (struct unit){ .kind = UNIT_FINAL });
	return any;
}

enum final { FINAL_SCRIPTS, FINAL_CHECKPOINT, FINAL_DROP, FINAL_DONE };

void pg_final_next(struct pg *p)
{
	struct pg_conn *c = pg_any(p, CONN_UP);
	bool ours = p->made_schema;

	if (p->interrupt && c) {
		p->interrupt = false;
		pg_send_one(p, c, text_str(&p->text), UNIT_FINAL);
		return;
	}
	if (p->interrupt && clock_boot_ns(p->d->clock) < p->final_ns)
		return; /* the new connection is under way */
	if (p->final == FINAL_SCRIPTS) {
		p->final++;
		if (c && !p->d->job->keep && end_scripts(p, c))
			return;
	}
	if (p->final == FINAL_CHECKPOINT) {
		p->final++;
		if (c && ours && p->d->job->checkpoint) {
			pg_send_one(p, c, "CHECKPOINT", UNIT_FINAL);
			return;
		}
	}
	if (p->final == FINAL_DROP && ours && !p->d->job->keep) {
		if (c) {
			p->final++;
			pg_drop(p, c, UNIT_FINAL);
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

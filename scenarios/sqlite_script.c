/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The user's scripts on SQLite. A statement is prepared when a connection first meets it, and kept; variables are bound, as
 * numbers where they look like numbers. What cannot be prepared once (several statements, variables where SQL takes none) is
 * sent as text.
 */
#include "scenarios/sqlite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/units.h"

enum sk_code sqlite_script_parse(const struct drive_job *job, struct sqlite_work *work, size_t *n, struct sk_err *err)
{
	enum sk_code rc = SK_OK;

	*n = 0;
	for (size_t i = 0; rc == SK_OK && i < job->n_work; i++) {
		if (!job->work[i].script)
			continue;
		rc = script_parse(job->work[i].script, job->work[i].file, SCRIPT_SQL, &work[i].script, err);
		work[i].first = *n;
		*n += rc == SK_OK ? script_statements(work[i].script) : 0;
	}
	return rc;
}

enum sk_code sqlite_script_init(struct sqlite_place *p, struct drive *d, unsigned client, size_t n, struct sk_err *err)
{
	p->n_prepared = n;
	p->prepared = sk_calloc(n, sizeof(*p->prepared));
	p->run = drive_script_run(d, client);
	return p->prepared && p->run ? SK_OK : sk_fail(err, SK_ENOMEM, 0, "no memory for the scripts");
}

void sqlite_script_begin(struct sqlite_place *p, const struct sqlite_work *w, int64_t now_ns)
{
	p->work = w;
	p->begun_ns = now_ns;
	p->wake_ns = 0;
	p->rows = 0;
	script_run_begin(p->run, w->script);
}

static void bind_value(sqlite3_stmt *st, int k, const char *value)
{
	int64_t i;
	double d;

	if (int_parse(value, &i, NULL) == SK_OK)
		sqlite3_bind_int64(st, k, i);
	else if (real_parse(value, &d, NULL) == SK_OK)
		sqlite3_bind_double(st, k, d);
	else
		sqlite3_bind_text(st, k, value, -1, SQLITE_STATIC); /* stands until the run goes on, and is bound anew then */
}

/* false: a variable has no value. */
static bool bind_all(const struct sqlite_place *p, const struct script_statement *t, sqlite3_stmt *st)
{
	for (size_t k = 0; k < t->n_param; k++) {
		const char *value = script_param(p->run, t, k);

		if (!value)
			return false;
		if (script_param_null(p->run, t, k))
			sqlite3_bind_null(st, (int)k + 1);
		else
			bind_value(st, (int)k + 1, value);
	}
	return true;
}

/* The columns of a row as variables; NULL is empty, as with pgbench. */
static bool take_row(struct sqlite_place *p, const struct script_statement *t, sqlite3_stmt *st)
{
	char name[256];

	for (int k = 0; k < sqlite3_column_count(st); k++) {
		const char *value = (const char *)sqlite3_column_text(st, k);

		if (snprintf(name, sizeof(name), "%s%s", t->prefix, sqlite3_column_name(st, k)) >= (int)sizeof(name) ||
		    !script_set(p->run, name, value ? value : ""))
			return false;
	}
	return true;
}

static void wrong(const struct sqlite_place *p, const struct script_statement *t, struct sk_err *err, const char *what)
{
	sk_fail(err, SK_EUSAGE, 0, "%s:%u: %s", script_file(p->work->script), t->line, what);
}

/*
 * Steps through a prepared statement, its variables bound. An SQLite result code; SQLITE_MISUSE: err says what is wrong already.
 */
static int run_prepared(struct sqlite_connection *c, const struct script_statement *t, sqlite3_stmt *st, struct sk_err *err)
{
	struct sqlite_place *p = &c->place;
	uint64_t rows = 0;
	int rc;
	bool taken = true;

	while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
		rows++;
		if (t->gset || t->aset)
			taken = take_row(p, t, st) && taken;
	}
	sqlite3_reset(st);
	p->rows += rows;
	if (rc != SQLITE_DONE)
		return rc;
	if (!taken)
		wrong(p, t, err, "a column's name is no name of a variable: give it one with AS");
	else if (t->gset && rows != 1)
		wrong(p, t, err, "\\gset needs exactly one row");
	else
		return SQLITE_OK;
	return SQLITE_MISUSE;
}

/* As text, prepared for this once or not at all. */
static int run_text(struct sqlite_connection *c, const struct script_statement *t)
{
	if (!script_text(c->place.run, t, &c->place.text))
		return SQLITE_RANGE;
	return sqlite3_exec(c->db, text_str(&c->place.text), NULL, NULL, NULL);
}

static int do_statement(struct sqlite_connection *c, const struct script_statement *t, struct sk_err *err)
{
	struct sqlite_place *p = &c->place;
	sqlite3_stmt **st = &p->prepared[p->work->first + t->index];
	int rc = SQLITE_OK;

	if (!t->preparable && (t->n_param || strchr(t->sql, ';')))
		return run_text(c, t);
	if (!*st)
		rc = sqlite3_prepare_v3(c->db, t->sql, -1, SQLITE_PREPARE_PERSISTENT, st, NULL);
	if (rc != SQLITE_OK || !*st)
		return rc;
	return bind_all(p, t, *st) ? run_prepared(c, t, *st, err) : SQLITE_RANGE;
}

static enum sqlite_script_end broke_off(struct sqlite_connection *c)
{
	if (!sqlite3_get_autocommit(c->db))
		sqlite_finish(c->st[S_ROLLBACK], NULL);
	c->place.work = NULL;
	return SCRIPT_BROKE_OFF;
}

/* What went wrong, in words; before the rollback, which has words of its own. */
static void say(const struct sqlite_connection *c, const struct script_statement *t, int rc, char key[DRIVE_KEY],
		struct sk_err *err)
{
	if (rc == SQLITE_MISUSE || rc == SQLITE_RANGE) {
		snprintf(key, DRIVE_KEY, "script");
		if (rc == SQLITE_RANGE)
			wrong(&c->place, t, err, "a variable of this statement is not set");
		return;
	}
	snprintf(key, DRIVE_KEY, "sqlite %d", rc);
	wrong(&c->place, t, err, sqlite3_errmsg(c->db));
}

enum sqlite_script_end sqlite_script_go(struct sqlite_connection *c, const struct sk_clock *clock, int64_t until_ns,
					char key[DRIVE_KEY], struct sk_err *err)
{
	struct sqlite_place *p = &c->place;
	struct script_step step;
	int rc;

	p->wake_ns = 0;
	for (;;) {
		script_next(p->run, &step, err);
		switch (step.what) {
		case SCRIPT_END:
			return SCRIPT_DONE;
		case SCRIPT_FAILED:
			snprintf(key, DRIVE_KEY, "script");
			return broke_off(c);
		case SCRIPT_SLEEP:
			p->wake_ns = clock_boot_ns(clock) + step.wait_ns;
			return SCRIPT_SLEEPS;
		case SCRIPT_DO:
			rc = do_statement(c, step.statement, err);
			if (rc != SQLITE_OK) {
				say(c, step.statement, rc, key, err);
				return broke_off(c);
			}
			if (clock_boot_ns(clock) >= until_ns)
				return SCRIPT_GOES_ON;
			break;
		default: /* SQLite answers at once: a pipeline is nothing to it */
			break;
		}
	}
}

void sqlite_script_forget(struct sqlite_place *p)
{
	for (size_t i = 0; i < p->n_prepared; i++) {
		sqlite3_finalize(p->prepared[i]);
		p->prepared[i] = NULL;
	}
	p->work = NULL;
	p->wake_ns = 0;
}

void sqlite_script_release(struct sqlite_place *p)
{
	if (p->prepared)
		sqlite_script_forget(p);
	free(p->prepared);
	script_run_release(p->run);
	text_release(&p->text);
	*p = (struct sqlite_place){ 0 };
}

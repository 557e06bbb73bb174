/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A connection's way through a script: each statement is a unit of its own, but for those between \startpipeline and
 * \endpipeline, which are one. Its outcome is known when its sync comes back, and then the script goes on.
 *
 * Where the server cannot tell the types of a statement's parameters, the statement goes as text from then on, on all
 * connections, and the run begins anew: that costs nobody an operation.
 */
#ifdef HAVE_LIBPQ
#include "scenarios/postgres.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/units.h"

/* Of a statement with parameters: their types cannot be told, or what they lead to does not exist. */
static const char *const type_errors[] = { "42P18", "42P08", "42725", "42883", "42804", "42P22" };

bool pg_script_open(struct pg *p, struct pg_conn *c, unsigned client)
{
	c->run.wake_ns = INT64_MAX;
	if (p->n_native == p->n_work)
		return true;
	c->run.vars = drive_script_run(p->d, client);
	c->run.prepared = sk_calloc(p->n_statement, 1);
	return c->run.vars && c->run.prepared;
}

void pg_script_close(struct pg_conn *c)
{
	script_run_release(c->run.vars);
	free(c->run.sent);
	free(c->run.prepared);
	c->run = (struct pg_run){ .wake_ns = INT64_MAX };
}

static const char *file_of(const struct pg_work *w)
{
	return w->profile ? w->profile->name : w->job->file;
}

/* This run has failed: it is counted once, whatever follows. */
static void fail(struct pg *p, struct pg_run *run, unsigned line, const char *key, const char *why, const char *advice)
{
	if (!run->failed)
		drive_error(p->d, run->work->kind, run->work->ops, key, "%s:%u: %s%s", file_of(run->work), line, why, advice);
	run->failed = true;
}

static void over(struct pg *p, struct pg_conn *c)
{
	c->run.state = RUN_NONE;
	c->run.wake_ns = INT64_MAX;
	p->n_runs--;
	pg_conn_freed(p, c);
}

static void begin(struct pg *p, struct pg_conn *c)
{
	struct pg_run *run = &c->run;

	run->state = RUN_ON;
	run->piping = run->failed = run->again = run->refused = false;
	run->wake_ns = INT64_MAX;
	run->rows = 0;
	run->n_sent = run->answered = 0;
	script_run_begin(run->vars, run->work->script);
	pg_script_go_on(p, c);
}

uint64_t pg_script_begin(struct pg *p, struct pg_conn *c, const struct pg_work *w)
{
	c->run.work = w;
	c->run.start_ns = p->now_ns;
	p->n_runs++;
	if (w->reconnect) {
		c->run.state = RUN_CONNECTING;
		memset(c->run.prepared, 0, p->n_statement);
		conn_renew(p, c);
	} else {
		begin(p, c);
	}
	return w->ops;
}

void pg_script_ready(struct pg *p, struct pg_conn *c)
{
	if (c->run.state != RUN_CONNECTING)
		return;
	if (p->d->phase == DRIVE_RUNNING)
		begin(p, c);
	else
		over(p, c);
}

/* Ends what is not to be gone on with: with a ROLLBACK where a transaction is open. */
static void end(struct pg *p, struct pg_conn *c)
{
	PGTransactionStatusType status = PQtransactionStatus(c->pq);

	if (status == PQTRANS_INTRANS || status == PQTRANS_INERROR) {
		c->run.state = RUN_ROLLBACK;
		c->run.n_sent = c->run.answered = 0;
		conn_query(c, "ROLLBACK");
		conn_sync(p, c, (struct unit){ .kind = UNIT_SCRIPT, .op = c->run.work->kind });
	} else if (c->run.again && p->d->phase == DRIVE_RUNNING) {
		begin(p, c);
	} else {
		over(p, c);
	}
}

static void completed(struct pg *p, struct pg_conn *c)
{
	const struct pg_run *run = &c->run;

	if (PQtransactionStatus(c->pq) != PQTRANS_IDLE) {
		drive_error(p->d, run->work->kind, run->work->ops, "unfinished",
			    "%s ends within a transaction, which is rolled back: give it a COMMIT", file_of(run->work));
	} else if (!run->work->profile || !run->work->profile->wanted) {
		/* the failures that are wanted were counted one by one */
		drive_did(p->d, run->work->kind, run->work->ops, run->rows, 0, (uint64_t)(p->now_ns - run->start_ns));
	}
	end(p, c);
}

static void sync_run(struct pg *p, struct pg_conn *c)
{
	c->run.piping = false;
	conn_sync(p, c, (struct unit){ .kind = UNIT_SCRIPT, .op = c->run.work->kind });
}

/* One step; false: something must come before the next one. */
static bool step(struct pg *p, struct pg_conn *c)
{
	struct pg_run *run = &c->run;
	struct script_step s = { .what = SCRIPT_END };
	struct sk_err err = { 0 };
	const char *why;

	script_next(run->vars, &s, &err);
	switch (s.what) {
	case SCRIPT_DO:
		/* a broken connection says so itself, at its next answer */
		why = pg_statement_send(p, c, s.statement);
		if (why && PQstatus(c->pq) != CONNECTION_BAD)
			fail(p, run, s.statement->line, "not sent", why, "");
		if (run->piping && !run->failed)
			return true;
		break;
	case SCRIPT_SLEEP:
		run->wake_ns = p->now_ns + s.wait_ns;
		pg_wake_at(p, run->wake_ns);
		conn_flush(p, c); /* of a pipeline */
		return false;
	case SCRIPT_PIPELINE:
		run->piping = true;
		return true;
	case SCRIPT_SYNC:
		break;
	case SCRIPT_END:
		run->state = run->piping ? RUN_LAST : run->state;
		if (!run->piping) {
			completed(p, c);
			return false;
		}
		break;
	case SCRIPT_FAILED:
		if (!run->failed)
			drive_error(p->d, run->work->kind, run->work->ops, "script", "%s", err.msg);
		run->failed = true;
		break;
	}
	sync_run(p, c);
	return false;
}

void pg_script_go_on(struct pg *p, struct pg_conn *c)
{
	struct pg_run *run = &c->run;

	if (run->state != RUN_ON || c->n)
		return;
	run->wake_ns = INT64_MAX;
	if (!run->piping)
		run->n_sent = run->answered = 0;
	while (step(p, c))
		;
}

static bool is_type_error(const char *state)
{
	for (size_t i = 0; i < sizeof(type_errors) / sizeof(type_errors[0]); i++)
		if (strcmp(state, type_errors[i]) == 0)
			return true;
	return false;
}

static void wanted_failure(struct pg *p, struct pg_run *run, const struct unit *u)
{
	run->refused = true;
	drive_did(p->d, run->work->kind, 1, 0, 0, (uint64_t)(p->now_ns - u->sent_ns));
}

static void refused(struct pg *p, struct pg_conn *c, struct unit *u, const PGresult *r)
{
	struct pg_run *run = &c->run;
	const struct pg_sent *sent = &run->sent[run->answered];
	const char *state = PQresultErrorField(r, PG_DIAG_SQLSTATE), *primary = PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);
	size_t k = run->work->first + sent->statement->index;
	char wanted[6];
	struct text why = TEXT_INIT;

	state = state ? state : "error";
	if (sent->prepare)
		run->prepared[k] = false;
	if (u->failed)
		return;
	u->failed = true;
	pg_profile_wanted(run->work->profile, sent->statement->index, wanted);
	if (wanted[0] && strcmp(wanted, state) == 0) {
		wanted_failure(p, run, u);
		return;
	}
	if (sent->statement->n_param && !sent->text && is_type_error(state)) {
		p->statement[k].as_text = run->again = run->failed = true;
		return;
	}
	if (strcmp(state, "26000") == 0) /* DISCARD ALL, DEALLOCATE ALL */
		memset(run->prepared, 0, p->n_statement);
	pg_message(c->pq, primary ? primary : PQresultErrorMessage(r), &why);
	fail(p, run, sent->statement->line, state, text_str(&why), pg_advice(state));
	text_release(&why);
}

/* \gset wants one row, \aset takes the last there is: its columns become variables. */
static void set_variables(struct pg *p, struct pg_run *run, const struct script_statement *st, const PGresult *r)
{
	struct text name = TEXT_INIT;
	int rows = PQntuples(r);
	bool set = true;

	if (st->gset && rows != 1)
		fail(p, run, st->line, "gset",
		     rows ? "\\gset wants one row, and more came" : "\\gset wants one row, and none came", "");
	for (int i = 0; set && rows > 0 && !run->failed && i < PQnfields(r); i++) {
		text_reset(&name);
		text_addf(&name, "%s%s", st->prefix ? st->prefix : "", PQfname(r, i));
		set = !name.failed && script_set(run->vars, text_str(&name), PQgetvalue(r, rows - 1, i));
	}
	if (!set)
		fail(p, run, st->line, "gset", "a column's name is no name of a variable: give it one with AS", "");
	text_release(&name);
}

/* Counts the rows of a command; DISCARD and DEALLOCATE take from us what was prepared. */
static void command_done(struct pg *p, struct pg_run *run, const PGresult *r)
{
	PGresult *read = (PGresult *)(uintptr_t)r; /* libpq only reads it, and takes it without const */
	const char *tag = PQcmdStatus(read), *n = PQcmdTuples(read);
	int64_t v = 0;

	if (*n && int_parse(n, &v, NULL) == SK_OK && v > 0)
		run->rows += (uint64_t)v;
	if (strncmp(tag, "DEALLOCATE", 10) == 0 || strncmp(tag, "DISCARD", 7) == 0)
		memset(run->prepared, 0, p->n_statement);
}

/* All results of the statement at `answered` have come. */
static void statement_ended(struct pg *p, struct pg_run *run)
{
	const struct pg_sent *sent = &run->sent[run->answered++];
	char wanted[6];

	if (!sent->prepare && !run->failed && !run->refused) {
		pg_profile_wanted(run->work->profile, sent->statement->index, wanted);
		if (wanted[0])
			fail(p, run, sent->statement->line, "no error", "the statement succeeded and should have failed with ",
			     wanted);
	}
	run->refused &= sent->prepare; /* a failed preparation stands for its statement too */
}

void pg_script_answer(struct pg *p, struct pg_conn *c, struct unit *u, const PGresult *r)
{
	struct pg_run *run = &c->run;
	const struct pg_sent *sent = run->answered < run->n_sent ? &run->sent[run->answered] : NULL;
	ExecStatusType status = r ? PQresultStatus(r) : PGRES_EMPTY_QUERY;

	if (!sent)
		return; /* the ROLLBACK */
	if (!r) {
		statement_ended(p, run);
		return;
	}
	switch (status) {
	case PGRES_TUPLES_OK:
		run->rows += (uint64_t)PQntuples(r);
		if (sent->statement->gset || sent->statement->aset)
			set_variables(p, run, sent->statement, r);
		break;
	case PGRES_COMMAND_OK:
		if (!sent->prepare)
			command_done(p, run, r);
		break;
	case PGRES_EMPTY_QUERY:
		break;
	case PGRES_PIPELINE_ABORTED:
		if (sent->prepare)
			run->prepared[run->work->first + sent->statement->index] = false;
		break;
	default:
		refused(p, c, u, r);
		break;
	}
}

void pg_script_synced(struct pg *p, struct pg_conn *c, const struct unit *u)
{
	struct pg_run *run = &c->run;

	(void)u;
	switch (run->state) {
	case RUN_ON:
	case RUN_LAST:
		if (run->failed || p->d->phase != DRIVE_RUNNING)
			end(p, c);
		else if (run->state == RUN_LAST)
			completed(p, c);
		else
			pg_script_go_on(p, c);
		break;
	case RUN_ROLLBACK:
		end(p, c);
		break;
	case RUN_NONE:
	case RUN_CONNECTING:
		break;
	}
}

void pg_script_abandon(struct pg *p, struct pg_conn *c)
{
	if (c->run.state != RUN_ON || c->n)
		return;
	if (c->run.piping) { /* what was sent must be answered first */
		c->run.failed = true;
		sync_run(p, c);
	} else {
		end(p, c);
	}
}

void pg_script_forget(struct pg *p, struct pg_conn *c)
{
	if (c->run.prepared)
		memset(c->run.prepared, 0, p->n_statement);
	if (c->run.state == RUN_NONE)
		return;
	p->n_runs--;
	c->run.state = RUN_NONE;
	c->run.wake_ns = INT64_MAX;
}
#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One statement of a script, as the job's protocol says: prepared (once per connection, together with its first execution), with
 * parameters, or as text with its variables put in.
 */
#ifdef HAVE_LIBPQ
#include "scenarios/postgres.h"

#include "base/mem.h"

static bool note_sent(struct pg_run *run, const struct script_statement *st, bool prepare, bool as_text)
{
	void *sent = run->sent;

	if (sk_grow(&sent, &run->cap_sent, run->n_sent + 1, sizeof(*run->sent)) != 0)
		return false;
	run->sent = sent;
	run->sent[run->n_sent++] = (struct pg_sent){ st, prepare, as_text };
	return true;
}

static const char *send_text(struct pg *p, struct pg_conn *c, const struct script_statement *st)
{
	const char *sql = st->sql;

	if (st->n_param) {
		text_reset(&p->text);
		if (!script_text(c->run.vars, st, &p->text))
			return "a variable of the statement is not set";
		if (p->text.failed)
			return "no memory for the statement";
		sql = text_str(&p->text);
	}
	if (!note_sent(&c->run, st, false, true))
		return "no memory for the statement";
	return conn_query(c, sql) ? NULL : PQerrorMessage(c->pq);
}

const char *pg_statement_send(struct pg *p, struct pg_conn *c, const struct script_statement *st)
{
	struct pg_run *run = &c->run;
	const char *values[SCRIPT_MAX_PARAMS];
	size_t k = run->work->first + st->index;
	const char *name = p->statement[k].name;
	int n = (int)st->n_param;
	bool sent = true;

	if (!st->preparable || p->statement[k].as_text || run->work->protocol == JOB_SIMPLE)
		return send_text(p, c, st);
	for (size_t i = 0; i < st->n_param; i++) {
		values[i] = script_param(run->vars, st, i);
		if (!values[i])
			return "a variable of the statement is not set";
	}
	if (run->work->protocol == JOB_PREPARED && !run->prepared[k]) {
		if (!note_sent(run, st, true, false))
			return "no memory for the statement";
		sent = PQsendPrepare(c->pq, name, st->sql, 0, NULL) == 1;
		run->prepared[k] = sent;
	}
	if (!sent || !note_sent(run, st, false, false))
		return sent ? "no memory for the statement" : PQerrorMessage(c->pq);
	if (run->work->protocol == JOB_PREPARED)
		sent = PQsendQueryPrepared(c->pq, name, n, values, NULL, NULL, 0) == 1;
	else
		sent = PQsendQueryParams(c->pq, st->sql, n, NULL, values, NULL, NULL, 0) == 1;
	return sent ? NULL : PQerrorMessage(c->pq);
}
#endif

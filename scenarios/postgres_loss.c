/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Connections that are not there: refused logins, lost ones that come back with growing pauses, and those that are closed and
 * made anew on purpose. A server that restarts loses all at once: one event says that they are lost, one that all are back.
 */
#ifdef HAVE_LIBPQ
#include "scenarios/postgres.h"

#include <string.h>

#include "scenarios/pace.h"

#define BACKOFF_FIRST_S 0.1
#define BACKOFF_MAX_S   30.0
#define LASTS_NS        (int64_t) NS_PER_S /* a connection of a script that is so old is told of */

const char *pg_advice(const char *sqlstate)
{
	static const struct {
		const char *state, *advice;
	} known[] = {
		{ "53100", "; the disk of the server is full: make room there, the run goes on meanwhile" },
		{ "53200", "; the server has no memory left for it" },
		{ "53300", "; ask for fewer with --connections, or raise max_connections" },
		{ "57014", "; see statement_timeout of the role, the database and postgresql.conf" },
		{ "25006", "; the server takes reads only: is it a standby, or is default_transaction_read_only set?" },
		{ "26000", "; what was prepared has gone: it is prepared again" },
		{ "0A000", "; if a script alters what its own prepared statements read, run it with protocol \"extended\"" },
	};

	for (size_t i = 0; sqlstate && i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(known[i].state, sqlstate) == 0)
			return known[i].advice;
	return "";
}

void pg_wake_at(struct pg *p, int64_t t)
{
	p->wake_ns = t < p->wake_ns ? t : p->wake_ns;
}

void conn_try_later(struct pg *p, struct pg_conn *c, int64_t now_ns)
{
	pg_script_forget(p, c);
	conn_drop(p, c);
	p->n_lost += !c->lost;
	c->lost = true;
	c->try_ns =
		now_ns + (int64_t)(pace_retry(&c->backoff_s, BACKOFF_FIRST_S, BACKOFF_MAX_S, rng_unit(&p->jitter)) * NS_PER_S);
	pg_wake_at(p, c->try_ns);
}

static void say_lost(struct pg *p, const char *why, int64_t now_ns)
{
	if (p->losing)
		return;
	p->losing = true;
	p->lost_ns = now_ns;
	drive_event(p->d, "reconnect", "%s; trying again with growing pauses", why);
}

void conn_is_back(struct pg *p, struct pg_conn *c)
{
	double s = (double)(p->now_ns - p->lost_ns) * 1e-9;

	c->backoff_s = 0;
	p->n_lost -= c->lost;
	c->lost = false;
	if (!p->losing || p->n_lost)
		return;
	p->losing = false;
	drive_event(p->d, "reconnect", "all %zu connections are back after %.1f s", p->n_conn, s);
}

/* At the start of a run that is for the user to mend, later it is for time to. */
void conn_login_failed(struct pg *p, struct pg_conn *c, int64_t now_ns)
{
	struct text why = TEXT_INIT;

	pg_login_explain(c->pq, &why);
	if (!c->been_up && !p->d->job->resumed && p->d->phase != DRIVE_STOPPING) {
		drive_failed(p->d, 2, "%s", text_str(&why));
	} else {
		if (c->run.state == RUN_CONNECTING)
			drive_count_errors(p->d, c->run.work->kind, c->run.work->ops);
		say_lost(p, text_str(&why), now_ns);
	}
	text_release(&why);
	conn_try_later(p, c, now_ns);
}

/* Every operation that was under way has failed; a loss with none is counted as one. */
static void count_lost(struct pg *p, const struct pg_conn *c)
{
	uint64_t ops = 0;

	for (size_t i = 0; i < c->n; i++) {
		const struct unit *u = &c->queue[(c->head + i) % c->room];

		if (u->ops)
			drive_count_errors(p->d, u->op, u->ops);
		ops += u->ops;
	}
	if (c->run.state != RUN_NONE)
		drive_count_errors(p->d, c->run.work->kind, c->run.work->ops);
	else if (ops == 0)
		drive_count_errors(p->d, DRIVE_NO_KIND, 1);
}

void conn_lost(struct pg *p, struct pg_conn *c, int64_t now_ns)
{
	struct text why = TEXT_INIT;

	text_add(&why, "connection lost: ");
	pg_message(c->pq, PQerrorMessage(c->pq), &why);
	if (p->d->phase < DRIVE_RUNNING) {
		drive_failed(p->d, 2, "%s (before the workload began)", text_str(&why));
	} else if (p->d->phase == DRIVE_RUNNING) {
		count_lost(p, c);
		say_lost(p, text_str(&why), now_ns);
	} else if (c->n) {
		drive_event(p->d, "error", "%s (while finishing)", text_str(&why));
	}
	text_release(&why);
	conn_try_later(p, c, now_ns);
}

void conn_renew(struct pg *p, struct pg_conn *c)
{
	conn_drop(p, c);
	conn_connect(p, c, p->now_ns);
}

/*
 * The monitor looks for each backend that it hears of, among all processes. Of the connections that a script makes there may be
 * thousands in a second, which no row ever meets: told are those that last, because the script sleeps or because it was the
 * script's turn no more.
 */
void conn_tell(struct pg *p, struct pg_conn *c)
{
	c->up_ns = p->now_ns;
	c->untold = c->run.state == RUN_CONNECTING;
	if (!c->untold)
		drive_say(p->d, "backend %d", PQbackendPID(c->pq));
	else if (p->tell_ns == INT64_MAX)
		p->tell_ns = p->now_ns + LASTS_NS;
}

void pg_tell_lasting(struct pg *p)
{
	p->tell_ns = INT64_MAX;
	for (size_t i = 0; i < p->n_conn; i++) {
		struct pg_conn *c = &p->conn[i];

		if (!c->untold)
			continue;
		if (c->up_ns > p->now_ns - LASTS_NS) {
			p->tell_ns = p->now_ns + LASTS_NS;
			continue;
		}
		c->untold = false;
		drive_say(p->d, "backend %d", PQbackendPID(c->pq));
	}
}
#endif

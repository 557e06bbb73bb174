/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The load on SQLite: which connection does what next. A script that sleeps keeps its connection; what is under way goes on
 * before anything new starts, because it may hold the lock that the others need.
 */
#include "scenarios/sqlite.h"

#include <stdio.h>
#include <string.h>

#define SLICE_NS (5 * 1000000) /* unpaced work between two looks at the control socket */

static void failed(struct drive *d, unsigned kind, uint64_t n, int rc)
{
	char key[DRIVE_KEY];

	snprintf(key, sizeof(key), "sqlite %d", rc);
	/* errmsg of the connection speaks of its last call, which may have been the ROLLBACK */
	drive_error(d, kind, n, key, "%s", sqlite3_errstr(rc));
}

/* Returns how many operations it was. */
static uint64_t operate(struct drive *d, struct sqlite_work *w, struct sqlite_connection *c, int64_t *now_ns)
{
	enum load_op op = load_next(&w->load);
	bool writes = load_writes(op);
	uint64_t n = writes ? w->load.unit : 1, rows = n;
	unsigned kind = writes ? w->kind : w->read_kind;
	int64_t begun = *now_ns, first;
	int rc;

	if (writes && d->holding) {
		*now_ns = clock_boot_ns(d->clock);
		return n;
	}
	if (writes) {
		first = (int64_t)atomic_fetch_add(&d->shared->next_id, n);
		rc = sqlite_rows_insert(&w->load, c, op, first, first + (int64_t)n - 1);
	} else {
		rc = sqlite_rows_read(&w->load, c, op, (int64_t)atomic_load(&d->shared->next_id), &rows);
	}
	*now_ns = clock_boot_ns(d->clock);
	if (rc == SQLITE_OK)
		drive_did(d, kind, n, rows, 0, (uint64_t)(*now_ns - begun));
	else
		failed(d, kind, n, rc);
	return n;
}

/*
 * Closes a connection and makes it again. false: it could not be made; that is an error of the run, and the next try makes it
 * again.
 */
static bool connect_again(struct drive *d, struct sqlite_state *s, struct sqlite_connection *c)
{
	int rc;

	sqlite_connection_close(c);
	rc = sqlite_connection_open(s, c);
	if (rc == SQLITE_OK)
		rc = sqlite_connection_prepare(c, d->job->journal);
	if (rc == SQLITE_OK) {
		drive_count(&d->shared->connects, 1);
		return true;
	}
	failed(d, DRIVE_NO_KIND, 1, rc);
	sqlite_connection_close(c);
	return false;
}

/* Goes on with the script of a connection until it ends, sleeps, or the time slice does. false: the latter. */
static bool go_on(struct drive *d, struct sqlite_connection *c, int64_t until_ns, int64_t *now_ns)
{
	const struct sqlite_work *w = c->place.work;
	struct sk_err err = { 0 };
	char key[DRIVE_KEY];
	enum sqlite_script_end end = sqlite_script_go(c, d->clock, until_ns, key, &err);

	*now_ns = clock_boot_ns(d->clock);
	if (end == SCRIPT_DONE) {
		drive_did(d, w->kind, 1, c->place.rows, 0, (uint64_t)(*now_ns - c->place.begun_ns));
		c->place.work = NULL;
	} else if (end == SCRIPT_BROKE_OFF) {
		drive_error(d, w->kind, 1, key, "%s", err.msg);
	}
	return end != SCRIPT_GOES_ON;
}

/* Starts one operation on a connection that is free, *took of the schedule. false: it needs another time slice. */
static bool start_one(struct drive *d, struct sqlite_state *s, struct sqlite_connection *c, int64_t until_ns, int64_t *now_ns,
		      uint64_t *took)
{
	struct sqlite_work *w = &s->work[drive_pick(d)];
	bool lost = !c->db || (w->script && w->reconnect);

	*took = 1;
	if ((w->script && d->holding) || (lost && !connect_again(d, s, c))) { /* a script may write */
		*now_ns = clock_boot_ns(d->clock);
		return true;
	}
	if (!w->script) {
		*took = operate(d, w, c, now_ns);
		return true;
	}
	sqlite_script_begin(&c->place, w, *now_ns);
	return go_on(d, c, until_ns, now_ns);
}

/* A connection that takes part and is free; NULL: none is. */
static struct sqlite_connection *free_connection(struct drive *d, struct sqlite_state *s)
{
	size_t n = turns_connections(&d->turns);

	n = n < s->n_conn ? n : s->n_conn;
	for (size_t i = 0; i < n; i++) {
		struct sqlite_connection *c = &s->conn[s->turn++ % n];

		if (!c->place.work)
			return c;
	}
	return NULL;
}

/* Goes on with the scripts whose time has come. false: the time slice is over. *wake_ns: when the next one's comes. */
static bool go_on_with_all(struct drive *d, struct sqlite_state *s, int64_t until_ns, int64_t *now_ns, int64_t *wake_ns)
{
	*wake_ns = INT64_MAX;
	for (size_t i = 0; s->n_scripted && i < s->n_conn; i++) {
		struct sqlite_place *p = &s->conn[i].place;

		if (p->work && p->wake_ns <= *now_ns && (!go_on(d, &s->conn[i], until_ns, now_ns) || *now_ns >= until_ns))
			return false;
		if (p->work && p->wake_ns < *wake_ns)
			*wake_ns = p->wake_ns;
	}
	return true;
}

int64_t sqlite_run(struct drive *d, void *state, const struct pollfd *fds, size_t n, int64_t now_ns)
{
	struct sqlite_state *s = state;
	int64_t until = now_ns + SLICE_NS, wake, next;
	struct sqlite_connection *c = NULL;
	uint64_t due, took;

	(void)fds;
	(void)n;
	if (d->phase != DRIVE_RUNNING)
		return INT64_MAX;
	if (!go_on_with_all(d, s, until, &now_ns, &wake))
		return INT64_MIN;
	if (d->holding && s->only_writes)
		return now_ns + NS_PER_S < wake ? now_ns + NS_PER_S : wake;
	due = drive_due(d, now_ns);
	while (due > 0 && (c = free_connection(d, s))) {
		bool done = start_one(d, s, c, until, &now_ns, &took);

		drive_take(d, took);
		due -= took < due ? took : due;
		if (c->place.work && c->place.wake_ns < wake)
			wake = c->place.wake_ns;
		if (!done || now_ns >= until)
			return INT64_MIN; /* the rest after a look at the control socket */
	}
	next = due > 0 ? INT64_MAX : drive_next_ns(d); /* where all are asleep nothing starts before one wakes */
	return next < wake ? next : wake;
}

bool sqlite_busy(const struct drive *d, const void *state)
{
	const struct sqlite_state *s = state;

	(void)d;
	for (size_t i = 0; s->n_scripted && i < s->n_conn; i++)
		if (s->conn[i].place.work)
			return true;
	return false;
}

bool sqlite_inject(struct drive *d, void *state, const char *what)
{
	struct sqlite_state *s = state;
	int rc;

	if (strcmp(what, "vacuum") == 0) {
		rc = d->holding ? SQLITE_FULL : sqlite3_exec(s->conn[0].db, "VACUUM", NULL, NULL, NULL);
		if (rc != SQLITE_OK)
			drive_event(d, "error", "the file was not vacuumed: %s",
				    d->holding ? "the disk runs full, and that takes room for a copy" : sqlite3_errstr(rc));
		return true;
	}
	if (strcmp(what, "reconnect") != 0)
		return false;
	for (size_t i = 0; i < s->n_conn; i++) {
		if (s->conn[i].place.work) /* it goes on nowhere */
			drive_count_errors(d, s->conn[i].place.work->kind, 1);
		connect_again(d, s, &s->conn[i]);
	}
	return true;
}

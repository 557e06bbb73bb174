/* SPDX-License-Identifier: GPL-3.0-or-later */
/* events.csv, and the two clocks of a run: what happened when, in seconds since the run began, in constant memory. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/units.h"
#include "soakd/evidence_internal.h"

void wall_map_row(struct wall_map *m, double unix_s, double elapsed_s, double tolerance_s)
{
	double start = unix_s - elapsed_s;

	if (m->n == WALL_STEPS || (m->n > 0 && fabs(start - m->step[m->n - 1].start_unix) <= tolerance_s))
		return;
	m->step[m->n++] = (struct wall_step){ unix_s, start };
}

/*
 * A step forward is passed when a row reaches its timestamp. After a step back timestamps repeat: there the sign is that
 * this file's own timestamps go back.
 */
double wall_cursor_elapsed(struct wall_cursor *c, double unix_s)
{
	const struct wall_map *m = c->map;
	bool back = unix_s < c->last_unix;

	while (c->at + 1 < m->n) {
		const struct wall_step *next = &m->step[c->at + 1];

		if (next->start_unix < m->step[c->at].start_unix ? !back : unix_s < next->from_unix)
			break;
		back = false;
		c->at++;
	}
	c->last_unix = unix_s;
	return m->n ? unix_s - m->step[c->at].start_unix : NAN;
}

enum sk_code event_add(struct event_list *l, double elapsed_s, double length_s, const char *kind, const char *detail,
		       struct sk_err *err)
{
	struct evidence_event *e;

	if (!l->v)
		l->v = sk_calloc(2 * EVENTS_HALF, sizeof(*l->v));
	if (!l->v)
		return sk_fail(err, SK_ENOMEM, 0, "no memory for the events");
	if (l->n_first < EVENTS_HALF) {
		e = &l->v[l->n_first++];
	} else {
		e = &l->v[EVENTS_HALF + l->head];
		l->head = (l->head + 1) % EVENTS_HALF;
		l->n_last += l->n_last < EVENTS_HALF;
	}
	e->elapsed_s = elapsed_s;
	e->length_s = length_s;
	snprintf(e->kind, sizeof(e->kind), "%s", kind);
	snprintf(e->detail, sizeof(e->detail), "%s", detail);
	return SK_OK;
}

/* One line of events.csv. A gap is known better from the rows themselves; here it is only counted. */
static enum sk_code take_event(struct evidence_reader *r, struct wall_cursor *c, const struct csv_reader *csv, const int *field,
			       uint64_t *gaps, struct sk_err *err)
{
	const char *kind, *detail = "";
	double unix_s, t;

	if (csv->torn || csv->n_field <= (size_t)field[0] || csv->n_field <= (size_t)field[1])
		return SK_OK;
	if (time_parse(csv->field[field[0]], &unix_s, NULL) != SK_OK || !(fabs(unix_s) < 1e11))
		return SK_OK;
	kind = csv->field[field[1]];
	if (field[2] >= 0 && csv->n_field > (size_t)field[2])
		detail = csv->field[field[2]];
	t = fmax(0, wall_cursor_elapsed(c, unix_s));
	if (strcmp(kind, "gap") == 0) {
		(*gaps)++;
		return SK_OK;
	}
	if (strcmp(kind, "restart") == 0)
		evidence_restart(r, t);
	return event_add(strcmp(kind, "phase") == 0 ? &r->phases : &r->events, t, 0, kind, detail, err);
}

static enum sk_code read_events(struct evidence_reader *r, struct csv_reader *csv, struct sk_err *err)
{
	struct wall_cursor cursor = { &r->wall, 0, -INFINITY };
	uint64_t gaps = 0;
	enum sk_code rc = csv_next(csv, err);
	int field[3];

	if (rc != SK_OK)
		return rc;
	field[0] = csv_find(csv, "timestamp");
	field[1] = csv_find(csv, "kind");
	field[2] = csv_find(csv, "detail");
	if (field[0] < 0 || field[1] < 0)
		return sk_fail(err, SK_EPARSE, 0, "%s has no columns timestamp and kind", csv->path);
	while (rc == SK_OK && (rc = csv_next(csv, err)) == SK_OK)
		rc = take_event(r, &cursor, csv, field, &gaps, err);
	/* a resumed run records a gap also where it lost no row */
	if (gaps > r->out->ev.gaps)
		r->out->ev.gaps = gaps;
	return rc;
}

enum sk_code evidence_events(struct evidence_reader *r, struct sk_err *err)
{
	struct csv_reader csv = { .fd = -1 };
	struct sk_err why = { 0 };
	char *path = path_in(r->out->dir, "events.csv");
	enum sk_code rc;

	if (!path)
		return sk_fail(err, SK_ENOMEM, 0, "no memory to read the events");
	rc = csv_open(&csv, path, &why);
	if (rc == SK_OK)
		rc = read_events(r, &csv, &why);
	csv_close(&csv);
	free(path);
	if (rc == SK_ENOMEM)
		return sk_fail(err, rc, 0, "%s", why.msg);
	if (rc != SK_OK && rc != SK_EEND && rc != SK_ENOTFOUND)
		evidence_note(r->out, "%.200s", why.msg);
	return SK_OK;
}

static void copy_events(struct evidence_file *f, const struct event_list *l)
{
	for (size_t i = 0; i < l->n_first; i++)
		f->event[f->n_events++] = l->v[i];
	for (size_t i = 0; i < l->n_last; i++) /* oldest first */
		f->event[f->n_events++] = l->v[EVENTS_HALF + (l->n_last < EVENTS_HALF ? i : (l->head + i) % EVENTS_HALF)];
}

static int by_time(const void *a, const void *b)
{
	const struct evidence_event *x = a, *y = b;

	return (x->elapsed_s > y->elapsed_s) - (x->elapsed_s < y->elapsed_s);
}

enum sk_code evidence_join_events(struct evidence_reader *r, struct sk_err *err)
{
	struct evidence_file *f = r->out;
	size_t n =
		r->holes.n_first + r->holes.n_last + r->events.n_first + r->events.n_last + r->phases.n_first + r->phases.n_last;

	f->event = sk_calloc(n, sizeof(*f->event));
	if (!f->event)
		return sk_fail(err, SK_ENOMEM, 0, "no memory for the events of %s", f->path);
	copy_events(f, &r->holes);
	copy_events(f, &r->events);
	copy_events(f, &r->phases);
	if (n > 1)
		qsort(f->event, n, sizeof(*f->event), by_time);
	return SK_OK;
}

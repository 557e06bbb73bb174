/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The CSV files are the truth: they have every row up to the crash, run.json only what it was told minutes before. What both have
 * (births, deaths) is taken from whichever is further on.
 */
#include "soakd/session_resume.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/csv.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/units.h"
#include "soakd/run_json.h"
#include "soakd/verdict_json.h"

static double number_at(const struct csv_reader *r, int at)
{
	double v = NAN;

	if (at >= 0 && (size_t)at < r->n_field)
		real_parse(r->field[at], &v, NULL);
	return v;
}

/* A counter whose cell is empty in the last row stands where it last was. */
static void keep_last(struct session *s, const double *v)
{
	for (size_t i = 0; i < s->plan.n; i++)
		if (!isnan(v[i]) || s->plan.metric[i]->kind != METRIC_COUNTER)
			s->values[i] = v[i];
}

static enum sk_code feed_series(struct session *s, struct sk_err *err)
{
	char file[PATH_MAX];
	struct csv_reader r;
	int at[ROW_COLUMNS_MAX];
	double v[ROW_COLUMNS_MAX];
	enum sk_code rc;

	snprintf(file, sizeof(file), "%s/samples.csv", s->dir.path);
	rc = csv_open(&r, file, err);
	if (rc == SK_OK)
		rc = csv_next(&r, err);
	for (size_t i = 0; rc == SK_OK && i < s->plan.n; i++)
		at[i] = csv_find(&r, s->plan.metric[i]->name);
	while (rc == SK_OK && (rc = csv_next(&r, err)) == SK_OK && !r.torn) {
		for (size_t i = 0; i < s->plan.n; i++)
			v[i] = number_at(&r, at[i]);
		online_row(s->online, v[1], v);
		s->rows++;
		s->last_elapsed_s = v[1];
		keep_last(s, v);
	}
	csv_close(&r);
	s->extra_rows = (uint64_t)fmin(fmax(json_get_num(s->run, "extra_rows", 0), 0), (double)s->rows);
	return rc == SK_EEND ? SK_OK : rc;
}

static double last_value(const struct session *s, const char *name)
{
	for (size_t i = 0; i < s->plan.n; i++)
		if (strcmp(s->plan.metric[i]->name, name) == 0)
			return s->values[i];
	return NAN;
}

#define COUNT_MAX 9007199254740992.0 /* 2^53: beyond it a double counts no more, and the file was tampered with */

/* The same of what is counted from 0: unknown is none yet. */
static double last_count(const struct session *s, const char *name)
{
	double v = last_value(s, name);

	return isnan(v) ? 0 : fmin(fmax(v, 0), COUNT_MAX);
}

/* ---- who still lives ---------------------------------------------------------------------------------------------------- */

/* Those of the target who were there before the interruption; by pid, which no two that live share. */
struct living {
	struct proc **p;
	size_t n, unknown; /* unknown: of whom no row has told the memory yet */
};

static int by_pid(const void *a, const void *b)
{
	pid_t x = (*(struct proc *const *)a)->pid, y = (*(struct proc *const *)b)->pid;

	return (x > y) - (x < y);
}

static void find_living(struct living *l, const struct session *s)
{
	double away_s = clock_wall_s(&s->clock) - last_value(s, "timestamp");

	for (size_t i = 0; i < s->target->n; i++) {
		struct proc *p = &s->target->proc[i];

		if (!(session_age_s(s, p) < away_s)) /* the clock may have been set: then some are looked for in vain */
			l->p[l->n++] = p;
	}
	l->unknown = l->n;
	qsort(l->p, l->n, sizeof(*l->p), by_pid);
}

static void know(struct living *l, double pid, double starttime, double anon_kb)
{
	struct proc key = { .pid = pid > 0 && pid < INT_MAX ? (pid_t)pid : 0 }, *wanted = &key;
	struct proc **found = bsearch(&wanted, l->p, l->n, sizeof(*l->p), by_pid);

	if (!found || (double)(*found)->starttime != starttime)
		return;
	struct proc_past *past = &(*found)->past;
	bool knew = past->before && !isnan(past->first_kb);

	past->in = true; /* who once is in the rows stays in them */
	census_knew(*found, anon_kb);
	l->unknown -= !knew && !isnan(past->first_kb);
}

/*
 * Where each who still lives began to grow: in his first row of processes.csv. It is read until that is known of everybody. A file
 * that cannot be read costs that growth and nothing else.
 */
static void take_up_growth(struct session *s)
{
	struct living l = { .p = sk_calloc(s->target->n + 1, sizeof(*l.p)) };
	struct csv_reader r;
	char file[PATH_MAX];
	enum sk_code rc;

	if (!l.p)
		return;
	find_living(&l, s);
	snprintf(file, sizeof(file), "%s/processes.csv", s->dir.path);
	rc = l.n > 0 ? csv_open(&r, file, NULL) : SK_EEND;
	if (rc == SK_OK) {
		rc = csv_next(&r, NULL);
		int pid = csv_find(&r, "pid"), start = csv_find(&r, "starttime"), anon = csv_find(&r, "anon_kb");

		while (rc == SK_OK && l.unknown > 0 && (rc = csv_next(&r, NULL)) == SK_OK && !r.torn)
			know(&l, number_at(&r, pid), number_at(&r, start), number_at(&r, anon));
		csv_close(&r);
	}
	free(l.p);
}

/* ---- the run ------------------------------------------------------------------------------------------------------------ */

/* What was said before the interruption goes on to stand. A run that was never looked at has no verdict.json, or none of use. */
static enum sk_code take_up_verdict(struct session *s, struct sk_err *err)
{
	struct verdict *v = sk_calloc(1, sizeof(*v));

	if (!v)
		return sk_fail(err, SK_ENOMEM, 0, "no memory for the verdict");
	if (verdict_read(s->dir.path, v, NULL) == SK_OK)
		online_resume(s->online, s->last_elapsed_s, v);
	free(v);
	return SK_OK;
}

enum sk_code session_take_up(struct session *s, struct sk_err *err)
{
	double counters[SAMPLER_METRICS_MAX];
	enum sk_code rc = feed_series(s, err);

	if (rc != SK_OK)
		return rc;
	for (size_t i = 0; i < s->set.n_metric; i++)
		counters[i] = s->set.metric[i]->kind == METRIC_COUNTER ? last_value(s, s->set.metric[i]->name) : NAN;
	totals_resume(&s->totals, counters);
	census_resume(&s->census, json_object_get(s->run, "roles"), last_count(s, "processes_born"),
		      last_count(s, "processes_died"));
	take_up_growth(s);
	around_resume(s);
	s->reloads_before = (uint64_t)last_count(s, "reloads");
	s->missed = (uint64_t)last_count(s, "missed");
	s->cpu_before_s = last_count(s, "soakd_cpu_s");
	if (s->rows)
		s->facts.soakd_cpu_s = s->cpu_before_s;
	rc = operations_resume(s->operations, s->dir.path, err);
	return rc == SK_OK ? take_up_verdict(s, err) : rc;
}

void session_driver(struct session *s, struct driver *driver)
{
	s->driver = driver;
	for (size_t i = 0; i < DRIVER_TOTALS; i++)
		driver->before[i] = (uint64_t)last_count(s, driver_total_column[i]);
}

/* The last row's second plus the wall time since then: a reboot stops the boot clock. */
double session_resumed_at(const struct session *s, double now)
{
	double last = last_value(s, "timestamp");

	return s->last_elapsed_s + fmax(isnan(last) ? 0 : now - last, 1e-3);
}

/* The target that is here now may be another than the one that was here when the run was interrupted: that is a restart too. */
static void tell_replaced(struct session *s, double elapsed)
{
	if (run_json_same_root(s->run, s->target))
		return;
	session_eventf(s, "restart", "while the run was interrupted: now pid %d", s->target->n ? (int)s->target->proc[0].pid : 0);
	online_restart(s->online, elapsed);
	json_t *segments = json_object_get(s->run, "segments");

	json_object_set_new(json_array_get(segments, json_array_size(segments) - 1), "restarted", json_true());
}

static bool is_restart(const json_t *segment)
{
	return strcmp(json_get_str(segment, "reason", ""), "restart") == 0 || json_get_bool(segment, "restarted", 0);
}

/* Restarts of the segments before: the blocks in memory are those of the whole run. */
static void take_up_restarts(struct session *s)
{
	const json_t *all = json_object_get(s->run, "segments");

	for (size_t i = 0; i < json_array_size(all); i++)
		if (is_restart(json_array_get(all, i)))
			online_restart(s->online, json_get_num(json_array_get(all, i), "elapsed_s", 0));
}

void session_go_on(struct session *s, double now, double elapsed)
{
	take_up_restarts(s);
	session_eventf(s, "gap", "%.0f s without samples, the run was interrupted%s", elapsed - s->last_elapsed_s,
		       s->dir.cut ? "; a torn last line was cut off" : "");
	online_gap(s->online);
	run_json_segment(s->run, now, elapsed, "resume");
	tell_replaced(s, elapsed);
}

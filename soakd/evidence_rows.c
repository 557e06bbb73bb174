/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The rows of a CSV into series, streamed: one record and EVIDENCE_AHEAD rows are all that is ever held, column by column, so
 * that each series takes hundreds of samples at once.  Ours (samples.csv of a run directory): every column, on the axis
 * elapsed_s, which no step of the wall clock bends. Foreign: the columns that mean something to us, on the axis timestamp; a
 * change of pid is a restart.
 */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv_rows.h"
#include "base/mem.h"
#include "base/units.h"
#include "soakd/evidence_columns.h"
#include "soakd/evidence_internal.h"

#define STEP_BLOCKS 128

/* STEP: since the row before. */
enum { ROW_T, ROW_UNIX, ROW_PID, ROW_STEP, ROW_COLUMNS };

struct rows {
	struct evidence_reader *r;
	struct csv_reader csv;
	struct columns_of plan;
	struct csv_rows numbers;
	int field[ROW_COLUMNS + EVIDENCE_COLUMNS_MAX];
	double *held; /* rows not yet in the series: ROW_STRIDE times, as many of what follows in enum, of each column */
	size_t n_held;
	bool started;  /* the interval is known and the series exist */
	double read_t; /* time of the last row read */
	double last_t; /* of the last row added */
	double last_pid;
	struct series steps;               /* times between rows */
	struct series **series;            /* of ROW_STEP and what follows it */
	uint64_t first_dropped, first_bad; /* lines */
	char bad_column[SERIES_NAME];
	bool too_late; /* a time beyond TIME_MAX was seen: milliseconds? */
};

#define TIME_MAX 1e11 /* Unix seconds: the year 5138 */

/* 8 more than there are: columns at a distance of 4 KiB would push one another out of the processor's cache */
#define ROW_STRIDE (EVIDENCE_AHEAD + 8)

static double *held(const struct rows *w, size_t which)
{
	return w->held + which * ROW_STRIDE;
}

/* Where the numbers of a row are held. False without memory. */
static bool place_numbers(struct rows *w)
{
	const struct columns_of *c = &w->plan;

	w->field[ROW_T] = c->elapsed_field;
	w->field[ROW_UNIX] = c->time_field;
	w->field[ROW_PID] = c->pid_field;
	w->field[ROW_STEP] = -1;
	for (size_t i = 0; i < c->n_col; i++)
		w->field[ROW_COLUMNS + i] = c->col[i].field;
	w->held = sk_calloc((ROW_COLUMNS + c->n_col) * ROW_STRIDE, sizeof(*w->held));
	for (size_t i = 0; w->held && i < ROW_STRIDE; i++)
		held(w, ROW_PID)[i] = NAN; /* where no column has it */
	return csv_rows_init(&w->numbers, w->field, ROW_COLUMNS + c->n_col, ROW_STRIDE) && w->held;
}

static enum sk_code start_columns(struct rows *w, struct sk_err *err)
{
	enum sk_code rc = columns_of_header(&w->plan, &w->csv, w->r->out->dir != NULL, err);

	if (rc != SK_OK)
		return rc;
	return place_numbers(w) ? SK_OK : sk_fail(err, SK_ENOMEM, 0, "no memory to read %s", w->csv.path);
}

static void add_value(struct rows *w, size_t i, double *v)
{
	const struct column_of *col = &w->plan.col[i];
	int bad = 0;

	if ((size_t)col->field < w->csv.n_field &&
	    csv_number(&w->csv, (size_t)col->field, v)) { /* nearly always, and never below 0 */
		*v *= col->scale;
		return;
	}
	*v = field_number(&w->csv, col->field, &bad) * col->scale;
	if (col->size && *v < 0) {
		bad = 1;
		*v = NAN;
	}
	if (bad && w->r->out->bad_cells++ == 0) {
		w->first_bad = w->csv.line;
		memcpy(w->bad_column, w->plan.name[i], SERIES_NAME);
	}
}

/* The times of the next row to be held: false, and noted, if none goes forward. `elapsed` counts in our own files. */
static bool row_times(struct rows *w, double unix_s, double elapsed, uint64_t line)
{
	struct evidence_file *f = w->r->out;
	double t = NAN;

	if (fabs(unix_s) < TIME_MAX) {
		if (isnan(f->first_unix))
			f->first_unix = unix_s;
		t = w->plan.elapsed_field >= 0 ? elapsed : unix_s - f->first_unix;
	} else if (isfinite(unix_s)) {
		w->too_late = true;
	}
	if (t >= 0 && t < 1e11 && t > w->read_t) {
		w->read_t = t;
		held(w, ROW_T)[w->n_held] = t;
		held(w, ROW_UNIX)[w->n_held] = unix_s;
		return true;
	}
	if (f->dropped_rows++ == 0)
		w->first_dropped = line;
	return false;
}

/* One more held, if it has a time. */
static void read_row(struct rows *w)
{
	const struct csv_reader *csv = &w->csv;
	double unix_s = NAN;

	if ((size_t)w->plan.time_field < csv->n_field && !csv_number(csv, (size_t)w->plan.time_field, &unix_s) &&
	    time_parse(field_trim(csv->field[w->plan.time_field]), &unix_s, NULL) != SK_OK)
		unix_s = NAN;
	if (!row_times(w, unix_s, field_number(csv, w->plan.elapsed_field, NULL), csv->line))
		return;
	held(w, ROW_PID)[w->n_held] = field_number(csv, w->plan.pid_field, NULL);
	for (size_t i = 0; i < w->plan.n_col; i++)
		add_value(w, i, &held(w, ROW_COLUMNS + i)[w->n_held]);
	w->n_held++;
}

/* As many more as are nothing but numbers, nearly all of a file: they are read straight to where they are held. */
static void read_numbers(struct rows *w)
{
	size_t from = w->n_held, n = csv_rows_read(&w->numbers, &w->csv, w->held + from, EVIDENCE_AHEAD - from);
	uint64_t line = w->csv.next_line - n;

	for (size_t i = 0; i < w->plan.n_col; i++)
		for (size_t k = from; k < from + n && w->plan.col[i].scale != 1; k++)
			held(w, ROW_COLUMNS + i)[k] *= w->plan.col[i].scale;
	for (size_t k = from; k < from + n; k++) {
		if (!row_times(w, held(w, ROW_UNIX)[k], held(w, ROW_T)[k], line + k - from))
			continue;
		for (size_t i = ROW_PID; k != w->n_held && i < ROW_COLUMNS + w->plan.n_col; i++)
			held(w, i)[w->n_held] = held(w, i)[k];
		w->n_held++;
	}
}

static enum sk_code note_hole(struct rows *w, double dt, struct sk_err *err)
{
	char how_long[32], detail[80];

	w->r->out->ev.gaps++;
	snprintf(detail, sizeof(detail), "no samples for %s", fmt_duration(how_long, sizeof(how_long), dt));
	return event_add(&w->r->holes, w->last_t, dt, "gap", detail, err);
}

static enum sk_code note_pid(struct rows *w, double t, double pid, struct sk_err *err)
{
	char detail[80];

	snprintf(detail, sizeof(detail), "pid %.0f, before %.0f", pid, w->last_pid);
	evidence_restart(w->r, t);
	return event_add(&w->r->holes, t, 0, "restart", detail, err);
}

/* What a held row says beside its columns. */
static enum sk_code use_row(struct rows *w, size_t i, struct sk_err *err)
{
	struct evidence_file *f = w->r->out;
	double t = held(w, ROW_T)[i], unix_s = held(w, ROW_UNIX)[i], pid = held(w, ROW_PID)[i];
	double dt = f->ev.samples > 0 ? t - w->last_t : NAN;
	enum sk_code rc = SK_OK;

	if (f->ev.samples == 0)
		f->ev.start_unix = unix_s - t;
	else if (dt > 2.5 * f->ev.interval_s)
		rc = note_hole(w, dt, err);
	/* not !=: a row without a pid says nothing about it */
	if (rc == SK_OK && fabs(pid - w->last_pid) >= 1)
		rc = note_pid(w, t, pid, err);
	if (!isnan(pid))
		w->last_pid = pid;
	held(w, ROW_STEP)[i] = dt;
	wall_map_row(&w->r->wall, unix_s, t, f->ev.interval_s / 4);
	w->last_t = t;
	f->last_unix = unix_s;
	f->ev.samples++;
	return rc;
}

/* The rows held become samples. */
static enum sk_code use_held(struct rows *w, struct sk_err *err)
{
	enum sk_code rc = SK_OK;

	for (size_t i = 0; rc == SK_OK && i < w->n_held; i++)
		rc = use_row(w, i, err);
	if (rc != SK_OK)
		return rc;
	series_add_many(w->series, 1 + w->plan.n_col, held(w, ROW_T), held(w, ROW_STEP), ROW_STRIDE, w->n_held);
	w->n_held = 0;
	return SK_OK;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Median of the first differences of time; 1 s when there is one row and so nothing to measure. */
static double median_step(const struct rows *w)
{
	double d[EVIDENCE_AHEAD];
	size_t n = 0;

	for (size_t i = 1; i < w->n_held; i++)
		d[n++] = held(w, ROW_T)[i] - held(w, ROW_T)[i - 1];
	if (n == 0)
		return 1;
	qsort(d, n, sizeof(*d), by_value);
	/* 1 ms: nobody samples memory faster, and the count of blocks of a long file stays a number */
	return fmax(1e-3, n % 2 ? d[n / 2] : (d[n / 2 - 1] + d[n / 2]) / 2);
}

static enum sk_code make_series(struct rows *w, struct sk_err *err)
{
	struct evidence_file *f = w->r->out;
	const struct series **view;
	enum sk_code rc = SK_OK;

	f->series = sk_calloc(w->plan.n_col, sizeof(*f->series));
	view = sk_calloc(w->plan.n_col, sizeof(*view));
	f->ev.column = view;
	w->series = sk_calloc(1 + w->plan.n_col, sizeof(*w->series));
	if (!f->series || !view || !w->series)
		return sk_fail(err, SK_ENOMEM, 0, "no memory for the series of %s", f->csv);
	for (; rc == SK_OK && f->n_series < w->plan.n_col; f->n_series++) {
		rc = series_init(&f->series[f->n_series], w->plan.name[f->n_series], f->ev.interval_s, w->r->blocks, err);
		view[f->n_series] = w->series[1 + f->n_series] = &f->series[f->n_series];
	}
	w->series[0] = &w->steps;
	f->ev.n_columns = w->plan.n_col;
	return rc == SK_OK ? series_init(&w->steps, "steps", f->ev.interval_s, STEP_BLOCKS, err) : rc;
}

/* How the rows really came, whatever the interval was meant to be. */
static void measure_steps(struct rows *w)
{
	struct evidence_file *f = w->r->out;
	struct block b[STEP_BLOCKS];
	double median[STEP_BLOCKS];
	size_t n = 0, blocks = w->steps.all.n > 0 ? series_blocks(&w->steps, b, NULL) : 0;

	for (size_t i = 0; i < blocks; i++)
		if (b[i].n > 0)
			median[n++] = b[i].median;
	qsort(median, n, sizeof(*median), by_value);
	if (n > 0) {
		f->step_median_s = n % 2 ? median[n / 2] : (median[n / 2 - 1] + median[n / 2]) / 2;
		f->step_longest_s = w->steps.max;
	}
}

/* The interval is known now, or never will be better known. */
static enum sk_code start(struct rows *w, struct sk_err *err)
{
	w->started = true;
	if (isnan(w->r->out->ev.interval_s))
		w->r->out->ev.interval_s = median_step(w);
	return make_series(w, err);
}

static enum sk_code read_rows(struct rows *w, struct sk_err *err)
{
	enum sk_code rc, end = SK_OK;

	do {
		for (read_numbers(w); w->n_held < EVIDENCE_AHEAD && (end = csv_next(&w->csv, err)) == SK_OK; read_numbers(w)) {
			if (w->csv.torn)
				w->r->out->torn = true;
			else
				read_row(w);
		}
		if (end != SK_OK && end != SK_EEND)
			return end;
		rc = w->started ? SK_OK : start(w, err);
		if (rc == SK_OK)
			rc = use_held(w, err);
	} while (rc == SK_OK && end == SK_OK);
	return rc;
}

static void note_faults(const struct rows *w)
{
	struct evidence_file *f = w->r->out;

	if (f->dropped_rows)
		evidence_note(f, "%llu %s left out because the time does not go forward there (first: line %llu)",
			      (unsigned long long)f->dropped_rows, f->dropped_rows == 1 ? "row is" : "rows are",
			      (unsigned long long)w->first_dropped);
	if (f->bad_cells)
		evidence_note(f,
			      "%llu %s no usable number (text, below 0 or above 1e18), taken as no value (first: line %llu, "
			      "column %s)",
			      (unsigned long long)f->bad_cells, f->bad_cells == 1 ? "cell has" : "cells have",
			      (unsigned long long)w->first_bad, w->bad_column);
	if (f->torn)
		evidence_note(f, "the last line is cut short and left out");
	if (w->plan.n_twice)
		evidence_note(f, "column %s is there more than once: the first is used", w->plan.twice);
}

static enum sk_code judge_rows(const struct rows *w, struct sk_err *err)
{
	struct evidence_file *f = w->r->out;
	uint64_t all = f->ev.samples + f->dropped_rows;

	if (all == 0 && w->plan.cr_ends)
		return sk_fail(err, SK_EPARSE, 0,
			       "%s: its lines end with a carriage return alone, so that all of it is one line; convert it: "
			       "tr '\\r' '\\n'",
			       f->csv);
	if (all == 0)
		return sk_fail(err, SK_EPARSE, 0, "%s has a header%s: there is nothing to judge yet", f->csv,
			       f->torn ? " and one line that is cut short" : " and no row");
	if (f->dropped_rows * 5 > all && w->too_late)
		return sk_fail(err, SK_EPARSE, 0,
			       "%s: in %llu of %llu rows the time is beyond the year 5138 (first: line %llu); timestamp is Unix "
			       "seconds or ISO 8601: divide milliseconds by 1000",
			       f->csv, (unsigned long long)f->dropped_rows, (unsigned long long)all,
			       (unsigned long long)w->first_dropped);
	if (f->dropped_rows * 5 > all)
		return sk_fail(
			err, SK_EPARSE, 0,
			"%s: in %llu of %llu rows the time does not go forward or is none (first: line %llu); sort the rows by "
			"timestamp, in Unix seconds or ISO 8601, one row per sample",
			f->csv, (unsigned long long)f->dropped_rows, (unsigned long long)all,
			(unsigned long long)w->first_dropped);
	note_faults(w);
	return SK_OK;
}

static void hash_bytes(void *sha, const void *bytes, size_t n)
{
	sha256_add(sha, bytes, n);
}

enum sk_code evidence_rows(struct evidence_reader *r, struct sk_err *err)
{
	bool hashed = r->blocks == SERIES_DRAWN; /* a picture names its data */
	struct rows *w = sk_calloc(1, sizeof(*w));
	struct sha256 sha;
	enum sk_code rc;

	if (!w)
		return sk_fail(err, SK_ENOMEM, 0, "no memory to read %s", r->out->csv);
	w->r = r;
	w->read_t = -1;
	w->last_pid = NAN;
	rc = csv_open(&w->csv, r->out->csv, err);
	if (hashed) { /* while it is read: a second time costs, and a file that grows would not be the one that was judged */
		sha256_init(&sha);
		w->csv.on_read = hash_bytes;
		w->csv.on_read_arg = &sha;
	}
	if (rc == SK_OK)
		rc = start_columns(w, err);
	if (rc == SK_OK)
		rc = read_rows(w, err);
	if (rc == SK_OK)
		rc = judge_rows(w, err);
	if (rc == SK_OK)
		measure_steps(w);
	if (rc == SK_OK && hashed)
		sha256_hex(&sha, r->out->sha256);
	series_release(&w->steps);
	free(w->series);
	csv_close(&w->csv);
	columns_of_release(&w->plan);
	csv_rows_release(&w->numbers);
	free(w->held);
	free(w);
	return rc;
}

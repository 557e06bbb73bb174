/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * evidence_read(): which files there are, in which order they are streamed, and what was wrong with them in one sentence.
 *
 *   run.json ─interval─▶ samples.csv ─series, gaps, wall clock─▶ events.csv ─restarts─▶ processes.csv, mappings.csv, objects.csv ─parts─▶
 *   internals.csv, processes.csv ─accounts─▶
 */
#include "soakd/evidence.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/units.h"
#include "soakd/evidence_internal.h"
#include "soakd/lag.h"
#include "soakd/phase_table.h"

void evidence_note(struct evidence_file *f, const char *fmt, ...)
{
	size_t n = strlen(f->note);
	va_list ap;

	if (n > 0 && n + 2 < sizeof(f->note))
		n += (size_t)snprintf(f->note + n, sizeof(f->note) - n, "; ");
	va_start(ap, fmt);
	vsnprintf(f->note + n, sizeof(f->note) - n, fmt, ap);
	va_end(ap);
}

char *field_trim(char *s)
{
	size_t n;

	while (*s == ' ' || *s == '\t')
		s++;
	n = strlen(s);
	while (n > 0 && (s[n - 1] == ' ' || s[n - 1] == '\t'))
		s[--n] = '\0';
	return s;
}

double field_number(const struct csv_reader *csv, int field, int *bad)
{
	double v = NAN;
	char *s;

	if (field < 0 || (size_t)field >= csv->n_field)
		return NAN;
	if (csv_number(csv, (size_t)field, &v))
		return v;
	s = csv->field[field];
	if (*s == '\0')
		return NAN;
	/* 1e18: no memory or counter of this world is larger, and sums of squares of what is stay finite */
	if (real_parse(s, &v, NULL) == SK_OK && fabs(v) <= 1e18)
		return v;
	s = field_trim(s);
	if (*s == '\0')
		return NAN;
	if (real_parse(s, &v, NULL) == SK_OK && fabs(v) <= 1e18)
		return v;
	if (bad)
		*bad = 1;
	return NAN;
}

char *path_in(const char *dir, const char *name)
{
	return sk_asprintf("%s/%s", dir, name);
}

void evidence_restart(struct evidence_reader *r, double elapsed_s)
{
	struct evidence *ev = &r->out->ev;

	if (ev->n_restarts > 0) /* ascending, whatever the clock did */
		elapsed_s = fmax(elapsed_s, r->restart_s[ev->n_restarts - 1]);
	if (ev->n_restarts < EVIDENCE_RESTARTS)
		r->restart_s[ev->n_restarts++] = elapsed_s;
	else if (!strstr(r->out->note, "restarts"))
		evidence_note(r->out, "more than %d restarts: only the first %d are used", EVIDENCE_RESTARTS, EVIDENCE_RESTARTS);
}

/* Run directory or plain file: sets dir and csv. */
static enum sk_code find_files(struct evidence_file *f, const char *path, struct sk_err *err)
{
	struct stat st;

	f->path = sk_strdup(path);
	if (strcmp(path, "-") != 0 && stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
		f->dir = sk_strdup(path);
		f->csv = path_in(path, "samples.csv");
		if (f->csv && access(f->csv, F_OK) != 0 && errno == ENOENT)
			return sk_fail(err, SK_ENOTFOUND, ENOENT,
				       "%s is no run directory: it has no samples.csv; give a run directory or a CSV file", path);
	} else {
		f->csv = sk_strdup(path);
	}
	if (!f->path || !f->csv)
		return sk_fail(err, SK_ENOMEM, 0, "no memory for the path %s", path);
	return SK_OK;
}

/* run.json helps (interval, limit, words) and is not needed: a damaged one is noted. */
static enum sk_code read_run_json(struct evidence_reader *r, struct sk_err *err)
{
	struct evidence_file *f = r->out;
	char *path = path_in(f->dir, "run.json");
	struct sk_err why = { 0 };
	double interval;

	if (!path)
		return sk_fail(err, SK_ENOMEM, 0, "no memory for the path of run.json");
	enum sk_code rc = json_read_file(path, &f->run, &why);

	free(path);
	if (rc == SK_OK && !json_is_object(f->run)) {
		json_decref(f->run);
		f->run = NULL;
		rc = sk_fail(&why, SK_EPARSE, 0, "run.json is no JSON object");
	}
	if (rc != SK_OK && rc != SK_ENOTFOUND)
		evidence_note(f, "%.200s", why.msg);
	interval = json_get_num(f->run, "interval_s", NAN);
	if (interval >= 1e-3 && interval < 1e9)
		f->ev.interval_s = interval;
	f->ev.limit_kb = json_get_num(f->run, "limit_kb", NAN);
	if (!(f->ev.limit_kb > 0))
		f->ev.limit_kb = NAN;
	return SK_OK;
}

/* phases.csv, where the run has phases. A damaged one costs what it does not say. */
static enum sk_code read_phases(struct evidence_reader *r, struct sk_err *err)
{
	struct evidence_file *f = r->out;
	struct sk_err why = { 0 };
	enum sk_code rc;

	if (!json_object_get(f->run, "phases"))
		return SK_OK;
	f->phases = phase_table_new(json_get_bool(f->run, "cycle", 0));
	if (!f->phases)
		return sk_fail(err, SK_ENOMEM, 0, "no memory for the phases of %s", f->path);
	rc = phase_table_read(f->dir, f->phases, &why);
	if (rc == SK_ENOMEM)
		return sk_fail(err, rc, 0, "%s", why.msg);
	if (rc != SK_OK && rc != SK_ENOTFOUND)
		evidence_note(f, "%.200s", why.msg);
	f->ev.n_cycles = phase_table_cycles(f->phases);
	f->ev.cycles = f->phases->judged;
	return SK_OK;
}

/* One row shows no interval; the guess that its series were made with must not be said. */
static void forget_guess(struct evidence_file *f)
{
	if (f->ev.samples < 2 && isnan(json_get_num(f->run, "interval_s", NAN)))
		f->ev.interval_s = NAN;
}

static enum sk_code read_all(struct evidence_reader *r, struct sk_err *err)
{
	struct evidence_file *f = r->out;
	enum sk_code rc = SK_OK;

	if (f->dir)
		rc = read_run_json(r, err);
	if (rc == SK_OK)
		rc = evidence_rows(r, err);
	if (rc == SK_OK && f->dir) {
		const json_t *host = json_object_get(f->run, "host");

		f->ev.anon_error_kb = lag_error_kb(&f->ev, json_get_str(host, "kernel", NULL), json_get_num(host, "cpus", 1));
		rc = evidence_events(r, err);
	}
	if (rc == SK_OK && f->dir)
		rc = read_phases(r, err);
	if (rc == SK_OK && f->dir)
		rc = evidence_parts(r, err);
	if (rc == SK_OK && f->dir)
		rc = evidence_internals(r, err);
	if (rc == SK_OK && f->dir && r->blocks == SERIES_DRAWN)
		rc = evidence_operations(r, err);
	if (rc == SK_OK)
		rc = evidence_join_events(r, err);
	forget_guess(f);
	return rc;
}

enum sk_code evidence_read(const char *path, size_t blocks, struct evidence_file *out, struct sk_err *err)
{
	struct evidence_reader *r = sk_calloc(1, sizeof(*r));
	enum sk_code rc;

	memset(out, 0, sizeof(*out));
	out->ev.limit_kb = out->ev.interval_s = out->first_unix = out->last_unix = NAN;
	out->step_median_s = out->step_longest_s = NAN;
	if (!r)
		return sk_fail(err, SK_ENOMEM, 0, "no memory to read %s", path);
	r->out = out;
	r->blocks = blocks;
	r->restart_s = sk_calloc(EVIDENCE_RESTARTS, sizeof(*r->restart_s));
	out->ev.restart_s = r->restart_s;
	rc = r->restart_s ? find_files(out, path, err) : sk_fail(err, SK_ENOMEM, 0, "no memory to read %s", path);
	if (rc == SK_OK)
		rc = read_all(r, err);
	free(r->holes.v);
	free(r->events.v);
	free(r->phases.v);
	growers_free(r->grow);
	free(r->partial);
	free(r);
	if (rc != SK_OK)
		evidence_release(out);
	return rc;
}

void evidence_release(struct evidence_file *f)
{
	for (size_t i = 0; f->series && i < f->n_series; i++)
		series_release(&f->series[i]);
	for (size_t i = 0; f->part_series && i < f->n_part_series; i++)
		series_release(&f->part_series[i]);
	series_release(&f->latency);
	free(f->series);
	free(f->part_series);
	free((void *)f->ev.column);
	free((void *)f->ev.part);
	free((void *)f->ev.restart_s);
	free((void *)f->ev.account);
	free(f->account_item);
	evidence_internals_release(f->internals);
	free(f->phases);
	free(f->event);
	free(f->path);
	free(f->dir);
	free(f->csv);
	free(f->redacted);
	json_decref(f->run);
	memset(f, 0, sizeof(*f));
}

const struct series *evidence_column(const struct evidence_file *f, const char *column)
{
	for (size_t i = 0; i < f->n_series; i++)
		if (strcmp(f->series[i].name, column) == 0)
			return &f->series[i];
	return NULL;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the growth may consist of: roles and processes from processes.csv, mapping classes from mappings.csv, mappings from
 * objects.csv (evidence_objects.c).
 *
 * Rows of one sample share a timestamp. Roles and classes are summed over such a group; a role that is known and has no row in
 * a group had no process then: 0, not unknown. Processes are many and short-lived: a first pass ranks them in a table of
 * bounded size, a second one reads the few that grew most.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/attribution.h"
#include "base/mem.h"
#include "base/units.h"
#include "soakd/evidence_growers.h"
#include "soakd/evidence_internal.h"
#include "soakd/evidence_presence.h"
#include "soakd/evidence_regions.h"

#define ROLES_MAX   48 /* the last one is "other"; as many as the monitor keeps */
#define CLASSES_MAX 32

/* Sums by name within a group of rows, and the series of those sums. */
struct sums {
	struct evidence_reader *r;
	struct series *s; /* room for max, in out->part_series */
	double *sum;
	size_t n, max;
	double unix_s; /* of the open group; NaN before the first */
	double elapsed_s;
	struct wall_cursor cursor;
};

static enum sk_code sums_init(struct sums *g, struct evidence_reader *r, size_t max, struct sk_err *err)
{
	memset(g, 0, sizeof(*g));
	g->r = r;
	g->s = r->out->part_series + r->out->n_part_series;
	g->max = max;
	g->unix_s = NAN;
	g->cursor = (struct wall_cursor){ &r->wall, 0, -INFINITY };
	g->sum = sk_calloc(max, sizeof(*g->sum));
	return g->sum ? SK_OK : sk_fail(err, SK_ENOMEM, 0, "no memory for the parts of %s", r->out->path);
}

static void sums_close_group(struct sums *g)
{
	if (isnan(g->unix_s))
		return;
	for (size_t i = 0; i < g->n; i++) {
		series_add(&g->s[i], g->elapsed_s, g->sum[i]);
		g->sum[i] = 0;
	}
}

static void sums_open_group(struct sums *g, double unix_s)
{
	if (unix_s == g->unix_s)
		return;
	sums_close_group(g);
	g->unix_s = unix_s;
	g->elapsed_s = wall_cursor_elapsed(&g->cursor, unix_s);
}

static enum sk_code sums_find(struct sums *g, const char *name, size_t *index, struct sk_err *err)
{
	enum sk_code rc;

	for (size_t i = 0; i < g->n; i++) {
		if (strncmp(g->s[i].name, name, SERIES_NAME - 1) == 0) {
			*index = i;
			return SK_OK;
		}
	}
	*index = g->max - 1;
	if (g->n == g->max)
		return SK_OK;
	rc = series_init(&g->s[g->n], g->n == g->max - 1 ? "other" : name, g->r->out->ev.interval_s, g->r->blocks, err);
	if (rc != SK_OK)
		return rc;
	*index = g->n++;
	g->r->out->n_part_series++;
	return SK_OK;
}

enum sk_code part_open(struct part_csv *p, const char *dir, const char *file, const char *const *names, size_t n,
		       struct sk_err *err)
{
	char *path = path_in(dir, file);
	enum sk_code rc;

	if (!path)
		return sk_fail(err, SK_ENOMEM, 0, "no memory to read %s", file);
	rc = csv_open(&p->csv, path, err);
	free(path);
	if (rc == SK_OK)
		rc = csv_next(&p->csv, err);
	for (size_t i = 0; rc == SK_OK && i < n; i++) {
		p->field[i] = csv_find(&p->csv, names[i]);
		if (p->field[i] < 0)
			rc = sk_fail(err, SK_EPARSE, 0, "%s has no column %s", p->csv.path, names[i]);
	}
	return rc;
}

enum sk_code part_next(struct part_csv *p, double *unix_s, struct sk_err *err)
{
	enum sk_code rc;

	while ((rc = csv_next(&p->csv, err)) == SK_OK) {
		if (p->csv.torn || (size_t)p->field[0] >= p->csv.n_field)
			continue;
		if (time_parse(p->csv.field[p->field[0]], unix_s, NULL) == SK_OK && fabs(*unix_s) < 1e11)
			return SK_OK;
	}
	return rc;
}

const char *part_text(const struct part_csv *p, int which)
{
	return (size_t)p->field[which] < p->csv.n_field ? p->csv.field[p->field[which]] : "";
}

double part_number(const struct part_csv *p, int which)
{
	return field_number(&p->csv, p->field[which], NULL);
}

bool part_is_shared(const char *class)
{
	return strcmp(class, "shmem") == 0;
}

double part_held_kb(const char *class, double pss_kb, double anon_kb, double swap_kb)
{
	if (part_is_shared(class))
		return pss_kb;
	return isnan(swap_kb) ? anon_kb : anon_kb + swap_kb;
}

enum { P_TIME, P_PID, P_START, P_ROLE, P_ANON };
static const char *const process_fields[] = { "timestamp", "pid", "starttime", "role", "anon_kb" };

static void row_process(const struct part_csv *p, struct process_id *id)
{
	id->pid = part_number(p, P_PID);
	id->start = part_number(p, P_START);
}

static enum sk_code rank_pass(struct part_csv *p, struct sums *roles, struct growers *grow, struct sk_err *err)
{
	struct process_id id;
	double unix_s, anon;
	enum sk_code rc;
	size_t role;

	while ((rc = part_next(p, &unix_s, err)) == SK_OK) {
		sums_open_group(roles, unix_s);
		rc = sums_find(roles, part_text(p, P_ROLE), &role, err);
		if (rc != SK_OK)
			return rc;
		anon = part_number(p, P_ANON);
		row_process(p, &id);
		if (isnan(anon))
			continue;
		roles->sum[role] += anon;
		growers_add(grow, &id, role, roles->elapsed_s, anon);
	}
	sums_close_group(roles);
	return rc;
}

/* Second pass: the series of the processes in `top`. */
static enum sk_code grower_pass(struct part_csv *p, struct evidence_reader *r, const struct grower *top, size_t n,
				struct series *s, struct sk_err *err)
{
	struct wall_cursor cursor = { &r->wall, 0, -INFINITY };
	struct process_id id;
	double unix_s, t;
	enum sk_code rc;

	while ((rc = part_next(p, &unix_s, err)) == SK_OK) {
		t = wall_cursor_elapsed(&cursor, unix_s);
		row_process(p, &id);
		for (size_t i = 0; i < n; i++)
			if (top[i].id.pid == id.pid && top[i].id.start == id.start)
				series_add(&s[i], t, part_number(p, P_ANON));
	}
	return rc;
}

static enum sk_code read_growers(struct evidence_reader *r, const struct sums *roles, struct growers *grow, struct sk_err *err)
{
	struct grower top[GROWERS_TOP];
	size_t n = growers_top(grow, top);
	struct series *s = r->out->part_series + r->out->n_part_series;
	struct part_csv p = { .csv.fd = -1 };
	char name[SERIES_NAME + 48];
	enum sk_code rc = SK_OK;

	for (size_t i = 0; rc == SK_OK && i < n; i++) {
		snprintf(name, sizeof(name), "%.40s pid %.0f", roles->s[top[i].role].name, top[i].id.pid);
		rc = series_init(&s[i], name, r->out->ev.interval_s, r->blocks, err);
		r->out->n_part_series += rc == SK_OK;
	}
	if (rc == SK_OK && n > 0)
		rc = part_open(&p, r->out->dir, "processes.csv", process_fields, 5, err);
	if (rc == SK_OK && n > 0)
		rc = grower_pass(&p, r, top, n, s, err);
	csv_close(&p.csv);
	return rc;
}

static enum sk_code read_processes(struct evidence_reader *r, size_t *n_roles, struct sk_err *err)
{
	struct part_csv p = { .csv.fd = -1 };
	struct sums roles = { 0 };
	struct growers *grow = r->grow = growers_new();
	enum sk_code rc = SK_ENOMEM;

	if (grow)
		rc = sums_init(&roles, r, ROLES_MAX, err);
	if (rc == SK_OK)
		rc = part_open(&p, r->out->dir, "processes.csv", process_fields, 5, err);
	if (rc == SK_OK)
		rc = rank_pass(&p, &roles, grow, err);
	csv_close(&p.csv);
	*n_roles = roles.n;
	if (rc == SK_EEND || rc == SK_EPARSE) { /* what was read of a damaged file stays */
		enum sk_code again = read_growers(r, &roles, grow, rc == SK_EEND ? err : NULL);

		rc = rc == SK_EEND ? again : rc;
	}
	free(roles.sum);
	return rc;
}

enum { M_TIME, M_PID, M_CLASS, M_PSS, M_ANON, M_SWAP, M_N };
static const char *const mapping_fields[M_N] = { "timestamp", "pid", "class", "pss_kb", "anon_kb", "swap_kb" };

/* A group of which some rows are missing gives no sums; where it was, objects.csv has as few. */
static enum sk_code close_mappings(struct sums *g, struct presence *all, struct sk_err *err)
{
	struct evidence_reader *r = g->r;

	if (!isnan(g->unix_s) && !presence_close(all, g->elapsed_s)) {
		void *v = r->partial;

		if (sk_grow(&v, &r->partial_cap, r->n_partial + 1, sizeof(*r->partial)) != 0)
			return sk_fail(err, SK_ENOMEM, 0, "no memory for the parts of %s", r->out->path);
		r->partial = v;
		r->partial[r->n_partial++] = g->unix_s;
		memset(g->sum, 0, g->max * sizeof(*g->sum));
		g->unix_s = NAN; /* nothing to close */
	}
	return SK_OK;
}

static enum sk_code read_mappings(struct evidence_reader *r, struct sk_err *err)
{
	struct part_csv p = { .csv.fd = -1 };
	struct presence *all = presence_new(r->grow);
	struct sums classes;
	double unix_s, kb;
	enum sk_code rc = sums_init(&classes, r, CLASSES_MAX, err);
	size_t i;

	if (rc == SK_OK && !all)
		rc = sk_fail(err, SK_ENOMEM, 0, "no memory for the parts of %s", r->out->path);
	if (rc == SK_OK)
		rc = part_open(&p, r->out->dir, "mappings.csv", mapping_fields, M_N, err);
	while (rc == SK_OK && (rc = part_next(&p, &unix_s, err)) == SK_OK) {
		if (unix_s != classes.unix_s)
			rc = close_mappings(&classes, all, err);
		if (rc != SK_OK)
			break;
		sums_open_group(&classes, unix_s);
		presence_row(all, part_number(&p, M_PID));
		kb = part_held_kb(part_text(&p, M_CLASS), part_number(&p, M_PSS), part_number(&p, M_ANON),
				  part_number(&p, M_SWAP));
		if (isnan(kb))
			continue;
		rc = sums_find(&classes, part_text(&p, M_CLASS), &i, err);
		if (rc == SK_OK)
			classes.sum[i] += kb;
	}
	if (rc == SK_EEND && close_mappings(&classes, all, err) != SK_OK)
		rc = SK_ENOMEM;
	sums_close_group(&classes);
	csv_close(&p.csv);
	free(classes.sum);
	presence_free(all);
	return rc;
}

enum sk_code part_tolerate(struct evidence_reader *r, enum sk_code rc, const struct sk_err *why, struct sk_err *err)
{
	if (rc == SK_ENOMEM)
		return sk_fail(err, rc, 0, "no memory to read the parts of %s", r->out->path);
	if (rc != SK_OK && rc != SK_EEND && rc != SK_ENOTFOUND)
		evidence_note(r->out, "%.200s", why->msg);
	return SK_OK;
}

/* The series are in order of their kinds; end[k] is where those of kind k end. */
enum { ROLES, PROCESSES, CLASSES, MAPPINGS, KINDS };
static const char *const kind_name[KINDS] = { "role", "process", "class", "mapping" };

static enum sk_code list_parts(struct evidence_file *f, const size_t end[KINDS], struct sk_err *err)
{
	struct evidence_part *part = sk_calloc(f->n_part_series + FD_KIND_PARTS_MAX, sizeof(*part));
	size_t kind = 0;

	if (!part)
		return sk_fail(err, SK_ENOMEM, 0, "no memory for the parts of %s", f->path);
	for (size_t i = 0; i < f->n_part_series; i++) {
		while (i >= end[kind])
			kind++;
		part[i] = (struct evidence_part){ kind_name[kind], f->part_series[i].name, &f->part_series[i] };
	}
	f->ev.part = part;
	f->ev.n_parts =
		f->n_part_series + attribute_fd_kinds(f->ev.column, f->ev.n_columns, part + f->n_part_series, FD_KIND_PARTS_MAX);
	return SK_OK;
}

enum sk_code evidence_parts(struct evidence_reader *r, struct sk_err *err)
{
	struct sk_err why = { 0 };
	size_t end[KINDS] = { 0 };
	enum sk_code rc;

	r->out->part_series = sk_calloc(ROLES_MAX + GROWERS_TOP + CLASSES_MAX + REGIONS_TOP, sizeof(*r->out->part_series));
	if (!r->out->part_series)
		return sk_fail(err, SK_ENOMEM, 0, "no memory for the parts of %s", r->out->path);
	rc = part_tolerate(r, read_processes(r, &end[ROLES], &why), &why, err);
	end[PROCESSES] = r->out->n_part_series;
	if (rc == SK_OK)
		rc = part_tolerate(r, read_mappings(r, &why), &why, err);
	end[CLASSES] = r->out->n_part_series;
	if (rc == SK_OK)
		rc = part_tolerate(r, evidence_objects(r, &why), &why, err);
	end[MAPPINGS] = r->out->n_part_series;
	if (rc == SK_OK)
		rc = list_parts(r->out, end, err);
	return rc;
}

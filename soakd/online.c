/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "soakd/online.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/attribution.h"
#include "analysis/known.h"
#include "analysis/spending.h"
#include "base/mem.h"
#include "soakd/lag.h"

/* A run without a planned length says leak no sooner: the analysis asks for 48 points, and a server for time to warm up. */
#define OPEN_FIRST_ROWS 48
#define OPEN_FIRST_S    600

struct online {
	double interval_s;
	size_t n_columns;
	struct series *column; /* n_columns; those that are not judged have no series */
	bool *used;
	const struct series **view; /* for the evidence: the used ones */
	size_t n_view;

	struct series role[ONLINE_ROLES];
	double role_sum[ONLINE_ROLES];
	size_t n_roles;
	struct evidence_part part[ONLINE_ROLES + FD_KIND_PARTS_MAX];

	double restart_s[ONLINE_RESTARTS];
	size_t n_restarts;
	struct evidence ev;
	char kernel[64];
	double cpus;
	struct standing *standing;
	struct spending spending;
	double looked_s, next_look_s;
};

/* What the analysis looks at; of all else that a row has only the log keeps the course, 25 KiB less for each column. */
static bool is_asked_for(const char *name)
{
	for (size_t i = 0; i < n_known_columns; i++)
		if (strcmp(known_columns[i].name, name) == 0)
			return true;
	return strcmp(name, "ops") == 0 || strcmp(name, "connects") == 0 || strcmp(name, "reloads") == 0 ||
	       strncmp(name, "fds_", 4) == 0;
}

struct online *online_new(const struct metric *const *columns, size_t n, double interval_s, struct sk_err *err)
{
	struct online *o = sk_calloc(1, sizeof(*o));

	if (!o)
		goto no_memory;
	o->interval_s = interval_s;
	o->column = sk_calloc(n, sizeof(*o->column));
	o->used = sk_calloc(n, sizeof(*o->used));
	o->view = sk_calloc(n, sizeof(*o->view));
	o->standing = sk_calloc(1, sizeof(*o->standing));
	if (!o->column || !o->used || !o->view || !o->standing)
		goto no_memory;
	o->n_columns = n;
	for (size_t i = 0; i < n; i++) {
		if (!is_asked_for(columns[i]->name))
			continue;
		if (series_init(&o->column[i], columns[i]->name, interval_s, SERIES_ONLINE, err) != SK_OK)
			goto fail;
		o->used[i] = true;
		o->view[o->n_view++] = &o->column[i];
	}
	o->ev = (struct evidence){ .column = o->view,
				   .n_columns = o->n_view,
				   .part = o->part,
				   .restart_s = o->restart_s,
				   .interval_s = interval_s,
				   .limit_kb = NAN };
	o->spending = (struct spending){ VERDICT_ALPHA, NAN, fmax(OPEN_FIRST_S, OPEN_FIRST_ROWS * interval_s) };
	return o;
no_memory:
	sk_fail(err, SK_ENOMEM, 0, "no memory for the run's series");
fail:
	online_free(o);
	return NULL;
}

void online_free(struct online *o)
{
	if (!o)
		return;
	for (size_t i = 0; i < o->n_columns; i++)
		if (o->used[i])
			series_release(&o->column[i]);
	for (size_t i = 0; i < o->n_roles; i++)
		series_release(&o->role[i]);
	free(o->column);
	free(o->used);
	free(o->view);
	free(o->standing);
	free(o);
}

void online_start(struct online *o, double start_unix, double length_s, double limit_kb)
{
	o->spending.length_s = length_s;
	standing_start(o->standing, length_s, o->spending.first_s);
	o->ev.start_unix = start_unix;
	o->ev.limit_kb = limit_kb;
}

void online_kernel(struct online *o, const char *kernel, double cpus)
{
	snprintf(o->kernel, sizeof(o->kernel), "%s", kernel ? kernel : "");
	o->cpus = cpus;
}

void online_limit(struct online *o, double limit_kb)
{
	o->ev.limit_kb = limit_kb;
}

static size_t role_index(struct online *o, const char *role)
{
	size_t i;

	for (i = 0; i < o->n_roles; i++)
		if (strncmp(o->role[i].name, role, SERIES_NAME - 1) == 0)
			return i;
	if (o->n_roles == ONLINE_ROLES)
		return ONLINE_ROLES - 1;
	if (series_init(&o->role[i], o->n_roles == ONLINE_ROLES - 1 ? "other" : role, o->interval_s, SERIES_ONLINE, NULL) !=
	    SK_OK)
		return ONLINE_ROLES;
	o->part[i] = (struct evidence_part){ "role", o->role[i].name, &o->role[i] };
	o->role_sum[i] = NAN;
	o->n_roles++;
	return i;
}

void online_role(struct online *o, const char *role, double anon_kb)
{
	size_t i = role_index(o, role);

	if (i >= o->n_roles || isnan(anon_kb))
		return;
	o->role_sum[i] = isnan(o->role_sum[i]) ? anon_kb : o->role_sum[i] + anon_kb;
}

void online_row(struct online *o, double elapsed_s, const double *values)
{
	for (size_t i = 0; i < o->n_columns; i++)
		if (o->used[i])
			series_add(&o->column[i], elapsed_s, values[i]);
	for (size_t i = 0; i < o->n_roles; i++) {
		/* a role without a process has no memory: 0 is known, not guessed */
		series_add(&o->role[i], elapsed_s, isnan(o->role_sum[i]) ? 0 : o->role_sum[i]);
		o->role_sum[i] = NAN;
	}
	o->ev.samples++;
}

void online_cycles(struct online *o, const struct cycle_levels *levels, size_t n)
{
	o->ev.cycles = levels;
	o->ev.n_cycles = n;
}

void online_restart(struct online *o, double elapsed_s)
{
	if (o->n_restarts < ONLINE_RESTARTS)
		o->restart_s[o->n_restarts++] = elapsed_s;
}

void online_gap(struct online *o)
{
	o->ev.gaps++;
}

bool online_look_due(const struct online *o, double elapsed_s)
{
	return o->ev.samples >= 2 && elapsed_s >= o->next_look_s;
}

static void looked(struct online *o, double elapsed_s)
{
	/* next: 5 % more data, at least 5 s and one interval: about 47 looks a decade of time */
	o->looked_s = elapsed_s;
	o->next_look_s = elapsed_s + fmax(fmax(5, o->interval_s), 0.05 * elapsed_s);
}

enum sk_code online_decide(struct online *o, const struct verdict_options *opt, struct verdict *v, struct sk_err *err)
{
	o->ev.n_parts = o->n_roles + attribute_fd_kinds(o->view, o->n_view, o->part + o->n_roles, FD_KIND_PARTS_MAX);
	o->ev.n_restarts = o->n_restarts;
	o->ev.anon_error_kb = lag_error_kb(&o->ev, o->kernel, o->cpus);
	return verdict_decide(&o->ev, opt, v, err);
}

/* What is no leak at the plain level is none at a stricter one: only a leak is asked twice, and none that was said already. */
static enum sk_code find(struct online *o, double elapsed_s, const struct verdict_options *opt, struct verdict *v,
			 struct sk_err *err)
{
	struct verdict_options strict = *opt;
	enum sk_code rc = online_decide(o, opt, v, err);

	if (rc != SK_OK || !verdict_leaking(v) || (o->standing->said && verdict_leaking(&o->standing->v)))
		return rc;
	strict.alpha = fmin(opt->alpha, spending_level(&o->spending, o->looked_s, elapsed_s));
	return online_decide(o, &strict, v, err);
}

enum sk_code online_look(struct online *o, double elapsed_s, const struct verdict_options *opt, struct sk_err *err)
{
	struct verdict *v = sk_calloc(1, sizeof(*v));
	enum sk_code rc;

	if (!v)
		return sk_fail(err, SK_ENOMEM, 0, "no memory for the verdict");
	rc = find(o, elapsed_s, opt, v, err);
	looked(o, elapsed_s);
	if (rc == SK_OK)
		standing_look(o->standing, v, elapsed_s, o->ev.start_unix);
	free(v);
	return rc;
}

void online_take(struct online *o, double elapsed_s, const struct standing *s)
{
	looked(o, elapsed_s);
	*o->standing = *s;
}

bool online_conclude(struct online *o, double elapsed_s, struct verdict *v)
{
	return standing_conclude(o->standing, v, elapsed_s, o->ev.start_unix);
}

void online_resume(struct online *o, double elapsed_s, const struct verdict *v)
{
	looked(o, elapsed_s);
	standing_resume(o->standing, v);
}

const struct verdict *online_verdict(const struct online *o)
{
	return o->standing->said ? &o->standing->v : NULL;
}

const struct standing *online_standing(const struct online *o)
{
	return o->standing;
}

size_t online_blocks(const struct online *o, const char *column, struct block out[SERIES_ONLINE])
{
	for (size_t i = 0; i < o->n_view; i++)
		if (strcmp(o->view[i]->name, column) == 0)
			return series_blocks(o->view[i], out, NULL);
	return 0;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A race of regressors under AR(1) errors. */
#include "analysis/grows_with.h"

#include <math.h>
#include <string.h>

#include "analysis/classify.h"
#include "analysis/gls.h"
#include "analysis/season.h"
#include "analysis/slice.h"

static const double phis[] = { 0, .3, .55, .75, .87, .93, .97, .99 };

/* Nothing is known of operations at the ends of the track: those points are left out of all models, so that BIC compares. */
static void cut(const struct findings *f, const struct column *ops, struct rivals *r)
{
	size_t from = f->fit.shape == SHAPE_ONSET ? 0 : f->from, to = f->tr.n;

	while (ops && from < to && isnan(ops_at(ops, f->tr.t[from])))
		from++;
	while (ops && to > from && isnan(ops_at(ops, f->tr.t[to - 1])))
		to--;
	r->from = from;
	track_slice(&f->tr, from, to, &r->tr);
}

/* The level of each segment; for restarts one for all. */
static void levels(const struct rivals *r, enum growth_driver k, struct design *d)
{
	design_levels(d, &r->tr);
	if (k != GROWS_RESTARTS)
		return;
	d->p = 1;
	for (size_t i = 0; i < d->n; i++)
		d->x[0][i] = 1;
}

static void add_cycles(const struct findings *f, size_t from, struct design *d)
{
	for (size_t j = f->tr.segments; j < f->base.p; j++)
		design_add(d, f->base.x[j] + from);
}

/* Maximum likelihood at one phi < 1, priced by the rank. */
static double bic_at(const struct rivals *r, const struct design *d, double phi, size_t *rank)
{
	double x[LSQ_MAX_P][TRACK_MAX], y[TRACK_MAX], n = (double)r->tr.n, logdet = 0;
	const double *col[LSQ_MAX_P];
	struct gls g;
	struct lsq fit;

	gls_init(&g, &r->tr, phi);
	for (size_t j = 0; j < d->p; j++) {
		gls_whiten(&g, d->x[j], x[j]);
		col[j] = x[j];
	}
	gls_whiten(&g, r->tr.y, y);
	for (size_t i = 0; i < r->tr.n; i++)
		logdet -= 2 * log(g.scale[i]);
	if (lsq_fit(col, d->p, y, r->tr.n, &fit, NULL) != SK_OK)
		return INFINITY;
	*rank = fit.rank;
	return n * log(fmax(fit.rss / n, r->tr.quantum * r->tr.quantum / 4)) + logdet + log(n) * (double)fit.rank;
}

static void offer(struct rivals *r, enum growth_driver k, const struct design *d, bool cycles)
{
	for (size_t i = 0; i < sizeof(phis) / sizeof(*phis); i++) {
		size_t rank = 0;
		double bic = bic_at(r, d, phis[i], &rank);

		if (rank < d->p || !(bic < r->bic[k])) /* a regressor that the levels span explains nothing */
			continue;
		r->bic[k] = bic;
		r->cycles[k] = cycles;
	}
}

static void run(const struct findings *f, enum growth_driver k, struct rivals *r)
{
	struct design d;
	bool cycles = f->base.p > f->tr.segments;

	for (int with = 0; with <= cycles; with++) {
		levels(r, k, &d);
		if (with)
			add_cycles(f, r->from, &d);
		if (k == GROWS_UNKNOWN || design_add(&d, r->x[k]))
			offer(r, k, &d, with);
	}
}

/* Values of the regressor at the points; false where it is not known or does not move. */
static bool regressor(const struct column *c, const struct track *tr, double *x)
{
	double lo = INFINITY, hi = -INFINITY;

	for (size_t i = 0; c && i < tr->n; i++) {
		x[i] = ops_at(c, tr->t[i]);
		if (isnan(x[i]))
			return false;
		lo = fmin(lo, x[i]);
		hi = fmax(hi, x[i]);
	}
	return hi - lo >= 1;
}

/* What is left over of a line through them. */
bool rivals_even_load(const struct rivals *r)
{
	const double *col[2];
	struct design d;
	struct lsq line, level;

	if (!r->known[GROWS_OPERATIONS])
		return false;
	design_levels(&d, &r->tr);
	col[0] = d.x[0];
	col[1] = r->tr.u;
	return r->tr.segments == 1 && lsq_fit(col, 1, r->x[GROWS_OPERATIONS], r->tr.n, &level, NULL) == SK_OK &&
	       lsq_fit(col, 2, r->x[GROWS_OPERATIONS], r->tr.n, &line, NULL) == SK_OK && line.rss < 1e-3 * level.rss;
}

void rivals_line_up(const struct findings *f, const struct column *ops, const struct column *processes, struct rivals *r)
{
	memset(r, 0, sizeof(*r));
	for (size_t k = 0; k < GROWS_DRIVERS; k++)
		r->bic[k] = INFINITY;
	cut(f, ops, r);
	if (r->tr.n < MIN_POINTS)
		return;
	for (size_t i = 0; i < r->tr.n; i++) {
		r->x[GROWS_TIME][i] = r->tr.t[i];
		r->x[GROWS_RESTARTS][i] = (double)r->tr.segment[i];
	}
	r->known[GROWS_UNKNOWN] = r->known[GROWS_TIME] = true;
	r->known[GROWS_OPERATIONS] = regressor(ops, &r->tr, r->x[GROWS_OPERATIONS]);
	r->known[GROWS_CONNECTIONS] = regressor(processes, &r->tr, r->x[GROWS_CONNECTIONS]);
	r->known[GROWS_RESTARTS] = r->tr.segments > 2;
}

enum growth_driver rivals_race(const struct findings *f, struct rivals *r)
{
	size_t best = GROWS_UNKNOWN;

	if (!r->known[GROWS_OPERATIONS] && !r->known[GROWS_CONNECTIONS] && !r->known[GROWS_RESTARTS])
		return GROWS_UNKNOWN;
	for (size_t k = 0; k < GROWS_DRIVERS; k++) {
		if (r->known[k])
			run(f, (enum growth_driver)k, r);
		if (r->bic[k] < r->bic[best])
			best = k;
	}
	for (size_t k = 0; k < GROWS_DRIVERS; k++)
		if (k != best && r->bic[k] < r->bic[best] + DRIVER_LEAD)
			return GROWS_UNKNOWN;
	/* under an even load the two differ by when the counter was read, and time is read best: that is no proof against operations */
	if (best == GROWS_TIME && (!r->known[GROWS_OPERATIONS] || rivals_even_load(r)))
		return GROWS_UNKNOWN;
	return (enum growth_driver)best;
}

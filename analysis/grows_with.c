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

/* y is a line in x: what is left over of it is nearly nothing. */
static bool is_line(const struct rivals *r, const double *x, const double *y)
{
	const double *col[2];
	struct design d;
	struct lsq line, level;

	design_levels(&d, &r->tr);
	col[0] = d.x[0];
	col[1] = x;
	return r->tr.segments == 1 && lsq_fit(col, 1, y, r->tr.n, &level, NULL) == SK_OK &&
	       lsq_fit(col, 2, y, r->tr.n, &line, NULL) == SK_OK && line.rss < 1e-3 * level.rss;
}

bool rivals_even(const struct rivals *r, enum growth_driver k)
{
	return r->known[k] && is_line(r, r->tr.u, r->x[k]);
}

/* What happens now and then: few of them are no regressor, and those that came with the operations are no other one. */
static void line_up_events(const struct column *c, enum growth_driver k, struct rivals *r)
{
	double *x = r->x[k];

	if (!regressor(c, &r->tr, x) || x[r->tr.n - 1] - x[0] < DRIVER_EVENTS)
		return;
	r->twin[k] = r->known[GROWS_OPERATIONS] && is_line(r, r->x[GROWS_OPERATIONS], x);
	r->known[k] = !r->twin[k];
}

void rivals_line_up(const struct findings *f, const struct counters *c, struct rivals *r)
{
	memset(r, 0, sizeof(*r));
	for (size_t k = 0; k < GROWS_DRIVERS; k++)
		r->bic[k] = INFINITY;
	cut(f, c->ops, r);
	if (r->tr.n < MIN_POINTS)
		return;
	for (size_t i = 0; i < r->tr.n; i++) {
		r->x[GROWS_TIME][i] = r->tr.t[i];
		r->x[GROWS_RESTARTS][i] = (double)r->tr.segment[i];
	}
	r->known[GROWS_UNKNOWN] = r->known[GROWS_TIME] = true;
	r->known[GROWS_OPERATIONS] = regressor(c->ops, &r->tr, r->x[GROWS_OPERATIONS]);
	r->known[GROWS_CONNECTIONS] = regressor(c->processes, &r->tr, r->x[GROWS_CONNECTIONS]);
	r->known[GROWS_RESTARTS] = r->tr.segments > 2;
	line_up_events(c->connects, GROWS_CONNECTS, r);
	line_up_events(c->reloads, GROWS_RELOADS, r);
}

/* Something beside time is in the race. */
static bool is_race(const struct rivals *r)
{
	for (size_t k = 0; k < GROWS_DRIVERS; k++)
		if (r->known[k] && k != GROWS_UNKNOWN && k != GROWS_TIME)
			return true;
	return false;
}

enum growth_driver rivals_race(const struct findings *f, struct rivals *r)
{
	size_t best = GROWS_UNKNOWN;

	if (!is_race(r))
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
	if (best == GROWS_TIME && (!r->known[GROWS_OPERATIONS] || rivals_even(r, GROWS_OPERATIONS) ||
				   rivals_even(r, GROWS_CONNECTS) || rivals_even(r, GROWS_RELOADS)))
		return GROWS_UNKNOWN;
	return (enum growth_driver)best;
}

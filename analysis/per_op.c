/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Regression on operations instead of on time. */
#include "analysis/per_op.h"

#include <math.h>

#include "analysis/effect.h"
#include "analysis/gls.h"

/*
 * Standard error of the last column with the innovations taken as white. The long-run variance of residuals is biased downwards,
 * and with it the interval held the truth in 91 % only; it counts where it is the larger one. 0 for a walk, which has its own.
 */
static double white_error(const struct track *tr, const double *const x[], size_t p, const struct py_test *t)
{
	double w[LSQ_MAX_P][TRACK_MAX], y[TRACK_MAX];
	const double *col[LSQ_MAX_P];
	struct gls g;
	struct lsq fit;

	if (t->phi >= 1)
		return 0;
	gls_init(&g, tr, fmax(t->phi, 0));
	for (size_t j = 0; j < p; j++) {
		gls_whiten(&g, x[j], w[j]);
		col[j] = w[j];
	}
	gls_whiten(&g, tr->y, y);
	if (lsq_fit(col, p, y, tr->n, &fit, NULL) != SK_OK || isnan(fit.var[p - 1]))
		return 0;
	return sqrt(fit.rss / (double)t->df * fit.var[p - 1]);
}

/* Growth is proven to go with something else. */
static bool excluded(const struct rivals *r, enum growth_driver won, enum growth_driver k)
{
	return won != GROWS_UNKNOWN && won != k && !(r->twin[k] && won == GROWS_OPERATIONS);
}

/* It came so evenly that growth with it and with time is the same line; a twin of the operations as they. */
static bool same_line(const struct rivals *r, enum growth_driver won, enum growth_driver k)
{
	return won == GROWS_UNKNOWN && (rivals_even(r, k) || (r->twin[k] && rivals_even(r, GROWS_OPERATIONS)));
}

/* Of regressor k within an hour, by least squares from where the rate is of: when a counter was read differs from row to row. NaN: none. */
static double units_per_hour(const struct findings *f, const struct rivals *r, enum growth_driver k)
{
	const struct track *tr = &r->tr;
	double n = 0, mean = 0, squares = 0, products = 0, from = f->tr.t[f->from];

	for (size_t i = 0; i < tr->n; i++)
		if (tr->t[i] >= from)
			mean += (tr->t[i] - mean) / ++n;
	for (size_t i = 0; i < tr->n; i++) {
		if (tr->t[i] < from)
			continue;
		squares += (tr->t[i] - mean) * (tr->t[i] - mean);
		products += (tr->t[i] - mean) * r->x[k][i];
	}
	return products > 0 ? products / squares * 3600 : NAN;
}

/*
 * What is said to be the same line has the same slope: a line of its own would also take the steps and the warm-up for growth that
 * the rate leaves out.
 */
static void share_rate(const struct series_verdict *v, double units, double *bytes, double *lo, double *hi)
{
	*bytes = v->rate_kb_per_h * 1024 / units;
	*lo = v->rate_lo * 1024 / units;
	*hi = v->rate_hi * 1024 / units;
}

/* Bytes per unit of regressor k, and the interval; where that cannot be said all three stay as they are. */
static void per_unit(const struct findings *f, const struct rivals *r, enum growth_driver k, double *bytes, double *lo,
		     double *hi)
{
	const double *col[LSQ_MAX_P];
	struct py_test t;
	struct design d;

	if ((!r->known[k] && !r->twin[k]) || r->tr.segments != 1)
		return;
	design_levels(&d, &r->tr);
	for (size_t j = f->tr.segments; j < f->base.p && r->cycles[k]; j++)
		design_add(&d, f->base.x[j] + r->from);
	if (!design_add(&d, r->x[k]))
		return;
	design_columns(&d, col);
	if (py_trend(&r->tr, col, d.p, 2, &t) != SK_OK)
		return;
	double q = effect_quantile(t.df), se = fmax(t.se, white_error(&r->tr, col, d.p, &t));

	*bytes = t.slope * 1024;
	*lo = (t.slope - q * se) * 1024;
	*hi = (t.slope + q * se) * 1024;
}

void per_op(const struct findings *f, const struct rivals *r, struct series_verdict *v)
{
	struct {
		enum growth_driver k;
		double *bytes, *lo, *hi;
	} of[] = {
		{ GROWS_OPERATIONS, &v->per_op_bytes, &v->per_op_lo, &v->per_op_hi },
		{ GROWS_CONNECTS, &v->per_connection_bytes, &v->per_connection_lo, &v->per_connection_hi },
		{ GROWS_RELOADS, &v->per_reload_bytes, &v->per_reload_lo, &v->per_reload_hi },
	};

	for (size_t i = 0; i < sizeof(of) / sizeof(*of); i++) {
		if (same_line(r, v->grows_with, of[i].k))
			share_rate(v, units_per_hour(f, r, of[i].k), of[i].bytes, of[i].lo, of[i].hi);
		else if (!excluded(r, v->grows_with, of[i].k))
			per_unit(f, r, of[i].k, of[i].bytes, of[i].lo, of[i].hi);
	}
}

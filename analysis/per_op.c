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

void per_op(const struct findings *f, const struct rivals *r, struct series_verdict *v)
{
	bool other = v->grows_with != GROWS_UNKNOWN && v->grows_with != GROWS_OPERATIONS;
	const double *col[LSQ_MAX_P];
	struct py_test t;
	struct design d;

	if (!r->known[GROWS_OPERATIONS] || r->tr.segments != 1 || other)
		return;
	design_levels(&d, &r->tr);
	for (size_t j = f->tr.segments; j < f->base.p && r->cycles[GROWS_OPERATIONS]; j++)
		design_add(&d, f->base.x[j] + r->from);
	if (!design_add(&d, r->x[GROWS_OPERATIONS]))
		return;
	design_columns(&d, col);
	if (py_trend(&r->tr, col, d.p, 2, &t) != SK_OK)
		return;
	double q = effect_quantile(t.df), se = fmax(t.se, white_error(&r->tr, col, d.p, &t));

	v->per_op_bytes = t.slope * 1024;
	v->per_op_lo = (t.slope - q * se) * 1024;
	v->per_op_hi = (t.slope + q * se) * 1024;
}

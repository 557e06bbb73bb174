/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The last third against the whole, and each segment between restarts. */
#include "analysis/persist.h"

#include <math.h>

#include "analysis/hac.h"

/* y less all of the model but its tail. */
static bool adjusted(const struct findings *f, double *y)
{
	const double *col[LSQ_MAX_P];
	struct lsq fit;

	for (size_t j = 0; j < f->full.p; j++)
		col[j] = f->full.x[j];
	if (lsq_fit(col, f->full.p, f->tr.y, f->tr.n, &fit, y) != SK_OK)
		return false;
	for (size_t i = 0; i < f->tr.n; i++)
		y[i] += fit.beta[f->tail] * f->full.x[f->tail][i];
	return true;
}

static bool segments_grow(const struct findings *f, const double *y)
{
	size_t a = 0;

	for (size_t i = 1; i <= f->tr.n; i++) {
		struct hac_slope h;

		if (i < f->tr.n && f->tr.segment[i] == f->tr.segment[a])
			continue;
		if (hac_slope(f->tr.t + a, y + a, i - a, &h) == SK_OK && h.slope < .3 * f->test.slope)
			return false;
		a = i;
	}
	return true;
}

bool persist_check(struct findings *f)
{
	double y[TRACK_MAX], page;
	struct hac_slope before, last;
	size_t from = f->tr.n - (f->tr.n - f->from) / 3;

	f->last_slope = f->last_se = NAN;
	if (!adjusted(f, y))
		return true;
	if (f->tr.segments > 1)
		return segments_grow(f, y);
	if (hac_slope(f->tr.t + f->from, y + f->from, from - f->from, &before) != SK_OK ||
	    hac_slope(f->tr.t + from, y + from, f->tr.n - from, &last) != SK_OK)
		return true;
	page = f->tr.quantum / (f->tr.t[f->tr.n - 1] - f->tr.t[from]) / 4;
	f->last_slope = last.slope;
	f->last_se = fmax(last.se, page);
	if (last.slope + 2 * hypot(f->last_se, .7 * before.se) < .7 * before.slope)
		return false;
	return last.slope > 0 || last.slope + f->last_se > .6 * f->test.slope;
}

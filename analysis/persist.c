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
	double y[TRACK_MAX];
	struct hac_slope h;
	size_t from = f->tr.n - (f->tr.n - f->from) / 3;

	f->last_slope = f->last_se = NAN;
	if (!adjusted(f, y))
		return true;
	if (f->tr.segments > 1)
		return segments_grow(f, y);
	if (hac_slope(f->tr.t + from, y + from, f->tr.n - from, &h) != SK_OK)
		return true;
	f->last_slope = h.slope;
	f->last_se = fmax(h.se, f->tr.quantum / (f->tr.t[f->tr.n - 1] - f->tr.t[from]) / 4);
	double want = .6 * f->test.slope;

	if (h.slope + 2 * f->last_se < want)
		return false;
	return h.slope > 0 || h.slope + f->last_se > want;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What kind of growth it is: even, in stairs, in bursts, from some moment on, faster and faster. */
#include <math.h>

#include "analysis/judge.h"

/* Increments over 6 robust sd and 4 quanta: how many, in how many runs, and their share of the whole growth. */
struct jumps {
	size_t n, runs;
	double share;
};

static void count_jumps(const struct track *tr, size_t from, struct jumps *out)
{
	double d[TRACK_MAX], dev[TRACK_MAX], sum = 0, total = tr->y[tr->n - 1] - tr->y[from];
	size_t m = 0;
	bool in = false;

	*out = (struct jumps){ 0, 0, 0 };
	for (size_t i = from + 1; i < tr->n; i++)
		if (tr->lag[i] > 0)
			d[m++] = tr->y[i] - tr->y[i - 1];
	if (m < 12 || !(total > 0))
		return;
	double mid = median_small(d, m);

	for (size_t i = 0; i < m; i++)
		dev[i] = fabs(d[i] - mid);
	double limit = fmax(6 * 1.4826 * median_small(dev, m), 4 * tr->quantum);

	for (size_t i = 0; i < m; i++) {
		bool jump = d[i] - mid > limit;

		out->n += jump;
		out->runs += jump && !in;
		sum += jump ? d[i] : 0;
		in = jump;
	}
	out->share = sum / total;
}

/* A knee with a line before it: faster after it is accelerating, slower is a warm-up that goes over into a leak. */
static enum leak_kind broken_kind(const struct findings *f)
{
	const double *col[LSQ_MAX_P];
	struct lsq fit;

	for (size_t j = 0; j < f->full.p; j++)
		col[j] = f->full.x[j];
	if (lsq_fit(col, f->full.p, f->tr.y, f->tr.n, &fit, NULL) != SK_OK)
		return LEAK_LINEAR;
	double before = fit.beta[f->tail - 1], after = fit.beta[f->tail];

	if (before > .2 * after)
		return after > 1.2 * before ? LEAK_ACCELERATING : LEAK_LINEAR;
	return after > before ? LEAK_ONSET : LEAK_LINEAR;
}

enum leak_kind leak_kind_of(const struct findings *f)
{
	struct jumps j;

	if (f->tr.segments > 1)
		return LEAK_ACROSS_RESTARTS;
	if (f->sawtooth)
		return LEAK_UNDER_SAWTOOTH;
	if (f->fit.shape == SHAPE_ONSET)
		return LEAK_ONSET;
	if (f->fit.shape == SHAPE_BROKEN && broken_kind(f) != LEAK_LINEAR)
		return broken_kind(f);
	count_jumps(&f->tr, f->from, &j);
	if (j.runs >= 3 && j.share > .6)
		return j.n > 2 * j.runs ? LEAK_BURSTY : LEAK_STAIRCASE;
	return LEAK_LINEAR;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What kind of growth it is: even, in stairs, in bursts, from some moment on, faster and faster. */
#include <math.h>
#include <string.h>

#include <gsl/gsl_sort.h>

#include "analysis/explain.h"
#include "analysis/judge.h"
#include "analysis/ols.h"
#include "analysis/season.h"
#include "analysis/stairs.h"

/* What a line takes off the sum of squares over what it leaves. */
static double explained(const struct ols *f)
{
	double t = f->slope / f->slope_se;

	return t * t / (double)(f->n - 2);
}

/*
 * The load rests for at least `least` of the time, and operations explain the growth better than time: it grows in the bursts alone.
 * The price of the comparison is the same, so the residual sums decide; 6 of BIC is "strong" (Kass and Raftery, JASA 90 (1995) 773-795).
 */
static bool follows_bursts(const struct findings *f, const struct column *ops, double least)
{
	double o[TRACK_MAX], rate[TRACK_MAX], rest = 0, top;
	const double *y = f->tr.y + f->from, *t = f->tr.t + f->from;
	size_t n = f->tr.n - f->from;
	struct ols by_time, by_ops;

	if (!ops || n < 24)
		return false;
	for (size_t i = 0; i < n; i++) {
		o[i] = ops_at(ops, t[i]);
		if (!isfinite(o[i]))
			return false;
		rate[i] = i > 0 ? (o[i] - o[i - 1]) / (t[i] - t[i - 1]) : 0;
	}
	gsl_sort(rate, 1, n);
	top = rate[n - 1 - n / 20];
	for (size_t i = 0; i < n; i++)
		rest += rate[i] < .3 * top;
	if (rest < least * (double)n || ols_fit(t, y, n, &by_time) != SK_OK || ols_fit(o, y, n, &by_ops) != SK_OK)
		return false;
	return (double)n * (log1p(explained(&by_ops)) - log1p(explained(&by_time))) > 6;
}

/* y less a warm-up or jumps beside the line: what they leave bends it, and a bent line is easily a row of levels. */
static void line_alone(const struct findings *f, double *y)
{
	memcpy(y, f->tr.y, f->tr.n * sizeof(*y));
	if (f->fit.shape == SHAPE_TREND || !f->modelled)
		return;
	for (size_t j = f->base.p; j < f->tail; j++)
		for (size_t i = 0; i < f->tr.n; i++)
			y[i] -= f->model.beta[j] * f->full.x[j][i];
}

/* Jumps, or ramps that take time. */
static enum leak_kind portions(const struct findings *f, const struct column *ops)
{
	struct stairs s;
	double y[TRACK_MAX];

	if (follows_bursts(f, ops, .35))
		return LEAK_BURSTY;
	line_alone(f, y);
	if (!stairs_find(f->tr.t + f->from, y + f->from, f->tr.n - f->from, f->tr.quantum, &s))
		return LEAK_LINEAR;
	return s.ramps > .4 ? LEAK_BURSTY : LEAK_STAIRCASE;
}

/* A knee with a line before it: faster after it is accelerating, slower is a warm-up that goes over into a leak. */
static enum leak_kind broken_kind(const struct findings *f)
{
	if (!f->modelled)
		return LEAK_LINEAR;
	double before = f->model.beta[f->tail - 1], after = f->model.beta[f->tail];

	if (before > .2 * after)
		return after > BEND_SPEEDS * before ? LEAK_ACCELERATING : LEAK_LINEAR;
	return after > before ? LEAK_ONSET : LEAK_LINEAR;
}

enum leak_kind leak_kind_of(const struct findings *f, const struct column *ops, bool rests)
{
	if (f->tr.segments > 1)
		return LEAK_ACROSS_RESTARTS;
	if (rests && follows_bursts(f, ops, .1)) /* the pauses are ours: by operation it grows evenly */
		return LEAK_LINEAR;
	if (f->sawtooth)
		return LEAK_UNDER_SAWTOOTH;
	if (f->fit.shape == SHAPE_CURVE)
		return LEAK_ACCELERATING;
	if (f->fit.shape == SHAPE_ONSET)
		return LEAK_ONSET;
	if (f->fit.shape == SHAPE_BROKEN && broken_kind(f) != LEAK_LINEAR)
		return broken_kind(f);
	return f->teeth ? LEAK_UNDER_SAWTOOTH : portions(f, ops);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The last third against the whole, and each segment between restarts. */
#include "analysis/persist.h"

#include <math.h>

#include "analysis/hac.h"

#define PHI_MAX .93
#define LEAST   8   /* points of a slope */
#define STILL   .4  /* of the slope must be left in the last part where a jump or a curve is in the model */
#define REST    .4  /* of the tail without */
#define RESTING .15 /* of its slope is no steady growth */
#define WARY    .6  /* of the earlier slope must be left in the last part where the series slowed down or fell before */

/* y less all of the model but its tail. */
static bool adjusted(const struct findings *f, double *y)
{
	for (size_t i = 0; f->modelled && i < f->tr.n; i++)
		y[i] = f->left[i] + f->model.beta[f->tail] * f->full.x[f->tail][i];
	return f->modelled;
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

/*
 * Error of a slope over n points: hac.h is too small where noise remembers and points are few, so that of an AR(1) with the test's
 * autocorrelation stands beside it. Capped: near 1 nothing would ever be slower.
 */
static double slope_error(const struct findings *f, const struct hac_slope *h, size_t n, double span)
{
	double phi = fmin(fmax(f->test.phi, 0), PHI_MAX);

	return fmax(h->se, f->noise / span * sqrt(12 / (double)n * (1 + phi) / (1 - phi)));
}

/* Where the last part begins: a third before the end, or at a fall with as much after it. */
static size_t last_part(const struct findings *f)
{
	size_t third = f->tr.n - (f->tr.n - f->from) / 3, i = f->from;

	while (f->fell > 0 && i < third && f->tr.t[i] < f->fell_s)
		i++;
	return i > f->from + LEAST && f->fell > 0 ? i : third;
}

/* A line with something else on it: jumps or curves that do not quite fit leave a slope, and an error too wide to refute it. */
static bool beside_another(enum shape s)
{
	return s != SHAPE_TREND && s != SHAPE_CURVE && s != SHAPE_ONSET;
}

/*
 * It rested for long: pools and high-water marks grow by a few records, farther and farther apart, and look like a row of stairs. Only the errors
 * inside of the window count: those of the line hold the very rises that are missing there.
 */
static bool rested(const struct findings *f, const double *y)
{
	size_t n = f->tr.n - f->from, wide = (size_t)(REST * (double)n);

	if (shape_bends(f->fit.shape) || f->base.p > f->tr.segments ||
	    wide < LEAST) /* with a load or a cycle it rests at night */
		return false;
	for (size_t a = f->from; a + wide <= f->tr.n; a += wide / 8 + 1) {
		struct hac_slope h;

		if (hac_slope(f->tr.t + a, y + a, wide, &h) == SK_OK && h.slope + 3 * h.se < RESTING * f->test.slope)
			return true;
	}
	return false;
}

bool persist_check(struct findings *f)
{
	double y[TRACK_MAX], page;
	struct hac_slope before, last;
	size_t from = last_part(f);

	f->last_slope = f->last_se = NAN;
	if (f->fit.shape == SHAPE_CREEP)
		return false;
	if (!adjusted(f, y))
		return true;
	if (f->tr.segments > 1)
		return segments_grow(f, y);
	if (hac_slope(f->tr.t + f->from, y + f->from, from - f->from, &before) != SK_OK ||
	    hac_slope(f->tr.t + from, y + from, f->tr.n - from, &last) != SK_OK)
		return true;
	double last_s = f->tr.t[f->tr.n - 1] - f->tr.t[from], before_s = f->tr.t[from] - f->tr.t[f->from];

	page = f->tr.quantum / last_s / 4;
	f->last_slope = last.slope;
	f->last_se = fmax(slope_error(f, &last, f->tr.n - from, last_s), page);
	if ((f->warmup_s > 0 || f->fell > 0) && last.slope < WARY * before.slope)
		return false;
	if (beside_another(f->fit.shape) && last.slope < STILL * f->test.slope)
		return false;
	if (rested(f, y))
		return false;
	if (last.slope + 2 * hypot(f->last_se, .7 * slope_error(f, &before, from - f->from, before_s)) < .7 * before.slope)
		return false;
	return last.slope > 0 || last.slope + f->last_se > .6 * f->test.slope;
}

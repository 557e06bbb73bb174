/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Differences from a line, the height of a line, and the levels at two ends: what the picture shows beside the fit. */
#include "analysis/residuals.h"

#include <math.h>
#include <stdlib.h>

#define ENOUGH_FOR_SCATTER 3
#define ENOUGH_FOR_LAG     8
#define WITHIN_SD          .6827 /* of normal noise */

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Of v[n], which is sorted for it. */
static double median_of(double *v, size_t n)
{
	if (n == 0)
		return NAN;
	qsort(v, n, sizeof(*v), by_value);
	return n % 2 ? v[n / 2] : v[n / 2 - 1] / 2 + v[n / 2] / 2;
}

static struct block less(const struct block *b, double y)
{
	return (struct block){ b->n, b->t, b->mean - y, b->median - y, b->min - y, b->max - y };
}

void residuals_describe(const struct block *b, size_t n, struct residuals *r)
{
	double away[RESIDUALS_MAX], products = 0, first = 0, second = 0;
	size_t pairs = 0;

	*r = (struct residuals){ 0, NAN, NAN };
	for (size_t i = 0; i < n && r->n < RESIDUALS_MAX; i++) {
		if (b[i].n == 0)
			continue;
		away[r->n++] = fabs(b[i].median);
		if (i == 0 || b[i - 1].n == 0)
			continue;
		pairs++;
		products += b[i - 1].median * b[i].median;
		first += b[i - 1].median * b[i - 1].median;
		second += b[i].median * b[i].median;
	}
	qsort(away, r->n, sizeof(*away), by_value);
	if (r->n >= ENOUGH_FOR_SCATTER)
		r->scatter = away[(size_t)ceil(WITHIN_SD * (double)r->n) - 1];
	if (pairs >= ENOUGH_FOR_LAG && first > 0 && second > 0)
		r->lag = products / sqrt(first * second);
}

/* Of v[n], ascending, without one and a hundredth of them at that end. */
static double trimmed(const double *v, size_t n, bool top)
{
	size_t left_out = 1 + n / 100;

	return top ? v[n - 1 - left_out] : v[left_out];
}

/* Beyond which values are out of range; infinite where all belong to it. */
static void fences(const struct block *b, size_t n, double *lo, double *hi)
{
	double min[RESIDUALS_MAX], max[RESIDUALS_MAX];
	size_t k = 0;

	for (size_t i = 0; i < n && k < RESIDUALS_MAX; i++) {
		if (b[i].n > 0) {
			min[k] = b[i].min;
			max[k++] = b[i].max;
		}
	}
	*lo = -INFINITY;
	*hi = INFINITY;
	if (k < RANGE_LEAST)
		return;
	qsort(min, k, sizeof(*min), by_value);
	qsort(max, k, sizeof(*max), by_value);

	double from = trimmed(min, k, false), to = trimmed(max, k, true);

	if (to > from) {
		*lo = from - RANGE_AWAY * (to - from);
		*hi = to + RANGE_AWAY * (to - from);
	}
}

size_t residuals_range(const struct block *b, size_t n, double *lo, double *hi, double *farthest)
{
	double bottom, top, most = 0;
	size_t beyond = 0;

	*lo = *hi = *farthest = NAN;
	fences(b, n, &bottom, &top);
	for (size_t i = 0; i < n; i++) {
		if (b[i].n == 0)
			continue;
		if (b[i].min >= bottom)
			*lo = fmin(*lo, b[i].min);
		if (b[i].max <= top)
			*hi = fmax(*hi, b[i].max);
		beyond += b[i].min < bottom || b[i].max > top;
		if (fmax(bottom - b[i].min, b[i].max - top) > most) {
			most = fmax(bottom - b[i].min, b[i].max - top);
			*farthest = bottom - b[i].min > b[i].max - top ? b[i].min : b[i].max;
		}
	}
	return beyond;
}

size_t residuals_of(const struct block *b, size_t n, const struct fit_line *l, struct block *out, struct residuals *r)
{
	double slope = (l->y1 - l->y0) / (l->t1 - l->t0);
	size_t kept = 0, last = 0;

	for (size_t i = 0; i < n; i++) {
		if (b[i].n > 0 && (b[i].t < l->t0 || b[i].t > l->t1))
			continue;
		if (b[i].n == 0 && kept == 0)
			continue;
		out[kept++] = b[i].n > 0 ? less(&b[i], l->y0 + slope * (b[i].t - l->t0)) : b[i];
		if (out[kept - 1].n > 0)
			last = kept;
	}
	residuals_describe(out, last, r);
	return last;
}

double line_level(const double *x, const double *y, size_t n, double slope)
{
	double level[SERIES_DRAWN];

	if (n > SERIES_DRAWN)
		return NAN;
	for (size_t i = 0; i < n; i++)
		level[i] = y[i] - slope * x[i];
	return median_of(level, n);
}

/* Of the blocks from .. to; *n of them. */
static double level_within(const struct block *b, size_t n_blocks, double from, double to, size_t *n)
{
	double v[SERIES_DRAWN];

	*n = 0;
	for (size_t i = 0; i < n_blocks && *n < SERIES_DRAWN; i++)
		if (b[i].n > 0 && b[i].t >= from && b[i].t <= to)
			v[(*n)++] = b[i].median;
	return median_of(v, *n);
}

double block_at(const struct block *b, size_t n, double t, double width)
{
	double best = NAN, away = width;

	for (size_t i = 0; i < n; i++) {
		if (b[i].n > 0 && fabs(b[i].t - t) <= away) {
			away = fabs(b[i].t - t);
			best = b[i].median;
		}
	}
	return best;
}

/* Median and scatter of the blocks around t, at the ends beside it: of a tenth of the span, wider until there are LEVEL_BLOCKS; NaN: none. */
static double level_around(const struct block *b, size_t n, double from, double to, double t, double *scatter)
{
	double v[SERIES_DRAWN], width = (to - from) / 10, level, start;
	size_t k = 0;

	for (; k < LEVEL_BLOCKS && width <= 2 * (to - from); width *= 1.25) {
		start = fmax(from, fmin(t - width / 2, to - width));
		k = 0;
		for (size_t i = 0; i < n && k < SERIES_DRAWN; i++)
			if (b[i].n > 0 && b[i].t >= start && b[i].t <= fmin(start + width, to))
				v[k++] = b[i].median;
	}
	level = median_of(v, k);
	for (size_t i = 0; i < k; i++)
		v[i] = fabs(v[i] - level);
	*scatter = 1.4826 * median_of(v, k);
	return level;
}

bool reading_at_level(const struct block *b, size_t n, const double *t, size_t n_t, double from, double to, double width,
		      bool last, double *at)
{
	double scatter, change = level_around(b, n, from, to, to, &scatter) - level_around(b, n, from, to, from, &scatter);

	for (size_t i = 0; i < n_t; i++) {
		*at = t[last ? n_t - 1 - i : i];
		if (!(*at >= from && *at <= to))
			continue;
		double level = level_around(b, n, from, to, *at, &scatter);

		if (fabs(block_at(b, n, *at, width) - level) <= fmax(LEVEL_SCATTERS * scatter, LEVEL_LEAST * fabs(change)))
			return true;
	}
	return false;
}

bool blocks_ends(const struct block *b, size_t n, double from, double to, double *start, double *end)
{
	size_t within, some;
	double tenth = (to - from) / 10;

	level_within(b, n, from, to, &within);
	*start = level_within(b, n, from, from + tenth, &some);
	if (some == 0)
		*start = within > 0 ? 0 : NAN;
	*end = level_within(b, n, to - tenth, to, &some);
	if (some == 0)
		*end = within > 0 ? 0 : NAN;
	return within > 0;
}

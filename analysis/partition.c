/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Optimal partitioning by dynamic programming over prefix sums. */
#include "analysis/partition.h"

#include <math.h>

#include "analysis/track.h"

#define RAMP_MIN 3 /* points of a ramp; two are a jump */

struct sums { /* of the first i points: y, y^2, i y */
	double y[TRACK_MAX + 1], yy[TRACK_MAX + 1], iy[TRACK_MAX + 1];
};

static void add_up(const double *y, size_t n, struct sums *s)
{
	s->y[0] = s->yy[0] = s->iy[0] = 0;
	for (size_t i = 0; i < n; i++) {
		s->y[i + 1] = s->y[i] + y[i];
		s->yy[i + 1] = s->yy[i] + y[i] * y[i];
		s->iy[i + 1] = s->iy[i] + (double)i * y[i];
	}
}

static double noise(const double *y, size_t n)
{
	double d[TRACK_MAX] = { 0 };

	for (size_t i = 1; i < n && i < TRACK_MAX; i++)
		d[i - 1] = fabs(y[i] - y[i - 1]);
	return 1.4826 /* MAD to sigma */ * median_small(d, n - 1) / M_SQRT2;
}

/* Sum of squares about the mean of points a .. b - 1, and what their own line takes off it. */
static double about_mean(const struct sums *s, size_t a, size_t b, double *by_line)
{
	double m = (double)(b - a), sum = s->y[b] - s->y[a], mid = ((double)a + (double)b - 1) / 2;
	double sxy = s->iy[b] - s->iy[a] - mid * sum, sxx = m * (m * m - 1) / 12;

	*by_line = sxx > 0 ? sxy * sxy / sxx : 0;
	return s->yy[b] - s->yy[a] - sum * sum / m;
}

static void fit_part(const struct sums *s, struct part *p)
{
	double m = (double)(p->to - p->from), sum = s->y[p->to] - s->y[p->from], mid = ((double)p->from + (double)p->to - 1) / 2;
	double slope = p->ramp ? (s->iy[p->to] - s->iy[p->from] - mid * sum) / (m * (m * m - 1) / 12) : 0;

	p->first = sum / m - slope * (m - 1) / 2;
	p->last = sum / m + slope * (m - 1) / 2;
}

/* Least residual sum plus price of each part; a ramp has a slope more and costs half as much again. */
static void partition(const struct sums *s, size_t n, double price, bool ramps, struct parts *out)
{
	double best[TRACK_MAX + 1] = { 0 };
	size_t last[TRACK_MAX + 1], k = 0;
	bool ramp[TRACK_MAX + 1];

	for (size_t b = 1; b <= n; b++) {
		best[b] = INFINITY;
		for (size_t a = 0; a < b; a++) {
			double by_line, level = best[a] + about_mean(s, a, b, &by_line) + price;
			bool r = ramps && b - a >= RAMP_MIN && by_line > price / 2;
			double c = r ? level - by_line + price / 2 : level;

			if (c < best[b]) {
				best[b] = c;
				last[b] = a;
				ramp[b] = r;
			}
		}
	}
	for (size_t b = n; b > 0; b = last[b])
		k++;
	out->n = k;
	for (size_t b = n; b > 0; b = last[b]) {
		out->p[--k] = (struct part){ .from = last[b], .to = b, .ramp = ramp[b] };
		fit_part(s, &out->p[k]);
	}
}

double partition_bic(const double *e, size_t n, double p, double quantum)
{
	double ee = 0, el = 0, v;

	for (size_t i = 0; i < n; i++)
		ee += e[i] * e[i];
	for (size_t i = 1; i < n; i++)
		el += e[i] * e[i - 1];
	double phi = ee > 0 ? fmin(fmax(el / ee, 0), .99) : 0;

	v = fmax((ee * (1 + phi * phi) - 2 * phi * el) / (double)n, 0) + quantum * quantum / 12;
	return (double)n * log(v) + p * log((double)n);
}

static double bic_parts(const double *y, const struct parts *l, double quantum)
{
	double e[TRACK_MAX], p = 0;

	for (size_t j = 0; j < l->n; j++) {
		const struct part *q = &l->p[j];
		double slope = q->ramp ? (q->last - q->first) / (double)(q->to - q->from - 1) : 0;

		for (size_t i = q->from; i < q->to; i++)
			e[i] = y[i] - q->first - slope * (double)(i - q->from);
		p += q->ramp ? 2 : 1;
	}
	return partition_bic(e, l->p[l->n - 1].to, p, quantum);
}

double partition_best(const double *y, size_t n, double quantum, bool ramps, struct parts *out)
{
	double z[TRACK_MAX], least = INFINITY, sigma = fmax(noise(y, n), quantum / 4);
	struct sums s;
	struct parts l;

	for (size_t i = 0; i < n; i++)
		z[i] = y[i] - y[0]; /* a small rise on a large level keeps its digits */
	add_up(z, n, &s);
	for (double times = 1; times < 100; times *= 3) {
		partition(&s, n, times * log((double)n) * sigma * sigma, ramps, &l);
		double b = bic_parts(z, &l, quantum);

		if (b < least) {
			least = b;
			*out = l;
		}
	}
	for (size_t j = 0; j < out->n; j++) {
		out->p[j].first += y[0];
		out->p[j].last += y[0];
	}
	return least;
}

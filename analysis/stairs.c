/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Levels and ramps by optimal partitioning. */
#include "analysis/stairs.h"

#include <math.h>

#include "analysis/ols.h"

#define RISES_MIN 3
#define LEAD_MIN  25 /* BIC; lines with AR(1) noise of .9 stay below in 19 of 20 cases */
#define RAMP_LEAD -6 /* BIC by which ramps must beat jumps */
#define RAMP_MIN  3  /* points of a ramp; two are a jump */

struct part {
	size_t from, to; /* points from .. to - 1 */
	bool ramp;
	double first, last; /* fitted at its first and last point */
};

struct parts {
	size_t n;
	struct part p[TRACK_MAX];
};

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
	double d[TRACK_MAX];

	for (size_t i = 1; i < n; i++)
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

/*
 * BIC of residuals e under AR(1) with p parameters besides; the variance is never below that of rounding. A part costs its level and its
 * slope, not its place: that is as good as given by those beside it.
 */
static double bic_ar1(const double *e, size_t n, double p, double quantum)
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
	return bic_ar1(e, l->p[l->n - 1].to, p, quantum);
}

static double bic_line(const double *t, const double *y, size_t n, double quantum)
{
	double e[TRACK_MAX];
	struct ols f;

	if (ols_fit(t, y, n, &f) != SK_OK)
		return INFINITY;
	for (size_t i = 0; i < n; i++)
		e[i] = y[i] - f.intercept - f.slope * t[i];
	return bic_ar1(e, n, 3, quantum);
}

/* The cheapest partition of a row of prices, by BIC: few parts under much noise, many where there is none. */
static double best_partition(const struct sums *s, const double *y, size_t n, double quantum, bool ramps, struct parts *best)
{
	double least = INFINITY, sigma = fmax(noise(y, n), quantum / 4);
	struct parts l;

	for (double times = 1; times < 100; times *= 3) {
		partition(s, n, times * log((double)n) * sigma * sigma, ramps, &l);
		double b = bic_parts(y, &l, quantum);

		if (b < least) {
			least = b;
			*best = l;
		}
	}
	return least;
}

/* Residuals of the levels about their means, for the slope inside of them and its error. */
struct inside {
	double sxy, sxx, rr, rl;
	size_t n;
};

static void look_inside(const double *y, const struct part *p, struct inside *in)
{
	double mid = ((double)p->from + (double)p->to - 1) / 2, before = 0;

	for (size_t i = p->from; i < p->to; i++) {
		double x = (double)i - mid, r = y[i] - p->first;

		in->sxy += x * r;
		in->sxx += x * x;
		in->rr += r * r;
		in->rl += i > p->from ? r * before : 0;
		before = r;
		in->n++;
	}
}

/*
 * Slope inside the levels, all together, over that of the whole: near 0 for levels, near 1 for a line that was cut into pieces. The upper
 * edge of its interval: two standard errors, with autocorrelation.
 */
static double inside_slope(const double *y, const struct parts *l, double whole)
{
	struct inside in = { 0, 0, 0, 0, 0 };

	for (size_t j = 0; j < l->n; j++)
		if (!l->p[j].ramp && l->p[j].to - l->p[j].from >= 2)
			look_inside(y, &l->p[j], &in);
	if (!(in.sxx > 0) || in.n < 8)
		return 1;
	double phi = in.rr > 0 ? fmin(fmax(in.rl / in.rr, 0), .95) : 0;

	return (in.sxy / in.sxx + 2 * sqrt(in.rr / (double)in.n / in.sxx * (1 + phi) / (1 - phi))) / whole;
}

static void add_rise(struct stairs *out, double rise, bool ramp, double *up)
{
	out->n += rise > 0;
	*up += fmax(rise, 0);
	if (ramp)
		out->ramps += fmax(rise, 0);
}

static void measure(const double *y, size_t n, const struct parts *l, struct stairs *out)
{
	double up = 0, whole = l->p[l->n - 1].last - l->p[0].first;

	for (size_t j = 0; j < l->n; j++) {
		const struct part *p = &l->p[j];

		out->flat += p->ramp ? 0 : (double)(p->to - p->from) / (double)n;
		if (p->ramp)
			add_rise(out, p->last - p->first, true, &up);
		else if (j > 0 && !l->p[j - 1].ramp)
			add_rise(out, p->first - l->p[j - 1].first, false, &up);
	}
	if (!(up > 0))
		return;
	out->share = whole / up;
	out->ramps /= up;
	out->mean = up / (double)out->n;
	out->inside = inside_slope(y, l, whole / (double)n);
}

static bool portions(const struct stairs *s, double quantum)
{
	return s->n >= RISES_MIN && s->lead > LEAD_MIN && s->flat > .42 && s->share > .7 && s->inside < .6 && s->mean > 3 * quantum;
}

bool stairs_find(const double *t, const double *y, size_t n, double quantum, struct stairs *out)
{
	double z[TRACK_MAX];
	struct sums s;
	struct parts l;
	struct stairs jumps = { .inside = 1 }, ramps = { .inside = 1 };

	*out = jumps;
	if (n < 24 || n > TRACK_MAX)
		return false;
	for (size_t i = 0; i < n; i++)
		z[i] = y[i] - y[0];
	add_up(z, n, &s);
	double line = bic_line(t, z, n, quantum);

	jumps.lead = line - best_partition(&s, z, n, quantum, false, &l);
	measure(z, n, &l, &jumps);
	ramps.lead = line - best_partition(&s, z, n, quantum, true, &l);
	measure(z, n, &l, &ramps);
	*out = portions(&jumps, quantum) && jumps.lead > ramps.lead - RAMP_LEAD ? jumps : ramps;
	return portions(out, quantum);
}

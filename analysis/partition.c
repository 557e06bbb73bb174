/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Optimal partitioning by dynamic programming over prefix sums. */
#include "analysis/partition.h"

#include <math.h>
#include <string.h>

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

static void fit_part(const struct sums *s, struct part *p)
{
	double m = (double)(p->to - p->from), sum = s->y[p->to] - s->y[p->from], mid = ((double)p->from + (double)p->to - 1) / 2;
	double slope = p->ramp ? (s->iy[p->to] - s->iy[p->from] - mid * sum) / (m * (m * m - 1) / 12) : 0;

	p->first = sum / m - slope * (m - 1) / 2;
	p->last = sum / m + slope * (m - 1) / 2;
}

/* What every step of the search reads: 1 / m, and 1 / the sum of squares of m numbers in a row about their mean. */
struct tables {
	struct sums s;
	double per[TRACK_MAX + 1], per_xx[TRACK_MAX + 1];
};

/* Where a part that ends at a point may begin: the beginnings that may still be the best for a later one. */
struct starts {
	size_t n, at[TRACK_MAX + 1];
	double best[TRACK_MAX + 1]; /* of what comes before it, less its sum of squares */
	double cost[TRACK_MAX + 1]; /* of the part from there to the point at hand, and of what comes before */
};

/* Least cost of a level from the starts to b; *from is the number of that start. */
static double best_level(const struct tables *t, size_t b, struct starts *c, size_t *from)
{
	double least = INFINITY, yy = t->s.yy[b];

	for (size_t i = 0; i < c->n; i++) {
		double sum = t->s.y[b] - t->s.y[c->at[i]], cost = c->best[i] + (yy - sum * sum * t->per[b - c->at[i]]);

		c->cost[i] = cost;
		if (cost < least) {
			least = cost;
			*from = i;
		}
	}
	return least;
}

/* Takes the line's part off of the levels' costs where that pays for the ramp. */
static double best_ramp(const struct tables *t, size_t b, double price, struct starts *c, size_t *from, bool *ramp)
{
	double least = INFINITY;

	for (size_t i = 0; i < c->n; i++) {
		size_t a = c->at[i];
		double sum = t->s.y[b] - t->s.y[a], mid = ((double)a + (double)b - 1) / 2;
		double sxy = t->s.iy[b] - t->s.iy[a] - mid * sum, by_line = sxy * sxy * t->per_xx[b - a];
		bool r = b - a >= RAMP_MIN && by_line > price / 2;

		if (r)
			c->cost[i] += price / 2 - by_line;
		if (c->cost[i] < least) {
			least = c->cost[i];
			*from = i;
			*ramp = r;
		}
	}
	return least;
}

/*
 * Leaves out the starts that can be the best no more, because a part that begins at b does it for less. Cutting a ramp costs two
 * prices more, and a half; of what is shorter than a ramp nothing is known.
 */
static void prune(struct starts *c, size_t b, double least, double margin, bool ramps)
{
	size_t kept = 0;

	for (size_t i = 0; i < c->n; i++)
		if (c->cost[i] <= least + margin || (ramps && b - c->at[i] < RAMP_MIN)) {
			c->at[kept] = c->at[i];
			c->best[kept++] = c->best[i];
		}
	c->n = kept;
}

/* Least residual sum plus price of each part; a ramp has a slope more and costs half as much again. */
static void partition(const struct tables *t, size_t n, double price, bool ramps, struct parts *out)
{
	struct starts c = { .n = 1 };
	size_t last[TRACK_MAX + 1], k = 0, from = 0;
	bool ramp[TRACK_MAX + 1] = { false };

	c.at[0] = 0;
	c.best[0] = 0;
	for (size_t b = 1; b <= n; b++) {
		double least = best_level(t, b, &c, &from);

		if (ramps)
			least = best_ramp(t, b, price, &c, &from, &ramp[b]);
		last[b] = c.at[from];
		prune(&c, b, least, ramps ? 2.5 * price : price, ramps);
		c.at[c.n] = b;
		c.best[c.n++] = least + price - t->s.yy[b];
	}
	for (size_t b = n; b > 0; b = last[b])
		k++;
	out->n = k;
	for (size_t b = n; b > 0; b = last[b]) {
		out->p[--k] = (struct part){ .from = last[b], .to = b, .ramp = ramp[b] };
		fit_part(&t->s, &out->p[k]);
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

static void make_tables(const double *z, size_t n, struct tables *t)
{
	add_up(z, n, &t->s);
	for (size_t m = 1; m <= n; m++) {
		double d = (double)m;

		t->per[m] = 1 / d;
		t->per_xx[m] = m > 1 ? 12 / (d * (d * d - 1)) : 0;
	}
}

static bool one_level(const struct parts *l)
{
	return l->n == 1 && !l->p[0].ramp;
}

double partition_best(const double *y, size_t n, double quantum, bool ramps, struct parts *out)
{
	double z[TRACK_MAX], least = INFINITY, sigma = fmax(noise(y, n), quantum / 4);
	struct tables t;
	struct parts l = { .n = 0 };

	for (size_t i = 0; i < n; i++)
		z[i] = y[i] - y[0]; /* a small rise on a large level keeps its digits */
	make_tables(z, n, &t);
	for (double times = 1; times < 100 && !one_level(&l); times *= 3) { /* a higher price makes no more of it */
		partition(&t, n, times * log((double)n) * sigma * sigma, ramps, &l);
		double b = bic_parts(z, &l, quantum);

		if (b < least) {
			least = b;
			out->n = l.n;
			memcpy(out->p, l.p, l.n * sizeof(*l.p));
		}
	}
	for (size_t j = 0; j < out->n; j++) {
		out->p[j].first += y[0];
		out->p[j].last += y[0];
	}
	return least;
}

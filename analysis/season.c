/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Periods by the periodogram of detrended points; load from the operations counted. */
#include "analysis/season.h"

#include <math.h>
#include <string.h>

#include <gsl/gsl_sort.h>

static enum sk_code detrend(const struct track *tr, double span, double *r)
{
	double p[4][TRACK_MAX];
	const double *col[4] = { p[0], p[1], p[2], p[3] };
	struct lsq f;

	for (size_t i = 0; i < tr->n; i++) {
		double u = tr->u[i] / span - .5;

		p[0][i] = 1;
		p[1][i] = u;
		p[2][i] = u * u;
		p[3][i] = u * u * u;
	}
	return lsq_fit(col, 4, tr->y, tr->n, &f, r);
}

/* Share of sum r^2 that a sine of this angular frequency takes, by the two inner products (exact enough above two periods). */
static double power(const struct track *tr, const double *r, double w)
{
	double c = 0, s = 0;

	for (size_t i = 0; i < tr->n; i++) {
		c += r[i] * cos(w * tr->u[i]);
		s += r[i] * sin(w * tr->u[i]);
	}
	return 2 * (c * c + s * s) / (double)tr->n;
}

#define SCAN_MAX (4 * TRACK_MAX / 6) /* frequencies in a scan */

/*
 * The powers at from, from + step ... by turning each point's sine and cosine on: four multiplications in place of a sine. After
 * so few turns no sine is wrong by 1e-12, and no power by 1e-11 rr. Returns the largest.
 */
static double rough_powers(const struct track *tr, const double *r, double span, double from, double step, size_t n, double *out)
{
	double c[TRACK_MAX], s[TRACK_MAX], dc[TRACK_MAX], ds[TRACK_MAX], most = 0;

	for (size_t i = 0; i < tr->n; i++) {
		double a = 2 * M_PI / span * tr->u[i];

		c[i] = cos(a * from), s[i] = sin(a * from);
		dc[i] = cos(a * step), ds[i] = sin(a * step);
	}
	for (size_t k = 0; k < n; k++) {
		double rc = 0, rs = 0;

		for (size_t i = 0; i < tr->n; i++) {
			double turned = c[i] * dc[i] - s[i] * ds[i];

			rc += r[i] * c[i];
			rs += r[i] * s[i];
			s[i] = s[i] * dc[i] + c[i] * ds[i];
			c[i] = turned;
		}
		out[k] = 2 * (rc * rc + rs * rs) / (double)tr->n;
		most = fmax(most, out[k]);
	}
	return most;
}

/* Cycles in the span with the greatest power, and that power. Only what could be the greatest is worth its sines. */
static double strongest(const struct track *tr, const double *r, double rr, double from, double to, double step, double *best)
{
	double at = from, rough[SCAN_MAX], span = tr->u[tr->n - 1], least;
	size_t n = 0, k = 0;

	for (double cycles = from; cycles <= to && n < SCAN_MAX; cycles += step)
		n++;
	least = rough_powers(tr, r, span, from, step, n, rough) - 1e-9 * rr;
	*best = 0;
	for (double cycles = from; k < n; cycles += step) {
		if (rough[k++] < least)
			continue;
		double p = power(tr, r, 2 * M_PI * cycles / span);

		if (p > *best) {
			*best = p;
			at = cycles;
		}
	}
	return at;
}

enum sk_code season_period(const struct track *tr, double *period_s, double *share)
{
	double r[TRACK_MAX], rr = 0, best = 0, span = tr->n ? tr->u[tr->n - 1] : 0;

	*period_s = *share = NAN;
	if (tr->n < 24 || tr->segments != 1 || !(span > 0))
		return SK_EFEW;
	if (detrend(tr, span, r) != SK_OK)
		return SK_EFEW;
	for (size_t i = 0; i < tr->n; i++)
		rr += r[i] * r[i];
	if (!(rr > (double)tr->n * tr->quantum * tr->quantum / 4))
		return SK_EFEW;
	double at = strongest(tr, r, rr, 2.5, (double)tr->n / 6, .25, &best);

	at = strongest(tr, r, rr, fmax(at - .24, 2.5), at + .24, .02, &best); /* a quarter cycle off at the end is too much */
	*period_s = span / at;
	*share = fmin(best / rr, 1);
	return best > 0 ? SK_OK : SK_EFEW;
}

bool season_columns(const struct track *tr, double period_s, int harmonics, struct design *d)
{
	double x[TRACK_MAX];

	for (int h = 1; h <= harmonics; h++) {
		if (h > 1 && period_s < 4 * h * tr->width_s)
			break;
		for (int phase = 0; phase < 2; phase++) {
			for (size_t i = 0; i < tr->n; i++) {
				double a = 2 * M_PI * h * tr->u[i] / period_s;

				x[i] = phase ? sin(a) : cos(a);
			}
			if (d->p + 4 > LSQ_MAX_P || !design_add(d, x)) /* three places stay free for the shape */
				return h > 1;
		}
	}
	return true;
}

#define WAVE_COLUMNS 6 /* level, line, cosine and sine, and their second harmonic */

/* The sums of least squares: x'x, x'y in the last column, and y'y. */
struct normal {
	double a[WAVE_COLUMNS + 1][WAVE_COLUMNS + 1];
};

static void normal_add(struct normal *m, const double row[WAVE_COLUMNS + 1])
{
	for (size_t j = 0; j <= WAVE_COLUMNS; j++)
		for (size_t k = j; k <= WAVE_COLUMNS; k++)
			m->a[j][k] += row[j] * row[k];
}

/* What the first p columns leave of y'y, by elimination. A column that is spanned by those before it is left out. */
static double normal_rss(struct normal *m, size_t p)
{
	for (size_t j = 0; j < p; j++) {
		if (!(m->a[j][j] > 1e-9))
			continue;
		for (size_t k = j + 1; k <= WAVE_COLUMNS; k++)
			for (size_t l = k; l <= WAVE_COLUMNS; l++)
				m->a[k][l] -= m->a[j][k] * m->a[j][l] / m->a[j][j];
	}
	return m->a[WAVE_COLUMNS][WAVE_COLUMNS];
}

struct wave {
	const struct track *tr;
	bool lined;
	double y[TRACK_MAX]; /* less its mean */
	double span;
};

/* What a level (and a line) and so many cycles in the span, with their harmonic, leave of y. The second harmonic is its own square. */
static double wave_rss(const struct wave *v, double cycles)
{
	struct normal m = { { { 0 } } };
	double w = 2 * M_PI * cycles / v->span;

	for (size_t i = 0; i < v->tr->n; i++) {
		double c, s, u = v->tr->u[i];

		sincos(w * u, &s, &c);
		normal_add(&m, (const double[]){ 1, v->lined ? u / v->span : 0, c, s, c * c - s * s, 2 * c * s, v->y[i] });
	}
	return normal_rss(&m, v->span / cycles < 8 * v->tr->width_s ? 4 : WAVE_COLUMNS);
}

/* What a level and a line leave. */
static double line_rss(const struct wave *v)
{
	struct normal m = { { { 0 } } };

	for (size_t i = 0; i < v->tr->n; i++)
		normal_add(&m, (const double[]){ 1, v->tr->u[i] / v->span, 0, 0, 0, 0, v->y[i] });
	return normal_rss(&m, 2);
}

/* The best of from, from + step .. to, if it is better than *least. */
static double best_wave(const struct wave *v, double from, double to, double step, double at, double *least)
{
	for (double k = from; k <= to + step / 100; k += step) {
		double rss = wave_rss(v, k);

		if (rss < *least) {
			*least = rss;
			at = k;
		}
	}
	return at;
}

enum sk_code season_wave(const struct track *tr, bool lined, double *period_s)
{
	struct wave v = { .tr = tr, .lined = lined, .span = tr->n ? tr->u[tr->n - 1] : 0 };
	double least = INFINITY, mean = 0, first = lined ? 2 : 1, at = 0;
	const double last = 2.75;

	*period_s = NAN;
	if (tr->n < 24 || tr->segments != 1 || !(v.span > 0))
		return SK_EFEW;
	for (size_t i = 0; i < tr->n; i++)
		mean += tr->y[i] / (double)tr->n;
	for (size_t i = 0; i < tr->n; i++)
		v.y[i] = tr->y[i] - mean;
	/* a quarter of a cycle is far less than what waves in one span can be told apart by */
	at = best_wave(&v, first, last, .25, at, &least);
	if (lined && least > .5 * line_rss(&v))
		return SK_ENOTFOUND;
	for (double step = .05; step > (lined ? .001 : .04); step /= 4) /* a clean one beside a line is to be met exactly */
		at = best_wave(&v, fmax(at - 4 * step, first), fmin(at + 4 * step, last), step, at, &least);
	if (at > 0)
		*period_s = v.span / at;
	return at > 0 ? SK_OK : SK_EFEW;
}

double ops_at(const struct column *ops, double t)
{
	const struct block *a = NULL;

	for (size_t i = 0; i < ops->n; i++) {
		const struct block *b = &ops->b[i];

		if (b->n == 0 || !isfinite(b->mean))
			continue;
		if (b->t >= t)
			return a && b->t > a->t ? a->mean + (b->mean - a->mean) * (t - a->t) / (b->t - a->t)
			       : b->t > t       ? NAN
						: b->mean;
		a = b;
	}
	return a && t - a->t <= ops->width_s ? a->mean : NAN;
}

static const struct block *block_at(const struct column *ops, double t, size_t *at)
{
	while (*at < ops->n && (ops->b[*at].n == 0 || ops->b[*at].t < t - ops->width_s / 2))
		++*at;
	return *at < ops->n && ops->b[*at].t <= t + ops->width_s / 2 ? &ops->b[*at] : NULL;
}

/* When the last sample of a block was taken: half of its samples after their mean. */
static double end_of(const struct column *ops, const struct block *b)
{
	uint64_t most = 1;

	for (size_t i = 0; i < ops->n; i++)
		most = ops->b[i].n > most ? ops->b[i].n : most;
	return b->t + ops->width_s / (double)most * (double)(b->n - 1) / 2;
}

/*
 * Operations of the samples of each block: from the last count of the block before to its own. What a block says of the level, it
 * says of the same samples; a mean over the neighbours would blur a load that jumps.
 */
static bool block_rates(const struct track *tr, const struct column *ops, double *x)
{
	double before = 0, end, done = NAN;
	size_t at = 0;

	for (size_t i = 0; i < tr->n; i++) {
		const struct block *b = block_at(ops, tr->t[i], &at);

		if (!b)
			return false;
		end = end_of(ops, b);
		if (isnan(done)) { /* the first sample's own operations are not known: those of the others stand for it */
			done = b->min;
			before = b->n > 1 ? 2 * b->t - end : end;
		}
		if (i > 0 && !(end > before))
			return false;
		x[i] = end > before ? (b->max - done) / (end - before) : NAN;
		before = end;
		done = b->max;
	}
	if (!isfinite(x[0]))
		x[0] = x[1];
	return true;
}

/* Where the middle 80 % of v lie. */
static double middle_range(const double *v, size_t n)
{
	double w[TRACK_MAX];

	memcpy(w, v, n * sizeof(*v));
	gsl_sort(w, 1, n);
	return w[n - 1 - n / 10] - w[n / 10];
}

enum sk_code load_column(const struct track *tr, const struct column *ops, double *x)
{
	double mean = 0;

	if (tr->n < 2 || !block_rates(tr, ops, x))
		return SK_EFEW;
	for (size_t i = 0; i < tr->n; i++)
		if (!isfinite(x[i]) || x[i] < 0)
			return SK_EFEW;
	for (size_t i = 0; i < tr->n; i++)
		mean += x[i] / (double)tr->n;
	if (!(mean > 0) || middle_range(x, tr->n) <= .2 * mean || middle_range(x + tr->n / 2, tr->n - tr->n / 2) <= .2 * mean)
		return SK_EFLAT;
	for (size_t i = 0; i < tr->n; i++)
		x[i] /= mean;
	return SK_OK;
}

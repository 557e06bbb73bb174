/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Turning points with hysteresis, and the line through the floors. */
#include "analysis/sawtooth.h"

#include <math.h>
#include <string.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort.h>

#include "analysis/hac.h"
#include "analysis/ols.h"

struct turns {
	size_t n;
	size_t at[TRACK_MAX]; /* maxima and minima in turn */
	int first_is_max;
};

static void find_turns(const double *r, size_t n, double threshold, struct turns *out)
{
	size_t lo = 0, hi = 0;
	int dir = 0;

	memset(out, 0, sizeof(*out));
	for (size_t i = 1; i < n; i++) {
		if (r[i] > r[hi])
			hi = i;
		if (r[i] < r[lo])
			lo = i;
		if (dir >= 0 && r[hi] - r[i] > threshold) {
			if (out->n == 0)
				out->first_is_max = 1;
			out->at[out->n++] = hi;
			dir = -1;
			lo = i;
		} else if (dir <= 0 && r[i] - r[lo] > threshold) {
			out->at[out->n++] = lo;
			dir = 1;
			hi = i;
		}
	}
}

static double range95(const double *r, size_t n)
{
	double w[TRACK_MAX];

	memcpy(w, r, n * sizeof(*r));
	gsl_sort(w, 1, n);
	return w[n - 1 - n / 40] - w[n / 40];
}

/* Noise of neighbouring points, blind to the rare releases. */
static double noise(const double *r, size_t n)
{
	double d[TRACK_MAX];

	for (size_t i = 1; i < n; i++)
		d[i - 1] = r[i] - r[i - 1];
	double mid = median_small(d, n - 1);

	for (size_t i = 0; i + 1 < n; i++)
		d[i] = fabs(d[i] - mid);
	return 1.4826 /* MAD to sigma */ * median_small(d, n - 1) / M_SQRT2;
}

/* Turns to falls: durations of falls and rises, amplitudes, and the floor after each fall. */
static int measure(const struct track *tr, const double *r, const struct turns *u, struct sawtooth *out)
{
	double fall[TRACK_MAX], rise[TRACK_MAX], amp[TRACK_MAX], gap[TRACK_MAX];
	size_t falls = 0, rises = 0;

	for (size_t k = 0; k + 1 < u->n; k++) {
		size_t a = u->at[k], b = u->at[k + 1];
		int is_fall = (k % 2 == 0) == (u->first_is_max != 0);

		if (!is_fall) {
			rise[rises++] = tr->t[b] - tr->t[a];
			continue;
		}
		fall[falls] = tr->t[b] - tr->t[a];
		amp[falls] = r[a] - r[b];
		out->t[falls] = tr->t[b];
		out->floor[falls++] = tr->y[b];
	}
	if (falls < 5 || rises < 4)
		return 0;
	for (size_t k = 1; k < falls; k++)
		gap[k - 1] = out->t[k] - out->t[k - 1];
	out->n = falls;
	out->amplitude = median_small(amp, falls);
	out->period_s = median_small(gap, falls - 1);
	return median_small(fall, falls) <= .5 * median_small(rise, rises);
}

enum sk_code sawtooth_find(const struct track *tr, struct sawtooth *out)
{
	double r[TRACK_MAX];
	struct ols f;
	struct turns turns;

	memset(out, 0, sizeof(*out));
	if (tr->n < 24 || tr->segments != 1 || ols_fit(tr->t, tr->y, tr->n, &f) != SK_OK)
		return SK_EFEW;
	for (size_t i = 0; i < tr->n; i++)
		r[i] = tr->y[i] - f.intercept - f.slope * tr->t[i];
	find_turns(r, tr->n, .35 * range95(r, tr->n), &turns);
	if (measure(tr, r, &turns, out) && out->amplitude >= 6 * noise(r, tr->n) && out->amplitude >= 10 * tr->quantum)
		return SK_OK;
	memset(out, 0, sizeof(*out));
	return SK_EFEW;
}

static double floor_se(const struct sawtooth *s, const struct ols *f, double quantum)
{
	struct hac_slope h;
	double mt = 0, stt = 0, se = f->slope_se;

	for (size_t i = 0; i < s->n; i++)
		mt += s->t[i] / (double)s->n;
	for (size_t i = 0; i < s->n; i++)
		stt += (s->t[i] - mt) * (s->t[i] - mt);
	if (s->n >= 24 && hac_slope(s->t, s->floor, s->n, &h) == SK_OK)
		se = fmax(se, h.se);
	return fmax(se, quantum / 4 / sqrt(stt));
}

enum sk_code sawtooth_floor(const struct sawtooth *s, double quantum, struct floor_trend *out)
{
	struct ols f, half;

	*out = (struct floor_trend){ NAN, NAN, NAN, NAN, NAN, NAN };
	if (s->n < 5 || ols_fit(s->t, s->floor, s->n, &f) != SK_OK)
		return SK_EFEW;
	double df = (double)s->n - 2, q = gsl_cdf_tdist_Pinv(.975, df);

	out->slope = f.slope;
	out->se = floor_se(s, &f, quantum);
	out->lo = f.slope - q * out->se;
	out->hi = f.slope + q * out->se;
	out->p_up = gsl_cdf_tdist_Q(f.slope / out->se, df);
	size_t h = s->n / 2;

	if (ols_fit(s->t + h, s->floor + h, s->n - h, &half) == SK_OK)
		out->last_half = half.slope;
	return SK_OK;
}

enum sk_code sawtooth_of_cycle(const struct track *tr, double period_s, struct sawtooth *out)
{
	double range[TRACK_MAX], end = tr->n ? tr->t[tr->n - 1] + tr->width_s / 2 : 0;
	size_t i = 0, n = tr->n ? (size_t)fmin((end - tr->t[0]) / period_s, TRACK_MAX) : 0;

	memset(out, 0, sizeof(*out));
	if (n < 5 || tr->segments != 1)
		return SK_EFEW;
	while (tr->t[i] < end - (double)n * period_s)
		i++;
	for (size_t k = 0; k < n; k++) {
		double top = -INFINITY, low = INFINITY;

		for (; i < tr->n && tr->t[i] < end - (double)(n - 1 - k) * period_s; i++) {
			top = fmax(top, tr->y[i]);
			if (tr->y[i] >= low)
				continue;
			low = tr->y[i];
			out->t[out->n] = tr->t[i];
		}
		if (!isfinite(low))
			continue; /* a gap as long as the period */
		range[out->n] = top - low;
		out->floor[out->n++] = low;
	}
	out->period_s = period_s;
	out->amplitude = median_small(range, out->n);
	if (out->n >= 5)
		return SK_OK;
	memset(out, 0, sizeof(*out));
	return SK_EFEW;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/corpus/mann_kendall.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>

static void *room(size_t n, size_t size)
{
	void *p = calloc(n ? n : 1, size);

	if (!p)
		abort();
	return p;
}

double sen_slope(const double *t, const double *y, size_t n)
{
	double *slope = room(n * (n - 1) / 2, sizeof(*slope)), median = NAN;
	size_t m = 0;

	for (size_t i = 0; i < n; i++) {
		for (size_t j = i + 1; j < n; j++) {
			double dt = t ? t[j] - t[i] : (double)(j - i), dy = y[j] - y[i];

			if (dt > 0 && !isnan(dy))
				slope[m++] = dy / dt;
		}
	}
	if (m)
		median = gsl_stats_median(slope, 1, m);
	free(slope);
	return median;
}

static size_t skip_missing(const double *y, size_t n, double *x)
{
	size_t m = 0;

	for (size_t i = 0; i < n; i++) {
		if (!isnan(y[i]))
			x[m++] = y[i];
	}
	return m;
}

static void add_line(double *x, size_t n, double slope)
{
	for (size_t i = 0; i < n; i++)
		x[i] += slope * (double)(i + 1);
}

static void centre(double *x, size_t n)
{
	double mean = gsl_stats_mean(x, 1, n);

	for (size_t i = 0; i < n; i++)
		x[i] -= mean;
}

/* Of centred x. 0 for a constant. */
static double autocorrelation(const double *x, size_t n, size_t lag)
{
	double all = 0, shared = 0;

	for (size_t i = 0; i < n; i++)
		all += x[i] * x[i];
	for (size_t i = 0; i + lag < n; i++)
		shared += x[i] * x[i + lag];
	return all > 0 ? shared / all : 0;
}

/* x[i] - r x[i-1] in place; one value fewer. */
static size_t whiten(double *x, size_t n)
{
	double *v = room(n, sizeof(*v)), r;

	memcpy(v, x, n * sizeof(*x));
	centre(v, n);
	r = autocorrelation(v, n, 1);
	free(v);
	for (size_t i = 0; i + 1 < n; i++)
		x[i] = x[i + 1] - r * x[i];
	return n > 0 ? n - 1 : 0;
}

/* Ranks in place; equal values share the mean of theirs. Return: g (g - 1) (2 g + 5) summed over groups of g equal ones. */
static double rank(double *x, size_t n)
{
	size_t *at = room(n, sizeof(*at));
	double ties = 0;

	gsl_sort_index(at, x, 1, n);
	for (size_t i = 0, end; i < n; i = end) {
		double v = x[at[i]], g;

		for (end = i; end < n && x[at[end]] == v;)
			end++;
		g = (double)(end - i);
		ties += g * (g - 1) * (2 * g + 5);
		for (size_t k = i; k < end; k++)
			x[at[k]] = (double)(i + end + 1) / 2;
	}
	free(at);
	return ties;
}

/* S and its variance for independent values; x is ranked. */
static void kendall(double *x, size_t n, struct mk *m)
{
	double size = (double)n;

	m->var_s = (size * (size - 1) * (2 * size + 5) - rank(x, n)) / 18;
	m->s = 0;
	for (size_t i = 0; i < n; i++) {
		for (size_t j = i + 1; j < n; j++)
			m->s += (x[j] > x[i]) - (x[j] < x[i]);
	}
}

/* How many times larger autocorrelation makes var(S). x: detrended ranks, centred. */
static double hamed_rao(const double *x, size_t n, size_t lags)
{
	double size = (double)n, band = gsl_cdf_ugaussian_Pinv(.975) / sqrt(size), sum = 0;

	for (size_t k = 1; k <= lags; k++) {
		double r = autocorrelation(x, n, k), left = (double)(n - k);

		if (fabs(r) > band)
			sum += left * (left - 1) * (left - 2) * r;
	}
	return n > 2 ? 1 + 2 * sum / (size * (size - 1) * (size - 2)) : 1;
}

/* The same from values instead of ranks, all lags and other weights. */
static double yue_wang(const double *x, size_t n, size_t lags)
{
	double sum = 0;

	for (size_t k = 1; k <= lags; k++)
		sum += (1 - (double)k / (double)n) * autocorrelation(x, n, k);
	return 1 + 2 * sum;
}

static double inflation(double *x, size_t n, double slope, enum mk_correction how, size_t lags)
{
	if (lags > n - 1)
		lags = n - 1;
	add_line(x, n, -slope);
	if (how == MK_HAMED_RAO)
		rank(x, n);
	centre(x, n);
	return how == MK_HAMED_RAO ? hamed_rao(x, n, lags) : yue_wang(x, n, lags);
}

struct mk mk_test(const double *y, size_t n, enum mk_correction how, size_t lags)
{
	double *x = room(n, sizeof(*x)), *ranked = room(n, sizeof(*ranked));
	struct mk m = { .slope = sen_slope(NULL, y, n) };

	n = skip_missing(y, n, x);
	if (how == MK_TFPW)
		add_line(x, n, -m.slope);
	if (how == MK_TFPW || how == MK_PW)
		n = whiten(x, n);
	if (how == MK_TFPW)
		add_line(x, n, m.slope);
	memcpy(ranked, x, n * sizeof(*x));
	kendall(ranked, n, &m);
	if (how == MK_HAMED_RAO || how == MK_YUE_WANG)
		m.var_s *= fmax(inflation(x, n, m.slope, how, lags), 1e-3);
	if (m.s != 0)
		m.z = (m.s - copysign(1, m.s)) / sqrt(m.var_s);
	m.p = 2 * gsl_cdf_ugaussian_Q(fabs(m.z));
	free(ranked);
	free(x);
	return m;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Perron and Yabu's test: estimate the autocorrelation, correct its bias, pull it to 1 where it cannot be told from 1, then GLS.
 */
#include "analysis/ar.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

#include "analysis/hac.h"

/* Regression of e on e[-1] and k - 1 differences; rows whose past reaches over a restart are left out. */
static enum sk_code ar_order(const double *e, const double *lag, size_t n, size_t k, struct ar *out, size_t *rows)
{
	double x[AR_MAX_ORDER][TRACK_MAX], y[TRACK_MAX];
	const double *col[AR_MAX_ORDER];
	struct lsq f;
	size_t m = 0, run = 0;

	for (size_t i = 0; i < n; i++) {
		run = lag[i] == 0 ? 0 : run + 1;
		if (i < AR_MAX_ORDER || run < k)
			continue; /* the same rows for every order, so that BIC compares like with like */
		y[m] = e[i];
		x[0][m] = e[i - 1];
		for (size_t j = 1; j < k; j++)
			x[j][m] = e[i - j] - e[i - j - 1];
		m++;
	}
	for (size_t j = 0; j < k; j++)
		col[j] = x[j];
	*rows = m;
	if (m < k + 6 || lsq_fit(col, k, y, m, &f, NULL) != SK_OK)
		return SK_EFEW;
	out->order = k;
	out->sum = f.beta[0];
	out->sigma2 = f.rss / (double)(m - k);
	out->sum_se = sqrt(out->sigma2 * f.var[0]);
	out->short_run = 0;
	for (size_t j = 1; j < k; j++)
		out->short_run += f.beta[j];
	return isfinite(out->sum_se) && out->sum_se > 0 ? SK_OK : SK_EFLAT;
}

enum sk_code ar_fit(const double *e, const double *lag, size_t n, struct ar *out)
{
	double best = INFINITY;
	size_t max = n / 12 < AR_MAX_ORDER ? n / 12 : AR_MAX_ORDER;
	enum sk_code rc = SK_EFEW;

	*out = (struct ar){ .sum = NAN };
	for (size_t k = 1; k <= max; k++) {
		struct ar a = { 0 };
		size_t rows;
		enum sk_code r = ar_order(e, lag, n, k, &a, &rows);

		if (r != SK_OK) {
			if (best == INFINITY)
				rc = r;
			continue;
		}
		double bic = (double)rows * log(a.sigma2 * (double)(rows - k) / (double)rows) + (double)k * log((double)rows);

		if (bic < best) {
			best = bic;
			*out = a;
			rc = SK_OK;
		}
	}
	return rc;
}

/*
 * The median-unbiasing correction of the AR sum, then truncation to 1 within 1 / sqrt(T) of it. r: slow regressors. The threshold
 * is the median of the Dickey-Fuller law: -2.18 with level and line, and about half less with each step or curve more.
 */
static double unbiased_sum(const struct ar *a, size_t n, size_t r)
{
	const double t_star = -2.18 - .5 * fmax((double)r - 2, 0), big = 10; /* K of the paper */
	double T = (double)n, R = (double)r, ip = (double)((a->order + 1) / 2);
	double tau = (a->sum - 1) / a->sum_se, c;
	double c2 = ((1 + R) * T - t_star * t_star * (ip + T)) / (t_star * (t_star + big) * (ip + T));

	if (tau > t_star)
		c = -tau;
	else if (tau > -big)
		c = ip * tau / T - (1 + R) / (tau + c2 * (tau + big));
	else if (tau > -sqrt((1 + R) * T))
		c = ip * tau / T - (1 + R) / tau;
	else
		c = 0;
	double m = a->sum + c * a->sum_se;

	if (!(sqrt(T) * fabs(m - 1) > 1) || m > 1)
		return 1;
	return fmax(m, -.99);
}

/* Quasi-differences; the first row of a segment is scaled by sqrt(1 - a^2), which drops it at a = 1. */
static void quasi_difference(const struct track *tr, const double *v, double a, double *out)
{
	size_t m = 0;

	for (size_t i = 0; i < tr->n; i++) {
		if (tr->lag[i] > 0)
			out[m++] = v[i] - a * v[i - 1];
		else if (a < 1)
			out[m++] = v[i] * sqrt(1 - a * a);
	}
}

static double long_run(const double *v, size_t m, double a, const struct ar *ar, double df)
{
	double white = 0;

	for (size_t i = 0; i < m; i++)
		white += v[i] * v[i];
	white /= df;
	if (a >= 1)
		return fmax(ar->short_run < .95 ? white / ((1 - ar->short_run) * (1 - ar->short_run)) : white * 400, 0);
	return hac_lrv(v, m, hac_bandwidth(v, m)) * (double)m / df;
}

enum sk_code py_trend(const struct track *tr, const double *const x[], size_t p, size_t slow, struct py_test *out)
{
	double d[LSQ_MAX_P][TRACK_MAX], y[TRACK_MAX], e[TRACK_MAX];
	const double *col[LSQ_MAX_P];
	struct lsq f;
	struct ar ar = { .sum = NAN };
	size_t which = p - 1;
	double a = 0;

	*out = (struct py_test){ NAN, NAN, NAN, NAN, NAN, 0 };
	if (p == 0 || tr->n < 12 || tr->n < p + 6)
		return SK_EFEW;
	enum sk_code rc = lsq_fit(x, p, tr->y, tr->n, &f, e);

	if (rc != SK_OK)
		return rc;
	/* Residuals within half a quantum are the pattern of rounding: an autoregression of them means nothing. */
	bool rounding = f.rss < (double)tr->n * tr->quantum * tr->quantum / 4;

	if (!rounding && ar_fit(e, tr->lag, tr->n, &ar) == SK_OK)
		a = unbiased_sum(&ar, tr->n, slow);
	for (size_t j = 0; j < p; j++) {
		quasi_difference(tr, x[j], a, d[j]);
		col[j] = d[j];
	}
	quasi_difference(tr, tr->y, a, y);
	size_t m = a < 1 ? tr->n : tr->n - tr->segments;

	rc = lsq_fit(col, p, y, m, &f, e);
	if (rc != SK_OK)
		return rc;
	if (!isfinite(f.var[which]))
		return SK_EFLAT;
	out->df = m - f.rank > 4 ? m - f.rank : 4;
	double lrv = fmax(long_run(e, m, a, &ar, (double)out->df), tr->quantum * tr->quantum / 16);

	out->slope = f.beta[which];
	out->se = sqrt(lrv * f.var[which]);
	out->z = out->slope / out->se;
	out->p_up = gsl_cdf_tdist_Q(out->z, (double)out->df);
	out->phi = a;
	return isfinite(out->z) ? SK_OK : SK_ENUM;
}

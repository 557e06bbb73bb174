/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All pairs: at most 32 640 slopes of 256 blocks, and selection instead of sorting. */
#include "analysis/theil_sen.h"

#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_statistics_double.h>

#include "base/mem.h"

static double median_of(double *v, size_t n)
{
	double hi = gsl_stats_select(v, 1, n, n / 2);

	return n % 2 ? hi : (hi + gsl_stats_select(v, 1, n, n / 2 - 1)) / 2;
}

static size_t slopes(const double *t, const double *y, size_t n, double *s)
{
	size_t m = 0;

	for (size_t i = 0; i < n; i++)
		for (size_t j = i + 1; j < n; j++)
			if (t[j] != t[i])
				s[m++] = (y[j] - y[i]) / (t[j] - t[i]);
	return m;
}

static double lag1(const double *v, size_t n)
{
	double m = 0, s0 = 0, s1 = 0;

	for (size_t i = 0; i < n; i++)
		m += v[i] / (double)n;
	for (size_t i = 0; i < n; i++) {
		s0 += (v[i] - m) * (v[i] - m);
		if (i > 0)
			s1 += (v[i] - m) * (v[i - 1] - m);
	}
	return s0 > 0 ? fmin(fmax(s1 / s0, 0), .97) : 0;
}

static void interval(double *s, size_t m, size_t n, double r, struct theil_sen *out)
{
	double dn = (double)n;
	double sd = sqrt(dn * (dn - 1) * (2 * dn + 5) / 18 * (1 + r) / (1 - r));
	double half = 1.959964 * sd / 2; /* Phi^-1(.975) */
	double lo = floor((double)m / 2 - half), hi = ceil((double)m / 2 + half);

	out->lo = gsl_stats_select(s, 1, m, lo < 0 ? 0 : (size_t)lo);
	out->hi = gsl_stats_select(s, 1, m, hi > (double)m - 1 ? m - 1 : (size_t)hi);
}

enum sk_code theil_sen(const double *t, const double *y, size_t n, struct theil_sen *out)
{
	double tu[THEIL_SEN_MAX_N], yu[THEIL_SEN_MAX_N], res[THEIL_SEN_MAX_N];
	size_t k = 0;

	*out = (struct theil_sen){ NAN, NAN, NAN, NAN, 0 };
	if (n > THEIL_SEN_MAX_N)
		return SK_EUSAGE;
	for (size_t i = 0; i < n; i++) {
		if (!isfinite(t[i]) || !isfinite(y[i]))
			continue;
		tu[k] = t[i];
		yu[k++] = y[i];
	}
	if (k < 3)
		return SK_EFEW;

	double *s = sk_calloc(k * (k - 1) / 2, sizeof(*s));

	if (!s)
		return SK_ENOMEM;
	size_t m = slopes(tu, yu, k, s);

	if (m > 0) {
		out->slope = median_of(s, m);
		for (size_t i = 0; i < k; i++)
			res[i] = yu[i] - out->slope * tu[i];
		interval(s, m, k, lag1(res, k), out);
		out->intercept = median_of(res, k);
		out->n = k;
	}
	free(s);
	return m > 0 ? SK_OK : SK_EFLAT;
}

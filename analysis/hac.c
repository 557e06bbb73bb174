/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bartlett long-run variances with Andrews' bandwidth, and fixed-b critical values for a trend regressor. */
#include "analysis/hac.h"

#include <math.h>

#include "analysis/lsq.h"
#include "analysis/ols.h"

double hac_bandwidth(const double *v, size_t n)
{
	double s0 = 0, s1 = 0;

	for (size_t i = 0; i < n; i++) {
		s0 += v[i] * v[i];
		if (i > 0)
			s1 += v[i] * v[i - 1];
	}
	if (!(s0 > 0))
		return 1;

	double r = fmin(fmax(s1 / s0, -.97), .97);
	double a1 = 4 * r * r / ((1 - r) * (1 - r) * (1 + r) * (1 + r));
	double bw = 1.1447 * cbrt(a1 * (double)n);

	return fmin(fmax(bw, 1), (double)n);
}

double hac_lrv(const double *v, size_t n, double bw)
{
	double s = 0;

	if (n == 0)
		return 0;
	for (size_t lag = 0; lag < n && (double)lag < bw; lag++) {
		double g = 0;

		for (size_t i = lag; i < n; i++)
			g += v[i] * v[i - lag];
		s += (lag == 0 ? 1 : 2 * (1 - (double)lag / bw)) * g;
	}
	return s / (double)n;
}

double hac_critical(double b, double level)
{
	static const double at[] = { .02, .05, .1, .2, .5, 1 };
	static const double cv[][6] = { { 1.727, 1.841, 2.049, 2.475, 3.404, 4.595 },
					{ 2.058, 2.223, 2.492, 3.071, 4.293, 5.821 },
					{ 2.463, 2.699, 3.053, 3.785, 5.454, 7.363 } };
	const double *row = level == .95 ? cv[0] : level == .975 ? cv[1] : level == .99 ? cv[2] : NULL;
	size_t i = 0;

	if (!row || !(b > 0))
		return NAN;
	b = fmin(fmax(b, at[0]), 1);
	while (i < 4 && b > at[i + 1])
		i++;
	return row[i] + (row[i + 1] - row[i]) * (b - at[i]) / (at[i + 1] - at[i]);
}

enum sk_code hac_slope(const double *t, const double *y, size_t n, struct hac_slope *out)
{
	struct ols f;
	double v[LSQ_MAX_N], mt = 0, stt = 0;

	*out = (struct hac_slope){ NAN, NAN, NAN, NAN, NAN };
	if (n < 8)
		return SK_EFEW;
	if (n > LSQ_MAX_N)
		return SK_EUSAGE;
	enum sk_code rc = ols_fit(t, y, n, &f);

	if (rc != SK_OK)
		return rc;
	for (size_t i = 0; i < n; i++)
		mt += t[i] / (double)n;
	for (size_t i = 0; i < n; i++) {
		stt += (t[i] - mt) * (t[i] - mt);
		v[i] = (t[i] - mt) * (y[i] - f.intercept - f.slope * t[i]);
	}
	double bw = hac_bandwidth(v, n);
	double se = sqrt(fmax(hac_lrv(v, n, bw), 0) * (double)n) / stt;

	if (!isfinite(se))
		return SK_ENUM;
	out->b = bw / (double)n;
	out->slope = f.slope;
	out->se = se;
	out->lo = f.slope - hac_critical(out->b, .975) * se;
	out->hi = f.slope + hac_critical(out->b, .975) * se;
	return SK_OK;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Plain least squares: two passes over arrays, none over moments. Long double: Norris keeps 12 digits. */
#include "analysis/ols.h"

#include <math.h>

enum sk_code ols_moments(const struct moments *sums, struct ols *out)
{
	const struct moments whole = moments_whole(sums), *m = &whole;

	*out = (struct ols){ NAN, NAN, NAN, 0 };
	if (m->n < 2)
		return SK_EFEW;
	if (!isfinite((double)m->sty) || !isfinite((double)m->stt) || !isfinite((double)m->my))
		return SK_ENUM;
	if (!(m->stt > 0))
		return SK_EFLAT;

	long double b = m->sty / m->stt;

	out->slope = (double)b;
	out->intercept = (double)(m->my - b * m->mt);
	out->n = (size_t)m->n;
	return SK_OK;
}

enum sk_code ols_fit(const double *t, const double *y, size_t n, struct ols *out)
{
	struct moments m = { .n = 0 };
	long double syy = 0;

	for (size_t i = 0; i < n; i++) {
		if (!isfinite(t[i]) || !isfinite(y[i]))
			continue;
		m.n++;
		m.mt += t[i];
		m.my += y[i];
	}
	if (m.n > 0) {
		m.mt /= (long double)m.n;
		m.my /= (long double)m.n;
	}
	for (size_t i = 0; i < n; i++) {
		if (!isfinite(t[i]) || !isfinite(y[i]))
			continue;

		long double dt = t[i] - m.mt, dy = y[i] - m.my;

		m.stt += dt * dt;
		m.sty += dt * dy;
		syy += dy * dy;
	}
	enum sk_code rc = ols_moments(&m, out);
	long double rss = rc == SK_OK ? syy - m.sty / m.stt * m.sty : NAN;

	if (m.n > 2 && isfinite((double)rss))
		out->slope_se = (double)sqrtl(fmaxl(rss, 0) / (long double)(m.n - 2) / m.stt);
	return rc;
}
